"""Frames in, results out: one generator that overlaps decoding and inference with whatever its consumer does.

    source ──Frame──▶ [thread: decode] ──▶ [thread: detect, pose, track] ──Result──▶ consumer (draw, encode, show)

Detection, pose and tracking are one stage because the tracks of a frame say where to look in the next. Order is kept.
Files never lose a frame; of a live source the newest frame wins and the lost ones are counted.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import Literal, Protocol

import numpy as np

from app.closer import look_closer
from app.handover import Handover, ahead
from app.results import Result, Timings
from engine.types import F32, U8, Boxes, Frame, Poses
from engine.video import Source, SourceInfo
from trackers import Tracker
from trackers.recycling import DetectionPlan, misses, worth_a_pose
from trackers.still import StillTracker


class Detects(Protocol):
    """What the pipeline needs of engine.detector.Detector."""

    @property
    def threshold(self) -> float: ...

    def detect(self, image: U8, *, floor: float | None = None, whole: bool = True) -> Boxes: ...


class Estimates(Protocol):
    """What the pipeline needs of engine.pose.PoseEstimator."""

    def estimate(self, image: U8, boxes: Boxes) -> Poses: ...


def run(
    source: Source,
    detector: Detects,
    pose: Estimates,
    tracker: Tracker,
    *,
    detect_every: int | Literal["auto"] = "auto",
) -> Generator[Result, None, None]:
    """Results of every frame of `source` from its current position on, in order.

    An error in a stage is raised here, after every result made before it, with the stage in `error.stage` (what no one
    foresaw as PipelineError). Closing the generator ends every thread; a live source is closed with it, because only
    that ends a read that waits for the next frame.
    """
    live = source.info.live
    analyser = Analyser(detector, pose, tracker_for(source.info, tracker), detect_every=detect_every)
    if live:  # the source itself keeps the newest frame only, so nothing may run ahead of inference
        newest: Handover[Result] = Handover(depth=1, newest=True)
        results = _analyse(decode(source), analyser, source)
        with closing(ahead(results, newest, stage="inference", interrupt=source.close)) as taken:
            for result in taken:
                yield replace(result, dropped=result.dropped + newest.lost)
    else:
        decoded = ahead(decode(source), Handover(depth=4), stage="decoding")
        yield from ahead(_analyse(decoded, analyser, source), Handover(depth=4), stage="inference")


def tracker_for(info: SourceInfo, tracker: Tracker) -> Tracker:
    """`tracker`, except for a single picture: nobody in it could ever be seen a second time, and so be confirmed."""
    return StillTracker() if info.frame_count == 1 and not info.live else tracker


def decode(source: Source) -> Generator[tuple[Frame, float], None, None]:
    """The frames of a source, each with the milliseconds it took to get it."""
    begun = time.perf_counter()
    for frame in source:
        yield frame, (time.perf_counter() - begun) * 1e3
        begun = time.perf_counter()


FLOOR = 0.7  # of the detector's threshold: boxes down to here may continue a track, though not start one


class Analyser:
    """Detector, pose network and tracker, on the frames of one source in their order.

    Box scores are put on one scale on their way: .5 is the detector's own threshold, whatever that is, so that trackers
    need not know which detector they follow.
    """

    def __init__(
        self, detector: Detects, pose: Estimates, tracker: Tracker, *, detect_every: int | Literal["auto"] = "auto"
    ) -> None:
        self._detector, self._pose, self._tracker = detector, pose, tracker
        # pictures that do not follow one another say nothing of where to look in the next
        self._detect_every: int | Literal["auto"] = 1 if isinstance(tracker, StillTracker) else detect_every
        self._plan = DetectionPlan(self._detect_every)

    def reset(self) -> None:
        """Forget everyone: the next frame does not follow the last one."""
        self._tracker.reset()
        self._plan = DetectionPlan(self._detect_every)

    def analyse(self, frame: Frame, *, decode_ms: float = 0.0, dropped: int = 0) -> Result:
        """The people of a frame, which must be later than the one before."""
        begun = time.perf_counter()
        detect_ms, missed = None, False
        if self._plan.due(frame, self._tracker):
            threshold = self._detector.threshold
            found = self._detector.detect(frame.image, floor=FLOOR * threshold)
            expected = self._tracker.predict(frame.time_s, frame.image)
            if self._tracker.tells_predicted:
                found = look_closer(partial(self._detector.detect, whole=False), frame.image, found, expected)
                missed = misses(found, expected)
            boxes, from_detector = worth_a_pose(
                Boxes(found.xyxy, on_one_scale(found.scores, threshold)),
                expected,
                confident=0.5,
                add_expected=self._tracker.tells_predicted,
            )
            detect_ms = (time.perf_counter() - begun) * 1e3
        else:
            boxes = self._tracker.predict(frame.time_s, frame.image)
            from_detector = np.zeros(len(boxes), np.bool_)
        boxed = time.perf_counter()
        poses = self._pose.estimate(frame.image, on_whole_pixels(boxes))
        posed = time.perf_counter()
        looked = detect_ms is not None
        tracks = self._tracker.update(poses, frame.time_s, frame.image, detected=from_detector, looked=looked)
        self._plan.note(tracks, looked, frame.time_s, (frame.width, frame.height), missed=missed)
        tracked = time.perf_counter()
        timings = Timings(decode_ms, detect_ms, (posed - boxed) * 1e3, (tracked - posed) * 1e3)
        return Result(frame, tracks, timings, time.monotonic(), dropped)


def on_whole_pixels(boxes: Boxes) -> Boxes:
    """The boxes with their corners on whole pixels, at least one wide and high.

    A box follows from the joints found in the box before. What two backends compute apart in the last digit would grow
    from frame to frame until a joint jumps to another peak; so it is lost before the crop is cut.
    """
    low = np.rint(boxes.xyxy[:, :2])
    return Boxes(np.concatenate([low, np.maximum(np.rint(boxes.xyxy[:, 2:]), low + 1)], axis=1), boxes.scores)


def on_one_scale(scores: F32, threshold: float) -> F32:
    """Scores 0–1 stretched piecewise so that `threshold` becomes .5; 0 and 1 stay where they are."""
    least = min(max(threshold, 1e-6), 1 - 1e-6)
    return np.interp(scores, [0.0, least, 1.0], [0.0, 0.5, 1.0]).astype(np.float32)


def _analyse(
    frames: Generator[tuple[Frame, float], None, None], analyser: Analyser, source: Source
) -> Generator[Result, None, None]:
    with closing(frames):
        for frame, decode_ms in frames:
            yield analyser.analyse(frame, decode_ms=decode_ms, dropped=getattr(source, "dropped", 0))
