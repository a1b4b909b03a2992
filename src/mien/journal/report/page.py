"""`write_report`: a screening of a clip, and what its consenting audience showed, on one page."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from mien.avatar.raster import emoji_svg
from mien.errors import JournalError
from mien.journal.consents import Consent
from mien.journal.journal import Journal
from mien.journal.moments import SLOT, Moment
from mien.journal.report.charts import ORDER, areas, hexed
from mien.journal.report.words import EMOJI, MOMENTS, clock, length, percent
from mien.journal.shares import Shares
from mien.journal.summary import Summary
from mien.media.sources import shown
from mien.media.stills import duration, stills
from mien.media.writing import write_whole
from mien.types import UNSURE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Pictures in the strip; pixels of their width, and of those beside moments.
STRIP, NARROW, WIDE = 8, 280, 320
#: Points of the chart.
POINTS = 180
#: Expressions that make up less are left out of the legend; from here on, one tells more of a screening than neutral.
LEAST, TELLING = 0.01, 0.1

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@dataclass(frozen=True, slots=True)
class Screening:
    """Everything that the page shows."""

    summary: Summary
    shares: Shares
    consents: tuple[Consent, ...]
    clip: str  #: its name
    start: float  #: seconds into the session at which the clip began
    length: float  #: seconds of the clip
    moments: tuple[Moment, ...]  #: while the clip ran; `at` counts from its beginning
    strip: tuple[NDArray[np.uint8], ...]
    pictures: tuple[NDArray[np.uint8], ...]  #: of the clip, one a moment


def write_report(
    journal: Journal, session: str, clip: str | os.PathLike[str], out: str | os.PathLike[str], *, start: float = 0.0
) -> Screening:
    """Write the report of a session in which a clip was shown: an .html file that holds everything and prints on A4.

    start: seconds into the session at which the clip began. The page names nobody and shows nobody but who is in the
    clip. Raises `JournalError`, `ClipError`, and `PictureError` where the file cannot be written.
    """
    if Path(out).suffix.lower() not in (".html", ".htm"):
        raise JournalError(f"{shown(out)}: the report is a page; choose a name that ends in .html, and print it to PDF")
    screening = gather(journal, session, clip, start)
    write_whole(out, page(screening).encode())
    return screening


def gather(journal: Journal, session: str, clip: str | os.PathLike[str], start: float = 0.0) -> Screening:
    """Read what a report needs from the journal and the clip. Raises `JournalError`, `ClipError`."""
    summary = journal.summary(session)
    seconds = duration(clip)
    if not -seconds < start < summary.session.seconds + SLOT / 1000:
        raise JournalError(
            f"{session}: lasts {length(summary.session.seconds)}, so the clip cannot have begun {start:g} s into it; "
            "choose another --start"
        )
    shares = _within(journal.timeline(session, points=POINTS), start, seconds)
    moments = tuple(
        Moment(m.name, m.at - start, m.seconds, m.value, None)
        for m in summary.moments
        if 0 <= m.at - start <= seconds and m.name in MOMENTS
    )
    times = [seconds * (place + 0.5) / STRIP for place in range(STRIP)]
    pictures = stills(clip, [*times, *(moment.at for moment in moments)], WIDE)
    agreed = tuple(c for c in journal.consents() if _covers(c, summary.session.people))
    return Screening(
        summary, shares, agreed, shown(Path(clip).name), start, seconds, moments, tuple(pictures[:STRIP]),
        tuple(pictures[STRIP:]),
    )  # fmt: skip


def _covers(consent: Consent, people: Sequence[str]) -> bool:
    return any(p == consent.person or (consent.everyone and p.startswith(f"{consent.person} ")) for p in people)


def _within(shares: Shares, start: float, seconds: float) -> Shares:
    """The points while the clip ran, timed from its beginning."""
    kept = [place for place, at in enumerate(shares.times) if -shares.step < at - start < seconds]
    if not kept:
        raise JournalError("nothing was recorded while the clip ran; check --start")
    return Shares(
        shares.begin, shares.step, seconds, tuple(shares.times[place] - start for place in kept),
        tuple(shares.entries[place] for place in kept),
        {label: tuple(values[place] for place in kept) for label, values in shares.shares.items()},
    )  # fmt: skip


def page(screening: Screening) -> str:
    """The page as HTML. It loads nothing: pictures are inside it."""
    session = screening.summary.session
    title = escape(session.name)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n<style>\n{_style()}</style>\n</head>\n"
        f"<body>\n<main>\n{_head(screening)}\n{_timeline(screening)}\n{_moments(screening)}\n{_foot(screening)}\n"
        "</main>\n</body>\n</html>\n"
    )


def _head(screening: Screening) -> str:
    summary = screening.summary
    overall = screening.shares.overall()
    first, second = sorted((label for label in ORDER if label != UNSURE), key=lambda label: -overall[label])[:2]
    began = summary.session.began.astimezone()
    facts = [
        ("Audience", str(summary.audience), "in view at once"),
        ("Clip", length(screening.length), ""),
        ("Shown most", percent(overall[first]), first),
        ("And then", percent(overall[second]), second),
    ]
    hero = second if first == "neutral" and overall[second] >= TELLING else first
    tiles = "".join(
        f"<div><dt>{what}</dt><dd><b>{value}</b>{f' <span>{more}</span>' if more else ''}</dd></div>"
        for what, value, more in facts
    )
    when = f"{began.day} {began:%B %Y, %H:%M}"
    return (
        f'<header>{_face(hero, "hero")}<div><p class="kind">Screening</p><h1>{escape(summary.session.name)}</h1>'
        f'<p class="lead">{escape(screening.clip)} · {when}</p></div><dl>{tiles}</dl></header>'
    )


def _timeline(screening: Screening) -> str:
    strip = "".join(f'<img src="{_uri(picture, NARROW)}" alt="">' for picture in screening.strip)
    marks = [(number, moment.at) for number, moment in enumerate(screening.moments, 1)]
    overall = screening.shares.overall()
    legend = "".join(
        f"<li>{_face(label)}<i class='{label}'></i>{label.capitalize()} <b>{percent(overall[label])}</b></li>"
        for label in ORDER
        if overall[label] >= LEAST
    )
    return (
        "<section><h2>What the audience showed, while the clip showed this</h2>"
        '<figure tabindex="0" role="group" aria-label="Timeline"><div>'
        f'<div class="strip" role="img" aria-label="Pictures of the clip">{strip}</div>'
        f"{areas(screening.shares, 0.0, screening.length, marks)}</div></figure>"
        f'<ul class="legend">{legend}</ul></section>'
    )


def _moments(screening: Screening) -> str:
    cards = "".join(
        f'<li><div class="still"><img src="{_uri(picture, WIDE)}" alt="The clip at {clock(moment.at)}">'
        f"<span>{number}</span></div><h3>{MOMENTS[moment.name][0]}</h3><p>{clock(moment.at)}{_detail(moment)}</p></li>"
        for number, (moment, picture) in enumerate(zip(screening.moments, screening.pictures, strict=True), 1)
    )
    body = f'<ol class="moments">{cards}</ol>' if cards else "<p>Nothing stood out: no smile, no surprise.</p>"
    return f"<section><h2>Moments</h2>{body}</section>"


def _detail(moment: Moment) -> str:
    if moment.name == "most_smiles":
        return f" · {moment.value:.0f} people"
    return f" · for {length(moment.seconds)}" if moment.name.startswith("longest") else ""


def _foot(screening: Screening) -> str:
    return (
        f"<footer><p><b>Consent.</b> {_agreed(screening)}. The journal keeps no picture of the audience, and "
        "nobody is named. Whoever agreed may take it back at any time.</p>"
        "<p><b>How to read this.</b> The areas are mean probabilities of eight expressions over all faces in view, "
        f"{_every(screening.shares.step)}; the full height is 100 %, hatched is what could not be told. An expression "
        "is what a face shows, not what a person feels. Not for use at work or in education (Regulation (EU) "
        "2024/1689, Article 5(1)(f)).</p>"
        "<p>Made offline by mien.</p></footer>"
    )


def _agreed(screening: Screening) -> str:
    who = "Everybody whose expressions are shown here agreed to it"
    if not screening.consents:
        return who
    last = max(consent.given for consent in screening.consents)
    if last <= screening.summary.session.began:
        who += " before the recording began"
    wording = max(consent.wording for consent in screening.consents)
    return (
        f"{who}; consent was written down by {last.astimezone():%d.%m.%Y, %H:%M}, to text {wording} of mien's journal"
    )


def _every(step: float) -> str:
    return f"a point every {length(step)}" if step >= 1 else f"{1 / step:.0f} points a second"


def _face(label: str, kind: str = "face") -> str:
    encoded = base64.b64encode(emoji_svg(EMOJI[label]).encode()).decode("ascii")
    return f'<img class="{kind}" src="data:image/svg+xml;base64,{encoded}" alt="">'


def _uri(picture: NDArray[np.uint8], width: int) -> str:
    from PIL import Image, ImageOps

    image = ImageOps.fit(Image.fromarray(picture), (width, width * 9 // 16), Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=82)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode("ascii")


@lru_cache(maxsize=1)
def _style() -> str:
    colours = "".join(f".{label} {{ --colour: {hexed(label)}; }}\n" for label in ORDER)
    return colours + (Path(__file__).parent / "report.css").read_text(encoding="utf-8")
