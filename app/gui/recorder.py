"""Records a camera: every picture as it came, the pictures with the people drawn on them, the data. Qt-free.

Each output has a thread and a queue of its own, so that neither the camera nor inference waits for an encoder. Where an
encoder cannot keep up, pictures are lost, counted, and shown; what was written opens even after a crash.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from engine.files import refusal

if TYPE_CHECKING:
    from app.edits import Edits
    from app.overlay import Lettering
    from app.results import FrameRecord, Header
    from app.style import Style
    from engine.types import Frame

WAITING = 45
"""Pictures that may wait for an encoder: 1.5 s of most cameras."""


@dataclass(frozen=True, slots=True)
class RecordingPlan:
    """What to write: files in `folder` whose names begin with `stem`."""

    folder: Path
    stem: str
    raw: bool = True
    annotated: bool = True
    data: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class _Item:
    """A picture, what was found on it where it was analysed, and what people are called then."""

    frame: Frame
    record: FrameRecord | None = None
    names: dict[int, str] = field(default_factory=dict)


class _Output(Protocol):
    def write(self, item: _Item) -> None: ...

    def close(self) -> None: ...

    def abort(self) -> None: ...


class _Lane:
    """One output with its queue and its thread."""

    def __init__(self, path: Path, output: _Output, failed: Callable[[Exception], None]) -> None:
        self.path = path
        self.lost = 0
        self.is_good = True
        self._output = output
        self._failed = failed
        self._items: queue.Queue[_Item | None] = queue.Queue(WAITING)
        self._thread = threading.Thread(target=self._work, name=f"skelter recorder {path.suffix}", daemon=True)
        self._thread.start()

    def put(self, item: _Item) -> None:
        try:
            self._items.put_nowait(item)
        except queue.Full:
            self.lost += 1

    def finish(self) -> None:
        """Write what waits, and close the file."""
        self._items.put(None)
        self._thread.join()

    def _work(self) -> None:
        written, is_read = 0, False
        try:
            while (item := self._items.get()) is not None:
                self._output.write(item)
                written += 1
            is_read = True
            if written:
                self._output.close()
            else:
                self._output.abort()
                self.is_good = False
        except Exception as error:  # noqa: BLE001 - the worker's end: told to the user
            self.is_good = False
            with suppress(OSError):  # the disk may be gone
                self._output.abort()
            self._failed(error)
            while not is_read and self._items.get() is not None:  # or `finish` would wait for ever on a full queue
                pass


class Recorder:
    """Give it every frame (`raw`) and every analysed one (`seen`); `finish` makes the files whole.

    `failed` is called in a thread of the recorder's. Raises SinkError, UsageError where a file cannot be made.
    """

    def __init__(
        self,
        plan: RecordingPlan,
        header: Header,
        style: Style,
        edits: Edits,
        *,
        lettering: Lettering | None = None,
        failed: Callable[[Exception], None],
    ) -> None:
        self.edits = edits
        """Names, and who is left out; may be changed while it runs. Data keep the names of the start."""
        self.skeleton = header.skeleton if plan.annotated or plan.data else None
        """The joints that its files are of; None where the pictures alone are recorded."""
        self._first_s: float | None = None
        self._last_s = 0.0
        try:
            plan.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise refusal(plan.folder / plan.stem, error) from error
        header = replace(header, names=edits.names)
        made: list[tuple[Path, _Output]] = []
        try:
            if plan.raw:
                made.append(_raw(plan, header))
            if plan.annotated:
                made.append(_annotated(plan, header, style, lettering))
            if plan.data:
                made.append(_data(plan, header))
        except BaseException:
            for _, output in made:
                output.abort()
            raise
        lanes = [_Lane(path, output, failed) for path, output in made]
        self._raw_lane = lanes[0] if plan.raw else None
        self._seen_lanes = lanes[1:] if plan.raw else lanes
        self._lanes = lanes

    @property
    def seconds(self) -> float:
        """How long it has run, in the camera's time."""
        return 0.0 if self._first_s is None else self._last_s - self._first_s

    @property
    def lost(self) -> int:
        """Pictures that an encoder had no time for."""
        return sum(lane.lost for lane in self._lanes)

    def raw(self, frame: Frame) -> None:
        """A picture of the camera, whether it is analysed or not."""
        self._first_s = frame.time_s if self._first_s is None else self._first_s
        self._last_s = frame.time_s
        if self._raw_lane is not None:
            self._raw_lane.put(_Item(frame))

    def seen(self, frame: Frame, record: FrameRecord | None) -> None:
        """A picture that was analysed, and what was found; left out where it came before the recording began."""
        if self._first_s is None or frame.time_s < self._first_s:
            return
        edits = self.edits
        item = _Item(frame, edits.shown(record) if record is not None else None, edits.names)
        for lane in self._seen_lanes:
            lane.put(item)

    def finish(self) -> list[Path]:
        """The files that are whole now."""
        for lane in self._lanes:
            lane.finish()
        return [lane.path for lane in self._lanes if lane.is_good]


def _raw(plan: RecordingPlan, header: Header) -> tuple[Path, _Output]:
    from engine.video.sink import VideoSink

    class Raw:
        def __init__(self, path: Path) -> None:
            source = header.source
            self._sink = VideoSink(path, width=source.width, height=source.height, fps=source.fps)
            self.close, self.abort = self._sink.close, self._sink.abort

        def write(self, item: _Item) -> None:
            self._sink.write(item.frame.image, item.frame.time_s)

    path = plan.folder / f"{plan.stem}.mp4"
    return path, Raw(path)


def _annotated(plan: RecordingPlan, header: Header, style: Style, lettering: Lettering | None) -> tuple[Path, _Output]:
    from app.job import VideoWriter
    from app.results import FrameRecord
    from engine.types import Tracks

    class Annotated:
        def __init__(self, path: Path) -> None:
            self._writer = VideoWriter(path, header, style, audio_from=None, lettering=lettering)
            self.close, self.abort = self._writer.close, self._writer.abort

        def write(self, item: _Item) -> None:
            frame = item.frame
            record = item.record or FrameRecord(frame.index, frame.time_s, Tracks.empty())
            self._writer.write(frame, record, item.names)

    path = plan.folder / f"{plan.stem} poses.mp4"
    return path, Annotated(path)


def _data(plan: RecordingPlan, header: Header) -> tuple[Path, _Output]:
    from app.exports import open_writer

    class Data:
        def __init__(self, path: Path) -> None:
            self._writer = open_writer(path, header)
            self.close, self.abort = self._writer.close, self._writer.abort

        def write(self, item: _Item) -> None:
            if item.record is not None:
                self._writer.write(item.record)

    path = plan.folder / f"{plan.stem} poses.jsonl"
    return path, Data(path)
