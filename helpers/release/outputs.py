"""The rules of an executed solution's outputs, and the tidying that needs no judgement."""

import base64
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.release.notebook import WAIT, place, to_bytes

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from PIL.Image import Image

MAX_BYTES = 500_000
LONG = 15  # seconds that nobody waits for without a word
MAX_DPI = 100
MAX_PICTURE_WIDTH = 1_200
# Bytes of a picture beyond which it gets so many colours.
_COLOURS = {0: 256, 12_000: 128, 24_000: 48}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
# A folder and more, and not the middle of a web address, a fraction, a tag or ~/...
MACHINE_PATH = re.compile(r"(?<![\w/.:<+)~-])/(?:[\w.+-]+/)+[\w.+-]+|\b[A-Za-z]:\\\w[\w\\]+")
CAPTION = re.compile(r"\*\*Figure (\d+)\.(\d+)\.\*\*")

Problems = Iterator[tuple[int, str]]


def tidy(notebook: "NotebookNode") -> None:
    """Merge neighbouring streams, shrink pictures, and drop widget views that have a twin.

    The twin is any other rich form of the same output, such as a picture.
    """
    for cell in notebook.cells:
        outputs: list[NotebookNode] = []
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if WIDGET_VIEW in data and set(data) - {WIDGET_VIEW, "text/plain"}:
                del data[WIDGET_VIEW]
            if "image/png" in data:
                png = base64.b64decode(data["image/png"])
                data["image/png"] = base64.b64encode(shrink(png)).decode()
            same = outputs and output.output_type == outputs[-1].output_type == "stream"
            if same and output.name == outputs[-1].name:
                outputs[-1].text += output.text
            else:
                outputs.append(output)
        for output in outputs:
            if output.output_type == "stream":
                # A progress bar rewrites its line: keep what was last to be seen.
                output.text = re.sub(r"[^\n]*\r(?=[^\n])", "", output.text)
        if cell.cell_type == "code":
            cell.outputs = outputs


def shrink(png: bytes) -> bytes:
    """Return an opaque PNG with few colours, or as it was if that is not smaller.

    A figure has few colours beside the blends at its edges, so the difference is at most a
    few of 255 levels, and the file has half the bytes: 256 colours, or fewer if it is large.
    """
    from PIL import Image

    with Image.open(io.BytesIO(png)) as picture:
        if picture.mode not in ("RGB", "RGBA"):
            return png
        extrema: Any = picture.getextrema()  # a pair for each channel
        if picture.mode == "RGBA" and extrema[3][0] < 255:
            return png
        small = png
        for size, count in _COLOURS.items():
            if len(small) > size:
                small = _with_colours(picture, count)
    return min(small, png, key=len)


def _with_colours(picture: "Image", count: int) -> bytes:
    from PIL.Image import Dither, Quantize

    rgb = picture.convert("RGB")
    small = rgb.quantize(count, Quantize.MAXCOVERAGE, kmeans=2, dither=Dither.NONE)
    buffer = io.BytesIO()
    small.save(buffer, "png", optimize=True, dpi=picture.info.get("dpi"))
    return buffer.getvalue()


def problems(notebook: "NotebookNode") -> list[str]:
    """Return what is wrong with the outputs of an executed solution, one sentence each."""
    found = [
        f"{place(notebook, index)}: {text}"
        for rule in RULES.values()
        for index, text in rule(notebook)
    ]
    if notebook.metadata.get("widgets"):
        found.append("the notebook's metadata holds widget state")
    size = len(to_bytes(notebook))
    if size > MAX_BYTES:
        found.append(
            f"the notebook has {size:,} bytes, more than {MAX_BYTES:,}: {_largest(notebook)}"
        )
    return found


def _largest(notebook: "NotebookNode") -> str:
    """Name the three cells with the largest outputs, and how many bytes they have."""
    sizes = [len(json.dumps(cell.get("outputs", ()))) for cell in notebook.cells]
    order = sorted(range(len(sizes)), key=sizes.__getitem__, reverse=True)[:3]
    return ", ".join(f"{place(notebook, index)} {sizes[index]:,}" for index in order)


