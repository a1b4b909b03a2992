"""What of a person's visible traits each hair style stands for: for choosing a style from the codes of an appearance.

The codes are those of the project's codebook (see `mien.types.Appearance.codes`): hair_len 0 bald or shaved, 1 very
short or receding, 2 short, 3 ear to chin, 4 long, U tied back; hair_form S straight, W wavy, K curly or coily, B braids
or locs, - none to be seen; fringe 0 or 1.
"""

from __future__ import annotations

from typing import NamedTuple

from mien.avatar.parts.registry import HAIR


class HairTraits(NamedTuple):
    """Several letters in a code mean that each fits, the most typical first."""

    length: str  #: hair_len
    form: str  #: hair_form
    fringe: str  #: fringe
    masculine: float  #: 0..1, how often the style is worn with a masculine rather than a feminine presentation
    weight: float = 1.0  #: how common the style is among those of the same codes; children's cuts and rarities less


HAIR_TRAITS: dict[str, HairTraits] = {
    "bald": HairTraits("0", "-", "0", 0.97),
    "shaved": HairTraits("01", "-KS", "0", 0.92),
    "horseshoe": HairTraits("10", "-SW", "0", 0.99, 0.8),
    "comb-over": HairTraits("1", "S", "0", 0.98, 0.4),
    "receding": HairTraits("1", "SW", "0", 0.98),
    "buzz": HairTraits("1", "S-K", "0", 0.95),
    "crew": HairTraits("12", "S", "0", 0.95),
    "coils": HairTraits("1", "K-", "0", 0.8),
    "short": HairTraits("2", "SW", "0", 0.9, 1.25),
    "wavy-short": HairTraits("2", "W", "0", 0.85, 1.2),
    "slick-back": HairTraits("2", "SW", "0", 0.88, 0.8),
    "brushed-up": HairTraits("2", "SW", "0", 0.92, 1.1),
    "quiff": HairTraits("2", "SW", "0", 0.92, 0.8),
    "undercut": HairTraits("2", "SW", "0", 0.8, 0.4),
    "spiky": HairTraits("2", "S", "0", 0.93, 0.4),
    "mohawk": HairTraits("2", "SK", "0", 0.85, 0.05),
    "crop": HairTraits("21", "SW", "1", 0.94),
    "messy": HairTraits("2", "WS", "1", 0.85),
    "side-fringe": HairTraits("2", "SW", "1", 0.6, 0.6),
    "bowl": HairTraits("2", "S", "1", 0.7, 0.5),
    "pixie": HairTraits("2", "SW", "1", 0.06),
    "curtains": HairTraits("23", "WS", "10", 0.75, 0.4),
    "curly-short": HairTraits("2", "K", "1", 0.6),
    "curly-fade": HairTraits("2", "K", "01", 0.93),
    "short-afro": HairTraits("2", "K", "0", 0.6),
    "high-top": HairTraits("2", "K", "0", 0.9, 0.3),
    "cornrows": HairTraits("2U", "B", "0", 0.6),
    "twists": HairTraits("2", "B", "10", 0.8),
    "short-locs": HairTraits("23", "B", "1", 0.65),
    "mullet": HairTraits("3", "WS", "1", 0.8, 0.1),
    "bob": HairTraits("3", "S", "0", 0.04, 1.3),
    "bob-fringe": HairTraits("3", "S", "1", 0.04),
    "feathered": HairTraits("32", "WS", "0", 0.04, 1.1),
    "bob-wavy": HairTraits("3", "W", "0", 0.05),
    "bob-curly": HairTraits("3", "K", "0", 0.08),
    "shoulder-wavy": HairTraits("34", "W", "0", 0.05),
    "tucked": HairTraits("3", "SW", "0", 0.5, 0.7),
    "shag": HairTraits("3", "WS", "1", 0.2, 0.6),
    "afro": HairTraits("3", "K", "0", 0.4),
    "long-straight": HairTraits("4", "S", "0", 0.05, 1.5),
    "long-sleek": HairTraits("4", "S", "0", 0.05, 1.3),
    "long-fringe": HairTraits("4", "S", "1", 0.03),
    "long-wavy": HairTraits("4", "W", "0", 0.06, 1.5),
    "long-curtain": HairTraits("4", "WS", "1", 0.03),
    "side-swept": HairTraits("4", "WS", "0", 0.02, 0.6),
    "half-up": HairTraits("4U", "WS", "0", 0.08, 0.3),
    "long-curly": HairTraits("4", "K", "0", 0.1),
    "long-locs": HairTraits("4", "B", "01", 0.5),
    "box-braids": HairTraits("4", "B", "0", 0.1),
    "tied-back": HairTraits("U", "SW", "0", 0.2, 1.5),
    "ponytail-low": HairTraits("U", "SW", "0", 0.08, 1.3),
    "ponytail-high": HairTraits("U", "SW", "0", 0.04, 0.8),
    "bun-low": HairTraits("U", "SW", "0", 0.03),
    "top-knot": HairTraits("U", "SW", "0", 0.1, 0.7),
    "bun-messy": HairTraits("U", "WS", "0", 0.04, 0.6),
    "man-bun": HairTraits("U", "SW", "0", 0.97),
    "space-buns": HairTraits("U", "SW", "0", 0.02, 0.1),
    "pigtails": HairTraits("U", "SW", "1", 0.02, 0.4),
    "afro-puff": HairTraits("U", "K", "0", 0.05),
    "two-puffs": HairTraits("U", "K", "0", 0.03, 0.3),
    "braids": HairTraits("U4", "SB", "0", 0.03, 0.6),
    "side-braid": HairTraits("U4", "SB", "0", 0.02, 0.3),
    "crown-braid": HairTraits("U", "BS", "0", 0.02, 0.5),
}


def fitting_styles(length: str, form: str, fringe: str, masculine: float = 0.5) -> list[tuple[str, float]]:
    """Styles by how well they fit the codes, best first: (name, score above 0). masculine: 0 a feminine presentation,
    1 a masculine one, 0.5 when nobody knows. Codes that no style has (C covered) count as unknown."""
    scored = []
    for name, traits in HAIR_TRAITS.items():
        score = traits.weight * _match(length, traits.length, 0.02) * _match(form, traits.form, 0.15)
        score *= _match(fringe, traits.fringe, 0.3)
        score *= masculine * traits.masculine + (1 - masculine) * (1 - traits.masculine)
        scored.append((name, score))
    return sorted(scored, key=lambda item: (-item[1], item[0]))


def _match(code: str, accepted: str, otherwise: float) -> float:
    """1 for the most typical code, 0.6 for another that fits; unknown codes tell nothing."""
    if code not in "01234USWKB" or not code:
        return 1.0
    return 1.0 if accepted.startswith(code) else 0.6 if code in accepted else otherwise


def unlisted() -> list[str]:
    """Styles of the registry that have no traits, and traits without a style; empty when all is well."""
    return sorted(HAIR.keys() ^ HAIR_TRAITS.keys())
