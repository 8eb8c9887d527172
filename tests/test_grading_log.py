"""results.jsonl: whatever it holds is read, passed over by name, or refused; nothing is lost."""

import errno
import json
import os

import pytest

from helpers.grading.log import ResultLog

OUTCOME = {"id": "2.1", "status": "passed", "points": 3, "of": 3, "reason": "",
           "feedback": [["step", "holds", "well"]]}  # fmt: skip
RECORD = {"identity": "a", "key": "k", "student": "ann", "lesson": "02", "file": "ann.ipynb",
          "points": 3, "of": 3, "outcomes": [OUTCOME], "notes": ["n"], "review": [],
          "problem": "", "level": "L3", "details": "", "seed": "s", "seconds": 0.5, "allowed": 10.0,
          "cached": False}  # fmt: skip


def line(**changes):
    return json.dumps({**RECORD, **changes}).encode()


def read(path):
    """Return the identities of a log and the lines it passes over."""
    log = ResultLog(path)
    log.close()
    return [record["identity"] for record in log.records], log.passed_over


def test_what_is_written_is_read_again(tmp_path):
    log = ResultLog(tmp_path / "out" / "results.jsonl")
    for name in "ab":
        log.append({**RECORD, "identity": name})
    log.close()
    assert read(tmp_path / "out" / "results.jsonl") == (["a", "b"], [])


def test_a_line_that_a_crash_cut_off_is_taken_away(tmp_path):
    path = tmp_path / "results.jsonl"
    whole = line() + b"\n"
    for cut in (1, 10, 40, len(whole) - 2):
        path.write_bytes(whole + whole[:cut])
        assert read(path) == (["a"], [])
        assert path.read_bytes() == whole


def test_a_last_line_that_only_lacks_its_end_is_kept(tmp_path):
    path = tmp_path / "results.jsonl"
    for last, odd in ((line(identity="b"), 0), (b"a word", 1)):
        path.write_bytes(line() + b"\n" + last)
        log = ResultLog(path)
        assert len(log.passed_over) == odd
        log.append({**RECORD, "identity": "c"})
        log.close()
        assert path.read_bytes().split(b"\n")[1] == last
        assert read(path)[0][-1] == "c"


ODD = {
    "null": b"null",
    "a number": b"17",
    "a list": b"[1, 2]",
    "a text": b'"identity"',
    "an object of another kind": b'{"something": "else"}',
    "half a line": line()[:60],
    "two lines in one": line() + line(),
    "a carriage return in the midst": line()[:60] + b"\r" + line()[60:-5],
    "no text": b"\xff\xfe\x00",
    "nested": b"[" * 100_000,
    "points in words": line(points="three"),
    "points that are none": line().replace(b'"points": 3', b'"points": NaN'),
    "a student without a name": line(student=None),
    "outcomes that are none": line(outcomes=["passed"]),
    "an outcome without points": line(outcomes=[{**OUTCOME, "points": None}]),
    "feedback of another form": line(outcomes=[{**OUTCOME, "feedback": [["step"]]}]),
    "notes of another form": line(notes=[{}]),
}


@pytest.mark.parametrize("name", ODD)
def test_a_line_that_is_no_result_is_passed_over_by_name(tmp_path, name):
    path = tmp_path / "results.jsonl"
    content = b"\n".join([line(), ODD[name], line(identity="b"), b""])
    path.write_bytes(content)
    assert read(path) == (
        ["a", "b"],
        ["results.jsonl, line 2, is no result of the grader: passed over"],
    )
    assert path.read_bytes() == content


@pytest.mark.parametrize("ends", [b"\r\n", b"\n\n", b"\n\r\n", b" \n"])
def test_line_ends_of_an_editor_do_no_harm(tmp_path, ends):
    path = tmp_path / "results.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + ends.join([line(), line(identity="b"), b""]))
    assert read(path) == (["a", "b"], [])


def test_a_file_of_another_program_is_refused_untouched(tmp_path):
    path = tmp_path / "results.jsonl"
    path.write_text('{"something": "else"}\n')
    with pytest.raises(ValueError, match="line 1, is no result of the grader"):
        ResultLog(path)
    assert path.read_text() == '{"something": "else"}\n'
    path.unlink()
    ResultLog(path).close()  # and the folder is free


@pytest.mark.skipif(not hasattr(os, "fork"), reason="of POSIX only")
def test_where_no_more_fits_only_whole_lines_stay(tmp_path):
    """A limit on the size of a file is a disk that takes a part of a line, and then no more."""
    path = tmp_path / "results.jsonl"
    child = os.fork()
    if not child:
        import resource

        code = 1
        try:
            log = ResultLog(path)
            for _ in range(3):
                log.append(RECORD)
            size = path.stat().st_size + len(line()) // 2
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
            try:
                log.append(RECORD)
            except OSError as problem:
                code = 0 if "Grading stops" in str(problem) else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert path.read_bytes() == (line() + b"\n") * 3


def test_a_failure_to_cut_a_half_line_is_left_to_the_next_run(tmp_path, monkeypatch):
    path = tmp_path / "results.jsonl"
    log = ResultLog(path)
    log.append(RECORD)
    real = os.write

    def half(descriptor, content):
        if content.startswith(b'{"identity'):
            return real(descriptor, content[:100])
        raise OSError(errno.EIO, "input/output error")

    def refuse(descriptor, size):
        raise OSError(errno.EIO, "input/output error")

    monkeypatch.setattr(os, "write", half)
    monkeypatch.setattr(os, "ftruncate", refuse)
    with pytest.raises(OSError, match="Grading stops"):
        log.append(RECORD)
    monkeypatch.undo()
    log.close()
    assert read(path) == (["a"], [])
    assert path.read_bytes() == line() + b"\n"
