"""Training the appearance network: labels, augmentation, the landmark network's trunk, resuming, export. On drawn
faces, in seconds."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

torch = pytest.importorskip("torch")

from mien.appearance import AppearanceReader  # noqa: E402
from mien.appearance.geometry import measures  # noqa: E402
from mien.appearance.reader import answers  # noqa: E402
from mien.errors import DataError  # noqa: E402
from mien.lab.appearance import Recipe, data, evaluate, export  # noqa: E402
from mien.lab.appearance.augment import jitter, narrow, relit, sunglasses, without_colour  # noqa: E402
from mien.lab.appearance.data import Faces, held_back  # noqa: E402
from mien.lab.appearance.distil import school, taught_batches  # noqa: E402
from mien.lab.appearance.exporting import load_net, temperature, unweigh  # noqa: E402
from mien.lab.appearance.lite import CHANNELS, EARLY_CHANNELS, Lite, load_lite  # noqa: E402
from mien.lab.appearance.losses import class_weights, loss_of  # noqa: E402
from mien.lab.appearance.measuring import calibration_error, presentation  # noqa: E402
from mien.lab.appearance.net import ANSWERS, SEEN, YEARS, AppearanceNet, Mirrored, split  # noqa: E402
from mien.lab.appearance.places import Place, find_places, likeness_groups  # noqa: E402
from mien.lab.appearance.sample import make_batch, make_views, soft_ages  # noqa: E402
from mien.lab.appearance.scoring import score  # noqa: E402
from mien.lab.appearance.shape import learn_shape, write_shape  # noqa: E402
from mien.lab.appearance.start import begin_from, settle  # noqa: E402
from mien.lab.appearance.teacher import Tuning  # noqa: E402
from mien.lab.appearance.training import fit  # noqa: E402
from mien.lab.appearance.views import LABELLED_VIEWS, OTHER_VIEWS  # noqa: E402
from mien.lab.appearance.views import make_views as make_all_views  # noqa: E402
from mien.lab.landmarks.net import LandmarkNet  # noqa: E402
from mien.lab.run import Run  # noqa: E402
from mien.types import TRAITS  # noqa: E402
from mien.vision.crop import UNSEEN, similarity  # noqa: E402

PHOTO = Path(__file__).parents[1] / "docs/figures/astronaut.jpg"
TINY = Recipe(epochs=2, steps=2, batch=8, warmup=1, bf16=False)
DARK, FAIR = TRAITS["hair_colour"].index("K"), TRAITS["hair_colour"].index("Y")
#: 68 points of a drawn face in a 120 x 120 picture, jaw to lips.
ANGLES = np.linspace(np.pi, 0, 17)
OVALS = [(0.3, 0.4, 6), (0.7, 0.4, 6), (0.5, 0.75, 12), (0.5, 0.75, 8)]
POINTS = np.array(
    [(0.5 + 0.4 * np.cos(a), 0.45 + 0.5 * np.sin(a)) for a in ANGLES]
    + [(x, 0.28) for x in np.linspace(0.2, 0.8, 10)]
    + [(0.5, y) for y in (0.4, 0.46, 0.52, 0.58)]
    + [(x, 0.62) for x in np.linspace(0.42, 0.58, 5)]
    + [(cx + 0.1 * np.cos(a), cy - 0.05 * np.sin(a)) for cx, cy, n in OVALS for a in np.linspace(np.pi, -np.pi, n, 0)]
) * 70 + [25, 25]


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def draw(hair, rng):
    """A 120 x 120 face with hair of a colour."""
    image = Image.new("RGB", (120, 120), tuple(int(v) for v in rng.integers(100, 160, 3)))
    pen = ImageDraw.Draw(image)
    pen.ellipse((22, 5, 98, 95), fill=hair)
    pen.ellipse((32, 28, 88, 95), fill=(214, 170, 140))
    for x in (46, 74):
        pen.ellipse((x - 7, 48, x + 7, 56), fill=(235, 235, 235))
        pen.ellipse((x - 3, 49, x + 3, 55), fill=(60, 40, 30))
    pen.ellipse((50, 73, 70, 82), fill=(190, 90, 90))
    return np.asarray(image)


def make_faces(count=48):
    """Dark-haired and fair-haired drawn faces, every fourth held back; half with a labeller's traits."""
    rng, faces = np.random.default_rng(0), Faces()
    for i in range(count):
        fair = i % 2
        faces.names.append(f"{'portraits' if i % 4 < 2 else 'utkface'}/{i}.jpg")
        faces.pictures.append(draw((225, 190, 110) if fair else (30, 25, 22), rng))
        points = (POINTS + rng.normal(0, 0.4, (68, 2))).astype(np.float32)
        pose, controls = rng.normal(0, 5, 3).astype(np.float32), rng.uniform(0, 0.2, 52).astype(np.float32)
        faces.places.append(Place(points, similarity((60.0, 58.0), 100.0, 0.0, 96), controls, pose))
        labels = {trait: i % len(answers(trait)) for trait in TRAITS}
        faces.labels.append(labels | {"hair_colour": FAIR if fair else DARK} if i % 3 else {})
        faces.weight.append(1.0)
        faces.years.append(float(i))
        faces.gender.append(fair)
        faces.race.append(i % 5)
        faces.grey.append(False)
        faces.held.append(i % 4 == 3 or i % 4 == 0)
    return faces


