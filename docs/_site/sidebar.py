"""The navigation's sections fold: only the one that is being read stands open. No script is needed for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

SECTION = re.compile(
    r'<p class="caption"[^>]*><span class="caption-text">(.*?)</span></p>\s*(<ul.*?</ul>)(?=\s*(?:<p|</div|$))',
    re.DOTALL,
)


def fold(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    elsewhere = page in (app.config.root_doc, "search", "genindex")

    def section(found: re.Match[str]) -> str:
        title, entries = found.groups()
        stands_open = 'class="toctree-l1 current' in entries or (elsewhere and title == "Start")
        return f"<details{' open' if stands_open else ''}><summary>{title}</summary>{entries}</details>"

    context["furo_navigation_tree"] = SECTION.sub(section, context.get("furo_navigation_tree", ""))


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", fold, priority=900)
    return {"parallel_read_safe": True}
