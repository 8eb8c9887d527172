"""What the lessons claim about MNIST, read off the committed solutions."""

import re

import numpy as np
import pytest
from printed import SOLUTIONS, printed

from helpers.results import cluster_runs, collect, long_run, longer_run


@pytest.fixture(scope="module")
def figures() -> dict[tuple[str, str], list[float]]:
    """Every compared figure: (lesson, key) -> ours, in the order of the lesson."""
    found: dict[tuple[str, str], list[float]] = {}
    for record in collect(sorted(SOLUTIONS.glob("*.ipynb"))):
        found.setdefault((record["lesson"][:2], record["key"]), []).append(record["ours"])
    return found


def test_pca_is_the_papers(figures):
    assert figures["02", "pca.sse.k30"] == [pytest.approx(13.866, abs=0.001)]
    assert figures["02", "hinton2006.pca.sse.k30"] == [pytest.approx(13.87, abs=0.005)]


def test_the_linear_autoencoder_finds_pca_s_error_and_subspace(figures):
    pca, trained = figures["02", "pca.sse.k10"]
    assert trained == pytest.approx(pca, rel=0.01)
    angles = re.search(r"trained decoder\s+\[([^]]*)\]", printed("02_pca.ipynb"))[1].split()
    assert len(angles) == 10
    assert max(map(float, angles)) < 5


def test_pca_is_the_floor_on_the_images_that_it_was_fitted_to():
    pattern = r"SSE/image on the test images: PCA of the training images (\S+), their own (\S+)"
    rows = re.findall(pattern, printed("02_pca.ipynb"))
    assert len(rows) == 2
    for fitted_elsewhere, floor in rows:
        assert float(floor) < float(fitted_elsewhere) < 1.02 * float(floor)


def test_the_descent_leaves_a_saddle_point():
    text = printed("02_pca.ipynb")
    goal = float(re.search(r"^PCA +SSE/image +(\S+)", text, re.M)[1])
    steep = [float(one) for one in re.findall(r"length of the gradient there (\S+)", text)]
    rows = re.findall(r"^step +(\d+)  SSE/image +(\S+)", text, re.M)
    random, saddle = ([tuple(map(float, row)) for row in rows[at : at + 5]] for at in (0, 5))
    assert [step for step, _ in saddle] == [0, 50, 100, 150, 200]
    assert random[-1][1] < 1.02 * goal and saddle[-1][1] < 1.02 * goal
    assert saddle[0][1] > 1.1 * goal and steep[1] < 0.1 * steep[0]


def test_errors_without_decoding_are_those_of_decoding():
    text = printed("02_pca.ipynb")
    rows = re.findall(r"numbers: discarded variances +(\S+)  measured .* images +(\S+)", text)
    assert len(rows) == 3
    for discarded, measured in rows:
        assert float(discarded) == pytest.approx(float(measured), rel=1e-3)
    undecoded, decoded = re.search(r"(\S+) by your function, (\S+) decoded", text).groups()
    assert float(undecoded) == pytest.approx(float(decoded), rel=1e-4)
    # As question 2 says, MNIST's test images lie nearer to the first components.
    assert float(decoded) < float(rows[1][0])


def test_a_promised_error_is_kept_on_the_test_images():
    text = printed("02_pca.ipynb")
    found = re.findall(r"at most +(\d+) per image: (\d+) numbers, test (\S+)", text)
    assert [int(limit) for limit, *_ in found] == [20, 10, 5]
    for limit, _, tested in found:
        assert float(tested) <= float(limit)


def test_the_encoder_is_pca_s_where_pixels_vary_and_random_directions_are_not():
    found = re.findall(
        r"without +(\d+) pixels .* encoder +(\S+) to +(\S+) degrees, control +(\S+) to",
        printed("02_pca.ipynb"),
    )
    rows = [tuple(map(float, row)) for row in found]
    assert [row[0] for row in rows] == [67, 161, 239]
    never, _, hardly = rows
    assert never[2] > 20
    assert hardly[2] < 10
    assert min(control for *_, control in rows) > 60


def test_a_wide_roll_defeats_pca_and_a_usual_one_hardly():
    found = re.findall(
        r"width (\d)  (PCA|Isomap|unrolled) .* same stripe (\S+)%", printed("02_pca.ipynb")
    )
    share = {(int(width), name): float(value) for width, name, value in found}
    assert 85 < share[1, "PCA"] < share[1, "Isomap"] - 3
    assert share[3, "PCA"] < 65 < share[3, "Isomap"] - 10
    assert min(share[1, "unrolled"], share[3, "unrolled"]) > 93


def test_a_small_error_early_on_does_not_prove_the_subspace():
    text = printed("02_pca.ipynb")
    error, angle = re.search(r"code of 30: error \+(.*)% .* (\d+) degrees", text).groups()
    assert float(error) < 5
    assert float(angle) > 10


def basic() -> str:
    """Return all that lesson 03 printed."""
    return printed("03_basic_autoencoder.ipynb")


def test_the_lab_of_2019_is_reproduced_and_its_start_is_what_costs(figures):
    lab, first_modern_epoch = figures["03", "basic_ae.mse.epoch20"]
    assert lab == pytest.approx(0.0327, rel=0.2)
    (glorot_train,) = figures["03", "measured.basic_ae.glorot.mse.train.epoch20"]
    (glorot_test,) = figures["03", "measured.basic_ae.glorot.mse.test.epoch20"]
    assert lab / glorot_train > 6
    assert glorot_test <= 0.0060
    assert first_modern_epoch < 0.0327


def test_the_recipe_of_today_ends_low(figures):
    assert figures["03", "measured.basic_ae.modern.mse.test.epoch10"][0] <= 0.0050


