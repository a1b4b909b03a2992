"""A small server on loopback that speaks Telegram's Bot API, in the shapes of https://core.telegram.org/bots/api.

It checks what it is sent as Telegram does, keeps updates until a later offset confirms them, and can answer with
Telegram's errors.
"""

from __future__ import annotations

import io
import json
import threading
import time
from contextlib import suppress
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from PIL import Image

TOKEN = "123456:AAFmQk-recorded_shape_of_a_token_0123"
BOT = {
    "id": 123456, "is_bot": True, "first_name": "Mien", "username": "mien_test_bot", "can_join_groups": True,
    "can_read_all_group_messages": False, "supports_inline_queries": False,
}  # fmt: skip
ADA = {"id": 777, "is_bot": False, "first_name": "Ada", "language_code": "en"}
PRIVATE = {"id": 777, "first_name": "Ada", "type": "private"}
GROUP = {"id": -1001234567890, "title": "Friends", "type": "supergroup"}


class Telegram:
    """Started on a free port, or again on its old one."""

    def __init__(self) -> None:
        self.port, self.updates, self.sent = 0, [], []  # type: ignore[var-annotated]
        self.errors: list[dict[str, Any]] = []  #: answered to the next messages that the bot sends
        self.files: dict[str, bytes] = {}
        self._news, self._number = threading.Condition(), 1000

    def start(self) -> None:
        server = self

        class Handler(_Handler):
            telegram = server

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    # People

    def message(self, chat: dict[str, Any] = PRIVATE, **content: Any) -> None:
        with self._news:
            self._number += 1
            date = int(time.time())
            told = {"message_id": self._number, "from": ADA, "chat": chat, "date": date, **content}
            self.updates.append({"update_id": 500_000 + self._number, "message": told})
            self._news.notify_all()

    def photo(self, picture: bytes, chat: dict[str, Any] = PRIVATE, **content: Any) -> None:
        self.files["AgACAgIAAxkBAAM"] = picture
        large = {"file_id": "AgACAgIAAxkBAAM", "file_unique_id": "AQAD", "file_size": len(picture)}
        small = {"file_id": "AgACAgIAAxkBAAS", "file_unique_id": "AQAE", "file_size": 1000, "width": 67, "height": 90}
        self.message(chat, photo=[small, {**large, "width": 600, "height": 800}], **content)

    def wait_for(self, count: int, seconds: float = 60) -> list[dict[str, Any]]:
        """What the bot sent, once it is so many messages."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.sent) >= count, seconds), self.sent
            return list(self.sent)

    # Methods of the Bot API

    def get_me(self, _: dict[str, Any]) -> Any:
        return BOT

    def get_updates(self, asked: dict[str, Any]) -> Any:
        offset = int(asked.get("offset", 0))
        with self._news:
            self.updates = [update for update in self.updates if update["update_id"] >= offset]
            self._news.wait_for(lambda: bool(self.updates), min(float(asked.get("timeout", 0)), 1.0))
            return self.updates[: int(asked.get("limit", 100))]

    def get_file(self, asked: dict[str, Any]) -> Any:
        data = self.files[asked["file_id"]]
        return {
            "file_id": asked["file_id"], "file_unique_id": "AQAD", "file_size": len(data),
            "file_path": f"photos/{asked['file_id']}",
        }  # fmt: skip

    def send(self, kind: str, asked: dict[str, Any]) -> Any:
        with self._news:
            if self.errors:
                return self.errors.pop(0)
            if int(asked["chat_id"]) not in (PRIVATE["id"], GROUP["id"]):
                return {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"}
            if kind == "sticker":
                with Image.open(io.BytesIO(asked["sticker"])) as sticker:
                    assert sticker.format == "WEBP" and max(sticker.size) == 512 and len(asked["sticker"]) <= 512_000
            if kind == "text":
                assert 0 < len(asked["text"]) <= 4096
            self._number += 1
            self.sent.append({"kind": kind, "chat": int(asked["chat_id"]), **asked})
            self._news.notify_all()
            return {"message_id": self._number, "from": BOT, "chat": PRIVATE, "date": int(time.time())}


class _Handler(BaseHTTPRequestHandler):
    telegram: Telegram
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        head = f"/file/bot{TOKEN}/photos/"
        data = self.telegram.files.get(self.path.removeprefix(head)) if self.path.startswith(head) else None
        self._answer(200 if data else 404, data or b"{}", "application/octet-stream")

    def do_POST(self) -> None:
        asked = self._form(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        head, _, method = self.path.rpartition("/")
        if head != f"/bot{TOKEN}":
            result: Any = {"ok": False, "error_code": 401, "description": "Unauthorized"}
        elif method.startswith("send"):
            kind = {"sendMessage": "text", "sendSticker": "sticker", "sendDocument": "document"}[method]
            result = self.telegram.send(kind, asked)
        else:
            name = {"getMe": "get_me", "getUpdates": "get_updates", "getFile": "get_file"}[method]
            result = getattr(self.telegram, name)(asked)
        failed = isinstance(result, dict) and result.get("ok") is False
        body = json.dumps(result if failed else {"ok": True, "result": result}).encode()
        self._answer(result["error_code"] if failed else 200, body, "application/json")

    def _form(self, body: bytes) -> dict[str, Any]:
        kind = self.headers.get("Content-Type", "")
        if kind.startswith("application/x-www-form-urlencoded"):
            from urllib.parse import parse_qsl

            return dict(parse_qsl(body.decode()))
        if not kind.startswith("multipart/form-data"):
            return {}
        whole = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
        found: dict[str, Any] = {}
        for part in whole.get_payload():  # type: ignore[union-attr]
            name = part.get_param("name", header="content-disposition")  # type: ignore[union-attr]
            data = part.get_payload(decode=True)  # type: ignore[union-attr]
            found[str(name)] = data if part.get_filename() else data.decode()  # type: ignore[union-attr]
        return found

    def _answer(self, status: int, body: bytes, mime: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", mime)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(ConnectionError):  # the bot was stopped meanwhile
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass
