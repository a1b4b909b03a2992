"""Zip files, CK+ tables, classes of one's own, tables of attributes, several sources: all read into one value."""

import os
import zipfile

import numpy as np
import pytest

from lab_faces import make_faces, png, write_fer2013, write_ferplus, write_folders, write_zip
from mien import DataError
from mien.lab.data import load_faces
from mien.lab.data.classes import parse_map
from mien.types import LABELS

SIX = ["Training"] * 4 + ["PublicTest", "PrivateTest"]


def named(faces):
    return [faces.classes[i] for i in faces.labels]


def test_ck_plus_in_a_table_has_contempt_as_code_7(tmp_path):
    path = write_fer2013(tmp_path / "ckextended.csv", make_faces(6), [7, 6, 3, 7, 7, 0], SIX)
    loaded = load_faces(path)
    assert named(loaded) == ["contempt", "neutral", "happiness", "contempt", "contempt", "anger"]
    assert loaded.split.tolist() == SIX


def test_a_table_may_name_its_classes_and_order_its_columns_freely(tmp_path):
    pixels = [" ".join(map(str, face.ravel())) for face in make_faces(2)]
    lines = ["Usage, pixels ,Emotion", f"Training,{pixels[0]},Happy", f"PublicTest,{pixels[1]},sadness"]
    (tmp_path / "my table.csv").write_text("\n".join(lines) + "\n")
    assert named(load_faces(tmp_path)) == ["happiness", "sadness"]


def test_a_map_gives_codes_another_meaning(tmp_path):
    path = write_fer2013(tmp_path / "faces.csv", make_faces(6), [0, 6, 6, 9, 0, 6], SIX)
    loaded = load_faces(path, class_map={"6": "contempt", "9": "happy"})
    assert named(loaded) == ["anger", "contempt", "contempt", "happiness", "anger", "contempt"]


@pytest.mark.parametrize("usage", ["Trainning", "7"])
def test_an_unknown_usage_is_refused_with_its_line(tmp_path, usage):
    path = write_fer2013(tmp_path / "fer2013.csv", make_faces(2), [0, 1], ["Training", usage])
    with pytest.raises(DataError, match=r"fer2013\.csv, line 3: unknown Usage"):
        load_faces(path)


@pytest.mark.parametrize("value", ["256", "-1", "1.5", "x", "99999999999999999999", ""])
def test_pixels_out_of_range_are_refused_with_their_line(tmp_path, value):
    path = write_fer2013(tmp_path / "fer2013.csv", make_faces(1), [0], ["Training"])
    text = path.read_text()
    first = text.splitlines()[1].split(",")[1].split(" ")[0]
    path.write_text(text.replace(f"0,{first} ", f"0,{value} ", 1))
    with pytest.raises(DataError, match="line 2: expected a class 0-7 and 2304 pixels"):
        load_faces(path)


def test_folders_keep_classes_of_their_own_sorted(tmp_path):
    places = ["train/bored", "train/awake", "validation/bored", "test/awake"]
    loaded = load_faces(write_folders(tmp_path, make_faces(4), places))
    assert loaded.classes == ("awake", "bored")
    assert sorted(zip(loaded.split.tolist(), named(loaded), strict=True)) == [
        ("PrivateTest", "awake"), ("PublicTest", "bored"), ("Training", "awake"), ("Training", "bored"),
    ]  # fmt: skip


def test_folders_are_found_below_a_top_folder_and_whatever_their_case(tmp_path):
    places = ["archive/images/Train/Happy", "archive/images/Train/SAD", "archive/images/Validation/joy/a"]
    loaded = load_faces(write_folders(tmp_path, make_faces(3), places))
    assert loaded.classes == LABELS
    assert sorted(named(loaded)) == ["happiness", "happiness", "sadness"]
    assert loaded.split.tolist().count("PublicTest") == 1


