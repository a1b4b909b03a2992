"""The curves of training runs: accuracy and loss by epoch, training beside validation."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mien.errors import DataError
from mien.lab.history import History, read_history, run_names
from mien.lab.run import write_atomically

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, NOTE, LINE, PAPER = "#2b2620", "#6b6257", "#e4dccf", "#ffffff"
TRAINING, VALIDATION, RECALL = "#9a8f80", "#c8501e", "#2f6f9f"
#: For several runs, dark enough on white and told apart by most colour-blind people (after Okabe & Ito 2008).
COLOURS = ("#c8501e", "#2f6f9f", "#1c8a63", "#a8518a", "#8a6d00", "#4b4b9b", "#7a4a2b", "#3f8f9b")
STYLE: dict[Any, Any] = {
    "font.family": "sans-serif", "font.size": 10.5, "text.color": INK, "axes.edgecolor": LINE, "axes.labelcolor": NOTE,
    "xtick.color": NOTE, "ytick.color": NOTE, "axes.spines.top": False, "axes.spines.right": False,
    "axes.spines.left": False, "axes.grid": True, "axes.grid.axis": "y", "grid.color": LINE, "grid.linewidth": 0.8,
    "xtick.major.size": 0, "ytick.major.size": 0, "axes.axisbelow": True, "lines.solid_capstyle": "round",
    "svg.fonttype": "none", "svg.hashsalt": "mien", "figure.facecolor": PAPER, "axes.facecolor": PAPER,
}  # fmt: skip


def draw_run(run_folder: Path | str) -> None:
    """Write `curves.png` and `curves.svg` into a run's folder: accuracy and loss, training beside validation.

    A run without a finished epoch gets none. Raises `DataError` for what is no run's folder.
    """
    history = read_history(run_folder)
    if not history.rows:
        return
    with _style():
        figure, (left, right) = _panels()
        best = history.best()
        last = len(history.rows)
        network = str(history.config.get("network") or history.name)
        notes = [history.name] if history.name != network else []
        notes.append(f"{last} epoch{'s' if last > 1 else ''}")
        if best is not None:
            notes.append(f"best on PublicTest: epoch {best['epoch']}")
        _title(figure, network, " · ".join(notes))
        _accuracy(left, history, best)
        _loss(right, history, best)
        _save(figure, history.folder / "curves")


def draw_compared(runs: Sequence[Path | str], out: Path | str) -> list[Path]:
    """Lay the curves of several runs over each other: writes `compare.png` and `compare.svg` into the folder `out`.

    Returns the two files. Raises `DataError` for what is no run's folder, for runs without a finished epoch, and
    for an `out` that cannot be made.
    """
    histories = [read_history(run) for run in runs]
    for history in histories:
        if not history.rows:
            raise DataError(f"{history.folder}: no finished epoch in it (log.jsonl is empty)")
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"{folder}: cannot be made a folder ({error.strerror})") from None
    with _style():
        figure, (left, right) = _panels(height=4.6, names=0.16)
        _title(figure, "Runs compared", "solid: PublicTest · dotted: training · ring and figure: the best epoch")
        for axes, fields in ((left, ("train_accuracy", "accuracy")), (right, ("loss", "valid_loss"))):
            _overlay(axes, histories, fields)
        left.set_title("accuracy, %", loc="left", fontsize=10.5, color=NOTE)
        right.set_title("loss", loc="left", fontsize=10.5, color=NOTE)
        return _save(figure, folder / "compare")


def _style() -> Any:
    import matplotlib

    return matplotlib.rc_context(STYLE)


def _panels(height: float = 4.0, names: float = 0.13) -> tuple[Figure, NDArray[Any]]:
    """A figure with two axes; `names` is the share of its width that is kept for the names right of each."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11.0, height), dpi=110)
    FigureCanvasAgg(figure)
    width = (1 - 0.05 - 2 * names - 0.045) / 2
    grid = {"left": 0.05, "right": 1 - names, "top": 0.77, "bottom": 0.11, "wspace": (names + 0.045) / width}
    return figure, figure.subplots(1, 2, gridspec_kw=grid)


def _title(figure: Figure, title: str, note: str) -> None:
    figure.text(0.05, 0.94, title, fontsize=14, fontweight="bold", va="center")
    figure.text(0.05, 0.875, note, fontsize=10, color=NOTE, va="center")


def _accuracy(axes: Axes, history: History, best: dict[str, Any] | None) -> None:
    lines = [
        ("training", "train_accuracy", TRAINING, 1.8),
        ("mean recall", "balanced_accuracy", RECALL, 1.3),
        ("PublicTest", "accuracy", VALIDATION, 2.4),
    ]
    axes.set_title("accuracy, %", loc="left", fontsize=10.5, color=NOTE)
    _draw(axes, history, lines, best, "accuracy", 100, "{:.1f}")


def _loss(axes: Axes, history: History, best: dict[str, Any] | None) -> None:
    axes.set_title("loss", loc="left", fontsize=10.5, color=NOTE)
    lines = [("training", "loss", TRAINING, 1.8), ("PublicTest", "valid_loss", VALIDATION, 2.4)]
    _draw(axes, history, lines, best, "valid_loss", 1, "{:.3f}")


