"""What stands out in a set of faces, in plain words: each sentence is made from the figures, or left unsaid."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from mien.lab.data import SPLITS

#: From where on something is worth a sentence; chosen by us.
UNEVEN, LOPSIDED = 1.5, 3.0  #: largest class over smallest
RARE = 100  #: faces of a class, fewer of which teach a network little
FEW = 50  #: faces in all, from which no share can be told
SHIFT = 0.05  #: difference of a class's share between splits
SPOILT = 0.002  #: share of the pictures that are too dark, too bright or flat


def summary(figures: dict[str, Any]) -> str:
    """A paragraph about the figures of `mien.lab.explore.findings.figures`."""
    return " ".join(_sentences(figures))


def _sentences(figures: dict[str, Any]) -> Iterator[str]:
    n = figures["faces"]
    if n < FEW:
        yield f"With {_faces(n)} the shares below say little."
    yield from _classes(figures)
    yield from _splits(figures)
    yield from _labels(figures)
    yield from _votes(figures)
    yield from _duplicates(figures)
    yield from _model(figures)
    yield from _looks(figures)


def _classes(figures: dict[str, Any]) -> Iterator[str]:
    totals = class_totals(figures)
    if not totals:
        yield "No face has a label."
        return
    largest, smallest = max(totals, key=totals.__getitem__), min(totals, key=totals.__getitem__)
    share = totals[largest] / sum(totals.values())
    if len(totals) == 1:
        yield f"All labelled faces are of one class, {largest}: no classifier can be trained on that alone."
        return
    ratio = totals[largest] / totals[smallest]
    if ratio >= LOPSIDED:
        yield (
            f"The classes are lopsided: {largest} is {_times(ratio)} as common as {smallest} "
            f"({totals[largest]:,} faces to {totals[smallest]:,}). A model that always answered {largest} would be "
            f"right for {percent(share)} of the faces, so judge by the mean recall of the classes, not by accuracy."
        )
    elif ratio >= UNEVEN:
        yield f"The classes are somewhat uneven: {largest} is {_times(ratio)} as common as {smallest}."
    else:
        yield "The classes are about equally common."
    rare = [name for name, count in totals.items() if count < RARE]
    if rare and figures["faces"] >= FEW and len(rare) < len(totals):
        yield f"Fewer than {RARE} faces show {_either(rare)}."


def class_totals(figures: dict[str, Any]) -> dict[str, int]:
    """Faces of each class that occurs, by the most trustworthy way to label them; empty without labels."""
    if not figures["labels"]:
        return {}
    by_split = next(iter(figures["labels"].values()))["by_split"].values()
    totals = {name: sum(row[name] for row in by_split) for name in figures["classes"]}
    return {name: count for name, count in totals.items() if count}


def _splits(figures: dict[str, Any]) -> Iterator[str]:
    if len(figures["splits"]) == 1:
        (split,) = figures["splits"]
        yield f"All faces are in one split, {split}: hold some back before training."
        return
    if not figures["labels"]:
        return
    by_split = next(iter(figures["labels"].values()))["by_split"]
    sizes = {split: sum(row.values()) for split, row in by_split.items()}
    sizes = {split: size for split, size in sizes.items() if size >= FEW}
    missing = [f"{name} in {split}" for split in sizes for name in class_totals(figures) if not by_split[split][name]]
    if missing:
        yield f"There is no face of {_either(missing)}."
    shifts = [
        shift for name in class_totals(figures) for a in sizes for b in sizes
        if a < b and (shift := _shift(name, (a, by_split[a][name], sizes[a]), (b, by_split[b][name], sizes[b])))
    ]  # fmt: skip
    if shifts:
        yield max(shifts)[1]


def _shift(name: str, first: tuple[str, int, int], second: tuple[str, int, int]) -> tuple[float, str] | None:
    """How much a class's share differs between two splits (name, faces of the class, faces), and the sentence about
    it; None where the difference is small, or chance would explain it (less than three standard errors)."""
    (a, x, n), (b, y, m) = first, second
    both = (x + y) / (n + m)
    error = math.sqrt(both * (1 - both) * (1 / n + 1 / m))
    gap = abs(x / n - y / m)
    if gap < SHIFT or gap < 3 * error:
        return None
    return gap, f"The splits differ: {name} makes up {percent(x / n)} of {a} and {percent(y / m)} of {b}."


def _labels(figures: dict[str, Any]) -> Iterator[str]:
    both = figures.get("labels_compared")
    if not both or not both["faces"]:
        return
    if not both["differ"]:
        yield "The given labels are the majority of the votes."
        return
    most = both["most_often"]
    yield (
        f"The given label is not what most people see in {percent(both['differ'] / both['faces'])} of the faces that "
        f"have both; most often the label is {most['label']} and people see {most['majority']} "
        f"({_faces(most['faces'])})."
    )


def _votes(figures: dict[str, Any]) -> Iterator[str]:
    votes = figures.get("votes")
    if not votes:
        return
    none = sum(votes["without_majority"].values())
    if votes["pairs_that_differ"] == 0:
        yield "People agree about every face."
        return
    sentence = (
        f"Two people who look at the same face choose differently {percent(votes['pairs_that_differ'])} of the time"
    )
    if votes["fleiss_kappa"] is not None:
        sentence += f" (Fleiss’ kappa {votes['fleiss_kappa']:.2f})"
    if none:
        sentence += f", and {percent(none / votes['faces'])} of the faces have no majority for an expression"
    worst = votes["most_confused"][0]
    yield f"{sentence}; {worst['a']} and {worst['b']} are told apart least."


def _model(figures: dict[str, Any]) -> Iterator[str]:
    model = figures.get("model")
    if not model:
        return
    labelled = sum(row["faces"] for row in model["by_class"].values())
    if model["doubtful"]:
        yield (
            f"{_upper(model['model'])} doubts the label of {_faces(model['doubtful'])} "
            f"({percent(model['doubtful'] / labelled)}): look at these first."
        )
    else:
        yield f"{_upper(model['model'])} doubts no label."


def _duplicates(figures: dict[str, Any]) -> Iterator[str]:
    copies = figures["duplicates"]
    if not copies["pairs"]:
        return
    if leaks := leak_words(copies["leaking"], figures["splits"]):
        yield f"{listed(leaks)}: figures on these look better than they are."
    else:
        yield f"{copies['faces']:,} faces show a photo that is there more than once, though in no other split."
    compared = next(iter(copies["labels_compared"].values()), None)
    if compared and compared["differ"]:
        yield f"Of the pairs of copies, {percent(compared['differ'] / compared['pairs'])} have different labels."


def leak_words(leaking: dict[str, int], sizes: dict[str, int]) -> list[str]:
    """What to say of each split that has copies in the splits before it."""
    words = []
    for split, count in leaking.items():
        before = [name for name in SPLITS[: SPLITS.index(split)] if name in sizes]
        if count:
            words.append(f"{count:,} of the {sizes[split]:,} faces of {split} have a copy in {_either(before)}")
    return words


def _looks(figures: dict[str, Any]) -> Iterator[str]:
    looks, n = figures["looks"], figures["faces"]
    words = {"dark": "very dark", "bright": "very bright", "flat": "almost without contrast"}
    found = [
        f"{looks[key]:,} {'is' if looks[key] == 1 else 'are'} {said}"
        for key, said in words.items()
        if looks[key] >= max(1, SPOILT * n)
    ]
    if found:
        yield f"Of the pictures, {listed(found)}."
    else:
        yield "Hardly any picture is too dark, too bright or without contrast."
    if looks["blank"]:
        subject = "1 picture shows" if looks["blank"] == 1 else f"{looks['blank']:,} pictures show"
        yield f"{subject} nothing at all and should go."


def percent(share: float) -> str:
    """0.3712 -> "37 %", small shares with a digit more."""
    return f"{100 * share:.0f} %" if share >= 0.0995 or share == 0 else f"{100 * share:.1f} %"


def _times(ratio: float) -> str:
    return f"{ratio:.0f} times" if ratio >= 9.5 else f"{ratio:.1f} times"


def _faces(count: int) -> str:
    return "1 face" if count == 1 else f"{count:,} faces"


def listed(words: list[str], last: str = "and") -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def _either(words: list[str]) -> str:
    return listed(words, "or")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
