"""Where the SQL of a person's file and of a studio's database differ: names of tables, and whose rows they are.

A statement is written once, with `$names`. The file is one person's; in a database each row has an owner, or belongs to
a session that has one.
"""

from __future__ import annotations

from collections.abc import Iterable
from string import Template

_TABLES = ("consents", "entries", "people", "sessions", "settings", "spans")


class Spelling:
    """Writes statements out, each once."""

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names
        self._known: dict[str, str] = {}  # bounded: what varies in a statement is a `:value`

    def __call__(self, sql: str) -> str:
        """Raises `KeyError` for a `$name` that there is not."""
        if (known := self._known.get(sql)) is None:
            known = self._known[sql] = Template(sql).substitute(self._names)
        return known


def one_by_one(table: str, columns: Iterable[str], mark: str = ":{name}") -> str:
    """A statement for `executemany` that adds rows of integers, and leaves out those that are there. mark: "?" for
    values by place."""
    names = list(columns)
    values = ", ".join(mark.format(name=name) for name in names)
    return f"INSERT INTO ${table} ({', '.join(names)}) VALUES ({values}) ON CONFLICT DO NOTHING"


def at_once(table: str, columns: Iterable[str]) -> str:
    """Likewise for PostgreSQL, which would plan a statement anew for each row. A value is the list of a column."""
    names = list(columns)
    values = ", ".join(f"CAST(:{name} AS bigint[])" for name in names)
    return f"INSERT INTO ${table} ({', '.join(names)}) SELECT * FROM unnest({values}) ON CONFLICT DO NOTHING"


#: $mine: the condition that rows are this journal's; $owner: the owner's column, before others; $whose: its value.
FILE = Spelling({**{name: name for name in _TABLES}, "mine": "1 = 1", "owner": "", "whose": ""})
DATABASE = Spelling(
    {**{name: f"journal_{name}" for name in _TABLES}, "mine": "owner = :owner", "owner": "owner,", "whose": ":owner,"}
)
