"""Times as the journal keeps them: milliseconds since 1970 in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta


def now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)


def milliseconds(when: datetime) -> int:
    """A time without a zone is taken as local."""
    return round(when.timestamp() * 1000)


def moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def day_bounds(day: date) -> tuple[int, int]:
    """Where a local day begins and ends, in milliseconds; 23 to 25 hours apart where clocks change."""
    midnight = datetime.combine(day, time())
    return milliseconds(midnight.astimezone()), milliseconds((midnight + timedelta(days=1)).astimezone())
