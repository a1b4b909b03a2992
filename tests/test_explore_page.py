"""`mien lab explore`: its page stands alone, tells of copies, and odd data gets a sensible one; so do its words."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from explore_faces import FEAR, HAPPINESS, SADNESS, ballots, face_set
from mien.lab.explore import explore
from mien.lab.explore.summary import summary


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

    def test_page_and_words(self, cli, data, tmp_path):
        code, out, _ = cli("lab", "explore", data, "--out", tmp_path / "r.html")
        assert code == 0
        assert "happiness is 2.0 times as common as sadness" in out
        assert (tmp_path / "r.html").read_text(encoding="utf-8").startswith("<!doctype html>")

    def test_json_needs_no_page(self, cli, data):
        code, out, _ = cli("lab", "explore", data, "--json", "--model", "none")
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
    def test_mistakes_get_one_line_and_no_page(self, cli, data, tmp_path, monkeypatch, words, said):
        monkeypatch.chdir(tmp_path)
        code, out, err = cli("lab", "explore", *(word.format(data=data) for word in words))
        assert code == 2
        assert out == ""
        assert said in err
        assert len(err.splitlines()) == 1
        assert not list(tmp_path.glob("*.html"))
