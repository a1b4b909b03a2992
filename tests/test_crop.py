"""Crop geometry: where pixels and points land."""

import numpy as np
import pytest

from mien.vision.crop import (
    FER_ANCHORS,
    LANDMARK_SIZE,
    crop_affine,
    crop_batch,
    expression_crop_matrix,
    fit_similarity,
    five_points,
    invert,
    landmark_crop_matrix,
    map_points,
    roll_of,
    scale_of,
    similarity,
)

FIVE = np.array([[40.0, 50.0], [80.0, 50.0], [60.0, 70.0], [45.0, 90.0], [75.0, 90.0]])


def turned(points: np.ndarray, degrees: float, about: tuple[float, float] = (60, 70)) -> np.ndarray:
    """Points turned clockwise as seen."""
    a = np.radians(degrees)
    return (points - about) @ np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]]) + about


def ramp(height: int = 300, width: int = 400) -> np.ndarray:
    """A picture whose red says x and whose green says y."""
    y, x = np.mgrid[:height, :width]
    return np.stack([x * 255 / width, y * 255 / height, np.full_like(x, 50)], -1).astype(np.uint8)


@pytest.mark.parametrize("side, roll", [(40, 0), (120, 30), (96, -75), (280, 10), (900, 5)])
def test_crop_shows_what_its_matrix_says(side: float, roll: float) -> None:
    picture = ramp()
    matrix = similarity((200, 150), side, roll, 64)
    crop = crop_affine(picture, matrix, 64)
    places = np.array([[20.5, 30.5], [40.5, 12.5], [32.5, 50.5]])
    for (x, y), (px, py) in zip(places, map_points(places, invert(matrix)), strict=True):
        red, green = np.clip(px - 0.5, 0, 399) * 255 / 400, np.clip(py - 0.5, 0, 299) * 255 / 300
        close = 4 if side < 500 else 7  # large crops are averaged over blocks first
        assert crop[int(y), int(x), :2] == pytest.approx([red, green], abs=close)
        assert crop[int(y), int(x), 2] == 50  # nothing black from beyond the edge


def test_points_come_back_where_they_were() -> None:
    matrix = landmark_crop_matrix((30, 20, 60, 90), turned(FIVE, 25))
    points = np.random.default_rng(0).uniform(0, 200, (68, 2))
    assert map_points(map_points(points, matrix), invert(matrix)) == pytest.approx(points)
    assert fit_similarity(points, map_points(points, matrix)) == pytest.approx(matrix)


@pytest.mark.parametrize("degrees", [-170, -60, 0, 15, 44, 120])
def test_roll_is_read_from_five_points(degrees: float) -> None:
    assert roll_of(turned(FIVE, degrees)) == pytest.approx(degrees)


def test_roll_of_a_profile_follows_the_line_from_eyes_to_mouth() -> None:
    profile = np.array([[60.0, 50.0], [61.0, 53.0], [70.0, 70.0], [60.0, 90.0], [61.0, 91.0]])
    assert abs(roll_of(profile)) < 8


def test_landmark_crop_is_upright_and_holds_the_box() -> None:
    five = turned(FIVE, 35)
    matrix = landmark_crop_matrix((35, 25, 50, 80), five)
    seen = map_points(five, matrix)
    assert seen[0, 1] == pytest.approx(seen[1, 1])
    assert seen[0, 0] < seen[1, 0]
    assert map_points(np.array([[60, 65]]), matrix)[0] == pytest.approx([LANDMARK_SIZE / 2] * 2)
    assert scale_of(matrix) == pytest.approx(LANDMARK_SIZE / (1.4 * np.sqrt(50 * 80)))


def test_expression_crop_frames_every_face_alike() -> None:
    face = np.random.default_rng(0).normal((60, 70), 3, (68, 2))
    face[36:42], face[42:48], face[30] = FIVE[0], FIVE[1], FIVE[2]
    face[48], face[54] = FIVE[3], FIVE[4]
    framed = fit_similarity(np.stack([FIVE[0], FIVE[1], FIVE[3:].mean(0)]), FER_ANCHORS)
    middle = map_points(np.array([[0.5, 0.5]]), invert(framed))
    for degrees, scale in ((0, 1), (30, 3)):
        points = turned(face, degrees) * scale
        x, y = turned(middle, degrees)[0] * scale
        around = similarity((x, y), 1.4 * 0.93 / scale_of(framed) * scale, degrees, 96)
        five = five_points(map_points(points, expression_crop_matrix(points, around, 48)))
        anchors = np.stack([five[0], five[1], five[3:].mean(0)]) / 48
        assert anchors == pytest.approx(FER_ANCHORS, abs=0.05)


def test_expression_crop_does_not_follow_an_opening_mouth() -> None:
    around = similarity((60, 66.5), 120, 0, 96)
    face = np.random.default_rng(0).normal((60, 70), 3, (68, 2))
    face[36:42], face[42:48], face[30] = FIVE[0], FIVE[1], FIVE[2]
    face[48], face[54] = FIVE[3], FIVE[4]
    opened = face.copy()
    opened[[48, 54], 1] += 12
    shut, wide = (scale_of(expression_crop_matrix(p, around)) for p in (face, opened))
    by_features = [
        scale_of(fit_similarity(np.stack([FIVE[0], FIVE[1], FIVE[3:].mean(0) + np.array([0, down])]), FER_ANCHORS))
        for down in (0, 12)
    ]
    assert 1 < shut / wide < by_features[0] / by_features[1]


def test_large_faces_do_not_alias() -> None:
    stripes = np.tile(np.array([0, 255], np.uint8), (800, 400))
    crop = crop_affine(stripes, similarity((400, 400), 780, 0, 48), 48)
    assert crop.shape == (48, 48)
    assert np.ptp(crop.astype(int)) < 40


def test_crops_far_outside_tiny_and_empty_pictures_work() -> None:
    tiny = np.full((1, 1, 3), 7, np.uint8)
    assert (crop_affine(tiny, similarity((500, -500), 3, 20, 16), 16) == 7).all()
    assert crop_affine(ramp(), similarity((5000, 5000), 3000, 20, 16), 16)[..., :2].min() > 240
    assert crop_affine(tiny, similarity((0, 0), 100_000, 0, 96), 96).shape == (96, 96, 3)
    assert crop_batch(tiny, [], 96).shape == (0, 96, 96, 3)
    two = [similarity((200, 150), side, 0, 32) for side in (50, 100)]
    assert (crop_batch(ramp(), two, 32)[1] == crop_affine(ramp(), two[1], 32)).all()
