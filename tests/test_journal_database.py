"""The journal in a studio's database: it tells the same as one's own file, to its owner and to nobody else."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sqlalchemy", reason="needs mien[studio]")
pytest.importorskip("fastapi", reason="needs mien[studio]")

from sqlalchemy import Engine, text

from conftest import Run
from journal_owners import left, new_user, owner_of
from journal_scenes import acted, everything, fill, hours_ago, record, showing
from mien.database import is_postgresql, open_engine, reading, sqlite_url, upgrade
from mien.errors import JournalError, NoConsent, NotInJournal
from mien.journal import Journal, moments, sessions
from mien.journal.database_store import DatabaseStore, expire_all
from mien.journal.store import JournalAway
from mien.journal.times import now
from mien.studio.users import add_user, remove_user
from mien.types import Scene
from postgres_server import Postgres


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    if request.param == "sqlite":
        url = sqlite_url(tmp_path_factory.mktemp("base") / "studio.sqlite3")
    else:
        url = request.getfixturevalue("postgres").new()
    engine = open_engine(url)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def journal(engine: Engine) -> Iterator[Journal]:
    """Of a new user."""
    with Journal(store=DatabaseStore(engine, new_user(engine))) as journal:
        yield journal


def test_it_tells_the_same_as_a_file_and_deletes_the_same(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = hours_ago(1) + timedelta(seconds=0.4)
    with Journal(tmp_path / "journal.db") as own:
        both = own, journal
        assert everything(own) == everything(journal)
        for one in both:
            fill(one, began)
        assert everything(own) == everything(journal)
        assert [c.wording for c in own.consents()] == [1] * 3 and [c.wording for c in journal.consents()] == [2] * 3
        for room in (moments, sessions):
            monkeypatch.setattr(room, "FINE", 10)  # as if the sessions were very long
        assert everything(own) == everything(journal)
        for change in (
            lambda one: one.keep(5),
            lambda one: one.revoke("Ilsa", keep=True),
            lambda one: one.delete(person="guests"),
            lambda one: one.delete(session="Metropolis"),
        ):
            assert change(own) == change(journal)
            assert everything(own) == everything(journal)
        for one in both:
            record(one, "again", ("neutral", 3))
            with pytest.raises(JournalError, match="Vertigo: no session"):
                one.delete(session="Vertigo")
            with pytest.raises(NoConsent, match="Ilsa: has not agreed"):
                one.recording("again", "Ilsa")
        assert own.delete(everything=True) == journal.delete(everything=True)
        assert everything(own) == everything(journal)


def test_nobody_sees_or_deletes_what_is_anothers(engine: Engine, journal: Journal) -> None:
    began = hours_ago(1)
    with Journal(store=DatabaseStore(engine, new_user(engine))) as other:
        assert everything(journal)[0] == []
        fill(other, began)
        assert everything(journal)[0] == [] and "Casablanca" not in str(everything(journal))
        with pytest.raises(NotInJournal):
            journal.summary("Casablanca")
        with pytest.raises(NotInJournal):
            journal.delete(person="Ilsa")
        with pytest.raises(NotInJournal):
            journal.revoke("Ilsa")
        with pytest.raises(NoConsent):
            journal.recording("Casablanca", "Ilsa")
        journal.consent("Ilsa")
        record(journal, "Casablanca", ("sadness", 2), person="Ilsa")  # the same names
        before, mine = everything(other), everything(journal)
        assert journal.session("Casablanca").entries == 10
        other.export_text(".csv")
        journal.keep(1)
        journal.delete(session="Casablanca")
        assert journal.expire() == 0 and everything(other) == before
        assert everything(journal) != mine
        journal.delete(everything=True)
        assert everything(other) == before
        assert left(engine, owner_of(journal)) == {} and left(engine, owner_of(other))


def test_with_a_user_goes_their_journal_and_none_can_be_begun(engine: Engine, tmp_path: Path) -> None:
    add_user(engine, "gone", "member")
    with reading(engine) as db:
        owner = db.execute(text("SELECT id FROM users WHERE name = 'gone'")).scalar_one()
    with Journal(store=DatabaseStore(engine, owner)) as journal:
        fill(journal, hours_ago(1))
        recording = journal.recording("Casablanca", "Ilsa")
        remove_user(engine, tmp_path, "gone")
        recording.add(Scene(8, 8, [showing("happiness")], time=0.0))
        with pytest.raises(NoConsent):
            recording.close()
        with pytest.raises(JournalError, match="removed from the studio"):
            journal.consent("Ilsa")
    assert left(engine, owner) == {}


def test_consent_that_is_withdrawn_while_others_write_leaves_nothing(engine: Engine) -> None:
    """Again and again, since it is about who is first."""
    for _ in range(4):
        with Journal(store=DatabaseStore(engine, new_user(engine))) as journal:
            journal.consent("guests", everyone=True)
            told: list[str] = []
            begun = threading.Barrier(3)

            def write(number: int, journal: Journal = journal, begun: Any = begun, told: list[str] = told) -> None:
                try:
                    with journal.recording("Friday", "guests", began=hours_ago(1)) as recording:
                        for place, scene in enumerate(acted(("happiness", 3000), track_id=number)):
                            recording.add(scene)
                            recording.flush()
                            if place == 20:
                                begun.wait(20)
                            if place > 20:
                                time.sleep(0.001)  # SQLite's lock is not fair: who asks again at once has it again
                except NoConsent as error:
                    told.append(str(error))

            threads = [threading.Thread(target=write, args=(number,)) for number in range(2)]
            for thread in threads:
                thread.start()
            begun.wait(20)
            assert journal.revoke("guests").entries >= 10
            for thread in threads:
                thread.join()
            assert len(told) == 2 and all("taken back" in line for line in told)
            assert set(left(engine, owner_of(journal))) <= {"journals"}


def test_many_write_at_once_and_nothing_is_lost_or_doubled(engine: Engine, journal: Journal) -> None:
    journal.consent("guests", everyone=True)
    began = hours_ago(1)
    failures: list[Exception] = []

    def write(number: int) -> None:
        try:
            own = DatabaseStore(open_engine(engine.url.render_as_string(False)), owner_of(journal))
            with Journal(store=own).recording(f"room {number % 2}", "guests", began=began) as recording:
                for place, scene in enumerate(acted(("happiness", 12), track_id=number // 2)):
                    recording.add(scene)
                    if place % 7 == 0:
                        recording.flush()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in (0, 1, 2, 3, 2)]  # one of them twice
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert {one.name: (one.entries, len(one.people)) for one in journal.sessions()} == {
        "room 0": (120, 2), "room 1": (120, 2),
    }  # fmt: skip


def test_what_is_old_goes_from_all_journals_while_nobody_opens_them(
    engine: Engine, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(journal, "old", ("happiness", 4), hours=30 * 24 - 1)
    record(journal, "new", ("happiness", 4), hours=1)
    with Journal(store=DatabaseStore(engine, new_user(engine))) as patient:
        record(patient, "old", ("happiness", 4), hours=30 * 24 - 1)
        patient.keep(60)
        expire_all(engine)
        assert len(journal.sessions()) == 2
        later = now() + timedelta(hours=2)
        monkeypatch.setattr("mien.journal.database_store.now", lambda: later)
        assert expire_all(engine) >= 20
        assert [one.name for one in journal.sessions()] == ["new"] and len(patient.sessions()) == 1


def test_what_is_deleted_is_gone_from_the_tables_files(
    engine: Engine, journal: Journal, request: pytest.FixtureRequest
) -> None:
    name = f"Casablanca {uuid.uuid4().hex}"
    record(journal, name, ("happiness", 40), hours=2)
    record(journal, "kept", ("happiness", 4), hours=1)
    postgres: Postgres | None = request.getfixturevalue("postgres") if is_postgresql(engine) else None
    with reading(engine) as db:
        query = "SELECT at FROM journal_entries WHERE session IN (SELECT id FROM journal_sessions WHERE name = :name)"
        times = db.execute(text(query), {"name": name}).scalars().all()
    stamps = [at.to_bytes(8, "little") if postgres else at.to_bytes(6, "big") for at in times[::10]]

    def written() -> bytes:
        if postgres is None:
            path = Path(str(engine.url.database))
            return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            db.execute(text("CHECKPOINT"))
            number = db.execute(text("SELECT oid FROM pg_database WHERE datname = current_database()")).scalar_one()
        folder = postgres.folder / "data" / "base" / str(number)
        return b"".join(file.read_bytes() for file in folder.iterdir())

    before = written()
    assert name.encode() in before and all(stamp in before for stamp in stamps)  # so that the search can fail
    journal.delete(session=name)
    after = written()
    assert name.encode() not in after and not any(stamp in after for stamp in stamps)
    assert [one.name for one in journal.sessions()] == ["kept"]


def test_a_write_that_was_not_answered_is_done_again_and_counts_once(engine: Engine, journal: Journal) -> None:
    """The connection breaks when the database has written but nobody was told."""
    journal.consent()
    scenes = list(acted(("happiness", 20)))
    broken = iter([True])
    committed = engine.dialect.do_commit

    def commit(connection: Any) -> None:
        committed(connection)
        if next(broken, False):
            lost = sqlite3.OperationalError("database is locked")
            if is_postgresql(engine):
                import psycopg

                lost = psycopg.OperationalError("the connection is lost")  # type: ignore[assignment]
            raise lost

    with journal.recording("Friday", began=hours_ago(1)) as recording:
        for scene in scenes[:100]:
            recording.add(scene)
        engine.dialect.do_commit = commit  # type: ignore[method-assign]
        try:
            with pytest.raises(JournalAway, match=r"."):
                recording.flush()
        finally:
            engine.dialect.do_commit = committed  # type: ignore[method-assign]
        for scene in scenes[100:]:
            recording.add(scene)
    assert journal.session("Friday").entries == 100 == sum(journal.timeline("Friday", points=2).entries)


def test_the_command_line_reaches_a_users_journal(engine: Engine, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"u{uuid.uuid4().hex[:8]}"
    add_user(engine, name, "member")
    url = engine.url.render_as_string(False)
    place = ("--database-url", url, "--owner", name)
    assert run("journal", *place, "consent", "me", "--yes")[0] == 0
    code, out, said = run("journal", *place, "show", "--json")
    assert code == 0 and json.loads(out)["consents"][0]["wording"] == 2, said
    assert "open-sesame" not in out
    monkeypatch.setenv("MIEN_DATABASE_URL", url)
    assert json.loads(run("journal", "--owner", name, "show", "--json")[1])["on"] is True
    assert json.loads(run("journal", "show", "--json")[1])["on"] is False, "one's own is another"
    code, _, said = run("journal", "--owner", "nobody", "show")
    assert code == 2 and "nobody: no user of this name" in said
