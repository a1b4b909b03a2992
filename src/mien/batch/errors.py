"""What can go wrong with a batch as a whole; a bad input never does, it goes into `bad.jsonl`."""

from mien.errors import MienError


class BatchError(MienError):
    """A batch that cannot start or go on: wrong sources, other settings, a full disk, a folder in use."""
