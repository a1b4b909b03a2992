"""What the studio does not take: too much, too often, or not what it says it is."""

from __future__ import annotations

import asyncio
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="needs mien[studio]")

from fastapi import Request
from fastapi.testclient import TestClient

from mien.studio import uploads
from mien.studio.problems import KINDS, Problem
from mien.studio.rates import Rates
from mien.studio.workers import Workers
from studio_client import as_problem, house_of, photo, studio

SMALL = {"picture_bytes": 60_000, "pixels": 100_000, "json_bytes": 2_000, "pictures": 2, "clip_bytes": 1_000}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with studio(tmp_path_factory.mktemp("studio"), limits=SMALL) as client:
        yield client


JPEG = {"Content-Type": "image/jpeg"}


def test_too_many_bytes_are_refused_before_they_are_read(client: TestClient) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 10_000
            yield b"\xff" * 10_000

    told = client.post("/api/look", content=b"x" * 70_000, headers=JPEG)
    assert "60,000" in as_problem(told, "too-large", 413)
    as_problem(client.post("/api/look", content=endless(), headers=JPEG), "too-large", 413)
    as_problem(client.post("/api/look", files={"picture": b"x" * 70_000}), "too-large", 413)


def test_too_many_pixels_are_refused_by_the_header_alone(client: TestClient) -> None:
    header = struct.pack(">4sIIBBBBB", b"IHDR", 60_000, 60_000, 8, 2, 0, 0, 0)
    claim = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    claim += struct.pack(">I4sI", 0, b"IDAT", zlib.crc32(b"IDAT"))
    assert "60000x60000" in as_problem(client.post("/api/look", files={"picture": claim}), "too-large", 413)


@pytest.mark.parametrize("content", [b"<html>", b"\xff\xd8\xff\xe0 cut", b"\x89PNG\r\n\x1a\n" + bytes(40)])
def test_what_is_no_picture_is_told_so(client: TestClient, content: bytes) -> None:
    as_problem(client.post("/api/look", content=content, headers=JPEG), "not-a-picture", 415)


def test_an_empty_body_and_an_empty_form_are_told(client: TestClient) -> None:
    as_problem(client.post("/api/look"), "invalid", 422)
    as_problem(client.post("/api/look", files={"photo": photo()}), "invalid", 422)


