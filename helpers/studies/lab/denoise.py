"""`denoise`: the lab's program that tests a denoising autoencoder."""

from __future__ import annotations

import argparse
from pathlib import Path

from helpers.studies.lab import runs

SHOWN = 10
DEFAULT_NOISE = "masking:0.5"

_EXAMPLES = """\
examples:
  python -m helpers denoise runs/denoising
  python -m helpers denoise runs/denoising --noise gaussian:0.3 --out denoised.png
"""


def add_command(subparsers) -> None:
    """Add `denoise` to the command line."""
    parser = subparsers.add_parser(
        "denoise",
        help="let a trained autoencoder remove noise",
        description="Corrupt the test images, let a trained autoencoder reconstruct them, and "
        "measure both against the clean images: PSNR in dB, the higher the better.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("run_place", metavar="DIR_OR_CHECKPOINT", type=Path)
    parser.add_argument(
        "--noise",
        help="random_switch, masking:0.5, salt_and_pepper:0.1 or gaussian:0.3 "
        f"(default: what the run was trained with, or {DEFAULT_NOISE})",
    )
    parser.add_argument("--seed", type=int, default=0, help="of the noise (default: 0)")
    parser.add_argument(
        "--out", type=Path, metavar="FILE.png", help="default: denoise.png in the run's folder"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the PSNR before and after, and draw ten images."""
    recipe = runs.read_recipe(
        args.run_place.parent if args.run_place.suffix == ".npz" else args.run_place
    )
    noise_name = args.noise or recipe.noise or DEFAULT_NOISE
    if not 0 <= args.seed < 2**31:
        raise ValueError(f"--seed must be from 0 to 2147483647. Received: {args.seed}")

    import tensorflow as tf

    from helpers import measures, plots
    from helpers.course.atomic import write_atomically
    from helpers.layers import noise

    corrupt = noise.by_name(noise_name)
    trained = runs.load_run(args.run_place)
    path = runs.output_path(args.out, trained.folder, "denoise.png")
    clean = trained.dataset.test_vectors
    noisy = corrupt(tf.constant(clean), tf.constant([args.seed, 0])).numpy()
    rows = {"input": clean, "corrupted": noisy, "reconstruction": trained.reconstruct(noisy)}
    print(f"{recipe.kind} autoencoder after epoch {trained.epochs}, noise {noise_name}")
    for name in ("corrupted", "reconstruction"):
        print(f"{name:14}  PSNR {measures.psnr(clean, rows[name]):.2f} dB")
    alt = f"Test images, the same with the noise {noise_name}, and their reconstructions."
    shown = {name: images[:SHOWN] for name, images in rows.items()}
    write_atomically(path, plots.show_rows(shown, alt=alt).png())
    print(f"Picture: {path}")
    return 0
