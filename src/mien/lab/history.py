"""What a finished or running training has told so far: its settings and its log, read without torch."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.errors import DataError


@dataclass(frozen=True)
class History:
    """The log of one run: its settings, and a row an epoch."""

    folder: Path
    config: dict[str, Any]
    rows: list[dict[str, Any]]

    @property
    def name(self) -> str:
        """The folder's own name."""
        return self.folder.resolve().name

    def values(self, field: str) -> NDArray[np.float64]:
        """One figure of every epoch; NaN where the log does not have it."""
        found = (row.get(field) for row in self.rows)
        return np.array([v if isinstance(v, int | float) else math.nan for v in found], dtype=np.float64)

    def best(self) -> dict[str, Any] | None:
        """The row of the epoch that the run would choose (`choose_by`, accuracy by default); None without any."""
        chosen = self.config.get("choose_by", "accuracy")
        scores = -self.values("valid_loss") if chosen == "loss" else self.values(chosen)
        return None if np.isnan(scores).all() else self.rows[int(np.nanargmax(scores))]


def read_history(folder: Path | str) -> History:
    """The settings and the log of a run's folder, epochs in order; of an epoch told twice the last telling.

    A line that a kill tore is passed over. Raises `DataError` for what is no run's folder.
    """
    folder = Path(folder)
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise DataError(f"{folder}: no run's folder (no config.json in it)") from None
    log = folder / "log.jsonl"
    rows: dict[int, dict[str, Any]] = {}
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if log.is_file() else ():
        try:
            row = json.loads(line)
            rows[int(row["epoch"])] = row
        except (ValueError, KeyError, TypeError):
            continue
    return History(folder, config if isinstance(config, dict) else {}, [rows[epoch] for epoch in sorted(rows)])


def run_names(histories: Sequence[History]) -> list[str]:
    """What to call each run: its folder, with as many parents as tell them apart."""
    paths = [h.folder.resolve().parts for h in histories]
    for depth in range(1, max(map(len, paths), default=0)):
        names = ["/".join(parts[-depth:]) for parts in paths]
        if len(set(names)) == len(set(paths)):
            return names
    return [str(h.folder) for h in histories]