def test_the_second_source_s_parameters_are_counted(figures):
    assert figures["03", "dense_ae.parameters"] == [716_640]


def test_most_of_the_lab_s_error_is_stuck_pixels():
    text = basic()
    before = int(re.search(r"stuck before training: (\d+)$", text, re.M)[1])
    after = int(re.search(r"stuck after it: (\d+) of 784", text)[1])
    assert before < 20 < 80 < after
    assert int(re.search(r"share of the lab's error: (\d+)%", text)[1]) > 50


def test_the_decoder_s_initial_weights_and_the_loss_cost_the_error_not_the_saturation():
    pattern = r"^((?:encoder|lab, ).*?) +(0\.\d+) +(\d+)% +(\d+)$"
    found = re.findall(pattern, basic(), re.M)
    error, saturated, stuck = (
        {name: float(row[column]) for name, *row in found} for column in range(3)
    )
    lab, other_encoder, other_decoder, neither = list(error)[:4]
    assert error[other_decoder] < error[lab] / 4 and stuck[other_decoder] == 0
    assert error[other_decoder] == pytest.approx(error[neither], rel=0.2)
    assert error[other_encoder] > 1.5 * error[other_decoder] and stuck[other_encoder] > 5
    assert saturated[other_encoder] < 20 < saturated[other_decoder]
    normalised = "lab, batch normalisation"
    assert saturated[normalised] < 5
    assert error[normalised] > 3 * error[other_decoder] and stuck[normalised] > 10
    assert error["lab, encoder never trained"] < 1.1 * error[lab]
    for loss in ("lab, cross-entropy, clipped", "lab, cross-entropy from logits"):
        assert error[loss] < error[lab] / 2 and stuck[loss] < stuck[lab] / 4


def test_the_lab_s_filters_stay_near_their_initial_selves_and_glorot_s_do_not():
    found = re.findall(
        r"^(unit normal|Glorot) +mean cosine .* self (\S+)  initial length +(\S+)"
        r"  moved by +(\S+)$",
        basic(),
        re.M,
    )
    cosine = {name: float(value) for name, value, *_ in found}
    lengths = {name: (float(initial), float(moved)) for name, _, initial, moved in found}
    assert lengths["unit normal"][0] == pytest.approx(28, abs=0.5)
    assert lengths["unit normal"][1] >= lengths["Glorot"][1]
    assert cosine["unit normal"] == pytest.approx(0.93, abs=0.03)
    assert cosine["Glorot"] < 0.6


def test_training_saturates_the_lab_s_code_further():
    found = re.findall(
        r"^(unit normal|Glorot) +(before|after) +training: .* saturated +(\S+)%", basic(), re.M
    )
    share = {(name, when): float(value) for name, when, value in found}
    assert 50 < share["unit normal", "before"] < share["unit normal", "after"]
    assert share["Glorot", "before"] == 0 and share["Glorot", "after"] < 20


def test_epsilon_is_rmsprop_s_trap_and_the_means_cost_the_first_epoch():
    found = re.findall(
        r"^1e-(10|7) +([01]) +(0\.\d+) (0\.\d+) (0\.\d+)$",
        basic(),
        re.M,
    )
    loss = {(epsilon, mean): list(map(float, row)) for epsilon, mean, *row in found}
    for mean in "01":
        assert loss["7", mean][2] > 1.8 * loss["10", mean][2]
    for epsilon in ("10", "7"):
        assert loss[epsilon, "1"][0] > 1.3 * loss[epsilon, "0"][0]
        assert loss[epsilon, "1"][2] == pytest.approx(loss[epsilon, "0"][2], rel=0.25)


def test_the_output_sigmoid_is_what_beats_pca_at_64():
    found = re.findall(r"^code of 64, (.*?) +MSE (\S+)$", basic(), re.M)
    plain, clipped, linear_code, leaky_code = (float(error) for _, error in found)
    assert 0.2 < (plain - clipped) / (plain - linear_code) < 0.6
    assert linear_code < leaky_code < clipped < plain


def test_two_sigmoid_units_answer_the_mean_image_at_both_rates():
    found = re.findall(r"^two (sigmoid|linear ) units, rate +\S+  MSE (\S+)", basic(), re.M)
    (mean_image,) = re.findall(r"^mean image (\S+)  PCA-2", basic(), re.M)
    *sigmoids, slow, fast = [float(error) for _, error in found]
    assert min(sigmoids) > 0.95 * float(mean_image)
    assert max(slow, fast) < 0.95 * float(mean_image)


def test_the_network_beats_pca_in_the_middle_and_loses_at_both_ends():
    found = re.findall(r"^code of +(\d+): (the network|PCA, clipped) has the lower", basic(), re.M)
    assert [int(size) for size, _ in found] == [2, 16, 32, 64, 128]
    assert [int(size) for size, winner in found if winner == "the network"] == [16, 32, 64]
    assert "reaches the lab's 0.0327: 16 32 64 128 1000" in basic()


def test_the_pre_activations_of_the_lab_s_start_are_as_the_formula_tells():
    text = basic()
    hidden = r"^(?:unit normal +before training|your formula, unit normal): .* (\d+\.\d)%$"
    measured, told = map(float, re.findall(hidden, text, re.M))
    assert told == pytest.approx(measured, abs=3)
    outputs = re.findall(r"your formula (\d+)%, the lab's network (\d+)%", text)
    assert len(outputs) == 2
    for told, measured in outputs:
        assert float(told) == pytest.approx(float(measured), abs=5)


def test_the_loop_of_one_s_own_overfits_forty_images_and_stops_early():
    text = basic()
    (times,) = re.findall(r"^best epoch: MSE .*: (\d+\.\d) times as much$", text, re.M)
    ran, best = map(int, re.findall(r"^(\d+) epochs ran; epoch (\d+) was", text, re.M)[0])
    assert float(times) > 2 and ran == best + 6 < 60


