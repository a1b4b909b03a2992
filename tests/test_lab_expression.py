"""The expression lab on tiny made-up faces: it measures right."""

import numpy as np
import pytest

from made_up_faces import write_fer2013
from mien import DataError, ModelError
from mien.expression.recogniser import Calibration, Recogniser, prepare
from mien.lab.expression.measure import calibration_error, confusion, measure

torch = pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")
pytest.importorskip("onnx", reason="the lab's export needs onnx: pip install 'mien[lab]'")
torch.set_num_threads(1)

from mien.lab.expression.evaluate import evaluate  # noqa: E402
from mien.lab.expression.train import Settings, train  # noqa: E402
from mien.lab.expression.watch import Silent  # noqa: E402

SETTINGS = Settings(network="tiny_network:make", epochs=1, batch=16, learning_rate=0.05, precision="fp32")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_fer2013(tmp_path_factory.mktemp("data") / "fer2013.csv", {"Training": 96, "PublicTest": 40})


@pytest.fixture(scope="module")
def run(data, tmp_path_factory):
    return train(data, tmp_path_factory.mktemp("runs") / "whole", SETTINGS, Silent())


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
