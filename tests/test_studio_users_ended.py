"""Whose token has ended keeps nothing open and gets nothing back, and no user stands in the way of the others."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="needs mien[studio]")
pytest.importorskip("sqlalchemy", reason="needs mien[studio]")

from starlette.websockets import WebSocketDisconnect

from mien.database import open_engine, upgrade
from mien.studio import directory, lab_elsewhere, status_api
from mien.studio.job_runner import ATTEMPTS
from mien.studio.job_store import Gone, Job
from mien.studio.lab_store import write_json
from mien.studio.private import FolderLock
from mien.studio.problems import Problem
from mien.studio.users import User, add_user, hashed, list_users, new_token, remove_user
from studio_client import LIVE, as_problem, studio
from test_studio_users import People

#: Seconds within which a worker has looked again, with time for a slow machine.
SOON = 3 * directory.OFTEN + 6


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    folder = tmp_path_factory.mktemp("ended")
    (folder / "studio").mkdir(mode=0o700)
    engine = open_engine(f"sqlite:///{folder / 'studio' / 'studio.sqlite3'}")
    upgrade(engine)
    tokens = {name: add_user(engine, name, role) for name, role in (("anna", "admin"), ("bert", "member"))}  # type: ignore[arg-type]
    engine.dispose()
    with studio(folder, limits={"workers": 2, "queue": 6}) as client:
        yield People(client, tokens, folder / "studio")


def test_an_ended_token_ends_what_is_open(people: People) -> None:
    job = Job("clip", {}, "f", owner=people.id_of("bert"), state="running", attempt=1)
    people.house.jobs.store.add(job)
    with people.engine.begin() as base:
        base.exec_driver_sql("UPDATE jobs SET lease = ? WHERE id = ?", (time.time() + 300, job.id))
    headers = {"Authorization": f"Bearer {people.tokens['bert']}"}
    with ThreadPoolExecutor(1) as threads, people.client.websocket_connect(LIVE, headers=headers) as live:
        listening = threads.submit(people.ask, "bert", "GET", f"/api/jobs/{job.id}/events")
        live.send_json({"smooth": False})
        time.sleep(0.3)
        assert not listening.done()
        people.tokens["bert"] = new_token(people.engine, "bert")  # on the command line
        with pytest.raises(WebSocketDisconnect) as closed:  # although nothing is sent
            live.receive_json()
        assert closed.value.code == 1008
        heard = listening.result(SOON)
    assert "event: progress" in heard.text and "event: done" not in heard.text


def test_workers_that_still_remember_an_admin_do_nothing_for_them(people: People) -> None:
    engine = people.engine
    first, second = (User("", name, "admin", hashed(add_user(engine, name, "admin"))) for name in ("ada", "bea"))
    with engine.connect() as base:
        ids = dict(base.exec_driver_sql("SELECT name, id FROM users").all())  # type: ignore[arg-type]
    first, second = (User(ids[one.name], one.name, "admin", one.token) for one in (first, second))
    add_user(engine, "fay", "viewer", first)
    remove_user(engine, people.folder, "bea", first)
    for attempt in (
        lambda: remove_user(engine, people.folder, "ada", second),  # each other: one of them stays
        lambda: add_user(engine, "backdoor", "admin", second),
        lambda: new_token(engine, "fay", second),
    ):
        with pytest.raises(Problem, match="token has ended"):
            attempt()
    new_token(engine, "ada")
    with pytest.raises(Problem, match="token has ended"):  # nor for who has an admin's old token
        new_token(engine, "ada", first)
    for name in ("ada", "fay"):
        remove_user(engine, people.folder, name)
    assert [row["name"] for row in list_users(engine)] == ["anna", "bert"]
    with pytest.raises(Gone):  # a clip that came for minutes
        people.house.jobs.store.add(Job("clip", {}, "f", owner=ids["ada"]), owned=True)


def test_another_sites_link_signs_nobody_in_unasked(people: People) -> None:
    token = people.tokens["bert"]
    navigate = {"Sec-Fetch-Mode": "navigate", "Accept": "text/html"}
    link = people.client.get("/", params={"token": token}, headers={**navigate, "Sec-Fetch-Site": "cross-site"})
    assert "set-cookie" not in link.headers and "I am bert" in link.text and f"/?token={token}" in link.text
    typed = people.client.get("/", params={"token": token}, headers={**navigate, "Sec-Fetch-Site": "none"})
    assert "set-cookie" in typed.headers
    people.client.cookies.clear()


def test_wrong_tokens_lock_out_nobody_who_has_one(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "SELDOM", 0.02)
    wrong = [people.client.get("/api/me", headers={"Authorization": f"Bearer {n:043}"}) for n in range(12)]
    as_problem(wrong[-1], "rate", 429)
    assert people.ask("bert", "GET", "/api/me").status_code == 200


def test_no_user_takes_every_place(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    free = threading.Event()
    monkeypatch.setattr(status_api, "_models", lambda *_: free.wait(SOON) and {})
    with ThreadPoolExecutor(8) as threads:
        mine = [threads.submit(people.ask, "bert", "GET", "/api/models") for _ in range(7)]
        end = time.monotonic() + SOON
        while not any(one.done() for one in mine):
            assert time.monotonic() < end
            time.sleep(0.05)
        other = threads.submit(people.ask, "anna", "GET", "/api/models")
        time.sleep(0.2)
        free.set()
        told = sorted(one.result().status_code for one in mine)
        assert (told, other.result().status_code) == ([200] * 6 + [429], 200)


def test_a_job_that_ends_its_worker_each_time_is_given_up(people: People) -> None:
    """Its lease is far away, as after a clock that was set back."""
    job = Job("clip", {}, "f", owner=people.id_of("bert"), state="running", attempt=ATTEMPTS)
    people.house.jobs.store.add(job)
    with people.engine.begin() as base:
        base.exec_driver_sql("UPDATE jobs SET lease = ? WHERE id = ?", (time.time() + 1e5, job.id))
    end = time.monotonic() + SOON
    while (told := people.ask("bert", "GET", f"/api/jobs/{job.id}").json())["state"] == "running":
        assert time.monotonic() < end
        time.sleep(0.1)
    assert told["state"] == "failed" and str(ATTEMPTS) in told["problem"]["detail"]


def test_a_request_for_the_lab_goes_to_no_port_of_a_worker_that_is_gone(tmp_path: Path) -> None:
    async def asked() -> None:
        scope = {"type": "http", "method": "GET", "path": "/api/lab", "query_string": b"", "headers": []}

        async def never() -> None:
            raise AssertionError

        await lab_elsewhere.hand_on(tmp_path, scope, never, never)  # type: ignore[arg-type]

    with socket.create_server(("127.0.0.1", 0)) as stranger:
        stranger.settimeout(0.2)
        write_json(tmp_path / lab_elsewhere.HOLDER, {"host": socket.gethostname(), "port": stranger.getsockname()[1]})
        with pytest.raises(Problem, match="moves"):
            asyncio.run(asked())
        with pytest.raises(TimeoutError):
            stranger.accept()
    lock = FolderLock(tmp_path)  # it has been let go of
    assert lock.held
    lock.release()