def test_a_cross_entropy_stands_between_its_two_levels():
    found = re.findall(r"^(perfect copy|mean image) .* cross-entropy +(\S+) nats", basic(), re.M)
    levels = {name: float(nats) for name, nats in found}
    assert levels["perfect copy"] == pytest.approx(45.5, abs=0.1)
    assert levels["mean image"] == pytest.approx(205.8, abs=0.2)


def test_only_the_cross_entropy_from_logits_keeps_its_slope():
    found = re.findall(r"^(.*?) +at -20 +(\S+) at -10 +(\S+) at +0 +(\S+)$", basic(), re.M)
    slopes = {name: tuple(map(float, row)) for name, *row in found}
    assert slopes["squared error"] == pytest.approx((0, 0, -0.25), abs=1e-3)
    assert slopes["cross-entropy, clipped"] == pytest.approx((0, -1, -0.5), abs=1e-3)
    assert slopes["cross-entropy from logits"] == pytest.approx((-1, -1, -0.5), abs=1e-3)


def test_fit_and_train_do_the_same():
    found = re.findall(r"^(loss|val_loss) +(fit|train) +(.*)$", basic(), re.M)
    curves = {(name, loop): [float(x) for x in row.split()] for name, loop, row in found}
    for name in ("loss", "val_loss"):
        assert len(curves[name, "fit"]) == 3
        assert curves[name, "fit"] == pytest.approx(curves[name, "train"], rel=0.15)


def test_a_diagonal_move_costs_more_than_half_the_image_and_a_straight_one_less(figures):
    (shift,), (half,) = figures["03", "uva.sse.shift"], figures["03", "uva.sse.half_erased"]
    assert shift == pytest.approx(55.6, abs=0.1) and half == pytest.approx(35.1, abs=0.1)
    straight = re.findall(r"^moved (?:down|to the right) +SSE/image +(\S+)$", basic(), re.M)
    assert len(straight) == 2
    assert all(0.7 * half < float(cost) < half for cost in straight)


def test_the_control_fails_as_it_must():
    shares = re.findall(r"explained\s+(-?[\d.]+)%", basic())
    digits, shuffled = map(float, shares)
    assert digits > 80
    assert shuffled < 15
    by_pixels = float(re.search(r"that vary most keep (\S+)% of the digits", basic())[1])
    assert shuffled < by_pixels < digits / 2


def test_images_concentrate_less_than_noise_with_their_own_pixels():
    text = printed("01_unsupervised.ipynb")
    noise, permuted, digits = map(float, re.findall(r"784 pixels, .* (0\.\d+)", text))
    assert noise > permuted > 1.5 * digits
    dimensions = int(re.search(r"ratio of the digits: (\d+) dimensions", text)[1])
    assert 15 <= dimensions <= 25


def test_one_kmeans_run_is_scikit_learn_s_and_near_the_published_accuracy(figures):
    text = printed("01_unsupervised.ipynb")
    ours, lowest = re.search(r"yours: spread (\S+), scikit-learn's lowest (\S+)", text).groups()
    assert float(ours) == pytest.approx(float(lowest), abs=0.002)
    assert len(re.findall(r"^start \d  spread", text, re.M)) == 5
    assert figures["01", "xie2016.kmeans.accuracy"] == [pytest.approx(53.5, abs=4)]


def test_the_density_finds_shuffled_images_and_takes_double_exposures_for_digits():
    text = printed("01_unsupervised.ipynb")
    found = dict(re.findall(r"(upside down|pixels shuffled)\s+density (\S+)  ink alone 0.50", text))
    assert float(found["pixels shuffled"]) > 0.99
    assert 0.6 < float(found["upside down"]) < 0.8
    halfway = dict(re.findall(r"halfway to (.+?) +less likely than a digit: (\S+)", text))
    assert float(halfway["another digit"]) < 0.2
    assert float(halfway["a neighbour"]) < 0.5


def test_one_of_fifty_centres_rebuilds_better_than_49_blocks():
    text = printed("01_unsupervised.ipynb")
    losses = dict(re.findall(r"(one of 50 centres|49 block averages)\s+SSE/image\s+(\S+)", text))
    assert float(losses["one of 50 centres"]) < float(losses["49 block averages"])


def test_labels_passed_on_beat_random_ones_beyond_chance_and_stay_below_all_labels():
    text = printed("01_unsupervised.ipynb")
    rows = re.findall(r"50 labels, (random|passed on) +mean (\S+)  \((\S+) to (\S+), ", text)
    at_random, passed = ([float(number) for number in row[1:]] for row in rows)
    supervised = float(re.search(r"all 10000 labels\s+(\S+)", text)[1])
    assert at_random[2] < passed[1] and passed[2] < supervised
    assert passed[0] - at_random[0] > 0.1
    share, least = re.search(
        r"against random: (\S+), one of 286 splits would be (\S+)", text
    ).groups()
    assert share == least == "0.0035"
    assert float(re.search(r"random against random: (\S+)", text)[1]) > 0.05


def test_one_permutation_changes_nothing_and_one_for_each_image_everything():
    pattern = (
        r"(as they are|one for all|each its own)\s+density ranks\s+(\S+)"
        r"\s+neighbours (\S+)\s+50 labels: random (\S+), passed on (\S+)"
    )
    rows = {
        name: tuple(map(float, values))
        for name, *values in re.findall(pattern, printed("01_unsupervised.ipynb"))
    }
    assert rows["one for all"] == pytest.approx(rows["as they are"], abs=0.002)
    ranks, neighbours, at_random, passed = rows["each its own"]
    assert ranks < 0.6
    assert max(neighbours, at_random, passed) < 0.3
    assert passed < at_random + 0.05


