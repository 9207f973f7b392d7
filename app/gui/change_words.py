"""What a correction is called where it is taken back or made again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.changes import (
    Change,
    Confirm,
    ExchangeSides,
    Hide,
    HideOthers,
    Merge,
    MoveJoint,
    MoveJoints,
    Rename,
    Split,
    Swap,
)
from app.gui.body_words import body_words
from app.gui.wording import translated

if TYPE_CHECKING:
    from engine.skeletons import Skeleton


def frame_of(change: Change) -> int | None:
    """The first frame that it is about; None: all of them."""
    match change:
        case MoveJoints(places=places):
            return min(frame for frame, *_ in places)
        case Split(frame=frame) | Swap(frame=frame) | MoveJoint(frame=frame) | Confirm(frame=frame):
            return frame
        case ExchangeSides(runs=runs):
            return min(first for _, _, first, _ in runs)
    return None


def words_of(change: Change, name: Callable[[int], str], skeleton: Skeleton | None) -> str:
    """`name`: what to call a person. `skeleton`: whose joints it is about, where that is known."""
    tr = translated  # by this name scripts/translations.py finds what is to be translated
    frame = (frame_of(change) or 0) + 1
    match change:
        case Rename(person):
            return tr("the name of {0}").format(name(person))
        case Hide(person, hidden):
            return (tr("{0} is left out") if hidden else tr("{0} is no longer left out")).format(name(person))
        case HideOthers(person):
            return tr("everybody but {0} is left out").format(name(person))
        case Merge(kept, gone):
            return tr("{0} and {1} are one").format(name(kept), name(gone))
        case Split(person):
            return tr("{0} is somebody else from frame {1} on").format(name(person), frame)
        case Swap(one, other):
            return tr("{0} and {1} are exchanged from frame {2} on").format(name(one), name(other), frame)
        case MoveJoint(person=person, joint=joint):
            named = body_words(skeleton.keypoints[joint]) if skeleton is not None else ""
            return tr("{0} of {1} on frame {2}").format(named, name(person), frame)
        case MoveJoints(person):
            return tr("joints of {0} are put back, as of frame {1}").format(name(person), frame)
        case Confirm():
            return tr("the moment on frame {0} is right as it is").format(frame)
        case ExchangeSides(person):
            return tr("left and right of {0} are exchanged, as of frame {1}").format(name(person), frame)
