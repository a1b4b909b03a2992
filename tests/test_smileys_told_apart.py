"""Every face is told from every other: small, on anybody, without some colours, and in high contrast."""

from __future__ import annotations

import importlib.util
import itertools
from functools import lru_cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from mien.avatar import OVERLAYS, emoji_svg
from mien.avatar.overlays import YELLOW
from mien.avatar.plain.ink import STRONG
from mien.emoji import RECIPES
from smiley_people import on_white, specs

ROOT = Path(__file__).parents[1]

#: Two faces must differ clearly in so many of the 1,024 pixels: two thirds of one eye of the plain face, which covers
#: 36. Clearly: one colour channel by more than an eighth of its range.
PIXELS, CLEARLY = 24, 32
#: Shut mouths on small faces: what comes close on a person, whose mouth is smaller than the disc's.
QUIET = "😐 😶 🙂 🫤 🙁 ☹️ 😟 😊 😙 😗"


@lru_cache(maxsize=1)
def benchmark() -> ModuleType:
    """benchmarks/smileys.py, which knows how people without some cones see."""
    described = importlib.util.spec_from_file_location("smileys_benchmark", ROOT / "benchmarks/smileys.py")
    assert described is not None and described.loader is not None
    module = importlib.util.module_from_spec(described)
    described.loader.exec_module(module)
    return module


@lru_cache(maxsize=1)
def plain() -> dict[str, np.ndarray]:
    return {emoji: on_white(emoji_svg(emoji, bold=True), 32) for emoji in RECIPES}


def differing(a: np.ndarray, b: np.ndarray) -> int:
    return int((np.abs(a - b).max(axis=2) > CLEARLY).sum())


def test_any_two_plain_faces_differ_visibly_at_32_pixels() -> None:
    pictures = plain()
    close = {(a, b) for a, b in itertools.combinations(RECIPES, 2) if differing(pictures[a], pictures[b]) < PIXELS}
    assert not close


def test_any_two_faces_of_a_person_differ_visibly_at_64_pixels_but_for_quiet_mouths() -> None:
    quiet = set(QUIET.split())
    spec = specs()[0]  # the hardest: deep skin, a small face under much hair
    pictures = {emoji: on_white(spec.svg(emoji, size=64), 64) for emoji in RECIPES}
    close = [(a, b) for a, b in itertools.combinations(RECIPES, 2) if differing(pictures[a], pictures[b]) < PIXELS]
    assert all({a, b} <= quiet for a, b in close), close
    for a, b in close:  # alike, but never the same
        assert np.abs(pictures[a] - pictures[b]).mean() > 0.1, (a, b)


@pytest.mark.parametrize("vision", ["protanopia", "deuteranopia", "tritanopia", "no colour"])
def test_no_two_plain_faces_differ_by_colour_alone(vision: str) -> None:
    pairs = benchmark().closest(plain(), vision)
    assert len(pairs) == len(RECIPES) * (len(RECIPES) - 1) // 2
    assert pairs[0][0] >= PIXELS, pairs[:5]


def contrast(a: str, b: str) -> float:
    """The contrast ratio of two "#rrggbb" colours (WCAG 2.2)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_high_contrast_lines_stand_out_from_every_colour_a_face_takes() -> None:
    assert STRONG.edge is not None
    assert all(contrast(ink, ground) >= 7 for ink in (STRONG.line, STRONG.edge) for ground in ("#ffffff", *YELLOW[:3]))
    tints = [overlay.skin for overlay in OVERLAYS.values() if overlay.skin]
    assert all(contrast(STRONG.line, colour) >= 3 for skin in tints for colour in skin[:3])


def test_the_page_shows_and_names_them_all() -> None:
    page = (ROOT / "docs/smileys.md").read_text(encoding="utf-8")
    missing = [emoji for emoji, recipe in RECIPES.items() if f"{emoji} {recipe.name}" not in page]
    assert not missing
    assert f"{len(RECIPES)} face emoji" in page
