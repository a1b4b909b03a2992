"""The live connection: frames in, scenes and avatars out, the newest frame first."""

from __future__ import annotations

import asyncio
import io
import json
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="needs mien[studio]")

import anyio
from fastapi.testclient import TestClient
from PIL import Image
from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from mien.avatar.spec import AvatarSpec
from mien.studio import live_api
from mien.studio.house import House
from mien.studio.settings import Settings
from mien.studio.users import User
from studio_client import LIVE, house_of, nobody, photo, studio


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with studio(tmp_path_factory.mktemp("studio"), limits={"live": 2}) as client:
        yield client


def frame(number: int, encoded: bytes) -> bytes:
    return struct.pack(">I", number) + encoded


def shifted(right: int) -> bytes:
    """The sample photo in a larger frame, so many pixels from the left."""
    with Image.open(io.BytesIO(photo())) as face:
        ground = Image.new("RGB", (640, 480), (120, 120, 120))
        ground.paste(face.convert("RGB"), (right, 100))
    stream = io.BytesIO()
    ground.save(stream, "JPEG", quality=85)
    return stream.getvalue()


def answer(socket: Any) -> dict[str, Any]:
    told = json.loads(socket.receive_text())
    assert isinstance(told, dict)
    return told


def test_a_face_keeps_its_number_and_is_drawn_as_it_moves(client: TestClient) -> None:
    spec = {"hair": {"style": "afro"}, "plain": False}
    with client.websocket_connect(LIVE) as socket:
        socket.send_text(json.dumps({"avatars": {"*": spec}}))
        numbers = set()
        for number in range(4):
            socket.send_bytes(frame(number + 7, shifted(100 + 4 * number)))
            told = answer(socket)
            assert told["seq"] == number + 7
            assert told["ms"] > 0
            (face,) = told["scene"]["faces"]
            numbers.add(face["track_id"])
            svg = told["avatars"][str(face["track_id"])]
            assert svg.startswith("<svg") and "afro" in svg
        assert len(numbers) == 1
        assert told["dropped"] == 0


def test_a_person_is_drawn_as_the_camera_shows_them_or_not_at_all(client: TestClient) -> None:
    with client.websocket_connect(LIVE) as socket:
        socket.send_bytes(frame(1, shifted(100)))
        told = answer(socket)
        assert told["avatars"] == {}
        track = str(told["scene"]["faces"][0]["track_id"])
        socket.send_text(json.dumps({"avatars": {track: None}}))
        socket.send_bytes(frame(2, shifted(101)))
        drawn = answer(socket)["avatars"][track]
        default = AvatarSpec().svg()
        assert drawn.split("<desc>")[0] != default.split("<desc>")[0]


