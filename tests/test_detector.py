"""The detector at run time: geometry, merging and looks, with a made-up network in place of the weights."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from mien.vision import boxes
from mien.vision import detector as d
from mien.vision.detector import Detector


class BlobNet:
    """Answers like the network: a face around every red blob, with a box as large as the blob."""

    def __init__(self) -> None:
        self.sizes: list[tuple[int, int]] = []

    def run(self, _: object, feed: dict[str, np.ndarray]) -> list[np.ndarray]:
        picture = feed["pictures"][0]
        assert picture.dtype == np.uint8
        height, width = picture.shape[:2]
        assert height % 32 == 0
        assert width % 32 == 0
        self.sizes.append((height, width))
        red = (picture[..., 0] > 128) & (picture[..., 1] < 60)
        count = sum((height // s) * (width // s) for s in d.STRIDES)
        scores, shapes = np.zeros((1, count), np.float32), np.zeros((1, count, 14), np.float32)
        for y in range(4, height, 8):
            for x in np.flatnonzero(red[y, 4::8]) * 8 + 4:
                cell = (y // 8) * (width // 8) + x // 8
                scores[0, cell] = 0.9
                runs = (red[y, x::-1], red[y::-1, x], red[y, x:], red[y:, x])
                sides = [len(r) if r.all() else int(r.argmin()) for r in runs]
                shapes[0, cell, :4] = np.log(np.array(sides) / 16)
        return [scores, shapes]


def with_blob(height: int, width: int, x: int, y: int, side: int) -> np.ndarray:
    picture = np.zeros((height, width, 3), np.uint8)
    picture[y : y + side, x : x + side] = (255, 0, 0)
    return picture


def centre(box: d.Box) -> tuple[float, float]:
    return box.x + box.width / 2, box.y + box.height / 2


def test_decode_puts_box_and_points_around_the_cell() -> None:
    shapes = np.zeros((1, 14), np.float32)
    shapes[0, :4] = np.log([0.5, 1, 1.5, 2])
    shapes[0, 4:6] = [-0.5, 0.25]
    # 64x96 has 8x12 cells of stride 8; the 14th is row 1, column 1: its centre is (12, 12)
    row = d.decode(shapes, np.array([13]), 64, 96)[0]
    assert row[:4] == pytest.approx([12 - 8, 12 - 16, 12 + 24, 12 + 32], abs=1e-4)
    assert row[4:6] == pytest.approx([12 - 8, 12 + 4], abs=1e-4)


def test_decode_reaches_the_coarsest_level() -> None:
    row = d.decode(np.zeros((1, 14), np.float32), np.array([64 + 16 + 3]), 64, 64)[0]
    assert row[:4] == pytest.approx([48 - 64, 48 - 64, 48 + 64, 48 + 64])


def row(left: float, top: float, right: float, bottom: float, score: float) -> np.ndarray:
    return np.array([left, top, right, bottom, *[left] * 10, score], np.float32)


def test_merge_keeps_one_of_overlapping_boxes_with_the_best_score() -> None:
    merged = boxes.merge(np.stack([row(0, 0, 10, 10, 0.6), row(1, 0, 11, 10, 0.9), row(40, 40, 50, 50, 0.3)]))
    assert merged[:, 14] == pytest.approx([0.9, 0.3])
    # the box is the mean of the two, nearer to the surer one
    assert 0.5 < merged[0, 0] < 1


def test_merge_drops_a_part_of_a_face_inside_the_face() -> None:
    assert len(boxes.merge(np.stack([row(0, 0, 100, 100, 0.9), row(30, 30, 60, 60, 0.5)]))) == 1


def test_merge_keeps_neighbours() -> None:
    assert len(boxes.merge(np.stack([row(0, 0, 10, 10, 0.6), row(8, 0, 18, 10, 0.5)]))) == 2


def test_merge_of_nothing_is_nothing() -> None:
    assert boxes.merge(np.zeros((0, 15), np.float32)).shape == (0, 15)


@pytest.mark.parametrize("length", [1, 700, 1024, 1025, 1500, 1900, 3000, 4000, 12000])
def test_spans_cover_everything_and_overlap(length: int) -> None:
    spans = d.spans(length)
    assert spans[0][0] == 0
    assert spans[-1][1] == length
    for (a, b), (c, e) in pairwise(spans):
        assert a < c
        assert b - c >= d.OVERLAP - 1
        assert b - a == e - c <= d.TILE


@pytest.mark.parametrize("size", [(1, 1), (5, 300), (240, 320), (288, 384), (480, 640), (1080, 1920)])
@pytest.mark.parametrize("thorough", [False, True])
def test_a_face_is_found_where_it_is(size: tuple[int, int], thorough: bool) -> None:
    height, width = size
    side = max(1, min(size) // 6)
    x, y = (width - side) // 2, max(0, (height - side) // 3)
    found = Detector(BlobNet()).detect(with_blob(height, width, x, y, side), thorough=thorough)
    if min(size) > 50:
        assert found
        near = min(found, key=lambda f: abs(centre(f.box)[0] - x - side / 2) + abs(centre(f.box)[1] - y - side / 2))
        assert centre(near.box) == pytest.approx((x + side / 2, y + side / 2), abs=side)
        assert near.points.shape == (5, 2)
        assert near.points[0] == pytest.approx(centre(near.box), abs=side)


def test_a_picture_without_faces_gives_an_empty_list() -> None:
    assert Detector(BlobNet()).detect(np.zeros((90, 70, 3), np.uint8)) == []


def test_small_faces_of_a_large_photo_are_found_anywhere_and_once() -> None:
    net = BlobNet()
    places = [(10, 10), (950, 700), (1010, 860), (1980, 1480), (1470, 30)]
    picture = np.zeros((1500, 2000, 3), np.uint8)
    for x, y in places:
        picture[y : y + 12, x : x + 12] = (255, 0, 0)
    found = Detector(net).detect(picture)
    for x, y in places:
        assert sum(abs(centre(f.box)[0] - x - 6) < 16 and abs(centre(f.box)[1] - y - 6) < 16 for f in found) == 1


def test_work_is_bounded_for_huge_pictures() -> None:
    net = BlobNet()
    Detector(net).detect(np.zeros((6000, 8000, 3), np.uint8))
    assert sum(h * w for h, w in net.sizes) < 2 * d.MOST_PIXELS
    assert sum(h * w for h, w in net.sizes) > d.MOST_PIXELS
    assert max(max(size) for size in net.sizes) <= d.TILE


def test_the_quick_look_is_a_single_one_where_it_suffices() -> None:
    net = BlobNet()
    assert Detector(net).detect(with_blob(720, 1280, 500, 300, 120), thorough=False)
    assert net.sizes == [(256, 448)]


def test_a_quick_look_at_a_frame_filling_face_is_followed_by_a_tiny_one() -> None:
    net = BlobNet()
    found = Detector(net).detect(with_blob(480, 640, 60, 10, 460), thorough=False)
    assert net.sizes == [(256, 320), (128, 160)]
    assert len(found) == 1
    assert found[0].box.height == pytest.approx(460, rel=0.1)


def test_threshold_of_a_call_replaces_the_detectors() -> None:
    picture = with_blob(64, 64, 24, 24, 16)
    assert Detector(BlobNet(), threshold=0.95).detect(picture) == []
    assert Detector(BlobNet(), threshold=0.95).detect(picture, threshold=0.5)


def test_a_face_that_one_look_alone_sees_scores_lower() -> None:
    face, chance = row(10, 10, 60, 60, 0.8), row(100, 100, 150, 150, 0.8)
    looks = [boxes.Look(np.stack([face, chance]), 1.0, 220), boxes.Look(face[None], 0.5, 220)]
    found = boxes.agree(looks)
    odds = (0.8 / 0.2 * boxes.FLOOR / (1 - boxes.FLOOR)) ** 0.5
    assert found[:, 14] == pytest.approx([0.8, odds / (1 + odds)])
    assert found[0, :2] == pytest.approx([10, 10])


def test_looks_are_not_asked_for_faces_beyond_their_size() -> None:
    tiny = row(10, 10, 22, 22, 0.8)
    found = boxes.agree([boxes.Look(tiny[None], 1.0, 220), boxes.Look(np.zeros((0, 15), np.float32), 0.5, 220)])
    assert found[:, 14] == pytest.approx([0.8])


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (384, 288), (640, 480), (4000, 3000), (20000, 1000)])
def test_looks_go_from_fine_to_shrunken(size: tuple[int, int]) -> None:
    found = d.sides(size)
    assert found == sorted(found, reverse=True)
    assert found[-1] <= d.SHRUNKEN_SIDE
    assert found[0] <= max(2 * max(size), 1)
    assert (found[0] / max(size)) ** 2 * size[0] * size[1] <= d.MOST_PIXELS * 1.001


def test_merging_many_boxes_equals_merging_few() -> None:
    rng = np.random.default_rng(0)
    corners = rng.uniform(0, 300, (900, 2))
    rows = np.stack([row(x, y, x + 20, y + 20, s) for (x, y), s in zip(corners, rng.random(900), strict=True)])
    table, one_by_one = boxes.neighbours(rows[:300]), [boxes.overlaps(r, rows[:300]) for r in rows[:300]]
    assert all(np.allclose(table(i), one_by_one[i]) for i in range(300))
    merged = boxes.merge(rows)
    assert len(merged) < 900
    overlap = boxes.neighbours(merged)(0)[0]
    assert (overlap[1:] <= 0.8).all()


def test_peaks_are_the_surest_cells_of_their_surroundings() -> None:
    scores = np.zeros(64 + 16 + 4, np.float32)
    scores[[9, 10, 63, 64, 69]] = [0.5, 0.9, 0.3, 0.4, 0.2]  # row 1 of stride 8, its last cell, two of stride 16
    found = np.flatnonzero(d.peaks(scores, 64, 64) & (scores > 0))
    assert found.tolist() == [10, 63, 64]


def test_a_crowd_is_found_whole() -> None:
    places = [(x, y) for x in range(20, 500, 40) for y in range(20, 360, 40)]
    picture = np.zeros((384, 512, 3), np.uint8)
    for x, y in places:
        picture[y : y + 24, x : x + 24] = (255, 0, 0)
    found = Detector(BlobNet()).detect(picture, thorough=False)
    assert len(found) == len(places)
