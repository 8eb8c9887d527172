"""Things to move with the hand: thin shells of ipywidgets over the static pictures.

Each ``explore_*`` returns an ``Explorer``: a live widget where there is a front end, and
the static twin, a grid of the same states, everywhere else (CI, a printed copy).
"""

from helpers.widgets.components import explore_pca
from helpers.widgets.explorer import Explorer

__all__ = ["Explorer", "explore_pca"]
