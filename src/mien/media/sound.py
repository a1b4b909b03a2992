"""`Sound`: what is heard in a clip, copied packet by packet into another where its format allows, else encoded anew."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

#: Seconds that sound may run ahead of the picture: players want both close together in the file.
AHEAD = 0.5
#: What the encoders of sound take: samples a second.
RATES = {"libopus": 48000, "opus": 48000}


class Sound:
    """The first audio stream of a clip on disk; silent where there is none. Damaged packets are left out.

    `start` is the time stamp, in seconds, that the clip's first frame has in its own file: sound is shifted by it, as
    the frames were.
    """

    def __init__(self, source: str | os.PathLike[str], start: float = 0.0) -> None:
        self._source, self.start = os.fspath(source), start
        self._input: Any = None
        self._output: Any = None
        self._encoder: Any = None
        self._packets: Iterator[Any] = iter(())
        self._next: Any = None

    def open(self, container: Any, encoders: tuple[str, ...]) -> None:
        """Add a stream to an open output container; `encoders`: for sound that its format cannot hold."""
        import av

        try:
            self._input = av.open(f"file:{self._source}", options={"protocol_whitelist": "file"})
        except (OSError, ValueError):
            return
        if not self._input.streams.audio or self._input.streams.audio[0].codec_context is None:
            self.close()
            return
        stream = self._input.streams.audio[0]
        self._tick = stream.time_base
        if stream.codec_context.codec.canonical_name in container.supported_codecs:
            self._output = container.add_stream_from_template(stream)
            self._packets = self._copied(stream)
        else:
            name = next((name for name in encoders if name in av.codecs_available), None)
            if name is None:
                self.close()
                return
            self._encoder = self._output = container.add_stream(name, rate=RATES.get(name, stream.rate))
            self._output.layout = "stereo" if stream.channels > 1 else "mono"
            self._packets = self._encoded(stream)
        self._container = container

    def copy_until(self, seconds: float) -> None:
        """Copy what is heard up to a time of the output, and a little more."""
        while self._output is not None:
            if self._next is None:
                self._next = next(self._packets, None)
            if self._next is None:
                return
            packet = self._next
            if packet.pts is not None and float(packet.pts * packet.time_base) > seconds + AHEAD:
                return
            self._next = None
            self._container.mux(packet)

    def close(self) -> None:
        if self._input is not None:
            with suppress(OSError, ValueError):
                self._input.close()
        self._input = self._output = None

    def _copied(self, stream: Any) -> Iterator[Any]:
        shift, last = round(self.start / self._tick), None
        for packet in self._demuxed(stream):
            if packet.dts is None or packet.pts is None or packet.is_corrupt:
                continue
            packet.pts -= shift
            packet.dts -= shift
            if packet.pts < 0 and float((packet.pts + (packet.duration or 0)) * self._tick) <= -0.05:
                continue  # over before the picture begins; a little is the encoder's own run-up
            if last is not None and packet.dts <= last:
                continue
            last = packet.dts
            packet.stream = self._output
            yield packet

    def _encoded(self, stream: Any) -> Iterator[Any]:
        import av

        encoder = self._encoder.codec_context
        encoder.open()
        resampler = av.AudioResampler(
            format=encoder.format,
            layout=encoder.layout,
            rate=encoder.sample_rate,
            frame_size=encoder.frame_size or None,
        )
        for packet in self._demuxed(stream):
            try:
                frames = packet.decode()
            except (OSError, ValueError):
                continue
            for frame in frames:
                if frame.pts is not None:
                    frame.pts -= round(self.start / frame.time_base)
                    if float(frame.pts * frame.time_base) < 0:
                        continue
                for ready in resampler.resample(frame):
                    yield from self._encoder.encode(ready)
        for ready in resampler.resample(None):
            yield from self._encoder.encode(ready)
        yield from self._encoder.encode(None)

    def _demuxed(self, stream: Any) -> Iterator[Any]:
        try:
            yield from self._input.demux(stream)
        except (OSError, ValueError):  # damaged from here on
            return
