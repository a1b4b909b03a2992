"""Drawn splits: every class alike, copies and persons together, the same again tomorrow, never nothing to choose by."""

from collections import Counter

import numpy as np
import pytest

from lab_faces import make_faces, write_fer2013, write_folders
from mien import DataError
from mien.lab.data import load_faces
from mien.lab.data.importing import import_faces
from mien.lab.data.splits import draw


@pytest.fixture
def plain(tmp_path):
    return write_folders(tmp_path / "plain", make_faces(60), ["happy"] * 40 + ["sad"] * 20)


def spread(faces):
    return Counter(zip(faces.split.tolist(), (faces.classes[i] for i in faces.labels), strict=True))


def test_faces_without_a_split_are_drawn_class_by_class(plain, caplog):
    assert spread(load_faces(plain)) == {
        ("Training", "happiness"): 32, ("PublicTest", "happiness"): 4, ("PrivateTest", "happiness"): 4,
        ("Training", "sadness"): 16, ("PublicTest", "sadness"): 2, ("PrivateTest", "sadness"): 2,
    }  # fmt: skip
    assert "60 faces came without a split" in caplog.text


def test_train_and_test_alone_get_something_to_choose_by(tmp_path, caplog):
    folders = write_folders(tmp_path, make_faces(30), ["train/happy"] * 20 + ["test/happy"] * 5 + ["test/sad"] * 5)
    assert Counter(load_faces(folders).split.tolist()) == {"Training": 18, "PublicTest": 2, "PrivateTest": 10}
    assert "no PublicTest to choose by" in caplog.text


def test_splits_of_the_source_are_kept_without_a_word(tmp_path, caplog):
    usages = ["Training"] * 5 + ["PublicTest"] * 5
    path = write_fer2013(tmp_path / "fer2013.csv", make_faces(10), [0] * 10, usages)
    assert load_faces(path).split.tolist() == usages
    assert caplog.text == ""


def test_the_draw_is_the_same_every_time_and_moves_little_when_faces_are_added(plain, tmp_path):
    before = load_faces(plain)
    assert (load_faces(plain).split == before.split).all()
    write_folders(plain, make_faces(2, seed=5), ["happy/new", "sad/new"])
    after = load_faces(plain)
    split = dict(zip(after.names, after.split.tolist(), strict=True))
    moved = sum(split[name] != old for name, old in zip(before.names, before.split.tolist(), strict=True))
    assert moved <= 4


def test_copies_stay_in_one_split(tmp_path):
    faces = make_faces(40)
    brighter = (faces * 0.9 + 20).astype(np.uint8)
    mirrored = faces[:, :, ::-1]
    everything = np.concatenate([faces, brighter, mirrored, faces])
    loaded = load_faces(write_fer2013(tmp_path / "fer2013.csv", everything, [0, 3] * 80))
    by_photo = loaded.split.reshape(4, 40)
    assert (by_photo == by_photo[0]).all()
    assert set(by_photo[0]) == {"Training", "PublicTest", "PrivateTest"}


def test_a_copy_of_a_face_with_a_split_goes_where_that_is(tmp_path):
    faces = make_faces(30)
    usages = ["Training"] * 10 + ["PublicTest"] * 10 + ["PrivateTest"] * 10
    given = write_fer2013(tmp_path / "fer2013.csv", faces, [0] * 30, usages)
    copies = write_fer2013(tmp_path / "own.csv", (faces * 0.9).astype(np.uint8), [0] * 30)
    assert load_faces([given, copies]).split.tolist() == usages * 2


def test_a_new_draw_keeps_persons_together(tmp_path):
    write_folders(tmp_path / "in", make_faces(40), ["train/happy", "train/sad"] * 20)
    rows = "".join(f"{i}.png,p{i // 4}\n" for i in range(40))
    (tmp_path / "in" / "faces.csv").write_text("file,person\n" + rows)
    loaded = load_faces(import_faces(tmp_path / "in", tmp_path / "out", redraw=True, together="person"))
    for person in set(loaded.groups["person"]):
        assert len(set(loaded.split[loaded.groups["person"] == person])) == 1
    assert set(loaded.split) == {"Training", "PublicTest", "PrivateTest"}
    with pytest.raises(DataError, match="no column 'age': the data has person"):
        import_faces(tmp_path / "in", tmp_path / "out2", redraw=True, together="age")
    assert not (tmp_path / "out2").exists()


def test_seed_and_shares_shape_the_draw(plain):
    faces = load_faces(plain)
    every = np.ones(len(faces), bool)
    one, other = draw(faces, every, seed=1), draw(faces, every, seed=2)
    assert (one.split != other.split).any()
    assert Counter(draw(faces, every, (0.5, 0.5, 0)).split.tolist()) == {"Training": 30, "PublicTest": 30}
    with pytest.raises(DataError, match="add up"):
        draw(faces, every, (0.5, 0.1, 0.1))


def test_a_class_of_two_stays_in_training(tmp_path):
    loaded = load_faces(write_folders(tmp_path, make_faces(22), ["happy"] * 20 + ["sad"] * 2))
    assert spread(loaded)["Training", "sadness"] == 2
