"""What the user's picks have taught: one learner a studio, opened when there is something to know or to learn."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from mien.studio.settings import data_folder

if TYPE_CHECKING:
    from mien.emoji.suggesting import Learner
    from mien.studio.house import House


class Picks:
    """Opens the file of picks. Call it in workers; safe between threads."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._lock = threading.Lock()
        self._learner: Learner | None = None

    @property
    def path(self) -> Path:
        """The user's own file; a studio with a folder of its own has its own."""
        from mien.emoji.suggesting import default_file

        folder = self._house.settings.folder
        return default_file() if folder == data_folder() else folder / "picks.db"

    def learner(self, *, make: bool = False) -> Learner | None:
        """None where nothing was ever picked. make: then begin a file. Raises `MienError`."""
        from mien.emoji.suggesting import Learner

        with self._lock:
            if self._learner is None and (make or self.path.is_file()):
                self._learner = Learner.open(self.path)
            return self._learner

    def close(self) -> None:
        with self._lock:
            if self._learner is not None:
                self._learner.close()
                self._learner = None
