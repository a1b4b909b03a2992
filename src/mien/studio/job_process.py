"""The process of one job: `python -m mien.studio.job_process FOLDER OUT`. Reads `OUT.json` there, writes into `OUT`.

It prints a line of JSON a step, {"progress": 0.4, "doing": "Drawing"}, and at the end {"result": {...}} or
{"problem": {...}}. It ends at once when its standard input does, which is when the studio is gone.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mien.errors import MienError

#: Seconds between two words about how far it is.
OFTEN = 0.2
#: Lower priority than the studio's own (Unix): requests come first.
NICE = 5

Say = Callable[[float | None, str], None]


def main(folder: Path, out_name: str) -> int:
    """Do the job in a folder; 0, or 1 where it failed."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print does not come between
    threading.Thread(target=_end_with_the_studio, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(NICE)

    def told(**words: Any) -> None:
        out.write(json.dumps(words) + "\n")
        out.flush()

    last = 0.0

    def say(progress: float | None, doing: str) -> None:
        nonlocal last
        if time.monotonic() - last >= OFTEN:
            last = time.monotonic()
            told(progress=None if progress is None else round(min(1.0, progress), 4), doing=doing)

    job = json.loads((folder / f"{out_name}.json").read_text())
    target = folder / out_name
    try:
        target.mkdir(mode=0o700)
        work = {"clip": make_clip, "stickers": make_stickers}[job["kind"]]
        told(result=work(folder, target, job["params"], job["model"], say))
    except MienError as error:
        from mien.studio.problems import KINDS, problem_of

        problem = problem_of(error)
        kind = KINDS[problem.name]
        told(problem={
            "type": f"/problems/{problem.name}", "title": kind.title, "status": kind.status, "detail": problem.detail,
        })  # fmt: skip
        return 1
    return 0


def make_clip(folder: Path, out: Path, params: dict[str, Any], model: str | None, say: Say) -> dict[str, Any]:
    """A drawn clip, its rows and the timeline of everybody in it."""
    from mien.clips.making import Progress, make
    from mien.clips.output import Output
    from mien.clips.rows import Rows
    from mien.studio.clip_timeline import PeopleTimeline

    draw, two = params["draw"], params["draw"] in ("replace", "avatar_only")

    def progress(now: Progress) -> None:
        share = min(1.0, now.seconds / now.duration) if now.duration else None
        if share is not None and two:  # it is gone through twice
            share = (share + (now.doing == "Drawing")) / 2
        say(share, now.doing)

    timeline = PeopleTimeline(out / "timeline.json")
    rows: list[Output] = [timeline, *(Rows(out / f"rows.{kind}") for kind in params["rows"])]
    made = make(
        _named(folder / params["source"]), out=None if draw == "none" else out / f"clip.{params['format']}",
        replace=draw == "replace", avatar_only=draw == "avatar_only", size=params["size"],
        background=params["background"] and tuple(params["background"]),
        reaction=out / f"reaction.{params['reaction']}" if params["reaction"] else None, rows=rows, model=model,
        every=params["every"], calibrate=params["calibrate"], progress=progress,
    )  # fmt: skip
    return {
        "frames": made.frames, "seconds": round(made.seconds, 3), "people": timeline.count,
        "trouble": [line.replace(f"{folder}{os.sep}", "") for line in made.trouble],
        "reaction_start": None if made.reaction_start is None else round(made.reaction_start, 3),
    }  # fmt: skip


def _named(path: Path) -> Path:
    """The clip under a name that messages can show: not the whole path of a private folder."""
    os.chdir(path.parent)
    return Path(path.name)


def make_stickers(folder: Path, out: Path, params: dict[str, Any], model: str | None, say: Say) -> dict[str, Any]:
    """A pack for a messenger, whole and zipped."""
    import shutil

    from mien.avatar.spec import AvatarSpec
    from mien.stickers import make_pack
    from mien.stickers.making import NAME

    place = out.with_name(f"{out.name}-pack")
    shutil.rmtree(place, ignore_errors=True)  # of a run that was cut short
    pack = make_pack(
        AvatarSpec.from_dict(params["spec"]), params["platform"], place, animated=params["animated"],
        language=params["language"], name=params["name"] or NAME, count=params["count"], processes=2,
        progress=lambda done, count: say(done / max(1, count), "Drawing"),
    )  # fmt: skip
    shutil.make_archive(str(out / "stickers"), "zip", place)
    for path in sorted(place.rglob("*")):
        if path.is_file():
            shutil.copy(path, out / path.relative_to(place).as_posix().replace("/", "-"))
    shutil.rmtree(place, ignore_errors=True)
    return {"stickers": len(pack.stickers), "platform": params["platform"]}


def _end_with_the_studio() -> None:
    with contextlib.suppress(OSError, ValueError):
        while os.read(0, 1024):
            pass
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
