"""Cameras and the screen chosen in the window; numbered pictures stand in for what a camera or a screen shows."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.gui import cameras
from app.gui.camera_chooser import CameraChooser
from app.gui.screen_picker import ScreenPicker
from app.gui.window import MainWindow
from engine.errors import SourceError
from engine.video import LiveState, Source
from engine.video.camera import Camera
from engine.video.opening import open_source
from engine.video.screen import Screen
from tests.gui.clips import HEIGHT, WIDTH, GreenToolbox, frame_picture
from tests.gui.conftest import OpenWindow
from tests.gui.test_live import FakeCamera
from tests.gui.test_window import SLOW_MS

INTEGRATED, HANDYCAM = Camera(0, "Integrated Camera"), Camera(2, "Handycam / HDMI")


class Desk(GreenToolbox):
    """Cameras that are plugged in and out, one of them slow; every address is written down."""

    def __init__(self, *plugged: Camera) -> None:
        super().__init__()
        self.plugged = list(plugged)
        self.opened: list[str] = []
        self.may_open = threading.Event()
        self.may_open.set()
        self.no_screen = ""

    def open(self, address: str, on_state: Callable[[LiveState], None]) -> Source:
        self.opened.append(address)
        if "gstreamer" not in address:
            self.may_open.wait(60)
        return FakeCamera()

    def why_no_screen(self) -> str:
        return self.no_screen

    def screens(self) -> list[Screen]:
        return [Screen(0, 0, frame_picture(3).repeat(2, axis=0).repeat(2, axis=1))]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cameras, "LOOK_MS", 50)
    monkeypatch.setattr(cameras, "SLOW_MS", 150)


def chooser_of(qtbot: QtBot, window: MainWindow) -> CameraChooser:
    qtbot.waitUntil(lambda: window.commands.cameras.chooser is not None, timeout=SLOW_MS)
    chooser = window.commands.cameras.chooser
    assert chooser is not None
    return chooser


def names(chooser: CameraChooser) -> list[str]:
    return [chooser.list.item(row).text() for row in range(chooser.list.count())]  # type: ignore[union-attr]


def texts(box: object) -> list[str]:
    return [box.itemText(place) for place in range(box.count())]  # type: ignore[attr-defined]


def watches(window: MainWindow) -> bool:
    return window.info is not None and window.shown is not None


def test_the_only_camera_opens_at_once(qtbot: QtBot, open_window: OpenWindow) -> None:
    desk = Desk(INTEGRATED)
    window = open_window(desk)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None, timeout=SLOW_MS)
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: watches(window), timeout=SLOW_MS)
    assert desk.opened == ["0"]
    assert window.actions_["mirror"].isEnabled()


def test_a_camera_appears_when_it_is_plugged_in_and_goes_when_it_is_pulled_out(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    desk = Desk()
    window = open_window(desk)
    window.actions_["camera"].trigger()
    chooser = chooser_of(qtbot, window)
    qtbot.waitUntil(lambda: "No camera was found" in chooser.hint.text(), timeout=SLOW_MS)
    assert not chooser.go.isEnabled()
    desk.plugged = [INTEGRATED, HANDYCAM]
    qtbot.waitUntil(lambda: names(chooser) == ["Integrated Camera", "Handycam / HDMI"], timeout=SLOW_MS)
    qtbot.keyClick(chooser.list, Qt.Key.Key_Down)
    desk.plugged = [HANDYCAM]
    qtbot.waitUntil(lambda: names(chooser) == ["Handycam / HDMI"], timeout=SLOW_MS)
    assert chooser.camera == HANDYCAM, "the one marked stays marked"
    desk.plugged = []
    qtbot.waitUntil(lambda: not chooser.go.isEnabled(), timeout=SLOW_MS)
    qtbot.keyClick(chooser, Qt.Key.Key_Escape)
    assert window.commands.cameras.chooser is None
    assert desk.opened == []


def test_size_rate_and_back_end_are_chosen_and_kept_for_that_camera(qtbot: QtBot, open_window: OpenWindow) -> None:
    desk = Desk(INTEGRATED, HANDYCAM)
    window = open_window(desk)
    window.actions_["camera"].trigger()
    chooser = chooser_of(qtbot, window)
    qtbot.waitUntil(lambda: chooser.list.count() == 2, timeout=SLOW_MS)
    qtbot.keyClick(chooser.list, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: chooser.size_.count() == 3 and chooser.backend.count() == 2, timeout=SLOW_MS)
    assert texts(chooser.size_) == ["As usual (1280 × 720)", "1920 × 1080", "640 × 480"]
    assert texts(chooser.backend) == ["Video4Linux (usual)", "GStreamer"]
    qtbot.keyClicks(chooser.size_, "6")
    assert texts(chooser.rate) == ["The camera's choice", "60", "30"]
    qtbot.keyClicks(chooser.rate, "3")
    qtbot.keyClicks(chooser.backend, "G")
    qtbot.mouseClick(chooser.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: watches(window), timeout=SLOW_MS)
    assert desk.opened == ["2:640x480@30:gstreamer"]

    desk.plugged = [Camera(1, HANDYCAM.name)]  # in another socket
    window.actions_["camera"].trigger()
    qtbot.waitUntil(lambda: desk.opened[1:] == ["1:640x480@30:gstreamer"], timeout=SLOW_MS)
    window.actions_["choose-camera"].trigger()
    again = chooser_of(qtbot, window)
    qtbot.waitUntil(lambda: str(again.address) == "1:640x480@30:gstreamer", timeout=SLOW_MS)


def test_a_camera_that_fails_leaves_the_file_and_is_no_longer_waited_for(
    qtbot: QtBot, open_window: OpenWindow, clip: Path
) -> None:
    class Broken(Desk):
        def open(self, address: str, on_state: Callable[[LiveState], None]) -> Source:
            if address != "0":
                return open_source(address)
            raise SourceError("Camera {0} cannot be opened.", 0)

    window = open_window(Broken(Camera(0, "A")))
    window.open_source(str(clip))
    qtbot.waitUntil(lambda: watches(window), timeout=SLOW_MS)
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.banner.sentence == "Camera 0 cannot be opened.", timeout=SLOW_MS)
    qtbot.wait(2 * cameras.SLOW_MS)
    assert window.banner.sentence == "Camera 0 cannot be opened."
    assert window.windowTitle().startswith("numbered.mp4")


def test_a_camera_that_is_slow_to_open_can_be_opened_in_another_way(qtbot: QtBot, open_window: OpenWindow) -> None:
    desk = Desk(INTEGRATED)
    window = open_window(desk)
    desk.may_open.clear()
    window.actions_["camera"].trigger()
    qtbot.waitUntil(lambda: "takes long to open" in window.banner.sentence, timeout=SLOW_MS)
    how = next(b for b in window.banner.findChildren(QPushButton) if b.text() == "Choose how…")
    qtbot.mouseClick(how, Qt.MouseButton.LeftButton)
    chooser = chooser_of(qtbot, window)
    qtbot.waitUntil(lambda: chooser.size_.count() == 3 and chooser.backend.count() == 2, timeout=SLOW_MS)
    qtbot.keyClicks(chooser.backend, "G")
    qtbot.mouseClick(chooser.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: watches(window), timeout=SLOW_MS)
    assert desk.opened == ["0", "0:gstreamer"]
    assert not desk.may_open.is_set(), "the first way was not waited for"
    assert window.banner.sentence == ""
    desk.may_open.set()


def test_the_window_closes_while_a_camera_does_not_answer(qtbot: QtBot, open_window: OpenWindow) -> None:
    desk = Desk(INTEGRATED)
    window = open_window(desk)
    desk.may_open.clear()
    window.actions_["camera"].trigger()
    qtbot.waitUntil(lambda: desk.opened == ["0"], timeout=SLOW_MS)
    window.close()
    assert not window.player._thread.is_alive()
    desk.may_open.set()


def picker_of(qtbot: QtBot, window: MainWindow) -> ScreenPicker:
    qtbot.waitUntil(lambda: bool(window.commands.screens.pickers), timeout=SLOW_MS)
    return window.commands.screens.pickers[0]


def test_a_part_of_the_screen_is_drawn_with_the_mouse(qtbot: QtBot, open_window: OpenWindow) -> None:
    desk = Desk()
    window = open_window(desk)
    window.move(0, 0)
    window.actions_["screen"].trigger()
    picker = picker_of(qtbot, window)
    assert not window.isVisible(), "it would hide what is behind it"
    across, down = 2 * WIDTH / picker.width(), 2 * HEIGHT / picker.height()  # the fake screen's pixels for one of ours
    start, end = QPoint(round(100 / across), round(40 / down)), QPoint(round(400 / across), round(240 / down))
    qtbot.mousePress(picker, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(picker, end)
    qtbot.mouseRelease(picker, Qt.MouseButton.LeftButton, pos=end)
    qtbot.waitUntil(lambda: watches(window), timeout=SLOW_MS)
    (address,) = desk.opened
    assert address.startswith("screen:")
    corner, size = address.removeprefix("screen:").rsplit(",", 1)
    given = [*map(int, corner.split(",")), *map(int, size.split("x"))]
    assert given == pytest.approx([100, 40, 300, 200], abs=2)
    assert window.isVisible()
    assert not window.actions_["mirror"].isEnabled(), "a screen is no mirror"
    assert "covers part of what is watched" in window.banner.sentence, "it would see itself"


def test_enter_takes_the_whole_screen_and_escape_nothing(qtbot: QtBot, open_window: OpenWindow) -> None:
    desk = Desk()
    window = open_window(desk)
    window.actions_["screen"].trigger()
    qtbot.keyClick(picker_of(qtbot, window), Qt.Key.Key_Escape)
    assert window.isVisible()
    assert desk.opened == []
    window.actions_["screen"].trigger()
    qtbot.keyClick(picker_of(qtbot, window), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.opened == ["screen:"], timeout=SLOW_MS)


def test_without_any_screen_the_window_comes_back(qtbot: QtBot, open_window: OpenWindow) -> None:
    class Blind(Desk):
        def screens(self) -> list[Screen]:
            return []

    window = open_window(Blind())
    window.actions_["screen"].trigger()
    qtbot.waitUntil(lambda: "No screen was found" in window.banner.sentence, timeout=SLOW_MS)
    assert window.isVisible()


def test_what_covers_one_part_of_the_screen_is_not_said_of_a_camera(qtbot: QtBot, open_window: OpenWindow) -> None:
    desk = Desk(INTEGRATED)
    window = open_window(desk)
    window.move(0, 0)
    desk.may_open.clear()
    window.actions_["screen"].trigger()
    picker = picker_of(qtbot, window)
    across, down = 2 * WIDTH / picker.width(), 2 * HEIGHT / picker.height()  # the fake screen's pixels for one of ours
    start = QPoint(10, 10)
    slip = start + QPoint(round(24 / across), round(24 / down))
    qtbot.mousePress(picker, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(picker, slip)
    qtbot.mouseRelease(picker, Qt.MouseButton.LeftButton, pos=slip)
    assert window.commands.screens.pickers == [picker], "nobody could be seen on that little"
    qtbot.keyClick(picker, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.opened == ["screen:"], timeout=SLOW_MS)
    window.open_source("0:gstreamer")
    qtbot.waitUntil(lambda: watches(window), timeout=SLOW_MS)
    assert window.banner.sentence == ""
    desk.may_open.set()


def test_where_the_screen_cannot_be_read_it_is_said(qtbot: QtBot, open_window: OpenWindow) -> None:
    desk = Desk()
    desk.no_screen = "Under Wayland a program may not read the screen: log in with an X11 session."
    window = open_window(desk)
    window.actions_["screen"].trigger()
    qtbot.waitUntil(lambda: "Under Wayland" in window.banner.sentence, timeout=SLOW_MS)
    assert window.isVisible()


def test_a_screen_that_fails_meanwhile_brings_the_window_back(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_["screen"].trigger()
    qtbot.waitUntil(lambda: "There is no screen here" in window.banner.sentence, timeout=SLOW_MS)
    assert window.isVisible()
