"""What a search found: figures for programs, `best.toml` for the next training, a page for people."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import optuna
from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from mien import __version__
from mien.errors import DataError
from mien.lab.expression.settings import Settings
from mien.lab.history import read_history
from mien.lab.pages import write_page
from mien.lab.run import write_atomically
from mien.lab.toml_text import toml_text
from mien.lab.tune.page import search_page
from mien.lab.tune.space import Space, applied, starting_point

#: Fewer whole trials say nothing about importance.
FEWEST = 10


def write_report(study: Study, folder: Path, base: Settings, space: Space) -> dict[str, Any]:
    """Write `best.toml` and `report.html` into `folder`, and return `summary`."""
    found = summary(study, folder, base, space)
    best = found["best"]
    figure = f"{found['figure']} {best['value']:.4f} on PublicTest"
    head = (
        f"# The best of {len(found['trials'])} trials of `mien lab tune` (mien {__version__}):\n"
        f"# trial {best['trial'] + 1}, {figure} in {best['epochs']} epochs.\n"
        "# mien lab train expression --config best.toml --data DATA --out RUN\n"
    )
    write_atomically(folder / "best.toml", (head + toml_text(changed(best["settings"]))).encode())
    write_page(folder / "report.html", search_page(found))
    return found


def summary(study: Study, folder: Path, base: Settings, space: Space) -> dict[str, Any]:
    """Everything about a search, ready for JSON.

    figure: the name of what was searched for, on PublicTest. trials: of each its number (from 0), state (complete,
    pruned, failed), value, epochs, seconds, params, and the figure of every epoch (`curve`). best: the same of the best
    one, with its whole `settings` and its `run`. first: the value of the starting point, where the first trial was it.
    importances: setting -> share, 0..1; empty with fewer than 10 whole trials. Raises `DataError` without any trial.
    """
    rows = [_row(t, folder, base) for t in study.get_trials(deepcopy=False) if t.state.is_finished()]
    ended = [row for row in rows if row["value"] is not None and row["state"] != "failed"]
    if not ended:
        raise DataError(f"{folder}: no trial came to an end")
    less = base.choose_by == "loss"
    whole = [row for row in ended if row["state"] == "complete"] or ended
    best = (min if less else max)(whole, key=lambda row: row["value"])
    start = starting_point(base, space)
    first = next((row["value"] for row in ended if row["trial"] == 0 and row["params"] == start), None)
    return {
        "folder": str(folder),
        "network": base.network,
        "figure": {"loss": "loss"}.get(base.choose_by, base.choose_by),
        "less_is_better": less,
        "epochs": base.epochs,
        "counts": {state: sum(row["state"] == state for row in rows) for state in ("complete", "pruned", "failed")},
        "best": best | {"settings": applied(base, space, best["params"]).config(), "run": best["run"]},
        "first": first,
        "start": start,
        "importances": importances(study),
        "space": {name: _told(dimension) for name, dimension in space.items()},
        "trials": rows,
        "best_toml": str(folder / "best.toml"),
        "report": str(folder / "report.html"),
    }


def importances(study: Study) -> dict[str, float]:
    """How much each setting tells the best trials from the rest (PED-ANOVA, Watanabe et al. 2023); shares of 1.

    Only whole trials count. Empty when there are too few of them, or when they hardly differ.
    """
    whole = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    if len(whole) < FEWEST or len({t.value for t in whole}) < 2:
        return {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        # The best quarter: the usual tenth would be one trial of ten.
        found = get_param_importances(study, evaluator=PedAnovaImportanceEvaluator(target_quantile=0.25))
    total = sum(found.values())
    return {name: round(value / total, 4) for name, value in found.items()} if total > 0 else {}


def changed(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that differ from the defaults, the network and the epochs in any case."""
    usual = Settings().config()
    return {k: v for k, v in settings.items() if k in ("network", "epochs") or (v != usual[k] and k != "extra")}


def _row(trial: FrozenTrial, folder: Path, base: Settings) -> dict[str, Any]:
    place = folder / "trials" / f"{trial.number:04d}"
    rows = read_history(place).rows if (place / "log.jsonl").is_file() else []
    sign = -1.0 if base.choose_by == "loss" else 1.0
    curve = {epoch: round(sign * value, 5) for epoch, value in sorted(trial.intermediate_values.items())}
    state = {TrialState.COMPLETE: "complete", TrialState.PRUNED: "pruned"}.get(trial.state, "failed")
    best = (min if sign < 0 else max)(curve.values(), default=None)
    return {
        "trial": trial.number,
        "state": state,
        "value": best,
        "epochs": len(curve),
        "seconds": round(sum(float(row.get("seconds", 0)) for row in rows), 1),
        "params": dict(trial.params),
        "curve": list(curve.values()),
        "run": str(place),
    }


def _told(dimension: Any) -> dict[str, Any]:
    """A dimension for JSON."""
    return {k: list(v) if isinstance(v, tuple) else v for k, v in vars(dimension).items()}
