"""A file being watched: where it stands, what is known of its people, and what is still to be found out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from app.gui import messages as say
from app.gui.analyst import Analyst
from app.gui.clip import Clip
from app.gui.frame_times import USUAL_FPS
from app.gui.moment import Moment
from app.gui.paces import Paces
from app.gui.tempo import Tempo
from app.imports import clip_of, is_result
from app.pipeline import Analyser
from app.results import FrameRecord, Header, Recording
from engine.errors import SkelterError, UsageError
from engine.types import Frame


class FilePlayback:
    """Goes through a clip and analyses what was not analysed before. Used by the player's thread only.

    engines      gives what analyses, loading it at first use; None where nothing can
    interrupted  says that the user wants something else by now, so that a longer look-up may be left
    """

    def __init__(
        self, clip: Clip, analyst: Analyst, engines: Callable[[], Analyser | None], interrupted: Callable[[], bool]
    ) -> None:
        self.clip = clip
        self.position = -1
        self.owed = False
        """Whether the frame shown is still to be analysed."""
        self.loop: tuple[int, int] | None = None
        """Frames `first` to `last` are played over and over; None: the whole file, once."""
        self.next: Moment | None = None
        """What comes after the frame shown: made, and waiting for its time."""
        self.at_end = False
        """Whether nothing came any more when `due` was called."""
        self.generation = 0
        """How often the analysis was begun again: what was found out before that is not wanted any more."""
        self._paces = Paces()
        self._analyst = analyst
        self._engines = engines
        self._interrupted = interrupted

    @property
    def recording(self) -> Recording:
        return self._analyst.recording

    def go(self, index: int) -> Moment | None:
        """Stand on frame `index` and show it as far as it is known. None: no frame at all.

        Where it is missing it is the one after it, as for a picture that cannot be read; the one before it at the end,
        and for whoever goes back: he would stay where he is.
        """
        self.next = None
        index = max(index, 0)
        goes_back = index < self.position
        frame = self.clip.frame(index)
        while index > 0 and (frame is None or (goes_back and frame.index > index)):
            index = min(index - 1, self.clip.last())
            frame = self.clip.frame(index)
        if frame is None:
            return None
        self.position = frame.index
        return self.here()

    def meant_by(self, command: say.Seek | say.SeekTime | say.Step | say.Leap) -> int:
        """The frame that is asked for; there may be no such one."""
        match command:
            case say.Seek(index):
                return index
            case say.SeekTime(time_s):
                return self.clip.index_at(time_s)
            case say.Step(frames):
                return self.position + frames
            case say.Leap(seconds):
                return self._leap(seconds)

    def _leap(self, seconds: float) -> int:
        """The frame about `seconds` after the one it stands on (negative: before), and never that one."""
        times = self.clip.times
        if times is not None:
            frames = times.nearest(times.at(self.position) + seconds) - self.position
        else:
            frames = round(seconds * (self.clip.info.fps or USUAL_FPS))
        return self.position + (frames or (1 if seconds > 0 else -1))

    def here(self) -> Moment | None:
        """The frame it stands on, as far as it is known."""
        frame = self.clip.frame(self.position)
        if frame is None:
            return None
        record = self.recording[self.position]
        self.owed = record is None
        return self._moment(frame, record)

    def settle(self) -> Moment | None:
        """Analyse the frame it stands on. None where that was interrupted or cannot be done."""
        frame = self.clip.frame(self.position)
        record = self._people(frame, patient=False) if frame is not None else None
        if frame is None or record is None:
            self.owed = self._interrupted()
            return None
        self.owed = False
        return self._moment(frame, record)

    def following(self) -> Moment | None:
        """The frame after the one it stands on, analysed; None at the end. It does not go there yet."""
        frame = self.clip.frame(self.position + 1)
        return self._moment(frame, self._people(frame, patient=True)) if frame is not None else None

    def find_out(self, index: int) -> bool:
        """Analyse frame `index`, where that is still to be done, without going there; whether there is such a frame."""
        if not self._analyst.wants(index):
            return True
        frame = self.clip.frame(index)
        if frame is not None:
            self._people(frame, patient=True)
        return frame is not None

    def is_stale(self, moment: Moment) -> bool:
        """Whether its people were given other numbers since."""
        return moment.record is not None and self.recording[moment.frame.index] is not moment.record

    def stand_on(self, moment: Moment) -> None:
        """Note that `moment` is what is shown now."""
        self.position = moment.frame.index
        self.owed = moment.record is None

    @property
    def outside_loop(self) -> bool:
        """Whether it stands neither in the range nor before its first frame."""
        return self.loop is not None and not self.loop[0] - 1 <= self.position < self.loop[1]

    def due(self, tempo: Tempo) -> Moment | None:
        """Go on to the next frame, analysed, once `tempo` says that its time has come; None until then."""
        if self.next is None:
            self.next = self.following()
            self.at_end = self.next is None
        now = time.monotonic()
        if self.next is None or tempo.due(self.next.frame.time_s, now) > now:
            return None
        moment, self.next = self.next, None
        tempo.showed(moment.frame.time_s, now)
        self.stand_on(moment)
        return moment

    def before(self, moment: Moment, seconds: float) -> list[FrameRecord]:
        """What is known of the last `seconds` up to that moment, without a gap, oldest first."""
        records: list[FrameRecord] = []
        record = moment.record
        until = record.time_s - seconds if record is not None else 0.0
        while record is not None and record.time_s >= until:
            records.append(record)
            record = self.recording[record.index - 1]
        return records[::-1]

    def restart(self, recording: Recording) -> None:
        """Forget everything that was found, and begin anew with `recording`."""
        self.next = None
        self.generation += 1
        self._paces = Paces()
        self._analyst.take_over(recording)

    def retime(self, slowed: float) -> SkelterError | None:
        """Count all times as those of what happened, which the file shows `slowed` times slower; returns what is to be
        known of it. Raises UsageError where it is no video file."""
        self.clip.retime(slowed)
        self.next = None
        self.generation += 1  # what others find out meanwhile has the times of before
        was_smoothed = self.recording.header.smoothing
        self._analyst.retimed(self._paces.counted(self.recording, slowed))
        if not was_smoothed or self.recording.header.smoothing:
            return None
        return UsageError("Joints were smoothed by the times of before: they are shown as they were found.")

    def learn(self, recording: Recording) -> None:
        """Add what was found out elsewhere, of frames that are not known here."""
        self.next = None
        self._analyst.learn(recording)

    def equip(self, analyser: Analyser | None) -> None:
        """Analyse with this one from now on; None: with nothing, for want of engines that fit."""
        self.next = None
        self._analyst.equip(analyser)

    @property
    def analyses(self) -> bool:
        """Whether it has the engines to analyse with."""
        return self._analyst.ready

    def analysed_by(self, header: Header) -> None:
        """Note what analyses from now on. Raises UsageError where that does not fit what is known."""
        check_joints(self.recording, header)
        self.recording.go_on_with(header)

    def new_id(self) -> int:
        """A number for a person that nobody has."""
        return self._analyst.new_id()

    def close(self) -> None:
        self.clip.close()

    def _people(self, frame: Frame, *, patient: bool) -> FrameRecord | None:
        analyst = self._analyst
        if not analyst.wants(frame.index):
            return analyst.recording[frame.index]
        if not analyst.ready:
            analyser = self._engines()
            if analyser is None:
                return analyst.recording[frame.index]
            analyst.equip(analyser)
        before, keep = analyst.before(frame.index, self.clip.info.fps)
        for index in before:
            earlier = self.clip.frame(index)
            if earlier is not None:
                analyst.analyse(earlier, keep=keep)
            if not patient and self._interrupted():
                return None
        return analyst.analyse(frame)

    def _moment(self, frame: Frame, record: FrameRecord | None) -> Moment:
        timings = self._analyst.last_timings
        return Moment(frame, record, replace(timings, decode_ms=self.clip.decode_ms) if timings else None)


def on_its_clip(command: say.Open) -> say.Open:
    """The command; where it asks for a result alone, with the video that this was made of. Raises UsageError where that
    is not to be found."""
    result = Path(command.address)
    if command.data is not None or not is_result(result):
        return command
    address = str(clip_of(result) or command.fallback)
    if not address:
        raise UsageError("The video of {0} is not beside it; open the video first, then this.", result.name)
    return replace(command, address=address, data=result)


def check_joints(recording: Recording, header: Header) -> None:
    """Raises UsageError where the engines of `header` find other joints than those that `recording` already holds."""
    known, found = recording.header.skeleton, header.skeleton
    if len(recording) and found.keypoints != known.keypoints:
        raise UsageError(
            "The network chosen finds other joints ({0}) than are known of this video ({1}); "
            "choose another network, or analyse the video again.",
            found.name, known.name,
        )  # fmt: skip