# Lesson 06


def percentages(name: str, pattern: str) -> list[float]:
    """Return the percentages that a pattern finds in what a lesson printed."""
    found = re.findall(pattern, printed(name))
    return [float(value) for value in (found[0] if isinstance(found[0], tuple) else found)]


def test_the_convolutional_net_is_the_source_s_in_both_variants(figures):
    assert figures["06", "conv_ae.parameters"] == [421_377]
    assert figures["06", "conv_ae.elu.parameters"] == [421_377]


def test_the_code_of_64_is_no_better_for_kmeans_than_the_pixels(figures):
    (pixels,) = figures["06", "xie2016.kmeans.accuracy"]
    (codes,) = figures["06", "measured.clustering.conv64.kmeans.accuracy"]
    assert pixels == pytest.approx(53.5, abs=3)
    assert codes < pixels


def test_the_decoder_s_activation_costs_more_than_the_code_s():
    rows = re.findall(
        r"^(ReLU|ELU) +(ReLU|ELU) +([\d.]+) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+)%$",
        printed("06_latent_clustering.ipynb"),
        re.MULTILINE,
    )
    found = {row[:2]: tuple(map(float, row[2:])) for row in rows}
    assert len(found) == 4
    for code in ("ReLU", "ELU"):
        with_relu, with_elu = found[code, "ReLU"], found[code, "ELU"]
        assert with_elu[0] < 0.8 * with_relu[0]
        # Decoder units that stand still, and the share of the error on pixels that do.
        assert with_elu[2] + with_elu[3] < 0.7 * (with_relu[2] + with_relu[3])
        assert with_elu[5] < with_relu[5]
    for decoder in ("ReLU", "ELU"):
        assert found["ReLU", decoder][1] < 16 < found["ELU", decoder][1]


def test_the_neighbourhoods_know_the_digits_in_every_space():
    text = printed("06_latent_clustering.ipynb")
    shares = [float(share) for share in re.findall(r"same digit (\d+\.\d)%", text)]
    assert len(shares) == 4
    assert min(shares) > 90
    assert int(re.search(r"the last number would be about (\d+)%", text)[1]) < 15


def test_a_shuffled_clustering_is_near_chance():
    (share,) = percentages("06_latent_clustering.ipynb", r"clusters, shuffled: +([\d.]+)%")
    assert 10 <= share < 13


def test_the_map_s_p_is_scikit_learn_s():
    text = printed("06_latent_clustering.ipynb")
    assert float(re.search(r"difference to scikit-learn's: (\S+)", text)[1]) < 1e-6
    assert float(re.search(r"largest entry of P: +(\S+)", text)[1]) > 1e-3


def test_fours_and_nines_are_mixed_most_and_the_map_s_lead_is_judged():
    text = printed("06_latent_clustering.ipynb")
    assert re.findall(r"mixed most: \((\d), (\d)\)", text) == [("4", "9")] * 2
    assert re.search(r"^mixes more: (code|map|undecided)$", text, re.MULTILINE)


def test_what_was_predicted_in_lesson_06_is_beside_what_came():
    text = printed("06_latent_clustering.ipynb")
    (floor,) = re.findall(r"In this run: ([\d.]+) of the numbers in the ELU codes", text)
    (share,) = re.findall(r"In this run: ([\d.]+) of the images, by the best match", text)
    (gap,) = re.findall(r"In this run: ([\d.]+) times as far as the near one", text)
    # Each is where a first guess goes wrong: units rest, the code is worse, and the gap is lost.
    assert float(floor) > 0.3 and float(share) < 0.535 and float(gap) < 2


def test_two_runs_of_t_sne_agree_on_neighbours_beyond_chance():
    text = printed("06_latent_clustering.ipynb")
    found = re.findall(r"among the ten nearest in .*: (\d+)% \(by chance (\S+)%\)$", text, re.M)
    assert len(found) == 2
    assert all(float(chance) < 5 < 80 < float(shared) for shared, chance in found)


def test_a_map_evens_out_widths_and_gaps_and_one_beta_for_all_only_the_gaps():
    text = printed("06_latent_clustering.ipynb")
    pattern = (
        r"^(\S+(?: betas?)?) +wide group / narrow group +([\d.]+) +far gap / near gap +([\d.]+)"
    )
    found = {name: (float(w), float(g)) for name, w, g in re.findall(pattern, text, re.MULTILINE)}
    assert found["data"][0] > 4 and found["data"][1] > 8
    assert found["map"][0] < 2 and found["map"][1] < 2
    assert found["own betas"][0] < 1.5 and found["one beta"][0] > 2
    assert found["own betas"][1] < 2 and found["one beta"][1] < 2


def rows_of(text: str, names: tuple[str, ...]) -> dict[str, list[list[float]]]:
    """Return the numbers of the printed rows that begin with these names, by name."""
    found = {}
    for name in names:
        rows = re.findall(
            rf"^{re.escape(name)} +((?:[\d.]+%?|nan%)[\d.% na]*)$", text, re.MULTILINE
        )
        found[name] = [[float(value) for value in re.findall(r"[\d.]+|nan", row)] for row in rows]
    return found


TENS = ("PCA-10 (baseline)", "untrained code (control)", "trained code")


def test_a_mixture_finds_the_digits_in_every_trained_code_and_balls_do_not(figures):
    text = printed("06_latent_clustering.ipynb")
    text = text[text.index("longest/thinnest") : text.index("over 3 trainings")]
    rows = rows_of(text, TENS)
    assert [len(rows[name]) for name in TENS] == [1, 3, 3]
    for kmeans, balls, _common, mixture, elongation in rows["trained code"]:
        assert mixture > max(kmeans, balls)
        assert kmeans > rows["PCA-10 (baseline)"][0][0]
        assert mixture > max(row[3] for row in rows["untrained code (control)"]) + 20
        assert elongation > 3
    (mean,) = figures["06", "xie2016.dec.accuracy"]
    assert mean == pytest.approx(sum(row[3] for row in rows["trained code"]) / 3, abs=0.1)


