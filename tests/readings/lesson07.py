"""What lesson 07 says of its figures."""

from reading import Printed, Reading

FULL_MNIST = {"data": ("mnist",), "profiles": ("full",)}
PIXELS = r"^{} +(\S+) pixels off"


def one_part_is_not_the_gradient(run: Printed) -> bool:
    shares = run.rows(r"differs from the tape's gradient by (\S+)%")
    return all(share > 100 for (share,) in shares[:2]) and shares[2][0] < 0.1


def half_the_kernels(run: Printed) -> bool:
    (untied,), (tied,) = run.rows(r"^(?:un)?tied +kernel parameters +(\S+)$")
    return untied == 2 * tied


def the_same_image_again(run: Printed) -> bool:
    return run.number(r"differ from each other (\d+)%") < 20


def the_mean_image_again(run: Printed) -> bool:
    error, mean = run.rows(r"^test MSE (\S+), of the mean image (\S+),")[0]
    return abs(error / mean - 1) < 0.06


def below_0(run: Printed) -> bool:
    rows = run.rows(r"pixels below 0: (\d+)%")
    return rows[1][0] > 0 and rows[0][0] == rows[2][0] == 0


def three_errors_are_near(run: Printed) -> bool:
    errors = [error for (error,) in run.rows(r"test MSE (\S+), paper")]
    return max(errors) - min(errors) < 0.0015


def _table(run: Printed) -> list[tuple[float, dict]]:
    found = []
    for name in ("dense", "tied", "convolutional"):
        found.append(run.rows(rf"^ +{name} +(0\.\S+) +\S+ +(\S+) +\S+$")[:2])
    return found


def conv_wins_with_fewer(run: Printed) -> bool:
    dense, tied, conv = _table(run)
    by_pca = run.rows(r"^ +\d+ PCA +(0\.\S+) ")
    errors = all(conv[i][0] < min(dense[i][0], tied[i][0], by_pca[i][0]) for i in range(2))
    return errors and all(conv[i][1] < dense[i][1] for i in range(2))


def longer_dense_is_better(run: Printed) -> bool:
    (of_conv, slow), (of_dense, quick) = run.rows(r"epochs: MSE (\S+), (\S+) CPU seconds")
    return of_dense < of_conv and quick < slow


def permuted_conv_is_above_pca(run: Printed) -> bool:
    by_pca = run.rows(r"^ +30 PCA +(0\.\S+) ")[0][0]
    before, after = run.rows(r"^convolutional +(0\.\d+)  \S+   (\S+)  \S+$")[0]
    return after > by_pca > before


def _strokes(run: Printed, name: str) -> list[float]:
    return [row[0] for row in run.rows(rf"^ +(?:[48] )?{name} +(\d\.\d\d) ")]


def below_pca_at_four(run: Printed) -> bool:
    mean = run.number(r"^mean stroke: (\S+) pixels$")
    recurrent = _strokes(run, "recurrent")[0]
    return recurrent < 0.4 * mean and recurrent < _strokes(run, "PCA")[0]


def dense_is_lower(run: Printed) -> bool:
    pairs = zip(_strokes(run, "dense"), _strokes(run, "recurrent"), strict=True)
    return all(dense < recurrent for dense, recurrent in pairs)


def a_quarter_more_parameters(run: Printed) -> bool:
    pattern = r"^ +{} +\d\.\d\d +(?:\d\.\d\d|one seed) +(\S+) "
    sizes = zip(
        run.rows(pattern.format("dense")), run.rows(pattern.format("recurrent")), strict=True
    )
    return all(1.2 < dense / recurrent < 1.3 for (dense,), (recurrent,) in sizes)


def lead_is_gone(run: Printed) -> bool:
    return _strokes(run, "recurrent")[1] >= _strokes(run, "PCA")[1] - 0.02


def _order(run: Printed, name: str) -> tuple[float, float]:
    return run.rows(rf"^{name} +(\d\.\d\d) +(\d\.\d\d)$")[0]


