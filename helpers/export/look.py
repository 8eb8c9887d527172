"""The look of an exported page, light and dark; tests measure the contrast of the colours."""

from helpers.export.moving import CSS as MOVING_CSS

# Text on its ground: name of the CSS variable -> light, dark.
GROUNDS = {"page": ("#FFFFFF", "#16181D"), "box": ("#F4F5F7", "#22252C")}
TEXTS = {
    "text": ("#1B1F24", "#E6E8EB"),
    "quiet": ("#57606A", "#A6ADB8"),
    "link": ("#0B5CAD", "#7CB8F5"),
    "keyword": ("#7A3E9D", "#CFA5F0"),
    "string": ("#8A3B12", "#F0B18A"),
    "number": ("#0B5CAD", "#7CB8F5"),
    "name": ("#116329", "#7FD191"),
}


def _variables(theme: int) -> str:
    pairs = (GROUNDS | TEXTS).items()
    return " ".join(f"--{name}: {colours[theme]};" for name, colours in pairs)


CSS = f"""\
:root {{ color-scheme: light dark; {_variables(0)} }}
@media (prefers-color-scheme: dark) {{ :root {{ {_variables(1)} }} }}
body {{ margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.55 system-ui, sans-serif; }}
main {{ max-width: 800px; margin: 0 auto; padding: 24px 16px 64px; }}
h1, h2, h3, h4 {{ line-height: 1.25; }}
a {{ color: var(--link); }}
img {{ max-width: 100%; background: #FFFFFF; }}
pre, code {{ font: 13.5px/1.45 ui-monospace, monospace; }}
pre {{ white-space: pre-wrap; overflow-wrap: anywhere; margin: 8px 0; padding: 8px 12px; }}
.highlight pre, :not(pre) > code {{ background: var(--box); border-radius: 4px; }}
.highlight pre {{ border-left: 3px solid var(--link); }}
pre.output {{ color: var(--text); }}
table {{ border-collapse: collapse; }}
th, td {{ padding: 4px 12px; text-align: left; border-bottom: 1px solid var(--quiet); }}
details {{ margin: 8px 0; }}
summary {{ cursor: pointer; color: var(--link); }}
:focus-visible {{ outline: 3px solid var(--link); outline-offset: 2px; }}
math {{ font-size: 1.08em; }}
math[display="block"] {{ margin: 12px 0; }}
.highlight .k, .highlight .kn, .highlight .kc, .highlight .ow {{ color: var(--keyword); }}
.highlight .s1, .highlight .s2, .highlight .sd, .highlight .sa, .highlight .si {{
  color: var(--string); }}
.highlight .mi, .highlight .mf {{ color: var(--number); }}
.highlight .nf, .highlight .nc, .highlight .nd {{ color: var(--name); }}
.highlight .c1 {{ color: var(--quiet); }}
"""
CSS += MOVING_CSS
