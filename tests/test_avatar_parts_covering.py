"""What is worn and what it covers: hair under hats, ears under a hijab, a mouth under a mask, shoulders on a ground."""

from __future__ import annotations

import re

import numpy as np
import pytest

from avatar_people import PEOPLE, dressed, head_of, pixels
from mien.avatar import AvatarSpec
from mien.avatar.palette import difference, person_tones
from mien.avatar.parts import BACKGROUNDS, CLOTHING, EXTRAS, HEADWEAR
from mien.types import Pose


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
