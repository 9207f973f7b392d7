"""Knows the people of every analysed frame of one source, and finds those of the others, in any order of asking."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
CATCH_UP_S = 1.0
"""How far ahead of what was analysed last the frames between are analysed too, so that everybody keeps his id."""
SAME_PERSON_IOU = 0.5


class Analyst:
    """Analyses frames one by one, keeps what it found in `recording`, and keeps ids straight over jumps.

    A tracker must see frames in order. Where the frame asked for follows the last one, it goes on; elsewhere it starts
    anew a little earlier (`before`). Whoever was already known on a frame it passes again keeps his id; everybody
    else gets a number that was never given before; `on_renumbered` is told where a number turns out to be an older
    one's. Used by one thread.
    """

    def __init__(
        self, recording: Recording, lanes: Lanes, on_renumbered: Callable[[dict[int, int]], None] | None = None
    ) -> None:
        self.last_timings: Timings | None = None
        self._on_renumbered = on_renumbered or (lambda _: None)
        self._lanes = lanes
        self._analyser: Analyser | None = None
        self.take_over(recording)

    def take_over(self, recording: Recording) -> None:
        """Go on from `recording`, which was made of the same source."""
        self.recording = recording
        self._head: int | None = None
        self._run = 0  # counts the tracker's fresh starts
        self._run_of = dict.fromkeys(recording.indices, 0)
        self._sewn: set[int] = set()
        self._ids: dict[int, int] = {}  # the tracker's id → ours
        self._last_id = max((int(record.tracks.ids.max(initial=0)) for record in recording), default=0)
        self._retell()

    def new_id(self) -> int:
        """A number for a person that nobody has, or will get."""
        self._last_id += 1
        return self._last_id

    def reserve(self, ids: Iterable[int]) -> None:
        """Never give one of these numbers to anybody new."""
        self._last_id = max(self._last_id, *ids, 0)

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
        return self.recording[index] is None or self._is_seam(index)

    def _is_seam(self, index: int) -> bool:
        """Whether two analyses meet at this frame that were not yet told who is who in the other."""
        here, before = self._run_of.get(index), self._run_of.get(index - 1)
        return here is not None and before is not None and here != before and index not in self._sewn

    def before(self, index: int, fps: float | None) -> tuple[range, bool]:
        """The frames to give to `analyse` before frame `index`, and whether to keep what is found on them."""
        fps = fps or 25.0
        run_up, catch_up = (min(max(round(seconds * fps), 2), 30) for seconds in (RUN_UP_S, CATCH_UP_S))
        if self._head is not None and self._head < index <= self._head + catch_up:
            return range(self._head + 1, index), True
        return range(max(0, index - run_up), index), False

    def analyse(self, frame: Frame, *, keep: bool = True) -> FrameRecord:
        """The people of `frame`; remembered if `keep`. Raises what the engines raise."""
        if self._analyser is None:
            raise RuntimeError("equip the analyst first")
        if self._head is None or frame.index != self._head + 1:
            self._analyser.reset()
            self._ids = {}
            self._run += 1
        result = self._analyser.analyse(frame)
        self.last_timings = result.timings
        self._head = frame.index
        known = self.recording[frame.index]
        if known is not None:
            seam = self._is_seam(frame.index)
            self._recognise(result.tracks, known.tracks, sew=seam)
            if seam:
                self._sewn.add(frame.index)
            return self.recording[frame.index] or known
        record = FrameRecord(frame.index, frame.time_s, result.tracks)
        if keep:
            record = replace(record, tracks=self._named(result.tracks))
            self.recording.add(record)
            self._run_of[frame.index] = self._run
            self._lanes.add(record.index, record.tracks.ids.tolist())
        return record

    def _named(self, tracks: Tracks) -> Tracks:
        for theirs in tracks.ids.tolist():
            if theirs not in self._ids:
                self._ids[theirs] = self.new_id()
        ids = np.array([self._ids[theirs] for theirs in tracks.ids.tolist()], np.int64)
        order = np.argsort(ids)
        return Tracks(tracks.poses[order], ids[order], tracks.rows[order])

    def _recognise(self, found: Tracks, known: Tracks, *, sew: bool) -> None:
        """Two analyses of one frame met: whoever is in both has one id, on a seam the earlier part's."""
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
        if renamed and sew:
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
        self._on_renumbered(renamed)

    def _retell(self) -> None:
        self._lanes.rebuild((record.index, record.tracks.ids.tolist()) for record in self.recording)
