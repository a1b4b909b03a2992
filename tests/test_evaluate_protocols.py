"""What counts as true under each protocol, and how names of classes find each other."""

from dataclasses import replace

import numpy as np
import pytest

from mien import DataError
from mien.lab.data import FaceSet
from mien.lab.expression.protocols import make_truth, match_labels, truth_of, vote_shares
from mien.lab.expression.repeats import repeats
from mien.types import LABELS

NEUTRAL, HAPPINESS, SADNESS, CONTEMPT = (LABELS.index(n) for n in ("neutral", "happiness", "sadness", "contempt"))


def faces_with(votes=None, labels=None, classes=LABELS, split="PublicTest"):
    n = len(votes if votes is not None else labels)
    return FaceSet(
        np.random.default_rng(0).integers(0, 256, (n, 48, 48), dtype=np.uint8),
        np.full((n, 10), np.nan, np.float32) if votes is None else np.array(votes, np.float32),
        np.full(n, -1) if labels is None else np.array(labels),
        np.full(n, split),
        [str(i) for i in range(n)],
        classes,
    )


VOTES = [
    [6, 4, 0, 0, 0, 0, 0, 0, 0, 0],
    [5, 4, 1, 0, 0, 0, 0, 0, 0, 0],  # the single vote for surprise is dropped
    [3, 3, 0, 0, 0, 0, 0, 0, 2, 2],  # no majority, but most call it an expression
    [2, 0, 0, 0, 0, 0, 0, 0, 8, 0],  # unknown
    [0, 0, 0, 4, 0, 0, 0, 0, 2, 2],  # as many call it no expression as one
    [1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
]


def test_votes_become_distributions_without_single_votes():
    shares = vote_shares(np.array(VOTES, np.float32))
    assert shares[0, :2] == pytest.approx([0.6, 0.4])
    assert shares[1, :3] == pytest.approx([5 / 9, 4 / 9, 0])
    assert shares[2, :2] == pytest.approx([0.5, 0.5])
    assert np.isnan(shares[3:]).all()
    assert np.isnan(vote_shares(np.full((1, 10), np.nan, np.float32))).all()


def test_the_votes_protocol_judges_more_faces_than_the_majority():
    faces = faces_with(VOTES)
    assert truth_of(faces, "ferplus-votes").tolist() == [0, 0, 0, -1, -1, -1]
    assert truth_of(faces, "ferplus-majority").tolist() == [0, 0, -1, -1, -1, -1]
    truth = make_truth(faces, "PublicTest", "ferplus-votes", LABELS)
    assert truth.rows.tolist() == [0, 1, 2]
    assert truth.target[0, :2] == pytest.approx([0.6, 0.4])
    assert make_truth(faces, "PublicTest", "ferplus-majority", LABELS).target[0].tolist() == [1, 0, 0, 0, 0, 0, 0, 0]


def test_contempt_is_no_class_of_fer2013():
    faces = faces_with(labels=[NEUTRAL, HAPPINESS, CONTEMPT, -1])
    truth = make_truth(faces, "PublicTest", "fer2013", LABELS)
    assert truth.rows.tolist() == [0, 1]
    assert truth.allowed.tolist() == [name != "contempt" for name in LABELS]


def test_labels_lets_the_model_choose_among_the_classes_of_the_data():
    faces = faces_with(labels=[NEUTRAL, CONTEMPT, HAPPINESS])
    truth = make_truth(faces, "PublicTest", "labels", LABELS)
    assert truth.rows.tolist() == [0, 1, 2]
    assert [name for name, a in zip(LABELS, truth.allowed, strict=True) if a] == ["neutral", "happiness", "contempt"]


def test_names_match_exactly_then_in_any_case_then_by_meaning():
    assert match_labels(["happy", "Sad", "bored", "joy"], ["sadness", "joy", "happiness", "sad"]) == [1, 3, None, 1]
    assert match_labels(["anger"], ["Angry"]) == [0]
    assert match_labels(["bored"], ["BORED "]) == [0]


def test_votes_are_put_in_the_models_order():
    model = ["sad", "happy", "neutral", "anger", "fear", "disgust", "contempt", "surprise"]
    truth = make_truth(faces_with(VOTES), "PublicTest", "ferplus-votes", model)
    assert truth.classes.tolist() == [2, 2, 2]
    assert truth.target[0].tolist() == [0, 0.4, 0.6, 0, 0, 0, 0, 0]


def test_a_class_that_the_model_lacks_counts_as_wrong_and_is_named():
    faces = faces_with(labels=[0, 0, 1, 2], classes=("calm", "bored", "awake"))
    truth = make_truth(faces, "PublicTest", "labels", ["awake", "calm"])
    assert truth.labels == ("awake", "calm", "bored")
    assert truth.classes.tolist() == [1, 1, 2, 0]
    assert truth.missing == {"bored": 1}


def test_a_model_that_lacks_most_of_the_data_is_refused():
    faces = faces_with(labels=[0, 0, 0, 1], classes=("bored", "calm"))
    with pytest.raises(DataError, match="no class bored"):
        make_truth(faces, "PublicTest", "labels", ["calm", "awake"])
    with pytest.raises(DataError, match="contempt"):
        make_truth(faces_with(VOTES), "PublicTest", "ferplus-votes", LABELS[:-1])


@pytest.mark.parametrize(
    ("faces", "protocol", "says"),
    [
        (faces_with(labels=[0]), "ferplus-majority", "votes"),
        (faces_with(labels=[0]), "ferplus-votes", "votes"),
        (faces_with(VOTES), "fer2013", "labels"),
        (faces_with(VOTES), "no-such", "choose one of"),
        (faces_with(labels=[0, 1], classes=("a", "b")), "fer2013", "--protocol labels"),
        (faces_with(VOTES[3:]), "ferplus-votes", "judges none"),
        (faces_with(VOTES, split="Training"), "ferplus-votes", "PublicTest"),
    ],
)
def test_what_a_protocol_needs_is_said(faces, protocol, says):
    with pytest.raises(DataError, match=says):
        make_truth(faces, "PublicTest", protocol, LABELS)


def noisy_photos(count, seed=0):
    """Pictures with large and small structure, each unlike the others."""
    rng = np.random.default_rng(seed)
    coarse = np.kron(rng.integers(40, 200, (count, 12, 12)), np.ones((1, 4, 4)))
    return (coarse + rng.normal(0, 12, (count, 48, 48))).clip(0, 255).astype(np.uint8)


def test_copies_in_training_and_in_the_split_are_found():
    a, b, c, d, e = noisy_photos(5)
    brighter, mirrored = (a * 0.7 + 40).astype(np.uint8), c[:, ::-1]
    images = [a, b, c, d, d, brighter, b, mirrored, e, brighter]
    split = ["PublicTest"] * 5 + ["Training"] * 4 + ["PrivateTest"]
    faces = replace(faces_with(labels=[0] * 10), images=np.stack(images), split=np.array(split))
    leaking, repeated = repeats(faces, "PublicTest")
    assert np.flatnonzero(leaking).tolist() == [0, 1, 2]  # brightened, the same, mirrored
    assert np.flatnonzero(repeated).tolist() == [4]
    leaking, repeated = repeats(faces, "PublicTest", near=False)
    assert np.flatnonzero(leaking).tolist() == [1]
    assert np.flatnonzero(repeated).tolist() == [4]
    leaking, repeated = repeats(faces, "Training")
    assert not leaking.any()
    assert not repeated.any()
    leaking, repeated = repeats(faces, "all")
    assert np.flatnonzero(leaking).tolist() == [0, 1, 2, 9]
    assert np.flatnonzero(repeated).tolist() == [4, 5, 6, 7, 9]


def test_blank_faces_are_copies_only_when_their_pixels_are_the_same():
    images = np.stack([np.full((48, 48), v, np.uint8) for v in (10, 200, 10, 90)])
    faces = replace(faces_with(labels=[0] * 4), images=images, split=np.array(["PublicTest"] * 3 + ["Training"]))
    leaking, repeated = repeats(faces, "PublicTest")
    assert not leaking.any()
    assert np.flatnonzero(repeated).tolist() == [2]
