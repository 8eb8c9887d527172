"""Widgets: the static twin without a front end, the moving picture with one."""

import base64
import importlib
import io
import json
import re

import ipywidgets
import matplotlib.pyplot
import numpy as np
import pytest
from PIL import Image

from helpers import measures, pca, widgets
from helpers.course.audience import in_notebook
from helpers.plots import Figure
from helpers.widgets.explorer import WIDGET_VIEW, Interactive
from helpers.widgets.frames import FRAMES
from helpers.widgets.latent import GRID, LATENT

RNG = np.random.default_rng(0)
VECTORS = RNG.uniform(size=(60, 16))
LABELS = np.arange(60) % 10
MEAN, COMPONENTS, VARIANCES = pca.fit_pca(VECTORS, 16)
# All open widgets; ipywidgets 7, which hosted notebooks have, keeps them elsewhere.
_module = importlib.import_module("ipywidgets.widgets.widget")
_instances = vars(_module).get("_instances")
if _instances is None:
    _instances = ipywidgets.Widget.widgets


class Network:
    """A linear map with a name for each of its calls."""

    def __init__(self, kernel):
        self.kernel, self.asked = kernel, []

    def __call__(self, inputs):
        self.asked.append(np.shape(inputs))
        return 0.5 + 0.1 * inputs @ self.kernel


def explore_pca():
    shares = pca.explained_variance(VARIANCES)
    return widgets.explore_pca(
        VECTORS[:4], MEAN, COMPONENTS, shares, sizes=(1, 5, 10, 99), alt="digits appear"
    )


def explore_code_size():
    errors = {"network": {2: 0.3, 4: 0.2, 8: 0.1}, "PCA": {2: 0.4, 8: 0.2}}
    rebuilt = {size: VECTORS[:4] / size for size in errors["network"]}
    return widgets.explore_code_size(errors, rebuilt, VECTORS[:4], alt="codes grow")


def explore_perplexity():
    maps = {size: RNG.normal(size=(60, 2)) * size + 7 for size in (30, 5, 100)}
    return widgets.explore_perplexity(maps, LABELS, alt="clusters form")


def explore_noise(denoiser=lambda noisy: noisy / 2):
    return widgets.explore_noise(denoiser, VECTORS[:4], alt="noise goes")


def explore_walk():
    rows = {"walk": VECTORS[:12].reshape(3, 4, -1), "answer": VECTORS[12:24].reshape(3, 4, -1)}
    return widgets.explore_walk([20, 1, 0], rows, alt="digits form")


def explore_switch(**other):
    before, after = RNG.dirichlet(np.ones(10), size=2), RNG.dirichlet(np.ones(10), size=(2, 3))
    given = {
        "images": VECTORS[:2],
        "symbols": VECTORS[:10],
        "before": before,
        "after": after,
        "exciting": RNG.uniform(size=(2, 3, 9, 16)),
        "names": [["feature 7", "feature 2", "feature 5"]] * 2,
    }
    return widgets.explore_switch(**given | other, alt="answers change")


def explore_strength():
    clean, noisy, *cleaned = VECTORS[:5].reshape(5, *[round(VECTORS.shape[1] ** 0.5)] * 2)
    clean, cleaned = np.pad(clean, 4), [np.pad(one, 4) for one in cleaned]
    told = dict(zip((0.1, 0.2, 0.4), cleaned, strict=True))
    return widgets.explore_strength(clean, np.pad(noisy, 4), told, alt="grain goes")


def explore_hidden():
    rows = {"seen": VECTORS[:12].reshape(3, 4, -1), "filled in": VECTORS[12:24].reshape(3, 4, -1)}
    return widgets.explore_hidden([25, 50, 75], rows, VECTORS[24:28], alt="patches go")


def explore_latent(decoder=None):
    decoder = decoder or Network(RNG.normal(size=(2, 16)))
    codes = RNG.uniform(-1, 3, size=(60, 2))
    return widgets.explore_latent(decoder, codes, LABELS, images=VECTORS, alt="digits blend")


SLIDERS = {
    "pca": (explore_pca, ["components"]),
    "code_size": (explore_code_size, ["code size"]),
    "noise": (explore_noise, ["noise", "strength"]),
    "perplexity": (explore_perplexity, ["perplexity"]),
    "walk": (explore_walk, ["step"]),
    "switch": (explore_switch, ["image", "feature off"]),
    "strength": (explore_strength, ["told"]),
    "hidden": (explore_hidden, ["hidden, %"]),
}
ALL = {name: build for name, (build, _) in SLIDERS.items()} | {"latent": explore_latent}


