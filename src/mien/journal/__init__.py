"""The journal: what faces showed over time, of those who agreed, on this computer, for a while.

>>> from mien.journal import Journal
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mien.journal.consents import TEXT, Consent
    from mien.journal.journal import Journal
    from mien.journal.keeping import Deleted
    from mien.journal.moments import Moment
    from mien.journal.place import default_path
    from mien.journal.recording import Recording
    from mien.journal.sessions import Session
    from mien.journal.shares import Shares
    from mien.journal.summary import Summary

__all__ = [
    "TEXT", "Consent", "Deleted", "Journal", "Moment", "Recording", "Session", "Shares", "Summary", "default_path",
]  # fmt: skip

# numpy and FFmpeg load with the first of these that needs them: the studio's page does not wait for them.
_HOME = {
    "TEXT": "consents", "Consent": "consents", "Journal": "journal", "Deleted": "keeping", "Moment": "moments",
    "default_path": "place", "Recording": "recording", "Session": "sessions", "Shares": "shares", "Summary": "summary",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"mien.journal.{_HOME[name]}"), name)
    raise AttributeError(f"module 'mien.journal' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
