"""What lesson 14 claims, read off its committed solution."""

import re

import nbformat
import numpy as np
import pytest
import scipy
from printed import printed
from sklearn.datasets import load_sample_image

from helpers.course import ROOT
from helpers.methods import patches

BASELINES = ("median filter", "PCA, first", "PCA, large", "non-local means")


@pytest.fixture(scope="module")
def text() -> str:
    """All that the lesson printed."""
    return printed("14_project.ipynb")


def table(text: str) -> dict[str, list[tuple[float, float, float]]]:
    """Return for each method PSNR, its spread and SSIM at the three levels."""
    cell = r" +([\d.]+) ± ([\d.]+) +([\d.]+)"
    found = re.findall(rf"^(\S.*?){cell * 3}$", text, re.MULTILINE)
    return {
        name: [tuple(map(float, numbers[i : i + 3])) for i in (0, 3, 6)]
        for name, *numbers in found
    }  # fmt: skip


def test_the_table_is_whole(text):
    assert list(table(text)) == [
        "noisy", *BASELINES, "denoiser", "control: plain AE", "control: told half",
    ]  # fmt: skip


def test_the_denoiser_beats_the_median_filter_at_every_level(text):
    rows = table(text)
    for level in range(3):
        assert rows["denoiser"][level][0] > rows["median filter"][level][0] + 1


def test_the_controls_fail(text):
    rows = table(text)
    for level in range(3):
        assert rows["control: plain AE"][level][0] < rows["noisy"][level][0] + 2
        assert rows["control: told half"][level][0] < rows["denoiser"][level][0]


def test_a_split_by_patch_is_right_about_coins_and_a_split_by_block_is_not(text):
    rows = re.findall(r"^  nearest +\d+: right (\S+), from (\S+) to (\S+)$", text, re.MULTILINE)
    rows = [tuple(map(float, row)) for row in rows]
    overlapping, apart, by_block = rows[:3], rows[3:6], rows[6:]
    assert overlapping[0][0] > 0.68 and overlapping[0][1] > 0.65
    assert overlapping[0][0] > overlapping[1][0] > overlapping[2][0]
    assert apart[0][0] > 0.57 and apart[0][1] > 0.5
    for mean, *_ in by_block:
        assert mean == pytest.approx(0.5, abs=0.05)


def test_the_patches_of_the_second_split_do_not_overlap():
    starts = patches.places(48, 16, 16)
    assert starts.tolist() == [0, 16, 32]


def test_the_strip_is_rougher_than_the_flower_and_has_nearly_200_000_patches_beside_it():
    def smooth(picture):
        across, down = (scipy.ndimage.sobel(picture, axis) for axis in (0, 1))
        return np.mean(np.hypot(across, down) < 0.2)

    palace, flower = (
        load_sample_image(f"{name}.jpg") / 255 @ [0.299, 0.587, 0.114]
        for name in ("china", "flower")
    )
    assert smooth(palace[:, 480:]) < 0.7 and smooth(flower) > 0.85
    assert 190_000 < len(patches.cut_patches(palace[:, :480], 8)) < 200_000


def test_every_figure_is_there():
    notebook = nbformat.read(ROOT / "solutions" / "14_project.ipynb", 4)
    shown = sum(
        "image/png" in output.get("data", {})
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    )
    captions = sum(cell.source.count("**Figure 14.") for cell in notebook.cells)
    assert shown == captions


def test_the_folder_s_report_names_what_was_refused(text):
    assert "pictures taken 1,040, files refused 3" in text
    for line in (
        "refused, damaged: odd/broken.png",
        "refused, duplicate: usual/copy of 000.png (of usual/000.png)",
    ):
        assert line in text


def test_the_study_has_its_form(text):
    assert "what a reader would object to: nothing" in text
    low, high = map(float, re.findall(r"^shuffled +(\S+), (\S+)$", text, re.MULTILINE)[0])
    assert low < 0.5 < high


def test_the_interval_of_the_mean_holds_the_mean_of_three(text):
    ours = re.findall(r"^AE +(\S+), (\S+), (\S+)$", text, re.MULTILINE)[0]
    mean = sum(map(float, ours)) / 3
    for name in ("PCA", "mean image"):
        area = float(re.findall(rf"^{name} +(\S+)$", text, re.MULTILINE)[0])
        low, high = map(float, re.findall(rf"^AE - {name} +(\S+), (\S+)$", text, re.MULTILINE)[0])
        assert low <= mean - area <= high


def test_a_size_chosen_on_the_test_part_lifts_the_shuffled_area(text):
    pattern = r"^shuffled labels, mean area (\S+) \(.*: (\S+)$"
    fair, leaky = map(float, re.findall(pattern, text, re.MULTILINE)[0])
    assert fair == pytest.approx(0.5, abs=0.02) and leaky > fair
