"""Draws a person: parts and features in a fixed order of layers.

From back to front:

 1. background                     (does not turn)
 2. headwear.behind                hood, veil, the back of a hat
 3. hair.behind                    all that hangs behind head and neck
 4. neck, clothing.behind/on/front (does not turn; only with clothing)
 5. ears, head's skin, marks       skin, blush, freckles, make-up
 6. facial_hair.behind/on          on the skin, under the mouth
 7. nose, mouth, eyes
 8. facial_hair.front              a moustache over the lip
 9. hair shadow, hair.on           the skull and over the ears
10. earrings                       behind: before the head's skin
11. hair.front, the fringe         over the forehead, over the shoulders
12. brows                          above the fringe, so that an expression is never lost
13. glasses                        behind: before hair.on (temples); on, front: here
14. headwear.on, headwear.front    over everything but what stands before a face
15. extras, overlays               tears, hearts, hands
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from xml.sax.saxutils import escape

from mien.avatar.alt_text import describe
from mien.avatar.expression import Wearable, look
from mien.avatar.features import skin
from mien.avatar.features.brows import brow
from mien.avatar.features.eyes import eye
from mien.avatar.features.mouth import mouth
from mien.avatar.features.nose import nose
from mien.avatar.head import SIDES, Head, build_head
from mien.avatar.palette import Tones, person_tones
from mien.avatar.parts import (
    BACKGROUNDS,
    CLOTHING,
    EARRINGS,
    EXTRAS,
    FACIAL_HAIR,
    FRINGES,
    GLASSES,
    HAIR,
    HEADWEAR,
    HeadwearPart,
    nothing,
)
from mien.avatar.plain.face import face_svg
from mien.avatar.shapes import CANVAS, CENTRE, Pull, n
from mien.avatar.spec import AvatarSpec
from mien.types import Pose

BOLD_UP_TO = 40  # pixels


def person_svg(
    spec: AvatarSpec,
    expression: Wearable = None,
    *,
    size: int | None = None,
    pose: Pose | None = None,
    overlays: Sequence[str] = (),
    high_contrast: bool = False,
) -> str:
    """The drawing of a spec; see `AvatarSpec.svg`."""
    wanted = look(expression)
    bold = size is not None and size <= BOLD_UP_TO
    turned = _posed(pose, wanted.tilt)
    worn = tuple(dict.fromkeys((*wanted.overlays, *overlays)))
    if spec.plain:
        return face_svg(wanted.controls, worn, pose=turned, title=wanted.words or "face", bold=bold)
    key = repr((spec, sorted(wanted.controls.items()), worn, wanted.gain, turned, bold, high_contrast))
    uid = f"p{zlib.crc32(key.encode()):08x}"
    head = build_head(spec, Pull(wanted.controls, bold=bold, gain=wanted.gain), turned)
    tones = _tones(spec, high_contrast)
    title, desc = describe(spec, wanted)
    side = f' width="{size}" height="{size}"' if size else ' width="128" height="128"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128"{side} role="img" aria-labelledby="{uid}t">'
        f'<title id="{uid}t">{escape(title)}</title><desc>{escape(desc)}</desc>'
        f"{_layers(spec, head, tones, uid, worn, turned)}</svg>"
    )


def _posed(pose: Pose | None, tilt: float) -> Pose | None:
    if pose is None:
        return Pose(0.0, 0.0, tilt) if tilt else None
    return Pose(pose.yaw, pose.pitch, pose.roll + tilt)


def _tones(spec: AvatarSpec, high_contrast: bool) -> Tones:
    return person_tones(
        spec.skin.colour, spec.hair.colour,
        streak=spec.hair.highlights, brow=spec.brows.colour, beard=spec.facial_hair.colour, iris=spec.eyes.colour,
        lip=spec.marks.lipstick or spec.mouth.lip_colour, high_contrast=high_contrast,
    )  # fmt: skip


def frame(spec: AvatarSpec, head: Head) -> str:
    """The transform that fits a figure into the canvas. It depends on the spec alone, so that a face that moves does
    not make the picture breathe."""
    hair, hat = HAIR[spec.hair.style], HEADWEAR[spec.headwear.style]
    top = head.top - max(hair.reach.top if hat.hair else 0, hat.reach.top)
    half = head.half + max(hair.reach.side, hat.reach.side, head.ear_out + 0.5)
    if spec.clothing.style == "none":
        bottom = head.rest_chin + max(4.5, hair.reach.bottom, hat.reach.bottom)
        scale = min(121 / (bottom - top), 60.5 / half, 1.14)
        y = (CANVAS - scale * (bottom + top)) / 2
    else:
        scale = min(1.0, 120 / (128 - top), 61 / half)
        y = CANVAS * (1 - scale)
    return f"matrix({n(scale)} 0 0 {n(scale)} {n(CENTRE * (1 - scale))} {n(y)})"


def _layers(spec: AvatarSpec, head: Head, tones: Tones, uid: str, overlays: Sequence[str], pose: Pose | None) -> str:
    args = (head, tones, spec, uid)
    hair, hat = HAIR[spec.hair.style], HEADWEAR[spec.headwear.style]
    roll = f' transform="rotate({n(pose.roll)} 64 {n(head.rest_chin - 6)})"' if pose and pose.roll else ""
    clip = _hair_clip(hat, args)

    def hair_layer(svg: str) -> str:
        if not svg or hat.hair is None:
            return ""
        return f"<g{clip}>{svg}</g>" if clip else svg

    beard, glasses, rings = (
        FACIAL_HAIR[spec.facial_hair.style],
        GLASSES[spec.glasses.style],
        EARRINGS[spec.earrings.style],
    )
    extras = [EXTRAS[name] for name in spec.extras.worn]
    fringe = FRINGES[spec.hair.fringe]
    background = BACKGROUNDS[spec.background.style]
    behind = hat.behind(*args) + hair_layer(hair.behind(*args)) + "".join(e.behind(*args) for e in extras)
    body = _body(spec, args)
    ears = skin.ears(*args) if hat.ears else ""
    upper = [
        rings.behind(*args), ears, skin.face(*args), beard.behind(*args), beard.on(*args),
        nose(*args), mouth(*args), *(eye(*args, side) for side, _ in SIDES),
        "".join(e.on(*args) for e in extras), beard.front(*args), _shadow(hair.shadow if hat.hair else nothing, args),
        glasses.behind(*args), hair_layer(hair.on(*args)), rings.on(*args),
        hair_layer(hair.front(*args) + fringe.front(*args)), rings.front(*args), _shadow(hat.shadow, args),
        *(brow(*args, side) for side, _ in SIDES), glasses.on(*args), glasses.front(*args),
        hat.on(*args), hat.front(*args), "".join(e.front(*args) for e in extras),
    ]  # fmt: skip
    defs = f"<defs>{skin.gradients(tones, uid)}{_clip_def(hat, args)}</defs>"
    place = f'<g transform="{frame(spec, head)}">'
    return (
        f"{defs}{background.behind(*args)}{place}<g{roll}>{behind}</g>{body}<g{roll}>{''.join(upper)}</g></g>"
        f"{background.front(*args)}"
    )


def _body(spec: AvatarSpec, args: tuple[Head, Tones, AvatarSpec, str]) -> str:
    if spec.clothing.style == "none":
        return ""
    clothes = CLOTHING[spec.clothing.style]
    return clothes.behind(*args) + skin.neck(*args) + clothes.on(*args) + clothes.front(*args)


def _hair_clip(hat: HeadwearPart, args: tuple[Head, Tones, AvatarSpec, str]) -> str:
    return f' clip-path="url(#{args[3]}under)"' if hat.hair and hat.hair(*args) else ""


def _clip_def(hat: HeadwearPart, args: tuple[Head, Tones, AvatarSpec, str]) -> str:
    data = hat.hair(*args) if hat.hair else ""
    return f'<clipPath id="{args[3]}under"><path d="{data}"/></clipPath>' if data else ""


def _shadow(draw: object, args: tuple[Head, Tones, AvatarSpec, str]) -> str:
    """The shadow of a fringe or a brim: its shape again, lower and to the right, clipped to the skin."""
    head, tones, _, uid = args
    data = draw(*args) if callable(draw) else ""
    if not data or head.bold:
        return ""
    return (
        f'<g clip-path="url(#{uid}head)"><path transform="translate(1 2.6)" d="{data}" fill="{tones.skin.shade}"/></g>'
    )
