"""Slack's Web API: https://docs.slack.dev/reference/methods."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp

from mien.bots.calling import Call, ask, is_at
from mien.bots.delivery import until_reachable
from mien.bots.downloads import fetch
from mien.bots.errors import BotError, Refused, Unreachable

API = "https://slack.com"
#: Where files are: the bot's token is sent there with a download, and nowhere else.
HOSTS = ("files.slack.com", ".slack.com")
#: Errors that say that the token is of no use, and those that have nothing against another try.
GONE = ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type")
PASSING = ("ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout")


class Web:
    """Calls with a bot's token, and one with the app's."""

    def __init__(self, session: aiohttp.ClientSession, bot_token: str, app_token: str, api: str = API) -> None:
        self._session, self._bot, self._app, self._api = session, bot_token, app_token, api

    async def call(self, method: str, asked: dict[str, Any] | None = None) -> dict[str, Any]:
        """What a method gives. Raises `Unreachable`, `Refused` with Slack's word for it, `BotError`."""
        return await self._call(method, asked or {}, self._bot)

    async def open_socket(self) -> str:
        """The address of a new Socket Mode connection."""
        try:
            return str((await self._call("apps.connections.open", {}, self._app))["url"])
        except Refused as error:
            raise BotError(f"Slack refuses Socket Mode ({error.code}); switch it on in the app's settings") from None

    async def _call(self, method: str, asked: dict[str, Any], token: str) -> dict[str, Any]:
        # As form fields, since some methods take nothing else.
        headers = {"Authorization": f"Bearer {token}"}
        answer = await ask(
            self._session, "Slack", Call("POST", f"{self._api}/api/{method}", form=asked, headers=headers)
        )
        if answer.status == 429:
            raise Unreachable("Slack says 429", answer.wait or 1.0)
        body = answer.body if isinstance(answer.body, dict) else {}
        if body.get("ok") is True:
            return body
        error = str(body.get("error") or answer.status)
        if error in GONE:
            raise BotError(
                f"Slack does not know the {'app' if token == self._app else 'bot'} token ({error}); get a new one"
            )
        if error in PASSING:
            raise Unreachable(f"Slack says {error}", answer.wait)
        needed = f", needs {body['needed']}" if body.get("needed") else ""
        raise Refused(f"{method}: {error}{needed}", error)

    async def pages(self, method: str, asked: dict[str, Any], key: str, most: int = 10) -> AsyncIterator[list[Any]]:
        """What a method gives page by page. Raises `Refused`."""
        cursor = ""
        for _ in range(most):
            page = await until_reachable(
                lambda cursor=cursor: self.call(method, asked | ({"cursor": cursor} if cursor else {}))  # type: ignore[misc]
            )
            yield page[key]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    async def respond(self, url: str, text: str) -> None:
        """Answer a slash command so that only who asks sees it."""
        if not is_at(url, ("hooks.slack.com",), self._api):
            raise Refused("not where Slack takes answers")
        answer = await ask(self._session, "Slack", Call("POST", url, {"response_type": "ephemeral", "text": text}))
        if answer.status == 429:
            raise Unreachable("Slack says 429", answer.wait or 1.0)
        if answer.status != 200:
            raise Refused(f"no answer to a slash command is taken ({answer.status})")

    async def download(self, url: str, most: int) -> bytes:
        """A file that somebody sent, at most so many bytes."""
        if not is_at(url, HOSTS, self._api):
            raise Refused("not where Slack keeps files")
        return await fetch(self._session, url, most, headers={"Authorization": f"Bearer {self._bot}"})

    async def upload(self, data: bytes, name: str, title: str, alt: str, place: dict[str, str]) -> None:
        """Share a file. place: `channel_id`, and `thread_ts` in a thread."""
        asked = {"filename": name, "length": str(len(data))} | ({"alt_txt": alt[:1000]} if alt else {})
        given = await self.call("files.getUploadURLExternal", asked)
        if not is_at(given["upload_url"], HOSTS, self._api):
            raise Refused("not where Slack takes files")
        answer = await ask(self._session, "Slack", Call("POST", given["upload_url"], data=data))
        if answer.status != 200:
            raise Unreachable(f"Slack takes no file ({answer.status})", answer.wait)
        files = [{"id": given["file_id"], "title": title}]
        await self.call("files.completeUploadExternal", {"files": files} | place)
