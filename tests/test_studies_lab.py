"""The lab's commands: the files they make, the numbers they print, what they refuse."""

import functools
import json
import re
import shutil
import sys
import types

import numpy as np
import pytest
import tiny_data
from sklearn.decomposition import PCA

from helpers import data, layers, models
from helpers.__main__ import main
from helpers.data import digits
from helpers.studies import lab

sealed = tiny_data.sealed
PNG = b"\x89PNG\r\n\x1a\n"
# One hidden layer instead of three, which compiles in half the time.
build_small = functools.partial(models.build_deep, hidden_sizes=(30,))
LINE = re.compile(r"Epoch (\d{4})  train (\d+\.\d+)  validation (\d+\.\d+)  \(\d+\.\d s\)")


@pytest.fixture(scope="module")
def arrays():
    whole = digits.build_digits()
    sizes = {"x_train": 250, "y_train": 250, "x_test": 60, "y_test": 60}
    return {key: whole[key][:size] for key, size in sizes.items()}


@pytest.fixture(autouse=True)
def few_digits(monkeypatch, sealed, arrays):
    monkeypatch.setattr(digits, "build_digits", lambda: arrays)
    monkeypatch.setattr(models, "build_deep", build_small)
    monkeypatch.setenv("AE_DATA", "digits")


@pytest.fixture(scope="module")
def trained(tmp_path_factory, arrays):
    """Train a denoising net with a code of two units, once for this file."""
    folder = tmp_path_factory.mktemp("runs") / "denoising"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(digits, "build_digits", lambda: arrays)
        patch.setattr(models, "build_deep", build_small)
        arguments = ["denoising", "--epochs", "2", "--data", "digits", "--images", "200"]
        assert main(["train", *arguments, "--out", str(folder)]) == 0
    return folder


def train_basic(folder, *more):
    return main(["train", "basic", "--code", "3", "--images", "100", "--out", str(folder), *more])


def lines_of(printed):
    return LINE.findall(printed)


def rebuilt(folder, epoch, build):
    """Return encoder and decoder with the weights of a checkpoint, by NumPy alone."""
    halves = build()
    with np.load(folder / f"epoch-{epoch:05d}.npz") as stored:
        for index, variable in enumerate(models.chain(*halves).variables):
            variable.assign(stored[f"variable_{index:04d}"])
    return [functools.partial(half, training=False) for half in halves]


def number(printed, pattern):
    return float(re.search(pattern, printed)[1])


def test_train_prints_the_epochs_and_leaves_checkpoints_curves_and_a_recipe(tmp_path, capsys):
    folder = tmp_path / "run"
    assert train_basic(folder, "--epochs", "2", "--seed", "5") == 0
    lines = lines_of(capsys.readouterr().out)
    assert [epoch for epoch, *_ in lines] == ["0001", "0002"]
    assert (folder / "loss-curves.png").read_bytes().startswith(PNG)
    assert json.loads((folder / "recipe.json").read_text()) == {
        "kind": "basic",
        "code": 3,
        "data": "digits",
        "images": 100,
        "noise": None,
        "seed": 5,
    }
    encoder, decoder = rebuilt(folder, 2, lambda: models.build_basic(784, 3))
    images = data.load("digits").test_vectors
    error = np.mean((decoder(encoder(images)).numpy() - images) ** 2)
    assert float(lines[-1][2]) == pytest.approx(error, abs=1e-4)


def test_a_resumed_run_is_the_unbroken_one(tmp_path, capsys):
    broken, whole = tmp_path / "broken", tmp_path / "whole"
    assert train_basic(broken, "--epochs", "1") == 0
    assert train_basic(broken, "--epochs", "3", "--resume") == 0
    resumed = lines_of(capsys.readouterr().out)[-3:]
    assert train_basic(whole, "--epochs", "3") == 0
    assert lines_of(capsys.readouterr().out) == resumed
    with np.load(broken / "epoch-00003.npz") as one, np.load(whole / "epoch-00003.npz") as other:
        np.testing.assert_array_equal(one["variable_0000"], other["variable_0000"])


