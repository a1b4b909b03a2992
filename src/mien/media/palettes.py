"""Frames in 256 colours for GIF: FFmpeg's `palettegen` and `paletteuse`, a palette a frame, nothing kept."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

#: A GIF tells time in hundredths of a second.
TICK = Fraction(1, 100)
#: Ordered dithering stands still where the picture does; error diffusion crawls.
DITHER = "bayer:bayer_scale=3"


class Palettes:
    """A filter from RGB or RGBA frames to frames with a palette. size: width, height in pixels."""

    def __init__(self, size: tuple[int, int], alpha: bool) -> None:
        import av

        graph = av.filter.Graph()
        pixels = av.VideoFormat("rgba" if alpha else "rgb24", *size)
        source = graph.add_buffer(width=size[0], height=size[1], format=pixels, time_base=TICK)
        both, end = graph.add("split"), graph.add("buffersink")
        make = graph.add("palettegen", f"stats_mode=single:reserve_transparent={int(alpha)}")
        use = graph.add("paletteuse", f"new=1:dither={DITHER}")
        source.link_to(both)
        both.link_to(make, 0, 0)
        both.link_to(use, 1, 0)
        make.link_to(use, 0, 1)
        use.link_to(end)
        graph.configure()
        self._graph, self._source, self._end = graph, source, end

    def push(self, image: Any) -> Iterator[Any]:
        """Frames that are ready after one more; None is the end."""
        from av.error import BlockingIOError as NotYet
        from av.error import EOFError as End

        self._source.push(image)
        while True:
            try:
                ready = self._end.pull()
            except (NotYet, End):
                return
            ready.time_base = TICK
            yield ready
