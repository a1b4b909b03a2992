"""What the bots on Telegram, Discord and Slack share: calls of an HTTP API, and a websocket that is opened again.

No error tells an address, for there are tokens in some of them.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit

import aiohttp

from mien.bots.delivery import until_reachable, wait_before
from mien.bots.errors import BotError, Refused, Unreachable

Result = TypeVar("Result")
log = logging.getLogger("mien.bots")

#: Seconds that an answer may take.
PATIENCE = 30.0
#: Bytes of one message on a websocket, at most.
LONGEST = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked of an HTTP API. body: sent as JSON; form: as fields, in JSON what is no text; data: as it is."""

    method: str
    url: str
    body: Any = None
    form: Mapping[str, Any] | None = None
    file: tuple[str, str, bytes, str] | None = None  #: (field, name, bytes, type), sent with `form`
    data: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: Any  #: what the JSON holds; None where there is none

    @property
    def wait(self) -> float | None:
        """Seconds that the server asks for (RFC 9110, Retry-After)."""
        try:
            return max(0.0, float(self.headers.get("Retry-After", "")))
        except ValueError:
            return None


async def ask(session: aiohttp.ClientSession, messenger: str, call: Call, patience: float = PATIENCE) -> Answer:
    """Make a call. Raises `Unreachable` where no answer comes, or one that says "later"; other refusals are answers."""
    data: Any = call.data
    if call.form is not None or call.file is not None:
        data = aiohttp.FormData()
        for name, value in (call.form or {}).items():
            data.add_field(name, value if isinstance(value, str) else json.dumps(value))
        if call.file is not None:
            data.add_field(call.file[0], call.file[2], filename=call.file[1], content_type=call.file[3])
    try:
        async with session.request(
            call.method, call.url, json=call.body, data=data, headers=call.headers,
            timeout=aiohttp.ClientTimeout(patience), allow_redirects=False,
        ) as response:  # fmt: skip
            text = await response.text("utf-8", "replace")
            answer = Answer(response.status, dict(response.headers), _parsed(text))
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Unreachable(f"{messenger} does not answer ({type(error).__name__})") from None
    if answer.status >= 500:
        raise Unreachable(f"{messenger} answers {answer.status}", answer.wait)
    return answer


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


async def patiently(what: str, step: Callable[[], Awaitable[Result]]) -> Result:
    """A step that the bot cannot do without. Raises `BotError` where the server refuses it."""
    try:
        return await until_reachable(step)
    except Refused as error:
        raise BotError(f"{what} is refused: {error}") from None


async def keep_connected(connect: Callable[[], Awaitable[bool]]) -> NoReturn:
    """Connect again whenever a connection ends. connect: one connection, as long as it lasts; gives whether it came
    about."""
    failures = 0
    while True:
        wait: float | None = None
        try:
            worked = await connect()
        except Unreachable as error:
            worked, wait = False, error.wait
            log.warning("%s", error)
        failures = 1 if worked else failures + 1
        wait = wait_before(failures, wait)
        log.warning("not connected; trying again in %.1f s", wait)
        await asyncio.sleep(wait)


@asynccontextmanager
async def connected(
    session: aiohttp.ClientSession, messenger: str, url: str, *, heartbeat: float | None = None, code: int = 1000
) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A websocket. heartbeat: seconds between pings; code: told to the server at the end. Raises `Unreachable`."""
    try:
        socket = await asyncio.wait_for(
            session.ws_connect(url, heartbeat=heartbeat, max_msg_size=LONGEST, autoclose=True), PATIENCE
        )
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Unreachable(f"{messenger} does not answer ({type(error).__name__})") from None
    try:
        yield socket
    except ConnectionError as error:
        raise Unreachable(f"{messenger} is gone ({type(error).__name__})") from None
    finally:
        await socket.close(code=code)


async def messages(socket: aiohttp.ClientWebSocketResponse) -> AsyncIterator[dict[str, Any]]:
    """The JSON objects that come, until the connection ends."""
    async for message in socket:
        if message.type == aiohttp.WSMsgType.TEXT and isinstance(found := _parsed(message.data), dict):
            yield found


#: What reading an event of an unknown shape raises.
ODD = (KeyError, TypeError, ValueError, AttributeError)


def left(error: Exception) -> None:
    """An event that is not as documented must not stop the bot; what is in it is nobody's business."""
    log.warning("an event of an unknown shape was left (%s)", type(error).__name__)


def is_at(url: str, hosts: tuple[str, ...], api: str) -> bool:
    """Whether an address is at one of the hosts (".slack.com": at all under it), by https; or where the API is."""
    parts, home = urlsplit(url), urlsplit(api)
    if (parts.scheme, parts.netloc) == (home.scheme, home.netloc):
        return True
    host = parts.hostname or ""
    return parts.scheme == "https" and any(host == h or (h[0] == "." and host.endswith(h)) for h in hosts)
