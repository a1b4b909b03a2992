"""Presets, random people, and the Unicode emoji that match them."""

from __future__ import annotations

import pytest

from mien.avatar import MONK
from mien.avatar.presets import GESTURES, TONES, preset, random_person, sequence
from mien.errors import SpecError
from mien.types import LABELS, Expression

MAN, WOMAN = "\u200d\u2642\ufe0f", "\u200d\u2640\ufe0f"


@pytest.mark.parametrize(
    ("expression", "presentation", "monk", "expected"),
    [
        ("anger", "f", None, "\U0001f64e" + WOMAN),
        ("anger", "m", 8, "\U0001f64e\U0001f3fe" + MAN),
        ("sadness", "n", None, "\U0001f64d"),
        ("sadness", "f", 1, "\U0001f64d\U0001f3fb" + WOMAN),
        ("unsure", "n", 5, "\U0001f937\U0001f3fd"),
        ("neutral", "f", 10, "\U0001f469\U0001f3ff"),
        ("neutral", "n", None, "\U0001f9d1"),
        ("happiness", "m", 3, "\U0001f64b\U0001f3fc" + MAN),
        ("surprise", "f", 3, "😲"),
        ("fear", "m", 3, "😨"),
        ("🙅", "f", 6, "\U0001f645\U0001f3fd" + WOMAN),
        ("🙆", "m", 2, "\U0001f646\U0001f3fb" + MAN),
        ("🤦", "f", 9, "\U0001f926\U0001f3ff" + WOMAN),
        ("🤷🏻\u200d♀️", "m", 7, "\U0001f937\U0001f3fe" + MAN),
        ("👩🏽", "n", 4, "\U0001f469\U0001f3fc"),
        ("😠", "f", None, "\U0001f64e" + WOMAN),
        ("😱", "f", 4, "😱"),
    ],
)
def test_the_sequence_is_the_one_that_unicode_lists(
    expression: str, presentation: str, monk: int | None, expected: str
) -> None:
    assert sequence(expression, presentation, monk) == expected


def test_an_expression_that_was_read_has_its_persons_emoji() -> None:
    read = Expression(dict.fromkeys(LABELS, 0.125), "anger", 0.9, -0.5, 0.5, 0.7, "😡")
    assert sequence(read, "m") == "\U0001f64e" + MAN


def test_two_monk_tones_share_each_modifier() -> None:
    tones = [sequence("🙋", "n", monk)[1] for monk in range(1, 11)]
    assert "".join(tones) == "".join(2 * tone for tone in TONES)


def test_every_gesture_has_its_eighteen_forms() -> None:
    for gesture in GESTURES:
        forms = {sequence(gesture, p, monk) for p in "nmf" for monk in (None, 1, 3, 5, 7, 9)}
        assert len(forms) == 18
        assert all(form.startswith(gesture) for form in forms)


@pytest.mark.parametrize("wrong", [("joyful", "n", None), ("anger", "x", None), ("anger", "n", 0), ("anger", "n", 11)])
def test_what_is_unknown_is_refused_in_one_line(wrong: tuple[str, str, int | None]) -> None:
    with pytest.raises(SpecError) as caught:
        sequence(*wrong)
    assert "\n" not in str(caught.value)


def test_presets_differ_by_presentation_and_take_any_tone() -> None:
    people = {preset(p, monk).to_json() for p in "nmf" for monk in (None, *range(1, 11))}
    assert len(people) == 33
    assert preset("f", 8).skin.colour == MONK[7]
    assert preset("m").presentation == "m"


def test_a_seed_names_one_random_person() -> None:
    assert random_person(11) == random_person(11)
    people = [random_person(seed) for seed in range(40)]
    assert len({person.hair.style for person in people}) > 12
    assert len({person.skin.colour for person in people}) > 6
    assert not any(p.facial_hair.style != "none" for p in people if p.presentation != "m")
