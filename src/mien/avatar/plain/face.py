"""The yellow face: 52 controls and a few overlays in, one SVG out."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape

from mien.avatar.overlays import OVERLAYS, YELLOW
from mien.avatar.palette import Ramp
from mien.avatar.plain.eyes import brow, eye, nose_wrinkles
from mien.avatar.plain.mouth import mouth
from mien.avatar.shapes import CENTRE, CREASE, Pull, at, clamp, n
from mien.emoji.recipe import Recipe
from mien.types import Pose

_RADIUS = 57.0
_SIDES = ("Right", "Left")  # the face's own; its right is on the left of the picture


def face_svg(
    controls: Mapping[str, float],
    overlays: Iterable[str] = (),
    *,
    pose: Pose | None = None,
    title: str = "Face",
    bold: bool = False,
) -> str:
    """Draws the yellow face for a set of controls.

    controls: name (`mien.types.CONTROLS`) -> 0..1; missing ones are 0, others are held within the range; left and
    right are the face's own. overlays: names from `mien.avatar.OVERLAYS`. pose: turns the head; features shift up to
    25 degrees of yaw and pitch, roll is drawn as it is. title: the text alternative. bold: for
    pictures below 48 pixels: wider strokes and mouth, no fine creases.

    Returns a 128x128 SVG, transparent outside the face: the same text for the same input, byte for byte. Its ids carry
    a prefix from the input, so that many faces can stand in one page. Raises ValueError for a name it does not know.
    """
    c = Pull(controls, bold=bold)
    if unknown := [name for name in overlays if name not in OVERLAYS]:
        raise ValueError(f"unknown overlay {unknown[0]!r}; choose from {', '.join(OVERLAYS)}")
    key = repr((sorted(controls.items()), tuple(overlays), pose, bold))
    uid = f"m{zlib.crc32(key.encode()):08x}"
    chosen = [overlay for name, overlay in OVERLAYS.items() if name in overlays]
    turn = f' transform="rotate({n(pose.roll)} {n(CENTRE)} {n(CENTRE)})"' if pose and pose.roll else ""
    faded = ' opacity=".75"' if "dashed" in overlays else ""
    names = [overlay.name for overlay in chosen]
    light, middle, dark, edge = YELLOW
    skin = Ramp(middle, light, dark, edge, light)
    front = "".join(overlay.on_plain(uid, skin) for overlay in chosen)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128" width="128" height="128" role="img" '
        f'aria-labelledby="{uid}t"><title id="{uid}t">{escape(title)}</title><desc>{_description(c, names)}</desc>'
        f"<defs>{_gradients(uid, overlays)}</defs><g{turn}>{_head(c, uid, overlays)}"
        f"<g{_shift(pose)}{faded}>{_features(c, uid, overlays)}{front}</g></g></svg>"
    )


def recipe_svg(recipe: Recipe, *, bold: bool = False) -> str:
    """The drawing of one emoji recipe."""
    pose = Pose(0.0, 0.0, recipe.tilt) if recipe.tilt else None
    return face_svg(recipe.controls, recipe.overlays, pose=pose, title=recipe.name, bold=bold)


def _description(c: Pull, overlays: Iterable[str]) -> str:
    words = [*c.strongest(6), *(name.replace("_", " ") for name in overlays)]
    return escape("A round yellow face" + (": " + ", ".join(words) if words else ", at rest"))


def _skin(overlays: Iterable[str]) -> tuple[str, str, str, str]:
    return next((skin for name in overlays if (skin := OVERLAYS[name].skin)), YELLOW)


def _gradients(uid: str, overlays: Iterable[str]) -> str:
    skin = _skin(overlays)
    stops = "".join(
        f'<stop offset="{at_}" stop-color="{colour}"/>' for at_, colour in zip((0, 0.5, 0.86, 1), skin, strict=True)
    )
    parts = [
        f'<radialGradient id="{uid}s" cx=".36" cy=".28" r=".78">{stops}</radialGradient>',
        f'<linearGradient id="{uid}w" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#9fe0ff"/>'
        f'<stop offset="1" stop-color="#2f93ea"/></linearGradient>',
    ]
    if "pale" in overlays:
        parts.append(
            f'<linearGradient id="{uid}p" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#4f8df2"/>'
            f'<stop offset=".28" stop-color="#77a9f5" stop-opacity=".9"/>'
            f'<stop offset=".62" stop-color="#a9c8f0" stop-opacity="0"/></linearGradient>'
        )
    return "".join(parts)


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


def _head(c: Pull, uid: str, overlays: Iterable[str]) -> str:
    outline = _outline(c)
    if "dashed" in overlays:
        return (
            f'<path d="{outline}" fill="#fff3cf" fill-opacity=".82"/><path d="{outline}" fill="none" '
            f'stroke="#d98a12" stroke-width="4.4" stroke-dasharray="9 8.9" stroke-linecap="round"/>'
        )
    parts = [f'<path d="{outline}" fill="url(#{uid}s)"/>']
    if "pale" in overlays:
        parts.append(f'<path d="{outline}" fill="url(#{uid}p)"/>')
    # One soft light from the upper left: a highlight on the brow of the disc, the rest is the gradient.
    parts.append(
        '<path d="M17 46C22 27 37 15 56 13C44 19 29 30 24 47C22 53 15 53 17 46Z" fill="#fff" fill-opacity=".38"/>'
    )
    return "".join(parts)


def _cheeks(c: Pull) -> str:
    """Cheeks filled with air: a light round each, and the fold below it."""
    puff = c("cheekPuff")
    if puff <= 0.02:
        return ""
    return "".join(
        f'<ellipse cx="{n(CENTRE + out * 37)}" cy="88" rx="{n(9 + 5 * puff)}" ry="{n(8 + 5 * puff)}" fill="#fff" '
        f'fill-opacity="{n(0.24 * puff)}"/><path d="M{at((CENTRE + out * 25, 82))}'
        f'Q{at((CENTRE + out * (21 - puff), 91), (CENTRE + out * 27, 100))}" fill="none" stroke="{CREASE}" '
        f'stroke-opacity="{n(0.8 * puff)}" stroke-width="2.6" stroke-linecap="round"/>'
        for out in (-1, 1)
    )


def _features(c: Pull, uid: str, overlays: Iterable[str]) -> str:
    hidden = {part for name in overlays for part in OVERLAYS[name].hides}
    parts = [_cheeks(c), nose_wrinkles(c)]
    if "eyes" not in hidden:
        parts += [eye(c, side, uid, lid=_skin(overlays)[2], glossy="glossy_eyes" in overlays) for side in _SIDES]
    parts += [brow(c, side) for side in _SIDES]
    if "mouth" not in hidden:
        parts.append(mouth(c, uid))
    return "".join(parts)


def _shift(pose: Pose | None) -> str:
    """Yaw and pitch slide the features over the ball and narrow them a little."""
    if pose is None or not (pose.yaw or pose.pitch):
        return ""
    yaw, pitch = (clamp(angle / 25, -1, 1) for angle in (pose.yaw, pose.pitch))
    sx, sy = 1 - 0.1 * abs(yaw), 1 - 0.07 * abs(pitch)
    dx, dy = 12 * yaw + CENTRE * (1 - sx), -9 * pitch + CENTRE * (1 - sy)
    return f' transform="matrix({n(sx)} 0 0 {n(sy)} {n(dx)} {n(dy)})"'
