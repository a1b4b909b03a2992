"""Suggestions fit what a face shows and a message says, do not repeat themselves, and say why."""

import itertools

import numpy as np
import pytest

import mien
from mien import MienError
from mien.emoji import RECIPES
from mien.emoji.meaning import PLUTCHIK, ratings
from mien.emoji.suggesting import suggest
from mien.emoji.suggesting.candidates import table
from mien.emoji.suggesting.companions import companions
from mien.emoji.suggesting.reasons import languages as reason_languages
from mien.types import LABELS, Box, Expression, Face, Quality, Scene


def face(label="happiness", intensity=0.6, certainty=0.9, controls=None, unsure=False):
    shares = dict.fromkeys(LABELS, (1 - certainty) / 7) | {label: certainty}
    expression = Expression(shares, "unsure" if unsure else label, certainty, 0.0, 0.0, intensity, "🙂")
    return Face(Box(0, 0, 9, 9), 0.9, np.zeros((68, 2)), mien.Pose(0, 0, 0), controls or {}, expression, Quality(1.0))


def scene(*faces, time=None):
    return Scene(width=100, height=100, faces=list(faces), time=time)


def emoji(*args, **options):
    return [s.emoji for s in suggest(*args, **options)]


def rated(texts):
    return next(text for text in texts if text in ratings() and text in RECIPES)


def test_the_first_rated_face_is_among_the_five_that_people_rate_highest():
    """EmoTag's goal, on pure expressions; `benchmarks/suggest.py` measures it with noise, too."""
    right = []
    for emotion, label in PLUTCHIK.items():
        least = sorted((ratings()[t][emotion] for t in RECIPES if t in ratings()), reverse=True)[4]
        for intensity in (0.2, 0.4, 0.6, 0.8, 1.0):
            first = rated(emoji({"probabilities": {label: 1.0}, "intensity": intensity}, k=100))
            right.append(ratings()[first][emotion] >= least)
    assert np.mean(right) >= 0.9


@pytest.mark.parametrize("label", LABELS)
def test_the_first_suggestion_of_a_pure_expression_shows_it(label):
    for intensity in (0.2, 0.5, 0.9):
        first = emoji({"probabilities": {label: 1.0}, "intensity": intensity}, k=1)[0]
        profile = table().profile[table().row[first]]
        assert LABELS[int(profile.argmax())] == label


def test_a_stronger_expression_gets_a_stronger_emoji():
    strength = [
        RECIPES[emoji({"probabilities": {"happiness": 1.0}, "intensity": i}, k=1)[0]].intensity for i in (0.2, 0.6, 1.0)
    ]
    assert strength[0] < strength[1] < strength[2]


def test_a_list_has_k_different_emoji_with_falling_scores():
    for k in (1, 5, 20):
        found = suggest({"happiness": 0.8, "surprise": 0.2}, k=k)
        assert len({s.emoji for s in found}) == k
        assert all(a.score >= b.score for a, b in itertools.pairwise(found))
        assert all(0 <= s.score <= 1 and s.reason and s.name for s in found)


def test_a_list_for_a_strong_feeling_is_not_faces_alone():
    found = emoji({"probabilities": {"happiness": 1.0}, "intensity": 0.9}, k=6)
    assert any(text not in RECIPES for text in found)
    assert sum(text in RECIPES for text in found) >= 3


def test_the_same_input_gives_the_same_list():
    assert suggest(face(), text="see you soon") == suggest(face(), text="see you soon")


@pytest.mark.parametrize(
    ("controls", "wanted"),
    [({"eyeBlinkLeft": 0.95}, "😉"), ({"tongueOut": 0.9, "jawOpen": 0.4}, "😛")],
)
def test_a_wink_and_a_tongue_are_answered(controls, wanted):
    found = suggest(face(controls=controls), k=2)
    assert wanted in [s.emoji for s in found]
    assert any(s.reason in ("one eye is shut", "the tongue is out") for s in found)


