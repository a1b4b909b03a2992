"""`mien journal`: the consented log of expressions: agree, record, look, take along, delete."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mien.cli.journal_printing import print_comparison, print_session, print_sessions, print_shares, print_state
from mien.cli.terminal import complain, print_json
from mien.errors import MienError

if TYPE_CHECKING:
    from mien.journal import Journal
    from mien.journal.recording import People

journal_app = typer.Typer(
    no_args_is_help=True,
    help="Keep a log of expressions over time, of those who agreed, on this computer. Off until somebody does.",
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
SessionName = Annotated[str, typer.Argument(metavar="SESSION", help="A session's name.")]
Person = Annotated[str, typer.Argument(metavar="NAME", help='"me", or a made-up name.')]
Only = Annotated[str | None, typer.Option(metavar="NAME", help="Of this person only.")]


#: Database and owner that the options before the command name.
_place: tuple[str | None, str | None] = None, None


@journal_app.callback()
def place(
    database_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="The journal in a studio's database, not your own; see --owner."),
    ] = None,
    owner: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of this user there. Alone it takes $MIEN_DATABASE_URL.")
    ] = None,
) -> None:
    global _place
    if owner is not None and database_url is None:
        database_url = os.environ.get("MIEN_DATABASE_URL") or None
        if database_url is None:
            raise MienError(f"--owner {owner}: users are in a studio's database; name it with --database-url")
    _place = database_url, owner


def _journal() -> Journal:
    from mien.journal import Journal

    url, owner = _place
    if url is None:
        return Journal()
    try:
        from mien.journal.database_store import open_store

        return Journal(store=open_store(url, owner))
    except ModuleNotFoundError as error:
        raise MienError(f"--database-url: needs {error.name}: pip install 'mien[studio,postgres]'") from None


@journal_app.command("consent", epilog="Example:  mien journal consent me")
def consent(
    person: Person = "me",
    everyone: Annotated[
        bool, typer.Option("--everyone", help="NAME is a group: everybody in view was told and agreed.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="They have read the text and agree: do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Say what the journal keeps, and write down that somebody agrees. Only then can they be recorded."""
    from mien.journal import consents

    with _journal() as journal:
        if not yes:
            _ask_consent(consents, person, everyone, journal)
        given = journal.consent(person, everyone=everyone)
        where = journal.where
    if as_json:
        print_json(given.to_dict())
    else:
        who = "You" if person == "me" else given.person
        typer.echo(f"{who} agreed. The journal is {where}; take it back with: mien journal revoke {person}")


def _ask_consent(consents: Any, person: str, everyone: bool, journal: Journal) -> None:
    text = consents.TEXTS[journal.wording].format(days=journal.days_kept)
    if everyone:
        text += "\n\n" + consents.EVERYONE
    if not sys.stdin.isatty():
        raise MienError("consent needs somebody who reads and agrees: run this in a terminal, or add --yes if they did")
    typer.echo(f"{text}\n")
    who = f"Does everybody of {person}" if everyone else "Do you" if person == "me" else f"Does {person}"
    if not typer.confirm(f"{who} agree?"):
        raise typer.Exit(1)


@journal_app.command("revoke", epilog="Example:  mien journal revoke me")
def revoke(
    person: Person = "me",
    keep: Annotated[bool, typer.Option("--keep", help="Leave what was recorded until it expires.")] = False,
    as_json: Json = False,
) -> None:
    """Take a consent back: nothing more is recorded, and what was recorded of them is deleted."""
    from dataclasses import asdict

    with _journal() as journal:
        gone = journal.revoke(person, keep=keep)
    if as_json:
        print_json(asdict(gone))
    else:
        kept = "what was recorded stays until it expires" if keep else f"{gone.entries:,} entries deleted"
        typer.echo(f"{'You are' if person == 'me' else f'{person} is'} recorded no more; {kept}.")


