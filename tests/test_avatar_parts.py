"""What is worn: every part draws on every kind of head, stays small, follows the face and hides what it should."""

from __future__ import annotations

import io
import itertools
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from mien.avatar import AvatarSpec, rasterise
from mien.avatar.features.mouth import build_mouth
from mien.avatar.head import Head, build_head
from mien.avatar.palette import difference, person_tones
from mien.avatar.parts import (
    BACKGROUNDS,
    CLOTHING,
    EARRINGS,
    EXTRAS,
    FACIAL_HAIR,
    GLASSES,
    HEADWEAR,
)
from mien.avatar.parts.facial_hair import FACIAL_HAIR_TRAITS, TRAIT_OF_FACIAL_HAIR, lip
from mien.avatar.parts.glasses import GLASSES_TRAITS
from mien.avatar.parts.headwear import HEADWEAR_TRAITS
from mien.avatar.shapes import CENTRE, Pull
from mien.types import Pose

FAMILIES = {
    "facial_hair.style": FACIAL_HAIR, "glasses.style": GLASSES, "headwear.style": HEADWEAR,
    "earrings.style": EARRINGS, "clothing.style": CLOTHING, "background.style": BACKGROUNDS, "extras.worn": EXTRAS,
}  # fmt: skip
WORN = [(field, name) for field, family in FAMILIES.items() for name in family if name != "none"]
IDS = [f"{field.split('.')[0]}-{name}" for field, name in WORN]

#: (changes, expression, pose): narrow and laughing, wide and angry, at rest.
PEOPLE = (
    (
        {"skin.colour": "monk-10", "hair.style": "afro", "shape.width": -1, "shape.length": 1, "shape.chin": -1},
        "😂",
        Pose(25, 15, 8),
    ),
    (
        {"skin.colour": "monk-1", "hair.style": "bob", "shape.width": 1, "shape.length": -1, "shape.jaw": 1},
        "😡",
        Pose(-25, -15, -8),
    ),
    ({"skin.colour": "monk-5", "hair.style": "bald"}, None, None),
)


def dressed(field: str, name: str, changes: dict[str, object] | None = None) -> AvatarSpec:
    worn = (name,) if field == "extras.worn" else name
    return AvatarSpec().edited({"clothing.colour": "#3f8a5c", **(changes or {}), field: worn})


def pixels(svg: str, size: int = 96) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(rasterise(svg, size))).convert("RGBA")).astype(int)


def head_of(spec: AvatarSpec, controls: dict[str, float], pose: Pose | None = None) -> Head:
    return build_head(spec, Pull(controls), pose)


def layers(part: object, args: tuple[object, ...]) -> str:
    names = ("behind", "skin", "on", "front")
    return "".join(getattr(part, layer)(*args) for layer in names if hasattr(part, layer))


def test_there_is_enough_to_choose_from() -> None:
    least = {
        "facial_hair.style": 12, "glasses.style": 10, "headwear.style": 12, "earrings.style": 6, "clothing.style": 8,
        "background.style": 8, "extras.worn": 12,
    }  # fmt: skip
    for field, count in least.items():
        assert len([name for name in FAMILIES[field] if name != "none"]) >= count, field


@pytest.mark.parametrize(("field", "name"), WORN, ids=IDS)
def test_a_part_is_valid_small_and_the_same_each_time(field: str, name: str) -> None:
    part = FAMILIES[field][name]
    for changes, expression, pose in PEOPLE:
        spec = dressed(field, name, changes)
        svg = spec.svg(expression, pose=pose)
        ET.fromstring(svg)
        assert svg == spec.svg(expression, pose=pose)
        assert "nan" not in svg and "inf" not in svg
        references = {text.split(")")[0] for text in svg.split("url(#")[1:]}
        assert references <= set(re.findall(r'id="([^"]+)"', svg))
        head = head_of(spec, {"jawOpen": 0.7, "mouthSmileLeft": 1.0, "mouthSmileRight": 1.0}, pose)
        assert len(layers(part, (head, person_tones(spec.skin.colour, spec.hair.colour), spec, "p0123abcd"))) <= 3072


@pytest.mark.parametrize(("field", "name"), WORN, ids=IDS)
def test_a_part_is_seen_and_stays_inside_the_picture(field: str, name: str) -> None:
    changed = []
    for changes, *_ in PEOPLE:
        spec = dressed(field, name, changes)
        worn = pixels(spec.svg(), 64)
        without = spec.edited({field: () if field == "extras.worn" else "none"})
        changed.append(np.abs(worn - pixels(without.svg(), 64)).mean())
        if field == "background.style":
            continue
        edges = [worn[0], worn[:, 0], worn[:, -1]] + ([] if field == "clothing.style" else [worn[-1]])
        assert max(int(edge[..., 3].max()) for edge in edges) < 128
    assert max(changed) > 0.008


