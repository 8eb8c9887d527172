"""How far long work is, by tqdm: a bar for a person who looks on, plain lines in a log."""

from __future__ import annotations

from tqdm import tqdm as text_tqdm
from tqdm.auto import tqdm

from helpers.course.audience import is_watched


def bar(total: int | None, *, shown: bool | None = None, lines: bool = False, **options) -> tqdm:
    """Return tqdm's bar, drawn where a person looks on and silent elsewhere.

    Args:
        total: steps of the whole work, None where that is not known.
        shown: whether to draw it; when None, only for a person who looks on.
        lines: whether a log that nobody watches gets a plain line per tenth of the work, if its
            total is known.
        **options: of tqdm.
    """
    shown = is_watched() if shown is None else shown
    if shown or not lines or total is None:
        return tqdm(total=total, disable=not shown, dynamic_ncols=True, **options)
    return _Lines(
        total=total,
        miniters=max(1, total // 10),
        mininterval=0,
        maxinterval=float("inf"),
        bar_format="{desc}{n_fmt} of {total_fmt}{unit}, {remaining} left{postfix}",
        **options,
    )


class _Lines(text_tqdm):
    """Write a line wherever tqdm would draw its bar anew."""

    def display(self, msg: str | None = None, pos: int | None = None) -> None:
        self.fp.write(f"{self}\n")
        self.fp.flush()

    def close(self) -> None:
        self.disable = True  # nothing is drawn, so nothing has to be cleared
