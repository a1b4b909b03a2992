"""The yellow face: 52 controls and a few overlays in, one SVG out."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape

from mien.avatar.overlays import OVERLAYS, YELLOW, Overlay, Room, plain_wearer
from mien.avatar.palette import Ramp
from mien.avatar.plain.eyes import brow, eye, nose_wrinkles
from mien.avatar.plain.ink import SOFT, STRONG, outlined
from mien.avatar.plain.mouth import mouth
from mien.avatar.shapes import CANVAS, CENTRE, INK, Pull, at, blend, clamp, mix, n
from mien.emoji.recipe import Recipe
from mien.types import Pose

_RADIUS = 57.0
#: One soft light from the upper left, however the face is held: a highlight on the disc; the rest is its gradient.
_LIGHT = "M17 46C22 27 37 15 56 13C44 19 29 30 24 47C22 53 15 53 17 46Z"
_SIDES = ("Right", "Left")  # the face's own; its right is on the left of the picture


def face_svg(
    controls: Mapping[str, float],
    overlays: Iterable[str] = (),
    *,
    pose: Pose | None = None,
    title: str = "Face",
    bold: bool = False,
    high_contrast: bool = False,
) -> str:
    """Draws the yellow face for a set of controls.

    controls: name (`mien.types.CONTROLS`) -> 0..1; missing ones are 0, others are held within the range; left and
    right are the face's own. overlays: names from `mien.avatar.OVERLAYS`. pose: turns the head; features shift up to
    25 degrees of yaw and pitch, roll is drawn as it is. title: the text alternative. bold: for pictures below 48
    pixels: wider strokes and mouth, no fine creases. high_contrast: darker lines, an outline round the disc and what
    lies on it, blushes hatched.

    Returns a 128x128 SVG, transparent outside the face: the same text for the same input, byte for byte. Its ids carry
    a prefix from the input, so that many faces can stand in one page. Raises ValueError for a name it does not know.
    """
    c = Pull(controls, bold=bold)
    if unknown := [name for name in overlays if name not in OVERLAYS]:
        raise ValueError(f"unknown overlay {unknown[0]!r}; choose from {', '.join(OVERLAYS)}")
    key = repr((sorted(controls.items()), tuple(overlays), pose, bold, *([True] if high_contrast else [])))
    uid = f"m{zlib.crc32(key.encode()):08x}"
    chosen = [overlay for name, overlay in OVERLAYS.items() if name in overlays]
    figure = _Figure(c, uid, chosen, pose, high_contrast)
    names = [overlay.name for overlay in chosen]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128" width="128" height="128" role="img" '
        f'aria-labelledby="{uid}t"><title id="{uid}t">{escape(title)}</title><desc>{_description(c, names)}</desc>'
        f"{figure.svg()}</svg>"
    )


def recipe_svg(recipe: Recipe, *, bold: bool = False, high_contrast: bool = False) -> str:
    """The drawing of one emoji recipe. bold, high_contrast: as for `face_svg`."""
    return face_svg(
        recipe.controls, recipe.overlays,
        pose=recipe.turn, title=recipe.name, bold=bold, high_contrast=high_contrast,
    )  # fmt: skip


def _description(c: Pull, overlays: Iterable[str]) -> str:
    words = [*c.strongest(6), *(name.replace("_", " ") for name in overlays)]
    return escape("A round yellow face" + (": " + ", ".join(words) if words else ", at rest"))


class _Figure:
    """One drawing in the making: the disc, its features and the layers of overlays."""

    def __init__(self, c: Pull, uid: str, overlays: Sequence[Overlay], pose: Pose | None, high_contrast: bool) -> None:
        self.c, self.uid, self.overlays, self.pose = c, uid, overlays, pose
        self.inks = STRONG if high_contrast else SOFT
        self.colours = next((overlay.skin for overlay in overlays if overlay.skin), YELLOW)
        self.outline = _outline(c)
        light, middle, dark, edge = self.colours
        skin = Ramp(middle, light, dark, self.inks.edge or blend(edge, INK, 0.12), light)
        self.glossy = any(overlay.name == "glossy_eyes" for overlay in overlays)
        self.wearer = plain_wearer(c, uid, skin, self.outline, self.inks, glossy=self.glossy)
        self.hidden = {part for overlay in overlays for part in overlay.hides}

    def svg(self) -> str:
        turn = f' transform="rotate({n(self.pose.roll)} 64 64)"' if self.pose and self.pose.roll else ""
        figure = (
            f'<g{turn}>{self._worn("back")}<path d="{self.outline}" fill="url(#{self.uid}s)"'
            f"{outlined(self.inks.edge, 3)}/></g>"
            f'<path d="{_LIGHT}" fill="#fff" fill-opacity=".38"/>'
            f"<g{turn}><g{_shift(self.pose)}>{self._worn('skin')}{self._features()}"
            f"{self._worn('face')}{self._worn('front')}</g></g>"
        )
        for overlay in self.overlays:
            if overlay.stage:
                figure = overlay.stage(self.wearer, figure)
        frame = _frame([overlay.room for overlay in self.overlays], self.pose)
        return f"<defs>{self._defs()}</defs>{f'<g{frame}>{figure}</g>' if frame else figure}"

    def _worn(self, layer: str) -> str:
        svg = "".join(overlay.draw(self.wearer) for overlay in self.overlays if overlay.layer == layer)
        return f'<g clip-path="url(#{self.uid}head)">{svg}</g>' if svg and layer == "skin" else svg

    def _defs(self) -> str:
        stops = "".join(
            f'<stop offset="{at_}" stop-color="{colour}"/>'
            for at_, colour in zip((0, 0.5, 0.86, 1), self.colours, strict=True)
        )
        back = f' gradientTransform="rotate({n(-self.pose.roll)} .5 .5)"' if self.pose and self.pose.roll else ""
        svg = f'<radialGradient id="{self.uid}s" cx=".36" cy=".28" r=".78"{back}>{stops}</radialGradient>'
        if not self.overlays:
            return svg
        return (
            f'{svg}<linearGradient id="{self.uid}w" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#9fe0ff"/>'
            f'<stop offset="1" stop-color="#2f93ea"/></linearGradient><radialGradient id="{self.uid}blush">'
            '<stop offset=".3" stop-color="#ff4f43" stop-opacity=".62"/><stop offset="1" stop-color="#ff4f43" '
            f'stop-opacity="0"/></radialGradient><clipPath id="{self.uid}head"><path d="{self.outline}"/></clipPath>'
        )

    def _features(self) -> str:
        c, parts = self.c, [_cheeks(self.c, self.inks.crease), nose_wrinkles(self.c, self.inks)]
        if "eyes" not in self.hidden:
            parts += [
                eye(c, side, self.uid, lid=self.colours[2], glossy=self.glossy, inks=self.inks) for side in _SIDES
            ]
        if "brows" not in self.hidden:
            parts += [brow(c, side, self.inks) for side in _SIDES]
        if "mouth" not in self.hidden:
            parts.append(mouth(c, self.uid, self.inks))
        return "".join(parts)


def _frame(rooms: Sequence[Room], pose: Pose | None) -> str:
    """The transform that makes room for what stands out beyond the disc, wherever the head turns it."""
    top, bottom = (max((room[i] for room in rooms), default=0.0) for i in (0, 2))
    side = max((max(room.side, room.around) for room in rooms), default=0.0)
    up, down, out = (_RADIUS + 6 + reach for reach in (top, bottom, side))
    if pose and (top or bottom or side):
        right, rise = _slide(pose)
        up, down, out = _rolled(up + max(rise, 0.0), down + max(-rise, 0.0), out + abs(right), pose.roll)
    scale = min(1.0, 126 / (up + down), 63 / out)
    if scale > 0.985:
        return ""
    y = min(127 - scale * (CENTRE + down), (CANVAS - scale * (CANVAS + down - up)) / 2)
    return f' transform="matrix({n(scale)} 0 0 {n(scale)} {n(CENTRE * (1 - scale))} {n(y)})"'


def _rolled(up: float, down: float, out: float, roll: float) -> tuple[float, float, float]:
    """How far a figure reaches from the middle of the disc once it is rolled: up, down, to the farther side. Its
    corners count the more, the more it is rolled: a hat's brim comes near the edge, a hair's breadth does not."""
    broad, turn = mix(0.5, 1.0, clamp(abs(roll) / 20)), math.radians(roll)
    knobs = [(k * broad * (out - 6), y) for k in (-1, 1) for y in (-up, down)]
    knobs += [(x, k * broad * _RADIUS) for k in (-1, 1) for x in (-out, out)]
    xs = [x * math.cos(turn) - y * math.sin(turn) for x, y in knobs]
    ys = [x * math.sin(turn) + y * math.cos(turn) for x, y in knobs]
    rim = _RADIUS + 6
    return max(rim, -min(ys)), max(rim, max(ys)), max(rim, *(abs(x) for x in xs))


def _outline(c: Pull) -> str:
    """The head: a disc whose chin drops with the jaw and whose cheeks fill when puffed."""
    k = 0.5523
    puff, jaw = 2.2 * c("cheekPuff"), 2.5 * c("jawOpen") * (1 - c("mouthClose"))
    side = 2.0 * (c("jawLeft") - c("jawRight"))
    left, right, top = CENTRE - _RADIUS, CENTRE + _RADIUS, CENTRE - _RADIUS
    chin = CENTRE + _RADIUS + jaw + 0.8 * c("jawForward")
    r = _RADIUS * k
    return (
        f"M{at((CENTRE, top))}C{at((CENTRE + r, top), (right, CENTRE - r), (right, CENTRE))}"
        f"C{at((right + 2 * puff, CENTRE + r + puff), (CENTRE + r + side + puff, chin), (CENTRE + side, chin))}"
        f"C{at((CENTRE - r + side - puff, chin), (left - 2 * puff, CENTRE + r + puff), (left, CENTRE))}"
        f"C{at((left, CENTRE - r), (CENTRE - r, top), (CENTRE, top))}Z"
    )


def _cheeks(c: Pull, crease: str) -> str:
    """Cheeks filled with air: a light round each, and the fold below it."""
    puff = c("cheekPuff")
    if puff <= 0.02:
        return ""
    return "".join(
        f'<ellipse cx="{n(CENTRE + out * 37)}" cy="88" rx="{n(9 + 5 * puff)}" ry="{n(8 + 5 * puff)}" fill="#fff" '
        f'fill-opacity="{n(0.15 * puff)}"/><path d="M{at((CENTRE + out * 25, 82))}'
        f'Q{at((CENTRE + out * (21 - puff), 91), (CENTRE + out * 27, 100))}" fill="none" stroke="{crease}" '
        f'stroke-opacity="{n(0.8 * puff)}" stroke-width="2.6" stroke-linecap="round"/>'
        for out in (-1, 1)
    )


def _slide(pose: Pose) -> tuple[float, float]:
    """How far features slide over the ball: to the right, up."""
    return 12 * clamp(pose.yaw / 25, -1, 1), 9 * clamp(pose.pitch / 25, -1, 1)


def _shift(pose: Pose | None) -> str:
    """Yaw and pitch slide the features over the ball and narrow them a little."""
    if pose is None or not (pose.yaw or pose.pitch):
        return ""
    right, rise = _slide(pose)
    sx, sy = 1 - 0.1 * abs(right) / 12, 1 - 0.07 * abs(rise) / 9
    dx, dy = right + CENTRE * (1 - sx), CENTRE * (1 - sy) - rise
    return f' transform="matrix({n(sx)} 0 0 {n(sy)} {n(dx)} {n(dy)})"'
