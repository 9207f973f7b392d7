"""Knows the people of every analysed frame of one source, and finds those of the others, in any order of asking."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from app.gui.frame_times import USUAL_FPS
from app.gui.lanes import Lanes
from app.pipeline import Analyser
from app.results import FrameRecord, Recording, Timings
from app.reunion import reunited, same_people, with_ids
from engine.types import Frame, Tracks

RUN_UP_S = 0.25
"""What a tracker is shown before a frame somewhere in the middle, so that it knows its people there."""
CATCH_UP_S = 1.0
"""How far ahead of what was analysed last the frames between are analysed too, so that everybody keeps his id."""


class Analyst:
    """Analyses frames one by one, keeps what it found in `recording`, and keeps ids straight over jumps.

    A tracker must see frames in order. Where the frame asked for follows the last one, it goes on; elsewhere it starts
    anew a little earlier (`before`). Whoever was already known on a frame it passes again keeps his id; everybody
    else gets a number that was never given before. Where two numbers turn out to be one person's, the one given first
    stays, which may stand in tables already; `on_renumbered` is told before `lanes` are. Used by one thread.
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
        """Go on from `recording`, which was made of the same source, and forget the one before."""
        self.recording = recording
        self._head: int | None = None
        self._run = object()  # another one after each fresh start of the tracker
        self._run_of = dict.fromkeys(recording.indices, self._run)
        self._sewn: set[int] = set()
        self._ids: dict[int, int] = {}  # the tracker's id → ours
        self._last_id = max((int(record.tracks.ids.max(initial=0)) for record in recording), default=0)
        self._retell()

    def retimed(self, recording: Recording) -> None:
        """Go on from `recording`: the same people on the same frames, at other times."""
        self.recording, self._head = recording, None

    def learn(self, other: Recording) -> None:
        """Add the frames of `other` that are not in `recording`; it was made of the same source, somewhere else.

        Whoever is in both keeps the id he has here; anybody else keeps the one he has there, unless that was given to
        another person here. What was found by a network of other joints does not fit, and is left.
        """
        if not len(self.recording):
            self.recording.header = other.header
        elif other.header.skeleton.keypoints != self.recording.header.skeleton.keypoints:
            return
        ours, renamed = reunited(self.recording, other)
        if renamed:
            self._rename(renamed)
        learned = [record for record in other if self.recording[record.index] is None]
        for theirs in sorted({person for record in learned for person in record.tracks.ids.tolist()} - ours.keys()):
            ours[theirs] = theirs if theirs > self._last_id else self.new_id()
            self.reserve([ours[theirs]])
        run = object()
        for record in learned:
            self.recording.add(with_ids(record, ours))
            self._run_of[record.index] = run
        for record in learned:  # who is who where it meets what was known: `other` saw both sides
            self._sewn.update(index for index in (record.index, record.index + 1) if other[index - 1] and other[index])
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

    def equip(self, analyser: Analyser | None) -> None:
        """Analyse with this one from now on; None: with nothing, for want of engines that fit."""
        if analyser is not None:
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
        fps = fps or USUAL_FPS
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
            self._run = object()
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
        """Two analyses of one frame met: whoever is in both has one id, on a seam the one that was given first."""
        renamed: dict[int, int] = {}
        for theirs, before in same_people(found, known):
            if theirs in self._ids:
                kept, gone = sorted((before, self._ids[theirs]))
                renamed[gone] = kept
            elif before not in self._ids.values():
                self._ids[theirs] = before
        renamed = {gone: kept for gone, kept in renamed.items() if gone != kept}
        if renamed and sew and not self._side_by_side(renamed, found):
            self._rename(renamed)

    def _side_by_side(self, renamed: dict[int, int], found: Tracks) -> bool:
        """Whether somebody was seen beside one whose id he would be given: they are two people after all."""
        here = [self._ids[theirs] for theirs in found.ids.tolist() if theirs in self._ids]
        crowds = (here, *(record.tracks.ids.tolist() for record in self.recording))
        return any(len({renamed.get(person, person) for person in crowd}) < len(crowd) for crowd in crowds)

    def _rename(self, renamed: dict[int, int]) -> None:
        """Give people who turned out to be others the ids of those, whatever is known of them by now."""
        touched = [record for record in self.recording if np.isin(record.tracks.ids, list(renamed)).any()]
        for record in touched:
            self.recording.add(with_ids(record, renamed))
        self._ids = {theirs: renamed.get(person, person) for theirs, person in self._ids.items()}
        header = self.recording.header
        names = {renamed.get(person, person): name for person, name in header.names.items()}
        names |= {person: name for person, name in header.names.items() if person not in renamed}
        self.recording.header = replace(header, names=names)
        self._on_renumbered(renamed)
        self._retell()

    def _retell(self) -> None:
        self._lanes.rebuild((record.index, record.tracks.ids.tolist()) for record in self.recording)
