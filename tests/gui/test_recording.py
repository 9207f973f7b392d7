"""Recording a camera: every picture at its time, the people on it, the data; whole whatever happens."""

from __future__ import annotations

import errno
import re
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.exports.skelter_json import read
from app.gui import events
from app.gui.events import Picture
from app.gui.recorder import Recorder, Unsaved
from app.gui.tap import Tap
from app.gui.window import MainWindow
from engine.files import refusal
from engine.video import LiveState, Source
from tests.gui.clips import number_in
from tests.gui.conftest import OpenWindow
from tests.gui.test_live import CameraToolbox, FakeCamera, live, tools  # noqa: F401 - fixtures
from tests.gui.test_window import SLOW_MS


def pictures(path: Path) -> tuple[list[int], list[float]]:
    """The numbers painted in the pictures of a video, and their times."""
    with av.open(str(path)) as container:
        frames = [(number_in(f.to_ndarray(format="rgb24")), float(f.time)) for f in container.decode(video=0)]
    return [number for number, _ in frames], [time_s for _, time_s in frames]


@pytest.fixture
def recording(qtbot: QtBot, live: MainWindow, tmp_path: Path) -> Path:  # noqa: F811
    """The folder into which the camera is being recorded: pictures, pictures with people, data."""
    folder = tmp_path / "takes"
    live.commands.questions.folder = lambda before: str(folder)
    panel = live.recording._panel
    qtbot.mouseClick(panel.where, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(panel.switches["data"], Qt.MouseButton.LeftButton)
    live.people.setData(live.people.index(0, 0), "Anna")
    shown: list[Picture] = []
    qtbot.keyClick(live, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: live.recording.running, timeout=SLOW_MS)
    live.stage.picture_shown.connect(shown.append)
    qtbot.waitUntil(lambda: live.stage.transport.recording.text() >= "● 0:01", timeout=SLOW_MS)
    qtbot.waitUntil(lambda: len(shown) > 8, timeout=SLOW_MS)  # all of which were looked at, and belong to the take
    return folder


def test_a_take_holds_every_picture_at_its_time(
    qtbot: QtBot,
    live: MainWindow,  # noqa: F811
    tools: CameraToolbox,  # noqa: F811
    recording: Path,
) -> None:
    qtbot.keyClick(live, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "Saved" in live.banner.sentence, timeout=SLOW_MS)
    assert not live.stage.transport.recording.isVisible()
    raw, annotated, data = sorted(recording.iterdir(), key=lambda path: ("poses" in path.name, path.suffix == ".jsonl"))
    numbers, times = pictures(raw)
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), "every one of them, in order"
    taken_s = np.array(tools.cameras[0].times_s)[numbers]
    assert times == pytest.approx(taken_s - taken_s[0], abs=0.002)
    assert set(pictures(annotated)[0]) <= {*numbers}
    known = read(data)
    assert len(known) > 5
    assert {person for record in known for person in record.tracks.ids.tolist()} == {1}
    show = [b for b in live.banner.findChildren(QPushButton) if b.isVisible() and b.text() == "Show in folder"]
    assert show


def test_pausing_the_view_does_not_pause_the_take(qtbot: QtBot, live: MainWindow, recording: Path) -> None:  # noqa: F811
    qtbot.keyClick(live, Qt.Key.Key_Space)
    before = live.stage.transport.recording.text()
    qtbot.waitUntil(lambda: live.stage.transport.recording.text() > before, timeout=SLOW_MS)


@pytest.mark.parametrize("how", ["stop", "close", "unplug"])
def test_whatever_ends_it_the_files_are_whole(
    qtbot: QtBot,
    live: MainWindow,  # noqa: F811
    tools: CameraToolbox,  # noqa: F811
    recording: Path,
    how: str,
) -> None:
    if how == "stop":
        qtbot.keyClick(live, Qt.Key.Key_Escape)
    elif how == "close":
        live.close()
    else:
        tools.cameras[0].unplug.set()
    qtbot.waitUntil(lambda: len(list(recording.glob("*.mp4"))) == 2, timeout=SLOW_MS)
    qtbot.waitUntil(lambda: not list(recording.glob("*.part*")), timeout=SLOW_MS)
    for path in recording.glob("*.mp4"):
        assert len(pictures(path)[0]) > 5


