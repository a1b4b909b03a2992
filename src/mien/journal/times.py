"""Times as the journal keeps them: milliseconds since 1970 in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from mien.errors import JournalError


def now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)


def milliseconds(when: datetime) -> int:
    """A time without a zone is taken as local."""
    return round(when.timestamp() * 1000)


def moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def day_bounds(day: date) -> tuple[int, int]:
    """Where a local day begins and ends, in milliseconds; 23 to 25 hours apart where clocks change.

    Raises `JournalError` for a day before 1971 or after 9000, of which computers do not agree when it is.
    """
    if not 1971 <= day.year <= 9000:
        raise JournalError(f"{day}: not a day that a journal can have; choose one after 1971")
    midnight = datetime.combine(day, time())
    return milliseconds(midnight.astimezone()), milliseconds((midnight + timedelta(days=1)).astimezone())
