"""Which doubts are still to be looked at after more was corrected, without searching the recording anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.changes import Change, Confirm, ExchangeSides, Hide, HideOthers, Merge, MoveJoint, Split, Swap
from app.doubts.doubt import Doubt, Kind


def still_open(doubts: Iterable[Doubt], later: Iterable[Change]) -> list[Doubt]:
    """Those of `doubts` that the corrections `later`, made after they were found, leave open, by the ids of now."""
    left = list(doubts)
    for change in later:
        left = [after for doubt in left if not _answers(change, doubt) and (after := _renamed(doubt, change))]
    return left


def _answers(change: Change, doubt: Doubt) -> bool:
    if change == doubt.remedy:
        return True
    match change:
        case Hide(person, True):
            return person in doubt.people
        case HideOthers(_, others):
            return not set(doubt.people).isdisjoint(others)
        case Confirm(kind, people, frame):
            return kind == doubt.kind.value and set(people) == set(doubt.people) and _is_on(frame, doubt)
        case Merge(kept, gone):
            return doubt.kind is Kind.BRIEF and doubt.people[0] in (kept, gone)
        case Swap(one, other, frame):
            return doubt.kind is Kind.EXCHANGED and {one, other} == set(doubt.people) and _is_on(frame, doubt)
        case ExchangeSides(person, runs):
            on_it = any(first <= doubt.last and (last is None or doubt.first <= last) for _, _, first, last in runs)
            return doubt.kind is Kind.SIDES and person in doubt.people and on_it
        case MoveJoint(frame, person, joint):
            return joint == doubt.joint and person in doubt.people and _is_on(frame, doubt)
    return False


def _is_on(frame: int, doubt: Doubt) -> bool:
    return doubt.kind is Kind.SAME or doubt.first <= frame <= doubt.last


def _renamed(doubt: Doubt, change: Change) -> Doubt | None:
    """A doubt by the ids that people have after a change; None where both whom it is about are one by it."""
    if not isinstance(change, Merge | Split | Swap):
        return doubt
    from app.edits import Edits  # brings NumPy, which is there by now

    frames = (doubt.first, doubt.last) if doubt.kind is Kind.SAME else (doubt.frame,) * len(doubt.people)
    since = Edits((change,))
    people = tuple(since.id_at(person, frame) for person, frame in zip(doubt.people, frames, strict=True))
    if len(set(people)) < len(people):
        return None
    remedy = doubt.remedy
    if remedy is not None:
        (remedy,) = Edits((remedy,)).renumbered(dict(zip(doubt.people, people, strict=True))).changes
    return replace(doubt, people=people, remedy=remedy)
