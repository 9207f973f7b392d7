"""Somebody who is kept in the middle of the view, or gone to."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.gui.window import MainWindow
from tests.gui.pairs import click_person, people_shown, place_of
from tests.gui.test_live import live, tools  # noqa: F401 - fixtures
from tests.gui.test_window import SLOW_MS, wait_for_frame


def test_follow_keeps_somebody_in_the_middle(qtbot: QtBot, pair: MainWindow) -> None:
    click_person(qtbot, pair, 2)
    view = pair.stage.view
    qtbot.keyClick(pair, Qt.Key.Key_F)
    assert pair.actions_["follow"].isChecked()
    at = place_of(pair, 2)
    assert abs(at.x() - view.width() / 2) < view.width() * 0.2
    assert view._zoom > 1.2
    pair.stage.timeline.sought.emit(35)
    wait_for_frame(qtbot, pair, 35)
    for _ in range(3):
        pair.actions_["step-on"].trigger()
    wait_for_frame(qtbot, pair, 38)
    assert abs(place_of(pair, 2).x() - view.width() / 2) < view.width() * 0.25
    qtbot.keyClick(pair, Qt.Key.Key_F)
    assert view._zoom == 1.0


def test_g_goes_to_where_somebody_is(qtbot: QtBot, pair: MainWindow) -> None:
    click_person(qtbot, pair, 1)
    pair.stage.timeline.sought.emit(30)
    wait_for_frame(qtbot, pair, 30)
    qtbot.waitUntil(lambda: people_shown(pair) == (1, 2), timeout=SLOW_MS)
    qtbot.keyClick(pair, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: people_shown(pair) == (2, 3), timeout=SLOW_MS)
    qtbot.waitUntil(lambda: {lane.id: lane.runs for lane in pair.people.lanes()}[1][-1][1] == 29, timeout=SLOW_MS)
    qtbot.keyClick(pair, Qt.Key.Key_F)
    assert pair.stage.view._zoom == 1.0, "not seen here"
    qtbot.keyClick(pair, Qt.Key.Key_G)
    wait_for_frame(qtbot, pair, 29)
    qtbot.waitUntil(lambda: pair.stage.view._zoom > 1.0, timeout=SLOW_MS)


def test_who_is_followed_is_followed_on_when_he_is_joined_with_somebody(qtbot: QtBot, pair: MainWindow) -> None:
    pair.editing.choose(2)
    pair.editing.follow(True)
    pair.editing.merge(1)
    qtbot.waitUntil(lambda: people_shown(pair) == (1,), timeout=SLOW_MS)
    assert pair.stage.view.followed == 1


def test_f_goes_over_to_another_who_was_chosen(qtbot: QtBot, pair: MainWindow) -> None:
    click_person(qtbot, pair, 1)
    qtbot.keyClick(pair, Qt.Key.Key_F)
    assert pair.stage.view.followed == 1
    pair.editing.choose(2)
    qtbot.keyClick(pair, Qt.Key.Key_F)
    assert pair.stage.view.followed == 2
    qtbot.keyClick(pair, Qt.Key.Key_F)
    assert pair.stage.view.followed is None
