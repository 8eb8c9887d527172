"""Published figures, comparisons as a notebook stores them, and their collection."""

import argparse
import json
import math
import os
import subprocess
import sys

import nbformat
import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter

from helpers import results
from helpers.results import MIME_TYPE, collect, compare, figures, published
from helpers.results.text import table

ENTRIES = json.loads(figures._PUBLISHED_FILE.read_text(encoding="utf-8"))
BY_KEY = {entry["key"]: entry for entry in ENTRIES}
CODE_SIZES = [2, 3, 10, 12, 16, 30, 32, 64, 128, 256]
DATA_SETS = ["basic", "rot", "bg_rand", "bg_img", "rot_bg_img", "rect", "rect_img", "convex"]
SYSTEMS = ["svm_rbf", "svm_poly", "dbn1", "saa3", "dbn3", "sda3"]


def stored(comparison):
    """Return what Jupyter writes into a cell's output for this value."""
    return DisplayFormatter().format(comparison)[0]


def write_notebook(path, *comparisons):
    """Write a valid executed notebook whose cells show these comparisons."""
    cells = [nbformat.v4.new_markdown_cell("# A lesson")]
    for count, comparison in enumerate(comparisons, 1):
        output = nbformat.v4.new_output(
            "execute_result", data=stored(comparison), execution_count=count
        )
        cells.append(
            nbformat.v4.new_code_cell("compare(...)", outputs=[output], execution_count=count)
        )
    cells.append(nbformat.v4.new_code_cell("print(1)", outputs=[nbformat.v4.new_output("stream")]))
    notebook = nbformat.v4.new_notebook(cells=cells)
    nbformat.validate(notebook)
    nbformat.write(notebook, path)
    return path


@pytest.fixture
def run(monkeypatch):
    """Return a function that runs `results` with arguments on a wide terminal."""
    monkeypatch.setenv("COLUMNS", "200")
    parser = argparse.ArgumentParser()
    results.add_commands(parser.add_subparsers())

    def run_command(*arguments):
        parsed = parser.parse_args(["results", *map(str, arguments)])
        return parsed.run(parsed)

    return run_command


# The published figures


@pytest.mark.parametrize(
    ("key", "value", "unit", "split"),
    [
        ("basic_ae.mse.epoch1", 0.2015, "MSE", "train"),
        ("basic_ae.mse.epoch20", 0.0327, "MSE", "train"),
        ("deep_ae.l2.train.epoch7", 6.926, "L2", "train"),
        ("deep_ae.l2.validation.epoch6", 6.988, "L2", "validation"),
        ("pca.sse.k30", 13.866, "SSE/image", "test"),
        ("pca.l2.k2", 6.521, "L2", "test"),
        ("hinton2006.deep_ae.sse.k30", 3.00, "SSE/image", "test"),
        ("hinton2006.logistic_pca.sse.k30", 8.01, "SSE/image", "test"),
        ("hinton2006.pca.sse.k30", 13.87, "SSE/image", "test"),
        ("dense_ae.parameters", 716640, "parameters", None),
        ("conv_ae.parameters", 421377, "parameters", None),
        ("conv_decoder.parameters", 23233, "parameters", None),
        ("lstm_encoder.parameters", 67320, "parameters", None),
        ("lstm_decoder.parameters", 55228, "parameters", None),
        ("xie2016.kmeans.accuracy", 53.5, "%", "all"),
        ("mcconville2019.n2d.accuracy", 97.9, "%", "all"),
        ("vincent2008.basic.sda3", 2.80, "%", "test"),
        ("vincent2008.rot_bg_img.svm_poly", 56.41, "%", "test"),
        ("vincent2008.bg_rand.noise", 40, "%", None),
        ("stacked_dae.best_noise", 25, "%", None),
        ("measured.basic_ae.glorot.mse.test.epoch20", 0.0054, "MSE", "test"),
        ("measured.deep_ae.code30.shifts.sse.test.epoch60", 2.27, "SSE/image", "test"),
        ("measured.clustering.dense10.tsne10000.kmeans.accuracy", 95.1, "%", "test"),
        ("uva.sse.shift", 205, "SSE/image", "train"),
        ("mnist.pixel_mean", 0.13066, "pixel value", "train"),
    ],
)
def test_known_figure(key, value, unit, split):
    figure = published(key)
    assert (figure.key, figure.value, figure.unit, figure.split) == (key, value, unit, split)


