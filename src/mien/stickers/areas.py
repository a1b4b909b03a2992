"""Areas of the plane: what lines cover, what clips leave, what several make together. Skia does the work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pathops

_CAPS = {"butt": pathops.LineCap.BUTT_CAP, "round": pathops.LineCap.ROUND_CAP, "square": pathops.LineCap.SQUARE_CAP}
_JOINS = {"miter": pathops.LineJoin.MITER_JOIN, "round": pathops.LineJoin.ROUND_JOIN,
          "bevel": pathops.LineJoin.BEVEL_JOIN}  # fmt: skip
#: How far apart, in canvas units, to move two paths that Skia cannot combine where they are.
_NUDGES = (0.0, 0.004, -0.007, 0.013, -0.021)


def stroked(path: pathops.Path, width: float, cap: str, join: str, dashes: list[float] | None = None) -> pathops.Path:
    """The area that a line covers."""
    area = pathops.Path(path)
    how: dict[str, Any] = {"dash_array": dashes} if dashes else {}
    area.stroke(width, _CAPS[cap], _JOINS[join], 4.0, **how)
    area.convertConicsToQuads()
    return area


def clipped(path: pathops.Path, clips: tuple[pathops.Path, ...]) -> pathops.Path:
    """What of an area lies within every clip."""
    for clip in clips:
        if not _within(path, clip):
            path = _operated(path, clip, pathops.PathOp.INTERSECTION)
    return path


def union(areas: Sequence[pathops.Path]) -> pathops.Path:
    """All areas as one."""
    whole = pathops.OpBuilder(fix_winding=False, keep_starting_points=False)
    for area in areas:
        whole.add(area, pathops.PathOp.UNION)
    try:
        return whole.resolve()
    except pathops.PathOpsError:  # all at once was too much: one after the other, which is slower
        joined = areas[0]
        for area in areas[1:]:
            joined = _operated(joined, area, pathops.PathOp.UNION)
        return joined


def _operated(one: pathops.Path, two: pathops.Path, how: pathops.PathOp) -> pathops.Path:
    """Skia gives up on a few coincident curves; moved by a hundredth of a unit they work. Where none does, what is
    clipped is left out: it is a sliver."""
    for off in _NUDGES:
        try:
            moved_one = one.transform(1, 0, 0, 1, off, off / 2) if off else one
            return pathops.op(moved_one, two, how, fix_winding=False, keep_starting_points=False)
        except pathops.PathOpsError:
            continue
    return pathops.Path() if how == pathops.PathOp.INTERSECTION else one


def _within(path: pathops.Path, clip: pathops.Path) -> bool:
    """Whether a clip plainly leaves a path whole: the path's box lies in it, and the clip is convex."""
    if not clip.isConvex:
        return False
    left, top, right, bottom = path.bounds
    return all(clip.contains((x, y)) for x in (left, right) for y in (top, bottom))