@pytest.fixture(scope="module")
def faces():
    return make_faces()


@pytest.fixture(scope="module")
def trained(faces, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "r"
    fit(faces, Run(folder, {"model": "appearance"}), TINY)
    return folder


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


# --- what it learns


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


def test_the_trunk_computes_what_the_landmark_network_did(faces, tmp_path):
    from mien.lab.landmarks.exporting import export as export_landmarks

    torch.manual_seed(0)
    teacher = LandmarkNet()
    for module in teacher.modules():  # norms that are not the identity
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.uniform_(-0.2, 0.2)
            module.running_var.uniform_(0.5, 2)
    (tmp_path / "run").mkdir()
    torch.save({"ema": {"shadow": teacher.state_dict()}}, tmp_path / "run" / "best.pt")
    file = export_landmarks(tmp_path / "run", tmp_path / "landmarks.onnx")
    net = AppearanceNet()
    assert begin_from(net, file) == 18
    batch = make_batch(faces, np.arange(6), None)
    head, face = torch.from_numpy(batch.head), torch.from_numpy(batch.face)
    settle(net, head, face)
    teacher.eval()
    with torch.inference_mode():
        x = ((face.permute(0, 3, 1, 2).float() - 127.5) / 64).contiguous(memory_format=torch.channels_last)
        wanted = teacher.layers[: len(net.layers)](teacher.stem(x))
        found = net.layers(net.stem(x))
    assert torch.allclose(found, wanted, rtol=1e-3, atol=1e-3)


def test_shipped_networks_are_a_start_and_the_detector_is_none():
    from mien.models import manifest

    paths = {m.name: m.path for m in manifest()}
    for name in ("face-landmarks", "appearance"):
        assert begin_from(AppearanceNet(), paths[name]) == 18
    with pytest.raises(DataError, match="not landmarks"):
        begin_from(AppearanceNet(), paths["face-detector"])


def test_hair_colour_is_learnt(faces, tmp_path):
    recipe = replace(TINY, epochs=2, steps=8, batch=12, lr=3e-3, ema=0.7)
    run = Run(tmp_path / "run", {"model": "appearance"})
    measures = fit(faces, run, recipe, start="shipped")
    assert measures["portraits.hair_colour"] > 0.8
    losses = [row["loss"] for row in run.history()]
    assert losses[-1] < losses[0]


def test_a_stopped_run_goes_on_as_if_it_had_not_been(faces, trained, tmp_path):
    folder = tmp_path / "stopped"
    fit(faces, Run(folder, {"model": "appearance"}), replace(TINY, epochs=2, steps=2))
    state = torch.load(folder / "last.pt", weights_only=False)
    again = tmp_path / "again"
    run = Run(again, {"model": "appearance"})
    original = Run.save

    def die_after_first(self, state, *, best=False):
        original(self, state, best=best)
        if state["epoch"] == 0:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Run, "save", die_after_first)
        with pytest.raises(KeyboardInterrupt):
            fit(faces, run, TINY)
    fit(faces, Run(again, {"model": "appearance"}), TINY)
    resumed = torch.load(again / "last.pt", weights_only=False)
    for key, value in state["net"].items():
        assert torch.allclose(value.float(), resumed["net"][key].float(), atol=1e-5), key


