"""Docstrings and signatures of this project as autodoc takes them."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

NAME = re.compile(r"(?<!`)`([^`]+)`(?!`)(\w?)")


def as_rst(app: Sphinx, what: str, name: str, thing: object, options: object, lines: list[str]) -> None:
    """Our docstrings write `names` as Markdown does, and examples as indented blocks: say so in reStructuredText."""
    text = "\n".join(lines)
    for argument in arguments(thing):
        text = re.sub(rf"(?<![\w`*.]){argument}: ", f"**{argument}**: ", text)
    text = NAME.sub(lambda found: f"``{found[1]}``" + (f"\\ {found[2]}" if found[2] else ""), text)
    written: list[str] = []
    for line in text.split("\n"):
        starts_block = line.startswith("    ") and written[-1:] == [""] and not _is_indented(written)
        written += ["::", "", line] if starts_block and not line.lstrip().startswith(">>>") else [line]
    lines[:] = written


ARRAY = re.compile(r"~?(?:numpy\.)?ndarray\[tuple\[[^\]]*\], ~?(?:numpy\.)?dtype\[~?(?:numpy\.)?(\w+)\]\]")


def short(
    app: Sphinx, what: str, name: str, thing: object, options: object, words: str | None, answer: str | None
) -> tuple[str, str] | None:
    """Arrays by the short name under which the source writes them."""
    if words is None:
        return None  # an attribute
    return ARRAY.sub(r"NDArray[\1]", words), ARRAY.sub(r"NDArray[\1]", answer or "")


def arguments(thing: object) -> list[str]:
    """The arguments that a docstring may tell about, `name: what it is`."""
    try:
        return [name for name in inspect.signature(thing).parameters if name != "self"]  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return []


def _is_indented(written: list[str]) -> bool:
    """Whether the last line with words is part of a block."""
    last = next((line for line in reversed(written) if line), "")
    return last.startswith("    ")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("autodoc-process-docstring", as_rst)
    app.connect("autodoc-process-signature", short)
    return {"parallel_read_safe": True}
