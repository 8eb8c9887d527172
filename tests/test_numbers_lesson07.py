"""What lesson 07 claims about MNIST, read off its committed solution."""

import re

import pytest
from printed import SOLUTIONS, printed

from helpers.results import collect

SOLUTION = SOLUTIONS / "07_architectures.ipynb"
NETWORKS = ("dense", "tied", "convolutional")


@pytest.fixture(scope="module")
def text() -> str:
    """All that the lesson printed."""
    return printed("07_architectures.ipynb")


@pytest.fixture(scope="module")
def table(text) -> dict[int, dict[str, tuple[float, ...]]]:
    """Return the table: code size -> network -> (error, spread, parameters, seconds)."""
    _, thirty, three = re.split(r"^ +(?:30|3) PCA", text, flags=re.MULTILINE)
    found = {30: {}, 3: {}}
    for size, part in ((30, thirty), (3, three)):
        found[size]["PCA"] = (float(part.split()[0]),)
        for name in NETWORKS:
            row = re.search(rf"^ +{name} +([\d., ]+)$", part, re.MULTILINE)[1]
            found[size][name] = tuple(float(x.replace(",", "")) for x in row.split())
    return found


@pytest.fixture(scope="module")
def strokes(text) -> dict[int, dict[str, list[float]]]:
    """Return the table of strokes: code size -> method -> [pixels off, ...]."""
    _, four, eight = re.split(r"^ +(?=[48] PCA)", text, flags=re.MULTILINE)
    return {
        size: {
            name: numbers_in(re.search(rf"{name} +(.*)$", part, re.MULTILINE)[1])
            for name in ("PCA", "dense", "recurrent")
        }
        for size, part in ((4, four), (8, eight))
    }


def numbers_in(line: str) -> list[float]:
    return [float(number.replace(",", "")) for number in re.findall(r"\d[\d,.]*", line)]


def numbers(text: str, name: str) -> list[float]:
    """Return the numbers of the last printed row that begins with a name."""
    row = re.findall(rf"^{re.escape(name)} +(.*)$", text, re.MULTILINE)[-1]
    return [float(number) for number in re.findall(r"\d+\.\d+", row)]


def test_the_third_source_s_parameters_are_counted(text):
    compared = {r["key"]: (r["ours"], r["published"]) for r in collect([SOLUTION])}
    for key in (
        "conv_decoder.parameters",
        "lstm_encoder.parameters",
        "lstm_decoder.parameters",
        "lstm_encoder.parameters.layer2",
        "conv_decoder.parameters.layer1",
    ):
        ours, published = compared[key]
        assert ours == published, key


def test_a_tied_net_has_half_the_kernel_parameters(text):
    untied, tied = (
        int(x.replace(",", "")) for x in re.findall(r"kernel parameters +([\d,]+)", text)
    )
    assert 2 * tied == untied == 2 * (784 * 100 + 100 * 30)


def test_only_the_sum_of_both_parts_is_the_gradient(text):
    shares = re.findall(r"differs from the tape's gradient by ([\d.]+)%", text)
    encoder, decoder, both = map(float, shares)
    assert min(encoder, decoder) > 100
    assert both < 0.1


def test_the_convolutional_net_is_best_at_equal_epochs(table):
    for rows in table.values():
        best = rows["convolutional"]
        assert all(best[0] < rows[name][0] for name in ("PCA", "dense", "tied"))
        assert best[2] < rows["dense"][2]


def test_a_longer_dense_run_is_better_in_less_time(text):
    rows = re.findall(r"epochs: MSE ([\d.]+), ([\d.]+) CPU seconds", text)
    (of_conv, slow), (of_dense, quick) = (tuple(map(float, row)) for row in rows)
    assert of_dense < of_conv and quick < slow


def test_the_two_losses_are_a_tie(text, table):
    cross_entropy, squared = (
        numbers(text, name)[0] for name in ("binary_cross_entropy", "mean_squared_error")
    )
    assert squared - cross_entropy == pytest.approx(0.0003)
    assert squared - cross_entropy < table[30]["dense"][1]


