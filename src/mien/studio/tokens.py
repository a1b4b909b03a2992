"""The studio's token: sent with each request, or brought once in the address and then kept by the browser."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, Response

from mien.studio.settings import StudioError

COOKIE = "mien-studio"
#: Letters that a token must have at least: 16 letters of base64 are 96 bits.
SHORTEST = 16


def read_token(path: Path) -> str:
    """The token in a file: its first line. Raises `StudioError`."""
    try:
        token = path.read_text(encoding="utf-8").strip().split("\n")[0].strip()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text file"
        raise StudioError(f"{path}: cannot be read ({reason}); write a token into it: openssl rand -hex 16") from None
    if len(token) < SHORTEST or not token.isascii() or not token.isprintable() or " " in token:
        raise StudioError(f"{path}: a token has at least {SHORTEST} letters, no spaces: openssl rand -hex 16 makes one")
    return token


class Tokens:
    """Checks tokens. token: None where none is demanded."""

    def __init__(self, token: str | None) -> None:
        self._token = token
        # The browser keeps what is derived from the token, not the token itself.
        self._kept = hmac.new(token.encode(), b"cookie", hashlib.sha256).hexdigest() if token else ""

    def known(self, connection: HTTPConnection) -> bool:
        """Whether a request may pass."""
        if self._token is None:
            return True
        scheme, _, given = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and _same(given.strip(), self._token):
            return True
        return _same(connection.cookies.get(COOKIE, ""), self._kept)

    def brought(self, connection: HTTPConnection) -> bool | None:
        """Whether the address of the page brings the token: None where a request tries nothing."""
        if self._token is None:
            return None
        given = connection.query_params.get("token")
        if connection.url.path == "/" and given is not None:
            return _same(given, self._token)
        tried = "authorization" in connection.headers or COOKIE in connection.cookies
        return False if tried and not self.known(connection) else None

    def welcome(self) -> Response:
        """Hands the browser its cookie and leads to the page, without the token in the address.

        Not by a redirect: a browser that followed a link here would not send a SameSite=Strict cookie along.
        """
        response = HTMLResponse("<!doctype html><title>mien</title>", headers={"Refresh": "0; url=/"})
        response.set_cookie(COOKIE, self._kept, max_age=30 * 86400, httponly=True, samesite="strict")
        return response


def locked_page() -> Response:
    """What a person sees who opens the studio without its token. It looks as plain as it can: files need the token."""
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<meta name="color-scheme" content="light dark"><title>mien</title><h1>This studio has a lock</h1>'
        "<p>Open the address that ends in <code>?token=</code>…, which whoever started it can give you.</p></html>"
    )
    return HTMLResponse(page, 401, {"WWW-Authenticate": "Bearer"})


def _same(given: str, known: str) -> bool:
    return hmac.compare_digest(given.encode(), known.encode())
