"""Exported runs: the file answers as the checkpoint does, says what it is, and is refused when it cannot."""

import json
import re

import numpy as np
import pytest

import mien
from made_up_faces import HAPPY, made_up_faces, write_fer2013
from mien import DataError
from mien.expression.preprocess import Preprocess
from mien.expression.recogniser import Recogniser
from mien.types import LABELS

torch = pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")
onnx = pytest.importorskip("onnx", reason="the lab's export needs onnx: pip install 'mien[lab]'")
torch.set_num_threads(1)
pytestmark = pytest.mark.usefixtures("no_curves")

from mien.lab.data import FaceSet, load_faces  # noqa: E402
from mien.lab.expression import export as module  # noqa: E402
from mien.lab.expression.calibrate import calibrate, faces_over  # noqa: E402
from mien.lab.expression.classifiers import open_model  # noqa: E402
from mien.lab.expression.emoji_map import read_emoji_map  # noqa: E402
from mien.lab.expression.export import export, load_run, sweep  # noqa: E402
from mien.lab.expression.settings import Settings  # noqa: E402
from mien.lab.expression.train import train  # noqa: E402
from mien.lab.expression.validate import predict  # noqa: E402
from mien.lab.expression.watch import Silent  # noqa: E402

SETTINGS = Settings(
    network="tiny_network:make_small", epochs=6, batch=16, learning_rate=0.05, precision="fp32", augment="none",
    mixup=0.0,
)  # fmt: skip


def changed(**changes):
    return Settings(**{**SETTINGS.config(), **changes})


def face_set(count=120, classes=("frown", "grin"), voted=False, seed=3):
    """Faces in memory with classes of one's own, or with votes."""
    images, codes = made_up_faces(np.random.default_rng(seed), count)
    happy = codes == HAPPY
    votes = np.full((count, 10), np.nan, np.float32)
    labels = happy.astype(np.int64)
    if voted:
        classes, labels = LABELS, np.where(happy, LABELS.index("happiness"), LABELS.index("sadness"))
        votes[:] = 0
        votes[np.arange(count), labels] = 8
        votes[:, 0] += 2
    split = np.where(np.arange(count) % 3 == 2, "PublicTest", "Training")
    return FaceSet(images, votes, labels, split, [f"{i}.png" for i in range(count)], classes)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_fer2013(tmp_path_factory.mktemp("data") / "fer2013.csv", {"Training": 96, "PublicTest": 40})


@pytest.fixture(scope="module")
def run(data, tmp_path_factory):
    return train(data, tmp_path_factory.mktemp("runs") / "first", SETTINGS, Silent())


@pytest.fixture(scope="module")
def voted(tmp_path_factory):
    """A run with two heads."""
    return train(face_set(voted=True), tmp_path_factory.mktemp("runs") / "voted", SETTINGS, Silent())


def test_an_exported_model_recognises_as_its_checkpoint_does(run, tmp_path):
    path = export(run, tmp_path / "my.onnx", prior_share=1.0)
    faces, codes = made_up_faces(np.random.default_rng(5), 70)
    recogniser = Recogniser(path)
    assert recogniser.labels == LABELS
    net, _ = load_run(run)
    assert np.allclose(recogniser.logits(faces), predict(net, faces)[0], atol=1e-3)
    right = recogniser.probabilities(faces).argmax(1) == np.where(codes == HAPPY, 1, 3)
    assert right.mean() > 0.9


def test_the_prior_share_is_how_much_of_the_prior_the_probabilities_hold(data, tmp_path):
    """With and without the prior inside its logits, a network's probabilities mean the same."""
    logits = np.random.default_rng(0).normal(size=(200, 3))
    prior = [0.7, 0.2, 0.1]
    truth = np.random.default_rng(1).integers(0, 3, 200)
    bare = calibrate(logits, prior, truth, 0.6)
    held = calibrate(logits + np.log(prior), prior, truth, 0.6, included=1.0)
    assert held["prior_share"] == pytest.approx(-0.4)
    assert held["temperature"] == bare["temperature"]
    plain = train(data, tmp_path / "r", changed(balance="none", epochs=1), Silent())
    file = export(plain, tmp_path / "n.onnx")
    assert Recogniser(file).calibration.prior_share == pytest.approx(-0.4)
    faces, _ = made_up_faces(np.random.default_rng(0), 5)
    assert np.allclose(open_model(file, 0.6).probabilities(faces), Recogniser(file).probabilities(faces))


