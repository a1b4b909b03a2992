#!/usr/bin/env python3
"""The study in docs/study.md: five networks on the same data under the same protocol, from scratch.

    python benchmarks/study.py --data FER --runs runs/study            # trains what is not trained yet, then writes
    python benchmarks/study.py --data FER --runs runs/study --write    # only writes the page and the figures again

FER is an FER+ folder with its votes. A stopped study goes on where it stopped.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: The same for every network: 48 x 48 faces, the votes' distributions, light augmentation, four passes.
SHARED: dict[str, Any] = {
    "labels": "votes", "loss": "soft", "balance": "none", "label_smoothing": 0.0, "augment": "classic", "mixup": 0.0,
    "batch": 128, "epochs": 4, "average": 0.995, "preprocess": ("resize:48",), "precision": "bf16",
}  # fmt: skip
#: What suits networks with batch norm, and what those without it can bear.
WITH_NORM = {"optimiser": "sgd", "learning_rate": 0.05}
WITHOUT_NORM = {"optimiser": "adamw", "learning_rate": 5e-4, "weight_decay": 0.01}


@dataclass(frozen=True)
class Entry:
    """One run of the study."""

    name: str
    settings: dict[str, Any] = field(default_factory=dict)


STUDY = (
    Entry("mobile", WITH_NORM),
    Entry("mien", WITH_NORM),
    Entry("tutorial", WITHOUT_NORM),
    Entry("resnet50", WITH_NORM),
    # In batches of 128 it had not begun to learn after a whole pass; 32 is what its authors took.
    Entry("vgg13", {**WITHOUT_NORM, "batch": 32, "learning_rate": 3e-4}),
)
#: As the tutorials train it: hard labels, no augmentation, no averaging, until the training accuracy is grand.
AS_TAUGHT = Entry(
    "tutorial as taught",
    {
        "network": "tutorial", "loss": "cross-entropy", "augment": "none", "optimiser": "adam", "learning_rate": 5e-4,
        "weight_decay": 0.0, "schedule": "constant", "warmup_epochs": 0.0, "batch": 64, "epochs": 14, "average": 0.0,
    },
)  # fmt: skip


def folder(runs: Path, entry: Entry) -> Path:
    return runs / entry.name.replace(" ", "-")


def train_all(data: Path, runs: Path, threads: int, only: list[str]) -> None:
    from mien.lab.data import load_faces
    from mien.lab.expression.settings import read_settings
    from mien.lab.expression.train import train

    faces = load_faces(data)
    for entry in (AS_TAUGHT, *STUDY):
        if only and entry.name not in only:
            continue
        settings = read_settings(**{"network": entry.name, **SHARED, **entry.settings, "threads": threads})
        print(f"{entry.name}: {train(faces, folder(runs, entry), settings)}", flush=True)


def write(runs: Path, docs: Path) -> None:
    """Write study.md and its figures from the runs that have finished an epoch."""
    from mien.lab.curves import draw_compared, draw_run
    from mien.lab.run import write_atomically

    there = [e for e in STUDY if (folder(runs, e) / "best.pt").exists()]
    figures = docs / "figures"
    with tempfile.TemporaryDirectory() as scratch:
        draw_compared([folder(runs, e) for e in there], scratch)
        draw_run(folder(runs, AS_TAUGHT))
        for kind in ("png", "svg"):
            shutil.copy(Path(scratch) / f"compare.{kind}", figures / f"study-networks.{kind}")
            shutil.copy(folder(runs, AS_TAUGHT) / f"curves.{kind}", figures / f"study-as-taught.{kind}")
    page = (docs / "study.md").read_text(encoding="utf-8")
    page = between(page, "networks", table(runs, there))
    page = between(page, "as taught", as_taught(runs))
    write_atomically(docs / "study.md", page.encode())


def between(page: str, mark: str, text: str) -> str:
    """The page with what stands between `<!-- mark -->` and `<!-- /mark -->` replaced."""
    before, _, rest = page.partition(f"<!-- {mark} -->")
    _, _, after = rest.partition(f"<!-- /{mark} -->")
    return f"{before}<!-- {mark} -->\n{text}\n<!-- /{mark} -->{after}"


def table(runs: Path, entries: list[Entry]) -> str:
    """One line a network, best validation accuracy first."""
    from mien.lab.expression.compare import compare
    from mien.lab.expression.export import load_run
    from mien.lab.expression.networks.describe import time_one_face

    columns = (
        "network",
        "parameters",
        "multiplications",
        "ms a face",
        "training",
        "**validation**",
        "gap",
        "mean recall",
    )
    rows = [f"| {' | '.join((*columns, 'best epoch'))} |", "| --- " + "| ---: " * len(columns) + "|"]
    for figures in compare([folder(runs, e) for e in entries]).runs:
        net, _ = load_run(runs / figures.run)
        rows.append(
            f"| {figures.network} | {figures.parameters / 1e6:.2f} M | {figures.macs / 1e6:.0f} M "
            f"| {time_one_face(net):.2f} | {figures.train_accuracy:.1%} | **{figures.accuracy:.1%}** "
            f"| {100 * figures.gap:.1f} | {figures.balanced_accuracy:.1%} | {figures.best_epoch} of {figures.epochs} |"
        )
    return "\n".join(rows)


def as_taught(runs: Path) -> str:
    """The tutorial's way, told epoch by epoch."""
    from mien.lab.curves import read_history

    rows = read_history(folder(runs, AS_TAUGHT)).rows
    half, last = rows[len(rows) // 2 - 1], rows[-1]
    learnt, gained = (100 * (last[key] - half[key]) for key in ("train_accuracy", "accuracy"))
    lines = (
        f"After {last['epoch']} passes it names **{last['train_accuracy']:.1%} of the training faces** and",
        f"**{last['accuracy']:.1%} of the others**. In the second half of the run the training accuracy rose by",
        f"{learnt:.1f} points, the other by {gained:.1f}; the loss fell from {half['loss']:.2f} to "
        f"{last['loss']:.2f} on",
        f"training faces, and from {half['valid_loss']:.2f} to {last['valid_loss']:.2f} on the others.",
    )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="an FER+ folder with its votes")
    parser.add_argument("--runs", type=Path, required=True, help="where the runs are kept")
    parser.add_argument("--docs", type=Path, default=Path("docs"), help="where study.md and figures/ are written")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", nargs="*", default=[], help="train only these")
    parser.add_argument("--write", action="store_true", help="train nothing; write the page from the runs there are")
    options = parser.parse_args()
    if not options.write:
        train_all(options.data, options.runs, options.threads, options.only)
    write(options.runs, options.docs)


if __name__ == "__main__":
    main()
