"""What lesson 10 claims about MNIST, read off its committed solution."""

import re
from typing import NamedTuple

import numpy as np
import pytest
from printed import SOLUTIONS, printed

from helpers.results import collect

SOLUTION = SOLUTIONS / "10_generative.ipynb"


@pytest.fixture(scope="module")
def text() -> str:
    """All that the lesson printed."""
    return printed("10_generative.ipynb")


class Quality(NamedTuple):
    """Hold a row: the percentage that the classifier is sure of, nearest errors, kinds of digit."""

    sure: float
    nearest: float
    worst: float
    kinds: float


def quality(text: str) -> dict[str, Quality]:
    """Return every row of the tables of samples, the last one of a name."""
    rows = re.findall(r"^(\S.*?) +([\d.]+)% +([\d.]+) +([\d.]+) +([\d.]+)$", text, re.MULTILINE)
    return {name: Quality(*map(float, numbers)) for name, *numbers in rows}


def terms(text: str) -> dict[int, tuple[float, float, float]]:
    """Return reconstruction, KL and sum on the test images, by code size."""
    rows = re.findall(
        r"^code of +(\d+), test: reconstruction +(\S+) \+ KL +(\S+) = +(\S+)", text, re.M
    )
    return {int(size): tuple(map(float, numbers)) for size, *numbers in rows}


def numbers(pattern: str, text: str) -> list[tuple[float, ...]]:
    """Return the numbers in the groups of a pattern, at every match."""
    found = re.findall(pattern, text, re.MULTILINE)
    return [tuple(map(float, row if isinstance(row, tuple) else (row,))) for row in found]


def test_the_code_of_two_is_about_where_the_published_one_is(text):
    ours = {record["key"]: record["ours"] for record in collect([SOLUTION])}
    assert ours["keras.vae.total"] == pytest.approx(
        ours["keras.vae.reconstruction"] + ours["keras.vae.kl"]
    )
    assert ours["keras.vae.total"] == pytest.approx(146.95, rel=0.04)


def test_the_sums_lie_between_their_ends(text):
    by_size = terms(text)
    ((mean,),) = numbers(r"^mean image, no code +([\d.]+)$", text)
    ((copy,),) = numbers(r"^perfect copy of grey pixels +([\d.]+)$", text)
    others = dict(numbers(r"^code of another test image, code of +(\d+) +([\d.]+)$", text))
    for size, (reconstruction, kl, total) in by_size.items():
        assert total == pytest.approx(reconstruction + kl, abs=0.11)
        assert copy < total < mean < others[size]
    assert by_size[16][2] < by_size[2][2] - 20
    assert by_size[16][1] > by_size[2][1] + 5


def test_the_formula_is_the_simulation_s_within_its_error(text):
    rows = numbers(r"^ +\S+ +[\d.]+ +([\d.]+) +([\d.]+) ± ([\d.]+)$", text)
    assert len(rows) == 5
    for formula, estimate, error in rows:
        assert abs(formula - estimate) < 4 * error + 0.001


def test_each_measure_is_fooled_where_the_lesson_says_so(text):
    rows = quality(text)
    assert 0 < rows["shuffled pixels"].sure < 20 and rows["shuffled pixels"].nearest > 60
    assert rows["mean image"].sure == 0 and rows["mean image"].nearest < 30
    assert rows["one training image"] == (100, 0, 0, 1)
    assert rows["test images, blurred"].nearest < rows["test images"].nearest - 2
    assert rows["VAE 2, prior"].nearest < rows["test images"].nearest
    for size in (2, 16):
        unit, fitted = (rows[f"AE {size}, {name} normal"] for name in ("unit", "fitted"))
        assert unit.sure > fitted.sure - 8
        assert fitted.kinds >= 8
    assert rows["AE 2, fitted normal"].worst > rows["shuffled pixels"].nearest
    assert rows["AE 16, unit normal"].nearest > 1.5 * rows["AE 16, fitted normal"].nearest
    assert rows["AE 2, unit normal"].kinds < 0.65 * rows["AE 2, fitted normal"].kinds


def test_at_these_trainings_the_measures_disagree_at_two_and_agree_at_sixteen(text):
    def ahead(name):
        pattern = rf"^code of {name}: sure \S+ ± \S+, (\w+) +nearest image \S+ ± \S+, (\w+)$"
        return re.search(pattern, text, re.MULTILINE).groups()

    assert ahead("2") == ("plain", "variational")
    assert ahead("16") == ("variational", "variational")
    assert {who for size in (2, 16) for who in ahead(f"{size}, half the epochs")} <= {
        "plain",
        "variational",
        "level",
    }


