"""The shared look of the lab's reports: one self-contained HTML page, light and dark, printable, without scripts.

Arguments called `body` or `sections` are HTML made by the functions of this module; everything else is text, and is
escaped. The charts are in `mien.lab.charts` and can be imported from here too.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mien.errors import DataError
from mien.lab.charts import Series, bars, heatmap, histogram, line

__all__ = [
    "Section", "Series", "Tile", "bars", "columns", "face_sheet", "facts", "heatmap", "histogram", "line", "page",
    "paragraph", "section", "subheading", "table", "tiles", "write_page",
]  # fmt: skip

Cell = str | int | float | None

#: The page may load nothing at all, not even from its own folder; pictures are inside it.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


class Section(str):
    """The HTML of a section, which remembers its heading for the contents of the page."""

    heading: str
    anchor: str

    def anchored(self, anchor: str) -> Section:
        """The same section under another anchor."""
        result = Section(self.replace(f'id="{self.anchor}"', f'id="{anchor}"', 1))
        result.heading, result.anchor = self.heading, anchor
        return result


@dataclass(frozen=True)
class Tile:
    """One headline figure: what it is, its value as text, and a line of detail such as an interval."""

    label: str
    value: str
    detail: str = ""


def page(title: str, sections: Sequence[str], *, subtitle: str = "", footer: str = "") -> str:
    """A whole HTML document. Sections made by `section` are listed under the title when there are three or more."""
    sections = _with_own_anchors(sections)
    named = [s for s in sections if isinstance(s, Section)]
    links = "".join(f'<a href="#{s.anchor}">{escape(s.heading)}</a>' for s in named)
    contents = f'<nav aria-label="Contents">{links}</nav>' if len(named) > 2 else ""
    under = f'<p class="subtitle">{escape(subtitle)}</p>' if subtitle else ""
    foot = f"<footer><p>{escape(footer)}</p></footer>" if footer else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style()}</style>\n</head>\n<body>\n"
        f"<header><h1>{escape(title)}</h1>{under}{contents}</header>\n<main>\n"
        + "\n".join(sections)
        + f"\n</main>\n{foot}\n</body>\n</html>\n"
    )


def _with_own_anchors(sections: Sequence[str]) -> list[str]:
    """The sections, those whose anchor an earlier one has with a number behind it."""
    seen: dict[str, int] = {}
    result: list[str] = []
    for part in sections:
        if isinstance(part, Section):
            seen[part.anchor] = count = seen.get(part.anchor, 0) + 1
            part = part if count == 1 else part.anchored(f"{part.anchor}-{count}")
        result.append(part)
    return result


@lru_cache(maxsize=1)
def style() -> str:
    """The style sheet of every page."""
    return (Path(__file__).parent / "pages.css").read_text(encoding="utf-8")


def section(heading: str, body: str, note: str = "") -> Section:
    """A part of the page under a heading; `note` is a sentence in grey between the two."""
    anchor = re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-") or "section"
    said = f'<p class="note">{escape(note)}</p>' if note else ""
    result = Section(f'<section id="{anchor}"><h2>{escape(heading)}</h2>{said}{body}</section>')
    result.heading, result.anchor = heading, anchor
    return result


def paragraph(text: str) -> str:
    """Plain text as a paragraph; what stands between backticks is set as code."""
    return "<p>" + re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text)) + "</p>"


def subheading(text: str) -> str:
    """A small heading inside a section."""
    return f"<h3>{escape(text)}</h3>"


def columns(*bodies: str) -> str:
    """Charts or tables side by side, below each other where the page is narrow."""
    return '<div class="columns">' + "".join(f"<div>{body}</div>" for body in bodies) + "</div>"


def tiles(figures: Sequence[Tile]) -> str:
    """Headline figures in large type, the first one in colour."""
    parts = [
        f'<div class="tile{"" if i else " first"}"><dt>{escape(tile.label)}</dt>'
        f'<dd class="value">{escape(tile.value)}</dd><dd class="detail">{escape(tile.detail)}</dd></div>'
        for i, tile in enumerate(figures)
    ]
    return '<dl class="tiles">' + "".join(parts) + "</dl>"


def facts(pairs: Sequence[tuple[str, str]]) -> str:
    """Names and their values, such as a file and its size; a value in backticks is set as code."""
    rows = [f"<dt>{escape(name)}</dt><dd>{paragraph(value)[3:-4]}</dd>" for name, value in pairs]
    return '<dl class="facts">' + "".join(rows) + "</dl>"


def table(
    header: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    numeric: Collection[int] | None = None,
    caption: str = "",
) -> str:
    """A table. Integers get thousands separators, floats three decimals, None is a dash.

    `numeric`: columns set to the right; by default those that hold a number and no text below the header.
    """
    if numeric is None:
        numeric = {
            i for i in range(len(header)) if rows and all(row[i] is None or not isinstance(row[i], str) for row in rows)
        }
    css = ['class="number"' if i in numeric else "" for i in range(len(header))]
    head = "".join(f'<th scope="col" {css[i]}>{escape(name)}</th>' for i, name in enumerate(header))
    body = []
    for row in rows:
        first = f'<th scope="row" {css[0]}>{escape(_shown(row[0]))}</th>'
        rest = (f"<td {css[i]}>{escape(_shown(cell))}</td>" for i, cell in enumerate(row[1:], 1))
        body.append(f"<tr>{first}{''.join(rest)}</tr>")
    said = f"<caption>{escape(caption)}</caption>" if caption else ""
    return (
        f'<div class="scroll"><table class="data">{said}<thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _shown(cell: Cell) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, str):
        return cell
    return f"{cell:.3f}" if isinstance(cell, float | np.floating) else f"{cell:,}"


def face_sheet(
    faces: NDArray[np.uint8],
    captions: Sequence[str] | None = None,
    columns: int = 8,
    side: int = 72,
    names: Sequence[str] | None = None,
) -> str:
    """Faces (N x H x W grey, or N x H x W x 3) in a grid of at most `columns`, about `side` CSS pixels wide each.

    `captions`: a text under each face, which is also read out in its place; line breaks are kept. `names`: where a
    face came from, shown when the pointer rests on it.
    """
    said = [""] * len(faces) if captions is None else captions
    parts = []
    for face, text, name in zip(faces, said, names or [""] * len(faces), strict=True):
        hint = f' title="{escape(name)}"' if name else ""
        words = "<br>".join(escape(line) for line in text.split("\n"))
        under = f"<figcaption>{words}</figcaption>" if text else ""
        height, width = face.shape[:2]
        alt = escape(" ".join(text.split()) or "face")
        parts.append(
            f'<figure{hint}><img src="{_data_uri(face)}" width="{width}" height="{height}" alt="{alt}">{under}</figure>'
        )
    return f'<div class="faces" style="--side:{side}px;--columns:{columns}">{"".join(parts)}</div>'


def _data_uri(picture: NDArray[np.uint8]) -> str:
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode("ascii")


def write_page(path: str | Path, html: str) -> Path:
    """Write a page so that `path` holds a whole one or is left as it was. Raises `DataError` where it cannot."""
    target = Path(path)
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_text(html, encoding="utf-8")
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise DataError(f"{target}: the report cannot be written ({error.strerror or error})") from None
    return target
