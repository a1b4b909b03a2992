"""The journal is off until somebody agrees, and keeps nothing but what they agreed to."""

import sqlite3
import stat
import sys
from pathlib import Path

import numpy as np
import pytest

from journal_scenes import acted, record, showing
from mien.errors import JournalError
from mien.journal import Journal
from mien.journal.schema import MIGRATIONS
from mien.types import LABELS, Scene


def test_without_consent_nothing_is_recorded_and_no_file_is_made(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "journal.db"
    with Journal(path) as journal:
        with pytest.raises(JournalError, match=r"me: has not agreed .* mien journal consent me"):
            journal.record(Scene(8, 8, [showing("happiness")], time=0.0), "Friday")
        assert journal.sessions() == [] and journal.days() == [] and journal.consents() == []
        assert journal.delete(everything=True).entries == 0
        with pytest.raises(JournalError, match="the journal is off"):
            journal.keep(7)
    assert not path.parent.exists()


def test_consent_makes_a_file_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "private" / "journal.db"
    with Journal(path) as journal:
        consent = journal.consent("  me ")
        assert consent.holds and consent.person == "me" and consent.wording == 1
        if sys.platform != "win32":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert stat.S_IMODE(path.with_name("journal.db-wal").stat().st_mode) == 0o600
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_who_has_not_agreed_is_not_recorded_among_those_who_have(tmp_path: Path) -> None:
    with Journal(tmp_path / "j.db") as journal:
        journal.consent("anna")
        with pytest.raises(JournalError, match="ben: has not agreed"):
            journal.recording("Friday", {1: "anna", 2: "ben"})
        with journal.recording("Friday", {1: "anna"}) as recording:
            recording.add(Scene(8, 8, [showing("anger", track_id=2), showing("happiness", track_id=1)], time=0.0))
        [session] = journal.sessions()
        assert session.people == ("anna",)
        assert journal.summary("Friday").shares["happiness"] == pytest.approx(0.9, abs=0.01)


def test_of_one_person_the_largest_face_is_theirs_and_of_a_group_every_face(tmp_path: Path) -> None:
    both = [showing("happiness", track_id=1), showing("sadness", track_id=2)]
    with Journal(tmp_path / "j.db") as journal:
        journal.consent("me")
        journal.consent("guests", everyone=True)
        for name in ("me", "guests"):
            with journal.recording(f"with {name}", name) as recording:
                recording.add(Scene(8, 8, both, time=0.0))
        assert journal.session("with me").people == ("me",)
        assert journal.session("with guests").people == ("guests 1", "guests 2")
        assert journal.summary("with guests").audience == 2


def test_consent_taken_back_deletes_and_stops_a_recording_under_way(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    with Journal(path) as journal, Journal(path) as other:
        record(journal, "earlier", ("happiness", 2))
        recording = journal.recording("now", "me")
        scenes = list(acted(("happiness", 4)))
        for scene in scenes[:20]:
            recording.add(scene)
        recording.flush()
        assert len(journal.sessions()) == 2
        assert other.revoke("me").entries > 0
        for scene in scenes[20:]:
            recording.add(scene)
        with pytest.raises(JournalError, match="consent was taken back"):
            recording.close()
        assert journal.sessions() == [] and journal.consents() == []


def test_consent_taken_back_may_leave_what_there_is(tmp_path: Path) -> None:
    with Journal(tmp_path / "j.db") as journal:
        record(journal, "Friday", ("happiness", 2))
        journal.revoke("me", keep=True)
        assert [c.holds for c in journal.consents()] == [False]
        assert len(journal.sessions()) == 1
        with pytest.raises(JournalError, match="has not agreed"):
            journal.recording("Friday")
        assert journal.consent("me").holds
        with pytest.raises(JournalError, match="nobody: has not agreed"):
            journal.revoke("nobody")


def test_the_file_has_no_place_for_pictures_landmarks_or_appearance(tmp_path: Path) -> None:
    """By the tables as they are, and by looking for a face's numbers in the bytes."""
    path = tmp_path / "j.db"
    face = showing("happiness", track_id=1)
    face.landmarks[:] = 123.456
    with Journal(path) as journal:
        journal.consent("me")
        with journal.recording("Friday") as recording:
            recording.add(Scene(8, 8, [face], time=0.0, source="/secret/clip.mp4"))
    db = sqlite3.connect(path)
    tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables == {"settings", "consents", "people", "sessions", "entries", "spans"}
    columns = [row[1] for row in db.execute("PRAGMA table_info(entries)")]
    assert columns == ["session", "person", "at", *LABELS]
    db.close()
    written = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert np.float32(123.456).tobytes() not in written and b"secret" not in written


def test_names_are_checked(tmp_path: Path) -> None:
    with Journal(tmp_path / "j.db") as journal:
        for name in ("", "  ", "x" * 81, "a\0b"):
            with pytest.raises(JournalError, match="a name has 1 to 80 printable characters"):
                journal.consent(name)
        assert not (tmp_path / "j.db").exists()
        journal.consent("Zoë'; DROP TABLE entries; --")
        record(journal, "Zoë", ("neutral", 1), person="Zoë'; DROP TABLE entries; --")
        assert journal.session("Zoë").entries == 5


def test_an_older_file_is_brought_up_to_date_and_keeps_its_entries(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    with Journal(path) as journal:
        record(journal, "Friday", ("happiness", 30))
        before = journal.timeline("Friday", points=3).to_dict()
    db = sqlite3.connect(path)
    db.executescript("DROP TABLE spans; PRAGMA user_version = 1;")
    db.close()
    with Journal(path) as journal:
        assert journal.timeline("Friday", points=3).to_dict() == before
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(JournalError, match="written by a newer mien"):
        Journal(path)


def test_other_files_are_refused_and_left_alone(tmp_path: Path) -> None:
    other, text = tmp_path / "other.db", tmp_path / "notes.txt"
    db = sqlite3.connect(other)
    db.execute("CREATE TABLE notes (x)")
    db.commit()
    db.close()
    text.write_text("dear diary " * 100)
    for path, why in ((other, "no journal of mien"), (text, "no journal, or an encrypted one")):
        before = path.read_bytes()
        with pytest.raises(JournalError, match=why):
            Journal(path).consent("me")
        assert path.read_bytes() == before
    with pytest.raises(JournalError, match="cannot be"):
        Journal(tmp_path).consent("me")


def test_encrypted_its_bytes_tell_nothing_and_open_with_the_passphrase_only(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    with Journal(path, key="it's a secret") as journal:
        record(journal, "Friday evening", ("happiness", 3), person="anna")
        written = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        assert not written.startswith(b"SQLite format 3")
        assert b"Friday evening" not in written and b"anna" not in written
        assert journal.delete(session="Friday evening").entries == 15
    with pytest.raises(JournalError, match="set its passphrase in MIEN_JOURNAL_KEY"):
        Journal(path)
    with pytest.raises(JournalError, match="the passphrase is wrong"):
        Journal(path, key="guess")


def test_encryption_without_its_package_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlcipher3", None)
    with pytest.raises(JournalError, match=r"pip install 'mien\[encrypted\]'"):
        Journal(tmp_path / "j.db", key="secret").consent("me")
    assert not (tmp_path / "j.db").exists()