def _draw(
    axes: Axes,
    history: History,
    lines: Sequence[tuple[str, str, str, float]],
    best: dict[str, Any] | None,
    marked: str,
    scale: float,
    form: str,
) -> None:
    """The lines of one panel with their names at their ends, and the best epoch."""
    epochs = history.values("epoch")
    labels = []
    for name, field, colour, width in lines:
        values = scale * history.values(field)
        if np.isnan(values).all():
            continue
        axes.plot(epochs, values, color=colour, linewidth=width, marker="o" if len(epochs) == 1 else None, markersize=4)
        end = float(values[~np.isnan(values)][-1])
        labels.append((end, f"{name} {form.format(end)}", colour))
    _axis(axes, epochs)
    value = best.get(marked) if best else None
    if best is not None and isinstance(value, int | float):
        at, height = best["epoch"], scale * value
        axes.axvline(at, color=VALIDATION, linewidth=0.9, alpha=0.35, zorder=1)
        _dot(axes, at, height, VALIDATION)
        if len(epochs) > 1 and at != epochs[-1]:
            _note_best(axes, at, f"epoch {at}: {form.format(height)}", epochs)
    _end_labels(axes, labels)


def _dot(axes: Axes, at: float, height: float, colour: str) -> None:
    axes.plot([at], [height], "o", color=PAPER, markeredgecolor=colour, markeredgewidth=1.9, markersize=6.5, zorder=5)


def _note_best(axes: Axes, at: float, text: str, epochs: NDArray[np.float64]) -> None:
    """The best epoch's figure at the foot of its line, on the side that has room."""
    late = at > (epochs[0] + epochs[-1]) / 2
    axes.annotate(
        text, (at, 0.03), xycoords=axes.get_xaxis_transform(), xytext=(-5 if late else 5, 0),
        textcoords="offset points", ha="right" if late else "left", va="bottom", fontsize=9.5, color=VALIDATION,
        bbox={"facecolor": PAPER, "edgecolor": "none", "alpha": 0.8, "pad": 1.5}, zorder=6,
    )  # fmt: skip


def _axis(axes: Axes, epochs: NDArray[np.float64]) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.set_xlabel("epoch", fontsize=9.5, loc="right", labelpad=1)
    axes.tick_params(labelsize=9.5)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True, min_n_ticks=1, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    first, last = float(np.nanmin(epochs)), float(np.nanmax(epochs))
    axes.set_xlim(first - 0.5, last + 0.5) if first == last else axes.set_xlim(first, last)
    axes.margins(y=0.08)


def _end_labels(axes: Axes, labels: Sequence[tuple[float, str, str]], size: float = 10.0) -> None:
    """Names to the right of the panel, each as near to the end of its line as the others allow."""
    if not labels:
        return
    low, high = axes.get_ylim()
    axes.set_ylim(low, high)
    inches = axes.get_window_extent().height / axes.figure.dpi
    gap = (high - low) * 1.25 * size / 72 / inches
    order = sorted(range(len(labels)), key=lambda i: labels[i][0])
    for i, place in zip(order, spread([labels[i][0] for i in order], gap, low, high), strict=True):
        _, text, colour = labels[i]
        axes.annotate(
            text, (1, place), xycoords=axes.get_yaxis_transform(), xytext=(7, 0), textcoords="offset points",
            va="center", fontsize=size, color=colour, annotation_clip=False,
        )  # fmt: skip


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Ascending `places` moved to at least `gap` from each other within `low` to `high`, as little as may be.

    Least squares: isotonic regression of the places less what the gaps take up (pool adjacent violators). Where there
    is no room for all, they start at `low` and go beyond `high`.
    """
    pools: list[tuple[float, int]] = []  # mean, members
    for number, place in enumerate(places):
        mean, count = place - gap * number, 1
        while pools and pools[-1][0] > mean:
            before, members = pools.pop()
            mean = (mean * count + before * members) / (count + members)
            count += members
        pools.append((mean, count))
    most = max(low, high - gap * (len(places) - 1))
    settled = [min(max(mean, low), most) for mean, count in pools for _ in range(count)]
    return [place + gap * number for number, place in enumerate(settled)]


def _overlay(axes: Axes, histories: Sequence[History], fields: tuple[str, str]) -> None:
    """One panel with every run: its figure at its best epoch stands beside the end of its line."""
    training, validation = fields
    scale, form = (100, "{:.1f}") if validation == "accuracy" else (1, "{:.2f}")
    labels = []
    for number, (history, name) in enumerate(zip(histories, run_names(histories), strict=True)):
        colour = COLOURS[number % len(COLOURS)]
        epochs, values = history.values("epoch"), scale * history.values(validation)
        axes.plot(epochs, scale * history.values(training), color=colour, linewidth=1.3, linestyle=(0, (1, 1.6)))
        if np.isnan(values).all():
            continue
        axes.plot(epochs, values, color=colour, linewidth=2.2)
        best = history.best()
        value = best.get(validation) if best else None
        figure = ""
        if best is not None and isinstance(value, int | float):
            _dot(axes, best["epoch"], scale * value, colour)
            figure = " " + form.format(scale * value)
        labels.append((float(values[~np.isnan(values)][-1]), _short(name) + figure, colour))
    _axis(axes, np.concatenate([history.values("epoch") for history in histories]))
    _end_labels(axes, labels)


def _short(name: str, most: int = 15) -> str:
    return name if len(name) <= most else f"{name[: most - 7]}…{name[-6:]}"


def _save(figure: Figure, path: Path) -> list[Path]:
    files = []
    for suffix, metadata in ((".png", None), (".svg", {"Date": None})):
        picture = BytesIO()
        figure.savefig(picture, format=suffix[1:], metadata=metadata)
        files.append(path.with_suffix(suffix))
        write_atomically(files[-1], picture.getvalue())
    return files
