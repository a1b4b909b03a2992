"""Many pictures and clips at once: rows in, say, a night, that survive whatever the night brings.

>>> from mien import batch
>>> summary = batch.run(["photos/"], "out/")                # doctest: +SKIP
>>> summary.tally["faces"], summary.bad                     # doctest: +SKIP
"""

from mien.batch.errors import BatchError
from mien.batch.running import Summary, run

__all__ = ["BatchError", "Summary", "run"]
