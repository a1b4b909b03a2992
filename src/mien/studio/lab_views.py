"""What the lab tells of its data sets and trainings: JSON for the page and for programs, and pictures of faces."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from mien.studio.lab_store import RUN, Item, LabStore

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Fields of an epoch that are told, out of all that the run's log holds.
EPOCH = ("epoch", "loss", "train_accuracy", "valid_loss", "accuracy", "balanced_accuracy", "seconds", "best")
#: Side of a face in pixels, and the room between two.
FACE, GAP = 48, 2


def brief(item: Item) -> dict[str, Any]:
    """What data sets and trainings have in common."""
    return {
        "id": item.id, "name": item.name, "made": round(item.made, 3), "state": state_of(item),
        "progress": item.progress, "doing": item.doing, "problem": item.problem,
        "href": f"/api/lab/{item.kind}/{item.id}",
    }  # fmt: skip


def state_of(item: Item) -> str:
    """queued, checking, cleaning, ready, training, stopping, stopped, trained, evaluating or failed."""
    if item.task is not None:
        doing = {"check": "checking", "clean": "cleaning", "train": "training", "evaluate": "evaluating"}[item.task]
        waits = item.task == "train" and not item.running  # the others wait for a moment only
        return "stopping" if item.stopping else "queued" if waits else doing
    if item.kind == "data":
        return "ready" if "report" in item.result else "failed"
    if item.problem is not None:
        return "failed"
    return "trained" if item.result.get("trained") else "stopped"


def of_data(item: Item, store: LabStore) -> dict[str, Any]:
    """A data set, with what its check found, and how many faces it has as it is used."""
    from mien.errors import DataError
    from mien.lab.data.dataset import read_description

    told: dict[str, Any] = {**brief(item), "report": item.result.get("report"), "cleaned": item.result.get("cleaned")}
    told |= {"faces": None, "classes": [], "counts": {}}
    if told["report"] is not None:
        try:
            about = read_description(store.faces(item))
            told |= {"faces": about["faces"], "classes": about["classes"], "counts": about["counts"]}
        except DataError:  # its files are gone
            pass
    return told


def of_run(item: Item, store: LabStore, active: str | None) -> dict[str, Any]:
    """A training: how far it is, and its curves."""
    from mien.errors import DataError
    from mien.lab.history import read_history

    try:
        rows = read_history(store.folder(item) / RUN).rows
    except DataError:  # it has not begun
        rows = []
    epochs = int(item.params["settings"]["epochs"])
    return {
        **brief(item), "data": item.params["data"], "settings": item.params["settings"], "epochs": epochs,
        "history": [{key: row.get(key) for key in EPOCH} for row in rows], "step": item.live or None,
        "seconds_left": _left(rows, epochs, item), "trained": bool(item.result.get("trained")),
        "evaluated": item.result.get("evaluated"), "active": item.id == active,
    }  # fmt: skip


def _left(rows: list[dict[str, Any]], epochs: int, item: Item) -> int | None:
    """Seconds until the last epoch is done, as the last three took; None before the first."""
    if not rows or item.task != "train":
        return None
    recent = [float(row["seconds"]) for row in rows[-3:]]
    share = item.live["step"] / item.live["steps"] if item.live.get("epoch") == len(rows) + 1 else 0.0
    return round(sum(recent) / len(recent) * max(0.0, epochs - len(rows) - share))


def faces_of(item: Item, store: LabStore, label: int | None, count: int, columns: int, seed: int) -> bytes:
    """Some faces of a class (of any class: None) in rows, as PNG. Raises `Problem` where there are none."""
    return sheet(chosen_faces(item, store, label, count, seed), columns)


def chosen_faces(item: Item, store: LabStore, label: int | None, count: int, seed: int) -> NDArray[Any]:
    """N x 48 x 48 faces drawn at random; the same seed draws the same ones. Raises `Problem`."""
    import numpy as np

    from mien.lab.data.dataset import open_dataset
    from mien.studio.problems import Problem

    faces, _ = open_dataset(store.faces(item))
    truth = faces.truth()
    rows = np.flatnonzero(truth == label) if label is not None else np.arange(len(faces))
    if not len(rows):
        raise Problem("not-found", "the data set has no faces of this class")
    drawn = np.random.default_rng(seed).permutation(rows)[:count]
    return np.stack([faces.images[i] for i in drawn])


def previewed(item: Item, store: LabStore, steps: list[str], count: int, seed: int) -> bytes:
    """Two rows as PNG: faces as they are, and as these steps of preprocessing leave them. Raises `DataError`."""
    import numpy as np

    from mien.expression.preprocess import Preprocess

    faces = chosen_faces(item, store, None, count, seed)
    return sheet(np.concatenate([faces, Preprocess.parse(steps)(faces)]), len(faces))


def sheet(faces: NDArray[Any], columns: int) -> bytes:
    """N x 48 x 48 faces in rows of `columns` on transparent ground, as PNG."""
    from PIL import Image

    columns = min(columns, len(faces))
    rows = -(-len(faces) // columns)
    drawn = Image.new("LA", (columns * (FACE + GAP) - GAP, rows * (FACE + GAP) - GAP))
    for number, face in enumerate(faces):
        drawn.paste(Image.fromarray(face), (number % columns * (FACE + GAP), number // columns * (FACE + GAP)))
    stream = io.BytesIO()
    drawn.save(stream, "PNG", optimize=True)
    return stream.getvalue()
