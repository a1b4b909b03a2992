"""What a hostile sender meets: a bad request, connection or token takes nothing from the others and learns nothing."""

from __future__ import annotations

import asyncio
import io
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="needs mien[studio]")

from fastapi import FastAPI
from fastapi.testclient import TestClient

from mien.studio import make_app, serve, uploads
from mien.studio.house import House
from mien.studio.lab_store import Item
from mien.studio.lab_tasks import Lab
from mien.studio.live_api import Connection
from mien.studio.settings import Settings
from studio_client import LIVE, as_problem, house_in, house_of, studio, until


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with studio(tmp_path_factory.mktemp("studio"), limits={"rate": 1e6, "burst": 1_000_000}) as client:
        yield client


@pytest.fixture
def house(tmp_path: Path) -> House:
    return house_in(tmp_path)


def test_paths_are_read_only_where_the_owner_asked_for_it(client: TestClient, tmp_path: Path) -> None:
    """Every account of the machine reaches a studio without a token: it must not read files for them."""
    assert client.get("/api/lab").json()["paths"] is False
    answer = client.post("/api/lab/data/path", json={"path": str(tmp_path)})
    assert "--lab-paths" in as_problem(answer, "conflict", 409)
    assert client.get("/api/lab").json()["data"] == []
    token = "a-token-of-some-length"
    assert Settings(lab_paths=True).reads_paths and Settings(token=token).reads_paths
    assert not Settings(host="0.0.0.0", token=token, lab_paths=True).reads_paths


def test_a_second_file_in_a_form_is_refused_before_it_is_kept(client: TestClient, monkeypatch: Any) -> None:
    """It would be kept in memory, up to the limit of a clip."""
    sinks: list[Any] = []

    class Sink(io.BytesIO):
        def __init__(self) -> None:
            super().__init__()
            sinks.append(self)

    monkeypatch.setattr(uploads, "io", SimpleNamespace(BytesIO=Sink))
    files = [("clip", ("a.mp4", b"x")), ("other", ("b.mp4", bytes(200_000)))]
    assert "at most 1" in as_problem(client.post("/api/clips", files=files), "invalid", 422)
    pictures = [("picture", (f"{n}.jpg", b"x")) for n in range(9)]
    assert "at most 8" in as_problem(client.post("/api/personalise", files=pictures), "invalid", 422)
    assert len(sinks) == 8
    assert not list(house_of(client).temporary.path.iterdir())


