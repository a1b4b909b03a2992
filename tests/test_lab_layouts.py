"""Public layouts of expression data: read right, joined right, and refused with the file and the line."""

import csv

import numpy as np
import pytest
from PIL import Image

from mien import DataError
from mien.lab.data import load_faces, majority
from mien.types import LABELS

CODES = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]


@pytest.fixture
def faces():
    return np.random.default_rng(0).integers(0, 256, (6, 48, 48), dtype=np.uint8)


def write_fer2013(path, faces, codes, usages):
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["emotion", "pixels", "Usage"])
        for face, code, usage in zip(faces, codes, usages, strict=True):
            rows.writerow([code, " ".join(map(str, face.ravel())), usage])


def write_ferplus(folder, faces, votes, usages):
    names = {"Training": "FER2013Train", "PublicTest": "FER2013Valid"}
    with (folder / "fer2013new.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Usage", "Image name", *"12345678", "unknown", "NF"])
        for i, (face, vote, usage) in enumerate(zip(faces, votes, usages, strict=True)):
            (folder / names[usage]).mkdir(exist_ok=True)
            Image.fromarray(face).save(folder / names[usage] / f"fer{i}.png")
            rows.writerow([usage, f"fer{i}.png", *vote])


def test_fer2013_codes_become_labels(tmp_path, faces):
    write_fer2013(tmp_path / "fer2013.csv", faces, [0, 1, 2, 3, 4, 5], ["Training"] * 4 + ["PublicTest"] * 2)
    loaded = load_faces(tmp_path / "fer2013.csv")
    assert [LABELS[i] for i in loaded.labels] == ["anger", "disgust", "fear", "happiness", "sadness", "surprise"]
    assert np.array_equal(loaded.images, faces)
    assert len(loaded.only("PublicTest")) == 2


def test_votes_and_labels_of_one_picture_are_joined(tmp_path, faces):
    votes = np.zeros((6, 10), int)
    votes[:, 1] = 10
    write_ferplus(tmp_path, faces, votes, ["Training"] * 6)
    write_fer2013(tmp_path / "fer2013.csv", faces[::-1][:4], [3, 4, 5, 6], ["Training"] * 4)
    loaded = load_faces(tmp_path)
    assert len(loaded) == 6
    assert [int(i) for i in loaded.labels] == [-1, -1, 0, 2, 3, 1]
    assert (loaded.votes[:, 1] == 10).all()


def test_class_folders_know_the_aliases(tmp_path, faces):
    for split, name, face in [("train", "happy", 0), ("train", "sad", 1), ("validation", "angry", 2)]:
        folder = tmp_path / split / name
        folder.mkdir(parents=True)
        Image.fromarray(faces[face]).resize((96, 96)).convert("RGB").save(folder / "a.png")
    loaded = load_faces(tmp_path)
    assert sorted(LABELS[i] for i in loaded.labels) == ["anger", "happiness", "sadness"]
    assert [LABELS[i] for i in loaded.only("PublicTest").labels] == ["anger"]


def test_majority_drops_single_votes_and_asks_for_more_than_half():
    votes = np.array(
        [
            [5, 1, 1, 1, 1, 1, 0, 0, 0, 0],  # five of ten, but the rest are outliers
            [5, 5, 0, 0, 0, 0, 0, 0, 0, 0],  # a tie
            [0, 0, 0, 0, 0, 0, 0, 0, 9, 1],  # unknown
            [0, 2, 0, 0, 0, 0, 0, 0, 4, 4],  # no winner
            [0, 0, 0, 0, 0, 0, 6, 4, 0, 0],
        ],
        np.float32,
    )
    assert majority(votes).tolist() == [0, -1, -1, -1, LABELS.index("fear")]


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ("emotion,pixels,Usage\n3,1 2 3,Training\n", "line 2"),
        ("emotion,pixels,Usage\n9," + "0 " * 2304 + ",Training\n", "line 2"),
    ],
)
def test_bad_rows_are_named(tmp_path, rows, line):
    (tmp_path / "fer2013.csv").write_text(rows)
    with pytest.raises(DataError, match=line):
        load_faces(tmp_path / "fer2013.csv")


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n"])
def test_a_foreign_csv_is_refused(tmp_path, content):
    (tmp_path / "fer2013.csv").write_text(content)
    with pytest.raises(DataError, match="columns"):
        load_faces(tmp_path)


def test_a_folder_without_faces_is_refused(tmp_path):
    with pytest.raises(DataError, match="no fer2013"):
        load_faces(tmp_path)
    with pytest.raises(DataError, match="no such"):
        load_faces(tmp_path / "nowhere")
