"""Read the published figures of helpers/results/data/published.json."""

from __future__ import annotations

import difflib
import functools
import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

# Published figures and kept runs travel with the package.
DATA = Path(__file__).parent / "data"
_PUBLISHED_FILE = DATA / "published.json"


@dataclass(frozen=True)
class Published:
    """Hold one published figure: value in `unit`, measured on `split`, printed to `decimals`.

    ``images`` names the data set of the split: `mnist`, or in words what it was.
    """

    key: str
    value: float
    unit: str
    split: str | None
    what: str
    source: str
    better: str | None
    decimals: int
    plus_minus: float | None = None
    images: str = "mnist"

    @property
    def kind(self) -> str:
        """Say whose figure it is, as ``kind_of`` does."""
        return kind_of(self.source)

    def __str__(self) -> str:
        """Write the value as it was printed: "3.00", "716,640"."""
        return f"{self.value:,.{self.decimals}f}"

    @property
    def title(self) -> str:
        """Say what was measured, in which unit and on which part of the data."""
        measure = f"{self.unit}, {self.split}" if self.split else self.unit
        return f"{self.what.rstrip('.')} [{measure}]"


def kind_of(source: str) -> str:
    """Return "reference" for what the course measured itself, else "published"."""
    return "reference" if source.startswith("measured for this course") else "published"


def published(key: str) -> Published:
    """Return one published figure.

    Args:
        key: for example "basic_ae.mse.epoch20" or "pca.sse.k30".

    Raises:
        ValueError: if there is no such key; the message names the nearest ones.
        FileNotFoundError: if helpers/results/data/published.json is not there.
    """
    figures = _load(_PUBLISHED_FILE)
    if key not in figures:
        nearest = difflib.get_close_matches(str(key), figures, n=3, cutoff=0.5)
        advice = f"Nearest: {', '.join(nearest)}. " if nearest else ""
        raise ValueError(
            f"There is no published figure of that name. {advice}"
            f"helpers/results/data/published.json lists them all. Received: {key!r}"
        )
    return figures[key]


@functools.cache
def _load(path: Path) -> dict[str, Published]:
    try:
        # Decimal keeps the digits as printed: 3.00 is known to two places, 3.0 to one.
        entries = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except FileNotFoundError:
        raise FileNotFoundError(
            f"The published figures are missing: there is no {path}. Install the course from its "
            "own folder with 'pip install -e .', so that data stays beside helpers."
        ) from None
    except ValueError as error:
        raise ValueError(f"{path} is damaged: restore it from the repository. {error}") from None
    return {entry["key"]: _as_published(entry) for entry in entries}


def _as_published(entry: dict) -> Published:
    spread = entry.get("plus_minus")
    numbers = {
        "value": float(entry["value"]),
        "decimals": -int(Decimal(entry["value"]).as_tuple().exponent),
        "plus_minus": None if spread is None else float(spread),
    }
    return Published(**{**entry, **numbers})
