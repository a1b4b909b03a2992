"""The expression lab on tiny made-up faces: it learns, resumes exactly, exports truthfully, and measures right."""

import csv
import json

import numpy as np
import pytest

from mien import DataError, ModelError
from mien.expression.recogniser import Calibration, Recogniser, prepare
from mien.lab.expression.measure import calibration_error, confusion, measure
from mien.types import LABELS

torch = pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")
pytest.importorskip("onnx", reason="the lab's export needs onnx: pip install 'mien[lab]'")
torch.set_num_threads(1)

from mien.lab.expression.evaluate import evaluate  # noqa: E402
from mien.lab.expression.export import export, load_run  # noqa: E402
from mien.lab.expression.train import Settings, soft_loss, train  # noqa: E402

SETTINGS = Settings(network="mobile", epochs=3, batch=16, learning_rate=0.05, bf16=False)


def made_up_faces(rng, count):
    """Mouths of bright pixels, bent up or down: happiness (code 3) or sadness (code 4)."""
    codes = rng.integers(3, 5, count)
    faces = rng.integers(90, 130, (count, 48, 48))
    for face, code in zip(faces, codes, strict=True):
        for x in range(12, 36):
            bend = (x - 24) ** 2 // 14
            y = 38 - bend if code == 3 else 28 + bend
            face[y : y + 4, x] = 250
    return faces.astype(np.uint8), codes


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "fer2013.csv"
    rng = np.random.default_rng(1)
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["emotion", "pixels", "Usage"])
        for usage, count in (("Training", 96), ("PublicTest", 40)):
            for face, code in zip(*made_up_faces(rng, count), strict=True):
                rows.writerow([code, " ".join(map(str, face.ravel())), usage])
    return path


@pytest.fixture(scope="module")
def run(data, tmp_path_factory):
    return train(data, tmp_path_factory.mktemp("runs") / "whole", SETTINGS)


def test_training_learns_and_logs_every_epoch(run):
    rows = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    assert [row["epoch"] for row in rows] == [1, 2, 3]
    assert rows[-1]["loss"] < rows[0]["loss"]


def test_a_run_stopped_midway_ends_where_an_uninterrupted_one_does(run, data, tmp_path, monkeypatch):
    from mien.lab.expression import train as module

    whole = module.Trainer.train_epoch

    def killed_in_the_second(self, progress):
        if self.epoch == 1:
            raise KeyboardInterrupt
        return whole(self, progress)

    monkeypatch.setattr(module.Trainer, "train_epoch", killed_in_the_second)
    with pytest.raises(KeyboardInterrupt):
        train(data, tmp_path / "stopped", SETTINGS)
    monkeypatch.setattr(module.Trainer, "train_epoch", whole)
    resumed = train(data, tmp_path / "stopped", SETTINGS)
    a, b = (load_run(folder, "last.pt")[1]["net"] for folder in (run, resumed))
    assert all(torch.equal(a[key], b[key]) for key in a)


def test_a_run_with_other_settings_is_not_mixed_into_the_folder(run, data):
    with pytest.raises(DataError, match="batch"):
        train(data, run, Settings(network="mobile", epochs=3, batch=8, learning_rate=0.05, bf16=False))


def test_an_exported_model_recognises_with_its_own_metadata(run, data, tmp_path):
    path = export(run, tmp_path / "my.onnx", data)
    recogniser = Recogniser(path)
    faces, _ = made_up_faces(np.random.default_rng(5), 20)
    probabilities = recogniser.probabilities(faces)
    assert recogniser.labels == LABELS
    assert probabilities.shape == (20, 8)
    assert np.allclose(probabilities.sum(1), 1, atol=1e-5)
    figures = evaluate(path, data, "fer2013")
    assert figures["n"] == 40
    assert figures["accuracy"] == pytest.approx(evaluate(run, data, "fer2013")["accuracy"], abs=0.051)


def test_eight_bits_answer_almost_like_thirty_two(run, data, tmp_path):
    full, small = export(run, tmp_path / "f.onnx", data), export(run, tmp_path / "s.onnx", data, int8=True)
    faces, _ = made_up_faces(np.random.default_rng(6), 30)
    a, b = Recogniser(full), Recogniser(small)
    assert small.stat().st_size < full.stat().st_size / 2
    assert a.meta == b.meta
    assert np.abs(a.probabilities(faces) - b.probabilities(faces)).max() < 0.1


def test_a_foreign_file_is_not_taken_for_a_model(tmp_path):
    (tmp_path / "x.onnx").write_bytes(b"not a model")
    with pytest.raises(ModelError, match="not a model"):
        Recogniser(tmp_path / "x.onnx")
    with pytest.raises(ModelError, match="no such"):
        Recogniser(tmp_path / "y.onnx")


def test_votes_are_needed_for_the_majority_protocol(run, data):
    with pytest.raises(DataError, match="votes"):
        evaluate(run, data, "ferplus-majority")
    with pytest.raises(DataError, match="protocol"):
        evaluate(run, data, "no-such")


def test_the_loss_is_least_for_the_true_distribution():
    prior = torch.tensor([0.7, 0.2, 0.1])
    target = torch.tensor([[0.5, 0.3, 0.2]])
    best = target.log() - prior.log()  # with the prior added, exactly the target
    losses = [
        float(soft_loss(best + shift, target, torch.ones(1), prior))
        for shift in (torch.zeros(3), torch.tensor([0.5, 0.0, 0.0]), torch.tensor([0.0, -0.5, 0.3]))
    ]
    assert losses[0] < min(losses[1:])


def test_figures_of_a_known_confusion():
    truth = np.array([0, 0, 0, 1])
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.2, 0.8]])
    figures = measure(probabilities, truth)
    assert figures["accuracy"] == 0.75
    assert figures["balanced_accuracy"] == pytest.approx((2 / 3 + 1) / 2)
    assert figures["macro_f1"] == pytest.approx((0.8 + 2 / 3) / 2)
    assert confusion(probabilities.argmax(1), truth, 2).tolist() == [[2, 1], [0, 1]]


def test_calibration_error_is_the_gap_between_confidence_and_accuracy():
    sure = np.tile([0.99, 0.01], (10, 1))
    assert calibration_error(sure, np.zeros(10, int)) == pytest.approx(0.01)
    assert calibration_error(sure, np.ones(10, int)) == pytest.approx(0.99)


def test_temperature_changes_confidence_but_no_answer():
    logits = np.random.default_rng(0).normal(0, 3, (50, 4)).astype(np.float32)
    cold, warm = (Calibration((0.0,) * 4, temperature=t).apply(logits) for t in (0.5, 3))
    assert (cold.argmax(1) == warm.argmax(1)).all()
    assert (cold.max(1) > warm.max(1)).all()


def test_crops_of_any_size_and_colour_become_what_the_network_sees():
    rng = np.random.default_rng(0)
    crops = [rng.integers(0, 256, shape, dtype=np.uint8) for shape in [(48, 48), (200, 150, 3), (5, 7), (1, 1, 3)]]
    faces = prepare(crops)
    assert faces.shape == (4, 48, 48)
    assert faces.dtype == np.uint8
    assert np.array_equal(faces[0], crops[0])
    assert prepare([]).shape == (0, 48, 48)
