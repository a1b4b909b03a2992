"""`mien lab explore`: its figures are right, its page stands alone, and odd data gets a sensible one."""

import json
import re
import sys
from html.parser import HTMLParser

import numpy as np
import pytest

from mien import DataError
from mien.cli import main
from mien.lab.data import FaceSet
from mien.lab.explore import counts, explore, hardness, looks, votes
from mien.lab.explore.pictures import signed
from mien.lab.explore.summary import summary
from mien.types import LABELS

HAPPINESS, SADNESS, FEAR = (LABELS.index(name) for name in ("happiness", "sadness", "fear"))


def face_set(n, *, labels=None, cast=None, split=None, classes=LABELS, groups=None, images=None):
    """N faces of noise around a grey level of their own."""
    rng = np.random.default_rng(n)
    if images is None:
        images = np.clip(rng.normal(rng.uniform(80, 160, (n, 1, 1)), 30, (n, 48, 48)), 0, 255).astype(np.uint8)
    return FaceSet(
        images,
        np.full((n, 10), np.nan, np.float32) if cast is None else np.asarray(cast, np.float32),
        np.full(n, -1, np.int64) if labels is None else np.asarray(labels, np.int64),
        np.array(["Training"] * n if split is None else split),
        [f"train/{i}.png" for i in range(n)],
        classes,
        groups or {},
    )


def smooth(n):
    """N pictures of random blobs, unlike each other, as photographs are."""
    rng = np.random.default_rng(5)
    y, x = np.mgrid[:48, :48]
    images = np.full((n, 48, 48), 120.0)
    for image in images:
        for _ in range(40):
            u, v, size, height = rng.uniform(0, 48), rng.uniform(0, 48), rng.uniform(2, 7), rng.normal(0, 45)
            image += height * np.exp(-((x - u) ** 2 + (y - v) ** 2) / (2 * size**2))
    return np.clip(images, 0, 255).astype(np.uint8)


def ballots(*rows):
    """Votes from dicts: choice -> count."""
    cast = np.zeros((len(rows), 10), np.float32)
    for row, wanted in zip(cast, rows, strict=True):
        for name, count in wanted.items():
            row[votes.CHOICES.index(name)] = count
    return cast


@pytest.fixture
def mien(monkeypatch, capsys):
    def run(*words):
        monkeypatch.setattr(sys, "argv", ["mien", *map(str, words)])
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


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


class TestCopies:
    @pytest.fixture
    def faces(self):
        """Ten photos; 1 again in PublicTest as it is, 2 brighter there, 3 again in Training with another label."""
        images = smooth(10)
        brighter = np.clip(images[2] * 0.8 + 40, 0, 255).astype(np.uint8)
        return face_set(
            13, images=np.concatenate([images, images[[1]], brighter[None], images[[3]]]),
            labels=[*range(8), 0, 1, 1, 2, 5], split=["Training"] * 10 + ["PublicTest"] * 2 + ["Training"],
        )  # fmt: skip

    def test_copies_leaks_and_their_labels_are_found(self, faces):
        figures = explore(faces, model=None)
        told = figures["duplicates"]
        assert (told["pairs"], told["exact"], told["faces"]) == (3, 2, 6)
        assert told["leaking"] == {"PublicTest": 2}
        assert told["pairs_between"] == {"Training and PublicTest": 2, "Training": 1}
        assert told["labels_compared"]["label"] == {"pairs": 3, "differ": 1}
        assert told["listed"][0]["names"] == ["train/1.png", "train/10.png"]
        assert "2 of the 2 faces of PublicTest have a copy in Training" in summary(figures)

    def test_they_are_shown(self, faces, tmp_path):
        _, text, headings = page_of(faces, tmp_path)
        assert "Duplicates and leaks" in headings
        assert "train/1.png and train/10.png" in text
        assert "Training: surprise<br>PublicTest: surprise" in text

    def test_blank_pictures_are_no_copies_of_each_other(self):
        figures = explore(face_set(3, images=np.zeros((3, 48, 48), np.uint8)), model=None)
        assert figures["duplicates"]["pairs"] == 0
        assert figures["looks"]["blank"] == 3


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


