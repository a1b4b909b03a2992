"""An expression model whose answers a test chooses: logits are the first pixels of a face, divided by ten."""

import csv
import json

import numpy as np

from mien.types import LABELS

CODES = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")  # FER2013's


def face_saying(answers, seed=0):
    """A 48 x 48 face that the model of `write_model` answers with `answers`, one value 0..255 a class."""
    face = np.random.default_rng(seed).integers(0, 256, (48, 48), dtype=np.uint8)
    face[0] = 0
    face[0, : len(answers)] = answers
    return face


def write_model(path, labels, **meta):
    """An ONNX file as `mien lab export` would write it; without a calibration, probabilities are softmax(logits)."""
    from onnx import TensorProto, checker, helper, save

    faces = helper.make_tensor_value_info("faces", TensorProto.UINT8, ["n", 48, 48])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", len(labels)])
    constants = {"start": [0, 0], "end": [1, len(labels)], "axes": [1, 2], "first": [1]}
    graph = helper.make_graph(
        [
            helper.make_node("Slice", ["faces", "start", "end", "axes"], ["row"]),
            helper.make_node("Squeeze", ["row", "first"], ["pixels"]),
            helper.make_node("Cast", ["pixels"], ["numbers"], to=TensorProto.FLOAT),
            helper.make_node("Div", ["numbers", "ten"], ["logits"]),
        ],
        "answering", [faces], [logits],
        [helper.make_tensor(k, TensorProto.INT64, [len(v)], v) for k, v in constants.items()]
        + [helper.make_tensor("ten", TensorProto.FLOAT, [], [10.0])],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {"mien": json.dumps({"labels": list(labels), **meta})})
    checker.check_model(model)
    save(model, str(path))
    return path


def answers(label, strength=60, labels=LABELS):
    """Pixels that make the model answer `label`: logits of strength / 10 against 0."""
    return [strength if name == label else 0 for name in labels]


def confidence(strength, classes):
    return np.exp(strength / 10) / (np.exp(strength / 10) + classes - 1)


def write_faces(path, rows):
    """`rows`: (true label, answer, strength, split) -> a fer2013.csv of faces that get these answers."""
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["emotion", "pixels", "Usage"])
        for number, (truth, answer, strength, split) in enumerate(rows):
            face = face_saying(answers(answer, strength), number)
            out.writerow([CODES.index(truth), " ".join(map(str, face.ravel())), split])
    return path
