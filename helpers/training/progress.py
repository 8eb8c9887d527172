"""Show how a training run goes: one bar for people, scalars for TensorBoard."""

from __future__ import annotations

import os

import tensorflow as tf

from helpers.course.progress import bar
from helpers.training.history import History

# Lines that this process has said already.
_said: set[str] = set()


class Progress:
    """One bar over all epochs: images done, images per second, time left and the last losses.

    Args:
        epochs: to do in all.
        images: per epoch.
        done: epochs done before, when a run is resumed.
        shown: whether to show it; when None, only to a person who looks on.
    """

    def __init__(self, epochs: int, images: int, done: int = 0, shown: bool | None = None):
        self._epochs = epochs
        self._bar = bar(
            epochs * images,
            shown=shown,
            initial=done * images,
            unit=" images",
            unit_scale=True,
        )

    def announce(self, line: str) -> None:
        """Write a line beside the bar, once in a process."""
        if not self._bar.disable and line not in _said:
            self._bar.write(line)
            _said.add(line)

    def advance(self, epoch: int, images: int, loss: float) -> None:
        """Show that so many more images are done, and the mean loss of this epoch so far."""
        self._bar.set_description(f"epoch {epoch + 1}/{self._epochs}", refresh=False)
        self._bar.set_postfix(loss=f"{loss:.4g}", refresh=False)
        self._bar.update(images)

    def end_epoch(self, history: History) -> None:
        """Show the losses of the epoch that has just ended."""
        shown = {"loss": history.loss, "validation": history.validation}
        self._bar.set_postfix({k: f"{v[-1]:.4g}" for k, v in shown.items() if v})

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *problem) -> None:
        self._bar.close()


class Scalars:
    """Write the curves as TensorBoard scalars; without a folder, do nothing.

    TensorBoard itself is needed only to look at them: ``tensorboard --logdir FOLDER``.
    """

    def __init__(self, folder: str | os.PathLike | None):
        self._writer = tf.summary.create_file_writer(str(folder)) if folder else None

    def write(self, history: History) -> None:
        """Append the newest number of each list, with the epoch, counted from 1, as its step."""
        if self._writer is None:
            return
        metadata = tf.compat.v1.SummaryMetadata(
            plugin_data=tf.compat.v1.SummaryMetadata.PluginData(plugin_name="scalars"),
            data_class="DATA_CLASS_SCALAR",
        )
        with self._writer.as_default():
            for name, values in history.to_dict().items():
                if values:
                    # tf.summary.scalar would do the same, but needs TensorBoard installed.
                    tf.summary.write(name, tf.constant(values[-1]), history.epochs, metadata)
        self._writer.flush()
