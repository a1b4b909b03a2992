"""The tables of the journals, one journal a user. `mien.journal` has the SQL that reads and writes them.

A time is an integer of milliseconds since 1970 in UTC, a probability one of thousandths. Whatever belongs to a journal
goes with it, and a journal with its user: the database sees to that.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from mien.database.schema import METADATA
from mien.types import LABELS


def _owner() -> Column[str]:
    return Column("owner", String(32), ForeignKey("journals.owner", ondelete="CASCADE"), nullable=False)


def _key_owner() -> Column[str]:
    return Column("owner", String(32), ForeignKey("journals.owner", ondelete="CASCADE"), primary_key=True)


def _session() -> Column[int]:
    return Column("session", Integer, ForeignKey("journal_sessions.id", ondelete="CASCADE"), primary_key=True)


#: Whose journals there are: of those who agreed. Who writes into one holds its row.
JOURNALS = Table(
    "journals", METADATA,
    Column("owner", String(32), primary_key=True),  # a user's id; "" in a studio without users
    Column("user_id", String(32), ForeignKey("users.id", ondelete="CASCADE"), index=True),  # the same; NULL for ""
)  # fmt: skip

CONSENTS = Table(
    "journal_consents", METADATA, _key_owner(),
    Column("person", Text, primary_key=True),
    Column("everyone", Boolean, nullable=False),
    Column("wording", Integer, nullable=False),
    Column("given", BigInteger, nullable=False),
    Column("withdrawn", BigInteger),
    sqlite_with_rowid=False,
)  # fmt: skip

SETTINGS = Table(
    "journal_settings", METADATA, _key_owner(),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

#: Numbers of people and sessions are never given again: what is read page by page stays its owner's.
PEOPLE = Table(
    "journal_people", METADATA,
    Column("id", Integer, primary_key=True), _owner(),
    Column("name", Text, nullable=False),
    Column("consent", Text, nullable=False),
    UniqueConstraint("owner", "name", name="uq_journal_people_owner_name"),
    sqlite_autoincrement=True,
)  # fmt: skip

SESSIONS = Table(
    "journal_sessions", METADATA,
    Column("id", Integer, primary_key=True), _owner(),
    Column("name", Text, nullable=False),
    Column("began", BigInteger, nullable=False),
    UniqueConstraint("owner", "name", name="uq_journal_sessions_owner_name"),
    sqlite_autoincrement=True,
)  # fmt: skip

#: No foreign key to people: their rows go last, and would be looked for in all entries.
ENTRIES = Table(
    "journal_entries", METADATA, _session(),
    Column("person", Integer, primary_key=True),
    Column("at", BigInteger, primary_key=True),
    *(Column(label, SmallInteger, nullable=False) for label in LABELS),
    sqlite_with_rowid=False,
)  # fmt: skip

#: Sums over ten seconds, as in a journal's file; the owner is here too, for charts of a day.
SPANS = Table(
    "journal_spans", METADATA, _session(),
    Column("person", Integer, primary_key=True),
    Column("start", BigInteger, primary_key=True),
    Column("owner", String(32), nullable=False),
    Column("entries", Integer, nullable=False),
    Column("unsure", Integer, nullable=False),
    *(Column(label, Integer, nullable=False) for label in LABELS),
    Index("ix_journal_spans_owner_start", "owner", "start"),
    sqlite_with_rowid=False,
)  # fmt: skip
