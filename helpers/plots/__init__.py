"""Every picture of the course: ``show_*`` takes arrays and returns the figure."""

from helpers.plots.course_map import show_course_map
from helpers.plots.curves import show_curves, show_histograms, show_panels
from helpers.plots.figure import Figure, new_figure
from helpers.plots.images import as_images, show_images, show_rows
from helpers.plots.maps import show_code_map, show_maps

__all__ = [
    "Figure",
    "as_images",
    "new_figure",
    "show_code_map",
    "show_course_map",
    "show_curves",
    "show_histograms",
    "show_images",
    "show_maps",
    "show_panels",
    "show_rows",
]
