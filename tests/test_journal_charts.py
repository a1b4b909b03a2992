"""What charts, moments and comparisons say of people who act, and what an export holds."""

import csv
import json
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from journal_scenes import acted, hours_ago, record, showing
from mien.errors import JournalError
from mien.journal import Journal
from mien.journal.shares import SHARES, step_for
from mien.types import LABELS, Scene


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """Off, empty, and kept by its test."""
    return Journal(tmp_path / "j.db")


def test_a_session_is_told_by_shares_that_sum_to_one(journal: Journal) -> None:
    record(journal, "Friday", ("neutral", 10), ("happiness", 5), ("unsure", 5))
    told = journal.timeline("Friday", points=10)
    assert told.step == 2 and told.times == tuple(range(0, 20, 2)) and set(told.entries) == {10}
    for place in range(10):
        assert sum(told.shares[label][place] for label in SHARES) == pytest.approx(1, abs=1e-6)
    assert told.shares["neutral"][0] == pytest.approx(0.9, abs=0.01)
    assert told.shares["happiness"][6] == pytest.approx(0.9, abs=0.01)
    assert told.shares["unsure"][9] == 1
    overall = told.overall()
    assert overall["unsure"] == pytest.approx(0.25) and sum(overall.values()) == pytest.approx(1)


def test_long_sessions_are_told_by_sums_and_say_the_same(journal: Journal) -> None:
    """Points of ten seconds and more come from the sums, shorter ones from the entries."""
    record(journal, "Friday", ("neutral", 30), ("happiness", 30), ("anger", 60))
    fine, coarse = journal.timeline("Friday", points=24), journal.timeline("Friday", points=4)
    assert (fine.step, coarse.step) == (5, 30)
    assert sum(fine.entries) == sum(coarse.entries) == 600
    for label in SHARES:
        assert fine.overall()[label] == pytest.approx(coarse.overall()[label], abs=1e-6)


def test_a_day_shows_all_its_sessions_and_no_other_day(journal: Journal) -> None:
    journal.consent()
    noon = datetime.combine(date.today() - timedelta(days=3), datetime.min.time()) + timedelta(hours=12)
    for name, began in (("a", noon), ("b", noon + timedelta(hours=5, minutes=7)), ("c", noon + timedelta(days=1))):
        with journal.recording(name, began=began) as recording:
            for scene in acted(("happiness", 30)):
                recording.add(scene)
    told = journal.day(noon.date())
    assert told.step == 900 and told.entries == (150, 150)
    assert told.times == (12 * 3600, 17 * 3600)
    assert told.length == pytest.approx(24 * 3600, abs=3601)
    assert dict(journal.days())[noon.date()] == 300
    assert journal.day(noon.date() - timedelta(days=1)).entries == ()


def test_one_person_can_be_looked_at_alone(journal: Journal) -> None:
    record(journal, "Friday", ("happiness", 4), person="anna")
    record(journal, "Friday", ("sadness", 4), person="ben")
    assert journal.timeline("Friday", "anna").overall()["happiness"] == pytest.approx(0.9, abs=0.01)
    assert journal.timeline("Friday", "ben").overall()["sadness"] == pytest.approx(0.9, abs=0.01)
    with pytest.raises(JournalError, match="cleo: nothing is recorded"):
        journal.timeline("Friday", "cleo")


def test_moments_are_found_where_they_were_acted(journal: Journal) -> None:
    record(
        journal, "film",
        ("neutral", 6), ("happiness", 1), ("neutral", 3), ("surprise", 1), ("happiness", 4), ("sadness", 2),
    )  # fmt: skip
    found = {moment.name: moment for moment in journal.summary("film").moments}
    assert found["first_smile"].at == pytest.approx(6, abs=0.2)
    assert found["longest_smile"].at == pytest.approx(11, abs=0.2)
    assert found["longest_smile"].seconds == pytest.approx(4, abs=0.2)
    assert found["biggest_surprise"].at == pytest.approx(10, abs=0.2)
    assert found["longest_calm"].seconds == pytest.approx(6, abs=0.2)
    assert all(moment.person == "me" for moment in found.values())


