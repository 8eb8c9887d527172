"""Folders of pictures: what is taken, what is refused and why, and a split without leaks."""

import io
import os
import struct
import sys
import unicodedata
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from helpers import data
from helpers.data import folder as folders
from helpers.data import pictures, walking
from helpers.data.naming import printable, say, shortened


def noise(seed, shape=(30, 30)):
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def save(path, pixels, mode=None, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    (image.convert(mode) if mode else image).save(path, **options)
    return path


@pytest.fixture
def place(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    return folder


def load(place, **options):
    return data.load_folder(place, **{"size": 30, **options})


def only(place, **options):
    """Return the one picture of a folder."""
    (image,) = load(place, **options).images
    return image


def kinds(loaded):
    return {name: kind for name, kind, _ in loaded.refused}


# Pixels


def test_grey_pictures_of_the_right_size_come_as_they_are(place):
    for number in range(5):
        save(place / f"{number}.png", noise(number))
    loaded = load(place)
    assert loaded.images.shape == (5, 30, 30) and loaded.images.dtype == np.float32
    found = {image.tobytes() for image in loaded.images}
    assert found == {(noise(n) / np.float32(255)).astype(np.float32).tobytes() for n in range(5)}
    assert loaded.labels.dtype == np.int64 and loaded.class_names == (".",)


@pytest.mark.parametrize("name, options", [("a.bmp", {}), ("a.jpg", {"quality": 100}), ("a", {})])
def test_the_content_counts_and_not_the_ending(place, name, options):
    smooth = np.tile(np.linspace(40, 200, 30).astype(np.uint8), (30, 1))
    kind = {"format": "PNG"} if "." not in name else {}
    save(place / name, smooth, **options, **kind)
    np.testing.assert_allclose(only(place), smooth / 255, atol=0.02)


def test_colour_is_kept_or_weighed(place):
    pixels = noise(1, (30, 30, 3))
    save(place / "a.png", pixels)
    np.testing.assert_allclose(only(place, colour=True), pixels / 255, atol=1e-6)
    grey = pixels @ [0.299, 0.587, 0.114] / 255
    np.testing.assert_allclose(only(place), grey, atol=1 / 255)


def test_grey_becomes_three_equal_numbers_where_colour_is_asked_for(place):
    save(place / "a.png", noise(2))
    image = only(place, colour=True)
    assert image.shape == (30, 30, 3) and np.ptp(image, axis=2).max() == 0


def test_16_bits_of_grey_are_kept(place):
    pixels = np.random.default_rng(3).integers(0, 65_536, (30, 30)).astype(np.uint16)
    save(place / "a.png", pixels)
    np.testing.assert_allclose(only(place), pixels / 65_535, atol=1e-6)


def test_palette_and_two_colours(place):
    two = np.where(noise(4) > 127, 255, 0).astype(np.uint8)
    image = Image.fromarray(two)
    save(place / "one" / "a.png", image, "1")
    save(place / "two" / "b.png", 255 - two, "P")
    loaded = load(place)
    np.testing.assert_array_equal(loaded.images[loaded.labels == 0][0], two / 255)
    np.testing.assert_allclose(loaded.images[loaded.labels == 1][0], 1 - two / 255, atol=0.01)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_lies_over_white(place, mode):
    image = Image.new(mode, (30, 30), (0,) * len(mode))  # black, and not to be seen
    save(place / "a.png", image)
    assert only(place).min() == 1


def test_a_transparent_colour_of_a_palette_lies_over_white(place):
    image = Image.new("P", (30, 30), 1)
    image.putpalette([0, 0, 0, 10, 10, 10])
    save(place / "a.png", image, transparency=1)
    assert only(place).min() == 1


def test_four_inks_become_three_colours(place):
    rgb = Image.new("RGB", (30, 30), (200, 30, 60))
    save(place / "a.jpg", rgb.convert("CMYK"), quality=100)
    np.testing.assert_allclose(only(place, colour=True)[15, 15], [0.78, 0.12, 0.24], atol=0.03)


def test_a_telephone_held_upright(place):
    pixels = np.zeros((30, 30), np.uint8)
    pixels[:, 20:] = 255  # white on the right
    image, exif = Image.fromarray(pixels), Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    save(place / "a.jpg", image, exif=exif, quality=100)
    shown = only(place)
    assert shown[25].mean() > 0.9 and shown[5].mean() < 0.1


def test_a_damaged_orientation_is_no_reason_to_refuse(place):
    save(place / "a.jpg", noise(5), exif=b"Exif\0\0nonsense" * 3)
    assert load(place).images.shape == (1, 30, 30)


def test_crop_keeps_the_proportions_and_scale_the_whole(place):
    pixels = np.zeros((40, 120), np.uint8)
    pixels[:, :36] = 255  # on the left, which the middle does not have
    save(place / "a.png", pixels)
    assert only(place, fit="crop").max() == 0
    scaled = only(place, fit="scale")
    np.testing.assert_allclose(scaled.mean(axis=0)[[3, 25]], [1, 0], atol=0.01)
    assert load(place, size=(10, 30)).images.shape == (1, 10, 30)


def test_a_large_jpeg_read_at_a_part_of_its_size_is_the_same_picture(place):
    down, right = np.mgrid[:600, :800]
    smooth = (127 + 100 * np.sin(down / 60) * np.cos(right / 90)).astype(np.uint8)
    save(place / "jpeg" / "a.jpg", smooth, quality=95)
    save(place / "png" / "a.png", smooth)
    one, two = load(place).images
    np.testing.assert_allclose(one, two, atol=0.03)


def test_every_number_is_from_0_to_1_after_the_filter(place):
    save(place / "a.png", np.kron(np.eye(4, dtype=np.uint8) * 255, np.ones((20, 20), np.uint8)))
    image = only(place)
    assert image.min() >= 0 and image.max() <= 1


# What is refused


def chunk(kind, content):
    check = struct.pack("!I", zlib.crc32(kind + content))
    return struct.pack("!I", len(content)) + kind + content + check


def png_header(width, height):
    head = struct.pack("!IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(b"\0"))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + data + chunk(b"IEND", b"")


def bytes_of(pixels, kind):
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind)
    return buffer.getvalue()


BAD = {
    "text": (b"no picture at all", "no PNG, JPEG or BMP", ""),
    "empty": (b"", "no PNG, JPEG or BMP", "empty"),
    "gif": (bytes_of(noise(0), "GIF"), "no PNG, JPEG or BMP", "a GIF"),
    "tiff": (bytes_of(noise(0), "TIFF"), "no PNG, JPEG or BMP", "a TIFF"),
    "heic": (b"\0\0\0\x18ftypheic" + bytes(20), "no PNG, JPEG or BMP", "HEIC"),
    "cut png": (bytes_of(noise(0), "PNG")[:400], "damaged", ""),
    "cut jpeg": (bytes_of(noise(0, (90, 90)), "JPEG")[:-900], "damaged", "truncated"),
    "cut bmp": (bytes_of(noise(0), "BMP")[:1500], "damaged", ""),
    "head only": (b"\x89PNG\r\n\x1a\n", "no PNG, JPEG or BMP", ""),
    "tiny": (bytes_of(noise(0, (7, 300)), "PNG"), "tiny", "300 x 7 pixels"),
    "bomb": (png_header(60_000, 60_000), "too large", "million pixels"),
    "Pillow warns": (png_header(10_000, 10_000), "too large", ""),
    "over the cap": (png_header(8_001, 8_000), "too large", "8001 x 8000 pixels"),
    "no pixels": (png_header(30, 0), "", ""),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.filterwarnings("error")
def test_a_bad_file_is_refused_with_its_reason(place, name):
    content, kind, detail = BAD[name]
    (place / name).write_bytes(content)
    save(place / "good.png", noise(9))
    loaded = load(place)
    assert len(loaded.images) == 1
    ((refused, why, more),) = loaded.refused
    assert refused == name and kind in why and detail in more
    assert name in loaded.report()


def test_no_byte_of_a_picture_can_stop_the_others(place):
    """Change bytes of files one at a time: a picture or a reason comes, never an error."""
    rng = np.random.default_rng(11)
    save(place / "good.png", noise(9))
    for kind in ("PNG", "JPEG", "BMP"):
        content = bytearray(bytes_of(noise(1), kind))
        for number in range(30):
            at = int(rng.integers(len(content) if number % 2 else 60))
            wrong = bytes([*content[:at], int(rng.integers(256)), *content[at + 1 :]])
            (place / f"{kind}{number}").write_bytes(wrong)
    loaded = load(place)
    assert len(loaded.images) + len(loaded.refused) == 91


def test_an_animated_png_is_refused(place):
    frames = [Image.fromarray(noise(n)) for n in range(3)]
    frames[0].save(place / "film.png", save_all=True, append_images=frames[1:])
    save(place / "good.png", noise(9))
    ((name, kind, detail),) = load(place).refused
    assert (name, kind, detail) == ("film.png", "animated", "3 frames")


def test_the_first_picture_of_a_telephone_s_several_is_taken(place):
    large, small = Image.fromarray(noise(1)), Image.fromarray(noise(2, (8, 8)))
    large.save(place / "a.jpg", "MPO", save_all=True, append_images=[small])
    assert load(place).images.shape == (1, 30, 30)


@pytest.mark.skipif(os.name == "nt", reason="POSIX")
def test_links_are_not_followed_and_a_loop_has_an_end(place, tmp_path):
    outside = save(tmp_path / "outside" / "secret.png", noise(1))
    save(place / "good.png", noise(2))
    (place / "link.png").symlink_to(outside)
    (place / "away").symlink_to(outside.parent)
    (place / "loop").symlink_to(place)
    (place / "nowhere").symlink_to(tmp_path / "gone")
    loaded = load(place)
    assert loaded.names == ("good.png",)
    assert kinds(loaded) == dict.fromkeys(["away", "link.png", "loop", "nowhere"], "a link")


@pytest.mark.skipif(os.name == "nt", reason="POSIX")
def test_a_link_to_the_folder_itself_is_what_the_user_named(place, tmp_path):
    save(place / "good.png", noise(2))
    (tmp_path / "short").symlink_to(place)
    assert load(tmp_path / "short").names == ("good.png",)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="POSIX")
def test_a_pipe_is_not_waited_for(place):
    os.mkfifo(place / "pipe")
    save(place / "good.png", noise(2))
    assert kinds(load(place)) == {"pipe": "neither file nor folder"}


def test_hidden_files_do_not_count(place):
    save(place / "good.png", noise(2))
    save(place / "._good.png", noise(3))
    save(place / ".trash" / "old.png", noise(4))
    loaded = load(place)
    assert loaded.names == ("good.png",) and not loaded.refused


def test_folders_in_folders_have_an_end(place):
    save(place.joinpath(*"abcdefghi", "deep.png"), noise(1))
    save(place.joinpath(*"abcdefghij", "deeper.png"), noise(2))
    loaded = load(place)
    assert loaded.names == ("a/b/c/d/e/f/g/h/i/deep.png",) and loaded.class_names == ("a",)
    assert kinds(loaded) == {"a/b/c/d/e/f/g/h/i/j": "a folder too deep"}


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_may_not_be_read_is_refused(place, monkeypatch, what):
    save(place / "good.png", noise(1))
    save(place / "locked" / "a.png", noise(2))
    real = os.scandir if what == "folder" else Path.open

    def denied(path, *rest):
        if "locked" in str(path):
            raise PermissionError(13, "no")
        return real(path, *rest)

    where = (os, "scandir") if what == "folder" else (Path, "open")
    monkeypatch.setattr(*where, denied)
    (kind,) = kinds(load(place)).values()
    assert "may not be read" in kind


# Duplicates, classes and the split


def test_the_same_picture_twice_is_taken_once(place):
    save(place / "b.png", noise(1))
    save(place / "c.bmp", noise(1))
    save(place / "deep" / "down" / "a.png", noise(2))
    save(place / "deep" / "a copy.png", noise(2))
    loaded = load(place)
    assert len(loaded.images) == 2 and set(loaded.names) == {"b.png", "deep/a copy.png"}
    details = {name: detail for name, _, detail in loaded.refused}
    assert details == {"c.bmp": "of b.png", "deep/down/a.png": "of deep/a copy.png"}


def test_a_picture_in_two_classes_has_no_label_and_is_not_taken(place):
    for owner in ("cats", "dogs"):
        save(place / owner / "a.png", noise(1))
        save(place / owner / "b.png", noise(2 if owner == "cats" else 3))
    loaded = load(place)
    assert set(loaded.names) == {"cats/b.png", "dogs/b.png"}
    assert kinds(loaded) == dict.fromkeys(["cats/a.png", "dogs/a.png"], "in two classes")


def test_the_first_sub_folder_is_the_class(place):
    save(place / "cats" / "old" / "1.png", noise(1))
    save(place / "dogs" / "2.png", noise(2))
    save(place / "3.png", noise(3))
    loaded = load(place)
    assert loaded.class_names == (".", "cats", "dogs")
    assert dict(zip(loaded.names, loaded.labels.tolist(), strict=True)) == {
        "3.png": 0, "cats/old/1.png": 1, "dogs/2.png": 2,
    }  # fmt: skip


def fill(place, names, first=0):
    for number, name in enumerate(names, first):
        save(place / name, noise(number))


def parts_of(loaded):
    """Return the content of each part, whatever the names."""
    return [sorted(i.tobytes() for i in loaded.images[loaded.parts == n]) for n in range(3)]


def test_names_and_their_order_do_not_count_for_the_split(place, tmp_path, monkeypatch):
    fill(place, [f"{n:02}.png" for n in range(40)])
    other = tmp_path / "others"
    other.mkdir()
    fill(other, [f"z{40 - n}.bmp" for n in range(40)])
    first, second = load(place), load(other)
    assert parts_of(first) == parts_of(second)
    np.testing.assert_array_equal(first.images, second.images)
    real = os.scandir

    class Backwards:
        def __init__(self, path):
            self.entries = sorted(real(path), key=lambda one: one.name)[::-1]

        def __enter__(self):
            return iter(self.entries)

        def __exit__(self, *_):
            pass

    monkeypatch.setattr(os, "scandir", Backwards)
    again = load(place)
    assert again.names == first.names
    np.testing.assert_array_equal(again.parts, first.parts)


def test_another_seed_is_another_split(place):
    fill(place, [f"{n}.png" for n in range(40)])
    assert parts_of(load(place)) != parts_of(load(place, seed=1))
    assert parts_of(load(place, seed=1)) == parts_of(load(place, seed=1))


def test_no_picture_is_on_two_sides_whatever_was_copied(place):
    fill(place / "a", [f"{n}.png" for n in range(20)])
    fill(place / "b", [f"{n}.png" for n in range(20)], 20)
    fill(place / "a", [f"copy {n}.bmp" for n in range(20)])
    train, validation, test = (set(part) for part in parts_of(load(place)))
    assert not train & validation and not train & test and not validation & test
    assert len(train | validation | test) == 40


def test_each_class_is_divided_by_the_shares(place):
    fill(place / "many", [f"{n}.png" for n in range(20)])
    fill(place / "few", [f"{n}.png" for n in range(3)], 100)
    fill(place / "one", ["1.png"], 200)
    loaded = load(place, shares=(0.5, 0.25, 0.25))
    counts = {
        name: np.bincount(loaded.parts[loaded.labels == i], minlength=3).tolist()
        for i, name in enumerate(loaded.class_names)
    }
    assert counts == {"few": [1, 1, 1], "many": [10, 5, 5], "one": [1, 0, 0]}
    images, labels, names = loaded.part("test")
    assert images.shape == (6, 30, 30) and len(labels) == len(names) == 6
    with pytest.raises(ValueError, match=r"one of training, validation, test. Received: 'tests'"):
        loaded.part("tests")


@pytest.mark.parametrize(
    "count, shares, expected",
    [
        (0, (0.7, 0.15, 0.15), [0, 0, 0]),
        (1, (0.7, 0.15, 0.15), [1, 0, 0]),
        (2, (0.7, 0.15, 0.15), [2, 0, 0]),
        (3, (0.7, 0.15, 0.15), [1, 1, 1]),
        (10, (0.7, 0.15, 0.15), [7, 2, 1]),
        (100, (0.7, 0.15, 0.15), [70, 15, 15]),
        (5, (1, 0, 0), [5, 0, 0]),
        (5, (0.9, 0, 0.1), [4, 0, 1]),
    ],
)
def test_divide(count, shares, expected):
    assert folders.divide(count, shares) == expected


# Names


def test_korean_names_stay_and_are_composed(place):
    name = unicodedata.normalize("NFD", "고양이")
    save(place / name / "사진.png", noise(1))
    loaded = load(place)
    assert loaded.class_names == ("고양이",) and loaded.names == ("고양이/사진.png",)


@pytest.mark.skipif(sys.platform != "linux", reason="a file system of bytes")
def test_names_that_are_no_text_are_escaped(place, capsys):
    with open(os.fsencode(place) + b"/bad\xff\n\xe2\x80\xae.png", "wb") as file:
        file.write(bytes_of(noise(1), "PNG"))
    with open(os.fsencode(place) + b"/\xfe.txt", "wb") as file:
        file.write(b"no picture")
    loaded = load(place)
    assert loaded.names == ("bad\\xff\\n\\u202e.png",)
    assert "\\xfe.txt" in capsys.readouterr().out


def test_printable_and_shortened():
    assert printable("a\tb\x1b[31m") == "a\\tb\\x1b[31m"
    assert printable("한글 é") == "한글 é"
    assert shortened("a" * 100, 24) == "aaaaaaaaaa...aaaaaaaaaa"
    assert shortened("a" * 80) == "a" * 80


def test_a_terminal_without_the_letters_gets_escapes(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    say("사진")
    sys.stdout.flush()
    assert raw.getvalue() == b"\\uc0ac\\uc9c4\n"


# The report, and what is left alone


def test_the_report_says_what_was_taken_and_refused(place, capsys):
    fill(place / "cats", [f"{n}.png" for n in range(10)])
    fill(place / "dogs", [f"{n}.png" for n in range(4)], 50)
    for number in range(5):
        (place / f"note {number}.txt").write_text("hello", encoding="utf-8")
    loaded = load(place)
    text = capsys.readouterr().out
    assert text == loaded.report() + "\n"
    assert text.splitlines() == [
        "Folder pictures: pictures taken 14, files refused 5; 30 x 30 pixels, grey, middle cut out",
        "                              training  validation        test",
        "  cats                               7           2           1",
        "  dogs                               2           1           1",
        "  all                                9           3           2",
        "  refused, no PNG, JPEG or BMP: note 0.txt, note 1.txt, note 2.txt, and 2 more",
    ]
    assert str(place.parent) not in text


def test_nothing_is_written(place):
    fill(place / "a", ["1.png", "2.jpg"])
    (place / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    times = {path: path.stat().st_mtime_ns for path in place.rglob("*")}
    load(place)
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before
    assert {path: path.stat().st_mtime_ns for path in place.rglob("*")} == times


# Bad input


@pytest.mark.parametrize("path", ["", None, 3, b"", ["a"]])
def test_a_path_is_text(path):
    with pytest.raises(ValueError, match=r"takes the path of a folder, as text. Received: "):
        data.load_folder(path)


def test_a_missing_folder_and_a_file(place):
    with pytest.raises(ValueError, match=r"Received: .*gone, not there"):
        load(place / "gone")
    with pytest.raises(ValueError, match=r"unpacked first. Received: .*a.png, a file"):
        load(save(place / "a.png", noise(1)))
    with pytest.raises(ValueError, match=r"Received: a\\x00b"):
        load("a\0b")


def test_an_empty_folder_and_one_without_pictures(place):
    with pytest.raises(ValueError, match=r"a picture that it can take.*Received: 0 files"):
        load(place)
    (place / "a.txt").write_text("hello", encoding="utf-8")
    with pytest.raises(ValueError, match=r"1 files, none taken .no PNG, JPEG or BMP"):
        load(place)


def test_a_folder_that_may_not_be_read(place, monkeypatch):
    def denied(path):
        raise PermissionError(13, "no")

    monkeypatch.setattr(os, "scandir", denied)
    with pytest.raises(ValueError, match=r"may be read. Received: pictures .PermissionError"):
        load(place)


def test_more_files_than_a_lesson_can_take(place, monkeypatch):
    monkeypatch.setattr(walking, "MAX_FILES", 10)
    fill(place / "a", [f"{n}.png" for n in range(9)])
    assert len(load(place).images) == 9
    fill(place / "a", ["9.png"], 9)
    with pytest.raises(ValueError, match="at most 10 files and folders: name a part"):
        load(place)


def test_more_pixels_than_fit_into_memory(place, monkeypatch):
    monkeypatch.setattr(folders, "MAX_NUMBERS", 4 * 900)
    fill(place, [f"{n}.png" for n in range(4)])
    assert len(load(place).images) == 4
    fill(place, ["4.png"], 4)
    with pytest.raises(ValueError, match=r"at most 4 pictures of shape .30, 30. fit"):
        load(place)


@pytest.mark.parametrize(
    "options, rule",
    [
        ({"size": 3}, "from 4 to 1,024. Received: 3"),
        ({"size": 2000}, "from 4 to 1,024"),
        ({"size": 28.0}, "whole numbers"),
        ({"size": True}, "whole numbers"),
        ({"size": (28, 28, 3)}, "height, width"),
        ({"size": "28"}, "height, width"),
        ({"colour": "yes"}, "colour is True or False"),
        ({"fit": "stretch"}, "fit is .crop. or .scale.. Received: colour=False, fit='stretch'"),
        ({"shares": (0.5, 0.5)}, "three numbers"),
        ({"shares": (0.5, 0.4, 0.2)}, "add up to 1"),
        ({"shares": (0, 0.5, 0.5)}, "above 0"),
        ({"shares": (1.2, -0.1, -0.1)}, "three numbers"),
        ({"shares": (float("nan"), 0.5, 0.5)}, "three numbers"),
        ({"shares": "abc"}, "three numbers"),
        ({"seed": -1}, "seed is a whole number"),
        ({"seed": 0.5}, "seed is a whole number"),
        ({"seed": None}, "seed is a whole number"),
    ],
)
def test_arguments_are_refused_with_the_rule(place, options, rule):
    save(place / "a.png", noise(1))
    with pytest.raises(ValueError, match=rule):
        load(place, **options)


def test_a_path_may_begin_at_home(place, monkeypatch):
    save(place / "a.png", noise(1))
    monkeypatch.setenv("HOME", str(place.parent))
    monkeypatch.setenv("USERPROFILE", str(place.parent))
    assert load("~/pictures").names == ("a.png",)


def test_the_caps_are_what_the_lesson_says():
    assert (walking.MAX_FILES, pictures.MAX_PIXELS) == (20_000, 64_000_000)
