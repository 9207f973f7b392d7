"""Cameras in the window, with a file in the place of one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.gui import events
from app.gui.pacing import STATUS_MS
from app.gui.settings import Settings
from app.gui.toolbox import EngineChoice
from app.gui.window import MainWindow
from engine.errors import ModelError, SourceError
from engine.types import Frame
from engine.video import LiveState, Loss, Source, SourceInfo
from engine.video.connection import Shot
from engine.video.live import Patience, SupervisedSource
from tests.gui.clips import FPS, HEIGHT, WIDTH, GreenEngines, GreenToolbox, frame_picture, number_in
from tests.gui.conftest import OpenWindow
from tests.gui.test_window import SLOW_MS


class FakeCamera:
    """Numbered frames at 25 a second for ever; `stall` makes it silent, `unplug` makes it fail."""

    def __init__(self) -> None:
        self.info = SourceInfo("camera 0", WIDTH, HEIGHT, float(FPS), None, None, True, False)
        self.stall, self.unplug, self.closed = threading.Event(), threading.Event(), threading.Event()
        self.dropped = 3
        self.times_s: list[float] = []

    def __iter__(self) -> Iterator[Frame]:
        begun, index = time.monotonic(), 0
        while not self.closed.wait(1 / FPS):
            if self.unplug.is_set():
                raise SourceError("camera 0 was lost; check its cable.")
            if not self.stall.is_set():
                self.times_s.append(time.monotonic() - begun)
                yield Frame(frame_picture(index % 1000), index, self.times_s[index])
                index += 1

    def end_of(self, index: int) -> None: ...

    def close(self) -> None:
        self.closed.set()

    def __enter__(self) -> FakeCamera:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class CameraToolbox(GreenToolbox):
    def __init__(self) -> None:
        super().__init__()
        self.cameras: list[FakeCamera] = []

    def open(self, address: str, on_state: Callable[[LiveState], None]) -> Source:
        if address != "0":
            return super().open(address, on_state)
        self.cameras.append(FakeCamera())
        return self.cameras[-1]


@pytest.fixture
def tools() -> CameraToolbox:
    return CameraToolbox()


@pytest.fixture
def live(qtbot: QtBot, open_window: OpenWindow, tools: CameraToolbox) -> MainWindow:
    """A window that watches the camera and follows somebody."""
    window = open_window(tools)
    window.open_source("0")
    qtbot.waitUntil(lambda: window.status.people.text() == "1 person", timeout=SLOW_MS)
    return window


def test_shows_how_late_and_how_many_were_skipped(qtbot: QtBot, live: MainWindow) -> None:
    qtbot.waitUntil(lambda: "skipped" in live.status.dropped.text(), timeout=SLOW_MS)
    assert live.status.dropped.text() == "3 skipped"
    assert live.status.latency.text().endswith("ms behind")
    assert not live.stage.timeline.isVisible()
    assert not live.actions_["export"].isEnabled()


def test_who_was_seen_is_listed(qtbot: QtBot, live: MainWindow) -> None:
    qtbot.waitUntil(lambda: live.people.rowCount() == 1, timeout=SLOW_MS)
    assert live.people.data(live.people.index(0, 0)) == "Person 1"


def test_the_mirror_turns_the_picture_but_not_the_numbers(qtbot: QtBot, live: MainWindow) -> None:
    # mirrored from the start: the cells with the frame's number are at the right, backwards
    assert number_in(np.ascontiguousarray(live.stage.view.pixels[:, ::-1])) < 1000
    live.actions_["mirror"].trigger()
    last = number_in(np.ascontiguousarray(live.stage.view.pixels[:, ::-1]))

    def counts_on() -> bool:
        return last < number_in(live.stage.view.pixels) < last + 500

    qtbot.waitUntil(counts_on, timeout=SLOW_MS)
    assert not live.settings.mirror


def test_pausing_holds_the_picture_and_resuming_goes_on(qtbot: QtBot, live: MainWindow) -> None:
    qtbot.keyClick(live, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not live.playing, timeout=SLOW_MS)
    held = live.stage.view.pixels
    qtbot.wait(150)
    assert live.stage.view.pixels is held
    live.actions_["black"].trigger()
    qtbot.waitUntil(lambda: live.stage.view.pixels is not held, timeout=SLOW_MS)
    dark = live.stage.view.pixels
    qtbot.keyClick(live, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: live.stage.view.pixels is not dark, timeout=SLOW_MS)


def test_stop_leads_back_to_the_doors(qtbot: QtBot, live: MainWindow, tools: CameraToolbox) -> None:
    live.event_came.emit(events.SourceState(live.session, LiveState("camera 0", Loss.SILENT, 4.0)))
    assert "tried again in 4 s" in live.banner.sentence
    qtbot.keyClick(live, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: live.pages.currentWidget() is live.welcome, timeout=SLOW_MS)
    assert tools.cameras[0].closed.is_set()
    assert live.banner.sentence == "", "nobody tries it again"


def test_a_silent_camera_does_not_hold_the_window(live: MainWindow, tools: CameraToolbox) -> None:
    tools.cameras[0].stall.set()
    live.close()
    assert not live.player._thread.is_alive()
    assert tools.cameras[0].closed.is_set()


def test_from_a_silent_camera_to_a_file(qtbot: QtBot, live: MainWindow, tools: CameraToolbox, clip: Path) -> None:
    tools.cameras[0].stall.set()
    live.open_source(str(clip))
    qtbot.waitUntil(lambda: live.windowTitle().startswith("numbered.mp4"), timeout=SLOW_MS)
    qtbot.waitUntil(lambda: live.status.people.text() == "1 person", timeout=SLOW_MS)


def test_the_end_of_the_one_before_does_not_end_the_one_asked_for(live: MainWindow) -> None:
    live.event_came.emit(events.Closed(live.session - 1))
    live.event_came.emit(events.SourceState(live.session - 1, LiveState("camera 7", Loss.ENDED, 2.0)))
    assert live.pages.currentWidget() is live.stage
    assert live.banner.sentence == ""


def test_without_engines_no_time_is_told(qtbot: QtBot, open_window: OpenWindow) -> None:
    class Poor(CameraToolbox):
        def engines(self, choice: EngineChoice) -> GreenEngines:
            raise ModelError("there is no network.")

    window = open_window(Poor())
    window.open_source("0")
    qtbot.waitUntil(lambda: window.status.latency.text() != "", timeout=SLOW_MS)
    assert window.status.analysis.text() == ""


def test_a_lost_camera_is_told(qtbot: QtBot, live: MainWindow, tools: CameraToolbox) -> None:
    tools.cameras[0].unplug.set()
    qtbot.waitUntil(lambda: "check its cable" in live.banner.sentence, timeout=SLOW_MS)
    assert live.pages.currentWidget() is live.welcome
    live.open_source("0")
    qtbot.waitUntil(lambda: live.status.people.text() == "1 person", timeout=SLOW_MS)


class Cable:
    """Captures of a camera that can be pulled out: numbered pictures, of another size once it is back."""

    def __init__(self) -> None:
        self.pulled, self.returned = threading.Event(), threading.Event()
        self.fps = float(FPS)

    def connect(self) -> Cable:
        if self.pulled.is_set() and not self.returned.is_set():
            raise SourceError("there is no camera 0")
        return self

    def read(self) -> Shot | None:
        time.sleep(1 / FPS)
        if self.pulled.is_set() and not self.returned.is_set():
            return None
        picture = frame_picture(7)
        return Shot(lambda: picture[:, :240].copy() if self.returned.is_set() else picture)

    def close(self) -> None: ...


def test_a_camera_that_returns_is_watched_on(qtbot: QtBot, open_window: OpenWindow) -> None:
    cable = Cable()

    class Tools(GreenToolbox):
        def open(self, address: str, on_state: Callable[[LiveState], None]) -> Source:
            patience = Patience(stall_s=0.5, first_retry_s=0.1, longest_retry_s=0.2)
            return SupervisedSource("camera 0", cable.connect, patience=patience, on_state=on_state)

    window = open_window(Tools())
    window.open_source("0")
    qtbot.waitUntil(lambda: window.status.people.text() == "1 person", timeout=SLOW_MS)
    cable.pulled.set()
    qtbot.waitUntil(lambda: "tried again" in window.banner.sentence, timeout=SLOW_MS)
    assert window.info is not None, "the session goes on"
    figures = window.status.people, window.status.fps, window.status.latency
    qtbot.waitUntil(lambda: not any(label.text() for label in figures), timeout=SLOW_MS)
    qtbot.wait(2 * STATUS_MS)
    assert not any(label.text() for label in figures), "nothing is known of now"
    cable.returned.set()
    qtbot.waitUntil(lambda: window.banner.sentence == "", timeout=SLOW_MS)
    qtbot.waitUntil(lambda: window.shown is not None and window.shown.size == (240, HEIGHT), timeout=SLOW_MS)
    qtbot.waitUntil(lambda: window.status.people.text() == "1 person", timeout=SLOW_MS)


@pytest.mark.parametrize(("language", "words"), [("ko", "카메라 2의 연결이 끊어졌습니다"), ("zh_CN", "连接中断")])
def test_a_loss_is_told_in_the_window_s_language(
    open_window: OpenWindow, tools: CameraToolbox, settings: Settings, language: str, words: str
) -> None:
    settings.language = language
    window = open_window(tools)
    window.event_came.emit(events.SourceState(window.session, LiveState("카메라 2", Loss.SILENT, 4.0)))
    assert words in window.banner.sentence
    window.event_came.emit(events.SourceState(window.session, LiveState("카메라 2")))
    assert window.banner.sentence == ""


def test_a_camera_is_called_in_the_window_s_language(
    qtbot: QtBot, open_window: OpenWindow, tools: CameraToolbox, settings: Settings
) -> None:
    settings.language = "zh_CN"
    window = open_window(tools)
    window.open_source("0")
    qtbot.waitUntil(lambda: window.windowTitle().startswith("摄像头 0"), timeout=SLOW_MS)
    window.event_came.emit(events.SourceState(window.session, LiveState("camera 0", Loss.ENDED, 0.5)))
    assert window.banner.sentence.startswith("摄像头 0 连接中断")
