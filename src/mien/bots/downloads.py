"""Pictures from servers, never more of them than is allowed."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path

import aiohttp

from mien.bots.errors import Refused, TooLarge, Unreachable

#: Seconds for a picture.
PATIENCE = 60


async def fetch(
    session: aiohttp.ClientSession,
    url: str,
    most: int,
    *,
    headers: Mapping[str, str] | None = None,
    authorities: Path | None = None,
) -> bytes:
    """A picture in memory, at most `most` bytes; nobody is followed elsewhere. authorities: a PEM file of certificates.

    Raises `TooLarge`, `Refused`, and `Unreachable` where another try may succeed. No error tells the address.
    """
    try:
        async with session.get(
            url, headers=headers, timeout=aiohttp.ClientTimeout(PATIENCE), allow_redirects=False, ssl=trust(authorities)
        ) as response:
            if response.status == 429 or response.status >= 500:
                raise Unreachable(f"the server gives no picture ({response.status})")
            if response.status != 200:
                raise Refused(f"the server gives no picture ({response.status})")
            return await read_at_most(response, most)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Unreachable(f"the server gives no picture ({type(error).__name__})") from None


def trust(authorities: Path | None) -> ssl.SSLContext | bool:
    """Whom aiohttp trusts: the certificates of a PEM file, or the system's."""
    return ssl.create_default_context(cafile=authorities) if authorities else True


async def read_at_most(response: aiohttp.ClientResponse, most: int) -> bytes:
    """The body of an answer. Raises `TooLarge` before more than `most` bytes are held."""
    if (response.content_length or 0) > most:
        raise TooLarge(f"more than {most} bytes")
    data = bytearray()
    async for piece in response.content.iter_chunked(65536):
        data += piece
        if len(data) > most:
            raise TooLarge(f"more than {most} bytes")
    return bytes(data)
