"""Two people in the window, and how they are seen and clicked on."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.gui.people_model import NAME
from app.gui.window import MainWindow
from tests.gui.clips import SLOW_MS, wait_for_frame


def open_pair(qtbot: QtBot, window: MainWindow, path: Path) -> MainWindow:
    window.stage.transport.faster(9)
    window.open_source(str(path))
    qtbot.waitUntil(lambda: window.address == str(path) and window.shown is not None, timeout=SLOW_MS)
    qtbot.waitUntil(lambda: window.player.lanes.view().analysed == ((0, 39),), timeout=SLOW_MS)
    qtbot.waitUntil(lambda: not window.playing, timeout=SLOW_MS)
    window.stage.timeline.sought.emit(10)
    wait_for_frame(qtbot, window, 10)
    qtbot.waitUntil(lambda: people_shown(window) == (1, 2), timeout=SLOW_MS)
    qtbot.waitUntil(lambda: window.people.rowCount() == 2, timeout=SLOW_MS)
    return window


def people_shown(window: MainWindow) -> tuple[int, ...] | None:
    return window.shown.people if window.shown is not None else None


def place_of(window: MainWindow, person: int, joint: int | None = None) -> QPoint:
    """Where in the view a person's box has its middle, or a joint is."""
    tracks = window.shown.tracks
    row = tracks.ids.tolist().index(person)
    box = tracks.poses.boxes.xyxy[row]
    x, y = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) if joint is None else tracks.poses.keypoints[row, joint]
    return window.stage.view.from_frame(float(x), float(y)).toPoint()


def click_person(qtbot: QtBot, window: MainWindow, person: int) -> None:
    qtbot.mouseClick(window.stage.view, Qt.MouseButton.LeftButton, pos=place_of(window, person))
    assert window.editing.chosen == person


def left_of(window: MainWindow, person: int) -> float:
    tracks = window.shown.tracks
    return float(tracks.poses.boxes.xyxy[tracks.ids.tolist().index(person), 0])


def name_person(qtbot: QtBot, window: MainWindow, row: int, name: str) -> None:
    window.people.setData(window.people.index(row, NAME), name)
    qtbot.waitUntil(lambda: window.people.data(window.people.index(row, NAME)) == name, timeout=SLOW_MS)


def drag_joint(qtbot: QtBot, window: MainWindow, joint: int, by: QPoint) -> None:
    view, start = window.stage.view, place_of(window, 1, joint)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view, start + by / 2)
    qtbot.mouseMove(view, start + by)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start + by)
