"""A balanced data set: as many Training faces a class, copies named and augmented, everything else as it was."""

from collections import Counter

import numpy as np
import pytest

from lab_faces import make_faces, write_fer2013, write_ferplus, write_folders
from mien import DataError
from mien.lab.data import load_faces

torch = pytest.importorskip("torch", reason="augmentation needs torch: pip install 'mien[lab]'")

from mien.lab.data.balancing import balance  # noqa: E402 - after the check for torch


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture
def source(tmp_path):
    places = ["train/happy"] * 7 + ["train/sad"] * 3 + ["train/fear"] + ["validation/happy"] * 3 + ["test/sad"] * 2
    folder = write_folders(tmp_path / "source", make_faces(16), places)
    (folder / "attributes.csv").write_text("image,age\n10.png,O\n")
    return folder


def training(faces):
    chosen = faces.only("Training")
    return Counter(chosen.classes[i] for i in chosen.labels)


def test_rare_classes_get_augmented_copies(source, tmp_path):
    made = balance(source, tmp_path / "out")
    assert made.before == {"happiness": 7, "sadness": 3, "fear": 1}
    assert made.after == {"happiness": 7, "sadness": 7, "fear": 7}
    before, after = load_faces(source), load_faces(made.out)
    assert training(after) == {"happiness": 7, "sadness": 7, "fear": 7}
    assert set(before.names) <= set(after.names)
    copies = [name for name in after.names if "#" in name]
    assert len(copies) == 4 + 6
    assert sorted(name for name in copies if "fear" in name) == [f"train/fear/10.png#{i}" for i in range(1, 7)]
    of_sad = Counter(name.partition("#")[0] for name in copies if "sad" in name)
    assert sorted(of_sad.values()) == [1, 1, 2], "each original as often as the others"
    index = dict(zip(after.names, range(len(after)), strict=True))
    original, copy = after.images[index["train/fear/10.png"]], after.images[index["train/fear/10.png#1"]]
    assert (original != copy).mean() > 0.5
    assert after.groups["age"][index["train/fear/10.png#6"]] == "O"


def test_the_other_splits_stay_as_they_are(source, tmp_path):
    balance(source, tmp_path / "out")
    for split in ("PublicTest", "PrivateTest"):
        before, after = load_faces(source).only(split), load_faces(tmp_path / "out").only(split)
        assert before.names == after.names
        assert np.array_equal(before.images, after.images)


def test_the_same_seed_makes_the_same_bytes(source, tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        balance(source, tmp_path / name, "median", seed=seed)
    read = {name: (tmp_path / name / "images.npy").read_bytes() for name in "abc"}
    assert read["a"] == read["b"] != read["c"]
    assert (tmp_path / "a" / "faces.npz").read_bytes() == (tmp_path / "b" / "faces.npz").read_bytes()


@pytest.mark.parametrize(("to", "each"), [("median", 3), (5, 5), ("2", 2)])
def test_classes_end_with_as_many_as_asked_for(source, tmp_path, to, each):
    balance(source, tmp_path / "out", to)
    assert set(training(load_faces(tmp_path / "out")).values()) == {each}


@pytest.mark.parametrize("to", ["most", 0, -3, "1.5"])
def test_a_senseless_number_is_refused(source, tmp_path, to):
    with pytest.raises(DataError, match="max, median or a number"):
        balance(source, tmp_path / "out", to)
    assert not (tmp_path / "out").exists()


def test_classes_are_those_of_the_votes_and_faces_without_one_stay(tmp_path):
    votes = [[9] + [0] * 9] * 4 + [[0, 9] + [0] * 8] + [[5, 5] + [0] * 8] + [[9] + [0] * 9]
    folder = write_ferplus(tmp_path / "in", make_faces(7), votes, ["Training"] * 6 + ["PublicTest"])
    made = balance(folder, tmp_path / "out")
    assert made.before == {"neutral": 4, "happiness": 1}
    after = load_faces(made.out)
    assert len(after) == 7 + 3
    assert (after.votes[[name.startswith("fer4.png#") for name in after.names], 1] == 9).all()


def test_nothing_to_balance_is_said(tmp_path):
    table = write_fer2013(tmp_path / "fer2013.csv", make_faces(2), [0, 1], ["PublicTest", "PrivateTest"])
    with pytest.raises(DataError, match="no Training face has a class"):
        balance(table, tmp_path / "out")