def evaluated() -> dict[tuple[str, str], list[float]]:
    """Return the rows of lesson 06's last table: means, spreads, chance, the labels' choice."""
    pattern = r"^(pixels|PCA-10 \S+|untrained code \S+|trained code) +(points|\S+, \d+-d) +(.*%)$"
    found = re.findall(pattern, printed("06_latent_clustering.ipynb"), re.MULTILINE)
    return {(name, at): [float(v) for v in re.findall(r"[\d.]+", row)] for name, at, row in found}


def test_every_row_of_the_evaluation_has_its_control_and_the_untrained_code_fails():
    rows = evaluated()
    assert len(rows) == 10
    for (name, _), row in rows.items():
        # One set of points has no spread.
        mean = row[-4] if name == "trained code" else row[-3]
        chance, chosen = row[-2:]
        assert 10 <= chance < 20 and mean <= chosen
    for at in ("points", "map, 2-d"):
        kmeans, _, mixture, _, *_ = rows["trained code", at]
        untrained = rows["untrained code (control)", at]
        assert min(kmeans, mixture) > max(untrained[:2]) + 20


def test_each_step_is_told_with_its_spread(figures):
    text, rows = printed("06_latent_clustering.ipynb"), evaluated()
    alone = re.findall(r"^.+? +[+-][\d.]+ points, one run on one side: no interval$", text, re.M)
    interval = r"^(.+?) +(\S+) points, 95 % +(\S+) to +(\S+): (decided|undecided)$"
    steps = {name: step for name, *step in re.findall(interval, text, re.M)}
    assert len(alone) == 3 and len(steps) == 5
    for step, low, high, word in steps.values():
        assert float(low) <= float(step) <= float(high)
        if min(abs(float(low)), abs(float(high))) > 0.1:  # not on the edge that rounding moves
            assert (word == "decided") == (float(low) > 0 or float(high) < 0)
    kmeans, _, mixture, *_ = rows["trained code", "map, 2-d"]
    step = float(steps["mixture instead of KMeans, on the map"][0])
    assert step == pytest.approx(mixture - kmeans, abs=0.15)
    (large,) = re.findall(r"^t-SNE map of [\d,]+ test images, mixture +([\d.]+)%$", text, re.M)
    lesson, kept = figures["06", "mcconville2019.n2d.accuracy"]
    assert lesson == pytest.approx(float(large), abs=0.1)
    learned = [row["learned_test"] for row in cluster_runs()["rows"] if row["space"] == "code"]
    assert kept == pytest.approx(np.mean(learned), abs=0.01)


# Lesson 05


@pytest.fixture(scope="module")
def denoising() -> str:
    """All that lesson 05 printed."""
    return printed("05_denoising_autoencoder.ipynb")


def test_masking_is_exact_and_the_switch_is_not(denoising):
    found = re.findall(r"^(masking|random).*mean (\S+)  standard deviation +(\S+)", denoising, re.M)
    rows = {name: tuple(map(float, values)) for name, *values in found}
    assert rows["masking"] == (392, 0)
    assert rows["random"] == pytest.approx((392, 14), abs=1.5)


def test_the_denoiser_is_3_db_above_filters_and_pca_at_half_masking(denoising):
    pattern = (
        r"^(.+?) +(identity|median filter|PCA) (\S+) dB, linear map (\S+) dB, plain AE (\S+) dB$"
    )
    gains = {
        name: tuple(map(float, values))
        for name, _, *values in re.findall(pattern, denoising, re.MULTILINE)
    }
    assert set(gains) == {"masking 25 %", "masking 50 %", "Gaussian 0.3", "salt, pepper 20 %"}
    assert gains["masking 50 %"][0] >= 3
    assert all(
        min(over_filters, over_linear) > 0 for over_filters, over_linear, _ in gains.values()
    )
    assert all(2 < over_plain < 8 for *_, over_plain in gains.values())
    assert gains["masking 50 %"][1] < 2


def test_the_plain_autoencoder_is_no_mere_copier(denoising):
    rows = re.search(r"plain AE minus identity\n((?:.* dB\n){4})", denoising)[1]
    gains = dict(re.findall(r"^(.+?) +(\S+) dB$", rows, re.MULTILINE))
    assert float(gains["salt, pepper 20 %"]) > 3
    assert float(gains["masking 25 %"]) > 1 > abs(float(gains["masking 50 %"])) - 0.5
    found = re.findall(r"noisy +(\S+), plain AE +(\S+)$", denoising, re.MULTILINE)
    assert len(found) == 2
    assert all(float(after) < float(before) / 2 for before, after in found)


def test_doubling_what_masking_left_helps_pca(denoising):
    rows = re.findall(
        r"^masking (\d+)%  (PCA\S*(?: brightened)?) +(\S+) dB  plain AE likewise (\S+) dB$",
        denoising,
        re.M,
    )
    ratios = {(int(level), name): float(value) for level, name, value, _ in rows}
    plain = {(int(level), name): float(value) for level, name, _, value in rows}
    for level in (25, 50):
        assert ratios[level, "PCA, brightened"] > ratios[level, "PCA"] + 1
        assert plain[level, "PCA, brightened"] > plain[level, "PCA"]
    denoised = float(re.search(r"^masking 50 % .* (\S+)$", denoising, re.M)[1])
    assert 1 < denoised - ratios[50, "PCA, brightened"] < 3


