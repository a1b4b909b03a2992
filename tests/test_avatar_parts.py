"""What is worn: every part draws on every kind of head, stays small, and follows the face."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from avatar_people import FAMILIES, IDS, PEOPLE, WORN, dressed, head_of, pixels
from mien.avatar.features.mouth import build_mouth
from mien.avatar.palette import person_tones
from mien.avatar.parts import FACIAL_HAIR, GLASSES, HEADWEAR
from mien.avatar.parts.facial_hair import FACIAL_HAIR_TRAITS, TRAIT_OF_FACIAL_HAIR, lips
from mien.avatar.parts.glasses import GLASSES_TRAITS
from mien.avatar.parts.headwear import HEADWEAR_TRAITS
from mien.avatar.shapes import CENTRE
from mien.types import Pose


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
        assert (
            len(layers(part, (head, person_tones(spec.skin.colour, spec.hair.colour), spec, "p0123abcd"))) <= 3200
        )  # 3 kB, and a rim of light


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
            lips(head_of(spec, controls), spec)[1] for controls in ({}, {"mouthSmileLeft": 1.0, "mouthSmileRight": 1.0})
        )
        assert wide.x > rest.x + 2 and wide.y < rest.y - 2
        assert lips(head_of(spec, {"mouthSmileLeft": 1.0}), spec)[0].x < wide.x - 2

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
