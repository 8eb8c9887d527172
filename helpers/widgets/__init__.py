"""Things to move with the hand: thin shells of ipywidgets over the static pictures.

Each ``explore_*`` returns an object that shows a live widget where there is a front end, and
the static twin, a grid of the same states, everywhere else (CI, a printed copy).
"""

from helpers.widgets.code_size import explore_code_size
from helpers.widgets.components import explore_pca
from helpers.widgets.explorer import Explorer, Interactive
from helpers.widgets.hidden import explore_hidden
from helpers.widgets.latent import LatentExplorer, explore_latent
from helpers.widgets.noise import explore_noise
from helpers.widgets.perplexity import explore_perplexity
from helpers.widgets.strength import explore_strength
from helpers.widgets.switch import explore_switch
from helpers.widgets.walk import explore_walk

__all__ = [
    "Explorer",
    "Interactive",
    "LatentExplorer",
    "explore_code_size",
    "explore_hidden",
    "explore_latent",
    "explore_noise",
    "explore_pca",
    "explore_perplexity",
    "explore_strength",
    "explore_switch",
    "explore_walk",
]