def test_a_second_head_is_a_second_output(voted, tmp_path):
    with pytest.raises(DataError, match="--data"):  # it was trained on data in memory
        export(voted, tmp_path / "two.onnx")
    recogniser = Recogniser(export(voted, tmp_path / "two.onnx", face_set(voted=True)))
    faces, codes = made_up_faces(np.random.default_rng(5), 40)
    first, second = recogniser.probabilities(faces), recogniser.probabilities_fer2013(faces)
    assert not np.allclose(first, second)
    assert (second.argmax(1) == np.where(codes == HAPPY, 1, 3)).mean() > 0.9
    assert {o.name for o in onnx.load(str(tmp_path / "two.onnx")).graph.output} == {"logits", "logits_fer2013"}


def test_pixel_steps_run_before_the_graph_and_the_rest_inside_it(data, tmp_path):
    steps = ("equalise", "resize:32", "normalise:unit")
    folder = train(data, tmp_path / "r", changed(network="mobile", epochs=1, preprocess=steps), Silent())
    recogniser = Recogniser(export(folder, tmp_path / "p.onnx"))
    assert recogniser.meta["preprocess"] == ["equalise"]
    assert (recogniser.meta["resize"], recogniser.meta["normalise"]) == (32, "unit")
    faces, _ = made_up_faces(np.random.default_rng(6), 20)
    net, _ = load_run(folder)
    assert np.allclose(recogniser.logits(faces), predict(net, Preprocess.parse(["equalise"])(faces))[0], atol=1e-3)


def test_classes_and_emoji_of_ones_own_go_from_the_run_to_the_answer(tmp_path):
    faces = face_set()
    folder = train(faces, tmp_path / "r", SETTINGS, Silent())
    path = export(folder, tmp_path / "own.onnx", faces, emoji={"grin": "😁", "frown": "☹️"}, unsure_below=0.0)
    answers = mien.recognise(list(faces.images[:12]), model=path)
    named = [("frown", "grin")[i] for i in faces.labels[:12]]
    assert [a.label for a in answers] == named
    assert [a.emoji for a in answers] == [{"grin": "😁", "frown": "☹️"}[name] for name in named]


def test_labels_of_the_same_meaning_are_counted_as_the_models(run):
    faces = faces_over(face_set(classes=("sad", "Happy")), LABELS)
    assert faces.classes == LABELS
    assert set(faces.labels) == {LABELS.index("sadness"), LABELS.index("happiness")}
    with pytest.raises(DataError, match="frown"):
        faces_over(face_set(), LABELS)


def test_eight_bits_are_smaller_and_say_what_they_cost(data, tmp_path):
    folder = train(data, tmp_path / "r", changed(network="tiny_network:make_roomy"), Silent())
    full, small = export(folder, tmp_path / "f.onnx"), export(folder, tmp_path / "s.onnx", int8=True)
    assert small.stat().st_size < full.stat().st_size / 2
    a, b = Recogniser(full), Recogniser(small)
    report = b.meta["int8"]
    faces, _ = made_up_faces(np.random.default_rng(1), 40)
    assert (a.logits(faces).argmax(1) == b.logits(faces).argmax(1)).mean() > 0.9
    assert report["agreement"] > 0.9
    assert report["accuracy"] >= report["accuracy_float32"] - 0.02
    graph = onnx.load(str(small)).graph
    operators = [node.op_type for node in graph.node]
    assert "QuantizeLinear" not in operators[: operators.index("Conv")], "faces are normalised in floating point"
    kinds = {tuple(t.dims)[1]: t.data_type for t in graph.initializer if len(t.dims) == 4}
    assert kinds[1] == onnx.TensorProto.FLOAT, "one channel: quicker and finer as it is"


