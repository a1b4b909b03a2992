"""A network's layers as a drawing: what each stage does, how large its maps are, and where its cost lies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from pathlib import Path

from torch.nn.modules.batchnorm import _BatchNorm

from mien.errors import DataError
from mien.lab.expression.macs import cost
from mien.lab.expression.networks import build, info
from mien.lab.expression.networks.stages import Group, Stage, stages
from mien.lab.run import write_atomically
from mien.types import LABELS

FONTS = 'system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif'
#: Front, top and side of a slab.
PAINT = {
    "maps": ("#f6d98a", "#fbeec4", "#e3b94a"),
    "dense": ("#a9cbe0", "#d6e7f1", "#7fadc9"),
    "output": ("#a8d5b5", "#d4ecdb", "#79b88d"),
}
STYLE = f"""
  text {{ font-family: {FONTS}; fill: #2b2620; font-size: 13px; }}
  .title {{ font-size: 21px; font-weight: 700; }}
  .shape {{ font-size: 13.5px; font-weight: 700; }}
  .note {{ fill: #6b6257; font-size: 12.5px; }}
  .times {{ font-size: 15px; font-weight: 700; fill: #9a6a00; }}
  .edge {{ stroke: #6f5a1e; stroke-width: .9; stroke-linejoin: round; }}
  .rule {{ stroke: #e4dccf; stroke-width: 1; }}
  .bracket {{ fill: none; stroke: #b89a4a; stroke-width: 1.4; }}
  .arrow {{ fill: none; stroke: #8a7f70; stroke-width: 1.6; }}
"""
MARGIN, GAP = 34.0, 22.0  #: around the drawing; between two columns
AXIS, TEXTS = 202.0, 330.0  #: heights of the slabs' middle and of the first line under them
LINE = 19.0  #: between two lines
LEAST = 88.0  #: width of a column


def draw_network(name: str, out: Path | str, outputs: int = len(LABELS)) -> Path:
    """Draw the network called `name` with so many outputs into an .svg or .png file; returns its path.

    Raises `DataError` for an unknown network, and for another kind of file.
    """
    path = Path(out)
    if path.suffix.lower() not in (".svg", ".png"):
        raise DataError(f"{path}: a drawing is written as .svg or .png")
    if not path.parent.is_dir():
        raise DataError(f"{path}: no folder {path.parent} to write into")
    svg = network_svg(name, outputs)
    content = svg.encode() if path.suffix.lower() == ".svg" else rasterise_text(svg)
    try:
        write_atomically(path, content)
    except OSError as error:
        raise DataError(f"{path}: cannot be written ({error.strerror})") from None
    return path


def network_svg(name: str, outputs: int = len(LABELS)) -> str:
    """The drawing of a network as SVG text; the same network gives the same text."""
    size = info(name).size
    net = build(name, outputs)
    columns, spent = [_Column(stage, size) for stage in stages(net, size)], cost(net, size)
    picture, left = _input(size, MARGIN)
    parts = [picture]
    for column in columns:
        parts += [_arrow(left - GAP + 3, left - 3), column.draw(left, size)]
        left += column.width + GAP
    foot = TEXTS + LINE * max(column.lines for column in columns) + 20
    width = max(left - GAP + MARGIN, 560.0)
    shares, height = _shares(columns, foot, width)
    note = f"{_count(spent.parameters)} parameters · {_count(spent.macs)} multiplications a face"
    if any(isinstance(module, _BatchNorm) for module in net.modules()):
        note += " · with batch norm"
    label = f"Layers of the network {name}: {note}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" aria-label="{escape(label)}">\n<style>{STYLE}</style>\n'
        f'<rect width="{width:.0f}" height="{height:.0f}" rx="16" fill="#fdfbf7"/>\n'
        f'<text class="title" x="{MARGIN:g}" y="44">{escape(name)}</text>\n'
        f'<text class="note" x="{MARGIN:g}" y="67">{note}</text>\n' + "\n".join(parts) + "\n" + shares + "\n</svg>\n"
    )


def rasterise_text(svg: str, zoom: float = 2.0) -> bytes:
    """An SVG of ours with text as PNG bytes, `zoom` pixels a unit, in the font that comes with matplotlib."""
    import matplotlib
    import resvg_py

    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    files = [str(fonts / f"DejaVuSans{kind}.ttf") for kind in ("", "-Bold")]
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg, zoom=zoom, skip_system_fonts=True, font_files=files, font_family="DejaVu Sans",
            sans_serif_family="DejaVu Sans",
        )
    )  # fmt: skip


class _Column:
    """One stage: its slabs, and the words below."""

    def __init__(self, stage: Stage, size: int) -> None:
        self.stage = stage
        self.left = 0.0
        self.heading = "×".join(str(v) for v in (*stage.shape[1:], stage.shape[0]))
        self.remarks = list(stage.notes)
        if stage.kind == "maps":
            extra = [f"first at stride {stage.stride}"] if stage.stride > 1 and _several(stage) else []
            extra += [f"stride {stage.stride}"] if stage.stride > 1 and not _several(stage) else []
            extra += ["+ shortcut"] if stage.shortcut else []
            self.remarks = extra + self.remarks
        elif stage.kind == "output":
            self.remarks.append("one per class")
        texts = [_text_width(self.heading, 13.5)]
        texts += [_group_width(group) for group in stage.groups]
        texts += [_text_width(remark, 12.5) for remark in self.remarks]
        self.thick = _thickness(stage)
        deep = 0.42 * _side(stage.shape[1], size) if stage.kind == "maps" else 7.0
        self.width = max(LEAST, *texts, sum(self.thick) + deep + 14)
        self.lines = 1 + sum(len(group.lines) for group in stage.groups) + len(self.remarks) + 0.35 * len(stage.groups)

    def draw(self, left: float, size: int) -> str:
        self.left = left
        middle = left + self.width / 2
        parts = [_slabs(self.stage, self.thick, middle, size)]
        y = TEXTS
        parts.append(f'<text class="shape" x="{middle:.1f}" y="{y:.1f}" text-anchor="middle">{self.heading}</text>')
        y += LINE + 4
        for group in self.stage.groups:
            parts.append(_group(group, middle, y))
            y += LINE * len(group.lines) + 0.35 * LINE
        for remark in self.remarks:
            parts.append(f'<text class="note" x="{middle:.1f}" y="{y:.1f}" text-anchor="middle">{remark}</text>')
            y += LINE
        return "\n".join(parts)


def _several(stage: Stage) -> bool:
    return len(stage.units) > 1 or len(stage.units[0]) > 1


def _text_width(text: str, size: float) -> float:
    return 0.58 * size * len(text)


def _group_width(group: Group) -> float:
    widest = max(_text_width(line, 13) for line in group.lines)
    return widest + (2 * 31 if group.count > 1 else 0)


def _group(group: Group, middle: float, y: float) -> str:
    """The lines of a group; what is repeated in brackets, with how often."""
    parts = [
        f'<text x="{middle:.1f}" y="{y + LINE * i:.1f}" text-anchor="middle">{escape(line)}</text>'
        for i, line in enumerate(group.lines)
    ]
    if group.count > 1:
        half = max(_text_width(line, 13) for line in group.lines) / 2 + 5
        top, bottom = y - 13, y + LINE * (len(group.lines) - 1) + 5
        for side in (-1, 1):
            x = middle + side * half
            parts.append(
                f'<path class="bracket" d="M{x - side * 5:.1f} {top:.1f}H{x:.1f}V{bottom:.1f}H{x - side * 5:.1f}"/>'
            )
        parts.append(
            f'<text class="times" x="{middle + half + 6:.1f}" y="{(top + bottom) / 2 + 5:.1f}">× {group.count}</text>'
        )
    return "\n".join(parts)


def _thickness(stage: Stage) -> list[float]:
    """How thick each slab of a stage is drawn: by the root of its channels, all together not too wide."""
    if stage.kind != "maps":
        return [13.0]
    one = 2.1 * stage.shape[0] ** 0.5
    total = min(96.0, one * len(stage.units))
    return [total / len(stage.units)] * len(stage.units)


def _side(side: int, size: int) -> float:
    return 18 + 120 * math.pow(side / size, 0.75)


def _slabs(stage: Stage, thick: Sequence[float], middle: float, size: int) -> str:
    if stage.kind == "maps":
        height = _side(stage.shape[1], size)
        deep = (0.42 * height, 0.3 * height)
    else:
        height, deep = 34 + 11 * max(1, stage.shape[0]).bit_length(), (7.0, 5.0)
    x = middle - (sum(thick) + deep[0]) / 2
    top = AXIS - (height - deep[1]) / 2
    parts = []
    for width in thick:
        parts.append(_slab(x, top, width, height, deep, PAINT[stage.kind]))
        x += width
    return "\n".join(parts)


def _slab(
    x: float, y: float, width: float, height: float, deep: tuple[float, float], paint: tuple[str, str, str]
) -> str:
    """A box seen from the left above: front, top and side."""
    dx, dy = deep
    front, top, side = paint
    return (
        f'<g class="edge"><path fill="{front}" d="M{x:.1f} {y:.1f}h{width:.1f}v{height:.1f}h{-width:.1f}z"/>'
        f'<path fill="{top}" d="M{x:.1f} {y:.1f}l{dx:.1f} {-dy:.1f}h{width:.1f}l{-dx:.1f} {dy:.1f}z"/>'
        f'<path fill="{side}" d="M{x + width:.1f} {y:.1f}l{dx:.1f} {-dy:.1f}v{height:.1f}l{-dx:.1f} {dy:.1f}z"/></g>'
    )


def _input(size: int, left: float) -> tuple[str, float]:
    """The face that goes in, as a picture standing like the maps do; and where the next column begins."""
    height = _side(size, size)
    dx, dy = 0.42 * height, 0.3 * height
    width = LEAST
    x, y = left + (width - dx) / 2, AXIS - (height - dy) / 2
    face = (
        '<rect width="100" height="100" fill="#ded8cd" class="edge"/><circle cx="50" cy="50" r="34" fill="#f7f4ee"/>'
        '<circle cx="38" cy="43" r="4.5" fill="#6b6257"/><circle cx="62" cy="43" r="4.5" fill="#6b6257"/>'
        '<path d="M33 60q17 17 34 0" fill="none" stroke="#6b6257" stroke-width="5" stroke-linecap="round"/>'
    )
    matrix = f"matrix({dx / 100:.4f} {-dy / 100:.4f} 0 {height / 100:.4f} {x:.1f} {y:.1f})"
    heading = (
        f'<text class="shape" x="{left + width / 2:.1f}" y="{TEXTS:g}" text-anchor="middle">{size}×{size}×1</text>'
    )
    note = (
        f'<text class="note" x="{left + width / 2:.1f}" y="{TEXTS + LINE + 4:g}" text-anchor="middle">grey face</text>'
    )
    return f'<g transform="{matrix}">{face}</g>\n{heading}\n{note}', left + width + GAP


def _arrow(x1: float, x2: float) -> str:
    return (
        f'<path class="arrow" d="M{x1:.1f} {AXIS:g}H{x2:.1f}m-5 -4.5l5 4.5l-5 4.5" stroke-linecap="round" '
        'stroke-linejoin="round"/>'
    )


def _shares(columns: Sequence[_Column], top: float, width: float) -> tuple[str, float]:
    """Two rows of bars: what share of the parameters and of the multiplications each stage has; and where they end."""
    parts = [f'<line class="rule" x1="{MARGIN:g}" x2="{width - MARGIN:g}" y1="{top:.1f}" y2="{top:.1f}"/>']
    y = top + 28
    for name, values in (
        ("parameters", [column.stage.parameters for column in columns]),
        ("multiplications", [column.stage.macs for column in columns]),
    ):
        total = sum(values) or 1
        parts.append(f'<text class="note" x="{MARGIN:g}" y="{y:.1f}">{name}</text>')
        for column, value in zip(columns, values, strict=True):
            share, full = value / total, 44.0
            start = column.left + column.width / 2 - 44
            bar = f'<rect x="{start:.1f}" y="{y - 10:.1f}" height="10" rx="3"'
            parts.append(
                f'{bar} width="{full:g}" fill="#f0eadf"/>'
                f'{bar} width="{max(1.0, share * full):.1f}" fill="{PAINT[column.stage.kind][2]}"/>'
                f'<text class="note" x="{start + full + 8:.1f}" y="{y:.1f}">{escape(_percent(share))}</text>'
            )
        y += 26
    return "\n".join(parts), y


def _percent(share: float) -> str:
    return "< 1 %" if 0 < share < 0.01 else f"{100 * share:.0f} %"


def _count(value: int) -> str:
    for unit, name in ((1e9, "billion"), (1e6, "million")):
        if value >= unit:
            return f"{value / unit:.3g} {name}"
    return f"{value:,}"