def test_a_denoiser_harms_nearly_clean_images_and_helps_noisy_ones(denoising):
    rows = re.findall(
        r"^ +(\d\.\d\d) +(\S+) +(\S+) +([+-]\S+) ± (\S+) dB   (\w+)$", denoising, re.MULTILINE
    )
    assert len(rows) == 12
    by_noise = {float(noise): values for noise, *values in rows[:6]}
    assert by_noise[0.03][-1] == "identity"
    assert by_noise[0.3][-1] == by_noise[0.5][-1] == "denoiser"
    for before, after, gain, half, word in by_noise.values():
        assert float(gain) == pytest.approx(float(after) - float(before), abs=0.1)
        assert (word == "neither") == (abs(float(gain)) <= float(half))
        assert float(half) < 0.5


def test_more_images_do_not_lift_the_linear_map_to_the_network(denoising):
    maps = re.findall(r"^linear map, +(\S+) images: (\S+) dB$", denoising, re.MULTILINE)
    few, some, most = (float(ratio) for _, ratio in maps)
    network = float(re.search(r"^network: +\S+ images: (\S+) dB$", denoising, re.MULTILINE)[1])
    assert few < some < most < network - 0.5
    assert most - some < 0.2


def test_the_best_arrow_is_the_score_times_the_variance(denoising):
    rows = re.findall(
        r"arrow (\S+)  score times variance (\S+)  slope times variance (\S+)$",
        denoising,
        re.MULTILINE,
    )
    assert len(rows) == 10
    for arrow, score, slope in rows:
        assert float(arrow) == pytest.approx(float(score), abs=2e-4)
        assert float(slope) == pytest.approx(float(score), abs=2e-4)
    assert max(abs(float(arrow)) for arrow, *_ in rows) > 0.5
    assert re.search(r"(This run gives|In this run:) 0.668 as the best answer to 1.2", denoising)


def test_the_optimum_of_some_images_is_perfect_on_these_and_poor_on_others(denoising):
    rows = re.findall(
        r"^  (among the data|test images) +optimum +(\S+)  network +(\S+)$", denoising, re.MULTILINE
    )
    assert len(rows) == 6
    for name, optimum, network in rows:
        if name == "among the data":
            assert float(optimum) < 0.5 < float(network)
        else:
            assert float(network) < float(optimum) / 2
    new = [float(optimum) for name, optimum, _ in rows if name == "test images"]
    assert new[0] > new[1] > new[2]


def test_noise_makes_filters_smoother_and_codes_steadier(denoising):
    smooth = [float(v) for v in re.findall(r"^v = +\d+% {3}(\d\.\d\d)$", denoising, re.M)]
    assert len(smooth) == 5
    assert smooth == sorted(smooth) and smooth[-1] > smooth[0] + 0.05
    rows = re.findall(r"^v = +\d+% +(\d\.\d{3}) +(\d\.\d{3})$", denoising, re.MULTILINE)
    assert len(rows) == 5
    for column in (0, 1):
        values = [float(row[column]) for row in rows]
        assert values[-1] < 0.9 * values[0]


def test_the_denoiser_s_arrows_point_back_and_the_plain_one_s_do_not(denoising):
    found = re.findall(
        r"^(least-squares optimum|DAE|plain AE) +mean cosine to the way back (\S+)  distance (\S+)"
        r"  off the score by (\d+)%$",
        denoising,
        re.MULTILINE,
    )
    cosines, distances, off = (
        {row[0]: float(row[column]) for row in found} for column in (1, 2, 3)
    )
    before = float(re.search(r"mean distance to the curve (\S+)", denoising)[1])
    assert cosines["least-squares optimum"] > cosines["DAE"] > 0.75 > 0.4 > cosines["plain AE"]
    assert distances["least-squares optimum"] <= distances["DAE"] < before / 3
    assert distances["plain AE"] > before / 2
    assert off["least-squares optimum"] == 0 and off["DAE"] < 60 < off["plain AE"]


def test_noise_in_training_does_not_close_the_gap_here(denoising):
    said = re.findall(
        r"^(.*), with noise in training:  the gap is (\w+)  the test error is (\w+)$",
        denoising,
        re.MULTILINE,
    )
    assert [name for name, *_ in said] == ["clean inputs", "25 % masked", "50 % masked"]
    assert [gap for _, gap, _ in said[:2]] == ["higher"] * 2


def test_the_probe_s_sweep_says_what_the_lesson_says_of_it(denoising, figures):
    rows = re.findall(
        r"^v = +(\d+)%  clean +(\S+) ± (\S+) %   corrupted +(\S+) ± (\S+) %", denoising, re.M
    )
    assert [int(level) for level, *_ in rows] == [0, 10, 25, 50, 75]
    references = dict(re.findall(r"^(raw pixels|untrained) +clean +(\S+) %", denoising, re.M))
    for column in (1, 3):
        errors = [float(row[column]) for row in rows]
        assert errors == sorted(errors, reverse=True)
        assert errors[0] - errors[2] > 3 * max(float(row[column + 1]) for row in rows)
    assert float(rows[0][1]) < min(map(float, references.values()))
    assert figures["05", "stacked_dae.best_noise"] == [75]
    decisions = re.findall(
        r"^(clean|corrupted) +best 75%, candidates .*75%: go on$", denoising, re.M
    )
    assert decisions == ["clean", "corrupted"]


def test_noise_helped_the_paper_on_six_of_eight_data_sets(denoising):
    found = re.findall(
        r"v = +(\d+) %  error without noise +(\S+) ± (\S+) %, with noise +(\S+) ± (\S+) %",
        denoising,
    )
    rows = [tuple(map(float, row)) for row in found]
    assert len(rows) == 8
    clear = [(a - b) for _, a, a_half, b, b_half in rows if abs(a - b) > a_half + b_half]
    assert len(clear) == 6 and min(clear) > 0
    assert "lower with noise by more than both intervals: 6" in denoising
    assert sorted(level for level, *_ in rows) == [10] * 4 + [25] * 3 + [40]


