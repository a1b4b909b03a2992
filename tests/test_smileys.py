"""The whole set of faces: complete, drawn on everybody, inside the canvas, however heads are held."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from mien.avatar import OVERLAYS, AvatarSpec, emoji_svg, face_svg, recipe_svg
from mien.avatar.alt_text import describe
from mien.avatar.dressing import dressed
from mien.avatar.expression import look
from mien.avatar.overlays import plain_wearer
from mien.avatar.palette import Ramp, lch, person_tones
from mien.avatar.shapes import Pull
from mien.emoji import RECIPES, Recipe
from mien.emoji.groups import GROUPS, OTHERS
from mien.types import Pose
from smiley_people import PEOPLE, anybody, pixels, specs

ROOT = Path(__file__).parents[1]

#: The face subgroups of Unicode's emoji-test.txt, version 16.0, face-smiling to face-negative.
UNICODE = {
    "smiling": "😀 😃 😄 😁 😆 😅 🤣 😂 🙂 🙃 🫠 😉 😊 😇",
    "affection": "🥰 😍 🤩 😘 😗 ☺️ 😚 😙 🥲",
    "tongue": "😋 😛 😜 🤪 😝 🤑",
    "hand": "🤗 🤭 🫢 🫣 🤫 🤔 🫡",
    "neutral or sceptical": "🤐 🤨 😐 😑 😶 🫥 😶‍🌫️ 😏 😒 🙄 😬 😮‍💨 🤥 🫨 🙂‍↔️ 🙂‍↕️",
    "sleepy": "😌 😔 😪 🤤 😴 🫩",
    "unwell": "😷 🤒 🤕 🤢 🤮 🤧 🥵 🥶 🥴 😵 😵‍💫 🤯",
    "hat": "🤠 🥳 🥸",
    "glasses": "😎 🤓 🧐",
    "concerned": "😕 🫤 😟 🙁 ☹️ 😮 😯 😲 😳 🥺 🥹 😦 😧 😨 😰 😥 😢 😭 😱 😖 😣 😞 😓 😩 😫 🥱",
    "negative": "😤 😡 😠 🤬 😈 👿 💀 ☠️",
}
ALL = tuple(RECIPES)

#: How far heads turn: (yaw, pitch, roll) in degrees. Each emoji meets one, on the disc and on a person.
POSES = (Pose(25, 0, 0), Pose(-25, 12, 0), Pose(0, -20, 30), Pose(10, 20, -30))


def valid(svg: str) -> None:
    """Well-formed, no nonsense numbers, and every reference inside it resolves."""
    ids = {node.get("id") for node in ET.fromstring(svg).iter()}
    assert {part.split(")")[0] for part in svg.split("url(#")[1:]} <= ids
    assert {part.split('"')[0] for part in svg.split('href="#')[1:]} <= ids
    assert "nan" not in svg.replace("nand", "") and "inf" not in svg.split("<desc>")[0] + svg.split("</desc>")[-1]


def inside(svg: str) -> bool:
    """Whether nothing that can be seen reaches beyond the canvas by more than a hundredth of it."""
    alpha = pixels(svg.replace('viewBox="0 0 128 128"', 'viewBox="-16 -16 160 160"', 1), 120)[..., 3]
    alpha[11:109, 11:109] = 0
    return bool(alpha.max() < 128)


@lru_cache(maxsize=64)
def fits(spec: AvatarSpec, pose: Pose | None = None) -> bool:
    """Whether a person at rest is inside."""
    return inside(spec.svg(pose=pose))


def test_the_set_is_unicodes_and_some_more() -> None:
    assert {name: set(group) for name, group in GROUPS.items()} == {name: set(t.split()) for name, t in UNICODE.items()}
    drawn = [emoji for group in GROUPS.values() for emoji in group] + list(OTHERS)
    assert len(drawn) == len(set(drawn)) >= 117
    assert set(drawn) == set(RECIPES)


def test_sequences_are_fully_qualified() -> None:
    for emoji in RECIPES:
        assert ("\u200d" in emoji) == (len(emoji.strip("\ufe0f")) > 1), emoji
    assert RECIPES["😮‍💨"].name == "face exhaling" and RECIPES["🙂‍↕️"].name == "head shaking vertically"


@pytest.mark.parametrize("emoji", ALL)
def test_the_plain_face_shows_it_inside_the_canvas_the_same_every_time(emoji: str) -> None:
    for bold, high_contrast in ((False, False), (True, False), (False, True)):
        svg = emoji_svg(emoji, bold=bold, high_contrast=high_contrast)
        valid(svg)
        assert svg == emoji_svg(emoji, bold=bold, high_contrast=high_contrast)
        assert inside(svg), f"out of the canvas, bold {bold}, high contrast {high_contrast}"
    assert len(emoji_svg(emoji)) < 30_000


@pytest.mark.parametrize("emoji", ALL)
def test_people_show_it_inside_the_canvas_the_same_every_time(emoji: str) -> None:
    i = ALL.index(emoji)
    for spec in (specs()[i % len(PEOPLE)], anybody(i % 12)):
        svg = spec.svg(emoji)
        valid(svg)
        valid(spec.svg(emoji, size=32))
        assert svg == spec.svg(emoji)
        assert inside(svg) or not fits(spec), "out of the canvas"


@pytest.mark.parametrize("emoji", ALL)
def test_turned_heads_show_it_inside_the_canvas(emoji: str) -> None:
    i, recipe = ALL.index(emoji), RECIPES[emoji]
    pose, spec, own = POSES[i % len(POSES)], specs()[i // len(POSES) % len(PEOPLE)], recipe.turn or Pose(0, 0, 0)
    both = Pose(own.yaw + pose.yaw, own.pitch + pose.pitch, own.roll + pose.roll)
    for svg in (face_svg(recipe.controls, recipe.overlays, pose=both), spec.svg(emoji, pose=pose)):
        valid(svg)
        assert inside(svg), f"out of the canvas at {pose}"


@pytest.mark.parametrize("emoji", ALL)
def test_the_alternative_text_says_what_it_shows(emoji: str) -> None:
    recipe = RECIPES[emoji]
    plain = ET.fromstring(emoji_svg(emoji))
    texts = [node.text or "" for node in plain if node.tag.endswith(("title", "desc"))]
    assert texts[0] == recipe.name
    for spec in specs():
        title, desc = describe(spec, look(emoji))
        assert title.endswith(", " + recipe.name.removesuffix(" face"))
        texts += [title, desc]
    for text in texts:
        assert 3 < len(text) < 250
        assert "_" not in text and "  " not in text
    for name in recipe.overlays:
        assert name.replace("_", " ") in texts[1] and name.replace("_", " ") in texts[-1]


def test_a_hat_takes_the_place_of_a_cap_and_goes_on_top_of_a_hijab() -> None:
    cowboy = [OVERLAYS["cowboy_hat"]]
    cap, over = dressed(AvatarSpec().edited({"headwear.style": "cap"}), cowboy)
    assert (cap.headwear.style, over) == ("cowboy-hat", None)
    hijab = AvatarSpec().edited({"headwear.style": "hijab"})
    kept, on_top = dressed(hijab, cowboy)
    assert kept.headwear.style == "hijab"
    assert on_top is not None and on_top.headwear.style == "cowboy-hat"
    assert hijab.headwear.style == "hijab"  # only the drawing is dressed, never the spec
    assert "hijab" in hijab.svg("🤠")


def test_hands_have_the_skin_of_whoever_they_belong_to() -> None:
    for skin in ("monk-1", "monk-10"):
        spec = AvatarSpec().edited({"skin.colour": skin})
        tones = person_tones(spec.skin.colour, spec.hair.colour)
        for emoji in ("🤗", "🫡", "🤭", "🤔", "🤫", "🫣", "😱"):
            assert spec.svg(emoji).count(f'"{tones.skin.base}"') >= spec.svg("😐").count(f'"{tones.skin.base}"') + 4


@pytest.mark.parametrize("emoji", ["😡", "🤢", "🥶", "🥵", "😈"])
def test_a_tint_leaves_deep_skin_deep_and_fair_skin_fair(emoji: str) -> None:
    overlay = next(OVERLAYS[name] for name in RECIPES[emoji].overlays if OVERLAYS[name].skin)
    assert overlay.skin is not None
    fair, deep = (
        lch(person_tones(skin, "#2b2019", tint=(overlay.skin[1], overlay.tint)).skin.base).l
        for skin in ("#f6ede4", "#3a312a")
    )
    assert fair - deep > 0.25


def test_tears_start_at_the_lid_and_follow_it() -> None:
    near, far = (AvatarSpec().edited({"eyes.spacing": spacing}).svg("😢") for spacing in (-1, 1))

    def drop(svg: str) -> float:
        picture = pixels(svg, 128)
        wet = (picture[..., 2] > 200) & (picture[..., 0] < 150) & (picture[..., 3] > 200)
        return float(np.nonzero(wet)[1].mean())

    assert drop(far) > drop(near) + 3


def test_what_a_face_wears_moves_with_its_mouth() -> None:
    skin = Ramp("#ffd23f", "#ffe98f", "#ffb62c", "#f0941b", "#ffe98f")
    shut, wide = (plain_wearer(Pull({"jawOpen": jaw}), "x", skin, "") for jaw in (0.0, 1.0))
    assert wide.mouth.bottom > shut.mouth.bottom + 10
    assert OVERLAYS["drool"].draw(wide) != OVERLAYS["drool"].draw(shut)


def test_a_recipe_holds_the_head_as_it_says() -> None:
    assert RECIPES["🙃"].turn == (0, 0, 180) and RECIPES["😐"].turn is None
    sad = RECIPES["😞"]
    assert sad.pitch < 0

    def height(recipe: Recipe) -> float:
        picture = pixels(recipe_svg(recipe), 128)
        return float(np.nonzero((picture[..., :3].sum(axis=2) < 330) & (picture[..., 3] > 200))[0].mean())

    assert height(sad) > height(replace(sad, pitch=0.0)) + 3
