"""Who may come in, kept in memory: a request of a known user asks nothing of the database, and goes on without it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any

from sqlalchemy import Engine, select

from mien.database import TOKENS, USERS, DatabaseError, reading
from mien.studio.users import User, hashed

_log = logging.getLogger("mien.studio")

#: Seconds between two looks at the database: so long a removed user, or an old token, still comes in.
OFTEN = 2.0
#: Seconds from one look to the next for somebody who is not known.
SELDOM = 0.5


class Directory:
    """The users of a studio. locked: users alone come in, even while there are none."""

    def __init__(self, engine: Engine, salt: bytes, *, locked: bool = False) -> None:
        self._engine, self._salt = engine, salt
        self.locked = locked  #: once there is a user it stays locked, also when the last one is removed
        self.loaded = False
        self.reachable = True  #: whether the database answered the last time
        self._users: dict[str, User] = {}
        self._hashes: dict[str, User] = {}  # of a token -> who comes in with it
        self._cookies: dict[str, str] = {}  # what a browser keeps -> hash of the token
        self._looked = -SELDOM
        self._looking = asyncio.Lock()

    def load(self) -> None:
        """Read everybody. Raises `DatabaseError`."""
        columns = (USERS.c.id, USERS.c.name, USERS.c.role, TOKENS.c.hash)
        with reading(self._engine) as connection:
            rows = connection.execute(select(*columns).join(TOKENS, isouter=True)).all()
        self._users = {row.id: User(row.id, row.name, row.role) for row in rows}
        self._hashes = {row.hash: User(row.id, row.name, row.role, row.hash) for row in rows if row.hash}
        self._cookies = {self._cookie(row.hash): row.hash for row in rows if row.hash}
        self.locked = self.locked or bool(rows)
        self.loaded = True

    async def look(self, ask: Callable[..., Coroutine[Any, Any, Any]]) -> None:
        """Read everybody again, in a thread; while the database does not answer those who are known stay so."""
        self._looked = time.monotonic()
        try:
            await ask(self.load)
        except DatabaseError as error:
            if self.reachable:
                _log.warning("%s; users who are known still come in", error)
            self.reachable = False
        else:
            self.reachable = True

    async def look_for_new(self, ask: Callable[..., Coroutine[Any, Any, Any]]) -> None:
        """Look once more, after this was called, for somebody who is not known: one look for all who ask meanwhile, and
        not one after the other, else anybody keeps the database busy."""
        called = time.monotonic()
        async with self._looking:
            if self._looked < called:
                await asyncio.sleep(max(0.0, self._looked + SELDOM - time.monotonic()))
                await self.look(ask)

    def ids(self) -> set[str]:
        return set(self._users)

    def __contains__(self, number: str) -> bool:
        return number in self._users

    def admits(self, user: User) -> bool:
        """Whether somebody who was let in would be so again: not who was removed, nor by a token that has ended, nor
        without one where users alone come in by now."""
        return user.token in self._hashes if user.id else not self.locked

    def __len__(self) -> int:
        return len(self._users)

    def by_token(self, token: str) -> User | None:
        """Looked up by its hash: how long that takes tells nothing of the token."""
        return self._hashes.get(hashed(token))

    def by_cookie(self, value: str) -> User | None:
        """The user whose browser keeps this."""
        token = self._cookies.get(value)
        if token is None or not hmac.compare_digest(value.encode(), self._cookie(token).encode()):
            return None
        return self._hashes.get(token)

    def cookie_of(self, token: str) -> str:
        """What the browser of who brought this token keeps. Every worker derives the same; a new token ends it."""
        return self._cookie(hashed(token))

    def _cookie(self, token: str) -> str:
        return hmac.new(self._salt + token.encode(), b"user", hashlib.sha256).hexdigest()