def test_a_body_of_another_kind_is_refused(client: TestClient) -> None:
    as_problem(client.post("/api/look", json={}), "media-type", 415)
    as_problem(client.post("/api/clips", json={}), "media-type", 415)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"garbage",
        b"--x\r\n\r\nno name\r\n--x--\r\n",
        b'--x\r\nContent-Disposition: form-data; name="picture"; filename="a"\r\n\r\nnever ends',
        b"--x\r\n" + b"A" * 9000 + b": 1\r\n\r\n\r\n--x--\r\n",
        b'--x\r\nContent-Disposition: form-data; name="face"\r\n\r\n\xff\xfe\r\n'
        b'--x\r\nContent-Disposition: form-data; name="picture"\r\n\r\nx\r\n--x--\r\n',
        (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 200) + b"--x--\r\n",
    ],
)
def test_damaged_forms_are_problems(client: TestClient, body: bytes) -> None:
    answer = client.post("/api/look", content=body, headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert answer.status_code in (400, 413, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_form_without_a_boundary_is_damaged(client: TestClient) -> None:
    answer = client.post("/api/look", content=b"x", headers={"Content-Type": "multipart/form-data"})
    as_problem(answer, "bad-request", 400)


def test_too_many_pictures_are_refused(client: TestClient) -> None:
    files = [("picture", photo())] * 3
    assert "3" in as_problem(client.post("/api/personalise", files=files), "invalid", 422)


def test_json_has_a_limit_too(client: TestClient) -> None:
    answer = client.post("/api/avatar", json={"spec": {"hair": {"style": "x" * 3000}}})
    as_problem(answer, "too-large", 413)


def test_json_that_is_none_is_told(client: TestClient) -> None:
    answer = client.post("/api/avatar", content=b"{", headers={"Content-Type": "application/json"})
    as_problem(answer, "invalid", 422)


def test_a_clip_that_is_too_large_leaves_nothing_behind(client: TestClient) -> None:
    as_problem(client.post("/api/clips", files={"clip": b"x" * 5000}), "too-large", 413)
    as_problem(client.post("/api/clips", files={"clip": b"x" * 500}), "not-a-clip", 415)
    assert list(house_of(client).temporary.path.iterdir()) == []


def test_unknown_addresses_and_methods_are_problems(client: TestClient) -> None:
    as_problem(client.get("/api/nothing"), "not-found", 404)
    answer = client.get("/api/look")
    as_problem(answer, "method", 405)
    assert answer.headers["allow"] == "POST"


def test_a_mistake_of_ours_is_a_problem_that_tells_nothing(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(house_of(client), "look", broken)
    answer = client.post("/api/look", files={"picture": photo()})
    assert "secret" not in as_problem(answer, "failed", 500)
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_every_kind_of_problem_has_a_page_and_stands_in_the_guide(client: TestClient) -> None:
    guide = (Path(__file__).parents[1] / "docs/api.md").read_text(encoding="utf-8")
    for name, kind in KINDS.items():
        page = client.get(f"/problems/{name}")
        assert kind.title in page.text
        assert f"| `{name}` | {kind.status} |" in guide, name
    as_problem(client.get("/problems/boredom"), "not-found", 404)


def test_a_full_queue_says_when_to_come_back(tmp_path: Path) -> None:
    gate, seen = threading.Event(), []
    with studio(tmp_path, limits={"workers": 1, "queue": 1}) as client:
        house = house_of(client)
        real = house.look

        def slow(*arguments: object, **named: object) -> object:
            gate.wait(20)
            return real(*arguments, **named)  # type: ignore[arg-type]

        house.look = slow  # type: ignore[method-assign,assignment]
        asking = [
            threading.Thread(
                target=lambda: seen.append(client.post("/api/look", files={"picture": photo()}).status_code)
            )
            for _ in range(2)
        ]
        for thread in asking:
            thread.start()
        while house.workers.taken < 2:
            time.sleep(0.01)
        answer = client.post("/api/look", files={"picture": photo()})
        as_problem(answer, "busy", 429)
        assert int(answer.headers["Retry-After"]) >= 1
        gate.set()
        for thread in asking:
            thread.join()
        assert seen == [200, 200]
        assert client.post("/api/look", files={"picture": photo()}).status_code == 200


def test_a_body_that_never_comes_loses_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "SILENCE", 0.05)

    async def scene() -> Problem:
        async def receive() -> dict[str, object]:
            await asyncio.sleep(5)
            return {"type": "http.disconnect"}

        workers = Workers(1, 0, 1)
        request = Request({"type": "http", "method": "POST", "headers": [(b"content-type", b"image/png")]}, receive)
        with pytest.raises(Problem) as slow, workers.receiving():
            with pytest.raises(Problem) as full, workers.receiving():
                pass
            assert full.value.name == "busy"
            await uploads.pictures(request, lambda size: None, limit=1000)
        assert workers.coming == 0
        workers.close()
        return slow.value

    assert "nothing came" in str(asyncio.run(scene()).detail)


def test_work_that_lasts_too_long_is_given_up_and_keeps_its_place_until_it_ends() -> None:
    async def scene() -> None:
        workers, gate = Workers(1, 0, seconds=0.05), threading.Event()
        with pytest.raises(Problem) as slow:
            await workers.run(gate.wait, 10)
        assert slow.value.name == "too-slow"
        with pytest.raises(Problem) as full:
            await workers.run(int)
        assert full.value.name == "busy"
        gate.set()
        while workers.taken:
            await asyncio.sleep(0.01)
        assert await workers.run(int) == 0
        workers.close()

    asyncio.run(scene())


def test_an_address_that_asks_too_often_is_told_when_to_come_back(tmp_path: Path) -> None:
    with studio(tmp_path, limits={"rate": 0.5, "burst": 3}) as client:
        statuses = [client.get("/api/health").status_code for _ in range(3)]
        assert statuses == [200, 200, 200]
        answer = client.get("/api/health")
        as_problem(answer, "rate", 429)
        assert 1 <= int(answer.headers["Retry-After"]) <= 2
        assert client.get("/").status_code == 200  # the page itself is not counted


def test_rates_are_of_each_address_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    rates = Rates(1, 1)
    rates.take("a", "")
    rates.take("b", "")
    with pytest.raises(Problem):
        rates.take("a", "")
    now = time.monotonic() + 5
    monkeypatch.setattr(time, "monotonic", lambda: now)
    rates.take("a", "")
