"""What a person corrects by hand: who is who from when on, names, who is left out, where a joint really is.

The results of the networks stay as they were found; edits are a list laid over them, so that each can be undone, frames
that are analysed later are corrected too, and a session file holds both.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import numpy as np

from app.changes import (
    KINDS,
    Change,
    ExchangeSides,
    Hide,
    HideOthers,
    Merge,
    MoveJoint,
    MoveJoints,
    Rename,
    Split,
    Swap,
    moves_of,
)
from app.results import FrameRecord, Recording
from engine.types import Poses, Tracks

_Step = Merge | Split | Swap | MoveJoint | ExchangeSides
_PEOPLE = ("person", "kept", "gone", "new", "one", "other")  # the fields that hold an id ...
_SEVERAL = ("others", "people")  # ... and ids


@dataclass(frozen=True)
class Edits:
    """Changes in the order they were made; each speaks of people by the ids they had then."""

    changes: tuple[Change, ...] = ()
    _moves: dict[int, list[tuple[int, MoveJoint]]] = field(init=False, repr=False, compare=False)
    _exchanges: list[tuple[int, ExchangeSides]] = field(init=False, repr=False, compare=False)
    _identity: list[tuple[int, Merge | Split | Swap]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        moves: dict[int, list[tuple[int, MoveJoint]]] = {}
        exchanges: list[tuple[int, ExchangeSides]] = []
        identity: list[tuple[int, Merge | Split | Swap]] = []
        for place, change in enumerate(self.changes):
            for move in moves_of(change):
                moves.setdefault(move.frame, []).append((place, move))
            if isinstance(change, ExchangeSides):
                exchanges.append((place, change))
            elif isinstance(change, Merge | Split | Swap):
                identity.append((place, change))
        object.__setattr__(self, "_moves", moves)
        object.__setattr__(self, "_exchanges", exchanges)
        object.__setattr__(self, "_identity", identity)

    def __len__(self) -> int:
        return len(self.changes)

    @property
    def names(self) -> dict[int, str]:
        """Id → name, of those who have one."""
        names: dict[int, str] = {}
        for change in self.changes:
            if isinstance(change, Rename):
                names[change.person] = change.name
            elif isinstance(change, Merge):
                gone = names.pop(change.gone, "")
                names[change.kept] = names.get(change.kept) or gone
        return {person: name for person, name in names.items() if name}

    @property
    def people(self) -> frozenset[int]:
        """Everybody whom a change speaks of."""
        return frozenset(self.ids())

    @property
    def hidden(self) -> frozenset[int]:
        """Who is left out."""
        hidden: set[int] = set()
        for change in self.changes:
            if isinstance(change, Hide):
                (hidden.add if change.hidden else hidden.discard)(change.person)
            elif isinstance(change, HideOthers):
                hidden = (hidden | set(change.others)) - {change.person}
            elif isinstance(change, Merge):
                if change.gone not in hidden:  # who is seen does not vanish by being somebody else
                    hidden.discard(change.kept)
                hidden.discard(change.gone)
        return frozenset(hidden)

    @cached_property
    def of_poses(self) -> tuple[Change, ...]:
        """Those that change who is who or where a joint is, not only names and who is left out."""
        return tuple(change for change in self.changes if isinstance(change, _Step | MoveJoints))

    @property
    def joints(self) -> frozenset[int]:
        """Every joint that a change speaks of."""
        moved = {move.joint for moves in self._moves.values() for _, move in moves}
        return frozenset(moved.union(*(run[:2] for _, change in self._exchanges for run in change.runs)))

    @cached_property
    def boundaries(self) -> list[int]:
        """The frames at which somebody becomes somebody else, ascending."""
        return sorted({change.frame for _, change in self._identity if not isinstance(change, Merge)})

    def id_at(self, person: int, frame: int) -> int:
        """Who the tracker's `person` is on frame `frame`."""
        where = person, bisect_right(self.boundaries, frame)  # from one to the next he is the same
        if where not in self._met:
            self._met[where] = self.now(-1, person, frame)
        return self._met[where]

    @cached_property
    def _met(self) -> dict[tuple[int, int], int]:
        """Who the tracker's people are between two boundaries, of those asked for: every frame of an hour asks."""
        return {}

    def applied(self, record: FrameRecord) -> FrameRecord:
        """`record` as corrected, those left out still in it; `record` itself where nothing changes."""
        steps = self._steps(record)
        if not steps:
            return record
        ids = record.tracks.ids.copy()
        if all(isinstance(change, Merge | Split | Swap) for change in steps):  # no joint is moved, as on most frames
            ids, steps = np.array([self.id_at(person, record.index) for person in ids.tolist()], np.int64), []
        keypoints, scores = record.tracks.poses.keypoints.copy(), record.tracks.poses.scores.copy()
        smoothed = None if record.smoothed is None else record.smoothed.copy()
        filled = None if record.filled is None else record.filled.copy()
        edited = np.zeros(scores.shape, np.bool_) if record.edited is None else record.edited.copy()
        for change in steps:
            if isinstance(change, MoveJoint):
                for row in np.flatnonzero(ids == change.person):
                    keypoints[row, change.joint] = change.x, change.y
                    scores[row, change.joint], edited[row, change.joint] = 1.0, True
                    if smoothed is not None:
                        smoothed[row, change.joint] = change.x, change.y
                    if filled is not None:
                        filled[row, change.joint] = False
            elif isinstance(change, ExchangeSides):
                rows = np.flatnonzero(ids == change.person)
                order = _exchanged(change.pairs_on(record.index), scores.shape[1])
                for values in (keypoints, scores, smoothed, filled, edited):
                    if values is not None:
                        values[rows] = values[rows][:, order]
            else:
                ids = np.array([_identified(change, person, record.index) for person in ids.tolist()], np.int64)
        poses = Poses(keypoints, scores, record.tracks.poses.boxes)
        tracks = Tracks(poses, ids, record.tracks.rows)
        corrected = edited if edited.any() else None
        changed = replace(record, tracks=tracks, smoothed=smoothed, filled=filled, edited=corrected, bridged=None)
        return changed[_one_each(ids, scores)]

    def of(self, recording: Recording) -> Recording:
        """A copy of `recording` as corrected, those left out still in it."""
        corrected = Recording(recording.header)
        for record in recording:
            corrected.add(self.applied(record))
        return corrected

    def _steps(self, record: FrameRecord) -> list[_Step]:
        """What may change `record`, in the order it was made."""
        if not len(record.tracks):
            return []
        exchanges = [step for step in self._exchanges if step[1].pairs_on(record.index)]
        of_joints: list[tuple[int, MoveJoint | ExchangeSides]] = [*self._moves.get(record.index, []), *exchanges]
        if not self._identity:  # else whoever is there may have another number by then
            there = set(record.tracks.ids.tolist())
            of_joints = [(place, change) for place, change in of_joints if change.person in there]
        steps: list[tuple[int, _Step]] = [*of_joints, *self._identity]
        return [change for _, change in sorted(steps, key=lambda step: step[0])]

    def shown(self, record: FrameRecord) -> FrameRecord:
        """`record` as corrected, without those left out: what is drawn and exported."""
        return self.without_hidden(self.applied(record))

    def without_hidden(self, record: FrameRecord) -> FrameRecord:
        """`record`, corrected already, without those left out."""
        hidden = self.hidden
        if not hidden:
            return record
        rows = np.flatnonzero(~np.isin(record.tracks.ids, list(hidden)))
        return record if len(rows) == len(record.tracks) else record[rows]

    def exchanged_by_hand(self, person: int, frame: int) -> frozenset[int]:
        """Which joints of who is `person` now changed places on a frame."""
        joints: set[int] = set()
        for place, change in self._exchanges:
            pairs = change.pairs_on(frame)
            if pairs and self.now(place, change.person, frame) == person:
                joints.update(joint for pair in pairs for joint in pair)
        return frozenset(joints)

    def now(self, place: int, person: int, frame: int) -> int:
        """Who `person` of when the change at `place` was made has become on a frame by those after it."""
        for later, change in self._identity:
            if later > place:
                person = _identified(change, person, frame)
        return person

    def renumbered(self, renamed: Mapping[int, int]) -> Edits:
        """The same edits after people were given other ids; a merge that came true by itself falls away."""
        changes: list[Change] = []
        for change in self.changes:
            people: dict[str, Any] = {f.name: getattr(change, f.name) for f in fields(change) if f.name in _PEOPLE}
            people = {key: renamed.get(person, person) for key, person in people.items()}
            for several in _SEVERAL:
                if hasattr(change, several):
                    people[several] = tuple(renamed.get(person, person) for person in getattr(change, several))
            changes.append(replace(change, **people))
        return Edits(tuple(c for c in changes if not (isinstance(c, Merge) and c.kept == c.gone)))

    def ids(self) -> set[int]:
        """Every id the edits speak of."""
        listed = {other for change in self.changes for several in _SEVERAL for other in getattr(change, several, ())}
        return listed | {
            getattr(change, f.name) for change in self.changes for f in fields(change) if f.name in _PEOPLE
        }