def pca_is_the_same(run: Printed) -> bool:
    before, after = _order(run, "PCA")
    return before == after


def _epochs(run: Printed) -> list[tuple[float, ...]]:
    pattern = (
        r"^epoch \d+: dense (\S+); dense, permuted (\S+); recurrent (\S+); "
        r"recurrent, permuted (\S+)$"
    )
    return run.rows(pattern)


def slower_from_permuted_steps(run: Printed) -> bool:
    _, halfway, _ = _epochs(run)
    return halfway[3] > 1.05 * halfway[2]


def the_gap_shrinks_in_the_first_half(run: Printed) -> bool:
    first, halfway, last = (permuted / ordered - 1 for _, _, ordered, permuted in _epochs(run))
    return halfway < 0.5 * first and abs(last - halfway) < 0.2 * halfway


def dense_curves_are_close(run: Printed) -> bool:
    return all(abs(row[1] / row[0] - 1) < 0.15 for row in _epochs(run))


def worse_than_the_mean(run: Printed) -> bool:
    as_they_are = run.number(PIXELS.format("weights of 20 points, as they are"))
    return as_they_are > run.number(PIXELS.format("mean stroke"))


def one_epoch_beats_fresh_weights(run: Printed) -> bool:
    found = run.number(PIXELS.format("weights of 20 points, one epoch"))
    return found < 0.75 * run.number(PIXELS.format("recurrent, fresh weights, one epoch"))


def resampling_is_better(run: Printed) -> bool:
    found = run.number(PIXELS.format("weights of 20 points, one epoch"))
    return run.number(PIXELS.format("20 points first, then back")) < found


READINGS = [
    Reading("Each part alone is off by more than the whole gradient", one_part_is_not_the_gradient),
    Reading("half the kernels when tied", half_the_kernels),
    Reading("nearly the same image whatever it reads", the_same_image_again),
    Reading(
        "On MNIST in full its error is that of the mean image, to a few per cent",
        the_mean_image_again,
        **FULL_MNIST,
    ),
    Reading("nothing keeps its outputs from going below 0", below_0),
    Reading(
        "on MNIST in full the three errors printed above lie about 0.001 apart",
        three_errors_are_near,
        **FULL_MNIST,
    ),
    Reading(
        "On MNIST in full the convolutional net has the lowest error in both panels, with "
        "fewer parameters than the dense one",
        conv_wins_with_fewer,
        **FULL_MNIST,
    ),
    Reading(
        "On MNIST in full it has a lower error than the convolutional net, in less time.",
        longer_dense_is_better,
        **FULL_MNIST,
    ),
    Reading(
        "On MNIST in full that costs it its place: its error is then above PCA's",
        permuted_conv_is_above_pca,
        **FULL_MNIST,
    ),
    Reading(
        "on MNIST in full it is far from the mean stroke, and with a code of four it is well "
        "below PCA",
        below_pca_at_four,
        **FULL_MNIST,
    ),
    Reading("has a lower error at both sizes in less time", dense_is_lower),
    Reading("with a quarter more parameters", a_quarter_more_parameters),
    Reading(
        "And on MNIST in full, with a code of eight, the recurrent net's lead over PCA is gone.",
        lead_is_gone,
        **FULL_MNIST,
    ),
    Reading("PCA's error is the same to the last digit", pca_is_the_same),
    Reading("its two curves lie close together", dense_curves_are_close),
    Reading(
        "On MNIST in full the gap shrinks fast in the first half of the epochs, and hardly at all "
        "in the second.",
        the_gap_shrinks_in_the_first_half,
        **FULL_MNIST,
    ),
    Reading(
        "it learns more slowly from permuted steps: halfway through training its error is larger",
        slower_from_permuted_steps,
    ),
    Reading("what comes out is further off than the mean stroke", worse_than_the_mean),
    Reading(
        "One epoch on such strokes brings them far below fresh weights of the same net.",
        one_epoch_beats_fresh_weights,
    ),
    Reading("on MNIST in full that is better still", resampling_is_better, **FULL_MNIST),
]
