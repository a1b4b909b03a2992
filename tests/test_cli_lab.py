"""`mien lab` from the command line: train, evaluate, export, use; and one line for what goes wrong."""

import csv
import json

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")
pytest.importorskip("onnx", reason="the lab's export needs onnx: pip install 'mien[lab]'")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "fer2013.csv"
    rng = np.random.default_rng(0)
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["emotion", "pixels", "Usage"])
        for i in range(48):
            face = rng.integers(0, 256, 48 * 48)
            rows.writerow([i % 7, " ".join(map(str, face)), "Training" if i < 32 else "PublicTest"])
    return path


@pytest.fixture(scope="module")
def run(data, tmp_path_factory):
    from mien.lab.expression.train import Settings, train

    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("runs") / "r"
    return train(data, folder, Settings(network="mobile", epochs=1, batch=8, learning_rate=0.01))


def test_a_run_is_trained_and_measured(cli, data, tmp_path):
    words = ["--data", data, "--network", "mobile", "--epochs", "1", "--batch", "8", "--threads", "1"]
    code, _, _ = cli("lab", "train", "expression", *words, "--out", tmp_path / "r")
    assert code == 0
    code, out, _ = cli("lab", "evaluate", tmp_path / "r", "--data", data, "--protocol", "fer2013", "--json")
    figures = json.loads(out)
    assert code == 0
    assert figures["n"] == 16
    assert {"accuracy", "balanced_accuracy", "macro_f1", "ece"} <= set(figures)
    assert sum(map(sum, figures["confusion"])) == 16


def test_the_shipped_model_is_measured_in_a_table(cli, data):
    code, out, _ = cli("lab", "evaluate", "shipped", "--data", data, "--protocol", "fer2013")
    assert code == 0
    assert "accuracy" in out
    assert "16 faces" in out


def test_an_exported_model_reads_photos(cli, run, data, tmp_path):
    from PIL import Image

    code, _, _ = cli("lab", "export", run, "--data", data, "--out", tmp_path / "my.onnx")
    assert code == 0
    Image.new("RGB", (64, 64), "white").save(tmp_path / "blank.png")
    code, out, _ = cli("photo", "--model", tmp_path / "my.onnx", "--json", tmp_path / "blank.png")
    assert code == 0
    assert json.loads(out)["faces"] == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["evaluate", "shipped", "--data", "nowhere"], "nowhere"),
        (["evaluate", "nowhere.onnx", "--data", "DATA", "--protocol", "fer2013"], "nowhere.onnx"),
        (["evaluate", "shipped", "--data", "DATA", "--protocol", "fer2013", "--split", "PrivateTest"], "PrivateTest"),
        (["evaluate", "shipped", "--data", "DATA"], "votes"),
        (["export", "nowhere", "--out", "x.onnx"], "nowhere"),
        (["train", "expression", "--data", "DATA", "--out", "r", "--network", "huge"], "huge"),
        (["train", "detector", "--data", "nowhere", "--out", "r"], "nowhere"),
        (["train", "landmarks", "--data", "nowhere", "--points", "p", "--out", "r"], "nowhere"),
        (["measure", "detector", "--data", "nowhere"], "nowhere"),
    ],
)
def test_what_goes_wrong_is_said_in_one_line(cli, data, tmp_path, monkeypatch, words, says):
    monkeypatch.chdir(tmp_path)
    code, _, err = cli("lab", *[data if word == "DATA" else word for word in words])
    assert code == 2
    assert says in err
    assert len(err.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir()), "something half-done was left behind"
