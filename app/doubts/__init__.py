"""Moments of a recording at which it may be wrong, for a person to look at: who is who, sides, joints that leap."""

from __future__ import annotations

from dataclasses import replace

from app.certainty import MIN_SCORE
from app.changes import Confirm, Swap
from app.doubts.clothes import Looks, judged, pictures_of
from app.doubts.doubt import Doubt, Kind
from app.doubts.joints import exchanged_sides, leaping_joints
from app.doubts.meetings import exchanged_people
from app.doubts.paths import Path, paths_of
from app.doubts.people import brief_people, likeliest, same_people
from app.edits import Edits
from app.results import Recording

__all__ = ["Doubt", "Kind", "Looks", "find_doubts", "pictures_of"]


LEAST, LEAST_EXCHANGED = 0.15, 0.3
"""How likely it must be that somebody is somebody else to be told; of two exchanged where their clothes were seen."""
WORTH_A_LOOK = 0.03


def find_doubts(
    recording: Recording,
    edits: Edits | None = None,
    *,
    min_score: float = MIN_SCORE,
    looks: Looks | None = None,
) -> list[Doubt]:
    """What is doubtful in a recording as it is corrected, by frame.

    edits      the corrections that are in the recording already: whom they leave out, and what somebody has looked at
               (`Confirm`), is not told, nor what was corrected by hand there
    min_score  joints scored below count as not found
    looks      knows what people wear in the video; None: who is who is told by ways alone
    """
    if recording.header.is_one_by_one:  # a number is somebody else's in the next picture
        return []
    edits = edits or Edits()
    source, skeleton = recording.header.source, recording.header.skeleton
    size = source.width, source.height
    paths = paths_of(recording, edits, min_score=min_score)
    decided = _decided(edits)
    who = _who_is_who(paths, size, recording, looks, decided)
    again = {doubt.people[1] for doubt in who if doubt.kind is Kind.SAME}
    brief = [doubt for doubt in brief_people(paths, size) if doubt.people[0] not in again]
    found = [*who, *brief, *exchanged_sides(paths, skeleton), *leaping_joints(paths, skeleton)]
    return sorted(_undecided(found, decided), key=lambda doubt: (doubt.frame, doubt.people))


def _who_is_who(
    paths: list[Path], size: tuple[int, int], recording: Recording, looks: Looks | None, decided: list[Confirm]
) -> list[Doubt]:
    least = LEAST if looks is None else WORTH_A_LOOK
    found = _undecided([*same_people(paths, size, least), *exchanged_people(paths, least)], decided)
    if looks is not None:
        found = [
            doubt
            for doubt, is_seen in judged(found, paths, recording, looks)
            if doubt.weight >= (LEAST_EXCHANGED if is_seen and doubt.kind is Kind.EXCHANGED else LEAST)
        ]
    same = [doubt for doubt in found if doubt.kind is Kind.SAME]
    return [*likeliest(same), *(doubt for doubt in found if doubt.kind is not Kind.SAME)]


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
        decided.append(replace(change, people=people))
    return decided


def _undecided(doubts: list[Doubt], decided: list[Confirm]) -> list[Doubt]:
    return [doubt for doubt in doubts if not any(doubt.is_settled_by(one) for one in decided)]
