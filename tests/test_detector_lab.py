"""The detector's lab: labels and samples. Tiny pictures of discs that stand for faces."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from detector_scenes import scene, write_scenes  # noqa: E402
from mien.errors import DataError  # noqa: E402
from mien.lab import teachers_boxes  # noqa: E402
from mien.lab.detector import data as ddata  # noqa: E402
from mien.lab.detector.augment import MIRROR, Mixer, Sample, cover, mark, paste, relight, warp  # noqa: E402
from mien.lab.detector.data import iou, lend_points, load, load_all, read_boxes, split_of  # noqa: E402
from mien.lab.detector.loop import Samples  # noqa: E402


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("detector") / "data"
    write_scenes(folder, 24)
    return folder


# --- data


def test_a_picture_without_a_box_is_kept_as_background(data: Path) -> None:
    rows = read_boxes(data / "scenes" / "boxes.csv")
    assert rows["s_0.png"] == []
    assert len(rows["s_1.png"]) == 2


def test_splits_share_no_picture_and_miss_none(data: Path) -> None:
    names = [{p.name for p in load_all(data, data, split=s)} for s in ("train", "validation")]
    assert names[0]
    assert names[1]
    assert not names[0] & names[1]
    assert len(names[0] | names[1]) == 24


def test_frames_of_one_person_stay_in_one_split() -> None:
    for person in range(40):
        assert len({split_of("ytfaces", f"{person:03d}_{i:02d}.jpg") for i in range(8)}) == 1


def test_points_are_lent_by_overlap() -> None:
    table = np.full((2, 15), np.nan, np.float32)
    table[:, :5] = [[0, 0, 10, 10, 0.9], [50, 50, 10, 10, 0.9]]
    other = np.arange(15, dtype=np.float32)[None].copy()
    other[0, :5] = [1, 0, 10, 10, 0.8]
    lend_points(table, other)
    assert table[0, 5:].tolist() == other[0, 5:].tolist()
    assert np.isnan(table[1, 5:]).all()


def test_boxes_that_only_a_second_look_saw_are_ignored_in_training_alone(data: Path, tmp_path: Path) -> None:
    for name in ("s_1.png", "s_2.png"):
        (tmp_path / "more.csv").write_text(f"image,x,y,w,h,score\n{name},70,50,5,5,0.9\n{name},60,50,5,5,0.5\n")
        for split in ("train", "validation"):
            boxes = data / "scenes" / "boxes.csv"
            pictures = load(data / "scenes", boxes, split=split, points=tmp_path / "more.csv")
            for picture in (p for p in pictures if p.name == name):
                assert (picture.scores < ddata.SURE).sum() == (1 if split == "train" else 0)


@pytest.mark.parametrize(
    ("text", "word"),
    [("image,x,y\n", "missing"), ("image,x,y,w,h,score\na.png,1,2,3,four,0.9\n", "four"), (None, "cannot be read")],
)
def test_bad_labels_are_one_line_errors(tmp_path: Path, text: str | None, word: str) -> None:
    file = tmp_path / "boxes.csv"
    if text is not None:
        file.write_text(text)
    with pytest.raises(DataError, match=word) as caught:
        read_boxes(file)
    assert "\n" not in str(caught.value)


def test_a_missing_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "boxes.csv").write_text("image,x,y,w,h,score\ngone.png,1,2,3,4,0.9\n")
    with pytest.raises(DataError, match=r"gone\.png"):
        load(tmp_path, tmp_path / "boxes.csv")


def test_data_without_labels_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "scenes").mkdir()
    with pytest.raises(DataError, match="teacher"):
        load_all(tmp_path, tmp_path, split="train")


def test_iou() -> None:
    a = np.array([[0, 0, 10, 10]], np.float32)
    b = np.array([[0, 0, 10, 10], [5, 0, 10, 10], [20, 20, 5, 5]], np.float32)
    assert iou(a, b)[0] == pytest.approx([1, 1 / 3, 0])


# --- the teacher


def test_label_boxes_writes_rows_in_pixels_of_the_picture(tmp_path: Path) -> None:
    Image.new("RGB", (100, 60), "white").save(tmp_path / "a.png")
    Image.new("RGB", (50, 50), "black").save(tmp_path / "b.png")

    def teacher(picture: np.ndarray) -> np.ndarray:
        if picture.mean() < 200:
            return np.zeros((0, 15), np.float32)
        height, width = picture.shape[:2]
        return np.array([[0.1 * width, 0.2 * height, 0.5 * width, 0.5 * height, *[0.3 * width, 0.4 * height] * 5, 0.9]],
                        np.float32)  # fmt: skip

    assert teachers_boxes.label_boxes(tmp_path, teacher, tmp_path / "boxes.csv") == 1
    rows = read_boxes(tmp_path / "boxes.csv")
    assert rows["a.png"][0][:7] == pytest.approx([10, 12, 50, 30, 0.9, 30, 24], abs=0.2)
    assert rows["b.png"] == []


def test_a_frame_filling_face_is_tried_again_with_a_border(tmp_path: Path) -> None:
    seen = []

    def teacher(picture: np.ndarray) -> np.ndarray:
        seen.append(picture.shape[:2])
        if len(seen) == 1:
            return np.zeros((0, 15), np.float32)
        middle = np.array([picture.shape[1] / 2, picture.shape[0] / 2], np.float32)
        return np.array([[*middle - 10, 20, 20, *np.tile(middle, 5), 0.8]], np.float32)

    rows = teachers_boxes.teacher_rows(Image.new("RGB", (90, 90)), teacher)
    assert len(seen) == 2
    assert rows[0, 4:6] == pytest.approx([45, 45], abs=0.5)
    assert rows[0, 0] + rows[0, 2] / 2 == pytest.approx(45, abs=0.5)


def test_an_empty_folder_has_nothing_to_label(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no pictures"):
        teachers_boxes.label_boxes(tmp_path, lambda p: np.zeros((0, 15), np.float32), tmp_path / "x.csv")


# --- samples


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize(("degrees", "scale"), [(0, 1.0), (30, 1.7), (-45, 0.6)])
def test_boxes_and_points_follow_the_pixels(degrees: float, scale: float, mirror: bool) -> None:
    picture = scene(3, faces=1)
    x, y, w, h = picture.boxes[0]
    sample = warp(picture, np.array([x + w / 2, y + h / 2]), scale, degrees, mirror, (0, 0, 0), 96)
    values = np.asarray(sample.pixels).astype(int)
    yellow = np.argwhere((values[..., 0] > 180) & (values[..., 2] < 110))
    top, left = yellow.min(0)
    bottom, right = yellow.max(0) + 1
    assert sample.boxes[0] == pytest.approx([left, top, right, bottom], abs=2.5)
    # the two eyes stay above the mouth on the turned face's own axis, image-left one first
    a = np.radians(degrees)
    eyes = sample.points[0, :2] - sample.points[0, 2]
    assert eyes[0] @ [np.cos(a), np.sin(a)] < eyes[1] @ [np.cos(a), np.sin(a)]


def test_mirroring_twice_changes_nothing() -> None:
    assert [MIRROR[i] for i in MIRROR] == list(range(5))


def test_tiny_and_cut_faces_are_ignored_and_outside_ones_dropped() -> None:
    boxes = np.array([[10, 10, 40, 40], [50, 50, 55, 55], [-20, 10, 10, 40], [200, 200, 230, 230]], np.float32)
    sample = Sample(Image.new("RGB", (96, 96)), boxes, np.zeros((4, 5, 2), np.float32), np.zeros(4, bool))
    marked = mark(sample, 96)
    assert len(marked.boxes) == 3
    assert marked.ignored.tolist() == [False, True, True]


def test_a_pasted_face_hides_what_is_under_it() -> None:
    box = np.array([[0, 0, 96, 96]], np.float32)
    under = Sample(Image.new("RGB", (96, 96)), box, np.zeros((1, 5, 2), np.float32), np.zeros(1, bool))
    after = paste(under, scene(5, faces=1), np.random.default_rng(4))
    assert len(after.boxes) == 2
    assert np.isfinite(after.boxes).all()


def test_samples_repeat_with_their_seed_and_differ_between_epochs() -> None:
    mixer = Mixer.of([scene(i) for i in range(4)], side=96)
    a, b, c = (Samples(mixer, 3, seed)[1] for seed in (7, 7, 8))
    assert np.array_equal(np.asarray(a.pixels), np.asarray(b.pixels))
    assert np.array_equal(a.boxes, b.boxes)
    assert not np.array_equal(np.asarray(a.pixels), np.asarray(c.pixels))


def test_relight_and_cover_keep_size_and_boxes() -> None:
    mixer = Mixer.of([scene(1)], side=96)
    for seed in range(30):
        rng = np.random.default_rng(seed)
        sample = mixer.sample(rng)
        covered = cover(sample, rng)
        assert relight(covered.pixels, rng).size == (96, 96)
        assert np.array_equal(covered.boxes, sample.boxes)
