"""After a program that ended badly: a report to copy, recordings to keep; and what backends say while they run."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.changes import Rename
from app.edits import Edits
from app.exports import write
from app.exports.skelter_json import read
from app.gui import events
from app.gui.aftermath import Aftermath
from app.gui.application import start
from app.gui.crash_report import LINES, LastWords, left_logs
from app.gui.errand import Errand
from app.gui.notices import Notices
from app.gui.questions import Leaving
from app.gui.settings import Settings
from app.gui.window import MainWindow
from app.results import FrameRecord, Header, Recording, SourceRecord
from app.session import Session, write_session
from engine.types import Tracks
from tests.clips import make_clip
from tests.gui.clips import HEIGHT, WIDTH, GreenToolbox
from tests.gui.conftest import OpenWindow
from tests.gui.test_window import SLOW_MS, open_paused, wait_for_frame

ROOT = Path(__file__).resolve().parents[2]
LOGS = logging.getLogger("app.test")


def press(qtbot: QtBot, window: MainWindow, words: str) -> None:
    button = next(b for b in window.banner.findChildren(QPushButton) if b.text() == words)
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def look(qtbot: QtBot, window: MainWindow, reports: Path) -> None:
    """Have it looked for what was left behind, and wait for that."""
    aftermath = Aftermath(window, reports)
    aftermath.tell()
    qtbot.waitUntil(lambda: not aftermath.findChildren(Errand), timeout=SLOW_MS)


_PROGRAM = """
import faulthandler, sys, logging
from app.gui.application import _last_words, Signals, start
from app.gui.settings import Settings
from PyQt6.QtCore import QSettings
from tests.gui.clips import GreenToolbox
from pathlib import Path
folder = Path(sys.argv[1])
settings = Settings(QSettings(str(folder / "s.ini"), QSettings.Format.IniFormat), folder / "recovery")
words = _last_words(settings)
app, window = start(GreenToolbox(), settings)
def hear(event):
    print(type(event).__name__, flush=True)
    if sys.argv[3] == "crash" and type(event).__name__ == "EnginesReady":
        faulthandler._sigsegv()
window.heard.connect(hear)
window.open_source(sys.argv[2])
app.exec()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
@pytest.mark.parametrize(("end", "said"), [("kill", "killed"), ("crash", "Segmentation fault")])
def test_what_ended_badly_is_told_at_the_next_start(
    qtbot: QtBot, open_window: OpenWindow, toolbox: GreenToolbox, settings: Settings, clip: Path, tmp_path: Path,
    end: str, said: str,
) -> None:  # fmt: skip
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(tmp_path), str(clip), end], env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        patience = threading.Timer(60, process.kill)  # which ends the reading, too
        patience.start()
        while process.stdout.readline().strip() != "EnginesReady":
            assert process.poll() is None
        if end == "kill":
            assert not left_logs(settings.reports), "it is still running"
            process.send_signal(signal.SIGKILL)
        process.wait(60)
        patience.cancel()
    window = open_window(toolbox)
    window.banner.tell("Something newer.")
    look(qtbot, window, settings.reports)
    assert window.banner.sentence == "Something newer."
    window.banner.dismiss()
    look(qtbot, window, settings.reports)
    assert "ended unexpectedly" in window.banner.sentence
    press(qtbot, window, "Copy report")
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    report = clipboard.text()
    assert said in report
    assert "opened SourceInfo" in report
    assert "openvino" in report
    window.banner.dismiss()
    look(qtbot, window, settings.reports)
    assert not window.banner.sentence, "once is enough"


def test_what_the_banner_says_is_for_the_report_and_not_for_the_terminal(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "app")
    Aftermath(window, tmp_path / "reports")
    window.open_source(str(tmp_path / "gone.mp4"))
    qtbot.waitUntil(lambda: "gone.mp4 does not exist" in window.banner.sentence, timeout=SLOW_MS)
    assert "Traceback" in caplog.text
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
    window.event_came.emit(events.Trouble(None, "Traceback: nobody foresaw this"))
    assert [record.levelno for record in caplog.records if "nobody foresaw" in record.getMessage()] == [logging.WARNING]


def test_a_good_end_leaves_nothing_and_a_long_log_its_last_lines(tmp_path: Path) -> None:
    words = LastWords(tmp_path)
    before, enabled = LOGS.parent.level, sys.modules["faulthandler"].is_enabled()
    words.begin()
    try:
        for number in range(3 * LINES):
            LOGS.warning("line %d", number)
        kept = next(tmp_path.glob("*.log")).read_text().splitlines()
    finally:
        words.end()
        LOGS.parent.setLevel(before)
        if enabled:
            sys.modules["faulthandler"].enable(sys.__stderr__)
    assert LINES <= len(kept) <= 2 * LINES
    assert kept[-1].endswith(f"line {3 * LINES - 1}")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("given", ["nothing", "video", "gone"])
