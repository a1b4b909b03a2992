"""Labels of the appearance network: read, kept true to what its views show, weighed by its loss, and scored against."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch")

from appearance_faces import make_faces, one_thread  # noqa: E402
from mien.appearance.geometry import measures  # noqa: E402
from mien.errors import DataError  # noqa: E402
from mien.lab.appearance import data  # noqa: E402
from mien.lab.appearance.augment import jitter, narrow, relit, sunglasses, without_colour  # noqa: E402
from mien.lab.appearance.data import held_back  # noqa: E402
from mien.lab.appearance.losses import class_weights, loss_of  # noqa: E402
from mien.lab.appearance.measuring import calibration_error, presentation  # noqa: E402
from mien.lab.appearance.net import ANSWERS, YEARS, split  # noqa: E402
from mien.lab.appearance.places import find_places, likeness_groups  # noqa: E402
from mien.lab.appearance.sample import make_batch, make_views, soft_ages  # noqa: E402
from mien.lab.appearance.scoring import score  # noqa: E402
from mien.lab.appearance.shape import learn_shape, write_shape  # noqa: E402
from mien.types import TRAITS  # noqa: E402
from mien.vision.crop import UNSEEN, similarity  # noqa: E402

PHOTO = Path(__file__).parents[1] / "docs/figures/astronaut.jpg"


@pytest.fixture(scope="module", autouse=True)
def _one_thread():
    with one_thread():
        yield


@pytest.fixture(scope="module")
def faces():
    return make_faces()


# --- data


def test_labels_are_read_and_the_same_photo_is_held_back_once(tmp_path):
    folder = tmp_path / "portraits"
    folder.mkdir()
    photo = Image.open(PHOTO)
    photo.save(folder / "a.jpg")
    photo.resize((400, 400)).save(folder / "again.jpg")
    Image.new("RGB", (90, 90), "navy").save(folder / "wall.jpg")
    header = "image,glasses,hair_colour,mst,quality,earrings\n"
    (folder / "attributes.csv").write_text(header + "a.jpg,N,D,3,1,-\nagain.jpg,-,-,-,0,-\n")
    found = data.load(tmp_path, tmp_path / "places.npz")
    assert found.names == ["portraits/a.jpg", "portraits/again.jpg"]
    assert found.missed == ["portraits/wall.jpg"]
    assert found.held == [held_back("portraits/a.jpg")] * 2
    assert found.labels[0] == {"glasses": 0, "hair_colour": 1, "mst": 2, "earrings": 2}
    assert found.labels[1] == {}  # glasses not told: nothing was labelled
    (folder / "attributes-more.csv").write_text(header + "a.jpg,G,K,4,1,0\nagain.jpg,G,K,4,1,0\n")
    more = data.load(tmp_path, tmp_path / "places.npz")
    assert more.names == found.names
    assert more.labels[0] == found.labels[0]  # the first file's word counts
    assert more.labels[1] == {"glasses": 1, "hair_colour": 0, "mst": 3, "earrings": 1}


def test_a_code_that_does_not_exist_is_named_with_its_row(tmp_path):
    folder = tmp_path / "utkface"
    folder.mkdir()
    (folder / "attributes.csv").write_text("image,glasses,quality\nx.jpg,N,1\ny.jpg,Q,1\n")
    with pytest.raises(DataError, match=r"attributes.csv:3: glasses is 'Q'"):
        data.load(tmp_path)


def test_a_folder_without_the_sets_is_refused(tmp_path):
    with pytest.raises(DataError, match="portraits, utkface"):
        data.load(tmp_path)


def test_places_are_found_once(tmp_path):
    picture = {"portraits/a.jpg": np.asarray(Image.open(PHOTO))}
    first = find_places(picture, tmp_path / "p.npz")
    again = find_places(picture, tmp_path / "p.npz")
    assert np.array_equal(first["portraits/a.jpg"].points, again["portraits/a.jpg"].points)
    assert likeness_groups(picture, again) == {"portraits/a.jpg": "portraits/a.jpg"}


# --- what the network sees


def test_training_without_chance_sees_what_run_time_sees(faces):
    from mien.appearance.reader import views
    from mien.types import Pose
    from mien.vision.landmarks import FaceReading

    place = faces.places[0]
    reading = FaceReading(place.points, {}, Pose(0, 0, 0), 1.0, 1.0, place.matrix, np.zeros((96, 96, 3), np.uint8))
    head, face = views(faces.pictures[0], [reading])
    mine = make_views(faces, 0, None)
    assert np.array_equal(head[0], mine[0])
    assert np.array_equal(face[0], mine[1])


def test_batches_repeat_with_their_seed_and_differ_without(faces):
    rows = np.arange(8)
    one, same, other = (make_batch(faces, rows, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(one.head, same.head)
    assert not np.array_equal(one.head, other.head)


def test_jitter_keeps_the_face_in_view_and_mirrors_it():
    matrix = similarity((60.0, 60.0), 100.0, 0.0, 96)
    rng = np.random.default_rng(0)
    for _ in range(50):
        moved = jitter(matrix, 96, rng, False, 0.0)
        assert np.abs(moved[:, :2] @ [60, 60] + moved[:, 2] - 48).max() < 16
    assert np.linalg.det(jitter(matrix, 96, rng, True, 0.0)[:, :2]) < 0


def test_a_grey_photo_teaches_that_its_colours_cannot_be_told(faces, monkeypatch):
    monkeypatch.setattr("mien.lab.appearance.sample.COLOURLESS", 1.0)
    _, _, labels = make_views(faces, 1, np.random.default_rng(0))
    assert TRAITS["hair_colour"][labels["hair_colour"]] == "-"
    assert labels["mst"] == -1
    view = without_colour(faces.pictures[1], np.ones(3))
    assert (view[..., 0] == view[..., 1]).all()


def test_what_is_unseen_stays_unseen_in_any_light():
    crop = np.full((96, 96, 3), 200, np.uint8)
    cut = narrow(crop, np.random.default_rng(3))
    table = np.clip(np.arange(256)[:, None] * [0.5, 0.6, 0.7], 0, 255).astype(np.uint8)
    unseen = (cut == UNSEEN).all(2)
    assert unseen.any()
    assert (relit(cut, table)[unseen] == UNSEEN).all()
    assert (relit(cut, table)[~unseen] == [100, 120, 140]).all()


def test_painted_sunglasses_darken_the_eyes_and_are_labelled(faces, monkeypatch):
    picture, place = faces.pictures[1], faces.places[1]
    painted = sunglasses(picture, place.points, np.random.default_rng(0))
    x, y = place.points[36:42].mean(0).astype(int)
    assert painted[y - 2 : y + 4, x - 6 : x + 7].mean() < 0.6 * np.mean((214, 170, 140))  # darker than skin
    assert np.abs(painted[:10].astype(int) - picture[:10]).max() < 30
    monkeypatch.setattr("mien.lab.appearance.sample.PAINTED", 1.0)
    assert make_views(faces, 1, np.random.default_rng(0))[2]["glasses"] == TRAITS["glasses"].index("S")


def test_years_become_soft_age_groups():
    ages = soft_ages(np.array([2, 25, 45, 80, np.nan], np.float32))
    assert ages[:4].argmax(1).tolist() == [0, 1, 2, 3]
    assert np.allclose(ages[:4].sum(1), 1, atol=1e-6)
    assert np.isnan(ages[4]).all()


# --- what its labels teach


def test_rare_codes_weigh_more_but_not_without_end(faces):
    lopsided = make_faces(40)
    for i, labels in enumerate(lopsided.labels):
        labels["glasses"] = 1 if i == 1 else 0
    weights = class_weights(lopsided, np.arange(40), 0.5)["glasses"]
    assert weights[1] > 2 * weights[0]
    assert torch.allclose(class_weights(lopsided, np.arange(40), 0.0)["glasses"], torch.ones(3))


def test_unknown_labels_teach_nothing(faces):
    rows = np.arange(8)
    batch = make_batch(faces, rows, None)
    nothing = replace(
        batch, labels=np.full_like(batch.labels, -1), ages=batch.ages * np.nan, years=batch.years * np.nan,
        gender=batch.gender * np.nan,
    )  # fmt: skip
    raw = torch.randn(8, sum(map(len, ANSWERS.values())), requires_grad=True)
    years = torch.randn(8, len(YEARS))
    weights = class_weights(faces, rows, 0.5)
    assert float(loss_of(raw, years, nothing, weights).detach()) == 0
    assert float(loss_of(raw, years, batch, weights).detach()) > 1


def test_unsure_presentation_pulls_to_the_middle(faces):
    batch = make_batch(faces, np.arange(1, 2), None)
    column = list(TRAITS).index("presentation")
    batch.labels[:] = -1
    batch.labels[0, column] = TRAITS["presentation"].index("u")
    batch = replace(batch, ages=batch.ages * np.nan, years=batch.years * np.nan)
    weights = class_weights(faces, np.arange(8), 0.0)
    raw = torch.zeros(1, sum(map(len, ANSWERS.values())), requires_grad=True)
    loss_of(raw, torch.zeros(1, len(YEARS)), batch, weights).backward()
    assert torch.allclose(split(raw.grad)["presentation"], torch.zeros(1, 2), atol=1e-6)


# --- how it is scored


def test_agreement_counts_only_what_is_known(faces):
    rows = np.array([i for i in range(len(faces)) if faces.labels[i]])
    raw = np.zeros((len(rows), sum(map(len, ANSWERS.values()))), np.float32)
    targets = faces.targets()[rows]
    start = 0
    for column, codes in enumerate(ANSWERS.values()):
        for i, wanted in enumerate(targets[:, column]):
            raw[i, start + wanted] = 1
        start += len(codes)
    assert score(faces, rows, raw)["mean"] == 1.0
    assert score(faces, rows, -raw)["portraits.fringe"] == 0.0


def test_confidence_that_is_right_has_no_calibration_error():
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0.5, 1, 20000)
    right = rng.random(20000) < confidence
    assert calibration_error(confidence, right) < 0.02
    assert calibration_error(np.full(100, 0.99), np.zeros(100, bool)) == pytest.approx(0.99)


def test_presentation_is_reported_for_adults_by_group(faces):
    rows = np.arange(len(faces))
    chances = np.stack([1 - np.array(faces.gender), np.array(faces.gender)], 1).astype(float)
    told = presentation(faces, rows, chances)
    assert told["utkface adults"]["right"] == 1.0
    assert told["utkface adults"]["n"] == sum(year >= 18 for year in faces.years)


def test_the_mean_face_is_learnt_and_written(tmp_path):
    many = make_faces(240)
    still = np.zeros((18, 13))
    shape = learn_shape(many, still)
    assert np.allclose(shape.mean, np.median([measures(p.points) for p in many.places], 0), atol=0.02)
    assert (shape.spread > 0).all()
    write_shape(shape, tmp_path / "shape.json")
    assert (tmp_path / "shape.json").read_text().startswith("{")
    with pytest.raises(DataError, match="50 are needed"):
        learn_shape(make_faces(8), still)
