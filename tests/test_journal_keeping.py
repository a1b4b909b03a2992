"""What is deleted is gone from the file's bytes; what is old goes by itself; a crash loses a second at most."""

import sqlite3
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from journal_scenes import acted, hours_ago, record
from mien.errors import JournalError
from mien.journal import Journal
from mien.journal.times import milliseconds, now


def written(path: Path) -> bytes:
    """All bytes of the journal: the file, its write-ahead log and that one's index."""
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


def times_of(path: Path, session: str) -> list[bytes]:
    """The time stamps of a session as SQLite writes them: 48 bits, big-endian."""
    db = sqlite3.connect(path)
    rows = db.execute("SELECT at FROM entries WHERE session = (SELECT id FROM sessions WHERE name = ?)", (session,))
    stamps = [at.to_bytes(6, "big") for (at,) in rows]
    db.close()
    return stamps


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A journal with two people and three sessions, some of it still in the write-ahead log."""
    path = tmp_path / "j.db"
    with Journal(path) as journal:
        record(journal, "Casablanca", ("happiness", 40), ("surprise", 5), person="Ilsa", hours=30)
        record(journal, "Metropolis", ("sadness", 40), person="Maria", hours=20)
        record(journal, "Nosferatu", ("fear", 20), person="Ilsa", hours=10)
    return path


@pytest.mark.parametrize("how", ["session", "person", "all"])
def test_deleted_bytes_are_gone_from_the_file(filled: Path, how: str) -> None:
    doomed = {"session": ["Casablanca"], "person": ["Casablanca", "Nosferatu"], "all": ["Casablanca", "Metropolis"]}
    stamps = [stamp for session in doomed[how] for stamp in times_of(filled, session)]
    kept = times_of(filled, "Metropolis")
    with Journal(filled) as journal:
        assert all(stamp in written(filled) for stamp in stamps)  # so that the search can fail
        assert b"Casablanca" in written(filled)
        done = {
            "session": lambda: journal.delete(session="Casablanca"),
            "person": lambda: journal.delete(person="Ilsa"),
            "all": lambda: journal.delete(everything=True),
        }[how]()
        assert done.entries == {"session": 225, "person": 325, "all": 525}[how]
        left = written(filled)  # while the journal is still open
    for content in (left, written(filled)):
        assert not [stamp for stamp in stamps if stamp in content]
        assert b"Casablanca" not in content
        assert (b"Ilsa" in content) == (how == "session")
        assert all(stamp in content for stamp in kept) == (how != "all")


def test_deleting_everything_turns_the_journal_off(filled: Path) -> None:
    with Journal(filled) as journal:
        journal.keep(90)
        journal.delete(everything=True)
        assert journal.consents() == [] and journal.sessions() == [] and journal.days_kept == 30
        with pytest.raises(JournalError, match="has not agreed"):
            journal.recording("again", "Ilsa")


def test_deleting_what_is_not_there_says_so(filled: Path) -> None:
    with Journal(filled) as journal:
        with pytest.raises(JournalError, match="Vertigo: no session of this name"):
            journal.delete(session="Vertigo")
        with pytest.raises(JournalError, match="Rick: nobody of this name"):
            journal.delete(person="Rick")
        with pytest.raises(JournalError, match="say what to delete"):
            journal.delete(session="Nosferatu", person="Ilsa")
        assert len(journal.sessions()) == 3


def test_who_reads_on_after_a_deletion_is_told_of(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else's open snapshot needs the old bytes: they cannot go yet, and that is no success."""
    monkeypatch.setattr("mien.journal.file_store.PATIENCE", 0.1)
    reader = sqlite3.connect(filled)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM entries").fetchone()
    with Journal(filled) as journal:
        with pytest.raises(JournalError, match="another program"):
            journal.delete(session="Casablanca")
        reader.close()
        journal.delete(session="Nosferatu")
    assert b"Casablanca" not in written(filled)


def test_a_group_is_deleted_by_its_name(tmp_path: Path) -> None:
    with Journal(tmp_path / "j.db") as journal:
        journal.consent("guests", everyone=True)
        for number in (1, 2):
            with journal.recording("Friday", "guests") as recording:
                for scene in acted(("happiness", 1), track_id=number):
                    recording.add(scene)
        assert journal.delete(person="guests").people == 2
        assert journal.sessions() == []


def test_entries_expire_by_themselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "j.db"
    with Journal(path) as journal:
        record(journal, "old", ("happiness", 4), hours=30 * 24 - 1)
        record(journal, "new", ("happiness", 4), hours=1)
        assert {s.name for s in journal.sessions()} == {"old", "new"}
    stamps = times_of(path, "old")
    later = now() + timedelta(hours=2)
    monkeypatch.setattr("mien.journal.journal.now", lambda: later)
    with Journal(path) as journal:
        assert [s.name for s in journal.sessions()] == ["new"]
    assert not [stamp for stamp in stamps if stamp in written(path)]
    assert b"old" not in written(path)


