"""What is asked about a moment at which a recording may be wrong, and what the answer is called."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.doubts.doubt import Doubt, Kind
from app.gui.body_words import body_words
from app.gui.wording import translated

if TYPE_CHECKING:
    from engine.skeletons import Skeleton

AT_ONCE_S = 0.05
"""Who came up sooner than this after another one had gone: no time is told."""


def question(doubt: Doubt, name: Callable[[int], str], skeleton: Skeleton | None) -> str:
    """`name`: what to call a person. `skeleton`: whose joints it is about, where that is known."""
    tr = translated  # by this name scripts/translations.py finds what is to be translated
    names, seconds = [name(person) for person in doubt.people], f"{doubt.seconds:.1f}"
    match doubt.kind:
        case Kind.SAME if doubt.seconds < AT_ONCE_S:
            return tr("Is {1} the same person as {0}, who is last seen here?").format(*names)
        case Kind.SAME:
            return tr("Is {1} the same person as {0}, who went out of sight {2} s before?").format(*names, seconds)
        case Kind.EXCHANGED:
            return tr("May {0} and {1} have been exchanged here, where they meet?").format(*names)
        case Kind.BRIEF:
            return tr("Is {0} anybody? Seen for {1} s only.").format(*names, seconds)
        case Kind.SIDES:
            return tr("Left and right of {0} may be exchanged for {1} s.").format(*names, seconds)
        case Kind.LEAP:
            words = tr("A joint of {0} leaps away here: {1}. Put it on its way, or drag it to its place.")
            joint = skeleton.keypoints[doubt.joint] if skeleton is not None and doubt.joint is not None else ""
            return words.format(*names, body_words(joint))


def remedy_words(doubt: Doubt) -> str:
    """What a button that makes the correction says."""
    tr = translated
    return {
        Kind.SAME: tr("Join"),
        Kind.EXCHANGED: tr("Swap"),
        Kind.BRIEF: tr("Leave out"),
        Kind.SIDES: tr("Exchange"),
        Kind.LEAP: tr("Put on its way"),
    }[doubt.kind]


def in_short(doubt: Doubt, name: Callable[[int], str]) -> str:
    """For the timeline, where there is little room."""
    tr = translated
    words = {
        Kind.SAME: tr("the same person?"),
        Kind.EXCHANGED: tr("exchanged?"),
        Kind.BRIEF: tr("anybody?"),
        Kind.SIDES: tr("left and right?"),
        Kind.LEAP: tr("a joint that leaps?"),
    }[doubt.kind]
    return tr("to check: {0}: {1}").format(", ".join(map(name, doubt.people)), words)
