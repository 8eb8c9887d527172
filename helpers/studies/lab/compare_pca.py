"""`compare-pca`: the lab's ae_vs_pca.py."""

from __future__ import annotations

import argparse
from pathlib import Path

from helpers.studies.lab import runs

SHOWN = 10

_EXAMPLES = """\
examples:
  python -m helpers compare-pca runs/deep
  python -m helpers compare-pca runs/deep/epoch-00007.npz --out ae-vs-pca.png
"""


def add_command(subparsers) -> None:
    """Add `compare-pca` to the command line."""
    parser = subparsers.add_parser(
        "compare-pca",
        help="compare a trained autoencoder with PCA",
        description="Compare a trained autoencoder with PCA of the same code size, fitted to the "
        "same training images, on the test images: squared error per image, how often a code's "
        "nearest neighbour is the same digit, maps of two-unit codes, and reconstructions.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("run_place", metavar="DIR_OR_CHECKPOINT", type=Path)
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE.png",
        help="the maps, with FILE-rows.png beside it (default: compare-pca.png in DIR)",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the numbers of both and draw them."""
    trained = runs.load_run(args.run_place)
    path = runs.output_path(args.out, trained.folder, "compare-pca.png")

    from helpers import measures, pca, plots
    from helpers.course.atomic import write_atomically

    size, vectors = trained.recipe.code, trained.dataset.test_vectors
    mean, components, _ = pca.fit_pca(runs.training_vectors(trained.recipe, trained.dataset), size)
    codes = {"AE": trained.encode(vectors), "PCA": pca.encode(vectors, mean, components)}
    outputs = {
        "AE": trained.reconstruct(vectors),
        "PCA": pca.decode(codes["PCA"], mean, components),
    }
    labels = trained.dataset.test_labels
    print(f"{trained.recipe.kind} autoencoder after epoch {trained.epochs}, code size {size}")
    for name in ("AE", "PCA"):
        error = measures.sse_per_image(vectors, outputs[name])
        agreement = measures.neighbour_agreement(codes[name], labels)
        print(f"{name:3}  SSE/image {error:.2f}  neighbour agreement {100 * agreement:.1f} %")

    if size == 2:
        maps = plots.show_maps(
            {name: (points, labels) for name, points in codes.items()},
            alt="The test images as points of a two-unit code, by the autoencoder and by PCA.",
        )
        write_atomically(path, maps.png())
        print(f"Maps: {path}")
    else:
        print(f"No maps: they need a code of 2 units, and this one has {size}.")
    rows = {"input": vectors[:SHOWN]} | {name: images[:SHOWN] for name, images in outputs.items()}
    rows_path = path.with_name(f"{path.stem}-rows.png")
    alt = "Test images above their reconstructions by the autoencoder and by PCA."
    write_atomically(rows_path, plots.show_rows(rows, alt=alt).png())
    print(f"Reconstructions: {rows_path}")
    return 0
