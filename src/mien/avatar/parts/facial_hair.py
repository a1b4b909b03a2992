"""Beards and moustaches: what they are made of, and which trait each of them shows.

Beards lie on the skin under the mouth (`on`), moustaches over the lip (`front`). Both hang on `build_mouth`: they open
with the jaw, widen with a smile and leave the lips to be seen. Drawings: `facial_hair_beards`, `facial_hair_lip`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mien.avatar.features.mouth import build_mouth
from mien.avatar.palette import lch
from mien.avatar.parts.registry import FACIAL_HAIR, Part
from mien.avatar.pen import Pen
from mien.avatar.shapes import CENTRE, mix, n

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.shapes import Point
    from mien.avatar.spec import AvatarSpec

#: What a photo shows in the codebook's terms (N none, T stubble, M moustache, G goatee or chin beard, B full beard),
#: and the style that stands for it.
FACIAL_HAIR_TRAITS = {"N": "none", "T": "stubble", "M": "chevron", "G": "circle", "B": "full"}

#: The trait that each style shows.
TRAIT_OF_FACIAL_HAIR = {
    "none": "N", "stubble": "T", "chevron": "M", "handlebar": "M", "pencil": "M", "walrus": "M", "horseshoe": "M",
    "soul-patch": "G", "goatee": "G", "circle": "G", "van-dyke": "G", "chin-strap": "B", "mutton-chops": "B",
    "boxed": "B", "full": "B", "long": "B",
}  # fmt: skip


class Lip(NamedTuple):
    """The mouth as a beard sees it: x from the middle of the face, positive towards `out`."""

    x: float  #: the corner
    y: float
    middle: float  #: x of the lips' middle
    top: float  #: y of the upper lip's upper edge
    low: float  #: y of the lower lip's lower edge
    nose: float  #: y under the nose
    jaw: float  #: half the width of the face below the lips

    def edge(self, below: float) -> float:
        """y of a moustache's lower edge in the middle, so far below the lip's edge; a laugh that pulls the lip up to
        the nose does not thin it away."""
        return max(self.top + below, self.nose + 4.8 + 0.6 * below)


def lips(head: Head, spec: AvatarSpec) -> tuple[Lip, Lip]:
    """The two halves of the mouth: the picture's left one (out = -1), then its right one."""
    m = build_mouth(head, spec)
    nose, low = head.nose_y + 1.4 - 0.9 * head.pull.both("noseSneer"), m.bottom + m.lower
    jaw, top, middle = head.half_at(min(low, head.chin - 5.0)), m.top - 0.9 * m.upper, (m.x + m.bottom_x) / 2 - CENTRE
    (lx, ly), (rx, ry) = m.left, m.right
    return Lip(CENTRE - lx, ly, -middle, top, low, nose, jaw), Lip(rx - CENTRE, ry, middle, top, low, nose, jaw)


def cover(spec: AvatarSpec) -> float:
    """How much of the skin a beard covers, 0.62 sparse .. 1 thick."""
    return min(1.0, 0.62 + 0.5 * spec.facial_hair.density)


def fill(d: str, tones: Tones, spec: AvatarSpec, uid: str, key: str) -> str:
    """A mass of beard, lit from the upper left; sparse ones let the skin through."""
    b, clear = tones.beard, cover(spec)
    veil = f' fill-opacity="{n(clear)}"' if clear < 1 else ""
    return (
        f'<linearGradient id="{uid}{key}" x1=".2" y1="0" x2=".8" y2="1"><stop stop-color="{b.light}"/>'
        f'<stop offset=".45" stop-color="{b.base}"/><stop offset="1" stop-color="{b.shade}"/></linearGradient>'
        f'<path d="{d}" fill="url(#{uid}{key})"{veil}/>'
    )


def jaw_side(head: Head, out: int, grow: float, start: float) -> list[Point]:
    """The outer edge of a beard from the sideburn at height `start` down to the chin, as `Head.side` gives it; it
    leaves the face gradually."""
    chain = head.side(out, grow)[6:]
    x, y = chain[0]
    top = CENTRE + out * (head.half + 0.2)
    return [(top, start), (top, mix(start, y, 0.4)), (x - (chain[1][0] - x), y - (chain[1][1] - y)), *chain]


def along(chain: list[Point], k: float) -> Point:
    """A point of a chain of cubics; the whole part of k counts its pieces."""
    i = min(int(k), len(chain) // 3 - 1)
    t, (a, b, c, d) = k - i, chain[3 * i : 3 * i + 4]
    weights = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
    x, y = (sum(w * p[axis] for w, p in zip(weights, (a, b, c, d), strict=True)) for axis in (0, 1))
    return x, y


def rim(head: Head, tones: Tones, chain: list[Point]) -> str:
    """A thin light along the edge away from the light: dark beards keep their edge on a dark ground."""
    if lch(tones.beard.base).l > 0.5:
        return ""
    inset = [(mix(x, CENTRE, 0.022), mix(y, head.mouth_y, 0.03)) for x, y in chain]
    return Pen(head).chain(inset).stroke(tones.beard.rim, 0.9, 0.6)


FACIAL_HAIR.add(Part(name="none", words=""))
