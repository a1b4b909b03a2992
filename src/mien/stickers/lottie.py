"""Tracks of shapes as a Lottie animation (https://lottie.github.io/lottie-spec/1.0.1/): fills, strokes and gradients,
with key frames; nothing that Telegram's player does not take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pathops

from mien.stickers.outline import Window
from mien.stickers.tracks import Contour, Track, alike, contours, resampled
from mien.stickers.vector import Gradient, Shape

Json = dict[str, Any]
Floats = npt.NDArray[np.float64]
SIDE, FPS = 512, 60
_CAPS, _JOINS = {"butt": 1, "round": 2, "square": 3}, {"miter": 1, "round": 2, "bevel": 3}
Value = TypeVar("Value")


class Animation:
    """Builds the document. times: the frame of each pose, the first 0; after the last pose the loop begins again."""

    def __init__(self, times: Sequence[int], length: int, shown: Window, decimals: int = 1) -> None:
        self.times, self.length, self.window, self.decimals = list(times), length, shown, decimals

    def document(self, tracks: Sequence[Track], name: str, turns: Sequence[float], pivot: tuple[float, float]) -> Json:
        """The whole animation. turns: of the figure in each pose, degrees clockwise, about `pivot` (canvas units)."""
        groups = [group for track in tracks if (group := self._group(track))]
        scale = SIDE / self.window.side
        at = [round((pivot[0] - self.window.x) * scale, 1), round((pivot[1] - self.window.y) * scale, 1), 0]
        turn = self._property(list(turns), lambda v: round(v, 2), lambda a, b: True)
        layer = {
            "ddd": 0, "ind": 1, "ty": 4, "nm": name, "sr": 1, "ip": 0, "op": self.length, "st": 0, "bm": 0, "ao": 0,
            "ks": {
                "o": {"a": 0, "k": 100}, "r": turn, "p": {"a": 0, "k": at}, "a": {"a": 0, "k": at},
                "s": {"a": 0, "k": [100, 100, 100]},
            },
            "shapes": groups[::-1],  # Lottie draws the last first
        }  # fmt: skip
        return {
            "tgs": 1, "v": "5.5.2", "fr": FPS, "ip": 0, "op": self.length, "w": SIDE, "h": SIDE, "nm": name, "ddd": 0,
            "assets": [], "layers": [layer],
        }  # fmt: skip

    def _group(self, track: Track) -> Json | None:
        paths = self._paths(track)
        if not paths:
            return None
        return {"ty": "gr", "it": [*paths, *self._paint(track), _TRANSFORM]}

    def _paths(self, track: Track) -> list[Json]:
        """A `sh` for each contour; those that can move smoothly do, the others jump from pose to pose."""
        first = track.first
        if all(s is not None and s.path == first.path for s in track.shapes):
            return [{"ty": "sh", "ks": {"a": 0, "k": self._contour(c)}} for c in contours(first.path)]
        posed = _smooth([contours(s.path) if s else None for s in track.shapes])
        most = max((len(p) for p in posed if p is not None), default=0)
        found = []
        for i in range(most):
            values = [None if p is None else p[i] if i < len(p) else _NOWHERE for p in posed]
            found.append({"ty": "sh", "ks": self._property(_filled(values), self._contour, _moves)})
        return found

    def _contour(self, contour: Contour) -> Json:
        scale, corner = SIDE / self.window.side, np.array([self.window.x, self.window.y])

        def told(points: Sequence[tuple[float, float]], start: Floats | float) -> Any:
            return np.round((np.array(points) - start) * scale, self.decimals).tolist()

        return {
            "c": contour.closed, "v": told(contour.points, corner), "i": told(contour.entering, 0.0),
            "o": told(contour.leaving, 0.0),
        }  # fmt: skip

    def _paint(self, track: Track) -> list[Json]:
        shapes = _filled(track.shapes)
        there = [0.0 if s is None else round(100 * s.opacity) for s in track.shapes]
        opacity = self._property(there, lambda v: v, lambda a, b: bool(a) and bool(b))
        first = track.first
        if isinstance(first.paint, Gradient):
            return [self._gradient([s.paint for s in shapes if isinstance(s.paint, Gradient)], opacity, first)]
        colour = self._property([str(s.paint) for s in shapes], _rgb, lambda a, b: False)
        if first.stroke:
            scale = SIDE / self.window.side
            width = self._property([s.stroke for s in shapes], lambda v: round(v * scale, 1), lambda a, b: True)
            return [
                {"ty": "st", "c": colour, "o": opacity, "w": width, "lc": _CAPS[first.cap], "lj": _JOINS[first.join]}
            ]
        return [{"ty": "fl", "c": colour, "o": opacity, "r": _rule(first.path)}]

    def _gradient(self, paints: list[Gradient], opacity: Json, first: Shape) -> Json:
        scale, box = SIDE / self.window.side, self.window

        def place(p: tuple[float, float]) -> list[float]:
            return [round((p[0] - box.x) * scale, 1), round((p[1] - box.y) * scale, 1)]

        stops = self._property([p.stops for p in paints], lambda s: _stops(Gradient(False, (0, 0), (0, 0), s)),
                               lambda a, b: False)  # fmt: skip
        return {
            "ty": "gf", "o": opacity, "r": _rule(first.path), "t": 2 if paints[0].radial else 1,
            "g": {"p": len(paints[0].stops), "k": stops},
            "s": self._property([p.start for p in paints], place, lambda a, b: True),
            "e": self._property([p.end for p in paints], place, lambda a, b: True),
        }  # fmt: skip

    def _property(
        self, values: Sequence[Value], told: Callable[[Value], Any], moves: Callable[[Value, Value], bool]
    ) -> Json:
        """A value that stays, or key frames. moves: whether one value can go over into another; else it jumps."""
        if all(value == values[0] for value in values):
            return {"a": 0, "k": told(values[0])}
        plain = [told(value) for value in values]
        if all(p == plain[0] for p in plain):
            return {"a": 0, "k": plain[0]}
        keys = []
        ends = [*plain[1:], plain[0]]
        for i, (time, value) in enumerate(zip(self.times, plain, strict=True)):
            if 0 < i < len(plain) - 1 and value == plain[i - 1] == ends[i]:
                continue
            key: Json = {"t": time, "s": value if isinstance(value, list) else [value]}
            after = values[(i + 1) % len(values)]
            key |= _EVEN if value != ends[i] and moves(values[i], after) else {"h": 1}
            keys.append(key)
        last = plain[0]
        keys.append({"t": self.length, "s": last if isinstance(last, list) else [last]})
        return {"a": 1, "k": keys}


#: Stands for a contour that a pose lacks: far off, since one without size would be a dot where lines are round.
_NOWHERE = Contour(((-999.0, -999.0),) * 2, ((0.0, 0.0),) * 2, ((0.0, 0.0),) * 2, True)
_EVEN = {"o": {"x": 0, "y": 0}, "i": {"x": 1, "y": 1}}
_TRANSFORM = {
    "ty": "tr", "p": {"a": 0, "k": [0, 0]}, "a": {"a": 0, "k": [0, 0]}, "s": {"a": 0, "k": [100, 100]},
    "r": {"a": 0, "k": 0}, "o": {"a": 0, "k": 100},
}  # fmt: skip


def _rule(path: pathops.Path) -> int:
    return 2 if path.fillType == pathops.FillType.EVEN_ODD else 1


def _rgb(colour: str) -> list[float]:
    return [round(int(colour[i : i + 2], 16) / 255, 3) for i in (1, 3, 5)] + [1]


def _stops(gradient: Gradient) -> list[float]:
    """Offsets and colours, then offsets and opacities."""
    colours = [v for s in gradient.stops for v in (s.offset, *_rgb(s.colour)[:3])]
    if all(s.opacity == 1 for s in gradient.stops):
        return colours
    return colours + [v for s in gradient.stops for v in (s.offset, s.opacity)]


def _moves(one: Contour, two: Contour) -> bool:
    return alike([one], [two])


def _filled(values: Sequence[Value | None]) -> list[Value]:
    """What is missing is as it was before, or will be: unseen meanwhile."""
    known = [v for v in values if v is not None]
    found, last = [], known[0]
    for value in values:
        last = last if value is None else value
        found.append(last)
    return found


def _smooth(posed: list[list[Contour] | None]) -> list[list[Contour] | None]:
    """Where contours have the same number in all poses but not the same vertices (they were cut by a clip), draws them
    anew with as many vertices each."""
    there = [p for p in posed if p is not None]
    if not there or all(alike(there[0], p) for p in there):
        return posed
    if any(len(p) != len(there[0]) or not all(c.closed for c in p) for p in there):
        return posed
    return [None if p is None else [resampled(c, alone=len(p) == 1) for c in p] for p in posed]
