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
from dataclasses import replace
from xml.sax.saxutils import escape

from mien.avatar.alt_text import describe
from mien.avatar.dressing import dressed, room, tint
from mien.avatar.expression import Wearable, look
from mien.avatar.features import skin
from mien.avatar.features.brows import brow
from mien.avatar.features.eyes import eye
from mien.avatar.features.mouth import mouth
from mien.avatar.features.nose import nose
from mien.avatar.framing import breadth, extent, frame, peak, pivot
from mien.avatar.head import SIDES, Head, build_head
from mien.avatar.overlays import OVERLAYS, Overlay, Wearer, person_wearer
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
)
from mien.avatar.plain.face import face_svg
from mien.avatar.shapes import Pull, n
from mien.avatar.spec import AvatarSpec
from mien.errors import SpecError
from mien.types import Expression, Pose

BOLD_UP_TO = 40  # pixels
#: What a person wears who is asked for nothing: a mouth that is straight on a photo looks sullen when drawn.
AT_REST = {"mouthSmileLeft": 0.2, "mouthSmileRight": 0.2}


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
    if not wanted.controls and (expression is None or isinstance(expression, Expression)):
        wanted = replace(wanted, controls=AT_REST)
    bold = size is not None and size <= BOLD_UP_TO
    turned = _posed(pose, wanted.turn)
    worn = tuple(dict.fromkeys((*wanted.overlays, *overlays)))
    if spec.plain:
        return face_svg(
            wanted.controls, worn, pose=turned, title=wanted.words or "face", bold=bold, high_contrast=high_contrast
        )
    if unknown := [name for name in worn if name not in OVERLAYS]:
        raise SpecError(f"{unknown[0]!r} is no overlay; choose from {', '.join(OVERLAYS)}")
    key = repr((spec, sorted(wanted.controls.items()), worn, wanted.gain, turned, bold, high_contrast))
    uid = f"p{zlib.crc32(key.encode()):08x}"
    chosen = [overlay for name, overlay in OVERLAYS.items() if name in worn]
    spec, hat = dressed(spec, chosen)
    head = build_head(spec, Pull(wanted.controls, bold=bold, gain=wanted.gain), turned)
    tones = _tones(spec, chosen, high_contrast)
    title, desc = describe(spec, wanted)
    side = f' width="{size}" height="{size}"' if size else ' width="128" height="128"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128"{side} role="img" aria-labelledby="{uid}t">'
        f'<title id="{uid}t">{escape(title)}</title><desc>{escape(desc)}</desc>'
        f"{_Figure(spec, head, tones, uid, chosen, turned, hat).svg()}</svg>"
    )


def _posed(pose: Pose | None, turn: Pose | None) -> Pose | None:
    if pose is None or turn is None:
        return pose or turn
    return Pose(pose.yaw + turn.yaw, pose.pitch + turn.pitch, pose.roll + turn.roll)


def _tones(spec: AvatarSpec, overlays: Sequence[Overlay], high_contrast: bool) -> Tones:
    return person_tones(
        spec.skin.colour, spec.hair.colour,
        streak=spec.hair.highlights, brow=spec.brows.colour, beard=spec.facial_hair.colour, iris=spec.eyes.colour,
        lip=spec.marks.lipstick or spec.mouth.lip_colour, tint=tint(overlays), high_contrast=high_contrast,
    )  # fmt: skip


