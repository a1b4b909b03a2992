"""`mien studio` as people start it: the address, the port, the end, and what is left behind."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="needs mien[studio]")

from conftest import Run
from studio_client import photo


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    command = [sys.executable, "-m", "mien", "studio", "--no-open", *arguments]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "MIEN_STUDIO": str(folder)},
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip(), process
    finally:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def get(address: str, body: bytes | None = None) -> bytes:
    headers = {"Content-Type": "image/jpeg"} if body else {}
    with urllib.request.urlopen(urllib.request.Request(address, body, headers), timeout=30) as answer:
        return bytes(answer.read())


def test_it_prints_its_address_serves_the_page_and_ends_without_a_trace(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, "--port", str(port)) as (address, process):
        assert address == f"http://127.0.0.1:{port}/"
        assert b"<!doctype html>" in get(address).lower()
        (temporary,) = (tmp_path / "tmp").iterdir()
        assert str(process.pid) in temporary.name
        faces = json.loads(get(f"{address}api/look", photo()))["faces"]
        assert len(faces) == 1
        process.send_signal(signal.SIGTERM if os.name != "nt" else signal.CTRL_C_EVENT)
        start = time.monotonic()
        process.wait(10)
        assert time.monotonic() - start < 5
        assert process.stderr is not None
        assert process.stderr.read() == ""
        assert list((tmp_path / "tmp").iterdir()) == []


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a studio that runs."""
    with running(tmp_path_factory.mktemp("studio"), "--port", str(free_port())) as (address, _):
        yield address


def test_answers_are_not_held_back_for_packets_to_fill(address: str) -> None:
    """With Nagle's algorithm and delayed acknowledgements each answer on a kept connection would take 40 ms."""
    connection = http.client.HTTPConnection(address.split("/")[2])
    taken = []
    for _ in range(10):
        start = time.monotonic()
        connection.request("GET", "/problems/busy")
        connection.getresponse().read()
        taken.append(time.monotonic() - start)
    connection.close()
    assert min(taken) < 0.03


def test_a_port_that_is_taken_is_told_in_one_line(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIEN_STUDIO", str(tmp_path))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, out, err = run("studio", "--no-open", "--port", port)
    assert (code, out) == (2, "")
    assert err == f"mien: --port {port}: already in use; choose another, or leave it out for a free one\n"


def test_what_a_crash_left_is_removed_at_the_next_start(tmp_path: Path) -> None:
    with running(tmp_path, "--port", str(free_port())) as (_, process):
        (left,) = (tmp_path / "tmp").iterdir()
        (left / "clip").write_bytes(b"x")
        process.kill()
        process.wait()
    assert left.exists()
    with running(tmp_path, "--port", str(free_port())):
        assert not left.exists()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--host", "0.0.0.0"], "--token-file"),
        (["--host", "203.0.113.7", "--token-file", "TOKEN"], "cannot listen there"),
        (["--token-file", "no-such-file"], "cannot be read"),
    ],
)
def test_what_it_cannot_start_with_is_told_in_one_line(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, arguments: list[str], word: str
) -> None:
    monkeypatch.setenv("MIEN_STUDIO", str(tmp_path))
    token = tmp_path / "token"
    token.write_text("0123456789abcdef")
    code, out, err = run("studio", "--no-open", *[str(token) if a == "TOKEN" else a for a in arguments])
    assert (code, out) == (2, "")
    assert word in err and err.count("\n") == 1


def test_a_folder_it_cannot_write_is_told_in_one_line(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("MIEN_STUDIO", str(blocked / "studio"))
    code, _, err = run("studio", "--no-open", "--port", free_port())
    assert code == 2
    assert "MIEN_STUDIO" in err and err.count("\n") == 1


def test_live_frames_go_through_a_real_server(address: str) -> None:
    client = pytest.importorskip("websockets.sync.client", reason="needs mien[studio]")
    with client.connect(address.replace("http", "ws") + "api/live") as connection:
        connection.send(struct.pack(">I", 5) + photo())
        told = json.loads(connection.recv(timeout=30))
    assert told["seq"] == 5
    assert len(told["scene"]["faces"]) == 1
    evil = {"Origin": "https://evil.example"}
    with pytest.raises(Exception, match="403"):
        client.connect(address.replace("http", "ws") + "api/live", additional_headers=evil).__enter__()
