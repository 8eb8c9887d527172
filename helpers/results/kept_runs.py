"""Read the runs that were made once, on MNIST, and are kept in data/."""

from __future__ import annotations

import json

from helpers.results.figures import DATA

_LONGER = ("longer", "again", "warped")


def long_run() -> dict:
    """Return the curves of `python -m helpers long-run`, the 784-1000-500-250-30 net.

    Returns:
        ``plain_train``, ``plain_test``, ``shifted_train`` and ``shifted_test``: lists of SSE/image,
        one number per epoch, where train is the mean met during the epoch; ``seconds``, of both
        runs together; ``images``, how many were trained on; ``command``, ``data``, ``machine`` and
        ``versions``.

    Raises:
        ValueError: the file is not there, or is not one of this command.
    """
    needed = "plain_train", "plain_test", "shifted_train", "shifted_test"
    return _read("long_run_code30.json", "python -m helpers long-run", needed)


def longer_run() -> dict:
    """Return the curves of the third run of `long-run`, shifted images for 480 epochs, and of two
    short ones that go on from there: with shifted images, ``again``, and with ``warped`` ones.

    Returns:
        For each of ``longer``, ``again`` and ``warped``: ``..._train`` and ``..._test``, the
        curves, and ``..._codes``, a dictionary of ``steps`` and, for the first 2,000 images
        of ``train`` and ``test``, the SSE/image with codes that were looked for by so many steps
        of gradient descent from the encoder's, through the decoder as it is. Beside them what
        stands beside the curves of ``long_run``.

    Raises:
        ValueError: as ``long_run``.
    """
    command = "python -m helpers long-run --plain 0 --shifted 0 --longer 480 --again 10 --warped 10"
    kinds = [f"{run}_{kind}" for run in _LONGER for kind in ("train", "test", "codes")]
    return _read("long_run_code30_longer.json", command, tuple(kinds))


def cluster_runs() -> dict:
    """Return the rows of `python -m helpers cluster-run`: the ten digits, found without labels.

    Returns:
        ``rows``, a list: first the baseline, then one row per training. A row has ``space``
        ("PCA-10" or "code"), ``seed``, ``seconds``, and accuracies in percent, each of the training
        images (``..._train``) and of the test images (``..._test``): ``codes_mixture_...`` and
        ``codes_kmeans_...``, in the ten numbers of the space; ``map_mixture_...`` and
        ``map_kmeans_...``, in their map by UMAP; ``learned_...``, of the network that learned the
        mixture's groups. Beside them ``images``, how many were trained on, ``command``, ``data``,
        ``machine`` and ``versions``.

    Raises:
        ValueError: as ``long_run``.
    """
    return _read("clusters10.json", "python -m helpers cluster-run", ("rows",))


def _read(name: str, command: str, needed: tuple[str, ...]) -> dict:
    """Return the content of a file in data/ that a command wrote.

    Raises:
        ValueError: it is not there, or has not what is needed; the message says how to make it.
    """
    path = DATA / name
    again = f"It is made by: {command} --out helpers/results/data/{name}"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(f"A kept run is missing: there is no {path}. {again}") from None
    except ValueError as problem:
        raise ValueError(f"{path} is damaged ({problem}). {again}") from None
    missing = [key for key in needed if key not in content]
    if missing:
        raise ValueError(f"{path} is of another run: it has no {', '.join(missing)}. {again}")
    return content
