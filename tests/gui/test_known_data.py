"""A clip opened together with a result made of it before: ours, or another program's."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.changes import Rename, Split
from app.edits import Edits
from app.exports import open_writer, write
from app.exports.skelter_json import read
from app.gui import events
from app.gui import messages as say
from app.gui.toolbox import EngineChoice
from app.gui.window import MainWindow
from app.imports import read_result
from app.manifest import read as read_manifest
from app.results import FrameRecord, Header, Recording, SourceRecord
from app.session import Session, write_session
from app.smoothing import smooth_recording
from engine.types import Boxes, Poses, Tracks
from tests.gui.clips import FPS, HEIGHT, WIDTH, GreenToolbox, OtherJointsToolbox, StickPose, make_clip
from tests.gui.conftest import OpenWindow
from tests.gui.test_window import SLOW_MS, go_to_ten, open_paused, wait_for_frame


def write_data(path: Path, *, width: int = WIDTH, frames: int = 60, first: int = 0) -> Path:
    """One person, number 7, on every frame from `first` on."""
    writer = open_writer(path, Header(SourceRecord("numbered.mp4", width, HEIGHT, float(FPS), 2.4)))
    for index in range(first, frames):
        boxes = Boxes.of([[20 + index % 50, 60, 60 + index % 50, 169]], [0.9])
        poses: Poses = StickPose().estimate(np.zeros((HEIGHT, WIDTH, 3), np.uint8), boxes)
        writer.write(FrameRecord(index, index / FPS, Tracks(poses, np.array([7]), np.array([0]))))
    writer.close()
    return path


def test_what_is_known_is_shown_without_engines(
    qtbot: QtBot, window: MainWindow, toolbox: GreenToolbox, clip: Path, tmp_path: Path
) -> None:
    window.stage.transport.faster(9)
    window.open_source(str(clip), write_data(tmp_path / "numbered.json"))
    wait_for_frame(qtbot, window, 59)
    assert window.shown is not None
    assert window.shown.people == (7,)
    assert [lane.id for lane in window.player.lanes.view().people] == [7]
    assert toolbox.made == []


def test_whoever_is_chosen_and_followed_stays_so_where_he_proves_to_be_one_of_the_result(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path
) -> None:
    """Analysed before the range that the result is of, he is somebody new until they meet."""
    window.open_source(str(clip), write_data(tmp_path / "range.json", first=30, frames=50))
    qtbot.waitUntil(lambda: window.playing, timeout=SLOW_MS)
    qtbot.waitUntil(lambda: window.status.people.text() == "1 person", timeout=SLOW_MS)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    go_to_ten(qtbot, window)
    qtbot.waitUntil(lambda: window.people.ids() == [7, 8], timeout=SLOW_MS)
    window.editing.choose(8)
    qtbot.keyClick(window, Qt.Key.Key_F)
    gone = []
    window.editing.changed.connect(lambda: gone.append(window.editing.chosen) if window.editing.chosen != 7 else None)
    window.stage.transport.faster(9)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    wait_for_frame(qtbot, window, 59)
    qtbot.waitUntil(lambda: window.people.ids() == [7], timeout=SLOW_MS)
    assert window.editing.chosen == window.stage.view.chosen == window.stage.view.followed == 7
    assert [index.row() for index in window.people_list.table.selectedIndexes()][:1] == [0]
    assert window.actions_["follow"].isChecked()
    assert gone == [], "not even for a moment"


def test_what_is_known_is_drawn_with_its_own_joints(
    qtbot: QtBot, open_window: OpenWindow, window: MainWindow, clip: Path, tmp_path: Path
) -> None:
    toolbox = OtherJointsToolbox()
    toolbox.choice = EngineChoice(pose="stick-fine")
    other = open_window(toolbox)
    open_paused(qtbot, other, make_clip(tmp_path / "another.mp4"))  # which has the other network loaded
    data = write_data(tmp_path / "numbered.json")
    pictures = []
    for each in (window, other):
        each.open_source(str(clip), data)
        qtbot.waitUntil(lambda each=each: each.source_name == "numbered.mp4", timeout=SLOW_MS)
        each.player.send(say.Play(False, session=each.open_session))
        go_to_ten(qtbot, each)
        each.player.send(say.Snapshot(lambda picture: pictures.append(picture.image), session=each.open_session))
    qtbot.waitUntil(lambda: len(pictures) == 2, timeout=SLOW_MS)
    assert np.array_equal(*pictures), "in the video's size, whatever that of each window is"


def test_names_hand_edits_and_smoothing_of_a_result_outlive_going_on_with_it(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path
) -> None:
    found = read(write_data(tmp_path / "plain.json", frames=40))
    found.header = replace(found.header, names={7: "Ada"})
    edited = np.zeros((1, 17), np.bool_)
    edited[0, 9] = True
    found.add(replace(found[5], edited=edited))
    smoothed = smooth_recording(found)
    write(smoothed, tmp_path / "ada.json")
    window.stage.transport.faster(9)
    window.open_source(str(clip), tmp_path / "ada.json")
    wait_for_frame(qtbot, window, 59)
    qtbot.waitUntil(lambda: window.player.lanes.view().analysed == ((0, 59),), timeout=SLOW_MS)
    assert window.people.name(7) == "Ada"
    window.editing.choose(7)
    window.editing.split()  # so that something is corrected here too
    qtbot.waitUntil(lambda: window.actions_["undo"].isEnabled(), timeout=SLOW_MS)
    for name in ("again.json", "again.csv", "again-tidy.csv"):
        window.exporting.export_to(tmp_path / name)
        qtbot.waitUntil(lambda name=name: name in window.banner.sentence, timeout=SLOW_MS)
    again = read(tmp_path / "again.json")
    assert again.header.names == {7: "Ada"}
    assert {record.index for record in again if record.edited is not None} == {5}
    assert again[5].edited.tolist() == edited.tolist()
    assert again.header.smoothing == smoothed.header.smoothing
    assert all((again[index].smoothed == smoothed[index].smoothed).all() for index in range(40))
    assert all(again[index].smoothed is None for index in range(40, 60)), "found here, and nobody smoothed them"
    for name in ("again.csv", "again-tidy.csv"):
        with (tmp_path / name).open(newline="") as file:
            assert len({len(row) for row in csv.reader(file)}) == 1, f"{name}: every row has every column"


def write_named(path: Path, frames: range) -> Path:
    """What `write_data` knows of these frames; the person is called Ada."""
    whole = read(write_data(path.with_name("whole.json")))
    part = Recording(replace(whole.header, names={7: "Ada"}))
    for index in frames:
        part.add(whole[index])
    write(part, path)
    return path


def test_undo_takes_back_what_was_corrected_and_no_name_that_came_with_the_result(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path
) -> None:
    undo = window.actions_["undo"]
    window.open_source(str(clip), write_named(tmp_path / "ada.json", range(60)))
    qtbot.waitUntil(lambda: window.people.name(7) == "Ada", timeout=SLOW_MS)
    assert not undo.isEnabled()
    window.player.send(say.Play(False, session=window.open_session))
    window.people.renamed.emit(7, "Bo")
    qtbot.waitUntil(lambda: window.people.name(7) == "Bo" and undo.isEnabled(), timeout=SLOW_MS)
    undo.trigger()
    window.editing.undo()  # as by a second Ctrl+Z before the window knows that nothing is left
    qtbot.waitUntil(lambda: window.people.name(7) == "Ada" and not undo.isEnabled(), timeout=SLOW_MS)
    assert known(qtbot, window).edits.names == {7: "Ada"}
    window.actions_["redo"].trigger()
    qtbot.waitUntil(lambda: window.people.name(7) == "Bo", timeout=SLOW_MS)
    window.commands.questions.target = lambda suggestion, kinds: str(tmp_path / "ada.skelter")
    window.actions_["save-as"].trigger()
    qtbot.waitUntil(lambda: "ada.skelter" in window.banner.sentence, timeout=SLOW_MS)
    window.open_source(str(tmp_path / "ada.skelter"))
    qtbot.waitUntil(lambda: window.open_session == window.session and undo.isEnabled(), timeout=SLOW_MS)
    undo.trigger()  # what was corrected another day
    qtbot.waitUntil(lambda: window.people.name(7) == "Ada" and not undo.isEnabled(), timeout=SLOW_MS)
    assert known(qtbot, window).edits.names == {7: "Ada"}


def known(qtbot: QtBot, window: MainWindow) -> events.Work:
    """What the player knows, after everything it was told."""
    replies: list[events.Work] = []
    window.player.send(say.ShareWork(lambda work: replies.append(work) if work else None, session=window.open_session))
    qtbot.waitUntil(lambda: bool(replies), timeout=SLOW_MS)
    return replies[0]


def test_the_manifest_says_whether_anything_was_corrected_beyond_what_the_result_held(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path
) -> None:
    def exported_as_edited(name: str) -> bool:
        return is_exported_as_edited(qtbot, window, tmp_path / f"{name}.csv")

    window.open_source(str(clip), write_named(tmp_path / "ada.json", range(60)))
    qtbot.waitUntil(lambda: window.people.name(7) == "Ada", timeout=SLOW_MS)
    assert not exported_as_edited("as it came")
    window.people.renamed.emit(7, "Bo")
    assert exported_as_edited("named otherwise")
    window.editing.undo()
    assert not exported_as_edited("as before")
    window.player.send(say.MakeEdit(Split(7, 30, 0), session=window.open_session))
    assert exported_as_edited("split")


def is_exported_as_edited(qtbot: QtBot, window: MainWindow, target: Path) -> bool:
    window.exporting.export_to(target)
    qtbot.waitUntil(lambda: target.name in window.banner.sentence, timeout=SLOW_MS)
    return read_manifest(target.with_suffix(".manifest.json")).origin.edited


def test_a_name_of_a_result_stays_where_its_person_turns_out_to_have_been_there_before(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path
) -> None:
    window.open_source(str(clip), write_named(tmp_path / "late.json", range(20, 40)))
    qtbot.waitUntil(lambda: window.people.ids() == [7, 8], timeout=SLOW_MS)
    qtbot.waitUntil(lambda: window.people.ids() == [7], timeout=SLOW_MS)
    assert window.people.name(7) == "Ada"
    assert not is_exported_as_edited(qtbot, window, tmp_path / "as it came.csv")


def test_data_of_another_video_are_refused(qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path) -> None:
    window.open_source(str(clip), write_data(tmp_path / "other.json", width=1920))
    qtbot.waitUntil(lambda: "other.json" in window.banner.sentence, timeout=SLOW_MS)
    assert "belong together" in window.banner.sentence


def assert_known(qtbot: QtBot, window: MainWindow) -> None:
    """The video is open, and person 7 is in it, whom analysing it would give another number."""
    qtbot.waitUntil(lambda: window.shown is not None and window.shown.people == (7,), timeout=SLOW_MS)
    assert window.source_name == "numbered.mp4"
    assert [lane.id for lane in window.player.lanes.view().people] == [7]


def test_a_result_finds_the_video_beside_it(qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path) -> None:
    shutil.copy(clip, tmp_path)
    window.open_source(str(write_data(tmp_path / "any name.json")))
    assert_known(qtbot, window)


@pytest.mark.parametrize("imported", [False, True])
@pytest.mark.parametrize("ending", ["-openpose", "-coco.json"])
def test_another_programs_result_is_laid_on_the_video_that_is_open(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path, ending: str, imported: bool
) -> None:
    result = tmp_path / f"elsewhere{ending}"
    write(read(write_data(tmp_path / "numbered.json")), result)
    if imported:  # before anybody said of which video it is
        guessed, result = read_result(result), tmp_path / "imported.json"
        write(guessed, result)
    window.open_source(str(result))
    qtbot.waitUntil(lambda: "open the video first" in window.banner.sentence, timeout=SLOW_MS)
    window.open_source(str(clip))
    qtbot.waitUntil(lambda: window.info is not None, timeout=SLOW_MS)
    window.open_source(str(result))
    assert_known(qtbot, window)


@pytest.mark.parametrize("corrected", [False, True])
def test_a_session_of_a_cameras_numbers_is_laid_on_its_video(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path, corrected: bool
) -> None:
    found = read(write_data(tmp_path / "numbered.json"))
    camera = Recording(replace(found.header, source=SourceRecord("camera 0", WIDTH, HEIGHT, float(FPS), live=True)))
    for record in found:
        camera.add(replace(record, index=30 + record.index, time_s=1.2 + record.time_s))
    changes = (Rename(7, "Ada"), Split(7, 45, 9)) if corrected else (Rename(7, "Ada"),)
    write_session(tmp_path / "work.skelter", Session(str(clip), camera, Edits(changes)))
    window.open_source(str(tmp_path / "work.skelter"))
    qtbot.waitUntil(lambda: window.people.name(7) == "Ada", timeout=SLOW_MS)
    assert known(qtbot, window).recording.indices[-1] == (89 if corrected else 59), "where no correction tells a frame"