def test_the_digits_are_kept_as_printed():
    assert str(published("hinton2006.deep_ae.sse.k30")) == "3.00"
    assert str(published("basic_ae.mse.epoch18")) == "0.0330"
    assert str(published("pca.l2.k16")) == "4.510"
    assert str(published("dense_ae.parameters")) == "716,640"


def test_every_entry_is_complete():
    fields = ["key", "value", "unit", "split", "what", "source", "better"]
    units = ["MSE", "SSE/image", "L2", "%", "parameters", "pixel value", "mean activity"]
    units += ["epochs", "clusters", "images", "units", "setting", "nats/image"]
    for entry in ENTRIES:
        extra = (["plus_minus"], ["images"], [])
        assert list(entry) in [[*fields, *more] for more in extra], entry["key"]
        assert entry["value"] > 0
        assert entry["unit"] in units
        assert entry["split"] in ("train", "validation", "test", "all", None)
        assert entry["better"] in ("lower", "higher", "equal", None)
        assert entry["what"].endswith(".") and entry["source"].strip()
        assert published(entry["key"]).value == entry["value"]


def test_keys_are_unique_and_sorted():
    keys = [entry["key"] for entry in ENTRIES]
    assert keys == sorted(set(keys))


def test_file_is_written_with_two_spaces():
    text = figures._PUBLISHED_FILE.read_text(encoding="utf-8")
    # json has no 3.00: floats are carried through as marked strings.
    entries = json.loads(text, parse_float=lambda digits: f"@{digits}@")
    written = json.dumps(entries, indent=2, ensure_ascii=False)
    assert text == written.replace('"@', "").replace('@"', "") + "\n"


def test_curves_are_whole():
    basic = [published(f"basic_ae.mse.epoch{n}").value for n in range(1, 21)]
    assert basic == sorted(basic, reverse=True) and sum(basic) == pytest.approx(0.9472)
    train = [published(f"deep_ae.l2.train.epoch{n}").value for n in range(1, 8)]
    validation = [published(f"deep_ae.l2.validation.epoch{n}").value for n in range(1, 8)]
    assert train == sorted(train, reverse=True)
    assert min(validation) == validation[5] == 6.988


def test_vincent_table_is_whole():
    cells = [BY_KEY[f"vincent2008.{name}.{system}"] for name in DATA_SETS for system in SYSTEMS]
    assert len(cells) == 48
    columns = [sum(cell["value"] for cell in cells[i::6]) for i in range(6)]
    assert columns == pytest.approx([151.83, 162.17, 145.11, 144.84, 127.57, 127.28])
    # Its spreads are 95 % intervals of an error rate on 50,000 test images.
    for cell in cells:
        rate = cell["value"] / 100
        interval = 100 * 1.96 * math.sqrt(rate * (1 - rate) / 50_000)
        assert cell["plus_minus"] == pytest.approx(interval, abs=0.011), cell["key"]
    noise = [BY_KEY[f"vincent2008.{name}.noise"]["value"] for name in DATA_SETS]
    assert noise == [10, 10, 40, 25, 25, 10, 25, 10]
    assert sum(key.startswith("vincent2008.") for key in BY_KEY) == 48 + 8