def test_products_of_squeeze_and_excitation_are_eight_bits_and_those_of_normalising_are_not(data, tmp_path):
    folder = train(data, tmp_path / "r", changed(network="mobile", epochs=1), Silent())
    graph = onnx.load(str(export(folder, tmp_path / "s.onnx", int8=True))).graph
    made_by = {name: node.op_type for node in graph.node for name in node.output}
    first = next(i for i, node in enumerate(graph.node) if node.op_type == "Conv")
    kinds = [{made_by.get(name) for name in node.input} for node in graph.node[first:] if node.op_type == "Mul"]
    assert kinds and all(kind == {"DequantizeLinear"} for kind in kinds)
    assert all("DequantizeLinear" not in {made_by.get(name) for name in n.input} for n in graph.node[:first])


def test_eight_bits_that_lose_too_much_are_refused_and_leave_nothing(run, tmp_path, monkeypatch):
    def ruin(source, target, batches, keep_float, also):
        """What a hopeless quantisation does: every weight of the last layer has the wrong sign."""
        model = onnx.load(str(source))
        weights = next(t for t in model.graph.initializer if len(t.dims) == 2)
        values = -onnx.numpy_helper.to_array(weights)
        weights.CopyFrom(onnx.numpy_helper.from_array(values, weights.name))
        onnx.save(model, str(target))

    monkeypatch.setattr(module, "quantise", ruin)
    with pytest.raises(DataError, match="without --int8"):
        export(run, tmp_path / "bad.onnx", int8=True)
    assert not list(tmp_path.iterdir())


def test_a_file_that_answers_otherwise_is_refused_and_leaves_nothing(data, tmp_path):
    """A network that draws lots answers differently every time; a file of it proves nothing."""
    folder = train(data, tmp_path / "r", changed(network="tiny_network:make_restless", epochs=1), Silent())
    before = sorted(tmp_path.iterdir())
    with pytest.raises(DataError, match="differs from the checkpoint"):
        export(folder, tmp_path / "bad.onnx")
    assert sorted(tmp_path.iterdir()) == before


def test_a_card_says_what_the_run_knows_and_asks_for_the_rest(run, data, tmp_path):
    export(run, tmp_path / "my.onnx", emoji={"happiness": "😀"})
    text = (tmp_path / "my.md").read_text(encoding="utf-8")
    assert text.startswith("# my\n")
    assert "`fer2013.csv`" in text
    assert str(data.parent) not in text
    assert "😀 happiness" in text
    count = sum(p.numel() for p in load_run(run)[0].parameters())
    assert f"{count / 1e6:.2f} million parameters" in text
    valid = load_faces(data).only("PublicTest")
    accuracy = (Recogniser(tmp_path / "my.onnx").probabilities(valid.images).argmax(1) == valid.labels).mean()
    assert f"| fer2013 | 40 | {100 * accuracy:.1f} % |" in text
    assert text.count("**Fill in") >= 6
    recipe = re.search(r"```toml\n(.*?)```", text, re.S).group(1)
    from mien.lab.expression.settings import read_settings

    (tmp_path / "recipe.toml").write_text(recipe)
    assert read_settings(tmp_path / "recipe.toml").config() == SETTINGS.config()


def test_a_checkpoint_can_be_exported_by_its_path_and_without_a_card(run, tmp_path, cli):
    code, out, _ = cli("lab", "export", run / "last.pt", "--out", tmp_path / "last.onnx", "--no-card")
    assert (code, out.split(":")[0]) == (0, "exported")
    assert Recogniser(tmp_path / "last.onnx").meta["epochs"] == SETTINGS.epochs
    assert [p.name for p in tmp_path.iterdir()] == ["last.onnx"]


