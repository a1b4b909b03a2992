"""The whole set of faces: complete, drawn on everybody, inside the canvas, and told apart at 32 pixels."""

from __future__ import annotations

import io
import itertools
import random
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from mien.avatar import OVERLAYS, AvatarSpec, emoji_svg, rasterise, recipe_svg
from mien.avatar.dressing import dressed
from mien.avatar.overlays import plain_wearer
from mien.avatar.palette import Ramp, lch, person_tones
from mien.avatar.parts import FACIAL_HAIR, GLASSES, HAIR, HEADWEAR
from mien.avatar.shapes import Pull
from mien.emoji import RECIPES, Recipe
from mien.emoji.groups import GROUPS, OTHERS

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

#: Two faces must differ clearly in so many of the 1,024 pixels: two thirds of one eye of the plain face, which covers
#: 36. Clearly: one colour channel by more than an eighth of its range.
PIXELS, CLEARLY = 24, 32
#: What comes close on a person, whose mouth is smaller than the disc's: its corners are all that differs.
LOOK_ALIKES = {frozenset(pair.split()) for pair in ("😐 😶", "😐 🙂", "😶 🙂", "😶 🫤", "😊 😋")}

PEOPLE = [
    {"skin.colour": "monk-9", "hair.style": "afro", "hair.colour": "black", "nose.kind": "broad"},
    {"skin.colour": "monk-5", "headwear.style": "hijab", "headwear.colour": "#3f6f8f"},
    {"skin.colour": "monk-3", "hair.style": "short", "facial_hair.style": "full", "glasses.style": "square"},
    {"skin.colour": "monk-2", "hair.style": "bob", "hair.colour": "blond", "shape.length": -0.9, "eyes.size": 0.7},
    {"skin.colour": "monk-7", "hair.style": "bald", "facial_hair.style": "chevron", "shape.jaw": 0.5},
    {"skin.colour": "monk-4", "hair.style": "long-straight", "shape.length": 0.5, "shape.width": -0.5},
]


def specs() -> list[AvatarSpec]:
    return [AvatarSpec().edited(fields) for fields in PEOPLE]


def anybody(seed: int) -> AvatarSpec:
    """A person put together by chance."""
    r = random.Random(seed)
    shape = {f"shape.{name}": round(r.uniform(-1, 1), 2) for name in ("width", "length", "jaw", "chin", "cheeks")}
    return AvatarSpec().edited({
        **shape, "skin.colour": f"monk-{r.randint(1, 10)}", "hair.style": r.choice(list(HAIR)),
        "headwear.style": r.choice([*HEADWEAR, *["none"] * 40]), "glasses.style": r.choice([*GLASSES, *["none"] * 20]),
        "facial_hair.style": r.choice([*FACIAL_HAIR, *["none"] * 20]),
    })  # fmt: skip


def pixels(svg: str, size: int = 64) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(rasterise(svg, size))).convert("RGBA")).astype(int)


def on_white(svg: str, size: int) -> np.ndarray:
    rgba = pixels(svg, size)
    alpha = rgba[..., 3:] / 255
    return rgba[..., :3] * alpha + 255 * (1 - alpha)


def valid(svg: str) -> None:
    """Well-formed, no nonsense numbers, and every reference inside it resolves."""
    ids = {node.get("id") for node in ET.fromstring(svg).iter()}
    assert {part.split(")")[0] for part in svg.split("url(#")[1:]} <= ids
    assert {part.split('"')[0] for part in svg.split('href="#')[1:]} <= ids
    assert "nan" not in svg.replace("nand", "") and "inf" not in svg.split("<desc>")[0] + svg.split("</desc>")[-1]


def inside(svg: str) -> bool:
    """Whether nothing that can be seen reaches beyond the canvas by more than a hundredth of it."""
    alpha = pixels(svg.replace('viewBox="0 0 128 128"', 'viewBox="-16 -16 160 160"', 1), 160)[..., 3]
    alpha[15:145, 15:145] = 0
    return bool(alpha.max() < 128)


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
    for bold in (False, True):
        svg = emoji_svg(emoji, bold=bold)
        valid(svg)
        assert svg == emoji_svg(emoji, bold=bold)
        assert inside(svg), "out of the canvas"
    assert len(emoji_svg(emoji)) < 30_000


@pytest.mark.parametrize("emoji", ALL)
def test_people_show_it_inside_the_canvas_the_same_every_time(emoji: str) -> None:
    i = ALL.index(emoji)
    for spec in (specs()[i % len(PEOPLE)], specs()[(i + 3) % len(PEOPLE)], anybody(i)):
        svg = spec.svg(emoji)
        valid(svg)
        valid(spec.svg(emoji, size=32))
        assert svg == spec.svg(emoji)
        if inside(spec.svg()):
            assert inside(svg), "out of the canvas"


def differing(a: np.ndarray, b: np.ndarray) -> int:
    return int((np.abs(a - b).max(axis=2) > CLEARLY).sum())


def test_any_two_plain_faces_differ_visibly_at_32_pixels() -> None:
    pictures = {emoji: on_white(emoji_svg(emoji, bold=True), 32) for emoji in RECIPES}
    close = {(a, b) for a, b in itertools.combinations(RECIPES, 2) if differing(pictures[a], pictures[b]) < PIXELS}
    assert not close


def test_any_two_faces_of_a_person_differ_visibly_at_32_pixels_but_for_the_look_alikes() -> None:
    spec = AvatarSpec().edited({"skin.colour": "monk-4", "hair.style": "short"})
    pictures = {emoji: on_white(spec.svg(emoji, size=32), 32) for emoji in RECIPES}
    close = {
        frozenset((a, b)) for a, b in itertools.combinations(RECIPES, 2) if differing(pictures[a], pictures[b]) < PIXELS
    }
    assert close <= LOOK_ALIKES
    for a, b in map(sorted, close):  # alike, but never the same
        assert np.abs(pictures[a] - pictures[b]).mean() > 0.2, (a, b)


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
