"""Training the appearance network: the landmark network's trunk, resuming, the teacher, export. On drawn faces, in
seconds."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from appearance_faces import DARK, FAIR, TINY, make_faces, one_thread  # noqa: E402
from mien.appearance import AppearanceReader  # noqa: E402
from mien.errors import DataError  # noqa: E402
from mien.lab.appearance import evaluate, export  # noqa: E402
from mien.lab.appearance.distil import school, taught_batches  # noqa: E402
from mien.lab.appearance.exporting import load_net, temperature, unweigh  # noqa: E402
from mien.lab.appearance.lite import CHANNELS, EARLY_CHANNELS, Lite, load_lite  # noqa: E402
from mien.lab.appearance.losses import class_weights  # noqa: E402
from mien.lab.appearance.net import ANSWERS, SEEN, AppearanceNet, Mirrored, split  # noqa: E402
from mien.lab.appearance.sample import make_batch, make_views  # noqa: E402
from mien.lab.appearance.start import begin_from, settle  # noqa: E402
from mien.lab.appearance.teacher import Tuning  # noqa: E402
from mien.lab.appearance.training import fit  # noqa: E402
from mien.lab.appearance.views import LABELLED_VIEWS, OTHER_VIEWS  # noqa: E402
from mien.lab.appearance.views import make_views as make_all_views  # noqa: E402
from mien.lab.landmarks.net import LandmarkNet  # noqa: E402
from mien.lab.run import Run  # noqa: E402
from mien.types import TRAITS  # noqa: E402


@pytest.fixture(scope="module", autouse=True)
def _one_thread():
    with one_thread():
        yield


@pytest.fixture(scope="module")
def faces():
    return make_faces()


@pytest.fixture(scope="module")
def trained(faces, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "r"
    fit(faces, Run(folder, {"model": "appearance"}), TINY)
    return folder


# --- what it learns


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


def test_a_run_of_something_else_cannot_be_exported(tmp_path):
    with pytest.raises(DataError, match="train first"):
        export(tmp_path, tmp_path / "x.onnx")
    torch.save({"ema": {"shadow": {}}, "weights": {}}, tmp_path / "last.pt")
    with pytest.raises(DataError, match="not a checkpoint of the appearance network"):
        export(tmp_path, tmp_path / "x.onnx")
