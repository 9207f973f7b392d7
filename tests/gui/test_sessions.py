"""Sessions: what they hold, what is asked before work is lost, and what outlives a crash."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import av
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

import app.session
from app.gui.people_model import NAME
from app.gui.questions import Leaving
from app.gui.settings import Settings
from app.gui.window import MainWindow
from tests.clips import make_clip as make_other_size
from tests.gui.clips import GreenToolbox, make_clip
from tests.gui.conftest import OpenWindow
from tests.gui.pairs import click_person, drag_joint, name_person, open_pair, people_shown
from tests.gui.test_aftermath import look, press
from tests.gui.test_live import live, tools  # noqa: F401 - fixtures
from tests.gui.test_window import SLOW_MS, open_paused, wait_for_frame


def test_a_session_holds_everything(
    qtbot: QtBot, pair: MainWindow, open_window: OpenWindow, toolbox: GreenToolbox, tmp_path: Path
) -> None:
    click_person(qtbot, pair, 1)
    drag_joint(qtbot, pair, 5, QPoint(30, 20))
    pair.people.setData(pair.people.index(1, NAME), "Bo")
    qtbot.waitUntil(lambda: pair.people.name(2) == "Bo", timeout=SLOW_MS)
    pair.stage.timeline.set_loop((5, 25))
    target = tmp_path / "work.skelter"
    pair.commands.questions.target = lambda suggestion, kinds: str(target)
    qtbot.keyClick(pair, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "work.skelter" in pair.banner.sentence, timeout=SLOW_MS)
    assert not pair.isWindowModified()
    suggested: list[Path] = []
    pair.commands.questions.target = lambda suggestion, kinds: suggested.append(suggestion) or ""
    pair.actions_["save-as"].trigger()
    assert suggested == [target], "not the video's folder and name"
    point = pair.shown.tracks.poses.keypoints[0, 5].copy()
    pair.close()
    made = len(toolbox.made)
    other = open_window(toolbox)
    other.open_source(str(target))
    wait_for_frame(qtbot, other, 10)
    qtbot.waitUntil(lambda: people_shown(other) == (1, 2), timeout=SLOW_MS)
    assert other.windowTitle() == "work.skelter[*] – Skelter"
    assert other.shown.tracks.poses.keypoints[0, 5] == pytest.approx(point)
    assert other.people.name(2) == "Bo"
    assert other.stage.timeline.loop == (5, 25)
    assert not other.playing
    assert len(toolbox.made) == made, "nothing needed to be analysed again"


class SlowDisk:
    """Sessions are written as always, once they may be."""

    def __init__(self) -> None:
        self.may_write = threading.Event()
        self.writing = threading.Event()
        self._really = app.session.write_session

    def write(self, path: Path, session: app.session.Session) -> None:
        self.writing.set()
        assert self.may_write.wait(60)
        self._really(path, session)


@pytest.fixture
def slow_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowDisk]:
    disk = SlowDisk()
    monkeypatch.setattr(app.session, "write_session", disk.write)
    yield disk
    disk.may_write.set()


@pytest.mark.parametrize("leaves", [False, True])
def test_what_is_corrected_while_the_session_is_written_is_not_saved_yet(
    qtbot: QtBot, pair: MainWindow, slow_disk: SlowDisk, tmp_path: Path, *, leaves: bool
) -> None:
    target, asked = tmp_path / "work.skelter", []
    pair.commands.questions.target = lambda suggestion, kinds: str(target)
    pair.commands.questions.leave = lambda name: Leaving.SAVE
    name_person(qtbot, pair, 0, "Ada")
    if leaves:
        pair.close()
    else:
        pair.actions_["save"].trigger()
    qtbot.waitUntil(slow_disk.writing.is_set, timeout=SLOW_MS)
    name_person(qtbot, pair, 1, "Bob")

    def stay(name: str) -> Leaving:
        asked.append(name)
        return Leaving.STAY

    pair.commands.questions.leave = stay
    slow_disk.may_write.set()
    qtbot.waitUntil(lambda: "work.skelter" in pair.banner.sentence, timeout=SLOW_MS)
    assert app.session.read_session(target).edits.names == {1: "Ada"}
    assert pair.isVisible()
    assert pair.isWindowModified(), "Bob is in no file"
    assert asked == (["two.mp4"] if leaves else [])
    pair.actions_["save"].trigger()
    qtbot.waitUntil(lambda: not pair.isWindowModified(), timeout=SLOW_MS)
    assert app.session.read_session(target).edits.names == {1: "Ada", 2: "Bob"}


@pytest.fixture
def endless(clip: Path, tmp_path: Path) -> Path:
    """The clip as a browser records it: nothing in the file says how long it is."""
    path = tmp_path / "endless.webm"
    # nowhere to go back to, so that no length can be put in at the end
    with path.open("wb") as file, av.open(str(clip)) as before:
        pipe = OneWay(file)
        with av.open(pipe, "w", format="matroska") as container:
            stream = container.add_stream_from_template(before.streams.video[0])
            for packet in before.demux(video=0):
                if packet.dts is not None:
                    packet.stream = stream
                    container.mux(packet)
    return path


class OneWay:
    """A file that can only be written on."""

    def __init__(self, file: BinaryIO) -> None:
        self.write = file.write


def test_a_file_that_does_not_tell_its_length_keeps_the_range_of_its_session(
    qtbot: QtBot, window: MainWindow, endless: Path, tmp_path: Path
) -> None:
    open_paused(qtbot, window, endless)
    assert window.info.frame_count is None
    qtbot.keyClick(window, Qt.Key.Key_End)
    wait_for_frame(qtbot, window, 59)
    window.stage.timeline.set_loop((20, 35))
    window.stage.timeline.sought.emit(10)
    wait_for_frame(qtbot, window, 10)
    for name in ("first.skelter", "second.skelter"):
        window.commands.questions.target = lambda suggestion, kinds, name=name: str(tmp_path / name)
        window.actions_["save-as"].trigger()
        qtbot.waitUntil(lambda name=name: name in window.banner.sentence, timeout=SLOW_MS)
        assert app.session.read_session(tmp_path / name).notes.loop == (20, 35)
        window.open_source(str(tmp_path / name))
        qtbot.waitUntil(lambda: window.open_session == window.session, timeout=SLOW_MS)
        wait_for_frame(qtbot, window, 10)
        assert window.stage.timeline.loop == (20, 35)
        qtbot.waitUntil(lambda: window.stage.timeline.maximum() == 59, timeout=SLOW_MS)


def test_closing_waits_for_the_session_that_is_being_saved(
    qtbot: QtBot, pair: MainWindow, slow_disk: SlowDisk, tmp_path: Path
) -> None:
    target, asked = tmp_path / "work.skelter", []
    pair.commands.questions.target = lambda suggestion, kinds: str(target)
    pair.commands.questions.give_up_saving = lambda: asked.append("again")
    pair.actions_["save"].trigger()
    pair.close()  # before the player has even told what there is to save
    assert pair.isVisible()
    assert "Saving" in pair.status.activity.text()
    assert asked == []
    pair.close()
    assert asked == ["again"], "a disk that does not answer must not keep the window open for ever"
    assert pair.isVisible()
    slow_disk.may_write.set()
    qtbot.waitUntil(lambda: not pair.isVisible(), timeout=SLOW_MS)
    assert len(app.session.read_session(target).recording) == 40


def test_corrections_survive_a_crash(
    qtbot: QtBot, pair: MainWindow, open_window: OpenWindow, toolbox: GreenToolbox, settings: Settings
) -> None:
    click_person(qtbot, pair, 1)
    qtbot.keyClick(pair, Qt.Key.Key_H)

    def kept() -> bool:
        return any(settings.recovery.glob("*.skelter"))

    qtbot.waitUntil(kept, timeout=SLOW_MS)
    pair.sessions._lock.unlock()  # as the system does when a program dies
    other = open_window(toolbox)
    look(qtbot, other, settings.reports)
    press(qtbot, other, "Open them")
    qtbot.waitUntil(lambda: people_shown(other) == (2,), timeout=SLOW_MS)
    assert other.isWindowModified(), "they are not saved yet"
    other.commands.questions.leave = lambda name: Leaving.DISCARD
    other.close()
    assert not list(settings.recovery.glob("*.skelter"))


def test_corrections_that_were_saved_are_not_offered_after_a_crash_in_another_video(
    qtbot: QtBot, pair: MainWindow, open_window: OpenWindow, toolbox: GreenToolbox, slow_disk: SlowDisk, clip: Path,
    settings: Settings, tmp_path: Path,
) -> None:  # fmt: skip
    questions, kept = pair.commands.questions, pair.sessions._own
    slow_disk.may_write.set()
    pair.sessions._timer.setInterval(0)
    name_person(qtbot, pair, 0, "Ada")
    qtbot.waitUntil(kept.exists, timeout=SLOW_MS)
    slow_disk.may_write.clear()
    slow_disk.writing.clear()
    questions.target = lambda suggestion, kinds: str(tmp_path / "work.skelter")
    questions.give_up_saving = lambda: True  # waiting for it, that is
    pair.actions_["save"].trigger()
    qtbot.waitUntil(slow_disk.writing.is_set, timeout=SLOW_MS)
    for _ in range(2):
        pair.open_source(str(clip))
    qtbot.waitUntil(lambda: pair.source_name == "numbered.mp4", timeout=SLOW_MS)
    slow_disk.may_write.set()
    qtbot.waitUntil(lambda: "work.skelter" in pair.banner.sentence, timeout=SLOW_MS)
    pair.sessions._lock.unlock()  # as the system does when a program dies
    other = open_window(toolbox)
    look(qtbot, other, settings.reports)
    assert not other.banner.sentence


def test_kept_corrections_outlive_a_video_that_is_not_there(
    qtbot: QtBot, open_window: OpenWindow, toolbox: GreenToolbox, settings: Settings, tmp_path: Path
) -> None:
    video, elsewhere = make_clip(tmp_path / "two.mp4", frames=40, people=2), tmp_path / "elsewhere.mp4"
    first = open_window(toolbox)
    open_pair(qtbot, first, video)
    click_person(qtbot, first, 1)
    qtbot.keyClick(first, Qt.Key.Key_H)

    def all_kept() -> list[Path]:
        return [path for path in settings.recovery.glob("*.skelter") if ".part" not in path.name]

    qtbot.waitUntil(lambda: len(all_kept()) == 1, timeout=SLOW_MS)
    first.sessions._lock.unlock()  # as the system does when a program dies
    (kept,) = all_kept()
    video.rename(elsewhere)
    other = open_window(toolbox)

    def open_them() -> None:
        other.banner.dismiss()
        look(qtbot, other, settings.reports)
        press(qtbot, other, "Open them")

    open_them()
    qtbot.waitUntil(lambda: "The corrections stay kept" in other.banner.sentence, timeout=SLOW_MS)
    assert str(kept) in other.banner.sentence
    assert str(video) in other.banner.sentence
    open_pair(qtbot, other, elsewhere)
    click_person(qtbot, other, 1)
    qtbot.keyClick(other, Qt.Key.Key_H)  # what is kept of this is another matter
    qtbot.waitUntil(lambda: len(all_kept()) == 2, timeout=SLOW_MS)
    other.commands.questions.leave = lambda name: Leaving.DISCARD
    other.close()
    assert all_kept() == [kept]
    make_other_size(video)
    other = open_window(toolbox)
    open_them()
    qtbot.waitUntil(lambda: "open the two that belong together" in other.banner.sentence, timeout=SLOW_MS)
    other.close()
    assert len(all_kept()) == 1
    elsewhere.replace(video)
    other = open_window(toolbox)
    open_them()
    qtbot.waitUntil(lambda: people_shown(other) == (2,), timeout=SLOW_MS)


@pytest.mark.parametrize(
    ("action", "written", "becomes"),
    [
        ("save", "clip", "clip.skelter"),
        ("save", "clip.v2", "clip.v2.skelter"),
        ("export-data", "clip-poses.json", "clip-poses.csv"),
    ],
)
def test_a_file_that_an_ending_leads_to_is_replaced_only_when_asked(
    qtbot: QtBot,
    pair: MainWindow,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    action: str,
    written: str,
    becomes: str,
) -> None:
    (tmp_path / becomes).write_text("of somebody else")
    asked: list[str] = []
    names = iter([str(tmp_path / written), ""])  # then it is asked for again, and cancelled

    def dialog(parent: object, title: str, suggestion: str, filters: str) -> tuple[str, str]:
        return next(names), next(kind for kind in filters.split(";;") if becomes.endswith(kind.split("(*")[1][:-1]))

    def no(box: QMessageBox) -> QMessageBox.StandardButton:
        asked.append(box.text())
        return QMessageBox.StandardButton.No

    monkeypatch.setattr(QFileDialog, "getSaveFileName", dialog)
    monkeypatch.setattr(QMessageBox, "exec", no)
    pair.actions_[action].trigger()
    assert asked == [f"There is a file called {becomes} already. Replace it?"]
    assert list(names) == []
    qtbot.wait(200)
    assert (tmp_path / becomes).read_text() == "of somebody else"


@pytest.mark.parametrize("answer", list(Leaving))
def test_leaving_unsaved_corrections_asks(qtbot: QtBot, pair: MainWindow, tmp_path: Path, answer: Leaving) -> None:
    click_person(qtbot, pair, 1)
    qtbot.keyClick(pair, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: pair.sessions.unsaved, timeout=SLOW_MS)
    target = tmp_path / "kept.skelter"
    pair.commands.questions.target = lambda suggestion, kinds: str(target)
    pair.commands.questions.leave = lambda name: answer
    pair.close()
    if answer is Leaving.STAY:
        assert pair.isVisible()
    else:
        qtbot.waitUntil(lambda: not pair.isVisible(), timeout=SLOW_MS)
    assert target.exists() == (answer is Leaving.SAVE)
