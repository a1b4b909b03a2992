"""What `mien avatar --decoder neural` and `--attention` write."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mien.avatar.expression import Wearable
from mien.avatar.neural.emojifier import Emojified, Emojifier, slot_attention, views_of
from mien.avatar.neural.slots import SLOTS
from mien.avatar.output import check_ending
from mien.avatar.personalise.faces import trust_in
from mien.avatar.spec import AvatarSpec
from mien.errors import PictureError
from mien.media.drawing import Canvas
from mien.media.writing import encoded
from mien.types import Face

SIZE = 512  #: pixels of a picture, by default
TILE, GAP, LINE = 176, 14, 26  #: of the attention picture, pixels: a slot's tile, between tiles, room for its name
COLUMNS = 4
HEAT = np.array([255, 122, 20])  #: the colour of attention
INK, PAPER = (33, 37, 41), (255, 255, 255)


@lru_cache(maxsize=1)
def _shipped() -> Emojifier:
    return Emojifier()


def emojified(faces: Sequence[Face]) -> Emojified:
    """What the shipped network says of the face that can be read best. Raises `PictureError` without a face."""
    if not faces:
        raise PictureError("nobody to look at: pass a photo")
    return _shipped().read(max(faces, key=trust_in))


def neural_still(spec: AvatarSpec, path: Path, expression: Wearable = None, size: int | None = None) -> bytes:
    """One picture by the neural decoder, for a path with the ending of its format. Raises `PictureError` for SVG, which
    it cannot draw, `SpecError` for an expression that is not known."""
    if check_ending(path, "picture") == ".svg":
        raise PictureError(f"{path}: the neural decoder draws pixels, not SVG; use .png or leave out --decoder neural")
    return bytes(encoded(_shipped().picture(spec, expression, size or SIZE), path))


def attention_still(faces: Sequence[Face], path: Path) -> bytes:
    """Where each slot looked on the face that can be read best, for a path with the ending of its format."""
    if check_ending(path, "picture") == ".svg":
        raise PictureError(f"{path}: an attention picture shows a photo; use .png")
    best = max(faces, key=trust_in)
    return bytes(
        encoded(attention_picture(views_of([best]).head[0], views_of([best]).points[0], emojified([best])), path)
    )


def attention_picture(
    head: NDArray[np.uint8], points: NDArray[np.float32], said: Emojified, slots: Sequence[str] = SLOTS
) -> Image.Image:
    """A tile a slot: the head view, greyed, with the places and landmarks that the slot looked at glowing, and the
    neural drawing last. head: 128 x 128 x 3; points: 68 x 2, shares of its side."""
    tiles = [(slot, _tile(head, points, said, slot)) for slot in slots]
    drawn = Image.new("RGB", (TILE, TILE), (244, 244, 241))
    picture = Image.fromarray(said.picture).resize((TILE, TILE), Image.Resampling.BICUBIC)
    drawn.paste(picture, (0, 0), picture)
    tiles.append(("drawn", np.asarray(drawn)))
    rows = -(-len(tiles) // COLUMNS)
    width, height = COLUMNS * (TILE + GAP) + GAP, rows * (TILE + LINE + GAP) + GAP
    canvas = np.full((height, width, 3), PAPER, np.uint8)
    places = []
    for i, (slot, tile) in enumerate(tiles):
        x, y = GAP + (i % COLUMNS) * (TILE + GAP), GAP + (i // COLUMNS) * (TILE + LINE + GAP)
        canvas[y : y + TILE, x : x + TILE] = tile
        places.append((x, y + TILE + 19, slot))
    painted = Canvas(canvas)
    for x, y, slot in places:
        painted.text(x + 2, y, slot, 15, INK)
    return Image.fromarray(painted.pixels)


def _tile(head: NDArray[np.uint8], points: NDArray[np.float32], said: Emojified, slot: str) -> NDArray[np.uint8]:
    places, marks = slot_attention(said, slot)
    big = np.asarray(Image.fromarray(head).convert("L").resize((TILE, TILE), Image.Resampling.BICUBIC), np.float32)
    grey = 60 + 0.68 * big[..., None].repeat(3, 2)
    heat = _spread(places) + _dots(points, marks)
    strength = np.clip(heat / max(float(np.quantile(heat, 0.995)), 1e-6), 0, 1)[..., None] ** 0.8 * 0.85
    return np.asarray(np.clip(grey * (1 - strength) + HEAT * strength, 0, 255).astype(np.uint8))


def _spread(places: NDArray[np.float32]) -> NDArray[np.float32]:
    """Weights of 8 x 8 places as a smooth density over the tile: weight a pixel."""
    whole = Image.fromarray(places / (TILE / len(places)) ** 2).resize((TILE, TILE), Image.Resampling.BICUBIC)
    return np.maximum(np.asarray(whole, np.float32), 0)


def _dots(points: NDArray[np.float32], marks: NDArray[np.float32], spread: float = TILE * 0.025) -> NDArray[np.float32]:
    """Weights of landmarks as bells about them: weight a pixel."""
    rows, columns = np.mgrid[0:TILE, 0:TILE] + 0.5
    out = np.zeros((TILE, TILE), np.float32)
    for (x, y), weight in zip(points * TILE, marks, strict=True):
        square = (columns - x) ** 2 + (rows - y) ** 2
        out += weight * np.exp(-square / (2 * spread**2)) / (2 * np.pi * spread**2)
    return out