def test_a_very_long_session_is_told_by_ten_seconds(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the sums: as a session of half a million entries would be."""
    monkeypatch.setattr("mien.journal.moments.FINE", 0)
    monkeypatch.setattr("mien.journal.sessions.FINE", 0)
    acts = (("neutral", 60), ("happiness", 20), ("neutral", 20), ("surprise", 40), ("happiness", 50), ("sadness", 20))
    for person in ("anna", "ben"):
        record(journal, "film", *acts, person=person)
    told = journal.summary("film")
    assert told.audience == 2
    found = {moment.name: moment for moment in told.moments}
    assert found["first_smile"].at == pytest.approx(60, abs=11)
    assert found["biggest_surprise"].at == pytest.approx(100, abs=11)
    assert found["longest_smile"].at == pytest.approx(140, abs=11) and 30 <= found["longest_smile"].seconds <= 60
    assert found["longest_calm"].at == pytest.approx(0, abs=11)
    assert found["most_smiles"].value == 2


def test_what_did_not_happen_is_no_moment(journal: Journal) -> None:
    record(journal, "film", ("sadness", 3))
    assert journal.summary("film").moments == ()


def test_one_odd_entry_is_no_smile(journal: Journal) -> None:
    record(journal, "film", ("sadness", 3), ("happiness", 0.2), ("sadness", 3))
    assert journal.summary("film").moments == ()


def test_people_who_smile_at_once_are_counted(journal: Journal) -> None:
    journal.consent("guests", everyone=True)
    with journal.recording("film", "guests", began=hours_ago(1)) as recording:
        for frame in range(100):
            together = 60 <= frame < 80
            faces = [showing("happiness" if together or n == frame // 40 else "neutral", track_id=n) for n in range(4)]
            recording.add(Scene(8, 8, faces, time=frame / 10))
    told = journal.summary("film")
    assert told.audience == 4
    most = next(moment for moment in told.moments if moment.name == "most_smiles")
    assert most.value == 4 and 6 <= most.at < 8 and most.person is None


def test_somebody_seen_for_a_moment_does_not_make_the_audience_larger(journal: Journal) -> None:
    journal.consent("guests", everyone=True)
    with journal.recording("film", "guests", began=hours_ago(1)) as recording:
        for frame in range(100):
            faces = [showing("neutral", track_id=n) for n in range(3 if frame < 4 else 2)]
            recording.add(Scene(8, 8, faces, time=frame / 10))
    assert journal.summary("film").audience == 2


def test_sessions_stand_beside_each_other(journal: Journal) -> None:
    record(journal, "comedy", ("happiness", 8), ("neutral", 2), hours=30)
    record(journal, "drama", ("sadness", 8), ("neutral", 2), hours=5)
    comedy, drama = journal.compare(["comedy", "drama"])
    assert comedy.shares["happiness"] > 0.7 > 0.1 > drama.shares["happiness"]
    assert [s.name for s in journal.sessions()] == ["drama", "comedy"]
    with pytest.raises(JournalError, match="western: no session"):
        journal.compare(["comedy", "western"])


@pytest.mark.parametrize("ending", [".csv", ".json", ".jsonl", ".parquet"])
def test_an_export_holds_every_entry(journal: Journal, tmp_path: Path, ending: str) -> None:
    record(journal, "Frïday", ("happiness", 2), ("unsure", 1))
    record(journal, "other", ("fear", 2))
    path = tmp_path / f"mine{ending}"
    assert journal.export(path, session="Frïday") == 15
    rows = rows_of(path)
    assert [row["expression"] for row in rows] == ["happiness"] * 10 + ["unsure"] * 5
    assert {(row["session"], row["person"]) for row in rows} == {("Frïday", "me")}
    assert float(rows[0]["happiness"]) == pytest.approx(0.9, abs=0.001)
    assert [float(rows[-1][label]) for label in LABELS] == [0] * 8
    times = [datetime.fromisoformat(str(row["time"])) for row in rows]
    assert times == sorted(times) and times[1] - times[0] == timedelta(seconds=0.2)
    assert journal.export(path) == 25 and len(rows_of(path)) == 25
    assert journal.export(path, person="me", session="other") == 10


def rows_of(path: Path) -> list[dict[str, object]]:
    if path.suffix == ".csv":
        return list(csv.DictReader(path.open(encoding="utf-8", newline="")))
    if path.suffix == ".parquet":
        from pyarrow import parquet

        return parquet.read_table(path).to_pylist()
    text = path.read_text(encoding="utf-8")
    return json.loads(text) if path.suffix == ".json" else [json.loads(line) for line in text.splitlines()]


def test_an_export_that_cannot_be_leaves_nothing(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(journal, "Friday", ("happiness", 2))
    (tmp_path / "out").mkdir()
    with pytest.raises(JournalError, match=r"cannot export as '\.xlsx'; use one of \.csv \.json"):
        journal.export(tmp_path / "out" / "a.xlsx")
    with pytest.raises(JournalError, match="Thursday: no session"):
        journal.export(tmp_path / "out" / "a.csv", session="Thursday")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(JournalError, match="pip install pyarrow"):
        journal.export(tmp_path / "out" / "a.parquet")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_name_is_no_formula_in_a_spreadsheet(journal: Journal, tmp_path: Path) -> None:
    record(journal, "=HYPERLINK(1)", ("happiness", 1), person="@me")
    journal.export(tmp_path / "a.csv")
    row = rows_of(tmp_path / "a.csv")[0]
    assert (row["session"], row["person"]) == ("'=HYPERLINK(1)", "'@me")


@pytest.mark.parametrize(("seconds", "step"), [(1, 0.2), (24, 0.2), (3600, 30), (86400, 900), (86400 * 365, 345600)])
def test_points_have_easy_steps(seconds: float, step: float) -> None:
    assert step_for(seconds) == step
