"""Shared by the tests of worked notebooks: editions, and what students do to them."""

import copy
import json
import random
from pathlib import Path

from grading_kit import file_name, notebook, solution
from nbformat import from_dict
from nbgrader.utils import compute_checksum

from helpers.work.cells import source
from helpers.work.fingerprint import fingerprint, stamp
from helpers.work.handed_out import PREDICTION
from helpers.work.lessons import facts


def today(lesson="03"):
    """Return this edition's copy of a lesson, to change at will."""
    return copy.deepcopy(notebook(lesson))


def code(text, **more):
    """Return a code cell that a student wrote."""
    cell = {"cell_type": "code", "metadata": {}, "source": text, "outputs": []}
    return {**cell, "execution_count": None, **more}


def words(text, **more):
    """Return a text cell that a student wrote."""
    return {"cell_type": "markdown", "metadata": {}, "source": text, **more}


def restamped(book, *, prints=True):
    """Return a notebook as the builder hands it out: ids and stamps of its cells.

    Args:
        book: changed in place.
        prints: whether it says each cell's print, as it did not always.
    """
    taken = set()
    for cell in book["cells"]:
        cell["source"] = source(cell)
        marks = cell["metadata"].get("nbgrader", {})
        base = marks.get("grade_id") or fingerprint(cell["cell_type"], cell["source"])
        number, name = 1, base
        while name in taken:
            number += 1
            name = f"{base}-{number}"
        taken.add(name)
        cell["id"] = name
        if marks:
            marks["checksum"] = compute_checksum(from_dict(cell))
    said = stamp((cell["cell_type"], cell["source"]) for cell in book["cells"])
    book["metadata"]["workbook"] = said if prints else {"source": said["source"]}
    return book


def earlier(lesson="03", *, prints=True):
    """Return an earlier edition of a lesson.

    Its first exercise is gone today, so that the others had other numbers; a TODO, texts and code
    read otherwise; a prediction, two code cells and a text are gone, and some of today's are new.
    """
    book = today(lesson)
    cells = book["cells"]
    entries = facts(lesson).exercises
    for cell in cells:
        text = source(cell)
        for number in range(len(entries), 0, -1):
            old, new = (f"{int(lesson)}.{n}" for n in (number, number + 1))
            text = text.replace(f"Exercise {old} ", f"Exercise {new} ")
            text = text.replace(f'check("{old}"', f'check("{new}"').replace(
                f'"TODO {old}"', f'"TODO {new}"'
            )
        cell["source"] = text
    place = at(book, entries[0].grade_id) - 1
    n = int(lesson)
    gone = [
        words(f"### Exercise {n}.1 — An exercise of old (2 points)\n\n*About 5 minutes.*"),
        code(STUB_OF_OLD.format(n=n), metadata=_marks(f"ch{lesson}-gone", solution=True)),
        code(
            f'gone = check("{n}.1", gone)',
            metadata=_marks(f"ch{lesson}-gone-check", grade=True, locked=True, points=2),
        ),
        code("# A share.\nold_guess = ...  # prediction"),
        code("print(gone(3))"),
        words("A text of old."),
    ]
    cells[place:place] = gone
    todo = cells[at(book, entries[1].grade_id)]
    todo["source"] = todo["source"].replace('"""', '"""In other words. ', 1)
    plain = [c for c in cells if not c["metadata"].get("nbgrader")]
    for cell in [c for c in plain if c["cell_type"] == "code"][4::7]:
        cell["source"] += "\nprint('as it was')"
    for cell in [c for c in plain if c["cell_type"] == "markdown"][4::5]:
        cell["source"] += "\n\nAs it was."
    for cell in plain[20::23]:
        if "# prediction" not in cell["source"]:
            cells.remove(cell)
    return restamped(book, prints=prints)


STUB_OF_OLD = '''def gone(number):
    """Return the number."""
    # TODO: write your code here, then run this cell and the next one.
    raise NotImplementedError("TODO {n}.1")'''


def _marks(grade_id, **flags):
    marks = {"grade": False, "solution": False, "locked": False, "schema_version": 3, "task": False}
    return {"nbgrader": {**marks, **flags, "grade_id": grade_id, "cell_type": "code"}}


def at(book, grade_id):
    """Return where the cell with a mark stands."""
    return next(
        n
        for n, cell in enumerate(book["cells"])
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
    )


def answered(book, lesson="03", ids=None):
    """Fill answers into a notebook, those of the solution; return it."""
    for entry in facts(lesson).exercises:
        if ids is None or entry.id in ids:
            book["cells"][at(book, entry.grade_id)]["source"] = solution(lesson)[entry.id]
    return book


def predicting(book, value='"mine"'):
    """Fill a value into every prediction; return the notebook."""
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] = PREDICTION.sub(lambda m: f"{m[1]}{value}{m[3]}", source(cell))
    return book


