"""Builders of the course's networks: Functional Keras models on vectors or images."""

from helpers.models.deep import build_deep
from helpers.models.dense import build_basic, build_dense, chain

__all__ = ["build_basic", "build_deep", "build_dense", "chain"]
