"""When who was seen: the runs of frames that the timeline paints and the people panel sums up."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.edits import Edits


class Runs:
    """A set of frame indices kept as runs (first, last), ascending and apart."""

    def __init__(self) -> None:
        self._firsts: list[int] = []
        self._lasts: list[int] = []

    def add(self, index: int) -> None:
        place = bisect_right(self._firsts, index)  # the run at place - 1 is the last that begins at or before index
        if place and index <= self._lasts[place - 1]:
            return
        joins_left = place > 0 and self._lasts[place - 1] == index - 1
        joins_right = place < len(self._firsts) and self._firsts[place] == index + 1
        if joins_left and joins_right:
            self._lasts[place - 1] = self._lasts.pop(place)
            self._firsts.pop(place)
        elif joins_left:
            self._lasts[place - 1] = index
        elif joins_right:
            self._firsts[place] = index
        else:
            self._firsts.insert(place, index)
            self._lasts.insert(place, index)

    def pairs(self) -> tuple[tuple[int, int], ...]:
        return tuple(zip(self._firsts, self._lasts, strict=True))

    @property
    def last(self) -> int:
        """The highest index; there is one."""
        return self._lasts[-1]

    def __len__(self) -> int:
        """How many indices there are."""
        return sum(last - first + 1 for first, last in zip(self._firsts, self._lasts, strict=True))


@dataclass(frozen=True, slots=True)
class PersonLane:
    """One person's presence: `runs` of frames (first, last), how many frames in all."""

    id: int
    runs: tuple[tuple[int, int], ...]
    frames: int


@dataclass(frozen=True, slots=True)
class LaneView:
    """What is known at one moment; `people` in ascending order of id."""

    analysed: tuple[tuple[int, int], ...] = ()
    people: tuple[PersonLane, ...] = field(default=())
    version: int = 0


class Lanes:
    """Collects who was on which analysed frame. One thread adds, any thread looks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._analysed = Runs()
        self._people: dict[int, Runs] = {}
        self._version = 0

    def add(self, index: int, ids: Iterable[int]) -> None:
        with self._lock:
            self._note(index, ids)

    def rebuild(self, frames: Iterable[tuple[int, Iterable[int]]]) -> None:
        """Start again from these frames: after ids were changed."""
        with self._lock:
            self._analysed, self._people = Runs(), {}
            self._version += 1
            for index, ids in frames:
                self._note(index, ids)

    def _note(self, index: int, ids: Iterable[int]) -> None:
        self._analysed.add(index)
        for person_id in ids:
            self._people.setdefault(person_id, Runs()).add(index)
        self._version += 1

    def keep_latest(self, most: int, besides: AbstractSet[int]) -> None:
        """Forget all but the `most` people who were seen last, and those `besides`: of a camera that runs for days."""
        with self._lock:
            others = [person for person in self._people if person not in besides]
            gone = sorted(others, key=lambda person: self._people[person].last)[: max(len(others) - most, 0)]
            for person in gone:
                del self._people[person]
            self._version += bool(gone)

    @property
    def version(self) -> int:
        """Changes whenever `view` would."""
        return self._version

    def view(self) -> LaneView:
        with self._lock:
            people = tuple(PersonLane(key, runs.pairs(), len(runs)) for key, runs in sorted(self._people.items()))
            return LaneView(self._analysed.pairs(), people, self._version)


def corrected(view: LaneView, edits: Edits) -> LaneView:
    """Who was there when after corrections by hand; those left out are still in it."""
    cuts = edits.boundaries
    pieces: dict[int, list[tuple[int, int]]] = {}
    for lane in view.people:
        for first, last in lane.runs:
            inner = [cut for cut in cuts if first < cut <= last]
            for start, end in zip([first, *inner], [*(cut - 1 for cut in inner), last], strict=True):
                pieces.setdefault(edits.id_at(lane.id, start), []).append((start, end))
    people = []
    for person, runs in sorted(pieces.items()):
        joined = _joined(runs)
        people.append(PersonLane(person, joined, sum(last - first + 1 for first, last in joined)))
    return LaneView(view.analysed, tuple(people), view.version)


def may_be_on(view: LaneView, person: int, first: int, last: int) -> bool:
    """Whether a person is on one of the frames from `first` to `last`, or may be: some are not analysed yet."""
    runs = next((lane.runs for lane in view.people if lane.id == person), ())
    there, known = (_overlap(some, first, last) for some in (runs, view.analysed))
    return there > 0 or known < last - first + 1


def _overlap(runs: Iterable[tuple[int, int]], first: int, last: int) -> int:
    """How many of the frames from `first` to `last` are in the runs."""
    return sum(max(min(end, last) - max(start, first) + 1, 0) for start, end in runs)


def _joined(runs: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Runs that meet or overlap as one, ascending."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(runs):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = joined[-1][0], max(joined[-1][1], last)
        else:
            joined.append((first, last))
    return tuple(joined)
