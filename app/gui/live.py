"""A camera or stream being watched: the newest frame, analysed, until somebody stops it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator

import numpy as np

from app.gui.engine_room import Changeable
from app.gui.moment import Moment
from app.gui.recorder import Recorder
from app.gui.tap import Tap
from app.gui.toolbox import EngineSet
from app.pipeline import decode, run
from app.results import FrameRecord, Result, Timings
from engine.types import U8, Boxes, Poses, Tracks
from engine.video import Source

REMEMBERED_S = 5.0
"""How far back it is known where everybody was."""


class LiveFeed:
    """Results of a live source, as they come. `next` blocks; `interrupt` (any thread) ends the wait."""

    def __init__(self, source: Source, engines: EngineSet | None, *, is_camera: bool) -> None:
        self.is_camera = is_camera
        self._tap = Tap(source)
        self.info = source.info
        self._recorder: Recorder | None = None
        self._engines = Changeable(engines) if engines is not None else None
        self._results = self._watch(self._engines)
        self._lately: deque[FrameRecord] = deque()

    def next(self) -> Moment | None:
        """The newest frame and its people, None when the source has ended. Raises what source and engines raise."""
        result = next(self._results, None)
        if result is None:
            return None
        record = FrameRecord(result.frame.index, result.frame.time_s, result.tracks)
        self._lately.append(record)
        while record.time_s - self._lately[0].time_s > REMEMBERED_S:
            self._lately.popleft()
        if self._recorder is not None:
            self._recorder.seen(result.frame, record)
        latency_ms = (time.monotonic() - result.finished_s) * 1e3 + result.timings.inference_ms
        return Moment(result.frame, record, result.timings, latency_ms, result.dropped)

    def before(self, moment: Moment, seconds: float) -> list[FrameRecord]:
        """What was found in the last `seconds` up to that moment (at most REMEMBERED_S), oldest first."""
        now = moment.frame.time_s
        return [record for record in self._lately if now - seconds <= record.time_s <= now]

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
        self._tap.close()

    def close(self) -> None:
        self._tap.close()
        self._results.close()

    def change(self, engines: EngineSet) -> None:
        """Find people with these from the next frame on."""
        if self._engines is not None:
            self._engines.change(engines)

    def _watch(self, engines: Changeable | None) -> Generator[Result, None, None]:
        if engines is not None:
            yield from run(self._tap, engines, engines, engines)
            return
        for frame, decode_ms in decode(self._tap):  # no engine could be loaded: the picture at least
            timings = Timings(decode_ms, None, 0.0, 0.0)
            yield Result(frame, Tracks.empty(), timings, time.monotonic(), self._tap.dropped)


def mirrored(image: U8, tracks: Tracks) -> tuple[U8, Tracks]:
    """Picture and people as a mirror shows them. Names stay: a left hand is a left hand, on the other side."""
    last = np.float32(image.shape[1] - 1)
    keypoints = tracks.poses.keypoints.copy()
    keypoints[:, :, 0] = last - keypoints[:, :, 0]
    boxes = tracks.poses.boxes.xyxy.copy()
    boxes[:, [0, 2]] = last - boxes[:, [2, 0]]
    poses = Poses(keypoints, tracks.poses.scores, Boxes(boxes, tracks.poses.boxes.scores))
    return np.ascontiguousarray(image[:, ::-1]), Tracks(poses, tracks.ids, tracks.rows)
