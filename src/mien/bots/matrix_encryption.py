"""Encrypted rooms on Matrix: the keys of the bot's device, by matrix-nio and vodozemac (`mien[bots]`).

Whom to trust: every device of everybody in a room gets the keys of what the bot says there; nobody is asked to verify
it. A device whose keys change after they were first seen is no longer believed (trust on first use).
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

import aiohttp
import nio
from nio.crypto import ENCRYPTION_ENABLED
from nio.exceptions import EncryptionError, LocalProtocolError, SendRetryError

from mien.bots.errors import BotError, Unreachable

log = logging.getLogger("mien.bots")

#: Seconds for the key of a message to come after the message.
PATIENCE = 30.0


def client_config() -> nio.AsyncClientConfig:
    return nio.AsyncClientConfig(max_limit_exceeded=0, max_timeouts=0, encryption_enabled=ENCRYPTION_ENABLED)


class Encryption:
    """folder: where the keys are kept; made with mode 700."""

    def __init__(self, client: nio.AsyncClient, folder: Path) -> None:
        self._client, self._folder = client, folder
        self._keys_came = asyncio.Event()
        self._turn = asyncio.Lock()

    @property
    def on(self) -> bool:
        return self._client.olm is not None

    def load(self) -> None:
        """Once it is known who and which device the bot is. Raises `BotError` where the keys cannot be kept."""
        if not ENCRYPTION_ENABLED or not self._client.device_id:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if os.name == "posix":
                self._folder.chmod(0o700)
        except OSError as error:
            raise BotError(f"{self._folder}: cannot be made ({error.strerror}); choose another --store") from None
        self._client.store_path = str(self._folder)
        self._client.load_store()

    async def keep_up(self, response: nio.SyncResponse) -> None:
        """What is due after a sync: publish keys of ours, learn those of others."""
        if not self.on:
            return
        if response.to_device_events:
            self._keys_came.set()
            self._keys_came = asyncio.Event()
        client = self._client
        if client.should_upload_keys:
            await _attempt("publish", client.keys_upload(), self._folder)
        if client.should_query_keys:
            await _attempt("learn", client.keys_query(), self._folder)
        if client.should_claim_keys:
            await _attempt("claim", client.keys_claim(client.get_users_for_key_claiming()), self._folder)
        if client.outgoing_to_device_messages:
            await _attempt("pass on", client.send_to_device_messages(), self._folder)

    async def opened(self, room: str, event: nio.MegolmEvent) -> Any:
        """The event that is in an encrypted one; None where its key does not come."""
        end = asyncio.get_running_loop().time() + PATIENCE
        while True:
            came = self._keys_came
            try:
                return self._client.olm.decrypt_megolm_event(event, room)
            except (EncryptionError, KeyError, TypeError, ValueError, AssertionError):
                wait = end - asyncio.get_running_loop().time()
            try:
                await asyncio.wait_for(came.wait(), wait)
            except TimeoutError:
                return None

    def of_room(self, room: str) -> bool:
        """Whether what is said in a room must be encrypted."""
        known = self._client.rooms.get(room)
        return self.on and known is not None and bool(known.encrypted)

    async def send(self, room: str, kind: str, content: dict[str, Any], key: str) -> Any:
        """What the server answers. Raises `Unreachable`."""
        try:
            async with self._turn:  # two at once would share the room's key twice
                return await self._client.room_send(room, kind, content, tx_id=key, ignore_unverified_devices=True)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(f"the server does not answer ({type(error).__name__})") from None
        except (EncryptionError, SendRetryError, LocalProtocolError) as error:
            raise Unreachable(f"a message cannot be encrypted yet ({type(error).__name__})") from None


async def _attempt(what: str, step: Awaitable[Any], folder: Path) -> None:
    """One step; what fails is due again after the next sync."""
    try:
        response = await step
    except (aiohttp.ClientError, TimeoutError, OSError, LocalProtocolError) as error:
        log.warning("cannot %s keys now (%s)", what, type(error).__name__)
        return
    if isinstance(response, nio.KeysUploadError):
        log.error("the server refuses the bot's keys; bring back %s, or log in again for a new token", folder)
