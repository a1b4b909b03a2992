"""Everybody keeps their number: through crossings, behind things, out of view and back; and the measure of it."""

import itertools

import numpy as np
import pytest

from mien.lab.tracking import SCENARIOS, Observed, Scenario, measure
from mien.lab.tracking.moving import Mover, play, sprite_of, variants
from mien.lab.tracking.scenarios import hand, line, steps, still, turning
from mien.types import Box
from mien.vision.assignment import assign
from mien.vision.carry import box_of, residual, upright
from mien.vision.crop import map_points, similarity
from mien.vision.tracker import MEMORY, Sighting, Tracker, alike

RNG = np.random.default_rng(0)
FACE = RNG.uniform(-0.3, 0.3, (68, 2))


def sighting(x: float, y: float = 200, side: float = 80, score: float = 0.95, carried: int = 0) -> Sighting:
    points = (FACE * side + (x, y)).astype(np.float32)
    return Sighting(Box(x - side / 2, y - side / 2, side, side), score, points, upright(points), carried)


def follow(tracker: Tracker, t: float, *sightings: Sighting) -> list[int]:
    tracker.predict(t, (640, 480))
    return tracker.update(sightings, t)


# Assignment


def test_the_assignment_is_the_cheapest() -> None:
    for rows, columns in itertools.product(range(1, 5), repeat=2):
        for _ in range(10):
            cost = RNG.random((rows, columns))
            pairs = assign(cost)
            assert len(pairs) == min(rows, columns)
            many = max(rows, columns)
            square = np.zeros((many, many))
            square[:rows, :columns] = cost
            best = min(sum(square[i, p[i]] for i in range(many)) for p in itertools.permutations(range(many)))
            assert sum(cost[i, j] for i, j in pairs) == pytest.approx(best)


def test_what_is_forbidden_is_not_paired() -> None:
    assert assign(np.array([[1e9, 1.0], [1e9, 0.5]])) == [(1, 1)]
    assert assign(np.full((2, 2), 1e9)) == []
    assert assign(np.zeros((0, 3))) == []
    # As many pairs as possible come before a low cost.
    assert assign(np.array([[0.0, 100.0], [1.0, 1e9]])) == [(0, 1), (1, 0)]


# Boxes carried by landmarks


def test_landmarks_carry_the_box_along() -> None:
    points = FACE[np.argsort(FACE[:, 1])] * 90 + (200, 150)
    box = Box(160, 100, 80, 100)
    own = residual(points, box)
    assert box_of(points, own) == pytest.approx(box, abs=0.01)
    grown = box_of(points * 2 + (10, -20), own)
    assert grown == pytest.approx((330, 180, 160, 200), abs=0.1)


def test_the_box_of_a_tilted_face_turns_about_its_middle() -> None:
    points = _face()
    turned = map_points(points, similarity((200, 150), 100, 40, 100))
    upright_box, tilted = box_of(points), box_of(turned)
    assert tilted.width == pytest.approx(upright_box.width, rel=0.02)
    assert alike(upright_box, Box(100, 100, 10, 10)) == 0


def _face() -> np.ndarray:
    """Points that look enough like a face for eyes and mouth to say which way is up."""
    points = FACE * 20 + (200, 150)
    points[36:42] = (180, 135)
    points[42:48] = (220, 135)
    points[30], points[48:68] = (200, 150), (200, 175)
    points[48], points[54] = (188, 175), (212, 175)
    points[8] = (200, 200)
    return points


# Tracks


def test_new_faces_get_new_numbers_and_keep_them() -> None:
    tracker = Tracker()
    assert follow(tracker, 0.0, sighting(100), sighting(400)) == [1, 2]
    assert follow(tracker, 0.03, sighting(402), sighting(103)) == [2, 1]
    assert follow(tracker, 0.06, sighting(404), sighting(106), sighting(250)) == [2, 1, 3]


def test_faces_that_cross_go_on_the_way_they_went() -> None:
    tracker = Tracker()
    for i in range(60):
        a, b = 100 + 7 * i, 520 - 7 * i
        together = abs(a - b) < 45
        seen = [sighting(b, 205)] if together else [sighting(a), sighting(b, 205)]
        numbers = follow(tracker, i / 30, *seen)
    assert numbers == [1, 2]


def test_a_face_is_known_again_after_an_occlusion_and_not_after_its_memory() -> None:
    for gone, expected in ((1.5, [1, 2]), (MEMORY + 0.3, [3, 2])):
        tracker = Tracker()
        for i in range(30):
            follow(tracker, i / 30, sighting(200), sighting(450))
        t = 1.0
        while t < 1.0 + gone:
            assert follow(tracker, t, sighting(450)) == [2]
            t += 1 / 30
        assert follow(tracker, t, sighting(215), sighting(450)) == expected


def test_who_walks_out_and_comes_back_is_known_again() -> None:
    tracker = Tracker()
    for i in range(30):
        follow(tracker, i / 30, sighting(400 + 8 * i))
    for i in range(30, 75):
        follow(tracker, i / 30)
    assert follow(tracker, 2.5, sighting(600)) == [1]


def test_a_covered_face_is_remembered_as_it_was_before() -> None:
    """Landmarks of a face that is being covered crowd on what is left of it: its size must not be taken from them."""
    tracker = Tracker()
    for i in range(30):
        follow(tracker, i / 30, sighting(200))
    for i in range(6):
        follow(tracker, 1 + i / 30, sighting(200 + 3 * i, side=75 - 8 * i))
    for i in range(6, 30):
        follow(tracker, 1 + i / 30)
    assert follow(tracker, 2.0, sighting(200)) == [1]


