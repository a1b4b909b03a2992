"""The detector's lab: loss, training, export, measuring. Tiny pictures of discs that stand for faces."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from detector_scenes import POINTS, scene, write_scenes  # noqa: E402
from mien.errors import DataError  # noqa: E402
from mien.lab.detector import candidates, evaluate, export, train  # noqa: E402
from mien.lab.detector import data as ddata  # noqa: E402
from mien.lab.detector.augment import Mixer  # noqa: E402
from mien.lab.detector.calibrate import platt, recalibrate  # noqa: E402
from mien.lab.detector.data import load_all  # noqa: E402
from mien.lab.detector.loop import Trainer, collate, load_net  # noqa: E402
from mien.lab.detector.loss import assign, detection_loss, eiou_loss  # noqa: E402
from mien.lab.detector.measure import match, summarise, threshold_for  # noqa: E402
from mien.lab.detector.net import Net, Shape, cells, decode  # noqa: E402
from mien.lab.detector.onnx_file import export_int8, export_net  # noqa: E402
from mien.vision import detector as runtime  # noqa: E402

TINY = Shape(stem=(8, 8), widths=(8, 8, 8), blocks=(1, 1, 1), neck=8, head=16)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("detector") / "data"
    write_scenes(folder, 24)
    return folder


def run(data: Path, out: Path, **changes: object) -> Path:
    settings = {"epochs": 2, "epoch_samples": 16, "batch": 8, "side": 96, "shape": TINY, "loaders": 0}
    return train(data, out, **{**settings, **changes})  # type: ignore[arg-type]


# --- targets and loss


def targets_of(box: list[float], ignored: bool = False, side: int = 128) -> tuple[np.ndarray, np.ndarray]:
    centres, strides = cells(side, side)
    face, weight = assign(torch.tensor([box]), torch.tensor([ignored]), centres, strides)
    return face.numpy(), weight.numpy()


@pytest.mark.parametrize(("size", "stride"), [(12, 8), (60, 16), (110, 32)])
def test_a_face_is_asked_of_the_level_of_its_size(size: float, stride: int) -> None:
    face, weight = targets_of([60 - size / 2, 60 - size / 2, 60 + size / 2, 60 + size / 2])
    _, strides = cells(128, 128)
    assert set(strides[face >= 0].tolist()) == {float(stride)}
    assert (face >= 0).sum() >= 1
    assert weight[(face < 0)].mean() > 0.8


def test_nothing_is_asked_inside_an_ignored_face() -> None:
    face, weight = targets_of([32, 32, 64, 64], ignored=True)
    centres, _ = cells(128, 128)
    inside = ((centres > 32) & (centres < 64)).all(1).numpy()
    assert (face == -1).all()
    assert (weight[inside] == 0).all()
    assert (weight[~inside] == 1).mean() > 0.95


def test_eiou_is_zero_for_equal_boxes_and_grows_with_distance() -> None:
    box = torch.tensor([[0.0, 0, 10, 10]])
    far = [float(eiou_loss(box + shift, box)) for shift in (0, 2, 5, 20)]
    assert far[0] == pytest.approx(0, abs=1e-5)
    assert far == sorted(far)


def test_a_perfect_answer_costs_almost_nothing() -> None:
    centres, strides = cells(96, 96)
    box = torch.tensor([[20.0, 24, 44, 48]])
    points = torch.tensor(POINTS)[None] * 24 + torch.tensor([20.0, 24])
    face, _ = assign(box, torch.tensor([False]), centres, strides)
    logits = torch.where(face >= 0, 9.0, -9.0)
    unit = 2 * strides[:, None]
    sides = torch.cat([centres - box[0, :2], box[0, 2:] - centres], 1) / unit
    shapes = torch.cat([sides.clamp_min(1e-3).log(), ((points - centres[:, None]) / unit[..., None]).flatten(1)], 1)
    losses = detection_loss(logits[None], shapes[None], [(box, points, torch.tensor([False]))], (96, 96))
    assert float(losses["total"]) < 1e-3
    worse = detection_loss(-logits[None], shapes[None], [(box, points, torch.tensor([False]))], (96, 96))
    assert float(worse["score"]) > 1


def test_a_batch_without_faces_has_a_finite_loss() -> None:
    none = (torch.zeros(0, 4), torch.zeros(0, 5, 2), torch.zeros(0, dtype=torch.bool))
    n = len(cells(96, 96)[0])
    losses = detection_loss(torch.zeros(2, n), torch.zeros(2, n, 14), [none, none], (96, 96))
    assert all(torch.isfinite(v) for v in losses.values())


def test_the_lab_and_the_run_time_decode_alike() -> None:
    centres, strides = cells(64, 96)
    shapes = torch.randn(len(centres), 14, generator=torch.Generator().manual_seed(0))
    boxes, points = decode(shapes, centres, strides)
    rows = runtime.decode(shapes.numpy(), np.arange(len(centres)), 64, 96)
    assert rows[:, :4] == pytest.approx(boxes.numpy(), rel=1e-4, abs=1e-3)
    assert rows[:, 4:14] == pytest.approx(points.flatten(1).numpy(), rel=1e-4, abs=1e-3)


def test_loss_falls_on_a_micro_set() -> None:
    torch.manual_seed(0)
    mixer = Mixer.of([scene(i) for i in range(4)], side=96)
    batch = collate([mixer.sample(np.random.default_rng(i)) for i in range(8)])
    trainer = Trainer(Net(TINY), 60, 5e-3)
    losses = [float(trainer.learn(*batch)["total"].detach()) for _ in range(40)]
    assert losses[-1] < 0.5 * losses[0]


# --- runs


def test_a_resumed_run_equals_an_uninterrupted_one(data: Path, tmp_path: Path) -> None:
    whole = load_net(run(data, tmp_path / "whole")).state_dict()

    class Killed(Exception):
        pass

    def kill(_: object, row: dict[str, float]) -> None:
        if row["epoch"] == 0:
            raise Killed

    with pytest.raises(Killed):
        run(data, tmp_path / "cut", after_epoch=kill)
    resumed = load_net(run(data, tmp_path / "cut")).state_dict()
    assert all(torch.equal(whole[key], resumed[key]) for key in whole)
    assert len((tmp_path / "cut" / "log.jsonl").read_text().splitlines()) == 2


def test_a_run_folder_refuses_other_settings(data: Path, tmp_path: Path) -> None:
    run(data, tmp_path / "run", epochs=1)
    with pytest.raises(DataError, match="other settings"):
        run(data, tmp_path / "run", epochs=1, rate=1e-4)


def test_a_run_can_start_from_another(data: Path, tmp_path: Path) -> None:
    first = run(data, tmp_path / "first", epochs=1)
    second = run(data, tmp_path / "second", epochs=1, start=first, rate=0.0)
    a, b = load_net(first).state_dict(), load_net(second).state_dict()
    assert all(torch.allclose(a[k], b[k]) for k in a if k.endswith("weight"))


def test_missing_data_and_missing_runs_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nowhere"):
        run(tmp_path / "nowhere", tmp_path / "run")
    with pytest.raises(DataError, match="no finished epoch"):
        export(tmp_path / "none", tmp_path / "x.onnx")


# --- export and evaluation


def test_the_integer_version_answers_almost_like_the_exact_one(tmp_path: Path) -> None:
    import onnxruntime

    torch.manual_seed(0)
    mixer = Mixer.of([scene(i) for i in range(4)], side=96)
    trainer = Trainer(Net(TINY), 40, 5e-3)
    for i in range(20):  # a little training, so that scores differ
        trainer.learn(*collate([mixer.sample(np.random.default_rng([i, j])) for j in range(4)]))
    exact = export_net(trainer.net.eval(), tmp_path / "exact.onnx")
    small = export_int8(trainer.net, [scene(i).pixels for i in range(6)], tmp_path / "int8.onnx", side=160)
    assert small.stat().st_size < exact.stat().st_size * 2  # tiny nets are mostly graph
    sessions = [onnxruntime.InferenceSession(str(p), providers=["CPUExecutionProvider"]) for p in (exact, small)]
    assert "int8" in sessions[1].get_modelmeta().custom_metadata_map["mien"]
    feed = {"pictures": runtime.pad(scene(9).pixels)[None]}
    a, b = (s.run(None, feed)[0][0] for s in sessions)
    assert np.corrcoef(a, b)[0, 1] > 0.9


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Net, object]:
    import onnxruntime

    torch.manual_seed(1)
    net = Net(TINY).eval()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    path = export_net(net, tmp_path_factory.mktemp("export") / "net.onnx")
    return net, onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


@pytest.mark.parametrize("size", [(32, 32), (96, 160), (256, 320)])
def test_the_exported_network_equals_the_trained_one(exported: tuple[Net, object], size: tuple[int, int]) -> None:
    net, session = exported
    picture = np.random.default_rng(0).integers(0, 256, (1, *size, 3)).astype(np.uint8)
    scores, shapes = session.run(None, {"pictures": picture})  # type: ignore[attr-defined]
    with torch.no_grad():
        logits, wanted = net(torch.from_numpy(picture).permute(0, 3, 1, 2).float())
    assert scores == pytest.approx(logits.sigmoid().numpy(), abs=1e-4)
    assert shapes == pytest.approx(wanted.numpy(), abs=1e-3)


def test_the_exported_network_runs_in_the_detector(exported: tuple[Net, object], data: Path, tmp_path: Path) -> None:
    detector = runtime.Detector(exported[1])
    report = evaluate(detector, data, "validation")
    assert report["faces"][">=24"] > 0
    assert set(report["at 0.05 false"]["recall"]) <= set(report["faces"])
    pictures = load_all(data, data, split="train")[:3]
    faces, others = candidates(detector, pictures, tmp_path / "c.csv", lowest=0.0)
    lines = (tmp_path / "c.csv").read_text().splitlines()
    assert lines[0] == "image,x,y,w,h,score,is_face"
    assert len(lines) - 1 == faces + others


def test_a_run_is_exported_in_integers_when_data_is_given(data: Path, tmp_path: Path) -> None:
    from mien import models

    folder = run(data, tmp_path / "run", epochs=1)
    for out, precision, given in (("a.onnx", "float32", None), ("b.onnx", "int8", data)):
        session = models.session(export(folder, tmp_path / out, data=given))
        assert models.metadata(session)["precision"] == precision
        assert runtime.Detector(session).detect(scene(1).pixels, threshold=0.99) == []


def test_calibrated_scores_are_frequencies() -> None:
    rng = np.random.default_rng(0)
    truth = rng.uniform(0.02, 0.98, 20000)
    is_face = rng.random(20000) < truth
    logit = (np.log(truth / (1 - truth)) - 0.8) / 2.5  # what an overcautious detector would say
    scale, shift = platt((1 / (1 + np.exp(-logit))).astype(np.float32), is_face)
    assert (scale, shift) == pytest.approx((2.5, 0.8), abs=0.15)


def test_recalibrating_changes_the_score_and_nothing_else() -> None:
    torch.manual_seed(0)
    net, picture = Net(TINY).eval(), 255 * torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        before, shapes = net(picture)
        after, same = recalibrate(net, 2.0, -1.0)(picture)
    assert torch.allclose(after, 2 * before - 1, atol=1e-5)
    assert torch.equal(shapes, same)


def test_match_counts_found_missed_and_false() -> None:
    picture = scene(2)
    rows = np.zeros((3, 15), np.float32)
    rows[0, :5] = [*picture.boxes[0], 0.9]
    rows[1, :5] = [*picture.boxes[0], 0.8]  # a second box on the same face is no second find, but not false either
    rows[2, :5] = [130, 100, 12, 12, 0.4]
    scores, false = match(picture, rows)
    assert scores == pytest.approx([0.9, 0])
    assert false.tolist() == [False, False, True]


def test_threshold_for_leaves_the_allowed_number() -> None:
    scores = np.array([0.9, 0.8, 0.7, 0.6], np.float32)
    threshold = threshold_for(scores, 20, 0.1)
    assert (scores >= threshold).sum() == 2
    assert threshold_for(scores, 100, 0.1) == 0.0


def test_a_perfect_detector_scores_full_marks() -> None:
    pictures = [scene(i) for i in range(5)]
    found = []
    for picture in pictures:
        rows = np.zeros((len(picture.boxes), 15), np.float32)
        rows[:, :4], rows[:, 4] = picture.boxes, 0.99
        found.append(rows)
    report = summarise(pictures, found, thresholds=(0.5,))
    assert set(report["at score 0.5"]["recall"].values()) == {1.0}
    assert report["at score 0.5"]["false_a_picture"] == 0


def test_the_held_out_share_is_about_a_sixth() -> None:
    share = np.mean([ddata.held_out(f"picture_{i}.jpg") for i in range(3000)])
    assert share == pytest.approx(1 / 6, abs=0.03)
