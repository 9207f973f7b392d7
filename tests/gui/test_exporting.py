"""Exports from the window: whole, in the background, and nothing left behind where they are stopped."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import av
import cv2
import pytest
from PyQt6.QtCore import QSettings, Qt
from PyQt6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

import app.manifest
from app.changes import Rename
from app.edits import Edits
from app.exports.skelter_json import read
from app.gui import messages as say
from app.gui.export_job import Exported, ExportJob, ExportRequest, Progress
from app.gui.settings import Settings
from app.gui.toolbox import EngineChoice
from app.gui.window import MainWindow
from app.manifest import read as read_manifest
from app.results import Header, Recording, SourceRecord
from app.style import Style
from engine.errors import BackendError, SinkError
from engine.types import U8, Boxes
from tests.clips import hold_last
from tests.gui.clips import (
    FPS,
    HEIGHT,
    WIDTH,
    GreenDetector,
    GreenEngines,
    GreenToolbox,
    frame_picture,
    make_clip,
    number_in,
)
from tests.gui.conftest import OpenWindow
from tests.gui.test_known_data import known, write_data
from tests.gui.test_window import SLOW_MS, open_paused


def numbers_in(path: Path) -> list[int]:
    with av.open(str(path)) as container:
        return [number_in(frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]


def contents(path: Path) -> list[bytes]:
    """What two exports must have alike."""
    if path.suffix == ".json":
        return [path.read_bytes()]
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24").tobytes() for frame in container.decode(video=0)]


def exported_frames(window: MainWindow) -> int:
    """How far the running export is."""
    return window.export_bar.lines[0].progress.frames if window.export_bar.lines else 0


def answer(window: MainWindow, target: Path) -> None:
    """Have the question for a file name answered."""
    window.commands.questions.target = lambda suggestion, kinds: str(target)


def test_the_whole_video_is_exported_while_the_window_goes_on(
    qtbot: QtBot, window: MainWindow, toolbox: GreenToolbox, clip: Path, tmp_path: Path
) -> None:
    open_paused(qtbot, window, clip)
    target = tmp_path / "out.mp4"
    answer(window, target)
    begun = window.export_bar.running_changed  # the bar itself is gone before one looks, where the export is quick
    with qtbot.waitSignal(begun, timeout=SLOW_MS, check_params_cb=lambda runs: runs and window.export_bar.isVisible()):
        window.actions_["export"].trigger()
    window.stage.timeline.sought.emit(3)
    qtbot.waitUntil(lambda: number_in(window.stage.view.pixels) == 3, timeout=SLOW_MS)
    qtbot.waitUntil(lambda: "out.mp4" in window.banner.sentence, timeout=SLOW_MS)
    assert numbers_in(target) == list(range(60))
    assert window.actions_["export"].isEnabled()
    assert "Show in folder" in [b.text() for b in window.banner.findChildren(QPushButton) if b.isVisible()]
    # what the export found out, the window knows now
    qtbot.waitUntil(lambda: window.player.lanes.view().analysed == ((0, 59),), timeout=SLOW_MS)
    assert [lane.id for lane in window.player.lanes.view().people] == [1]


def test_joint_angles_are_in_what_is_exported_too_and_asked_for_once(
    qtbot: QtBot, window: MainWindow, settings: Settings, clip: Path, tmp_path: Path
) -> None:
    open_paused(qtbot, window, clip)

    def writing() -> int:
        """How much is written on the tenth frame of an export, in white with a dark rim."""
        target = tmp_path / f"{window.settings.style.angles}.mp4"
        window.exporting.export_to(target)
        qtbot.waitUntil(lambda: target.name in window.banner.sentence, timeout=SLOW_MS)
        with av.open(str(target)) as container:
            picture = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)][10]
        return int((picture[40:].min(axis=2) > 150).sum())  # lower than the frame's number

    before = writing()
    qtbot.keyClick(window, Qt.Key.Key_V)
    assert writing() > before + 60
    settings.save()
    assert Settings(QSettings(str(tmp_path / "skelter.ini"), QSettings.Format.IniFormat), tmp_path).style.angles


def test_data_hold_every_frame_and_the_same_ids(qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path) -> None:
    open_paused(qtbot, window, clip)
    target = tmp_path / "out.json"
    answer(window, target)
    window.actions_["export-data"].trigger()
    qtbot.waitUntil(lambda: "out.json" in window.banner.sentence, timeout=SLOW_MS)
    recording = read(target)
    assert recording.indices == list(range(60))
    manifest = read_manifest(tmp_path / "out.manifest.json")
    assert manifest.run is None  # the window analyses as one looks, so there is no one run to do again
    assert manifest.origin is not None
    assert manifest.origin.source.path == str(clip)
    assert manifest.origin.source.sha256 == hashlib.sha256(clip.read_bytes()).hexdigest()
    assert "Pencil" in manifest.origin.models["detector"]
    assert not manifest.origin.edited
    assert [(output.name, output.format) for output in manifest.outputs] == [("out.json", "json")]
    assert {person for record in recording for person in record.tracks.ids.tolist()} == {1}
    assert "Pencil" in recording.header.models["detector"]


def test_analysed_frames_are_not_analysed_again(
    qtbot: QtBot, window: MainWindow, toolbox: GreenToolbox, clip: Path, tmp_path: Path
) -> None:
    window.stage.transport.faster(9)
    window.open_source(str(clip))
    qtbot.waitUntil(lambda: window.shown is not None, timeout=SLOW_MS)
    qtbot.waitUntil(lambda: window.player.lanes.view().analysed == ((0, 59),), timeout=SLOW_MS)
    answer(window, tmp_path / "out.csv")
    window.actions_["export-data"].trigger()
    qtbot.waitUntil(lambda: "out.csv" in window.banner.sentence, timeout=SLOW_MS)
    assert len(toolbox.made) == 1, "no second set of engines was needed"


def test_a_cancelled_export_leaves_nothing(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    long_clip = make_clip(tmp_path / "long.mp4", frames=900)
    folder = tmp_path / "out"
    folder.mkdir()
    open_paused(qtbot, window, long_clip)
    answer(window, folder / "out.mp4")
    window.actions_["export"].trigger()
    qtbot.waitUntil(lambda: exported_frames(window) > 5, timeout=SLOW_MS)
    qtbot.mouseClick(window.export_bar.lines[0].button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "cancelled" in window.banner.sentence, timeout=SLOW_MS)
    assert list(folder.iterdir()) == []


class SomeFramesOn(threading.Event):
    """A gate that is open, and at which something happens once the export is some frames on."""

    def __init__(self, window: MainWindow, happens: Callable[[], None]) -> None:
        super().__init__()
        self._window, self._happens = window, happens

    def wait(self, timeout: float | None = None) -> bool:
        if exported_frames(self._window) > 5:
            self._happens()
        return True


def test_what_a_cancelled_export_found_out_is_known(
    qtbot: QtBot, begun: MainWindow, held: HeldExport, tmp_path: Path
) -> None:
    held.gate = SomeFramesOn(begun, lambda: begun.export_bar.lines[0].job.cancel())
    begun.stage.timeline.set_loop((40, 90))
    begun.exporting.export_to(tmp_path / "out.json")
    qtbot.waitUntil(lambda: "cancelled" in begun.banner.sentence, timeout=SLOW_MS)
    assert {*range(40, 45)} <= set(known(qtbot, begun).recording.indices)


def test_what_an_export_found_out_before_it_failed_is_known(
    qtbot: QtBot, begun: MainWindow, held: HeldExport, tmp_path: Path
) -> None:
    def fail() -> None:
        raise BackendError("The device is gone.")

    held.gate = SomeFramesOn(begun, fail)
    begun.stage.timeline.set_loop((40, 90))
    begun.exporting.export_to(tmp_path / "out.json")
    qtbot.waitUntil(lambda: "The device is gone." in begun.banner.sentence, timeout=SLOW_MS)
    assert not (tmp_path / "out.json").exists()
    assert {*range(40, 45)} <= set(known(qtbot, begun).recording.indices)


def test_what_is_cancelled_once_it_is_written_was_saved(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_paused(qtbot, window, clip)
    hash_of = app.manifest.sha256_of

    def slow_disk(files: Sequence[Path]) -> str:
        window.export_bar.lines[0].job.cancel()
        return hash_of(files)

    monkeypatch.setattr(app.manifest, "sha256_of", slow_disk)
    window.exporting.export_to(tmp_path / "out.json")
    qtbot.waitUntil(lambda: not window.export_bar.running and window.banner.sentence != "", timeout=SLOW_MS)
    assert window.banner.sentence == "Saved out.json."
    assert read(tmp_path / "out.json").indices == list(range(60))
    assert known(qtbot, window).recording.indices == list(range(60))


@pytest.mark.parametrize("stop", [True, False])
def test_closing_during_an_export_asks(qtbot: QtBot, window: MainWindow, tmp_path: Path, stop: bool) -> None:
    long_clip = make_clip(tmp_path / "long.mp4", frames=900)
    folder = tmp_path / "out"
    folder.mkdir()
    open_paused(qtbot, window, long_clip)
    answer(window, folder / "out.mp4")
    window.actions_["export"].trigger()
    qtbot.waitUntil(lambda: exported_frames(window) > 5, timeout=SLOW_MS)
    window.commands.questions.stop_export = lambda: stop
    window.close()
    assert window.isVisible() is not stop
    assert window.export_bar.running is not stop or stop
    window.commands.questions.stop_export = lambda: True
    window.close()
    assert list(folder.iterdir()) == []


def test_an_export_onto_the_source_is_refused(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "own.mp4", frames=30)
    before = clip.read_bytes()
    open_paused(qtbot, window, clip)
    answer(window, clip)
    window.actions_["export"].trigger()
    qtbot.waitUntil(lambda: "own.mp4" in window.banner.sentence, timeout=SLOW_MS)
    assert "source itself" in window.banner.sentence
    assert clip.read_bytes() == before


def test_several_exports_wait_in_a_queue(
    qtbot: QtBot, window: MainWindow, toolbox: GreenToolbox, clip: Path, tmp_path: Path
) -> None:
    open_paused(qtbot, window, clip)
    for name in ("a.mp4", "b.csv", "c.json"):
        answer(window, tmp_path / name)
        window.actions_["export" if name.endswith("mp4") else "export-data"].trigger()
    qtbot.waitUntil(lambda: len(window.export_bar.lines) == 3, timeout=SLOW_MS)
    assert window.export_bar.lines[2].left.text() == "waiting"
    qtbot.mouseClick(window.export_bar.lines[1].button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: (tmp_path / "c.json").exists() and not window.export_bar.running, timeout=SLOW_MS)
    assert (tmp_path / "a.mp4").exists()
    assert not (tmp_path / "b.csv").exists()
    assert len(toolbox.made) == 2, "the first export's engines found out what the second one needed"


class HeldExport(GreenToolbox):
    """What the first export looks at is held back until `gate` is open."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()

    def engines(self, choice: EngineChoice) -> GreenEngines:
        engines = super().engines(choice)
        if len(self.made) == 2:  # the first are the window's
            engines.detector = HeldDetector(self.gate)
        return engines


