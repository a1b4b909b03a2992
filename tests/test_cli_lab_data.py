"""`mien lab data` from the command line: what it prints, what it writes, how it ends."""

import json
import sys
from functools import partial

import pytest

from lab_faces import make_faces, png, write_fer2013, write_folders, write_zip
from mien.lab.data import load_faces


@pytest.fixture
def mien(cli):
    return partial(cli, "lab", "data")


@pytest.fixture
def folder(tmp_path):
    places = ["train/happy"] * 6 + ["train/sad"] * 4 + ["validation/happy", "test/sad"]
    return write_folders(tmp_path / "faces", make_faces(12), places)


def test_show_counts_faces(mien, folder):
    code, out, _ = mien("show", folder, "--json")
    shown = json.loads(out)
    assert code == 0
    assert shown["splits"] == {"Training": 10, "PublicTest": 1, "PrivateTest": 1}
    assert shown["labels"]["Training"]["happiness"] == 6
    assert shown["votes"] is None
    code, out, _ = mien("show", folder)
    assert code == 0
    assert "labels\tTraining\thappiness\t6" in out.splitlines()


def test_check_ends_with_0_for_clean_data_and_1_for_what_it_finds(mien, folder):
    code, out, _ = mien("check", folder, "--json")
    assert (code, json.loads(out)["clean"]) == (0, True)
    (folder / "test" / "happy").mkdir()
    (folder / "test" / "happy" / "leak.png").write_bytes(png(make_faces(12)[0]))
    (folder / "train" / "sad" / "bad.png").write_text("no picture")
    code, out, _ = mien("check", folder, "--json")
    report = json.loads(out)
    assert code == 1
    assert {kind: n for kind, n in report["problems"].items() if n} == {"unreadable": 1, "leak": 1}
    assert report["findings"]["unreadable"][0]["places"][0].endswith("bad.png")
    code, out, _ = mien("check", folder)
    assert code == 1
    assert [line.split("\t")[0] for line in out.splitlines()] == ["unreadable", "leak"]


def test_check_writes_a_cleaned_copy(mien, folder, tmp_path):
    (folder / "test" / "sad" / "leak.png").write_bytes(png(make_faces(12)[7]))
    code, out, _ = mien("check", folder, "--fix", tmp_path / "clean", "--json")
    assert code == 0
    assert json.loads(out)["fixed"] == {"out": str(tmp_path / "clean"), "faces": 12, "dropped": {"leak": 1}}
    assert mien("check", tmp_path / "clean")[0] == 0


def test_import_joins_maps_and_draws(mien, folder, tmp_path):
    more = write_fer2013(tmp_path / "more.csv", make_faces(3, seed=5), [3, 4, 5], ["Training"] * 3)
    archive = write_zip(tmp_path / "faces.zip", folder)
    words = ["--map", "surprise=", "--split", "--shares", "50/25/25", "--seed", "3"]
    code, out, _ = mien("import", archive, more, "--out", tmp_path / "set", *words)
    assert code == 0
    assert f"written: {tmp_path / 'set'}" in out
    loaded = load_faces(tmp_path / "set")
    assert len(loaded) == 14
    assert sorted((loaded.split == split).sum() for split in set(loaded.split)) == [4, 4, 6]


def test_balance_prints_before_and_after(mien, folder, tmp_path):
    pytest.importorskip("torch").set_num_threads(1)
    code, out, _ = mien("balance", folder, "--out", tmp_path / "even", "--to", "5", "--json")
    made = json.loads(out)
    assert code == 0
    assert made["before"] == {"happiness": 6, "sadness": 4}
    assert made["after"] == {"happiness": 5, "sadness": 5}


def test_forget_says_what_it_deleted(mien, folder, monkeypatch, tmp_path):
    monkeypatch.setenv("MIEN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("mien.lab.data.cache.WORTH", -1.0)
    load_faces(folder)
    code, out, _ = mien("forget", folder)
    assert code == 0
    assert out.startswith("forgotten: 1 data sets")
    assert not list((tmp_path / "cache" / "data").iterdir())


def test_a_terminal_gets_tables(mien, folder, tmp_path, monkeypatch):
    (folder / "train" / "sad" / "x.png").write_bytes(png(make_faces(12)[0]))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "120")
    _, shown, _ = mien("show", folder)
    assert [line.split()[:5] for line in shown.splitlines() if "happiness" in line] == [
        ["happiness", "6", "1", "-", "7"]
    ]
    assert "none of neutral, surprise, anger" in " ".join(shown.split())
    code, found, _ = mien("check", folder)
    words = " ".join(found.split())
    assert code == 1
    assert "1 conflict one photo under two classes train/happy/0.png + train/sad/x.png" in words
    assert "1 duplicate the same pixels again in one split" in words
    assert "happiness has 1.2 times the Training faces of sadness" in words
    code, fixed, _ = mien("check", folder, "--fix", tmp_path / "clean")
    assert code == 0
    assert "dropped: 2 conflict; listed in dropped.csv" in " ".join(fixed.split())
    assert "clean: no bad files" in mien("check", tmp_path / "clean")[1]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["show", "nowhere"], "nowhere: no such file"),
        (["check", "nowhere"], "nowhere: no such file"),
        (["check", "DATA", "--fix", "DATA/inside"], "lies inside"),
        (["check", "DATA", "--map", "happy"], "old=new"),
        (["import", "DATA", "--out", "DATA"], "already"),
        (["import", "DATA", "--out", "set", "--split", "--shares", "80/20"], "80/10/10"),
        (["import", "DATA", "--out", "set", "--together", "person"], "--split"),
        (["import", "DATA", "--out", "set", "--split", "--together", "person"], "no column 'person'"),
        (["import", "DATA", "--out", "set", "--map", "angry=sad"], "no such class"),
        (["balance", "DATA", "--out", "set", "--to", "many"], "max, median or a number"),
    ],
)
def test_what_goes_wrong_is_said_in_one_line(mien, folder, tmp_path, monkeypatch, words, says):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    code, _, err = mien(*[word.replace("DATA", folder.name) for word in words])
    assert code == 2
    assert says in err
    assert len(err.strip().splitlines()) == 1
    assert sorted(tmp_path.rglob("*")) == before, "something half-done was left behind"


@pytest.mark.parametrize("command", ["show", "check", "import", "balance", "forget"])
def test_every_command_has_an_example(mien, command):
    code, out, _ = mien(command, "--help")
    assert code == 0
    assert f"Example:  mien lab data {command}" in out