def test_pca_rows_agree_with_each_other():
    for k in CODE_SIZES:
        sse, mse, l2 = (published(f"pca.{name}.k{k}").value for name in ("sse", "mse", "l2"))
        assert mse == pytest.approx(sse / 784, abs=0.5e-5 + 1e-6)
        # A mean of roots is less than the root of the mean, and not by much.
        assert 0.9 * math.sqrt(sse) < l2 < math.sqrt(sse)
    distances = [published(f"pca.l2.k{k}").value for k in CODE_SIZES]
    assert sum(distances) == pytest.approx(39.89)
    assert sum(key.startswith("pca.") for key in BY_KEY) == 3 * len(CODE_SIZES)


@pytest.mark.parametrize(
    "net", ["dense_ae", "conv_ae", "conv_decoder", "lstm_encoder", "lstm_decoder"]
)
def test_layers_add_up(net):
    layers = [BY_KEY[key]["value"] for key in BY_KEY if key.startswith(f"{net}.parameters.layer")]
    assert len(layers) >= 2 and sum(layers) == BY_KEY[f"{net}.parameters"]["value"]


def test_unknown_key_names_the_nearest():
    with pytest.raises(ValueError, match=r"Nearest: .*pca\.sse\.k30.*Received: 'pca\.sse\.30'"):
        published("pca.sse.30")
    with pytest.raises(ValueError, match="no published figure"):
        published("?")


def test_missing_file_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(figures, "_PUBLISHED_FILE", tmp_path / "published.json")
    with pytest.raises(FileNotFoundError, match="pip install -e"):
        published("pca.sse.k30")


def test_damaged_file_is_named(tmp_path, monkeypatch):
    (tmp_path / "published.json").write_text('[{"key": ')
    monkeypatch.setattr(figures, "_PUBLISHED_FILE", tmp_path / "published.json")
    with pytest.raises(ValueError, match=r"published\.json is damaged"):
        published("pca.sse.k30")


# Comparisons


@pytest.mark.parametrize(
    ("key", "ours", "verdict"),
    [
        ("basic_ae.mse.epoch20", 0.00537, "ours is 6.1 times lower: better"),
        ("basic_ae.mse.epoch20", 0.0654, "ours is 2.0 times higher: worse"),
        ("hinton2006.deep_ae.sse.k30", 3.84, "ours is 28 % higher: worse"),
        ("hinton2006.deep_ae.sse.k30", 2.91, "ours is 3 % lower: better"),
        ("hinton2006.deep_ae.sse.k30", 5.999, "ours is 100 % higher: worse"),
        ("hinton2006.deep_ae.sse.k30", 0, "ours is 100 % lower: better"),
        ("xie2016.kmeans.accuracy", 60.0, "ours is 12 % higher: better"),
        ("pca.sse.k30", 13.86634, "the same, to the reference digits"),
        ("pca.sse.k30", 13.8666, "ours is 0.0043 % higher"),
        ("pca.sse.k30", 14.0, "ours is 0.97 % higher"),
        ("pca.sse.k30", 14.01, "ours is 1 % higher: worse"),
        ("pca.sse.k30", 13.7, "ours is 1.2 % lower: better"),
        ("dense_ae.parameters", 716640, "the same, to the published digits"),
        ("dense_ae.parameters", 716639, "ours is 0.00014 % lower: should be equal"),
        ("vincent2008.basic.sda3", 2.93, "within the published ± 0.14"),
        ("vincent2008.basic.sda3", 2.95, "ours is 5.4 % higher: worse"),
        ("uva.sse.shift", 102, "ours is 2.0 times lower"),
    ],
)
def test_verdict(key, ours, verdict):
    assert compare(key, ours).verdict == verdict


@pytest.mark.parametrize(
    ("runs", "verdict"),
    [
        ([2.9, 2.7, 2.8], "ours is 6.7 % lower: better in all 3 runs"),
        ([2.0, 3.1], "ours is 15 % lower in the mean of runs that lie on both sides"),
        ([4.0, 3.0], "ours is 17 % higher in the mean of runs that lie on both sides"),
        (np.array([3.5, 3.3]), "ours is 13 % higher: worse in all 2 runs"),
        ((2.9, 3.1), "the same, to the published digits"),
    ],
)
def test_runs_decide_a_verdict_only_together(runs, verdict):
    compared = compare("hinton2006.deep_ae.sse.k30", runs)
    assert compared.verdict == verdict
    assert compared.ours == pytest.approx(np.mean(runs))
    assert compared.record()["runs"] == list(runs)
    lines = repr(compared).splitlines()
    assert lines[1].endswith(
        f", the mean of {len(runs)} runs from {min(runs):.2f} to {max(runs):.2f}"
    )


