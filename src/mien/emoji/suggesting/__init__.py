"""`mien.suggest`: ranked emoji for what a face shows and a message says, and learning from what the user picks.

>>> import mien
>>> [s.emoji for s in mien.suggest({"happiness": 1.0}, k=1, text="happy birthday!")]
['🎂']
"""

from __future__ import annotations

from mien.emoji.suggesting.learner import Learner
from mien.emoji.suggesting.picks import Context, Count, default_file
from mien.emoji.suggesting.ranking import Suggestion, suggest

__all__ = ["Context", "Count", "Learner", "Suggestion", "default_file", "suggest"]