@pytest.mark.parametrize("field", [f for f in FAMILIES if f not in ("extras.worn", "background.style")])
def test_every_two_styles_of_a_family_look_different_at_32_pixels(field: str) -> None:
    names = [name for name in FAMILIES[field] if name != "none"]
    small = [pixels(dressed(field, name, {"hair.style": "short"}).svg(size=32), 32) for name in names]
    for (i, a), (j, b) in itertools.combinations(enumerate(small), 2):
        assert np.abs(a - b).mean() > 0.15, (names[i], names[j])


def test_traits_of_a_photo_name_parts_that_exist() -> None:
    assert set(FACIAL_HAIR_TRAITS.values()) <= set(FACIAL_HAIR)
    assert set(GLASSES_TRAITS.values()) <= set(GLASSES)
    assert set(HEADWEAR_TRAITS.values()) <= set(HEADWEAR)
    assert set(TRAIT_OF_FACIAL_HAIR) == set(FACIAL_HAIR)
    assert all(TRAIT_OF_FACIAL_HAIR[style] == code for code, style in FACIAL_HAIR_TRAITS.items())


class TestFacialHair:
    def test_a_moustache_goes_where_the_corners_of_the_mouth_go(self) -> None:
        spec = dressed("facial_hair.style", "chevron")
        rest, wide = (
            lip(head_of(spec, controls), spec, 1) for controls in ({}, {"mouthSmileLeft": 1.0, "mouthSmileRight": 1.0})
        )
        assert wide.x > rest.x + 2 and wide.y < rest.y - 2
        assert lip(head_of(spec, {"mouthSmileLeft": 1.0}), spec, -1).x < wide.x - 2

    @pytest.mark.parametrize("name", ["goatee", "circle", "boxed", "full", "long", "van-dyke"])
    def test_a_beard_drops_with_the_jaw_and_leaves_the_open_mouth_free(self, name: str) -> None:
        spec = dressed("facial_hair.style", name, {"hair.colour": "#30e030", "hair.style": "bald"})

        def green(svg: str) -> np.ndarray:
            picture = pixels(svg, 128)
            return (picture[..., 1] > picture[..., 0] + 40) & (picture[..., 1] > picture[..., 2] + 40)

        shut, wide = green(spec.svg({})), green(spec.svg({"jawOpen": 1.0}))
        assert np.nonzero(wide)[0].max() > np.nonzero(shut)[0].max() + 2
        head = head_of(spec, {"jawOpen": 1.0})
        mouth = build_mouth(head, spec)
        plain = spec.edited({"facial_hair.style": "none"})
        inside = pixels(spec.svg({"jawOpen": 1.0}), 128), pixels(plain.svg({"jawOpen": 1.0}), 128)
        assert mouth.opening > 10
        dark = [((p[..., 0] > p[..., 1] + 40) & (p[..., 0] < 150)).sum() for p in inside]
        assert dark[0] > 0.6 * dark[1]  # the figure may be smaller, the mouth is not covered

    def test_density_changes_how_much_skin_is_covered(self) -> None:
        for name in FACIAL_HAIR:
            if name != "none":
                thin, thick = (dressed("facial_hair.style", name, {"facial_hair.density": d}).svg() for d in (0.1, 1.0))
                assert thin != thick, name


class TestGlasses:
    @pytest.mark.parametrize("name", [n for n in GLASSES if n != "none"])
    def test_clear_lenses_let_the_eyes_be_read_and_dark_ones_do_not(self, name: str) -> None:
        spec = dressed("glasses.style", name, {"hair.style": "bald"})
        plain = spec.edited({"glasses.style": "none"})
        scale, _, _, _, dx, dy = map(float, re.findall(r"matrix\(([^)]+)\)", spec.svg())[0].split())
        head = head_of(spec, {})
        x, y = round((CENTRE + head.eye_x) * scale + dx), round(head.eye_y * scale + dy)
        box = np.s_[y - 3 : y + 4, x - 4 : x + 5]  # the middle of one eye
        change = np.abs(pixels(spec.svg(), 128)[box] - pixels(plain.svg(), 128)[box])[..., :3].mean()
        assert change > 40 if "sunglasses" in name or name in ("heart", "3d") else change < 25

    @pytest.mark.parametrize("name", [n for n in GLASSES if n != "none"])
    def test_the_brows_are_seen_above(self, name: str) -> None:
        spec = dressed("glasses.style", name, {"hair.style": "bald", "brows.colour": "#20ff20"})

        def brows(svg: str) -> int:
            p = pixels(svg, 128)
            return int(((p[..., 1] > p[..., 0] + 60) & (p[..., 1] > p[..., 2] + 60)).sum())

        assert brows(spec.svg()) > 0.45 * brows(spec.edited({"glasses.style": "none"}).svg())

    def test_they_turn_with_the_head(self) -> None:
        spec = dressed("glasses.style", "3d", {"hair.style": "bald"})
        middles = []
        for yaw in (-25, 0, 25):
            p = pixels(spec.svg(pose=Pose(yaw, 0, 0)), 128)
            blue = (p[..., 2] > p[..., 0] + 60) & (p[..., 3] > 200)
            middles.append(np.nonzero(blue)[1].mean())
        assert middles[0] < middles[1] - 4 < middles[2] - 8


