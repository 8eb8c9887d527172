"""What lesson 07 claims about MNIST, read off its committed solution."""

import re

import pytest
from printed import SOLUTIONS, printed

from helpers.results import collect

SOLUTION = SOLUTIONS / "07_architectures.ipynb"
NETWORKS = ("dense", "tied", "convolutional", "recurrent")


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
    assert 150 < min(encoder, decoder) <= max(encoder, decoder) < 250
    assert both < 0.1


def test_the_convolutional_net_is_best_at_equal_epochs_and_the_recurrent_one_has_not_begun(
    text, table
):
    mean_image = float(re.search(r"mean image: test MSE ([\d.]+)", text)[1])
    for rows in table.values():
        best = rows["convolutional"]
        for name in ("PCA", "dense", "tied", "recurrent"):
            assert best[0] < rows[name][0]
        for name in ("dense", "tied", "recurrent"):
            assert best[2] < rows[name][2]
        assert rows["recurrent"][0] == pytest.approx(mean_image, rel=0.05)
        assert max(rows["dense"][0], rows["tied"][0]) < rows["PCA"][0]
    four, twelve = re.findall(r"^ ?(?:4|12) epochs: test MSE ([\d.]+)", text, re.MULTILINE)
    assert float(twelve) < 0.8 * float(four)
    assert float(twelve) > 2 * table[30]["PCA"][0]
    assert all(rows["recurrent"][3] > 10 * rows["dense"][3] for rows in table.values())


def test_nobody_beats_pca_and_the_convolutional_net(text):
    kept = re.findall(r"nobody beats (.*)", text)
    assert kept == ["PCA, convolutional"] * 2


def test_three_times_the_epochs_make_the_dense_net_the_better_one(text, table):
    cross_entropy, squared = (
        numbers(text, name)[0] for name in ("binary_cross_entropy", "mean_squared_error")
    )
    assert cross_entropy < table[30]["convolutional"][0]
    assert 3 * table[30]["dense"][3] < table[30]["convolutional"][3]
    assert squared - cross_entropy == pytest.approx(0.0003)
    assert squared - cross_entropy < table[30]["dense"][1]


def test_dense_and_tied_lie_closer_than_their_seeds(table):
    dense, tied = table[30]["dense"], table[30]["tied"]
    assert abs(dense[0] - tied[0]) < min(dense[1], tied[1])


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
    assert [grey for _, grey, _ in rows][:2] == ["0.046", "0.051"]
    below = [int(share) for *_, share in rows]
    assert below[0] == below[2] == 0
    assert below[1] > 15


def test_shuffled_pixels_cost_the_convolution_its_place_and_the_dense_net_nothing(text, table):
    in_order, _, shuffled, _ = numbers(text, "convolutional")
    assert shuffled > 2 * in_order
    assert shuffled > table[30]["PCA"][0]
    in_order, _, shuffled, _ = numbers(text, "dense")
    assert shuffled == pytest.approx(in_order, rel=0.05)