def test_strangers_beside_expressions_need_a_map(tmp_path):
    write_folders(tmp_path, make_faces(4), ["train/happy", "train/sad", "train/bored", "validation/sad"])
    with pytest.raises(DataError, match="--map 'bored=surprise'"):
        load_faces(tmp_path)
    assert len(load_faces(tmp_path, class_map={"bored": ""})) == 3
    assert named(load_faces(tmp_path, class_map={"Bored": "neutral"})).count("neutral") == 1
    kept = load_faces(tmp_path, class_map={"bored": "bored"})
    assert kept.classes == ("bored", "happiness", "sadness")


def test_a_map_of_a_class_that_is_not_there_is_refused(tmp_path):
    write_folders(tmp_path, make_faces(2), ["train/happy", "train/sad"])
    with pytest.raises(DataError, match="hapy=joy: no such class; there are happy, sad"):
        load_faces(tmp_path, class_map={"hapy": "joy"})


def test_a_map_is_read_from_words_and_tables(tmp_path):
    (tmp_path / "map.csv").write_text("old,new\n1,surprise\n2,\n")
    assert parse_map([str(tmp_path / "map.csv"), "3= disgust"]) == {"1": "surprise", "2": "", "3": "disgust"}
    (tmp_path / "bad.csv").write_text("1,surprise\n2,fear,x\n")
    with pytest.raises(DataError, match=r"bad\.csv, line 2"):
        parse_map([str(tmp_path / "bad.csv")])
    with pytest.raises(DataError, match="old=new"):
        parse_map(["happy"])


def test_a_zip_file_is_read_where_it_is(tmp_path):
    faces = make_faces(5)
    folder = write_folders(tmp_path / "plain", faces[:3], ["top/train/happy", "top/train/sad", "top/validation/sad"])
    (folder / "__MACOSX").mkdir()
    (folder / "__MACOSX" / "._1.png").write_bytes(b"litter")
    write_fer2013(folder / "fer2013.csv", faces[3:], [0, 1], ["Training", "PublicTest"])
    archive = write_zip(tmp_path / "data.zip", folder)
    before = sorted(tmp_path.rglob("*"))
    loaded = load_faces(archive)
    assert sorted(tmp_path.rglob("*")) == before
    assert sorted(image.tobytes() for image in loaded.images) == sorted(face.tobytes() for face in faces)
    assert sorted(named(loaded)) == ["anger", "disgust", "happiness", "sadness", "sadness"]


@pytest.mark.parametrize("name", ["../train/happy/0.png", "/train/happy/0.png", "C:\\happy\\0.png", "a/../../b.png"])
def test_a_zip_file_that_points_outside_is_refused(tmp_path, name):
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as file:
        file.writestr(name, png(make_faces(1)[0]))
    with pytest.raises(DataError, match="points outside"):
        load_faces(tmp_path / "evil.zip")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("train/happy/0.png", bytes(17 * 1024 * 1024))
    with pytest.raises(DataError, match="zip bomb"):
        load_faces(tmp_path / "bomb.zip")


def test_a_damaged_zip_file_is_refused(tmp_path):
    (tmp_path / "no.zip").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(DataError, match="no zip file"):
        load_faces(tmp_path / "no.zip")
    archive = write_zip(tmp_path / "bad.zip", write_folders(tmp_path / "f", make_faces(2), ["happy", "sad"]))
    content = bytearray(archive.read_bytes())
    content[100] ^= 0xFF  # in the first picture
    archive.write_bytes(content)
    with pytest.raises(DataError, match=r"bad\.zip: happy/0\.png: "):
        load_faces(archive)


def test_what_is_no_picture_in_a_class_folder_is_named(tmp_path):
    write_folders(tmp_path, make_faces(2), ["train/happy", "train/sad"])
    (tmp_path / "train" / "sad" / "notes.txt").write_text("not a picture")
    (tmp_path / "README.txt").write_text("outside the class folders nobody minds")
    with pytest.raises(DataError, match=r"sad.notes\.txt: not a picture"):
        load_faces(tmp_path)


