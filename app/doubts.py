"""Moments of a recording at which it may be wrong, for a person to look at: who is who, sides, joints that leap."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from app.certainty import MIN_SCORE
from app.changes import Change
from app.edits import Edits
from app.results import Recording


class Kind(Enum):
    """What may be wrong. The name of each is what `Confirm` and the command line call it."""

    SAME = "same"
    """Two numbers, one after the other, may be one person; remedy: to join them."""
    EXCHANGED = "exchanged"
    """Two people who met may have exchanged their numbers; remedy: to swap them from there on."""
    BRIEF = "brief"
    """Somebody seen for a moment only, and not surely, may be nobody; remedy: to leave him out."""
    SIDES = "sides"
    """Left and right may have been taken for each other, longer than is put back by itself; remedy: to exchange them."""
    LEAP = "leap"
    """A joint leaps away for a moment, and back; no remedy but to put it in its place by hand."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A moment to look at.

    frame        the frame on which it is seen best
    first, last  the frames that it is about, inclusive
    people       whom it is about, by the ids they have in the recording; of SAME the earlier one first
    remedy       the correction that it takes if it is as doubted; None: none that can be made without looking
    joint        of LEAP: its number; else None
    weight       how likely it is that something is wrong, 0-1, as far as can be told
    """

    kind: Kind
    frame: int
    first: int
    last: int
    people: tuple[int, ...]
    remedy: Change | None
    weight: float
    joint: int | None = None


def find_doubts(recording: Recording, edits: Edits | None = None, *, min_score: float = MIN_SCORE) -> list[Doubt]:
    """What is doubtful in a recording as it is corrected, by frame.

    edits      the corrections that are in the recording already: whom they leave out, and what somebody has looked at
               (`Confirm`), is not told, nor what was corrected by hand there
    min_score  joints scored below count as not found
    """
    return []
