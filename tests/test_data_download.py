"""Downloads from a faulty server: never a bad file left, always a message that says what to do."""

import argparse
import contextlib
import errno
import gzip
import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import tiny_data
from faulty_server import (
    Server,
    busy,
    cut,
    cut_without_length,
    endless,
    hang_up,
    other_part,
    page,
    silence,
    slow,
    stall,
    trickle,
)
from tiny_data import ARRAYS, NPZ, changed_pixel, idx_bytes, make_spec

from helpers import data
from helpers.course import ROOT, audience
from helpers.data import download, files, sources, transfer

# pytest looks for fixtures in the module that uses them.
sealed, data_dir, user_dir = tiny_data.sealed, tiny_data.data_dir, tiny_data.user_dir
tiny = tiny_data.tiny
GZ = [f"{name}.gz" for name in sources.IDX_FILES.values()]


def leftovers(folder):
    """Name what a download left behind, apart from its lock and what it can go on with."""
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    return {name for name in names if not name.endswith((".lock", ".part"))}


@pytest.fixture
def server():
    with Server() as server:
        server.content = {"tiny.npz": NPZ, "spare.npz": NPZ}
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.closing.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def remote(server, monkeypatch):
    """Register the synthetic data set with one mirror on the local server."""
    spec = make_spec(ARRAYS, mirrors=[server.url("tiny.npz")])
    monkeypatch.setitem(sources.SPECS, "tiny", spec)
    return spec


def assert_whole(folder):
    assert leftovers(folder) == {"tiny.npz"} and not list(folder.glob("*.part"))
    for key, array in files.read_verified((folder / "tiny.npz",), make_spec(ARRAYS)).items():
        np.testing.assert_array_equal(array, ARRAYS[key])


def test_load_downloads_once(server, remote, data_dir, capsys):
    assert data.load("tiny").source == "data/tiny.npz"
    downloading, line, _ = capsys.readouterr().out.splitlines()
    assert downloading == "Tiny is not on this machine yet: downloading 1 MB."
    assert line.startswith("Data: Tiny, 20 training and 10 test images, from data/tiny.npz")
    assert_whole(data_dir)
    data.load("tiny")
    assert len(server.asked) == 1


@pytest.mark.parametrize("zipped", [True, False], ids=["gzip", "already unpacked"])
def test_four_idx_files_become_one_npz(server, data_dir, zipped):
    for (key, array), name in zip(ARRAYS.items(), GZ, strict=True):
        assert sources.IDX_FILES[key] == name.removesuffix(".gz")
        content = idx_bytes(array)
        server.content[f"idx/{name}"] = gzip.compress(content) if zipped else content
    download.download(make_spec(ARRAYS, mirrors=[server.url("idx/")]), data_dir)
    assert_whole(data_dir)


@pytest.mark.parametrize("fault", [busy, cut, stall, hang_up, silence])
def test_a_fault_is_outlived(server, data_dir, monkeypatch, fault):
    """A second try, or the second mirror where the first is silent, brings the data set."""
    mirrors = [server.url("tiny.npz"), server.url("spare.npz")]
    monkeypatch.setattr(transfer, "STALL_SECONDS", 1)
    server.faults = [fault]
    download.download(make_spec(ARRAYS, mirrors=mirrors), data_dir)
    assert_whole(data_dir)
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (busy, "answered 503"),
        (cut, r"broke off at 3,000 of [\d,]+ bytes"),
        (cut_without_length, "sent something else .it is damaged or cut short"),
        (stall, "did not answer in time"),
        (silence, "did not answer in time"),
        (hang_up, "could not be reached"),
        (page, "sent something else"),
        (endless, "sent more than the data set can be"),
    ],
)
def test_a_fault_that_stays_leaves_no_bad_file(
    server, remote, data_dir, monkeypatch, fault, reason
):
    server.faults = [fault] * 20
    monkeypatch.setattr(transfer, "STALL_SECONDS", 0.2 if fault in (stall, silence) else 5)
    with pytest.raises(data.DataUnavailable, match=reason) as failure:
        data.load("tiny")
    message = str(failure.value)
    assert message.startswith("Tiny could not be downloaded: 127.0.0.1:")
    assert "Check the network and try again, or place the files by hand" in message
    assert leftovers(data_dir) == set()
    server.faults = []
    monkeypatch.setattr(transfer, "STALL_SECONDS", 5)
    data.load("tiny")
    assert_whole(data_dir)


def test_wrong_bytes_are_refused_and_the_next_mirror_is_asked(server, data_dir):
    server.content["tiny.npz"] = changed_pixel()
    mirrors = [server.url(path) for path in ("tiny.npz", "missing.npz", "spare.npz")]
    download.download(make_spec(ARRAYS, mirrors=mirrors), data_dir)
    assert [path for path, _ in server.asked] == ["tiny.npz", "missing.npz", "spare.npz"]
    assert_whole(data_dir)


