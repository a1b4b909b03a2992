"""Draws docs/figures/emoji-gallery.png: every emoji that mien knows, large on light, small on dark.

python benchmarks/draw_gallery.py [OUT]
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

from mien.avatar import emoji_picture
from mien.emoji import RECIPES

LARGE, SMALL, GAP = 64, 28, 10  # pixels
COLUMNS = {LARGE: 16, SMALL: 32}
LIGHT, DARK = "#ffffff", "#1d1d24"


def sheet(size: int, ground: str) -> Image.Image:
    """All emoji in rows, in the catalogue's order."""
    columns = COLUMNS[size]
    gap = (COLUMNS[LARGE] * (LARGE + GAP) + GAP - columns * size) // (columns + 1)
    cell, rows = size + gap, -(-len(RECIPES) // columns)
    picture = Image.new("RGB", (columns * cell + gap, rows * cell + gap), ground)
    for i, emoji in enumerate(RECIPES):
        drawing = emoji_picture(emoji, size)
        picture.paste(drawing, (i % columns * cell + gap, i // columns * cell + gap), drawing)
    return picture


def main() -> None:
    out = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/figures/emoji-gallery.png")
    large, small = sheet(LARGE, LIGHT), sheet(SMALL, DARK)
    gallery = Image.new("RGB", (large.width, large.height + small.height), DARK)
    gallery.paste(large)
    gallery.paste(small, (0, large.height))
    out.parent.mkdir(parents=True, exist_ok=True)
    gallery.save(out, optimize=True)
    print(f"{out}: {gallery.width}x{gallery.height}, {out.stat().st_size / 1000:.0f} kB, {len(RECIPES)} emoji")


if __name__ == "__main__":
    main()
