"""How hair is painted: masses with a soft light, strands, coils, ropes and plaits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mien.avatar.palette import lch, mixed
from mien.avatar.parts.hair_comb import Comb
from mien.avatar.parts.hair_cut import Cut, Mass, Piece, Ropes
from mien.avatar.parts.hair_path import Writer, holds, sampled
from mien.avatar.parts.hair_ropes import DARK, line, plaits, strings
from mien.avatar.shapes import CENTRE, Point, n

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec

_PALE = 0.9  #: lightness of hair that needs a darker edge to stand off a light ground
_RIM_BELOW = 0.52  #: lightness of hair that needs a rim of light to stand off a dark ground


@dataclass(slots=True)
class Barber:
    """Paints the pieces of one layer."""

    cut: Cut
    head: Head
    tones: Tones
    spec: AvatarSpec
    uid: str
    used: int = 0
    lit: str = ""  #: the gradient of the light

    def comb(self, depth: float, still: bool = False) -> Comb:
        cut, out = self.cut, -1 if self.spec.hair.parting == "right" and not still else 1
        return Comb(
            self.head, self.spec,
            out=out, depth=depth, short=cut.short, parting=cut.parting, hairline=cut.hairline,
        )  # fmt: skip

    def layer(self, pieces: Sequence[Piece], letter: str) -> str:
        own = self.spec.hair.fringe == "style"
        shown = [piece for piece in pieces if own or not piece.fringe]
        if not shown:
            return ""
        owner = "ho" if self.cut.on else "hf" if self.cut.front else "hb"  # the layer that defines the light for all
        lights = f"{self.uid}{letter if letter == 'hr' else owner}"
        self.lit = f"url(#{lights}g)"
        self.uid += letter
        sheen = self.sheen() if letter in (owner, "hr") else ""
        return sheen + "".join(self.mass(piece) if isinstance(piece, Mass) else self.ropes(piece) for piece in shown)

    # --- paint --------------------------------------------------------------------------------------------------

    def sheen(self) -> str:
        """The gradient of the light; of long hair with a second colour, from the roots to the tips."""
        hair, streak = self.tones.hair, self.tones.streak
        dark = lch(hair.base).l < DARK
        top, low = self.head.top - 8, self.head.rest_chin + (0 if self.cut.short else 12)
        box = f'x1="{n(CENTRE - 26)}" y1="{n(top)}" x2="{n(CENTRE + 22)}" y2="{n(low)}"'
        body = mixed(hair.base, hair.light, 0.22) if dark else hair.base
        low_tone = mixed(hair.base, hair.light, 0.1) if dark else hair.shade
        stops = [(0.0, mixed(hair.base, hair.light, 0.85)), (0.48, body), (1.0, low_tone)]
        if lch(hair.base).l > _PALE:
            stops = [(0.0, hair.base), (0.48, mixed(hair.base, hair.shade, 0.4)), (1.0, hair.shade)]
        if streak != hair and self.cut.short:
            stops[0] = (0.0, mixed(hair.base, streak.base, 0.75))
        elif streak != hair:
            box = f'x1="58" y1="{n(top)}" x2="70" y2="{n(low)}"'
            stops = [stops[0], (0.42, body), (0.85, streak.base)]
        text = "".join(f'<stop offset="{n(at)}" stop-color="{colour}"/>' for at, colour in stops)
        return f'<linearGradient id="{self.uid}g" gradientUnits="userSpaceOnUse" {box}>{text}</linearGradient>'

    def paint(self, far: bool) -> str:
        """What a mass is filled with: the light, or behind the head the shade, whose tips are dyed as well."""
        hair, streak = self.tones.hair, self.tones.streak
        if not far:
            return self.lit
        if streak != hair and not self.cut.short:
            return mixed(hair.shade, streak.shade, 0.8)
        return hair.shade if lch(hair.base).l >= DARK else mixed(hair.shade, hair.base, 0.5)

    def mass(self, mass: Mass) -> str:
        hair = self.tones.hair
        comb = self.comb(mass.depth if mass.depth is not None else -0.5 if mass.far else 1.0, mass.still)
        d, paint = comb.path(mass.outline), self.paint(mass.far)
        bare = "" if self.tones.edge is None else ' stroke="none"'  # the edge of high contrast goes round the outside
        if mass.shaved:
            strength = min(mass.shaved * (1.35 if self.head.bold else 1.0), 0.8)  # small pictures: so that it is seen
            tint = f'fill="{self.tones.hair.base}" fill-opacity="{n(strength)}"{bare}'
            return f'<g clip-path="url(#{self.uid[:-2]}head)"><path d="{d}" {tint}/></g>'
        if self.head.bold:
            light = lch(hair.base).l
            tone = hair.rim if light < DARK else hair.deep if light > _PALE else ""
            halo = f' stroke="{tone}" stroke-width="1.1"' if tone and not bare and not mass.flat else ""
            return f'<path d="{d}" fill="{paint}"{halo}/>{self.wisps(mass, comb)}'
        key = f"{self.uid}{self.used}"
        self.used += 1
        inside = self.texture(mass, comb)
        if mass.flat or mass.far:  # what hangs behind needs no edge of its own
            wisps = "" if mass.flat else self.wisps(mass, comb)
            return f'<g{bare}><path d="{d}" fill="{paint}"/>{inside}</g>{wisps}'
        dark = lch(hair.base).l < _RIM_BELOW and mass.rim and not bare
        rim = f'<use href="#{key}" fill="{hair.rim}" transform="translate(.6 .1)"/>' if dark else ""
        pale = f' stroke="{hair.deep}" stroke-width=".7"' if lch(hair.base).l > _PALE and not bare else ""
        # The shape in shade, and over it the same moved towards the light: no clipping, which costs most of a picture.
        return (
            f'<defs><path id="{key}" d="{d}"/></defs>{rim}<use href="#{key}" fill="{hair.shade}"/>'
            f'<g{bare}><use href="#{key}" fill="{paint}" transform="translate(-1.2 -.9)"{pale}/>{inside}</g>'
            f"{self.wisps(mass, comb)}"
        )

    def wisps(self, mass: Mass, comb: Comb) -> str:
        grow = 1.5 if self.head.bold else 1.0
        d = "".join(comb.blade((grow * strand[0], *strand[1:])) for strand in mass.wisps if strand[0] * grow > 1.5)
        return line(d, self.tones.hair.shade, 0.7).replace('fill="none"', f'fill="{self.lit}"')

    def texture(self, mass: Mass, comb: Comb) -> str:
        hair, streak = self.tones.hair, self.tones.streak
        lit: list[str] = []
        dim: list[str] = []
        dyed: list[str] = []
        for i, strand in enumerate(mass.strands):
            half = len(strand) // 4 * 2 + 1
            light = comb.out * strand[half] / 38 + (strand[half + 1] - 46) / 40 < -0.28
            if streak != hair and i % 2 == 0:
                dyed.append(comb.blade((strand[0] * 2, *strand[1:])))
            else:
                (lit if light else dim).append(comb.blade((strand[0] * (1.5 if light else 1.25), *strand[1:])))
        plain = self.comb(comb.depth, still=True)
        shine = "".join(plain.blade(strand) for strand in mass.gloss)
        shade = mixed(hair.shade, hair.deep, 0.4)
        return "".join((
            _fill("".join(dim), hair.deep if mass.far else shade), _fill("".join(dyed), streak.base),
            _fill("".join(comb.blade(s) for s in mass.parts), hair.deep), _fill("".join(lit), hair.light),
            _fill(shine, hair.rim), self.coils(mass, comb, shade) if mass.coils else "",
        ))  # fmt: skip

    def coils(self, mass: Mass, comb: Comb, shade: str) -> str:
        """Little hooks in rows that are offset like bricks: light ones towards the light, dark ones away from it, and
        calm between them."""
        ring = sampled([cubic for cubics, _ in comb.pieces(mass.outline, True) for cubic in cubics], 6)
        low, high = min(p[1] for p in ring), max(p[1] for p in ring)
        left, right = min(p[0] for p in ring), max(p[0] for p in ring)
        lit, dim, size, row, y = "", "", mass.coils, 0, low + 0.7 * mass.coils
        wide = 3.0 if mass.strands else 2.3  # strands tell of curls too
        while y < high:
            x, place = left + (0.5 if row % 2 else 1.5) * size, 0
            while x < right:
                at = (x + 0.3 * size * ((row * 5 + place * 7) % 3 - 1), y + 0.2 * size * ((place * 3 + row) % 4 - 1.5))
                tilt = (2 * at[0] - left - right) / (right - left) + (2 * at[1] - low - high) / (high - low)
                if abs(tilt) > 0.36 and holds(ring, at):
                    hook = _hook(at, size, (row + place) % 3)
                    lit, dim = (lit + hook, dim) if tilt < 0 else (lit, dim + hook)
                x, place = x + wide * size, place + 1
            y, row = y + 0.68 * wide * size, row + 1
        bright = self.tones.hair.rim if self.tones.streak == self.tones.hair else self.tones.streak.base
        return line(dim, shade, 1.2) + line(lit, bright, 1.3, 0.85)

    def ropes(self, ropes: Ropes) -> str:
        comb = self.comb(ropes.depth if ropes.depth is not None else -0.5 if ropes.far else 1.0, ropes.still)
        self.used += 2
        draw = plaits if ropes.plait else strings
        return draw(ropes, comb, self.tones, self.lit, f"{self.uid}{self.used}")


def _hook(at: Point, size: float, variant: int) -> str:
    (x, y), s = at, size
    hook = Writer((x - 0.5 * s, y + 0.2 * s)).bow((x - 0.1 * s, y - 0.8 * s), (x + 0.5 * s, y - 0.1 * s))
    return hook.bow((x + 0.7 * s, y + 0.4 * s), (x + 0.1 * s, y + 0.5 * s)).d if variant == 0 else hook.d


def _fill(d: str, colour: str) -> str:
    return f'<path d="{d}" fill="{colour}"/>' if d else ""
