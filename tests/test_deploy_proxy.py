"""The configurations of nginx and Caddy that we ship, with the real programs before a real studio, on loopback."""

from __future__ import annotations

import http.client
import json
import os
import socket
import ssl
import struct
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from conftest import need_program

pytest.importorskip("fastapi", reason="needs mien[studio]")

from websockets.sync.client import connect

from mien.doctor import sample_photo

pytestmark = pytest.mark.xdist_group("proxy")
DEPLOY = Path(__file__).parents[1] / "deploy"
NAME, TOKEN = "emoji.example.org", "0123456789abcdef0123"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
MAIN = "daemon off; pid {0}/pid; error_log {0}/error.log; events {{}} http {{ {1} include {0}/mien.conf; }}"
OURS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")  #: folders that nginx makes, below its own


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


@contextmanager
def running(*command: object, **environment: str) -> Iterator[None]:
    with subprocess.Popen([*map(str, command)], env=os.environ | environment, stdout=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()


def wait_for(port: int) -> None:
    end = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert time.monotonic() < end, f"nothing listens at {port}"
            time.sleep(0.05)


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=30) as answer:
            return bool(answer.status == 200)
    except OSError:  # 503 too
        return False


class Front:
    """The studio as somebody outside sees it, through the proxy."""

    def __init__(self, port: int, certificate: Path) -> None:
        self.port, self.host = port, f"{NAME}:{port}"
        self.tls = ssl.create_default_context(cafile=str(certificate))

    def ask(
        self, method: str, path: str, body: Any = None, source: str = "127.0.0.1", **headers: str
    ) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(NAME)
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=30, source_address=(source, 0))
        connection.sock = self.tls.wrap_socket(raw, server_hostname=NAME)
        connection.request(method, path, body, {"Host": self.host, **headers})
        return connection.getresponse()

    def look(self, body: bytes, **headers: str) -> http.client.HTTPResponse:
        return self.ask("POST", "/api/look", body, **{"Content-Type": "image/jpeg"}, **BEARER, **headers)


@pytest.fixture(scope="module")
def studio_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A studio that knows of its proxy, ready to look."""
    folder = tmp_path_factory.mktemp("behind")
    (folder / "token").write_text(TOKEN)
    port = free_port()
    options = ["--port", port, "--token-file", folder / "token", "--behind-proxy", NAME, "--no-open"]
    with running(sys.executable, "-m", "mien", "studio", *options, MIEN_STUDIO=str(folder), OMP_NUM_THREADS="1"):
        wait_for(port)
        end = time.monotonic() + 120
        while not is_ready(port):
            assert time.monotonic() < end, "the studio is not ready after two minutes"
            time.sleep(0.1)
        yield port


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """certificate.pem and key.pem in a folder, signed by themselves."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [need_program("openssl", "apt-get install openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", f"/CN={NAME}", "-addext",
         f"subjectAltName=DNS:{NAME}", "-keyout", folder / "key.pem", "-out", folder / "certificate.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory, studio_port: int, certificate: Path) -> Iterator[Front]:
    program = need_program("nginx", "apt-get install nginx-light")
    folder, plain, port = tmp_path_factory.mktemp("nginx"), free_port(), free_port()
    shipped = (DEPLOY / "nginx.conf").read_text()
    for ours, here in (
        ("127.0.0.1:8765", f"127.0.0.1:{studio_port}"),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("  listen [::]:80;\n", ""),
        ("  listen [::]:443 ssl http2;\n", ""),
        ("/etc/ssl/mien", str(certificate)),
    ):
        assert ours in shipped
        shipped = shipped.replace(ours, here)
    (folder / "mien.conf").write_text(shipped)
    paths = " ".join(f"{one}_temp_path {folder}/{one};" for one in OURS)
    (folder / "nginx.conf").write_text(MAIN.format(folder, paths))
    with running(program, "-p", folder, "-e", folder / "error.log", "-c", folder / "nginx.conf"):
        wait_for(port)
        yield Front(port, certificate / "certificate.pem")
    assert list((folder / "client_body").iterdir()) == [], "no body was laid on the disk"


