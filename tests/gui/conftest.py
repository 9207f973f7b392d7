"""Offscreen windows, settings in a temporary folder, and no test that leaves a thread, a timer or a window behind."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6 import sip
from PyQt6.QtCore import QEvent, QSettings, QTimer
from PyQt6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from app.gui import theme
from app.gui.analysis_panel import AnalysisPanel
from app.gui.languages import speak
from app.gui.questions import Leaving
from app.gui.settings import Settings
from app.gui.theme import Look
from app.gui.toolbox import Toolbox
from app.gui.window import MainWindow
from tests.gui.clips import GreenToolbox, make_clip
from tests.gui.pairs import open_pair

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

OpenWindow = Callable[..., MainWindow]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A Qt warning fails a test of the window."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            # the offscreen platform has no window manager to give size hints to, and says so for every window
            # nor to bring a tool tip to the front, nor to send all keys to a menu
            unable = r"(propagateSizeHints\(\)|raise\(\)|grabbing the keyboard)"
            item.add_marker(pytest.mark.qt_log_ignore(f"This plugin does not support {unable}"))


@pytest.fixture(scope="package", autouse=True)
def first_application(qapp: QApplication) -> None:
    """Nobody had, and ended, a QGuiApplication in this process: the next one's PyQt is no longer told what Qt deletes.

    It takes one widget for another then, at the address of one that is gone, and Python ends in a segmentation fault.
    """
    window = QMainWindow()
    bar = window.menuBar()
    sip.delete(window)
    assert bar is not None
    assert sip.isdeleted(bar), "a test before this one made a QGuiApplication: let it do so in a process of its own"


@pytest.fixture(scope="package", autouse=True)
def only_the_new_is_collected() -> Iterator[None]:
    """What tests before these have left in memory for good is not searched for leaks again after each of these.

    Between tests nothing is collected but by `no_leaks`, in the thread of the windows: another one must not take them
    apart.
    """
    gc.collect()
    gc.freeze()
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


@pytest.fixture(autouse=True)
def no_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever of ours runs after a test, it must not outlive it."""
    if "qtbot" not in request.fixturenames and "window" not in request.fixturenames:
        yield
        return
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 20  # for a machine under load
    while time.monotonic() < deadline:
        left = [t for t in threading.enumerate() if t not in before and t.name.startswith("skelter")]
        if not left:
            break
        time.sleep(0.01)
    assert not left, f"threads left behind: {left}"
    gc.collect()
    app = QApplication.instance()
    if isinstance(app, QApplication):
        shown = [w for w in app.topLevelWidgets() if w.isVisible()]
        assert not shown, f"windows left open: {shown}"
        running = [t for w in app.topLevelWidgets() for t in w.findChildren(QTimer) if t.isActive()]
        assert not running, f"timers left running: {running}"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    store = QSettings(str(tmp_path / "skelter.ini"), QSettings.Format.IniFormat)
    return Settings(store, tmp_path / "recovery")


@pytest.fixture
def toolbox() -> GreenToolbox:
    return GreenToolbox()


@pytest.fixture
def open_window(
    qtbot: QtBot, qapp: QApplication, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OpenWindow]:
    """Makes the real window, and closes it."""
    monkeypatch.setattr("app.gui.window.GOODBYE_S", 20.0)  # what threads need for their end on a machine under load
    monkeypatch.setattr("app.gui.sessions.KEPT_AFTER_MS", 100)
    made: list[MainWindow] = []

    def make(tools: Toolbox) -> MainWindow:
        qapp.setStyle("Fusion")
        speak(qapp, settings.language or "en")
        theme.apply(qapp, Look.DARK)
        window = MainWindow(tools, settings)
        window.resize(1280, 720)
        window.show()
        made.append(window)
        return window

    yield make
    for window in made:
        window.commands.questions.leave = lambda name: Leaving.DISCARD
        window.commands.questions.stop_export = lambda: True
        window.close()
        window.deleteLater()
    speak(qapp, "en")
    qapp.processEvents()
    # at once: as long as they live, all that they hold gets a new style with every window that follows
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(open_window: OpenWindow, toolbox: GreenToolbox) -> MainWindow:
    """The real window with quick engines."""
    return open_window(toolbox)


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty numbered frames, one person."""
    return make_clip(tmp_path_factory.mktemp("clips") / "numbered.mp4")


@pytest.fixture(scope="session")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty frames of two people."""
    return make_clip(tmp_path_factory.mktemp("clips") / "two.mp4", frames=40, people=2)


@pytest.fixture
def pair(qtbot: QtBot, window: MainWindow, two: Path) -> MainWindow:
    """Two people, all frames analysed, standing on frame 10."""
    return open_pair(qtbot, window, two)


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> AnalysisPanel:
    """The strip of the curve, alone."""
    panel = AnalysisPanel()
    qtbot.addWidget(panel)
    panel.resize(1200, 220)
    panel.put_plot()
    panel.show()
    return panel
