"""What lesson 08 claims about MNIST, read off its committed solution."""

import re

import pytest
from printed import printed


@pytest.fixture(scope="module")
def sparse() -> str:
    """All that the lesson printed."""
    return printed("08_sparse.ipynb")


@pytest.fixture(scope="module")
def wide(sparse) -> dict[tuple[str, float], tuple[float, float, float, float]]:
    """Activity, MSE, span over the seeds and dead units of the nets of 300 sigmoids."""
    rows = re.findall(
        r"^(none|KL|L1) +(\S+)  mean activity (\S+)  MSE (\S+) \(seeds span (\S+)\)  dead +(\S+)",
        sparse,
        re.MULTILINE,
    )
    return {(kind, float(value)): tuple(map(float, row)) for kind, value, *row in rows}


def copied(sparse: str) -> dict[int, tuple[float, float, float]]:
    """Return for each code size what is explained of digits, dealt images and noise, in %."""
    rows = re.findall(
        r"^code of +(\d+)  digits +(\S+)%  dealt +(\S+)%  noise +(\S+)%", sparse, re.M
    )
    return {int(size): tuple(map(float, row)) for size, *row in rows}


def test_a_wide_code_copies_what_is_no_digit_and_no_code_copies_noise(sparse):
    shares = copied(sparse)
    assert shares[1000][0] > 95 and shares[1000][1] > 50
    assert shares[8][1] < 5 and shares[32][1] < 5 < 80 < shares[32][0]
    assert all(noise < 0 for *_, noise in shares.values())


def test_keras_divides_the_slides_penalty_by_the_batch_size(sparse):
    by_hand = float(re.search(r"by your function: (\S+)", sparse)[1])
    rows = re.findall(r"batch of +(\d+) +as on the slides (\S+) +ours (\S+)", sparse)
    assert [int(size) for size, *_ in rows] == [10, 100, 1000]
    for size, slides, ours in rows:
        assert float(ours) == pytest.approx(by_hand, abs=0.001)
        assert float(slides) == pytest.approx(by_hand / int(size), rel=0.01)


def test_the_target_is_reached_with_batches_of_32_and_not_of_200_unless_mended(sparse):
    rows = re.findall(
        r"^(\S.*?) +mean activity (\S+)  units within 0.02: training +(\d+)%, test +(\d+)%  MSE",
        sparse,
        re.MULTILINE,
    )
    near = {name: tuple(map(float, row)) for name, *row in rows}
    assert near["0.05, batches of 32"][0] == pytest.approx(0.1, abs=0.02)
    assert near["0.05, batches of 32"][1] > 80
    assert near["mended, batches of 200"][0] == pytest.approx(0.1, abs=0.02)
    assert near["mended, batches of 200"][1] > 80
    assert near["0.05, batches of 200"][1] < 30
    assert near["0.05 undivided"][2] > 95
    assert near["no penalty"][1] < 5


def test_the_undivided_weight_reaches_its_target_by_murmuring(sparse):
    rows = re.findall(r"^(\S.*?) +silent +(\S+)%  murmuring +(\S+)%  loud +(\S+)%", sparse, re.M)
    shares = {name: tuple(map(float, row)) for name, *row in rows}
    assert shares["0.05 undivided"][1] > 75 and shares["0.05 undivided"][2] < 0.5
    assert shares["0.05, batches of 32"][1] < 50 < shares["no penalty"][1] + 50
    assert shares["0.05 undivided"][0] < 15
    others = ("0.05, batches of 32", "0.05, batches of 200", "mended, batches of 200")
    assert all(shares[name][0] >= 50 for name in others)


def test_l1_kills_units_and_the_divergence_none(wide):
    assert all(row[3] == 0 for (kind, _), row in wide.items() if kind != "L1")
    assert 300 - wide["L1", 1.0][3] == pytest.approx(135, abs=5)


def test_targets_are_reached_and_paid_for_in_error(wide):
    for target in (0.02, 0.05, 0.1, 0.2):
        near = 0.02 if target == 0.02 else 0.01
        assert wide["KL", target][0] == pytest.approx(target, abs=near)
    assert wide["KL", 0.02][0] == 0.031
    errors = [wide["KL", target][1] for target in (0.02, 0.05, 0.1, 0.2)]
    assert errors == sorted(errors, reverse=True)
    assert wide["none", 0][1] < min(row[1] for key, row in wide.items() if key != ("none", 0))


