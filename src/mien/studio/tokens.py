"""The studio's token: sent with each request, or brought once in the address and then kept by the browser."""

from __future__ import annotations

import hashlib
import hmac
import html
import secrets
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, Response

from mien.studio.settings import StudioError

COOKIE = "mien-studio"
#: Letters that a token must have at least: 16 letters of base64 are 96 bits.
SHORTEST = 16
#: Seconds in which a one-time code lets a browser in.
CODE = 60.0


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


def read_salt(folder: Path) -> bytes:
    """Bytes that only the studio's owner can read, made when first asked for. Raises `StudioError`."""
    path = folder / "cookie.key"
    try:
        if not path.exists():
            part = folder / f".cookie.{secrets.token_hex(8)}"
            part.touch(mode=0o600)
            part.write_bytes(secrets.token_bytes(32))
            try:
                with suppress(FileExistsError):  # another worker was faster: all use the same
                    path.hardlink_to(part)
            finally:
                part.unlink()
        return path.read_bytes()
    except OSError as error:
        raise StudioError(f"{path}: cannot be used ({error.strerror}); delete it, and start the studio again") from None


class Tokens:
    """Checks tokens. token: None where none is demanded; salt: of `read_salt`."""

    def __init__(self, token: str | None, salt: bytes = b"") -> None:
        self._token = token
        # The browser keeps what is derived from the token, not the token itself. Salted: a cookie tells no guess at
        # the token right, so that cookies need no limit.
        self._kept = hmac.new(salt + token.encode(), b"cookie", hashlib.sha256).hexdigest() if token else ""
        self._codes: dict[str, float] = {}  # code -> until when

    def code(self) -> str:
        """For the address that a browser is started with, which others can see in the list of processes: it lets one
        browser in, once, within `CODE` seconds."""
        code = secrets.token_urlsafe(16)
        self._codes[code] = time.monotonic() + CODE
        return code

    def kept(self, connection: HTTPConnection) -> bool:
        """Whether a request may pass without bringing anything: by its cookie, or since no token is demanded."""
        return self._token is None or _same(connection.cookies.get(COOKIE, ""), self._kept)

    def bearer(self, connection: HTTPConnection) -> bool:
        """Whether a request has the token in its header."""
        return self._token is not None and _same(bearer(connection), self._token)

    def brought(self, connection: HTTPConnection) -> bool:
        """Whether the address of the page brings the token, or a code, which is then used up."""
        if self._token is None or connection.scope["path"] != "/":
            return False
        given = connection.query_params
        fresh = time.monotonic() < self._codes.pop(given.get("code", ""), 0.0)
        return fresh or _same(given.get("token", ""), self._token)

    def welcome(self, connection: HTTPConnection) -> Response:
        """Hands the browser its cookie and leads to the page, without the token in the address.

        Not by a redirect: a browser that followed a link here would not send a SameSite=Strict cookie along.
        """
        return welcome(connection, self._kept)


def tries(connection: HTTPConnection) -> bool:
    """Whether a request brings something that could be a token."""
    in_address = "token" in connection.query_params or "code" in connection.query_params
    return "authorization" in connection.headers or (connection.scope["path"] == "/" and in_address)


def bearer(connection: HTTPConnection) -> str:
    """The token in the header of a request; "" where there is none."""
    scheme, _, given = connection.headers.get("authorization", "").partition(" ")
    return given.strip() if scheme.lower() == "bearer" else ""


def welcome(connection: HTTPConnection, kept: str) -> Response:
    """Hands a browser the cookie that it keeps, and leads to the page."""
    response = HTMLResponse("<!doctype html><title>mien</title>", headers={"Refresh": "0; url=/"})
    secure = connection.url.scheme == "https"  # as a proxy tells
    response.set_cookie(COOKIE, kept, max_age=30 * 86400, httponly=True, samesite="strict", secure=secure)
    return response


def doorstep(name: str, token: str) -> Response:
    """What a person sees who follows another site's link that brings a token: else that site could sign them in as
    somebody of its own, who sees what they then keep. Their own cookie does not come along with such a link."""
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<meta name="color-scheme" content="light dark"><title>mien</title><h1>Sign in?</h1>'
        f"<p>This link signs this browser in as <b>{html.escape(name)}</b>, who sees all that you keep here.</p>"
        f'<p><a href="/?token={quote(token, safe="")}">I am {html.escape(name)}</a></p></html>'
    )
    return HTMLResponse(page, headers={"Cache-Control": "no-store"})


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
