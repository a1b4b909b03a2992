"""The head of the page: where the data came from, the headline figures, and what stands out."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from mien.lab.explore.summary import class_totals, listed, percent, summary
from mien.lab.pages import Tile, paragraph, tiles


def origin(figures: dict[str, Any]) -> str:
    """What the data was read from, in a sentence; "" where that is not known."""
    parts = [f"{source['layout']} ({source['faces']:,} faces)" for source in figures["sources"]]
    if not parts:
        return ""
    joined = sum(source["faces"] for source in figures["sources"]) > figures["faces"]
    return f"Read from {listed(parts)}{'; a picture in several of them counts once' if joined else ''}."


def overview(figures: dict[str, Any]) -> str:
    """The headline figures, the paragraph about what stands out, and what reading the data did unasked."""
    notes = "".join(f'<p class="note">{escape(note[:1].upper() + note[1:])}.</p>' for note in figures["notes"])
    words = f'<div style="margin-top:1.8rem">{paragraph(summary(figures))}{notes}</div>'
    return tiles([*_class_tiles(figures), *_label_tiles(figures), *_picture_tiles(figures)]) + words


def _class_tiles(figures: dict[str, Any]) -> Iterator[Tile]:
    splits = ", ".join(f"{name} {count:,}" for name, count in figures["splits"].items())
    yield Tile("Faces", f"{figures['faces']:,}", splits)
    totals = class_totals(figures)
    missing = figures["faces"] - sum(totals.values())
    yield Tile("Classes", str(len(totals)), f"{missing:,} faces without one" if missing else "every face has one")
    if len(totals) > 1:
        largest, smallest = max(totals, key=totals.__getitem__), min(totals, key=totals.__getitem__)
        ratio = totals[largest] / totals[smallest]
        shown = f"{ratio:.0f}" if ratio >= 9.5 else f"{ratio:.1f}"
        yield Tile("Largest to smallest", f"{shown} : 1", f"{largest} to {smallest}")


def _label_tiles(figures: dict[str, Any]) -> Iterator[Tile]:
    if votes := figures.get("votes"):
        none = sum(votes["without_majority"].values())
        yield Tile("Without a majority", percent(none / votes["faces"]), f"{none:,} faces")
    both = figures.get("labels_compared")
    if both and both["faces"]:
        yield Tile("Labels unlike the votes", percent(both["differ"] / both["faces"]), "given label, not the majority")
    if model := figures.get("model"):
        yield Tile("Doubtful labels", f"{model['doubtful']:,}", f"to {model['model']}")


def _picture_tiles(figures: dict[str, Any]) -> Iterator[Tile]:
    copies, looks = figures["duplicates"], figures["looks"]
    if len(figures["splits"]) > 1:
        leaking = {name: count for name, count in copies["leaking"].items() if count}
        said = (
            f"faces of {listed(list(leaking))} that other splits have too" if leaking else "no photo is in two splits"
        )
        yield Tile("Leaks", f"{sum(leaking.values()):,}", said)
    else:
        yield Tile("Copies", f"{copies['faces']:,}", "faces of photos that are there twice")
    kinds = ", ".join(f"{looks[kind]:,} {kind}" for kind in ("dark", "bright", "flat"))
    yield Tile("Poor pictures", f"{looks['poor']:,}", kinds)
