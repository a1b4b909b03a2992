"""Ensembles: one file answers with the mean of its members, says what that gains, and refuses strangers."""

import json

import numpy as np
import pytest

from made_up_faces import HAPPY, made_up_faces, write_fer2013
from mien import DataError
from mien.expression.recogniser import Recogniser
from mien.types import LABELS

torch = pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")
pytest.importorskip("onnx", reason="the lab's export needs onnx: pip install 'mien[lab]'")
torch.set_num_threads(1)
pytestmark = pytest.mark.usefixtures("no_curves")

from mien.lab.data import FaceSet, combine, load_faces  # noqa: E402
from mien.lab.expression.ensemble import ensemble  # noqa: E402
from mien.lab.expression.export import export  # noqa: E402
from mien.lab.expression.settings import Settings  # noqa: E402
from mien.lab.expression.train import train  # noqa: E402
from mien.lab.expression.watch import Silent  # noqa: E402

SETTINGS = Settings(
    network="tiny_network:make_small", epochs=2, batch=16, learning_rate=0.02, precision="fp32", augment="none",
    mixup=0.0,
)  # fmt: skip


def changed(**changes):
    return Settings(**{**SETTINGS.config(), **changes})


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_fer2013(tmp_path_factory.mktemp("data") / "fer2013.csv", {"Training": 64, "PublicTest": 60})


@pytest.fixture(scope="module")
def runs(data, tmp_path_factory):
    """Three seeds of a network, one of them trained with the prior inside its logits and at another size."""
    folder = tmp_path_factory.mktemp("runs")
    ways = {"a": {}, "b": {"seed": 1}, "c": {"seed": 2, "balance": "none", "preprocess": ["normalise:unit"]}}
    return [train(data, folder / name, changed(**way), Silent()) for name, way in ways.items()]


def calibrated(path):
    """The members' own files are calibrated on the same faces with the same share of the prior."""
    faces, _ = made_up_faces(np.random.default_rng(9), 50)
    return Recogniser(path).probabilities(faces)


def sharpened(recogniser, p):
    """What the ensemble's own temperature makes of the mean of its members."""
    logits = np.log(p) / recogniser.calibration.temperature
    return np.exp(logits) / np.exp(logits).sum(1, keepdims=True)


@pytest.mark.parametrize("mean", ["arithmetic", "geometric"])
def test_an_ensemble_answers_with_the_mean_of_its_members(runs, tmp_path, mean):
    ensemble(runs, tmp_path / "e.onnx", mean=mean)
    alone = [calibrated(export(run, tmp_path / f"{run.name}.onnx")) for run in runs]
    wanted = np.mean(alone, 0) if mean == "arithmetic" else np.exp(np.mean(np.log(alone), 0))
    assert np.allclose(calibrated(tmp_path / "e.onnx"), sharpened(Recogniser(tmp_path / "e.onnx"), wanted), atol=1e-3)


def test_runs_files_and_the_shipped_model_can_be_joined(data, tmp_path):
    run = train(data, tmp_path / "a", changed(preprocess=Recogniser().preprocess.spec()), Silent())
    file = export(run, tmp_path / "b.onnx", card=False)
    report = ensemble([run, file, run / "last.pt", "shipped"], tmp_path / "e.onnx", data)
    assert [row["name"] for row in report["members"]] == ["a", "b.onnx", "a/last.pt", "shipped"]
    assert Recogniser(tmp_path / "e.onnx").labels == LABELS


def test_an_ensemble_can_be_a_member_of_another(runs, tmp_path):
    """Its logits hold a share of the prior already, which must not be added twice."""
    ensemble(runs[:2], tmp_path / "inner.onnx")
    ensemble([tmp_path / "inner.onnx", tmp_path / "inner.onnx"], tmp_path / "outer.onnx", runs_data(runs))
    inner, outer = calibrated(tmp_path / "inner.onnx"), calibrated(tmp_path / "outer.onnx")
    assert np.allclose(inner, outer, atol=0.02)