def test_a_code_of_two_from_half_the_pixels_beats_pca_from_all(denoising):
    corrupted, clean, by_pca, noise = (
        float(re.search(rf"L2, {name} +([\d.]+)$", denoising, re.MULTILINE)[1])
        for name in (
            "rebuilt from corrupted images",
            "rebuilt from clean images",
            "rebuilt by PCA-2, from clean images",
            "corrupted images, as they are",
        )
    )
    assert max(corrupted, clean) < by_pca < noise
    assert by_pca == pytest.approx(6.52, abs=0.02)


# Lesson 04


def table_of(text: str, name: str) -> list[float]:
    """Return the numbers of the printed row that begins with a name."""
    row = re.search(rf"^{re.escape(name)} {{2,}}(.*)$", text, re.MULTILINE)[1]
    return [float(number.rstrip("%")) for number in re.findall(r"[\d.]+%?", row)]


def test_the_deep_net_of_2019_ends_lower_and_passes_pca_in_its_first_epoch(figures):
    (first,) = figures["04", "deep_ae.l2.validation.epoch1"]
    (third,) = figures["04", "deep_ae.l2.validation.epoch3"]
    assert first < 6.521
    assert third < 5.9
    text = printed("04_deep_autoencoder.ipynb")
    assert "validation below PCA's 6.517 in 3 of 3 epochs" in text


def test_the_training_phase_makes_the_training_loss_the_higher_one():
    text = printed("04_deep_autoencoder.ipynb")
    in_training, in_inference, unseen = (
        table_of(text, name)[0]
        for name in ("after it, training phase", "after it, inference", "validation, inference")
    )
    assert in_training > in_inference + 0.05
    assert in_training > unseen > in_inference - 0.05


def test_two_numbers_of_a_deep_net_are_worth_more_than_pca_s(figures):
    assert figures["04", "pca.l2.k2"] == [pytest.approx(6.521, abs=0.001)]
    text = printed("04_deep_autoencoder.ipynb")
    text = text[text.index("times PCA's") :]
    pca, sigmoid, gelu = (table_of(text, name) for name in ("PCA", "deep, sigmoid", "deep, GELU"))
    assert gelu[1] < sigmoid[1] < pca[1]
    assert gelu[1] <= 5.35
    assert min(gelu[2], sigmoid[2]) > pca[2] + 10
    assert min(gelu[3], sigmoid[3]) > 1.4
    assert table_of(text, "labels shuffled")[0] == pytest.approx(10, abs=2)
    assert table_of(text, "untrained")[0] < pca[2] - 10


def test_the_deep_net_without_activation_ends_as_pca_once_it_has_found_the_plane():
    text = printed("04_deep_autoencoder.ipynb")
    angles = [
        tuple(map(float, row))
        for row in re.findall(r"^epoch \d+  angles to PCA's plane +(\S+) +(\S+)$", text, re.M)
    ]
    assert len(angles) == 6
    assert max(angles[-1]) < 2 < 5 < max(angles[0])
    table = text[text.index("times PCA's") :]
    pca, linear = table_of(table, "PCA"), table_of(table, "deep, no activation")
    assert linear[0] == pytest.approx(pca[0], rel=0.01)
    assert linear[2] == pytest.approx(pca[2], abs=2)
    assert "and has found PCA's plane" in text


def test_a_code_of_one_follows_a_curve_only_with_a_nonlinearity():
    text = printed("04_deep_autoencoder.ipynb")
    pattern = r"^(.+?) +mean distance to (?:the reconstruction|a point) (\S+)$"
    distances = {name: float(value) for name, value in re.findall(pattern, text, re.M)}
    assert distances["deep, no activation"] == pytest.approx(distances["PCA"], rel=0.1)
    assert distances["the sine itself"] < distances["deep, tanh"] < distances["PCA"] / 3


def test_halfway_in_the_code_lies_nearer_to_images_than_halfway_in_pixels():
    text = printed("04_deep_autoencoder.ipynb")
    errors = dict(re.findall(r"^(.+?) +squared error to the nearest image +(\S+)$", text, re.M))
    assert float(errors["in the code"]) < float(errors["in pixels"])
    assert int(re.search(r"is the nearer one in (\d+)%", text)[1]) > 60


def test_the_halfway_image_is_no_nearer_than_one_from_a_shuffled_place():
    text = printed("04_deep_autoencoder.ipynb")
    assert float(re.search(r"shuffled places lie (\S+) times as far", text)[1]) < 1.1
    assert "typical anywhere in this range" in text


def test_a_run_that_was_stopped_goes_on_to_the_same_weights():
    text = printed("04_deep_autoencoder.ipynb")
    rows = re.findall(r"^(\S.*?) +bit for bit (True|False) +largest difference (\S+)$", text, re.M)
    same = {name: is_same == "True" for name, is_same, _ in rows}
    apart = {name: float(difference) for name, _, difference in rows}
    assert same.pop("resumed from the checkpoint") and len(same) == 3
    assert not any(same.values())
    assert apart["resumed from the checkpoint"] == 0
    assert min(apart[name] for name in same) > 0.05


