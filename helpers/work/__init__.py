"""A student's worked notebooks: read, recomputed, and taken into a new edition."""
