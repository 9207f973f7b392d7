"""Everything a user can do, defined once: menus, toolbar, buttons and the list of shortcuts all show these."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PyQt6.QtCore import QObject
from PyQt6.QtGui import QAction, QActionGroup, QKeySequence

from app.gui import theme
from app.gui.situation import Condition, Situation, always


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing to do. `text` is a verb phrase for menus; `tip` a sentence; `group` the menu it is in.

    `run` takes the new state where `checkable`, else nothing. Of those that are `one_of` the same, one is checked.
    """

    id: str
    text: str
    tip: str
    group: str
    run: Callable[..., None]
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    enabled_when: Condition = always
    checkable: bool = False
    starts_section: bool = False
    one_of: str = ""


class Actions(QObject):
    """The QActions made of specs, by id; kept enabled and disabled as the situation demands."""

    def __init__(self, specs: Iterable[ActionSpec], parent: QObject) -> None:
        super().__init__(parent)
        self.specs = tuple(specs)
        self._groups: dict[str, QActionGroup] = {}
        self._actions = {spec.id: self._make(spec) for spec in self.specs}
        self.refresh(Situation())

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def refresh(self, situation: Situation) -> None:
        for spec in self.specs:
            self._actions[spec.id].setEnabled(spec.enabled_when(situation))

    def repaint(self) -> None:
        """Draw the icons in the colours of the look in use."""
        for spec in self.specs:
            if spec.icon:
                self._actions[spec.id].setIcon(theme.themed_icon(spec.icon))

    def check(self, action_id: str, on: bool) -> None:
        """Show a state that was changed elsewhere, without running the action."""
        action = self._actions[action_id]
        before = action.blockSignals(True)
        action.setChecked(on)
        action.blockSignals(before)

    def _make(self, spec: ActionSpec) -> QAction:
        action = QAction(spec.text, self)
        action.setObjectName(spec.id)
        action.setIconText(plain(spec.text))  # on a tool bar; Qt would leave the letter of `打开(&O)…` there
        action.setShortcuts([QKeySequence(keys) for keys in spec.shortcuts])
        keys = f" ({shown(spec.shortcuts[0])})" if spec.shortcuts else ""
        action.setToolTip(f"{spec.tip}{keys}")
        action.setStatusTip("")
        if spec.icon:
            action.setIcon(theme.themed_icon(spec.icon))
        action.setCheckable(spec.checkable or bool(spec.one_of))
        action.setIconVisibleInMenu(not action.isCheckable())  # in a menu it would stand in the place of the tick
        if spec.one_of:
            group = self._groups.setdefault(spec.one_of, QActionGroup(self))
            group.addAction(action)
        if spec.checkable:
            action.toggled.connect(spec.run)
        else:
            action.triggered.connect(lambda _checked=False, run=spec.run: run())
        return action


def plain(text: str) -> str:
    """The text of an action without its mnemonic: `&Open…`, or `打开(&O)…` where words have no letters for one."""
    return re.sub(r"\(&.\)|&", "", text).rstrip("…")


def shown(keys: str) -> str:
    """A shortcut as the platform writes it."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
