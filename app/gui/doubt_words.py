"""What is asked about a moment at which a recording may be wrong, and what the answer is called."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.changes import MoveJoints
from app.doubts.doubt import AT_ONCE_S, Doubt, Kind
from app.gui.body_parts import limb_words
from app.gui.body_words import body_words
from app.gui.wording import translated

if TYPE_CHECKING:
    from engine.skeletons import Skeleton

MOST_JOINTS = 3
"""That are told by name."""


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
            limb = limb_words(skeleton, doubt.limb) if skeleton is not None and doubt.limb is not None else ""
            return tr("Left and right of {0} may be exchanged for {1} s: {2}.").format(*names, seconds, limb)
        case Kind.LEAP:
            joints = _joints(doubt, skeleton)
            words = (
                tr("{1} of {0} leaps away here. Put it back between before and after, or drag it.")
                if len(joints) == 1
                else tr("{1} of {0} leap away here. Put them back between before and after, or drag them.")
            )
            told = joints if len(joints) <= MOST_JOINTS else [*joints[:MOST_JOINTS], "…"]
            return words.format(*names, ", ".join(told))


def _joints(doubt: Doubt, skeleton: Skeleton | None) -> list[str]:
    """What those are called that leap, the farthest first; as in a sentence that begins with them."""
    joints = [] if doubt.joint is None else [doubt.joint]
    if isinstance(doubt.remedy, MoveJoints):
        joints = list(dict.fromkeys([*joints, *(joint for _, joint, *_ in doubt.remedy.places)]))
    words = [body_words(skeleton.keypoints[joint]) if skeleton is not None else f"{joint}" for joint in joints]
    return [*words[:1], *(word.lower() for word in words[1:])]


def remedy_words(doubt: Doubt) -> str:
    """What a button that makes the correction says."""
    tr = translated
    return {
        Kind.SAME: tr("Join"),
        Kind.EXCHANGED: tr("Swap"),
        Kind.BRIEF: tr("Leave out"),
        Kind.SIDES: tr("Exchange"),
        Kind.LEAP: tr("Put back"),
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