def test_the_shares_of_the_prior_are_compared_on_the_same_faces(run, data):
    rows = sweep(run, data)
    assert [row["prior_share"] for row in rows] == [0, 0.25, 0.5, 0.6, 0.75, 1]
    assert {row["n"] for row in rows} == {40}


def test_a_run_of_the_first_version_is_still_read(tmp_path):
    """Its two heads were two layers, and its names had no prefix."""
    from mien.lab.expression.classifier import FaceClassifier

    torch.manual_seed(0)
    now = FaceClassifier("mobile", 8, ("votes", "labels")).eval()
    shadow = {key.removeprefix("net."): value for key, value in now.state_dict().items()}
    for kind in ("weight", "bias"):
        both = shadow[f"head.{kind}"]
        shadow[f"head.{kind}"], shadow[f"head_fer2013.{kind}"] = both[:8].clone(), both[8:].clone()
    state = {
        "kind": "expression", "network": "mobile", "labels": list(LABELS), "epoch": 3, "data": "fer",
        "votes_prior": [0.125] * 8, "fer2013_prior": [0.125] * 8, "ema": {"shadow": shadow},
    }  # fmt: skip
    torch.save(state, tmp_path / "best.pt")
    net, read = load_run(tmp_path)
    faces, _ = made_up_faces(np.random.default_rng(0), 4)
    assert np.array_equal(predict(net, faces), predict(now, faces))
    assert read["heads"] == ["votes", "labels"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["RUN", "--out", "no/such/folder/m.onnx"], "no/such/folder"),
        (["RUN", "--out", "m.bin"], ".onnx"),
        (["RUN", "--out", "m.onnx", "--emoji", "glee=😀"], "glee"),
        (["RUN", "--out", "m.onnx", "--emoji", "happiness=:)"], "no emoji"),
        (["RUN", "--out", "m.onnx", "--emoji", "map.csv"], "map.csv, line 2"),
        (["RUN", "--out", "m.onnx", "--emoji", "nothing"], "CLASS=EMOJI"),
        (["broken.pt", "--out", "m.onnx"], "broken.pt"),
        (["nowhere", "--out", "m.onnx"], "nowhere"),
    ],
)
def test_what_goes_wrong_is_said_in_one_line(run, cli, tmp_path, monkeypatch, words, says):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "map.csv").write_text("class,emoji\nhappiness\n", encoding="utf-8")
    (tmp_path / "broken.pt").write_bytes(b"PK\x03\x04 cut short")
    before = sorted(tmp_path.iterdir())
    code, _, err = cli("lab", "export", *[run if word == "RUN" else word for word in words])
    assert code == 2
    assert says in err
    assert len(err.strip().splitlines()) == 1
    assert sorted(tmp_path.iterdir()) == before


def test_a_network_that_cannot_be_exported_is_named_in_one_line(data, tmp_path, capfd):
    """Pooling 5 x 5 to 6 x 6 has no counterpart in ONNX."""
    folder = train(data, tmp_path / "r", changed(epochs=1, preprocess=["resize:20"]), Silent())
    with pytest.raises(DataError, match="make_small: cannot be written as ONNX"):
        export(folder, tmp_path / "m.onnx")
    assert capfd.readouterr() == ("", "")


def test_an_emoji_map_is_read_from_words_and_files(tmp_path):
    (tmp_path / "map.csv").write_text("class,emoji\nfrown,☹️\n\ngrin,😁\n", encoding="utf-8")
    assert read_emoji_map([str(tmp_path / "map.csv"), "grin=😀"]) == {"frown": "☹️", "grin": "😀"}


def test_an_exported_model_reads_photos(run, tmp_path, cli):
    from PIL import Image

    code, _, _ = cli("lab", "export", run, "--out", tmp_path / "my.onnx")
    assert code == 0
    Image.new("RGB", (64, 64), "white").save(tmp_path / "blank.png")
    code, out, _ = cli("photo", "--model", tmp_path / "my.onnx", "--json", tmp_path / "blank.png")
    assert code == 0
    assert json.loads(out)["faces"] == []
