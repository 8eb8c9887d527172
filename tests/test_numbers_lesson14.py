"""What lesson 14 claims, read off its committed solution."""

import re

import pytest
from printed import printed

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
    shares = re.findall(r"^split by .* right (\S+), from (\S+) to (\S+)$", text, re.MULTILINE)
    overlapping, apart, by_block = (tuple(map(float, row)) for row in shares)
    assert overlapping[0] > 0.68 and overlapping[1] > 0.65
    assert apart[0] > 0.58 and apart[1] > 0.52
    assert by_block[0] == pytest.approx(0.5, abs=0.05)


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
