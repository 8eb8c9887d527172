"""The results as text for a terminal."""

from __future__ import annotations


def format_report(report: dict) -> str:
    """Return the tables of a report by `measure.measure`."""
    versions = ", ".join(f"{name} {number}" for name, number in report["versions"].items())
    parts = [f"{report['machine']}\n{versions}; data {report['data']}"]
    parts += [format_race(race) for race in report["races"]]
    parts += [format_quality(report["quality"]), format_cost(report["cost"])]
    return "\n\n".join(parts)


def format_race(race: dict) -> str:
    """Return one race; the ratio is how many times as long as ours each takes."""
    limit = race["limit"]
    known = "gflops" in limit
    said = f"sgemm {limit['gflops']:.0f} GFLOP/s" if known else f"sgemm not run: {limit['not_run']}"
    lines = [
        f"Batch {race['batch']}, {race['images']:,} images an epoch, limit {said}",
        f"{'':16}{'s/epoch':>9}{'images/s':>11}{'ratio':>8}{'of limit':>10}{'peak':>10}",
    ]
    for name, one in race["contestants"].items():
        if "not_run" in one:
            lines.append(f"{name:16}not run: {one['not_run']}")
            continue
        line = f"{name:16}{one['seconds']:>9.3f}{one['images_per_second']:>11,.0f}"
        line += f"{_number(one['ratio'], '.2f'):>8}{_number(one['share_of_limit'], '.0%'):>10}"
        lines.append(f"{line}{_memory(one['peak_bytes']):>10}  {one['detail']}".rstrip())
    return "\n".join(lines)


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
    lines = [f"Cost of more images, ours, batch {cost['batch']}"]
    for one in cost["sizes"]:
        name = f"{one['images']:,}"
        if "not_run" in one:
            lines.append(f"{name:16}not run: {one['not_run']}")
        else:
            lines.append(f"{name:16}{one['seconds']:>9.3f} s{_memory(one['peak_bytes']):>10}")
    if cost["worst_deviation"] is not None:
        slope, worst = cost["seconds_per_1000_images"], cost["worst_deviation"]
        lines.append(f"a line of {slope:.4f} s per 1,000 images, at most {worst:.1%} off")
    return "\n".join(lines)


def _number(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


def _memory(peak_bytes: int | None) -> str:
    return "-" if peak_bytes is None else f"{peak_bytes / 1e6:,.0f} MB"