def test_the_newest_frame_wins(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, started = threading.Event(), threading.Event()
    real = live_api.Connection._read

    def slow(self: live_api.Connection, asked: live_api.Frame) -> dict[str, Any]:
        started.set()
        gate.wait(10)
        return real(self, asked)

    monkeypatch.setattr(live_api.Connection, "_read", slow)
    with client.websocket_connect(LIVE) as socket:
        socket.send_bytes(frame(1, nobody()))
        assert started.wait(10)
        for number in range(2, 7):
            socket.send_bytes(frame(number, nobody()))
        house = house_of(client)
        before = house.metrics.frames["answered"]
        while house.metrics.frames["dropped"] < 4:
            time.sleep(0.01)
        gate.set()
        assert [answer(socket)["seq"], answer(socket)["seq"]] == [1, 6]
        socket.send_bytes(frame(7, nobody()))
        assert answer(socket)["dropped"] == 4
        assert house.metrics.frames["answered"] >= before + 2


def test_a_damaged_frame_is_told_and_the_next_is_read(client: TestClient) -> None:
    with client.websocket_connect(LIVE) as socket:
        socket.send_bytes(frame(1, b"not a picture"))
        told = answer(socket)
        assert told["seq"] == 1
        assert told["problem"]["type"] == "/problems/not-a-picture"
        socket.send_bytes(frame(2, nobody(3000, 2000)))
        assert answer(socket)["problem"]["type"] == "/problems/too-large"
        socket.send_bytes(frame(3, shifted(50)))
        assert len(answer(socket)["scene"]["faces"]) == 1


@pytest.mark.parametrize(
    "text",
    [
        "{", "[]", '{"avatar": {}}', '{"avatars": []}', '{"avatars": {"*": 1}}', '{"smooth": 1}', "[" * 5000,
        '{"avatars": {"*": {"hair": {"style": "moss"}}}}', '{"avatars": {"*": {"hair": 7}}}',
    ],
)  # fmt: skip
def test_a_message_that_makes_no_sense_is_told_and_changes_nothing(client: TestClient, text: str) -> None:
    with client.websocket_connect(LIVE) as socket:
        socket.send_text(text)
        assert answer(socket)["problem"]["type"] == "/problems/invalid"
        socket.send_bytes(frame(1, nobody()))
        assert answer(socket)["scene"]["faces"] == []


def test_a_frame_without_a_picture_ends_the_connection(client: TestClient) -> None:
    with client.websocket_connect(LIVE) as socket:
        socket.send_bytes(b"\0\0\0")
        with pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_text()
        assert ended.value.code == 1008


def test_no_more_connections_than_the_limit(client: TestClient) -> None:
    while house_of(client).live:
        time.sleep(0.01)
    with client.websocket_connect(LIVE), client.websocket_connect(LIVE):
        with pytest.raises(WebSocketDenialResponse) as denied, client.websocket_connect(LIVE):
            pass
        assert denied.value.status_code == 429
        assert client.get("/api/health").json()["live"] == 2
    while house_of(client).live:
        time.sleep(0.01)


def test_unsmoothed_faces_are_told_by_each_frame_alone(client: TestClient) -> None:
    with client.websocket_connect(LIVE) as socket:
        socket.send_text('{"smooth": false}')
        for number, right in enumerate((100, 130)):
            socket.send_bytes(frame(number, shifted(right)))
            told = answer(socket)
        box = told["scene"]["faces"][0]["box"]
        with_start = client.post("/api/look", files={"picture": shifted(130)}).json()["faces"][0]["box"]
        assert abs(box["x"] - with_start["x"]) < 12


def test_closing_the_studio_ends_its_connections(tmp_path: Path) -> None:
    with studio(tmp_path) as client, client.websocket_connect(LIVE) as socket:
        assert client.portal is not None
        client.portal.call(house_of(client).closing.set)
        with pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_text()
        assert ended.value.code == 1001


@pytest.mark.parametrize("turns", range(0, 24, 2))
def test_a_connection_that_the_server_cancels_ends_whole(tmp_path: Path, turns: int) -> None:
    """At whichever turn of the loop that comes, the cancelling stays within its scope and the thread goes."""
    house = House(Settings(folder=tmp_path / "studio"))
    coming: asyncio.Queue[Any] = asyncio.Queue()

    async def send(message: Any) -> None: ...

    async def cancelled() -> live_api.Connection:
        socket = WebSocket({"type": "websocket"}, coming.get, send)
        coming.put_nowait({"type": "websocket.connect"})
        await socket.accept()
        connection = live_api.Connection(house, socket, User("", "", "admin"))
        with anyio.CancelScope() as scope:
            later(turns, scope.cancel)
            later(turns // 2, lambda: coming.put_nowait({"type": "websocket.disconnect", "code": 1000}))
            await connection.serve()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.wait_for(asyncio.gather(*others, return_exceptions=True), 10)
        return connection

    connection = asyncio.run(cancelled())
    assert connection._pool._shutdown


def later(turns: int, then: Callable[[], object]) -> None:
    """Call something so many turns of the running loop from now."""
    loop = asyncio.get_running_loop()
    loop.call_soon(later, turns - 1, then) if turns else loop.call_soon(then)
