"""The studio's database: both kinds do the same, migrations keep what there is, and a job is done once."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy", reason="needs mien[studio]")

from sqlalchemy import Engine, insert, inspect, select, text

from mien.database import (
    JOBS,
    METADATA,
    TOKENS,
    USERS,
    DatabaseError,
    DatabaseUnreachable,
    open_engine,
    reading,
    sqlite_url,
    upgrade,
    writing,
)
from mien.database.schema import HEAD
from mien.studio.job_store import Full, Job, JobStore
from mien.studio.old_jobs import take_over
from postgres_server import Postgres


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> JobStore:
    upgrade(engine)
    return JobStore(engine)


def job(name: str, owner: str = "", key: str | None = None) -> Job:
    return Job("clip", {"draw": "none"}, name, key, owner)


def test_migrations_make_the_tables_and_keep_what_there_is_from_the_first_version_on(engine: Engine) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    upgrade(engine, "0001")
    with writing(engine) as base:
        base.execute(insert(USERS).values(id="u" * 32, name="anna", role="admin", made=1.5))
        base.execute(insert(TOKENS).values(hash="h" * 64, user_id="u" * 32, made=1.5))
    JobStore(engine).add(job("a", "u" * 32, "key"))
    with ThreadPoolExecutor(3) as threads:  # workers that start at the same time
        for done in [threads.submit(upgrade, engine) for _ in range(3)]:
            done.result()
    with reading(engine) as base:
        assert base.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == HEAD
        assert [row.name for row in base.execute(select(USERS))] == ["anna"]
        assert [row.key for row in base.execute(select(JOBS))] == ["key"]
        assert compare_metadata(MigrationContext.configure(base), METADATA) == []
        assert {unique["name"] for unique in inspect(base).get_unique_constraints("jobs")} == {"uq_jobs_owner_key"}


def test_the_newest_migration_is_the_one_that_the_schema_names() -> None:
    from mien.database.upgrading import MIGRATIONS

    assert sorted(path.name for path in (MIGRATIONS / "versions").glob("v*.py"))[-1].startswith(f"v{HEAD}_")


def test_a_database_of_a_newer_mien_is_left_alone(engine: Engine) -> None:
    upgrade(engine)
    with writing(engine) as base:
        base.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match="newer mien"):
        upgrade(engine)


WORKER = """
import sys
from mien.database import open_engine
from mien.studio.job_store import JobStore
store = JobStore(open_engine(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
while (job := store.claim(60.0)) is not None:
    job.state, job.result = "done", {"by": sys.argv[2]}
    print(job.id, store.finish(job), flush=True)
"""


def test_two_processes_do_two_hundred_jobs_and_each_once(store: JobStore, database_url: str) -> None:
    with writing(store._engine) as base:
        from mien.studio.job_store import _row

        base.execute(insert(JOBS), [_row(job(str(number))) for number in range(200)])
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    both = [subprocess.Popen([sys.executable, "-c", WORKER, database_url, name], **pipes) for name in "ab"]  # type: ignore[call-overload]
    for one in both:
        assert one.stdout.readline() == "ready\n"
    for one in both:
        one.stdin.write("go\n")
        one.stdin.flush()
    told = [one.communicate(timeout=60)[0].split("\n")[:-1] for one in both]
    assert all(told), "one of them did everything"
    assert all(line.endswith("True") for lines in told for line in lines)
    assert len({line.split()[0] for lines in told for line in lines}) == sum(map(len, told)) == 200
    done = store.all("")
    assert {one.state for one in done} == {"done"} and {one.attempt for one in done} == {1}


def test_who_lost_a_job_writes_nothing_any_more(store: JobStore) -> None:
    store.add(job("a"))
    slow = store.claim(0.01)
    assert slow is not None and slow.attempt == 1
    time.sleep(0.05)
    fast = store.claim(60.0)
    assert fast is not None and (fast.id, fast.attempt) == (slow.id, 2)
    assert store.claim(60.0) is None
    slow.state, slow.result = "done", {"by": "slow"}
    assert not store.beat(slow, 60.0) and not store.release(slow) and not store.finish(slow)
    fast.progress, fast.doing = 0.5, "Drawing"
    assert store.beat(fast, 60.0)
    seen = store.find(fast.id, "")
    assert seen is not None and (seen.state, seen.progress, seen.doing) == ("running", 0.5, "Drawing")
    fast.state, fast.result = "done", {"by": "fast"}
    assert store.finish(fast) and not store.finish(fast)
    found = store.find(fast.id, "")
    assert found is not None and found.result == {"by": "fast"}


def test_owners_take_turns_and_have_keys_and_limits_of_their_own(store: JobStore) -> None:
    many = [store.add(job(f"a{number}", "anna", f"k{number}"), most=3) for number in range(3)]
    with pytest.raises(Full):
        store.add(job("a3", "anna", "k3"), most=3)
    assert store.add(job("a0", "anna", "k0"), most=3).id == many[0].id  # known: no new one is asked for
    late = store.add(job("b", "bert", "k0"), most=3)
    order = [store.claim(60.0) for _ in range(3)]
    assert [one and one.id for one in order] == [many[0].id, late.id, many[1].id]
    with ThreadPoolExecutor(4) as threads:  # the same key at the same time
        same = {one.id for one in threads.map(lambda _: store.add(job("c", "cleo", "k"), most=3), range(4))}
    assert len(same) == 1 and store.open("cleo") == 1
    assert store.find(late.id, "anna") is None and not store.delete(late.id, "anna") and store.delete(late.id, "bert")


def test_the_jobs_of_an_older_mien_are_taken_over_once(store: JobStore, tmp_path: Path) -> None:
    import sqlite3

    old = tmp_path / "jobs.sqlite3"
    with sqlite3.connect(old) as base:
        base.executescript(
            "CREATE TABLE jobs (id TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, params TEXT NOT NULL,"
            "key TEXT UNIQUE, fingerprint TEXT NOT NULL, made REAL NOT NULL, ended REAL, files TEXT NOT NULL,"
            "result TEXT NOT NULL, problem TEXT); PRAGMA user_version = 1;"
            "INSERT INTO jobs VALUES ('1', 'clip', 'done', '{}', 'k', 'f', 5, 6, '[]', '{\"people\": 2}', NULL);"
            "INSERT INTO jobs VALUES ('2', 'clip', 'running', '{}', NULL, 'g', 7, NULL, '[]', '{}', NULL);"
        )
    base.close()
    kept = old.read_bytes()
    assert take_over(old, store) == 2 and not old.exists()
    old.write_bytes(kept)  # as if it had been cut short before it was deleted
    assert take_over(old, store) == 2
    waiting, done = store.all("")
    assert (waiting.id, waiting.state, done.id, done.state, done.result, done.attempt) == (
        "2", "queued", "1", "done", {"people": 2}, 1,
    )  # fmt: skip


def test_a_restart_of_postgresql_is_told_as_such_and_then_over(
    postgres: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    engine = open_engine(postgres.new())
    upgrade(engine)
    store = JobStore(engine)
    store.add(job("a"))
    running = store.claim(60.0)
    assert running is not None
    postgres.stop()
    try:
        with caplog.at_level(logging.DEBUG), pytest.raises(DatabaseUnreachable, match="does not answer") as told:
            store.all("")
        assert "open-sesame" not in str(told.value) + repr(engine) + caplog.text
    finally:
        postgres.start()
    assert store.beat(running, 60.0)  # over a connection that was cut
    running.state = "done"
    assert store.finish(running) and [one.state for one in store.all("")] == ["done"]
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("open-sesame", "write postgresql://"),
        ("mysql://a:open-sesame@b/c", "mysql"),
        ("postgresql://a:open-sesame@127.0.0.1:x/c", "write postgresql://"),
        ("postgresql://a:open-sesame@127.0.0.1:1/c?password=open-sesame", "postgresql://127.0.0.1:1/c"),
        ("sqlite://", "sqlite:///FILE"),
        ("sqlite:////no/such/folder/a.sqlite3", "/no/such/folder"),
    ],
)
def test_an_address_that_cannot_be_used_is_told_without_its_password(url: str, words: str) -> None:
    if url.startswith("postgresql"):
        pytest.importorskip("psycopg", reason="needs mien[postgres]")
    with pytest.raises(DatabaseError, match=words.replace("?", r"\?")) as told:
        upgrade(open_engine(url))
    assert "open-sesame" not in str(told.value) and "\n" not in str(told.value)


def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no database " * 200)
    with pytest.raises(DatabaseError, match="move it away"):
        upgrade(open_engine(sqlite_url(tmp_path / "notes.txt")))
    assert (tmp_path / "notes.txt").read_text().startswith("no database")


def test_writers_of_a_file_wait_for_each_other(tmp_path: Path) -> None:
    engine = open_engine(sqlite_url(tmp_path / "base.sqlite3"))
    upgrade(engine)
    held = threading.Event()

    def hold() -> None:
        with writing(engine) as base:
            base.execute(insert(USERS).values(id="a", name="a", role="viewer", made=0.0))
            held.set()
            time.sleep(0.2)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    with writing(engine) as base:
        assert base.execute(select(USERS.c.name)).scalars().all() == ["a"]
    thread.join()
