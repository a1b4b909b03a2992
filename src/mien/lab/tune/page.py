"""The page of a search: what mattered, what was best, and how it went."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from statistics import median
from typing import Any

from mien.lab.charts import Series, bars, line, percent, plain, tenths
from mien.lab.pages import Tile, columns, page, paragraph, section, subheading, table, tiles
from mien.lab.tune.watch import short

#: With fewer whole trials the page says that importances are a hint.
SURE = 20
#: So many of the best trials have their curves drawn.
CURVES = 5
#: So many trials stand in the table.
LISTED = 50
EACH = (
    "Every point is a trial, where it stands across by its setting and up by its figure. Bars: the best and the middle "
    "figure of the whole trials with a choice, their number in brackets."
)
WORDS = {
    "accuracy": "accuracy", "balanced_accuracy": "mean class recall", "loss": "loss",
}  # fmt: skip

Found = Mapping[str, Any]


def search_page(found: Found) -> str:
    """A whole HTML document from `mien.lab.tune.report.summary`."""
    sections = [
        section("Result", _tiles(found)),
        section("What mattered", columns(_importance(found), _best(found))),
        section("Each setting", _settings(found), EACH),
        section("How the search went", columns(_progress(found), _curves(found))),
        section("Trials", _trials(found)),
    ]
    counts = found["counts"]
    return page(
        f"Search for the best settings of {found['network']}",
        sections,
        subtitle=f"{sum(counts.values())} trials of up to {found['epochs']} epochs, judged by "
        f"{WORDS[found['figure']]} on PublicTest.",
        footer="The best of many trials is a little lucky: its figure on PublicTest, which chose it, is higher than "
        "what a new training with another seed will reach.",
    )


def _form(found: Found) -> Any:
    return plain if found["less_is_better"] else percent


def _figure(found: Found, value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}" if found["less_is_better"] else f"{100 * value:.1f} %"


def _tiles(found: Found) -> str:
    best, first, counts = found["best"], found["first"], found["counts"]
    hours = sum(row["seconds"] for row in found["trials"]) / 3600
    spent = f"{hours:.1f} h" if hours >= 1 else f"{60 * hours:.0f} min" if hours >= 1 / 60 else f"{3600 * hours:.0f} s"
    shown = [Tile(f"Best {WORDS[found['figure']]}", _figure(found, best["value"]), f"trial {best['trial'] + 1}")]
    if first is not None:
        gain = best["value"] - first
        size = f"{gain:+.3f}" if found["less_is_better"] else f"{100 * gain:+.1f} points"
        shown.append(Tile("Against the start", size, f"which reached {_figure(found, first)}"))
    pruned = f"{counts['pruned']} ended early" + (f", {counts['failed']} failed" if counts["failed"] else "")
    return tiles([*shown, Tile("Trials", str(sum(counts.values())), pruned), Tile("Training time", spent)])


def _best(found: Found) -> str:
    """The best values beside those it started from, and how to use them."""
    params, start = found["best"]["params"], found["start"]
    rows = [(name, _value(found, name, value), _value(found, name, start.get(name))) for name, value in params.items()]
    order = {name: i for i, name in enumerate(found["importances"])}
    rows.sort(key=lambda row: order.get(row[0], len(order)))
    return (
        subheading("The best settings")
        + table(("setting", "best", "start"), rows, numeric=(1, 2))
        + paragraph("They are in `best.toml`: give it to `mien lab train expression` as `--config`, with more epochs.")
    )


def _value(found: Found, name: str, value: Any) -> str:
    if value is None:
        return "outside the space"
    relative = found["space"].get(name, {}).get("relative")
    return f"{short(value)} x usual" if relative else short(value)


def _importance(found: Found) -> str:
    shares, whole = found["importances"], found["counts"]["complete"]
    if not shares:
        return subheading("Importance") + paragraph("Too few whole trials to tell.")
    text = f"How much each setting tells the best quarter of the {whole} whole trials from the rest (PED-ANOVA)."
    if whole < SURE:
        text += " With so few trials this is a hint, no finding."
    drawn = bars(list(shares), [Series("share", list(shares.values()))], form=tenths, maximum=max(shares.values()))
    return subheading("Importance") + paragraph(text) + drawn


def _settings(found: Found) -> str:
    """A chart of each, the important ones first; charts of one kind beside each other."""
    names = [*found["importances"], *(name for name in found["space"] if name not in found["importances"])]
    choices = [name for name in names if "values" in found["space"][name]]
    groups = [_scatter(found, n) for n in names if n not in choices], [_choices(found, n) for n in choices]
    return "".join(columns(*group) for group in groups if group)


def _of(found: Found, state: str) -> list[Mapping[str, Any]]:
    return [row for row in found["trials"] if row["state"] == state and row["value"] is not None]


def _scatter(found: Found, name: str) -> str:
    """The figure of every trial against a number; a logarithm where it was searched in one."""
    log = bool(found["space"][name]["log"])
    series = []
    for state, said in (("complete", "whole"), ("pruned", "ended early")):
        rows = [row for row in _of(found, state) if name in row["params"]]
        if rows:
            at = [math.log10(row["params"][name]) if log else float(row["params"][name]) for row in rows]
            series.append(Series(said, [row["value"] for row in rows], at, points=True))
    low, high = found["space"][name]["low"], found["space"][name]["high"]
    ends = (math.log10(low), math.log10(high)) if log else (float(low), float(high))
    label = "times the optimiser's usual rate" if found["space"][name]["relative"] else ""
    return line(
        series, title=name, x_label=label, x_range=ends, y_range=_range(found), y_form=_form(found),
        x_form=(lambda v: _power(10**v)) if log else plain,
    )  # fmt: skip


def _range(found: Found) -> tuple[float, float]:
    """The same for all charts of settings, so that they can be compared."""
    values = [row["value"] for row in found["trials"] if row["value"] is not None]
    low, high = min(values), max(values)
    room = 0.05 * (high - low or 1.0)
    return low - room, high + room


def _power(value: float) -> str:
    return f"{value:.0e}".replace("e-0", "e-") if value < 0.001 else f"{value:.2g}"


def _choices(found: Found, name: str) -> str:
    """The best and the median figure of the whole trials with each choice."""
    values = found["space"][name]["values"]
    by_choice = [[r["value"] for r in _of(found, "complete") if r["params"].get(name) == v] for v in values]
    labels = [f"{value} ({len(rows)})" for value, rows in zip(values, by_choice, strict=True)]
    pick = min if found["less_is_better"] else max
    best = Series("best", [pick(rows) if rows else math.nan for rows in by_choice])
    middle = Series("median", [median(rows) if rows else math.nan for rows in by_choice])
    return bars(labels, [best, middle], title=name, form=plain if found["less_is_better"] else tenths)


def _progress(found: Found) -> str:
    """Every trial, and the best so far."""
    ended = [row for row in found["trials"] if row["value"] is not None]
    pick = min if found["less_is_better"] else max
    so_far: list[float] = []
    for row in ended:
        counts = row["state"] == "complete" or not so_far
        so_far.append(pick([*so_far[-1:], row["value"]]) if counts else so_far[-1])
    series = []
    for state, said in (("complete", "whole"), ("pruned", "ended early")):
        if rows := _of(found, state):
            at = [float(row["trial"] + 1) for row in rows]
            series.append(Series(said, [row["value"] for row in rows], at, points=True))
    steps = [(float(row["trial"] + 1), best) for row, best in zip(ended, so_far, strict=True)]
    corners = [steps[0], *(p for (_, old), (x, new) in pairwise(steps) for p in ((x, old), (x, new)))]
    series.append(Series("best so far", [y for _, y in corners], [x for x, _ in corners]))
    return line(series, title="Trial by trial", x_label="trial", y_form=_form(found))


def _curves(found: Found) -> str:
    """The best trials by epoch."""
    whole = sorted(_of(found, "complete"), key=lambda row: row["value"], reverse=not found["less_is_better"])
    series = [
        Series(f"trial {row['trial'] + 1}", row["curve"], [float(e + 1) for e in range(len(row["curve"]))])
        for row in whole[:CURVES]
    ]
    return line(series, title=f"The best {len(series)} by epoch", x_label="epoch", y_form=_form(found), marks=True)


def _trials(found: Found) -> str:
    names = list(found["importances"]) or list(found["space"])
    ranked = sorted(found["trials"], key=lambda row: (row["value"] is None, _rank(found, row)))
    rows = [
        (
            str(row["trial"] + 1), _figure(found, row["value"]), row["state"], f"{row['epochs']}",
            *(_cell(found, name, row["params"].get(name)) for name in names),
        )
        for row in ranked[:LISTED]
    ]  # fmt: skip
    numeric = [0, 1, 3, *(4 + i for i, name in enumerate(names) if "values" not in found["space"][name])]
    left = len(ranked) - len(rows)
    said = f"The best {len(rows)}; `study.db` has the other {left} too." if left else ""
    titles = (name.replace("_", " ").replace(".", " ") for name in names)  # to break where they are long
    return table(("trial", WORDS[found["figure"]], "state", "epochs", *titles), rows, numeric=numeric, caption=said)


def _cell(found: Found, name: str, value: Any) -> str:
    """Three digits of a number; a choice as it is."""
    if value is None:
        return "–"
    return f"{value:.3g}" if isinstance(value, float) and "values" not in found["space"][name] else str(value)


def _rank(found: Found, row: Mapping[str, Any]) -> float:
    value = row["value"] or 0.0
    return float(value if found["less_is_better"] else -value)