class HeldDetector(GreenDetector):
    def __init__(self, gate: threading.Event) -> None:
        super().__init__()
        self._gate = gate

    def detect(self, image: U8, *, floor: float | None = None, whole: bool = True) -> Boxes:
        self._gate.wait(60)
        return super().detect(image, floor=floor)


@pytest.fixture
def held() -> HeldExport:
    return HeldExport()


@pytest.fixture
def begun(qtbot: QtBot, open_window: OpenWindow, held: HeldExport, tmp_path: Path) -> MainWindow:
    """A hundred frames of two people, paused at the beginning; the first export is held back."""
    window = open_window(held)
    window.open_source(str(make_clip(tmp_path / "two.mp4", frames=100, people=2)))
    qtbot.waitUntil(lambda: window.status.people.text() == "2 people", timeout=SLOW_MS)
    window.player.send(say.Play(False, session=window.open_session))
    qtbot.waitUntil(lambda: not window.playing, timeout=SLOW_MS)
    return window


def export_held(qtbot: QtBot, window: MainWindow, held: HeldExport, target: Path) -> None:
    """Begin to export; meanwhile look at frame 80, where nobody can tell yet who the two are: they are 3 and 4."""
    window.exporting.export_to(target)
    qtbot.waitUntil(lambda: len(held.made) == 2, timeout=SLOW_MS)
    window.stage.timeline.set_loop(None)
    window.stage.timeline.sought.emit(80)
    qtbot.waitUntil(lambda: people_on(window, 80) == (3, 4), timeout=SLOW_MS)


