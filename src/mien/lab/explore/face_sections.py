"""The parts of the page that show faces: means, samples, the hardest ones, and how the pictures look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from mien.lab.charts import percent
from mien.lab.explore import counts
from mien.lab.explore.findings import Findings
from mien.lab.explore.hardness import Reading, hardest
from mien.lab.explore.looks import MEASURES, spread
from mien.lab.explore.pictures import drawn, mean_faces, sheet
from mien.lab.explore.ranges import ranges
from mien.lab.explore.votes import CHOICES
from mien.lab.pages import Section, Series, columns, histogram, section, subheading

SAMPLES = 16  #: faces drawn at random from a class
SHEET = 12  #: the hardest of a class; with their captions they are as high as the samples
MOST_FACES = 1000  #: on all class sheets together, so that data with many classes keeps a small page
#: The ends of the axes; the sharpness of one face in a hundred lies beyond its own.
ENDS = {"brightness": (0.0, 255.0), "contrast": (0.0, 127.5)}
EXTREMES = 6  #: faces shown for each end of a measure


def mean_section(found: Findings) -> Section | None:
    """The mean face of each class, and its difference to the mean of all; None where nothing is labelled."""
    means = mean_faces(found)
    if means is None:
        return None
    faces, differences, scale = means
    body = faces
    if differences:
        body += subheading("What sets each apart") + differences
        body += (
            '<p class="caption">Difference to the mean of all labelled faces, brightness taken out: blue is darker, '
            f"orange lighter; full colour from {scale:.0f} of 255 grey levels.</p>"
        )
    note = "What the faces of a class have in common, pixel by pixel; the contrast of all is stretched alike."
    return section("Mean faces", body, note)


def sheet_sections(found: Findings, seed: int) -> Section | None:
    """For each class some faces drawn at random, those people disagree about most, and those the model doubts most."""
    classes = [i for i in range(len(found.faces.classes)) if (found.labels == i).any()]
    rows_of = [(found.faces.classes[i], found.labels == i) for i in classes]
    if (found.labels < 0).any():
        rows_of.append(("no majority" if found.has_votes else "no class", found.labels < 0))
    share = min(1.0, MOST_FACES / (len(rows_of) * (SAMPLES + 2 * SHEET))) if rows_of else 1.0
    rng = np.random.default_rng(seed)
    parts = []
    for name, chosen in rows_of:
        parts.append(subheading(_class_title(found, name, chosen)) + _abreast(_sheets(found, chosen, share, rng)))
    return section("Faces of each class", "".join(parts), _sheet_note(found)) if parts else None


def _class_title(found: Findings, name: str, chosen: NDArray[np.bool_]) -> str:
    count = int(chosen.sum())
    title = f"{name} · {count:,} {'face' if count == 1 else 'faces'}"
    doubtful = int((found.reading.doubtful & chosen).sum()) if found.reading else 0
    return title + (f" · {doubtful:,} doubtful" if doubtful else "")


def _abreast(sheets: Iterable[str]) -> str:
    """Up to three sheets of four columns beside each other, below each other where the page is narrow."""
    grid = "display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,19.5rem),1fr));gap:.5rem 1.6rem"
    return f'<div style="{grid}">{"".join(f"<div>{body}</div>" for body in sheets)}</div>'


def _sheet_note(found: Findings) -> str:
    parts = ["Rest the pointer on a face to see which file or row it is."]
    if found.reading:
        parts.append(
            f"A face that {found.reading.model} finds unlike its label is not always mislabelled, but mislabelled "
            "faces gather there; a model that was trained on these very faces finds fewer of them."
        )
    elif found.unread:
        parts.append(found.unread.replace("`", ""))
    return " ".join(parts)


def _sheets(found: Findings, chosen: NDArray[np.bool_], share: float, rng: np.random.Generator) -> Iterator[str]:
    """The sheets of one class, each under its name; `share`: of the usual number of faces, where classes are many."""
    most = max(4, int(share * SHEET))
    yield _titled("Drawn at random", sheet(found, drawn(rng, chosen, max(4, int(share * SAMPLES)))))
    if found.has_votes:
        rows = hardest(found.entropy, chosen & (found.entropy > 0), most)
        if len(rows):
            yield _titled("People disagree most", sheet(found, rows, lambda i: vote_words(found.faces.votes[i])))
    if found.reading:
        reading = found.reading
        doubt = np.where(reading.says == found.labels, np.nan, -reading.own)
        rows = hardest(doubt, chosen, most)
        if len(rows):
            yield _titled(
                "The model reads differently", sheet(found, rows, lambda i: _reading_words(found, reading, i))
            )


def _titled(title: str, body: str) -> str:
    return f'<p class="caption">{title}</p>{body}'


def vote_words(cast: NDArray[np.float32]) -> str:
    """The three most common votes, a line each: "fear 4"."""
    order = [i for i in np.argsort(-cast, kind="stable")[:3] if cast[i] > 0]
    return "\n".join(f"{CHOICES[i]} {cast[i]:.0f}" for i in order)


def _reading_words(found: Findings, reading: Reading, i: int) -> str:
    said = reading.says[i]
    return f"{found.faces.classes[said]}\n{percent(round(float(reading.probabilities[i, said]), 2))}"


def look_section(found: Findings) -> Section:
    """Brightness, contrast and sharpness: how they spread over splits and classes, and the pictures at the ends."""
    ends = {
        "brightness": (("Darkest", 1), ("Brightest", -1)),
        "contrast": (("Flattest", 1), ("Harshest", -1)),
        "sharpness": (("Most blurred", 1), ("Sharpest", -1)),
    }
    parts = []
    for name, unit in MEASURES.items():
        values = found.looks[name]
        by_class = {c: spread(values[found.labels == i]) for i, c in enumerate(found.faces.classes)}
        rows = {"all faces": spread(values)} | {c: row for c, row in by_class.items() if row}
        span = ENDS.get(name) or (0.0, max(1.0, float(np.percentile(values, 99))))
        charts = columns(
            _histogram(found, name, unit, span),
            ranges(rows, span, title="By class: median, middle half, 5 to 95 %"),
        )
        sheets = []
        for title, sign in ends[name]:
            order = np.argsort(sign * values, kind="stable")[:EXTREMES]
            sheets.append(_titled(title, sheet(found, order, lambda i, v=values: f"{v[i]:,.0f}", 6)))  # type: ignore[misc]
        parts.append(subheading(name[:1].upper() + name[1:]) + charts + columns(*sheets))
    return section("Picture quality", "".join(parts))


def _histogram(found: Findings, name: str, unit: str, span: tuple[float, float]) -> str:
    edges = np.linspace(*span, 33)
    series = []
    for split in counts.present_splits(found.faces):
        mine = found.looks[name][found.faces.split == split]
        series.append(Series(split, np.histogram(mine, edges)[0] / len(mine)))
    return histogram(edges, series, title="By split", x_label=unit, y_label="share of the faces", y_form=percent)
