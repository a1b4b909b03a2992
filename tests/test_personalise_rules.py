"""From what is seen of a person to an avatar: the rules, the colours, and closer looks."""

from __future__ import annotations

import pytest

from mien.appearance.geometry import MEASURES
from mien.avatar import AvatarSpec
from mien.avatar.palette import lch
from mien.avatar.parts import EARRINGS, FACIAL_HAIR, GLASSES, HEADWEAR
from mien.avatar.parts.hair_traits import HAIR_TRAITS
from mien.avatar.personalise import rules, spec_of
from mien.avatar.personalise.colours import eye_colour, hair_colour, skin_colour
from mien.avatar.personalise.details import Details
from mien.avatar.personalise.eyewear import Frame
from mien.avatar.personalise.forehead import Forehead
from mien.avatar.spec.groups import Glasses
from mien.types import TRAITS, Colour
from seen_people import seen, trait

# --- the rules ----------------------------------------------------------------------------------------------------


def test_every_name_in_the_rules_is_a_part() -> None:
    assert {name for names in rules.HEADWEAR.values() for name in names.values()} <= set(HEADWEAR)
    assert set(rules.EARRINGS.values()) <= set(EARRINGS)
    assert {name for _, shapes in rules.GLASSES for _, name in shapes} <= set(GLASSES)
    assert {rules.ROUND_STYLE, rules.USUAL_GLASSES} <= set(GLASSES)
    assert set(rules.GEOMETRY) | set(rules.CHILD) <= set(AvatarSpec.fields())
    assert {measure for measure, _ in rules.GEOMETRY.values()} <= {*MEASURES, "brow_thickness"}


@pytest.mark.parametrize("presentation", ["m", "f", "u"])
@pytest.mark.parametrize("length", TRAITS["hair_len"])
@pytest.mark.parametrize("form", TRAITS["hair_form"])
def test_every_length_and_form_of_hair_has_a_style(length: str, form: str, presentation: str) -> None:
    for fringe in "01":
        codes = {"hair_len": length, "hair_form": form, "fringe": fringe, "presentation": presentation}
        style = spec_of(seen(**codes)).hair.style
        if length != "C":
            assert length in HAIR_TRAITS[style].length


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ({"hair_len": "0", "hair_form": "-"}, {"bald", "shaved"}),
        ({"hair_len": "4", "hair_form": "S", "presentation": "f"}, {"long-straight"}),
        ({"hair_len": "4", "hair_form": "W", "presentation": "f"}, {"long-wavy"}),
        ({"hair_len": "3", "hair_form": "S", "presentation": "f", "fringe": "1"}, {"bob-fringe"}),
        ({"hair_len": "3", "hair_form": "K", "presentation": "f"}, {"afro", "bob-curly"}),
        ({"hair_len": "4", "hair_form": "B", "presentation": "f"}, {"box-braids", "long-locs"}),
    ],
)
def test_typical_hair_gets_the_typical_style(codes: dict[str, str], expected: set[str]) -> None:
    assert spec_of(seen(**codes)).hair.style in expected


def test_what_is_worn_is_drawn_and_what_is_unsure_is_not() -> None:
    worn = {"glasses": "G", "facial_hair": "B", "headwear": "T", "earrings": "1"}
    sure, unsure = spec_of(seen(**worn)), spec_of(seen(0.6))
    assert sure.glasses.style in GLASSES
    assert sure.facial_hair.style in FACIAL_HAIR
    assert "none" not in (sure.glasses.style, sure.facial_hair.style, sure.headwear.style, sure.earrings.style)
    assert unsure.headwear.style == unsure.earrings.style == "none"


def test_sunglasses_are_not_eyeglasses() -> None:
    assert spec_of(seen(glasses="S")).glasses.style.startswith("sunglasses")
    assert not spec_of(seen(glasses="G")).glasses.style.startswith("sunglasses")


def glasses(weight: float, drop: float = 0.3, bend: float = 0.0) -> Glasses:
    return spec_of(seen(glasses="G"), Details(frame=Frame("#201a18", weight, drop, bend))).glasses


