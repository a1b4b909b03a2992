"""`report.html`: what a batch's folder holds, on one page without scripts, that shows nobody's face."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from mien.avatar.raster import emoji_svg
from mien.batch.keeping import BAD
from mien.media.palette import colour
from mien.media.writing import write_whole
from mien.types import LABELS, UNSURE

if TYPE_CHECKING:
    from mien.batch.running import Summary

#: Reasons that the page names.
MOST = 20
_EMOJI = {
    "neutral": "😐", "happiness": "😄", "surprise": "😮", "sadness": "😢", "anger": "😠", "disgust": "🤢", "fear": "😨",
    "contempt": "😒", UNSURE: "🫥",
}  # fmt: skip
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def write_report(folder: Path, summary: Summary) -> Path:
    """Write `report.html` into a batch's folder. Raises `PictureError` where it cannot be written."""
    target = folder / "report.html"
    write_whole(target, page(folder, summary).encode())
    return target


def page(folder: Path, summary: Summary) -> str:
    """The page as HTML."""
    tally = summary.tally
    parts = [_figures(summary)]
    if tally["faces"]:
        parts.append(_section("Expressions", _expressions(summary)))
        pair = _section("How sure", _confidence(summary)) + _section(_crowds_title(summary), _crowds(summary))
        parts.append(f'<div class="pair">{pair}</div>')
    if reasons := _named(summary, "reason."):
        parts.append(
            _section("Why some are unsure", _bars([(name, n, "", "") for name, n in reasons], tally[f"label.{UNSURE}"]))
        )
    if summary.bad:
        parts.append(_section("What could not be read", _bad(folder / BAD)))
    title = f"Batch: {Path(summary.out).resolve().name}"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_style()}</style>\n</head>\n<body>\n<main>\n"
        f'<h1>{escape(title)}</h1>\n<p class="lead">{escape(_lead(summary))}</p>\n'
        + "\n".join(parts)
        + "\n</main>\n</body>\n</html>\n"
    )


def _lead(summary: Summary) -> str:
    rows, parts = _count(summary.rows, "row"), _count(summary.parts, "file")
    text = f"{rows} in {parts}"
    if summary.copies:
        text += f", {_count(summary.copies, 'copy', 'copies')} passed over"
    if summary.stopped:
        text += "; stopped before the end"
    return text


def _figures(summary: Summary) -> str:
    """The headline figures."""
    tally = summary.tally
    looked = tally["pictures"] + tally["frames"]
    seen = [("Faces", f"{tally['faces']:,}", "")]
    seen += [("Pictures", f"{tally['pictures']:,}", "")] if tally["pictures"] else []
    seen += [("Clips", f"{tally['clips']:,}", _count(tally["frames"], "frame"))] if tally["clips"] else []
    share = f"{_percent(tally['nobody'], looked)} of them" if tally["nobody"] else ""
    seen.append(("Nobody there", f"{tally['nobody']:,}", share))
    seen += [("Unreadable", f"{summary.bad:,}", "see below")] if summary.bad else []
    cells = (
        f"<div><dt>{escape(name)}</dt><dd><b>{value}</b>{f'<span>{escape(more)}</span>' if more else ''}</dd></div>"
        for name, value, more in seen
    )
    return f"<dl>{''.join(cells)}</dl>"


def _expressions(summary: Summary) -> str:
    known = dict(_named(summary, "label."))
    order = [*(label for label in LABELS if label in known), *(n for n in known if n not in LABELS and n != UNSURE)]
    order.sort(key=lambda label: -known[label])
    order += [UNSURE] if UNSURE in known else []
    rows = [(label, known[label], label, _EMOJI.get(label, "")) for label in order]
    return _bars(rows, summary.tally["faces"])


def _confidence(summary: Summary) -> str:
    """Confidence in steps of a tenth, the surest first; steps that no face has at the lower end are left out."""
    steps = [(step, summary.tally[f"confidence.{step}"]) for step in range(9, -1, -1)]
    lowest = min(step for step, count in steps if count)
    rows = [(f"{step * 10}–{step * 10 + 10} %", count, "", "") for step, count in steps if step >= lowest]
    return _bars(rows, summary.tally["faces"])


def _crowds_title(summary: Summary) -> str:
    where = [name for name in ("picture", "frame") if summary.tally[f"{name}s"]]
    return f"Faces in a {' or '.join(where)}"


def _crowds(summary: Summary) -> str:
    tally = summary.tally
    groups = [(str(n), (n,)) for n in range(5)] + [("5–9", tuple(range(5, 10))), ("10 or more", (10,))]
    rows = [(name, sum(tally[f"crowd.{n}"] for n in numbers), "", "") for name, numbers in groups]
    while not rows[-1][1]:
        rows.pop()
    return _bars(rows, tally["pictures"] + tally["frames"])


def _bad(path: Path) -> str:
    """Reasons with how many inputs they kept out, the commonest first, and one of those inputs each."""
    reasons: Counter[str] = Counter()
    first: dict[str, str] = {}
    with path.open(encoding="utf-8") as lines:
        for said in map(json.loads, lines):
            reason = said["reason"] if said["reason"] in first or len(first) < MOST else "other reasons"
            reasons[reason] += 1
            first.setdefault(reason, said["source"])
    rows = "".join(
        f"<tr><td>{escape(reason)}</td><td>{count:,}</td><td>{escape(first[reason]).replace('/', '/<wbr>')}</td></tr>"
        for reason, count in reasons.most_common()
    )
    head = "<thead><tr><th>Reason</th><th>Inputs</th><th>Such as</th></tr></thead>"
    return f'<table>{head}<tbody>{rows}</tbody></table><p class="note">All of them are in <code>{BAD}</code>.</p>'


def _bars(rows: Sequence[tuple[str, int, str, str]], total: int) -> str:
    """Bars of (name, count, expression or "", emoji or ""); the longest fills its track, shares are of `total`."""
    longest = max((count for _, count, _, _ in rows), default=0) or 1
    items = []
    for name, count, label, emoji in rows:
        tint = "" if not label or label == "neutral" else "--colour:#{:02x}{:02x}{:02x};".format(*colour(label))
        drawing = emoji_svg(emoji) if emoji else ""
        bar = f'<i style="{tint}width:{100 * count / longest:.2f}%"></i>' if count else ""
        items.append(
            f'<li class="{"neutral" if label == "neutral" else ""}"><span class="name">{drawing}{escape(name)}</span>'
            f'<span class="track">{bar}</span><span class="share">{_percent(count, total)}</span>'
            f'<span class="count">{count:,}</span></li>'
        )
    return f'<ul class="bars">{"".join(items)}</ul>'


def _named(summary: Summary, start: str) -> list[tuple[str, int]]:
    """Counts whose name begins so, largest first."""
    found = [(name.removeprefix(start), n) for name, n in summary.tally.items() if name.startswith(start) and n]
    return sorted(found, key=lambda item: -item[1])


def _section(heading: str, body: str) -> str:
    return f"<section><h2>{escape(heading)}</h2>{body}</section>"


def _percent(part: int, whole: int) -> str:
    share = 100 * part / whole if whole else 0.0
    return "0 %" if not part else "<1 %".replace("<", "&lt;") if share < 0.5 else f"{share:.0f} %"


def _count(number: int, one: str, several: str = "") -> str:
    return f"{number:,} {one if number == 1 else several or one + 's'}"


@lru_cache(maxsize=1)
def _style() -> str:
    return (Path(__file__).parent / "report.css").read_text(encoding="utf-8")
