"""The real window, driven as a person would, on real files."""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from PyQt6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PyQt6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QWheelEvent
from PyQt6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.gui.application import Unforeseen
from app.gui.settings import Settings
from app.gui.toolbox import DefaultToolbox, EngineChoice
from app.gui.window import MainWindow
from engine.errors import BackendError
from tests.gui.clips import SLOW_MS, GreenEngines, GreenToolbox, frame_picture, make_clip, number_shown, wait_for_frame
from tests.gui.conftest import OpenWindow
from tests.hdr import HLG, greys, hdr_clip
from tests.shared import VIDEO, needs_shared


def open_paused(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    """Open, pause as soon as somebody is followed, go to frame 10."""
    window.open_source(str(path))
    qtbot.waitUntil(lambda: window.playing, timeout=SLOW_MS)  # a picture may come before the news that it plays
    qtbot.waitUntil(lambda: window.status.people.text() == "1 person", timeout=SLOW_MS)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not window.playing, timeout=SLOW_MS)
    go_to_ten(qtbot, window)


def open_analysed(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    """Open, play quickly to the end, go to frame 10."""
    window.stage.transport.faster(9)
    window.open_source(str(path))
    wait_for_frame(qtbot, window, 59)
    qtbot.waitUntil(lambda: not window.playing, timeout=SLOW_MS)
    go_to_ten(qtbot, window)


def go_to_ten(qtbot: QtBot, window: MainWindow) -> None:
    window.stage.timeline.sought.emit(10)
    wait_for_frame(qtbot, window, 10)
    qtbot.waitUntil(lambda: window.status.people.text() == "1 person", timeout=SLOW_MS)


def test_welcomes_with_three_doors(window: MainWindow) -> None:
    assert window.pages.currentWidget() is window.welcome
    assert [door.accessibleName() for door in window.welcome.doors] == ["Open a video", "Use a camera", "Try the demo"]
    assert not window.actions_["play"].isEnabled()


def test_opens_a_file_and_finds_people(qtbot: QtBot, window: MainWindow, clip: Path) -> None:
    window.open_source(str(clip))
    qtbot.waitUntil(lambda: window.status.people.text() == "1 person", timeout=SLOW_MS)
    assert window.pages.currentWidget() is window.stage
    assert "numbered.mp4" in window.windowTitle()
    assert window.stage.timeline.maximum() == 59
    # a picture may come before the news of what found the people on it
    qtbot.waitUntil(lambda: window.status.engine.text() == "Pencil 1.0 on paper, f32", timeout=SLOW_MS)


def test_plays_to_the_last_frame_and_again_from_the_first(qtbot: QtBot, window: MainWindow, clip: Path) -> None:
    window.open_source(str(clip))
    wait_for_frame(qtbot, window, 59)
    qtbot.waitUntil(lambda: not window.playing, timeout=SLOW_MS)
    assert window.stage.timeline.value() == 59
    asked = window.player._room.current.detector.asked
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: (number_shown(window) or 0) < 30, timeout=SLOW_MS)
    wait_for_frame(qtbot, window, 59)
    assert window.player._room.current.detector.asked == asked, "what was analysed is not analysed again"
    assert window.player.lanes.view().analysed == ((0, 59),)


def test_pausing_holds_the_frame(qtbot: QtBot, window: MainWindow, clip: Path) -> None:
    open_paused(qtbot, window, clip)
    qtbot.wait(120)  # three frames' worth
    assert number_shown(window) == 10
    assert window.stage.transport.frame.text() == "Frame 11 of 60"