def test_runs_in_a_table_are_judged_one_by_one():
    rows = compare({"hinton2006.deep_ae.sse.k30": [2.0, 3.1], "pca.sse.k30": 15.0}).rows
    assert [row.verdict.split()[-1] for row in rows] == ["sides", "worse"]
    assert "runs" not in rows[1].record()


def test_figures_of_other_images_are_not_compared():
    key, other = "pca.sse.k30", "other images: not comparable"
    assert compare(key, 4.8, images="digits").verdict == other
    assert "difference" not in repr(compare(key, 4.8, images="digits"))
    assert compare(key, 4.8, images="mnist").verdict == "ours is 2.9 times lower: better"
    assert compare("dense_ae.parameters", 716640, images="digits").verdict.startswith("the same")
    assert compare("uva.sse.shift", 102, images="mnist").verdict == other
    records = [row.record() for row in compare({key: 4.8}, images="digits").rows]
    assert [(record["images"], record["verdict"]) for record in records] == [("digits", other)]


def test_what_the_course_measured_itself_is_called_a_reference():
    kinds = {key: published(key).kind for key in BY_KEY}
    assert kinds["pca.sse.k30"] == kinds["measured.deep_ae.code2.l2.test.epoch10"] == "reference"
    assert kinds["hinton2006.pca.sse.k30"] == kinds["uva.sse.shift"] == "published"
    assert all(kinds[key] == "reference" for key in kinds if key.startswith("measured."))
    assert "  reference   13.866\n" in repr(compare("pca.sse.k30", 14.5))
    assert "(ours / reference = " in repr(compare("pca.sse.k30", 14.5))
    table = repr(compare({"pca.sse.k30": 14.5, "pca.sse.k2": 50}))
    assert table.split("\n")[0].split() == ["what", "ours", "reference", "verdict"]
    assert "*" not in table


def test_text_sets_both_figures_side_by_side():
    text = repr(compare("basic_ae.mse.epoch20", 0.005412, note="Glorot start instead."))
    assert text.splitlines() == [
        "Basic autoencoder 784-256-784, unit-normal start, RMSProp 0.01, epoch 20 [MSE, train]",
        "  ours        0.00541",
        "  published   0.0327",
        "  difference  -0.0273 (ours / published = 0.1655)",
        "  verdict     ours is 6.0 times lower: better",
        "  source      KCC 2019 tutorial review (Namgung), lab",
        "  note        Glorot start instead.",
    ]


def test_spread_and_small_differences_are_shown():
    assert "2.80 ± 0.14" in repr(compare("vincent2008.basic.sda3", 2.9))
    assert "difference  +0.0003 " in repr(compare("pca.sse.k30", 13.8663))
    assert "difference  +0.000 " in repr(compare("pca.sse.k30", 13.866))


def test_a_cell_stores_text_and_record():
    bundle = stored(compare("pca.sse.k30", np.float32(14.5), note="half the images"))
    assert set(bundle) == {"text/plain", MIME_TYPE}
    assert bundle == compare("pca.sse.k30", 14.5, note="half the images")._repr_mimebundle_()
    assert bundle["text/plain"] == repr(compare("pca.sse.k30", 14.5, note="half the images"))
    record = json.loads(json.dumps(bundle[MIME_TYPE], allow_nan=False))
    assert record == {
        "key": "pca.sse.k30",
        "what": "PCA with 30 components, fitted to the training images.",
        "ours": 14.5,
        "published": 13.866,
        "plus_minus": None,
        "unit": "SSE/image",
        "split": "test",
        "images": None,
        "difference": pytest.approx(0.634),
        "ratio": pytest.approx(14.5 / 13.866),
        "decimals": 3,
        "better": "lower",
        "verdict": "ours is 4.6 % higher: worse",
        "source": "measured for this course on 2 CPU cores, real MNIST",
        "note": "half the images",
    }


