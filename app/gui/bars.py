"""Menu bar and tool bar, filled from the list of actions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import QMainWindow, QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from app.gui.actions import Actions

ON_TOOLBAR = ("open", "camera", "", "export", "export-data")


def fill_menus(window: QMainWindow, actions: Actions) -> dict[str, QMenu]:
    """A menu for every group, in the order the actions come. The window has the actions too, for their keys: those of a
    menu bar that is hidden, as in full screen, are dead."""
    bar = window.menuBar()
    menus: dict[str, QMenu] = {}
    if bar is None:
        return menus
    taken: set[str] = set()
    for spec in actions.specs:
        if spec.group not in menus:
            menu = bar.addMenu(_with_letter(spec.group, taken))
            if menu is None:
                continue
            menus[spec.group] = menu
        if spec.starts_section:
            menus[spec.group].addSeparator()
        menus[spec.group].addAction(actions[spec.id])
        window.addAction(actions[spec.id])
    return menus


def _with_letter(title: str, taken: set[str]) -> str:
    """A menu's title with its first letter that no other menu is opened by, which is taken then."""
    letter = next((place for place, one in enumerate(title) if one.isascii() and one.lower() not in taken), None)
    if letter is None:
        return title
    taken.add(title[letter].lower())
    return f"{title[:letter]}&{title[letter:]}"


def add_recent_menu(
    menu: QMenu, actions: Actions, recent: Callable[[], list[Path]], chosen: Callable[[str], None]
) -> None:
    """Under "Open …" a menu of what was opened lately, filled when it is shown."""
    inner = QMenu(menu.tr("Open &lately used"), menu)

    def fill() -> None:
        inner.clear()
        for path in recent():
            entry = inner.addAction(path.name)
            if entry is not None:
                entry.setToolTip(str(path))
                entry.triggered.connect(lambda _=False, path=path: chosen(str(path)))
        inner.setEnabled(bool(recent()))

    inner.setToolTipsVisible(True)
    inner.aboutToShow.connect(fill)
    menu.aboutToShow.connect(fill)
    menu.insertMenu(actions["demo"], inner)


def fill_toolbar(window: QMainWindow, actions: Actions) -> QToolBar:
    """What is wanted most, with words; the panel's switch at the far end."""
    bar = QToolBar(window.tr("Tools"), window)
    bar.setObjectName("tools")
    bar.setMovable(False)
    bar.setIconSize(QSize(20, 20))
    bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    for name in ON_TOOLBAR:
        if name:
            bar.addAction(actions[name])
        else:
            bar.addSeparator()
    spring = QWidget()
    spring.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    bar.addWidget(spring)
    bar.addAction(actions["analysis"])
    bar.addAction(actions["panel"])
    for button in bar.findChildren(QToolButton):
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    window.addToolBar(bar)
    return bar