def test_the_recurrent_net_on_rows_returns_the_mean_image(text, table):
    error, mean_image, by_pca = map(
        float,
        re.search(r"test MSE (\S+), of the mean image (\S+), of PCA-30 (\S+);", text).groups(),
    )
    assert error == pytest.approx(mean_image, rel=0.05)
    assert by_pca == table[30]["PCA"][0]
    assert int(re.search(r"differ from each other (\d+)%", text)[1]) < 20


def test_strokes_are_about_half_of_the_images(text):
    shares = re.findall(r"are a single stroke \((\d+)%\)", text)
    assert [40 < int(share) < 60 for share in shares] == [True, True]


def test_the_recurrent_net_is_far_from_the_mean_stroke_and_below_pca_with_four_numbers(
    text, strokes
):
    whole = float(re.search(r"^mean stroke: (\S+) pixels", text, re.MULTILINE)[1])
    four, eight = strokes[4], strokes[8]
    assert four["recurrent"][0] < 0.4 * whole
    assert four["dense"][0] < four["recurrent"][0] < 0.8 * four["PCA"][0]
    assert four["recurrent"][0] + four["recurrent"][1] < four["PCA"][0]
    assert eight["dense"][0] < eight["recurrent"][0]
    assert eight["recurrent"][0] > eight["PCA"][0] - 0.02
    assert all(rows["dense"][3] < rows["recurrent"][3] for rows in strokes.values())


def test_the_recurrent_net_learns_more_slowly_from_permuted_steps(text):
    rows = re.findall(
        r"epoch \d+: dense (\S+); dense, permuted (\S+); "
        r"recurrent (\S+); recurrent, permuted (\S+)",
        text,
    )
    for row in rows:
        in_order, permuted = float(row[0]), float(row[1])
        assert permuted == pytest.approx(in_order, rel=0.1)
    _, halfway, _ = rows
    assert float(halfway[3]) > 1.05 * float(halfway[2])
    part = text[text.index("code of 4   in order") :]
    assert len(set(numbers(part.split("dense")[0], "PCA"))) == 1


def test_weights_go_over_to_another_number_of_points_after_an_epoch(text):
    label = "{} +([\\d.]+) pixels off"
    found = {
        name: float(re.search(label.format(words), text)[1])
        for name, words in {
            "as they are": "weights of 20 points, as they are",
            "resampled": "20 points first, then back",
            "epoch": "weights of 20 points, one epoch",
            "fresh": "recurrent, fresh weights, one epoch",
            "dense": "dense, fresh weights, one epoch",
            "mean": "mean stroke",
        }.items()
    }
    assert found["as they are"] > found["mean"]
    assert found["resampled"] < found["epoch"] < 0.6 * found["fresh"]


def test_the_convolutions_use_few_weights_at_many_places(text):
    rows = re.findall(r"^ *([\d,]+) weights, each for +(\d+) pixels", text, re.MULTILINE)
    layers = [(int(size.replace(",", "")), int(places)) for size, places in rows]
    assert [places for _, places in layers] == [784, 196, 49, 9, 49, 196]
    pattern = r"^{}: +([\d,]+) weights, +([\d,]+) products"
    weights, products = (
        int(x.replace(",", ""))
        for x in re.search(pattern.format("convolutions"), text, re.MULTILINE).groups()
    )
    assert weights == sum(size for size, _ in layers) == 46_368
    assert products == sum(size * places for size, places in layers) == 2_339_136


def test_tanh_on_raw_pixels_is_no_worse_and_goes_below_paper(text):
    rows = re.findall(r"test MSE ([\d.]+), paper .* by ([\d.]+), .* below 0: (\d+)%", text)
    errors = [float(error) for error, *_ in rows]
    assert max(errors) - min(errors) == pytest.approx(0.001, abs=0.0003)
    below = [int(share) for *_, share in rows]
    assert below[0] == below[2] == 0
    assert below[1] > 15


def test_permuted_pixels_cost_the_convolution_its_place_and_the_dense_net_nothing(text, table):
    part = text[text.index("in order, spread") :].split("You predicted")[0]
    in_order, _, permuted, _ = numbers(part, "convolutional")
    assert permuted > 1.25 * in_order
    assert permuted > table[30]["PCA"][0]
    in_order, _, permuted, _ = numbers(part, "dense")
    assert permuted == pytest.approx(in_order, rel=0.05)
