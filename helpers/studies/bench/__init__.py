"""Measure the training loop against others on this machine: python -m helpers bench."""

import argparse
import dataclasses
import importlib.util
import json
from pathlib import Path

__all__ = ["add_commands"]

_QUICK = {
    "rounds": 1,
    "images": 300,
    "batches": (100,),
    "sizes": (200,),
    "widths": (250,),
    "cost_batch": 100,
    "nets_images": 200,
    "stream_bytes": 2**22,
    "quality_images": 256,
    "seeds_epochs": 2,
    "today_epochs": 2,
    "products": 2,
}

_EPILOG = """examples:
  python -m helpers bench                      all of it, twenty minutes on two quick cores
  python -m helpers bench --quick              a few images, to see whether everything runs
  python -m helpers bench --contestants ours,fit --batches 250 --json
"""


def add_commands(subparsers) -> None:
    """Add `bench` and `bench-grading` to the command line."""
    parser = subparsers.add_parser(
        "bench",
        help="measure the training loop against Keras, PyTorch and JAX",
        description="Train the same nets by several loops, each in its own process, in turn.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print JSON and no tables")
    parser.add_argument(
        "--page", metavar="FILE", help="measure nothing: print the page's text of a kept run"
    )
    parser.add_argument("--quick", action="store_true", help="a smoke run, with useless timings")
    parser.add_argument("--rounds", type=int, help="turns of each contestant (default: 3)")
    parser.add_argument("--images", type=int, help="images of an epoch (default: 12000)")
    parser.add_argument("--batches", help="batch sizes (default: 100,250,1000)")
    parser.add_argument("--nets", help="other nets with a race, or none (default: all)")
    parser.add_argument("--contestants", help="some, with commas between (default: all)")
    parser.add_argument("--limit", type=float, help="seconds for one turn (default: 900)")
    parser.set_defaults(run=_run)
    grading = subparsers.add_parser(
        "bench-grading",
        help="measure the grader beside nbgrader (a quarter of an hour each on two cores)",
    )
    grading.add_argument(
        "--sizes", default="40,100,400", help="of the classes (default: 40,100,400)"
    )
    grading.add_argument("--nbgrader", type=int, default=40, metavar="N", help="0 leaves it out")
    grading.add_argument(
        "--dask",
        type=int,
        default=0,
        metavar="N",
        help="let two local workers of dask.distributed grade a class of N (default: 0, none)",
    )
    grading.set_defaults(run=_run_grading)


def _run(args: argparse.Namespace) -> int:
    if args.page:
        return _print_page(args.page)
    from helpers.studies.bench.measure import measure
    from helpers.studies.bench.table import format_report

    report = measure(_plan(args))
    print(json.dumps(report, indent=1) if args.json else format_report(report))
    return 0


def _print_page(path: str) -> int:
    from helpers.studies.bench.page import format_page

    report = json.loads(Path(path).read_text(encoding="utf-8"))
    if "width" not in report:
        raise ValueError(f"{path} is a run of an older benchmark: python -m helpers bench --json")
    print(format_page(report))
    return 0


def _plan(args: argparse.Namespace):
    """Return the plan that the options ask for.

    Raises:
        ValueError: an option that cannot be followed.
    """
    from helpers.studies.bench.plan import Plan

    nets = None if args.nets is None else () if args.nets == "none" else args.nets.split(",")
    given = {
        "rounds": args.rounds,
        "images": args.images,
        "batches": args.batches and _whole_numbers(args.batches),
        "nets": nets and tuple(nets),
        "contestants": args.contestants and tuple(args.contestants.split(",")),
        "limit": args.limit,
    }
    chosen = {name: value for name, value in given.items() if value is not None}
    return dataclasses.replace(Plan(), **{**(_QUICK if args.quick else {}), **chosen})


def _whole_numbers(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise ValueError(
            f"--batches takes whole numbers with commas between. Received: {text!r}"
        ) from None


def _run_grading(args: argparse.Namespace) -> int:
    from helpers.course.places import need_clone
    from helpers.studies.bench.grading import measure

    need_clone("bench-grading")
    try:
        sizes = [int(size) for size in args.sizes.split(",")]
    except ValueError:
        raise ValueError(f"--sizes takes whole numbers. Received: {args.sizes!r}") from None
    if min(sizes) < 1 or not 0 <= args.nbgrader <= 400 or args.dask < 0:
        raise ValueError(
            "--sizes are at least 1, --nbgrader lies between 0 and 400, and --dask is at least 0. "
            f"Received: {args.sizes}, {args.nbgrader} and {args.dask}"
        )
    for wanted, module, extra in (
        (args.dask, "distributed", "cluster"),
        (args.nbgrader, "nbgrader", "author"),
    ):
        if wanted and importlib.util.find_spec(module) is None:
            raise ValueError(f"This needs {module}: pip install -e '.[{extra}]'")
    print(json.dumps(measure(sizes, args.nbgrader, args.dask), indent=1))
    return 0
