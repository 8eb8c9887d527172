"""A synthetic data set of thirty images, and fixtures that keep a test in its own folders."""

import gzip
import io
import socket

import numpy as np
import pytest

from helpers.course import about
from helpers.data import download, files, sources, transfer


def synthetic_arrays(seed=0):
    """Make a data set of 20 and 10 images that no one could mistake for another."""
    rng = np.random.default_rng(seed)
    shapes = {"x_train": (20, 28, 28), "y_train": 20, "x_test": (10, 28, 28), "y_test": 10}
    return {
        key: rng.integers(0, 10 if key[0] == "y" else 256, shape, dtype=np.uint8)
        for key, shape in shapes.items()
    }


def make_spec(arrays, name="tiny", mirrors=()):
    digests = {key: sources.digest(array) for key, array in arrays.items()}
    return sources.Spec(name, name.title(), 20, 10, 1, name, digests, tuple(mirrors))


def npz_bytes(arrays):
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)
    return content.getvalue()


def idx_bytes(array):
    return sources.idx_header(array.shape) + array.tobytes()


def write_idx(folder, arrays, zipped=True):
    folder.mkdir(parents=True, exist_ok=True)
    for key, name in sources.IDX_FILES.items():
        content = idx_bytes(arrays[key])
        path = folder / (f"{name}.gz" if zipped else name)
        path.write_bytes(gzip.compress(content) if zipped else content)


def changed_pixel():
    """Return an .npz that differs from NPZ in one bit of one pixel."""
    images = ARRAYS["x_train"].copy()
    images[7, 14, 14] ^= 1
    return npz_bytes({**ARRAYS, "x_train": images})


ARRAYS = synthetic_arrays()
NPZ = npz_bytes(ARRAYS)


@pytest.fixture(autouse=True)
def sealed(monkeypatch, tmp_path):
    """Keep every test in its own folders, and off every network but this machine's own."""
    for variable in ("AE_DATA", "AE_DATA_DIR", "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(files, "DATA_DIR", tmp_path / "data")
    monkeypatch.setattr(about, "_data", [])
    monkeypatch.setattr(transfer, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(download, "POLL_SECONDS", 0.02)
    look_up = socket.getaddrinfo

    def only_here(host, *args, **kwargs):
        if host != "127.0.0.1":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", only_here)


@pytest.fixture
def data_dir(tmp_path):
    """Name the folder that stands for the project's data/."""
    return tmp_path / "data"


@pytest.fixture
def user_dir(monkeypatch, tmp_path):
    """Make a folder and let AE_DATA_DIR name it."""
    folder = tmp_path / "mine"
    folder.mkdir()
    monkeypatch.setenv("AE_DATA_DIR", str(folder))
    return folder


@pytest.fixture
def tiny(monkeypatch):
    """Register the synthetic data set under a name of its own."""
    spec = make_spec(ARRAYS)
    monkeypatch.setitem(sources.SPECS, "tiny", spec)
    return spec


@pytest.fixture
def as_mnist(monkeypatch):
    """Let the synthetic data set stand for MNIST, which is what `auto` looks for."""
    monkeypatch.setitem(sources.SPECS, "mnist", make_spec(ARRAYS, "mnist"))
