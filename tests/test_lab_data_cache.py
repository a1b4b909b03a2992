"""mien's own layout opens at once and whole or not at all; the cache gives back what was read, and nothing else."""

import os
import time

import numpy as np
import pytest

from lab_faces import make_faces, write_fer2013, write_ferplus, write_folders
from mien import DataError
from mien.lab.data import cache, load_faces
from mien.lab.data.dataset import About, open_dataset, write_dataset
from mien.lab.data.importing import import_faces
from mien.lab.data.loading import load


@pytest.fixture
def own_cache(tmp_path, monkeypatch):
    """A cache of this test's own that keeps everything, however fast it was read."""
    monkeypatch.setenv("MIEN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(cache, "WORTH", -1.0)
    return tmp_path / "cache" / "data"


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    faces = make_faces(8)
    places = ["train/happy", "train/sad", "train/fear", "validation/happy", "test/sad", "train/sad"]
    write_folders(folder, faces[:6], places)
    (folder / "attributes.csv").write_text("image,age\n0.png,Y\n1.png,O\n")
    write_ferplus(folder / "plus", faces[6:], [[9] + [0] * 9, [1, 8] + [0] * 8], ["Training", "PublicTest"])
    return folder


def same(one, other):
    for field in ("images", "labels", "split"):
        assert np.array_equal(getattr(one, field), getattr(other, field)), field
    assert np.array_equal(one.votes, other.votes, equal_nan=True)
    assert one.names == other.names
    assert one.classes == other.classes
    assert {c: v.tolist() for c, v in one.groups.items()} == {c: v.tolist() for c, v in other.groups.items()}
    return True


def count(own_cache):
    return len(list(own_cache.iterdir())) if own_cache.is_dir() else 0


def test_an_imported_data_set_is_what_was_read_and_stays_on_the_disk(source, tmp_path):
    out = import_faces(source, tmp_path / "set")
    opened = load_faces(out)
    assert same(opened, load_faces(source))
    assert not opened.images.flags.writeable
    assert type(opened.images) is np.ndarray
    assert sorted(item.name for item in out.iterdir()) == ["dataset.json", "faces.npz", "images.npy"]


def test_names_of_any_kind_survive(tmp_path):
    faces = load_faces(write_fer2013(tmp_path / "a.csv", make_faces(2), [0, 1], ["Training", "PublicTest"]))
    faces.names = ["train/ünï/a b\n.png", "x\udcff.png"]
    write_dataset(faces, About(), tmp_path / "set")
    assert open_dataset(tmp_path / "set")[0].names == faces.names


def test_nothing_is_written_over_or_into_the_source(source, tmp_path):
    out = import_faces(source, tmp_path / "set")
    with pytest.raises(DataError, match="already"):
        import_faces(source, out)
    with pytest.raises(DataError, match="lies inside"):
        import_faces(source, source / "set")
    assert not (source / "set").exists()


def test_an_import_that_fails_leaves_nothing(source, tmp_path, monkeypatch):
    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(DataError, match="No space left"):
        import_faces(source, tmp_path / "set")
    assert sorted(item.name for item in tmp_path.iterdir()) == ["source"]


@pytest.mark.parametrize("name", ["images.npy", "faces.npz", "dataset.json"])
@pytest.mark.parametrize("damage", ["cut", "gone", "garbled"])
def test_a_damaged_data_set_is_refused(source, tmp_path, name, damage):
    path = import_faces(source, tmp_path / "set") / name
    if damage == "gone":
        path.unlink()
    else:
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2] if damage == "cut" else b"garbage" * 50)
    with pytest.raises(DataError, match="set"):
        load_faces(tmp_path / "set")


def test_a_newer_data_set_is_refused(source, tmp_path):
    path = import_faces(source, tmp_path / "set") / "dataset.json"
    path.write_text(path.read_text().replace('"version": 1', '"version": 99'))
    with pytest.raises(DataError, match="newer mien"):
        load_faces(tmp_path / "set")


def test_a_data_set_joins_others_and_takes_a_map(source, tmp_path):
    out = import_faces(source, tmp_path / "set")
    more = write_folders(tmp_path / "more", make_faces(2, seed=9), ["train/anger", "validation/anger"])
    assert len(load_faces([out, more])) == 10
    assert len(load_faces(out, class_map={"fear": ""})) == 7


