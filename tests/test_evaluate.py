"""`mien lab evaluate` as a whole: a model whose answers are known, on data whose truth is known."""

import json
import re

import numpy as np
import pytest
from PIL import Image

from mien import DataError, ModelError
from mien.types import LABELS

torch = pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")
pytest.importorskip("onnx", reason="the tests' models need onnx: pip install 'mien[lab]'")
torch.set_num_threads(1)

from answering_model import CODES, answers, confidence, face_saying, write_faces, write_model  # noqa: E402
from mien.lab.data import FaceSet, load_faces  # noqa: E402
from mien.lab.expression import evaluate as module  # noqa: E402
from mien.lab.expression.evaluate import assess, evaluate  # noqa: E402
from mien.lab.expression.report import report, write_report  # noqa: E402

ROWS = [
    ("happiness", "happiness", 60, "PublicTest"),
    ("happiness", "happiness", 40, "PublicTest"),
    ("happiness", "neutral", 30, "PublicTest"),
    ("sadness", "sadness", 50, "PublicTest"),
    ("sadness", "neutral", 20, "PublicTest"),
    ("anger", "anger", 10, "PublicTest"),
    ("neutral", "neutral", 60, "Training"),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_faces(tmp_path_factory.mktemp("data") / "fer2013.csv", ROWS)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    calibration = {"log_prior": [0.0] * 8, "unsure_below": 0.4}
    return write_model(tmp_path_factory.mktemp("models") / "known.onnx", LABELS, calibration=calibration)


def test_every_figure_of_known_answers(model, data):
    figures = evaluate(model, data, "fer2013")
    assert figures["n"] == 6
    assert figures["accuracy"] == pytest.approx(4 / 6, abs=1e-4)
    assert figures["balanced_accuracy"] == pytest.approx((2 / 3 + 1 / 2 + 1) / 3, abs=1e-4)
    assert figures["by_class"]["happiness"]["recall"] == pytest.approx(0.6667)
    assert figures["confusion"][LABELS.index("happiness")][LABELS.index("neutral")] == 1
    assert {(c["truth"], c["predicted"]) for c in figures["top_confusions"]} == {
        ("happiness", "neutral"), ("sadness", "neutral"),
    }  # fmt: skip
    right = [confidence(s, 7) for s in (60, 40, 50, 10)]
    wrong = [(1 - confidence(s, 7)) / 6 for s in (30, 20)]
    assert figures["nll"] == pytest.approx(-np.log([*right, *wrong]).mean(), abs=1e-3)
    assert figures["abstention"]["n_unsure"] == 1  # the weakest answer, to anger
    assert figures["abstention"]["accuracy_answered"] == pytest.approx(3 / 5)
    assert figures["risk_coverage"]["accuracy_at"]["0.5"] == 1.0
    assert figures["kl_to_votes"] is None
    assert figures["latency_ms"]["median"] > 0
    assert figures["latency_ms"]["upright_median"] > 0
    assert set(figures["intervals"]) == {"accuracy", "balanced_accuracy", "macro_f1", "ece", "brier", "nll"}


def test_the_result_is_json_and_the_same_every_time(model, data):
    first, second = (evaluate(model, data, "fer2013") for _ in range(2))
    for figures in (first, second):
        figures.pop("latency_ms")
    assert first == json.loads(json.dumps(second, allow_nan=False))


def test_contempt_is_never_answered_under_fer2013(model, tmp_path):
    rows = [("happiness", "contempt", 60, "PublicTest"), ("happiness", "happiness", 60, "PublicTest")]
    path = write_faces(tmp_path / "fer2013.csv", rows)
    evaluation = assess(model, path, "fer2013")
    assert evaluation.probabilities[:, LABELS.index("contempt")].tolist() == [0, 0]
    assert evaluation.probabilities.sum(1) == pytest.approx(1)


def test_labels_equals_fer2013_on_its_data_when_all_classes_occur(model, tmp_path):
    rows = [(name, "contempt" if i % 2 else name, 10 * i, "PublicTest") for i, name in enumerate(CODES)]
    path = write_faces(tmp_path / "fer2013.csv", rows)
    one, other = (evaluate(model, path, protocol) for protocol in ("fer2013", "labels"))
    for name in ("accuracy", "balanced_accuracy", "ece", "brier", "nll", "confusion"):
        assert one[name] == other[name]


def face_set(labels, says, classes, groups=None, votes=None, model_labels=None):
    faces = [face_saying(answers(name, 60, model_labels or classes), i) for i, name in enumerate(says)]
    return FaceSet(
        np.stack(faces),
        np.full((len(says), 10), np.nan, np.float32) if votes is None else np.array(votes, np.float32),
        np.array([classes.index(name) if name else -1 for name in labels]),
        np.full(len(says), "PublicTest"),
        [str(i) for i in range(len(says))],
        classes,
        groups or {},
    )


@pytest.fixture
def given(monkeypatch):
    """Let `evaluate` find this set wherever it looks."""
    return lambda faces: monkeypatch.setattr(module, "load_faces", lambda path, progress=None: faces)


def test_own_classes_are_matched_by_name(tmp_path, given):
    model = write_model(tmp_path / "own.onnx", ["BORED", "awake", "happiness"])
    says = ["bored", "bored", "awake", "happy"]
    given(face_set(["bored", "awake", "awake", "happy"], says, ("bored", "awake", "happy")))
    figures = evaluate(model, "any", "labels")
    assert figures["labels"] == ["BORED", "awake", "happiness"]
    assert figures["accuracy"] == 0.75
    assert figures["by_class"]["awake"]["recall"] == 0.5


def test_votes_are_judged_as_a_distribution(model, given):
    votes = [[6, 4, 0, 0, 0, 0, 0, 0, 0, 0], [0, 7, 3, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 10, 0]]
    given(face_set(["", "", ""], ["neutral", "neutral", "neutral"], LABELS, votes=votes))
    figures = evaluate(model, "any", "ferplus-votes")
    p = np.full(8, (1 - confidence(60, 8)) / 7)
    p[0] = confidence(60, 8)
    entropy = [-(0.6 * np.log(0.6) + 0.4 * np.log(0.4)), -(0.7 * np.log(0.7) + 0.3 * np.log(0.3))]
    loss = [-(0.6 * np.log(p[0]) + 0.4 * np.log(p[1])), -np.log(p[1])]
    assert figures["n"] == 2
    assert figures["accuracy"] == 0.5
    assert figures["nll"] == pytest.approx(np.mean(loss), abs=1e-3)
    assert figures["kl_to_votes"] == pytest.approx(np.mean(loss) - np.mean(entropy), abs=1e-3)
    assert figures["votes"]["expected_accuracy"] == pytest.approx((0.6 + 0) / 2)
    assert figures["votes"]["ceiling"] == pytest.approx(0.65)
    first = (p[0] - 0.6) ** 2 + (p[1] - 0.4) ** 2 + 6 * p[1] ** 2
    second = p[0] ** 2 + (p[1] - 0.7) ** 2 + (p[1] - 0.3) ** 2 + 5 * p[1] ** 2
    assert figures["brier"] == pytest.approx((first + second) / 2, abs=1e-3)


def test_faces_seen_in_training_or_twice_are_left_out(model, tmp_path):
    path = write_faces(tmp_path / "fer2013.csv", ROWS)
    lines = path.read_text().splitlines()
    leak = lines[1].replace("PublicTest", "Training")  # a face that is answered right
    path.write_text("\n".join([*lines, leak, lines[3]]))  # and one more time a face that is answered wrong
    clean = evaluate(model, path, "fer2013")["without_duplicates"]
    assert (clean["leaking"], clean["repeated"], clean["n"]) == (1, 1, 5)
    assert clean["accuracy"] == pytest.approx(3 / 5)


def test_groups_have_figures_of_their_own(model, given):
    says = ["happiness"] * 21 + ["neutral"] * 4
    age = np.array(["young"] * 21 + ["old"] * 3 + [""])
    given(face_set(["happiness"] * 25, says, LABELS, {"age": age, "light": np.full(25, "day")}))
    groups = evaluate(model, "any", "fer2013")["groups"]
    assert set(groups) == {"age", "light"}
    assert groups["age"]["young"]["accuracy"] == 1.0
    assert not groups["age"]["young"]["small"]
    assert groups["age"]["old"] == {**groups["age"]["old"], "accuracy": 0.0, "n": 3, "small": True}
    assert groups["age"]["unknown"]["n"] == 1
    assert set(evaluate(model, "any", "fer2013", by=["light"])["groups"]) == {"light"}
    with pytest.raises(DataError, match="no column 'shoes': it has age, light"):
        evaluate(model, "any", "fer2013", by=["shoes"])


def test_the_prior_can_be_chosen(data, tmp_path):
    prior = [0.0, 10.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]  # almost everything is happiness
    model = write_model(tmp_path / "p.onnx", LABELS, calibration={"log_prior": prior, "prior_share": 1.0})
    assert evaluate(model, data, "fer2013", prior=0)["accuracy"] == pytest.approx(4 / 6, abs=1e-4)
    assert evaluate(model, data, "fer2013")["accuracy"] == 0.5
    with pytest.raises(DataError, match=r"expected 0 .* to 1"):
        evaluate(model, data, "fer2013", prior=3)


def test_a_run_and_its_checkpoints_are_evaluated(tmp_path):
    from made_up_faces import write_fer2013
    from mien.lab.expression.settings import Settings
    from mien.lab.expression.train import train

    data = write_fer2013(tmp_path / "fer2013.csv", {"Training": 64, "PublicTest": 24})
    settings = Settings(network="tiny_network:make_small", epochs=4, batch=16, learning_rate=0.05, precision="fp32",
                        preprocess=("equalise",))  # fmt: skip
    run = train(data, tmp_path / "run", settings)
    best, last = evaluate(run, data, "fer2013"), evaluate(run / "last.pt", data, "fer2013")
    assert best["accuracy"] > 0.8
    assert best["accuracy"] == pytest.approx(max(json.loads(line)["accuracy"] for line in (run / "log.jsonl").open()))
    assert best["identity"]["preprocess"] == ["equalise"]
    assert best["labels"] == last["labels"] == list(LABELS)
    with pytest.raises(DataError, match=r"gone\.pt"):
        evaluate(run / "gone.pt", data, "fer2013")


def test_the_command_prints_one_json_object(cli, model, data):
    code, out, err = cli("lab", "evaluate", model, "--data", data, "--protocol", "fer2013", "--json")
    figures = json.loads(out)
    assert (code, err, out.count("\n")) == (0, "", 1)
    promised = {"accuracy", "balanced_accuracy", "macro_f1", "ece", "n", "by_class", "labels", "confusion"}
    assert promised <= set(figures)


def test_the_command_prints_figures_for_people(cli, model, data, tmp_path):
    page = tmp_path / "r.html"
    words = ["--data", data, "--protocol", "fer2013", "--prior", "uniform", "--out", page]
    code, out, _ = cli("lab", "evaluate", model, *words)
    assert code == 0
    assert "6 faces" in out
    assert re.search(r"accuracy +0\.6667 +95 %: 0\.\d+ to 1\.0", out)
    assert "Fewer than 20 faces" in out
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_shipped_command_line_repeats_the_evaluation(cli, model, data):
    first = json.loads(cli("lab", "evaluate", model, "--data", data, "--protocol", "fer2013", "--json")[1])
    again = json.loads(cli(*first["command"].split()[1:], "--json")[1])
    assert again["confusion"] == first["confusion"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--protocol", "fer2013", "--prior", "much"], "natural, uniform"),
        (["--protocol", "fer2013", "--prior", "1.5"], "between 0 and 1"),
        (["--protocol", "fer2013", "--by", "age"], "no column 'age'"),
        (["--protocol", "fer2013", "--out", "nowhere/r.html"], "nowhere"),
        (["--protocol", "guess"], "choose one of"),
        (["--protocol", "ferplus-votes"], "votes"),
        (["--protocol", "fer2013", "--split", "PrivateTest"], "PrivateTest"),
    ],
)
def test_what_goes_wrong_is_said_in_one_line(cli, model, data, tmp_path, monkeypatch, words, says):
    monkeypatch.chdir(tmp_path)
    code, _, err = cli("lab", "evaluate", model, "--data", data, *words)
    assert code == 2
    assert says in err
    assert len(err.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_no_model_is_refused(data, tmp_path):
    (tmp_path / "x.onnx").write_bytes(b"nothing")
    with pytest.raises(ModelError, match=r"x\.onnx"):
        evaluate(tmp_path / "x.onnx", data, "fer2013")


def test_the_report_shows_figures_and_mistakes(model, data, tmp_path):
    evaluation = assess(model, data, "fer2013")
    html = write_report(tmp_path / "r.html", evaluation).read_text(encoding="utf-8")
    assert "66.7 %" in html
    assert "happiness taken for neutral: 1 faces" in html
    assert html.count("<img") == 2  # two mistakes, two faces
    assert evaluation.figures["identity"]["sha256"] in html
    assert "mien lab evaluate" in html
    assert "contempt is not one of its" in html


def test_the_report_of_a_perfect_model_and_of_votes(model, given):
    votes = [[0, 10, 0, 0, 0, 0, 0, 0, 0, 0], [0, 6, 4, 0, 0, 0, 0, 0, 0, 0]]
    given(face_set(["", ""], ["happiness", "happiness"], LABELS, {"<i>": np.array(["<b>", ""])}, votes))
    html = report(assess(model, "any", "ferplus-votes"))
    assert "There are none." in html
    assert "agrees with the answer on 80.0 %" in html
    assert "<b>" not in html
    assert "By &lt;i&gt;" in html


def test_shipped_reads_a_folder_of_pictures(cli, tmp_path):
    rng = np.random.default_rng(0)
    for name in ("happy", "sad"):
        folder = tmp_path / "faces" / "test" / name
        folder.mkdir(parents=True)
        for i in range(3):
            Image.fromarray(rng.integers(0, 256, (60, 60), dtype=np.uint8)).save(folder / f"{i}.png")
    assert len(load_faces(tmp_path / "faces")) == 6
    words = ["--data", tmp_path / "faces", "--protocol", "labels", "--split", "PrivateTest", "--json"]
    code, out, _ = cli("lab", "evaluate", "shipped", *words)
    figures = json.loads(out)
    assert code == 0
    assert figures["n"] == 6
    assert {c["predicted"] for c in figures["top_confusions"]} <= {"happiness", "sadness"}
