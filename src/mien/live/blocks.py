"""Pictures as terminal text: two pixels a cell, the upper one the ink of a half block, the lower one its ground."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from rich.text import Text

#: Alpha from which a pixel is drawn at all: terminals know no half transparency.
SEEN = 110


def blocks(drawing: NDArray[np.uint8], columns: int) -> Text:
    """A square HxWx4 drawing (colours multiplied by alpha) as `columns` x `columns` / 2 cells; clear pixels stay the
    terminal's own ground."""
    from rich.text import Text

    small = np.asarray(
        Image.fromarray(drawing, "RGBX").resize((columns, columns // 2 * 2), Image.Resampling.BOX), np.int32
    )
    alpha = small[..., 3]
    rgb = np.minimum(small[..., :3] * 255 // np.maximum(alpha, 1)[..., None], 255)
    text = Text(no_wrap=True)
    for row in range(0, small.shape[0], 2):
        for column in range(columns):
            up, low = alpha[row, column] >= SEEN, alpha[row + 1, column] >= SEEN
            if not (up or low):
                text.append(" ")
            elif up:
                ground = f" on {_hex(*rgb[row + 1, column])}" if low else ""
                text.append("▀", _hex(*rgb[row, column]) + ground)
            else:
                text.append("▄", _hex(*rgb[row + 1, column]))
        if row + 2 < small.shape[0]:
            text.append("\n")
    return text


@lru_cache(maxsize=4096)
def _hex(red: int, green: int, blue: int) -> str:
    # 32 steps a channel: the eye sees no more in cells this large, and the terminal gets fewer changes.
    red, green, blue = (min(255, (int(c) + 4) // 8 * 8) for c in (red, green, blue))
    return f"#{red:02x}{green:02x}{blue:02x}"
