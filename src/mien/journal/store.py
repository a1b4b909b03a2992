"""What the journal asks of the place where it lies: a `Store` that gives connections, which take one text of SQL.

There are two: `file_store` is a person's own SQLite file, by the standard library alone; `database_store` the database
of a studio, SQLite or PostgreSQL by SQLAlchemy, in which each user has a journal of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from mien.errors import JournalError


class JournalAway(JournalError):
    """The place does not answer now: the same may go well in a while."""


def held(where: str) -> JournalError:
    """The error where deleted bytes cannot go yet."""
    return JournalError(
        f"{where}: deleted, but another program is reading the journal and holds on to old bytes; "
        "close it and delete once more"
    )


class Rows(Protocol):
    """What a statement found: rows that are unpacked, or taken by number."""

    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> Sequence[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """Takes SQL with `:names` for values and `$names` for what `spelling` tells."""

    def execute(self, sql: str, **values: Any) -> Rows: ...

    def add(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[int]]) -> None:
        """Add rows of integers to a table, those that are not there yet."""


class Store(Protocol):
    """One person's journal. Safe to share between threads. Every method raises `JournalError`."""

    where: str  #: as people may see it
    encrypted: bool
    wording: int  #: the number of the text that is agreed to, which tells where the journal is

    def twin(self) -> Store:
        """The same place with a connection of its own, for another thread."""

    def close(self) -> None: ...

    def reading(self) -> AbstractContextManager[Connection | None]:
        """None where there is no journal yet."""

    def writing(self, *, create: bool = False) -> AbstractContextManager[Connection | None]:
        """A transaction that no other of this journal runs beside, undone after an error. create: make the journal if
        need be; without it None where there is none."""

    def clear(self, db: Connection) -> None:
        """Delete all rows, within a transaction that writes."""

    def scrub(self) -> None:
        """Let as little of what was deleted remain as the place allows, at once."""

    def settle(self) -> None:
        """Likewise, where that takes no time."""
