"""A student's worked notebooks: read, recomputed, and taken into a new edition."""

from helpers.work.cli import add_commands

__all__ = ["add_commands"]