def test_closing_right_after_the_start_leaves_nothing(live: MainWindow, tmp_path: Path) -> None:  # noqa: F811
    live.settings.recordings = str(tmp_path / "takes")
    live.actions_["record"].trigger()
    live.close()
    assert not live.player._thread.is_alive()
    assert not list((tmp_path / "takes").glob("*.part*"))


def test_a_camera_lost_before_the_take_begins_leaves_the_next_one_ready(
    qtbot: QtBot,
    live: MainWindow,  # noqa: F811
    tools: CameraToolbox,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make = Recorder.__init__

    noticed = threading.Event()

    def make_late(self: Recorder, *args: object, **options: object) -> None:
        noticed.wait(1)  # who ends the take waits for it, where it was begun before the loss was seen
        make(self, *args, **options)

    monkeypatch.setattr(Recorder, "__init__", make_late)
    live.settings.recordings = str(tmp_path / "takes")
    qtbot.keyClick(live, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    tools.cameras[0].unplug.set()
    qtbot.waitUntil(lambda: live.info is None, timeout=SLOW_MS)
    noticed.set()
    live.open_source("0")
    qtbot.waitUntil(lambda: live.status.people.text() == "1 person", timeout=SLOW_MS)
    assert not live.actions_["record"].isChecked()
    qtbot.keyClick(live, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: live.stage.transport.recording.text() >= "● 0:00.20", timeout=SLOW_MS)
    assert live.recording.running


def test_a_take_without_a_picture_is_told(
    qtbot: QtBot,
    live: MainWindow,  # noqa: F811
    tools: CameraToolbox,  # noqa: F811
    tmp_path: Path,
) -> None:
    live.settings.recordings = str(tmp_path / "takes")
    tools.cameras[0].stall.set()
    qtbot.wait(200)
    qtbot.keyClick(live, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: live.recording.running, timeout=SLOW_MS)
    qtbot.keyClick(live, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: live.banner.sentence == "Nothing was recorded: no picture came.", timeout=SLOW_MS)
    assert not live.recording.running
    assert not list((tmp_path / "takes").iterdir())


def test_how_long_no_picture_came_is_told(
    qtbot: QtBot,
    live: MainWindow,  # noqa: F811
    tools: CameraToolbox,  # noqa: F811
    recording: Path,
) -> None:
    tools.cameras[0].stall.set()
    qtbot.wait(3000)
    tools.cameras[0].stall.clear()
    before = live.stage.transport.recording.text()
    qtbot.waitUntil(lambda: live.stage.transport.recording.text() > before, timeout=SLOW_MS)
    qtbot.keyClick(live, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "Saved" in live.banner.sentence, timeout=SLOW_MS)
    told = re.search(r"For (\d+) s of it no picture came\.", live.banner.sentence)
    assert told is not None, live.banner.sentence
    assert int(told[1]) == pytest.approx(max(np.diff(pictures(next(recording.glob("*[0-9].mp4")))[1])), abs=1)


def test_a_stream_of_a_long_address_is_recorded(
    qtbot: QtBot,
    open_window: OpenWindow,
    tools: CameraToolbox,  # noqa: F811
    tmp_path: Path,
) -> None:
    class Stream(FakeCamera):
        def __init__(self) -> None:
            super().__init__()
            self.info = replace(self.info, name="rtsp://10.0.0.8/" + "마당" * 150)

    tools.open = lambda address, on_state: Stream()
    window = open_window(tools)
    window.settings.recordings = str(tmp_path)
    window.open_source("rtsp://10.0.0.8/yard")
    qtbot.waitUntil(lambda: window.status.people.text() == "1 person", timeout=SLOW_MS)
    qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    transport, banner = window.stage.transport, window.banner
    qtbot.waitUntil(lambda: transport.recording.text() >= "● 0:01" or banner.sentence != "", timeout=SLOW_MS)
    qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "Saved" in banner.sentence, timeout=SLOW_MS)
    names = [path.name for path in tmp_path.glob("*.mp4")]
    assert names
    assert all(re.match("rtsp___10.0.0.8_(마당)+ 20", name) for name in names)


def test_nothing_chosen_is_told(qtbot: QtBot, live: MainWindow) -> None:  # noqa: F811
    for switch in live.recording._panel.switches.values():
        switch.setChecked(False)
    live.actions_["record"].trigger()
    assert "switch something on" in live.banner.sentence
    assert not live.actions_["record"].isChecked()


def test_a_folder_that_cannot_be_written_is_told(qtbot: QtBot, live: MainWindow, tmp_path: Path) -> None:  # noqa: F811
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    live.settings.recordings = str(blocked / "takes")
    live.actions_["record"].trigger()
    qtbot.waitUntil(lambda: "file" in live.banner.sentence, timeout=SLOW_MS)
    qtbot.waitUntil(lambda: not live.actions_["record"].isChecked(), timeout=SLOW_MS)
    assert live.info is not None, "the camera goes on"


@pytest.mark.skipif(sys.platform == "win32", reason="moves no folder in which a file is open")
def test_a_folder_that_is_moved_meanwhile_ends_the_take_and_is_told_once(
    qtbot: QtBot,
    live: MainWindow,  # noqa: F811
    recording: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.gui.recorder.LOOKS_S", 0.0)
    recording.rename(recording.with_name("elsewhere"))
    qtbot.waitUntil(lambda: not live.recording.running, timeout=SLOW_MS)
    assert not live.actions_["record"].isChecked()
    assert live.banner.sentence.startswith("The recording could not be saved. The folder ")
    assert live.banner.sentence.count("was moved or removed") == 1
    assert "Nor could" not in live.banner.sentence
    kept = sorted(path.name.rpartition(" ")[2] for path in recording.with_name("elsewhere").iterdir())
    assert [name.partition(".part")[2] for name in kept] == [".mp4", ".jsonl", ".mp4"]


def test_all_files_that_could_not_be_written_are_told_in_one_message(window: MainWindow, tmp_path: Path) -> None:
    paths = [tmp_path / "a.mp4", tmp_path / "a poses.mp4", tmp_path / "a poses.jsonl"]
    kept = [(), (tmp_path / "a poses.part.mp4",), (tmp_path / "a poses.part.jsonl",)]
    full = OSError(errno.ENOSPC, "full")
    unsaved = tuple(Unsaved(path, refusal(path, full), parts) for path, parts in zip(paths, kept, strict=True))
    window.heard.emit(events.Recording(False, 9.0, 0, (), unsaved))
    assert window.banner.sentence == (
        f"The recording could not be saved. The disk is full, {paths[0]} could not be written; free some space and "
        "start again. Nor could be written: a poses.mp4, a poses.jsonl. What was written before is a poses.part.mp4, "
        "a poses.part.jsonl."
    )
    window.heard.emit(events.Recording(False, 9.0, 0, (paths[0],), unsaved[1:2]))
    assert window.banner.sentence.startswith("Saved a.mp4. The disk is full")


def test_a_tap_gives_all_to_the_sink_and_what_is_asked_for_to_who_asks() -> None:
    camera = FakeCamera()
    tap, taken = Tap(camera), []
    frames = iter(tap)
    assert next(frames).index == 0
    tap.sink = lambda frame: taken.append(frame.index)
    for _ in range(3):
        next(frames)
    tap.sink = None
    last = next(frames).index
    assert taken == list(range(taken[0], taken[0] + len(taken)))
    assert last >= taken[-1]
    tap.close()
    assert list(frames) == []


def test_a_take_of_one_camera_does_not_become_one_of_the_next(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    class SlowSecond(CameraToolbox):
        def __init__(self) -> None:
            super().__init__()
            self.may_open = threading.Event()

        def open(self, address: str, on_state: Callable[[LiveState], None]) -> Source:
            if address == "1":
                self.may_open.wait(60)
            return super().open("0", on_state)

    toolbox = SlowSecond()
    window = open_window(toolbox)
    window.settings.recordings = str(tmp_path / "takes")
    window.open_source("0")
    qtbot.waitUntil(lambda: window.status.people.text() == "1 person", timeout=SLOW_MS)
    window.open_source("1")
    qtbot.waitUntil(lambda: "Opening" in window.status.activity.text(), timeout=SLOW_MS)
    qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    toolbox.may_open.set()
    qtbot.waitUntil(lambda: window.address == "1" and window.shown is not None, timeout=SLOW_MS)
    qtbot.waitUntil(lambda: not window.actions_["record"].isChecked(), timeout=SLOW_MS)
    # the end of a take and why are told one after the other
    qtbot.waitUntil(lambda: "nothing was done" in window.banner.sentence, timeout=SLOW_MS)
    assert not window.recording.running
    assert not (tmp_path / "takes").exists()