def people_on(window: MainWindow, index: int) -> tuple[int, ...] | None:
    shown = window.shown
    return shown.people if shown is not None and shown.index == index else None


def correct(qtbot: QtBot, window: MainWindow) -> None:
    """Name the one on the left, and hide the other."""
    window.people.renamed.emit(3, "Ada")
    window.editing.hide_or_show(4)
    qtbot.waitUntil(lambda: people_on(window, 80) == (3,), timeout=SLOW_MS)


def test_corrections_made_during_an_export_hold_after_it(
    qtbot: QtBot, begun: MainWindow, held: HeldExport, tmp_path: Path
) -> None:
    export_held(qtbot, begun, held, tmp_path / "out.json")
    before = begun.shown.tracks.poses.boxes.xyxy[0]
    correct(qtbot, begun)
    held.gate.set()
    qtbot.waitUntil(lambda: "out.json" in begun.banner.sentence, timeout=SLOW_MS)
    qtbot.waitUntil(lambda: begun.player.lanes.view().analysed == ((0, 99),), timeout=SLOW_MS)
    qtbot.waitUntil(lambda: people_on(begun, 80) == (1,), timeout=SLOW_MS)  # by now it is known who they are
    assert begun.people.name(1) == "Ada"
    assert (begun.shown.tracks.poses.boxes.xyxy[0] == before).all()
    assert begun.editing.hidden == {2}
    qtbot.waitUntil(lambda: [lane.id for lane in begun.people.lanes()] == [1, 2], timeout=SLOW_MS)


