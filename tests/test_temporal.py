"""A face over time: labels that do not flicker, quick to change, the same at any rate; resting faces."""

import math
import time
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from mien.expression.resting import MOST, RestingFace
from mien.expression.smoother import GAP, HOLD, FaceSmoother, Observed, Smoothed
from mien.expression.states import StateFilter
from mien.types import CONTROLS, LABELS, Box, Pose

NEUTRAL, HAPPINESS, SADNESS, ANGER = (LABELS.index(name) for name in ("neutral", "happiness", "sadness", "anger"))
UNSURE_BELOW = 0.4
POINTS = np.zeros((68, 2))


def row(**odds: float) -> NDArray[np.float64]:
    """Probabilities of log odds; labels not named have -4."""
    z = np.array([odds.get(label, -4.0) for label in LABELS])
    return np.exp(z) / np.exp(z).sum()


def seen(probabilities: NDArray[np.float64], quality: float = 1.0) -> Observed:
    return Observed(probabilities, np.zeros(len(CONTROLS)), Pose(0, 0, 0), POINTS, Box(0, 0, 100, 100), quality)


def tell(rows: Iterable[NDArray[np.float64]], rate: float = 30, smoother: FaceSmoother | None = None) -> list[Smoothed]:
    smoother = smoother or FaceSmoother(len(LABELS), UNSURE_BELOW)
    return [smoother.update(i / rate, seen(r)) for i, r in enumerate(rows)]


def labels(told: list[Smoothed]) -> list[int]:
    return [int(t.probabilities.argmax()) for t in told]