def test_the_status_names_hdr(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = hdr_clip(tmp_path / "phone.mkv", [greys(0.3, 0.75)] * 3, HLG)
    window.open_source(str(path))
    qtbot.waitUntil(
        lambda: window.status.source.text() == "phone.mkv  ·  192 × 96  ·  HDR (HLG), shown as SDR", timeout=SLOW_MS
    )


def test_that_nobody_knows_the_rate_of_pictures_stands_beside_their_size(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    shots = tmp_path / "shots"
    shots.mkdir()
    for number in range(3):
        cv2.imwrite(str(shots / f"{number}.png"), np.zeros((48, 64, 3), np.uint8))
    window.open_source(str(shots))
    words = "shots  ·  64 × 48  ·  30 pictures/s (assumed)"
    qtbot.waitUntil(lambda: window.status.source.text() == words, timeout=SLOW_MS)


@pytest.mark.parametrize("index", [0, 1, 11, 12, 13, 37, 58, 59])
def test_seeks_exactly(qtbot: QtBot, window: MainWindow, clip: Path, index: int) -> None:
    open_paused(qtbot, window, clip)
    window.stage.timeline.sought.emit(index)
    wait_for_frame(qtbot, window, index)
    qtbot.waitUntil(lambda: window.stage.timeline.value() == index, timeout=SLOW_MS)


def test_an_unanalysed_frame_gets_its_people_while_paused(qtbot: QtBot, window: MainWindow, clip: Path) -> None:
    open_paused(qtbot, window, clip)
    window.stage.timeline.sought.emit(45)
    wait_for_frame(qtbot, window, 45)
    qtbot.waitUntil(lambda: window.shown is not None and len(window.shown.people or ()) == 1, timeout=SLOW_MS)


def test_click_on_the_timeline_goes_there(qtbot: QtBot, window: MainWindow, clip: Path) -> None:
    open_paused(qtbot, window, clip)
    timeline = window.stage.timeline
    x = round(timeline._x(40))
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(x, timeline.height() // 2))
    wait_for_frame(qtbot, window, timeline._index(x))
    assert timeline._index(x) == 40


def test_dragging_ends_where_the_mouse_is_let_go(qtbot: QtBot, window: MainWindow, clip: Path) -> None:
    open_paused(qtbot, window, clip)
    timeline = window.stage.timeline
    middle = timeline.height() // 2
    qtbot.mousePress(timeline, Qt.MouseButton.LeftButton, pos=QPoint(round(timeline._x(10)), middle))
    for index in range(11, 51):
        qtbot.mouseMove(timeline, QPoint(round(timeline._x(index)), middle))
    qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=QPoint(round(timeline._x(50)), middle))
    wait_for_frame(qtbot, window, 50)


def test_arrow_keys_step_home_and_end_leap(qtbot: QtBot, window: MainWindow, clip: Path) -> None:
    open_paused(qtbot, window, clip)
    for key, index in (
        (Qt.Key.Key_Right, 11), (Qt.Key.Key_Right, 12), (Qt.Key.Key_Left, 11), (Qt.Key.Key_End, 59),
        (Qt.Key.Key_Right, 59), (Qt.Key.Key_Left, 58), (Qt.Key.Key_Home, 0), (Qt.Key.Key_Left, 0),
    ):  # fmt: skip
        qtbot.keyClick(window, key)
        wait_for_frame(qtbot, window, index)
    qtbot.keyClick(window, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    wait_for_frame(qtbot, window, 25)


def test_arrow_keys_pass_a_picture_that_cannot_be_read(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    for index in range(5):
        cv2.imwrite(str(tmp_path / f"{index}.png"), frame_picture(index))
    (tmp_path / "2.png").write_bytes(b"")
    window.open_source(str(tmp_path))
    wait_for_frame(qtbot, window, 4)  # its end: of what plays, the picture gone to may never come on the screen
    qtbot.waitUntil(lambda: not window.playing, timeout=SLOW_MS)
    for key, index in ((Qt.Key.Key_Home, 0), (Qt.Key.Key_Right, 1), (Qt.Key.Key_Right, 3), (Qt.Key.Key_Left, 1)):
        qtbot.keyClick(window, key)
        wait_for_frame(qtbot, window, index)
    window.player.stop(20)
    QApplication.processEvents()
    assert window.stage.timeline.maximum() == 4, "it does not end with what was gone back to"


def turn_wheel(over: QWidget, notches: int) -> None:
    """Upwards, away from the hand."""
    at, turned = QPointF(over.rect().center()), QPoint(0, 120 * notches)
    QApplication.sendEvent(
        over,
        QWheelEvent(
            at, over.mapToGlobal(at), QPoint(), turned, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        ),
    )  # fmt: skip


def test_wheel_and_keys_on_the_timeline_move_the_video(qtbot: QtBot, window: MainWindow, clip: Path) -> None:
    open_paused(qtbot, window, clip)
    timeline = window.stage.timeline
    turn_wheel(timeline, 1)
    wait_for_frame(qtbot, window, 10 + QApplication.wheelScrollLines())
    turn_wheel(timeline, -1)
    wait_for_frame(qtbot, window, 10)
    timeline.setFocus()
    for key, index in (
        (Qt.Key.Key_PageUp, 20), (Qt.Key.Key_PageDown, 10), (Qt.Key.Key_Up, 11), (Qt.Key.Key_Down, 10),
    ):  # fmt: skip
        qtbot.keyClick(timeline, key)
        wait_for_frame(qtbot, window, index)
    turn_wheel(timeline, -2)
    wait_for_frame(qtbot, window, 10 - 2 * QApplication.wheelScrollLines())
    window.actions_["loop-from"].trigger()
    assert timeline.loop == (10 - 2 * QApplication.wheelScrollLines(), 59)


def test_ten_quick_steps_are_ten_frames(qtbot: QtBot, window: MainWindow, clip: Path) -> None:
    open_paused(qtbot, window, clip)
    for _ in range(10):
        qtbot.keyClick(window, Qt.Key.Key_Right)
    wait_for_frame(qtbot, window, 20)


@pytest.mark.parametrize(
    "name", ["skeleton", "boxes", "ids", "trails", "names", "scores", "angles", "by_limb", "black"]
)
def test_switches_redraw_the_paused_picture(qtbot: QtBot, window: MainWindow, clip: Path, name: str) -> None:
    open_analysed(qtbot, window, clip)
    before = window.stage.view.pixels.copy()
    switch = window.overlay.switches[name]
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not np.array_equal(window.stage.view.pixels, before), timeout=SLOW_MS)
    assert window.actions_[name].isChecked() == switch.isChecked()
    window.actions_[name].trigger()  # the key, the menu
    qtbot.waitUntil(lambda: np.array_equal(window.stage.view.pixels, before), timeout=SLOW_MS)


def test_certainty_hides_joints_on_the_paused_picture(qtbot: QtBot, window: MainWindow, clip: Path) -> None:
    open_paused(qtbot, window, clip)
    before = window.stage.view.pixels.copy()
    window.overlay.score.setValue(95)
    qtbot.waitUntil(lambda: not np.array_equal(window.stage.view.pixels, before), timeout=SLOW_MS)
    assert number_shown(window) == 10


def test_the_first_file_is_looked_for_where_videos_are(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(window.commands.questions, "video", lambda folder: asked.append(folder) or "")
    window.actions_["open"].trigger()
    assert Path(asked[0]).is_dir()
    assert Path(asked[0]).is_relative_to(Path.home()), "not wherever the program was started"


def test_it_says_that_it_opens_until_there_is_a_picture(qtbot: QtBot, window: MainWindow, clip: Path) -> None:
    said: list[str] = []
    window.heard.connect(lambda event: said.append(window.stage.view._notice.text()))
    window.open_source(str(clip))
    qtbot.waitUntil(lambda: window.shown is not None, timeout=SLOW_MS)
    assert said[:2] == ["Opening …", "Opening …"], "also once the video's page is shown"
    qtbot.waitUntil(lambda: not window.stage.view._notice.isVisible(), timeout=SLOW_MS)


def test_missing_file_is_told_in_a_banner(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.open_source(str(tmp_path / "gone.mp4"))
    qtbot.waitUntil(lambda: "gone.mp4" in window.banner.sentence, timeout=SLOW_MS)
    assert window.pages.currentWidget() is window.welcome
    copy = next(b for b in window.banner.findChildren(QPushButton) if b.text() == "Copy details")
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    assert "gone.mp4" in clipboard.text()
    assert "Traceback" in clipboard.text()
    assert "Traceback" not in window.banner.sentence


def test_text_named_mp4_is_told_and_the_next_file_opens(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, clip: Path
) -> None:
    text = tmp_path / "notes.mp4"
    text.write_text("These are notes, not a video.\n" * 50)
    window.open_source(str(text))
    qtbot.waitUntil(lambda: "notes.mp4" in window.banner.sentence, timeout=SLOW_MS)
    window.open_source(str(clip))
    qtbot.waitUntil(lambda: window.status.people.text() == "1 person", timeout=SLOW_MS)
    assert window.banner.sentence == ""


def test_what_cannot_be_opened_leaves_what_is_open(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, clip: Path
) -> None:
    open_paused(qtbot, window, clip)
    window.open_source(str(tmp_path / "gone.mp4"))
    qtbot.waitUntil(lambda: "gone.mp4" in window.banner.sentence, timeout=SLOW_MS)
    assert window.windowTitle().startswith("numbered.mp4")
    qtbot.keyClick(window, Qt.Key.Key_Right)
    wait_for_frame(qtbot, window, 11)
    window.open_source(str(clip))
    qtbot.waitUntil(lambda: window.playing, timeout=SLOW_MS)


def test_closing_while_playing_leaves_nothing(qtbot: QtBot, window: MainWindow, clip: Path) -> None:
    window.open_source(str(clip))
    qtbot.waitUntil(lambda: window.status.people.text() == "1 person", timeout=SLOW_MS)
    window.close()
    assert not window.player._thread.is_alive()
    assert window.player._toolbox.made[0].closed


def test_closing_while_opening_leaves_nothing(window: MainWindow, clip: Path) -> None:
    window.open_source(str(clip))
    window.close()
    assert not window.player._thread.is_alive()


@pytest.mark.parametrize("count", [1, 3])
def test_a_dropped_file_opens_and_others_are_not_forgotten_silently(
    qtbot: QtBot, window: MainWindow, clip: Path, count: int
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(clip))] * count)
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, buttons, keys)
    window.dragEnterEvent(enter)
    assert enter.isAccepted()
    window.dropEvent(QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, buttons, keys))
    qtbot.waitUntil(lambda: window.status.people.text() == "1 person", timeout=SLOW_MS)
    assert window.banner.sentence == ("" if count == 1 else "One video at a time; `skelter batch` takes many.")


def test_another_file_starts_with_person_one(qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path) -> None:
    open_paused(qtbot, window, clip)
    other = make_clip(tmp_path / "three.mp4", frames=20, people=2)
    window.open_source(str(other))
    qtbot.waitUntil(lambda: window.shown is not None and window.shown.people == (1, 2), timeout=SLOW_MS)
    assert len(window.player._toolbox.made) == 1, "the engines stay loaded"


def test_the_panel_stays_as_wide_and_its_sections_as_folded_as_they_were_left(
    qtbot: QtBot, open_window: OpenWindow, toolbox: GreenToolbox, clip: Path
) -> None:
    def open_with_panel(width: int) -> MainWindow:
        window = open_window(toolbox)
        window.open_source(str(clip))
        qtbot.waitUntil(lambda: window.shown is not None and window.side.width() == width, timeout=SLOW_MS)
        return window

    first = open_with_panel(300)
    assert first.side.unfolded == (True, True, True, False)
    first.split.moveSplitter(first.width() - 420, 1)  # as its handle does
    qtbot.waitUntil(lambda: first.side.width() > 400, timeout=SLOW_MS)
    wider = first.side.width()
    first.side.unfolded = (False, True, True, True)
    first.close()
    open_window(toolbox).close()  # without anything in it
    again = open_with_panel(wider)
    assert again.side.unfolded == (False, True, True, True)


def test_choices_are_kept(open_window: OpenWindow, toolbox: GreenToolbox, settings: Settings, clip: Path) -> None:
    first = open_window(toolbox)
    first.actions_["boxes"].trigger()
    first.overlay.score.setValue(55)
    first.actions_["panel"].setChecked(False)
    first.settings.add_recent(clip)
    first.close()
    second = open_window(toolbox)
    assert second.overlay.overlay.boxes
    assert second.overlay.overlay.min_score == pytest.approx(0.55)
    assert second.overlay.switches["boxes"].isChecked()
    assert not second.actions_["panel"].isChecked()
    assert settings.recent == [clip]


def test_closing_the_video_leads_back_to_the_doors(qtbot: QtBot, window: MainWindow, clip: Path) -> None:
    open_paused(qtbot, window, clip)
    window.actions_["close"].trigger()
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.welcome, timeout=SLOW_MS)
    links = [b.text() for b in window.welcome.findChildren(QPushButton) if b.objectName() == "link"]
    assert "numbered.mp4" in links
    assert not window.actions_["export"].isEnabled()