def test_several_at_once_are_one_table_and_all_records():
    comparisons = compare(
        {"pca.sse.k30": 13.866, "hinton2006.deep_ae.sse.k30": 3.84}, note="One seed."
    )
    bundle = stored(comparisons)
    lines = bundle["text/plain"].splitlines()
    assert lines[0].split() == ["what", "ours", "published", "verdict"]
    assert lines[2].split()[-6:] == ["13.866", "13.866*", "the", "same,", "to", "the"]
    assert lines[-4:] == [
        "source: measured for this course on 2 CPU cores, real MNIST",
        "source: Hinton and Salakhutdinov, Science 313, 2006",
        "* a reference of ours, not published",
        "note: One seed.",
    ]
    assert max(map(len, lines)) <= 79
    records = bundle[MIME_TYPE]["results"]
    assert [record["key"] for record in records] == ["pca.sse.k30", "hinton2006.deep_ae.sse.k30"]
    assert records[1]["verdict"] == "ours is 28 % higher: worse"
    assert {record["note"] for record in records} == {"One seed."}


def test_table_wraps_words_and_sets_figures_to_the_right():
    rows = [("a long name", "3.84"), ("b", "13.866")]
    assert table(("what", "ours"), rows, align="<>", widths={0: 6}).splitlines() == [
        "what      ours",
        "------  ------",
        "a long    3.84",
        "name",
        "b       13.866",
    ]


@pytest.mark.parametrize("ours", [3, 3.0, np.float32(3), np.int64(3), np.array(3.0)])
def test_any_scalar_is_a_figure(ours):
    record = compare("hinton2006.deep_ae.sse.k30", ours).record()
    assert type(record["ours"]) is float and record["ours"] == 3


@pytest.mark.parametrize(
    "ours",
    [
        math.nan,
        math.inf,
        -1.0,
        "3.0",
        None,
        True,
        np.True_,
        3 + 0j,
        [3.0],
        np.array([3.0]),
        [],
        [3.0, math.nan],
    ],
)
def test_not_a_figure(ours):
    with pytest.raises(ValueError, match="Received: "):
        compare("hinton2006.deep_ae.sse.k30", ours)
    with pytest.raises(ValueError, match="Received: "):
        compare({"pca.sse.k30": 13.9, "hinton2006.deep_ae.sse.k30": ours})


@pytest.mark.parametrize("arguments", [({},), ({"pca.sse.k30": 13.9}, 13.9)])
def test_one_figure_or_a_dictionary(arguments):
    with pytest.raises(ValueError, match="one key and one number, or one dictionary"):
        compare(*arguments)


def test_unknown_keys_among_several():
    with pytest.raises(ValueError, match=r"Nearest: pca\.sse\.k30"):
        compare({"pca.sse.k256": 1.1, "pca.sse.k30x": 13.9})


# Collecting


def test_collect_reads_every_record_in_order(tmp_path):
    several = {"pca.mse.k30": 0.0177, "pca.l2.k30": 3.66}
    second = write_notebook(
        tmp_path / "02_pca.ipynb", compare("pca.sse.k30", 13.866), compare(several)
    )
    third = write_notebook(tmp_path / "03_basic.ipynb", compare("dense_ae.parameters", 716640))
    empty = write_notebook(tmp_path / "00_start.ipynb")
    records = collect([empty, str(second), third])
    assert [(record["lesson"], record["key"], record["ours"]) for record in records] == [
        ("02_pca", "pca.sse.k30", 13.866),
        ("02_pca", "pca.mse.k30", 0.0177),
        ("02_pca", "pca.l2.k30", 3.66),
        ("03_basic", "dense_ae.parameters", 716640),
    ]
    expected = {"lesson": "03_basic", **compare("dense_ae.parameters", 716640).record()}
    assert records[3] == expected


