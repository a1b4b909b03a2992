"""What `mien.watch` makes of shaking, blurred and stern faces; and the emoji that stays."""

from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image, ImageFilter

import mien
from mien.pipeline import reader
from mien.types import LABELS, Box, Pose, Quality
from mien.vision.landmarks import FaceReading
from mien.watching.steadying import FORGET, PATIENCE, Steadier, SteadyEmoji

skimage_data = pytest.importorskip("skimage.data", reason="the test photo is in scikit-image: pip install 'mien[dev]'")

GOOD = Quality(1.0)


def reading(**controls: float) -> FaceReading:
    points = np.random.default_rng(0).uniform(20, 80, (68, 2)).astype(np.float32)
    values = dict.fromkeys(mien.CONTROLS, 0.0) | controls
    return FaceReading(points, values, Pose(0, 0, 0), 1.0, 1.0, np.eye(2, 3), np.zeros((96, 96, 3), np.uint8))


def row(label: str, share: float) -> np.ndarray:
    values = np.full(len(LABELS), (1 - share) / (len(LABELS) - 1), np.float32)
    values[LABELS.index(label)] = share
    return values


def stern() -> np.ndarray:
    """Rather angry than neutral, and nothing else."""
    values = np.full(len(LABELS), 0.005, np.float32)
    values[LABELS.index("anger")], values[LABELS.index("neutral")] = 0.6, 0.37
    return values / values.sum()


BOX = Box(10, 10, 100, 100)


def shaken(count: int) -> Iterator[np.ndarray]:
    """A portrait, filmed by a shaking hand with a noisy camera."""
    photo = Image.fromarray(skimage_data.astronaut()[:320, 60:380]).resize((240, 240))
    rng = np.random.default_rng(0)
    for _ in range(count):
        x, y = rng.normal(0, 0.4, 2)
        moved = photo.transform(photo.size, Image.Transform.AFFINE, (1, 0, x, 0, 1, y), Image.Resampling.BILINEAR)
        yield (np.asarray(moved, float) + rng.normal(0, 5, (240, 240, 3))).clip(0, 255).astype(np.uint8)


def test_a_shaken_portrait_lies_still() -> None:
    moves = {}
    for smooth in (False, True):
        faces = [scene.faces[0] for scene in mien.watch(shaken(45), smooth=smooth)]
        points = np.array([face.landmarks for face in faces])[15:]
        moves[smooth] = float(np.abs(np.diff(points, axis=0)).mean())
        assert {face.expression.label for face in faces} == {"happiness"}
        assert all(face.landmarks.dtype == np.float32 for face in faces)
    assert moves[True] < 0.3 * moves[False]


def test_a_blur_is_told_only_once_it_stays() -> None:
    sharp = list(shaken(20))
    dim = [np.asarray(Image.fromarray(p).filter(ImageFilter.GaussianBlur(12)).point(lambda v: v // 4)) for p in sharp]
    faces = [scene.faces[0] if scene.faces else None for scene in mien.watch(sharp[:15] + dim[:5] + sharp[:15])]
    assert {face.expression.label for face in faces if face} == {"happiness"}
    steadier = Steadier(reader())
    bad = Quality(0.05, "blur")
    said = [steadier.steady(1, i / 30, BOX, row("anger", 0.9), reading(), bad).expression for i in range(40)]
    assert said[-1].label == mien.UNSURE
    assert said[-1].reason == "too blurred"


def test_people_are_told_apart_and_forgotten() -> None:
    steadier = Steadier(reader())
    for i in range(30):
        one = steadier.steady(1, i / 30, BOX, row("anger", 0.9), reading(), GOOD)
        two = steadier.steady(2, i / 30, BOX, row("happiness", 0.9), reading(), GOOD)
    assert (one.expression.label, two.expression.label) == ("anger", "happiness")
    steadier.steady(2, FORGET + 1.5, BOX, row("happiness", 0.9), reading(), GOOD)
    steadier.forget(FORGET + 1.5)
    assert list(steadier._people) == [2]


def test_calibrated_a_stern_face_is_neutral_and_a_stranger_is_not_touched() -> None:
    plain, told = Steadier(reader()), Steadier(reader(), calibrate=2.0)
    said = {}
    for i in range(120):
        said["plain"] = plain.steady(1, i / 30, BOX, stern(), reading(), GOOD).expression.label
        said["told"] = told.steady(1, i / 30, BOX, stern(), reading(), GOOD).expression.label
    assert said == {"plain": "anger", "told": "neutral"}
    assert told.steady(2, 4.1, BOX, stern(), reading(), GOOD).expression.label == "anger"
    for i in range(60):
        angry = told.steady(1, 4.2 + i / 30, BOX, row("anger", 0.98), reading(browDownLeft=1.0), GOOD)
    assert angry.expression.label == "anger"


@pytest.mark.parametrize("calibrate", [2.0, "auto"])
def test_watching_takes_calibrate(calibrate: float | str) -> None:
    scenes = list(mien.watch(shaken(5), calibrate=calibrate))  # type: ignore[arg-type]
    assert [len(scene.faces) for scene in scenes] == [1] * 5


@pytest.mark.parametrize("calibrate", [0, -1.0, float("nan")])
def test_calibrating_for_no_time_is_refused(calibrate: float) -> None:
    with pytest.raises(ValueError, match="calibrate"):
        Steadier(reader(), calibrate)


def test_an_emoji_stays_until_another_has_fitted_better_for_a_while() -> None:
    emoji = SteadyEmoji()
    shown = [emoji.update(i / 30, "happiness", "😀" if i % 2 == 0 else "😁") for i in range(60)]
    assert set(shown) == {"😀"}
    shown = [emoji.update(2 + i / 30, "happiness", "😁😂"[i % 2]) for i in range(30)]
    assert shown[0] == "😀"
    assert shown[round(PATIENCE * 30) + 1] != "😀"


def test_an_emoji_changes_with_its_label_at_once() -> None:
    emoji = SteadyEmoji()
    assert emoji.update(0.0, "happiness", "😀") == "😀"
    assert emoji.update(0.03, "sadness", "😞") == "😞"
