"""`explore`: look at a set of faces before training on it, on one page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mien.errors import DataError
from mien.lab.data import FaceSet
from mien.lab.data.dataset import About
from mien.lab.data.loading import Loaded, Sources, as_paths, load
from mien.lab.data.reading import Progress
from mien.lab.explore.copy_section import copy_section
from mien.lab.explore.face_sections import look_section, mean_section, sheet_sections
from mien.lab.explore.findings import Findings, figures, find_out
from mien.lab.explore.overview import origin, overview
from mien.lab.explore.sections import class_section, group_section, vote_section
from mien.lab.explore.summary import listed
from mien.lab.pages import page, write_page


def _silent(what: str, done: int, total: int) -> None:
    """Tell nobody."""


def explore(
    data: Sources | FaceSet,
    out: Path | str | None = None,
    model: str | Path | None = "shipped",
    *,
    class_map: Mapping[str, str] | None = None,
    seed: int = 0,
    progress: Progress = _silent,
) -> dict[str, Any]:
    """Look at `data` (what `mien.lab.data.load_faces` reads, or a `FaceSet`), write the page `out`, return its figures.

    `out`: an HTML file with everything inside it, real faces too; None writes nothing. `model`: who is asked which
    labels look wrong: "shipped", an ONNX file, a run's folder, or None. `class_map` renames classes (old -> new; ""
    drops one). `seed` draws the samples. `progress` is called with what is being done, how much of it is done and how
    much there is (0 = not known).

    Raises `DataError` for data that cannot be read, a page that cannot be written, or a model that does not tell these
    classes; `ModelError` for a file that is no model.
    """
    if out is not None and not Path(out).absolute().parent.is_dir():
        raise DataError(f"{out}: the folder for the page does not exist")
    progress("Reading the data", 0, 0)
    loaded = Loaded(data, About()) if isinstance(data, FaceSet) else load(data, class_map=class_map, progress=progress)
    source = "faces" if isinstance(data, FaceSet) else listed([path.absolute().name for path in as_paths(data)])
    found = find_out(loaded.faces, source, None if model is None else str(model), progress)
    result = figures(found) | {"sources": loaded.about.sources, "notes": loaded.about.notes}
    if out is not None:
        progress("Writing the page", 0, 0)
        write_page(out, _page(found, result, seed))
    return result


def _page(found: Findings, result: dict[str, Any], seed: int) -> str:
    sections = [
        class_section(found),
        vote_section(found, result),
        copy_section(found, result, seed),
        mean_section(found),
        sheet_sections(found, seed),
        look_section(found),
        group_section(found),
    ]
    return page(
        f"Exploring {found.source}",
        [overview(result), *(s for s in sections if s is not None)],
        subtitle=origin(result),
        footer="Made by mien lab explore. The page holds pictures of real people if the data does: share it with care.",
    )