# --- what it learns from the teacher


@pytest.fixture(scope="module")
def lite_file(tmp_path_factory):
    """Chance weights in the form of the port's state dict, with the classifier that the trunk leaves out."""
    torch.manual_seed(0)
    file = tmp_path_factory.mktemp("lite") / "lite.pth"
    torch.save(Lite().state_dict() | {"_fc.weight": torch.zeros(2, 2)}, file)
    return file


def test_the_teachers_trunk_has_the_shape_of_efficientnet_lite0(lite_file):
    lite = load_lite(lite_file)
    assert sum(p.numel() for p in lite.parameters()) == 4_652_008 - 1_281_000 - 412_160  # less classifier and last 1x1
    with torch.inference_mode():
        early = lite.early(torch.zeros(1, 224, 224, 3, dtype=torch.uint8))
        assert early.shape == (1, EARLY_CHANNELS, 14, 14)
        assert lite.late()(early).shape == (1, CHANNELS, 7, 7)


def test_another_file_is_no_teacher(tmp_path, trained):
    with pytest.raises(DataError, match="no such file"):
        load_lite(tmp_path / "none.pth")
    with pytest.raises(DataError, match="not the weights of EfficientNet-Lite0"):
        load_lite(trained / "last.pt")


def test_the_first_view_is_as_at_run_time_and_labels_go_along(faces, lite_file, monkeypatch):
    monkeypatch.setattr("mien.lab.appearance.views.COLOURLESS", 1.0)
    seen = make_all_views(faces, np.array([0, 1]), load_lite(lite_file), 0)
    assert seen.rows.tolist() == [0] * OTHER_VIEWS + [1] * LABELLED_VIEWS
    assert np.array_equal(seen.head[0], make_views(faces, 0, None)[0])
    colour = seen.labels[:, list(TRAITS).index("hair_colour")]
    assert colour.tolist() == [-1, DARK if 1 % 2 == 0 else FAIR, *[TRAITS["hair_colour"].index("-")] * 2]
    assert (seen.head[-1][..., 0] == seen.head[-1][..., 1]).mean() > 0.7  # without colour, but for a sepia tint


def test_lessons_are_made_once_and_mirror_with_their_view(faces, lite_file, tmp_path):
    rows = np.array([i for i in range(len(faces)) if not faces.held[i]])[:8]
    weights = class_weights(faces, rows, 0.0)
    args = (faces, rows, np.ones(8), lite_file, weights, tmp_path, 0, Tuning(heads=1, steps=3, warmup=1))
    first, again = school(*args), school(*args)
    assert np.array_equal(first.logits, again.logits)
    assert first.seen_head.shape == (len(first), SEEN, 5, 5)
    for item in taught_batches(faces, first, np.ones(len(first)), 16, 3, np.random.default_rng(0)):
        assert item.batch.head.shape == (16, 160, 160, 3)
        for seen in item.seen_face:
            assert any(np.allclose(seen, m) or np.allclose(seen, m[..., ::-1]) for m in first.seen_face)