@pytest.fixture
def front_end(monkeypatch):
    for name in ("AE_QUIET", "CI", "NBGRADER_EXECUTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JPY_SESSION_NAME", "03_basic_autoencoder.ipynb")
    importlib.import_module("ipykernel")


@pytest.fixture
def drawings(monkeypatch):
    """Count how often a whole figure is drawn."""
    drawn = []
    draw = Figure.draw

    def counted(figure, renderer):
        drawn.append(figure)
        draw(figure, renderer)

    monkeypatch.setattr(Figure, "draw", counted)
    return drawn


def all_parts(box):
    yield box
    for child in getattr(box, "children", ()):
        yield from all_parts(child)


def find(box, kind):
    return [part for part in all_parts(box) if isinstance(part, kind)]


def alt(picture):
    return re.search(r' alt="(.*?)"', picture.value)[1]


def pixels(picture):
    png = base64.b64decode(re.search(r"base64,(.*?)\"", picture.value)[1])
    return np.asarray(Image.open(io.BytesIO(png)))


def find_picture(box):
    (picture,) = [part for part in find(box, ipywidgets.HTML) if part.value.startswith("<img")]
    return picture


# The static twin


@pytest.mark.parametrize("name", ALL)
def test_without_a_front_end_only_the_twin_is_shown(name, monkeypatch):
    monkeypatch.setenv("AE_QUIET", "1")
    explorer = ALL[name]()
    data, metadata = explorer._repr_mimebundle_()
    assert sorted(set(data) - {LATENT, FRAMES}) == ["image/png", "text/plain"]
    assert metadata["image/png"]["alt"] == data["text/plain"] == explorer.twin.alt


@pytest.mark.parametrize("name", ALL)
def test_with_a_front_end_the_same_output_holds_widget_and_twin(name, front_end):
    data, metadata = ALL[name]()._repr_mimebundle_()
    assert WIDGET_VIEW in data and "image/png" in data
    assert metadata["image/png"]["alt"]


def test_ipywidgets_7_gets_the_view_that_it_would_send_itself(front_end, monkeypatch):
    class Older:
        """What ipywidgets 7 shows of itself: an id, and no bundle."""

        model_id = "0123abcd"

    explorer = explore_noise()
    monkeypatch.setattr(Interactive, "widget", lambda self: Older())
    data, _ = explorer._repr_mimebundle_()
    assert data[WIDGET_VIEW] == {"version_major": 2, "version_minor": 0, "model_id": "0123abcd"}
    assert "image/png" in data


@pytest.mark.parametrize("name", ALL)
def test_a_widget_that_cannot_be_shown_leaves_its_picture(name, front_end, monkeypatch, capsys):
    def broken(self):
        raise AttributeError("a front end of another age")

    explorer = ALL[name]()
    monkeypatch.setattr(type(explorer), "_build", broken)
    data, metadata = explorer._repr_mimebundle_()
    assert sorted(set(data) - {LATENT, FRAMES}) == ["image/png", "text/plain"]
    assert metadata["image/png"]["alt"] == explorer.twin.alt
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", ["AE_QUIET", "CI", "NBGRADER_EXECUTION"])
def test_nobody_looks_under_ci_a_builder_or_a_grader(name, front_end, monkeypatch):
    assert in_notebook()
    monkeypatch.setenv(name, "1")
    assert not in_notebook()


def test_nobody_looks_at_a_kernel_without_a_front_end(front_end, monkeypatch):
    monkeypatch.delenv("JPY_SESSION_NAME")
    assert not in_notebook()


# Controls and pictures


@pytest.mark.parametrize("name", SLIDERS)
def test_controls_are_labelled_and_move_the_picture_there_and_back(name):
    build, labels = SLIDERS[name]
    box = build().widget()
    *controls, picture, words = box.children
    assert [control.description for control in controls] == labels
    for control in controls:
        first, before, sentence = control.value, picture.value, words.value
        control.value = next(value for _, value in control.options if value != first)
        assert picture.value != before and words.value != sentence
        assert alt(picture) in words.value
        control.value = first
        assert (picture.value, words.value) == (before, sentence)


