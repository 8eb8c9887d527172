"""Every picture of the course: ``show_*`` takes arrays and returns the figure."""

from helpers.plots.bands import show_bands, show_label_curves, show_spreads
from helpers.plots.clouds import show_clouds
from helpers.plots.course_map import show_course_map
from helpers.plots.curves import show_curves, show_histograms, show_panels
from helpers.plots.directions import show_directions
from helpers.plots.dots import show_dots
from helpers.plots.family_tree import show_family_tree
from helpers.plots.fields import show_fields
from helpers.plots.figure import Figure, new_figure
from helpers.plots.heat import show_heat_maps
from helpers.plots.images import as_images, show_images, show_rows
from helpers.plots.maps import show_code_map, show_maps
from helpers.plots.network import Network, show_network
from helpers.plots.photographs import show_photographs
from helpers.plots.roc import show_roc
from helpers.plots.shapes import show_shapes
from helpers.plots.strokes import show_strokes
from helpers.plots.switches import show_switches
from helpers.plots.thumbnails import show_thumbnails
from helpers.plots.units import show_units
from helpers.plots.walks import show_walks

__all__ = [
    "Figure",
    "Network",
    "as_images",
    "new_figure",
    "show_bands",
    "show_clouds",
    "show_code_map",
    "show_course_map",
    "show_curves",
    "show_directions",
    "show_dots",
    "show_family_tree",
    "show_fields",
    "show_heat_maps",
    "show_histograms",
    "show_images",
    "show_label_curves",
    "show_maps",
    "show_network",
    "show_panels",
    "show_photographs",
    "show_roc",
    "show_rows",
    "show_shapes",
    "show_spreads",
    "show_strokes",
    "show_switches",
    "show_thumbnails",
    "show_units",
    "show_walks",
]
