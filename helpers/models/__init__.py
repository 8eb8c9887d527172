"""Builders of the course's networks: Functional Keras models on vectors or images."""

from helpers.models.dense import build_basic, build_dense, chain

__all__ = ["build_basic", "build_dense", "chain"]
