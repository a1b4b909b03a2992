"""Draws the pictures of docs/smileys.md: every emoji that mien knows, plain and on people, on light and on dark.

    python benchmarks/draw_gallery.py [FOLDER]

Writes WebP files into FOLDER, by default docs/figures: `smileys` (all, plain), `smileys-person` (all, on one person),
`smileys-people` (a few, on many) and `smileys-contrast` (soft and high contrast), each as `-light` and `-dark`.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from PIL import Image

from mien.avatar import AvatarSpec, emoji_svg, rasterise
from mien.emoji.groups import GROUPS, OTHERS

GROUNDS = {"light": "#ffffff", "dark": "#0d1117"}
ALL = tuple(emoji for group in (*GROUPS.values(), OTHERS) for emoji in group)
LARGE, SMALL, WIDTH = 128, 32, 840  # pixels
QUALITY = 88

PERSON = {
    "skin.colour": "monk-6", "hair.style": "bun-low", "hair.colour": "dark-brown", "glasses.style": "round",
    "earrings.style": "studs", "mouth.fullness": 0.4, "eyes.lashes": 0.8,
}  # fmt: skip
PEOPLE = (
    {"skin.colour": "monk-9", "hair.style": "afro", "hair.colour": "black", "nose.kind": "broad",
     "mouth.fullness": 0.4},
    {"skin.colour": "monk-5", "headwear.style": "hijab", "headwear.colour": "#3f6f8f", "eyes.lashes": 1.0},
    {"skin.colour": "monk-3", "hair.style": "quiff", "hair.colour": "auburn", "facial_hair.style": "full",
     "glasses.style": "square", "glasses.colour": "#3a2d2a"},
    {"skin.colour": "monk-2", "hair.style": "bob", "hair.colour": "blond",
     "eyes.colour": "#3f6fa5", "shape.width": 0.2},
    {"skin.colour": "monk-7", "hair.style": "bald", "facial_hair.style": "chevron", "shape.jaw": 0.5},
    {"skin.colour": "monk-4", "hair.style": "long-straight", "hair.colour": "off-black", "eyes.shape": "monolid"},
    {"skin.colour": "monk-8", "headwear.style": "turban", "headwear.colour": "#c06a2c", "facial_hair.style": "full"},
    {"skin.colour": "monk-1", "hair.style": "short", "hair.colour": "white", "glasses.style": "rimless",
     "marks.wrinkles": 0.7},
)  # fmt: skip
FEW = ("😂", "🥹", "😎", "🤔", "🥳", "😡", "😷", "🤠", "😴", "🤮")
CONTRAST = ("😊", "🥲", "😍", "😮‍💨", "🤤", "🫠")

Draw: TypeAlias = Callable[[str, int], str]


def picture(svg: str, size: int) -> Image.Image:
    return Image.open(io.BytesIO(rasterise(svg, size))).convert("RGBA")


def grid(svgs: Sequence[str], size: int, ground: str, columns: int) -> Image.Image:
    """Drawings in rows over the whole width."""
    step = WIDTH / columns
    rows = -(-len(svgs) // columns)
    sheet = Image.new("RGB", (WIDTH, round(rows * step)), ground)
    for i, svg in enumerate(svgs):
        drawing = picture(svg, size)
        x, y = (round((k + 0.5) * step - size / 2) for k in (i % columns, i // columns))
        sheet.paste(drawing, (x, y), drawing)
    return sheet


def below(sheets: Sequence[Image.Image], ground: str) -> Image.Image:
    """Sheets one under the other, a little apart."""
    gap = 16
    whole = Image.new("RGB", (WIDTH, sum(sheet.height for sheet in sheets) + gap * (len(sheets) - 1)), ground)
    y = 0
    for sheet in sheets:
        whole.paste(sheet, (0, y))
        y += sheet.height + gap
    return whole


def all_of(draw: Draw, ground: str) -> Image.Image:
    """Every emoji as small as in a line of text, then large."""
    small, large = ([draw(emoji, size) for emoji in ALL] for size in (SMALL, LARGE))
    return below([grid(small, SMALL, ground, 20), grid(large, LARGE, ground, 6)], ground)


def plain(emoji: str, size: int) -> str:
    return emoji_svg(emoji, bold=size < 48)


def figures(ground: str) -> dict[str, Image.Image]:
    """Name -> picture on a ground."""
    person = AvatarSpec().edited(PERSON)
    people = [AvatarSpec().edited(fields) for fields in PEOPLE]
    soft = [emoji_svg(emoji, high_contrast=strong) for strong in (False, True) for emoji in CONTRAST]
    return {
        "smileys": all_of(plain, ground),
        "smileys-person": all_of(lambda emoji, size: person.svg(emoji, size=size), ground),
        "smileys-people": grid([spec.svg(emoji) for spec in people for emoji in FEW], 80, ground, len(FEW)),
        "smileys-contrast": grid(soft, LARGE, ground, len(CONTRAST)),
    }


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/figures")
    folder.mkdir(parents=True, exist_ok=True)
    for mode, ground in GROUNDS.items():
        for name, figure in figures(ground).items():
            out = folder / f"{name}-{mode}.webp"
            figure.save(out, quality=QUALITY, method=6)
            print(f"{out}: {figure.width}x{figure.height}, {out.stat().st_size / 1000:.0f} kB")
    print(f"{len(ALL)} emoji")


if __name__ == "__main__":
    main()
