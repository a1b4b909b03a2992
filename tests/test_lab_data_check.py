"""`check` finds what is wrong, all of it, and nothing else; `fix` writes a copy in which it finds nothing."""

import csv
import hashlib
import io
import json

import numpy as np
import pytest
from PIL import Image

from lab_faces import make_faces, png, write_fer2013, write_ferplus, write_folders, write_zip
from mien import DataError
from mien.lab.data import duplicates, load_faces
from mien.lab.data.checking import check
from mien.lab.data.fixing import fix

PLACES = [f"{split}/{name}" for split in ("train", "validation", "test") for name in ("happy", "sad")] * 4


@pytest.fixture
def clean(tmp_path):
    return write_folders(tmp_path / "clean", make_faces(24), PLACES)


def add(folder, place, face, name="new.png"):
    (folder / place).mkdir(parents=True, exist_ok=True)
    (folder / place / name).write_bytes(png(face))


def kinds(report):
    return {kind: count for kind, count in report.to_dict()["problems"].items() if count}


def state(folder):
    return {
        str(p.relative_to(folder)): (p.stat().st_mtime_ns, hashlib.sha256(p.read_bytes()).hexdigest())
        for p in folder.rglob("*")
        if p.is_file()
    }


def jpeg(face):
    stream = io.BytesIO()
    Image.fromarray(face).save(stream, "JPEG", quality=60)
    return np.asarray(Image.open(stream))


ALTERED = {
    "brighter": lambda f: (f * 0.8 + 45).astype(np.uint8),
    "recompressed": jpeg,
    "moved": lambda f: np.roll(f, (2, -3), (0, 1)),
    "mirrored": lambda f: f[:, ::-1],
    "marked": lambda f: np.where(np.arange(48)[:, None] % 48 < 5, 250, f).astype(np.uint8),
}


def test_nothing_is_found_in_a_clean_set(clean):
    report = check(clean)
    assert report.clean
    assert kinds(report) == {}
    assert report.faces == 24
    assert report.counts["Training"]["happiness"] == 4
    assert report.sizes == {"48x48": 24}
    json.dumps(report.to_dict())


@pytest.mark.parametrize("how", ALTERED)
def test_a_copy_in_another_split_is_a_leak(clean, how):
    face = make_faces(24)[0]
    add(clean, "test/happy", ALTERED[how](face))
    report = check(clean)
    assert kinds(report) == {"leak": 1}
    (leak,) = report.of("leak")
    assert sorted(leak.places) == ["test/happy/new.png", "train/happy/0.png"]
    assert ("mirrored" in leak.what) == (how == "mirrored")
    assert report.leaking == {"PublicTest": 0, "PrivateTest": 1}


def test_copies_in_one_split_are_told_from_leaks(clean):
    faces = make_faces(24)
    add(clean, "train/happy", faces[0])
    add(clean, "train/sad", ALTERED["brighter"](faces[1]))
    assert kinds(check(clean)) == {"duplicate": 1, "near_duplicate": 1}


@pytest.mark.parametrize("how", [None, "brighter"])
def test_one_photo_under_two_classes_is_a_conflict(clean, how):
    face = make_faces(24)[0]
    add(clean, "train/fear", face if how is None else ALTERED[how](face))
    report = check(clean)
    assert kinds(report) == {"duplicate" if how is None else "near_duplicate": 1, "conflict": 1}
    assert report.of("conflict")[0].what.startswith("fear and happiness")


def test_sources_that_contradict_each_other_are_reported(tmp_path):
    faces = make_faces(6)
    usages = ["Training"] * 4 + ["PublicTest"] * 2
    one = write_fer2013(tmp_path / "a.csv", faces, [0] * 6, usages)
    other = write_fer2013(tmp_path / "b.csv", faces, [0, 0, 3, 0, 0, 0], usages)
    (conflict,) = check([one, other]).of("conflict")
    assert conflict.places == ["a.csv/a.csv:4", "b.csv/b.csv:4"]