class TestHeadwear:
    HAIR = "#20ff20"

    def green(self, spec: AvatarSpec) -> np.ndarray:
        p = pixels(spec.svg(), 128)
        return (p[..., 1] > p[..., 0] + 50) & (p[..., 1] > p[..., 2] + 50) & (p[..., 3] > 200)

    def with_hair(self, name: str, hair: str) -> AvatarSpec:
        changes = {
            "hair.colour": self.HAIR,
            "hair.style": hair,
            "brows.colour": "#101010",
            "headwear.colour": "#8020c0",
        }
        return dressed("headwear.style", name, changes)

    @pytest.mark.parametrize("name", ["hijab", "hijab-draped", "ghutra", "dastar", "turban", "headwrap"])
    @pytest.mark.parametrize("hair", ["afro", "long-straight", "quiff"])
    def test_covering_headwear_hides_all_hair(self, name: str, hair: str) -> None:
        assert self.green(self.with_hair(name, hair)).sum() == 0

    @pytest.mark.parametrize("name", [n for n, part in HEADWEAR.items() if part.covers == "crown"])
    def test_hats_hide_the_hair_above_their_rim_and_leave_that_below(self, name: str) -> None:
        seen, free = (
            self.green(self.with_hair(name, "long-straight")),
            self.green(self.with_hair("none", "long-straight")),
        )
        assert 0.1 * free.sum() < seen.sum() < 0.9 * free.sum()
        rows = np.nonzero(self.green(self.with_hair(name, "high-top")))[0]
        assert rows.size == 0 or rows.min() > 20  # a high top does not come through the hat

    @pytest.mark.parametrize("name", ["kippah", "headband", "crown", "flower-crown", "headphones", "party-hat"])
    def test_small_headwear_leaves_the_hair(self, name: str) -> None:
        assert self.green(self.with_hair(name, "afro")).sum() > 1500

    def test_the_hijab_covers_ears_and_neck_and_earrings(self) -> None:
        spec = dressed("headwear.style", "hijab", {"earrings.style": "big-hoops", "clothing.style": "v-neck"})
        assert spec.svg().count(spec.earrings.colour) == 0

        def skin_below_chin(who: AvatarSpec) -> int:
            picture, tone = pixels(who.svg(), 128), person_tones(who.skin.colour, who.hair.colour).skin.deep
            rgb = np.array([int(tone[i : i + 2], 16) for i in (1, 3, 5)])
            return int((np.abs(picture[100:, :, :3] - rgb).sum(axis=2) < 12).sum())

        assert skin_below_chin(spec) < 0.1 * skin_below_chin(spec.edited({"headwear.style": "none"}))

    @pytest.mark.parametrize("name", ["hijab", "hijab-draped"])
    def test_the_hijab_follows_the_jaw(self, name: str) -> None:
        spec = dressed("headwear.style", name, {"headwear.colour": "#8020c0"})
        for controls in ({}, {"jawOpen": 1.0}):
            p = pixels(spec.svg(controls), 128)
            column = p[70:, 64]
            cloth = (column[:, 2] > column[:, 1] + 60) & (column[:, 3] > 200)
            assert cloth[-8:].any() and not cloth[:20].any()

    @pytest.mark.parametrize("name", [n for n in HEADWEAR if n != "none"])
    def test_raised_brows_stay_in_view(self, name: str) -> None:
        spec = dressed(
            "headwear.style", name, {"hair.style": "bald", "brows.colour": "#20ff20", "headwear.colour": "#8020c0"}
        )
        bare = spec.edited({"headwear.style": "none"})
        controls = {"browInnerUp": 0.6, "browOuterUpLeft": 0.6, "browOuterUpRight": 0.6}

        def share(who: AvatarSpec) -> float:
            p = pixels(who.svg(controls), 256)
            green = (p[..., 1] > p[..., 0] + 60) & (p[..., 1] > p[..., 2] + 60)
            return float(green.sum()) / float((p[..., 3] > 200).sum())

        assert share(spec) > 0.3 * share(bare)


