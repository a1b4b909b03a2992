"""Somebody on Matrix with a client that encrypts: matrix-nio's, with keys of its own."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import nio
from nio.crypto import decrypt_attachment, encrypt_attachment

from synapse_server import MatrixPerson

T = TypeVar("T")


class EncryptedPerson:
    """Used within one event loop, by `talking`."""

    def __init__(self, person: MatrixPerson, device: str, keys: Path) -> None:
        self.user = person.user
        self._client = nio.AsyncClient(person.server, person.user, store_path=str(keys))
        self._client.restore_login(person.user, device, person.token)
        self.seen: list[tuple[str, dict[str, Any]]] = []  #: what others said: type and content
        self.unreadable = 0

    async def sync(self, wait: int = 1000) -> None:
        client = self._client
        response = await client.sync(wait, full_state=not client.next_batch)
        assert isinstance(response, nio.SyncResponse), response
        for joined in response.rooms.join.values():
            for event in joined.timeline.events:
                self.unreadable += isinstance(event, nio.MegolmEvent)
                source = event.source
                if event.sender != self.user and source.get("type") in ("m.room.message", "m.sticker"):
                    self.seen.append((source["type"], source["content"]))
        if client.should_upload_keys:
            await client.keys_upload()
        if client.should_query_keys:
            await client.keys_query()
        await client.send_to_device_messages()

    async def room(self, *invited: str) -> str:
        """A private, encrypted room in which the invited are."""
        encryption = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
        created = await self._client.room_create(invite=invited, initial_state=[encryption])
        room = str(created.room_id)
        end = time.monotonic() + 30
        while room not in self._client.rooms or self._client.rooms[room].joined_count <= len(invited):
            await self.sync(200)
            assert time.monotonic() < end
        return room

    async def say(self, room: str, content: dict[str, Any]) -> None:
        sent = await self._client.room_send(room, "m.room.message", content, ignore_unverified_devices=True)
        assert isinstance(sent, nio.RoomSendResponse), sent

    async def show(self, room: str, picture: bytes) -> None:
        data, keys = encrypt_attachment(picture)
        uploaded, _ = await self._client.upload(lambda *_: data, filesize=len(data))
        file = {"url": uploaded.content_uri, **keys}
        info = {"mimetype": "image/jpeg", "size": len(picture)}
        await self.say(room, {"msgtype": "m.image", "body": "photo.jpg", "file": file, "info": info})

    async def wait_for(self, count: int, seconds: float = 60) -> list[tuple[str, dict[str, Any]]]:
        end = time.monotonic() + seconds
        while len(self.seen) < count:
            assert time.monotonic() < end, json.dumps(self.seen)
            await self.sync()
        return list(self.seen)

    async def opened(self, file: dict[str, Any]) -> bytes:
        """An encrypted picture."""
        got = await self._client.download(mxc=file["url"])
        return bytes(decrypt_attachment(got.body, file["key"]["k"], file["hashes"]["sha256"], file["iv"]))

    async def close(self) -> None:
        await self._client.close()


def talking(make: Callable[[], EncryptedPerson], talk: Callable[[EncryptedPerson], Awaitable[T]]) -> T:
    async def whole() -> T:
        person = make()
        try:
            await person.sync(0)
            return await talk(person)
        finally:
            await person.close()

    return asyncio.run(whole())
