"""The widget of lesson 13: switch a feature off, and see the classifier's answer change."""

from collections.abc import Sequence

import numpy as np

from helpers.plots import new_figure, show_switches
from helpers.plots.images import as_images, draw_rows
from helpers.widgets.explorer import Control, Explorer
from helpers.widgets.scene import Scene, stacked


def explore_switch(
    images: np.ndarray,
    symbols: np.ndarray,
    before: np.ndarray,
    after: np.ndarray,
    exciting: np.ndarray,
    names: Sequence[Sequence[str]],
    *,
    alt: str,
) -> Explorer:
    """Explore what a classifier answers when one of an image's features is switched off.

    Args:
        images: (n, d), pixels in [0, 1].
        symbols: (10, d), a picture for each class, drawn above the answers.
        before: (n, 10), probabilities with all features on.
        after: (n, f, 10), probabilities with each of the image's f features off.
        exciting: (n, f, 9, d), the nine images that excite each feature most.
        names: of each image's features, (n, f).
        alt: text alternative of the static twin, one line: the first feature of each image.

    Raises:
        ValueError: shapes that do not fit.
    """
    count, features = np.shape(after)[:2]
    shapes = [np.shape(one) for one in (images, symbols, before, after, exciting)]
    if (
        [shape[:2] for shape in shapes[2:]] != [(count, 10)] + [(count, features)] * 2
        or shapes[0][0] != count
        or shapes[1][0] != 10
        or shapes[4][2] != 9
        or [len(some) for some in names] != [features] * count
    ):
        raise ValueError(
            "explore_switch needs images (n, d), symbols (10, d), before (n, 10), after "
            f"(n, f, 10), exciting (n, f, 9, d) and names (n, f). Received: {shapes}"
        )
    side = as_images(images[:1]).shape[1]

    def rows(image: int, feature: int) -> dict[str, np.ndarray]:
        answer = before[image] if feature == 0 else after[image, feature - 1]
        fires = exciting[image, feature - 1] if feature else np.zeros((9, side * side))
        seen = np.concatenate([images[image][None], fires.reshape(9, -1)])
        return {
            "class": symbols,
            "answer, all on": bars(before[image], side),
            "answer, one off": bars(answer, side),
            "image, fires for": seen,
        }

    def scene() -> Scene:
        figure, axis = new_figure(alt, 0.2 + 4 * 0.66)
        draw_rows(axis, rows(0, 0))
        (picture,) = axis.images

        def move(image: int, feature: int) -> str:
            picture.set_data(stacked(*rows(image, feature).values()))
            first = int(np.argmax(before[image]))
            said = f"Image {image}, read as {first} with {before[image, first]:.2f}"
            if feature == 0:
                return f"{said}; all features on."
            now = after[image, feature - 1]
            last = int(np.argmax(now))
            return (
                f"{said}. {names[image][feature - 1]} off: {first} has {now[first]:.2f}, and it is "
                f"read as {last} with {now[last]:.2f}."
            )

        return Scene(figure, [picture], move)

    controls = [
        Control("image", range(count), 0),
        Control("feature off", range(features + 1), 1),
    ]
    twin = show_switches(
        images,
        exciting[:, 0],
        before,
        after[:, 0],
        names=[some[0] for some in names],
        alt=alt,
    )
    return Explorer(twin, controls, scene)


def bars(shares: np.ndarray, side: int) -> np.ndarray:
    """Return a bar for each share (c,) in [0, 1], as square images (c, side, side)."""
    heights = np.round(np.asarray(shares) * side)[:, None]
    filled = np.arange(side, 0, -1) <= heights  # (c, side), from the top down
    canvas = np.repeat(0.06 + 0.7 * filled[:, :, None], side, axis=2)
    canvas[:, -1] = 1.0
    return canvas