def test_mirrors_with_one_fault_are_named_together(data_dir):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        here = f"127.0.0.1:{unused.getsockname()[1]}"
        mirrors = [f"http://{here}/a.npz", "http://a.invalid/b.npz", "http://b.invalid/"]
        with pytest.raises(data.DataUnavailable) as failure:
            download.download(make_spec(ARRAYS, mirrors=mirrors), data_dir)
    assert f"{here} could not be reached (Connection refused); " in str(failure.value)
    assert "a.invalid, b.invalid could not be reached (Name or" in str(failure.value)


def test_a_cut_download_goes_on_where_it_stopped(server, remote, data_dir):
    server.faults = [cut, *[busy] * 20]
    with pytest.raises(data.DataUnavailable):
        data.load("tiny")
    server.faults, server.asked = [], []
    data.load("tiny")
    assert server.asked == [("tiny.npz", "bytes=3000-")]
    assert_whole(data_dir)


def test_another_part_than_the_one_asked_for_is_not_added(server, remote, data_dir):
    server.faults = [cut, other_part]
    data.load("tiny")
    assert server.asked == [("tiny.npz", None), ("tiny.npz", "bytes=3000-"), ("tiny.npz", None)]
    assert_whole(data_dir)


def test_a_server_without_ranges_starts_over(server, remote, data_dir):
    server.ranges = False
    server.faults = [cut]
    data.load("tiny")
    assert server.asked == [("tiny.npz", None), ("tiny.npz", "bytes=3000-")]
    assert_whole(data_dir)


@pytest.mark.parametrize("size", [3000, len(NPZ), 2 * len(NPZ)])
def test_a_damaged_beginning_is_dropped(server, remote, data_dir, size):
    """Whatever an earlier try left, of whatever length, the end is a good file."""
    data_dir.mkdir()
    whole = transfer.whole_path(remote.mirrors[0], data_dir, "tiny")
    transfer.growing_path(whole).write_bytes(bytes(size))
    data.load("tiny")
    assert_whole(data_dir)
    assert server.asked == [("tiny.npz", f"bytes={size}-"), ("tiny.npz", None)]


def test_a_bad_cached_file_is_replaced(server, remote, data_dir):
    data_dir.mkdir()
    (data_dir / "tiny.npz").write_bytes(NPZ[:2000])
    data.load("tiny")
    assert_whole(data_dir)


def test_the_time_limit_holds_against_a_trickle(server, remote, data_dir):
    server.faults = [trickle]
    start = time.monotonic()
    with pytest.raises(data.DataUnavailable, match=r"did not arrive within 0.4 seconds. Run `pyth"):
        data.fetch("tiny", seconds=0.4)
    assert time.monotonic() - start < 2
    assert leftovers(data_dir) == set()
    # It has let go of the lock too: what it began can be gone on with at once.
    assert data.fetch("tiny", seconds=2) == "data/tiny.npz"
    assert_whole(data_dir)


def test_the_time_limit_holds_against_a_name_look_up_that_hangs(monkeypatch, data_dir):
    release = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: release.wait(5) and [])
    spec = make_spec(ARRAYS, mirrors=["http://nowhere.invalid/tiny.npz"])
    start = time.monotonic()
    with pytest.raises(data.DataUnavailable, match=r"did not arrive within 0.2 seconds"):
        download.download(spec, data_dir, 0.2)
    assert time.monotonic() - start < 2
    release.set()


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_the_time_limit_must_be_positive(tiny, seconds):
    with pytest.raises(ValueError, match=r"more than 0 seconds. Received: "):
        data.fetch("tiny", seconds)


DOWNLOAD = """
import json, sys
from pathlib import Path
from helpers.data import download, sources
digests, mirror, folder = json.loads(sys.argv[1])
spec = sources.Spec("tiny", "Tiny", 20, 10, 1, "tiny", digests, (mirror,))
print(len(download.download(spec, Path(folder), 20)["x_train"]))
"""


