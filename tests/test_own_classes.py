"""A model file with class names of its own, its own preprocessing and its own emoji, from crop to overlay."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import mien
from mien import ModelError
from mien.avatar import EmojiPainter
from mien.avatar.badge import initials
from mien.cli import app
from mien.emoji import RECIPES, intensity, valence_arousal
from mien.expression.preprocess import Preprocess
from mien.expression.recogniser import Recogniser
from mien.types import Expression

pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")
onnx = pytest.importorskip("onnx", reason="the lab's export needs onnx: pip install 'mien[lab]'")

PHOTO = Path(__file__).parents[1] / "docs" / "figures" / "astronaut.jpg"
CLASSES = ["wearing_mask", "bored", "happy"]


def write_model(path, labels=CLASSES, favours=0, second=False, classes=None, **meta):
    """An ONNX file that answers with the face's mean grey / 100 for the class it favours, 0 for the others."""
    from onnx import TensorProto, helper, numpy_helper

    classes = len(labels) if classes is None else classes
    weights = np.zeros((1, classes), np.float32)
    weights[0, favours] = 0.01
    heads = ["logits", "logits_fer2013"] if second else ["logits"]
    graph = helper.make_graph(
        [
            helper.make_node("Cast", ["faces"], ["grey"], to=TensorProto.FLOAT),
            helper.make_node("ReduceMean", ["grey", "axes"], ["mean"], keepdims=0),
            helper.make_node("Reshape", ["mean", "column"], ["x"]),
            *(helper.make_node("MatMul", ["x", "weights"], [head]) for head in heads),
        ],
        "tiny",
        [helper.make_tensor_value_info("faces", TensorProto.UINT8, ["n", 48, 48])],
        [helper.make_tensor_value_info(head, TensorProto.FLOAT, ["n", classes]) for head in heads],
        [
            numpy_helper.from_array(np.array([1, 2], np.int64), "axes"),
            numpy_helper.from_array(np.array([-1, 1], np.int64), "column"),
            numpy_helper.from_array(weights, "weights"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    helper.set_model_props(model, {"mien": json.dumps({"labels": labels, **meta})})
    onnx.save(model, str(path))
    return path


@pytest.fixture
def faces():
    return np.random.default_rng(0).integers(0, 180, (5, 48, 48), dtype=np.uint8)


def test_a_model_answers_with_its_own_classes_in_any_number(tmp_path, faces):
    names = [f"class {i}" for i in range(13)]
    (first, *_) = mien.recognise(list(faces), model=write_model(tmp_path / "m.onnx", names, favours=4))
    assert first.label == "class 4"
    assert list(first.probabilities) == names
    assert sum(first.probabilities.values()) == pytest.approx(1)


def test_a_model_that_is_exported_again_is_read_again(tmp_path, faces):
    model = write_model(tmp_path / "m.onnx", favours=0)
    before = mien.recognise(list(faces), model=model)[0].label
    write_model(tmp_path / "m.onnx", favours=1)
    assert (before, mien.recognise(list(faces), model=model)[0].label) == ("wearing_mask", "bored")


@pytest.mark.parametrize("read", ["logits", "probabilities", "probabilities_fer2013"])
def test_a_model_repeats_the_preprocessing_it_was_trained_with(read, tmp_path, faces):
    steps = ["brightness:1.4", "gamma:0.8"]
    plain = Recogniser(write_model(tmp_path / "plain.onnx", second=True, calibration_fer2013={"temperature": 2.0}))
    own = Recogniser(
        write_model(
            tmp_path / "own.onnx", second=True, calibration_fer2013={"temperature": 2.0},
            preprocess=[*steps, "resize:64", "normalise:unit"],
        )
    )  # fmt: skip
    brighter = Preprocess.parse(steps)(faces)
    assert np.array_equal(getattr(own, read)(faces), getattr(plain, read)(brighter))
    assert not np.array_equal(getattr(own, read)(faces), getattr(plain, read)(faces))
    assert getattr(own, read)(faces[:0]).shape == (0, 3)


def test_the_shipped_model_turns_faces_upright_and_has_no_emoji_of_its_own():
    shipped = Recogniser()
    assert shipped.preprocess == Preprocess.parse(["align"])
    assert shipped.emoji == {}


def test_a_class_in_the_emoji_map_always_gets_its_emoji(tmp_path, faces):
    emoji = {"wearing_mask": "😷", "happy": "🤠"}
    for favours, expected in ((0, "😷"), (2, "🤠")):
        model = write_model(tmp_path / f"{favours}.onnx", favours=favours, emoji=emoji)
        assert {e.emoji for e in mien.recognise(list(faces), model=model)} == {expected}
    matched = write_model(tmp_path / "matched.onnx", ["smirk", "x"], emoji={"x": "❌"})
    assert mien.recognise(list(faces), model=matched)[0].emoji == "😏"  # not in the map: matched by name


def test_an_unsure_face_gets_the_emoji_of_unsure_whatever_the_map_says(tmp_path, faces):
    calibration = {"log_prior": [0, 0, 0], "unsure_below": 0.99}
    model = write_model(tmp_path / "m.onnx", emoji=dict.fromkeys(CLASSES, "😷"), calibration=calibration)
    (first, *_) = mien.recognise(list(faces), model=model)
    assert (first.label, first.emoji) == ("unsure", "🫥")


def test_look_and_the_command_line_show_own_classes(tmp_path):
    model = write_model(tmp_path / "m.onnx", emoji={"wearing_mask": "😷"}, preprocess=["clahe:2"])
    (face,) = mien.look(PHOTO, model=model).faces
    assert (face.expression.label, face.expression.emoji) == ("wearing_mask", "😷")
    run = CliRunner().invoke(app, ["photo", "--model", str(model), "--out", str(tmp_path / "out"), str(PHOTO)])
    assert run.exit_code == 0, run.output
    assert "😷\twearing_mask" in run.output
    told = CliRunner().invoke(app, ["photo", "--json", "--model", str(model), str(PHOTO)])
    expression = json.loads(told.output)["faces"][0]["expression"]
    assert (expression["label"], expression["emoji"]) == ("wearing_mask", "😷")
    assert (tmp_path / "out" / PHOTO.name).exists()


def expression(label, emoji):
    return Expression({label: 1.0}, label, 1.0, 0.0, 0.0, 0.0, emoji)


def test_the_overlay_does_not_draw_a_known_class_as_unsure():
    paint = EmojiPainter()
    unsure = paint(expression("unsure", "🫥"), 64)
    assert "🥽" not in RECIPES
    masked, other = paint(expression("wearing_mask", "🥽"), 64), paint(expression("dog", "🐶"), 64)
    assert masked.size == (64, 64)
    assert masked.tobytes() not in (unsure.tobytes(), other.tobytes())
    assert paint(expression("bored", "😑"), 64).tobytes() == paint(expression("neutral", "😑"), 64).tobytes()
    assert [initials(name) for name in ("wearing_mask", "dog", "x", "не знаю")] == ["WM", "Do", "X", ""]
    assert paint(expression("не знаю", "🥽"), 20).getbbox() == (0, 0, 20, 20)


def test_classes_that_are_no_expressions_say_nothing_about_affect():
    assert valence_arousal({"wearing_mask": 0.98, "happy": 0.02})[0] < 0.05
    assert intensity({"wearing_mask": 0.98, "happy": 0.02}) < 0.05
    assert intensity({"wearing_mask": 1.0}) == 0
    assert valence_arousal({"happy": 0.9, "sad": 0.1}) == valence_arousal({"happiness": 0.9, "sadness": 0.1})


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ({"labels": "happy"}, "list of names"),
        ({"labels": ["a", "a", "b"]}, "differ"),
        ({"labels": ["a", "unsure", "b"]}, "unsure"),
        ({"labels": ["a", "b"], "classes": 3}, "2 labels"),
        ({"preprocess": ["sharpen:2"]}, "sharpen"),
        ({"preprocess": 3}, "list of steps"),
        ({"calibration": {"log_prior": [0.0]}}, "log_prior for each of the 3 labels"),
        ({"calibration": {"log_prior": [0, 0, "x"]}}, "finite numbers"),
        ({"calibration": {"log_prior": [0, 0, 0], "temperature": 0}}, "temperature above 0"),
        ({"calibration": {"log_prior": [0, 0, 0], "warmth": 1}}, "table of log_prior"),
        ({"calibration_fer2013": {"log_prior": [0, 0, 0]}}, "logits_fer2013"),
        ({"emoji": {"angry": "😠"}}, "'angry'"),
        ({"emoji": ["😠"]}, "table of labels"),
    ],
)
def test_broken_metadata_is_refused_in_one_line_that_names_the_file(broken, why, tmp_path):
    path = write_model(tmp_path / "broken.onnx", **broken)
    with pytest.raises(ModelError) as caught:
        mien.recognise([np.zeros((48, 48), np.uint8)], model=path)
    assert why in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_network_that_is_no_recogniser_of_faces_is_refused(tmp_path):
    from onnx import TensorProto, helper

    graph = helper.make_graph(
        [helper.make_node("Relu", ["x"], ["y"])],
        "other",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 3])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(model, str(tmp_path / "no-labels.onnx"))
    helper.set_model_props(model, {"mien": json.dumps({"labels": ["a", "b", "c"]})})
    onnx.save(model, str(tmp_path / "labels.onnx"))
    with pytest.raises(ModelError, match="no labels"):
        Recogniser(tmp_path / "no-labels.onnx")
    with pytest.raises(ModelError, match="expected an input faces"):
        Recogniser(tmp_path / "labels.onnx")
