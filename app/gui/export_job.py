"""Writes a whole file as annotated video or data, in the background; Qt-free. What is analysed already is not again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.gui.lanes import Lanes
from app.gui.remarks import Remarks, all_of
from app.gui.toolbox import EngineChoice, EngineSet, Toolbox
from app.style import Style

if TYPE_CHECKING:
    from app.edits import Edits
    from app.exports import Options, Writer
    from app.gui.analyst import Analyst
    from app.gui.clip import Clip
    from app.gui.file_playback import FilePlayback
    from app.gui.steadying import Steady
    from app.overlay import Lettering
    from app.pipeline import Analyser
    from app.results import FrameRecord, Header, Recording
    from engine.errors import SkelterError
    from engine.types import Frame
    from engine.video import Ending, Source


@dataclass(frozen=True, eq=False, slots=True)
class ExportRequest:
    """What to write: `target`'s ending says as what.

    recording  the job's own copy, which it completes: what it found out is there however it ends
    edits      what was corrected by hand
    session    which of the window's sources it is, and in `generation` how often its analysis had been begun again
    engines    what to analyse with where that is still to be done
    frames     first and last frame to write; None: all
    options    of data formats
    lettering  names joints in pictures and videos, and writes names that are not plain Latin into them
    steady     whether the joints are to be smoothed, where they were not before
    found      recordings that earlier jobs completed: what they know need not be found out again
    """

    address: str
    target: Path
    style: Style
    recording: Recording
    edits: Edits
    session: int
    generation: int
    engines: EngineChoice
    frames: tuple[int, int] | None = None
    options: Options | None = None
    lettering: Lettering | None = None
    steady: bool = False
    found: tuple[Recording, ...] = ()

    def is_of(self, other: ExportRequest) -> bool:
        """Whether both are of one analysis of one source."""
        return (self.session, self.generation) == (other.session, other.generation)


@dataclass(frozen=True, slots=True)
class Progress:
    """So many frames were analysed or written, each of which counts; `total` and `left_s` (seconds) are None where they
    cannot be told yet."""

    frames: int
    total: int | None
    left_s: float | None


@dataclass(frozen=True, eq=False, slots=True)
class Exported:
    """What came out. `warning`: where the source broke off, and what is to be known; `cancelled`: nothing was written.

    paths  what was written: `target`, or a file for each person beside it; none where there is nobody to write
    """

    target: Path
    paths: tuple[Path, ...] = ()
    warning: SkelterError | None = None
    cancelled: bool = False


class ExportJob:
    """Runs once, in a thread of the caller's; `cancel` from any other. Nothing half-written stays behind."""

    def __init__(self, request: ExportRequest, toolbox: Toolbox, on_progress: Callable[[Progress], None]) -> None:
        self.request = request
        self._toolbox = toolbox
        self._on_progress = on_progress
        self._cancelled = threading.Event()
        self._engines: EngineSet | None = None
        self._edits = request.edits

    def cancel(self) -> None:
        self._cancelled.set()

    def run(self) -> Exported:
        """Raises SkelterError."""
        with Remarks() as remarks:
            exported = self._run()
        if exported.cancelled:
            return exported
        said = remarks.told if exported.warning is None else [exported.warning, *remarks.told]
        return replace(exported, warning=all_of(said))

    def _run(self) -> Exported:
        from app.gui.clip import Clip
        from app.gui.file_playback import FilePlayback
        from app.imports import keep_pace

        request = self.request
        try:
            source = self._toolbox.open(request.address, lambda _: None)
            keep_pace(source, request.recording.header)
            playback = FilePlayback(
                Clip(source),
                self._analyst(),
                lambda: self._analyser(source),
                self._cancelled.is_set,
            )
            with closing(playback):
                paths = self._write(playback, source)
            return Exported(request.target, paths or (), playback.clip.broken_off, paths is None)
        finally:
            if self._engines is not None:
                self._engines.close()

    def _write(self, playback: FilePlayback, source: Source) -> tuple[Path, ...] | None:
        """Write everything; which files there are now, or None where it was cancelled before they were there."""
        from app.exports.bridged import Bridges
        from app.job import check_outputs
        from app.results import FrameRecord
        from app.smoothing import why_not
        from engine.types import Tracks
        from engine.video import ending

        nobody = Tracks.empty()
        check_outputs([self.request.target], self.request.address)
        self._output(source, playback.recording.header).abort()  # what no file can be made of is told before long work
        pace = _Pace(self._on_progress)
        first, last = self._range(source, None)
        known = playback.recording.header
        steadies = self.request.steady and known.smoothing is None and why_not(known) is None
        if len(self._edits) or steadies:
            self._find_out(playback, source, pace)
            if self._cancelled.is_set():
                return None
        elif any(playback.recording[index] is None for index in range(first, (last or first) + 1)):
            self._analyser(source)  # now, because the output's head says what analysed it
        first, last = self._range(source, playback.clip.count)
        pace.begin(None if last is None else last + 1 - first)
        playback.position = first - 1  # whether there is a picture or not
        steady = self._steady(playback.recording) if steadies else None
        bridges = Bridges(playback.recording, self._edits)
        output = self._output(source, _head(playback.recording, steady))

        def shown(record: FrameRecord) -> FrameRecord:
            smooth = steady.shown(record, self._edits) if steady is not None else None
            return smooth or bridges.shown(record)

        try:
            while not self._is_over(playback) and (moment := playback.following()) is not None:
                playback.stand_on(moment)
                index, time_s = moment.frame.index, moment.frame.time_s
                output.write(moment.frame, shown(moment.record or FrameRecord(index, time_s, nobody)))
                pace.step()
            if isinstance(output, _Data) and output.looks_around:
                beside = (record for record in playback.recording if not first <= record.index <= playback.position)
                output.look_around(map(shown, beside))
            output.end_with(ending(source, playback.position, self._next_s(playback.clip, playback.position)))
        except BaseException:
            output.abort()
            raise
        if self._cancelled.is_set():
            output.abort()
            return None
        output.close()
        if output.paths:
            self._write_manifest(output, source, _head(playback.recording, steady))
        return tuple(output.paths)

    def _find_out(self, playback: FilePlayback, source: Source, pace: _Pace) -> None:
        """Analyse what is still to be, before anything is written: who was given a number of his own in a part that was
        analysed apart is known only where it joins the others, and the head and the frames before must say it too.

        Only where people were corrected by hand, or joints are smoothed, each by those after it: else it is written as
        it is analysed, so that a kill leaves that much.
        """
        first, last = self._range(source, None)
        if last is not None:
            unknown = sum(playback.recording[index] is None for index in range(first, last + 1))
            pace.begin(unknown, then=last + 1 - first)
        wanted = self.request.frames  # without a range it goes on to where the file ends, whatever that says of itself
        for index in count(first) if wanted is None else range(first, wanted[1] + 1):
            is_new = playback.recording[index] is None
            if self._cancelled.is_set() or not playback.find_out(index):
                return
            if is_new:
                pace.step()

    def _steady(self, known: Recording) -> Steady:
        """Everything that is known, smoothed: what lies around a range that is written, too. Raises UsageError."""
        from app.gui.steadying import Steady

        return Steady.of(known.copy(), self._edits)

    def _is_over(self, playback: FilePlayback) -> bool:
        """Whether it is cancelled, or the last frame wanted is written; the end of the file shows by itself."""
        frames = self.request.frames
        return self._cancelled.is_set() or (frames is not None and playback.position >= frames[1])

    @staticmethod
    def _next_s(clip: Clip, last: int) -> float | None:
        """When the frame after frame `last` is shown; None where the file ends or breaks off with that."""
        if clip.times is not None and last + 1 < len(clip.times):
            return clip.times.at(last + 1)
        after = clip.frame(last + 1)
        return None if after is None else after.time_s

    def _write_manifest(self, output: _Output, source: Source, header: Header) -> None:
        from app import manifest, provenance
        from app.changes import Rename
        from app.exports import format_of, heeded

        request = self.request
        name = format_of(request.target) or request.target.suffix[1:].lower()
        options = {} if request.options is None else heeded(name, request.options)
        if request.frames is not None:
            options["frames"] = list(request.frames)
        facts = [manifest.output_facts(path, name, options=options) for path in output.paths]
        beside = manifest.path_beside(request.target)
        changed = any(not isinstance(change, Rename) for change in self._edits.changes)
        edited = changed or self._edits.names != header.names  # names of an opened result are nobody's edit here
        provenance.add_from_window(beside, source, header, facts, edited=edited)

    def _range(self, source: Source, frame_count: int | None) -> tuple[int, int | None]:
        """First and last frame to write; the last is None where nothing says how long the source is."""
        if self.request.frames is not None:
            return self.request.frames
        frame_count = frame_count or source.info.frame_count
        return 0, None if frame_count is None else frame_count - 1

    def _analyst(self) -> Analyst:
        from app.gui.analyst import Analyst

        analyst = Analyst(self.request.recording, Lanes(), self._renumber)
        analyst.reserve(self._edits.ids())
        for recording in self.request.found:
            analyst.learn(recording)
        return analyst

    def _renumber(self, renamed: dict[int, int]) -> None:
        self._edits = self._edits.renumbered(renamed)

    def _output(self, source: Source, header: Header) -> _Output:
        from app.exports import FORMATS, Options, format_of, open_writer
        from app.job import VideoWriter

        request = self.request
        header = replace(header, names=self._edits.names)
        if (name := format_of(request.target)) is not None:
            options = replace(request.options or Options(), frames=request.frames)
            writer = open_writer(request.target, header, name, options=options)
            return _Data(writer, looks_around=FORMATS[name].looks_around and request.frames is not None)
        sound = Path(request.address) if source.info.has_audio and Path(request.address).is_file() else None
        return VideoWriter(request.target, header, request.style, audio_from=sound, lettering=request.lettering)

    def _analyser(self, source: Source) -> Analyser:
        from app.gui.file_playback import check_joints
        from app.pipeline import Analyser, tracker_for

        if self._engines is None:
            self._engines = self._toolbox.engines(self.request.engines)
            header = self._engines.header(source.info)
            check_joints(self.request.recording, header)
            self.request.recording.go_on_with(header)
        tracker = tracker_for(source.info, self._engines.tracker)
        return Analyser(self._engines.detector, self._engines.pose, tracker)


