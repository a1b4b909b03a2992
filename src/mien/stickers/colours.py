"""Fewer colours, with soft edges kept: one palette for all frames of an animation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from PIL import Image

#: Levels of transparency that edges keep, besides clear and full.
EDGE_LEVELS = (64, 128, 192)
#: Share of the palette for the colours of edges.
EDGE_SHARE = 0.16


def one_palette(frames: Sequence[Image.Image], count: int) -> list[Image.Image]:
    """The frames with one palette of `count` RGBA colours in common, so that a PNG or APNG can hold them.

    Full colours are chosen by median cut (Heckbert 1982) over frames at the loop's turning points; half transparent
    ones by the same, over the edges alone.
    """
    from PIL import Image

    some = [np.asarray(frames[i].convert("RGBA")) for i in sorted({0, len(frames) // 3, len(frames) // 2})]
    pixels = np.concatenate([frame.reshape(-1, 4) for frame in some])
    alpha = pixels[:, 3]
    full, soft = pixels[alpha >= 224][:, :3], pixels[(alpha >= 32) & (alpha < 224)][:, :3]
    per_level = max(1, int(count * EDGE_SHARE) // len(EDGE_LEVELS)) if len(soft) else 0
    inner = _median_cut(full if len(full) else pixels[:1, :3], count - 1 - per_level * len(EDGE_LEVELS))
    edge = _median_cut(soft, per_level) if per_level else inner[:0]
    table = np.concatenate([np.zeros((1, 3), np.uint8), inner, *[edge] * len(EDGE_LEVELS)])
    opacities = [0] + [255] * len(inner) + [level for level in EDGE_LEVELS for _ in range(len(edge))]
    found = []
    for frame in frames:
        indexed = Image.fromarray(_indices(np.asarray(frame.convert("RGBA")), inner, edge), "P")
        indexed.putpalette(table.tobytes())
        indexed.info["transparency"] = bytes(opacities)
        found.append(indexed)
    return found


def _median_cut(colours: npt.NDArray[np.uint8], count: int) -> npt.NDArray[np.uint8]:
    """(count, 3) colours that stand for (n, 3)."""
    from PIL import Image

    step = max(1, len(colours) // 120_000)
    strip = Image.fromarray(np.ascontiguousarray(colours[::step])[None])
    small = strip.quantize(max(count, 1), Image.Quantize.MEDIANCUT, kmeans=1)
    palette = np.array(small.getpalette(), np.uint8).reshape(-1, 3)
    return palette[: int(np.asarray(small).max()) + 1]


def _indices(
    frame: npt.NDArray[np.uint8], inner: npt.NDArray[np.uint8], edge: npt.NDArray[np.uint8]
) -> npt.NDArray[np.uint8]:
    """Of each pixel its colour's place in the table: 0 clear, then the full colours, then the levels of the edges."""
    height, width = frame.shape[:2]
    opaque = _nearest(frame[..., :3], inner) + 1
    result = np.where(frame[..., 3] >= 224, opaque, 0)
    if len(edge):
        soft = (frame[..., 3] >= 32) & (frame[..., 3] < 224)
        levels = np.abs(frame[soft][:, 3:].astype(int) - np.array(EDGE_LEVELS)).argmin(axis=1)
        near = _nearest(frame[soft][:, :3][None], edge)[0]
        result[soft] = 1 + len(inner) + levels * len(edge) + near
    return result.astype(np.uint8).reshape(height, width)


def _nearest(pixels: npt.NDArray[np.uint8], table: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """(h, w) index of the table's colour nearest to each of the (h, w, 3) pixels."""
    from PIL import Image

    holder = Image.new("P", (1, 1))
    # The rest of the palette repeats the last colour, which then is never chosen for being elsewhere.
    padded = np.concatenate([table, np.repeat(table[-1:], 256 - len(table), axis=0)])
    holder.putpalette(padded.tobytes())
    mapped = Image.fromarray(np.ascontiguousarray(pixels)).quantize(palette=holder, dither=Image.Dither.NONE)
    return np.minimum(np.asarray(mapped).astype(np.int64), len(table) - 1)


def seen_or_not(frame: Image.Image, count: int) -> Image.Image:
    """For GIF, which knows no half transparency: every pixel either seen whole or clear; at most `count` colours, place
    0 clear. Pixels of the edge keep their own colour: laid on any ground, they would be a fringe on every other."""
    from PIL import Image

    picture = np.asarray(frame.convert("RGBA"))
    seen, pixels = picture[..., 3] >= 128, np.ascontiguousarray(picture[..., :3])
    table = _median_cut(pixels[seen], count - 1) if seen.any() else np.zeros((1, 3), np.uint8)
    indexed = Image.fromarray(np.where(seen, _nearest(pixels, table) + 1, 0).astype(np.uint8), "P")
    indexed.putpalette(np.concatenate([np.zeros((1, 3), np.uint8), table]).tobytes())
    indexed.info["transparency"] = 0
    return indexed
