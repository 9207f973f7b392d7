"""Full screen: every key does there what it does elsewhere, and the way back leads to where one came from."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.gui.cheat_sheet import CheatSheet
from app.gui.settings import Settings
from app.gui.window import MainWindow
from tests.gui.clips import GreenToolbox
from tests.gui.conftest import OpenWindow
from tests.gui.test_live import CameraToolbox, live, tools  # noqa: F401 - fixtures
from tests.gui.test_window import SLOW_MS, open_paused, wait_for_frame

CTRL = Qt.KeyboardModifier.ControlModifier


def fill_screen(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F11)
    qtbot.waitUntil(window.isFullScreen, timeout=SLOW_MS)
    assert not window.menuBar().isVisible()
    assert not window.toolbar.isVisible()
    qtbot.waitUntil(window.isActiveWindow, timeout=SLOW_MS)


def test_every_key_goes_on_in_full_screen(qtbot: QtBot, window: MainWindow, clip: Path) -> None:
    open_paused(qtbot, window, clip)
    fill_screen(qtbot, window)

    def is_chosen() -> bool:  # the first key may come before the new state of the window has settled
        qtbot.keyClick(window, Qt.Key.Key_P)
        return window.editing.chosen == 1

    qtbot.waitUntil(is_chosen, timeout=SLOW_MS)
    qtbot.keyClick(window, Qt.Key.Key_B)
    assert window.settings.style.boxes
    qtbot.keyClick(window, Qt.Key.Key_Right)
    wait_for_frame(qtbot, window, 11)
    qtbot.keyClick(window, Qt.Key.Key_A)
    assert window.stage.analysis.isVisible()
    shown = window.side.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_B, CTRL)
    assert window.side.isVisible() is not shown
    asked: list[str] = []
    window.commands.questions.video = lambda folder: asked.append(folder) or ""
    qtbot.keyClick(window, Qt.Key.Key_O, CTRL)
    assert len(asked) == 1
    qtbot.keyClick(window, Qt.Key.Key_F1)
    (sheet,) = window.findChildren(CheatSheet)
    qtbot.waitUntil(sheet.isActiveWindow, timeout=SLOW_MS)
    sheet.close()

    def is_left() -> bool:  # the sheet may take the focus away once more while it goes
        window.activateWindow()  # which without a screen nobody else does
        qtbot.keyClick(window, Qt.Key.Key_F11)
        return window.menuBar().isVisible()

    qtbot.waitUntil(is_left, timeout=SLOW_MS)
    assert window.toolbar.isVisible()


@pytest.mark.parametrize("back", [Qt.Key.Key_F11, Qt.Key.Key_Escape])
@pytest.mark.parametrize("maximised", [True, False])
def test_the_way_back_leads_to_the_window_as_it_was(
    qtbot: QtBot, window: MainWindow, back: Qt.Key, maximised: bool
) -> None:
    if maximised:
        window.showMaximized()
    qtbot.waitUntil(window.isActiveWindow, timeout=SLOW_MS)
    size = window.size()
    fill_screen(qtbot, window)
    qtbot.keyClick(window, back)
    qtbot.waitUntil(lambda: not window.isFullScreen(), timeout=SLOW_MS)
    assert window.isMaximized() is maximised
    qtbot.waitUntil(lambda: window.size() == size, timeout=SLOW_MS)


def test_the_side_panel_makes_way_until_it_is_asked_for(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path
) -> None:
    open_paused(qtbot, window, clip)
    qtbot.waitUntil(window.isActiveWindow, timeout=SLOW_MS)
    assert window.side.isVisible()
    fill_screen(qtbot, window)
    assert not window.side.isVisible()
    window.open_source(str(shutil.copy(clip, tmp_path / "another.mp4")))
    qtbot.waitUntil(lambda: window.address.endswith("another.mp4"), timeout=SLOW_MS)
    assert not window.side.isVisible()
    window.actions_["panel"].trigger()
    assert window.side.isVisible()
    window.actions_["panel"].trigger()
    qtbot.keyClick(window, Qt.Key.Key_F11)
    qtbot.waitUntil(window.side.isVisible, timeout=SLOW_MS)
    assert window.settings.panel_shown


def test_escape_leads_back_where_the_screen_is_too_small(qtbot: QtBot, window: MainWindow) -> None:
    """Qt takes full screen away, without a word, from a window that cannot be as narrow as the screen."""
    qtbot.waitUntil(window.isActiveWindow, timeout=SLOW_MS)
    fill_screen(qtbot, window)
    window.setMinimumWidth(window.width() + 50)
    assert not window.isFullScreen()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.menuBar().isVisible() and window.toolbar.isVisible(), timeout=SLOW_MS)


def test_the_bars_come_back_where_the_window_is_maximised_after_that(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(window.isActiveWindow, timeout=SLOW_MS)
    fill_screen(qtbot, window)
    window.setMinimumWidth(window.width() + 50)
    window.showMaximized()
    qtbot.waitUntil(lambda: window.menuBar().isVisible() and window.toolbar.isVisible(), timeout=SLOW_MS)
    assert window.isMaximized()


def test_the_bars_come_back_where_the_desktop_ends_full_screen(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(window.isActiveWindow, timeout=SLOW_MS)
    fill_screen(qtbot, window)
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowFullScreen)
    qtbot.waitUntil(lambda: window.menuBar().isVisible() and window.toolbar.isVisible(), timeout=SLOW_MS)
    fill_screen(qtbot, window)  # by one press


def test_escape_leaves_full_screen_and_not_the_camera(qtbot: QtBot, live: MainWindow, tools: CameraToolbox) -> None:  # noqa: F811
    qtbot.waitUntil(live.isActiveWindow, timeout=SLOW_MS)
    fill_screen(qtbot, live)
    qtbot.keyClick(live, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not live.isFullScreen(), timeout=SLOW_MS)
    assert live.actions_["stop"].isEnabled()
    before = live.shown
    qtbot.waitUntil(lambda: live.shown is not before, timeout=SLOW_MS)
    assert not tools.cameras[0].closed.is_set()
    qtbot.keyClick(live, Qt.Key.Key_Escape)  # which is for stopping where the window is one among others
    qtbot.waitUntil(lambda: live.pages.currentWidget() is live.welcome, timeout=SLOW_MS)


def test_who_closes_it_in_full_screen_finds_a_window_again(
    qtbot: QtBot, open_window: OpenWindow, toolbox: GreenToolbox, settings: Settings
) -> None:
    first = open_window(toolbox)
    qtbot.waitUntil(first.isActiveWindow, timeout=SLOW_MS)
    fill_screen(qtbot, first)
    qtbot.keyClick(first, Qt.Key.Key_Q, CTRL)
    qtbot.waitUntil(lambda: not first.isVisible(), timeout=SLOW_MS)
    assert not settings.geometry.isEmpty()
    second = open_window(toolbox)
    qtbot.waitUntil(second.isActiveWindow, timeout=SLOW_MS)
    assert not second.isFullScreen()
