"""`cluster-run`: ten groups among MNIST's images by a code, UMAP, a mixture, and self-training."""

from __future__ import annotations

import argparse
import json
import math
import time
from importlib import metadata
from pathlib import Path
from typing import Any

LAYER_SIZES = (784, 500, 500, 2000, 10)
BATCH_SIZE = 250
LEARNING_RATE = 2e-3
# What an image may be moved by and still be the same digit: set beforehand, and not varied. That
# the groups are learned once more by a network, and only once, was decided with the accuracies of a
# first trial in sight, those on the test images included.
WARP = {"degrees": 10.0, "scale": 0.1, "pixels": 2.0}
NEIGHBOURS = 20
LEARNER_EPOCHS = 6

_EXAMPLES = """\
examples:
  python -m helpers cluster-run                       a baseline and three trainings: an hour
  python -m helpers cluster-run --data digits --epochs 2 --seeds 1 --out runs/short/clusters.json
"""


def add_command(subparsers) -> None:
    """Add `cluster-run` to the command line."""
    parser = subparsers.add_parser(
        "cluster-run",
        help="find the ten digits without labels, as well as we can",
        description="Train an autoencoder to give back the unmoved image from a moved one, fit "
        "UMAP to its codes of the training images, and a Gaussian mixture to that map; then let a "
        "small convolutional network learn from images, moved at random, which group the mixture "
        "puts them into (self-training). Test images are only sent through; labels only score. "
        "Each row is written when it is known: killed and called again, it goes on with the next "
        "one. It needs the package umap-learn.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--epochs", type=int, default=70, help="of each training (default: 70)")
    parser.add_argument("--seeds", type=int, default=3, help="trainings (default: 3)")
    parser.add_argument("--data", choices=("auto", "digits", "mnist"), default="mnist")
    parser.add_argument("--out", type=Path, default=Path("runs/clusters/clusters.json"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure the baseline and each training that the file does not hold yet."""
    for name in ("epochs", "seeds"):
        if getattr(args, name) < 1:
            raise ValueError(f"--{name} must be at least 1. Received: {getattr(args, name)}")
    try:
        versions = {name: metadata.version(name) for name in ("keras", "umap-learn")}
    except metadata.PackageNotFoundError:
        raise ValueError("cluster-run needs one more package: pip install umap-learn") from None

    from helpers import data
    from helpers.course import about
    from helpers.course.atomic import write_atomically

    dataset = data.load(args.data)
    content: dict[str, Any] = {
        "command": _command(args),
        "data": dataset.name,
        "images": len(dataset.train_vectors),
        "machine": about.device(),
        "versions": versions,
        "rows": [],
    }
    if args.out.exists():
        kept = json.loads(args.out.read_text(encoding="utf-8"))
        if any(kept[key] != content[key] for key in ("command", "data", "images", "versions")):
            raise ValueError(f"{args.out} is of another run: name another file with --out.")
        content = kept
    for space, seed in [("PCA-10", 0), *(("code", seed) for seed in range(args.seeds))]:
        if any((row["space"], row["seed"]) == (space, seed) for row in content["rows"]):
            continue
        start = time.perf_counter()
        linear = space == "PCA-10"
        train, test = _linear(dataset) if linear else _trained(dataset, args.epochs, seed)
        row: dict[str, Any] = {"space": space, "seed": seed}
        row |= _scores(dataset, train, test, seed)
        row["seconds"] = round(time.perf_counter() - start)
        content["rows"].append(row)
        args.out.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(args.out, (json.dumps(content, indent=1) + "\n").encode())
        print(json.dumps(row), flush=True)
    return 0


def _command(args: argparse.Namespace) -> str:
    """Return the command line that makes this run."""
    options = [f"--epochs {args.epochs}"] * (args.epochs != 70)
    options += [f"--seeds {args.seeds}"] * (args.seeds != 3)
    return " ".join(["python -m helpers cluster-run", *options])


def _linear(dataset):
    """Return ten numbers per image by PCA: training images, test images."""
    from helpers import pca

    mean, components, _ = pca.fit_pca(dataset.train_vectors, 10)
    return [
        pca.encode(vectors, mean, components)
        for vectors in (dataset.train_vectors, dataset.test_vectors)
    ]


def _trained(dataset, epochs: int, seed: int):
    """Return ten numbers per image by a trained encoder: training images, test images."""
    import keras

    from helpers import losses, models, training
    from helpers.layers import warps

    keras.utils.set_random_seed(seed)
    images = dataset.train_vectors
    encoder, decoder = models.build_dense(LAYER_SIZES, activation="relu")
    rate = keras.optimizers.schedules.CosineDecay(
        LEARNING_RATE, epochs * math.ceil(len(images) / BATCH_SIZE)
    )
    training.train(
        models.chain(encoder, decoder),
        images,
        loss=losses.squared_error,
        optimizer=keras.optimizers.AdamW(rate, weight_decay=1e-2),
        epochs=epochs,
        batch_size=min(BATCH_SIZE, len(images)),
        corrupt=warps(**WARP),
        seed=seed,
        jit=True,
        on_epoch=lambda history: print(
            f"training {seed}, epoch {history.epochs:2d}, loss {history.loss[-1]:.3f}", flush=True
        ),
    )
    return [
        encoder.predict(vectors, batch_size=1000, verbose=0)
        for vectors in (images, dataset.test_vectors)
    ]


def _scores(dataset, train_codes, test_codes, seed: int) -> dict[str, float]:
    """Return accuracies in percent of groups fitted to training images, in codes, map and network.

    The mixture of the highest likelihood among five, and the KMeans of the lowest spread among ten,
    are kept: no label chooses.
    """
    import warnings

    from sklearn.cluster import KMeans
    from sklearn.mixture import GaussianMixture

    from helpers.measures import clustering_accuracy

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numba's, and that a seed means one thread
        from umap import UMAP

        mapper = UMAP(NEIGHBOURS, n_components=10, min_dist=0.0, random_state=seed)
        train_map = mapper.fit_transform(train_codes)
        test_map = mapper.transform(test_codes)
    scores = {}
    groups = None
    for place, fitted, unseen in (
        ("codes", train_codes, test_codes),
        ("map", train_map, test_map),
    ):
        mixture = GaussianMixture(10, n_init=5, max_iter=500, random_state=seed).fit(fitted)
        groups = mixture.predict(fitted)  # at last those of the map
        means = KMeans(10, n_init=10, random_state=seed).fit(fitted)
        for method, model in (("mixture", mixture), ("kmeans", means)):
            for part, points, labels in (
                ("train", fitted, dataset.train_labels),
                ("test", unseen, dataset.test_labels),
            ):
                accuracy = clustering_accuracy(labels, model.predict(points))
                scores[f"{place}_{method}_{part}"] = round(100 * accuracy, 2)
    learner = _learner(dataset.train_images[..., None], groups, seed)
    for part, images, labels in (
        ("train", dataset.train_images, dataset.train_labels),
        ("test", dataset.test_images, dataset.test_labels),
    ):
        found = learner.predict(images[..., None], batch_size=1000, verbose=0).argmax(axis=1)
        scores[f"learned_{part}"] = round(100 * clustering_accuracy(labels, found), 2)
    return scores


def _learner(images, groups, seed: int):
    """Return a network that has learned which group each image (n, 28, 28, 1) was put into.

    The images are moved at random, the groups are not. No label is used: what it gains over the
    groups that it learned, if anything, is measured by the caller.
    """
    import keras

    from helpers import training
    from helpers.layers import warps

    keras.utils.set_random_seed(seed)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input(images.shape[1:]),
            layers.Conv2D(16, 5, strides=2, activation="relu"),
            layers.Conv2D(32, 3, strides=2, activation="relu"),
            layers.Flatten(),
            layers.Dropout(0.3),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.3),
            layers.Dense(10, activation="softmax"),
        ]
    )
    steps = LEARNER_EPOCHS * math.ceil(len(images) / BATCH_SIZE)
    rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps)
    training.train(
        model,
        images,
        keras.utils.to_categorical(groups, 10).astype("float32"),
        loss=keras.losses.categorical_crossentropy,
        optimizer=keras.optimizers.Adam(rate),
        epochs=LEARNER_EPOCHS,
        batch_size=min(BATCH_SIZE, len(images)),
        corrupt=warps(**WARP),
        seed=seed,
    )
    return model
