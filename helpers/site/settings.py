"""The settings of Sphinx: conf.py of the source tree takes them all from here."""

project = "The autoencoder workbook"
language = "en"
html_title = project
author = "the contributors"
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "helpers.site.extension",
]
exclude_patterns = ["notebooks/*"]

# Pages
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "off"
nb_merge_streams = True
# Formulas and widgets would be fetched from elsewhere: a reader may have no network.
html_math_renderer = "mathml"
nb_ipywidgets_js: dict = {}
nitpicky = True
# Types of other packages have pages elsewhere.
nitpick_ignore_regex = [("py:.*", ".*")]

# The library
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints = "signature"
default_role = "literal"
add_module_names = False

# Look
html_theme = "sphinx_book_theme"
html_static_path = ["_static"]
html_css_files = ["course.css"]
html_js_files = [("moving.js", {"defer": "defer"})]
html_favicon = "_static/favicon.svg"
html_copy_source = False
html_use_index = False
html_domain_indices = False
html_show_sphinx = False
html_show_copyright = False
html_context = {"default_mode": "auto"}
html_theme_options = {
    # The search stands above the contents already.
    "navbar_start": [],
    "navbar_center": [],
    "navbar_end": [],
    "navbar_persistent": [],
    "use_download_button": False,
    "use_fullscreen_button": False,
    "use_source_button": False,
    "show_toc_level": 2,
    "home_page_in_toc": True,
    # Its toggles have no name that a screen reader could say.
    "max_navbar_depth": 1,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
