"""The parts of the page that are about counts and votes: classes, labels, groups, agreement between people."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.lab.charts import percent
from mien.lab.data import FaceSet
from mien.lab.explore import counts, votes
from mien.lab.explore.findings import Findings
from mien.lab.pages import (
    Section,
    Series,
    bars,
    columns,
    heatmap,
    histogram,
    paragraph,
    section,
    subheading,
    table,
)

#: Rows of a chart of groups; the rarest values beyond are added up.
MOST_GROUPS = 12


def class_section(found: Findings) -> Section:
    """How many faces of which class, by split and by each way to label them; and how two ways differ."""
    faces, splits = found.faces, counts.present_splits(found.faces)
    if not found.ways:
        return section("Classes", paragraph("No face has a label."))
    charts: list[str] = []
    shown = [i for i in range(len(faces.classes)) if any((way.of == i).any() for way in found.ways)]
    for way in found.ways:
        by_split = counts.class_counts(faces, way.of)[:, shown]
        totals = by_split.sum(1, keepdims=True)
        shares = np.divide(by_split, totals, out=np.full(by_split.shape, np.nan), where=totals > 0)
        series = [Series(split, row) for split, row in zip(splits, shares, strict=True)]
        title = f"By the {way.title}" + (", share of each split" if len(splits) > 1 else "")
        names = [faces.classes[i] for i in shown]
        parts = bars(names, series, title=title, form=one_decimal), _count_table(faces, names, by_split, way.of)
        charts += parts if len(found.ways) == 1 else ["".join(parts)]
    body = columns(*charts)
    if len(found.ways) == 2:
        body += _comparison(found)
    return section("Classes", body)


def one_decimal(share: float) -> str:
    """0.357 -> "35.7 %", so that the figures of a column stand under each other."""
    return f"{100 * share:.1f} %"


def _count_table(faces: FaceSet, names: list[str], by_split: NDArray[np.int64], labels: NDArray[np.int64]) -> str:
    """Faces by class and split, with totals; and those without a class."""
    splits = counts.present_splits(faces)
    rows: list[list[str | int]] = [[name, *map(int, row)] for name, row in zip(names, by_split.T, strict=True)]
    missing = [int(((labels < 0) & (faces.split == name)).sum()) for name in splits]
    if any(missing):
        rows.append(["no class", *missing])
    if len(splits) > 1:
        rows = [[*row, sum(x for x in row if isinstance(x, int))] for row in rows]
    return table(["Faces", *splits, "all"] if len(splits) > 1 else ["Faces", *splits], rows)


def _comparison(found: Findings) -> str:
    majority, given = found.ways
    matrix = counts.cross_table(given.of, majority.of, len(found.faces.classes))
    names = [*found.faces.classes, "no majority"]
    rows = [i for i in range(len(found.faces.classes)) if matrix[i].any()]
    kept = [j for j in range(len(names)) if matrix[:, j].any()]
    chart = heatmap(
        matrix[np.ix_(rows, kept)], [names[i] for i in rows], [names[j] for j in kept],
        row_title="given", column_title="majority",
    )  # fmt: skip
    note = "Each row is a given label, and shows what most people saw in the faces that have it."
    return subheading("Given labels against the majority of the votes") + f'<p class="note">{note}</p>' + chart


def vote_section(found: Findings, figures: dict[str, Any]) -> Section | None:
    """How far people agree; None without votes."""
    if not found.has_votes:
        return None
    cast, faces = figures["votes"], found.faces
    splits = counts.present_splits(faces)
    edges = np.arange(0, max(2.0, float(np.nanmax(found.entropy))) + 0.25, 0.25)
    series = []
    for split in splits:
        bits = found.entropy[(faces.split == split) & faces.voted]
        if len(bits):
            series.append(Series(split, np.histogram(bits, edges)[0] / len(bits)))
    spread = histogram(
        edges, series, title="Disagreement about a face",
        x_label="entropy of its votes in bits; 0: all agree", y_label="share of the faces", y_form=percent,
    )  # fmt: skip
    pairs = cast["most_confused"]
    names = [f"{pair['a']} – {pair['b']}" for pair in pairs]
    confused = bars(
        names, [Series("", [pair["share"] for pair in pairs])], title="What people differ about", form=one_decimal
    )
    body = _agreement(cast) + columns(spread, confused if pairs else "") + _spread_table(found)
    return section("Agreement between people", body)


def _agreement(cast: dict[str, Any]) -> str:
    none = cast["without_majority"]
    why = [f"{count:,} {said}" for key, said in (
        ("no winner", "because no answer won more than half of the votes (single votes left out)"),
        ("unknown", "because most people could not tell"),
        ("not a face", "because most people saw no face"),
    ) if (count := none[key])]  # fmt: skip
    text = f"{cast['unanimous']:,} of {cast['faces']:,} faces got the same answer from everybody."
    if why:
        text += f" {sum(none.values()):,} have no majority for an expression: {'; '.join(why)}."
    if cast["fleiss_kappa"] is not None:
        text += f" Fleiss’ kappa, agreement beyond chance, is {cast['fleiss_kappa']:.2f} (1: all agree, 0: chance)."
    return paragraph(text)


def _spread_table(found: Findings) -> str:
    cast = votes.votes_by_majority(found.faces.votes)
    rows = [i for i in range(len(cast)) if cast[i].any()]
    if not rows:
        return ""
    chart = heatmap(
        cast[rows], [found.faces.classes[i] for i in rows], votes.CHOICES, row_title="majority", column_title="vote"
    )
    note = "Each row adds up the votes on the faces of one majority, and shows what the others saw in them."
    return subheading("All votes, by what the majority saw") + f'<p class="note">{note}</p>' + chart


def group_section(found: Findings) -> Section | None:
    """Classes by group, for each column of groups; None without groups."""
    if not found.faces.groups:
        return None
    parts = []
    for column in found.faces.groups:
        names, matrix = counts.group_counts(found.faces, found.labels, column)
        values = found.faces.groups[column]
        sizes = [int((values == name).sum()) for name in names]
        shown = [name or "unknown" for name in names[:MOST_GROUPS]]
        if len(names) > MOST_GROUPS:
            shown[-1] = "all others"
            matrix = np.vstack([matrix[: MOST_GROUPS - 1], matrix[MOST_GROUPS - 1 :].sum(0)])
            sizes = [*sizes[: MOST_GROUPS - 1], sum(sizes[MOST_GROUPS - 1 :])]
        parts.append(subheading(column[:1].upper() + column[1:]))
        parts.append(bars(shown, [Series("", sizes)], title="Faces"))
        if matrix.any():
            kept = [j for j in range(matrix.shape[1]) if matrix[:, j].any()]
            parts.append(
                heatmap(matrix[:, kept], shown, [found.faces.classes[j] for j in kept],
                        title="Classes in each group", row_title=column, column_title="class")
            )  # fmt: skip
    return section("Groups", "".join(parts))
