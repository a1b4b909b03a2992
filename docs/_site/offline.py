"""The site opens from a disk without a network: the build fails where a page would load something from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.errors import SphinxError

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ELSEWHERE = r"(?:https?:)?//"
LOADED = {
    ".html": re.compile(
        rf'<(?:script|img|iframe|video|audio|source|embed|object|track)\b[^>]*?\b(?:src|srcset|data)="{ELSEWHERE}[^"]*"'
        rf'|<link\b[^>]*?\bhref="{ELSEWHERE}[^"]*"'
    ),
    ".css": re.compile(rf"url\([\"']?{ELSEWHERE}[^)]*\)|@import[^;]*{ELSEWHERE}[^;]*"),
}


def loaded_from_elsewhere(folder: Path) -> list[str]:
    """Every place in the built pages and style sheets that a browser would fetch from another host."""
    return [
        f"{path.relative_to(folder)}: {found[0]}"
        for ending, pattern in LOADED.items()
        for path in sorted(folder.rglob(f"*{ending}"))
        for found in pattern.finditer(path.read_text(encoding="utf-8"))
    ]


def check(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.format == "html" and (found := loaded_from_elsewhere(Path(app.outdir))):
        raise SphinxError("pages load things from elsewhere:\n" + "\n".join(found))


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("build-finished", check)
    return {"parallel_read_safe": True}
