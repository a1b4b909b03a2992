"""A real Matrix server on loopback: Synapse, from a virtual environment of its own, and people who use it."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import quote

CONFIG = """\
server_name: localhost
listeners:
  - {{port: {port}, type: http, tls: false, bind_addresses: [127.0.0.1], resources: [{{names: [client, media]}}]}}
database: {{name: sqlite3, args: {{database: {folder}/server.db}}}}
media_store_path: {folder}/media
signing_key_path: {folder}/signing.key
log_config: {folder}/log.yaml
registration_shared_secret: {secret}
macaroon_secret_key: {secret}
form_secret: {secret}
report_stats: false
trusted_key_servers: []
presence: {{enabled: false}}
rc_message: {{per_second: 1000, burst_count: 1000}}
rc_joins: {{local: {{per_second: 1000, burst_count: 1000}}}}
rc_invites: {{per_room: {{per_second: 1000, burst_count: 1000}}, per_user: {{per_second: 1000, burst_count: 1000}}}}
"""
LOG = """\
version: 1
handlers: {{file: {{class: logging.FileHandler, filename: {folder}/server.log}}}}
root: {{level: WARNING, handlers: [file]}}
"""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Synapse:
    """Started in a folder; can be stopped and started again."""

    def __init__(self, python: str, folder: Path) -> None:
        self._python, self._folder, self.port, self._secret = python, folder, free_port(), secrets.token_hex(16)
        self.url = f"http://127.0.0.1:{self.port}"
        folder.mkdir()
        (folder / "log.yaml").write_text(LOG.format(folder=folder))
        (folder / "server.yaml").write_text(CONFIG.format(port=self.port, folder=folder, secret=self._secret))
        self._call("--generate-keys").wait(60)
        self._process: subprocess.Popen[bytes] | None = None

    def _call(self, *more: str) -> subprocess.Popen[bytes]:
        command = [self._python, "-m", "synapse.app.homeserver", "--config-path", "server.yaml", *more]
        with (self._folder / "output.log").open("ab") as log:
            return subprocess.Popen(command, cwd=self._folder, stdout=log, stderr=log)

    def start(self) -> None:
        self._process = self._call()
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"{self.url}/health", timeout=5):
                    return
            except OSError:
                assert self._process.poll() is None, (self._folder / "output.log").read_text()[-2000:]
                time.sleep(0.1)
        raise AssertionError("Synapse did not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(60)
            self._process = None

    def person(self, name: str) -> MatrixPerson:
        """A new account."""
        path = "/_synapse/admin/v1/register"
        nonce = call(self.url, "GET", path)["nonce"]
        password = secrets.token_hex(8)
        message = b"\0".join(text.encode() for text in (nonce, name, password, "notadmin"))
        mac = hmac.new(self._secret.encode(), message, hashlib.sha1).hexdigest()
        asked = {"nonce": nonce, "username": name, "password": password, "admin": False, "mac": mac}
        got = call(self.url, "POST", path, asked)
        return MatrixPerson(self.url, got["user_id"], got["access_token"], got["device_id"])


def call(server: str, method: str, path: str, body: Any = None, token: str = "", mime: str = "application/json") -> Any:
    data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": mime} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(server + path, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=60) as response:
        answer = response.read()
        return json.loads(answer) if response.headers.get_content_type() == "application/json" else answer


class MatrixPerson:
    """Somebody with a client, by plain HTTP: no code of the bot's library."""

    def __init__(self, server: str, user: str, token: str, device: str) -> None:
        self.server, self.user, self.token, self.device = server, user, token, device

    def call(self, method: str, path: str, body: Any = None, mime: str = "application/json") -> Any:
        return call(self.server, method, path, body, self.token, mime)

    def room(self, *invited: str) -> str:
        asked = {"invite": list(invited), "preset": "private_chat"}
        return str(self.call("POST", "/_matrix/client/v3/createRoom", asked)["room_id"])

    def join(self, room: str) -> None:
        self.call("POST", f"/_matrix/client/v3/join/{quote(room)}", {})

    def send(self, room: str, content: dict[str, Any]) -> str:
        path = f"/_matrix/client/v3/rooms/{quote(room)}/send/m.room.message/{secrets.token_hex(8)}"
        return str(self.call("PUT", path, content)["event_id"])

    def say(self, room: str, text: str, **more: Any) -> str:
        return self.send(room, {"msgtype": "m.text", "body": text, **more})

    def show(self, room: str, picture: bytes, mime: str = "image/jpeg", **more: Any) -> str:
        url = self.call("POST", "/_matrix/media/v3/upload?filename=photo.jpg", picture, mime)["content_uri"]
        info = {"mimetype": mime, "size": len(picture)}
        return self.send(room, {"msgtype": "m.image", "body": "photo.jpg", "url": url, "info": info, **more})

    def seen(self, room: str) -> list[dict[str, Any]]:
        """All messages and stickers of a room, the oldest first."""
        return [e for e in self.everything(room) if e["type"] in ("m.room.message", "m.sticker")]

    def everything(self, room: str) -> list[dict[str, Any]]:
        """All events of a room that are no state, the oldest first."""
        found: list[dict[str, Any]] = []
        start = ""
        while True:
            path = f"/_matrix/client/v3/rooms/{quote(room)}/messages?dir=b&limit=100{start}"
            page = self.call("GET", path)
            found += [e for e in page["chunk"] if "state_key" not in e]
            if not page.get("end"):
                return found[::-1]
            start = f"&from={page['end']}"

    def wait_for(self, room: str, sender: str, count: int, seconds: float = 60) -> list[dict[str, Any]]:
        """The messages of somebody, once there are at least so many."""
        end = time.monotonic() + seconds
        while True:
            theirs = [e for e in self.seen(room) if e["sender"] == sender]
            if len(theirs) >= count:
                return theirs
            assert time.monotonic() < end, [e["content"].get("body") for e in self.seen(room)]
            time.sleep(0.1)

    def media(self, address: str) -> bytes:
        return bytes(self.call("GET", f"/_matrix/client/v1/media/download/{address.removeprefix('mxc://')}"))


def synapse_python() -> str | None:
    """A Python with Synapse: of MIEN_SYNAPSE_PYTHON; None where there is none."""
    python = os.environ.get("MIEN_SYNAPSE_PYTHON")
    if python and subprocess.run([python, "-c", "import synapse"], capture_output=True).returncode == 0:
        return python
    return None
