"""The toy exercise of the opening page."""

import numpy as np

from helpers.checks.cases import Shape, compare
from helpers.checks.registry import exercise


@exercise(
    "0.1",
    "Average image",
    points=0,
    steps=("value", "one image"),
    hints=(
        "An average over images runs along the first axis: pixel by pixel.",
        "np.mean takes the axis to average over: np.mean(images, axis=...).",
        "return np.mean(images, axis=0)",
    ),
    also="images.mean(axis=0) is the same: axis=0 runs over the images, so the pixels stay.",
)
def check_average_image(average_image, rng):
    def right(images):
        return sum(images) / len(images)

    yield from compare(
        average_image,
        right,
        [(rng.uniform(size=(6, 4, 5)),), (rng.uniform(size=(3, 2, 7)),)],
        {
            "one number came back, for all pixels together: each pixel of the average image is "
            "the mean of that pixel over the images": lambda images: Shape(()),
            "one number per image came back: averaged over the pixels instead?": lambda images: (
                Shape((len(images),))
            ),
            "this is the sum of the images: divide by how many there are": sum,
            "this is the median of each pixel: the average is the mean": lambda images: np.median(
                images, axis=0
            ),
        },
        what="the average image",
        says="each pixel is the mean of that pixel",
    )
    yield from compare(
        average_image,
        right,
        [(rng.uniform(size=(1, 4, 5)),)],
        what="the average of one image of shape (4, 5)",
        says="its own average",
    )