class Page(HTMLParser):
    """What a page would fetch, its headings, and whether its tags are balanced."""

    VOID = ("meta", "img", "br", "rect", "line", "circle", "path", "polygon", "link")

    def __init__(self, text):
        super().__init__()
        self.fetched, self.open, self.headings = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.fetched += [value for name, value in attrs if name in ("src", "href", "srcset", "data")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "h2":
            self.headings.append(data)


def page_of(faces, tmp_path, **options):
    out = tmp_path / "report.html"
    figures = explore(faces, out, **{"model": None} | options)
    text = out.read_text(encoding="utf-8")
    page = Page(text)
    assert not page.open
    assert all(link.startswith(("data:", "#")) for link in page.fetched)
    assert not re.search(r"\bnan\b", re.sub(r"base64,[^\"]*", "", text), re.IGNORECASE)
    json.dumps(figures, allow_nan=False)
    return figures, text, page.headings


def mixed(n=120):
    """Faces with votes and labels in two splits, with groups."""
    rng = np.random.default_rng(3)
    shown = rng.choice([0, HAPPINESS, SADNESS], n, p=[0.6, 0.3, 0.1])
    cast = np.zeros((n, 10))
    cast[np.arange(n), shown] = 5
    cast[np.arange(n), rng.integers(0, 10, n)] += 5
    return face_set(
        n, labels=np.where(rng.random(n) < 0.2, FEAR, shown), cast=cast,
        split=np.where(rng.random(n) < 0.8, "Training", "PublicTest"),
        groups={"age": rng.choice(["young", "old", ""], n)},
    )  # fmt: skip


class TestPage:
    def test_full_data_fills_every_section(self, tmp_path):
        figures, text, headings = page_of(mixed(), tmp_path, model="shipped")
        assert {"Classes", "Agreement between people", "Mean faces", "Faces of each class", "Groups"} <= set(headings)
        assert "Picture quality" in headings
        assert figures["votes"]["faces"] == 120
        assert figures["labels_compared"]["differ"] > 0
        assert figures["model"]["by_class"]["happiness"]["faces"] > 0
        assert sum(row["faces"] for row in figures["groups"]["age"].values()) == 120
        assert "no majority" in text

    def test_the_same_seed_draws_the_same_page(self, tmp_path):
        faces = mixed()
        (_, first, _), (_, again, _), (_, other, _) = (page_of(faces, tmp_path, seed=seed) for seed in (1, 1, 2))
        assert first == again
        assert first != other

    def test_own_classes_without_votes(self, tmp_path):
        faces = face_set(60, labels=[0] * 40 + [1] * 20, classes=("<wink>", "yawn"))
        figures, text, headings = page_of(faces, tmp_path, model="shipped")
        assert "votes" not in figures
        assert "model" not in figures
        assert "Agreement between people" not in headings
        assert "&lt;wink&gt;" in text
        assert "<wink>" not in text
        assert "does not know these classes" in text

    def test_one_class_only(self, tmp_path):
        figures, text, _ = page_of(face_set(60, labels=[0] * 60), tmp_path, model="shipped")
        assert figures["labels"]["label"]["imbalance"] == 1
        assert "All labelled faces are of one class, neutral" in text

    def test_three_faces(self, tmp_path):
        _, text, _ = page_of(face_set(3, labels=[0, 1, 2]), tmp_path, model="shipped")
        assert "With 3 faces the shares below say little." in text

    def test_no_labels_at_all(self, tmp_path):
        figures, text, _ = page_of(face_set(5), tmp_path, model="shipped")
        assert figures["labels"] == {}
        assert "No face has a label." in text

    def test_votes_without_any_majority(self, tmp_path):
        figures, _, _ = page_of(face_set(4, cast=ballots(*[{"fear": 5, "anger": 5}] * 4)), tmp_path, model="shipped")
        assert figures["votes"]["without_majority"]["no winner"] == 4

    def test_people_who_always_agree(self, tmp_path):
        figures, text, _ = page_of(face_set(4, cast=ballots(*[{"fear": 10}] * 4)), tmp_path)
        assert figures["votes"]["fleiss_kappa"] is None
        assert "People agree about every face." in text

    def test_many_classes_keep_the_page_small(self, tmp_path):
        faces = face_set(900, labels=np.arange(900) % 60, classes=tuple(f"person {i}" for i in range(60)))
        page_of(faces, tmp_path)
        assert (tmp_path / "report.html").stat().st_size < 5e6

    def test_pictures_of_one_grey_level(self, tmp_path):
        figures, text, _ = page_of(face_set(3, labels=[0, 1, 1], images=np.full((3, 48, 48), 255, np.uint8)), tmp_path)
        assert figures["looks"]["blank"] == 3
        assert "3 pictures show nothing at all" in text


class TestSummary:
    def test_lopsided_classes_are_told_with_their_figures(self):
        text = summary(explore(face_set(60, labels=[0] * 55 + [1] * 5), model=None))
        assert "neutral is 11 times as common as happiness (55 faces to 5)" in text
        assert "right for 92 %" in text

    def test_balanced_classes_are_told_too(self):
        assert "about equally common" in summary(explore(face_set(60, labels=[0, 1] * 30), model=None))

    def test_a_shift_between_splits_is_told(self):
        split = ["Training"] * 100 + ["PublicTest"] * 100
        labels = [0] * 50 + [1] * 50 + [0] * 90 + [1] * 10
        text = summary(explore(face_set(200, labels=labels, split=split), model=None))
        assert re.search(r"The splits differ: (neutral|happiness) makes up", text)

    def test_labels_that_differ_from_the_majority_are_told(self):
        faces = face_set(4, labels=[SADNESS] * 3 + [FEAR], cast=ballots(*[{"neutral": 10}] * 3, {"fear": 10}))
        text = summary(explore(faces, model=None))
        assert "not what most people see in 75 %" in text
        assert "the label is sadness and people see neutral (3 faces)" in text


class TestCommand:
    @pytest.fixture
    def data(self, tmp_path):
        from PIL import Image

        for i, face in enumerate(face_set(12).images):
            folder = tmp_path / "faces" / "train" / ("happy" if i % 3 else "sad")
            folder.mkdir(parents=True, exist_ok=True)
            Image.fromarray(face).save(folder / f"{i}.png")
        return tmp_path / "faces"

    def test_page_and_words(self, mien, data, tmp_path):
        code, out, _ = mien("lab", "explore", data, "--out", tmp_path / "r.html")
        assert code == 0
        assert "happiness is 2.0 times as common as sadness" in out
        assert (tmp_path / "r.html").read_text(encoding="utf-8").startswith("<!doctype html>")

    def test_json_needs_no_page(self, mien, data):
        code, out, _ = mien("lab", "explore", data, "--json", "--model", "none")
        figures = json.loads(out)
        assert code == 0
        assert figures["faces"] == 12
        assert sum(row["happiness"] for row in figures["labels"]["label"]["by_split"].values()) == 8

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("nowhere", "--out", "r.html"), "nowhere: no such file or folder"),
            (("{data}",), "--json"),
            (("{data}", "--out", "no/such/r.html"), "no/such/r.html: the folder"),
            (("{data}", "--out", "r.html", "--model", "no.onnx"), "no.onnx: no such model file"),
        ],
    )
    def test_mistakes_get_one_line_and_no_page(self, mien, data, tmp_path, monkeypatch, words, said):
        monkeypatch.chdir(tmp_path)
        code, out, err = mien("lab", "explore", *(word.format(data=data) for word in words))
        assert code == 2
        assert out == ""
        assert said in err
        assert len(err.splitlines()) == 1
        assert not list(tmp_path.glob("*.html"))
