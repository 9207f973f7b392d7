"""A camera or stream being watched: the newest frame, analysed, until somebody stops it."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Generator
from contextlib import closing
from dataclasses import replace
from functools import partial

from app.certainty import MIN_SCORE
from app.gui.engine_room import Changeable
from app.gui.moment import Moment
from app.gui.recorder import Recorder
from app.gui.tap import Tap
from app.gui.toolbox import EngineSet
from app.handover import Handover
from app.pipeline import Analyser, decode
from app.results import FrameRecord, Result, Timings
from app.smoothing import WHILE_IT_RUNS
from engine.errors import UsageError
from engine.types import Tracks
from engine.video import Source, SourceInfo
from trackers.smoothing import LiveSmoother

REMEMBERED_S = 5.0
"""How far back it is known where everybody was."""
LISTENS_S = 0.05
"""Nothing comes of a camera that was lost; so often who waits for it looks at other things."""


class LiveFeed:
    """Results of a live source, as they come. `interrupt` (any thread) ends it.

    A thread decodes and analyses, so that whoever asks for the next one need not wait for a camera that was lost.
    """

    def __init__(self, source: Source, engines: EngineSet | None, *, is_camera: bool, steady: bool = False) -> None:
        self.is_camera = is_camera
        self._smoother = LiveSmoother() if steady else None
        self._tap = Tap(source)
        self._recorder: Recorder | None = None
        self._engines = Changeable(engines) if engines is not None else None
        self._lately: deque[FrameRecord] = deque()
        self.has_ended = False
        self._coming: Handover[Result] = Handover(depth=1, newest=True)
        self._results = self._coming.take()
        work = partial(self._coming.fill, self._watch(self._engines), stage="inference")
        self._thread = threading.Thread(target=work, name="skelter inference", daemon=True)
        self._thread.start()

    @property
    def info(self) -> SourceInfo:
        """As the source is now: a camera that came back may have another size."""
        return self._tap.info

    def next(self, wait_s: float = LISTENS_S) -> Moment | None:
        """The newest frame and its people; None where none comes within the time, or the source `has_ended`.

        Raises what source and engines raise.
        """
        if not self._coming.wait(wait_s):
            return None
        result = next(self._results, None)
        if result is None:
            self.has_ended = True
            return None
        time_s, tracks = result.frame.time_s, result.tracks
        smoother = self._smoother
        smoothed = None if smoother is None else smoother.step(tracks, time_s, least_score=MIN_SCORE)
        record = FrameRecord(result.frame.index, time_s, tracks, smoothed)
        self._lately.append(record)
        while record.time_s - self._lately[0].time_s > REMEMBERED_S:
            self._lately.popleft()
        if self._recorder is not None:
            self._recorder.seen(result.frame, record)
        latency_ms = (time.monotonic() - result.finished_s) * 1e3 + result.timings.inference_ms
        return Moment(result.frame, record, result.timings, latency_ms, result.dropped + self._coming.lost)

    def before(self, moment: Moment, seconds: float) -> list[FrameRecord]:
        """What was found in the last `seconds` up to that moment (at most REMEMBERED_S), oldest first."""
        now = moment.frame.time_s
        return [record for record in self._lately if now - seconds <= record.time_s <= now]

    @property
    def smoothing(self) -> str | None:
        """How the joints are smoothed now, as a header says it."""
        return None if self._smoother is None else WHILE_IT_RUNS

    def steady(self, on: bool) -> None:
        """Smooth the joints from the next frame on, or no more; those of frames that were shown are as found then."""
        if on != (self._smoother is not None):
            self._smoother = LiveSmoother() if on else None
            self._lately = deque(replace(record, smoothed=None) for record in self._lately)

    @property
    def recorder(self) -> Recorder | None:
        """What records now."""
        return self._recorder

    def record(self, recorder: Recorder) -> None:
        """Give it every frame from now on."""
        self._recorder, self._tap.sink = recorder, recorder.raw

    def stop_recording(self) -> Recorder | None:
        """Give it nothing more; it is still to be finished."""
        recorder, self._recorder, self._tap.sink = self._recorder, None, None
        return recorder

    def interrupt(self) -> None:
        self._tap.interrupt()

    def close(self) -> None:
        self._coming.stop()
        self._tap.close()
        self._thread.join()

    def why_not(self, engines: EngineSet | None) -> UsageError | None:
        """Why these cannot be used as long as it is recorded; None where they can."""
        skeleton = self._recorder.skeleton if self._recorder is not None else None
        if skeleton is None or engines is None or engines.header(self.info).skeleton.keypoints == skeleton.keypoints:
            return None
        return UsageError(
            "A recording goes on with the joints it began with; stop it before you change to a network of other joints."
        )

    def change(self, engines: EngineSet) -> None:
        """Find people with these from the next frame on."""
        if self._engines is not None:
            self._engines.change(engines)

    def _watch(self, engines: Changeable | None) -> Generator[Result, None, None]:
        analyser = Analyser(engines, engines, engines) if engines is not None else None
        with closing(decode(self._tap)) as frames:
            for frame, decode_ms in frames:
                dropped = self._tap.dropped
                if analyser is not None:
                    yield analyser.analyse(frame, decode_ms=decode_ms, dropped=dropped)
                else:  # no engine could be loaded: the picture at least
                    yield Result(frame, Tracks.empty(), Timings(decode_ms, None, 0.0, 0.0), time.monotonic(), dropped)
