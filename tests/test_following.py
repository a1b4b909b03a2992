"""Landmarks carry faces on between the detector's looks; it is asked again where they cannot be trusted."""

from types import SimpleNamespace

import numpy as np
import pytest

from mien.types import Box, Pose
from mien.vision.crop import landmark_crop_matrix
from mien.vision.detector import Detection
from mien.vision.landmarks import FaceReading
from mien.watching.following import AGAIN, INTERVAL, Follower

PICTURE = np.zeros((480, 640, 3), np.uint8)
#: A face's points about its box, in shares of it: brows to chin, eyes above the mouth.
POINTS = np.random.default_rng(0).uniform((0.1, 0.3), (0.9, 0.95), (68, 2))
POINTS[36:42], POINTS[42:48], POINTS[48:68] = (0.3, 0.42), (0.7, 0.42), (0.5, 0.78)
POINTS[48], POINTS[54] = (0.38, 0.78), (0.62, 0.78)


class Stage:
    """A reader of a scene in which faces lie in `boxes`: box -> (the detector's score, the landmark network's)."""

    def __init__(self) -> None:
        self.boxes: dict[Box, tuple[float, float]] = {}
        self.detector = SimpleNamespace(detect=self._detect)

    def _detect(self, picture: np.ndarray, **_: object) -> list[Detection]:
        return [Detection(box, score, np.zeros((5, 2), np.float32)) for box, (score, _) in self.boxes.items() if score]

    def landmarks(self, picture: np.ndarray, detections: list[Detection]) -> list[FaceReading]:
        """Landmarks find the face that lies nearest, within half its width."""
        return [self._read(found) for found in detections]

    def _read(self, found: Detection) -> FaceReading:
        x, y = found.box.x + found.box.width / 2, found.box.y + found.box.height / 2
        near = [b for b in self.boxes if abs(b.x + b.width / 2 - x) < b.width / 2 and abs(b.y - y) < 1.5 * b.height]
        box = min(near, key=lambda b: abs(b.x + b.width / 2 - x), default=None)
        score = self.boxes[box][1] if box else 0.02
        x0, y0, width, height = box or found.box
        points = (POINTS * (width, height) + (x0, y0)).astype(np.float32)
        five = np.zeros((5, 2))
        return FaceReading(
            points,
            {},
            Pose(0, 0, 0),
            score,
            1.0,
            landmark_crop_matrix(found.box, five),
            np.zeros((96, 96, 3), np.uint8),
        )


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def follower(stage: Stage) -> Follower:
    return Follower(stage)  # type: ignore[arg-type]


def numbers(follower: Follower, t: float) -> list[int]:
    return sorted(one.number for one in follower.follow(PICTURE, t))


def test_the_detector_is_asked_now_and_then(stage: Stage, follower: Follower) -> None:
    for i in range(31):
        stage.boxes = {Box(100 + 3 * i, 100, 80, 100): (0.95, 0.99)}
        assert numbers(follower, i / 30) == [1]
    assert follower.looks == pytest.approx(1 / INTERVAL, abs=1.5)


def test_boxes_follow_the_landmarks_between_looks(stage: Stage, follower: Follower) -> None:
    for i in range(9):
        box = Box(100 + 4 * i, 100, 80, 100)
        stage.boxes = {box: (0.95, 0.99)}
        (one,) = follower.follow(PICTURE, i / 30)
    assert follower.looks == 1
    assert one.box == pytest.approx(box, abs=1)


def test_the_detector_is_asked_at_once_when_landmarks_lose_the_face(stage: Stage, follower: Follower) -> None:
    stage.boxes = {Box(100, 100, 80, 100): (0.95, 0.99)}
    numbers(follower, 0.0)
    stage.boxes = {Box(260, 100, 80, 100): (0.95, 0.99)}
    numbers(follower, 0.033)
    assert follower.looks == 2


def test_who_was_just_lost_is_looked_for(stage: Stage, follower: Follower) -> None:
    face = {Box(100, 100, 80, 100): (0.95, 0.99)}
    stage.boxes = face
    numbers(follower, 0.0)
    stage.boxes = {}
    for i in range(1, 8):
        assert numbers(follower, i / 30) == []
    looks = follower.looks
    assert looks == 4  # at the start, when it was lost, and every `AGAIN` seconds since
    stage.boxes = face
    assert numbers(follower, 7 / 30 + AGAIN) == [1]


def test_a_turned_head_that_the_detector_misses_is_kept(stage: Stage, follower: Follower) -> None:
    for i in range(40):
        stage.boxes = {Box(100, 100, 80, 100): (0.95 if i < 5 else 0.0, 0.9)}
        assert numbers(follower, i / 30) == [1]


def test_a_doubtful_new_face_must_be_seen_twice(stage: Stage, follower: Follower) -> None:
    sure, doubtful = Box(100, 100, 80, 100), Box(400, 100, 80, 100)
    stage.boxes = {sure: (0.95, 0.99)}
    numbers(follower, 0.0)
    stage.boxes = {sure: (0.95, 0.99), doubtful: (0.5, 0.8)}
    seen = [numbers(follower, 0.3 + i / 30) for i in range(8)]
    assert seen[0] == [1]
    assert seen[-1] == [1, 2]


def test_touching_faces_are_looked_at_every_frame(stage: Stage, follower: Follower) -> None:
    stage.boxes = {Box(100, 100, 80, 100): (0.95, 0.99), Box(165, 100, 80, 100): (0.95, 0.99)}
    for i in range(6):
        assert numbers(follower, i / 30) == [1, 2]
    assert follower.looks == 6


def test_two_boxes_of_one_face_are_one(stage: Stage, follower: Follower) -> None:
    stage.boxes = {Box(100, 100, 80, 100): (0.95, 0.99), Box(104, 102, 80, 100): (0.9, 0.99)}
    assert numbers(follower, 0.0) == [1]
