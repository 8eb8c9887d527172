"""Baselines and algorithms that are no networks."""