class EditLog:
    """Edits that can be taken back and made again, but for the first `given` of those it begins with."""

    def __init__(self, edits: Edits | None = None, *, given: int = 0) -> None:
        self._given = Edits(() if edits is None else edits.changes[:given])
        self._done: list[tuple[Change, ...]] = [] if edits is None else [(one,) for one in edits.changes[given:]]
        self._undone: list[tuple[Change, ...]] = []
        self._put_together()

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        return bool(self._undone)

    def do(self, *changes: Change) -> None:
        """Make changes, in one step; what was undone before cannot be made again."""
        self._done.append(changes)
        self._undone.clear()
        self._put_together()

    def undo(self) -> tuple[Change, ...]:
        """Take the last step back; its changes, none where there is no step."""
        return self._move(self._done, self._undone)

    def redo(self) -> tuple[Change, ...]:
        """Make the step again that was taken back last; its changes, none where there is none."""
        return self._move(self._undone, self._done)

    def _move(self, steps: list[tuple[Change, ...]], to: list[tuple[Change, ...]]) -> tuple[Change, ...]:
        if not steps:
            return ()
        to.append(steps.pop())
        self._put_together()
        return to[-1]

    def renumber(self, renamed: Mapping[int, int]) -> None:
        """Follow people to their new ids."""
        self._given = self._given.renumbered(renamed)
        self._done, self._undone = (
            [after for step in steps if (after := Edits(step).renumbered(renamed).changes)]
            for steps in (self._done, self._undone)
        )
        self._put_together()

    def _put_together(self) -> None:
        self.edits = Edits((*self._given.changes, *(change for step in self._done for change in step)))


