"""How common the expressions are taken to be before a face is seen: the user's choice."""

from __future__ import annotations

from mien.errors import DataError

#: natural: as common as among the faces the network learnt from; uniform: all alike, so that rare ones are said more.
NAMED = {"natural": 1.0, "uniform": 0.0}

#: A name, a share between the two, or None for what the model's file says.
Prior = float | str | None


def prior_share(prior: Prior) -> float | None:
    """A prior as a share of the natural one, 0..1: what `Calibration.prior_share` takes. Raises `DataError`."""
    if prior is None or (isinstance(prior, str) and prior in NAMED):
        return None if prior is None else NAMED[prior]
    try:
        share = float(prior)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise DataError(f"prior {prior!r}: expected natural, uniform, or a number between 0 and 1")
    return share
