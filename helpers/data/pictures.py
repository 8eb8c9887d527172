"""Read one picture as an array of a given size, or say in a clause why it is not taken."""

from __future__ import annotations

import contextlib
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("PNG", "JPEG", "BMP")
# One of 8,000 x 8,000: what is larger takes longer than a lesson has.
MAX_PIXELS = 64_000_000
# A picture is enlarged at most so many times.
_MOST_ENLARGED = 4
# How files of other kinds begin, and what they are.
_OTHERS = (
    (b"GIF8", "a GIF"),
    (b"II*\0", "a TIFF"),
    (b"MM\0*", "a TIFF"),
    (b"RIFF", "a WebP or another RIFF file"),
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a zip archive"),
)
_HEIC = b"ftyp"


class NotTaken(Exception):
    """A file is not taken as a picture; the message is a clause, its kind a word or two.

    Args:
        kind: under which it is counted.
        detail: what came, in a few words; may be empty.
    """

    def __init__(self, kind: str, detail: str = ""):
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind, self.detail = kind, detail


@dataclass(frozen=True)
class Look:
    """What every picture of a folder is brought to.

    Args:
        height, width: in pixels.
        colour: three numbers per pixel, red, green and blue, instead of one.
        crop: keep the proportions and cut the middle out; else bring each side to its length.
    """

    height: int
    width: int
    colour: bool
    crop: bool

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the array: (height, width), or (height, width, 3)."""
        return (self.height, self.width, 3) if self.colour else (self.height, self.width)


def read_picture(path: Path, look: Look) -> np.ndarray:
    """Read a PNG, JPEG or BMP file, and change nothing about it.

    Turned as its EXIF orientation says; what is transparent is laid over white; 16 bits of grey
    are kept, and 16 bits of a colour read as 8, as Pillow does. Colour profiles are not applied.
    Grey is 0.299 red + 0.587 green + 0.114 blue. Of a JPEG with several pictures, as some
    telephones write it, the first.

    Args:
        path: of a file.
        look: size and colour of the result.

    Returns:
        float32 of ``look.shape``, in [0, 1].

    Raises:
        NotTaken: it is no such picture, damaged, animated, tiny or too large.
    """
    from PIL import Image

    with warnings.catch_warnings():
        # Pillow warns of odd metadata, and of pictures as large as a bomb: those are refused.
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with path.open("rb") as file:
                try:
                    opened = Image.open(file, formats=FORMATS)
                except Image.UnidentifiedImageError:
                    raise NotTaken("no PNG, JPEG or BMP", _other_kind(path)) from None
                with opened as picture:
                    return _prepared(picture, look)
        except NotTaken:
            raise
        except (Image.DecompressionBombWarning, Image.DecompressionBombError):
            raise NotTaken("too large", f"more than {MAX_PIXELS // 10**6} million pixels") from None
        except PermissionError:
            raise NotTaken("may not be read") from None
        # What a damaged file raises depends on the byte that is wrong.
        except Exception as problem:
            raise NotTaken("damaged", _first_words(problem)) from None


def _other_kind(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(16)
    if not head:
        return "empty"
    if head[4:8] == _HEIC:
        return "a HEIC picture or a film"
    return next((name for begins, name in _OTHERS if head.startswith(begins)), "")


def _first_words(problem: Exception) -> str:
    text = next(iter(str(problem).splitlines()), "")
    return text[:60] if text.isprintable() and text.isascii() else type(problem).__name__


def _prepared(picture: Image.Image, look: Look) -> np.ndarray:
    from PIL import Image, ImageOps

    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise NotTaken("too large", f"{width} x {height} pixels")
    if _MOST_ENLARGED * min(width, height) < min(look.height, look.width):
        raise NotTaken("tiny", f"{width} x {height} pixels")
    if picture.format == "PNG" and getattr(picture, "is_animated", False):
        raise NotTaken("animated", f"{getattr(picture, 'n_frames', 'several')} frames")
    # A JPEG can be decoded at a half, a quarter or an eighth of its size; then as much is left
    # that the filter has two pixels or more for each of the result.
    room = 2 * max(look.height, look.width)
    picture.draft(picture.mode, (room, room))
    picture.load()
    with contextlib.suppress(Exception):  # of a damaged orientation there is none
        picture = ImageOps.exif_transpose(picture)
    picture = _in_known_mode(picture, look.colour)
    box = _middle(picture.size, look) if look.crop else None
    picture = picture.resize((look.width, look.height), Image.Resampling.LANCZOS, box)
    pixels = np.asarray(picture, np.float32) / (1 if picture.mode == "F" else np.float32(255))
    if look.colour and pixels.ndim == 2:
        pixels = np.repeat(pixels[:, :, None], 3, axis=2)
    return np.clip(pixels, 0, 1)


def _in_known_mode(picture: Image.Image, colour: bool) -> Image.Image:
    """Return a picture in mode F with 0 to 1, for 16 bits of grey, or in L or RGB."""
    from PIL import Image

    if picture.mode.startswith("I"):
        # PNG has whole numbers of up to 16 bits; Pillow calls them I or I;16.
        return Image.fromarray(np.asarray(picture).astype(np.float32) / np.float32(65_535))
    if picture.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in picture.info:
        over = picture.convert("RGBA")
        picture = Image.new("RGBA", over.size, "white")
        picture.alpha_composite(over)
    if picture.mode in ("L", "1"):
        return picture.convert("L")
    if picture.mode not in ("RGB", "RGBA", "P", "CMYK", "YCbCr", "LAB", "HSV"):
        raise NotTaken("pixels of an unknown kind", picture.mode)
    # By way of RGB: a palette or four inks have no grey of their own.
    rgb = picture.convert("RGB")
    return rgb if colour else rgb.convert("L")


def _middle(size: tuple[int, int], look: Look) -> tuple[float, float, float, float]:
    """Return the largest box of the look's proportions in the middle of a picture."""
    width, height = size
    scale = min(width / look.width, height / look.height)
    across, down = scale * look.width, scale * look.height
    left, top = (width - across) / 2, (height - down) / 2
    return left, top, min(left + across, width), min(top + down, height)
