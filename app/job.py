"""A job: follow everyone in a source and write what was asked for; shared by the commands and the window."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from app import pipeline
from app.engines import Engines
from app.exports import FORMATS, Writer, format_of, open_writer
from app.overlay import Lettering, Style, Trails, draw
from app.results import FrameRecord, Header, Result
from engine.errors import SourceBrokenOff, SourceError, UsageError
from engine.files import check_writable
from engine.types import Frame
from engine.video import Source
from engine.video.sink import SUFFIXES, VideoSink
from trackers.smoothing import LiveSmoother


@dataclass(slots=True)
class Summary:
    """What a job did. `broken_off` is the warning of a source that ended before its end."""

    frames: int = 0
    seconds: float = 0.0
    people: set[int] = field(default_factory=set)
    dropped: int = 0
    broken_off: str | None = None
    stage_ms: dict[str, float] = field(default_factory=dict)

    @property
    def fps(self) -> float:
        return self.frames / self.seconds if self.seconds else 0.0

    def count(self, result: Result) -> None:
        self.frames += 1
        self.people.update(result.tracks.ids.tolist())
        self.dropped = result.dropped
        timings = result.timings
        for stage, spent in (
            ("decode", timings.decode_ms),
            ("detect", timings.detect_ms or 0.0),
            ("pose", timings.pose_ms),
            ("track", timings.track_ms),
        ):
            self.stage_ms[stage] = self.stage_ms.get(stage, 0.0) + spent


class VideoWriter:
    """The annotated video of a job. `lettering` writes names that are not plain Latin."""

    def __init__(
        self,
        path: Path,
        header: Header,
        style: Style,
        *,
        audio_from: Path | None,
        lettering: Lettering | None = None,
    ) -> None:
        source = header.source
        self._sink = VideoSink(path, width=source.width, height=source.height, fps=source.fps, audio_from=audio_from)
        self._style, self._header, self._lettering = style, header, lettering
        self._trails = Trails(style.trail_s) if style.trails else None

    def write(self, frame: Frame, record: FrameRecord) -> None:
        tracks = record.shown()
        if self._trails is not None:
            self._trails.add(tracks, frame.time_s)
        picture = draw(
            frame.image,
            tracks,
            self._style,
            skeleton=self._header.skeleton,
            trails=self._trails,
            names=self._header.names,
            edited=record.edited,
            lettering=self._lettering,
        )
        self._sink.write(picture, frame.time_s)

    def close(self) -> None:
        self._sink.close()

    def abort(self) -> None:
        self._sink.abort()


def check_outputs(outputs: list[Path], source: str) -> None:
    """Raises UsageError or SinkError before anything slow is done: an unknown ending, the source itself, no right."""
    for path in outputs:
        if path.suffix.lower() not in SUFFIXES and format_of(path) is None:
            known = ", ".join((*SUFFIXES, *(data.ending for data in FORMATS.values())))
            raise UsageError(f"{path.name}: no output ends in {path.suffix!r}; use one of {known}.")
        with suppress(OSError):
            if path.exists() and Path(source).exists() and path.samefile(source):
                raise UsageError(f"{path} is the source itself; choose another name with -o.")
        check_writable(path)
    if len({path.resolve() for path in outputs}) < len(outputs):
        raise UsageError("Two outputs have the same name; give each its own.")


def run(
    source: Source,
    engines: Engines,
    outputs: list[Path],
    *,
    style: Style | None = None,
    audio_from: Path | None = None,
    watch: Callable[[Iterator[Result]], Iterator[Result]] = iter,
    each: Callable[[FrameRecord], None] | None = None,
) -> Summary:
    """Follow everyone from the source's position to its end (or until `watch`, which the results go through, ends).

    Each output appears under its name when it is whole; on an error none does. A source that breaks off is no error
    here: the outputs hold all that was read, and the summary says at which second it ended.
    """
    header = engines.header(source.info)
    smoother = LiveSmoother() if engines.choice.smooth else None
    style = style or Style()
    summary = Summary()
    writers: list[Writer] = []
    videos: list[VideoWriter] = []
    begun = time.perf_counter()
    try:
        for path in outputs:
            if format_of(path) is not None:
                writers.append(open_writer(path, header))
            else:
                videos.append(VideoWriter(path, header, style, audio_from=audio_from))
        results = pipeline.run(
            source, engines.detector, engines.pose, engines.tracker, detect_every=engines.choice.detect_every
        )
        with closing(results):
            try:
                for result in watch(results):
                    frame, tracks = result.frame, result.tracks
                    smoothed = None if smoother is None else smoother.step(tracks, frame.time_s)
                    record = FrameRecord(frame.index, frame.time_s, tracks, smoothed)
                    for video in videos:
                        video.write(frame, record)
                    for writer in writers:
                        writer.write(record)
                    if each is not None:
                        each(record)
                    summary.count(result)
            except SourceBrokenOff as broken:
                if summary.frames == 0:
                    raise
                summary.broken_off = str(broken)
        if summary.frames == 0:
            raise SourceError(f"{source.info.name} holds no frames; give another source.")
        for close in [output.close for output in videos] + [output.close for output in writers]:
            close()
    except BaseException:
        for abort in [output.abort for output in videos] + [output.abort for output in writers]:
            abort()
        raise
    summary.seconds = time.perf_counter() - begun
    return summary