def test_what_was_found_during_an_export_is_still_known_after_it(
    qtbot: QtBot, begun: MainWindow, held: HeldExport, tmp_path: Path
) -> None:
    begun.stage.timeline.set_loop((20, 40))
    export_held(qtbot, begun, held, tmp_path / "out.json")
    begun.stage.transport.faster(9)
    begun.player.send(say.Play(True, session=begun.open_session))
    qtbot.waitUntil(lambda: begun.player.lanes.view().analysed[-1][1] == 99, timeout=SLOW_MS)
    held.gate.set()
    qtbot.waitUntil(lambda: "out.json" in begun.banner.sentence, timeout=SLOW_MS)
    recording = known(qtbot, begun).recording
    assert {*range(20, 41), *range(80, 100)} <= set(recording.indices)


def test_an_export_does_not_undo_that_the_video_is_analysed_again(
    qtbot: QtBot, begun: MainWindow, held: HeldExport, tmp_path: Path
) -> None:
    export_held(qtbot, begun, held, tmp_path / "out.json")
    begun.player.send(say.UseEngines(EngineChoice(pose="stick-fine")))
    qtbot.waitUntil(lambda: begun.engines.choice.pose == "stick-fine", timeout=SLOW_MS)
    qtbot.mouseClick(begun.engines._panel.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: people_on(begun, 80) == (1, 2), timeout=SLOW_MS)
    held.gate.set()
    qtbot.waitUntil(lambda: "out.json" in begun.banner.sentence, timeout=SLOW_MS)
    recording = known(qtbot, begun).recording
    assert recording.header.models["pose"].startswith("stick-fine")
    assert len(recording) < 100


