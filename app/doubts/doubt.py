"""What a doubt is: a moment of a recording at which it may be wrong."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from app.changes import Change, Confirm


class Kind(Enum):
    """What may be wrong. The value of each is what `app.changes.Confirm` and the command line call it."""

    SAME = "same"
    """Two numbers, one after the other, may be one person; remedy: to join them."""
    EXCHANGED = "exchanged"
    """Two people who met may have exchanged their numbers; remedy: to swap them from there on."""
    BRIEF = "brief"
    """Somebody seen for a moment only, and not surely, may be nobody; remedy: to leave him out."""
    SIDES = "sides"
    """Left and right may have been taken for each other, longer than is put back unasked; remedy: to exchange them."""
    LEAP = "leap"
    """A joint leaps away for a moment, and back; remedy: to put it on the straight way between before and after."""


AT_ONCE_S = 0.05
"""Who came up sooner than this after another one had gone: no time is told."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A moment to look at.

    frame        the frame on which it is seen best
    first, last  the frames that it is about, inclusive
    people       whom it is about, by the ids they have in the recording; of SAME the earlier one first
    remedy       the correction that it takes if it is as doubted
    seconds      of SAME how long nobody was seen between, of all others how long it lasts
    weight       how likely it is that something is wrong, 0-1, as far as can be told
    joint        of LEAP the one that leaps farthest, by number; else None
    limb         of SIDES which one: the left joint of its root, by number; else None
    """

    kind: Kind
    frame: int
    first: int
    last: int
    people: tuple[int, ...]
    remedy: Change
    seconds: float
    weight: float
    joint: int | None = None
    limb: int | None = None

    def is_settled_by(self, confirmed: Confirm) -> bool:
        """Whether that was said of this moment, by the ids that people have here."""
        is_there = self.kind is Kind.SAME or self.first <= confirmed.frame <= self.last
        is_it = confirmed.kind == self.kind.value and confirmed.limb == self.limb
        return is_it and set(confirmed.people) == set(self.people) and is_there
