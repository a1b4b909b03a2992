"""Who has agreed to what. Nothing is written of anybody who has not."""

from __future__ import annotations

import shlex
import unicodedata
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from mien.errors import JournalError, NoConsent
from mien.journal.times import milliseconds, moment

#: Which wording of the text below was agreed to; raised whenever its meaning changes.
WORDING = 1

#: What somebody agrees to, in plain words.
TEXT = """\
The journal writes down, on this computer only, what a face shows while you record:
  - the time, five times a second at most
  - how much the face looks like each of eight expressions (neutral, happiness, surprise, ...)
  - the name of the session, and a name that you choose for the person; a made-up one is best
It never keeps pictures, the places of facial features, or guesses about age, skin tone or gender.
An expression is what a face shows. It does not tell what a person feels.
Entries are deleted after {days} days. Everything can be seen, exported and deleted at any time,
and whoever agreed can take it back whenever they like: what was recorded of them is then deleted."""

#: What is asked of somebody who records a group.
EVERYONE = """\
You record a group: say yes only if everybody who can be seen was told the above and agreed to it,
freely and before it began."""

#: Longest name of a person or session.
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Consent:
    """What one person, or a group that is recorded together, agreed to."""

    person: str  #: "me" or a pseudonym
    everyone: bool  #: a group: its members are told apart as "guests 1", "guests 2"...
    wording: int  #: the number of the text that was agreed to
    given: datetime
    withdrawn: datetime | None  #: None while it holds

    @property
    def holds(self) -> bool:
        return self.withdrawn is None

    def to_dict(self) -> dict[str, Any]:
        told = asdict(self) | {"given": self.given.isoformat(), "holds": self.holds}
        return told | {"withdrawn": self.withdrawn.isoformat() if self.withdrawn else None}


def checked_name(name: str, what: str = "person") -> str:
    """A name as it is kept: trimmed, composed (NFC), one line. Raises `JournalError`."""
    clean = " ".join(unicodedata.normalize("NFC", name).split())
    if not clean or len(clean) > LONGEST or not clean.isprintable():
        raise JournalError(f"{what} {clean[:LONGEST]!r}: a name has 1 to {LONGEST} printable characters")
    return clean


def give(db: Any, person: str, everyone: bool, now: datetime) -> None:
    """Write a consent down; one that was withdrawn holds again."""
    db.execute(
        "INSERT INTO consents VALUES (?, ?, ?, ?, NULL) ON CONFLICT (person) DO UPDATE"
        " SET everyone = excluded.everyone, wording = excluded.wording, given = excluded.given, withdrawn = NULL"
        " WHERE withdrawn IS NOT NULL"
        " OR wording <> excluded.wording OR everyone <> excluded.everyone",
        (person, everyone, WORDING, milliseconds(now)),
    )


def withdraw(db: Any, person: str, now: datetime) -> None:
    db.execute("UPDATE consents SET withdrawn = ? WHERE person = ?", (milliseconds(now), person))


def listed(db: Any) -> list[Consent]:
    """All consents, withdrawn ones too, by name."""
    rows = db.execute("SELECT person, everyone, wording, given, withdrawn FROM consents ORDER BY person")
    return [Consent(p, bool(e), w, moment(g), None if d is None else moment(d)) for p, e, w, g, d in rows]


def in_force(db: Any) -> dict[str, Consent]:
    """Name -> consent that holds."""
    return {consent.person: consent for consent in listed(db) if consent.holds}


def missing(person: str) -> NoConsent:
    """The error for somebody of whom nothing may be written."""
    return NoConsent(
        f"{person}: has not agreed to the journal, so nothing is recorded; ask them, then: mien journal consent "
        f"{shlex.quote(person)}"
    )
