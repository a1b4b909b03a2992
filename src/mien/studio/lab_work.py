"""What the lab's processes do: check and clean data, train, evaluate, measure networks. Runs in `lab_process` alone."""

from __future__ import annotations

import base64
import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mien.studio.lab_process import Tell, often
from mien.studio.lab_store import CLEAN, EVALUATION, FACES, RUN, read_json, write_json

if TYPE_CHECKING:
    from mien.lab.expression.evaluate import Evaluation

#: Findings of each kind that are told in full.
TOLD = 5
#: Faces that are shown as read rightly, and as read wrongly.
SHOWN = 12
#: What is told of an evaluation, out of all that the lab measures.
FIGURES = ("accuracy", "balanced_accuracy", "macro_f1", "ece", "n")


def check(task: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Read a data set, look for what is wrong, and keep its faces (48 x 48, grey) in the lab's own layout.

    What was sent in is not needed any more, and deleted.
    """
    from mien.lab.data.checking import examine
    from mien.lab.data.dataset import write_dataset

    folder, source = Path(task["folder"]), Path(task["source"])
    found = examine(source, progress=_progress(tell))
    shutil.rmtree(folder / FACES, ignore_errors=True)  # of a check that was cut short
    write_dataset(found.faces, found.about, folder / FACES)
    report = found.report.to_dict()
    report["findings"] = {
        kind: [{**row, "places": [_named(place, source, task) for place in row["places"]]} for row in rows[:TOLD]]
        for kind, rows in report["findings"].items()
    }
    report["notes"] = [_named(note, source, task) for note in report["notes"]]
    kept = ("faces", "classes", "sizes", "imbalance", "clean", "problems", "leaking", "findings", "notes")
    if not task["typed"]:
        source.unlink(missing_ok=True)
    return {"report": {key: report[key] for key in kept}}


def clean(task: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """A cleaned copy of a checked data set."""
    from mien.lab.data.fixing import fix

    folder = Path(task["folder"])
    shutil.rmtree(folder / CLEAN, ignore_errors=True)
    fixed = fix(folder / FACES, folder / CLEAN, progress=_progress(tell))
    return {"cleaned": {"faces": fixed.faces, "dropped": fixed.dropped}}


def train(task: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Train, or go on training; the run's folder remembers how far it is."""
    from mien.lab.expression.settings import read_settings
    from mien.lab.expression.train import train as train_run

    settings = read_settings(None, **task["settings"])
    train_run(task["data"], Path(task["folder"]) / RUN, settings, _Teller(tell))
    return {"trained": True}


class _Teller:
    """Tells the studio of every step and epoch."""

    def __init__(self, tell: Tell) -> None:
        self._tell, self._seldom = tell, often(tell)

    def step(self, epoch: int, step: int, steps: int, loss: float, accuracy: float) -> None:
        row = {"epoch": epoch, "step": step, "steps": steps, "loss": round(loss, 4), "accuracy": round(accuracy, 4)}
        self._seldom(step=row)

    def epoch(self, row: dict[str, Any]) -> None:
        self._tell(epoch=row["epoch"])

    def say(self, text: str) -> None:
        pass


def evaluate(task: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Export the best epoch, and measure the exported network on faces that it has never seen."""
    from mien.errors import DataError
    from mien.lab.data import load_faces
    from mien.lab.expression.evaluate import assess
    from mien.lab.expression.export import export

    folder, data = Path(task["folder"]), Path(task["data"])
    model = folder / task["model"]
    tell(progress=None, doing="Exporting")
    export(folder / RUN, model, data)
    faces = load_faces(data)
    split = "PrivateTest" if (faces.split == "PrivateTest").any() else "PublicTest"
    protocol = "ferplus-majority" if faces.voted.any() else "labels"
    found = assess(model, data, protocol, split, near=False, by=[], progress=_progress(tell))
    tell(progress=None, doing="Comparing")
    try:
        shipped = assess("shipped", data, protocol, split, near=False, by=[]).figures
    except DataError:  # the data has classes of its own
        shipped = None
    told = {
        "split": split,
        **{name: found.figures[name] for name in (*FIGURES, "intervals", "by_class", "labels", "confusion")},
        "milliseconds": found.figures["latency_ms"]["median"],
        "bytes": model.stat().st_size,
        "shipped": shipped and {name: shipped[name] for name in FIGURES},
        "examples": examples(found),
    }
    write_json(folder / EVALUATION, told)
    return {"evaluated": {name: told[name] for name in FIGURES}}


def examples(found: Evaluation) -> dict[str, list[dict[str, Any]]]:
    """Faces read rightly and wrongly, as many of each class as can be, the surest first."""
    answers, truth = found.probabilities.argmax(1), found.truth
    sure = found.probabilities.max(1)
    chosen = {}
    for name, hit in (("right", True), ("wrong", False)):
        queues = []
        for number in range(len(truth.labels)):
            mine = [int(i) for i in range(len(answers)) if truth.classes[i] == number and (answers[i] == number) == hit]
            queues.append(sorted(mine, key=lambda i: -sure[i]))
        turns = [queue[k] for k in range(SHOWN) for queue in queues if k < len(queue)]
        chosen[name] = [
            {
                "truth": truth.labels[int(truth.classes[i])], "read": truth.labels[int(answers[i])],
                "confidence": round(float(sure[i]), 3), "picture": _picture(found.faces.images[i]),
            }
            for i in turns[:SHOWN]
        ]  # fmt: skip
    return chosen


def _picture(face: Any) -> str:
    """A face as a data: address."""
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(face).save(stream, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()


def networks(task: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """What each network costs on this machine; parameters first, since timing takes longer. Kept for the next time."""
    from mien.lab.expression.networks import NETWORKS
    from mien.lab.expression.networks.describe import describe

    path = Path(task["folder"]) / "networks.json"
    rows = {row["name"]: row for row in (read_json(path) or {}).get("networks", [])}
    for timed in (False, True):
        for name in ("mobile", "mien", *NETWORKS):
            if rows.get(name, {}).get("milliseconds") or (name in rows and not timed):
                continue
            found = describe(name, timed=timed)
            rows[name] = {
                "name": name, "about": found.about, "parameters": found.parameters, "macs": found.macs,
                "bytes": found.fp32_bytes, "milliseconds": found.milliseconds,
            }  # fmt: skip
            write_json(path, {"version": task["version"], "networks": list(rows.values())})
    return {}


def _progress(tell: Tell) -> Callable[[str, int, int], None]:
    seldom = often(tell)
    return lambda what, done, total: seldom(progress=min(1.0, done / total) if total else None, doing=what)


def _named(text: str, source: Path, task: dict[str, Any]) -> str:
    """Without the private folder that an upload lies in."""
    return text if task["typed"] else text.replace(f"{source}: ", "").replace(str(source), task["name"])


WORK: dict[str, Callable[[dict[str, Any], Tell], dict[str, Any]]] = {
    "check": check, "clean": clean, "train": train, "evaluate": evaluate, "networks": networks,
}  # fmt: skip
