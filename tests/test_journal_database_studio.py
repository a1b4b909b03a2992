"""The journal in the database of a studio that runs: it lasts through a restart of the database and expires by itself;
one's own needs neither."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sqlalchemy", reason="needs mien[studio]")
pytest.importorskip("fastapi", reason="needs mien[studio]")

from sqlalchemy import text

from journal_owners import left, new_user
from journal_scenes import acted, hours_ago, record
from mien.database import open_engine, sqlite_url, upgrade, writing
from mien.journal import Journal
from mien.journal.database_store import DatabaseStore
from mien.journal.store import JournalAway
from mien.studio import journal_api
from mien.studio.users import add_user
from postgres_server import Postgres
from studio_client import LIVE, as_problem, photo, studio


def test_a_recording_and_the_live_view_go_on_while_the_database_restarts(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.new()
    engine = open_engine(url)
    upgrade(engine)
    headers = {"Authorization": f"Bearer {add_user(engine, 'anna', 'member')}"}
    other = {"Authorization": f"Bearer {add_user(engine, 'bert', 'member')}"}
    with studio(tmp_path, database=url) as client, Journal(store=DatabaseStore(engine)) as journal:
        state = client.get("/api/journal", headers=headers).json()
        assert (state["home"], state["wording"], state["on"]) == ("database", 2, False)
        assert "database of this studio" in state["text"] and "on this computer" not in state["text"]
        wrong = client.post("/api/journal/consents", json={"agreed": True, "wording": 1}, headers=headers)
        as_problem(wrong, "invalid", 422)
        client.post("/api/journal/consents", json={"agreed": True, "wording": 2}, headers=headers)
        journal.consent()
        with client.websocket_connect(LIVE, headers=headers) as socket:

            def look(number: int) -> Any:
                socket.send_bytes(struct.pack(">I", number) + photo())
                return json.loads(socket.receive_text())

            socket.send_text(json.dumps({"journal": {"session": "mirror"}}))
            assert look(1)["recording"] == "mirror"
            recording = journal.recording("Friday", began=hours_ago(1))
            scenes = list(acted(("happiness", 60)))
            for scene in scenes[:200]:
                recording.add(scene)
            recording.flush()
            postgres.stop()
            try:
                for scene in scenes[200:400]:
                    recording.add(scene)
                with pytest.raises(JournalAway, match="does not answer"):
                    recording.flush()
                answer = look(2)
                assert answer["recording"] == "mirror" and "problem" not in answer
                as_problem(client.get("/api/journal", headers=headers), "database", 503)
                time.sleep(0.6)  # the thread tries, and fails
                assert look(3)["recording"] == "mirror"
            finally:
                postgres.start()
            for scene in scenes[400:]:
                recording.add(scene)
            recording.close()
            assert look(4)["recording"] == "mirror"
        assert recording.entries == 300 == journal.session("Friday").entries
        assert sum(journal.timeline("Friday", points=5).entries) == 300
        deadline = time.monotonic() + 10
        while not (found := client.get("/api/journal", headers=headers).json()["sessions"]):
            assert time.monotonic() < deadline
        assert found[0]["name"] == "mirror" and 1 <= found[0]["entries"] <= 4
        for path in ("session?name=mirror", "compare?name=mirror", "export?session=mirror"):
            as_problem(client.get(f"/api/journal/{path}", headers=other), "not-found", 404)
        as_problem(client.delete("/api/journal/session?name=mirror", headers=other), "not-found", 404)
        assert client.get("/api/journal", headers=other).json()["on"] is False
        assert client.delete("/api/journal", headers=other).json()["entries"] == 0
        assert "me" in client.get("/api/journal/export", headers=headers).text
        assert client.delete("/api/journal", headers=headers).json()["sessions"] == 1
        assert not (tmp_path / "studio" / "users").exists() and not list(tmp_path.rglob("journal.db"))
    engine.dispose()


def test_a_studio_that_runs_deletes_what_has_expired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_api, "SOON", 0.0)
    (tmp_path / "studio").mkdir(mode=0o700)
    engine = open_engine(sqlite_url(tmp_path / "studio" / "studio.sqlite3"))
    upgrade(engine)
    owner = new_user(engine)
    with Journal(store=DatabaseStore(engine, owner)) as journal:
        record(journal, "last week", ("happiness", 2), hours=7 * 24)
    with writing(engine) as db:  # without looking into the journal, which would expire it
        db.execute(text("INSERT INTO journal_settings VALUES (:owner, 'days', '3')"), {"owner": owner})
    assert "journal_spans" in left(engine, owner)
    with studio(tmp_path):
        deadline = time.monotonic() + 10
        while "journal_spans" in left(engine, owner):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert set(left(engine, owner)) == {"journals", "journal_consents", "journal_settings"}
    engine.dispose()


def test_ones_own_journal_needs_no_sqlalchemy(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['sqlalchemy'] = None\n"
        "from mien.journal import Journal\n"
        f"with Journal({str(tmp_path / 'j.db')!r}) as journal:\n"
        "    journal.consent(); journal.recording('Friday').close(); print(journal.consents()[0].person)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "me\n", done.stderr
