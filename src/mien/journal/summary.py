"""A session in a few figures, and sessions beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mien.journal.moments import Moment, moments
from mien.journal.sessions import Session, audience, session
from mien.journal.shares import of_session
from mien.journal.store import Connection


@dataclass(frozen=True, slots=True)
class Summary:
    """What a session showed."""

    session: Session
    audience: int  #: people in view at once
    shares: dict[str, float]  #: of the whole session; nine that sum to 1
    moments: tuple[Moment, ...]  #: in the order in which they happened

    def to_dict(self) -> dict[str, Any]:
        return {
            **self.session.to_dict(),
            "audience": self.audience,
            "shares": {label: round(value, 4) for label, value in self.shares.items()},
            "moments": [moment.to_dict() for moment in self.moments],
        }


def summary(db: Connection | None, name: str) -> Summary:
    """Raises `JournalError` for a session that is not there."""
    found = session(db, name)
    assert db is not None
    overall = of_session(db, found).overall()
    return Summary(found, audience(db, found), overall, tuple(moments(db, found)))


def compare(db: Connection | None, names: Sequence[str]) -> list[Summary]:
    """Summaries of several sessions, in the order asked for. Raises `JournalError`."""
    return [summary(db, name) for name in names]
