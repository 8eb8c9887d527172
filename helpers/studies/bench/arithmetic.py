"""From answers to results: medians, ratios, the share of the limit, the linear fit."""

from __future__ import annotations

import statistics

from helpers.studies.bench.contestants import FLOP_PER_IMAGE


def summarise_race(
    batch: int, images: int, answers: dict[str, list[dict]], problems: dict[str, str]
) -> dict:
    """Return the results of one race.

    Args:
        answers: per contestant, its turns; "sgemm" is the limit and no contestant.
        problems: why one was not run to the end; such a one gets no numbers.

    Returns:
        ``batch``, ``images``, ``limit`` (``gflops`` or ``not_run``) and ``contestants``: by name,
        either ``not_run``, or ``seconds`` (the median), ``rounds`` (all), ``images_per_second``,
        ``ratio`` (seconds over those of `ours`) and ``share_of_limit``; the last two None if there
        is nothing to compare with.
    """
    median = {
        name: statistics.median(turn["seconds"] for turn in turns)
        for name, turns in answers.items()
        if name not in problems
    }
    limit: dict = {"not_run": problems.get("sgemm", "not asked for")}
    if "sgemm" in median:
        limit = {"gflops": statistics.median(turn["gflops"] for turn in answers["sgemm"])}
    results: dict[str, dict] = {}
    for name in [name for name in {**answers, **problems} if name != "sgemm"]:
        if name in problems:
            results[name] = {"not_run": problems[name]}
            continue
        rate = images / median[name]
        results[name] = {
            "seconds": median[name],
            "rounds": [turn["seconds"] for turn in answers[name]],
            "images_per_second": rate,
            "ratio": median[name] / median["ours"] if "ours" in median else None,
            "share_of_limit": share_of_limit(rate, limit.get("gflops")),
            "loss": answers[name][-1]["loss"],
            "detail": answers[name][-1].get("detail", ""),
            "peak_bytes": answers[name][-1]["peak_bytes"],
        }
    return {"batch": batch, "images": images, "limit": limit, "contestants": results}


def share_of_limit(images_per_second: float, gflops: float | None) -> float | None:
    """Return the operations per second that training does over those of sgemm."""
    return gflops and FLOP_PER_IMAGE * images_per_second / (gflops * 1e9)


def seconds_to(target: float, run: dict) -> float | None:
    """Return the seconds until the first epoch whose mean loss is at most the target, or None."""
    for epoch, loss in enumerate(run["loss"], start=1):
        if loss <= target:
            return sum(run["seconds"][:epoch])
    return None


def summarise_quality(answer: dict, published: float) -> dict:
    """Return when both recipes reach the published error, or the seeds' own last one if larger.

    Returns:
        ``target``; for ``seeds`` and ``today`` the ``seconds`` until then (None if never), the
        ``start_up_seconds`` before the first step and the ``loss`` of each epoch; ``ratio``, the
        seeds' seconds over today's, and ``ratio_with_start_up``.
    """
    target = max(published, answer["seeds"]["loss"][-1])
    result: dict = {"published": published, "target": target}
    for name in ("seeds", "today"):
        run = answer[name]
        result[name] = {**run, "epoch_seconds": run["seconds"], "seconds": seconds_to(target, run)}
    seeds, today = result["seeds"], result["today"]
    reached = today["seconds"] is not None
    result["ratio"] = seeds["seconds"] / today["seconds"] if reached else None
    whole = [run["start_up_seconds"] + (run["seconds"] or 0) for run in (seeds, today)]
    result["ratio_with_start_up"] = whole[0] / whole[1] if reached else None
    return result


def summarise_cost(batch: int, answers: dict[int, list[dict]], problems: dict[int, str]) -> dict:
    """Return seconds per epoch and peak memory by number of images, and how linear that is.

    Returns:
        ``batch``; ``sizes``, a list of ``images`` with ``seconds`` (median) and ``peak_bytes``, or
        ``not_run``; ``seconds_per_1000_images`` and ``worst_deviation`` of the least-squares line,
        relative to the seconds measured, None with fewer than three sizes.
    """
    import numpy as np

    sizes = []
    for images, turns in answers.items():
        if images in problems:
            sizes.append({"images": images, "not_run": problems[images]})
            continue
        seconds = statistics.median(turn["seconds"] for turn in turns)
        peak = turns[-1]["peak_bytes"]
        sizes.append({"images": images, "seconds": seconds, "peak_bytes": peak})
    run = [one for one in sizes if "seconds" in one]
    result = {"batch": batch, "sizes": sizes}
    slope = worst = None
    if len(run) >= 3:
        x, y = (np.array([one[key] for one in run]) for key in ("images", "seconds"))
        slope, offset = np.polyfit(x, y, 1)
        worst = float(np.max(np.abs(slope * x + offset - y) / y))
        slope = float(slope) * 1000
    return {**result, "seconds_per_1000_images": slope, "worst_deviation": worst}
