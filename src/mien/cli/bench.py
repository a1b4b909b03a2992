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
    from mien.bench import STAGES

    titles = ["frame", "faces", "found", *STAGES, "frames/s"]
    if results and results[0].peer is not None:
        titles += ["MediaPipe", "found", "MediaPipe : look"]
    caption = f"Milliseconds, median / 95th percentile of {repeat} runs. look = detect + landmarks + expression."
    print_table(titles, [_row(result) for result in results], caption=caption)


def _row(result: Result) -> list[str]:
    row = [f"{result.width}x{result.height}", str(result.faces), str(result.found)]
    row += [_pair(timing) for timing in result.stages.values()]
    row.append(f"{result.fps:.0f}")
    if result.peer is not None and result.peer_ratio is not None:
        row += [_pair(result.peer), str(result.peer_found), f"{result.peer_ratio:.2f}"]
    return row


def _pair(timing: Timing) -> str:
    return f"{timing.median:.2f} / {timing.p95:.2f}"
