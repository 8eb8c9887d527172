"""What a training run measured, epoch by epoch."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields


@dataclass(repr=False)
class History:
    """Hold the curves of a run: one number per epoch in every list.

    Args:
        loss: mean of the loss over the training images, as met during the epoch, while the weights
            were changing; without the model's regularisation, so that it compares with validation.
        validation: mean of the loss over the validation images after the epoch; empty if none.
        seconds: wall-clock time of the epoch's steps, without compilation, validation, checkpoint.
        images_per_second: training images over those seconds.
    """

    loss: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    images_per_second: list[float] = field(default_factory=list)

    @property
    def epochs(self) -> int:
        """Return the number of epochs done."""
        return len(self.loss)

    def add(self, loss: float, validation: float | None, seconds: float, images: int) -> None:
        """Append what one epoch of so many images measured."""
        self.loss.append(loss)
        if validation is not None:
            self.validation.append(validation)
        self.seconds.append(seconds)
        self.images_per_second.append(images / max(seconds, 1e-9))

    def to_dict(self) -> dict[str, list[float]]:
        """Return the lists by name, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, lists: dict[str, list[float]]) -> History:
        """Return the history whose `to_dict` that was.

        Raises:
            ValueError: if a list is missing, unknown or of another length than the others.
        """
        names = {one.name for one in fields(cls)}
        lengths = {len(values) for name, values in lists.items() if name != "validation"}
        lengths.add(len(lists.get("validation", ())) or max(lengths, default=0))
        if set(lists) != names or len(lengths) != 1:
            raise ValueError(
                f"A history has equally long lists {', '.join(sorted(names))} (validation may be "
                f"empty). Received: { {name: len(values) for name, values in lists.items()} }"
            )
        return cls(**{name: [float(value) for value in values] for name, values in lists.items()})

    def __repr__(self) -> str:
        if not self.epochs:
            return "History(no epochs yet)"
        parts = [f"{self.epochs} epoch{'s' if self.epochs > 1 else ''}"]
        for name, values in (("loss", self.loss), ("validation", self.validation)):
            if values:
                ends = [values[0], values[-1]] if len(values) > 1 else values
                parts.append(f"{name} {' -> '.join(f'{value:.4g}' for value in ends)}")
        rate = self.epochs / sum(1 / speed for speed in self.images_per_second)
        parts.append(f"{sum(self.seconds):.3g} s, {rate:,.0f} images/s")
        return f"History({', '.join(parts)})"
