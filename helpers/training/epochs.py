"""Take the images once, in a new order, batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import tensorflow as tf

# After each call of the compiled loop the bar moves, and Ctrl-C is heard.
_CALLS_PER_EPOCH = 10


class Epochs:
    """Run one epoch at a time through a compiled loop.

    Args:
        make_loop: from `compiled.make_runner`.
        images: how many there are.
        batch_size: images per step.
        seed: of the order.
        replicas: that share a batch evenly.
    """

    def __init__(
        self, make_loop: Callable, images: int, batch_size: int, seed: int, replicas: int = 1
    ):
        self._make_loop, self._count, self._seed = make_loop, images, seed
        self._loops: dict[int, Callable] = {}
        self._batch_size = batch_size
        self._full = images // batch_size * batch_size
        self._rest = (images - self._full) // replicas * replicas
        self.images = self._full + self._rest

    def compile(self) -> None:
        """Compile by taking no step at all."""
        for batches, number in self._parts(0):
            loop = self._loops[batches.shape[1]] = self._make_loop(*batches.shape)
            loop(batches, *map(tf.constant, (0, 0, number)), tf.zeros((), tf.float64))

    def take(self, epoch: int, report: Callable[[int, float], None]) -> float:
        """Take every step of an epoch, counted from 0, and return the mean loss.

        Args:
            epoch: decides the order, with the seed.
            report: called now and then with the images done since and the mean loss so far.

        Raises:
            FloatingPointError: the loss is no longer finite.
        """
        total, done, steps_before = tf.zeros((), tf.float64), 0, 0
        for batches, number in self._parts(epoch):
            steps, size = batches.shape
            for first in range(0, steps, calls := -(-steps // _CALLS_PER_EPOCH)):
                last = min(first + calls, steps)
                total, broken = self._loops[size](
                    batches, *map(tf.constant, (first, last, number)), total
                )
                if broken >= 0:
                    raise _broken(epoch + 1, steps_before + int(broken) + 1)
                done += (last - first) * size
                report((last - first) * size, float(total) / done)
            steps_before += steps
        return float(total) / done

    def _parts(self, epoch: int) -> Iterator[tuple[tf.Tensor, int]]:
        """Yield int32 matrices (steps, b) of image indices, and the number of their first step."""
        order = np.random.default_rng([self._seed, epoch]).permutation(self._count)
        order = tf.constant(order, tf.int32)
        steps = self._full // self._batch_size
        number = epoch * (steps + bool(self._rest))
        yield tf.reshape(order[: self._full], (steps, self._batch_size)), number
        if self._rest:
            yield order[self._full : self.images][tf.newaxis], number + steps


def _broken(epoch: int, step: int) -> FloatingPointError:
    """Return the error for a loss of nan or infinity, both counted from 1."""
    return FloatingPointError(
        f"The loss became nan or infinite in step {step} of epoch {epoch}. Likely the learning "
        "rate is too high: try a third of it. If it happens in the first steps at any rate, look "
        "for a logarithm or a root of 0 in the loss."
    )