def test_command_prints_one_aligned_table(tmp_path, run, capsys):
    write_notebook(tmp_path / "03_basic.ipynb", compare("basic_ae.mse.epoch20", 0.0054))
    write_notebook(tmp_path / "02_pca.ipynb", compare("pca.sse.k30", 13.866))
    write_notebook(tmp_path / "00_start.ipynb")
    assert run("--solutions", tmp_path) == 0
    heading, rule, second, third, _, mark = capsys.readouterr().out.splitlines()
    assert mark == "* a reference of ours, not published"
    assert heading.split() == ["lesson", "what", "ours", "published", "unit", "verdict"]
    assert set(rule) == {"-", " "}
    assert second.startswith("02_pca    PCA with 30 components")
    assert third.startswith("03_basic  Basic autoencoder 784-256-784")
    at = heading.index("verdict")
    assert second[at:] == "the same, to the reference digits"
    assert third[at:] == "ours is 6.1 times lower: better"
    assert third[:at].split()[-4:] == ["[train]", "0.0054", "0.0327", "MSE"]


def test_table_keeps_to_the_terminal(tmp_path, run, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    several = {"mcconville2019.n2d.accuracy": 95.0, "basic_ae.mse.epoch20": 0.0054}
    write_notebook(tmp_path / "06_latent_clustering.ipynb", compare(several))
    assert run("--solutions", tmp_path) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 4 and max(map(len, lines)) <= 120


def test_command_prints_json(tmp_path, run, capsys):
    notebook = write_notebook(tmp_path / "02_pca.ipynb", compare("pca.sse.k30", 13.866))
    assert run("--json", "--solutions", tmp_path) == 0
    assert json.loads(capsys.readouterr().out) == collect([notebook])


def test_no_result_yet(tmp_path, run, capsys):
    write_notebook(tmp_path / "00_start.ipynb")
    assert run("--solutions", tmp_path) == 0
    assert "make solutions" in capsys.readouterr().out
    assert run("--solutions", tmp_path, "--json") == 0
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"nbformat": 4}',
        '{"cells": 3}',
        '{"cells": ["text"]}',
        json.dumps({"cells": [{"outputs": [{"data": {MIME_TYPE: {}}}]}]}),
        json.dumps({"cells": [{"outputs": [{"data": {MIME_TYPE: 7}}]}]}),
        "[" * 100_000,
    ],
)
def test_damaged_notebook_is_named(tmp_path, run, text):
    write_notebook(tmp_path / "02_pca.ipynb", compare("pca.sse.k30", 13.866))
    (tmp_path / "03_basic.ipynb").write_text(text)
    with pytest.raises(ValueError, match=r"03_basic\.ipynb is not a notebook with readable"):
        run("--solutions", tmp_path)


@pytest.mark.parametrize(
    ("field", "value"),
    [("ours", None), ("published", "3"), ("what", 3), ("split", 1), ("decimals", 2.5)],
)
def test_damaged_record_is_refused(tmp_path, field, value):
    notebook = write_notebook(tmp_path / "02_pca.ipynb", compare("pca.sse.k30", 13.866))
    content = json.loads(notebook.read_text(encoding="utf-8"))
    content["cells"][1]["outputs"][0]["data"][MIME_TYPE][field] = value
    notebook.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ValueError, match=r"02_pca\.ipynb.*Received: "):
        collect([notebook])


def test_folder_that_is_not_there(tmp_path, run):
    with pytest.raises(ValueError, match=r"folder of executed notebooks\. Received: .*nowhere"):
        run("--solutions", tmp_path / "nowhere")


def test_importing_the_command_is_cheap():
    code = (
        "import sys, helpers.results; "
        "sys.exit(bool({'tensorflow', 'keras', 'numpy', 'nbformat'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONWARNINGS": "error"}
    assert (
        subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0
    )
