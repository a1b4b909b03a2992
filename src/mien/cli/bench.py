"""`mien bench`: milliseconds a stage and frames a second."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mien.cli.terminal import Progress, print_json, print_table
from mien.errors import MienError

if TYPE_CHECKING:
    from mien.bench import Result, Timing


def bench(
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON a kind of frame.")] = False,
    repeat: Annotated[int, typer.Option(min=1, metavar="N", help="Counted runs of each stage.")] = 50,
    photo: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Measure with this photo of a face, not the shipped one."),
    ] = None,
    peer: Annotated[
        Path | None,
        typer.Option(metavar="TASKFILE", help="Also time MediaPipe's FaceLandmarker (its face_landmarker.task)."),
    ] = None,
) -> None:
    """Time each stage of a look, in milliseconds (median, 95th percentile), and count frames a second.

    The frames show 1, 4 and 16 faces at 640x480 and 1280x720. One process, one thread a model.
    """
    from mien import bench as house
    from mien.doctor import sample_photo

    if peer is not None and not peer.is_file():
        raise MienError(f"{peer}: no such file; --peer wants MediaPipe's face_landmarker.task")
    frames = house.run(
        photo=photo or sample_photo(), repeat=repeat, peer=peer, sizes=house.SIZES, face_counts=house.FACE_COUNTS
    )
    results: list[Result] = []
    with Progress(len(house.SIZES) * len(house.FACE_COUNTS), "Measuring") as progress:
        for result in progress.over(frames):
            results.append(result)
            if as_json:
                with progress.aside():
                    print_json(result.to_dict())
    if not as_json:
        _print(results, repeat)


def _print(results: list[Result], repeat: int) -> None:
    """A column a kind of frame, a row a stage."""
    from mien.bench import STAGES

    titles = ["", *(f"{r.width}x{r.height}\n{r.faces} face{'s' if r.faces > 1 else ''}" for r in results)]
    rows = [[stage, *(_pair(r.stages[stage]) for r in results)] for stage in STAGES]
    rows.append(["frames/s", *(f"{r.fps:.0f}" for r in results)])
    rows.append(["faces found", *(str(r.found) for r in results)])
    if all(r.peer for r in results):
        rows.append(["MediaPipe", *(_pair(r.peer) for r in results if r.peer)])
        rows.append(["  faces found", *(str(r.peer_found) for r in results)])
        rows.append(["  : look", *("-" if r.peer_ratio is None else f"{r.peer_ratio:.2f}" for r in results)])
    caption = f"ms, median / 95th percentile of {repeat}; look = detect + landmarks + expression"
    print_table(titles, rows, caption=caption)


def _pair(timing: Timing) -> str:
    return f"{_short(timing.median)}/{_short(timing.p95)}"


def _short(milliseconds: float) -> str:
    """Three digits: 0.83, 9.41, 18.3, 124."""
    return f"{milliseconds:.{2 if milliseconds < 9.995 else 1 if milliseconds < 99.95 else 0}f}"
