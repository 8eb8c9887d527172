"""Data: what `load` says and gives, and files in every place and form, good and bad."""

import gzip
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tiny_data
from tiny_data import (
    ARRAYS,
    NPZ,
    changed_pixel,
    idx_bytes,
    make_spec,
    npz_bytes,
    synthetic_arrays,
    write_idx,
)

from helpers import data
from helpers.course import about
from helpers.data import files, sources
from helpers.parts import is_shareable

# pytest looks for fixtures in the module that uses them.
sealed, data_dir, user_dir = tiny_data.sealed, tiny_data.data_dir, tiny_data.user_dir
tiny, as_mnist = tiny_data.tiny, tiny_data.as_mnist
ROOT = Path(__file__).resolve().parents[1]
REAL_PLACES = (os.environ.get("AE_DATA_DIR"), ROOT.parent / "shared" / "data")
REAL = next((Path(p) for p in REAL_PLACES if p and (Path(p) / "mnist.npz").exists()), None)


# --- load, loaded, Dataset -------------------------------------------------------------------


def test_load_auto_falls_back_to_digits_and_says_so(capsys):
    dataset = data.load()
    assert (dataset.name, dataset.source) == ("digits", "embedded in scikit-learn")
    assert capsys.readouterr().out == (
        "Data: digits, 8,622 training and 360 test images, embedded in scikit-learn\n"
        "For MNIST (11 MB) run: python -m helpers fetch mnist\n"
    )


def test_load_auto_prefers_mnist_on_this_machine(capsys, as_mnist, user_dir):
    (user_dir / "mnist.npz").write_bytes(NPZ)
    dataset = data.load()
    assert (dataset.name, dataset.source) == ("mnist", "AE_DATA_DIR/mnist.npz")
    assert capsys.readouterr().out == (
        "Data: Mnist, 20 training and 10 test images, from AE_DATA_DIR/mnist.npz\n"
        "For the small embedded digits set AE_DATA=digits\n"
    )


def test_ae_data_says_what_auto_means(monkeypatch, as_mnist, tiny, user_dir):
    (user_dir / "mnist.npz").write_bytes(NPZ)
    (user_dir / "tiny.npz").write_bytes(NPZ)
    monkeypatch.setenv("AE_DATA", "tiny")
    assert data.load().name == "tiny"
    assert data.load("mnist").name == "mnist"
    monkeypatch.setenv("AE_DATA", "mnits")
    with pytest.raises(ValueError, match=r"AE_DATA must be one of auto, digits, .*'mnits'"):
        data.load()


def test_load_scales_the_pixels_and_keeps_the_labels(tiny, user_dir):
    (user_dir / "tiny.npz").write_bytes(NPZ)
    dataset = data.load("tiny")
    assert dataset.train_images.dtype == dataset.test_images.dtype == np.float32
    assert dataset.train_labels.dtype == dataset.test_labels.dtype == np.int64
    np.testing.assert_array_equal(np.rint(dataset.train_images * 255), ARRAYS["x_train"])
    np.testing.assert_array_equal(np.rint(dataset.test_images * 255), ARRAYS["x_test"])
    for images in (dataset.train_images, dataset.test_images):
        assert images.dtype == np.float32 and is_shareable(images)
    assert dataset.train_images.max() == 1 and dataset.train_images.min() == 0
    np.testing.assert_array_equal(dataset.train_labels, ARRAYS["y_train"])
    np.testing.assert_array_equal(dataset.test_labels, ARRAYS["y_test"])


def test_vectors_are_views_of_the_images(tiny, user_dir):
    (user_dir / "tiny.npz").write_bytes(NPZ)
    dataset = data.load("tiny")
    assert dataset.train_vectors.shape == (20, 784) and dataset.test_vectors.shape == (10, 784)
    assert np.shares_memory(dataset.train_vectors, dataset.train_images)
    assert dataset.test_vectors[3, 28 * 5 + 7] == dataset.test_images[3, 5, 7]


def test_loaded_lists_each_name_once_in_order(tiny, as_mnist, user_dir):
    for name in ("tiny", "mnist"):
        (user_dir / f"{name}.npz").write_bytes(NPZ)
    assert about.data_used() == []
    for name in ("tiny", "auto", "tiny"):
        data.load(name)
    assert about.data_used() == ["tiny", "mnist"]


def test_unknown_name_lists_the_names():
    with pytest.raises(
        ValueError, match=r"one of auto, digits, mnist, fashion_mnist. Received: 'mnsit'"
    ):
        data.load("mnsit")


