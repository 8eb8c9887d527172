"""What a page gets of a slider: a picture of every state, and what each shows in words."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from helpers import widgets
from helpers.widgets.frames import FRAMES, grey_png

RNG = np.random.default_rng(0)
IMAGES = RNG.uniform(size=(3, 16))
MAPS = {size: RNG.normal(size=(30, 2)) for size in (5, 15)}


def read(data):
    png = base64.b64decode(data["picture"].removeprefix("data:image/png;base64,"))
    return 1 - np.asarray(Image.open(io.BytesIO(png)).convert("L")) / 255


def saved(explorer):
    return json.loads(json.dumps(explorer._repr_mimebundle_()[0][FRAMES]))


def test_a_png_of_greys_has_ink_for_1_and_four_bits():
    png = grey_png(np.array([[0, 1, 0.5, 1 / 15]]))
    with Image.open(io.BytesIO(png)) as picture:
        assert np.asarray(picture.convert("L")).tolist() == [[255, 0, 255 - 17 * 8, 255 - 17]]
    assert png[24] == 4  # bits a pixel, in its header


def test_each_state_has_its_lines_below_what_all_states_share():
    shares = np.linspace(0.1, 1, 16)
    explorer = widgets.explore_pca(
        IMAGES, np.zeros(16), np.eye(16), shares, sizes=(1, 8, 16), alt="a"
    )
    data = saved(explorer)
    picture, still, height = read(data), data["still"], data["height"]
    side, gap = 4, 2
    assert picture.shape == (still + 3 * height, 3 * side + 2 * gap)
    assert data["rows"] == ["input", "rebuilt"]
    assert data["controls"] == [
        {"label": "components", "states": ["1", "8", "16"], "start": 1, "list": False}
    ]
    np.testing.assert_allclose(picture[:side, :side], IMAGES[0].reshape(4, 4), atol=0.04)
    for number, size in enumerate((1, 8, 16)):
        assert data["words"][number].startswith(f"{size} component")
        lines = picture[still + number * height :][:height]
        kept = np.where(np.arange(16) < size, IMAGES[0], 0).reshape(4, 4)
        np.testing.assert_allclose(lines[-side:, :side], kept, atol=0.04)


def test_the_states_of_the_last_control_run_fastest():
    data = saved(widgets.explore_noise(lambda noisy: noisy / 2, IMAGES, alt="a"))
    kinds, strengths = (control["states"] for control in data["controls"])
    expected = [f"Noise {kind}, {strength}. " for kind in kinds for strength in strengths]
    assert [words.split("PSNR")[0] for words in data["words"]] == expected
    assert [control["list"] for control in data["controls"]] == [True, False]


def test_a_page_of_noise_carries_few_images_and_asks_for_no_drawing():
    explorer = widgets.explore_noise(lambda noisy: noisy / 2, RNG.uniform(size=(10, 784)), alt="a")
    data = explorer.page_data()
    assert read(data).shape[1] == 4 * 28 + 3 * 2
    assert len(json.dumps(data)) < 60_000


def test_a_map_of_dots_has_no_frames():
    explorer = widgets.explore_perplexity(MAPS, np.arange(30) % 10, alt="a")
    assert explorer.page_data() is None
    assert FRAMES not in explorer._repr_mimebundle_()[0]


@pytest.mark.parametrize("value", [-0.5, 1.5, np.nan])
def test_pixels_beyond_white_and_ink_are_cut(value):
    errors = {"network": {1: 0.3, 2: 0.2}}
    rebuilt = {1: np.full((3, 16), value), 2: IMAGES}
    data = saved(widgets.explore_code_size(errors, rebuilt, IMAGES, alt="a"))
    shown = read(data)[data["still"] :][: data["height"]]
    assert shown[-4:, :4].max() == (1 if value == 1.5 else 0)
