"""Knows the people of every analysed frame of one source, and finds those of the others, in any order of asking."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.gui.lanes import Lanes
from app.pipeline import Analyser
from app.results import FrameRecord, Recording, Timings
from engine.types import Frame, Tracks
from trackers.assignment import assign
from trackers.similarity import box_iou

RUN_UP_S = 0.25
"""What a tracker is shown before a frame somewhere in the middle, so that it knows its people there."""
SAME_PERSON_IOU = 0.5


class Analyst:
    """Analyses frames one by one, keeps what it found in `recording`, and keeps ids straight over jumps.

    A tracker must see frames in order. Where the frame asked for follows the last one, it goes on; elsewhere it starts
    anew a little earlier (`before`). Whoever was already known on a frame it passes again keeps his id; everybody
    else gets a number that was never given before. Used by one thread.
    """

    def __init__(self, recording: Recording, lanes: Lanes) -> None:
        self.last_timings: Timings | None = None
        self._lanes = lanes
        self._analyser: Analyser | None = None
        self.take_over(recording)

    def take_over(self, recording: Recording) -> None:
        """Go on from `recording`, which was made of the same source."""
        self.recording = recording
        self._head: int | None = None
        self._kept_head = False  # whether the frame at the head was new
        self._ids: dict[int, int] = {}  # the tracker's id → ours
        self._last_id = max((int(record.tracks.ids.max(initial=0)) for record in recording), default=0)
        self._retell()

    @property
    def ready(self) -> bool:
        """Whether it has the engines to analyse with."""
        return self._analyser is not None

    def equip(self, analyser: Analyser) -> None:
        analyser.reset()
        self._analyser = analyser
        self._head = None

    def wants(self, index: int) -> bool:
        """Whether frame `index` should be analysed: not yet done, or the first of a part that was done apart."""
        return self.recording[index] is None or (self._kept_head and self._head == index - 1)

    def before(self, index: int, fps: float | None) -> tuple[range, bool]:
        """The frames to give to `analyse` before frame `index`, and whether to keep what is found on them."""
        run_up = min(max(round(RUN_UP_S * (fps or 25.0)), 2), 15)
        if self._head is not None and self._head < index <= self._head + run_up:
            return range(self._head + 1, index), True
        return range(max(0, index - run_up), index), False

    def analyse(self, frame: Frame, *, keep: bool = True) -> FrameRecord:
        """The people of `frame`; remembered if `keep`. Raises what the engines raise."""
        if self._analyser is None:
            raise RuntimeError("equip the analyst first")
        if self._head is None or frame.index != self._head + 1:
            self._analyser.reset()
            self._ids, self._kept_head = {}, False
        result = self._analyser.analyse(frame)
        self.last_timings = result.timings
        self._head = frame.index
        known = self.recording[frame.index]
        if known is not None:
            self._recognise(result.tracks, known.tracks)
            if self._kept_head:  # what follows is analysed already, and agrees now
                self._head, self._kept_head = None, False
            return self.recording[frame.index] or known
        record = FrameRecord(frame.index, frame.time_s, result.tracks)
        self._kept_head = keep
        if keep:
            record = replace(record, tracks=self._named(result.tracks))
            self.recording.add(record)
            self._lanes.add(record.index, record.tracks.ids.tolist())
        return record

    def _named(self, tracks: Tracks) -> Tracks:
        for theirs in tracks.ids.tolist():
            if theirs not in self._ids:
                self._last_id += 1
                self._ids[theirs] = self._last_id
        ids = np.array([self._ids[theirs] for theirs in tracks.ids.tolist()], np.int64)
        order = np.argsort(ids)
        return Tracks(tracks.poses[order], ids[order], tracks.rows[order])

    def _recognise(self, found: Tracks, known: Tracks) -> None:
        """Two analyses of one frame met: whoever is in both has one id, the one from the earlier frames."""
        overlap = box_iou(found.poses.boxes.xyxy.astype(np.float64), known.poses.boxes.xyxy.astype(np.float64))
        similar = overlap.astype(np.float32)
        rows, columns = assign(1 - similar, similar >= SAME_PERSON_IOU, 1.0)
        renamed: dict[int, int] = {}
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            theirs, before = int(found.ids[row]), int(known.ids[column])
            if theirs in self._ids:
                renamed[before] = self._ids[theirs]
            elif before not in self._ids.values():
                self._ids[theirs] = before
        renamed = {before: ours for before, ours in renamed.items() if before != ours}
        if renamed and self._kept_head:
            self._rename(renamed)

    def _rename(self, renamed: dict[int, int]) -> None:
        """Give people of a part that was analysed apart the ids they had before it."""
        touched = [record for record in self.recording if np.isin(record.tracks.ids, list(renamed)).any()]
        taken = set(renamed.values())
        if any(taken & set(record.tracks.ids.tolist()) for record in touched):
            return  # somebody of that id stands beside him: they are two people after all
        for record in touched:
            ids = np.array([renamed.get(old, old) for old in record.tracks.ids.tolist()], np.int64)
            order = np.argsort(ids)
            tracks = Tracks(record.tracks.poses[order], ids[order], record.tracks.rows[order])
            self.recording.add(replace(record, tracks=tracks))
        self._retell()

    def _retell(self) -> None:
        self._lanes.rebuild((record.index, record.tracks.ids.tolist()) for record in self.recording)
