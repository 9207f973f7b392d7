"""The panel at the right: what is in it keeps its place and size."""

from __future__ import annotations

from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.choice_box import ChoiceBox
from app.gui.window import MainWindow
from tests.gui.test_window import SLOW_MS


def test_nothing_is_squeezed_while_the_list_of_people_grows(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1180, 620)  # too low for all of the panel: it scrolls
    window.side.show()
    (heat,) = (box for box in window.side.findChildren(ChoiceBox) if box.accessibleName() == "Heat of a joint")
    qtbot.waitUntil(lambda: heat.isVisible() and heat.height() >= heat.minimumSizeHint().height(), timeout=SLOW_MS)
    table = window.people_list.table
    table.show()
    qtbot.waitUntil(table.isVisible, timeout=SLOW_MS)
    squeezed: list[int] = []
    for _ in range(3):
        higher = table.height() + 30
        table.setFixedHeight(higher)
        for _ in range(20):
            QApplication.processEvents()
            squeezed += [heat.height()] * (heat.height() < heat.minimumSizeHint().height())
        assert table.height() == higher
    assert not squeezed
