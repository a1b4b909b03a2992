"""Noto's SVG files taken apart: the head, and each feature on it as a part of its own that can be moved and recoloured.

Noto's faces are flat lists of paths in a canvas of 128 units, so a part is told by its place, size and colour.
"""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

from mien.errors import DataError
from mien.lab.roundtrip.grouping import GROUPS, file_name

CANVAS = 128
_SVG = "http://www.w3.org/2000/svg"
_INK = {"#422B0D", "#35220B", "#000000"}  #: Noto's browns, and the default fill


@dataclass(frozen=True, slots=True)
class Part:
    """One path of a drawing."""

    kind: str  #: head, brow, eye or mouth
    ink: bool  #: a dark line or a dark shape, not a tooth or a tear
    svg: str
    box: tuple[float, float, float, float]  #: x0, y0, x1, y1 of what can be seen

    @property
    def centre(self) -> tuple[float, float]:
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2

    @property
    def size(self) -> tuple[float, float]:
        return self.box[2] - self.box[0], self.box[3] - self.box[1]

    @property
    def ball(self) -> bool:
        """Whether it is an eye that one could see the white of: not an arc, a cross, nor a star."""
        width, height = self.size
        return (
            self.kind == "eye"
            and self.ink
            and height >= 12
            and width < 1.75 * height
            and width <= 26
            and not self.scowl
        )

    @property
    def scowl(self) -> bool:
        """Whether it is an eye and its lowered brow in one shape, as on Noto's angry faces."""
        return self.kind == "eye" and self.ink and 20 <= self.size[0] <= 26 and self.size[1] >= 24

    @property
    def plain_eye(self) -> bool:
        """False for an eye that takes its brow with it: a scowl, or one screwed up to a cross."""
        return not (self.kind == "eye" and self.ink and self.size[1] >= 24)


@dataclass(frozen=True, slots=True)
class Drawing:
    """One emoji in parts, back to front."""

    emoji: str
    label: str
    defs: str
    parts: tuple[Part, ...]


def read_drawings(folder: Path | str) -> list[Drawing]:
    """All grouped emoji of a folder of Noto's SVG files. Raises DataError for one that is missing or no such SVG."""
    found = []
    for label, group in GROUPS.items():
        for emoji, name in group.items():
            file = Path(folder) / file_name(emoji)
            if not file.is_file():
                raise DataError(f"{file}: missing ({name}); pass the folder of Noto's face SVGs, named u1f600.svg")
            try:
                found.append(taken_apart(emoji, label, file.read_text()))
            except (ET.ParseError, ValueError) as error:
                raise DataError(f"{file}: no SVG that can be drawn ({error})") from None
    return found


def taken_apart(emoji: str, label: str, text: str) -> Drawing:
    """The parts of one drawing. Raises ParseError or ValueError for text that is no SVG."""
    ET.register_namespace("", _SVG)
    root = ET.fromstring(text)
    defs = "".join(ET.tostring(node, encoding="unicode") for node in root.findall(f"{{{_SVG}}}defs"))
    parts: list[Part] = []
    for node in root:
        if node.tag == f"{{{_SVG}}}defs":
            continue
        svg = ET.tostring(node, encoding="unicode").strip()
        if box := _seen(defs + svg):
            ink = node.get("fill", "#000000").upper() in _INK
            parts.append(Part(_kind(box, ink, not parts), ink, svg, box))
    return Drawing(emoji, label, defs, tuple(parts))


def _seen(body: str) -> tuple[float, float, float, float] | None:
    """The box of what a part covers; None where nothing of it can be seen."""
    from PIL import Image

    from mien.avatar.raster import rasterise

    svg = f'<svg xmlns="{_SVG}" viewBox="0 0 128 128">{body}</svg>'
    with Image.open(io.BytesIO(rasterise(svg, CANVAS))) as picture:
        return picture.convert("RGBA").getchannel("A").point(lambda a: 255 * (a > 20)).getbbox()


def _kind(box: tuple[float, float, float, float], ink: bool, first: bool) -> str:
    width, height, y = box[2] - box[0], box[3] - box[1], (box[1] + box[3]) / 2
    if first or (width > 85 and height > 40 and not ink):
        return "head"
    if ink and y <= 49 and width >= 18 and height <= 17:
        return "brow"
    return "eye" if y < (74 if ink else 68) else "mouth"


def colours(svg: str) -> list[str]:
    """The colours written in SVG text, each once, in order."""
    return list(dict.fromkeys(re.findall(r"#[0-9A-Fa-f]{6}\b", svg)))
