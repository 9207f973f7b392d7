"""Records a camera: every picture as it came, the pictures with the people drawn on them, the data. Qt-free.

Each output has a thread and a queue of its own, so that neither the camera nor inference waits for an encoder. Where an
encoder cannot keep up, pictures are lost, counted, and shown; what was written opens even after a crash.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from engine.errors import SinkError
from engine.files import finished_name, left_behind, refusal

if TYPE_CHECKING:
    from app.edits import Edits
    from app.overlay import Lettering
    from app.results import FrameRecord, Header
    from app.style import Style
    from engine.types import Frame

WAITING = 45
"""Pictures that may wait for an encoder: 1.5 s of most cameras."""
WAITING_BYTES = 256 << 20
"""What they may hold, which of large ones is less."""
AWAY_S = 1.8
"""If so long no picture comes, the camera is away; one that is slow anyway after three times as long as usual."""
LOOKS_S = 1.0
"""So often each output looks whether its folder is still there: an open file does not notice."""


@dataclass(frozen=True, slots=True)
class RecordingPlan:
    """What to write: files in `folder` whose names begin with `stem`."""

    folder: Path
    stem: str
    raw: bool = True
    annotated: bool = True
    data: bool = False

    def path(self, ending: str) -> Path:
        return self.folder / (self.stem + ending)


RAW, ANNOTATED, DATA = ".mp4", " poses.mp4", " poses.jsonl"


@dataclass(frozen=True, eq=False, slots=True)
class Unsaved:
    """A file that could not be written, why, and the unfinished ones that are kept of it."""

    path: Path
    error: Exception
    kept: tuple[Path, ...]


@dataclass(frozen=True, eq=False, slots=True)
class _Item:
    """A picture, what was found on it where it was analysed, and what people are called then."""

    frame: Frame
    record: FrameRecord | None = None
    names: dict[int, str] = field(default_factory=dict)

    @property
    def most_waiting(self) -> int:
        """How many such may wait."""
        return max(1, min(WAITING, WAITING_BYTES // (self.frame.image.nbytes or 1)))


class _Output(Protocol):
    def write(self, item: _Item) -> None: ...

    def close(self) -> None: ...

    def abort(self) -> None: ...


class _Lane:
    """One output with its queue and its thread."""

    def __init__(self, path: Path, output: _Output, failed: Callable[[Path, Exception], None]) -> None:
        self.path = path
        self.lost = 0
        self.is_good = True
        self.taken = 0
        """How many pictures are in its file, or on their way there."""
        self._output = output
        self._failed = failed
        self._looked_s = time.monotonic()
        self._items: queue.Queue[_Item | None] = queue.Queue()
        self._thread = threading.Thread(target=self._work, name=f"skelter recorder {path.suffix}", daemon=True)
        self._thread.start()

    def put(self, item: _Item) -> int | None:
        """Which one of the file's pictures it becomes; None where it is lost."""
        if self._items.qsize() >= item.most_waiting:
            self.lost += 1
            return None
        self._items.put(item)
        self.taken += 1
        return self.taken - 1

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
                self._look_after_folder()
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
            self._failed(self.path, error)
            while not is_read and self._items.get() is not None:  # or `finish` would wait for ever on a full queue
                pass

    def _look_after_folder(self) -> None:
        """Raises SinkError where the folder is not there any more; what was written is whole, wherever it is now."""
        now = time.monotonic()
        if now - self._looked_s < LOOKS_S:
            return
        self._looked_s = now
        if _is_gone(self.path.parent):
            self._output.close()  # which cannot give the file its name, and raises
            raise _moved(self.path.parent)


