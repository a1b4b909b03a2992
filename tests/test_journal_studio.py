"""The journal over HTTP: consent first, then sessions, charts, exports and deleting."""

from __future__ import annotations

import csv
import io
import json
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="needs mien[studio]")

from fastapi.testclient import TestClient

from journal_scenes import record
from mien.journal import Journal
from studio_client import LIVE, as_problem, photo, studio


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with studio(tmp_path) as client:
        yield client


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the studio's journal lies: in the studio's folder, as that is none of the user's."""
    return tmp_path / "studio" / "journal.db"


@pytest.fixture
def filled(client: TestClient, path: Path) -> TestClient:
    with Journal(path) as journal:
        record(journal, "comedy / 1", ("neutral", 3), ("happiness", 12), hours=5)
        record(journal, "drama", ("neutral", 3), ("sadness", 6), hours=3)
    return client


def test_looking_at_a_journal_that_is_off_makes_no_file(client: TestClient, path: Path) -> None:
    state = client.get("/api/journal").json()
    assert state["on"] is False and state["sessions"] == [] and state["days_kept"] == 30
    assert "Entries are deleted after 30 days" in state["text"]
    assert client.get("/api/journal/export").text.startswith("time,session,person,expression,neutral")
    assert client.get("/api/journal/days/2026-05-01").json()["times"] == []
    assert client.delete("/api/journal").json() == {"sessions": 0, "people": 0, "entries": 0}
    as_problem(client.get("/api/journal/session?name=x"), "not-found", 404)
    as_problem(client.post("/api/journal/expiry", json={"days": 7}), "conflict", 409)
    assert not path.exists()


def test_consent_must_be_said_in_so_many_words(client: TestClient, path: Path) -> None:
    for body in ({}, {"agreed": False}, {"agreed": True, "wording": 2}, {"agreed": True, "person": "\ud800"}):
        as_problem(client.post("/api/journal/consents", content=json.dumps(body).encode()), "invalid", 422)
    assert not path.exists()
    given = client.post("/api/journal/consents", json={"agreed": True}).json()
    assert given["person"] == "me" and given["holds"] and path.exists()
    assert client.post("/api/journal/consents", json={"agreed": True}).json() == given
    assert client.get("/api/journal").json()["on"] is True


def test_sessions_days_and_comparisons_are_told(filled: TestClient) -> None:
    state = filled.get("/api/journal").json()
    assert [s["name"] for s in state["sessions"]] == ["drama", "comedy / 1"]
    told = filled.get("/api/journal/session", params={"name": "comedy / 1", "points": 5}).json()
    assert told["audience"] == 1 and told["shares"]["happiness"] > 0.7 and len(told["timeline"]["times"]) <= 5
    assert [m["name"] for m in told["moments"]][:1] == ["longest_calm"]
    assert sum(filled.get(f"/api/journal/days/{d['day']}").json()["entries"][0] > 0 for d in state["days"])
    both = filled.get("/api/journal/compare", params={"name": ["comedy / 1", "drama"]}).json()["sessions"]
    assert [s["name"] for s in both] == ["comedy / 1", "drama"]
    as_problem(filled.get("/api/journal/compare"), "invalid", 422)
    as_problem(filled.get("/api/journal/compare?name=drama&name=western"), "not-found", 404)
    as_problem(filled.get("/api/journal/session?name=drama&person=nobody"), "not-found", 404)
    for day in ("yesterday", "0001-01-01", "9999-12-31"):
        as_problem(filled.get(f"/api/journal/days/{day}"), "invalid", 422)


def test_entries_can_be_taken_along(filled: TestClient) -> None:
    answer = filled.get("/api/journal/export?session=drama")
    assert answer.headers["content-disposition"].startswith('attachment; filename="mien-journal.csv"')
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 45 and {row["session"] for row in rows} == {"drama"}
    assert len(json.loads(filled.get("/api/journal/export?format=json").text)) == 120
    assert len(filled.get("/api/journal/export?format=jsonl").text.splitlines()) == 120
    as_problem(filled.get("/api/journal/export?session=western"), "not-found", 404)
    as_problem(filled.get("/api/journal/export?format=xlsx"), "invalid", 422)


def test_what_is_deleted_is_gone_from_the_bytes(filled: TestClient, path: Path) -> None:
    gone = filled.delete("/api/journal/session", params={"name": "comedy / 1"}).json()
    assert gone == {"sessions": 1, "people": 1, "entries": 75}
    assert b"comedy" not in b"".join(file.read_bytes() for file in path.parent.glob("journal.db*"))
    as_problem(filled.delete("/api/journal/session?name=western"), "not-found", 404)
    assert filled.post("/api/journal/expiry", json={"days": 7}).json()["entries"] == 0
    assert filled.get("/api/journal").json()["days_kept"] == 7
    assert filled.delete("/api/journal").json()["entries"] == 45
    assert filled.get("/api/journal").json()["on"] is False


def test_consent_can_be_taken_back(filled: TestClient) -> None:
    as_problem(filled.delete("/api/journal/consents?person=nobody"), "not-found", 404)
    assert filled.delete("/api/journal/consents?person=me&keep=true").json()["entries"] == 0
    state = filled.get("/api/journal").json()
    assert state["on"] is False and len(state["sessions"]) == 2
    assert filled.delete("/api/journal/consents?person=me").json()["entries"] == 120
    assert filled.get("/api/journal").json()["consents"] == []


def test_the_mirror_records_those_who_agreed_until_they_take_it_back(client: TestClient) -> None:
    """Over the live connection: what the camera shows goes into the journal on the server, and nowhere else."""
    wish = json.dumps({"journal": {"session": "mirror", "person": "me"}})

    def look(number: int) -> dict[str, object]:
        socket.send_bytes(struct.pack(">I", number) + photo())
        return json.loads(socket.receive_text())

    with client.websocket_connect(LIVE) as socket:
        socket.send_text(wish)
        problem = json.loads(socket.receive_text())["problem"]
        assert problem["status"] == 409 and "me: has not agreed" in problem["detail"]
        assert "recording" not in look(1)
        client.post("/api/journal/consents", json={"agreed": True})
        socket.send_text(wish)
        assert look(2)["recording"] == "mirror"
        socket.send_text('{"journal": null}')
        assert "recording" not in look(3)
        [session] = client.get("/api/journal").json()["sessions"]
        assert (session["name"], session["people"], session["entries"]) == ("mirror", ["me"], 1)
        socket.send_text('{"journal": {"session": 7}}')
        assert json.loads(socket.receive_text())["problem"]["status"] == 422
        socket.send_text(wish)
        assert look(4)["recording"] == "mirror"
        client.delete("/api/journal/consents?person=me")
        deadline = time.monotonic() + 10
        while look(5).get("recording"):
            assert time.monotonic() < deadline
            time.sleep(0.1)
    assert client.get("/api/journal").json()["sessions"] == []


def test_what_was_recorded_is_kept_when_the_connection_breaks(client: TestClient) -> None:
    client.post("/api/journal/consents", json={"agreed": True})
    with client.websocket_connect(LIVE) as socket:
        socket.send_text(json.dumps({"journal": {"session": "mirror"}}))
        socket.send_bytes(struct.pack(">I", 1) + photo())
        socket.receive_text()
    deadline = time.monotonic() + 5
    while not client.get("/api/journal").json()["sessions"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
