"""The expression round trip: does somebody else's eye read from our drawings what they were asked to wear?

The judge is trained on Noto's emoji alone (`judge`), grouped by name (`grouping`); what it is shown are drawings of
random people by `mien.avatar` (`people`). `measure_roundtrip` is the whole measure.
"""

from mien.lab.roundtrip.measuring import measure_roundtrip

__all__ = ["measure_roundtrip"]