def test_corrections_that_were_kept_are_told_however_it_is_started(
    qtbot: QtBot, toolbox: GreenToolbox, settings: Settings, clip: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, given: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)  # which it sets
    kept = settings.recovery / "1.skelter"
    kept.parent.mkdir()
    known = Recording(Header(SourceRecord(clip.name, WIDTH, HEIGHT)))
    write_session(kept, Session(str(clip), known, Edits((Rename(1, "Ada"),))))
    os.utime(kept, (0, time.mktime((2026, 11, 27, 14, 8, 0, 0, 0, -1))))
    source = {"nothing": None, "video": make_clip(tmp_path / "new.mp4"), "gone": tmp_path / "gone.mp4"}[given]
    _, window = start(toolbox, settings, source and str(source))
    try:
        qtbot.waitUntil(lambda: bool(window.banner.sentence), timeout=SLOW_MS)
        qtbot.waitUntil(lambda: not window.findChildren(Errand), timeout=SLOW_MS)
        if given == "gone":
            assert "gone.mp4 does not exist" in window.banner.sentence
            return
        assert clip.name in window.banner.sentence
        assert "2026-11-27 14:08" in window.banner.sentence
        press(qtbot, window, "Open them")
        qtbot.waitUntil(lambda: window.source_name == clip.name and window.isWindowModified(), timeout=SLOW_MS)
        assert not kept.exists(), "this window keeps them now"
    finally:
        window.commands.questions.leave = lambda name: Leaving.DISCARD
        window.close()
        window.deleteLater()


def test_the_video_of_a_session_that_cannot_be_read_is_not_named(
    qtbot: QtBot, window: MainWindow, settings: Settings, tmp_path: Path
) -> None:
    kept = settings.recovery / "1.skelter"
    kept.parent.mkdir()
    kept.write_bytes(b"not whole")
    look(qtbot, window, tmp_path / "reports")
    press(qtbot, window, "Open them")
    qtbot.waitUntil(lambda: "1.skelter is not a Skelter session" in window.banner.sentence, timeout=SLOW_MS)


def test_a_recording_that_was_cut_off_can_be_kept(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    window.settings.recordings = str(folder)
    make_clip(folder / "camera 0.part.mp4")
    (folder / "camera 0 poses.part.mp4").write_bytes(b"too short")
    frames = (FrameRecord(index, index / 25, Tracks.empty()) for index in range(4))
    write(frames, folder / "whole.jsonl", header=Header(SourceRecord("camera 0", 320, 192)))
    lines = (folder / "whole.jsonl").read_bytes()
    (folder / "whole.jsonl").unlink()
    (folder / "camera 0.part.jsonl").write_bytes(lines[: len(lines) - 5])
    make_clip(folder / "holiday.party.mp4")
    look(qtbot, window, tmp_path / "reports")
    assert "camera 0.part.mp4" in window.banner.sentence
    assert "poses" not in window.banner.sentence
    assert "holiday" not in window.banner.sentence, "that is the user's own"
    press(qtbot, window, "Keep it")
    qtbot.waitUntil(lambda: window.banner.sentence.startswith("Saved"), timeout=SLOW_MS)
    kept = {"camera 0.mp4", "camera 0.jsonl", "camera 0 poses.part.mp4", "holiday.party.mp4"}
    assert {path.name for path in folder.iterdir()} == kept
    assert len(read(folder / "camera 0.jsonl")) == 3, "without the line that was cut off"


def test_a_recording_that_is_gone_meanwhile_is_told_in_a_sentence(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.settings.recordings = str(tmp_path)
    part = make_clip(tmp_path / "camera 0.part.mp4")
    look(qtbot, window, tmp_path / "reports")
    part.unlink()
    press(qtbot, window, "Keep it")
    qtbot.waitUntil(lambda: "camera 0.mp4 could not be written" in window.banner.sentence, timeout=SLOW_MS)


def test_a_backend_that_fails_is_told_and_the_status_names_the_next(
    qtbot: QtBot, open_window: OpenWindow, toolbox: GreenToolbox, clip: Path
) -> None:
    window = open_window(toolbox)
    notices = Notices(window.event_came.emit)
    notices.begin()
    try:
        open_paused(qtbot, window, clip)
        (engines,) = toolbox.made
        header_of = engines.header
        models = {"detector": "green, Crayon 2.0 on wall, f32", "pose": "stick, Crayon 2.0 on wall, f32"}
        engines.header = lambda info: Header(header_of(info).source, models)
        logging.getLogger("engine.backends.standby").warning("Pencil broke. green goes on by Crayon.")
        qtbot.waitUntil(lambda: "goes on by Crayon" in window.banner.sentence, timeout=SLOW_MS)
        qtbot.keyClick(window, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: "Crayon" in window.status.engine.text(), timeout=SLOW_MS)
        wait_for_frame(qtbot, window, 59)
    finally:
        notices.end()