@pytest.fixture(scope="module")
def caddy(tmp_path_factory: pytest.TempPathFactory, studio_port: int, certificate: Path) -> Iterator[Front]:
    program = need_program("caddy", "apt-get install caddy")
    folder, port = tmp_path_factory.mktemp("caddy"), free_port()
    shipped = (DEPLOY / "Caddyfile").read_text()
    ours = "{$MIEN_NAME} {\n"
    assert ours in shipped
    own = f"bind 127.0.0.1\n tls {certificate}/certificate.pem {certificate}/key.pem\n"
    here = "{\n admin off\n auto_https disable_redirects\n}\n" + shipped.replace(ours, f"{ours} {own}")
    (folder / "Caddyfile").write_text(here)
    told = {"MIEN_NAME": f"{NAME}:{port}", "MIEN_ADDRESS": f"127.0.0.1:{studio_port}", "HOME": str(folder)}
    told |= {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with ExitStack() as stack:
        log = stack.enter_context((folder / "log").open("w"))
        command = [program, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
        process = stack.enter_context(subprocess.Popen(command, env=os.environ | told, stderr=log))
        stack.callback(process.terminate)
        wait_for(port)
        yield Front(port, certificate / "certificate.pem")


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def front(request: pytest.FixtureRequest) -> Front:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Front)
    return found


def test_the_page_comes_encrypted_and_its_cookie_stays_so(front: Front) -> None:
    brought = front.ask("GET", f"/?token={TOKEN}")
    cookie = str(brought.headers["set-cookie"])
    assert brought.status == 200 and "secure" in cookie.lower()
    page = front.ask("GET", "/", Cookie=cookie.split(";")[0])
    assert page.status == 200 and b"<!doctype html>" in page.read().lower()
    assert page.headers["strict-transport-security"] and page.headers["content-security-policy"]
    assert front.ask("GET", "/api/health").status == 401


def test_a_photo_goes_through_and_a_foreign_page_does_not(front: Front) -> None:
    scene = json.loads(front.look(sample_photo(), Origin=f"https://{front.host}").read())
    assert scene["faces"][0]["expression"]["label"] == "happiness"
    assert front.look(sample_photo(), Origin="https://evil.example").status == 403
    assert b"version" not in front.ask("GET", "/api/health", Host="evil.example", **BEARER).read()


def test_what_is_too_large_is_refused_and_what_is_not_goes_through(front: Front) -> None:
    def refused(path: str, length: int) -> bool:
        try:
            answer = front.ask("POST", path, bytes(length), **BEARER, **{"Content-Type": "image/jpeg"})
            return answer.status in (413, 502)  # Caddy before 2.7 says 502
        except OSError:  # whoever answers before it has read all may close the connection before we have sent all
            return True

    assert front.look(bytes(31_900_000)).status == 415  # the studio has read it: it is no picture
    assert refused("/api/look", 33_000_000)
    assert refused("/api/suggest", 1_100_000)


def test_probes_and_figures_are_for_those_inside(front: Front) -> None:
    assert [front.ask("GET", path, **BEARER).status for path in ("/metrics", "/livez", "/readyz")] == [404] * 3


def test_a_live_connection_stays_open_both_ways(front: Front) -> None:
    with (
        socket.create_connection(("127.0.0.1", front.port), timeout=30) as raw,
        connect(f"wss://{front.host}/api/live", sock=raw, ssl=front.tls, additional_headers=BEARER) as live,
    ):
        for number in range(2):
            live.send(struct.pack(">I", number) + sample_photo())
            told = json.loads(live.recv(timeout=30))
            assert told["seq"] == number and told["scene"]["faces"]


def test_events_come_when_they_happen(front: Front) -> None:
    asked = json.dumps({"platform": "whatsapp", "count": 3})
    job = json.loads(front.ask("POST", "/api/stickers", asked, **{"Content-Type": "application/json"}, **BEARER).read())
    events, came = front.ask("GET", f"{job['href']}/events", **BEARER), []
    for line in events:
        if line.startswith(b"data: "):
            came.append((time.monotonic(), json.loads(line[6:])["state"]))
    assert came[0][1] in ("queued", "running") and came[-1][1] == "done"
    assert came[-1][0] - came[0][0] > 0.2, "the first was not kept back until the last"


def test_limits_count_by_the_address_that_the_proxy_sees(front: Front, request: pytest.FixtureRequest) -> None:
    other = "127.0.0.2" if "nginx" in request.node.name else "127.0.0.3"
    wrong = {"Authorization": "Bearer wrong"}
    statuses = [
        front.ask("GET", "/api/health", source=other, **wrong, **{"X-Forwarded-For": f"10.0.0.{number}"}).status
        for number in range(11)
    ]
    assert statuses == [401] * 10 + [429], "one who invents addresses is still one"
    assert front.ask("GET", "/api/health", **BEARER).status == 200, "and others are not kept out for it"
