"""What docs/benchmarks.md says of a kept run."""

from __future__ import annotations

_OTHERS = {
    "fit": "`fit`",
    "fit-best": "`fit`, tuned",
    "torch-eager": "PyTorch",
    "torch-compiled": "PyTorch, compiled",
    "jax": "JAX",
}


def format_page(report: dict) -> str:
    """Return the tables and sentences of a report by `measure.measure`, as Markdown."""
    quality, cost, width = report["quality"], report["cost"], report["width"]
    epochs, reached = len(quality["seeds"]["loss"]), quality["ratio"]
    parts = [
        _races(report["races"]),
        "The limit is what a step cannot avoid, measured in the same minutes: its matrix products, "
        "of these shapes, by the fastest of three libraries, and the memory of Adam's seven arrays "
        "at the rate at which arrays that no cache holds are updated. The share is the limit over "
        "our epoch. Products and memory are added up, as if they could not overlap, and a cache "
        "that holds part of the weights is not counted: where one does, a share may exceed 100%.",
        _limits(report["races"]),
        "The nets of lessons 06 and 07, in the same way:",
        _nets(report["nets"]),
        f"The error at which the lab of 2019 ends after {epochs} epochs is reached {reached:.1f} "
        f"times sooner by the recipe of lesson 03 ({quality['ratio_with_start_up']:.1f} times with "
        "the start-up of both).",
        f"Time grows in a line with the number of images, at most {cost['worst_deviation']:.1%} "
        f"off up to {cost['sizes'][-1]['images']:,} (the images, then shifted copies). With the "
        "units of the first hidden layer, the other layers in proportion, it grows to the power of "
        f"{width['exponent']:.2f}, at most {width['worst_deviation']:.1%} off; with the operations "
        f"of the products, to the power of {width['operations_exponent']:.2f}.",
        _growth("images", cost["sizes"]),
        _growth("units", width["widths"]),
    ]
    return "\n\n".join(parts)


def _races(races: list[dict]) -> str:
    rows = [
        [str(race["batch"]), *_ratios(race, _OTHERS), _share(race["contestants"]["ours"])]
        for race in races
    ]
    return _markdown(["batch", *_OTHERS.values(), "ours, of the limit"], rows)


def _limits(races: list[dict]) -> str:
    headings = ["batch", "limit", "products", "GFLOP/s", "memory of Adam", "GB/s"]
    rows = []
    for race in races:
        limit = race["limit"]
        if "not_run" in limit:
            rows.append([str(race["batch"]), "not run", *[""] * 4])
            continue
        products, adam = limit["products"], limit["adam"]
        rows.append(
            [
                str(race["batch"]),
                f"{limit['seconds']:.2f} s",
                f"{products['seconds']:.2f} s, {products['by']}",
                f"{products['gflops']:.0f}",
                f"{adam['seconds']:.2f} s, {adam['by']}",
                f"{adam['bytes_per_second'] / 1e9:.1f}",
            ]
        )
    return _markdown(headings, rows)


def _nets(races: list[dict]) -> str:
    others = {name: label for name, label in _OTHERS.items() if name != "jax"}
    rows = [[race["net"], str(race["batch"]), *_ratios(race, others)] for race in races]
    return _markdown(["net", "batch", *others.values()], rows)


def _growth(key: str, points: list[dict]) -> str:
    name = {"images": "images", "units": "width"}[key]
    rows = [
        [
            f"{one[name]:,}",
            f"{one['seconds']:.2f} s" if "seconds" in one else "not run",
            f"{one['peak_bytes'] / 1e9:.1f} GB" if one.get("peak_bytes") else "",
        ]
        for one in points
    ]
    return _markdown([key, "an epoch", "peak memory"], rows)


def _ratios(race: dict, names: dict[str, str]) -> list[str]:
    runs = race["contestants"]
    known = [runs.get(name, {}).get("ratio") for name in names]
    return ["not run" if ratio is None else f"{ratio:.2f}" for ratio in known]


def _share(ours: dict) -> str:
    share = ours.get("share_of_limit")
    return "not run" if share is None else f"{share:.0%}"


def _markdown(headings: list[str], rows: list[list[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