class TestEarringsAndExtras:
    def test_the_far_earring_goes_with_its_ear(self) -> None:
        spec = dressed("earrings.style", "studs")
        both, one = spec.svg(), spec.svg(pose=Pose(25, 0, 0))
        assert both.count(spec.earrings.colour) == 2 and one.count(spec.earrings.colour) == 1

    def test_long_earrings_hang_in_front_of_hair_that_hides_the_ears(self) -> None:
        seen = [
            np.abs(pixels(dressed("earrings.style", name, {"hair.style": "long-wavy"}).svg())
                   - pixels(dressed("earrings.style", "none", {"hair.style": "long-wavy"}).svg())).sum()
            for name in ("big-hoops", "studs")
        ]  # fmt: skip
        assert seen[0] > 4 * seen[1]

    @pytest.mark.parametrize("name", ["medical-mask", "cloth-mask"])
    def test_a_mask_covers_mouth_and_moustache_and_drops_with_the_jaw(self, name: str) -> None:
        spec = dressed(
            "extras.worn", name, {"facial_hair.style": "walrus", "hair.colour": "#20ff20", "hair.style": "bald"}
        )
        p = pixels(spec.svg({"mouthSmileLeft": 1.0, "mouthSmileRight": 1.0}), 128)
        green = (p[..., 1] > p[..., 0] + 60) & (p[..., 1] > p[..., 2] + 60)
        assert green[76:].sum() == 0
        lows = []
        for controls in ({}, {"jawOpen": 1.0}):
            p = pixels(spec.svg(controls), 128)
            lows.append(np.nonzero((p[..., 2] > p[..., 0] + 20) & (p[..., 3] > 200))[0].max())
        assert lows[1] > lows[0] + 3

    def test_a_mark_lies_under_the_features(self) -> None:
        spec = dressed("extras.worn", "birthmark")
        svg = spec.svg()
        tones = person_tones(spec.skin.colour, spec.hair.colour)
        assert svg.index('fill-opacity="0.62"') < svg.index(tones.white)

    def test_a_piercing_follows_the_lip(self) -> None:
        spec = dressed("extras.worn", "lip-ring")
        rings = [EXTRAS["lip-ring"].on(head_of(spec, c), person_tones("#d7bd96", "#3f2a1e"), spec, "u")
                 for c in ({}, {"jawOpen": 1.0})]  # fmt: skip
        tops = [float(re.findall(r"M[\d.]+ ([\d.]+)", ring)[0]) for ring in rings]
        assert tops[1] > tops[0] + 5


class TestClothingAndGrounds:
    @pytest.mark.parametrize("name", [n for n in CLOTHING if n != "none"])
    def test_clothing_reaches_the_lower_edge_under_every_head(self, name: str) -> None:
        for changes, *_ in PEOPLE:
            alpha = pixels(dressed("clothing.style", name, changes).svg(), 128)[..., 3]
            assert (alpha[-2, 40:88] > 200).all()

    def test_a_round_ground_cuts_the_shoulders_and_not_the_head(self) -> None:
        spec = dressed("clothing.style", "hoodie", {"background.style": "circle", "hair.style": "afro"})
        alpha = pixels(spec.svg(), 128)[..., 3]
        assert alpha[126, 20] == alpha[126, 108] == 0
        high = pixels(spec.edited({"headwear.style": "top-hat"}).svg(), 128)[..., 3]
        assert high[:64].sum() >= alpha[:64].sum()

    @pytest.mark.parametrize("name", [n for n in BACKGROUNDS if n not in ("none", "circle", "rounded")])
    def test_a_ground_fills_the_square(self, name: str) -> None:
        alpha = pixels(dressed("background.style", name).svg(), 64)[..., 3]
        assert alpha.min() == 255

    def test_a_second_colour_is_used_and_one_is_found_without(self) -> None:
        spec = dressed("background.style", "gradient", {"background.colour": "#cfe3f5"})
        ends = [p[:3] for p in (pixels(spec.svg(), 64)[1, 1], pixels(spec.svg(), 64)[-2, -2])]
        hexes = ["#" + "".join(f"{v:02x}" for v in end) for end in ends]
        assert difference(*hexes) > 0.06
        assert "#ff0000" in spec.edited({"background.second": "#ff0000"}).svg()
