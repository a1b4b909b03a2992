"""Discord's REST API, version 10: https://discord.com/developers/docs/reference."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import aiohttp

import mien
from mien.bots.calling import Answer, Call, ask
from mien.bots.errors import BotError, Refused, Unreachable

API = "https://discord.com"
#: An interaction that was answered already, one that is too old, one whose token has run out (Discord's JSON codes).
ACKNOWLEDGED, UNKNOWN_INTERACTION, INVALID_WEBHOOK = 40060, 10062, 50027
#: Bytes of an attachment, at most.
MOST = 10 * 2**20


class Rest:
    """Calls with a bot's token. A route whose share is used up is left alone until the time that Discord tells."""

    def __init__(
        self, session: aiohttp.ClientSession, token: str, api: str = API, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._session, self._api, self._clock = session, api, clock
        self._headers = {
            "Authorization": f"Bot {token}",
            "User-Agent": f"DiscordBot (mien, {mien.__version__})",
        }
        self._closed: dict[str, float] = {}  # route -> until when no call will pass

    async def call(self, method: str, path: str, body: Any = None, file: tuple[str, bytes, str] | None = None) -> Any:
        """What a call gives. path: such as "users/@me"; file: (name, bytes, type) of an attachment.

        Raises `Unreachable`, `Refused` with Discord's code, `BotError` where the token is refused.
        """
        route = f"{method} {path.partition('?')[0]}"
        await self._open(route)
        url = f"{self._api}/api/v10/{path}"
        if file is None:
            call = Call(method, url, body=body, headers=self._headers)
        else:
            name, data, kind = file
            form = {"payload_json": {**body, "attachments": [{"id": 0, "filename": name, **body["attachments"][0]}]}}
            call = Call(method, url, form=form, file=("files[0]", name, data, kind), headers=self._headers)
        answer = await ask(self._session, "Discord", call)
        self._note(route, answer)
        return _result(answer)

    async def _open(self, route: str) -> None:
        """Wait until a route is open."""
        now = self._clock()
        self._closed = {known: until for known, until in self._closed.items() if until > now}
        wait = max(self._closed.get(route, now), self._closed.get("", now)) - now
        if wait > 0:
            await asyncio.sleep(wait)

    def _note(self, route: str, answer: Answer) -> None:
        """When a route is open again, as the headers tell."""
        headers = {name.lower(): value for name, value in answer.headers.items()}
        if answer.status == 429:
            everywhere = headers.get("x-ratelimit-global", "").lower() == "true"
            self._closed["" if everywhere else route] = self._clock() + _asked_wait(answer)
        elif headers.get("x-ratelimit-remaining") == "0":
            self._closed[route] = self._clock() + _seconds(headers.get("x-ratelimit-reset-after"))


def _result(answer: Answer) -> Any:
    if answer.status < 300:
        return answer.body
    body = answer.body if isinstance(answer.body, dict) else {}
    code, why = body.get("code"), str(body.get("message") or "")
    if answer.status == 429:
        raise Unreachable("Discord says 429", _asked_wait(answer))
    if answer.status == 401 and code != INVALID_WEBHOOK:
        raise BotError("Discord does not know this token; reset it on the Bot page of the developer portal")
    raise Refused(f"{answer.status} {why}".strip(), code if isinstance(code, int) else None)


def _asked_wait(answer: Answer) -> float:
    """Seconds: the body's `retry_after` is the finer one."""
    body = answer.body if isinstance(answer.body, dict) else {}
    return max(_seconds(body.get("retry_after")), 0.0) or answer.wait or 1.0


def _seconds(told: Any) -> float:
    try:
        return float(told)
    except (TypeError, ValueError):
        return 0.0