class Recorder:
    """Give it every frame (`raw`) and every analysed one (`seen`); `finish` makes the files whole.

    The data belong to the video beside them, the one of every picture where there is that: `index` and `time_s` are
    those of its pictures. `failed` is called, in a thread of the recorder's, where a file cannot be written on and
    others can. Raises SinkError, UsageError where a file cannot be made.
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
        self.unsaved: list[Unsaved] = []
        """What could not be written, so far."""
        self.away_s = 0.0
        """For how long no picture came."""
        self._came_s = time.monotonic()  # the latest picture, `_step_s` after the one before
        self._step_s = 1 / header.source.fps if header.source.fps else 0.0
        self._header = header
        self._failed = failed
        self._first_s: float | None = None
        self._last_s = 0.0
        self._first_seen_s: float | None = None
        self._written: deque[tuple[int, int]] = deque()  # the camera's number of a picture, and its one in the video
        self._is_ending = False
        plan, outputs = _made(plan, replace(header, names=edits.names), style, lettering)
        lanes = {ending: _Lane(plan.path(ending), output, self._note) for ending, output in outputs.items()}
        self._raw, self._annotated, self._data = (lanes.get(ending) for ending in (RAW, ANNOTATED, DATA))
        self._lanes = list(lanes.values())

    @property
    def seconds(self) -> float:
        """How long it has run, in the camera's time."""
        return 0.0 if self._first_s is None else self._last_s - self._first_s

    @property
    def lost(self) -> int:
        """Pictures that an encoder had no time for."""
        return sum(lane.lost for lane in self._lanes)

    @property
    def has_failed(self) -> bool:
        """Whether none of its files can be written on."""
        return not any(lane.is_good for lane in self._lanes)

    def raw(self, frame: Frame) -> None:
        """A picture of the camera, whether it is analysed or not."""
        self._mind_the_gap()
        self._first_s = frame.time_s if self._first_s is None else self._first_s
        self._last_s = frame.time_s
        if self._raw is not None:
            number = self._raw.put(_Item(frame))
            if number is not None and self._data is not None:
                self._written.append((frame.index, number))

    def seen(self, frame: Frame, record: FrameRecord | None) -> None:
        """A picture that was analysed, and what was found; left out where it came before the recording began."""
        if self._first_s is None or frame.time_s < self._first_s:
            return
        edits = self.edits
        item = _Item(frame, edits.shown(record) if record is not None else None, edits.names)
        number = self._annotated.put(item) if self._annotated is not None else None
        if self._data is not None and item.record is not None:
            self._put_data(self._data, item, item.record, number)

    def _put_data(self, data: _Lane, item: _Item, record: FrameRecord, annotated: int | None) -> None:
        """Add the line of a picture that has the number `annotated` among those with people; none for a lost one."""
        if self._first_seen_s is None:
            self._first_seen_s = record.time_s
        first_s, number = self._first_seen_s, annotated
        if self._raw is not None and self._first_s is not None:
            first_s, number = self._first_s, self._number_of(record.index)
        elif self._annotated is None:
            number = data.taken
        if number is not None:
            record = replace(record, index=number, time_s=record.time_s - first_s)
            bare = replace(item.frame, image=item.frame.image[:0].copy())  # a line waits without its picture
            data.put(_Item(bare, _fitted(record, item.frame, self._header)))

    def _number_of(self, index: int) -> int | None:
        """Which one of all pictures written the camera's `index` is; asked for in ascending order."""
        while self._written and self._written[0][0] < index:
            self._written.popleft()
        return self._written[0][1] if self._written and self._written[0][0] == index else None

    def _mind_the_gap(self) -> None:
        now = time.monotonic()
        usual_s, self._step_s, self._came_s = self._step_s, now - self._came_s, now
        if self._step_s > max(AWAY_S, 3 * usual_s):
            self.away_s += self._step_s

    def finish(self) -> list[Path]:
        """The files that are whole now."""
        self._mind_the_gap()
        self._is_ending = True
        for lane in self._lanes:
            lane.finish()
        return [lane.path for lane in self._lanes if lane.is_good]

    def _note(self, path: Path, error: Exception) -> None:
        """A file cannot be written; called in its lane's thread."""
        is_gone = _is_gone(path.parent)
        if is_gone:
            error = _moved(path.parent)
        self.unsaved.append(Unsaved(path, error, tuple(left_behind(path))))
        if not (is_gone or self._is_ending or self.has_failed):  # or the end of it all tells, which is near
            self._failed(error)


def _is_gone(folder: Path) -> bool:
    try:
        os.stat(folder)
    except FileNotFoundError:
        return True
    except OSError:  # a network that is slow today
        pass
    return False


