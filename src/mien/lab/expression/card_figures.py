"""The part of a model card that says how well it does: figures, classes, and where they end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mien.lab.axes import tenths
from mien.lab.data import FaceSet, majority
from mien.lab.expression.classifiers import Exported
from mien.lab.expression.measure import by_class, confusion, measure, top_confusions
from mien.lab.expression.protocols import PROTOCOLS, make_truth
from mien.types import LABELS

#: A class with fewer faces to measure on has figures that move by several points with every face.
FEW = 50

Row = Sequence[str]


def judge(model: Exported, faces: FaceSet, split: str = "PublicTest") -> dict[str, dict[str, Any]]:
    """Figures of a model under every protocol that the data allows: protocol -> figures, by_class, confusions."""
    judged = faces.only(split)
    wanted = ["ferplus-majority"] if (majority(judged.votes) >= 0).any() else []
    if (judged.labels >= 0).any():
        wanted.append("fer2013" if faces.classes == LABELS else "labels")
    result = {}
    for protocol in wanted:
        truth = make_truth(faces, split, protocol, model.labels)
        read = model.probabilities if protocol.startswith("ferplus") else model.probabilities_fer2013
        p = read(judged.images[truth.rows]) * truth.allowed[: len(model.labels)]
        p = p / np.maximum(p.sum(1, keepdims=True), 1e-12)
        matrix = confusion(p.argmax(1), truth.classes, len(truth.labels))
        result[protocol] = {
            **measure(p, truth.classes),
            "by_class": by_class(matrix, truth.labels),
            "confusions": top_confusions(matrix, truth.labels, 3),
        }
    return result


def figures_part(onnx: Path, judged: Mapping[str, dict[str, Any]]) -> str:
    """The main figures under each protocol, and those of every class."""
    parts = [
        "## Figures\n\n```text\n"
        + "\n".join(f"mien lab evaluate {onnx.name} --data DATA --protocol {p} --split PublicTest" for p in judged)
        + "\n```\n\nThe epoch and the temperature were chosen on the same faces: expect a little less on others."
    ]
    rows = [
        (protocol, f"{f['n']:,}", *(tenths(f[name]) for name in ("accuracy", "balanced_accuracy")),
         *(f"{f[name]:.3f}" for name in ("macro_f1", "ece")))
        for protocol, f in judged.items()
    ]  # fmt: skip
    parts.append(table_part(("protocol", "faces", "accuracy", "mean recall", "macro-F1", "calibration error"), rows))
    for protocol, figures in judged.items():
        parts.append(f"### {protocol}\n\n{PROTOCOLS[protocol]}")
        parts.append(table_part(("class", "recall", "precision", "F1", "faces"), [
            (name, f"{c['recall']:.3f}", f"{c['precision']:.3f}", f"{c['f1']:.3f}", f"{c['n']:,}")
            for name, c in figures["by_class"].items()
        ]))  # fmt: skip
    return "\n\n".join(parts)


def limits_part(judged: Mapping[str, dict[str, Any]], faces: FaceSet) -> str:
    """What is mistaken most, and what the figures cannot tell."""
    lines = []
    for protocol, figures in list(judged.items())[:1]:
        for pair in figures["confusions"]:
            lines.append(
                f"{pair['truth']} is taken for {pair['predicted']} in {100 * pair['share']:.0f} % of its faces "
                f"({pair['n']:,}; {protocol})."
            )
        rare = [f"{name} ({c['n']})" for name, c in figures["by_class"].items() if c["n"] < FEW]
        if rare:
            lines.append(
                f"Measured on fewer than {FEW} faces, so that every face moves the figure by points: {', '.join(rare)}."
            )
        unseen = [name for name in faces.classes if name not in figures["by_class"]]
        if unseen:
            lines.append(f"Not measured at all, for want of faces in PublicTest: {', '.join(unseen)}.")
    if not (faces.split == "PrivateTest").any():
        lines.append("There was no third split: no figure here is from faces that nothing was chosen by.")
    lines += ["**Fill in:** where it fails in your use, and for whom it works less well."]
    return "## Limits\n\n" + "\n".join(f"- {line}" for line in lines)


def table_part(titles: Row, rows: Sequence[Row]) -> str:
    """A Markdown table; the first column stands to the left, figures to the right."""
    numeric = [i > 0 and all(row[i][:1].isdigit() for row in rows) for i in range(len(titles))]
    rule = ["---:" if right else "---" for right in numeric]
    body = [[cell.replace("|", "\\|") for cell in row] for row in (titles, rule, *rows)]
    return "\n".join("| " + " | ".join(row) + " |" for row in body)