def test_without_engines_the_video_still_plays(qtbot: QtBot, open_window: OpenWindow, clip: Path) -> None:
    class NoEngines(GreenToolbox):
        def engines(self, choice: EngineChoice) -> GreenEngines:
            raise BackendError("OpenVINO is not installed; run `pip install openvino`.")

    window = open_window(NoEngines())
    window.open_source(str(clip))
    qtbot.waitUntil(lambda: "pip install openvino" in window.banner.sentence, timeout=SLOW_MS)
    wait_for_frame(qtbot, window, 59)


def test_engines_that_fail_midway_are_told_once(qtbot: QtBot, open_window: OpenWindow, clip: Path) -> None:
    class Failing(GreenToolbox):
        def engines(self, choice: EngineChoice) -> GreenEngines:
            made = super().engines(choice)
            made.pose.estimate = lambda image, boxes: 1 / 0
            return made

    window = open_window(Failing())
    window.open_source(str(clip))
    qtbot.waitUntil(lambda: "unexpected" in window.banner.sentence, timeout=SLOW_MS)
    assert "ZeroDivisionError" in window.banner._details
    window.banner.dismiss()
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: number_shown(window) is not None, timeout=SLOW_MS)
    window.close()


def test_an_error_nobody_foresaw_becomes_a_banner(window: MainWindow) -> None:
    unforeseen = Unforeseen()
    unforeseen.window = window
    try:
        raise KeyError("left_toe")
    except KeyError:
        kind, error, trace = sys.exc_info()
    assert kind is not None
    assert error is not None
    unforeseen(kind, error, trace)
    assert "unexpected" in window.banner.sentence
    assert "left_toe" in window.banner._details