def test_a_folder_with_a_run_is_never_trained_over(trained, capsys):
    before = {path.name: path.read_bytes() for path in trained.iterdir()}
    assert main(["train", "deep", "--out", str(trained)]) == 2
    assert "holds a run already" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in trained.iterdir()} == before


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["deep", "--resume"], "has kind denoising"),
        (["denoising", "--resume", "--code", "3"], "has code 2"),
        (["denoising", "--resume", "--noise", "masking:0.5"], "has noise random_switch"),
        (["denoising", "--resume", "--epochs", "1"], "at least the 2"),
    ],
)
def test_a_run_is_resumed_as_it_was_begun(trained, capsys, more, message):
    assert main(["train", *more, "--out", str(trained)]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["deep", "--epochs", "0"], "--epochs must be at least 1"),
        (["deep", "--code", "0"], "--code must be at least 1"),
        (["deep", "--seed", "-1"], "--seed must be"),
        (["deep", "--images", "251"], "--images is from 1 to 250"),
        (["deep", "--images", "0"], "--images is from 1 to 250"),
        (["deep", "--noise", "masking:0.5"], "--noise goes with denoising"),
        (["denoising", "--noise", "dirt"], "masking:0.5"),
        (["deep", "--resume"], "holds no run"),
    ],
)
def test_a_mistake_is_one_sentence_and_leaves_nothing_behind(tmp_path, capsys, more, message):
    folder = tmp_path / "run"
    assert main(["train", *more, "--out", str(folder)]) == 2
    assert message in capsys.readouterr().err
    assert not folder.exists()


def test_compare_pca_prints_the_numbers_of_both_and_draws_them(trained, tmp_path, capsys):
    picture = tmp_path / "maps.png"
    assert main(["compare-pca", str(trained), "--out", str(picture)]) == 0
    printed = capsys.readouterr().out
    assert picture.read_bytes().startswith(PNG)
    assert (tmp_path / "maps-rows.png").read_bytes().startswith(PNG)

    dataset = data.load("digits")
    images, labels = dataset.test_vectors, dataset.test_labels
    encoder, decoder = rebuilt(trained, 2, build_small)
    reference = PCA(2).fit(dataset.train_vectors[:200])
    for name, codes, outputs in (
        ("AE", encoder(images).numpy(), decoder(encoder(images)).numpy()),
        ("PCA", reference.transform(images), None),
    ):
        outputs = reference.inverse_transform(codes) if outputs is None else outputs
        error = ((outputs - images) ** 2).sum(axis=1).mean()
        assert number(printed, rf"{name} +SSE/image ([\d.]+)") == pytest.approx(error, abs=0.01)
        distances = np.linalg.norm(codes[:, None] - codes[None], axis=2)
        np.fill_diagonal(distances, np.inf)
        agreement = 100 * np.mean(labels[distances.argmin(axis=1)] == labels)
        pattern = rf"{name} .*agreement ([\d.]+)"
        # Codes that hardly differ yet: one image of 60 may go either way in float32.
        assert number(printed, pattern) == pytest.approx(agreement, abs=2)


def test_compare_pca_draws_no_map_of_a_code_of_three(tmp_path, capsys):
    folder = tmp_path / "run"
    assert train_basic(folder, "--epochs", "1") == 0
    assert main(["compare-pca", str(folder)]) == 0
    assert "No maps: they need a code of 2 units, and this one has 3." in capsys.readouterr().out
    assert not (folder / "compare-pca.png").exists()
    assert (folder / "compare-pca-rows.png").read_bytes().startswith(PNG)


def test_denoise_prints_the_psnr_before_and_after(trained, tmp_path, capsys):
    picture = tmp_path / "rows.png"
    arguments = ["--noise", "masking:0.5", "--seed", "3", "--out", str(picture)]
    assert main(["denoise", str(trained / "epoch-00001.npz"), *arguments]) == 0
    printed = capsys.readouterr().out
    assert "after epoch 1, noise masking:0.5" in printed
    assert picture.read_bytes().startswith(PNG)

    images = data.load("digits").test_vectors
    noisy = layers.masking(0.5)(images, np.array([3, 0], "int32")).numpy()
    encoder, decoder = rebuilt(trained, 1, build_small)
    for name, shown in (("corrupted", noisy), ("reconstruction", decoder(encoder(noisy)).numpy())):
        ratio = np.mean(10 * np.log10(1 / ((shown - images) ** 2).mean(axis=1)))
        assert number(printed, rf"{name} +PSNR ([\d.]+) dB") == pytest.approx(ratio, abs=0.01)


def test_denoise_takes_the_noise_of_the_run_by_default(trained, capsys):
    assert main(["denoise", str(trained)]) == 0
    assert "noise random_switch" in capsys.readouterr().out
    assert (trained / "denoise.png").read_bytes().startswith(PNG)


def test_a_damaged_checkpoint_is_left_out(trained, tmp_path, capsys):
    folder = shutil.copytree(trained, tmp_path / "copy")
    newest = folder / "epoch-00002.npz"
    newest.write_bytes(newest.read_bytes()[:-1000])
    assert main(["denoise", str(folder)]) == 0
    printed = capsys.readouterr().out
    assert "epoch-00002.npz is damaged" in printed
    assert "after epoch 1" in printed
    assert main(["denoise", str(newest)]) == 2
    assert "no whole checkpoint" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["compare-pca", "denoise"])
