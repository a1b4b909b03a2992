"""Reading a face with the shipped network."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image

from mien.types import CONTROLS, Box
from mien.vision.landmarks import BATCH, LandmarkReader

data = pytest.importorskip("skimage.data")


class Found(NamedTuple):
    """A detection, as `mien.vision.detector` gives it."""

    box: Box
    score: float
    points: np.ndarray


#: The astronaut's face: left, top, width, height; eyes, nose tip, corners of the mouth.
FACE = Found(
    Box(176, 66, 92, 114),
    0.99,
    np.array([[204.5, 102.0], [246.5, 104.0], [224.0, 126.0], [203.0, 140.0], [245.0, 141.0]]),
)


@pytest.fixture(scope="module")
def reader() -> LandmarkReader:
    return LandmarkReader()


@pytest.fixture(scope="module")
def portrait() -> np.ndarray:
    return data.astronaut()


def turn(picture: np.ndarray, found: Found, degrees: float) -> tuple[np.ndarray, Found]:
    """Picture and detection turned clockwise as seen about the picture's middle."""
    height, width = picture.shape[:2]
    middle, a = np.array([width / 2, height / 2]), np.radians(degrees)
    wheel = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    points = (found.points - middle) @ wheel + middle
    x, y, w, h = found.box
    cx, cy = (np.array([x + w / 2, y + h / 2]) - middle) @ wheel + middle
    image = Image.fromarray(picture).rotate(-degrees, Image.Resampling.BICUBIC)
    return np.asarray(image), Found(Box(cx - w / 2, cy - h / 2, w, h), found.score, points)


def test_points_lie_where_the_features_are(reader: LandmarkReader, portrait: np.ndarray) -> None:
    (face,) = reader.read(portrait, [FACE])
    assert face.points.shape == (68, 2)
    five = [face.points[list(part)].mean(0) for part in (range(36, 42), range(42, 48), (30,), (48,), (54,))]
    assert np.linalg.norm(np.array(five) - FACE.points, axis=1).max() < 9  # of an inter-ocular distance of 70
    assert face.points[8, 1] > face.points[57, 1] > face.points[33, 1] > face.points[27, 1]


def test_an_open_smile_ahead_is_read(reader: LandmarkReader, portrait: np.ndarray) -> None:
    (face,) = reader.read(portrait, [FACE])
    assert tuple(face.controls) == CONTROLS
    assert all(0 <= v <= 1 for v in face.controls.values())
    assert face.controls["mouthSmileLeft"] > 0.4 and face.controls["mouthSmileRight"] > 0.4
    assert face.controls["mouthFrownLeft"] < 0.1 and face.controls["tongueOut"] < 0.3
    assert abs(face.pose.yaw) < 20 and abs(face.pose.pitch) < 20 and abs(face.pose.roll) < 12
    assert face.face_score > 0.9 and face.visible > 0.8


@pytest.mark.parametrize("degrees", [-40, 25])
def test_turning_the_picture_turns_the_roll_alone(reader: LandmarkReader, portrait: np.ndarray, degrees: float) -> None:
    (before,) = reader.read(portrait, [FACE])
    (after,) = reader.read(*(lambda p, f: (p, [f]))(*turn(portrait, FACE, degrees)))
    assert after.pose.roll - before.pose.roll == pytest.approx(degrees, abs=3)
    assert after.pose.yaw == pytest.approx(before.pose.yaw, abs=3)
    assert after.pose.pitch == pytest.approx(before.pose.pitch, abs=3)


def test_a_mirrored_face_is_read_mirrored(reader: LandmarkReader, portrait: np.ndarray) -> None:
    width = portrait.shape[1]
    points = FACE.points[[1, 0, 2, 4, 3]] * [-1, 1] + [width, 0]
    x, y, w, h = FACE.box
    (face,) = reader.read(portrait, [FACE])
    (other,) = reader.read(np.ascontiguousarray(portrait[:, ::-1]), [Found(Box(width - x - w, y, w, h), 0.99, points)])
    assert other.pose.yaw == pytest.approx(-face.pose.yaw, abs=4)
    assert other.controls["mouthSmileLeft"] == pytest.approx(face.controls["mouthSmileRight"], abs=0.15)
    assert np.linalg.norm(other.points[30] * [-1, 1] + [width, 0] - face.points[30]) < 4


def test_many_faces_are_read_as_each_alone(reader: LandmarkReader, portrait: np.ndarray) -> None:
    rng = np.random.default_rng(0)
    found = [FACE._replace(box=Box(*(np.array(FACE.box) + rng.uniform(-6, 6, 4)))) for _ in range(BATCH + 3)]
    together = reader.read(portrait, found)
    assert len(together) == BATCH + 3
    (alone,) = reader.read(portrait, found[-1:])
    assert together[-1].points == pytest.approx(alone.points, abs=0.05)
    assert (together[-1].crop == alone.crop).all()
    assert reader.read(portrait, []) == []


def test_what_is_no_face_scores_low(reader: LandmarkReader, portrait: np.ndarray) -> None:
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 255, portrait.shape, np.uint8)
    assert reader.read(noise, [FACE])[0].face_score < 0.3
    away = FACE._replace(box=Box(20, 330, 92, 114), points=FACE.points + np.array([-156, 264]))  # the space suit
    assert reader.read(portrait, [away])[0].face_score < 0.5


def test_the_network_is_small(reader: LandmarkReader) -> None:
    from mien import models

    (row,) = [m for m in models.manifest() if m.name == "face-landmarks"]
    assert row.parameters <= 1_000_000
    assert Path(row.path).stat().st_size < 4_200_000
