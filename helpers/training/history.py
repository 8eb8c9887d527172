"""What a training run measured, epoch by epoch."""

from dataclasses import dataclass, field


@dataclass
class History:
    """Hold the curves of a run: one number per epoch in every list.

    `loss` is the mean over the training images of the loss alone, as met during the epoch, without
    the model's regularisation; `validation` is the same mean after the epoch on the validation images
    (empty when there are none); `seconds` is wall-clock time.
    """

    loss: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    images_per_second: list[float] = field(default_factory=list)

    @property
    def epochs(self) -> int:
        """Return the number of epochs done."""
        return len(self.loss)
