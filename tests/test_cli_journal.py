"""`mien journal`: every command by what it prints, and what it refuses."""

import json
from pathlib import Path

import pytest

from clip_files import make_clip
from conftest import Run
from journal_scenes import record
from mien.journal import Journal
from moving_faces import moving


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "private" / "journal.db"
    monkeypatch.setenv("MIEN_JOURNAL", str(path))
    monkeypatch.chdir(tmp_path)
    return path


@pytest.fixture
def filled(path: Path) -> Path:
    with Journal(path) as journal:
        record(journal, "comedy", ("neutral", 3), ("happiness", 12), hours=5)
        record(journal, "drama", ("neutral", 3), ("sadness", 6), hours=3)
    return path


def test_from_consent_to_a_record_to_nothing(path: Path, run: Run, tmp_path: Path) -> None:
    """The whole way, with a real clip of a real face."""
    make_clip(tmp_path / "clip.mp4", moving(30), rate=10)
    code, _, said = run("journal", "record", "clip.mp4")
    assert code == 2 and "me: has not agreed" in said and not path.exists()
    code, out, _ = run("journal", "consent", "me", "--yes")
    assert code == 0 and f"The journal is {path}" in out
    code, out, said = run("journal", "record", "clip.mp4", "--session", "walk", "--json")
    assert code == 0, said
    told = json.loads(out)
    assert told["session"] == "walk" and 10 <= told["entries"] <= 16
    with Journal(path) as journal:
        assert journal.session("walk").entries == told["entries"]
        assert journal.summary("walk").audience == 1
    code, _, said = run("journal", "record", "clip.mp4", "--session", "walk")
    assert code == 2 and "there is a session of this name" in said
    code, out, _ = run("journal", "revoke", "me")
    assert code == 0 and f"{told['entries']} entries deleted" in out
    assert b"walk" not in path.read_bytes()


def test_several_people_are_told_apart_by_number(path: Path, run: Run, tmp_path: Path) -> None:
    make_clip(tmp_path / "clip.mp4", moving(12), rate=10)
    run("journal", "consent", "anna", "--yes")
    run("journal", "consent", "guests", "--everyone", "--yes")
    code, _, said = run("journal", "record", "clip.mp4", "--as", "anna=1")
    assert code == 2 and "write NUMBER=NAME" in said
    code, out, said = run("journal", "record", "clip.mp4", "--as", "1=anna", "--session", "by number")
    assert code == 0 and int(out.split()[2]) > 3, said
    code, out, _ = run("journal", "record", "clip.mp4", "--as", "guests", "--session", "a group")
    assert code == 0 and int(out.split()[2]) > 3
    with Journal(path) as journal:
        assert journal.session("by number").people == ("anna",)
        assert journal.session("a group").people == ("guests 1",)


def test_consent_is_not_given_by_a_script_in_silence(path: Path, run: Run) -> None:
    code, _, said = run("journal", "consent", "me")
    assert code == 2 and "add --yes if they did" in said and not path.exists()


def test_consent_shows_what_is_kept_before_it_asks(
    path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.confirm", lambda question: bool(capsys.readouterr().out) and "nobody" in question)
    assert run("journal", "consent", "me")[0] == 1 and not path.exists()
    assert run("journal", "consent", "nobody")[0] == 0 and path.exists()


def test_lists_and_shows(filled: Path, run: Run) -> None:
    assert [line.split("\t")[0] for line in run("journal", "sessions")[1].splitlines()] == [
        "session",
        "drama",
        "comedy",
    ]
    listed = json.loads(run("journal", "sessions", "--json")[1])
    assert [s["entries"] for s in listed] == [45, 75]
    shown = run("journal", "show", "comedy")[1].splitlines()
    assert shown[1].split("\t")[0] == "happiness" and any(line.startswith("First smile\t0:03") for line in shown)
    told = json.loads(run("journal", "show", "comedy", "--json")[1])
    assert told["shares"]["happiness"] > 0.7 and len(told["timeline"]["times"]) > 10
    day = listed[0]["began"][:10]
    assert "entries" in json.loads(run("journal", "show", "--day", day, "--json")[1])
    state = json.loads(run("journal", "show", "--json")[1])
    assert state["on"] and state["days_kept"] == 30 and state["consents"][0]["person"] == "me"
    assert "The journal is on" in run("journal", "show")[1]


def test_compares(filled: Path, run: Run) -> None:
    lines = run("journal", "compare", "comedy", "drama")[1].splitlines()
    assert lines[0] == "\tcomedy\tdrama"
    assert any(line.startswith("first smile\t0:03\t-") for line in lines)
    assert [s["name"] for s in json.loads(run("journal", "compare", "drama", "comedy", "--json")[1])] == [
        "drama",
        "comedy",
    ]
    assert run("journal", "compare", "comedy")[0] == 2


def test_exports_and_keeps(filled: Path, run: Run, tmp_path: Path) -> None:
    assert run("journal", "export", "mine.csv", "--session", "drama")[1] == "mine.csv: 45 entries\n"
    assert len((tmp_path / "mine.csv").read_text().splitlines()) == 46
    assert "after 30 days" in run("journal", "expiry")[1]
    assert json.loads(run("journal", "expiry", "7", "--json")[1]) == {"days": 7, "deleted": 0}
    assert run("journal", "expiry", "0")[0] == 2


def test_deletes_when_told_to(filled: Path, run: Run) -> None:
    code, _, said = run("journal", "delete", "--session", "comedy")
    assert code == 2 and "add --yes" in said
    assert run("journal", "delete", "--session", "comedy", "--yes")[1] == "75 entries deleted.\n"
    assert run("journal", "delete", "--yes")[0] == 2
    assert json.loads(run("journal", "delete", "--all", "--yes", "--json")[1])["entries"] == 45
    assert "off: nobody has agreed" in run("journal", "show")[1]


def test_reports(filled: Path, run: Run, tmp_path: Path) -> None:
    make_clip(tmp_path / "film.mp4", moving(20), rate=10)
    code, out, said = run("journal", "report", "comedy", "--clip", "film.mp4", "--out", "r.html")
    assert (code, out) == (0, "r.html\n"), said
    assert (tmp_path / "r.html").stat().st_size > 10_000
    assert run("journal", "report", "western", "--clip", "film.mp4", "--out", "w.html")[0] == 2


def test_what_mien_live_shows_is_recorded_of_those_who_agreed(path: Path, run: Run, tmp_path: Path) -> None:
    make_clip(tmp_path / "clip.mp4", moving(12), rate=20)
    live = ("live", "--camera", "clip.mp4", "--json", "--journal", "at the desk")
    code, out, said = run(*live)
    assert (code, out) == (2, "") and "me: has not agreed" in said and not path.exists()
    run("journal", "consent", "--yes")
    assert run("live", "--camera", "clip.mp4", "--json", "--as", "me")[0] == 2
    code, out, said = run(*live)
    assert code == 0 and len(out.splitlines()) > 3, said
    with Journal(path) as journal:
        [session] = journal.sessions()
        assert session.name == "at the desk" and 2 <= session.entries <= 5


def test_a_clip_with_no_face_is_no_session(path: Path, run: Run, tmp_path: Path) -> None:
    from moving_faces import nobody

    make_clip(tmp_path / "empty.mp4", nobody(8), rate=10)
    run("journal", "consent", "--yes")
    code, out, _ = run("journal", "record", "empty.mp4", "--session", "empty")
    assert code == 0 and "0 entries" in out
    assert run("journal", "sessions", "--json")[1] == "[]\n"
