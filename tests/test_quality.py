"""Quality: each kind of harm lowers the score, and is named."""

import numpy as np
import pytest
from PIL import Image, ImageFilter

from mien.types import Box, Pose
from mien.vision.crop import crop_affine, similarity
from mien.vision.quality import assess, sharpness

data = pytest.importorskip("skimage.data")
FACE = Box(176, 66, 92, 114)  # in the astronaut's portrait
AHEAD = Pose(0, 0, 0)


@pytest.fixture(scope="module")
def portrait() -> Image.Image:
    return Image.fromarray(data.astronaut())


def look(image: Image.Image, box: Box = FACE, **known: object):
    side = 1.4 * float(np.sqrt(box.width * box.height))
    matrix = similarity((box.x + box.width / 2, box.y + box.height / 2), side, 0, 96)
    given = {"pose": AHEAD, "face_score": 0.99, "visible": 1.0} | known
    return assess(crop_affine(np.asarray(image), matrix, 96), box, **given)


def falls(qualities: list, reason: str) -> None:
    scores = [q.score for q in qualities]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 0.9 and qualities[0].reason is None
    assert scores[-1] < 0.5 and qualities[-1].reason == reason


def test_blur_lowers_quality(portrait: Image.Image) -> None:
    falls([look(portrait.filter(ImageFilter.GaussianBlur(r)) if r else portrait) for r in (0, 2, 4, 7, 12)], "blur")


def test_darkness_lowers_quality(portrait: Image.Image) -> None:
    falls([look(portrait.point(lambda v, k=k: int(v * k))) for k in (1, 0.5, 0.25, 0.12, 0.05)], "dark")


def test_glare_lowers_quality(portrait: Image.Image) -> None:
    falls([look(portrait.point(lambda v, k=k: 255 - int((255 - v) * k))) for k in (1, 0.5, 0.2, 0.1)], "bright")


def test_smallness_lowers_quality(portrait: Image.Image) -> None:
    found = []
    for height in (114, 60, 30, 20, 12):
        k = height / FACE.height
        small = portrait.resize((round(512 * k), round(512 * k)), Image.Resampling.BOX)
        found.append(look(small, Box(*(v * k for v in FACE))))
    falls(found, "small")


@pytest.mark.parametrize("axis", ["yaw", "pitch"])
@pytest.mark.parametrize("sign", [1, -1])
def test_turning_away_lowers_quality(portrait: Image.Image, axis: str, sign: int) -> None:
    falls([look(portrait, pose=AHEAD._replace(**{axis: sign * a})) for a in (0, 30, 45, 70, 90)], "turned")


def test_covering_lowers_quality(portrait: Image.Image) -> None:
    falls([look(portrait, visible=v) for v in (1, 0.85, 0.7, 0.4)], "covered")
    falls([look(portrait, face_score=v) for v in (1, 0.6, 0.3)], "covered")


def test_a_face_cut_off_by_the_picture_counts_as_covered(portrait: Image.Image) -> None:
    assert look(portrait, picture_size=(512, 512)).reason is None
    assert look(portrait.crop((225, 0, 512, 512)), Box(-49, 66, 92, 114), picture_size=(287, 512)).reason == "covered"


def test_roll_does_no_harm(portrait: Image.Image) -> None:
    assert look(portrait, pose=Pose(0, 0, 80)).reason is None


def test_grey_and_flat_crops_are_measured_too(portrait: Image.Image) -> None:
    assert look(portrait.convert("L")).score > 0.9
    assert assess(np.full((96, 96, 3), 90, np.uint8), FACE, AHEAD, 0.99).score == 0
    assert sharpness(np.zeros((8, 8))) == 0
