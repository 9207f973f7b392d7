"""Whatever Tab reaches can be pressed by keys, and without it the space bar is the video's."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from PyQt6.QtCore import QPoint, Qt, QTimer
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.gui.window import MainWindow
from tests.gui.test_comparing import other, second_of, wait_for_second  # noqa: F401 - fixtures
from tests.gui.test_window import SLOW_MS, open_paused, wait_for_frame

KEYS = Qt.Key.Key_Space, Qt.Key.Key_Return


@pytest.fixture
def full(qtbot: QtBot, pair: MainWindow, other: Path, tmp_path: Path) -> MainWindow:  # noqa: F811
    """A window with all that there can be in it: two videos, a curve, a message with buttons, an export under way."""
    pair.resize(1600, 1400)
    pair.editing.choose(1)
    pair.actions_["analysis"].setChecked(True)
    qtbot.waitUntil(lambda: pair.stage.analysis.series is not None and pair.stage.analysis.has_plot, timeout=SLOW_MS)
    pair.comparing.begin(str(other))
    wait_for_second(qtbot, pair, 10)
    pair.stage.analysis.set_scale(0.01)
    pair.banner.tell("It went wrong.", details="Where.", action=("Show", lambda: None))
    return pair


def walk(qtbot: QtBot, window: MainWindow) -> list[QWidget]:
    """Every stop of Tab."""
    window.activateWindow()
    window.setFocus()
    stops: list[QWidget] = []
    while True:
        qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        if focus in stops or focus is None:
            return stops
        stops.append(focus)


def idle(window: MainWindow) -> list[QAbstractButton]:
    """All buttons that can be pressed; nothing that would have to be answered comes of it any more."""
    for spec in window.actions_.specs:
        window.actions_[spec.id].blockSignals(True)
    buttons = [one for one in window.findChildren(QAbstractButton) if one.isVisible() and one.isEnabled()]
    for button in buttons:
        with suppress(TypeError):  # nothing is connected
            button.clicked.disconnect()
    return buttons


def is_pressed(button: QAbstractButton, by: Callable[[], object]) -> bool:
    """Whether that presses it, once; a menu that opens is closed."""
    heard: list[None] = []
    menu = button.menu() if isinstance(button, QToolButton) else None
    if menu is not None:
        menu.aboutToShow.connect(lambda: (heard.append(None), QTimer.singleShot(0, menu.close)))
    else:
        button.clicked.connect(lambda: heard.append(None))
    by()
    return len(heard) == 1


def words_of(button: QAbstractButton) -> str:
    return button.accessibleName() or button.text()


def test_every_button_that_tab_reaches_is_pressed_by_space_and_by_return(qtbot: QtBot, full: MainWindow) -> None:
    stops = walk(qtbot, full)
    buttons = [button for button in idle(full) if button in stops]
    analysis, banner = full.stage.analysis, full.banner
    for button in (analysis.copy, analysis.export, analysis.scale, analysis.picture, banner._action, banner._close):
        assert button in buttons
    assert set(second_of(full).panel.stops[:4]) <= set(buttons)
    assert len(buttons) > 40
    for key in KEYS:
        for button in buttons:
            button.setFocus(Qt.FocusReason.TabFocusReason)
            assert is_pressed(button, lambda button=button, key=key: qtbot.keyClick(button, key)), words_of(button)
    assert not full.playing


def test_a_click_on_a_button_does_not_give_it_the_space_bar(qtbot: QtBot, full: MainWindow, tmp_path: Path) -> None:
    full.exporting.export_to(tmp_path / "out.mp4")
    qtbot.waitUntil(full.export_bar.isVisible, timeout=SLOW_MS)
    full.activateWindow()
    full.setFocus()
    for button in idle(full):
        is_pressed(button, lambda button=button: qtbot.mouseClick(button, Qt.MouseButton.LeftButton))
        assert not isinstance(full.focusWidget(), QAbstractButton), words_of(button)


def test_space_plays_where_what_has_the_focus_is_no_button(qtbot: QtBot, full: MainWindow) -> None:
    others = [stop for stop in walk(qtbot, full) if not isinstance(stop, QAbstractButton | QAbstractSpinBox)]
    assert full.stage.timeline in others
    for stop in (full, *others):
        stop.setFocus(Qt.FocusReason.TabFocusReason)
        playing = full.playing
        qtbot.keyClick(stop, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda playing=playing: full.playing is not playing, timeout=SLOW_MS)


def test_keys_copy_the_curve_close_a_message_and_cancel_an_export(
    qtbot: QtBot, full: MainWindow, tmp_path: Path
) -> None:
    copy = full.stage.analysis.copy
    copy.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(copy, Qt.Key.Key_Enter)
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    assert "time" in clipboard.text()
    full.banner._close.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(full.banner._close, Qt.Key.Key_Space)
    assert not full.banner.isVisible()
    full.exporting.export_to(tmp_path / "out.mp4")
    qtbot.waitUntil(lambda: full.export_bar.isVisible(), timeout=SLOW_MS)
    cancel = full.export_bar.lines[0].button
    assert cancel in walk(qtbot, full)
    cancel.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(cancel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not full.export_bar.running, timeout=SLOW_MS)
    assert not (tmp_path / "out.mp4").exists()


def test_space_plays_again_once_the_button_is_gone_or_the_picture_is_clicked(
    qtbot: QtBot, window: MainWindow, clip: Path
) -> None:
    open_paused(qtbot, window, clip)
    window.activateWindow()
    window.banner.tell("It went wrong.")
    window.banner._close.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(window.banner._close, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is window, "not the next button"
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.playing, timeout=SLOW_MS)
    on = next(
        button for button in window.stage.transport.findChildren(QToolButton) if words_of(button) == "One frame on"
    )
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not window.playing, timeout=SLOW_MS)
    window.stage.timeline.sought.emit(10)
    wait_for_frame(qtbot, window, 10)
    on.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(on, Qt.Key.Key_Space)
    wait_for_frame(qtbot, window, 11)
    qtbot.mouseClick(window.stage.view, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.playing, timeout=SLOW_MS)
    qtbot.mouseClick(on, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.playing, timeout=SLOW_MS)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.playing, timeout=SLOW_MS)