def test_the_frame_is_as_heavy_as_on_the_photo() -> None:
    thin, thick = glasses(0.1), glasses(0.95)
    assert thin.style in ("rimless", "half-rim")
    assert thick.style == "rectangle"
    assert lch(thick.colour).l < 0.3 < lch(thin.colour).l


def test_the_frame_is_as_deep_and_as_round_as_on_the_photo() -> None:
    assert glasses(0.95, drop=0.42).style == "square"
    assert glasses(0.95, bend=0.08).style == glasses(0.4, bend=0.08).style == "round"
    assert glasses(0.1, bend=0.08).style != "round"  # what can hardly be seen has no measured bend


def test_skin_is_drawn_by_what_was_measured_and_by_the_tone() -> None:
    fair, middle, deep = (lch(skin_colour("#d9ab92", tone)).l for tone in ({"2": 1.0}, {"5": 1.0}, {"7": 1.0}))
    assert fair > middle > deep
    assert deep < lch(skin_colour("#d9ab92")).l < fair
    lighter, darker = (lch(skin_colour(colour, {"5": 1.0})).l for colour in ("#e6bda6", "#b98468"))
    assert lighter > darker


def test_a_mask_is_not_taken_for_skin() -> None:
    masks = ("#8da4b8", "#f2f2f2", "#30302f")
    drawn = [spec_of(seen(mst="7", skin=mask), covered=True).skin.colour for mask in masks]
    assert len({round(lch(colour).l, 2) for colour in drawn}) == 1
    assert all(25 < lch(colour).h < 85 for colour in drawn)


def test_warm_light_alone_makes_no_red_hair() -> None:
    copper = Colour("#8a5536", 0.3)
    codes = {"R": 0.29, "Y": 0.26, "L": 0.25, "D": 0.2}
    assert lch(hair_colour(copper, codes, "#e8c4ae", {})).c < lch(hair_colour(copper, {"R": 1.0}, "#e8c4ae", {})).c


def test_the_users_presentation_wins_over_the_photos() -> None:
    look = seen(hair_len="3", presentation="m")
    assert spec_of(look).presentation == "m"
    chosen = spec_of(look, presentation="f")
    assert chosen.presentation == "f"
    assert chosen.eyes.lashes > spec_of(look).eyes.lashes
    assert chosen.hair.style != spec_of(look).hair.style


def test_presentation_is_neutral_when_unsure() -> None:
    assert spec_of(seen(presentation="u")).presentation == "n"


def test_departures_are_exaggerated_and_held_within_the_range() -> None:
    wide, wider, widest = (spec_of(seen(geometry={"jaw": z})).shape.jaw for z in (0.5, 1.0, 30.0))
    assert 0 < wide < wider < widest <= 1
    narrow = spec_of(seen(geometry={"jaw": -1.0})).shape.jaw
    assert narrow == -wider


def test_a_masked_face_has_a_mean_lower_half_and_no_beard() -> None:
    odd = dict.fromkeys((*MEASURES, "brow_thickness"), 2.0)
    spec = spec_of(seen(facial_hair="B", geometry=odd), covered=True)
    assert spec.facial_hair.style == "none"
    assert spec.shape.jaw == spec.mouth.width == spec.nose.width == 0
    assert spec.eyes.size > 0


def test_a_child_looks_like_one() -> None:
    child, adult = spec_of(seen(age="C", facial_hair="T")), spec_of(seen(age="A"))
    assert child.eyes.size > adult.eyes.size
    assert child.shape.cheeks > adult.shape.cheeks
    assert child.shape.length < adult.shape.length
    assert child.facial_hair.style == "none"
    assert child.marks.wrinkles == 0


def test_only_older_people_have_lines() -> None:
    lines = [spec_of(seen(age=age)).marks.wrinkles for age in "CYAO"]
    assert lines[:2] == [0, 0]
    assert lines[3] > 0.5 > lines[2]


# --- colours ------------------------------------------------------------------------------------------------------