def to_fields(edits: Edits) -> list[dict[str, Any]]:
    """Edits as JSON can hold them."""
    return [{"change": type(c).__name__} | {f.name: getattr(c, f.name) for f in fields(c)} for c in edits.changes]


def from_fields(items: Iterable[Mapping[str, Any]]) -> Edits:
    """Edits read back. Raises ValueError, KeyError or TypeError where they are none."""
    changes: list[Change] = []
    for item in items:
        kind = KINDS[item["change"]]
        changes.append(kind(**{f.name: _CONVERT.get(f.name, _number)(item[f.name]) for f in fields(kind)}))
    return Edits(tuple(changes))


def _number(value: Any) -> int:
    """Of a person, frame or joint. Raises ValueError, TypeError."""
    number = int(value)
    if not 0 <= number < 2**53:
        raise ValueError(f"{number} is no person, frame or joint")
    return number


def _numbers(values: Any) -> tuple[int, ...]:
    """Of people. Raises ValueError, TypeError."""
    return tuple(map(_number, values))


def _runs(values: Any) -> tuple[tuple[int, int, int, int | None], ...]:
    """Of exchanged joints. Raises ValueError, TypeError."""
    return tuple(
        (_number(left), _number(right), _number(first), None if last is None else _number(last))
        for left, right, first, last in values
    )


def _limb(value: Any) -> int | None:
    """That was looked at. Raises ValueError, TypeError."""
    return None if value is None else _number(value)


def _places(values: Any) -> tuple[tuple[int, int, float, float], ...]:
    """Of moved joints. Raises ValueError, TypeError."""
    places = tuple((_number(frame), _number(joint), float(x), float(y)) for frame, joint, x, y in values)
    if not places:
        raise ValueError("no joint is moved")
    return places


_CONVERT: dict[str, Any] = {
    "name": str, "hidden": bool, "others": _numbers, "people": _numbers, "x": float, "y": float, "runs": _runs,
    "kind": str, "limb": _limb, "places": _places,
}  # fmt: skip


def _exchanged(pairs: Iterable[tuple[int, int]], count: int) -> list[int]:
    """Which of `count` joints is in the place of each after those of the pairs were exchanged, one after the other."""
    order = list(range(count))
    for left, right in pairs:
        order[left], order[right] = order[right], order[left]
    return order


def _identified(change: Merge | Split | Swap, person: int, frame: int) -> int:
    """Who `person` is after one change."""
    match change:
        case Merge(kept, gone):
            return kept if person == gone else person
        case Split(whom, since, new):
            return new if person == whom and frame >= since else person
        case Swap(one, other, since):
            return {one: other, other: one}.get(person, person) if frame >= since else person


def _one_each(ids: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """The rows to keep, in ascending order of id; of two with one id the surer."""
    sure = scores.mean(axis=1) if scores.size else np.zeros(len(ids))
    order = np.lexsort((-sure, ids))
    first = np.ones(len(order), np.bool_)
    first[1:] = ids[order][1:] != ids[order][:-1]
    return np.asarray(order[first])