def test_importing_the_data_layer_stays_light():
    code = "import sys, helpers.data; print({'tensorflow', 'sklearn', 'tqdm'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "set()\n"


# --- files in every place and form -----------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "folder"),
    [("AE_DATA_DIR", "mine"), ("data", "data"), ("Keras cache", "keras/datasets")],
)
@pytest.mark.parametrize("form", ["npz", "idx", "idx.gz", "idx.gz in a folder"])
def test_found_in_every_place_and_form(tmp_path, user_dir, tiny, place, folder, form):
    where = tmp_path / folder
    where.mkdir(parents=True, exist_ok=True)
    if form == "npz":
        (where / "tiny.npz").write_bytes(NPZ)
    else:
        write_idx(where / "tiny" if "folder" in form else where, ARRAYS, zipped=".gz" in form)
    arrays, label = files.find(tiny, strict=True)
    assert label == place + {"npz": "/tiny.npz", "idx.gz in a folder": "/tiny"}.get(form, "")
    assert arrays.keys() == ARRAYS.keys()
    for key, array in ARRAYS.items():
        np.testing.assert_array_equal(arrays[key], array)


def test_places_are_searched_in_order(tmp_path, user_dir, tiny):
    folders = {"Keras cache": tmp_path / "keras/datasets", "data": tmp_path / "data"}
    for place, folder in [*folders.items(), ("AE_DATA_DIR", user_dir)]:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "tiny.npz").write_bytes(NPZ)
        assert files.find(tiny, strict=True)[1] == f"{place}/tiny.npz"


def test_nothing_anywhere_is_none(tiny):
    assert files.find(tiny, strict=True) is None


def test_labels_of_another_integer_type_are_accepted(user_dir, tiny):
    wide = {**ARRAYS, "y_train": ARRAYS["y_train"].astype(np.int64)}
    (user_dir / "tiny.npz").write_bytes(npz_bytes(wide))
    assert files.find(tiny, strict=True)[0]["y_train"].dtype == np.uint8


BAD_NPZ = {
    "cut short": (NPZ[: len(NPZ) // 2], "damaged or cut short"),
    "empty": (b"", "damaged or cut short"),
    "a web page": (b"<html>Please log in</html>", "damaged or cut short"),
    "a byte changed": (NPZ[:5000] + bytes([NPZ[5000] ^ 255]) + NPZ[5001:], "damaged"),
    "a pixel changed": (changed_pixel(), "x_train is not Tiny's: the SHA-256"),
    "labels missing": (npz_bytes({"x_train": ARRAYS["x_train"]}), "no item named 'y_train"),
    "too few": (npz_bytes({**ARRAYS, "x_test": ARRAYS["x_test"][:9]}), r"x_test.*\(9, 28, 28\)"),
    "floats": (npz_bytes({**ARRAYS, "x_test": ARRAYS["x_test"] / 255}), "x_test.*float64"),
    "wrapped": (
        npz_bytes({**ARRAYS, "y_test": ARRAYS["y_test"] + np.int64(256)}),
        "y_test has numbers outside 0 to 255",
    ),
    "pickled": (npz_bytes({**ARRAYS, "y_test": np.array([print] * 10)}), "allow_pickle"),
    "a bomb": (npz_bytes({**ARRAYS, "y_test": np.zeros(10**6, np.uint8)}), "y_test is larger"),
}


@pytest.mark.parametrize("fault", BAD_NPZ)
def test_bad_user_file_is_refused_by_name_and_kept(user_dir, tiny, fault):
    content, reason = BAD_NPZ[fault]
    path = user_dir / "tiny.npz"
    path.write_bytes(content)
    with pytest.raises(data.DataRefused, match=f"^AE_DATA_DIR/tiny.npz was refused: .*{reason}"):
        data.load("tiny")
    assert path.read_bytes() == content
    with pytest.raises(data.DataRefused, match="Replace it, or take it away, or unset AE_DATA_DIR"):
        data.load("tiny")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda path: path.unlink(), "train-labels-idx1-ubyte is missing"),
        (lambda path: path.write_bytes(path.read_bytes()[:-9]), "damaged or cut short"),
        (lambda path: path.write_bytes(gzip.compress(bytes(28))), "not an idx file of shape"),
        (
            lambda path: path.write_bytes(gzip.compress(idx_bytes(ARRAYS["y_train"][::-1]))),
            "y_train is not Tiny's",
        ),
        (
            lambda path: path.write_bytes(gzip.compress(idx_bytes(ARRAYS["y_train"]) + b"0")),
            "not an idx file of shape",
        ),
    ],
    ids=["missing", "cut", "not idx", "tampered", "too long"],
)
def test_bad_idx_files_are_refused_by_name(user_dir, tiny, change, reason):
    write_idx(user_dir / "tiny", ARRAYS)
    change(user_dir / "tiny" / "train-labels-idx1-ubyte.gz")
    with pytest.raises(data.DataRefused, match=f"^AE_DATA_DIR/tiny was refused: .*{reason}"):
        data.load("tiny")


