"""Who may come in: hosts and origins, the token, rates; and the headers that every answer carries.

Against DNS rebinding a name in the Host header must be one that the studio is known by; against other sites the Origin
(RFC 6454) and Fetch Metadata (https://www.w3.org/TR/fetch-metadata/) must be the studio's own.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from urllib.parse import urlsplit

from fastapi.exceptions import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mien.studio import uploads
from mien.studio.house import House
from mien.studio.lab_elsewhere import hand_on
from mien.studio.problems import Problem, database_away, problem_of_ours, problem_response
from mien.studio.rates import Places, Rates
from mien.studio.settings import API_VERSION, Settings, is_loopback
from mien.studio.tokens import COOKIE, bearer, doorstep, locked_page, tries, welcome
from mien.studio.users import SCOPE, SOLE, User

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), display-capture=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Mien-Api-Version": API_VERSION,
}
#: Wrong tokens that an address may try a minute.
TRIES = 10
#: Of the places for requests, those that one user may have.
SHARE = 0.75
#: What viewers may ask for: what keeps nothing. The page and its files besides.
LOOKS = frozenset({
    "/api/look", "/api/personalise", "/api/avatar", "/api/suggest", "/api/live", "/api/health", "/api/models",
    "/api/me",
})  # fmt: skip
#: Paths that answer without a token: probes of whatever runs the studio have none, and learn nothing but yes or no.
PROBES = ("/livez", "/readyz")


class BodyTooLarge(HTTPException):
    """Raised while a body is read: FastAPI hands on only its own kind of error from there."""

    def __init__(self, limit: int) -> None:
        super().__init__(413, f"more than {limit:,} bytes; send less")


class BodyTooSlow(HTTPException):
    """Likewise."""

    def __init__(self) -> None:
        super().__init__(400, "the body came too slowly; send it again")


class Guard:
    """ASGI middleware: lets in whom it should, adds the headers, counts, and answers for what fails."""

    def __init__(self, app: ASGIApp, house: House) -> None:
        self._app, self._house, self._settings = app, house, house.settings
        self._hosts = known_hosts(house.settings)
        self._tokens = house.tokens
        self._rates = Rates(house.limits.rate, house.limits.burst)
        self._tries = Rates(TRIES / 60, TRIES)
        self._places = Places(max(1, int(SHARE * (house.limits.workers + house.limits.queue))))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._admit(HTTPConnection(scope))
        except Problem as problem:
            await _denied(problem, scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        start, status, unrouted = time.monotonic(), 0, "other"

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if self._house.closing.is_set():  # else the next request on this connection could be lost
                    headers["Connection"] = "close"
                if scope["path"].startswith(("/api/", "/metrics")):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        connection = HTTPConnection(scope)
        try:
            answer = await self._admit(connection)
            if answer is not None:
                await answer(scope, receive, send_on)
                return
            with self._place(scope):
                if scope["path"].startswith("/api/lab") and not self._house.lab_here:
                    unrouted = "handed on"
                    await hand_on(self._house.settings.folder / "lab", scope, self._limited(scope, receive), send_on)
                else:
                    await self._app(scope, self._limited(scope, receive), send_on)
        except Exception as error:
            if status:
                raise
            problem = error if isinstance(error, Problem) else problem_of_ours(error, scope["path"])
            await problem_response(problem, scope["path"])(scope, receive, send_on)
        finally:
            route = getattr(scope.get("route"), "path", unrouted)
            self._house.metrics.count(scope["method"], route, status, time.monotonic() - start)

    def _place(self, scope: Scope) -> AbstractContextManager[None]:
        """Streams of events take none: they do nothing but wait."""
        user, path = scope.get(SCOPE, SOLE), scope["path"]
        if not user.id or not path.startswith("/api/") or path.endswith("/events"):
            return nullcontext()
        return self._places.taken(user.id)

    async def _admit(self, connection: HTTPConnection) -> Response | None:
        """Raises `Problem` for whom it does not let in; an answer of its own for those who bring a token."""
        headers, path = connection.headers, connection.scope["path"]  # not its url, which is made of Host too
        self._check_host(headers)
        _check_origin(headers, connection.scope)
        if path in PROBES:
            return None
        address = connection.client.host if connection.client else ""
        limited = path.startswith(("/api/", "/metrics"))
        directory = self._house.directory
        if not directory.loaded:  # one of several workers, which has not reached the database yet
            raise database_away()
        if not directory.locked:
            if limited:
                self._rates.take(address, "too many requests from this address")
            connection.scope[SCOPE] = SOLE
            return self._check_token(connection, address)
        answer, user = await self._check_user(connection, address)
        if user is not None:
            if limited:
                self._rates.take(user.id, "too many requests of this user")
            _check_role(user, path)
            connection.scope[SCOPE] = user
        return answer

    async def _check_user(self, connection: HTTPConnection, address: str) -> tuple[Response | None, User | None]:
        """Who asks; or an answer of its own for who brings a token to the page, and for who opens it without."""
        directory, too_many = self._house.directory, "too many wrong tokens from this address"
        page = connection.scope["path"] == "/"
        cookie, token = connection.cookies.get(COOKIE, ""), bearer(connection)
        token = token or (connection.query_params.get("token", "") if page else "")
        if not token and (user := directory.by_cookie(cookie)) is not None:
            return None, user
        user = directory.by_token(token)  # also after many wrong ones: 256 bits are not guessed, and others may share
        if user is None and tries(connection):  # the address
            self._tries.check(address, too_many)
        if user is None and (token or cookie):
            await directory.look_for_new(self._house.ask)
            user = directory.by_token(token) or directory.by_cookie(cookie)
        if user is not None:
            fresh = page and bearer(connection) == "" and directory.by_token(token) is not None
            if fresh and connection.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
                return doorstep(user.name, token), user
            return welcome(connection, directory.cookie_of(token)) if fresh else None, user
        if tries(connection):
            self._tries.take(address, too_many)
        if (token or cookie) and not directory.reachable:
            raise database_away()
        if page and "text/html" in connection.headers.get("accept", ""):
            return locked_page(), None
        raise Problem("token", "this studio is for its users; send your token", headers=_BEARER)

    def _check_token(self, connection: HTTPConnection, address: str) -> Response | None:
        tokens, too_many = self._tokens, "too many wrong tokens from this address"
        if tokens.kept(connection):
            return tokens.welcome(connection) if tokens.brought(connection) else None
        if tries(connection):
            self._tries.check(address, too_many)  # first: else who tries on learns at last which one is right
            if tokens.bearer(connection):
                return None
            if tokens.brought(connection):
                return tokens.welcome(connection)
            self._tries.take(address, too_many)
        if connection.scope["path"] == "/" and "text/html" in connection.headers.get("accept", ""):
            return locked_page()
        raise Problem("token", "this studio is for those who have its token", headers=_BEARER)

    def _check_host(self, headers: Headers) -> None:
        name = host_name(headers.get("host", ""))
        if name in self._hosts or (not is_loopback(self._settings.host) and is_address(name)):
            return
        raise Problem("host", f"{headers.get('host', '')[:80]!r} is not this studio; open the address that it printed")

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        """Bodies of paths that take no uploads end at the limit for JSON, and come as fast as uploads must."""
        if scope["path"] in self._house.uploads or scope["method"] in ("GET", "HEAD"):
            return receive
        limit, seen, whole, start = self._house.limits.json_bytes, 0, False, time.monotonic()

        async def receive_some() -> Message:
            nonlocal seen, whole
            if whole:  # all that can still come is that the sender goes, and that may take as long as the answer
                return await receive()
            left = uploads.PATIENCE + seen / uploads.SLOWEST - (time.monotonic() - start)
            try:
                message = await asyncio.wait_for(receive(), min(uploads.SILENCE, left))
            except TimeoutError:
                raise BodyTooSlow from None
            whole = not message.get("more_body", False)
            seen += len(message.get("body", b""))
            if seen > limit:
                raise BodyTooLarge(limit)
            return message

        return receive_some


_BEARER = {"WWW-Authenticate": "Bearer"}


def _check_role(user: User, path: str) -> None:
    """Viewers keep nothing. What only admins may is checked where it is done."""
    if user.keeps or not path.startswith("/api/") or path in LOOKS or path.startswith("/api/avatar/"):
        return
    raise Problem("role", f"your role is {user.role}, which keeps nothing; ask an admin for another")


def known_hosts(settings: Settings) -> set[str]:
    """The names by which browsers reach the studio."""
    hosts = {"localhost", "127.0.0.1", "::1", settings.host.lower(), *map(str.lower, settings.behind_proxy)}
    if not is_loopback(settings.host):
        name = socket.gethostname().lower()
        hosts |= {name, name.split(".")[0] + ".local"}
    return hosts


def host_name(header: str) -> str:
    """The Host header without its port, in lower case."""
    name = header.strip().lower()
    if name.startswith("["):
        return name[1:].split("]")[0]
    return name.rsplit(":", 1)[0] if name.count(":") == 1 else name


def is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _check_origin(headers: Headers, scope: Scope) -> None:
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower():
        raise Problem("origin", f"{origin[:80]!r} is another site; only the studio's own page may ask")
    site, mode = headers.get("sec-fetch-site", ""), headers.get("sec-fetch-mode", "")
    link = mode == "navigate" and scope.get("method") == "GET" and not scope["path"].startswith("/api/")
    if site in ("cross-site", "same-site") and not link:
        raise Problem("origin", "another site asked; only the studio's own page may")


async def _denied(problem: Problem, scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a handshake: with an answer where the server can send one (ASGI's websocket.http.response)."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": problem.detail})
        return
    response = problem_response(problem, scope["path"])
    sending: Callable[[Message], Awaitable[None]] = send

    async def send_on(message: Message) -> None:
        await sending({**message, "type": "websocket." + message["type"]})

    await receive()
    await response({**scope, "type": "http", "method": "GET"}, receive, send_on)