def test_what_is_no_run_is_refused(command, trained, tmp_path, capsys):
    for place, message in (
        (tmp_path, "holds no run"),
        (tmp_path / "nowhere", "holds no run"),
        (trained / "epoch-00009.npz", "There is no checkpoint"),
    ):
        assert main([command, str(place)]) == 2
        assert message in capsys.readouterr().err
    assert main([command, str(trained), "--out", str(tmp_path / "picture.jpg")]) == 2
    assert "ends in .png" in capsys.readouterr().err
    (tmp_path / "recipe.json").write_text("{")
    assert main([command, str(tmp_path)]) == 2
    assert "is damaged" in capsys.readouterr().err


def test_a_recipe_of_another_model_is_refused(trained, tmp_path, capsys):
    folder = shutil.copytree(trained, tmp_path / "copy")
    recipe = json.loads((folder / "recipe.json").read_text())
    (folder / "recipe.json").write_text(json.dumps(recipe | {"code": 3}))
    assert main(["compare-pca", str(folder)]) == 2
    assert "are of another model" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["train", "compare-pca", "denoise", "doctor"])
def test_help_has_an_example(command, capsys):
    with pytest.raises(SystemExit) as stopped:
        main([command, "--help"])
    assert stopped.value.code == 0
    assert f"\n  python -m helpers {command}" in capsys.readouterr().out


def long_run(folder, *more):
    return main(["long-run", "--data", "digits", "--images", "60", "--out", str(folder), *more])


def test_the_long_run_keeps_its_curves_and_goes_on_where_it_was(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(lab.long_run, "LAYER_SIZES", (784, 5))
    out = tmp_path / "history.json"
    assert long_run(out, "--plain", "1", "--shifted", "2") == 0
    kept = json.loads(out.read_text(encoding="utf-8"))
    lengths = {name: len(values) for name, values in kept.items() if isinstance(values, list)}
    assert lengths == {"plain_train": 1, "plain_test": 1, "shifted_train": 2, "shifted_test": 2}
    assert kept["plain_train"] != kept["shifted_train"][:1]
    assert (kept["data"], kept["images"]) == ("digits", 60)
    assert kept["command"] == "python -m helpers long-run --plain 1 --shifted 2"
    assert "shifted epoch  2" in capsys.readouterr().out
    out.unlink()
    assert long_run(out, "--plain", "1", "--shifted", "2") == 0
    assert "epoch" not in capsys.readouterr().out
    assert json.loads(out.read_text(encoding="utf-8")) == kept


def test_codes_that_are_looked_for_are_better_and_those_of_an_exact_net_stay():
    import keras

    images = np.random.default_rng(0).uniform(size=(20, 6)).astype(np.float32)

    def net(kernel):
        layers = [keras.layers.Dense(size, use_bias=False) for size in (3, 6)]
        net = keras.Sequential([keras.Input((6,)), *layers])
        net.set_weights([kernel, np.eye(3, 6, dtype=np.float32)])
        return net

    exact = np.eye(6, 3, dtype=np.float32)  # the first three pixels; the others are lost
    lost = float(np.square(images[:, 3:]).sum(axis=1).mean())
    search = lab.long_run._search_codes
    assert search(net(exact), images) == pytest.approx([lost] * 3, abs=2e-4)
    first, later, last = search(net(0 * exact), images)
    assert first == pytest.approx(np.square(images).sum(axis=1).mean(), abs=2e-4)
    assert first > later > last == pytest.approx(lost, abs=1e-3)


def test_a_long_run_that_is_not_asked_for_is_not_made(tmp_path, monkeypatch):
    monkeypatch.setattr(lab.long_run, "LAYER_SIZES", (784, 5))
    out = tmp_path / "history.json"
    assert long_run(out, "--plain", "0", "--shifted", "0", "--longer", "1") == 0
    kept = json.loads(out.read_text(encoding="utf-8"))
    assert {name for name in kept if name.endswith("_test")} == {"longer_test"}
    assert kept["command"] == "python -m helpers long-run --plain 0 --shifted 0 --longer 1"


def test_two_short_runs_begin_where_the_longer_one_ended(tmp_path, monkeypatch):
    recipes = lab.long_run.RECIPES
    still = {name: recipes[name]._replace(rate=0.0, decay=0.0) for name in ("again", "warped")}
    monkeypatch.setattr(lab.long_run, "RECIPES", {**recipes, **still})
    monkeypatch.setattr(lab.long_run, "LAYER_SIZES", (784, 5))
    out = tmp_path / "history.json"
    options = ("--plain", "0", "--shifted", "0", "--longer", "2", "--again", "1")
    options += ("--warped", "1")
    assert long_run(out, *options) == 0
    kept = json.loads(out.read_text(encoding="utf-8"))
    assert kept["warped_test"] == kept["again_test"] == kept["longer_test"][-1:]
    assert kept["warped_codes"] == kept["again_codes"] == kept["longer_codes"]
    # By one and the same net: what is read between pixels is smoother.
    assert kept["warped_train"][0] < 0.99 * kept["again_train"][0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--warped", "1"), "--warped goes on with the net of --longer, which must be over 0"),
        (("--plain", "-1"), "--plain must be at least 0. Received: -1"),
        (("--longer", "-2"), "--longer must be at least 0. Received: -2"),
        (("--images", "0"), "--images must be at least 1. Received: 0"),
        (
            ("--plain", "0", "--shifted", "0"),
            "--longer, --again, --warped must be over 0",
        ),
    ],
)
def test_the_long_run_refuses_counts_that_train_nothing(tmp_path, options, message, capsys):
    assert long_run(tmp_path / "history.json", *options) == 2
    assert message in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