def test_darker_skin_is_drawn_darker_and_fair_skin_fairer_than_photographed() -> None:
    measured = ["#5a3a2c", "#8a5a44", "#b88468", "#dca58c", "#f0d0bc"]
    drawn = [lch(skin_colour(colour)).l for colour in measured]
    assert drawn == sorted(drawn)
    assert drawn[0] < lch(measured[0]).l
    assert drawn[-1] > lch(measured[-1]).l


def test_skin_that_was_not_measured_has_its_monk_tone() -> None:
    light, dark = (lch(spec_of(seen(skin=None, mst=mst)).skin.colour).l for mst in "28")
    assert light > dark + 0.3


@pytest.mark.parametrize(("code", "measured"), [("K", "#302826"), ("Y", "#b89468"), ("R", "#8a4a30"), ("G", "#8e8a88")])
def test_hair_lies_between_what_was_measured_and_a_natural_colour(code: str, measured: str) -> None:
    codes = trait("hair_colour", code).probabilities
    drawn = hair_colour(Colour(measured, 0.8), codes, "#dca58c", trait("age", "A").probabilities)
    assert min(abs(lch(drawn).l - lch(c).l) for c in rules.HAIR_COLOURS[code]) < 0.12


def test_a_wall_taken_for_hair_does_not_bleach_it() -> None:
    codes = trait("hair_colour", "K").probabilities
    drawn = hair_colour(Colour("#c8c4c0", 0.8), codes, "#8a5a44", trait("age", "A").probabilities)
    assert lch(drawn).l < 0.4


def test_dyed_hair_keeps_its_colour() -> None:
    codes = trait("hair_colour", "X").probabilities
    assert hair_colour(Colour("#b0307a", 0.8), codes, "#dca58c", {}) == "#b0307a"


def test_hair_that_nobody_sees_suits_the_skin() -> None:
    fair, deep = (lch(hair_colour(None, {}, skin, {})).l for skin in ("#f0d0bc", "#5a3a2c"))
    assert fair > deep


def test_a_grey_photo_of_an_older_person_has_grey_hair() -> None:
    codes, measured = trait("hair_colour", "-").probabilities, Colour("#a08a70", 0.2)
    old, young = (lch(hair_colour(measured, codes, "#dca58c", trait("age", age).probabilities)).c for age in ("O", "Y"))
    assert old < young


@pytest.mark.parametrize(
    ("irises", "name"),
    [("#6f7a86", "blue"), ("#2c1a12", "dark brown"), ("#5e3f2c", "brown"), (None, "brown"), ("#5f5530", "green")],
)
def test_irises_get_a_natural_colour(irises: str | None, name: str) -> None:
    assert eye_colour(irises, "#dca58c") == rules.EYE_COLOURS[name]


# --- closer looks -------------------------------------------------------------------------------------------------


def test_a_high_hairline_and_a_parting_are_drawn() -> None:
    bare = Details(Forehead(1.6, 1.3, 0.4, 0.0, 0.8))
    spec = spec_of(seen(), bare)
    assert spec.hair.hairline > 0.5
    assert spec.hair.parting == "left"
    assert spec.hair.volume > 0.3
    other = spec_of(seen(), Details(Forehead(0.9, None, -0.4, 0.0, None)))
    assert other.hair.hairline < 0
    assert other.hair.parting == "right"


def test_a_fringe_does_not_lower_the_hairline() -> None:
    spec = spec_of(seen(hair_len="4", fringe="1", presentation="f"), Details(Forehead(0.3, 0.2, 0.0, 0.0, None)))
    assert spec.hair.hairline == 0


def test_a_grey_beard_under_dark_hair_stays_grey() -> None:
    grey, thin = (
        spec_of(seen(facial_hair="B", hair=Colour("#2b211d", 0.8)), Details(beard=colour)).facial_hair.colour
        for colour in ("#a8a6a4", "#a07a62")
    )
    assert grey is not None
    assert lch(grey).l > 0.5
    assert thin is None  # skin shows through


def test_what_one_photo_hides_another_shows() -> None:
    first, second = Details(beard="#111111"), Details(beard="#222222", irises="#333333")
    assert first.filled(second) == Details(beard="#111111", irises="#333333")