@pytest.mark.parametrize("name", ALL)
def test_controls_are_as_wide_as_the_picture_and_their_tracks_begin_in_one_column(name):
    kinds = (ipywidgets.SelectionSlider, ipywidgets.FloatSlider, ipywidgets.Dropdown)
    controls = [part for part in all_parts(ALL[name]().widget()) if isinstance(part, kinds)]
    assert {control.layout.max_width for control in controls} == {"800px"}
    (column,) = {control.style.description_width for control in controls}
    longest = max(len(control.description) for control in controls)
    assert column == f"{longest + 1}ch"


@pytest.mark.parametrize("name", SLIDERS)
def test_a_move_draws_no_figure_anew_and_standing_still_draws_nothing(name, drawings):
    *controls, picture, _ = SLIDERS[name][0]().widget().children
    drawings.clear()
    for control in controls:
        for _, value in control.options:
            control.value = value
    assert drawings == []
    updates = []
    picture.observe(updates.append, names="value")
    for control in controls:
        control.value = control.value
    assert updates == []


@pytest.mark.parametrize("name", ALL)
def test_a_cell_that_is_run_again_closes_what_it_showed_before(name):
    ALL[name]().widget()
    before = len(_instances)
    for _ in range(3):
        ALL[name]().widget()
    assert len(_instances) == before
    assert matplotlib.pyplot.get_fignums() == []


def test_one_explorer_shown_twice_is_one_widget():
    explorer = explore_pca()
    assert explorer.widget() is explorer.widget()


@pytest.mark.parametrize("name", ALL)
def test_a_screen_reader_is_told_what_the_picture_shows(name):
    box = ALL[name]().widget()
    picture = find_picture(box)
    spoken = [part.value for part in find(box, ipywidgets.HTML) if "status" in part.value]
    assert [f'<div role="status">{alt(picture)}</div>' in text for text in spoken] == [True]


def test_pca_says_how_much_of_the_variance_is_kept():
    slider, picture, _ = explore_pca().widget().children
    assert [value for _, value in slider.options] == [1, 5, 10]
    slider.value = 1
    assert alt(picture).startswith("1 component keeps ")
    slider.value = 5
    share = pca.explained_variance(VARIANCES)[4]
    assert alt(picture) == f"5 components keep {share:.0%} of the variance."


def test_code_size_tells_the_error_of_every_method_that_has_one():
    slider, picture, _ = explore_code_size().widget().children
    slider.value = 4
    assert alt(picture) == "Code of 4: error network 0.2000."
    slider.value = 8
    assert alt(picture) == "Code of 8: error network 0.1000, PCA 0.2000."


@pytest.mark.parametrize("errors", [{}, {"network": {2: 0.1}}])
def test_code_size_needs_an_error_for_each_picture(errors):
    with pytest.raises(ValueError, match=r"Received: sizes \[2, 4\]"):
        widgets.explore_code_size(errors, {2: VECTORS, 4: VECTORS}, VECTORS, alt="x")


def test_noise_measures_what_the_denoiser_returned():
    kind, strength, picture, _ = explore_noise(lambda noisy: 0 * noisy + 0.5).widget().children
    kind.value, strength.value = "gaussian", 0.0
    expected = measures.psnr(VECTORS[:4], np.full((4, 16), 0.5))
    assert alt(picture) == f"Noise gaussian, 0. PSNR: noisy infinite, denoised {expected:.1f} dB."


def test_noise_asks_the_denoiser_once_a_move():
    asked = []
    explorer = explore_noise(lambda noisy: asked.append(noisy.copy()) or noisy)
    _, strength, *_ = explorer.widget().children
    asked.clear()
    strength.value = 0.9
    (noisy,) = asked
    assert (noisy == 0).sum(axis=1).tolist() == [14] * 4  # round(0.9 * 16)


@pytest.mark.parametrize("kinds", [(), ("fog",)])
def test_noise_of_an_unknown_kind_is_refused(kinds):
    with pytest.raises(ValueError, match="Received"):
        widgets.explore_noise(lambda noisy: noisy, VECTORS, kinds=kinds, alt="x")


def test_walk_says_the_level_and_shows_the_rows_of_that_place():
    slider, picture, _ = explore_walk().widget().children
    slider.value = 0
    assert alt(picture) == "Noise level 20, step 0 of 2."
    first = picture.value
    slider.value = 2
    assert alt(picture) == "Noise level 0, step 2 of 2." and picture.value != first


@pytest.mark.parametrize(
    "levels, rows",
    [
        ([1, 0], {}),
        ([1], {"walk": np.zeros((1, 3, 16))}),
        ([2, 1, 0], {"walk": np.zeros((2, 3, 16))}),
        ([1, 0], {"walk": np.zeros((2, 3, 16)), "answer": np.zeros((2, 4, 16))}),
    ],
)
def test_walk_needs_as_many_images_at_every_level(levels, rows):
    with pytest.raises(ValueError, match="explore_walk needs"):
        widgets.explore_walk(levels, rows, alt="x")