def test_uploads_leave_room_on_the_disk(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mien.studio.lab_tasks.missing", list)
    monkeypatch.setattr(uploads.shutil, "disk_usage", lambda _: SimpleNamespace(free=uploads.RESERVE + 1_000_000))
    for path, name in (("/api/lab/data", "data"), ("/api/clips", "clip")):
        assert "disk" in as_problem(client.post(path, files={name: bytes(2_000_000)}), "too-large", 413)
    left = iter([uploads.RESERVE + 3_000_000, uploads.RESERVE - 1])  # others fill the disk meanwhile
    monkeypatch.setattr(uploads.shutil, "disk_usage", lambda _: SimpleNamespace(free=next(left)))
    monkeypatch.setattr(uploads, "LOOK", 1_000_000)
    assert "disk" in as_problem(client.post("/api/clips", files={"clip": bytes(2_000_000)}), "too-large", 413)
    assert not list(house_of(client).temporary.path.iterdir())


def test_uploads_for_the_lab_wait_for_a_place_like_all_others(client: TestClient, monkeypatch: Any) -> None:
    monkeypatch.setattr("mien.studio.lab_tasks.missing", list)
    monkeypatch.setattr("mien.studio.lab_runs_api.model_of", lambda *_: Path("model.onnx"))
    monkeypatch.setattr(Lab, "get", lambda *_: Item("runs", "one", {}))
    workers = house_of(client).workers
    monkeypatch.setattr(workers, "coming", 18)
    as_problem(client.post("/api/lab/data", files={"data": b"pixels"}), "busy", 429)
    as_problem(client.post("/api/lab/look?run=1", files={"picture": b"x"}), "busy", 429)


def trickle(pieces: int, seconds: float) -> Callable[[], Awaitable[dict[str, Any]]]:
    """`receive` of ASGI: a byte at a time."""
    left = iter(range(pieces))

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(seconds)
        return {"type": "http.request", "body": b" ", "more_body": next(left, None) is not None}

    return receive


@pytest.mark.parametrize("path", ["/api/look", "/api/suggest"])
def test_a_body_that_trickles_in_loses_its_place(house: House, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setattr(uploads, "PATIENCE", 0.1, raising=False)
    kind = b"image/jpeg" if path == "/api/look" else b"application/json"
    headers = [(b"content-type", kind), (b"host", b"localhost")]
    scope = {"type": "http", "method": "POST", "path": path, "headers": headers, "query_string": b"", "state": {}}
    told: list[Any] = []

    async def send(message: Any) -> None:
        told.append(message)

    app = make_app(house.settings)
    app.state.house.prepare()
    start = time.monotonic()
    asyncio.run(app(scope, trickle(200, 0.02), send))
    assert time.monotonic() - start < 2
    assert told[0]["status"] == 400 and b"too slowly" in told[1]["body"]


def test_a_connection_without_a_request_is_closed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "HEAD", 0.3, raising=False)
    app = FastAPI()

    @app.get("/")
    async def slow() -> str:
        await asyncio.sleep(0.6)  # an answer may take longer than a head
        return "there"

    async def main() -> tuple[list[bytes], bytes]:
        bound = serve.listening("127.0.0.1", 0)
        server = serve.Server(serve.config_of(app, house.settings), lambda: None)
        task = asyncio.create_task(server.serve(sockets=[bound]))
        await until(lambda: server.started)
        pairs = [await asyncio.open_connection(*bound.getsockname()) for _ in range(4)]
        pairs[1][1].write(b"GET / HTTP/1.1\r\nHost: a\r\nX: ")
        for pair in pairs[2:]:
            pair[1].write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        good = await pairs[2][0].readuntil(b"there")
        pairs[3][1].write(b"GET / HTT")  # and then the head of the next one does not come
        silent = [await asyncio.wait_for(pairs[i][0].read(), 2) for i in (0, 1, 3)]
        server.should_exit = True
        for _, writer in pairs:
            writer.close()
        await task
        return silent, good

    silent, good = asyncio.run(main())
    assert silent[:2] == [b"", b""] and silent[2].count(b"HTTP/1.1") == 1
    assert good.startswith(b"HTTP/1.1 200")


def test_a_live_connection_keeps_its_place_until_its_thread_is_free(client: TestClient, monkeypatch: Any) -> None:
    reading, gate = threading.Event(), threading.Event()

    def read(*_: Any) -> dict[str, Any]:
        reading.set()
        gate.wait(10)
        return {}

    monkeypatch.setattr(Connection, "_read", read)
    house = house_of(client)
    with client.websocket_connect(LIVE) as socket:
        socket.send_bytes(b"\0\0\0\1frame")
        assert reading.wait(5)
        socket.close()
        time.sleep(0.2)
        assert house.live == 1
        gate.set()
        end = time.monotonic() + 5
        while house.live and time.monotonic() < end:
            time.sleep(0.01)
        assert house.live == 0


TOKEN = "a+token&of#some%length"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def test_after_wrong_tokens_the_right_one_tells_nothing(tmp_path: Path) -> None:
    with studio(tmp_path, token=TOKEN) as client:
        assert client.get("/api/health", headers=BEARER).status_code == 200
        assert client.get("/", params={"token": TOKEN}).headers["refresh"]
        cookies = dict(client.cookies)
        client.cookies.clear()
        wrong = [client.get("/api/health", headers={"Authorization": f"Bearer {n}"}).status_code for n in range(12)]
        assert wrong == [401] * 10 + [429] * 2
        as_problem(client.get("/api/health", headers=BEARER), "rate", 429)
        as_problem(client.get("/", params={"token": TOKEN}), "rate", 429)
        as_problem(client.get("/api/health"), "token", 401)  # this one tries nothing
        client.cookies.update(cookies)
        assert client.get("/api/health").status_code == 200
    with studio(tmp_path, token=TOKEN) as client:  # the cookie outlasts the studio
        client.cookies.update(cookies)
        assert client.get("/api/health").status_code == 200
    with studio(tmp_path / "other", token=TOKEN) as client:  # and cannot be made of a guess
        client.cookies.update(cookies)
        as_problem(client.get("/api/health"), "token", 401)


def test_the_browser_is_started_with_a_code_that_works_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(serve.webbrowser, "open", opened.append)
    with studio(tmp_path, token=TOKEN) as client:
        for seconds in (60.0, -1.0):
            monkeypatch.setattr("mien.studio.tokens.CODE", seconds, raising=False)
            before = len(opened)
            serve._opened("http://localhost:8765/", house_of(client), True, lambda _: None)
            while len(opened) == before:
                time.sleep(0.01)
        assert all("token" not in address and "a+t" not in address for address in opened)
        first, second = (address.removeprefix("http://localhost:8765") for address in opened)
        assert client.get(first).headers["refresh"] == "0; url=/"
        client.cookies.clear()
        as_problem(client.get(first), "token", 401)
        as_problem(client.get(second), "token", 401)


def test_half_characters_in_json_are_refused_in_one_line(client: TestClient) -> None:
    for path, body in (
        ("/api/avatar/sheet", r'{"variants": [{"hair.style": "\ud800"}]}'),
        ("/api/avatar", r'{"spec": {"hair": {"style": "\ud800"}}}'),
        ("/api/avatar", r'{"expression": "\ud800"}'),
        ("/api/suggest", r'{"face": {"\ud800": 5}}'),
        ("/api/suggest", r'{"language": "\ud800"}'),
    ):
        answer = client.post(path, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in (200, 422), (path, answer.text)
        if answer.status_code == 422:
            as_problem(answer, "invalid", 422)


def test_a_face_that_is_none_is_told_so_and_not_in_words_of_python(client: TestClient) -> None:
    for wrong in (5, "happy", [1], None):
        answer = client.post("/api/suggest", json={"face": {"expression": wrong}})
        detail = as_problem(answer, "invalid", 422)
        assert "object" not in detail and "to_dict()" in detail


def test_senders_who_leave_are_no_mistake_of_ours(house: House, caplog: pytest.LogCaptureFixture) -> None:
    messages = iter([{"type": "http.request", "body": b"--x", "more_body": True}, {"type": "http.disconnect"}])

    async def receive() -> Any:
        return next(messages)

    async def send(_: Any) -> None:
        pass

    headers = [(b"content-type", b"multipart/form-data; boundary=x"), (b"host", b"localhost")]
    scope = {"type": "http", "method": "POST", "path": "/api/look", "headers": headers, "query_string": b""}
    asyncio.run(make_app(house.settings)({**scope, "state": {}}, receive, send))
    assert caplog.records == []


def test_methods_nobody_knows_make_no_new_lines_in_the_metrics(client: TestClient) -> None:
    for number in range(3):
        client.request(f"NONSENSE{number}", "/api/health")
    text = client.get("/metrics").text
    assert "NONSENSE" not in text and 'method="other",route="/api/health",status="405"} 3' in text


def test_long_names_of_files_are_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mien.studio.lab_tasks.missing", list)
    monkeypatch.setattr(Lab, "begin", lambda *_: None)
    path = tmp_path / f"{'long' * 30}.csv"
    path.touch()
    with studio(tmp_path, lab_paths=True) as client:
        answer = client.post("/api/lab/data/path", json={"path": str(path)})
        assert (answer.status_code, answer.json()["name"]) == (201, "long" * 20)
