"""Set one or several of our figures beside the published ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from helpers.results.figures import Published, published
from helpers.results.text import figure, signed, size, table, to_float

# Closer than this share, neither figure is called the better one.
NO_VERDICT = 0.01
MIME_TYPE = "application/vnd.autoencoder-workbook.result+json"


@dataclass(frozen=True, repr=False)
class Comparison:
    """Hold our figure beside the published one; a notebook shows it as text and stores both."""

    published: Published
    ours: float
    note: str = ""
    images: str | None = None
    runs: tuple[float, ...] = ()  # those whose mean ours is, if there are several

    @property
    def comparable(self) -> bool:
        """Whether both were measured on the same images, or on none (parameters, settings)."""
        theirs = self.published
        return theirs.split is None or self.images in (None, theirs.images)

    @property
    def difference(self) -> float:
        """Ours minus the published figure, in its unit."""
        return self.ours - self.published.value

    @property
    def ratio(self) -> float:
        """Ours divided by the published figure."""
        return self.ours / self.published.value

    @property
    def verdict(self) -> str:
        """Say in words how ours stands to the published figure."""
        theirs = self.published
        if not self.comparable:
            return "other images: not comparable"
        if abs(self.difference) <= 0.5 * 10**-theirs.decimals * (1 + 1e-9):
            return f"the same, to the {theirs.kind} digits"
        if theirs.plus_minus is not None and abs(self.difference) <= theirs.plus_minus:
            return f"within the {theirs.kind} ± {theirs.plus_minus}"
        direction = "lower" if self.difference < 0 else "higher"
        words = f"ours is {size(self.ours, theirs.value)} {direction}"
        if theirs.better == "equal":
            return f"{words}: should be equal"
        if theirs.better is None or abs(self.difference) < NO_VERDICT * theirs.value:
            return words
        if self.runs and min(self.runs) <= theirs.value <= max(self.runs):
            return f"{words} in the mean of runs that lie on both sides"
        verdict = "better" if theirs.better == direction else "worse"
        return f"{words}: {verdict}" + (f" in all {len(self.runs)} runs" if self.runs else "")

    def record(self) -> dict:
        """Return everything as a JSON-ready dictionary; "ours" and "published" are numbers."""
        theirs = self.published
        return {
            "key": theirs.key,
            "what": theirs.what,
            "ours": self.ours,
            **({"runs": list(self.runs)} if self.runs else {}),
            "published": theirs.value,
            "plus_minus": theirs.plus_minus,
            "unit": theirs.unit,
            "split": theirs.split,
            "images": self.images,
            "difference": self.difference,
            "ratio": self.ratio,
            "decimals": theirs.decimals,
            "better": theirs.better,
            "verdict": self.verdict,
            "source": theirs.source,
            "note": self.note,
        }

    def __repr__(self) -> str:
        theirs = self.published
        spread = "" if theirs.plus_minus is None else f" ± {theirs.plus_minus}"
        difference = signed(self.difference, theirs.decimals)
        ours = figure(self.ours, theirs.decimals)
        if self.runs:
            ends = (figure(end(self.runs), theirs.decimals) for end in (min, max))
            ours += f", the mean of {len(self.runs)} runs from {' to '.join(ends)}"
        lines = {
            "ours": ours,
            theirs.kind: f"{theirs}{spread}",
            "difference": f"{difference} (ours / {theirs.kind} = {self.ratio:.4g})",
            "verdict": self.verdict,
            "source": theirs.source,
            "note": self.note,
        }
        if not self.comparable:
            del lines["difference"]
        body = [f"  {name:<12}{text}" for name, text in lines.items() if text]
        return "\n".join([theirs.title, *body])

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        return {"text/plain": repr(self), MIME_TYPE: self.record()}


@dataclass(frozen=True, repr=False)
class Comparisons:
    """Hold several comparisons; a notebook shows them as one table and stores them all."""

    rows: tuple[Comparison, ...]
    note: str = ""

    def __repr__(self) -> str:
        kinds = {row.published.kind for row in self.rows}
        # Where both stand in one column it is headed "published", and references are marked.
        mark = {"reference": "*"} if len(kinds) > 1 else {}
        theirs = "published" if mark else kinds.pop()
        cells = [
            (
                row.published.title,
                figure(row.ours, row.published.decimals),
                str(row.published) + mark.get(row.published.kind, ""),
                row.verdict,
            )
            for row in self.rows
        ]
        text = table(
            ("what", "ours", theirs, "verdict"),
            cells,
            align="<>><",
            widths={0: 34, 3: 22},
        )
        sources = dict.fromkeys(f"source: {row.published.source}" for row in self.rows)
        notes = ["* a reference of ours, not published"] if mark else []
        notes += [f"note: {self.note}"] if self.note else []
        return "\n".join([text, "", *sources, *notes])

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        return {
            "text/plain": repr(self),
            MIME_TYPE: {"results": [row.record() for row in self.rows]},
        }


def compare(
    key: str | Mapping[str, float | Sequence[float]],
    ours: float | Sequence[float] | None = None,
    *,
    images: str | None = None,
    note: str = "",
) -> Comparison | Comparisons:
    """Set our figure beside the published one, or beside the reference that the course measured.

    Args:
        key: key of a published figure, or several at once as {key: our figure}.
        ours: our figure, in the unit of the published one, or the figures of several runs, of
            which the mean is compared: it is called better or worse only if all of them are.
            Left out with several keys.
        images: name of the data set that ours was measured on, for example ``digits.name``; on
            other images than the figure's there is no verdict. Left out: on the figure's.
        note: a sentence to show below, for example what differs from the published set-up.

    Returns:
        A Comparison, or Comparisons for several. As the last line of a cell it shows both figures
        and a verdict, and stores them in the cell's output in machine-readable form.

    Raises:
        ValueError: if a key is unknown, or if a figure is not a finite number, 0 or more.
    """
    if not isinstance(key, Mapping):
        return _one(key, ours, note, images)
    if not key or ours is not None:
        raise ValueError(
            "compare takes one key and one number, or one dictionary {key: number} that is not "
            f"empty. Received: {dict(key)!r} and {ours!r}"
        )
    return Comparisons(tuple(_one(name, each, note, images) for name, each in key.items()), note)


def _one(key: str, ours, note: str, images: str | None) -> Comparison:
    several = getattr(ours, "ndim", 0) == 1 or isinstance(ours, (list, tuple))
    if not several:
        return Comparison(published(key), _checked(ours), note, images)
    runs = tuple(map(_checked, ours))
    if len(runs) < 2:
        raise ValueError(f"Runs to compare are two or more figures. Received: {ours!r}")
    return Comparison(published(key), sum(runs) / len(runs), note, images, runs)


def _checked(ours: float | None) -> float:
    number = to_float(ours)
    if number < 0:
        raise ValueError(f"A figure to compare is 0 or more. Received: {ours!r}")
    return number
