"""Shift+H leaves out everybody but the person chosen, and pressed again shows all of them."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.gui.window import MainWindow
from tests.gui.clips import SLOW_MS
from tests.gui.pairs import click_person, people_shown


def test_pressed_again_it_shows_everybody_in_one_step(qtbot: QtBot, pair: MainWindow) -> None:
    shift, ctrl = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
    click_person(qtbot, pair, 1)
    qtbot.keyClick(pair, Qt.Key.Key_D)  # the other half of the video has somebody else
    qtbot.waitUntil(lambda: pair.people.rowCount() == 3, timeout=SLOW_MS)
    click_person(qtbot, pair, 2)
    qtbot.keyClick(pair, Qt.Key.Key_H, shift)
    qtbot.waitUntil(lambda: people_shown(pair) == (2,), timeout=SLOW_MS)
    assert pair.editing.hidden == {1, 3}
    qtbot.keyClick(pair, Qt.Key.Key_H, shift)
    qtbot.waitUntil(lambda: people_shown(pair) == (2, 3), timeout=SLOW_MS)
    assert pair.editing.hidden == set()
    qtbot.keyClick(pair, Qt.Key.Key_Z, ctrl)
    qtbot.waitUntil(lambda: pair.editing.hidden == {1, 3}, timeout=SLOW_MS)
    assert pair.banner.sentence == "Undone: nobody is left out any more."
    qtbot.keyClick(pair, Qt.Key.Key_Y, ctrl)
    qtbot.waitUntil(lambda: pair.editing.hidden == set(), timeout=SLOW_MS)


def test_whoever_is_left_out_himself_is_shown_alone_first(qtbot: QtBot, pair: MainWindow) -> None:
    click_person(qtbot, pair, 1)
    qtbot.keyClick(pair, Qt.Key.Key_H)
    pair.editing.choose(2)
    qtbot.keyClick(pair, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: people_shown(pair) == (), timeout=SLOW_MS)
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(pair, Qt.Key.Key_H, shift)
    qtbot.waitUntil(lambda: people_shown(pair) == (2,), timeout=SLOW_MS)
    qtbot.keyClick(pair, Qt.Key.Key_H, shift)
    qtbot.waitUntil(lambda: people_shown(pair) == (1, 2), timeout=SLOW_MS)