def test_faces_that_ask_for_a_cue_stay_away_without_it():
    assert not set(emoji(face(controls={"mouthSmileLeft": 0.7}), k=5)) & {"😉", "😜", "😘"}


def test_a_group_that_agrees_gets_what_is_shared_and_is_counted():
    found = suggest(scene(*[face(intensity=0.9)] * 3, face("neutral")), k=6)
    assert {"🎉", "🥳", "🙌"} & {s.emoji for s in found}
    assert any(s.reason == "3 of 4 look happy" for s in found)


def test_a_group_that_differs_gets_something_for_each():
    found = emoji(scene(face(intensity=0.7), face("sadness", intensity=0.7)), k=6)
    profiles = [table().profile[table().row[text]] for text in found]
    assert any(p[LABELS.index("happiness")] > 0.5 for p in profiles)
    assert any(p[LABELS.index("sadness")] > 0.5 for p in profiles)


def test_a_stretch_of_time_is_judged_by_its_end_and_its_peak():
    sad, glad = scene(face("sadness"), time=0.0), scene(face(intensity=0.8), time=1.0)
    cheered = suggest([sad] * 10 + [glad] * 10)
    assert RECIPES[cheered[0].emoji].profile["happiness"] > 0.5
    assert cheered[0].reason == "turned from sad to happy"
    calm, start = scene(face("neutral", intensity=0.0)), scene(face("surprise", intensity=0.9))
    peaked = emoji([calm] * 8 + [start] * 3 + [calm] * 8, k=3)
    assert any(RECIPES[t].profile["surprise"] > 0.5 for t in peaked if t in RECIPES)


def test_an_unsure_face_is_not_believed_much():
    found = suggest(face("anger", certainty=0.4, unsure=True))
    assert all(s.score < 0.8 for s in found)
    assert found[0].reason.startswith("hard to tell")


def test_nothing_to_go_on_gives_nothing():
    assert suggest() == []
    assert suggest(scene()) == []
    assert suggest(None, text="  ") == []


def test_what_a_face_is_may_be_said_in_many_ways():
    one = face("anger")
    as_dict = suggest(one.to_dict())
    assert [s.emoji for s in suggest(one)] == [s.emoji for s in as_dict]
    assert emoji(scene(one)) == emoji(one) == emoji([one]) == emoji(scene(one).to_dict())
    assert emoji({"angry": 1.0}, k=1) == emoji({"anger": 1.0}, k=1)
    assert emoji(one.expression, k=1)


@pytest.mark.parametrize(
    "wrong", [{"blue": 0.0}, {}, "photo.jpg", 3, {"probabilities": 3}, {"probabilities": {"fear": "x"}}]
)
def test_what_is_no_face_is_refused_in_one_line(wrong):
    with pytest.raises(MienError) as error:
        suggest(wrong)
    assert "\n" not in str(error.value)


def test_k_and_language_are_checked():
    with pytest.raises(MienError, match="k is 0"):
        suggest(face(), k=0)
    with pytest.raises(MienError, match="no language 'klingon'"):
        suggest(face(), language="klingon")


def test_names_and_reasons_come_in_the_language():
    french = suggest({"happiness": 1.0}, k=1, language="fr")[0]
    assert french.reason.startswith("a l’air")
    assert french.name != suggest({"happiness": 1.0}, k=1)[0].name
    reasons = {suggest({"sadness": 1.0}, k=1, language=code)[0].reason for code in reason_languages()}
    assert len(reasons) == len(reason_languages()) == 8


def test_every_companion_is_an_emoji_that_is_no_face_and_has_a_whole_profile():
    from mien.emoji import catalogue

    found = companions()
    assert len({c.text for c in found}) == len(found) > 100
    for companion in found:
        assert catalogue.get(companion.text).text == companion.text
        assert companion.text not in RECIPES
        assert sum(companion.profile.values()) == pytest.approx(1)
