"""`mien lab explore`: its figures are right: votes, counts, looks, and what a model finds hard."""

import numpy as np
import pytest

from explore_faces import FEAR, HAPPINESS, SADNESS, ballots, face_set
from mien import DataError
from mien.lab.explore import counts, hardness, looks, votes
from mien.lab.explore.pictures import signed
from mien.types import LABELS


class TestVotes:
    def test_kappa_is_that_of_fleiss_worked_example(self):
        # Ten subjects, fourteen raters, five categories; Fleiss' kappa 0.210.
        table = [
            [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
            [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
        ]  # fmt: skip
        assert votes.kappa(np.array(table)) == pytest.approx(0.210, abs=5e-4)
        assert np.trace(votes.pair_shares(np.array(table))) == pytest.approx(0.378, abs=5e-4)

    def test_entropy_is_zero_for_one_voice_and_a_bit_for_an_even_split(self):
        cast = ballots({"fear": 10}, {"fear": 5, "surprise": 5}, dict.fromkeys(votes.CHOICES, 1))
        assert votes.entropy(cast) == pytest.approx([0, 1, np.log2(10)])
        assert np.isnan(votes.entropy(np.full((1, 10), np.nan))).all()
        assert votes.top_share(cast) == pytest.approx([1, 0.5, 0.1])

    def test_pairs_of_people_sum_to_one_and_name_what_is_confused(self):
        cast = ballots({"fear": 6, "surprise": 4}, {"neutral": 9, "sadness": 1}, {"happiness": 10})
        pairs = votes.pair_shares(cast)
        assert pairs.sum() == pytest.approx(1)
        assert np.array_equal(pairs, pairs.T)
        first, second = votes.confused(cast)
        assert {first["a"], first["b"]} == {"fear", "surprise"}
        # 2 * 6 * 4 of 90 ordered pairs differ about the first face, 2 * 9 of 90 about the second.
        assert first["share"] == pytest.approx(48 / 66)
        assert second["share"] == pytest.approx(18 / 66)

    def test_faces_without_a_majority_are_counted_by_reason(self):
        cast = ballots({"fear": 5, "surprise": 5}, {"unknown": 8, "fear": 2}, {"not a face": 10}, {"happiness": 10})
        assert votes.without_majority(cast) == {"no winner": 1, "unknown": 1, "not a face": 1}
        assert votes.votes_by_majority(cast)[HAPPINESS].sum() == 10


class TestCounts:
    def test_the_majority_counts_before_the_given_label(self):
        faces = face_set(2, labels=[SADNESS, SADNESS], cast=ballots({"fear": 10}, {}))
        faces.votes[1] = np.nan
        assert counts.reference(faces).tolist() == [FEAR, SADNESS]
        assert [way.key for way in counts.labellings(faces)] == ["majority", "label"]

    def test_faces_are_counted_by_split_in_the_usual_order(self):
        faces = face_set(4, labels=[0, 1, 1, -1], split=["PublicTest", "Training", "Training", "Training"])
        assert counts.present_splits(faces) == ["Training", "PublicTest"]
        assert counts.class_counts(faces, faces.labels)[:, :2].tolist() == [[0, 2], [1, 0]]

    def test_cross_table_keeps_those_without_a_label_apart(self):
        table = counts.cross_table(np.array([0, 1, 1, -1]), np.array([0, 0, -1, 1]), 2)
        assert table.tolist() == [[1, 0, 0], [1, 0, 1], [0, 1, 0]]

    def test_unknown_groups_come_last(self):
        faces = face_set(4, labels=[0, 0, 1, 1], groups={"age": np.array(["", "old", "", ""])})
        names, table = counts.group_counts(faces, faces.labels, "age")
        assert names == ["old", ""]
        assert table[:, :2].tolist() == [[1, 0], [1, 2]]


class TestLooks:
    def test_blur_lowers_sharpness_and_dimming_lowers_brightness_and_contrast(self):
        sharp = face_set(1).images
        wide = np.pad(sharp.astype(float), ((0, 0), (1, 1), (1, 1)), mode="edge")
        blurred = sum(wide[:, y : y + 48, x : x + 48] for y in range(3) for x in range(3)) / 9
        measured = looks.measure_looks(np.concatenate([sharp, blurred.astype(np.uint8), sharp // 2]))
        assert measured["sharpness"][1] < measured["sharpness"][0] / 5
        assert measured["brightness"][2] == pytest.approx(measured["brightness"][0] / 2, abs=1)
        assert measured["contrast"][2] == pytest.approx(measured["contrast"][0] / 2, abs=1)

    def test_sharpness_is_the_variance_of_the_laplacian(self):
        face = np.zeros((1, 5, 5), np.uint8)
        face[0, 2, 2] = 10
        response = [0, 10, 0, 10, -40, 10, 0, 10, 0]
        assert looks.measure_looks(face)["sharpness"] == pytest.approx([np.var(response)])

    def test_mean_face_is_the_mean(self):
        images = np.stack([np.full((48, 48), level, np.uint8) for level in (10, 20, 200)])
        assert (looks.mean_face(images, np.array([True, True, False])) == 15).all()
        assert looks.mean_face(images, np.zeros(3, bool)) is None

    def test_a_signed_picture_is_clear_where_nothing_differs(self):
        picture = signed(np.array([[0, 30, -30]], np.float32), 30)
        assert picture[0, :, 3].tolist() == [0, 255, 255]
        assert picture[0, 1, 0] > picture[0, 1, 2]
        assert picture[0, 2, 2] > picture[0, 2, 0]


class Fake:
    """A model that reads a face by its first pixel: 10 * class + confidence in tenths."""

    labels = ("happiness", "sadness", "fear", "anger")

    def probabilities(self, faces):
        said, sure = np.divmod(faces[:, 0, 0].astype(int), 10)
        result = np.repeat((1 - sure / 10)[:, None] / 3, 4, 1).astype(np.float32)
        result[np.arange(len(faces)), said] = sure / 10
        return result

    def probabilities_fer2013(self, faces):
        return np.tile(np.array([0.1, 0.1, 0.1, 0.7], np.float32), (len(faces), 1))


@pytest.fixture
def fake(monkeypatch):
    monkeypatch.setattr(hardness, "open_model", lambda model: Fake())


class TestHardness:
    def test_a_flipped_label_is_found(self):
        rng = np.random.default_rng(0)
        truth = rng.integers(0, 3, 90)
        probabilities = np.full((90, 3), 0.1, np.float32)
        probabilities[np.arange(90), truth] = 0.8
        labels = truth.copy()
        labels[7] = (labels[7] + 1) % 3
        labels[8] = -1
        assert np.flatnonzero(hardness.likely_wrong(probabilities, labels)).tolist() == [7]

    def test_the_hardest_come_first_and_unknown_ones_not_at_all(self):
        score = np.array([0.2, np.nan, 0.9, 0.5])
        assert hardness.hardest(score, np.array([True, True, True, False]), 5).tolist() == [2, 0]

    def test_a_model_is_read_by_the_names_of_its_classes(self, fake):
        faces = face_set(3, cast=ballots(*[{"fear": 10}] * 3))
        faces.images[:, 0, 0] = [29, 9, 25]  # fear 0.9, happiness 0.9, fear 0.5
        reading = hardness.read_faces(faces, counts.reference(faces), "a.onnx")
        assert reading.own == pytest.approx([0.9, 0.1 / 3, 0.5], abs=1e-6)
        assert [LABELS[i] for i in reading.says] == ["fear", "happiness", "fear"]
        assert reading.model == "the model a.onnx"

    def test_faces_without_votes_are_read_as_the_challenge_labelled_them(self, fake):
        faces = face_set(2, labels=[HAPPINESS, HAPPINESS])
        reading = hardness.read_faces(faces, faces.labels, "a.onnx")
        assert [LABELS[i] for i in reading.says] == ["anger", "anger"]

    def test_a_model_of_other_classes_is_refused_but_the_shipped_one_left_out(self, fake):
        faces = face_set(2, labels=[0, 1], classes=("wink", "yawn"))
        assert hardness.read_faces(faces, faces.labels, "shipped") is None
        with pytest.raises(DataError, match=r"a\.onnx.*fear.*wink, yawn"):
            hardness.read_faces(faces, faces.labels, "a.onnx")
