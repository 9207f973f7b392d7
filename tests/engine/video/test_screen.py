"""The screen as a source, on a display of the test's own."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from app.cli import main
from engine.errors import SourceError
from engine.video.opening import open_source
from engine.video.screen import screens

needs_xvfb = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("Xvfb") is None, reason="shows its pictures on Xvfb"
)


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty screen of 800 × 600."""
    # Without -noreset the server starts over when its last client goes, and drops whoever comes at that moment.
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "800x600x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout is not None
    name = f":{server.stdout.readline().strip()}"
    monkeypatch.setenv("DISPLAY", name)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("XDG_SESSION_TYPE", raising=False)
    yield name
    server.terminate()
    server.wait()
    server.stdout.close()


_SHOW = """
import sys
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QWidget
app = QApplication(sys.argv)
widget = QWidget(None, Qt.WindowType.FramelessWindowHint)
widget.setStyleSheet("background: #28dc3c")
widget.setGeometry(100, 50, 300, 200)
widget.show()
app.exec()
"""


@needs_xvfb
def test_a_region_shows_what_is_there_now(display: str) -> None:
    window = subprocess.Popen([sys.executable, "-c", _SHOW, "-platform", "xcb"])
    try:
        with open_source("screen:100,50,300x200") as source:
            assert (source.info.width, source.info.height, source.info.live) == (300, 200, True)
            stop = threading.Timer(60, source.close)
            stop.start()
            times = []
            for frame in source:
                times.append(frame.time_s)
                if (frame.image == (0x28, 0xDC, 0x3C)).all():
                    break
            stop.cancel()
        assert (frame.image == (0x28, 0xDC, 0x3C)).all(), "the window's colour, in RGB, from edge to edge"
        assert (np.diff(times) > 0).all()
    finally:
        window.terminate()
        window.wait()


@needs_xvfb
def test_the_whole_screen_and_one_that_is_not_there(display: str) -> None:
    with open_source("screen:") as source:
        assert (source.info.width, source.info.height, source.info.name) == (800, 600, "screen 1")
    with pytest.raises(SourceError, match="There is no screen 3; there are 1, counted"):
        open_source("screen:3")
    (only,) = screens()
    assert (only.left, only.top, only.image.shape) == (0, 0, (600, 800, 3))


@needs_xvfb
def test_a_region_ends_where_the_screen_does(display: str) -> None:
    with open_source("screen:700,500,640x480") as source:
        assert (source.info.width, source.info.height) == (100, 100)
    with pytest.raises(SourceError, match="choose a larger region"):
        open_source("screen:790,10,640x480")


def test_without_a_display_it_is_one_sentence(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(name, raising=False)
    if sys.platform == "linux":
        assert main(["live", "screen:"]) == 2
        assert "The screen cannot be read" in " ".join(capfd.readouterr().err.split())


def test_wayland_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    with pytest.raises(SourceError, match="Under Wayland a program may not read the screen: log in with an X11"):
        open_source("screen:")
