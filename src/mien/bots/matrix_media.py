"""Pictures and files on Matrix, encrypted or not, and what its servers answer."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import nio
from nio.crypto import decrypt_attachment, encrypt_attachment
from nio.exceptions import EncryptionError

from mien.bots.downloads import fetch
from mien.bots.errors import BotError, Refused, Unreachable
from mien.bots.messages import Document, Part, Text

#: What a server answers that has nothing against another try.
PASSING = ("M_LIMIT_EXCEEDED", "M_UNKNOWN", None, "")
GONE = ("M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED")


def check_token(response: Any) -> None:
    """Raises `BotError` where a server no longer knows the token."""
    if getattr(response, "status_code", None) in GONE:
        raise BotError("the server does not know this access token; log in again and pass a new one")


def raise_for(response: Any) -> None:
    """Raises `Unreachable`, `Refused`, `BotError` for an answer that is an error."""
    if isinstance(response, nio.ErrorResponse):
        check_token(response)
        if response.status_code in PASSING:
            wait = (getattr(response, "retry_after_ms", None) or 0) / 1000
            raise Unreachable(f"the server says {response.status_code or 'nothing'}", wait)
        raise Refused(str(response.status_code))


def address_of(content: dict[str, Any]) -> str | None:
    """Where the picture of a message is; None for one without."""
    file = content.get("file")
    url = file.get("url") if isinstance(file, dict) else content.get("url")
    return url if isinstance(url, str) else None


async def fetch_picture(client: nio.AsyncClient, content: dict[str, Any], most: int) -> bytes:
    """The picture of a message from the server, at most so many bytes, decrypted where it has to be; in memory."""
    address = address_of(content) or ""
    server, _, media = address.removeprefix("mxc://").partition("/")
    if not address.startswith("mxc://") or not server or not media or "/" in media or "?" in media or "#" in media:
        raise Refused("no address of a picture")
    session = client.client_session
    assert session is not None
    url = f"{client.homeserver}/_matrix/client/v1/media/download/{server}/{media}"
    data = await fetch(session, url, most, headers={"Authorization": f"Bearer {client.access_token}"})
    file = content.get("file")
    if not isinstance(file, dict):
        return data
    try:
        return bytes(decrypt_attachment(data, file["key"]["k"], file["hashes"]["sha256"], file["iv"]))
    except (EncryptionError, KeyError, TypeError, ValueError):
        raise Refused("a picture that cannot be decrypted") from None


async def content_of(client: nio.AsyncClient, part: Part, *, encrypted: bool) -> tuple[str, dict[str, Any]]:
    """An event's type and its content; pictures and files are uploaded first. Raises `Unreachable`, `Refused`."""
    if isinstance(part, Text):
        return "m.room.message", {"msgtype": "m.notice", "body": part.body}
    name = part.name if isinstance(part, Document) else "sticker.webp"
    info: dict[str, Any] = {"mimetype": part.mime, "size": len(part.data)}
    if encrypted:
        data, keys = await asyncio.to_thread(encrypt_attachment, part.data)
        place: dict[str, Any] = {"file": {"url": await _upload(client, data, "application/octet-stream", None), **keys}}
    else:
        place = {"url": await _upload(client, part.data, part.mime, name)}
    if isinstance(part, Document):
        return "m.room.message", {"msgtype": "m.file", "body": name, "filename": name, "info": info, **place}
    content = {"body": part.alt, "info": info | {"w": part.side, "h": part.side}, **place}
    # Stickers cannot be encrypted: their event has no place for the key.
    return ("m.room.message", content | {"msgtype": "m.image"}) if encrypted else ("m.sticker", content)


async def _upload(client: nio.AsyncClient, data: bytes, mime: str, name: str | None) -> str:
    try:
        response, _ = await client.upload(lambda *_: data, mime, name, filesize=len(data))
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Unreachable(f"the server does not answer ({type(error).__name__})") from None
    raise_for(response)
    assert isinstance(response, nio.UploadResponse)
    return str(response.content_uri)
