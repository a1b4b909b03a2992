"""What users' picks have taught: a learner for each, opened when there is something to know or to learn."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from mien.studio.private import private_folder
from mien.studio.settings import data_folder
from mien.studio.users import ended

if TYPE_CHECKING:
    from mien.emoji.suggesting import Learner
    from mien.studio.house import House

#: Files that are kept open, those of who asked last.
OPEN = 64


class Picks:
    """Opens the files of picks. Call it in workers; safe between threads, and between workers."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._lock = threading.Lock()
        self._learners: OrderedDict[str, Learner] = OrderedDict()

    def path(self, owner: str) -> Path:
        """A user's file. Without users it is the command line's own; a studio with a folder of its own has its own."""
        from mien.emoji.suggesting import default_file

        if owner:
            return self._house.user_folder(owner) / "picks.db"
        folder = self._house.settings.folder
        return default_file() if folder == data_folder() else folder / "picks.db"

    def learner(self, owner: str, *, make: bool = False) -> Learner | None:
        """None where nothing was ever picked. make: then begin a file. Raises `MienError`."""
        from mien.emoji.suggesting import Learner

        with self._lock:
            path = self.path(owner)
            if owner not in self._learners:
                if not make and not path.is_file():
                    return None
                if owner and owner not in self._house.directory:  # removed meanwhile: nothing of theirs is made anew
                    raise ended()
                if owner:
                    private_folder(path.parent)
                self._learners[owner] = Learner.open(path)
                if len(self._learners) > OPEN:  # whoever uses it still goes on; it closes when they let go of it
                    self._learners.popitem(last=False)
            self._learners.move_to_end(owner)
            return self._learners[owner]

    def forget(self, owner: str) -> None:
        """Let go of a user's file."""
        with self._lock:
            if (learner := self._learners.pop(owner, None)) is not None:
                learner.close()

    def close(self) -> None:
        with self._lock:
            while self._learners:
                self._learners.popitem()[1].close()