def test_a_pupil_is_drawn_to_its_teachers_answers(faces, lite_file, tmp_path, monkeypatch):
    monkeypatch.setattr("mien.lab.appearance.distil.Tuning", lambda: Tuning(heads=1, steps=3, warmup=1))
    recipe = replace(TINY, epochs=2, steps=4, batch=8, lr=3e-3)
    run = Run(tmp_path / "run", {"model": "appearance"})
    fit(faces, run, recipe, teacher=lite_file)
    losses = [row["loss"] for row in run.history()]
    assert losses[-1] < losses[0]
    assert (tmp_path / "run" / "lessons.npz").exists()


# --- what ships


def test_a_face_and_its_mirror_image_get_the_same_answers(faces):
    net = Mirrored(AppearanceNet().eval())
    batch = make_batch(faces, np.arange(3), None)
    head, face = torch.from_numpy(batch.head), torch.from_numpy(batch.face)
    with torch.inference_mode():
        assert torch.allclose(net(head, face), net(head.flip(2), face.flip(2)), atol=1e-5)


def test_the_weights_of_rare_codes_are_taken_out_again():
    net = AppearanceNet()
    before = net.answers.bias.detach().clone()
    weights = {trait: torch.linspace(0.5, 4, len(codes)) for trait, codes in ANSWERS.items()}
    unweigh(net, weights)
    moved = split((before - net.answers.bias.detach())[None])
    assert torch.allclose(moved["glasses"][0].exp(), weights["glasses"], rtol=1e-4)


def test_a_temperature_undoes_overconfidence():
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 1, (4000, 3)).astype(np.float32)
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    targets = np.array([rng.choice(3, p=row) for row in p])
    assert temperature(3 * logits, targets) == pytest.approx(3, rel=0.15)
    assert temperature(logits[:5], targets[:5]) == 1.0


def test_an_exported_run_says_what_the_network_says(faces, trained, tmp_path):
    file = export(trained, tmp_path / "a.onnx")
    batch = make_batch(faces, np.arange(5), None)
    said = AppearanceReader(file).probabilities(batch.head, batch.face)
    net, weights = load_net(trained)
    unweigh(net, weights)
    with torch.inference_mode():
        wanted = split(Mirrored(net)(torch.from_numpy(batch.head), torch.from_numpy(batch.face)))
    for i, row in enumerate(said):
        for trait, chances in row.items():
            assert list(chances) == list(ANSWERS[trait])
            assert np.allclose(list(chances.values()), wanted[trait][i].softmax(0), atol=1e-4)


def test_a_shipped_file_is_calibrated_in_int8_and_measured(faces, trained, tmp_path, monkeypatch):
    monkeypatch.setattr("mien.lab.appearance.exporting.load", lambda *_: faces)
    monkeypatch.setattr("mien.lab.appearance.measuring.load", lambda *_: faces)
    file = export(trained, tmp_path / "small.onnx", data="there")
    exact = export(trained, tmp_path / "exact.onnx")
    assert file.stat().st_size < 0.5 * exact.stat().st_size
    assert file.stat().st_size < 3_000_000
    result = evaluate(file, "there")
    held = [i for i in range(len(faces)) if faces.held[i] and faces.labels[i]]
    assert result["faces"] == len(held)
    row = result["traits"]["portraits.glasses"]
    assert row["gap"] == pytest.approx(row["agreement"] - row["labellers"], abs=1e-4)
    assert set(result["groups"]) >= {"White", "Black", "male", "female", "tone 1-3"}
    assert set(result["colours"]["portraits"]) == {
        "n", "as photographed", "neutral light", "whole rule", "network alone",
    }  # fmt: skip
    assert "utkface adults" in result["presentation"]


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


def test_a_run_of_something_else_cannot_be_exported(tmp_path):
    with pytest.raises(DataError, match="train first"):
        export(tmp_path, tmp_path / "x.onnx")
    torch.save({"ema": {"shadow": {}}, "weights": {}}, tmp_path / "last.pt")
    with pytest.raises(DataError, match="not a checkpoint of the appearance network"):
        export(tmp_path, tmp_path / "x.onnx")