def test_strength_says_what_was_told_and_how_good_it_is():
    slider, picture, _ = explore_strength().widget().children
    slider.value = 0.1
    assert alt(picture).startswith("Right, told 0.1: ") and "dB, SSIM" in alt(picture)
    first = picture.value
    slider.value = 0.4
    assert alt(picture).startswith("Right, told 0.4: ") and picture.value != first


@pytest.mark.parametrize(
    "clean, told",
    [
        (np.zeros((8, 8)), {0.1: np.zeros((8, 8))}),
        (np.zeros((8, 8)), {0.1: np.zeros((8, 8)), 0.2: np.zeros((9, 9))}),
        (np.zeros((8, 9)), {0.1: np.zeros((8, 9)), 0.2: np.zeros((8, 9))}),
    ],
)
def test_strength_needs_two_square_pictures_of_one_size(clean, told):
    with pytest.raises(ValueError, match="two strengths or more, and square pictures"):
        widgets.explore_strength(clean, clean, told, alt="x")


def test_hidden_says_the_share_and_shows_the_rows_of_it():
    slider, picture, _ = explore_hidden().widget().children
    slider.value = 25
    assert alt(picture) == "25 % of the patches hidden."
    first = picture.value
    slider.value = 75
    assert alt(picture) == "75 % of the patches hidden." and picture.value != first


@pytest.mark.parametrize(
    "percents, rows",
    [
        ([25, 75], {}),
        ([25], {"seen": np.zeros((1, 4, 16))}),
        ([25, 50, 75], {"seen": np.zeros((2, 4, 16))}),
        ([25, 75], {"seen": np.zeros((2, 4, 16)), "filled in": np.zeros((2, 3, 16))}),
    ],
)
def test_hidden_needs_as_many_images_at_every_share(percents, rows):
    with pytest.raises(ValueError, match="explore_hidden needs"):
        widgets.explore_hidden(percents, rows, np.zeros((4, 16)), alt="x")


@pytest.mark.parametrize("maps", [{}, {5: np.zeros((3, 2))}, {5: np.zeros((60, 3))}])
def test_perplexity_needs_a_point_a_label(maps):
    with pytest.raises(ValueError, match=r"\(60, 2\), one point a label"):
        widgets.explore_perplexity(maps, LABELS, alt="x")


# The latent explorer


def latent_parts(explorer):
    box = explorer.widget()
    (channel,) = find(box, ipywidgets.Text)
    picture = find_picture(box)
    return *find(box, ipywidgets.FloatSlider), channel, picture


def test_latent_decodes_the_place_that_the_sliders_say():
    decoder = Network(RNG.normal(size=(2, 16)))
    first, second, _, picture = latent_parts(explore_latent(decoder))
    first.value, second.value = 1.25, 0.5
    expected = np.clip(0.5 + 0.1 * np.array([1.25, 0.5]) @ decoder.kernel, 0, 1).reshape(4, 4)
    shown = 1 - pixels(picture)[4::8, 4::8] / 255
    np.testing.assert_allclose(shown, expected, atol=0.5 / 255 + 1e-6)
    assert alt(picture) == "Code (1.25, 0.50), decoded."


def test_latent_follows_a_click_with_one_decoded_image():
    decoder = Network(RNG.normal(size=(2, 16)))
    explorer = explore_latent(decoder)
    first, second, channel, _ = latent_parts(explorer)
    decoder.asked.clear()
    channel.value = "0.25 1.5 1234"
    assert decoder.asked == [(1, 2)]
    width, _ = explorer.high - explorer.low
    assert first.value == pytest.approx(explorer.low[0] + width / 4)
    assert second.value == pytest.approx(explorer.high[1])  # a drag that left the map


@pytest.mark.parametrize(
    ("key", "direction"),
    [("ArrowLeft", (-1, 0)), ("ArrowRight", (1, 0)), ("ArrowUp", (0, 1)), ("ArrowDown", (0, -1))],
)
def test_latent_follows_the_arrow_keys(key, direction):
    explorer = explore_latent()
    first, second, channel, picture = latent_parts(explorer)
    start, before = np.array([first.value, second.value]), picture.value
    for press in range(3):
        channel.value = f"{key} {press}"
    moved = (np.array([first.value, second.value]) - start) / (explorer.high - explorer.low)
    np.testing.assert_allclose(moved, np.multiply(direction, 3 / 50), atol=1e-9)
    assert picture.value != before