def test_zoomed_picture_keeps_what_is_under_the_mouse(qtbot: QtBot, window: MainWindow, clip: Path) -> None:
    open_paused(qtbot, window, clip)
    view = window.stage.view
    at = QPointF(view.width() * 0.4, view.height() * 0.6)
    before = view.grab().toImage().pixelColor(at.toPoint())
    fitted = view._picture_rect()
    held = QPointF((at.x() - fitted.x()) / fitted.width(), (at.y() - fitted.y()) / fitted.height())
    view.zoom_by(2.0, at)
    zoomed = view._picture_rect()
    assert zoomed.width() == pytest.approx(2 * fitted.width(), abs=1)
    assert zoomed.x() + held.x() * zoomed.width() == pytest.approx(at.x(), abs=1)
    assert view.grab().toImage().pixelColor(at.toPoint()).lightness() == pytest.approx(before.lightness(), abs=12)
    view.fit()
    assert view._picture_rect() == fitted


@needs_shared
def test_a_real_webcam_clip_with_the_real_engines(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(DefaultToolbox())
    window.open_source(str(VIDEO / "webcam-1.mkv"))
    qtbot.waitUntil(lambda: window.status.people.text() == "1 person", timeout=SLOW_MS)
    assert "CPU" in window.status.engine.text()
    qtbot.waitUntil(lambda: not window.playing, timeout=SLOW_MS)
    lanes = window.player.lanes.view()
    assert [lane.id for lane in lanes.people] == [1]
    assert lanes.people[0].frames > 0.9 * len(range(lanes.analysed[0][0], lanes.analysed[0][1] + 1))
