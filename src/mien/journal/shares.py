"""Expression shares over time: of a session, of a day.

A share is the mean probability of an expression over the entries of a stretch of time; entries that tell no
expression make up the share "unsure". All nine sum to 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mien.journal.schema import SPAN, UNSURE
from mien.journal.sessions import Session
from mien.journal.store import Connection
from mien.journal.times import day_bounds, moment
from mien.types import LABELS
from mien.types import UNSURE as UNSURE_LABEL

#: The labels of shares, in the order of charts.
SHARES = (*LABELS, UNSURE_LABEL)
#: Points of a session's chart, and seconds between those of a day's.
POINTS, DAY_STEP = 120, 900

_SUMS = ", ".join(f"sum({label})" for label in LABELS)
_BY_ENTRY = (
    f"SELECT (at - :begin) / :step AS point, count(*), sum(CASE WHEN {UNSURE} THEN 1 ELSE 0 END), {_SUMS} FROM $entries"
)
#: A session begins within its first span, not with it.
_BY_SPAN = (
    f"SELECT (CASE WHEN start * {SPAN} > :begin THEN start * {SPAN} - :begin ELSE 0 END) / :step AS point,"
    f" sum(entries), sum(unsure), {_SUMS} FROM $spans"
)
#: Seconds that a point of a chart may span, so that its axis is easy to read.
_STEPS = (0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)


@dataclass(frozen=True, slots=True)
class Shares:
    """A chart's data: points of `step` seconds that have entries, in order."""

    begin: datetime  #: what `times` count from, UTC
    step: float  #: seconds
    length: float  #: seconds of the session or day
    times: tuple[float, ...]  #: where each point begins, seconds from `begin`
    entries: tuple[int, ...]
    shares: dict[str, tuple[float, ...]]  #: `SHARES` -> 0..1 for each point

    def overall(self) -> dict[str, float]:
        """The shares of all entries together; all 0 where there are none."""
        total = sum(self.entries)
        return {
            label: sum(s * n for s, n in zip(values, self.entries, strict=True)) / total if total else 0.0
            for label, values in self.shares.items()
        }

    def to_dict(self) -> dict[str, Any]:
        return {
            "begin": self.begin.isoformat(), "step": self.step, "length": round(self.length, 3),
            "times": list(self.times), "entries": list(self.entries),
            "shares": {label: [round(v, 4) for v in values] for label, values in self.shares.items()},
        }  # fmt: skip


def step_for(seconds: float, points: int = POINTS) -> float:
    """The shortest easy step with which so many seconds take at most `points` points."""
    longest = _STEPS[-1]
    return next((step for step in _STEPS if seconds / step <= points), longest * math.ceil(seconds / longest / points))


def of_session(db: Connection, session: Session, person: int | None = None, points: int = POINTS) -> Shares:
    """The shares of a session: of one person, or of everybody in it."""
    begin = round(session.began.timestamp() * 1000)
    length = session.seconds + 0.2
    step = step_for(length, points)
    rows = db.execute(
        f"{_BY_ENTRY if step * 1000 < SPAN else _BY_SPAN} WHERE session = :session{_whose(person)}"
        " GROUP BY point ORDER BY point",
        begin=begin, step=round(1000 * step), session=session.number, person=person,
    ).fetchall()  # fmt: skip
    return _shares(moment(begin), step, length, rows)


def _whose(person: int | None) -> str:
    return "" if person is None else " AND person = :person"


def of_day(db: Connection, day: date, person: int | None = None, step: int = DAY_STEP) -> Shares:
    """The shares of a local day, from midnight to midnight, all sessions together. step: seconds, a multiple of 10."""
    begin, end = day_bounds(day)
    rows = db.execute(
        f"{_BY_SPAN} WHERE $mine AND start >= :first AND start < :last{_whose(person)} GROUP BY point ORDER BY point",
        begin=begin, step=1000 * step, first=begin // SPAN, last=end // SPAN, person=person,
    ).fetchall()  # fmt: skip
    return _shares(moment(begin), step, (end - begin) / 1000, rows)


def _shares(begin: datetime, step: float, length: float, rows: Sequence[Any]) -> Shares:
    shares: dict[str, list[float]] = {label: [] for label in SHARES}
    for _, count, unsure, *sums in rows:
        told = sum(sums) or 1  # thousandths are rounded: a row's eight may sum to 998 or 1002
        for label, value in zip(LABELS, sums, strict=True):
            shares[label].append(value / told * (count - unsure) / count)
        shares[UNSURE_LABEL].append(unsure / count)
    return Shares(
        begin, step, length, tuple(round(row[0] * step, 3) for row in rows), tuple(row[1] for row in rows),
        {label: tuple(values) for label, values in shares.items()},
    )  # fmt: skip


def empty_day(day: date) -> Shares:
    """A day of which nothing is known."""
    begin, end = day_bounds(day)
    return _shares(moment(begin), DAY_STEP, (end - begin) / 1000, [])