def test_every_bad_file_and_row_is_named(tmp_path):
    root = write_folders(tmp_path, make_faces(24), PLACES)
    (root / "train" / "sad" / "page.png").write_text("<html>no picture</html>")
    (root / "train" / "sad" / "empty.png").write_bytes(b"")
    cut = png(make_faces(1, seed=4)[0])
    (root / "train" / "sad" / "cut.png").write_bytes(cut[: len(cut) // 2])
    table = write_fer2013(tmp_path / "fer2013.csv", make_faces(4, seed=3), [0, 3, 11, 4], ["Training"] * 4)
    with table.open("a") as file:
        file.write('3,"1 2 3",Training\n,,\n4\n')
    report = check(root)
    places = [finding.places[0].replace("\\", "/") for finding in report.of("unreadable")]
    assert [place.rpartition("/")[2] for place in sorted(places)] == [
        "fer2013.csv, line 4", "fer2013.csv, line 6", "fer2013.csv, line 7", "fer2013.csv, line 8",
        "cut.png", "empty.png", "page.png",
    ]  # fmt: skip
    assert report.faces == 27
    with pytest.raises(DataError, match=r"fer2013\.csv, line 4"):
        load_faces(root)


def test_votes_without_their_picture_are_missing(tmp_path):
    folder = write_ferplus(tmp_path, make_faces(4), [[9] + [0] * 9] * 4, ["Training"] * 3 + ["PublicTest"])
    (folder / "FER2013Train" / "fer1.png").unlink()
    (finding,) = check(folder).findings
    assert finding.kind == "missing"
    assert finding.places[0].endswith("fer2013new.csv, line 3")
    assert len(load_faces(folder)) == 3


def test_a_damaged_member_of_a_zip_file_is_reported_and_the_rest_is_read(clean, tmp_path):
    archive = write_zip(tmp_path / "data.zip", clean)
    content = bytearray(archive.read_bytes())
    content[80] ^= 0xFF
    archive.write_bytes(content)
    report = check(archive)
    assert kinds(report) == {"unreadable": 1}
    assert report.faces == 23


def test_blank_pictures_and_odd_sizes_are_reported(clean):
    add(clean, "train/happy", np.full((48, 48), 7, np.uint8), "black.png")
    big = np.asarray(Image.fromarray(make_faces(1, seed=8)[0]).resize((96, 96)))
    add(clean, "train/sad", big, "big.png")
    report = check(clean)
    assert [(f.kind, f.places, f.what.partition(",")[0]) for f in report.findings] == [
        ("wrong_size", ["train/sad/big.png"], "96x96"), ("blank", ["train/happy/black.png"], "next to nothing in it"),
    ]  # fmt: skip


def test_where_sizes_vary_only_harmful_ones_are_odd(tmp_path):
    sizes = [(50 + i, 50 + i) for i in range(10)] + [(30, 30), (100, 60)]
    for i, (face, size) in enumerate(zip(make_faces(12), sizes, strict=True)):
        (tmp_path / "train" / "ab"[i % 2]).mkdir(parents=True, exist_ok=True)
        Image.fromarray(face).resize(size).save(tmp_path / "train" / "ab"[i % 2] / f"{i}.png")
    assert sorted(f.what for f in check(tmp_path).of("wrong_size")) == ["100x60", "30x30"]


def test_no_file_at_all_is_read_but_all_are_reported(tmp_path):
    for name in ("happy", "sad"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.png").write_text("no")
    report = check(tmp_path)
    assert report.faces == 0
    assert kinds(report) == {"unreadable": 2}
    with pytest.raises(DataError, match="no class folders"):
        (tmp_path / "nothing").mkdir()
        check(tmp_path / "nothing")


def test_a_cleaned_copy_is_clean_and_the_original_untouched(clean, tmp_path):
    faces = make_faces(24)
    add(clean, "test/happy", ALTERED["brighter"](faces[0]))  # leaks from train/happy/0.png
    add(clean, "train/happy", faces[1 + 5], "other.png")  # 6.png again
    add(clean, "validation/sad", ALTERED["moved"](faces[3]))  # near copy of 3.png
    add(clean, "train/fear", faces[7], "fear.png")  # 7.png is sad
    add(clean, "train/fear", np.zeros((48, 48), np.uint8), "black.png")
    (clean / "train" / "fear" / "bad.png").write_text("no")
    before = state(clean)
    fixed = fix(clean, tmp_path / "out")
    assert state(clean) == before
    assert fixed.dropped == {
        "unreadable": 1, "leak": 1, "duplicate": 1, "conflict": 2, "near_duplicate": 1, "blank": 1,
    }  # fmt: skip
    assert check(tmp_path / "out").clean
    kept = set(load_faces(tmp_path / "out").names)
    assert "test/happy/new.png" in kept
    assert not {"train/happy/0.png", "train/sad/7.png", "train/fear/fear.png", "train/fear/black.png"} & kept
    with (tmp_path / "out" / "dropped.csv").open(newline="") as file:
        rows = {row["name"].rpartition("/")[2]: row for row in csv.DictReader(file)}
    assert rows["0.png"] == {
        "name": "train/happy/0.png", "split": "Training", "class": "happiness", "reason": "leak",
        "because of": "test/happy/new.png",
    }  # fmt: skip
    assert rows["bad.png"]["reason"] == "unreadable"
    assert len(rows) == sum(fixed.dropped.values())


def test_a_cleaned_copy_is_not_written_into_the_data(clean):
    before = state(clean)
    with pytest.raises(DataError, match="lies inside the data"):
        fix(clean, clean / "fixed")
    with pytest.raises(DataError, match="already"):
        fix(clean, clean)
    assert state(clean) == before


def test_a_leak_between_all_three_splits_keeps_the_last(tmp_path):
    face = make_faces(1)
    faces = np.concatenate([face, face, face, make_faces(3, seed=2)])
    usages = ["Training", "PublicTest", "PrivateTest"] * 2
    table = write_fer2013(tmp_path / "fer2013.csv", faces, [0] * 6, usages)
    assert kinds(check(table)) == {"leak": 2}
    fix(table, tmp_path / "out")
    assert load_faces(tmp_path / "out").names == [f"fer2013.csv:{line}" for line in (4, 5, 6, 7)]


def test_faces_unlike_each_other_are_no_copies_and_copies_are_found_among_many():
    faces = make_faces(1500)
    found = duplicates.near(faces)
    assert len(found.pairs) == 0
    rng = np.random.default_rng(1)
    chosen = rng.permutation(1500)[:60]
    noisy = np.clip(faces[chosen] * 0.9 + rng.normal(0, 6, (60, 48, 48)), 0, 255).astype(np.uint8)
    noisy[::2] = noisy[::2, :, ::-1]
    found = duplicates.near(np.concatenate([faces, noisy]))
    expected = {(int(i), 1500 + k, k % 2 == 0) for k, i in enumerate(chosen)}
    assert set(zip(*found.pairs.T.tolist(), found.mirrored.tolist(), strict=True)) == expected


def test_a_thousand_times_the_same_picture_ends_soon(tmp_path):
    faces = np.repeat(make_faces(2), 500, axis=0)
    report = check(write_fer2013(tmp_path / "fer2013.csv", faces, [0, 3] * 500, ["Training"] * 1000))
    assert report.count("duplicate") == 998