@journal_app.command("record", epilog="Example:  mien journal record evening.mp4 --as 1=anna --as 2=ben")
def record(
    clip: Annotated[str, typer.Argument(metavar="CLIP", help="A clip, a stream's address, or a camera's number.")],
    session: Annotated[str | None, typer.Option(metavar="NAME", help="What the session is called.")] = None,
    people: Annotated[
        list[str] | None,
        typer.Option("--as", metavar="NAME", help="Whose face it is: me, a group, or NUMBER=NAME for several people."),
    ] = None,
    began: Annotated[
        datetime | None,
        typer.Option(metavar="TIME", help="When it was filmed, by default just now: 2026-05-01T20:15:00."),
    ] = None,
    every: Annotated[
        str | None, typer.Option(metavar="SECONDS", help="Look at a frame this often, not at every one: 0.5s.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Record what faces show in a clip, or in front of a camera until Ctrl-C, of those who agreed.

    NUMBER is the `track_id` that mien video shows beside a face.
    """
    from mien.cli.video import _Bar, seconds_of
    from mien.clips.making import Progress
    from mien.journal.clips import record_clip

    bar = _Bar()
    source = int(clip) if clip.strip().isdigit() else clip
    try:
        with _journal() as journal:
            done = record_clip(
                journal, source, session, people_of(people or ["me"]), began=began, every=seconds_of("--every", every),
                progress=lambda seconds, length: bar.show(Progress("Recording", seconds, length)),
            )  # fmt: skip
    finally:
        bar.close()
    for line in done.trouble:
        complain(line)
    if as_json:
        print_json({"session": done.session, "entries": done.entries, "seconds": round(done.seconds, 3)})
    else:
        typer.echo(f"{done.session}: {done.entries:,} entries of {done.seconds:.0f} seconds")


def people_of(words: list[str]) -> People:
    """["me"] -> "me"; ["1=anna", "2=ben"] -> {1: "anna", 2: "ben"}."""
    if len(words) == 1 and "=" not in words[0]:
        return words[0]
    people = {}
    for word in words:
        number, sign, name = word.partition("=")
        if not sign or not number.strip().isdigit():
            raise MienError(f"--as {word}: of several people write NUMBER=NAME, such as 1=anna")
        people[int(number)] = name
    return people


@journal_app.command("sessions", epilog="Example:  mien journal sessions --json")
def sessions(as_json: Json = False) -> None:
    """List what was recorded, the latest first."""
    with _journal() as journal:
        found = journal.sessions()
    if as_json:
        print_json([session.to_dict() for session in found])
    else:
        print_sessions(found)


@journal_app.command("show", epilog='Example:  mien journal show "Friday night"')
def show(
    session: Annotated[str | None, typer.Argument(metavar="[SESSION]", help="A session's name.")] = None,
    day: Annotated[datetime | None, typer.Option(metavar="DATE", formats=["%Y-%m-%d"], help="All of a day.")] = None,
    person: Only = None,
    as_json: Json = False,
) -> None:
    """Show the expressions and moments of a session, or of a day; with neither, whether the journal is on."""
    if session is not None and day is not None:
        raise MienError("show a session or a day: leave out one of the two")
    with _journal() as journal:
        if session is not None:
            print_session(journal, session, person, as_json)
        elif day is not None:
            print_shares(journal.day(day.date(), person), as_json, {"day": f"{day:%Y-%m-%d}"})
        else:
            print_state(journal, as_json)


@journal_app.command("compare", epilog='Example:  mien journal compare "Friday night" "Sunday night"')
def compare(
    names: Annotated[list[str], typer.Argument(metavar="SESSION...", help="Two or more sessions.")],
    as_json: Json = False,
) -> None:
    """Set the expression shares and moments of sessions beside each other."""
    if len(names) < 2:
        raise MienError(f"{names[0]}: name another session to compare it with")
    with _journal() as journal:
        told = journal.compare(names)
    if as_json:
        print_json([summary.to_dict() for summary in told])
    else:
        print_comparison(told)


@journal_app.command("export", epilog="Example:  mien journal export mine.csv")
def export(
    out: Annotated[Path, typer.Argument(metavar="FILE", help="A .csv, .json, .jsonl or .parquet file.")],
    session: Annotated[str | None, typer.Option(metavar="NAME", help="This session only.")] = None,
    person: Only = None,
) -> None:
    """Write entries into a file: time, session, person, expression, and the eight probabilities."""
    with _journal() as journal:
        count = journal.export(out, session=session, person=person)
    typer.echo(f"{out}: {count:,} entries")


@journal_app.command("delete", epilog='Example:  mien journal delete --session "Friday night"')
def delete(
    session: Annotated[str | None, typer.Option(metavar="NAME", help="A session.")] = None,
    person: Annotated[str | None, typer.Option(metavar="NAME", help="A person or group, and their consent.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Everything: the journal is then off.")] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Delete for good: afterwards the bytes are in the file no more."""
    from dataclasses import asdict

    if not yes and (session or person or everything):
        what = f"session {session}" if session else f"everything of {person}" if person else "the whole journal"
        if not sys.stdin.isatty():
            raise MienError(f"to delete {what} without being asked, add --yes")
        if not typer.confirm(f"Delete {what} for good?"):
            raise typer.Exit(1)
    with _journal() as journal:
        gone = journal.delete(session=session, person=person, everything=everything)
    if as_json:
        print_json(asdict(gone))
    else:
        typer.echo(f"{gone.entries:,} entries deleted.")


@journal_app.command("expiry", epilog="Example:  mien journal expiry 7")
def expiry(
    days: Annotated[int | None, typer.Argument(metavar="[DAYS]", help="1 to 3650.")] = None, as_json: Json = False
) -> None:
    """Tell after how many days entries are deleted, or change it."""
    with _journal() as journal:
        gone = 0 if days is None else journal.keep(days)
        kept = journal.days_kept
    if as_json:
        print_json({"days": kept, "deleted": gone})
    else:
        typer.echo(f"Entries are deleted after {kept} days." + (f" {gone:,} were older." if gone else ""))


@journal_app.command("report", epilog='Example:  mien journal report "Friday night" --clip film.mp4 --out report.html')
def report(
    session: SessionName,
    clip: Annotated[Path, typer.Option(metavar="CLIP", help="The clip that was shown.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The page: an .html file that holds everything.")],
    start: Annotated[float, typer.Option(metavar="SECONDS", help="How far into the session the clip began.")] = 0.0,
) -> None:
    """Write the report of a screening: what a consenting audience showed, beside pictures of the clip.

    One page that prints on A4; it shows and names nobody of the audience.
    """
    from mien.journal.report import write_report

    with _journal() as journal:
        write_report(journal, session, clip, out, start=start)
    typer.echo(str(out))