def test_a_large_weight_empties_the_code(text):
    rows = numbers(
        r"^beta +(\d+): reconstruction +(\S+)  KL +(\S+)  bound +(\S+) nats  idle +(\d+) of 16$",
        text,
    )
    assert [row[0] for row in rows] == [1, 4, 16]
    for position, rises in ((1, True), (2, False), (3, True), (4, True)):
        column = [row[position] for row in rows]
        assert column == sorted(column, reverse=not rises)
    assert rows[0][4] <= 4 and rows[2][4] >= 9
    exchanged = numbers(
        r"^beta .* replaced by noise, idle ones (\S+) nats, others (\S+) nats$", text
    )
    assert exchanged and all(idle < 0.1 * others for idle, others in exchanged)


def test_few_codes_of_the_prior_make_an_image_likely(text):
    ((codes, most),) = numbers(
        r"^p\(x \| z\), averaged over (\S+) codes .* of it from (\d+) codes",
        text.replace(",000", "000"),
    )
    assert codes == 1000 and most < 100


def test_halfway_and_at_the_ends_the_code_sizes_fail_at_different_places(text):
    halfway = text[text.index("pairs, halfway") : text.index("their ends, rebuilt")]
    rows, ends = quality(halfway), quality(text[text.index("their ends, rebuilt") :])
    assert min(rows["AE 2"].sure, rows["VAE 2"].sure) > max(rows["AE 16"].sure, rows["VAE 16"].sure)
    assert max(ends["AE 2"].sure, ends["VAE 2"].sure) < ends["pixels"].sure - 10
    assert min(ends["AE 16"].sure, ends["VAE 16"].sure) > ends["pixels"].sure - 3
    assert re.search(r"halfway, code of 2: .*, plain$", text, re.MULTILINE)
    assert re.search(r"halfway, code of 16: .*, variational$", text, re.MULTILINE)


def test_the_conditional_decoder_returns_what_is_asked_and_the_control_is_chance(text):
    ((asked,),) = numbers(r"read as asked: +([\d.]+)%", text)
    ((shuffled,),) = numbers(r"asked digits shuffled: +([\d.]+)%", text)
    ((real,),) = numbers(r"real test images read right: +([\d.]+)%", text)
    assert asked > real > 90
    assert shuffled == pytest.approx(10, abs=2.5)


def test_the_label_saves_reconstruction_and_code(text):
    plain, conditional = numbers(r"VAE +reconstruction (\S+) \+ KL (\S+) \+ label", text)
    assert conditional[0] < plain[0]
    assert conditional[1] < plain[1]
    assert sum(conditional) + np.log(10) < sum(plain)


def test_the_discriminator_gives_the_codes_the_shape_of_the_prior(text):
    rows = {
        name: tuple(map(float, values))
        for name, *values in re.findall(
            r"^(plain|adversarial|variational|prior itself) +within 1.177: +([\d.]+)%"
            r" +within 2.146: +([\d.]+)%",
            text,
            re.MULTILINE,
        )
    }
    assert rows["prior itself"] == pytest.approx((50, 90), abs=2)
    assert rows["plain"][0] < 10
    for name in ("adversarial", "variational"):
        assert rows[name][0] == pytest.approx(50, abs=22), name
    assert 1.2 < float(re.search(r"discriminator .*last +([\d.]+)", text)[1]) < 1.4


def test_the_one_that_was_left_out_is_rebuilt_too_well_and_ink_is_a_part_of_it(text):
    pattern = r"^ +(\d)  AUC (\S+)  \[(\S+), (\S+)\]  found +(\d+)%  alarms +(\d+)%  (\w+)$"
    rows = {int(row[0]): row[1:] for row in re.findall(pattern, text, re.MULTILINE)}
    assert sorted(rows) == list(range(10))
    assert rows[1][-1] == "reversed" and rows[0][-1] == rows[2][-1] == "found"
    assert all(float(low) <= float(auc) <= float(high) for auc, low, high, *_ in rows.values())
    assert all(2 <= int(alarms) <= 9 for *_, alarms, _ in rows.values())
    ((of_error,),) = numbers(r"^network +AUC for the 1: ([\d.]+),", text)
    ((per_ink,),) = numbers(r"^network, per ink +AUC for the 1: ([\d.]+),", text)
    assert of_error < 0.5 < per_ink
    ((control,),) = numbers(r"^control +mean AUC ([\d.]+) ", text)
    assert control == pytest.approx(0.5, abs=0.03)
    ((ones, others),) = numbers(r"left out: ([\d.]+); of the other .*on: ([\d.]+)$", text)
    assert ones < others
    assert re.search(r"^AUC of the network minus that of PCA, 95 % interval above 0: ", text, re.M)
