"""The HTTP API's description as a file beside the pages, for tools that read it."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def write_openapi(app: Sphinx, exception: Exception | None) -> None:
    """`openapi.json`, as the studio itself gives it out."""
    if exception is not None or app.builder.format != "html":
        return
    from mien.studio.app import make_app

    with tempfile.TemporaryDirectory() as folder:
        os.environ["MIEN_STUDIO"] = folder  # nothing of the builder's own studio is read
        described = make_app().openapi()
    Path(app.outdir, "openapi.json").write_text(json.dumps(described, indent=1), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("build-finished", write_openapi)
    return {"parallel_read_safe": True}