def test_somebody_hidden_is_not_in_an_export_that_waited_for_another(
    qtbot: QtBot, begun: MainWindow, held: HeldExport, tmp_path: Path
) -> None:
    export_held(qtbot, begun, held, tmp_path / "first.json")
    correct(qtbot, begun)
    begun.stage.timeline.set_loop((60, 90))
    begun.exporting.export_to(tmp_path / "second.json")
    qtbot.waitUntil(lambda: len(begun.export_bar.lines) == 2, timeout=SLOW_MS)
    held.gate.set()
    qtbot.waitUntil(lambda: "second.json" in begun.banner.sentence, timeout=SLOW_MS)
    assert {person for record in read(tmp_path / "first.json") for person in record.tracks.ids.tolist()} == {1, 2}
    second = read(tmp_path / "second.json")
    assert {person for record in second for person in record.tracks.ids.tolist()} == {1}
    assert second.header.names == {1: "Ada"}
    assert len(held.made) == 2, "the first export's engines found out what the second one needed"


@pytest.mark.parametrize("ending", ["json", "mp4"])
def test_whoever_was_corrected_in_a_part_analysed_apart_is_so_in_all_of_the_export(
    qtbot: QtBot, begun: MainWindow, held: HeldExport, tmp_path: Path, ending: str
) -> None:
    held.gate.set()
    begun.stage.timeline.sought.emit(80)
    qtbot.waitUntil(lambda: people_on(begun, 80) == (3, 4), timeout=SLOW_MS)
    correct(qtbot, begun)
    apart, joined = tmp_path / f"apart.{ending}", tmp_path / f"joined.{ending}"
    for target in (apart, joined):  # for the second everything is known beforehand
        begun.exporting.export_to(target)
        qtbot.waitUntil(lambda target=target: target.name in begun.banner.sentence, timeout=SLOW_MS)
        qtbot.waitUntil(lambda: begun.player.lanes.view().analysed == ((0, 99),), timeout=SLOW_MS)
    if ending == "json":
        assert read(apart).header.names == {1: "Ada"}
        assert all(record.tracks.ids.tolist() == [1] for record in read(apart))
    assert contents(apart) == contents(joined)


class Steps:
    """Hears of the progress of an export, looks at something at each step, and cancels it after so many."""

    def __init__(self, cancel_after: int | None = None, look: Callable[[], bool] = lambda: True) -> None:
        self.told: list[Progress] = []
        self.seen: list[bool] = []
        self._look = look
        self.job: ExportJob | None = None
        self._cancel_after = cancel_after

    def __call__(self, progress: Progress) -> None:
        self.told.append(progress)
        self.seen.append(self._look())
        if progress.frames == self._cancel_after and self.job is not None:
            self.job.cancel()


def export_unknown(
    clip: Path,
    target: Path,
    steps: Steps,
    *,
    width: int = WIDTH,
    edits: Edits = Edits((Rename(1, "Ada"),)),
    frames: tuple[int, int] | None = None,
) -> Exported:
    """Export a clip of which nothing is known but somebody's name."""
    recording = Recording(Header(SourceRecord(clip.name, width, HEIGHT, float(FPS))))
    request = ExportRequest(str(clip), target, Style(), recording, edits, 1, 0, EngineChoice(), frames)
    steps.job = ExportJob(request, GreenToolbox(), steps)
    return steps.job.run()


def test_progress_counts_what_is_found_out_and_what_is_written(clip: Path, tmp_path: Path) -> None:
    steps = Steps()
    export_unknown(clip, tmp_path / "out.json", steps)
    assert [(progress.frames, progress.total) for progress in steps.told] == [(step, 120) for step in range(1, 121)]


def test_what_nobody_corrected_is_on_the_disk_as_soon_as_it_is_analysed(clip: Path, tmp_path: Path) -> None:
    steps = Steps(look=lambda: (tmp_path / "out.part.json").exists())
    export_unknown(clip, tmp_path / "out.json", steps, edits=Edits())
    assert [(progress.frames, progress.total) for progress in steps.told] == [(step, 60) for step in range(1, 61)]
    assert all(steps.seen)