def flickering(seconds: float, rate: int, seed: int = 0, noise: float = 0.5) -> list[NDArray[np.float64]]:
    """A steady face between neutral and sadness, as a network reads it: noise that lasts 20 ms, and some 0.5 s."""
    rng = np.random.default_rng(seed)
    quick = slow = 0.0
    rows = []
    for _ in range(round(seconds * 240)):
        a, b = math.exp(-1 / 240 / 0.02), math.exp(-1 / 240 / 0.5)
        quick = a * quick + math.sqrt(1 - a * a) * rng.normal(0, noise)
        slow = b * slow + math.sqrt(1 - b * b) * rng.normal(0, noise / 4)
        rows.append(row(neutral=0.1, sadness=quick + slow))
    return rows[:: 240 // rate]


def switches(shown: Iterable[int]) -> int:
    return sum(a != b for a, b in pairwise(shown))


@pytest.mark.parametrize(("rate", "fewer"), [(10, 3), (30, 8), (60, 12)])
def test_a_steady_doubtful_face_switches_many_times_less(rate: int, fewer: int) -> None:
    alone = smooth = 0
    for seed in range(6):
        rows = flickering(20, rate, seed)
        alone += switches(int(r.argmax()) for r in rows)
        smooth += switches(labels(tell(rows, rate)))
    assert alone > 100
    assert smooth * fewer <= alone


@pytest.mark.parametrize("rate", [10, 30, 60])
def test_a_clear_change_is_told_within_150_milliseconds(rate: int) -> None:
    rows = [row(neutral=3.0)] * (3 * rate) + [row(happiness=2.0)] * rate
    shown = labels(tell(rows, rate))
    late = next(i for i, label in enumerate(shown) if label == HAPPINESS) - 3 * rate
    assert switches(shown) == 1
    assert late / rate <= 0.15


def test_rates_agree() -> None:
    """The same 6 s at 10 and 60 frames a second give about the same probabilities."""
    at = {}
    for rate in (10, 30, 60):
        rows = [row(neutral=3.0)] * (3 * rate) + [row(anger=1.0, neutral=-1.0)] * (3 * rate)
        at[rate] = np.array([t.probabilities[ANGER] for t in tell(rows, rate)])
    times = np.array([2.9, 3.5, 4.0, 5.9])
    for rate in (10, 30):
        assert np.abs(at[rate][(times * rate).astype(int)] - at[60][(times * 60).astype(int)]).max() < 0.1


def test_the_label_is_the_most_probable_one_and_probabilities_sum_to_one() -> None:
    rng = np.random.default_rng(3)
    smoother = FaceSmoother(len(LABELS), UNSURE_BELOW)
    for i in range(300):
        told = smoother.update(i / 30, seen(rng.dirichlet(np.full(8, 0.3)), rng.random()))
        assert told.probabilities.sum() == pytest.approx(1.0)
        assert (told.probabilities >= 0).all()
        assert told.probabilities.argmax() == smoother._states.belief.argmax()


def test_the_first_frame_is_told_as_it_is() -> None:
    first = row(happiness=1.0)
    told = tell([first])[0]
    assert np.allclose(told.probabilities, first)
    assert told.sure
    assert not tell([np.full(8, 1 / 8)])[0].sure


def test_after_a_gap_the_face_starts_anew() -> None:
    smoother = FaceSmoother(len(LABELS), UNSURE_BELOW)
    for i in range(60):
        smoother.update(i / 30, seen(row(sadness=4.0)))
    told = smoother.update(2 + GAP + 0.1, seen(row(happiness=1.0)))
    assert np.allclose(told.probabilities, row(happiness=1.0))


def test_a_confidence_round_the_limit_does_not_flicker() -> None:
    rng = np.random.default_rng(0)
    rows = []
    for _ in range(600):
        p = np.full(8, 0.0)
        p[NEUTRAL] = UNSURE_BELOW + rng.normal(0, 0.03)
        p[1:] = (1 - p[NEUTRAL]) / 7
        rows.append(p)
    alone = switches(int(r[NEUTRAL] >= UNSURE_BELOW) for r in rows)
    smooth = switches(int(t.sure) for t in tell(rows))
    assert alone > 200
    assert smooth <= alone / 20


def test_a_short_doubt_is_not_said_and_a_long_one_is() -> None:
    doubt, clear = np.full(8, 1 / 8), row(happiness=2.0)
    short = tell([clear] * 30 + [doubt] * 5 + [clear] * 30)
    assert all(t.sure for t in short)
    assert labels(short) == [HAPPINESS] * 65
    long = tell([clear] * 30 + [doubt] * 60 + [clear] * 30)
    assert not long[85].sure
    assert long[-1].sure


def test_frames_that_cannot_be_read_do_not_count() -> None:
    smoother = FaceSmoother(len(LABELS), UNSURE_BELOW)
    for i in range(60):
        smoother.update(i / 30, seen(row(happiness=3.0)))
    blurred = [smoother.update(2 + i / 30, seen(row(fear=5.0), quality=0.1)) for i in range(60)]
    assert labels(blurred[:10]) == [HAPPINESS] * 10  # a blur of a third of a second changes nothing
    assert all(t.sure for t in blurred[:10])
    after = round(HOLD * 30) + 2
    assert not any(t.sure for t in blurred[after:])
    assert blurred[-1].probabilities.max() < 0.3  # nobody knows any more
    back = smoother.update(4.0, seen(row(happiness=3.0)))
    assert back.probabilities.argmax() == HAPPINESS


def test_half_readable_frames_change_the_label_more_slowly() -> None:
    late = {}
    for quality in (1.0, 0.3):
        smoother = FaceSmoother(len(LABELS), UNSURE_BELOW)
        for i in range(60):
            smoother.update(i / 30, seen(row(neutral=2.0)))
        told = [smoother.update(2 + i / 30, seen(row(anger=2.0), quality)) for i in range(60)]
        late[quality] = labels(told).index(ANGER)
    assert late[1.0] < late[0.3]


def test_impossible_probabilities_and_times_do_no_harm() -> None:
    smoother = FaceSmoother(len(LABELS), UNSURE_BELOW)
    never = np.eye(8)[HAPPINESS]
    for seconds, p in ((0.0, never), (0.0, never), (-1.0, never), (0.1, np.eye(8)[ANGER]), (1e6, never)):
        told = smoother.update(seconds, seen(p))
        assert np.isfinite(told.probabilities).all()
        assert np.isfinite(told.points).all()


def test_transitions_are_those_of_the_markov_chain() -> None:
    """Against expm(Q t), computed by squaring (1 + Q t / n) ** n."""
    count, lasts, step = 5, 1.5, 0.4
    q = (np.ones((count, count)) / count - np.eye(count)) / lasts
    expected = np.linalg.matrix_power(np.eye(count) + q * step / 2**20, 2**20)
    states = StateFilter(count, lasts=lasts, memory=0.03)
    states.belief = np.array([0.7, 0.1, 0.1, 0.05, 0.05])
    start = states.belief.copy()
    states.update(step, np.full(count, 1 / count))
    assert np.allclose(states.belief, start @ expected, atol=1e-5)


def test_two_half_steps_are_one_step_where_nothing_is_seen() -> None:
    one, two = (StateFilter(8, lasts=1.0, memory=0.03) for _ in range(2))
    for states in (one, two):
        states.start(row(anger=2.0))
    one.update(0.5, row(fear=3.0), weight=0.0)
    for _ in range(2):
        two.update(0.25, row(fear=3.0), weight=0.0)
    assert np.allclose(one.belief, two.belief)


def test_a_face_costs_little() -> None:
    rows = flickering(10, 30)
    best = math.inf
    for _ in range(5):  # the quickest of several: other work on the machine is not the smoother's cost
        smoother = FaceSmoother(len(LABELS), UNSURE_BELOW)
        started = time.process_time()
        tell(rows, smoother=smoother)
        best = min(best, (time.process_time() - started) / len(rows))
    assert best < 0.0005  # seconds a frame; about 0.1 ms here


# Resting faces


def rest(face: RestingFace, probabilities: NDArray[np.float64], seconds: float, controls: float = 0.0) -> None:
    for _ in range(round(seconds * 30)):
        face.learn(1 / 30, probabilities, np.full(len(CONTROLS), controls))


NO_CONTROLS = np.zeros(len(CONTROLS))


def test_a_stern_face_at_rest_is_read_neutral_once_it_is_learnt() -> None:
    stern = row(anger=1.0, neutral=0.0)
    face = RestingFace(LABELS, 5.0)
    rest(face, stern, 4.5)
    assert np.allclose(face.apply(stern, NO_CONTROLS)[0], stern)  # not yet
    rest(face, stern, 0.6)
    assert face.progress == 1
    shown = face.apply(stern, NO_CONTROLS)[0]
    assert shown.argmax() == NEUTRAL
    assert shown.sum() == pytest.approx(1.0)


def test_strong_expressions_stay_what_they_are() -> None:
    for resting in (row(anger=1.0, neutral=0.0), row(happiness=2.0, neutral=0.0), row(neutral=3.0)):
        face = RestingFace(LABELS, 5.0)
        rest(face, resting, 5.1)
        for name in LABELS:
            strong = row(**{name: 4.0, "neutral": -1.0}) if name != "neutral" else row(neutral=3.0)
            assert face.apply(strong, NO_CONTROLS)[0].argmax() == LABELS.index(name)


def test_a_usual_resting_face_changes_nothing() -> None:
    face = RestingFace(LABELS, 5.0)
    rest(face, row(neutral=3.0, sadness=-1.0), 6)
    assert np.allclose(face.offset, 0)
    assert np.allclose(face.baseline, 0)


def test_what_is_subtracted_is_bounded() -> None:
    face = RestingFace(LABELS, 2.0)
    rest(face, np.eye(8)[ANGER], 3, controls=1.0)
    assert face.offset.max() == pytest.approx(MOST)
    assert face.offset[NEUTRAL] == 0
    assert face.baseline.max() < 0.5
    _, full = face.apply(row(neutral=1.0), np.ones(len(CONTROLS)))
    assert np.allclose(full, 1.0)  # a control at its end stays there


def test_frames_after_the_asked_time_and_unreadable_ones_teach_nothing() -> None:
    face = RestingFace(LABELS, 2.0)
    for _ in range(300):
        face.learn(1 / 30, np.eye(8)[ANGER], NO_CONTROLS, weight=0.0)
    assert face.progress == 0
    rest(face, row(neutral=3.0), 2.1)
    rest(face, np.eye(8)[ANGER], 60)
    assert np.allclose(face.offset, 0)


def test_watched_long_enough_a_stern_face_is_learnt_and_an_expressive_one_is_not() -> None:
    stern, merry = RestingFace(LABELS), RestingFace(LABELS)
    for i in range(60 * 30):
        second = i // 30
        stern.learn(1 / 30, row(happiness=4.0) if second % 3 == 0 else row(anger=1.0, neutral=0.0), NO_CONTROLS)
        merry.learn(1 / 30, row(neutral=3.0) if second % 2 == 0 else row(happiness=4.0), NO_CONTROLS)
        if i == 5 * 30:
            assert np.allclose(stern.offset, 0)  # too early to tell
    assert stern.apply(row(anger=1.0, neutral=0.0), NO_CONTROLS)[0].argmax() == NEUTRAL
    assert stern.apply(row(happiness=4.0), NO_CONTROLS)[0].argmax() == HAPPINESS
    assert np.allclose(merry.offset, 0)


def test_raised_corners_at_rest_are_taken_off_the_controls() -> None:
    smile, look = CONTROLS.index("mouthSmileLeft"), CONTROLS.index("eyeLookUpLeft")
    resting = np.zeros(len(CONTROLS))
    resting[smile] = resting[look] = 0.3
    face = RestingFace(LABELS, 3.0)
    for _ in range(100):
        face.learn(1 / 30, row(neutral=2.0), resting)
    _, shown = face.apply(row(neutral=2.0), resting)
    assert shown[smile] < 0.1
    assert shown[look] == pytest.approx(0.3)


def test_labels_without_neutral_are_left_alone() -> None:
    face = RestingFace(("yes", "no"), 1.0)
    for _ in range(60):
        face.learn(1 / 30, np.array([0.9, 0.1]), np.full(len(CONTROLS), 0.3))
    shown, controls = face.apply(np.array([0.9, 0.1]), np.full(len(CONTROLS), 0.3))
    assert np.allclose(shown, [0.9, 0.1])
    assert controls.min() < 0.3
