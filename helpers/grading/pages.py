"""HTML that holds no markup but its own: every text that comes in is escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable

STYLE = """\
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;
color:#1b1b1b;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #ccc}
td.n,th.n{text-align:right;white-space:nowrap}
.passed{color:#00573f}.failed{color:#8c2d04}
ul{padding-left:1.2rem;margin:.2rem 0}small{color:#555}
td{overflow-wrap:break-word}li{overflow-wrap:anywhere}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;margin:0}td p{margin:.2rem 0}
"""


def text(value: object) -> str:
    """Return a value as text that HTML shows as it is."""
    shown = "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in str(value))
    return html.escape(shown, quote=True)


def page(title: str, parts: Iterable[str]) -> bytes:
    """Return a whole page; ``parts`` are HTML already."""
    body = "\n".join(parts)
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return (
        f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width">\n'
        f"<title>{text(title)}</title>\n<style>{STYLE}</style></head>\n"
        f"<body>\n<h1>{text(title)}</h1>\n{body}\n</body>\n</html>\n"
    ).encode("utf-8", "replace")


def table(heads: Iterable[str], rows: Iterable[Iterable[str]], numbers: set[int]) -> str:
    """Return a table; cells are HTML already, those of the columns ``numbers`` to the right."""

    def cells(tag: str, row: Iterable[str]) -> str:
        marked = ((' class="n"' if i in numbers else "", cell) for i, cell in enumerate(row))
        return "".join(f"<{tag}{mark}>{cell}</{tag}>" for mark, cell in marked)

    lines = "\n".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f"<table><thead><tr>{cells('th', heads)}</tr></thead><tbody>\n{lines}</tbody></table>"


def bullets(lines: Iterable[str]) -> str:
    """Return plain texts as a list, nothing if there are none."""
    items = "".join(f"<li>{text(line)}</li>" for line in lines)
    return f"<ul>{items}</ul>" if items else ""


def paragraphs(lines: Iterable[str]) -> str:
    """Return plain texts as paragraphs."""
    return "".join(f"<p>{text(line)}</p>" for line in lines)


def bars(shares: list[tuple[str, float]], description: str) -> str:
    """Return a picture of horizontal bars, ``(name, share from 0 to 1)``, as SVG."""
    height, left, width = 24, 60, 400
    lines = []
    for number, (name, share) in enumerate(shares):
        top = number * height
        lines.append(
            f'<text x="{left - 8}" y="{top + 16}" text-anchor="end">{text(name)}</text>'
            f'<rect x="{left}" y="{top + 4}" width="{width}" height="{height - 8}" fill="#e4e4e4"/>'
            f'<rect x="{left}" y="{top + 4}" width="{width * share:.1f}" height="{height - 8}" '
            f'fill="#0072b2"/><text x="{left + width + 8}" y="{top + 16}">{share:.0%}</text>'
        )
    size = f'width="{left + width + 60}" height="{height * len(shares)}"'
    style = 'font-size="14" font-family="system-ui,sans-serif"'
    label = text(description)
    return f'<svg role="img" aria-label="{label}" {size} {style}>{"".join(lines)}</svg>'
