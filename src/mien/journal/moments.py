"""The moments of a session: first smile, longest smile, biggest surprise, most smiles at once, longest calm.

Thresholds are of probabilities. A moment needs to last: two entries in a row, so that one odd frame makes none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mien.journal.schema import SPAN
from mien.journal.sessions import FINE, Session, names
from mien.journal.store import Connection

#: Thousandths from which a face counts as showing an expression.
SHOWN = 500
#: Milliseconds of an entry; fewest of a stretch that counts.
SLOT, SHORTEST = 200, 400


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that stands out."""

    name: str  #: first_smile, longest_smile, biggest_surprise, most_smiles or longest_calm
    at: float  #: seconds from the session's first entry
    seconds: float  #: how long it lasts
    value: float  #: probability 0..1; of `most_smiles` how many people
    person: str | None  #: None for what several share

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name, "at": round(self.at, 1), "seconds": round(self.seconds, 1),
            "value": round(self.value, 3), "person": self.person,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Grain:
    """What moments are looked for in: entries, or in a very long session the sums of ten seconds."""

    rows: str  #: (person, at, value) of those that show a label
    step: int  #: milliseconds that a row stands for
    gap: int  #: milliseconds between two rows that still belong to one stretch: a blink of the detector ends no smile
    together: int  #: milliseconds in which smiles at once are counted


_ENTRIES = _Grain("SELECT person, at, {label} AS value FROM $entries WHERE session = :session AND {label} >= :shown",
                  SLOT, 1000, 1000)  # fmt: skip
_SPANS = _Grain(
    f"SELECT person, start * {SPAN} AS at, {{label}} / entries AS value FROM $spans WHERE session = :session"
    " AND {label} >= :shown * entries", SPAN, SPAN, SPAN,
)  # fmt: skip

#: Stretches of one person in which a label is shown: (person, begin, end, highest value).
_STRETCHES = """
WITH shown AS ({rows}),
gaps AS (SELECT person, at, value, at - lag(at) OVER (PARTITION BY person ORDER BY at) AS gap FROM shown),
numbered AS (SELECT person, at, value,
  sum(CASE WHEN gap <= {gap} THEN 0 ELSE 1 END) OVER (PARTITION BY person ORDER BY at) AS stretch FROM gaps)
SELECT person, min(at), max(at) + {step}, max(value) / 1000.0 FROM numbered GROUP BY person, stretch
HAVING max(at) + {step} - min(at) >= {shortest}
"""
_TOGETHER = """
SELECT at / {together} AS moment, count(DISTINCT person) AS people, avg(value) AS smile FROM ({rows}) AS shown
GROUP BY moment ORDER BY people DESC, smile DESC, moment LIMIT 1
"""


def moments(db: Connection, session: Session) -> list[Moment]:
    """What stands out in a session, in the order in which it happened; nothing that did not happen."""
    grain = _ENTRIES if session.entries <= FINE else _SPANS
    smiles, surprises, calm = (_stretches(db, session, label, grain) for label in ("happiness", "surprise", "neutral"))
    found = []
    if smiles:
        found.append(("first_smile", min(smiles, key=lambda s: s[1])))
        found.append(("longest_smile", max(smiles, key=lambda s: s[2] - s[1])))
    if surprises:
        found.append(("biggest_surprise", max(surprises, key=lambda s: s[3])))
    if calm:
        found.append(("longest_calm", max(calm, key=lambda s: s[2] - s[1])))
    begin = session.began.timestamp() * 1000
    people = names(db)
    told = [
        Moment(name, max(0.0, first - begin) / 1000, (last - first) / 1000, value, people[person])
        for name, (person, first, last, value) in found
    ]
    told += _together(db, session, begin, grain)
    return sorted(told, key=lambda moment: moment.at)


def _stretches(db: Connection, session: Session, label: str, grain: _Grain) -> list[tuple[int, int, int, float]]:
    rows = grain.rows.format(label=label)
    query = _STRETCHES.format(rows=rows, gap=grain.gap, step=grain.step, shortest=SHORTEST)
    found = db.execute(query, session=session.number, shown=SHOWN)
    return [(person, first, last, float(value)) for person, first, last, value in found]


def _together(db: Connection, session: Session, begin: float, grain: _Grain) -> list[Moment]:
    """The second in which most people smiled, where it was more than one."""
    query = _TOGETHER.format(rows=grain.rows.format(label="happiness"), together=grain.together)
    row = db.execute(query, session=session.number, shown=SHOWN).fetchone()
    if row is None or row[1] < 2:
        return []
    at = max(0.0, (row[0] * grain.together - begin) / 1000)
    return [Moment("most_smiles", at, grain.together / 1000, float(row[1]), None)]
