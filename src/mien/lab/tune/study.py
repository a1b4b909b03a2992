"""The search itself: Optuna (Akiba et al. 2019, https://arxiv.org/abs/1907.10902) proposes, training answers.

A folder holds all of it: `study.db` (SQLite), `study.json` (what is searched), `trials/0007/` (a run a trial),
`best.toml` and `report.html`. A search that was killed goes on from the last checkpoint of the trial it was at.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import optuna
from optuna.trial import FrozenTrial, Trial, TrialState

from mien.errors import DataError
from mien.lab.data import FaceSet, load_faces
from mien.lab.data.loading import as_paths
from mien.lab.expression import networks
from mien.lab.expression.calibrate import Source
from mien.lab.expression.memory import is_out_of_memory
from mien.lab.expression.settings import Settings
from mien.lab.expression.train import train
from mien.lab.history import read_history
from mien.lab.run import epoch_seed, write_atomically
from mien.lab.tune.lock import locked
from mien.lab.tune.space import Choice, Space, applied, check_space, default_space, starting_point
from mien.lab.tune.watch import Quiet, SearchWatcher

PRUNERS = ("median", "hyperband", "none")
#: Trials drawn at random before the sampler learns from them, and whole ones before any is pruned.
RANDOM_FIRST, UNPRUNED_FIRST = 8, 4
#: So many trials in a row that run out of memory end the search.
PATIENCE = 3
ENDED = (TrialState.COMPLETE, TrialState.PRUNED)


def tune(
    data: Source,
    out: Path | str,
    trials: int,
    base: Settings | None = None,
    space: Space | None = None,
    *,
    pruner: str = "median",
    watcher: SearchWatcher | None = None,
) -> dict[str, Any]:
    """Train `trials` times with settings that a tree-structured Parzen estimator (Bergstra et al. 2011) proposes.

    data: as `mien.lab.expression.train.train` takes it. out: a folder; run it again with the same arguments to go on
    after any stop, or with more `trials` to search on. base: the settings that stay, and that the first trial tries as
    they are, as far as they lie in the space; `epochs` is the length of each trial, `choose_by` the figure on
    PublicTest that is searched for, `seed` that of every trial and of the search. space: by default `default_space()`.
    pruner: ends trials that do worse than the others did at the same epoch: "median" of them, "hyperband" (Li et al.
    2018), or "none".

    Returns what was found, ready for JSON, see `mien.lab.tune.report.summary`, and leaves `best.toml` and `report.html`
    in the folder. Raises `DataError`.
    """
    base, space = base or Settings(), default_space() if space is None else dict(space)
    if trials < 1:
        raise DataError(f"trials = {trials}: expected 1 or more")
    if pruner not in PRUNERS:
        raise DataError(f"no pruner {pruner!r}: choose one of {', '.join(PRUNERS)}")
    networks.info(base.network)  # an unknown name is refused before the data is read
    check_space(base, space)
    faces = data if isinstance(data, FaceSet) else load_faces(data)
    source = [] if isinstance(data, FaceSet) else as_paths(data)
    folder = Path(out)
    if folder.exists() and not folder.is_dir():
        raise DataError(f"{folder} is a file: choose a folder for the search")
    fresh = not folder.exists()
    try:
        with locked(folder):
            _remember(folder, base, space, len(faces))
            search = Search(folder, faces, source, base, space, pruner, watcher or Quiet())
            search.run(trials)
            from mien.lab.tune.report import write_report

            return write_report(search.study, folder, base, space)
    except DataError:
        if fresh and not list(folder.glob("trials/*/log.jsonl")):  # it never got anywhere
            shutil.rmtree(folder, ignore_errors=True)
        raise


def _remember(folder: Path, base: Settings, space: Space, faces: int) -> None:
    """Write down what is searched. Raises `DataError` where the folder holds another search."""
    config = {"base": base.config(), "space": {name: asdict(d) for name, d in space.items()}, "faces": faces}
    config = json.loads(json.dumps(config))
    file = folder / "study.json"
    if file.exists():
        before = json.loads(file.read_text(encoding="utf-8"))
        old, new = ({**c["base"], **{f"space.{k}": v for k, v in c["space"].items()}, "faces": c["faces"]}
                    for c in (before, config))  # fmt: skip
        if changed := sorted(key for key in {**old, **new} if old.get(key) != new.get(key)):
            raise DataError(
                f"{folder} holds a search with other settings ({', '.join(changed)}): choose another folder, or "
                "delete it"
            )
    else:
        write_atomically(file, (json.dumps(config, indent=2) + "\n").encode())


class Search:
    """The trials of one folder. `run` may be called again for more."""

    def __init__(
        self,
        folder: Path,
        faces: FaceSet,
        source: list[Path],
        base: Settings,
        space: Space,
        pruner: str,
        watcher: SearchWatcher,
    ) -> None:
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self.folder, self.faces, self.source, self.base, self.space = folder, faces, source, base, space
        self.watcher = watcher
        self.study = optuna.create_study(
            study_name="mien",
            storage=optuna.storages.RDBStorage(f"sqlite:///{folder.absolute() / 'study.db'}"),
            direction="maximize",
            load_if_exists=True,
            pruner=_pruner(pruner, base.epochs),
        )

    def run(self, trials: int) -> None:
        """Go on until so many trials have ended. Raises `DataError` when trials keep running out of memory."""
        if not self.study.get_trials(deepcopy=False) and (start := starting_point(self.base, self.space)):
            self.study.enqueue_trial(start)
        failed = 0
        while (trial := self._next(trials)) is not None:
            failed = 0 if self._one(trial) else failed + 1
            if failed >= PATIENCE:
                raise DataError(f"{failed} trials in a row ran out of memory: search smaller batches or networks")

    def _next(self, trials: int) -> Trial | None:
        """The trial that was at work when the search was killed, or a new one; None when there were enough."""
        known = self.study.get_trials(deepcopy=False)
        for frozen in known:
            if frozen.state == TrialState.RUNNING:  # the folder is locked: nobody else is at work on it
                return Trial(self.study, frozen._trial_id)
        if sum(t.state in ENDED for t in known) >= trials:
            return None
        # Seeded by how many there were: a search that was interrupted proposes what an uninterrupted one would.
        count = sum(t.state.is_finished() for t in known)
        self.study.sampler = optuna.samplers.TPESampler(
            seed=epoch_seed(self.base.seed, count), n_startup_trials=RANDOM_FIRST
        )
        return self.study.ask()

    def _one(self, trial: Trial) -> bool:
        """Train one trial to its end; False when memory did not suffice."""
        chosen = self._choose(trial)
        place = self.folder / "trials" / f"{trial.number:04d}"
        pruning = _Pruning(trial, self.base, self.watcher)
        pruning.catch_up(place)
        self.watcher.begin(trial.number, chosen, len(pruning.values))
        how = TrialState.COMPLETE
        try:
            train(self.faces, place, applied(self.base, self.space, chosen), pruning, source=self.source)
        except optuna.TrialPruned:
            how = TrialState.PRUNED
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            how = TrialState.FAIL
            self.watcher.say(f"trial {trial.number + 1} ran out of memory even for one face")
        value = max(pruning.values.values(), default=None)
        self.study.tell(trial, value if how == TrialState.COMPLETE else None, how)
        (place / "last.pt").unlink(missing_ok=True)  # there is nothing left to resume; best.pt stays
        best = max((t.value for t in self.study.get_trials(deepcopy=False) if t.value is not None), default=None)
        self.watcher.end(trial.number, how.name.lower().replace("fail", "failed"), value, best)
        return how != TrialState.FAIL

    def _choose(self, trial: Trial) -> dict[str, Any]:
        """A value for every dimension; of a trial that goes on, those it has."""
        chosen: dict[str, Any] = {}
        for name, dimension in self.space.items():
            if isinstance(dimension, Choice):
                chosen[name] = trial.suggest_categorical(name, list(dimension.values))
            elif dimension.whole:
                chosen[name] = trial.suggest_int(name, int(dimension.low), int(dimension.high), log=dimension.log)
            else:
                chosen[name] = trial.suggest_float(name, dimension.low, dimension.high, log=dimension.log)
        return chosen


class _Pruning:
    """Watches one trial's training: tells the study each epoch's figure, and ends the trial when it should."""

    def __init__(self, trial: Trial, base: Settings, watcher: SearchWatcher) -> None:
        self.trial, self.base, self.watcher = trial, base, watcher
        self.values: dict[int, float] = {}  #: epoch -> figure, more is better

    def catch_up(self, place: Path) -> None:
        """Take over the epochs that an interrupted trial has behind it."""
        if (place / "log.jsonl").is_file():
            for row in read_history(place).rows:
                self._report(row)

    def _report(self, row: dict[str, Any]) -> None:
        epoch = int(row["epoch"])
        self.values[epoch] = score(row, self.base.choose_by)
        if epoch not in _frozen(self.trial).intermediate_values:
            self.trial.report(self.values[epoch], epoch)

    def step(self, epoch: int, step: int, steps: int, loss: float, accuracy: float) -> None:
        self.watcher.step(self.trial.number, epoch, step, steps)

    def epoch(self, row: dict[str, Any]) -> None:
        self._report(row)
        if row["epoch"] < self.base.epochs and self.trial.should_prune():
            raise optuna.TrialPruned

    def say(self, text: str) -> None:
        self.watcher.say(text)


def score(row: dict[str, Any], choose_by: str) -> float:
    """The figure of an epoch that is searched for; more is better."""
    return -float(row["valid_loss"]) if choose_by == "loss" else float(row[choose_by])


def _frozen(trial: Trial) -> FrozenTrial:
    """What the storage knows of a trial."""
    return next(t for t in trial.study.get_trials(deepcopy=False) if t.number == trial.number)


def _pruner(name: str, epochs: int) -> optuna.pruners.BasePruner:
    if name == "median":
        return optuna.pruners.MedianPruner(n_startup_trials=UNPRUNED_FIRST, n_warmup_steps=max(1, epochs // 5))
    if name == "hyperband":
        return optuna.pruners.HyperbandPruner(min_resource=1, max_resource=epochs, reduction_factor=3)
    return optuna.pruners.NopPruner()
