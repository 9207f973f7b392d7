"""Writes a whole file as annotated video or data, in the background; Qt-free. What is analysed already is not again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.gui.lanes import Lanes
from app.gui.toolbox import EngineSet, Toolbox
from app.style import Style

if TYPE_CHECKING:
    from app.exports import Writer
    from app.gui.file_playback import FilePlayback
    from app.gui.moment import Moment
    from app.job import VideoWriter
    from app.pipeline import Analyser
    from app.results import Header, Recording
    from engine.video import Source


@dataclass(frozen=True, eq=False, slots=True)
class ExportRequest:
    """What to write: `target`'s ending says as what. `recording` is the job's own copy, and is completed by it."""

    address: str
    target: Path
    style: Style
    recording: Recording


@dataclass(frozen=True, slots=True)
class Progress:
    """`total` and `left_s` (seconds) are None where they cannot be told yet."""

    frames: int
    total: int | None
    left_s: float | None


@dataclass(frozen=True, eq=False, slots=True)
class Exported:
    """What came out. `warning` says where the source broke off; `cancelled`: nothing was written."""

    target: Path
    recording: Recording
    warning: str | None = None
    cancelled: bool = False


class ExportJob:
    """Runs once, in a thread of the caller's; `cancel` from any other. Nothing half-written stays behind."""

    def __init__(self, request: ExportRequest, toolbox: Toolbox, on_progress: Callable[[Progress], None]) -> None:
        self._request = request
        self._toolbox = toolbox
        self._on_progress = on_progress
        self._cancelled = threading.Event()
        self._engines: EngineSet | None = None

    def cancel(self) -> None:
        self._cancelled.set()

    def run(self) -> Exported:
        """Raises SkelterError."""
        from app.gui.analyst import Analyst
        from app.gui.clip import Clip
        from app.gui.file_playback import FilePlayback

        request = self._request
        try:
            source = self._toolbox.open(request.address)
            playback = FilePlayback(
                Clip(source),
                Analyst(request.recording, Lanes()),
                lambda: self._analyser(source),
                self._cancelled.is_set,
            )
            with closing(playback):
                self._write(playback, source)
            broken = playback.clip.broken_off
            warning = str(broken) if broken is not None else None
            return Exported(request.target, request.recording, warning, self._cancelled.is_set())
        finally:
            if self._engines is not None:
                self._engines.close()

    def _write(self, playback: FilePlayback, source: Source) -> None:
        from app.job import check_outputs

        check_outputs([self._request.target], self._request.address)
        total = source.info.frame_count
        if total is None or len(playback.recording) < total:
            self._analyser(source)  # now, because the output's head says what analysed it
        output = self._output(source, playback.recording.header)
        begun = time.monotonic()
        try:
            while (moment := playback.following()) is not None and not self._cancelled.is_set():
                playback.stand_on(moment)
                output.write(moment)
                done = moment.frame.index + 1
                spent = time.monotonic() - begun
                left = spent / done * max(total - done, 0) if total and spent > 1 else None
                self._on_progress(Progress(done, total, left))
        except BaseException:
            output.abort()
            raise
        if self._cancelled.is_set():
            output.abort()
        else:
            output.close()

    def _output(self, source: Source, header: Header) -> _Output:
        from app.exports import format_of, open_writer
        from app.job import VideoWriter

        request = self._request
        if format_of(request.target) is not None:
            return _Data(open_writer(request.target, header))
        sound = Path(request.address) if source.info.has_audio and Path(request.address).is_file() else None
        return _Video(VideoWriter(request.target, header, request.style, audio_from=sound))

    def _analyser(self, source: Source) -> Analyser:
        from app.pipeline import Analyser

        if self._engines is None:
            self._engines = self._toolbox.engines()
            self._request.recording.header = self._engines.header(source.info)
        return Analyser(self._engines.detector, self._engines.pose, self._engines.tracker)


class _Output(Protocol):
    def write(self, moment: Moment) -> None: ...

    def close(self) -> None: ...

    def abort(self) -> None: ...


class _Data:
    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.close, self.abort = writer.close, writer.abort

    def write(self, moment: Moment) -> None:
        from app.results import FrameRecord

        if moment.tracks is not None:
            self._writer.write(FrameRecord(moment.frame.index, moment.frame.time_s, moment.tracks))


class _Video:
    def __init__(self, writer: VideoWriter) -> None:
        self._writer = writer
        self.close, self.abort = writer.close, writer.abort

    def write(self, moment: Moment) -> None:
        from engine.types import Tracks

        self._writer.write(moment.frame, moment.tracks or Tracks.empty())
