"""Out of memory is no reason to die: halve the number of faces at once, and go on."""

from __future__ import annotations

from collections.abc import Callable

import torch


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out, on a graphics processor or in the machine."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    words = str(error).lower()
    return isinstance(error, RuntimeError) and ("out of memory" in words or "can't allocate memory" in words)


class MicroBatches:
    """Runs a batch in parts that fit into memory, adding up their gradients.

    `size` is how many faces are run at once; it halves whenever memory runs out, and stays there.
    """

    def __init__(self, size: int, say: Callable[[str], None] = print) -> None:
        self.size = size
        self.say = say

    def run(self, count: int, part: Callable[[slice, bool], None], restart: Callable[[], None]) -> None:
        """Call `part(rows, last)` for slices that cover `count` faces; after running out, `restart()` and try again.

        Raises what `part` raises, and out of memory when not even one face fits.
        """
        while True:
            restart()
            size = min(self.size, count)
            try:
                for start in range(0, count, size):
                    part(slice(start, min(start + size, count)), start + size >= count)
                return
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error) or size <= 1:
                    raise
            self.size = size // 2
            if torch.cuda.is_available():
                torch.cuda.empty_cache()
            self.say(f"out of memory: going on with {self.size} faces at once")