def test_units_of_the_divergence_are_purer_than_both_controls(sparse):
    alone = dict(re.findall(r"^(images drawn at random|untrained units) +(\d+\.\d)%", sparse, re.M))
    rows = re.findall(r"^(none|KL|L1) +(\S+) +(\S+)%  \(seeds (\S+)% to", sparse, re.M)
    purities = {(kind, float(value)): float(low) for kind, value, _, low in rows}
    means = {(kind, float(value)): float(mean) for kind, value, mean, _ in rows}
    random, untrained = map(float, alone.values())
    assert random < purities["none", 0] < untrained
    assert all(low > untrained for (kind, _), low in purities.items() if kind == "KL")
    assert means["L1", 0.1] < untrained < min(purities["L1", 0.3], purities["L1", 1.0])
    least = min(mean for (kind, _), mean in means.items() if kind == "KL")
    assert max(mean for (kind, _), mean in means.items() if kind == "L1") < least


def test_the_smallest_targets_are_what_the_lesson_says(sparse):
    found = re.findall(r"^within (\S+), at most (PCA|twice|an).*: target (\S+)$", sparse, re.M)
    answers = {(tolerance, name): target for tolerance, name, target in found}
    for tolerance, with_room in (("0.02", "0.02"), ("0.01", "0.05")):
        assert answers[tolerance, "PCA"] == "0.05"
        assert answers[tolerance, "twice"] == "0.2"
        assert answers[tolerance, "an"] == with_room


def kept(sparse: str, name: str) -> list[float]:
    """Return the errors of a row of the table of kept numbers: 5, 10, 20, 40, 80, 150, 300."""
    row = re.search(rf"^{re.escape(name)} +((?:0\.\d{{4}} *){{7}})$", sparse, re.MULTILINE)[1]
    return [float(error) for error in row.split()]


def test_few_numbers_say_most_in_the_penalised_codes_and_less_than_pca_s(sparse):
    kl, l1, free, at_random, pca = (
        kept(sparse, name)
        for name in ("KL, target 0.1", "L1, price 1", "no penalty", "KL, kept at random", "PCA")
    )
    for position in range(5):
        assert pca[position] < min(kl[position], l1[position])
        assert max(kl[position], l1[position]) < free[position] < at_random[position] * 1.01
    assert all(a <= b for a, b in zip(l1, kl, strict=True))
    assert kl[3] / kl[6] > 2.5
    assert l1[5] == pytest.approx(l1[6], abs=0.0001)
    assert all(a < b for a, b in zip(pca, kl, strict=True))


def test_the_penalty_takes_most_of_the_copying_away_as_fewer_units_do(sparse):
    rows = re.findall(
        r"^1,000 units, (\S.*?) +digits +(\S+)%  dealt +(\S+)%  mean activity (\S+)$", sparse, re.M
    )
    shares = {name: tuple(map(float, row)) for name, *row in rows}
    free, kl = shares["no penalty"], shares["KL, target 0.1"]
    assert (round(free[1]), round(kl[1])) == (23, 6)
    assert free[0] - kl[0] == pytest.approx(10, abs=1)
    assert kl[2] == pytest.approx(0.1, abs=0.02) and free[2] > 0.3
    by_size = copied(sparse)
    for narrow, wanted, broad in zip(by_size[32][:2], kl[:2], by_size[128][:2], strict=True):
        assert narrow < wanted < broad


def test_the_divergence_helps_the_probe(sparse):
    alone = dict(re.findall(r"^(raw pixels|untrained units) +(\S+) %", sparse, re.M))
    rows = re.findall(r"^(none|KL|L1) +\S+ +(\S+) %  \(seeds span (\S+)\)", sparse, re.M)
    probe = {kind: (float(error), float(span)) for kind, error, span in rows}
    rivals = [float(error) for error in alone.values()] + [probe["none"][0]]
    assert probe["KL"][0] + 3 * probe["KL"][1] < min(rivals)
