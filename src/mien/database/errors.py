"""What can be wrong with a database. No message holds a password."""

from __future__ import annotations

from mien.errors import MienError


class DatabaseError(MienError):
    """A database that cannot be used: an address that is none, a file of something else, a newer mien's tables."""


class DatabaseUnreachable(DatabaseError):
    """A database that does not answer now: it restarts, the network is down, it is locked for too long."""