def test_how_long_entries_are_kept_can_be_chosen(tmp_path: Path) -> None:
    with Journal(tmp_path / "j.db") as journal:
        record(journal, "a week ago", ("happiness", 4), hours=7 * 24)
        assert journal.days_kept == 30
        assert journal.keep(3) == 20
        assert journal.sessions() == [] and journal.days_kept == 3
        with pytest.raises(JournalError, match="kept for 3 days only"):
            journal.recording("a week ago", began=hours_ago(7 * 24))
        for days in (0, 4000):
            with pytest.raises(JournalError, match="1 to 3650 days"):
                journal.keep(days)


WRITER = """
import sys, time
sys.path.insert(0, sys.argv[2])
from journal_scenes import acted
from mien.journal import Journal
from mien.types import Scene
journal = Journal(sys.argv[1])
begin = time.monotonic()
recording = journal.recording(sys.argv[3], "me")
while time.monotonic() - begin < 60:
    for scene in acted(("happiness", 0.1)):
        recording.add(Scene(8, 8, scene.faces, time=time.monotonic() - begin))
        print(time.time(), flush=True)
        time.sleep(0.02)
"""


def test_a_killed_writer_loses_a_second_at_most(tmp_path: Path) -> None:
    """Three real processes write into one journal at once and are killed, SIGKILL, in the midst of it."""
    path = tmp_path / "j.db"
    with Journal(path) as journal:
        journal.consent("me")
    command = [sys.executable, "-c", WRITER, str(path), str(Path(__file__).parent)]
    writers = [subprocess.Popen([*command, f"take {i}"], stdout=subprocess.PIPE, text=True) for i in range(3)]
    for writer in writers:
        assert writer.stdout is not None and writer.stdout.readline()
    time.sleep(2.5)
    said = []
    for writer in writers:
        writer.kill()
        output, _ = writer.communicate()
        said.append([float(line) for line in output.split()])
    with Journal(path) as journal:
        sessions = {s.name: s for s in journal.sessions()}
        for number, times in enumerate(said):
            session = sessions[f"take {number}"]
            last = milliseconds(session.began) / 1000 + session.seconds
            assert times[-1] - last < 1.2  # an entry stands for the fifth of a second that begins with its time
            assert session.entries >= 5 * (times[-1] - times[0] - 1.2)
        journal.delete(session="take 0")
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_many_threads_write_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    with Journal(tmp_path / "j.db") as journal:
        journal.consent("guests", everyone=True)
        failures: list[Exception] = []

        def write(number: int) -> None:
            try:
                with journal.recording(f"room {number % 2}", "guests", began=hours_ago(1)) as recording:
                    for scene in acted(("happiness", 20), track_id=number):
                        recording.add(scene)
                        recording.flush()
            except Exception as error:
                failures.append(error)

        threads = [threading.Thread(target=write, args=(i,)) for i in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert {s.name: s.entries for s in journal.sessions()} == {"room 0": 200, "room 1": 200}
        assert [len(s.people) for s in journal.sessions()] == [2, 2]


def test_the_same_recorded_twice_counts_once(tmp_path: Path) -> None:
    began = hours_ago(1)
    with Journal(tmp_path / "j.db") as journal:
        journal.consent()
        for _ in range(2):
            with journal.recording("Friday", began=began) as recording:
                for scene in acted(("happiness", 25)):
                    recording.add(scene)
        assert journal.session("Friday").entries == 125
        assert sum(journal.timeline("Friday", points=2).entries) == 125


def test_entries_are_on_the_disk_within_a_second_while_no_new_scene_comes(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    with Journal(path) as journal, Journal(path) as other:
        journal.consent()
        for scene in acted(("surprise", 0.1)):
            journal.record(scene, "Friday")
        deadline = time.monotonic() + 2.0  # one of them as grace for a busy machine
        while not other.sessions():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert other.session("Friday").entries == 1


def test_an_export_that_nobody_reads_on_does_not_hold_up_deleting(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mien.journal import exporting

    whole = [list(Journal(filled).export_text(".csv", session=name)) for name in (None, "Metropolis")]
    monkeypatch.setattr(exporting, "CHUNK", 7)
    with Journal(filled) as journal:
        for name, told in zip((None, "Metropolis"), whole, strict=True):
            assert "".join(journal.export_text(".csv", session=name)) == "".join(told)
        reading = journal.export_text(".csv")
        assert next(reading) and next(reading)
        began = time.monotonic()
        stamps = times_of(filled, "Casablanca")
        journal.delete(session="Casablanca")
        assert time.monotonic() - began < 4, "it waited for the reader"
        assert not any(stamp in written(filled) for stamp in stamps)
        assert sum(piece.count("\n") for piece in reading) > 100, "the rest is still told"
