"""From an address to an open source, or to a file with what a session or Skelter JSON knows of it. Qt-free."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

from app.belonging import check_belongs
from app.changes import Rename
from app.edits import Edits
from app.gui import events
from app.gui import messages as say
from app.gui.analyst import Analyst
from app.gui.clip import Clip
from app.gui.corrections import Corrections
from app.gui.file_playback import FilePlayback, on_its_clip
from app.gui.lanes import Lanes
from app.gui.paces import Paces
from app.gui.remarks import Remarks, all_of
from app.gui.toolbox import Toolbox
from app.imports import keep_pace, on_its_frames, recording_of
from app.pipeline import Analyser
from app.results import Header, Recording, SourceRecord
from app.session import SUFFIX, Session, numbered, read_session
from engine.errors import SkelterError, UsageError
from engine.video import LiveState, Source
from engine.video.file import FileSource

LOOK_S = 0.05
_ONLY_WRITTEN = frozenset({".csv", ".parquet", ".trc", ".mot"})


@dataclass(frozen=True, eq=False, slots=True)
class Opening:
    """What was asked for, open.

    address    the source's own, also where `saved` came from a session file
    recording  what is known of a file; None for a live source
    remark     what is to be known of what was read; None: nothing
    """

    command: say.Open
    source: Source
    address: str
    saved: Session | None
    recording: Recording | None
    remark: SkelterError | None = None

    @property
    def edits(self) -> Edits:
        """What was corrected before; of a result the names given to people, as what else was corrected is in it."""
        if self.saved is not None:
            return self.saved.edits
        return Edits(tuple(Rename(person, name) for person, name in self._names.items()))

    @property
    def given(self) -> int:
        """How many of the edits, the first ones, only say what people are called in the result it began with."""
        of_result = (isinstance(c, Rename) and self._names.get(c.person) == c.name for c in self.edits.changes)
        return sum(takewhile(bool, of_result))

    @property
    def _names(self) -> dict[int, str]:
        return self.recording.header.names if self.recording is not None else {}

    def opened(self) -> events.Opened:
        """The event that tells of it."""
        saved, command = self.saved, self.command
        file = Path(command.address) if saved is not None else None
        document, kept = (None, file) if command.recovered else (file, None)
        notes = saved.notes if saved is not None else None
        return events.Opened(self.source.info, command.session, self.address, document, notes, kept, self._frames())

    def _frames(self) -> int:
        """So many frames it has at least: a file of a browser, or one that still grows, does not tell."""
        known = [0] if self.recording is None else [0, *self.recording.indices[-1:]]
        if self.saved is not None and self.saved.notes.loop is not None:
            known += self.saved.notes.loop
        return max(self.source.info.frame_count or 0, max(known) + 1)

    def playback(
        self,
        lanes: Lanes,
        corrections: Corrections,
        engines: Callable[[], Analyser | None],
        interrupted: Callable[[], bool],
    ) -> FilePlayback:
        """The file, ready to be gone through."""
        assert self.recording is not None
        analyst = Analyst(self.recording, lanes, corrections.renumber)
        analyst.reserve(corrections.edits.ids())
        return FilePlayback(Clip(self.source), analyst, engines, interrupted)


def open_anything(
    command: say.Open, toolbox: Toolbox, on_state: Callable[[LiveState], None], given_up: Callable[[], bool]
) -> Opening | None:
    """What `command` asks for; takes as long as it takes, in a thread of its own. Raises SkelterError.

    Once `given_up` says so, None: what is open in the end is closed at once.
    """
    answers: queue.SimpleQueue[Opening | Exception] = queue.SimpleQueue()
    left = threading.Event()

    def work() -> None:
        try:
            with Remarks() as remarks:
                opening = _open(on_its_clip(command), toolbox, on_state)
        except Exception as error:  # noqa: BLE001 - the thread's end: raised again in the player's
            answers.put(error)
            return
        answers.put(replace(opening, remark=all_of(remarks.told)))
        if left.is_set():
            _close_all(answers)

    threading.Thread(target=work, name="skelter opening", daemon=True).start()
    while True:
        try:
            answer = answers.get(timeout=LOOK_S)
        except queue.Empty:
            if given_up():
                left.set()
                _close_all(answers)  # where it came in this very moment
                return None
            continue
        if isinstance(answer, Exception):
            raise answer
        return answer


def _open(asked: say.Open, toolbox: Toolbox, on_state: Callable[[LiveState], None]) -> Opening:
    """Raises SkelterError, also where the results belong to another video; nothing is open then."""
    saved = _read(asked) if asked.address.lower().endswith(SUFFIX) else None
    address = asked.address if saved is None else saved.source
    _check_can_be_read(Path(address))
    source = toolbox.open(address, on_state)
    try:
        recording = None if source.info.live else _recording(asked, source, address, saved)
        if asked.slowed is not None and recording is not None and isinstance(source, FileSource):
            source.retime(asked.slowed)
            recording = Paces().counted(recording, asked.slowed)
    except BaseException:
        source.close()
        raise
    return Opening(asked, source, address, saved, recording)


def _check_can_be_read(path: Path) -> None:
    """Raises UsageError where it is a file for other programs, of which it would be said that it is a bad video."""
    if path.suffix.lower() in _ONLY_WRITTEN and path.is_file():
        raise UsageError(
            "{0} is of a kind that Skelter writes and does not read; open the video, or the .json of the same poses.",
            path,
        )


def _recording(asked: say.Open, source: Source, address: str, saved: Session | None) -> Recording:
    if saved is not None:
        keep_pace(source, saved.recording.header)
        check_belongs(saved.recording, source, Path(asked.address))
        return on_its_frames(numbered(saved), source)
    if asked.data is not None:
        return recording_of(source, address, asked.data)
    return Recording(Header(SourceRecord.of(source.info)))


def _read(command: say.Open) -> Session:
    """The session asked for. Raises SkelterError."""
    path = Path(command.address)
    try:
        return read_session(path)
    except SkelterError as error:
        if not command.recovered:
            raise
        # nobody has seen that file: where it lies has to be said
        raise SkelterError("The corrections stay kept, in {0}, and could not be opened. {1}", path, error) from error


def _close_all(answers: queue.SimpleQueue[Opening | Exception]) -> None:
    with contextlib.suppress(queue.Empty):
        answer = answers.get_nowait()
        if isinstance(answer, Opening):
            answer.source.close()
