"""Users of a studio: their names, roles and tokens in the database, and what is theirs in the studio's folder."""

from __future__ import annotations

import hashlib
import re
import secrets
import shutil
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from fastapi import Depends
from sqlalchemy import Connection, Engine, delete, insert, or_, select, text
from sqlalchemy.exc import IntegrityError
from starlette.requests import HTTPConnection

from mien.database import JOBS, METADATA, TOKENS, USERS, is_postgresql, reading, upgrade, writing
from mien.errors import MienError
from mien.journal.database_store import DatabaseStore
from mien.studio.problems import Problem
from mien.studio.settings import StudioError

Role = Literal["admin", "member", "viewer"]
ROLES: tuple[Role, ...] = get_args(Role)

#: What names are made of: they stand in addresses, in tables and on the command line.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")
#: Bytes of a token: 256 bits.
TOKEN = 32
#: The part of a studio's folder that has a folder for each user.
FOLDER = "users"


@dataclass(frozen=True, slots=True)
class User:
    """Who asks. `id` is the owner of what they keep; "" where the studio has no users, and all is one person's."""

    id: str
    name: str
    role: Role
    token: str = field(default="", repr=False)  #: hash of the token that they came in with

    @property
    def keeps(self) -> bool:
        """Whether they may keep things: jobs, picks, a journal, data sets, trainings."""
        return self.role != "viewer"

    @property
    def manages(self) -> bool:
        """Whether they may manage users, and see how the studio is."""
        return self.role == "admin"


#: The one user of a studio without users.
SOLE = User("", "", "admin")


def hashed(token: str) -> str:
    """As the database keeps a token. Unsalted and fast: 256 random bits are in no dictionary."""
    return hashlib.sha256(token.encode()).hexdigest()


def add_user(engine: Engine, name: str, role: Role, by: User | None = None) -> str:
    """Add a user; their token, which is told this once. by: the admin who does, here and below; None: who runs the
    studio. Raises `StudioError` for a name that is taken, or is none."""
    if not NAME.fullmatch(name):
        raise StudioError(f"{name!r}: a name is 1 to 64 letters, digits or . _ @ + - and begins with one of the former")
    if role not in ROLES:
        raise StudioError(f"{role!r}: a role is {', '.join(ROLES)}")
    number, token, now = uuid.uuid4().hex, secrets.token_urlsafe(TOKEN), time.time()
    try:
        with writing(engine) as connection:
            _held(connection, name, by)
            connection.execute(insert(USERS).values(id=number, name=name, role=role, made=now))
            connection.execute(insert(TOKENS).values(hash=hashed(token), user_id=number, made=now))
    except IntegrityError:
        raise StudioError(f"{name}: there is a user of this name; choose another, or remove that one") from None
    return token


def new_token(engine: Engine, name: str, by: User | None = None) -> str:
    """Another token of a user; those before end. Raises `StudioError`."""
    token = secrets.token_urlsafe(TOKEN)
    with writing(engine) as connection:
        number = _held(connection, name, by)
        if number is None:
            raise _unknown(name)
        connection.execute(delete(TOKENS).where(TOKENS.c.user_id == number))
        connection.execute(insert(TOKENS).values(hash=hashed(token), user_id=number, made=time.time()))
    return token


def list_users(engine: Engine) -> list[dict[str, Any]]:
    """`name`, `role` and `made` of everybody, by name."""
    columns = (USERS.c.name, USERS.c.role, USERS.c.made)
    with reading(engine) as connection:
        return [dict(row._mapping) for row in connection.execute(select(*columns).order_by(USERS.c.name))]


def remove_user(engine: Engine, folder: Path, name: str, by: User | None = None) -> None:
    """Remove a user, and everything of theirs in the database and in the studio's folder. Raises `StudioError`.

    Studios that run end what they do for them within seconds.
    """
    with writing(engine) as connection:
        number = _held(connection, name, by)
        if number is None:
            raise _unknown(name)
        if is_postgresql(connection):  # a large journal takes a while
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        jobs = list(connection.execute(select(JOBS.c.id).where(JOBS.c.owner == number)).scalars())
        for table in reversed(METADATA.sorted_tables):  # whatever has an owner: jobs, journals
            if "owner" in table.c:
                connection.execute(delete(table).where(table.c.owner == number))
        connection.execute(delete(TOKENS).where(TOKENS.c.user_id == number))
        connection.execute(delete(USERS).where(USERS.c.id == number))
    for job in jobs:
        shutil.rmtree(folder / "jobs" / job, ignore_errors=True)
    shutil.rmtree(folder / FOLDER / number, ignore_errors=True)
    with suppress(MienError):  # nothing of theirs is left but bytes in files
        DatabaseStore(engine).scrub()


def has_users(engine: Engine) -> bool:
    """Raises `DatabaseError`."""
    upgrade(engine)
    with reading(engine) as connection:
        return connection.execute(select(USERS.c.id).limit(1)).first() is not None


def _held(connection: Connection, name: str, by: User | None) -> str | None:
    """Lock a user and the admin who changes them; the user's id. Who asks is looked up here, in the same transaction:
    workers remember users for two seconds, in which somebody who was removed could make a way back in, or two admins
    remove each other. Raises `Problem`."""
    wanted = USERS.c.name == name if by is None else or_(USERS.c.name == name, USERS.c.id == by.id)
    query = (
        select(USERS.c.id, USERS.c.name, USERS.c.role).where(wanted).order_by(USERS.c.id)
    )  # in one order: no deadlock
    rows = connection.execute(query.with_for_update()).all()
    if by is not None and by.id:
        token = select(TOKENS.c.hash).where(TOKENS.c.hash == by.token, TOKENS.c.user_id == by.id)
        manages = any(row.id == by.id and row.role == "admin" for row in rows)
        if not manages or connection.execute(token).first() is None:
            raise ended()
    return next((row.id for row in rows if row.name == name), None)


def ended() -> Problem:
    """What is told to somebody who was let in, and would not be any more."""
    return Problem("token", "your token has ended; ask an admin for another", headers={"WWW-Authenticate": "Bearer"})


def _unknown(name: str) -> StudioError:
    return StudioError(f"{name}: no user of this name; `mien studio users list` shows all")


#: Where the guard leaves the user in the scope of a request. A request that did not pass it has none, and fails.
SCOPE = "mien.user"


def _me(connection: HTTPConnection) -> User:
    user = connection.scope[SCOPE]
    assert isinstance(user, User)
    return user


def _manager(connection: HTTPConnection) -> User:
    user = _me(connection)
    if not user.manages:
        raise Problem("role", f"your role is {user.role}; this is for admins")
    return user


#: Parameters of a route: who asks; and the same where only admins may.
Me = Annotated[User, Depends(_me)]
Manager = Annotated[User, Depends(_manager)]
