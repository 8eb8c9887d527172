"""The nets of the table: layers, pretrained or not, a softmax on top, fine-tuned."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from helpers.parts import in_parts
from helpers.studies.vincent.datasets import Problem

Predictor = Callable[[np.ndarray], np.ndarray]


def fit(kind: str, problem: Problem, setting: dict, seed: int) -> Predictor:
    """Pretrain, put a softmax on top and fine-tune, keeping the best epoch on validation images.

    Args:
        kind: "autoencoder" for a stack of (denoising) autoencoders, "rbm" for one of restricted
            Boltzmann machines, "none" for random initial weights.
        problem: data to learn from; its test images are not looked at.
        setting: "sizes" of the layers; "batch" images per step; "pretrain_steps" for every layer
            and "pretrain_rate", unless the kind is "none"; "tune_steps" and "tune_rate"; for
            "autoencoder" the "noise", a share of inputs set to 0 while a layer is pretrained, and
            "tune_noise", a share of pixels set to 0 while the whole is fine-tuned.
        seed: of everything that is drawn.

    Returns:
        A function from images (n, 784) to labels (n,).
    """
    from helpers import pretraining
    from helpers.layers.noise import masking

    sizes, images = setting["sizes"], problem.train.images
    classifier = pretraining.build_classifier(
        sizes, problem.num_classes, input_size=images.shape[1], seed=seed
    )
    if kind == "rbm":
        weights = boltzmann_stack(images, setting, seed)
    elif kind == "none":
        weights = []
    else:
        encoders = pretraining.pretrain_stack(
            images,
            sizes,
            noise=setting["noise"],
            epochs=_epochs(setting["pretrain_steps"], images, setting),
            learning_rate=setting["pretrain_rate"],
            batch_size=setting["batch"],
            seed=seed,
        )
        weights = [encoder.get_weights() for encoder in encoders]
    for stage, stage_weights in enumerate(weights, start=1):
        classifier.get_layer(f"hidden_{stage}").set_weights(stage_weights)
    pretraining.fine_tune(
        classifier,
        images,
        problem.train.labels,
        epochs=_epochs(setting["tune_steps"], images, setting),
        learning_rate=setting["tune_rate"],
        batch_size=setting["batch"],
        validation=(problem.validation.images, problem.validation.labels),
        seed=seed,
        corrupt=masking(setting["tune_noise"]) if setting.get("tune_noise") else None,
    )
    return lambda unseen: in_parts(classifier, unseen).argmax(axis=1)


def boltzmann_stack(images: np.ndarray, setting: dict, seed: int) -> list[list[np.ndarray]]:
    """Train restricted Boltzmann machines one on another, by persistent contrastive divergence.

    Args:
        images: float32 (n, d) in [0, 1], taken as probabilities.
        setting: "sizes", "pretrain_steps", "pretrain_rate" and "batch".
        seed: of weights and samples.

    Returns:
        For each machine its kernel (below, units) and bias (units,), as a sigmoid layer has them.
    """
    from sklearn.neural_network import BernoulliRBM

    inputs, weights = images, []
    for stage, size in enumerate(setting["sizes"]):
        machine = BernoulliRBM(
            size,
            learning_rate=setting["pretrain_rate"],
            batch_size=setting["batch"],
            n_iter=_epochs(setting["pretrain_steps"], images, setting),
            random_state=seed + stage,
        )
        inputs = machine.fit_transform(inputs)
        weights.append([machine.components_.T, machine.intercept_hidden_])
    return weights


def _epochs(steps: int, images: np.ndarray, setting: dict) -> int:
    """Return the epochs that make about so many steps: small data sets are seen more often."""
    return max(1, round(steps / math.ceil(len(images) / setting["batch"])))
