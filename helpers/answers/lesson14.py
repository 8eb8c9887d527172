"""Reference answers of lesson 14: similarity, a split by photograph, and the form of a study."""

from __future__ import annotations

import numpy as np

from helpers.measures import roc_auc
from helpers.measures.similarity import ssim
from helpers.methods.patches import Denoise, cut_patches, merge_patches

__all__ = [
    "clean_picture",
    "faults",
    "my_study",
    "paired_interval",
    "similarity",
    "split_photographs",
]


def similarity(image: np.ndarray, other: np.ndarray, window: int) -> float:
    """Return the mean structural similarity over all windows; see ``measures.ssim``."""
    return ssim(image, other, window=window)


def split_photographs(photographs: np.ndarray, share: float, seed: int) -> np.ndarray:
    """Return which patches are for the test, bool (n,), whole photographs at a time.

    Args:
        photographs: (n,), the photograph that each patch is from, a whole number.
        share: of the photographs, from 0 to 1; at least one is for the test.
        seed: of the choice.
    """
    known = np.unique(photographs)
    count = max(1, round(share * len(known)))
    chosen = np.random.default_rng(seed).choice(known, count, replace=False)
    return np.isin(photographs, chosen)


def clean_picture(denoise: Denoise, picture: np.ndarray, size: int, step: int) -> np.ndarray:
    """Return a picture (h, w) denoised patch by patch, averaged where patches overlap, in [0, 1].

    Args:
        denoise: patches (n, size * size) -> patches (n, size * size).
        picture: (h, w).
        size, step: of the patches, and from one to the next; the last ones are at the edge.
    """
    patches = np.asarray(denoise(cut_patches(picture, size, step)))
    return np.clip(merge_patches(patches, picture.shape, step), 0, 1)


def paired_interval(
    scores: np.ndarray, others: np.ndarray, is_odd: np.ndarray, draws: np.ndarray
) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of a difference of two ROC-AUCs on the same images.

    Args:
        scores, others: (n,), of two methods, higher for odd images.
        is_odd: bool (n,).
        draws: (b, n), the rows of each resample; those with images of one kind do not count.
    """
    gaps = [
        roc_auc(scores[rows], is_odd[rows]) - roc_auc(others[rows], is_odd[rows])
        for rows in draws
        if 0 < is_odd[rows].sum() < len(rows)
    ]
    low, high = np.percentile(gaps, [2.5, 97.5])
    return float(low), float(high)


def verdict_of(interval: tuple[float, float] | None) -> str:
    """Return what an interval of a difference says: "better", "worse" or "undecided"."""
    if interval is None or interval[0] <= 0 <= interval[1]:
        return "undecided"
    return "better" if interval[0] > 0 else "worse"


def faults(study: dict) -> list[str]:
    """Return the names of what is wrong with the form of a study; see lesson 14."""
    found = []
    baselines, control, interval = (study[key] for key in ("baselines", "control", "interval"))
    if len(study["ours"]) < 3:
        found.append("seeds")
    if not baselines:
        found.append("baseline")
    if control is None or not control[0] <= study["chance"] <= control[1]:
        found.append("control")
    if study["chosen_on"] != "validation" or study["test_uses"] != 1:
        found.append("test")
    gap = np.mean(study["ours"]) - max(baselines.values()) if baselines else None
    if interval is None or (gap is not None and not interval[0] <= gap <= interval[1]):
        found.append("interval")
    if study["verdict"] != verdict_of(interval):
        found.append("verdict")
    return found


def my_study(measured: dict) -> dict:
    """Return the study of lesson 14's second project as a record of its form."""
    baselines = {name: measured[name] for name in ("PCA", "mean image")}
    strongest = max(baselines, key=lambda name: baselines[name])
    interval = measured[f"AE - {strongest}"]
    return {
        "ours": measured["AE"],
        "baselines": baselines,
        "control": measured["shuffled"],
        "chance": 0.5,
        "chosen_on": "validation",
        "test_uses": 1,
        "interval": interval,
        "verdict": verdict_of(interval),
    }
