"""The table of Vincent et al., 2008: eight data sets, six systems, measured on this machine."""

import argparse
from pathlib import Path

from helpers.studies.vincent.examples import examples
from helpers.studies.vincent.picture import show_table
from helpers.studies.vincent.table import Cell, noise_effects, table, trials

__all__ = [
    "Cell",
    "add_commands",
    "examples",
    "noise_effects",
    "show_table",
    "table",
    "trials",
]

_EXAMPLES = """\
examples:
  python -m helpers vincent                                  all 48 cells, small: hours
  python -m helpers vincent --dataset rect --system SdA-3 SVM-rbf
  python -m helpers vincent --system SAA-3-noisy NNet-3      controls of lesson 09
  python -m helpers vincent --size published --out runs/vincent/published.json    days
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
    parser.add_argument("--size", default="small", help="small or published (default: small)")
    parser.add_argument("--seed", type=int, default=0, help="of the systems (default: 0)")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        default=Path("runs/vincent/small.json"),
        help="JSON file of the finished settings (default: runs/vincent/small.json)",
    )
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from tqdm import tqdm

    from helpers.studies.vincent import datasets, systems
    from helpers.studies.vincent.run import run
    from helpers.studies.vincent.table import as_text

    names = _chosen("--dataset", args.dataset, datasets.NAMES)
    system_names = _chosen("--system", args.system, systems.NAMES, *systems.CONTROLS)
    if args.size not in systems.SIZES:
        raise ValueError(f"--size is small or published. Received: {args.size!r}")
    if args.seed < 0:
        raise ValueError(f"--seed is 0 or more. Received: {args.seed}")
    run(
        args.out,
        names=names,
        system_names=system_names,
        size=args.size,
        seed=args.seed,
        report=tqdm.write,
    )
    print(as_text(table(args.out, size=args.size, seed=args.seed)))
    return 0


def _chosen(option: str, given: list[str] | None, names: tuple[str, ...], *more: str) -> list[str]:
    """Return the names that an option asks for, each once; or `names`, but none of `more`."""
    known = (*names, *more)
    for name in given or ():
        if name not in known:
            raise ValueError(f"{option} takes some of {', '.join(known)}. Received: {name!r}")
    return list(dict.fromkeys(given or names))