def test_columns_of_a_table_at_the_root_become_groups(tmp_path):
    write_folders(tmp_path, make_faces(4), ["train/happy", "train/sad", "validation/sad", "validation/happy"])
    (tmp_path / "attributes.csv").write_text(
        "image,age,person\n0.png,Y,7\ntrain/sad/1.png,O,8\nvalidation/sad/2.png,A,\n"
    )
    loaded = load_faces(tmp_path)
    of = dict(zip((name.rpartition("/")[2] for name in loaded.names), range(4), strict=True))
    assert [loaded.groups["age"][of[f"{i}.png"]] for i in range(4)] == ["Y", "O", "A", ""]
    assert loaded.groups["person"][of["1.png"]] == "8"


def test_votes_without_pictures_go_to_the_rows_of_fer2013(tmp_path):
    faces = make_faces(6)
    votes = [[0, i, 0, 0, 0, 0, 0, 0, 0, 10 - i] for i in range(6)]
    write_ferplus(tmp_path, faces, votes, SIX, pictures=False)
    write_fer2013(tmp_path / "fer2013.csv", faces, [3] * 6, SIX)
    loaded = load_faces(tmp_path)
    assert loaded.votes[:, 1].tolist() == [0, 1, 2, 3, 4, 5]
    assert np.array_equal(loaded.images, faces)
    assert (loaded.labels == LABELS.index("happiness")).all()
    write_fer2013(tmp_path / "fer2013.csv", faces[:5], [3] * 5, SIX[:5])
    with pytest.raises(DataError, match="its 6 rows do not belong to the 5"):
        load_faces(tmp_path)


def test_several_sources_are_joined_and_say_where_a_face_is_from(tmp_path):
    faces = make_faces(8)
    table = write_fer2013(tmp_path / "fer2013.csv", faces[:6], [0, 1, 2, 3, 4, 5], SIX)
    own = write_folders(tmp_path / "own", faces[4:], ["train/fear", "train/sad", "train/happy", "validation/happy"])
    loaded = load_faces([table, own])
    assert len(loaded) == 8
    assert named(loaded)[:6] == ["anger", "disgust", "fear", "happiness", "sadness", "surprise"], "the first one counts"
    assert loaded.names[0] == "fer2013.csv/fer2013.csv:2"
    assert loaded.names[6:] == ["own/train/happy/2.png", "own/validation/happy/3.png"]


def test_copies_in_one_source_each_meet_their_own_in_another(tmp_path):
    face = make_faces(1)
    twice = np.concatenate([face, face])
    write_ferplus(tmp_path, twice, [[9] + [0] * 9, [0, 9] + [0] * 8], ["Training", "PublicTest"])
    write_fer2013(tmp_path / "fer2013.csv", twice, [0, 4], ["Training", "PublicTest"])
    loaded = load_faces(tmp_path)
    assert named(loaded) == ["anger", "sadness"]
    assert loaded.votes[:, :2].tolist() == [[9, 0], [0, 9]]


def test_classes_of_ones_own_cannot_be_joined_with_votes(tmp_path):
    faces = make_faces(4)
    votes = write_ferplus(tmp_path / "plus", faces[:2], [[9] + [0] * 9] * 2, ["Training"] * 2)
    own = write_folders(tmp_path / "own", faces[2:], ["bored", "awake"])
    with pytest.raises(DataError, match="awake, bored"):
        load_faces([votes, own])


def test_an_archive_in_a_folder_is_pointed_out(tmp_path):
    (tmp_path / "fer2013.tar.gz").write_bytes(b"x")
    with pytest.raises(DataError, match=r"only fer2013\.tar\.gz: unpack it first"):
        load_faces(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_are_followed_but_never_in_circles(tmp_path):
    real = write_folders(tmp_path / "real", make_faces(2), ["train/happy", "train/sad"])
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "train").symlink_to(real / "train")
    (tmp_path / "data" / "again").symlink_to(tmp_path / "data")
    assert len(load_faces(tmp_path / "data")) == 2
