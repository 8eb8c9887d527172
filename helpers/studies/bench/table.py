"""The results as text for a terminal."""

from __future__ import annotations

from helpers.results.text import table
from helpers.studies.bench.nets import DENSE


def format_report(report: dict) -> str:
    """Return the tables of a report by `measure.measure`."""
    versions = ", ".join(f"{name} {number}" for name, number in report["versions"].items())
    parts = [f"{report['machine']}\n{versions}; data {report['data']}"]
    parts += [format_race(race) for race in report["races"]]
    parts += [format_race(race) for race in report["nets"]]
    parts += [format_quality(report["quality"]), format_cost(report["cost"])]
    parts += [format_width(report["width"])]
    return "\n\n".join(parts)


def format_race(race: dict) -> str:
    """Return one race; the ratio is how many times as long as ours each takes."""
    rows = []
    for name, one in race["contestants"].items():
        if "not_run" in one:
            rows.append([name, *[""] * 5, f"not run: {one['not_run']}"])
            continue
        figures = f"{one['seconds']:.3f}", f"{one['images_per_second']:,.0f}"
        shares = _number(one["ratio"], ".2f"), _number(one["share_of_limit"], ".0%")
        rows.append([name, *figures, *shares, _memory(one["peak_bytes"]), one["detail"]])
    headings = ("", "s/epoch", "images/s", "ratio", "of limit", "peak", "")
    title = f"{race['net'].capitalize()} net, batch {race['batch']}, {race['images']:,} images"
    lines = [title, *([format_limit(race["limit"])] if race["net"] == DENSE else [])]
    return "\n".join([*lines, table(headings, rows, align="<>>>>><", rule=False)])


def format_limit(limit: dict) -> str:
    """Return what an epoch takes at least, and what that consists of."""
    if "not_run" in limit:
        return f"limit not run: {limit['not_run']}"
    products, adam = limit["products"], limit["adam"]
    large = limit["sgemm_gflops"]
    beside = "" if large is None else f", large ones {large:.0f}"
    return (
        f"limit {limit['seconds']:.3f} s/epoch: products {products['seconds']:.3f} "
        f"({products['by']}, {products['gflops']:.0f} GFLOP/s{beside}) and memory of Adam "
        f"{adam['seconds']:.3f} ({adam['by']}, {adam['bytes_per_second'] / 1e9:.1f} GB/s)"
    )


def format_quality(quality: dict) -> str:
    """Return the time to the seeds' quality, of both recipes."""
    title = "Time to the seeds' quality, both recipes in our loop"
    if "not_run" in quality:
        return f"{title}\nnot run: {quality['not_run']}"
    lines = [f"{title}, training MSE {quality['target']:.4f}"]
    for name in ("seeds", "today"):
        run = quality[name]
        reached = run["seconds"]
        took = f"{reached:.2f} s" if reached is not None else "not reached"
        lines.append(
            f"{name:16}{took}, after a start-up of {run['start_up_seconds']:.2f} s; "
            f"{len(run['loss'])} epochs end at {run['loss'][-1]:.4f}"
        )
    ratio, whole = (_number(quality[key], ".1f") for key in ("ratio", "ratio_with_start_up"))
    return "\n".join([*lines, f"{'ratio':16}{ratio}; with the start-up of both {whole}"])


def format_cost(cost: dict) -> str:
    """Return seconds and memory by number of images."""
    title = f"Cost of more images, ours, batch {cost['batch']}"
    lines = [title, _growth("images", cost["sizes"])]
    if cost["worst_deviation"] is not None:
        slope, worst = cost["seconds_per_1000_images"], cost["worst_deviation"]
        lines.append(f"a line of {slope:.4f} s per 1,000 images, at most {worst:.1%} off")
    return "\n".join(lines)


def format_width(width: dict) -> str:
    """Return seconds and memory by units of the first hidden layer."""
    title = f"Cost of a wider net, ours, batch {width['batch']}, {width['images']:,} images"
    lines = [title, _growth("width", width["widths"])]
    if width["exponent"] is not None:
        lines.append(
            f"grows with the width to the power of {width['exponent']:.2f}, at most "
            f"{width['worst_deviation']:.1%} off; with the operations, of "
            f"{width['operations_exponent']:.2f}"
        )
    return "\n".join(lines)


def _growth(key: str, points: list[dict]) -> str:
    """Return the table of a cost."""
    rows = []
    for one in points:
        name = f"{one[key]:,}"
        if "not_run" in one:
            rows.append([name, "", "", f"not run: {one['not_run']}"])
            continue
        rate = f"{one['gflops']:.0f} GFLOP/s" if "gflops" in one else ""
        rows.append([name, f"{one['seconds']:.3f}", _memory(one["peak_bytes"]), rate])
    return table((key, "s/epoch", "peak", ""), rows, align=">>><", rule=False)


def _number(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


def _memory(peak_bytes: int | None) -> str:
    return "-" if peak_bytes is None else f"{peak_bytes / 1e6:,.0f} MB"
