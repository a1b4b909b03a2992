"""`AvatarSpec`: what it takes, what it refuses, and how alike two of them are."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.avatar import MONK, AvatarSpec
from mien.avatar.parts import BACKGROUNDS, CLOTHING, EARRINGS, FACIAL_HAIR, FRINGES, GLASSES, HAIR, HEADWEAR
from mien.errors import SpecError

SIGNED = (
    "shape.width",
    "shape.jaw",
    "ears.size",
    "hair.length",
    "brows.angle",
    "eyes.tilt",
    "nose.width",
    "mouth.width",
)


def people() -> st.SearchStrategy[AvatarSpec]:
    number = st.floats(-1, 1).map(lambda value: round(value, 3))
    return st.builds(
        lambda numbers, skin, hair, style, glasses: AvatarSpec().edited(
            dict(zip(SIGNED, numbers, strict=True))
            | {"skin.colour": skin, "hair.colour": hair, "hair.style": style, "glasses.style": glasses}
        ),
        st.lists(number, min_size=len(SIGNED), max_size=len(SIGNED)),
        st.sampled_from(MONK), st.sampled_from(["black", "blond", "grey", "pink"]),
        st.sampled_from(sorted(HAIR)), st.sampled_from(sorted(GLASSES)),
    )  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(people())
def test_json_there_and_back_gives_the_same_spec(spec: AvatarSpec) -> None:
    assert AvatarSpec.from_json(spec.to_json()) == spec
    assert AvatarSpec.from_dict(json.loads(json.dumps(spec.to_dict()))) == spec


def test_missing_fields_are_the_mean_and_the_version_is_written() -> None:
    assert AvatarSpec.from_json("{}") == AvatarSpec()
    assert AvatarSpec().to_dict()["version"] == 1
    assert AvatarSpec.from_dict({"shape": {"jaw": 0.5}}).shape.jaw == 0.5


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"hairs": {}}, "'hairs'"),
        ({"hair": {"styl": "bald"}}, "'hair.styl'"),
        ({"hair": {"style": "mop"}}, "choose from"),
        ({"shape": {"jaw": 1.2}}, "less than or equal to 1"),
        ({"skin": {"colour": "beigeish"}}, "no colour"),
        ({"version": 2}, "version"),
    ],
)
def test_what_it_does_not_know_is_refused_in_one_line(data: dict[str, object], said: str) -> None:
    with pytest.raises(SpecError) as caught:
        AvatarSpec.from_dict(data)
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_text_that_is_no_json_is_refused() -> None:
    with pytest.raises(SpecError, match="not JSON"):
        AvatarSpec.from_json("{")


def test_a_spec_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValueError, match="frozen"):
        AvatarSpec().shape.jaw = 0.3  # type: ignore[misc]


def test_editing_reads_text_as_a_command_line_gives_it() -> None:
    spec = AvatarSpec().edited({
        "hair.style": "bald", "shape.jaw": "0.4", "skin.colour": "Monk-7", "hair.highlights": "pink",
        "marks.moles": "chin, nose", "plain": "true", "glasses.style": "none", "eyes.colour": "#ABC",
    })  # fmt: skip
    assert (spec.hair.style, spec.shape.jaw, spec.skin.colour) == ("bald", 0.4, MONK[6])
    assert (spec.marks.moles, spec.plain, spec.glasses.style) == (("chin", "nose"), True, "none")
    assert spec.eyes.colour == "#aabbcc"
    assert spec.edited({"hair.highlights": "none"}).hair.highlights is None
    assert AvatarSpec().shape.jaw == 0


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("hair.stile", "bald", "hair.style"),
        ("beard", "full", "facial_hair.style"),
        ("hair.style", "mop", "bald"),
        ("shape.jaw", "2", "less than or equal"),
        ("shape.jaw", "wide", "number"),
        ("marks.moles", "elbow", "'chin'"),
        ("version", "3", "skin.colour"),
    ],
)
def test_a_wrong_edit_says_what_is_allowed(path: str, value: str, said: str) -> None:
    with pytest.raises(SpecError) as caught:
        AvatarSpec().edited({path: value})
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_every_field_can_be_set_to_what_it_is() -> None:
    spec = AvatarSpec()
    for path in AvatarSpec.fields():
        value: object = spec
        for step in path.split("."):
            value = getattr(value, step)
        assert spec.edited({path: value}) == spec


def test_every_registry_has_what_the_defaults_name() -> None:
    for registry in (FACIAL_HAIR, GLASSES, HEADWEAR, EARRINGS, CLOTHING, BACKGROUNDS):
        assert "none" in registry
    assert "style" in FRINGES and AvatarSpec().hair.style in HAIR


class TestSimilarity:
    @settings(max_examples=40, deadline=None)
    @given(people(), people())
    def test_is_symmetric_within_bounds_and_one_for_the_same(self, a: AvatarSpec, b: AvatarSpec) -> None:
        assert 0 <= a.similarity(b) <= 1
        assert a.similarity(b) == pytest.approx(b.similarity(a))
        assert a.similarity(a) == pytest.approx(1)

    def test_a_small_change_costs_less_than_a_large_one(self) -> None:
        base = AvatarSpec()
        near = base.edited({"skin.colour": "monk-6", "shape.jaw": 0.2})
        far = base.edited({"skin.colour": "monk-10", "hair.style": "afro", "glasses.style": "round", "shape.jaw": 1})
        assert base.similarity(far) < base.similarity(near) < 1
        assert base.similarity(far) < 0.7

    def test_clothes_and_ground_do_not_make_the_person(self) -> None:
        base = AvatarSpec()
        dressed = base.edited({"clothing.style": "crew", "background.style": "circle", "presentation": "f"})
        assert base.similarity(dressed) == pytest.approx(1)

    def test_the_plain_emoji_is_like_itself_only(self) -> None:
        plain = AvatarSpec(plain=True)
        assert plain.similarity(plain) == 1
        assert plain.similarity(AvatarSpec()) == 0
