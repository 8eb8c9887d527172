"""The toy exercise of the opening page."""

import numpy as np

from helpers.checks import expect
from helpers.checks.registry import exercise


@exercise(
    "0.1",
    "Average image",
    points=0,
    steps=("shape", "value"),
    hints=(
        "An average over images runs along the first axis: pixel by pixel.",
        "np.mean takes the axis to average over: np.mean(images, axis=...).",
        "return np.mean(images, axis=0)",
    ),
)
def check_average_image(average_image, rng):
    images = rng.uniform(size=(6, 4, 5))
    value = average_image(images)
    if np.shape(value) == ():
        raise expect.NotYet(
            "one number came back: averaged over the pixels too? Each pixel of the "
            "average image is the mean of that pixel over the images"
        )
    if np.shape(value) == (6,):
        raise expect.NotYet("one number an image came back: averaged over the pixels instead?")
    expect.shaped(value, (4, 5))
    yield "(4, 5) from six images of shape (4, 5)"
    expect.close(
        value,
        images.sum(axis=0) / 6,
        ((images.sum(axis=0), "this is the sum of the images: divide by how many there are"),),
    )
    yield "each pixel is the mean of that pixel"
