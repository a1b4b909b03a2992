"""Pictures from servers, never more of them than is allowed."""

from __future__ import annotations

import aiohttp

from mien.bots.errors import TooLarge


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
