"""`look` and `recognise` on a real face: a public-domain NASA portrait, whole, turned, repeated and spoiled."""

import io
import json
import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image, ImageFilter

import mien
from mien.types import CONTROLS, LABELS

skimage_data = pytest.importorskip("skimage.data", reason="the test photo is in scikit-image: pip install 'mien[dev]'")
EYES, MOUTH = slice(36, 48), slice(48, 68)


@pytest.fixture(scope="module")
def astronaut():
    return skimage_data.astronaut()


@pytest.fixture(scope="module")
def scene(astronaut):
    return mien.look(astronaut)


def test_the_astronaut_smiles(scene):
    assert (scene.width, scene.height) == (512, 512)
    assert len(scene.faces) == 1
    expression = scene.faces[0].expression
    assert expression.label == "happiness"
    assert expression.confidence > 0.6
    assert expression.valence > 0.3
    assert expression.emoji in {"🙂", "😊", "😀", "😃", "😄", "😁", "😆"}


def test_a_face_comes_with_everything_promised(scene):
    face = scene.faces[0]
    assert face.landmarks.shape == (68, 2)
    assert set(face.controls) == set(CONTROLS)
    assert all(0 <= v <= 1 for v in face.controls.values())
    assert set(face.expression.probabilities) == set(LABELS)
    assert sum(face.expression.probabilities.values()) == pytest.approx(1, abs=1e-4)
    assert 0 <= face.expression.intensity <= 1
    assert face.quality.score > 0.5
    assert face.appearance is None
    assert face.track_id is None


def test_landmarks_lie_on_the_face(scene):
    face = scene.faces[0]
    x, y, width, height = face.box
    eyes, mouth = face.landmarks[EYES].mean(0), face.landmarks[MOUTH].mean(0)
    assert x < eyes[0] < x + width
    assert y < eyes[1] < mouth[1] < y + height * 1.05
    assert 175 < x + width / 2 < 270  # where she is in the photo
    assert 60 < y + height / 2 < 180


def test_the_scene_is_ready_for_json(scene):
    assert json.loads(json.dumps(scene.to_dict()))["faces"][0]["expression"]["label"] == "happiness"


def test_every_kind_of_source_gives_the_same_scene(astronaut, scene, tmp_path):
    image = Image.fromarray(astronaut)
    image.save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    for source in (tmp_path / "a.png", str(tmp_path / "a.png"), data, io.BytesIO(data), image):
        assert mien.look(source).to_dict()["faces"] == scene.to_dict()["faces"]


def test_a_picture_without_people_is_a_scene_without_faces():
    rng = np.random.default_rng(0)
    for picture in (
        np.zeros((240, 320, 3), np.uint8),
        rng.integers(0, 256, (240, 320, 3), dtype=np.uint8),
        skimage_data.coffee(),
        np.full((1, 1, 3), 7, np.uint8),
    ):
        assert mien.look(picture).faces == []


@pytest.mark.parametrize("angle", [-30, -15, 15, 30])
def test_a_tilted_head_is_read_and_its_roll_told(astronaut, angle):
    tilted = Image.fromarray(astronaut).rotate(-angle, Image.Resampling.BICUBIC, fillcolor=(90, 90, 90))
    faces = mien.look(tilted).faces
    assert len(faces) == 1
    straight = mien.look(astronaut).faces[0].pose.roll
    assert faces[0].pose.roll - straight == pytest.approx(angle, abs=8)
    assert faces[0].expression.label == "happiness"


@pytest.mark.parametrize("scale", [0.25, 0.5, 2, 4])
def test_the_size_of_the_picture_does_not_matter(astronaut, scene, scale):
    side = int(512 * scale)
    resized = Image.fromarray(astronaut).resize((side, side), Image.Resampling.LANCZOS)
    faces = mien.look(resized).faces
    assert len(faces) == 1
    for mine, first in zip(faces[0].box, scene.faces[0].box, strict=True):
        assert mine / scale == pytest.approx(first, abs=12)


def test_a_face_that_fills_the_frame_is_found(astronaut, scene):
    x, y, width, height = scene.faces[0].box
    selfie = Image.fromarray(astronaut).crop((int(x), int(y), int(x + width), int(y + height))).resize((800, 1000))
    assert len(mien.look(selfie).faces) == 1


def test_small_faces_in_a_large_photo_are_found(astronaut):
    photo = Image.new("RGB", (4000, 3000), (118, 130, 124))
    small = Image.fromarray(astronaut).crop((130, 0, 350, 220)).resize((44, 44), Image.Resampling.LANCZOS)
    places = [(100, 100), (1990, 1480), (3900, 2900), (3000, 300)]
    for place in places:
        photo.paste(small, place)
    faces = mien.look(photo).faces
    found = {
        place
        for place in places
        for face in faces
        if math.dist(
            (face.box.x + face.box.width / 2, face.box.y + face.box.height / 2), (place[0] + 22, place[1] + 22)
        )
        < 15
    }
    assert len(found) >= 3
    assert len(faces) <= len(places)


def test_many_faces_come_largest_first(astronaut):
    photo = Image.new("RGB", (640, 480), (200, 205, 210))
    for i, side in enumerate((90, 200, 130)):
        photo.paste(Image.fromarray(astronaut).crop((130, 0, 350, 220)).resize((side, side)), (20 + 205 * i, 40))
    areas = [face.box.width * face.box.height for face in mien.look(photo).faces]
    assert len(areas) == 3
    assert areas == sorted(areas, reverse=True)


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda image: image.filter(ImageFilter.GaussianBlur(9)), "blur"),
        (lambda image: image.point(lambda v: v * 0.06), "dark"),
        (lambda image: image.resize((72, 72), Image.Resampling.BOX), "small"),
    ],
)
def test_a_face_that_cannot_be_read_is_unsure_with_the_reason(astronaut, spoil, word):
    for face in mien.look(spoil(Image.fromarray(astronaut))).faces:  # not to find it at all is an answer too
        assert face.expression.label == "unsure"
        assert word in (face.expression.reason or "")


def test_crops_are_recognised_in_a_batch_as_one_by_one(astronaut, scene):
    x, y, width, height = (int(v) for v in scene.faces[0].box)
    crop = astronaut[y : y + height, x : x + width]
    crops = [crop, crop[:, ::-1].copy(), np.asarray(Image.fromarray(crop).convert("L"))]
    together = mien.recognise(crops)
    assert [e.label for e in together] == ["happiness"] * 3
    for one, all_ in zip(crops, together, strict=True):
        assert mien.recognise([one])[0].probabilities == pytest.approx(all_.probabilities, abs=1e-3)
    assert mien.recognise([]) == []


@pytest.mark.parametrize(
    "crop", [None, "face.jpg", np.zeros((4, 4)), np.zeros((0, 4), np.uint8), np.zeros((4, 4, 4), np.uint8)]
)
def test_what_is_no_crop_is_refused(crop):
    with pytest.raises(mien.PictureError, match="crop 0"):
        mien.recognise([crop])


def test_looking_twice_sees_the_same(astronaut, scene):
    assert mien.look(astronaut).to_dict() == scene.to_dict()


def test_threads_share_the_models(astronaut, scene):
    with ThreadPoolExecutor(4) as pool:
        scenes = list(pool.map(mien.look, [astronaut] * 8))
    assert all(s.to_dict() == scene.to_dict() for s in scenes)