def start_process(spec, folder):
    arguments = json.dumps([spec.digests, spec.mirrors[0], str(folder)])
    return subprocess.Popen(
        [sys.executable, "-c", DOWNLOAD, arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_of_two_processes_one_downloads_and_both_have_it(server, remote, data_dir):
    server.faults = [slow] * 2
    both = [start_process(remote, data_dir) for _ in range(2)]
    assert [process.communicate(timeout=20) for process in both] == [("20\n", "")] * 2
    assert len(server.asked) == 1
    assert_whole(data_dir)


def test_a_killed_process_leaves_no_lock_and_its_part_is_used(server, remote, data_dir):
    server.faults = [stall]
    process = start_process(remote, data_dir)
    part = transfer.growing_path(transfer.whole_path(remote.mirrors[0], data_dir, "tiny"))
    deadline = time.monotonic() + 10
    while not (part.exists() and part.stat().st_size == 3000) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.kill()
    process.communicate()
    data.load("tiny")
    assert server.asked[1:] == [("tiny.npz", "bytes=3000-")]
    assert_whole(data_dir)


class FullDisk:
    """Take the first bytes that are written, then have no room."""

    def __init__(self, file):
        self.file = file

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    def __getattr__(self, name):
        return getattr(self.file, name)

    def write(self, content):
        self.file.write(content[:100])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("full", ["tiny.npz.part", ".gz.part", "tiny.new.part"])
def test_a_full_disk_gets_its_space_back_and_a_message(server, monkeypatch, data_dir, full):
    for array, name in zip(ARRAYS.values(), GZ, strict=True):
        server.content[name] = gzip.compress(idx_bytes(array))
    mirror = server.url("tiny.npz" if "npz" in full else "")
    open_file = Path.open

    def open_on_full_disk(path, mode="r", *args, **kwargs):
        file = open_file(path, mode, *args, **kwargs)
        return FullDisk(file) if path.name.endswith(full) and "r" not in mode else file

    monkeypatch.setattr(Path, "open", open_on_full_disk)
    with pytest.raises(data.DataUnavailable, match=r"No space left on device. Free some space"):
        download.download(make_spec(ARRAYS, mirrors=[mirror]), data_dir)
    assert [path.name for path in data_dir.iterdir()] == ["tiny.lock"]


@pytest.mark.parametrize("refused", [".lock", ".part"])
def test_a_read_only_folder_says_what_to_do(remote, monkeypatch, data_dir, refused):
    open_file = Path.open

    def open_read_only(path, mode="r", *args, **kwargs):
        if path.name.endswith(refused) and "r" not in mode:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return open_file(path, mode, *args, **kwargs)

    monkeypatch.setattr(Path, "open", open_read_only)
    with pytest.raises(data.DataUnavailable, match=r"Read-only file system. Make the data folder"):
        data.load("tiny")
    assert leftovers(data_dir) == set() and not list(data_dir.glob("*.part"))


def test_a_folder_that_cannot_be_made_says_what_to_do(remote, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(data.DataUnavailable, match="could not be stored: Not a directory"):
        download.download(remote, tmp_path / "file" / "data")


# --- the command -----------------------------------------------------------------------------


def run_command(*arguments):
    parser = argparse.ArgumentParser()
    data.add_commands(parser.add_subparsers())
    args = parser.parse_args(["fetch", *arguments])
    return args.run(args)


def test_fetch_command_says_where_it_is(server, remote, capsys):
    assert run_command("tiny", "--seconds", "5", "--quiet") == 0
    assert run_command("tiny") == 0
    assert run_command("digits") == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert captured.out.splitlines() == [
        "tiny is ready: data/tiny.npz.",
        "tiny is ready: data/tiny.npz.",
        "digits is ready: embedded in scikit-learn.",
    ]
    assert len(server.asked) == 1


def test_fetch_command_fails_in_one_sentence_that_says_what_to_do(server, remote, capsys):
    server.faults = [busy] * 20
    assert run_command("tiny") == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("Tiny could not be downloaded: 127.0.0.1:")
    assert "data/README.md" in line


def test_fetch_command_names_a_bad_user_file(user_dir, tiny, capsys):
    (user_dir / "tiny.npz").write_bytes(b"junk")
    assert run_command("tiny") == 1
    assert capsys.readouterr().out.startswith("AE_DATA_DIR/tiny.npz was refused: ")


def test_fetch_of_an_unknown_name_lists_the_names():
    with pytest.raises(ValueError, match=r"one of digits, mnist, fashion_mnist. Received: 'auto'"):
        run_command("auto")


def test_progress_is_shown_on_a_terminal_only(server, remote, data_dir, monkeypatch, capsys):
    def fetch_anew(**options):
        with contextlib.suppress(FileNotFoundError):
            (data_dir / "tiny.npz").unlink()
        data.fetch("tiny", **options)
        return capsys.readouterr().err

    for name in (*audience._QUIET, *audience._FRONT_ENDS):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    assert fetch_anew() == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert "B/s" in fetch_anew()
    assert fetch_anew(quiet=True) == ""
    monkeypatch.setenv("CI", "true")
    assert fetch_anew() == ""
