"""The navigation's sections fold: only the one that is being read stands open. No script is needed for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

SECTION = re.compile(
    r'<p class="caption"[^>]*><span class="caption-text">(.*?)</span></p>\s*(<ul.*?</ul>)(?=\s*<p|\s*$)', re.S
)


def fold(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    first = page in (app.config.root_doc, "search", "genindex")

    def section(found: re.Match[str]) -> str:
        title, entries = found.groups()
        is_open = 'class="toctree-l1 current' in entries or (first and title == "Start")
        return f"<details{' open' if is_open else ''}><summary>{title}</summary>{entries}</details>"

    tree = context.get("furo_navigation_tree", "")
    context["furo_navigation_tree"] = re.sub(
        r'(?s)(<div class="sidebar-tree">)?(.*)', lambda all_: SECTION.sub(section, all_[0]), tree, count=1
    )


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", fold, priority=900)
    return {"parallel_read_safe": True}
