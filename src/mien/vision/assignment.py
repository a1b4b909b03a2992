"""Who is who: the pairs of rows and columns with the least total cost.

The Hungarian method (Kuhn 1955, https://doi.org/10.1002/nav.3800020109) by shortest augmenting paths, as in Jonker and
Volgenant 1987; O(n^2 m) for n rows and m columns. SciPy has it too, and weighs 90 MB.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: A cost that stands for "never".
NEVER = 1e9


def assign(cost: NDArray[np.floating[Any]]) -> list[tuple[int, int]]:
    """The (row, column) pairs of least total cost of an NxM matrix, in the order of rows; entries of `NEVER` or more
    are not paired. As many pairs as possible come before a low cost."""
    cost = np.asarray(cost, float)
    if not cost.size:
        return []
    if cost.shape[0] > cost.shape[1]:
        return sorted((row, column) for column, row in assign(cost.T))
    # A forbidden pair must cost more than any set of allowed ones, but not so much that sums lose the small costs.
    allowed = cost < NEVER
    top = float(np.abs(cost[allowed]).max(initial=1.0)) * (len(cost) + 1) * 2
    owners = _columns(np.where(allowed, cost, top))
    return [(row, column) for row, column in enumerate(owners) if allowed[row, column]]


def _columns(cost: NDArray[np.float64]) -> list[int]:
    """The column of each row; at most as many rows as columns."""
    rows, columns = cost.shape
    of_row, of_column = np.zeros(rows + 1), np.zeros(columns + 1)  # the dual variables
    owner = np.zeros(columns + 1, int)  # of each column, counted from 1; 0 is nobody, and column 0 is none
    for row in range(1, rows + 1):
        owner[0], here = row, 0
        least, came_from = np.full(columns + 1, np.inf), np.zeros(columns + 1, int)
        done = np.zeros(columns + 1, bool)
        while owner[here]:
            done[here] = True
            reduced = cost[owner[here] - 1] - of_row[owner[here]] - of_column[1:]
            better = ~done[1:] & (reduced < least[1:])
            least[1:][better], came_from[1:][better] = reduced[better], here
            following = int(np.where(done, np.inf, least).argmin()) if not done.all() else 0
            step = least[following]
            of_row[owner[done]] += step
            of_column[done] -= step
            least[~done] -= step
            here = following
        while here:
            owner[here], here = owner[came_from[here]], int(came_from[here])
    found = [0] * rows
    for column in range(1, columns + 1):
        if owner[column]:
            found[owner[column] - 1] = column - 1
    return found
