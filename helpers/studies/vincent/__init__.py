"""The table of Vincent et al., 2008: eight data sets, six systems, measured on this machine."""

import argparse
from pathlib import Path

from helpers.studies.vincent.examples import examples
from helpers.studies.vincent.picture import show_table
from helpers.studies.vincent.redrawn import redrawn
from helpers.studies.vincent.table import (
    Cell,
    by_noise,
    by_rate,
    causes,
    cell_of,
    machines,
    table,
    trials,
)

__all__ = [
    "Cell",
    "add_commands",
    "by_noise",
    "by_rate",
    "causes",
    "cell_of",
    "examples",
    "machines",
    "redrawn",
    "show_table",
    "table",
    "trials",
]

_EXAMPLES = """\
examples:
  python -m helpers vincent                                  all 48 cells: days on a CPU
  python -m helpers vincent --dataset rect --system SdA-3 SVM-rbf --tried 1
  python -m helpers vincent --recipe causes                  what separates two recipes
  python -m helpers vincent --recipe adam --system SdA-3     a first attempt, of lesson 09
  python -m helpers vincent --recipe rates                   goes on from what "sgd" chose
  AE_KERAS_BACKEND=jax python -m helpers vincent --at-once 100    on a GPU, with JAX
"""


def add_commands(subparsers) -> None:
    """Add `vincent` to the command line."""
    parser = subparsers.add_parser(
        "vincent",
        help="measure the classification errors of Vincent et al., 2008, anew",
        description="Make the eight data sets, train the six systems on each, and write every "
        "finished setting to a file. Stopped and called again, it goes on. A setting is chosen by "
        "its error on validation images; the test error is that of the chosen one, on 50,000.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--dataset", nargs="+", metavar="NAME", help="some rows (default: all)")
    parser.add_argument("--system", nargs="+", metavar="NAME", help="some columns (default: six)")
    parser.add_argument(
        "--recipe", default="sgd", help="sgd, long, rates, steps, adam or causes (default: sgd)"
    )
    parser.add_argument("--tried", type=int, help="so many settings of a system (default: all)")
    parser.add_argument("--seeds", type=int, default=3, help="of the chosen one (default: 3)")
    parser.add_argument(
        "--at-once", type=int, default=4, help="trainings side by side in a batch (default: 4)"
    )
    parser.add_argument("--dask", metavar="SCHEDULER", help="address of a dask.distributed cluster")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        default=Path("runs/vincent/table.json"),
        help="JSON file of the finished settings (default: runs/vincent/table.json)",
    )
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from tqdm import tqdm

    from helpers.studies.vincent import datasets, systems
    from helpers.studies.vincent.run import run
    from helpers.studies.vincent.table import as_text

    if args.recipe not in systems.RECIPES:
        raise ValueError(
            f"--recipe is one of {', '.join(systems.RECIPES)}. Received: {args.recipe!r}"
        )
    for option in ("tried", "seeds", "at_once"):
        value = getattr(args, option)
        if value is not None and value < 1:
            raise ValueError(f"--{option.replace('_', '-')} is 1 or more. Received: {value}")
    is_causes = args.recipe == "causes"
    names = _chosen("--dataset", args.dataset, ("bg-rand",) if is_causes else datasets.NAMES)
    known = (tuple(systems.CAUSES),) if is_causes else (systems.NAMES, systems.CONTROLS)
    run(
        args.out,
        names=names,
        system_names=_chosen("--system", args.system, known[0], *sum(known[1:], ())),
        recipe=args.recipe,
        tried=args.tried,
        seeds=args.seeds,
        at_once=args.at_once,
        scheduler=args.dask,
        report=tqdm.write,
    )
    if is_causes:
        for name, (validation, test) in causes(args.out).items():
            print(f"{name:36}validation {validation:5.2f} %, test {test:5.2f} %")
    else:
        print(as_text(table(args.out, recipe=args.recipe)))
    return 0


def _chosen(option: str, given: list[str] | None, names: tuple[str, ...], *more: str) -> list[str]:
    """Return the names that an option asks for, each once; or `names`, but none of `more`."""
    known = (*names, *more)
    for name in given or ():
        if name not in known:
            raise ValueError(f"{option} takes some of {', '.join(known)}. Received: {name!r}")
    return list(dict.fromkeys(given or names))
