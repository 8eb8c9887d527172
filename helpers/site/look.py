"""What the site looks like beyond its theme."""

from helpers.export.moving import CSS as MOVING_CSS

CSS = (
    """\
/* Pictures have a white ground: in the dark theme they keep it, with some air. */
.bd-article img, .ae-stage { background: #FFFFFF; border-radius: 4px; }
.bd-article img { max-width: 100%; height: auto; }
/* The theme gives HTML a light ground in the dark; what moves here brings its own. */
html[data-theme] body .bd-content div.cell_output .text_html:has(.ae-explorer) {
  background: none; color: inherit; padding: 0; }
.formula { overflow-x: auto; overflow-y: hidden; margin: 1rem 0; padding: 2px 0; }
math { font-size: 1.08em; }
.bd-article details { margin: 0.5rem 0; border-left: 3px solid var(--pst-color-border);
  padding: 0 1rem; }
.bd-article summary { cursor: pointer; padding: 0.25rem 0; color: var(--pst-color-link);
  font-weight: 600; }
.bd-article details pre { margin: 0.5rem 0; white-space: pre-wrap; }
.bd-article a.download code { font: inherit; color: inherit; background: none; border: 0;
  padding: 0; }
a.reference:has(.std-term) { color: inherit; text-decoration: underline dotted; }
/* Korean breaks between words, as Latin does. */
.bd-article { word-break: keep-all; overflow-wrap: break-word; }
@media (max-width: 600px) {
  .bd-article h1 { font-size: 2rem; }
  .bd-article h2 { font-size: 1.5rem; }
}
.bd-article dl, .bd-article h2 { overflow-wrap: anywhere; }
.cell_output pre { white-space: pre-wrap; overflow-wrap: anywhere; }
"""
    + MOVING_CSS
)

FAVICON = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<path d="M3 3v26l11-9v-8zM29 3v26l-11-9v-8z" fill="#0072B2"/>
<circle cx="16" cy="16" r="4" fill="#D55E00"/>
</svg>
"""
