"""The journal: what faces showed over time, of those who agreed, on this computer, for a while.

>>> from mien.journal import Journal
"""

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