def _head(known: Recording, steady: Steady | None) -> Header:
    """What stands above the records that are written."""
    return known.header if steady is None else replace(known.header, smoothing=steady.records.header.smoothing)


class _Pace:
    """Tells how far an export is that analyses first and writes then, and how long it will still take."""

    def __init__(self, on_progress: Callable[[Progress], None]) -> None:
        self._on_progress = on_progress
        self._done = 0
        self._left_s: float | None = None
        self.begin(None)

    def begin(self, frames: int | None, *, then: int = 0) -> None:
        """From here on so many are dealt with, in a time of their own, and `then` others; None: that is not known."""
        self._total = None if frames is None else self._done + frames + then
        self._begun_at, self._begun_s = self._done, time.monotonic()

    def step(self) -> None:
        self._done += 1
        spent = time.monotonic() - self._begun_s
        if self._total is not None and spent > 1:  # until then what was told last is nearer
            self._left_s = spent / (self._done - self._begun_at) * max(self._total - self._done, 0)
        self._on_progress(Progress(self._done, self._total, self._left_s))


class _Output(Protocol):
    @property
    def paths(self) -> list[Path]: ...

    def write(self, frame: Frame, record: FrameRecord) -> None: ...

    def end_with(self, ending: Ending) -> None: ...

    def close(self) -> None: ...

    def abort(self) -> None: ...


class _Data:
    """`looks_around`: what else is known tells of the frames that are written."""

    def __init__(self, writer: Writer, *, looks_around: bool) -> None:
        self._writer, self.looks_around = writer, looks_around
        self.close, self.abort = writer.close, writer.abort

    @property
    def paths(self) -> list[Path]:
        return self._writer.paths

    def write(self, frame: Frame, record: FrameRecord) -> None:
        self._writer.write(record)

    def look_around(self, records: Iterable[FrameRecord]) -> None:
        for record in records:
            self._writer.write(record)

    def end_with(self, ending: Ending) -> None:
        """Data have no end to tell."""
