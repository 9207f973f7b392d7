"""Which doubts are still to be looked at after more was corrected, without searching the recording anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.changes import (
    Change,
    Confirm,
    ExchangeSides,
    Hide,
    HideOthers,
    Merge,
    MoveJoint,
    MoveJoints,
    Split,
    Swap,
    moves_of,
)
from app.doubts.doubt import Doubt, Kind


def still_open(doubts: Iterable[Doubt], later: Iterable[Change]) -> list[Doubt]:
    """Those of `doubts` that the corrections `later`, made after they were found, leave open, by the ids of now."""
    left = list(doubts)
    for change in later:
        left = [after for doubt in left if not _answers(change, doubt) and (after := _after(change, doubt))]
    return left


def is_answered(doubt: Doubt, later: Iterable[Change]) -> bool:
    """Whether the corrections `later` decide a doubt; else it is open, or to be looked for anew."""
    left: Doubt | None = doubt
    for change in later:
        if left is None:
            return False
        if _answers(change, left):
            return True
        left = _after(change, left)
    return False


def _answers(change: Change, doubt: Doubt) -> bool:
    if change == doubt.remedy:
        return True
    match change:
        case MoveJoint() | MoveJoints() if isinstance(doubt.remedy, MoveJoints) and change.person in doubt.people:
            moved = {(move.frame, move.joint) for move in moves_of(change)}
            return all(place[:2] in moved for place in doubt.remedy.places)
        case Hide(person, True):
            return person in doubt.people
        case HideOthers(_, others):
            return not set(doubt.people).isdisjoint(others)
        case Confirm():
            return doubt.is_settled_by(change)
        case Merge(kept, gone):
            return doubt.kind is Kind.BRIEF and doubt.people[0] in (kept, gone)
        case Swap(one, other, frame):
            return doubt.is_settled_by(Confirm(Kind.EXCHANGED.value, (one, other), frame))
        case ExchangeSides(person, runs) if isinstance(doubt.remedy, ExchangeSides) and person in doubt.people:
            pairs = {run[:2] for run in doubt.remedy.runs}
            return any(
                run[:2] in pairs and run[2] <= doubt.last and (run[3] is None or doubt.first <= run[3]) for run in runs
            )
    return False


def _after(change: Change, doubt: Doubt) -> Doubt | None:
    """What is left of a doubt, by the ids that people have after a change; None: nothing."""
    moved = {(move.frame, move.joint) for move in moves_of(change) if move.person in doubt.people}
    if moved and isinstance(doubt.remedy, MoveJoints):
        places = tuple(place for place in doubt.remedy.places if place[:2] not in moved)
        frame, joint = (doubt.frame, doubt.joint) if (doubt.frame, doubt.joint) not in moved else places[0][:2]
        return replace(doubt, remedy=replace(doubt.remedy, places=places), frame=frame, joint=joint)
    return _renamed(doubt, change) if isinstance(change, Merge | Split | Swap) else doubt


def _renamed(doubt: Doubt, change: Merge | Split | Swap) -> Doubt | None:
    """None where both whom it is about are one by it; or he himself is two, of whom only a new search tells."""
    from app.edits import Edits  # brings NumPy, which is there by now

    if len(doubt.people) == 1 and not isinstance(change, Merge) and doubt.first < change.frame <= doubt.last:
        there = {change.person} if isinstance(change, Split) else {change.one, change.other}
        if doubt.people[0] in there:
            return None
    frames = (doubt.first, doubt.last) if doubt.kind is Kind.SAME else (doubt.frame,) * len(doubt.people)
    since = Edits((change,))
    people = tuple(since.id_at(person, frame) for person, frame in zip(doubt.people, frames, strict=True))
    if len(set(people)) < len(people):
        return None
    (remedy,) = Edits((doubt.remedy,)).renumbered(dict(zip(doubt.people, people, strict=True))).changes
    return replace(doubt, people=people, remedy=remedy)
