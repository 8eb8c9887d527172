"""The scorer's side: it knows checks and secret seed, and runs no student's code."""