def test_latent_keeps_the_point_inside_the_map():
    explorer = explore_latent()
    first, _, channel, _ = latent_parts(explorer)
    for press in range(99):
        channel.value = f"ArrowRight {press}"
    assert first.value == pytest.approx(explorer.high[0])


def test_latent_puts_the_point_where_the_sliders_are():
    explorer = explore_latent()
    first, second, *_ = latent_parts(explorer)
    first.value, second.value = explorer.low[0], explorer.high[1]
    (style,) = [
        part
        for part in find(explorer.widget(), ipywidgets.HTML)
        if "left:" in part.value and "ae-stage" not in part.value
    ]
    assert "left: 0.00%; top: 0.00%" in style.value


def test_latent_point_stays_on_the_map_where_a_code_is_off_by_a_rounding():
    explorer = explore_latent()
    left, top = explorer.low[0], explorer.high[1]
    outside = [np.nextafter(left, -np.inf), np.nextafter(top, np.inf)]
    assert "left: 0.00%; top: 0.00%" in explorer._point_style(outside, "any")


def test_latent_says_a_negative_code_with_a_minus_as_the_sliders_do():
    _, sentence = explore_latent().show(-0.5, 0.25)
    assert sentence == "Code (\N{MINUS SIGN}0.50, 0.25), decoded."


def test_latent_page_data_holds_the_decoded_grid():
    decoder = Network(np.eye(2, 16))
    explorer = explore_latent(decoder)
    data = json.loads(json.dumps(explorer._repr_mimebundle_()[0][LATENT]))
    png = base64.b64decode(data["grid"].removeprefix("data:image/png;base64,"))
    grid = 1 - np.asarray(Image.open(io.BytesIO(png)).convert("L")) / 255
    assert grid.shape == (4 * GRID, 4 * GRID)
    cell = (explorer.high - explorer.low) / GRID
    top_left = explorer.low * [1, 0] + explorer.high * [0, 1] + cell * [0.5, -0.5]
    expected = np.clip(0.5 + 0.1 * top_left, 0, 1)
    np.testing.assert_allclose(grid[0, :2], expected, atol=0.5 / 15 + 1e-6)
    assert data["low"] == pytest.approx(explorer.low.tolist(), abs=1e-4)
    for left, top, width, height in data["boxes"]:
        assert 0 < left < left + width < 100 and 0 < top < top + height < 100


def test_latent_without_images_shows_what_the_decoder_makes_of_the_codes():
    decoder = Network(RNG.normal(size=(2, 16)))
    widgets.explore_latent(decoder, VECTORS[:, :2], LABELS, alt="x")
    assert decoder.asked == [(60, 2), (GRID * GRID, 2)]


def test_latent_needs_two_numbers_a_code():
    with pytest.raises(ValueError, match=r"\(n, 2\). Received: \(60, 16\)"):
        widgets.explore_latent(Network(np.eye(2, 16)), VECTORS, LABELS, alt="x")


def test_switch_says_what_the_classifier_reads_with_a_feature_off():
    after = np.zeros((2, 3, 10))
    after[:, :, 4] = 1
    before = np.eye(10)[[9, 9]]
    image, feature, picture, _ = explore_switch(before=before, after=after).widget().children
    feature.value = 0
    assert alt(picture) == "Image 0, read as 9 with 1.00; all features on."
    first = picture.value
    image.value, feature.value = 1, 2
    assert alt(picture) == (
        "Image 1, read as 9 with 1.00. feature 2 off: 9 has 0.00, and it is read as 4 with 1.00."
    )
    assert picture.value != first


def test_bars_of_answers_are_as_high_as_their_shares():
    drawn = widgets.switch.bars(np.array([0.0, 0.5, 1.0]), 10)
    assert drawn.shape == (3, 10, 10)
    np.testing.assert_array_equal((drawn[:, :-1] > 0.5).all(axis=2).sum(axis=1), [0, 4, 9])


@pytest.mark.parametrize(
    "other",
    [
        {"images": VECTORS[:3]},
        {"symbols": VECTORS[:9]},
        {"exciting": np.zeros((2, 3, 8, 16))},
        {"names": [["one"], ["two"]]},
    ],
)
def test_switch_needs_as_many_of_each(other):
    with pytest.raises(ValueError, match="explore_switch needs"):
        explore_switch(**other)