@pytest.mark.parametrize("after", [5, 65])
def test_an_export_can_be_cancelled_while_it_finds_out_and_while_it_writes(
    clip: Path, tmp_path: Path, after: int
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    steps = Steps(cancel_after=after)
    exported = export_unknown(clip, folder / "out.mp4", steps)
    assert exported.cancelled
    assert exported.paths == ()
    assert len(steps.told) == after
    assert len(steps.job.request.recording) == min(after, 60)
    assert list(folder.iterdir()) == []


def test_what_no_file_can_be_made_of_is_told_before_anything_is_analysed(clip: Path, tmp_path: Path) -> None:
    steps = Steps()
    with pytest.raises(SinkError, match=r"out\.mp4"):
        export_unknown(clip, tmp_path / "out.mp4", steps, width=40_000)
    assert steps.told == []


@pytest.mark.parametrize(
    ("people", "words", "files"),
    [
        (2, "Saved walk-p1.trc, walk-p2.trc.", ["walk-p1.trc", "walk-p2.trc", "walk.manifest.json"]),
        (0, "walk.trc was not written: nobody is in it.", []),
    ],
)
def test_the_files_that_were_written_are_told(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, people: int, words: str, files: list[str]
) -> None:
    clip, folder = make_clip(tmp_path / "some.mp4", frames=20, people=people), tmp_path / "out"
    folder.mkdir()
    window.open_source(str(clip))
    qtbot.waitUntil(lambda: window.shown is not None, timeout=SLOW_MS)
    window.exporting.export_to(folder / "walk.trc")
    qtbot.waitUntil(lambda: "walk" in window.banner.sentence, timeout=SLOW_MS)
    assert window.banner.sentence == words
    assert sorted(path.name for path in folder.iterdir()) == files


@pytest.mark.parametrize(("certainty", "known_joints"), [(30, True), (95, False)])
def test_tables_leave_out_the_joints_that_the_picture_leaves_out(
    qtbot: QtBot, window: MainWindow, clip: Path, tmp_path: Path, certainty: int, known_joints: bool
) -> None:
    open_paused(qtbot, window, clip)
    window.overlay.score.setValue(certainty)  # all joints are 90 % sure
    window.exporting.export_to(tmp_path / "walk-angles.csv")
    qtbot.waitUntil(lambda: "walk" in window.banner.sentence, timeout=SLOW_MS)
    _, *rows = (tmp_path / "walk-angles.csv").read_text().splitlines()
    assert any(any(row.split(",")[4:]) for row in rows) is known_joints


def test_a_range_that_is_known_needs_no_engines(
    qtbot: QtBot, open_window: OpenWindow, clip: Path, tmp_path: Path
) -> None:
    data = write_data(tmp_path / "numbered.json", frames=20)
    toolbox = NoEngines()
    window = open_window(toolbox)
    window.open_source(str(clip), data)
    qtbot.waitUntil(lambda: window.shown is not None, timeout=SLOW_MS)
    window.stage.timeline.set_loop((5, 19))
    window.exporting.export_to(tmp_path / "out.json")
    qtbot.waitUntil(lambda: "out.json" in window.banner.sentence, timeout=SLOW_MS)
    assert read(tmp_path / "out.json").indices == list(range(5, 20))


def test_a_range_whose_picture_before_cannot_be_read_is_whole(tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for index in range(5):
        cv2.imwrite(str(pictures / f"{index}.png"), frame_picture(index))
    (pictures / "1.png").write_bytes(b"")
    export_unknown(pictures, tmp_path / "out.json", Steps(), edits=Edits(), frames=(2, 4))
    assert read(tmp_path / "out.json").indices == [2, 3, 4]


@pytest.mark.parametrize(
    ("frames", "duration_s"), [((5, 9), 1.2), ((5, 11), 2.8), (None, 3.0)], ids=["range", "to the end", "whole"]
)
def test_the_last_picture_is_shown_as_long_as_in_the_video(
    tmp_path: Path, frames: tuple[int, int] | None, duration_s: float
) -> None:
    times_ms = [*range(0, 400, 40), 1400, 1440]
    clip = hold_last(make_clip(tmp_path / "held.mkv", times_ms=times_ms), 1.56)
    assert export_unknown(clip, tmp_path / "out.mp4", Steps(), edits=Edits(), frames=frames).paths
    with av.open(str(tmp_path / "out.mp4")) as container:
        stream = container.streams.video[0]
        assert float(stream.duration * stream.time_base) == pytest.approx(duration_s, abs=0.002)


class NoEngines(GreenToolbox):
    def engines(self, choice: EngineChoice) -> GreenEngines:
        raise BackendError("No library to run networks is installed here.")
