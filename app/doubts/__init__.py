"""Moments of a recording at which it may be wrong, for a person to look at: who is who, sides, joints that leap."""

from __future__ import annotations

from app.certainty import MIN_SCORE
from app.changes import Confirm, Swap
from app.doubts.doubt import Doubt, Kind
from app.doubts.joints import exchanged_sides, leaping_joints
from app.doubts.paths import paths_of
from app.doubts.people import brief_people, exchanged_people, same_people
from app.edits import Edits
from app.results import Recording

__all__ = ["Doubt", "Kind", "find_doubts"]


def find_doubts(recording: Recording, edits: Edits | None = None, *, min_score: float = MIN_SCORE) -> list[Doubt]:
    """What is doubtful in a recording as it is corrected, by frame.

    edits      the corrections that are in the recording already: whom they leave out, and what somebody has looked at
               (`Confirm`), is not told, nor what was corrected by hand there
    min_score  joints scored below count as not found
    """
    if recording.header.is_one_by_one:  # a number is somebody else's in the next picture
        return []
    edits = edits or Edits()
    source, skeleton = recording.header.source, recording.header.skeleton
    size = source.width, source.height
    paths = paths_of(recording, edits, min_score=min_score)
    same = same_people(paths, size)
    again = {doubt.people[1] for doubt in same}
    brief = [doubt for doubt in brief_people(paths, size) if doubt.people[0] not in again]
    of_joints = [*exchanged_sides(paths, skeleton), *leaping_joints(paths, skeleton)]
    found = [*same, *exchanged_people(paths), *brief, *of_joints]
    decided = _decided(edits)
    return sorted(
        (doubt for doubt in found if not any(_answers(one, doubt) for one in decided)),
        key=lambda doubt: (doubt.frame, doubt.people),
    )


def _decided(edits: Edits) -> list[Confirm]:
    """What somebody has looked at, by the ids that people have now."""
    decided = []
    for place, change in enumerate(edits.changes):
        match change:
            case Swap(one, other, frame):
                change = Confirm(Kind.EXCHANGED.value, (one, other), frame)
            case Confirm():
                pass
            case _:
                continue
        people = tuple(edits.now(place, person, change.frame) for person in change.people)
        decided.append(Confirm(change.kind, people, change.frame))
    return decided


def _answers(confirmed: Confirm, doubt: Doubt) -> bool:
    is_there = doubt.kind is Kind.SAME or doubt.first <= confirmed.frame <= doubt.last
    return confirmed.kind == doubt.kind.value and set(confirmed.people) == set(doubt.people) and is_there