def test_plain_sigmoids_starve_their_first_layer():
    text = printed("04_deep_autoencoder.ipynb")
    ratios = dict(re.findall(r"^(\S.*?) +first layer / last layer (\S+)$", text, re.MULTILINE))
    assert float(ratios["sigmoid"]) < 1e-3
    assert float(ratios["sigmoid, batch norm"]) > 0.1
    assert float(ratios["GELU"]) > 0.1
    assert 1e-3 < float(ratios["sigmoid, kernels x 4"]) < 0.1
    assert float(ratios["4 (sigmoid - 1/2)"]) > 0.3
    assert float(ratios["sigmoid - 1/2, kernels x 4"]) > 0.3
    rows = re.findall(r"^(\S.*?) +(\S+e[+-]\d+) +(\S+e[+-]\d+)   ([\d. ]+)$", text, re.M)
    left = {name: (float(formula), float(measured)) for name, formula, measured, _ in rows}
    for name in ("sigmoid", "4 (sigmoid - 1/2)"):
        formula, measured = left[name]
        assert 0.7 * formula < measured < 1.1 * formula
    assert left["sigmoid, kernels x 4"][1] < 0.1 * left["sigmoid, kernels x 4"][0]
    assert left["sigmoid - 1/2, kernels x 4"][1] > 3 * left["sigmoid, kernels x 4"][1]
    slopes = {name: [float(number) for number in words.split()] for name, *_, words in rows}
    assert max(slopes["sigmoid, kernels x 4"]) < 0.2 < min(slopes["sigmoid"])
    spreads = dict(re.findall(r"^(\S.*?) +deviation over images (\S+)$", text, re.MULTILINE))
    assert float(spreads["sigmoid"]) < 1e-5 < 0.05 < float(spreads["sigmoid, batch norm"])


def test_stages_beat_the_plain_sigmoid_net_at_equal_cost():
    text = printed("04_deep_autoencoder.ipynb")
    (mean_image,) = table_of(text, "mean image")
    whole, _ = table_of(text, "whole, sigmoid")
    half, _ = table_of(text, "stages alone, half")
    stages, _ = table_of(text, "stages, then whole")
    assert whole == pytest.approx(mean_image, rel=0.1)
    assert stages < half < whole
    for name in ("the same, kernels x 4", "whole, batch norm", "whole, GELU"):
        assert table_of(text, name)[0] < stages
    assert float(re.search(r"^whole, 4 \(sigmoid - 1/2\) +(\S+)", text, re.M)[1]) < stages
    (faster,) = table_of(text, "sigmoid, rate x 10")[-1:]
    assert stages < faster < 0.9 * mean_image


def test_tied_weights_are_exactly_half_the_kernel_parameters():
    text = printed("04_deep_autoencoder.ipynb")
    untied, tied = re.findall(r"kernel parameters +([\d,]+)", text)
    assert int(untied.replace(",", "")) == 2 * (784 * 100 + 100 * 30)
    assert 2 * int(tied.replace(",", "")) == int(untied.replace(",", ""))
    trained = [float(error) for error in re.findall(r"parameters.* train +(\S+)", text)]
    rows = re.findall(r"test (\S+), spread (\S+)  gap (\S+), spread", text)
    (free, *_, free_gap), (bound, spread, bound_gap) = (tuple(map(float, row)) for row in rows)
    assert bound_gap < free_gap and trained[1] > trained[0] + 0.5
    assert bound > free - spread


def test_a_code_of_thirty_beats_pca_and_the_long_run_passes_2006(figures):
    short, long, longest = figures["04", "hinton2006.deep_ae.sse.k30"]
    assert short < 0.75 * 13.87
    assert longest < long <= 2.4
    assert figures["04", "hinton2006.pca.sse.k30"] == [pytest.approx(13.87, abs=0.01)]


def test_the_third_run_is_behind_the_second_at_its_end_and_ahead_at_its_own():
    rows = re.findall(
        r"after +(\d+) epochs: test (\S+), train (\S+)", printed("04_deep_autoencoder.ipynb")
    )
    assert dict((epoch, errors) for epoch, *errors in rows[-3:]) == {
        "60": ["2.95", "3.03"],
        "240": ["2.07", "2.06"],
        "480": ["1.69", "1.53"],
    }
    assert f"{long_run()['shifted_test'][59]:.2f}" == "2.22"


def test_most_of_the_third_run_s_gap_is_the_encoder_s():
    text = printed("04_deep_autoencoder.ipynb")
    more = re.findall(r"10 epochs more, (\w+) *: test (\S+), train (\S+)", text)
    assert more == [("again", "1.70", "1.55"), ("warped", "2.54", "1.26")]
    rows = re.findall(r"^(train|test ) +0: (\S+) +50: (\S+) +400: (\S+)$", text, re.MULTILINE)
    assert [(row[1], row[3]) for row in rows] == [("1.44", "1.11"), ("1.71", "1.20")]
    codes = longer_run()["longer_codes"]
    (train, _, train_found), (test, _, test_found) = codes["train"], codes["test"]
    differences = test - test_found, train - train_found, test - train, test_found - train_found
    assert [f"{value:.2f}" for value in differences] == ["0.51", "0.33", "0.27", "0.09"]


def test_the_long_run_s_gap_is_in_the_plain_run():
    text = printed("04_deep_autoencoder.ipynb")
    gaps = dict(re.findall(r"^(plain|shifted) .* gap ([+-][\d.]+)", text, re.MULTILINE))
    assert float(gaps["plain"]) > 0.5
    assert abs(float(gaps["shifted"])) < 0.2
    rows = dict(re.findall(r"^(plain|shifted) +after 30 epochs: test (\S+)$", text, re.MULTILINE))
    assert rows == {"plain": "3.41", "shifted": "2.79"}
    first = r"^(plain|shifted) +after  1 epoch: +test (\S+), train (\S+)$"
    after = {name: list(map(float, row)) for name, *row in re.findall(first, text, re.M)}
    assert after["shifted"][0] < after["plain"][0] < after["plain"][1]
