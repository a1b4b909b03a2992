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
#: Colours of attention to places of the picture and to landmarks.
HEAT, DOTS = np.array([255, 150, 30]), np.array([40, 90, 255])
INK, PAPER = (43, 38, 32), (251, 248, 242)


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
    return bytes(encoded(attention_picture(best), path))


def attention_picture(face: Face, emojifier: Emojifier | None = None) -> Image.Image:
    """A tile a slot: the head, greyed, with the places that the slot looked at glowing and the landmarks that it looked
    at as dots; under it the share that went to the picture's tokens, landmarks taking the rest. The neural drawing
    comes last. Raises `PictureError` for a face without pixels."""
    network, views = emojifier or _shipped(), views_of([face])
    said = network.read_views(views)[0]
    tiles = [looked_at(views.head[0], views.points[0], *slot_attention(said, slot)) for slot in SLOTS]
    names = [f"{slot}  {slot_attention(said, slot)[0].sum():.0%}" for slot in SLOTS]
    drawn = Image.new("RGB", (TILE, TILE), PAPER)
    picture = Image.fromarray(network.draw(said.spec, said.controls)).resize((TILE, TILE), Image.Resampling.BICUBIC)
    drawn.paste(picture, (0, 0), picture)
    return _sheet([*tiles, np.asarray(drawn)], [*names, "drawn"])


def _sheet(tiles: Sequence[NDArray[np.uint8]], names: Sequence[str]) -> Image.Image:
    """Tiles with their names below."""
    rows = -(-len(tiles) // COLUMNS)
    width, height = COLUMNS * (TILE + GAP) + GAP, rows * (TILE + LINE + GAP) + GAP
    canvas = np.full((height, width, 3), PAPER, np.uint8)
    corners = [(GAP + i % COLUMNS * (TILE + GAP), GAP + i // COLUMNS * (TILE + LINE + GAP)) for i in range(len(tiles))]
    for (x, y), tile in zip(corners, tiles, strict=True):
        canvas[y : y + TILE, x : x + TILE] = tile
    painted = Canvas(canvas)
    for (x, y), name in zip(corners, names, strict=True):
        painted.text(x + 2, y + TILE + 19, name, 15, INK)
    return Image.fromarray(painted.pixels)


def looked_at(
    head: NDArray[np.uint8], points: NDArray[np.float32], places: NDArray[np.float32], marks: NDArray[np.float32]
) -> NDArray[np.uint8]:
    """One tile. head: 128 x 128 x 3; points: 68 x 2, shares of its side; places: 8 x 8 and marks: 68 weights, together
    1. The strongest place and the strongest landmark glow alike, each as far as its kind was looked at."""
    big = np.asarray(Image.fromarray(head).convert("L").resize((TILE, TILE), Image.Resampling.BICUBIC), np.float32)
    tile = 70 + 0.66 * big[..., None].repeat(3, 2)
    whole = Image.fromarray(np.asarray(places, np.float32)).resize((TILE, TILE), Image.Resampling.BICUBIC)
    dots = _dots(points, marks)
    for heat, share, colour in ((np.asarray(whole), places.sum(), HEAT), (np.sqrt(dots), marks.sum(), DOTS)):
        strength = np.clip(heat / max(float(heat.max()), 1e-9), 0, 1) * min(1.0, 2 * float(share)) * 0.92
        tile = tile * (1 - strength[..., None]) + colour * strength[..., None]
    return np.asarray(np.clip(tile, 0, 255).astype(np.uint8))


def _dots(points: NDArray[np.float32], marks: NDArray[np.float32], spread: float = TILE * 0.02) -> NDArray[np.float32]:
    """Weights of landmarks as bells about them."""
    rows, columns = np.mgrid[0:TILE, 0:TILE] + 0.5
    out = np.zeros((TILE, TILE), np.float32)
    for (x, y), weight in zip(points * TILE, marks, strict=True):
        square = (columns - x) ** 2 + (rows - y) ** 2
        out = np.maximum(out, weight * np.exp(-square / (2 * spread**2)))
    return out