class FirstTen:
    """In place of UMAP, which is no package of the course: the codes as they are."""

    def __init__(self, neighbours, n_components, min_dist, random_state):
        assert (neighbours, n_components, min_dist) == (20, 10, 0.0)

    def fit_transform(self, codes):
        return codes

    transform = fit_transform


@pytest.fixture
def short_cluster_run(monkeypatch):
    """Return a function that makes a small run, with a stand-in for UMAP."""
    monkeypatch.setattr(lab.cluster_run, "LAYER_SIZES", (784, 10))
    known = lab.cluster_run.metadata.version
    version = lambda name: "0.5" if name == "umap-learn" else known(name)  # noqa: E731
    monkeypatch.setattr(lab.cluster_run.metadata, "version", version)
    monkeypatch.setitem(sys.modules, "umap", types.SimpleNamespace(UMAP=FirstTen))
    options = ["cluster-run", "--data", "digits", "--epochs", "1"]
    return lambda out, *more: main([*options, "--out", str(out), *more])


def test_a_cluster_run_writes_a_row_at_a_time_and_goes_on(tmp_path, short_cluster_run, capsys):
    out = tmp_path / "clusters.json"
    assert short_cluster_run(out, "--seeds", "2") == 0
    kept = json.loads(out.read_text(encoding="utf-8"))
    rows = [(row["space"], row["seed"]) for row in kept["rows"]]
    assert rows == [("PCA-10", 0), ("code", 0), ("code", 1)]
    assert kept["command"] == "python -m helpers cluster-run --epochs 1 --seeds 2"
    for row in kept["rows"]:
        # The stand-in's map is the codes themselves.
        assert row["map_mixture_test"] == row["codes_mixture_test"]
        assert 20 < row["map_kmeans_train"] < 100
        # Six epochs of 250 images: it has begun to learn, and was scored on its own groups.
        assert 10 <= row["learned_test"] < row["map_mixture_test"]
    out.write_text(json.dumps({**kept, "rows": kept["rows"][:2]}), encoding="utf-8")
    capsys.readouterr()
    assert short_cluster_run(out, "--seeds", "2") == 0
    assert capsys.readouterr().out.count("training 1, epoch  1") == 1
    again = json.loads(out.read_text(encoding="utf-8"))["rows"]
    assert [{**row, "seconds": 0} for row in again] == [
        {**row, "seconds": 0} for row in kept["rows"]
    ]


def test_a_cluster_run_does_not_mix_with_another(tmp_path, short_cluster_run, capsys):
    out = tmp_path / "clusters.json"
    assert short_cluster_run(out, "--seeds", "1") == 0
    before = out.read_bytes()
    assert short_cluster_run(out, "--seeds", "3") == 2
    assert "is of another run: name another file with --out" in capsys.readouterr().err
    assert out.read_bytes() == before


def test_a_cluster_run_says_what_it_needs(tmp_path, monkeypatch, capsys):
    def missing(name):
        raise lab.cluster_run.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(lab.cluster_run.metadata, "version", missing)
    out = tmp_path / "clusters.json"
    assert main(["cluster-run", "--out", str(out)]) == 2
    assert "one more package: pip install umap-learn" in capsys.readouterr().err
    assert main(["cluster-run", "--seeds", "0", "--out", str(out)]) == 2
    assert "--seeds must be at least 1. Received: 0" in capsys.readouterr().err
    assert not out.exists()
