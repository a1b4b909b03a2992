"""The part of the page about photos that are in the data more than once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.lab.data.duplicates import CERTAIN
from mien.lab.explore.copies import across, class_of, disagreeing
from mien.lab.explore.findings import Findings
from mien.lab.explore.summary import leak_words, listed, percent
from mien.lab.pages import Section, columns, face_sheet, paragraph, section, table

PAIRS = 12  #: pairs a sheet
SIDE = 148  #: of a pair on the page, CSS pixels
GAP = 2  #: pixels between the faces of a pair


def copy_section(found: Findings, figures: dict[str, Any], seed: int) -> Section:
    """How often a photo is there twice, where, with which labels; and some of these pairs."""
    pairs, told = found.pairs, figures["duplicates"]
    if not len(pairs):
        return section("Duplicates and leaks", paragraph("No photo was found twice, exactly or nearly."))
    rng = np.random.default_rng(seed)
    split_apart = across(pairs, found.faces.split)
    _, differ = disagreeing(pairs, found.labels)
    sheets = [
        _titled("In two splits", _pair_sheet(found, _drawn(rng, split_apart))) if split_apart.any() else "",
        _titled("With different labels", _pair_sheet(found, _drawn(rng, differ))) if differ.any() else "",
    ]
    if not any(sheets):
        sheets = [_titled("Drawn at random", _pair_sheet(found, _drawn(rng, np.ones(len(pairs), bool))))]
    body = paragraph(_words(figures)) + columns(*_tables(found, told)) + columns(*filter(None, sheets))
    return section("Duplicates and leaks", body)


def _words(figures: dict[str, Any]) -> str:
    told = figures["duplicates"]
    near = told["pairs"] - told["exact"]
    kinds = (("have the same pixels", told["exact"]), ("are nearly the same", near))
    pairs = listed([f"{count:,} {kind}" for kind, count in kinds if count])
    mirrored = f" ({told['mirrored']:,} mirrored)" if told["mirrored"] else ""
    text = f"{told['faces']:,} faces show a photo that is there more than once; of their pairs {pairs}{mirrored}."
    if leaks := leak_words(told["leaking"], figures["splits"]):
        text += f" {listed(leaks)}."
    return (
        f"{text} Near copies are found by correlation, and a few may only look alike; labels are compared where it is "
        f"at least {CERTAIN:.2f}, so that the moment is the same too."
    )


def _tables(found: Findings, told: dict[str, Any]) -> list[str]:
    """Pairs by split, and how often the labels of a pair differ."""
    rows: list[list[str | int]] = [
        [f"between {name}" if " and " in name else f"within {name}", count]
        for name, count in told["pairs_between"].items()
    ]
    titles = {way.key: way.title for way in found.ways}
    labels: list[list[str | int]] = [
        [titles[key], row["pairs"], row["differ"], percent(row["differ"] / row["pairs"])]
        for key, row in told["labels_compared"].items()
        if row["pairs"]
    ]
    tables = [table(["Pairs", ""], rows, numeric={1})]
    if labels:
        tables.append(table(["Labels of pairs", "pairs", "differ", "share"], labels, numeric={1, 2, 3}))
    return tables


def _drawn(rng: np.random.Generator, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    rows = np.flatnonzero(chosen)
    return np.sort(rng.choice(rows, min(PAIRS, len(rows)), replace=False))


def _pair_sheet(found: Findings, rows: NDArray[np.int64]) -> str:
    """Pairs side by side, each face with its split and its label below."""
    faces, pairs = found.faces, found.pairs.rows[rows]
    height, width = faces.images.shape[1:]
    pictures = np.zeros((len(rows), height, 2 * width + GAP, 2), np.uint8)  # grey and opacity
    pictures[:, :, :width, 0], pictures[:, :, width + GAP :, 0] = faces.images[pairs[:, 0]], faces.images[pairs[:, 1]]
    pictures[:, :, :width, 1] = pictures[:, :, width + GAP :, 1] = 255
    captions, names = [], []
    for row, pair in zip(rows, pairs.tolist(), strict=True):
        said = [f"{faces.split[i]}: {class_of(faces, found.labels[i]) or 'no class'}" for i in pair]
        captions.append("\n".join(said) + ("\nmirrored" if found.pairs.mirrored[row] else ""))
        names.append(" and ".join(faces.names[i] for i in pair))
    return face_sheet(pictures, captions, columns=3, side=SIDE, names=names)


def _titled(title: str, body: str) -> str:
    return f'<p class="caption">{title}</p>{body}'