def test_idx_files_of_another_set_at_the_top_are_passed_over(monkeypatch, user_dir, tiny, capsys):
    other = synthetic_arrays(seed=1)
    monkeypatch.setitem(sources.SPECS, "other", make_spec(other, "other"))
    write_idx(user_dir, other)
    assert files.find(tiny, strict=True) is None
    assert files.find(sources.SPECS["other"], strict=True)[1] == "AE_DATA_DIR"
    write_idx(user_dir / "tiny", other)
    with pytest.raises(data.DataRefused, match="AE_DATA_DIR/tiny was refused: it holds Other"):
        files.find(tiny, strict=True)
    assert capsys.readouterr().out == ""


def test_auto_names_a_bad_user_file_and_goes_on(as_mnist, user_dir, capsys):
    (user_dir / "mnist.npz").write_bytes(b"junk")
    assert data.load().name == "digits"
    refusal, line, _ = capsys.readouterr().out.splitlines()
    assert refusal.startswith("AE_DATA_DIR/mnist.npz was refused: it is damaged")
    assert line.startswith("Data: digits, ")
    assert (user_dir / "mnist.npz").read_bytes() == b"junk"


def test_user_folder_that_is_not_there_is_refused(monkeypatch, tmp_path, tiny):
    monkeypatch.setenv("AE_DATA_DIR", str(tmp_path / "typo"))
    with pytest.raises(data.DataRefused, match=r"AE_DATA_DIR was refused: the folder .* not there"):
        data.load("tiny")


def test_bad_file_in_our_own_cache_is_removed(data_dir, tiny, capsys):
    data_dir.mkdir()
    (data_dir / "tiny.npz").write_bytes(NPZ[:999])
    assert files.find(tiny, strict=True) is None
    assert list(data_dir.iterdir()) == []
    assert capsys.readouterr().out.startswith("data/tiny.npz was refused and removed: ")


def test_the_users_folder_is_the_users_even_if_it_is_ours(monkeypatch, data_dir, tiny):
    data_dir.mkdir()
    (data_dir / "tiny.npz").write_bytes(b"junk")
    monkeypatch.setenv("AE_DATA_DIR", str(data_dir))
    assert files.find(tiny, strict=False) is None
    assert (data_dir / "tiny.npz").read_bytes() == b"junk"


def test_bad_file_in_keras_cache_is_named_and_kept(tmp_path, tiny, capsys):
    path = tmp_path / "keras" / "datasets" / "tiny.npz"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"junk")
    assert files.find(tiny, strict=True) is None
    assert path.read_bytes() == b"junk"
    assert capsys.readouterr().out.startswith("Keras cache/tiny.npz was refused: ")


# --- the real data sets ----------------------------------------------------------------------


@pytest.mark.parametrize("spec", [sources.MNIST, sources.FASHION_MNIST], ids=lambda spec: spec.name)
def test_specs_are_complete(spec):
    assert spec.digests.keys() == spec.shapes.keys() == sources.IDX_FILES.keys()
    assert all(len(bytes.fromhex(value)) == 32 for value in spec.digests.values())
    assert len(spec.mirrors) >= 3
    assert all(m.startswith("http") and m.endswith(("/", ".npz")) for m in spec.mirrors)


@pytest.mark.skipif(REAL is None, reason="no mnist.npz in AE_DATA_DIR or ../shared/data")
def test_real_mnist(monkeypatch):
    monkeypatch.setenv("AE_DATA_DIR", str(REAL))
    arrays, label = files.find(sources.MNIST, strict=True)
    assert label == "AE_DATA_DIR/mnist.npz"
    assert {key: hashlib.sha256(array).hexdigest() for key, array in arrays.items()} == {
        "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
        "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
        "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
        "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
    }
    assert np.bincount(arrays["y_train"]).tolist() == [
        *(5923, 6742, 5958, 6131, 5842),
        *(5421, 5918, 6265, 5851, 5949),
    ]
    dataset = data.load("mnist")
    assert dataset.train_images.mean(dtype=np.float64) == pytest.approx(0.13066, abs=1e-5)
    assert dataset.train_images.std(dtype=np.float64) == pytest.approx(0.30811, abs=1e-5)
