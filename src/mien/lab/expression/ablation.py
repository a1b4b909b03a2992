"""What each step of preprocessing is worth: the same short run once for each, compared on the PublicTest split.

A folder holds a run a step and seed, and the table as `ablation.json` and `ablation.md`, rewritten after every run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.errors import DataError
from mien.expression.preprocess import Preprocess
from mien.lab.data import FaceSet, load_faces
from mien.lab.expression.export import load_run
from mien.lab.expression.losses import truth_for
from mien.lab.expression.measure import confusion, matrix_figures
from mien.lab.expression.settings import Settings
from mien.lab.expression.train import train
from mien.lab.expression.validate import predict
from mien.lab.expression.watch import Watcher
from mien.lab.run import write_atomically

NONE = "none"  #: stands for no step at all; every other row is compared with it
#: What is tried unless something else is asked for.
STEPS = (
    NONE, "align", "denoise:0.6", "denoise:1", "equalise", "clahe:2", "clahe:4", "brightness:1.3", "contrast:1.5",
    "gamma:0.6", "normalise:unit", "normalise:signed", "clahe:2 denoise:0.6",
)  # fmt: skip
NORMAL = 1.96  #: half the width of a 95 % interval, in standard errors
SPLIT = "PublicTest"

_ANSWERS = "answers.npz"  # in a run's folder, once it is finished and measured


@dataclass(frozen=True)
class Answers:
    """What the network of a finished run answered on PublicTest."""

    predicted: NDArray[np.int64]  #: N class indices
    truth: NDArray[np.int64]  #: N class indices
    head: str  #: what the truth is: votes (their majority) or labels

    @property
    def right(self) -> NDArray[np.bool_]:
        right: NDArray[np.bool_] = self.predicted == self.truth
        return right


def ablate(
    data: Path | str | Sequence[Path | str] | FaceSet,
    out: Path | str,
    settings: Settings | None = None,
    steps: Sequence[str] = STEPS,
    seeds: int = 1,
    watcher: Watcher | None = None,
    say: Callable[[str], None] = lambda text: None,
) -> dict[str, Any]:
    """Train once for each of `steps` and `seeds` under `settings`, and compare the accuracies on PublicTest.

    `steps`: what `Preprocess.parse` reads, several in one string with spaces between; "none" is added where it is
    missing. Run it again to go on after a stop: finished runs are not repeated. Returns what `ablation.json` holds:
    a row for each step with accuracy, balanced_accuracy, and the difference in accuracy to "none" with its 95 %
    interval `low`, `high` (paired over the faces of the split; how another seed would have trained is not in it).
    Raises `DataError` for an unknown step, and for a folder of an ablation under other settings.
    """
    settings = settings or Settings()
    if settings.preprocess:
        raise DataError("an ablation varies the preprocessing: take preprocess out of the settings")
    steps = list(dict.fromkeys((NONE, *(" ".join(step.split()) for step in steps))))
    for step in steps:
        Preprocess.parse(_spec(step))
    faces = data if isinstance(data, FaceSet) else load_faces(data)
    faces = faces.where(np.isin(faces.split, ("Training", SPLIT)))
    out = Path(out)
    config = _claim(out, settings, faces)
    found: dict[str, list[Answers]] = {step: [] for step in steps}
    for seed in range(seeds):
        for number, step in enumerate(steps, start=1):
            folder = out / f"{_slug(step)}.seed{settings.seed + seed}"
            if not (folder / _ANSWERS).exists():
                say(f"{step} ({number} of {len(steps)}, seed {settings.seed + seed})")
                asked = replace(settings, preprocess=tuple(_spec(step)), seed=settings.seed + seed)
                _keep(answers_of(train(faces, folder, asked, watcher), faces), folder)
            found[step].append(_kept(folder))
            result = config | _table(found, faces.classes)
            write_atomically(out / "ablation.json", (json.dumps(result, indent=2) + "\n").encode())
            write_atomically(out / "ablation.md", markdown(result).encode())
    return result


def _spec(step: str) -> list[str]:
    return [] if step == NONE else step.split()


def _slug(step: str) -> str:
    return step.replace(":", "-").replace(",", "-").replace(" ", "_")


def _claim(out: Path, settings: Settings, faces: FaceSet) -> dict[str, Any]:
    """What all runs of this ablation share. Raises `DataError` where the folder holds one that differs in it."""
    shared = {k: v for k, v in settings.config().items() if k != "preprocess"}
    digest = hashlib.sha256(np.ascontiguousarray(faces.images).tobytes()).hexdigest()
    config = {"split": SPLIT, "faces": len(faces), "sha256_of_pixels": digest, "settings": shared}
    file = out / "ablation.json"
    if out.exists() and not out.is_dir():
        raise DataError(f"{out} is a file: choose a folder for the ablation")
    if file.exists():
        try:
            before = json.loads(file.read_text(encoding="utf-8"))
            settings_before, same_data = before["settings"], before["sha256_of_pixels"] == digest
        except (ValueError, KeyError, TypeError):
            raise DataError(f"{file}: not the table of an ablation: choose another folder, or delete it") from None
        now = json.loads(json.dumps(shared))
        changed = sorted(k for k in {**settings_before, **now} if settings_before.get(k) != now.get(k))
        changed += [] if same_data else ["data"]
        if changed:
            raise DataError(
                f"{out} holds an ablation with other settings ({', '.join(changed)}): "
                "choose another folder, or delete it"
            )
    else:
        out.mkdir(parents=True, exist_ok=True)
        write_atomically(file, (json.dumps({**config, "rows": []}, indent=2) + "\n").encode())
    return config


def answers_of(run: Path, faces: FaceSet) -> Answers:
    """What the best checkpoint of a run answers on PublicTest, with the prior of its training data."""
    net, state = load_run(run)
    head = state["heads"][0]
    truth = truth_for(faces, head)
    rows = np.flatnonzero((faces.split == SPLIT) & (truth >= 0))
    logits = predict(net, Preprocess.parse(state["preprocess"])(faces.images[rows]))[0]
    prior = np.log(np.maximum(state["priors"][head], 1e-4)) * (not state["prior_included"])
    return Answers((logits + prior).argmax(1), truth[rows], head)


def _keep(answers: Answers, folder: Path) -> None:
    part = folder / f".part.{_ANSWERS}"
    np.savez(part, predicted=answers.predicted, truth=answers.truth, head=answers.head)
    part.replace(folder / _ANSWERS)


def _kept(folder: Path) -> Answers:
    with np.load(folder / _ANSWERS) as file:
        return Answers(file["predicted"], file["truth"], str(file["head"]))


def _table(found: dict[str, list[Answers]], classes: Sequence[str]) -> dict[str, Any]:
    """The rows so far: each step compared with none over the seeds that both have."""
    rows = []
    for step, answers in found.items():
        if not answers:
            continue
        figures = [matrix_figures(confusion(a.predicted, a.truth, len(classes))) for a in answers]
        rows.append(
            {
                "steps": step,
                "accuracy": _mean(f["accuracy"] for f in figures),
                "balanced_accuracy": _mean(f["balanced_accuracy"] for f in figures),
                **(_difference(answers, found[NONE]) if step != NONE else {}),
                "accuracy_by_seed": [round(float(f["accuracy"]), 4) for f in figures],
            }
        )
    first = found[NONE][0]
    truth = "FER+ majority" if first.head == "votes" else "labels"
    return {"truth": truth, "n": len(first.truth), "date": date.today().isoformat(), "rows": rows}


def _mean(values: Any) -> float:
    return round(float(np.mean(list(values))), 4)


def _difference(answers: list[Answers], none: list[Answers]) -> dict[str, float]:
    """Mean difference in accuracy over the faces, and its 95 % interval from its spread over the faces."""
    pairs = list(zip(answers, none, strict=False))
    by_face = np.mean([a.right.astype(float) - b.right for a, b in pairs], axis=0)
    mean, error = float(by_face.mean()), float(by_face.std() / np.sqrt(len(by_face)))
    return {
        "difference": round(mean, 4),
        "low": round(mean - NORMAL * error, 4),
        "high": round(mean + NORMAL * error, 4),
    }


def markdown(result: dict[str, Any]) -> str:
    """The table as Markdown, best first, and how it was made."""
    settings, rows = result["settings"], result["rows"]
    none = [row for row in rows if row["steps"] == NONE]
    rest = sorted((row for row in rows if row["steps"] != NONE), key=lambda row: -row["accuracy"])
    seeds = max((len(row["accuracy_by_seed"]) for row in rows), default=0)
    lines = [
        f"Network {settings['network']}, {_counted(settings['epochs'], 'epoch')}, {_counted(seeds, 'seed')}, "
        f"{result['n']:,} {result['split']} faces ({result['truth']}), {result['date']}.",
        "",
        "| preprocessing | accuracy | to none, points | 95 % interval | mean class recall | verdict |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in none + rest:
        difference, interval = in_points(row)
        cells = [
            row["steps"], f"{row['accuracy']:.1%}", difference, interval, f"{row['balanced_accuracy']:.1%}",
            verdict(row),
        ]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def in_points(row: dict[str, Any]) -> tuple[str, str]:
    """A row's difference to none and its interval, in points; empty for none itself."""
    if "difference" not in row:
        return "", ""
    return f"{100 * row['difference']:+.1f}", f"{100 * row['low']:+.1f} to {100 * row['high']:+.1f}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def verdict(row: dict[str, Any]) -> str:
    """helps, hurts, or no clear difference; empty for none itself."""
    if "difference" not in row:
        return ""
    return "helps" if row["low"] > 0 else "hurts" if row["high"] < 0 else "no clear difference"
