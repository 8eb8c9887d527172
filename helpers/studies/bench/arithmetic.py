"""From answers to results: medians, ratios, the limit and its share, lines and power laws."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from helpers.studies.bench import nets
from helpers.studies.bench.nets import adam_bytes, flop_per_image, layers_of

LIMITS = ("sgemm", "products", "stream")


def summarise_race(
    batch: int,
    images: int,
    answers: dict[str, list[dict]],
    problems: dict[str, str],
    net: str = nets.DENSE,
) -> dict:
    """Return the results of one race.

    Args:
        answers: per contestant, its turns; those of LIMITS are no contestants.
        problems: why one was not run to the end; such a one gets no numbers.
        net: that was trained.

    Returns:
        ``net``, ``batch``, ``images``, ``limit`` (see `summarise_limit`) and ``contestants``: by
        name, either ``not_run``, or ``seconds`` (the median), ``rounds`` (all),
        ``images_per_second``, ``ratio`` (seconds over those of `ours`) and ``share_of_limit`` (the
        limit's seconds over these); the last two None if there is nothing to compare with.
    """
    limit = summarise_limit(batch, images, answers, problems)
    median = {
        name: statistics.median(turn["seconds"] for turn in turns)
        for name, turns in answers.items()
        if name not in problems and name not in LIMITS
    }
    results: dict[str, dict] = {}
    for name in [name for name in {**answers, **problems} if name not in LIMITS]:
        if name in problems:
            results[name] = {"not_run": problems[name]}
            continue
        results[name] = {
            "seconds": median[name],
            "rounds": [turn["seconds"] for turn in answers[name]],
            "images_per_second": images / median[name],
            "ratio": median[name] / median["ours"] if "ours" in median else None,
            "share_of_limit": limit["seconds"] / median[name] if "seconds" in limit else None,
            "loss": answers[name][-1]["loss"],
            "detail": answers[name][-1].get("detail", ""),
            "peak_bytes": answers[name][-1]["peak_bytes"],
        }
    return {"net": net, "batch": batch, "images": images, "limit": limit, "contestants": results}


def summarise_limit(
    batch: int, images: int, answers: dict[str, list[dict]], problems: dict[str, str]
) -> dict:
    """Return how long an epoch of the dense net takes at least here.

    Returns:
        ``not_run``, or ``seconds``, the sum of ``products`` and ``adam``, each with its ``seconds``
        of an epoch, the library it is fastest ``by``, and ``gflops`` or ``bytes_per_second``;
        ``sgemm_gflops``, the rate of large products, None where that was not measured.
    """
    for name in ("products", "stream"):
        if name in problems or not answers.get(name):
            return {"not_run": problems.get(name, "not asked for")}
    layers = layers_of()
    by, step = _fastest(answers["products"])
    products = {
        "seconds": step * images / batch,
        "by": by,
        "gflops": flop_per_image(layers) * batch / step / 1e9,
    }
    by, triad = _fastest(answers["stream"])
    rate = answers["stream"][0]["bytes"] / triad
    steps = -(-images // batch)
    adam = {"seconds": steps * adam_bytes(layers) / rate, "by": by, "bytes_per_second": rate}
    large = [] if "sgemm" in problems else answers.get("sgemm", [])
    return {
        "seconds": products["seconds"] + adam["seconds"],
        "products": products,
        "adam": adam,
        "sgemm_gflops": statistics.median(turn["gflops"] for turn in large) if large else None,
    }


def _fastest(turns: list[dict]) -> tuple[str, float]:
    """Return the library whose median is the smallest, and its seconds."""
    median = {
        name: statistics.median(turn["seconds_by"][name] for turn in turns)
        for name in turns[0]["seconds_by"]
    }
    return min(median.items(), key=lambda item: item[1])


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
    sizes = _points("images", answers, problems)
    slope, worst = fit_line(*_curve("images", sizes))
    slope = slope and slope * 1000
    result = {"batch": batch, "sizes": sizes}
    return {**result, "seconds_per_1000_images": slope, "worst_deviation": worst}


def summarise_width(
    batch: int, images: int, answers: dict[int, list[dict]], problems: dict[int, str]
) -> dict:
    """Return seconds per epoch and peak memory by width of the dense net, and their power law.

    Returns:
        ``batch``, ``images``; ``widths``, a list of ``width`` (units of the first hidden layer) and
        ``parameters`` with ``seconds`` (median), ``peak_bytes`` and ``gflops``, or ``not_run``;
        ``exponent`` and ``worst_deviation`` of the power law of the width, relative to the seconds
        measured, and ``operations_exponent``, of the power law of the operations that the products
        take: 1 where time is spent on them alone; None with fewer than three widths.
    """
    widths = _points("width", answers, problems)
    for one in widths:
        layers = layers_of(one["width"])
        one["parameters"] = nets.count_parameters(layers)
        if "seconds" in one:
            one["gflops"] = flop_per_image(layers) * images / one["seconds"] / 1e9
    x, seconds = _curve("width", widths)
    exponent, worst = fit_power_law(x, seconds)
    operations = [flop_per_image(layers_of(int(width))) for width in x]
    return {
        "batch": batch,
        "images": images,
        "widths": widths,
        "exponent": exponent,
        "worst_deviation": worst,
        "operations_exponent": fit_power_law(operations, seconds)[0],
    }


def fit_line(x: Sequence[float], y: Sequence[float]) -> tuple[float | None, float | None]:
    """Return slope and worst relative deviation of the least-squares line, None below 3 points."""
    import numpy as np

    if len(x) < 3:
        return None, None
    slope, offset = np.polyfit(x, y, 1)
    return float(slope), float(np.max(np.abs(slope * np.array(x) + offset - y) / y))


def fit_power_law(x: Sequence[float], y: Sequence[float]) -> tuple[float | None, float | None]:
    """Return exponent and worst relative deviation of y = c x**exponent, fitted to logarithms."""
    import numpy as np

    if len(x) < 3:
        return None, None
    exponent, offset = np.polyfit(np.log(x), np.log(y), 1)
    fitted = np.exp(offset) * np.array(x, float) ** exponent
    return float(exponent), float(np.max(np.abs(fitted - y) / y))


def _points(key: str, answers: dict[int, list[dict]], problems: dict[int, str]) -> list[dict]:
    """Return what was measured at each value of `key`, or why it was not."""
    points = []
    for value, turns in answers.items():
        if value in problems:
            points.append({key: value, "not_run": problems[value]})
            continue
        seconds = statistics.median(turn["seconds"] for turn in turns)
        points.append({key: value, "seconds": seconds, "peak_bytes": turns[-1]["peak_bytes"]})
    return points


def _curve(key: str, points: list[dict]) -> tuple[list[float], list[float]]:
    """Return the values of `key` that were measured, and their seconds."""
    run = [one for one in points if "seconds" in one]
    return [one[key] for one in run], [one["seconds"] for one in run]
