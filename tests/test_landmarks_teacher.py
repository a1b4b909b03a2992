"""Labelling with the teacher: its answers must land on the right pixels of the original picture."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from mien.lab import teachers_points
from mien.lab.teachers_points import label_points
from mien.types import CONTROLS


class FakeLandmarker:
    """Stands in for MediaPipe: takes every red blot for a face whose whole mesh lies on its middle."""

    def __init__(self, misses: int = 0) -> None:
        self.misses = misses  #: looks without an answer, as when a face fills the frame

    def detect(self, pixels: np.ndarray) -> SimpleNamespace:
        self.misses -= 1
        red = (pixels[..., 0] > 150) & (pixels[..., 1] < 100)
        faces = []
        for half in (slice(0, pixels.shape[1] // 2), slice(pixels.shape[1] // 2, None)):
            y, x = np.nonzero(red[:, half])
            if len(x) and self.misses < 0:
                at = (x.mean() + (half.start or 0) + 0.5) / pixels.shape[1], (y.mean() + 0.5) / pixels.shape[0]
                faces.append([SimpleNamespace(x=at[0], y=at[1])] * 478)
        shapes = [
            SimpleNamespace(category_name="_neutral", score=1.0),
            SimpleNamespace(category_name="jawOpen", score=0.7),
        ]
        return SimpleNamespace(
            face_landmarks=faces,
            face_blendshapes=[shapes] * len(faces),
            facial_transformation_matrixes=[np.eye(4)] * len(faces),
        )


@pytest.fixture
def teacher(monkeypatch: pytest.MonkeyPatch) -> FakeLandmarker:
    fake = FakeLandmarker()

    @contextmanager
    def opened(path: Path) -> Iterator[FakeLandmarker]:
        yield fake

    monkeypatch.setattr(teachers_points, "_landmarker", opened)
    stub = SimpleNamespace(Image=lambda image_format, data: data, ImageFormat=SimpleNamespace(SRGB=0))
    monkeypatch.setitem(sys.modules, "mediapipe", stub)
    return fake


def draw(path: Path, size: tuple[int, int], *spots: tuple[int, int]) -> None:
    image = Image.new("RGB", size, (20, 160, 160))
    for x, y in spots:
        image.paste((230, 20, 20), (x - 3, y - 3, x + 3, y + 3))
    image.save(path)


@pytest.mark.parametrize("misses", [0, 1, 2, 3])
@pytest.mark.parametrize("size", [(48, 48), (400, 300), (90, 700)])
def test_points_are_in_pixels_of_the_picture(
    teacher: FakeLandmarker, tmp_path: Path, size: tuple[int, int], misses: int
) -> None:
    spot = size[0] // 2 - 6, size[1] // 2 + 5
    draw(tmp_path / "a.png", size, spot)
    teacher.misses = misses
    assert label_points(tmp_path, tmp_path / "x.task", tmp_path / "out" / "a.npz") == 1
    with np.load(tmp_path / "out" / "a.npz") as found:
        assert found["points"].shape == (1, 68, 2)
        assert found["points"][0].mean(0) == pytest.approx(spot, abs=0.6)
        assert found["controls"][0, CONTROLS.index("jawOpen")] == pytest.approx(0.7)
        assert found["controls"][0].sum() == pytest.approx(0.7)
        assert found["pose"][0] == pytest.approx([0, 0, 0])


def test_each_box_gets_its_own_face(teacher: FakeLandmarker, tmp_path: Path) -> None:
    draw(tmp_path / "a.png", (300, 200), (60, 100), (240, 90))
    draw(tmp_path / "b.png", (300, 200))
    boxes = {"a.png": [(228, 74, 40, 40), (32, 80, 40, 40)], "b.png": [(10, 10, 30, 30)]}
    assert label_points(tmp_path, tmp_path / "x.task", tmp_path / "a.npz", boxes) == 2
    with np.load(tmp_path / "a.npz") as found:
        assert found["image"].tolist() == ["a.png", "a.png", "b.png"]
        assert found["found"].tolist() == [True, True, False]
        assert found["points"][0].mean(0) == pytest.approx((240, 90), abs=0.6)
        assert found["points"][1].mean(0) == pytest.approx((60, 100), abs=0.6)
        assert np.isnan(found["points"][2]).all()


def test_a_broken_picture_is_a_face_not_found(teacher: FakeLandmarker, tmp_path: Path) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"nothing")
    draw(tmp_path / "good.png", (60, 60), (30, 30))
    assert label_points(tmp_path, tmp_path / "x.task", tmp_path / "a.npz") == 1
