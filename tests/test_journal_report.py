"""The report of a screening: one self-contained page, with pictures of the clip and of nobody else."""

import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clip_files import make_clip
from journal_scenes import hours_ago, record, showing
from mien.errors import ClipError, JournalError, PictureError
from mien.journal import Journal
from mien.journal.report import write_report
from mien.media.stills import duration, stills
from mien.types import Scene

COLOURS = ((220, 40, 40), (40, 200, 60), (50, 60, 220), (230, 220, 60))


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight seconds: each colour for two of them."""
    path = tmp_path_factory.mktemp("clips") / "four <colours>.mp4"
    frames = [np.full((72, 128, 3), colour, np.uint8) for colour in COLOURS for _ in range(20)]
    make_clip(path, frames, rate=10)
    return path


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """An audience of three, who all smile from second 4 to 6 of a recording that begins 2 seconds before the clip."""
    journal = Journal(tmp_path / "j.db")
    journal.consent("Guests of Rick", everyone=True)
    with journal.recording("Friday & friends", "Guests of Rick", began=hours_ago(1)) as recording:
        for frame in range(100):
            label = "happiness" if 60 <= frame < 80 else "surprise" if frame >= 90 else "neutral"
            faces = [showing(label, track_id=n) for n in range(3)]
            recording.add(Scene(640, 480, faces, time=frame / 10))
    return journal


def nearest(picture: np.ndarray) -> int:
    mean = picture.reshape(-1, 3).mean(0)
    return int(np.argmin([np.abs(mean - colour).sum() for colour in COLOURS]))


def test_stills_are_those_of_their_times(clip: Path) -> None:
    assert duration(clip) == pytest.approx(8, abs=0.15)
    pictures = stills(clip, [7.0, 1.0, 3.0, 5.0, 99.0], 64)
    assert [nearest(picture) for picture in pictures] == [3, 0, 1, 2, 3]
    assert {picture.shape for picture in pictures} == {(36, 64, 3)}


def test_stills_of_an_animation(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in COLOURS]
    path = tmp_path / "a.webp"
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=500, lossless=True)
    assert [nearest(picture) for picture in stills(path, [0.0, 0.5, 1.5], 40)] == [0, 1, 3]


def test_a_report_aligns_the_audience_with_the_clip(journal: Journal, clip: Path, tmp_path: Path) -> None:
    told = write_report(journal, "Friday & friends", clip, tmp_path / "r.html", start=2.0)
    assert told.summary.audience == 3
    smile = next(m for m in told.moments if m.name == "first_smile")
    assert smile.at == pytest.approx(4, abs=0.2)  # second 6 of the session is second 4 of the clip
    assert nearest(told.pictures[told.moments.index(smile)]) == 2
    assert [nearest(picture) for picture in told.strip] == [0, 0, 1, 1, 2, 2, 3, 3]
    happy = [at for at, share in zip(told.shares.times, told.shares.shares["happiness"], strict=True) if share > 0.5]
    assert min(happy) == pytest.approx(4, abs=0.25) and max(happy) == pytest.approx(6, abs=0.25)


def test_the_page_is_whole_safe_and_names_nobody(journal: Journal, clip: Path, tmp_path: Path) -> None:
    write_report(journal, "Friday & friends", clip, tmp_path / "r.html", start=2.0)
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    Whole().check(page)
    assert "Friday &amp; friends" in page and "four &lt;colours&gt;.mp4" in page
    assert "Guests of Rick" not in page
    assert "Most smiles" in page and "3 people" in page
    assert "Article 5(1)(f)" in page
    for address in re.findall(r"(?:src|href|url\()[=\"'(]*([^\"')\s>]+)", page):
        assert address.startswith(("data:image/", "#")), address
    assert not re.search(r"<script|https?://(?!www\.w3\.org)", page)


class Whole(HTMLParser):
    """Every element that is opened is closed, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def check(self, page: str) -> None:
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_gap_in_the_recording_is_a_gap_in_the_chart(tmp_path: Path, clip: Path) -> None:
    with Journal(tmp_path / "j.db") as journal:
        journal.consent()
        with journal.recording("Friday", began=hours_ago(1)) as recording:
            for frame in (*range(20), *range(60, 80)):
                recording.add(Scene(8, 8, [showing("anger")], time=frame / 10))
        write_report(journal, "Friday", clip, tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert page.count('<polygon class="anger"') == 2


def test_what_cannot_be_reported_leaves_no_file(journal: Journal, clip: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.html"
    with pytest.raises(JournalError, match="Monday: no session"):
        write_report(journal, "Monday", clip, out)
    with pytest.raises(ClipError, match="no such file"):
        write_report(journal, "Friday & friends", tmp_path / "none.mp4", out)
    with pytest.raises(JournalError, match="choose another --start"):
        write_report(journal, "Friday & friends", clip, out, start=60)
    with pytest.raises(JournalError, match=r"a name that ends in \.html, and print it to PDF"):
        write_report(journal, "Friday & friends", clip, tmp_path / "r.pdf")
    with pytest.raises(PictureError, match="does not exist"):
        write_report(journal, "Friday & friends", clip, tmp_path / "no" / "r.html")
    assert not out.exists()


def test_a_screening_in_which_nothing_happens_says_so(clip: Path, tmp_path: Path) -> None:
    with Journal(tmp_path / "j.db") as journal:
        record(journal, "dull", ("unsure", 8))
        write_report(journal, "dull", clip, tmp_path / "r.html")
    assert "Nothing stood out" in (tmp_path / "r.html").read_text(encoding="utf-8")
