"""Telegram's animated stickers: our drawings as gzipped Lottie, 60 frames a second, sharp at every size."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

import pathops

from mien.avatar.animate import BEATS, moment
from mien.avatar.expression import look
from mien.avatar.shapes import CANVAS
from mien.stickers.areas import clipped, stroked
from mien.stickers.lottie import FPS, Animation
from mien.stickers.motion import HEIGHT, same_fit
from mien.stickers.outline import EDGE, HAIR, HAIR_COLOUR, HAIR_OPACITY, WHOLE, canvas, silhouette, window
from mien.stickers.platforms import Rule
from mien.stickers.tracks import Contour, Track, align, contours, resampled
from mien.stickers.vector import NotFlat, Shape, parse_transform, shapes

if TYPE_CHECKING:
    from mien.avatar.spec import AvatarSpec

_POINT_ZERO = re.compile(r"(\d)\.0(?=[,\]}])")
#: The shapes of a drawing, and what they cover.
Pose: TypeAlias = tuple[list[Shape], pathops.Path]

#: Poses left out when a sticker is too large: in-between ones, which key frames fill in well enough.
SPARSE = (0, 2, 4, 6, 7, 10, 13, 14, 16, 18)
#: What a head turns about: the middle of the canvas, as far down as necks are.
PIVOT = (64.0, 84.0)
#: Vertices of the silhouette, whose edge is drawn.
EDGE_VERTICES = 240
#: Holes and islands of less than this have no edge of their own: twice their area, in square canvas units.
SPECK = 8.0


def tgs_or_reason(spec: AvatarSpec, emoji: str, rule: Rule, *, edge: bool) -> tuple[bytes, str]:
    """(a TGS file, how) within the rule's limit, or (nothing, why not)."""
    smallest, known = 0, dict[str, Pose]()
    for beats, decimals, how in _ways():
        try:
            document = lottie(spec, emoji, beats=beats, decimals=decimals, edge=edge, known=known)
        except NotFlat as error:
            return b"", str(error)
        data = compressed(document)
        if len(data) <= rule.limit:
            return data, f"TGS, {how}"
        smallest = min(smallest or len(data), len(data))
    return b"", f"{smallest} bytes as TGS, {rule.limit} are allowed"


def _ways() -> list[tuple[Sequence[int], int, str]]:
    """(beats from the height on, decimals, in words), the best first."""
    every = range(len(BEATS))
    return [(every, 1, "every pose"), (SPARSE, 1, "fewer poses"), (SPARSE, 0, "fewer poses, whole pixels")]


def compressed(document: dict[str, Any]) -> bytes:
    """The same animation gives the same bytes."""
    text = _POINT_ZERO.sub(r"\1", json.dumps(document, separators=(",", ":"))).replace("-0,", "0,").replace("-0]", "0]")
    return gzip.compress(text.encode(), 9, mtime=0)


def lottie(
    spec: AvatarSpec,
    emoji: str,
    *,
    beats: Sequence[int] | None = None,
    decimals: int = 1,
    edge: bool = True,
    known: dict[str, Pose] | None = None,
) -> dict[str, Any]:
    """The reaction to an emoji as a Lottie document.

    beats: which of the beats, counted from the expression's height, become key poses. known: what was made of drawings
    before, kept here for another try. Raises `NotFlat` for a drawing with a mask.
    """
    wanted = look(emoji)
    # The layer turns, not each of a hundred shapes; but a body stands still while its head turns.
    whole = spec.clothing.style == "none" or spec.plain
    drawn, times, turns = replace(wanted, tilt=0.0) if whole else wanted, list[int](), list[float]()
    rolled, svgs, start = (*BEATS[HEIGHT:], *BEATS[:HEIGHT]), list[str](), 0
    for i, (ms, share, blink) in enumerate(rolled):
        if beats is None or i in beats:
            # A pose that is held stays until the next begins.
            ends = [0] if ms <= 100 else [0, ms - 30]
            times += [round((start + end) * FPS / 1000) for end in ends]
            svgs += [moment(spec, drawn, share, blink, 512, still=True)] * len(ends)
            turns += [wanted.tilt * share if whole else 0.0] * len(ends)
        start += ms
    known = {} if known is None else known
    fitted = same_fit(svgs)
    for svg in fitted:
        if svg not in known:
            pose = [_within_canvas(shape) for shape in shapes(svg)]
            known[svg] = (pose, silhouette(pose))
    poses, areas = [known[svg][0] for svg in fitted], [known[svg][1] for svg in fitted]
    turned = [_turned(area, turn) for area, turn in zip(areas, turns, strict=True)]
    shown = window(turned) if edge or any(turns) else WHOLE
    tracks = [*(_edges(areas) if edge else ()), *align(poses)]
    return Animation(times, round(start * FPS / 1000), shown, decimals).document(tracks, emoji, turns, PIVOT)


def _turned(area: pathops.Path, degrees: float) -> pathops.Path:
    return area.transform(*parse_transform(f"rotate({degrees} {PIVOT[0]} {PIVOT[1]})"))


def _edges(areas: Sequence[pathops.Path]) -> list[Track]:
    """The hair line and the white edge behind the figure."""
    even = [_evened(area) for area in areas]
    hair = [Shape(path, HAIR_COLOUR, HAIR_OPACITY, 2 * (EDGE + HAIR), "round", "round") for path in even]
    white = [Shape(path, "#ffffff", 1.0, 2 * EDGE, "round", "round") for path in even]
    return [Track([*hair]), Track([*white])]


def _evened(area: pathops.Path) -> pathops.Path:
    """A silhouette with the same vertices in every pose, the largest runs first."""
    runs = [resampled(run, EDGE_VERTICES) for run in contours(area) if run.closed]
    path = pathops.Path()
    for run in sorted(runs, key=_size, reverse=True):
        if _size(run) < SPECK:
            continue
        path.moveTo(*run.points[0])
        for point in run.points[1:]:
            path.lineTo(*point)
        path.close()
    return path


def _size(run: Contour) -> float:
    """Twice the area."""
    pairs = zip(run.points, [*run.points[1:], run.points[0]], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs))


def _within_canvas(shape: Shape) -> Shape:
    left, top, right, bottom = shape.path.bounds
    half = shape.stroke / 2
    if min(left, top) - half >= -0.01 and max(right, bottom) + half <= CANVAS + 0.01:
        return shape
    area = stroked(shape.path, shape.stroke, shape.cap, shape.join) if shape.stroke else shape.path
    return Shape(clipped(area, (canvas(),)), shape.paint, shape.opacity)