def _counts(notebook: "NotebookNode") -> Problems:
    codes = [index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    for expected, index in enumerate(codes, start=1):
        count = notebook.cells[index].execution_count
        if count != expected:
            yield index, f"its execution count is {count} and not {expected}"


def _errors(notebook: "NotebookNode") -> Problems:
    for index, output in _outputs(notebook):
        if output.output_type == "error":
            yield index, f"it ended with {output.ename}: {output.evalue}"


def _stderr(notebook: "NotebookNode") -> Problems:
    for index, output in _outputs(notebook):
        if output.output_type == "stream" and output.name == "stderr":
            text = output.text.strip().splitlines()
            yield index, f"it writes to stderr: {text[-1] if text else 'a blank line'}"


def _widgets(notebook: "NotebookNode") -> Problems:
    for index, output in _outputs(notebook):
        if WIDGET_VIEW in output.get("data", {}):
            yield index, "it shows a widget without a static picture beside it"


def _paths(notebook: "NotebookNode") -> Problems:
    for index, output in _outputs(notebook):
        data = output.get("data", {})
        texts = [text for name, text in data.items() if not name.startswith("image/")]
        for text in (output.get("text", ""), *texts):
            text = re.sub(r"data:[\w/+-]+;base64,[\w+/=\s]+", "", str(text))
            if match := MACHINE_PATH.search(text):
                yield index, f"its output shows a path of this machine: {match[0]}"


def _pictures(notebook: "NotebookNode") -> Problems:
    from PIL import Image

    for index, output in _outputs(notebook):
        if png := output.get("data", {}).get("image/png"):
            with Image.open(io.BytesIO(base64.b64decode(png))) as picture:
                dpi = round(max(picture.info.get("dpi", (0,))))
                width = picture.width
            if dpi > MAX_DPI:
                yield index, f"its picture has {dpi} dots per inch, more than {MAX_DPI}"
            if width > MAX_PICTURE_WIDTH:
                yield index, f"its picture is {width} pixels wide, more than {MAX_PICTURE_WIDTH}"


def _alternatives(notebook: "NotebookNode") -> Problems:
    for index, output in _outputs(notebook):
        if "image/png" in output.get("data", {}):
            alt = str(output.metadata.get("image/png", {}).get("alt", "")).strip()
            if alt.lower().rstrip(".") in ("", "figure", "image", "picture", "plot"):
                yield index, f"its picture needs a text alternative. Received: {alt!r}"
            elif "\n" in alt:
                yield index, "the text alternative of its picture has more than one line"


def _captions(notebook: "NotebookNode") -> Problems:
    previous = (0, 0)
    for index, cell in enumerate(notebook.cells):
        if any("image/png" in output.get("data", {}) for output in cell.get("outputs", ())):
            following = notebook.cells[index + 1 : index + 2]
            caption = CAPTION.match(following[0].source) if following else None
            if not caption or following[0].cell_type != "markdown":
                yield index, "the next cell must be its caption, '**Figure N.k.** ...'"
                continue
            number = (int(caption[1]), int(caption[2]))
            if number <= previous:
                yield index, f"its caption, Figure {number[0]}.{number[1]}, is out of order"
            previous = number


def _shown(notebook: "NotebookNode") -> Problems:
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown" and (caption := CAPTION.match(cell.source)):
            above = notebook.cells[index - 1].get("outputs", ()) if index else ()
            # A plot that is not the last line of its cell is drawn for nobody.
            if not any("image/png" in output.get("data", {}) for output in above):
                yield index, f"Figure {caption[1]}.{caption[2]} is not shown by the cell above"


def _waits(notebook: "NotebookNode") -> Problems:
    """Compare what a cell says of its time with the time of the kept run, if that was in full."""
    facts = notebook.metadata.get("workbook", {})
    if facts.get("profile") != "full":
        return
    # By the name alone: text may have moved the numbers of cells since. Several may have one name.
    took: dict[str, list[int]] = {}
    for where, seconds in facts.get("seconds", {}).items():
        took.setdefault(_name(where), []).append(seconds)
    first = next(i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code")
    names = [_name(place(notebook, index)) for index in range(len(notebook.cells))]
    saying = {names[i] for i, cell in enumerate(notebook.cells) if WAIT.match(cell.source)}
    for index, cell in enumerate(notebook.cells):
        times = took.get(names[index], [0]) if index > first else [0]
        said = WAIT.match(cell.source)
        # A shared machine is up to three times as slow at one time as at another.
        if said and not any(t / 3 <= int(said[1]) <= max(3 * t, LONG) for t in times):
            yield index, f"it says that it takes {said[1]} seconds and took {times[0]}"
        elif max(times) >= LONG and names[index] not in saying:
            about = f"In full this takes about {round(max(times), -1)} seconds on two cores."
            yield index, f"begin it with '# {about}'"


def _name(where: str) -> str:
    return where.partition(" ")[2].partition(" ")[2]


def _outputs(notebook: "NotebookNode") -> Iterator[tuple[int, "NotebookNode"]]:
    for index, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", ()):
            yield index, output


RULES: dict[str, Callable[["NotebookNode"], Problems]] = {
    "counts": _counts,
    "errors": _errors,
    "stderr": _stderr,
    "widgets": _widgets,
    "paths": _paths,
    "pictures": _pictures,
    "alternatives": _alternatives,
    "captions": _captions,
    "shown": _shown,
    "waits": _waits,
}


def title_picture(notebook: "NotebookNode") -> bytes | None:
    """Return the first PNG among the outputs of an executed notebook, if it has one."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            png = output.get("data", {}).get("image/png")
            if png:
                return base64.b64decode(png)
    return None


def title_picture_path(source: Path) -> Path:
    """Return where the title picture of a lesson lies."""
    return source.with_suffix(".png")
