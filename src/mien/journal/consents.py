"""Who has agreed to what. Nothing is written of anybody who has not."""

from __future__ import annotations

import shlex
import unicodedata
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from mien.errors import JournalError, NoConsent
from mien.journal.store import Connection
from mien.journal.times import milliseconds, moment

#: Which of the texts below was agreed to: of a person's own journal, of one in a studio's database. A text whose
#: meaning changes gets a new number.
WORDING, SHARED = 1, 2

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

#: Number -> what somebody agrees to.
TEXTS = {
    WORDING: TEXT,
    SHARED: TEXT.replace("on this computer only,", "in the database of this studio only,").replace(
        "Entries are", "Whoever runs the studio can read that database. Entries are"
    ),
}

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


def give(db: Connection, person: str, everyone: bool, wording: int, now: datetime) -> None:
    """Write a consent down; one that was withdrawn holds again."""
    db.execute(
        "INSERT INTO $consents AS c ($owner person, everyone, wording, given) VALUES ($whose :person, :everyone,"
        " :wording, :given) ON CONFLICT ($owner person) DO UPDATE"
        " SET everyone = excluded.everyone, wording = excluded.wording, given = excluded.given, withdrawn = NULL"
        " WHERE c.withdrawn IS NOT NULL OR c.wording <> excluded.wording OR c.everyone <> excluded.everyone",
        person=person, everyone=bool(everyone), wording=wording, given=milliseconds(now),
    )  # fmt: skip


def withdraw(db: Connection, person: str, now: datetime) -> None:
    db.execute(
        "UPDATE $consents SET withdrawn = :now WHERE $mine AND person = :person", now=milliseconds(now), person=person
    )


def listed(db: Connection) -> list[Consent]:
    """All consents, withdrawn ones too, by name."""
    rows = db.execute("SELECT person, everyone, wording, given, withdrawn FROM $consents WHERE $mine")
    found = [Consent(p, bool(e), w, moment(g), None if d is None else moment(d)) for p, e, w, g, d in rows]
    return sorted(found, key=lambda consent: consent.person)  # databases have orders of their own


def in_force(db: Connection) -> dict[str, Consent]:
    """Name -> consent that holds."""
    return {consent.person: consent for consent in listed(db) if consent.holds}


def missing(person: str) -> NoConsent:
    """The error for somebody of whom nothing may be written."""
    return NoConsent(
        f"{person}: has not agreed to the journal, so nothing is recorded; ask them, then: mien journal consent "
        f"{shlex.quote(person)}"
    )
