"""Large letters and long scripts: what is at the right is whole, and so is who is in the list."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QFontMetrics
from PyQt6.QtWidgets import QApplication, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.gui.lanes import LaneView, PersonLane
from app.gui.people_model import NAME, SEEN
from app.gui.settings import Settings
from app.gui.window import MainWindow
from tests.gui.clips import GreenToolbox
from tests.gui.conftest import OpenWindow
from tests.gui.test_window import SLOW_MS

POINTS = 16


@pytest.fixture(params=["en", "zh_CN"])
def large(
    qtbot: QtBot, qapp: QApplication, open_window: OpenWindow, settings: Settings, request: pytest.FixtureRequest
) -> Iterator[MainWindow]:
    """A window with large letters, in either script, and twelve people in its panel."""
    before, font = qapp.font(), qapp.font()
    font.setPointSize(POINTS)
    qapp.setFont(font)
    settings.language = request.param
    window = open_window(GreenToolbox())
    window.people.set_fps(25.0)
    window.people.set_lanes(LaneView(people=tuple(PersonLane(i, ((0, 99),), 100) for i in range(1, 13))))
    window.people.set_here(dict.fromkeys(range(1, 13), 0.88))
    window.pages.setCurrentWidget(window.stage)
    window.side.show()
    qtbot.waitUntil(window.people_list.table.isVisible, timeout=SLOW_MS)
    yield window
    qapp.setFont(before)


def right_of(widget: QWidget, window: QWidget) -> int:
    return widget.mapTo(window, QPoint(widget.width(), 0)).x()


def test_the_panel_is_as_wide_as_its_letters_need(qtbot: QtBot, large: MainWindow) -> None:
    edge = large.width()
    parts = [*large.overlay.switches.values(), *large.people_list.findChildren(QToolButton), large.people_list.table]
    qtbot.waitUntil(lambda: all(right_of(part, large) <= edge for part in parts), timeout=SLOW_MS)
    large.side.unfolded = (True, True, True, True)
    widest = large.side.findChild(QWidget, "panel")
    assert widest is not None
    qtbot.waitUntil(lambda: widest.minimumSizeHint().width() <= widest.width(), timeout=SLOW_MS)


def test_the_people_are_whole_in_their_list(qtbot: QtBot, large: MainWindow) -> None:
    table, model = large.people_list.table, large.people
    letters = QFontMetrics(model.data(model.index(0, NAME), Qt.ItemDataRole.FontRole))
    name = letters.horizontalAdvance(model.name(12))
    qtbot.waitUntil(lambda: table.visualRect(model.index(0, NAME)).width() > name + 30, timeout=SLOW_MS)
    assert table.visualRect(model.index(0, SEEN)).width() > letters.horizontalAdvance("0:04.00")
    eighth = table.visualRect(model.index(7, NAME))
    assert eighth.height() >= letters.height()
    assert table.viewport().rect().contains(eighth.bottomLeft())


def test_the_frame_is_told_in_fewer_words_where_there_is_no_room(qtbot: QtBot, large: MainWindow) -> None:
    transport = large.stage.transport
    transport.set_source(live=False, camera=False, frames=4182, duration_s=139.4)
    transport.set_place(128, 4.3)
    transport.resize(transport.minimumSizeHint())
    large.resize(large.minimumSizeHint())
    qtbot.waitUntil(lambda: transport.frame.shown == "129 / 4182", timeout=SLOW_MS)
    assert "4182" in transport.frame.toolTip()
    large.resize(1900, 900)
    qtbot.waitUntil(lambda: transport.frame.shown == transport.frame.text(), timeout=SLOW_MS)
