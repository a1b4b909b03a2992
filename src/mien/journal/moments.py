"""The moments of a session: first smile, longest smile, biggest surprise, most smiles at once, longest calm.

Thresholds are of probabilities. A moment needs to last: two entries in a row, so that one odd frame makes none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mien.journal.sessions import Session

#: Thousandths from which a face counts as showing an expression.
SHOWN = 500
#: Milliseconds between two entries that still belong to one stretch: a blink of the detector does not end a smile.
GAP = 1000
#: Milliseconds of an entry; fewest of a stretch that counts.
SLOT, SHORTEST = 200, 400
#: Milliseconds of the stretches in which smiles at once are counted.
TOGETHER = 1000


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


#: Stretches of one person in which a condition holds: (person, begin, end, highest value).
_STRETCHES = """
WITH shown AS (
  SELECT person, at, {label} AS value, at - lag(at, 1, 0) OVER (PARTITION BY person ORDER BY at) > {gap} AS new
  FROM entries WHERE session = :session AND {label} >= :shown),
numbered AS (SELECT person, at, value, sum(new) OVER (PARTITION BY person ORDER BY at) AS stretch FROM shown)
SELECT person, min(at), max(at) + {slot}, max(value) / 1000.0 FROM numbered GROUP BY person, stretch
HAVING max(at) + {slot} - min(at) >= {shortest}
"""


def moments(db: Any, session: Session) -> list[Moment]:
    """What stands out in a session, in the order in which it happened; nothing that did not happen."""
    smiles = _stretches(db, session, "happiness")
    surprises = _stretches(db, session, "surprise")
    calm = _stretches(db, session, "neutral")
    found = []
    if smiles:
        found.append(("first_smile", min(smiles, key=lambda s: s[1])))
        found.append(("longest_smile", max(smiles, key=lambda s: s[2] - s[1])))
    if surprises:
        found.append(("biggest_surprise", max(surprises, key=lambda s: s[3])))
    if calm:
        found.append(("longest_calm", max(calm, key=lambda s: s[2] - s[1])))
    begin = session.began.timestamp() * 1000
    names = dict(db.execute("SELECT id, name FROM people"))
    told = [
        Moment(name, (first - begin) / 1000, (last - first) / 1000, value, names[person])
        for name, (person, first, last, value) in found
    ]
    told += _together(db, session, begin)
    return sorted(told, key=lambda moment: moment.at)


def _stretches(db: Any, session: Session, label: str) -> list[tuple[int, int, int, float]]:
    query = _STRETCHES.format(label=label, gap=GAP, slot=SLOT, shortest=SHORTEST)
    return list(db.execute(query, {"session": session.number, "shown": SHOWN}))


def _together(db: Any, session: Session, begin: float) -> list[Moment]:
    """The second in which most people smiled, where it was more than one."""
    row = db.execute(
        f"SELECT at / {TOGETHER} AS second, count(DISTINCT person) AS people, avg(happiness) FROM entries"
        " WHERE session = ? AND happiness >= ? GROUP BY second ORDER BY people DESC, avg(happiness) DESC, second"
        " LIMIT 1",
        (session.number, SHOWN),
    ).fetchone()
    if row is None or row[1] < 2:
        return []
    at = max(0.0, (row[0] * TOGETHER - begin) / 1000)
    return [Moment("most_smiles", at, TOGETHER / 1000, float(row[1]), None)]