def _moved(folder: Path) -> SinkError:
    return SinkError(
        "The folder {0} was moved or removed during the recording. Where it was moved, what was recorded until then is "
        "in it, in files with .part in their names.",
        folder,
    )


def _made(
    plan: RecordingPlan, header: Header, style: Style, lettering: Lettering | None
) -> tuple[RecordingPlan, dict[str, _Output]]:
    """The outputs by their endings, under names that nobody has or is writing. Raises SinkError, UsageError."""
    try:
        plan.folder.mkdir(parents=True, exist_ok=True)
        for attempt in range(1, 1000):
            free = plan if attempt == 1 else replace(plan, stem=f"{plan.stem} ({attempt})")
            if _takers(free):
                continue
            outputs = _opened(free, header, style, lettering)
            if len(_takers(free)) == len(outputs):
                return free, outputs
            for output in outputs.values():  # another window had the same name at the same moment
                output.abort()
    except OSError as error:
        raise refusal(plan.folder / plan.stem, error) from error
    raise SinkError("{0} is full of recordings of this name; choose another folder.", plan.folder)


def _takers(plan: RecordingPlan) -> list[str]:
    """The files, whole or not, that are called as one of the plan's."""
    names = {plan.path(ending).name for ending in (RAW, ANNOTATED, DATA)}
    return [name for name in os.listdir(plan.folder) if finished_name(Path(name)) in names]


def _opened(plan: RecordingPlan, header: Header, style: Style, lettering: Lettering | None) -> dict[str, _Output]:
    outputs: dict[str, _Output] = {}
    try:
        if plan.raw:
            outputs[RAW] = _raw(plan.path(RAW), header)
        if plan.annotated:
            outputs[ANNOTATED] = _annotated(plan.path(ANNOTATED), header, style, lettering)
        if plan.data:
            video = next((plan.path(ending).name for ending in outputs), header.source.name)
            outputs[DATA] = _data(plan.path(DATA), replace(header, source=replace(header.source, name=video)))
    except BaseException:
        for output in outputs.values():
            output.abort()
        raise
    return outputs


def _raw(path: Path, header: Header) -> _Output:
    from engine.video.sink import VideoSink

    class Raw:
        def __init__(self) -> None:
            source = header.source
            self._sink = VideoSink(path, width=source.width, height=source.height, fps=source.fps)
            self.close, self.abort = self._sink.close, self._sink.abort

        def write(self, item: _Item) -> None:
            self._sink.write(item.frame.image, item.frame.time_s)

    return Raw()


def _annotated(path: Path, header: Header, style: Style, lettering: Lettering | None) -> _Output:
    from app.footage import fitted_image
    from app.job import VideoWriter
    from app.results import FrameRecord
    from engine.types import Tracks

    class Annotated:
        def __init__(self) -> None:
            self._writer = VideoWriter(path, header, style, audio_from=None, lettering=lettering)
            self.close, self.abort = self._writer.close, self._writer.abort

        def write(self, item: _Item) -> None:
            frame = item.frame
            record = item.record or FrameRecord(frame.index, frame.time_s, Tracks.empty())
            picture = replace(frame, image=fitted_image(frame, header.source))
            self._writer.write(picture, _fitted(record, frame, header), item.names)

    return Annotated()


def _data(path: Path, header: Header) -> _Output:
    from app.exports import open_writer

    class Data:
        def __init__(self) -> None:
            self._writer = open_writer(path, header)
            self.close, self.abort = self._writer.close, self._writer.abort

        def write(self, item: _Item) -> None:
            record = item.record
            if record is not None:
                if header.smoothing is None:  # begun before joints were smoothed: data are of one kind
                    record = replace(record, smoothed=None)
                self._writer.write(record)

    return Data()


def _fitted(record: FrameRecord, frame: Frame, header: Header) -> FrameRecord:
    """The people of `frame` where they are in the files, whose pictures are all of one size."""
    from app.footage import fitted_tracks

    tracks, smoothed = fitted_tracks(record.tracks, frame, header.source), record.smoothed
    if smoothed is not None:
        smoothed = fitted_tracks(record.shown(), frame, header.source).poses.keypoints
    return replace(record, tracks=tracks, smoothed=smoothed)
