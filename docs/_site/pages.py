"""What a page gets while it is read: its place in the navigation, and what the forge's Markdown cannot say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
LINK = re.compile(r"\[([^\]]+)\]\(([^)#]+)\.md\)")
PICTURE = re.compile(
    r'<picture>\s*<source media="\(prefers-color-scheme: dark\)" srcset="(?P<dark>[^"]+)">\s*'
    r'<img src="(?P<light>[^"]+)"(?P<rest>[^>]*)>\s*</picture>'
)
COMMANDS = "<!-- every command, from its --help -->"
CHANGES = "[CHANGELOG.md](../CHANGELOG.md)"


def navigation(front_page: str) -> str:
    """The tables of docs/index.md as hidden tables of contents: one a section, with the words of its links."""
    trees = []
    _, *parts = SECTION.split(front_page)
    for title, body in zip(parts[::2], parts[1::2], strict=True):
        cells = [line.split("|")[1] for line in body.splitlines() if line.startswith("| [")]
        entries = [f"{name[0].upper()}{name[1:]} <{page}>" for cell in cells for name, page in LINK.findall(cell)]
        if entries:
            trees.append("\n".join(["```{toctree}", ":hidden:", f":caption: {title}", "", *entries, "```"]))
    return "\n\n".join(trees)


def themed(text: str) -> str:
    """`<picture>` follows the system's light or dark; two images with classes follow the site's switch."""

    def pair(found: re.Match[str]) -> str:
        alt = re.search(r'alt="([^"]*)"', found["rest"])
        return "\n".join(
            f"```{{image}} {found[mode]}\n:class: only-{mode}\n:alt: {alt[1] if alt else ''}\n```\n"
            for mode in ("light", "dark")
        )

    return PICTURE.sub(pair, text)


def read(app: Sphinx, page: str, source: list[str]) -> None:
    text = source[0]
    if page == app.config.root_doc:
        text = f"{text}\n\n{navigation(text)}\n"
    if COMMANDS in text:
        from commands import reference

        text = text.replace(COMMANDS, reference())
    if page == "changelog":
        text = (Path(app.srcdir).parent / "CHANGELOG.md").read_text(encoding="utf-8")
    source[0] = themed(text)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("source-read", read)
    return {"parallel_read_safe": True}
