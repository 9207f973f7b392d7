"""Small pictures over the timeline, where the mouse is."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from PyQt6.QtCore import QEvent, QPoint
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.thumbnails import MOST_KEPT, MOST_SIDE, Thumbnails
from app.gui.window import MainWindow
from engine.errors import SourceError
from engine.video import Source
from engine.video.opening import open_source
from tests.gui.clips import make_clip
from tests.gui.test_live import live, tools  # noqa: F401 - fixtures
from tests.gui.test_window import SLOW_MS, number_shown, open_paused


def hover(qtbot: QtBot, window: MainWindow, index: int) -> None:
    timeline = window.stage.timeline
    qtbot.mouseMove(timeline, QPoint(round(timeline._x(index)), 12))


def test_a_small_picture_of_the_frame_under_the_mouse(qtbot: QtBot, window: MainWindow, clip: Path) -> None:
    open_paused(qtbot, window, clip)
    preview = window.hovering.preview
    seen = {}
    for index in (40, 5):
        hover(qtbot, window, index)
        qtbot.waitUntil(lambda: preview.isVisible() and preview.picture.isEnabled(), timeout=SLOW_MS)
        seen[index] = preview.picture.pixmap().toImage()
        assert f"Frame {index + 1}" in preview.words.text()
    assert seen[40].width() == MOST_SIDE
    assert seen[40] != seen[5]
    assert number_shown(window) == 10, "the video stays where it is"
    QApplication.sendEvent(window.stage.timeline, QEvent(QEvent.Type.Leave))
    assert not preview.isVisible()


def test_the_last_wish_is_the_one_that_counts(clip: Path) -> None:
    may_go_on = threading.Event()
    came = threading.Semaphore(0)

    def ready() -> None:
        came.release()
        may_go_on.wait(60)

    thumbnails = Thumbnails(str(clip), ready)
    try:
        thumbnails.get(0)
        assert came.acquire(timeout=60)
        for index in (10, 20, 30):  # while the thread is held
            assert thumbnails.get(index) is None
        may_go_on.set()
        assert came.acquire(timeout=60)
        assert len(thumbnails) == 2
        assert thumbnails.get(30) is not None
    finally:
        may_go_on.set()
        thumbnails.close()
    assert thumbnails.wait(60)
    assert len(thumbnails) == 0


def test_a_damaged_frame_costs_no_other_its_picture(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_a_hole(address: str, **options: int) -> Source:
        source = open_source(address, **options)
        seek = source.seek

        def seek_or_fail(index: int) -> None:
            if index == 10:
                raise SourceError("that frame is damaged")
            seek(index)

        source.seek = seek_or_fail
        return source

    monkeypatch.setattr("engine.video.opening.open_source", with_a_hole)
    thumbnails = Thumbnails(str(clip), lambda: None)
    until = time.monotonic() + 60
    thumbnails.get(10)
    time.sleep(0.1)  # so that it is tried
    while thumbnails.get(20) is None and time.monotonic() < until:
        time.sleep(0.01)
    assert len(thumbnails) == 1
    thumbnails.close()
    assert thumbnails.wait(60)


def test_few_are_kept(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "long.mp4", frames=MOST_KEPT + 40, gop=30)
    thumbnails = Thumbnails(str(path), lambda: None)
    until = time.monotonic() + 60
    for index in range(MOST_KEPT + 40):
        while thumbnails.get(index) is None and time.monotonic() < until:
            time.sleep(0.001)
    assert len(thumbnails) == MOST_KEPT
    assert thumbnails.get(MOST_KEPT + 39) is not None
    assert thumbnails.get(10_000) is None, "a frame the file does not have is no trouble"
    thumbnails.close()
    assert thumbnails.wait(60)


def test_a_camera_has_none(live: MainWindow) -> None:  # noqa: F811
    assert live.hovering.thumbnails is None
