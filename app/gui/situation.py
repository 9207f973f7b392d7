"""What decides which actions make sense just now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.gui.body_parts import names_sides
from engine.addresses import is_camera

if TYPE_CHECKING:
    from app.gui.window import MainWindow


@dataclass(frozen=True, slots=True)
class Situation:
    """Of the window: what is open, who is chosen, what runs."""

    opened: bool = False
    live: bool = False
    camera: bool = False
    people: int = 0
    chosen: bool = False
    can_undo: bool = False
    can_redo: bool = False
    range_marked: bool = False
    comparing: bool = False
    curve: bool = False
    sides: bool = False
    paired: bool = False
    slow: bool = False
    asked: bool = False


Condition = Callable[[Situation], bool]


def always(situation: Situation) -> bool:
    return True


def opened(situation: Situation) -> bool:
    return situation.opened


def in_file(situation: Situation) -> bool:
    return situation.opened and not situation.live


def in_live(situation: Situation) -> bool:
    return situation.live


def in_camera(situation: Situation) -> bool:
    return situation.camera


def has_people(situation: Situation) -> bool:
    return situation.people > 0


def holds_people(situation: Situation) -> bool:
    """Whether it is a file in which somebody was seen."""
    return has_people(situation) and in_file(situation)


def is_asked(situation: Situation) -> bool:
    """Whether a moment to check is asked about."""
    return situation.asked


def has_chosen(situation: Situation) -> bool:
    return situation.chosen


def has_other(situation: Situation) -> bool:
    """Whether there is somebody the person chosen could be."""
    return situation.chosen and situation.people > 1


def splits(situation: Situation) -> bool:
    return situation.chosen and in_file(situation)


def swaps(situation: Situation) -> bool:
    return has_other(situation) and in_file(situation)


def exchanges(situation: Situation) -> bool:
    """Whether the joints of the person chosen have a left and a right."""
    return splits(situation) and situation.paired


def can_undo(situation: Situation) -> bool:
    return situation.can_undo


def can_redo(situation: Situation) -> bool:
    return situation.can_redo


def has_range(situation: Situation) -> bool:
    return situation.range_marked


def is_comparing(situation: Situation) -> bool:
    return situation.comparing


def has_curve(situation: Situation) -> bool:
    """Whether the analysis strip shows one."""
    return situation.curve


def has_sides(situation: Situation) -> bool:
    """Whether the analysis strip shows a measure of the left or right of the body."""
    return situation.sides


def may_be_slow(situation: Situation) -> bool:
    """Whether it is a file that may show slower what happened."""
    return situation.slow


def situation_of(window: MainWindow) -> Situation:
    """The situation the window is in."""
    info, editing = window.info, window.editing
    live = info is not None and info.live
    return Situation(
        opened=info is not None,
        live=live,
        camera=live and is_camera(window.address),
        people=window.people.rowCount() if info is not None else 0,
        chosen=editing.chosen is not None,
        can_undo=editing.can_undo,
        can_redo=editing.can_redo,
        range_marked=window.stage.timeline.loop is not None,
        comparing=window.comparing.address != "",
        curve=info is not None and window.analysing.has_curve,
        sides=info is not None and window.analysing.has_sides,
        paired=window.shown is not None and names_sides(window.shown.skeleton),
        slow=info is not None and window.slow_motion.applies,
        asked=window.checking.asked is not None,
    )