def lines_of(book):
    """Return the lines of a notebook that say something."""
    return {line for c in book["cells"] for line in source(c).splitlines() if line.strip()}


def sources(book):
    """Return types and sources of a notebook's cells."""
    return [(cell["cell_type"], source(cell)) for cell in book["cells"]]


def save(folder: Path, book, lesson="03", name=None) -> Path:
    """Write a notebook into a folder."""
    path = folder / (name or file_name(lesson))
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(book, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def without_marks(book):
    """Lose nbgrader's marks."""
    for cell in book["cells"]:
        cell["metadata"].pop("nbgrader", None)
    return book


def without_ids(book):
    """Lose the ids of cells, as in format 4.4."""
    for cell in book["cells"]:
        cell.pop("id", None)
    book["nbformat_minor"] = 4
    return book


def as_colab(book):
    """Write a notebook as Colab does: ids of its own, kept in the cells' metadata."""
    for number, cell in enumerate(without_ids(book)["cells"]):
        cell["metadata"]["id"] = f"x{number:03d}AbCdEfGh"
        cell["source"] = source(cell).splitlines(keepends=True)
    book["metadata"]["colab"] = {"provenance": []}
    book["nbformat_minor"] = 0
    return book


def as_vs_code(book):
    """Write a notebook as VS Code does: ids kept, languages noted, source as lines."""
    for cell in book["cells"]:
        cell["metadata"]["vscode"] = {"languageId": "python"}
        cell["source"] = source(cell).splitlines(keepends=True)
    return book


FRONT_ENDS = {
    "Jupyter": lambda book: book,
    "VS Code": as_vs_code,
    "Colab": as_colab,
    "format 4.4": without_ids,
    "no marks": without_marks,
    "neither": lambda book: without_marks(without_ids(book)),
}


def scrambled(book, seed, changes=12):
    """Do to a notebook what students do, by chance; return it."""
    rng = random.Random(seed)
    for count in range(changes):
        _CHANGES[rng.randrange(len(_CHANGES))](book["cells"], rng, f"{seed}_{count}")
    return book


def _write_code(cells, rng, tag):
    text = rng.choice(
        (
            f"mine_{tag} = {rng.random()}\nprint(mine_{tag})",
            f"def helper_{tag}(x):\n    return x * {rng.randrange(99)}",
            f"import statistics as s_{tag}",
            f"%%time\nprint('{tag}')",
            f"!ls {tag}",
            f"this is ) no Python {tag}",
            f'text = """\n```\n### Exercise 3.2 — {tag}\n"""',
        )
    )
    cells.insert(rng.randrange(len(cells) + 1), code(text, id=f"w{tag}"))


def _write_words(cells, rng, tag):
    text = rng.choice((f"Note {tag}: 여기까지", f"## Heading {tag}\n\nwords", f"- [ ] {tag}"))
    cells.insert(rng.randrange(len(cells) + 1), words(text, id=f"t{tag}"))


def _edit(cells, rng, tag):
    cell = rng.choice(cells)
    lines = source(cell).splitlines() or [""]
    place = rng.randrange(len(lines) + 1)
    lines.insert(place, f"# edited {tag}")
    if rng.random() < 0.3 and len(lines) > 2:
        lines.pop(rng.randrange(len(lines)))
    cell["source"] = "\n".join(lines)


def _delete(cells, rng, tag):
    if len(cells) > 5:
        cells.pop(rng.randrange(len(cells)))


def _duplicate(cells, rng, tag):
    number = rng.randrange(len(cells))
    again = copy.deepcopy(cells[number])
    again["id"] = f"d{tag}"
    cells.insert(number + 1, again)


def _split(cells, rng, tag):
    number = rng.randrange(len(cells))
    lines = source(cells[number]).splitlines(keepends=True)
    if len(lines) > 1:
        place = rng.randrange(1, len(lines))
        rest = {**copy.deepcopy(cells[number]), "id": f"s{tag}"}
        cells[number]["source"], rest["source"] = "".join(lines[:place]), "".join(lines[place:])
        cells.insert(number + 1, rest)


def _merge(cells, rng, tag):
    number = rng.randrange(len(cells) - 1)
    if cells[number]["cell_type"] == cells[number + 1]["cell_type"]:
        below = cells.pop(number + 1)
        cells[number]["source"] = f"{source(cells[number])}\n\n{source(below)}"


def _move(cells, rng, tag):
    cell = cells.pop(rng.randrange(len(cells)))
    cells.insert(rng.randrange(len(cells) + 1), cell)


def _turn(cells, rng, tag):
    cell = rng.choice(cells)
    if cell["cell_type"] == "code":
        cell["cell_type"] = "markdown"
        cell.pop("outputs", None)
        cell.pop("execution_count", None)
        cell["source"] = f"turned {tag}\n{source(cell)}"


_CHANGES = (
    *(_write_code, _write_words, _edit, _edit, _delete, _duplicate, _split, _merge, _move, _turn),
)
