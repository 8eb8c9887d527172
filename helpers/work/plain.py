"""What a notebook's cell says in plain Python, read in the same way by all who run answers."""

from __future__ import annotations

# Cell magics whose body is run in the notebook itself.
_RUN_THE_BODY = ("capture", "prun", "time", "timeit")


def plain_python(source: str) -> str:
    """Return a cell as Python, line by line as it was.

    Magics and shell commands become calls of ``get_ipython()``; of ``%%time`` and its like the
    body stays.
    """
    lines = source.splitlines(keepends=True)
    for number, line in enumerate(lines):
        words = line.split()
        if words and words[0].removeprefix("%%") in _RUN_THE_BODY and line.startswith("%%"):
            lines[number] = "\n"
        elif words:
            break
    text = "".join(lines)
    try:
        compile(text, "<cell>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        from IPython.core.inputtransformer2 import TransformerManager

        return TransformerManager().transform_cell(text)
    return text
