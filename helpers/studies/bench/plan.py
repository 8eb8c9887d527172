"""What is measured, and how thoroughly."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass

from helpers.studies.bench.nets import DENSE, NETS

# The last three are measured to know the limit.
CONTESTANTS = (
    *("ours", "fit", "fit-best", "torch-eager", "torch-compiled", "jax"),
    *("sgemm", "products", "stream"),
)
# Those that train other nets than the dense one, too.
ALL_NETS = ("ours", "fit", "fit-best", "torch-eager", "torch-compiled")
OTHER_NETS = tuple(name for name in NETS if name != DENSE)
_NEEDED = {"torch-eager": ("torch",), "torch-compiled": ("torch",), "jax": ("jax", "optax")}


@dataclass(frozen=True)
class Plan:
    """Say what is measured, and how thoroughly.

    Args:
        contestants: some of CONTESTANTS.
        rounds: turns of each, whose median counts.
        images: of an epoch in the races of the dense net, and with each width.
        batches: one race for each of these batch sizes.
        nets: others than the dense one, with a race each.
        nets_images: of an epoch in their races.
        nets_batch: batch size of their races.
        sizes: numbers of images whose cost is compared.
        widths: of the dense net, units of its first hidden layer, whose cost is compared.
        cost_batch: batch size for both.
        quality_images: that both recipes train on.
        seeds_epochs: of the seeds' recipe.
        today_epochs: of ours of today.
        products: of matrices in a turn of sgemm, and steps in one of the net's products.
        stream_bytes: of each array that is streamed, more than a cache holds.
        limit: seconds that a turn or a warm-up may take.

    Raises:
        ValueError: an unknown contestant or net, or a number that is too small or too large.
    """

    contestants: tuple[str, ...] = CONTESTANTS
    rounds: int = 3
    images: int = 12_000
    batches: tuple[int, ...] = (100, 250, 1000)
    nets: tuple[str, ...] = OTHER_NETS
    nets_images: int = 6_000
    nets_batch: int = 100
    sizes: tuple[int, ...] = (10_000, 20_000, 40_000, 60_000, 120_000, 240_000)
    widths: tuple[int, ...] = (250, 500, 1000, 2000, 4000)
    cost_batch: int = 250
    quality_images: int = 55_000
    seeds_epochs: int = 20
    today_epochs: int = 8
    products: int = 40
    stream_bytes: int = 2**28
    limit: float = 900.0

    def __post_init__(self) -> None:
        _check_names("contestants", self.contestants, CONTESTANTS)
        if not self.contestants:
            raise ValueError(f"contestants are some of {', '.join(CONTESTANTS)}. Received: none")
        _check_names("nets", self.nets, OTHER_NETS)
        if self.rounds < 1:
            raise ValueError(f"rounds must be at least 1. Received: {self.rounds}")
        if not all(1 <= batch <= self.images for batch in self.batches) or not self.batches:
            raise ValueError(
                f"batches must be from 1 to the number of images, {self.images}. "
                f"Received: {', '.join(map(str, self.batches)) or 'none'}"
            )
        if not self.limit > 0:
            raise ValueError(f"limit must be more than 0 seconds. Received: {self.limit:g}")

    def runnable(self) -> tuple[list[str], dict[str, str]]:
        """Return the contestants that can run here, and why the others cannot."""
        missing = {}
        for name in self.contestants:
            lacks = [one for one in _NEEDED.get(name, ()) if importlib.util.find_spec(one) is None]
            if lacks:
                missing[name] = f"{lacks[0]} is not installed"
        return [name for name in self.contestants if name not in missing], missing


def _check_names(what: str, names: tuple[str, ...], known: tuple[str, ...]) -> None:
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(f"{what} are some of {', '.join(known)}. Received: {', '.join(unknown)}")
