"""One HTML page of an evaluation: figures with intervals, charts, and the mistakes as pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mien.lab.charts import percent, tenths
from mien.lab.expression.evaluate import SMALL, Evaluation
from mien.lab.expression.protocols import PROTOCOLS
from mien.lab.pages import (
    Section,
    Series,
    Tile,
    bars,
    columns,
    face_sheet,
    facts,
    heatmap,
    histogram,
    line,
    page,
    paragraph,
    section,
    subheading,
    table,
    tiles,
    write_page,
)

_PAIRS, _FACES = 6, 9  #: confusions shown as pictures, and faces of each
_LEAST = 10  #: faces of a bin of confidence that is drawn
_GROUPS = 30  #: values of a column that are shown

#: What the figures mean, in words.
GLOSSARY = (
    ("Accuracy", "Share of the faces answered right."),
    ("Balanced accuracy", "Mean recall over the classes: rare classes count as much as common ones."),
    ("Macro F1", "Mean over the classes of the harmonic mean of recall and precision."),
    ("Calibration error", "Mean gap between confidence and accuracy, in 15 bins of confidence; 0 is best."),
    ("Brier score", "Squared distance between the probabilities and the truth, from 0 (right and sure) to 2."),
    ("Log loss", "Mean of -log of the probability given to the truth, in nats; 0 is best."),
    ("KL to the votes", "How much the votes tell that the probabilities do not, in nats; 0 is best."),
    ("Recall, precision", "Of the faces of a class, how many are found; of the faces called so, how many are right."),
    ("95 %", "Figures in grey: bootstrap intervals of 1,000 draws; for single shares Wilson's intervals."),
)


def write_report(path: str | Path, evaluation: Evaluation) -> Path:
    """Write the page of an evaluation. Raises `DataError` where it cannot be written."""
    return write_page(path, report(evaluation))


def report(evaluation: Evaluation) -> str:
    """The page of an evaluation as HTML."""
    f = evaluation.figures
    sections = [
        _headline(f), _confusion(f), _classes(f), _confidence(evaluation), _mistakes(evaluation),
        *_groups(f["groups"]), _duplicates(f), _method(f), section("What the figures mean", facts(GLOSSARY)),
    ]  # fmt: skip
    model = "the shipped model" if f["model"] == "shipped" else Path(f["model"]).name
    return page(
        f"How well {model} reads expressions",
        sections,
        subtitle=f"{f['n']:,} faces of {f['split']}, protocol {f['protocol']}, {f['date']}",
        footer=f"Made by mien {f['version']}. Everything on this page is inside this one file.",
    )


def _headline(f: dict[str, Any]) -> Section:
    votes = f.get("votes")
    figures = [
        Tile("Accuracy", tenths(f["accuracy"]), _interval(f, "accuracy", True)),
        Tile("Balanced accuracy", tenths(f["balanced_accuracy"]), _interval(f, "balanced_accuracy", True)),
        Tile("Macro F1", f"{f['macro_f1']:.3f}", _interval(f, "macro_f1")),
        Tile("Calibration error", f"{f['ece']:.3f}", _interval(f, "ece")),
        Tile("Brier score", f"{f['brier']:.3f}", _interval(f, "brier")),
        Tile("Log loss", f"{f['nll']:.3f}", _interval(f, "nll")),
    ]
    if f["kl_to_votes"] is not None:
        figures.append(Tile("KL to the votes", f"{f['kl_to_votes']:.3f}", _interval(f, "kl_to_votes")))
    figures.append(Tile("Time a face", f"{f['latency_ms']['median']:.2g} ms", "one at a time, one thread"))
    body = tiles(figures)
    if votes:
        body += columns(_shared(votes))
    return section("Figures", body + "".join(paragraph(text) for text in warnings(f)))


def _shared(votes: dict[str, Any]) -> str:
    """What the answers share with single voters."""
    said = (
        f"A voter chosen at random agrees with the answer on {tenths(votes['expected_accuracy'])} of the faces, and "
        f"would agree with the best possible answer on {tenths(votes['ceiling'])}. On {votes['ties']} faces two "
        f"expressions got equally many votes; the first in the order of the classes counts."
    )
    return paragraph(said)


def warnings(f: dict[str, Any]) -> list[str]:
    """What a reader must know before trusting the figures, in sentences."""
    said = []
    if f["split"] == "Training":
        said.append("These are training faces: a model that has learnt from them does better here than on new faces.")
    for name, n in f["missing"].items():
        said.append(f"The model has no class {name}: its {n:,} faces count as wrong.")
    few = [name for name, row in f["by_class"].items() if row["n"] < SMALL]
    if few:
        said.append(f"Fewer than {SMALL} faces each show {', '.join(few)}: their figures move with every face.")
    return said


def _interval(f: dict[str, Any], name: str, share: bool = False) -> str:
    low, high = f["intervals"][name]
    return f"95 %: {100 * low:.1f} to {100 * high:.1f} %" if share else f"95 %: {low:.3f} to {high:.3f}"


def _confusion(f: dict[str, Any]) -> Section:
    shown = heatmap(np.array(f["confusion"]), f["labels"], f["labels"])
    rows = [[c["truth"], c["predicted"], c["n"], tenths(c["share"])] for c in f["top_confusions"]]
    listed = table(
        ["true", "taken for", "faces", "of its class"], rows, numeric={2, 3}, caption="Most frequent mistakes"
    )
    note = "Each row holds the faces of one true class: how many, and which share of the row, were called what."
    return section("Confusion matrix", columns(shown, listed) if rows else shown, note)


def _classes(f: dict[str, Any]) -> Section:
    names, rows = list(f["by_class"]), list(f["by_class"].values())
    low, high = ([r["recall_interval"][i] for r in rows] for i in (0, 1))
    recall = Series("recall", [r["recall"] for r in rows], low=low, high=high)
    precision = Series("precision", [r["precision"] for r in rows])
    chart = bars(names, [recall, precision], form=tenths, maximum=1.0, title="Recall and precision")
    body = [
        [name, tenths(r["recall"]), _range(r["recall_interval"]), tenths(r["precision"]), r["f1"], r["n"]]
        for name, r in f["by_class"].items()
    ]
    listed = table(["class", "recall", "95 %", "precision", "F1", "faces"], body, numeric={1, 2, 3, 4, 5})
    return section("By class", columns(chart, listed), "The thin line on a bar is the 95 % interval of the recall.")


def _range(interval: Sequence[float]) -> str:
    return f"{100 * interval[0]:.0f}–{100 * interval[1]:.0f}"


def _confidence(evaluation: Evaluation) -> Section:
    f = evaluation.figures
    bins = [b for b in f["reliability"] if b["n"] >= _LEAST]
    calibrated = line(
        [
            Series(
                "accuracy", [b["accuracy"] for b in bins], [b["confidence"] for b in bins],
                [b["interval"][0] for b in bins], [b["interval"][1] for b in bins],
            )
        ],
        title="Reliability: is it right as often as it says?", x_label="confidence", y_label="accuracy",
        x_range=(0, 1), y_range=(0, 1), x_form=percent, y_form=percent, marks=True, diagonal=True,
    )  # fmt: skip
    edges = np.linspace(0, 1, 21)
    counts = np.histogram(evaluation.probabilities.max(1), edges)[0]
    spread = histogram(edges, [Series("", counts)], title="How confident it is", x_label="confidence", y_label="faces",
                       x_form=percent)  # fmt: skip
    risk = f["risk_coverage"]
    x, y = zip(*risk["curve"], strict=True)
    curve = line(
        [Series("accuracy", y, x)], title="Accuracy when only the surest faces are answered",
        x_label="share of the faces answered, the most confident first", y_label="accuracy",
        x_range=(0, 1), y_range=(min(0.9, *y) - 0.02, 1.0), x_form=percent, y_form=percent,
    )  # fmt: skip
    answered = [[percent(float(c)), tenths(a)] for c, a in risk["accuracy_at"].items()]
    listed = table(["answered", "accuracy"], answered, numeric={1})
    area = (
        f"Area under the error curve: {risk['area']:.4f}; with every mistake last it would be {risk['best_area']:.4f}."
    )
    body = columns(calibrated, spread) + columns(curve, listed + paragraph(area) + paragraph(_unsure(f["abstention"])))
    note = f"The band is the 95 % interval; bins of fewer than {_LEAST} faces are not drawn."
    return section("Confidence", body, note)


def _unsure(a: dict[str, Any]) -> str:
    if not a["threshold"]:
        return "The model has no confidence below which it answers unsure."
    if a["accuracy_unsure"] is None:
        return f"No answer is less confident than {percent(a['threshold'])}, below which it would be unsure."
    if a["accuracy_answered"] is None:
        return f"Every answer is less confident than {percent(a['threshold'])}: all are unsure."
    return (
        f"Below {percent(a['threshold'])} confidence the answer is unsure: {a['n_unsure']:,} faces. On the other "
        f"{tenths(a['answered'])} it is right for {tenths(a['accuracy_answered'])}; on the unsure ones its best "
        f"guess would have been for {tenths(a['accuracy_unsure'])}."
    )


def _mistakes(evaluation: Evaluation) -> Section:
    f, truth, p = evaluation.figures, evaluation.truth, evaluation.probabilities
    predicted, confidence = p.argmax(1), p.max(1)
    parts = []
    for pair in f["top_confusions"][:_PAIRS]:
        i, j = truth.labels.index(pair["truth"]), truth.labels.index(pair["predicted"])
        rows = np.flatnonzero((truth.classes == i) & (predicted == j))
        rows = rows[np.argsort(-confidence[rows], kind="stable")][:_FACES]
        captions = [f"{pair['predicted']} {_whole(p[r, j])}\n{pair['truth']} {_whole(p[r, i])}" for r in rows]
        parts.append(subheading(f"{pair['truth']} taken for {pair['predicted']}: {pair['n']:,} faces"))
        parts.append(face_sheet(evaluation.faces.images[rows], captions, _FACES, 96, _names(evaluation, rows)))
    note = (
        "The most confident mistakes of each kind. Below a face: what the model said, and what it gave the true class."
    )
    return section("Mistakes", "".join(parts) or paragraph("There are none."), note if parts else "")


def _whole(share: float) -> str:
    return f"{100 * share:.0f} %"


def _names(evaluation: Evaluation, rows: Any) -> list[str]:
    return [evaluation.faces.names[r] for r in rows]


def _groups(groups: dict[str, dict[str, Any]]) -> list[Section]:
    return [_group(column, values) for column, values in groups.items() if values]


def _group(column: str, values: dict[str, Any]) -> Section:
    shown = sorted(values.items(), key=lambda item: -item[1]["n"])[:_GROUPS]
    shown.sort(key=lambda item: list(values).index(item[0]))
    names = [name + (" *" if row["small"] else "") for name, row in shown]
    rows = [row for _, row in shown]
    chart = bars(
        names,
        [Series("accuracy", [r["accuracy"] for r in rows], low=[r["interval"][0] for r in rows],
                high=[r["interval"][1] for r in rows])],
        form=tenths, maximum=1.0, title="Accuracy",
    )  # fmt: skip
    body = [
        [name, tenths(r["accuracy"]), _range(r["interval"]), tenths(r["balanced_accuracy"]), r["n"]]
        for name, r in zip(names, rows, strict=True)
    ]
    head = [column, "accuracy", "95 %", "balanced", "faces"]
    notes = []
    if any(r["small"] for r in rows):
        notes.append(f"* fewer than {SMALL} faces: this figure says little.")
    if len(values) > len(shown):
        notes.append(f"The {len(shown)} largest of {len(values)} groups.")
    return section(f"By {column}", columns(chart, table(head, body, numeric=range(1, 5))), " ".join(notes))


def _duplicates(f: dict[str, Any]) -> Section:
    w = f["without_duplicates"]
    kinds = [f"{w['leaking']:,} have a copy in Training"] if w["leaking"] else []
    kinds += [f"{w['repeated']:,} copy another face of the split"] if w["repeated"] else []
    what = "A copy shows the same photo, shifted, brightened, mirrored or marked." if w["near"] else ""
    note = f"Of the {f['n']:,} faces {' and '.join(kinds)}. {what}".strip()
    if not kinds:
        said = f"None of the {f['n']:,} faces has a copy in Training or in the split. {what}".strip()
        return section("Duplicates", paragraph(said))
    if not w["n"]:
        return section("Duplicates", paragraph("No face is left."), note)
    names = (("accuracy", "Accuracy"), ("balanced_accuracy", "Balanced accuracy"), ("macro_f1", "Macro F1"),
             ("ece", "Calibration error"), ("brier", "Brier score"), ("nll", "Log loss"), ("n", "Faces"))  # fmt: skip
    rows = [[name, f[key], w[key]] for key, name in names]
    return section("Duplicates", table(["", "all faces", "without duplicates"], rows), note)


def _method(f: dict[str, Any]) -> Section:
    model, data = f["identity"], f["data"]
    network = ", ".join(
        [model["kind"], *([f"network {model['network']}"] if model["network"] else []),
         *([f"{model['epochs']} epochs"] if model["epochs"] else [])]
    )  # fmt: skip
    pairs = [
        ("Protocol", f"{f['protocol']}: {PROTOCOLS[f['protocol']]}"),
        ("Faces", f"{f['n']:,} judged of {data['in_split']:,} in {f['split']}; the data holds {data['faces']:,}"),
        ("Data", f"`{data['path']}`"),
        ("Classes", ", ".join(f["labels"])),
        ("Model", f"`{model['name']}` ({network}; {model['bytes'] / 1e6:.2f} MB)"),
        ("Preprocessing", ", ".join(model["preprocess"]) or "none but the network's own"),
        ("SHA-256 of the model", f"`{model['sha256']}`"),
        ("SHA-256 of the faces", f"`{data['sha256_of_judged_pixels']}`"),
        ("Command", f"`{f['command']}`"),
        ("Date", f["date"]),
        (
            "Time a face",
            f"{f['latency_ms']['median']:.2f} ms (median), {f['latency_ms']['p95']:.2f} ms (95th percentile); "
            f"{f['latency_ms']['upright_median']:.2f} ms where the face was cut upright",
        ),
    ]
    return section("How it was measured", facts(pairs))
