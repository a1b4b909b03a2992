"""Colours: the arithmetic, and that features stand out alike on every skin."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.avatar import MONK
from mien.avatar.palette import Lch, difference, hair_ramp, hexed, lch, mixed, person_tones, ramp

COLOURS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")
BLACK_HAIR = "#1c1614"


@given(COLOURS)
def test_oklch_there_and_back_gives_the_same_colour(colour: str) -> None:
    there = hexed(lch(colour))
    assert all(abs(int(there[i : i + 2], 16) - int(colour[i : i + 2], 16)) <= 1 for i in (1, 3, 5))


def test_oklch_agrees_with_its_author() -> None:
    # OKLab of pure red from https://bottosson.github.io/posts/oklab/: L 0.628, a 0.225, b 0.126.
    red = lch("#ff0000")
    assert (red.l, red.c, red.h) == pytest.approx((0.628, 0.2577, 29.23), abs=0.01)
    assert lch("#ffffff").l == pytest.approx(1, abs=1e-3)


@given(st.floats(-0.2, 1.2), st.floats(0, 0.5), st.floats(0, 360))
def test_any_oklch_is_a_colour_of_its_own_hue(lightness: float, chroma: float, hue: float) -> None:
    back = lch(hexed(Lch(lightness, chroma, hue)))
    if back.c > 0.05:
        assert abs((back.h - hue + 180) % 360 - 180) < 6


@given(COLOURS, COLOURS)
def test_difference_is_a_distance(a: str, b: str) -> None:
    assert difference(a, a) == pytest.approx(0, abs=1e-6)
    assert difference(a, b) == pytest.approx(difference(b, a))
    assert 0 <= difference(a, b) < 1.2


def test_mixing_ends_at_the_ends() -> None:
    assert mixed("#204060", "#e0c0a0", 0) == "#204060"
    assert mixed("#204060", "#e0c0a0", 1) == "#e0c0a0"


@given(COLOURS)
def test_steps_of_a_material_go_from_light_to_deep(colour: str) -> None:
    for steps in (ramp(colour), hair_ramp(colour)):
        lightness = [lch(tone).l for tone in (steps.light, steps.base, steps.shade, steps.deep)]
        assert all(a >= b - 0.01 for a, b in itertools.pairwise(lightness))


def stands_out(skin: str, name: str) -> float:
    """How far a feature's colour lies from the skin it is drawn on."""
    tones = person_tones(skin, BLACK_HAIR)
    tone = {"shade": tones.skin.shade, "deep": tones.skin.deep}.get(name) or getattr(tones, name)
    return difference(tone, tones.skin.base)


@pytest.mark.parametrize(
    ("feature", "least", "spread"),
    [("shade", 0.05, 1.25), ("nose", 0.12, 1.25), ("line", 0.16, 1.25), ("lip_line", 0.2, 1.4), ("brow", 0.2, 3.5)],
)
def test_features_stand_out_on_all_ten_monk_tones(feature: str, least: float, spread: float) -> None:
    values = [stands_out(tone, feature) for tone in MONK]
    assert min(values) > least
    assert max(values) < spread * min(values)  # black brows keep their colour on fair skin: they may stand out more


@pytest.mark.parametrize("hair", ["#1c1614", "#5c3d28", "#d3ab6b", "#ecebe7"])
@pytest.mark.parametrize("skin", MONK)
def test_brows_of_any_hair_are_seen_on_any_skin(hair: str, skin: str) -> None:
    tones = person_tones(skin, hair)
    assert lch(tones.skin.base).l - lch(tones.brow).l > 0.19


def test_ten_tones_are_ten_tones_in_order() -> None:
    drawn = [lch(person_tones(tone, BLACK_HAIR).skin.base).l for tone in MONK]
    assert all(a >= b - 0.012 for a, b in itertools.pairwise(drawn))
    assert drawn[0] - drawn[-1] > 0.4


@pytest.mark.parametrize("skin", MONK)
def test_high_contrast_moves_features_away_from_the_skin(skin: str) -> None:
    usual, high = person_tones(skin, BLACK_HAIR), person_tones(skin, BLACK_HAIR, high_contrast=True)
    for name in ("line", "nose"):
        assert difference(getattr(high, name), high.skin.base) > 1.2 * difference(getattr(usual, name), usual.skin.base)


def test_teeth_and_eyes_do_not_glare_on_deep_skin() -> None:
    fair, deep = person_tones(MONK[0], BLACK_HAIR), person_tones(MONK[9], BLACK_HAIR)
    assert lch(deep.teeth).l < lch(fair.teeth).l < 0.985
    assert lch(deep.white).l < lch(fair.white).l