class _Figure:
    """One drawing in the making: parts, features and overlays, asked for their layers in turn."""

    def __init__(
        self,
        spec: AvatarSpec,
        head: Head,
        tones: Tones,
        uid: str,
        overlays: Sequence[Overlay],
        pose: Pose | None,
        hat: AvatarSpec | None = None,
    ) -> None:
        self.spec, self.head, self.tones, self.uid, self.overlays, self.pose = spec, head, tones, uid, overlays, pose
        self.args = (head, tones, spec, uid)
        self.hidden = {part for overlay in overlays for part in overlay.hides}
        self.names = {overlay.name for overlay in overlays}
        self.hair, self.hat = HAIR[spec.hair.style], HEADWEAR[spec.headwear.style]
        if "headwear" in self.hidden and self.hat.hair is not None:  # what covers all hair is never taken off
            self.hat = HEADWEAR["none"]
        self.wearer = self._wearer() if overlays else None
        self.over = hat  # headwear on top of headwear
        self.beard = FACIAL_HAIR["none" if "facial_hair" in self.hidden else spec.facial_hair.style]
        self.glasses = GLASSES["none" if "glasses" in self.hidden else spec.glasses.style]
        self.rings, self.background = EARRINGS[spec.earrings.style], BACKGROUNDS[spec.background.style]
        self.extras = [EXTRAS[name] for name in spec.extras.worn]
        self.under = self.hat.hair(*self.args) if self.hat.hair else ""  # where hair shows below a hat

    def svg(self) -> str:
        reach = extent(self.spec, self.head, *room(self.overlays, self.over))
        angle = self.pose.roll if self.pose else 0.0
        roll = f' transform="rotate({n(angle)} 64 {n(pivot(self.head, reach, angle))})"' if angle else ""
        figure = f"<g{roll}>{self._behind()}</g>{self._body()}<g{roll}>{self._skin()}{self._face()}{self._over()}</g>"
        for overlay in self.overlays:
            if overlay.stage and self.wearer:
                figure = overlay.stage(self.wearer, figure)
        figure = f'<g transform="{frame(self.spec, self.head, reach, angle)}">{figure}</g>'
        if self.background.within:
            figure = f'<g clip-path="url(#{self.uid}within)">{figure}</g>'
        ground = self.background
        return f"<defs>{self._defs()}</defs>{ground.behind(*self.args)}{figure}{ground.front(*self.args)}"

    def _wearer(self) -> Wearer:
        spec, head = self.spec, self.head
        return person_wearer(head, self.tones, spec, self.uid, peak=peak(spec, head), wide=breadth(spec, head))

    def _defs(self) -> str:
        parts = [skin.gradients(self.tones, self.uid)]
        if self.overlays:
            parts.append(skin.water(self.uid))
        if self.background.within:
            parts.append(f'<clipPath id="{self.uid}within"><path d="{self.background.within}"/></clipPath>')
        if self.under:
            parts.append(f'<clipPath id="{self.uid}under"><path d="{self.under}"/></clipPath>')
        return "".join(parts)

    def _hair(self, svg: str) -> str:
        """A layer of hair, as far as headwear leaves it to be seen."""
        if not svg or self.hat.hair is None or "hair" in self.hidden:
            return ""
        return f'<g clip-path="url(#{self.uid}under)">{self._edged(svg)}</g>' if self.under else self._edged(svg)

    def _edged(self, svg: str) -> str:
        """With high contrast, a line round every shape that has no stroke of its own."""
        if not svg or self.tones.edge is None:
            return svg
        return f'<g stroke="{self.tones.edge}" stroke-width="1.1" stroke-linejoin="round">{svg}</g>'

    def _worn(self, layer: str) -> str:
        w = self.wearer
        return "".join(overlay.draw(w) for overlay in self.overlays if overlay.layer == layer) if w else ""

    def _behind(self) -> str:
        extras = "".join(extra.behind(*self.args) for extra in self.extras)
        back = self._worn("back") + self._edged(self.hat.behind(*self.args))
        return back + self._hair(self.hair.behind(*self.args)) + extras

    def _body(self) -> str:
        if self.spec.clothing.style == "none":
            return ""
        clothes, args = CLOTHING[self.spec.clothing.style], self.args
        return self._edged(clothes.behind(*args) + skin.neck(*args) + clothes.on(*args) + clothes.front(*args))

    def _skin(self) -> str:
        args = self.args
        ears = (
            self._edged(skin.ears(*args))
            if self.hat.ears and "hair" not in self.hidden and (self.hair.ears or not self.hat.hair)
            else ""
        )
        glow = "".join(extra.skin(*args) for extra in self.extras) + self._worn("skin")
        if glow:
            glow = f'<g clip-path="url(#{self.uid}head)">{glow}</g>'
        return (
            f"{self.rings.behind(*args)}{ears}{skin.face(*args)}{glow}"
            f"{self._edged(self.beard.behind(*args) + self.beard.on(*args))}"
        )

    def _face(self) -> str:
        args, parts = self.args, [] if "nose" in self.hidden else [nose(*self.args)]
        if "mouth" not in self.hidden:
            parts.append(mouth(*args))
        if "eyes" not in self.hidden:
            parts += [eye(*args, side, glossy="glossy_eyes" in self.names) for side, _ in SIDES]
        parts += [self.beard.front(*args), *(extra.on(*args) for extra in self.extras), self._worn("face")]
        return "".join(parts)

    def _over(self) -> str:
        args, hair = self.args, self.hair
        shadow = self._shadow(hair.shadow(*args), clipped=False) if self.hat.hair else ""
        brows = "" if "brows" in self.hidden else "".join(brow(*args, side) for side, _ in SIDES)
        return "".join((
            self._hair(shadow), self.glasses.behind(*args), self._hair(hair.on(*args)), self.rings.on(*args),
            self._hair(hair.front(*args) + FRINGES[self.spec.hair.fringe].front(*args)), self.rings.front(*args),
            self._shadow(self.hat.shadow(*args)), brows, self.glasses.on(*args), self.glasses.front(*args),
            self._edged(self.hat.on(*args) + self.hat.front(*args)), *(extra.front(*args) for extra in self.extras),
            self._second_hat(), self._worn("front"),
        ))  # fmt: skip

    def _second_hat(self) -> str:
        if self.over is None:
            return ""
        hat, args = HEADWEAR[self.over.headwear.style], (self.head, self.tones, self.over, self.uid + "h")
        return self._edged(hat.behind(*args) + hat.on(*args) + hat.front(*args))

    def _shadow(self, data: str, clipped: bool = True) -> str:
        """The shadow of a fringe or a brim: its shape again, lower and to the right, clipped to the skin. That of hair
        keeps to the skin by itself."""
        if not data or self.head.bold:
            return ""
        shade = f'<path transform="translate(1 2.4)" d="{data}" fill="{self.tones.skin.shade}"/>'
        return f'<g clip-path="url(#{self.uid}head)">{shade}</g>' if clipped else shade
