"""A real XMPP server on loopback: Debian's Prosody, with TLS, an archive and uploads; and people who use it."""

from __future__ import annotations

import asyncio
import io
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from slixmpp import JID, ClientXMPP

from synapse_server import free_port

T = TypeVar("T")

CONFIG = """\
run_as_root = true
daemonize = false
pidfile = "{folder}/prosody.pid"
data_path = "{folder}/data"
certificates = "{folder}"
log = {{ warn = "{folder}/prosody.log" }}
authentication = "internal_hashed"
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {port} }}
c2s_direct_tls_ports = {{}}
s2s_ports = {{}}
http_interfaces = {{ "127.0.0.1" }}
http_ports = {{ {http} }}
https_ports = {{}}
modules_enabled = {{ "roster", "saslauth", "tls", "disco", "ping", "mam", "posix" }}
modules_disabled = {{ "s2s", "offline" }}
ssl = {{ certificate = "{folder}/localhost.crt", key = "{folder}/localhost.key" }}
VirtualHost "localhost"
Component "upload.localhost" "http_file_share"
  http_host = "127.0.0.1"
"""


class Prosody:
    """Started in a folder; can be stopped and started again."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program, self._folder = program, folder
        self.port, self.http = free_port(), free_port()
        (folder / "data").mkdir(parents=True)
        self.certificate = folder / "localhost.crt"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
             "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
             str(folder / "localhost.key"), "-out", str(self.certificate)],
            check=True, capture_output=True,
        )  # fmt: skip
        self._config = folder / "prosody.cfg.lua"
        self._config.write_text(CONFIG.format(folder=folder, port=self.port, http=self.http))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self._folder / "output.log").open("ab") as log:
            command = [self._program, "--config", str(self._config), "-F"]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self._folder)
        for _ in range(300):
            try:
                for port in (self.port, self.http):
                    socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                assert self._process.poll() is None, (self._folder / "output.log").read_text()[-2000:]
                time.sleep(0.1)
        raise AssertionError("Prosody did not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:  # it waits for clients that are slow to leave
                self._process.kill()
                self._process.wait(30)
            self._process = None

    def account(self, name: str, password: str = "secret") -> str:
        command = ["prosodyctl", "--config", str(self._config), "register", name, "localhost", password]
        subprocess.run(command, check=True, capture_output=True)
        return f"{name}@localhost"


class XmppPerson:
    """Somebody with a client, in a thread of its own."""

    def __init__(self, server: Prosody, jid: str, password: str = "secret") -> None:
        self._server, self._jid, self._password = server, jid, password
        self.received: list[dict[str, str]] = []
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self.connect()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def connect(self) -> None:
        async def come() -> None:
            self._client = ClientXMPP(self._jid, self._password)
            self._client.ca_certs = self._server.certificate
            for plugin in ("xep_0030", "xep_0066", "xep_0363", "xep_0199"):
                self._client.register_plugin(plugin)
            online = asyncio.Event()
            self._client.add_event_handler("session_start", lambda _: online.set())
            self._client.add_event_handler("message", self._hear)
            self._client.connect("127.0.0.1", self._server.port)
            await asyncio.wait_for(online.wait(), 30)
            self._client.send_presence()

        self._do(come())

    def _hear(self, message: Any) -> None:
        told = {"id": message["id"], "from": message["from"].bare, "body": message["body"]}
        self.received.append(told | {"url": message["oob"]["url"]})

    def leave(self) -> None:
        async def go() -> None:
            self._client.abort()
            if (sending := self._client._run_out_filters) is not None:  # slixmpp leaves it to the garbage collector
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)
                self._client._run_out_filters = None

        self._do(go())

    def close(self) -> None:
        self.leave()
        self._loop.call_soon_threadsafe(self._loop.stop)

    def say(self, to: str, body: str, url: str = "") -> None:
        async def send() -> None:
            message = self._client.make_message(to, body, mtype="chat")
            if url:
                message["oob"]["url"] = url
            message.send()
            await self._client.plugin["xep_0199"].send_ping(JID("localhost"), timeout=30)

        self._do(send())

    def show(self, to: str, picture: bytes) -> None:
        async def upload() -> str:
            uploads: Any = self._client.plugin["xep_0363"]
            stream = io.BytesIO(picture)
            return str(await uploads.upload_file("photo.jpg", len(picture), "image/jpeg", input_file=stream))

        self.shown = self._do(upload())
        self.say(to, self.shown, self.shown)

    def wait_for(self, count: int, seconds: float = 60) -> list[dict[str, str]]:
        """What was received, once it is so many messages."""
        end = time.monotonic() + seconds
        while len(self.received) < count:
            assert time.monotonic() < end, self.received
            time.sleep(0.05)
        return list(self.received)


def downloaded(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as response:
        return bytes(response.read())
