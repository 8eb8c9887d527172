"""For all tests: quiet TensorFlow, no window back end, the course's own data settings."""

import os
import sys
from pathlib import Path

import helpers  # noqa: F401  (before TensorFlow: it sets the environment)

os.environ.setdefault("MPLBACKEND", "agg")
sys.path.insert(0, str(Path(__file__).parent))
