"""The lab's HTML pages: whole, escaped, self-contained, and never half-written; and what their charts show."""

import base64
import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from mien import DataError
from mien.lab.axes import Axes, percent, plain, tenths, ticks
from mien.lab.pages import (
    Series,
    Tile,
    bars,
    columns,
    face_sheet,
    facts,
    heatmap,
    histogram,
    line,
    page,
    paragraph,
    section,
    subheading,
    table,
    tiles,
    write_page,
)

EVIL = '<script>alert("x")</script>&'
VOID = {"meta", "img", "br"}


class Reader(HTMLParser):
    """Reads a page strictly: every tag is closed in order; remembers tags, attributes and text."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.words = [], [], []
        self.feed(html)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    def of(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def everything(text):
    """One of each thing a page can hold, with `text` wherever text may stand."""
    series = [Series(text, [0.2, 0.5], low=[0.1, 0.4], high=[0.3, 0.6]), Series("b", [0.1, float("nan")])]
    face = np.zeros((2, 8, 8), np.uint8)
    body = [
        tiles([Tile(text, text, text)]), paragraph(text), subheading(text), facts([(text, text)]),
        table([text, "n"], [[text, 1]], caption=text),
        heatmap(np.eye(2, dtype=int), [text, "b"], ["a", text], title=text),
        bars([text, "b"], series, title=text), line(series, title=text, x_label=text, y_label=text, marks=True),
        histogram([0, 1, 2], series, title=text, x_label=text), face_sheet(face, [text, "b"], names=[text, ""]),
    ]  # fmt: skip
    parts = [section(text, columns(*body), note=text), section("Two", ""), section("Three", "")]
    return page(text, parts, subtitle=text, footer=text)


def test_a_page_is_well_formed_and_everything_in_it_escaped():
    read = Reader(everything(EVIL))
    assert not read.of("script")
    assert "".join(read.words).count('alert("x")') >= 12


def test_a_page_asks_for_nothing_outside_itself():
    html = everything("plain")
    read = Reader(html)
    for tag, attrs in read.tags:
        for name in ("src", "href", "xlink:href", "action", "data"):
            value = attrs.get(name, "#")
            assert value.startswith(("#", "data:")), f"{tag} {name}={value}"
    assert "url(" not in html
    assert "@import" not in html
    policy = next(a["content"] for a in read.of("meta") if a.get("http-equiv"))
    assert policy.startswith("default-src 'none'")


def test_the_colours_follow_the_readers_choice_of_light_and_dark():
    html = everything("plain")
    assert "prefers-color-scheme: dark" in html
    body = html.split("</style>")[1]
    assert not re.search(r"(fill|stroke|color|background)[:=]\"?#[0-9a-f]{3}", body), (
        "colours belong in the style sheet"
    )
    used = set(re.findall(r"var\(--([a-z0-9-]+)\)", html))
    defined = set(re.findall(r"--([a-z0-9-]+):", html))
    assert used <= defined


def test_contents_lead_to_the_sections():
    read = Reader(page("T", [section("By class", ""), section("Größe & more", ""), section("!", "")]))
    anchors = [a["id"] for a in read.of("section")]
    assert [a["href"] for a in read.of("a")] == [f"#{anchor}" for anchor in anchors]
    assert all(anchors)
    assert not Reader(page("T", [section("One", ""), section("Two", "")])).of("nav")


def test_sections_of_one_name_have_anchors_of_their_own():
    read = Reader(page("T", [section("Age", "a"), section("Age", "b"), section("Age", "c")]))
    anchors = [a["id"] for a in read.of("section")]
    assert len(set(anchors)) == 3
    assert [a["href"] for a in read.of("a")] == [f"#{anchor}" for anchor in anchors]


def test_a_table_sets_numbers_to_the_right_and_writes_them_readably():
    html = table(["class", "faces", "recall"], [["a", 12345, 0.5], ["b", None, np.float64(1 / 3)]])
    assert "12,345" in html
    assert "0.333" in html
    assert "–" in html
    right = [t for t, a in Reader(html).tags if a.get("class") == "number"]
    assert len(right) == 6
    assert 'class="number">a' not in table(["a", "b"], [["a", "1 %"]], numeric={1})


def test_a_heatmap_says_counts_and_shares_of_the_row():
    html = heatmap(np.array([[9, 1], [0, 0]]), ["a", "b"], ["a", "b"])
    cells = Reader(html).of("td")
    assert "true a, predicted b: 1 (10 %)" in cells[1]["title"]
    assert cells[0]["class"] == "hot"
    assert cells[2]["class"] == cells[3]["class"] == "none"
    shades = [float(c["style"].split(":")[1]) for c in cells]
    assert shades[0] > shades[1] > shades[2]


def test_bars_are_as_long_as_their_values():
    html = bars(["a", "b"], [Series("n", [10, 5])])
    widths = [a["width"] for a in Reader(html).of("rect") if a["fill"] == "var(--s1)"]
    assert widths == ["100.00%", "50.00%"]
    assert 'width="50.00%"' in bars(["a"], [Series("n", [0.5])], maximum=1.0)
    assert bars(["a"], [Series("n", [0.0])])  # nothing to scale by


def test_lines_break_where_a_value_is_missing():
    html = line([Series("a", [1, 2, float("nan"), 3, 4])])
    path = next(a["d"] for a in Reader(html).of("path"))
    assert path.count("M") == 2
    assert path.count("L") == 2
    assert "nan" not in html.lower()


def test_points_stand_where_their_values_are():
    html = line([Series("a", [0.0, 1.0], x=[0.0, 1.0])], x_range=(0, 1), y_range=(0, 1), marks=True, diagonal=True)
    low, high = Reader(html).of("circle")
    axes = Axes((0, 1), (0, 1))
    assert (float(low["cx"]), float(low["cy"])) == pytest.approx(axes.at(0, 0))
    assert (float(high["cx"]), float(high["cy"])) == pytest.approx(axes.at(1, 1))
    assert any(a.get("class") == "guide" for a in Reader(html).of("line"))


def test_a_histogram_needs_one_edge_more_than_values():
    assert Reader(histogram([0, 1, 2], [Series("", [3, 4])])).of("rect")
    with pytest.raises(ValueError, match="3 edges make 2 bins"):
        histogram([0, 1, 2], [Series("", [3, 4, 5])])


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]), (0, 12, [0, 2.5, 5, 7.5, 10]), (0.83, 1, [0.85, 0.9, 0.95, 1])],
)
def test_ticks_are_round(low, high, expected):
    assert ticks(low, high) == pytest.approx(expected)


@pytest.mark.parametrize("values", [[5.0], [0.0, 0.0], [float("nan")], [1e9, 2e9], [-3.0, 4.0], []])
def test_any_values_can_be_drawn(values):
    Reader(line([Series("a", values)], marks=True))


def test_numbers_are_written_alike():
    assert [percent(v) for v in (0.8666, 0.5, 1)] == ["86.7 %", "50 %", "100 %"]
    assert tenths(0.5) == "50.0 %"
    assert [plain(v) for v in (1140, 3.0, 0.25, 0.12345)] == ["1,140", "3", "0.25", "0.123"]


def test_faces_are_pictures_inside_the_page():
    faces = np.random.default_rng(0).integers(0, 256, (3, 48, 48), dtype=np.uint8)
    html = face_sheet(faces, ["happiness\n99 %", "sadness", ""], columns=3, names=["a.png", "b.png", "c.png"])
    pictures = Reader(html).of("img")
    assert [p["alt"] for p in pictures] == ["happiness 99 %", "sadness", "face"]
    for picture, face in zip(pictures, faces, strict=True):
        content = base64.b64decode(picture["src"].removeprefix("data:image/png;base64,"))
        assert (np.asarray(Image.open(io.BytesIO(content))) == face).all()
    assert [f["title"] for f in Reader(html).of("figure")] == ["a.png", "b.png", "c.png"]


def test_a_page_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = write_page(tmp_path / "r.html", "old ü")
    assert path.read_text(encoding="utf-8") == "old ü"
    with pytest.raises(DataError, match=r"nowhere.r\.html"):
        write_page(tmp_path / "nowhere" / "r.html", "x")

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(DataError, match="No space left"):
        write_page(path, "new")
    assert path.read_text(encoding="utf-8") == "old ü"
    assert [p.name for p in tmp_path.iterdir()] == ["r.html"]
