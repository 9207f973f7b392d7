"""Names of any length stay inside the window, and the window on a small screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.gui.eliding_label import GREED, ElidingLabel
from app.gui.window import MainWindow
from tests.gui.clips import make_clip
from tests.gui.test_live import live, tools  # noqa: F401 - fixtures
from tests.gui.test_window import SLOW_MS, open_analysed, wait_for_frame

LONG = "somebodys_holiday_" * 11
SMALL = 1024, 768


@pytest.fixture
def row(qtbot: QtBot) -> QWidget:
    """A label and a button beside it."""
    row = QWidget()
    qtbot.addWidget(row)
    layout = QHBoxLayout(row)
    layout.addWidget(ElidingLabel(f"{LONG}.mp4"), GREED)
    layout.addWidget(QPushButton("Cancel"))
    layout.addStretch(1)
    row.resize(300, 40)
    row.show()
    return row


def test_a_name_too_long_is_cut_in_the_middle_and_whole_in_the_tip(row: QWidget) -> None:
    label = row.findChild(ElidingLabel)
    assert row.width() == 300
    assert label.shown.startswith("somebodys_")
    assert "…" in label.shown
    assert label.shown.endswith(".mp4")
    assert label.text() == label.accessibleName() == label.toolTip().replace("\n", "") == f"{LONG}.mp4"


def test_where_there_is_room_it_is_whole_and_takes_no_more(qtbot: QtBot, row: QWidget) -> None:
    label, button = row.findChild(ElidingLabel), row.findChild(QPushButton)
    label.setText("Ann")
    label.setToolTip("Who it is")
    qtbot.waitUntil(lambda: label.shown == "Ann", timeout=SLOW_MS)
    assert label.toolTip() == "Who it is"
    qtbot.waitUntil(lambda: button.x() < 100, timeout=SLOW_MS)
    label.setText(f"{LONG}.mp4")
    row.resize(3000, 40)
    qtbot.waitUntil(lambda: label.shown == label.text(), timeout=SLOW_MS)
    assert button.x() > 1000


def test_a_file_called_as_html_is_shown_as_it_is_called(row: QWidget) -> None:
    label = row.findChild(ElidingLabel)
    label.setText(f"<b>{LONG}</b>.mp4")
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.toolTip().startswith("&lt;b&gt;")


def test_a_camera_recorded_on_a_small_screen_leaves_room_for_the_panel(qtbot: QtBot, live: MainWindow) -> None:  # noqa: F811
    live.resize(*SMALL)
    live.stage.transport.set_recording("12:34.56", 12)
    live.stage.transport.set_place(123456, 4938.0)
    qtbot.waitUntil(lambda: live.stage.transport.recording.isVisible(), timeout=SLOW_MS)
    qtbot.waitUntil(lambda: live.stage.transport.recording.width() > 100, timeout=SLOW_MS)
    assert live.width() == SMALL[0]


def test_long_names_leave_the_window_on_a_small_screen(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    clip, target = make_clip(tmp_path / f"{LONG}.mp4"), tmp_path / f"{LONG}-out.mp4"
    window.resize(*SMALL)
    open_analysed(qtbot, window, clip)
    assert window.width() == SMALL[0], "nor does it grow where the panel comes beside the picture"
    window.resize(1280, SMALL[1])
    qtbot.keyClick(window, Qt.Key.Key_A)
    qtbot.keyClick(window, Qt.Key.Key_P)
    panel = window.stage.analysis
    qtbot.waitUntil(lambda: panel.series is not None, timeout=SLOW_MS)
    window.people.setData(window.people.index(0, 0), LONG)
    qtbot.waitUntil(lambda: panel.who.text() == LONG, timeout=SLOW_MS)
    panel.set_scale(0.01)
    window.resize(*SMALL)
    window.comparing.begin(str(clip))
    qtbot.waitUntil(lambda: LONG in window.comparing.second.panel.name.text(), timeout=SLOW_MS)
    window.commands.questions.target = lambda suggestion, kinds: str(target)
    window.actions_["export"].trigger()
    qtbot.waitUntil(lambda: target.name in window.banner.sentence, timeout=SLOW_MS)
    wait_for_frame(qtbot, window, 10)
    assert (window.width(), window.height()) == SMALL
    assert window.status.source.shown.endswith(".mp4  ·  320 × 192")
    assert window.status.engine.shown == "Pencil 1.0 on paper, f32"
    assert "…" in panel.who.shown
    window.resize(SMALL[0], 600)
    qtbot.waitUntil(lambda: window.height() != SMALL[1], timeout=SLOW_MS)
    assert window.height() == 600, "as netbooks have it, with everything open"
    assert panel._plot.height() > 30