def test_doubtful_sightings_continue_tracks_and_never_start_one() -> None:
    tracker = Tracker()
    assert follow(tracker, 0.0, sighting(100), sighting(400, score=0.3)) == [1, 0]
    assert follow(tracker, 0.03, sighting(100, score=0.3)) == [1]
    assert [track.number for track in tracker.seen] == [1]


def test_another_size_or_place_is_another_face() -> None:
    tracker = Tracker()
    follow(tracker, 0.0, sighting(100))
    assert follow(tracker, 0.03, sighting(100, side=220)) == [2]
    assert follow(tracker, 0.06, sighting(500, side=220)) == [3]


def test_landmarks_that_were_carried_along_speak_for_their_own_track() -> None:
    tracker = Tracker()
    follow(tracker, 0.0, sighting(200), sighting(260))
    numbers = follow(tracker, 0.1, sighting(228, carried=1), sighting(232, carried=2))
    assert numbers == [1, 2]
    numbers = follow(tracker, 0.2, sighting(231, carried=2), sighting(229, carried=1))
    assert numbers == [2, 1]


def test_tracks_hold_nothing_that_identifies_anyone() -> None:
    tracker = Tracker()
    follow(tracker, 0.0, sighting(100))
    track = tracker.tracks[0]
    arrays = [v for name in track.__slots__ if isinstance(v := getattr(track, name), np.ndarray)]
    assert all(a.size <= 136 for a in arrays)  # 68 points and the four numbers of a box's frame; no pixels
    for i in range(90):
        follow(tracker, 1 + i / 30)
    assert tracker.tracks == []


# The measure


def test_idf1_counts_frames_under_the_best_pairing() -> None:
    here = Box(0, 0, 10, 10)
    truth = [[Observed(1, here)]] * 10
    assert measure(truth, [[Observed(5, here)]] * 10).idf1 == 1
    half = [[Observed(5, here)]] * 6 + [[Observed(6, here)]] * 4
    result = measure(truth, half)
    assert result.idf1 == pytest.approx(0.6)  # 6 of 10 true and of 10 reported
    assert (result.switches, result.tracks, result.people) == (1, 2, 1)
    missing = measure(truth, [[Observed(5, here)]] * 5 + [[]] * 5)
    assert missing.idf1 == pytest.approx(2 * 5 / (10 + 5))
    assert missing.found == 0.5
    beside = measure(truth, [[Observed(5, Box(20, 20, 10, 10))]] * 10)
    assert (beside.idf1, beside.false) == (0, 10)


def test_swapped_numbers_cost_half() -> None:
    a, b = Box(0, 0, 10, 10), Box(50, 0, 10, 10)
    truth = [[Observed(1, a), Observed(2, b)]] * 10
    seen = [[Observed(1, a), Observed(2, b)]] * 5 + [[Observed(2, a), Observed(1, b)]] * 5
    result = measure(truth, seen)
    assert result.idf1 == pytest.approx(0.5)
    assert result.switches == 2


def test_hidden_people_may_be_reported_or_not() -> None:
    here = Box(0, 0, 10, 10)
    truth = [[Observed(1, here)]] * 5 + [[Observed(1, here, counts=False)]] * 5
    for hidden in ([], [Observed(1, here)]):
        assert measure(truth, [[Observed(1, here)]] * 5 + [hidden] * 5).idf1 == 1


# With the networks


@pytest.fixture(scope="module")
def sprites():
    import skimage.data

    import mien

    photo = skimage.data.astronaut()
    return variants([sprite_of(photo, mien.look(photo).faces[0].box)], 4)


@pytest.mark.parametrize(
    "scenario",
    [
        Scenario("cross", 2.4, [Mover(0, line(60, 340, 2.2, 150, 90)), Mover(1, line(340, 60, 2.2, 170, 90))],
                 size=(400, 300)),
        Scenario("hide", 2.6, [Mover(0, still(220, 230))], lambda t: hand(t + 0.5)),
        Scenario("return", 3, [Mover(1, steps((0, 300), (0.6, 470), (1.6, 470), (2.4, 290), y=150))], size=(400, 300)),
        Scenario("turn", 2, [Mover(0, turning(160, 150, 110))], size=(320, 300)),
    ],
    ids=lambda scenario: scenario.name,
)  # fmt: skip
def test_watched_people_keep_their_number(scenario: Scenario, sprites) -> None:
    import mien

    truth = []

    def frames():
        for t, picture, people in play(scenario, sprites, 20):
            truth.append(people)
            yield t, picture

    seen = [[Observed(f.track_id, f.box) for f in scene.faces] for scene in mien.watch(frames())]
    result = measure(truth, seen)
    assert result.switches == 0, result
    assert result.tracks == result.people, result
    assert result.idf1 > 0.9, result


def test_the_benchmarks_scenarios_can_be_played(sprites) -> None:
    for scenario in SCENARIOS:
        people = variants(sprites, 10)
        t, picture, truth = next(play(scenario, people))
        assert (t, picture.shape, picture.dtype) == (0, (480, 640, 3), np.uint8)
        assert len(truth) == len(scenario.people)
