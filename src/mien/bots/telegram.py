"""The bot on Telegram, by the Bot API over plain HTTP: https://core.telegram.org/bots/api."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import aiohttp

from mien.bots.addressing import addressed
from mien.bots.calling import PATIENCE, Call, ask, patiently
from mien.bots.conversation import Conversation
from mien.bots.delivery import Delivery
from mien.bots.downloads import fetch
from mien.bots.errors import BotError, Refused, TooLarge, Unreachable
from mien.bots.limits import Limits
from mien.bots.messages import Incoming, Part, Picture, Sticker, Text
from mien.bots.store import Store

API = "https://api.telegram.org"
#: The next update to ask for, in the store.
PLACE = "telegram offset"
#: Seconds that the server waits for something new.
LONG_POLL = 25
#: Bytes of a file that the Bot API hands out at most.
MOST = 20_000_000


class TelegramBot:
    """Answers in private chats and in the groups that it was added to. api: of one's own Bot API server, if any."""

    def __init__(self, token: str, store: Store, limits: Limits | None = None, *, api: str = API) -> None:
        self._api, self._token, self._store = api, token, store
        self._limits = limits or Limits()
        self._delivery = Delivery(Conversation(store, self._limits, platform="telegram"), store, self._send)
        self._session: aiohttp.ClientSession | None = None
        self._id, self._name = 0, ""

    async def run(self, ready: asyncio.Event | None = None) -> None:
        """Answer until cancelled. ready: set once messages are taken. Raises `BotError` where the token is refused."""
        async with aiohttp.ClientSession() as session:
            self._session = session
            me = await self._patiently("getMe")
            self._id, self._name = int(me["id"]), str(me["username"])
            place = int(self._store.place(PLACE) or 0)
            if ready is not None:
                ready.set()
            while True:
                asked = {"offset": place, "timeout": LONG_POLL, "allowed_updates": ["message"]}
                updates = await self._patiently("getUpdates", asked)
                messages = [message for update in updates if (message := self._incoming(update))]
                # To ask for the next updates tells Telegram to forget these: first all of them are answered.
                await asyncio.gather(*(self._delivery.take(message) for message in messages))
                if updates:
                    place = max(int(update["update_id"]) for update in updates) + 1
                    self._store.set_place(PLACE, str(place))

    async def _patiently(self, method: str, asked: dict[str, Any] | None = None) -> Any:
        return await patiently(f"{method} on Telegram", lambda: self._call(method, asked or {}))

    async def _call(self, method: str, asked: dict[str, Any], file: tuple[str, str, bytes, str] | None = None) -> Any:
        """One method of the Bot API. file: (field, name, bytes, type)."""
        assert self._session is not None
        call = Call("POST", f"{self._api}/bot{self._token}/{method}", form=asked or None, file=file)
        return _result((await ask(self._session, "Telegram", call, LONG_POLL + PATIENCE)).body)

    # Coming in

    def _incoming(self, update: dict[str, Any]) -> Incoming | None:
        """A message for the conversation; None for what is none, such as what bots say."""
        message = update.get("message") or {}
        sender, chat = message.get("from") or {}, message.get("chat") or {}
        if not sender or sender.get("is_bot") or "id" not in chat:
            return None
        picture = self._picture(message)
        text = str(message.get("text") or message.get("caption") or "")
        private = chat.get("type") == "private"
        if picture is None and not text:
            return None
        called, text = addressed(text, (self._name,))
        called = called or bool(re.match(rf"/\w+@{re.escape(self._name)}(?!\w)", text, re.IGNORECASE))
        called = called or ((message.get("reply_to_message") or {}).get("from") or {}).get("id") == self._id
        return Incoming(
            f"telegram {self._id} {update['update_id']}",
            str(sender["id"]),
            str(chat["id"]),
            text,
            picture,
            private,
            called,
        )

    def _picture(self, message: dict[str, Any]) -> Picture | None:
        """Of the sizes of a photo the largest; or a file that is a picture."""
        document = message.get("document") or {}
        if sizes := message.get("photo"):
            found = max(sizes, key=lambda size: int(size["width"]) * int(size["height"]))
        elif str(document.get("mime_type") or "").startswith("image/"):
            found = document
        else:
            return None
        return Picture(lambda most: self._fetch(str(found["file_id"]), most), found.get("file_size"))

    async def _fetch(self, file: str, most: int) -> bytes:
        found = await self._call("getFile", {"file_id": file})
        if int(found.get("file_size") or 0) > min(most, MOST):
            raise TooLarge(f"more than {most} bytes")
        if not found.get("file_path"):
            raise Refused("Telegram has no such file")
        assert self._session is not None
        return await fetch(self._session, f"{self._api}/file/bot{self._token}/{found['file_path']}", most)

    # Going out

    async def _send(self, message: Incoming, part: Part, key: str) -> None:
        asked: dict[str, Any] = {"chat_id": message.room}
        if isinstance(part, Text):
            await self._call("sendMessage", asked | {"text": part.body})
        elif isinstance(part, Sticker):
            await self._call("sendSticker", asked, ("sticker", "sticker.webp", part.data, part.mime))
        else:
            await self._call("sendDocument", asked, ("document", part.name, part.data, part.mime))


def _result(answer: Any) -> Any:
    """What a method gave. Raises `Unreachable`, `Refused`, `BotError`."""
    if not isinstance(answer, dict):
        raise Unreachable("Telegram answers something odd")
    if answer.get("ok"):
        return answer.get("result")
    code, why = answer.get("error_code"), str(answer.get("description") or "")
    if code in (401, 404):
        raise BotError("Telegram does not know this token; ask @BotFather for the bot's token")
    if code == 409 or code == 429 or not isinstance(code, int) or code >= 500:
        wait = (answer.get("parameters") or {}).get("retry_after")
        raise Unreachable(f"Telegram says {code} {why}".strip(), float(wait) if wait else None)
    raise Refused(f"{code} {why}")