def test_the_second_load_comes_from_the_cache(source, own_cache, monkeypatch):
    first = load_faces(source)
    assert count(own_cache) == 1
    monkeypatch.setattr("mien.lab.data.loading.read", None)  # nothing is read any more
    assert same(load_faces(source), first)
    if os.name != "nt":
        assert own_cache.stat().st_mode & 0o077 == 0, "faces are nobody else's business"


def test_what_was_done_unasked_is_told_again_from_the_cache(tmp_path, own_cache, caplog):
    write_folders(tmp_path / "plain", make_faces(20), ["happy"] * 10 + ["sad"] * 10)
    for _ in range(2):
        caplog.clear()
        load_faces(tmp_path / "plain")
        assert "20 faces came without a split" in caplog.text


@pytest.mark.parametrize("change", ["touched", "added", "deleted", "renamed", "map"])
def test_a_changed_source_is_read_anew(source, own_cache, change):
    load_faces(source)
    picture = source / "train" / "sad" / "1.png"
    if change == "touched":
        os.utime(picture, ns=(time.time_ns(), picture.stat().st_mtime_ns + 1_000_000_000))
    elif change == "added":
        write_folders(source, make_faces(1, seed=3), ["train/anger"])
    elif change == "deleted":
        picture.unlink()
    elif change == "renamed":
        picture.rename(picture.with_name("other.png"))
    load_faces(source, class_map={"fear": "surprise"} if change == "map" else None)
    assert count(own_cache) == 2


@pytest.mark.parametrize("name", ["images.npy", "faces.npz", "dataset.json"])
def test_a_damaged_entry_is_left_aside(source, own_cache, name):
    first = load_faces(source)
    images = np.array(first.images)
    (entry,) = own_cache.iterdir()
    (entry / name).write_bytes(b"rubbish")
    assert np.array_equal(load_faces(source).images, images)
    assert np.array_equal(load_faces(source).images, images)


def test_the_cache_can_be_switched_off(source, tmp_path, own_cache, monkeypatch):
    monkeypatch.setenv("MIEN_CACHE", "off")
    load_faces(source)
    assert count(own_cache) == 0
    assert cache.forget() == (0, 0)


def test_a_cache_that_cannot_be_written_is_no_error(source, tmp_path, monkeypatch, own_cache):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("MIEN_CACHE", str(tmp_path / "file"))
    assert len(load_faces(source)) == 8


def test_what_was_used_longest_ago_makes_room(tmp_path, own_cache, monkeypatch):
    sources = [write_folders(tmp_path / f"s{i}", make_faces(4, seed=i), ["happy", "sad"] * 2) for i in range(3)]
    monkeypatch.setattr(cache, "LIMIT", 32_000)  # two entries and a half
    for path in sources[:2]:
        load(path)
    for entry in own_cache.iterdir():
        os.utime(entry, (1, 1))
    load(sources[0])
    load(sources[2])
    kept = {(entry / "sources.txt").read_text() for entry in own_cache.iterdir()}
    assert kept == {str(sources[0]), str(sources[2])}


def test_what_is_kept_can_be_forgotten(tmp_path, own_cache):
    sources = [write_folders(tmp_path / f"s{i}", make_faces(2, seed=i), ["happy", "sad"]) for i in range(2)]
    for path in sources:
        load(path)
    entries, size = cache.forget([sources[0]])
    assert (entries, size > 4608, count(own_cache)) == (1, True, 1)
    assert cache.forget()[0] == 1
    assert count(own_cache) == 0


@pytest.mark.parametrize(
    ("system", "variables", "ends"),
    [
        ("linux", {"XDG_CACHE_HOME": "/x"}, "/x/mien/data"),
        ("linux", {}, "/home/u/.cache/mien/data"),
        ("darwin", {}, "/home/u/Library/Caches/mien/data"),
        ("linux", {"MIEN_CACHE": "/y"}, "/y/data"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="paths of other systems")
def test_the_cache_lies_where_the_system_keeps_such_things(monkeypatch, system, variables, ends):
    for name in ("MIEN_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/home/u")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.platform", system)
    assert str(cache.folder()) == ends