def runs_data(runs):
    return json.loads((runs[0] / "config.json").read_text()) and torch.load(runs[0] / "best.pt")["data"]


def test_the_report_counts_what_the_command_measures(runs, data, tmp_path, cli):
    code, out, _ = cli("lab", "ensemble", *runs, "--out", tmp_path / "e.onnx", "--prior-share", "1", "--json")
    assert code == 0
    report = json.loads(out)
    valid = load_faces(data).only("PublicTest")
    right = Recogniser(tmp_path / "e.onnx").probabilities(valid.images).argmax(1) == valid.labels
    assert report["ensemble"]["accuracy"] == pytest.approx(right.mean(), abs=1e-4)
    best = max(row["accuracy"] for row in report["members"])
    assert report["gain"] == pytest.approx(report["ensemble"]["accuracy"] - best, abs=1e-4)
    n = report["ensemble"]["n"]
    assert report["mended"] - report["spoilt"] == round(report["gain"] * n)


def grainy_faces(count, seed, split):
    """Faces so noisy that a network taught by few of them is often wrong."""
    rng = np.random.default_rng(seed)
    images, codes = made_up_faces(rng, count)
    images = np.clip(0.5 * images + rng.normal(90, 60, images.shape), 0, 255).astype(np.uint8)
    labels = np.where(codes == HAPPY, LABELS.index("happiness"), LABELS.index("sadness"))
    votes = np.full((count, 10), np.nan, np.float32)
    return FaceSet(images, votes, labels, np.full(count, split), [f"{i}.png" for i in range(count)])


def test_members_taught_by_different_faces_are_better_together_than_on_average(tmp_path):
    judged = grainy_faces(400, 0, "PublicTest")
    runs = [
        train(
            combine([grainy_faces(60, seed, "Training"), judged]),
            tmp_path / str(seed),
            changed(seed=seed, epochs=6),
            Silent(),
        )
        for seed in (1, 2, 3)
    ]
    report = ensemble(runs, tmp_path / "e.onnx", judged, card=False)
    alone = [row["accuracy"] for row in report["members"]]
    assert 0.6 < np.mean(alone) < 0.95, "else there is nothing to gain"
    assert report["ensemble"]["accuracy"] > np.mean(alone) + 0.02


def test_a_card_names_the_members(runs, data, tmp_path):
    ensemble(runs, tmp_path / "e.onnx")
    text = (tmp_path / "e.md").read_text(encoding="utf-8")
    assert "| a | tiny_network:make_small |" in text
    assert "`fer2013.csv`" in text
    assert str(data.parent) not in text


@pytest.mark.parametrize(
    ("others", "says"),
    [
        ({"preprocess": ["equalise"]}, "pixel steps"),
        ({"classes": True}, "classes"),
        (None, "two models"),
    ],
)
def test_strangers_are_refused_in_one_line_and_nothing_is_written(runs, data, tmp_path, cli, others, says):
    models = [runs[0]]
    if others is not None and "classes" in others:
        images, codes = made_up_faces(np.random.default_rng(1), 40)
        split = np.where(np.arange(40) < 30, "Training", "PublicTest")
        votes = np.full((40, 10), np.nan, np.float32)
        own = FaceSet(images, votes, (codes == HAPPY).astype(np.int64), split, [""] * 40, ("frown", "grin"))
        models.append(train(own, tmp_path / "own", changed(epochs=1), Silent()))
    elif others is not None:
        models.append(train(data, tmp_path / "other", changed(epochs=1, **others), Silent()))
    before = sorted(tmp_path.iterdir())
    code, _, err = cli("lab", "ensemble", *models, "--out", tmp_path / "e.onnx")
    assert code == 2
    assert says in err
    assert len(err.strip().splitlines()) == 1
    assert sorted(tmp_path.iterdir()) == before


def test_a_mean_of_ones_own_invention_is_refused(runs, tmp_path):
    with pytest.raises(DataError, match="harmonic"):
        ensemble(runs, tmp_path / "e.onnx", mean="harmonic")
