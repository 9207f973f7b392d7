"""Steady joints: less jitter in the picture, curves, exports and takes, and what was found is as it was."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.analysis import known_points
from app.changes import MoveJoint, Swap
from app.edits import Edits
from app.exports import write
from app.exports.bridged import Bridges
from app.exports.skelter_json import read
from app.gui import events, steadying
from app.gui import messages as say
from app.gui.hits import joint_at
from app.gui.lanes import Lanes
from app.gui.settings import Settings
from app.gui.steadying import shown_of
from app.gui.toolbox import EngineChoice
from app.gui.window import MainWindow
from app.manifest import read as read_manifest
from app.overlay import Style, draw
from app.results import FrameRecord, Header, Recording, SourceRecord
from app.session import read_session
from app.smoothing import smooth_recording
from engine.types import F32, U8, Boxes, Frame, Poses, Tracks
from engine.video import LiveState, Source
from tests.app.recordings import Watched, with_a_gap
from tests.gui.clips import FPS, HEIGHT, WIDTH, GreenEngines, GreenToolbox, StickPose, frame_picture
from tests.gui.conftest import OpenWindow
from tests.gui.test_known_data import known
from tests.gui.test_live import FakeCamera
from tests.gui.test_takes import Listener, wait_until
from tests.gui.test_window import SLOW_MS

JITTER = 2.0  # pixels


class ShakyPose(StickPose):
    """Every joint is a little beside where it is."""

    def __init__(self) -> None:
        self._rng = np.random.default_rng(3)

    def estimate(self, image: U8, boxes: Boxes) -> Poses:
        poses = super().estimate(image, boxes)
        shake = self._rng.normal(0, JITTER, poses.keypoints.shape).astype(np.float32)
        return replace(poses, keypoints=poses.keypoints + shake)


class QuickCamera(FakeCamera):
    """Four times as fast as its clock says."""

    def __iter__(self) -> Iterator[Frame]:
        index = 0
        while not self.closed.wait(1 / FPS / 4):
            yield Frame(frame_picture(index % 1000), index, index / FPS)
            index += 1


class ShakyToolbox(GreenToolbox):
    def open(self, address: str, on_state: Callable[[LiveState], None]) -> Source:
        return QuickCamera() if address == "0" else super().open(address, on_state)

    def engines(self, choice: EngineChoice) -> GreenEngines:
        engines = super().engines(choice)
        engines.pose = ShakyPose()
        return engines


@pytest.fixture
def shaky(open_window: OpenWindow) -> MainWindow:
    return open_window(ShakyToolbox())


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A player without a window that watches the camera."""
    made = Listener(ShakyToolbox())
    yield made
    assert made.player.stop(20)


def shaky_records(frames: int = 60, people: int = 1) -> Recording:
    """People 1, 2 … on every frame, walking slowly."""
    recording, pose = Recording(Header(SourceRecord("numbered.mp4", WIDTH, HEIGHT, float(FPS), 2.4))), ShakyPose()
    for index in range(frames):
        boxes = [[20 + 110 * person + index / 2, 60, 60 + 110 * person + index / 2, 169] for person in range(people)]
        poses = pose.estimate(np.zeros((HEIGHT, WIDTH, 3), np.uint8), Boxes.of(boxes, [0.9] * people))
        tracks = Tracks(poses, np.arange(1, people + 1), np.arange(people))
        recording.add(FrameRecord(index, index / FPS, tracks))
    return recording


def jitter(points: list[F32]) -> float:
    """How far joints [K, 2] are beside the middle of the frames before and after, pixels."""
    return float(np.median(np.linalg.norm(np.diff(np.array(points), 2, axis=0), axis=-1)))


def joints(window: MainWindow, row: int = 0) -> F32:
    """Of one person of the picture that is shown."""
    assert window.shown is not None
    assert window.shown.tracks is not None
    return window.shown.tracks.poses.keypoints[row]


def open_known(qtbot: QtBot, window: MainWindow, clip: Path, data: Path, index: int = 30) -> None:
    """Stand on a frame of a file of which everything is known already."""
    window.open_source(str(clip), data)
    qtbot.waitUntil(lambda: bool(window.shown and window.shown.people), timeout=SLOW_MS)
    window.player.send(say.Play(False, session=window.open_session))
    window.player.send(say.Seek(index, session=window.open_session))
    qtbot.waitUntil(lambda: not window.playing and window.shown.index == index, timeout=SLOW_MS)


def saved(path: Path, recording: Recording) -> Path:
    write(recording, path)
    return path


def corrected(recording: Recording, edits: Edits) -> Recording:
    made = Recording(recording.header)
    for record in recording:
        made.add(edits.applied(record))
    return made


def smooth_after(
    go_on: threading.Event, begun: threading.Event | None = None
) -> Callable[[Recording, Edits], steadying.Steady]:
    """In the place of `Steady.of`: a machine that is slow, until it is told to go on."""
    smooth = steadying.Steady.of

    def smooth_late(found: Recording, edits: Edits) -> steadying.Steady:
        if begun is not None:
            begun.set()
        go_on.wait(60)
        return smooth(found, edits)

    return smooth_late


def wait_for_joints(qtbot: QtBot, window: MainWindow, points: F32) -> None:
    def are_there() -> bool:
        return bool(np.array_equal(joints(window), points, equal_nan=True))

    qtbot.waitUntil(are_there, timeout=SLOW_MS)


def test_a_camera_s_joints_are_steady_as_soon_as_it_is_switched_on(qtbot: QtBot, shaky: MainWindow) -> None:
    seen: list[events.Picture] = []
    shaky.stage.picture_shown.connect(seen.append)

    def seen_jitter() -> float:
        seen.clear()
        qtbot.waitUntil(lambda: len(seen) > 18, timeout=SLOW_MS)  # the first were on their way
        return jitter([picture.tracks.poses.keypoints[0] for picture in seen[4:] if picture.tracks])

    shaky.open_source("0")
    qtbot.waitUntil(lambda: bool(shaky.shown and shaky.shown.people), timeout=SLOW_MS)
    raw = seen_jitter()
    shaky.actions_["steady"].trigger()
    assert seen_jitter() < 0.5 * raw
    shaky.actions_["steady"].trigger()
    assert seen_jitter() > 0.5 * raw


@pytest.mark.parametrize("begun_on", [True, False])
def test_a_take_says_how_it_was_smoothed_and_outlives_the_switch(
    listener: Listener, tmp_path: Path, begun_on: bool
) -> None:
    listener.player.send(say.SetSteady(begun_on))
    listener.record(tmp_path, raw=False, data=True)
    listener.player.send(say.SetSteady(not begun_on))
    listener.heard.clear()
    wait_until(lambda: sum(isinstance(event, events.Recording) for event in listener.heard) > 5)
    (path,) = listener.end_take()
    take = read(path)
    assert listener.errors() == []
    assert take.header.smoothing == ("one-euro" if begun_on else None)
    are_smoothed = [record.smoothed is not None for record in take if len(record.tracks)]
    if begun_on:
        assert are_smoothed == sorted(are_smoothed, reverse=True)
        assert (are_smoothed[0], are_smoothed[-1]) == (True, False)
        begin = [record for record in take if len(record.tracks)][: sum(are_smoothed)]
        smooth = [record.smoothed[0] for record in begin if record.smoothed is not None]
        raw = [record.tracks.poses.keypoints[0] for record in begin]
        assert jitter(smooth) < 0.6 * jitter(raw)
    else:
        assert '"smoothed"' not in path.read_text(), "which no header tells of"


def test_joints_of_a_file_are_steady_when_switched_on_and_as_found_when_switched_off(
    qtbot: QtBot, shaky: MainWindow, clip: Path, tmp_path: Path
) -> None:
    found = read(saved(tmp_path / "found.json", shaky_records()))
    open_known(qtbot, shaky, clip, tmp_path / "found.json")
    wait_for_joints(qtbot, shaky, found[30].tracks.poses.keypoints[0])
    shaky.overlay.switches["steady"].click()
    wait_for_joints(qtbot, shaky, smooth_recording(found)[30].smoothed[0])
    work = known(qtbot, shaky)
    assert jitter([known_points(record)[0] for record in shown_of(work)]) < 0.3 * jitter(
        [record.tracks.poses.keypoints[0] for record in found]
    ), "curves"
    assert all(work.recording[index].smoothed is None for index in range(60)), "what is known is what was found"
    shaky.overlay.switches["steady"].click()
    wait_for_joints(qtbot, shaky, found[30].tracks.poses.keypoints[0])
    assert known(qtbot, shaky).steady is None


def test_what_is_found_while_it_plays_is_steady_at_once_and_better_when_it_ends(
    qtbot: QtBot, shaky: MainWindow, clip: Path
) -> None:
    shaky.actions_["steady"].trigger()
    seen: list[events.Picture] = []
    shaky.stage.picture_shown.connect(seen.append)
    shaky.stage.transport.faster(9)
    shaky.open_source(str(clip))
    qtbot.waitUntil(lambda: bool(shaky.shown and shaky.shown.index == 59) and not shaky.playing, timeout=SLOW_MS)
    passed = {picture.index: picture.tracks.poses.keypoints[0] for picture in seen[:-1] if picture.people}
    qtbot.waitUntil(lambda: known(qtbot, shaky).steady is not None, timeout=SLOW_MS)
    work = known(qtbot, shaky)
    wait_for_joints(qtbot, shaky, smooth_recording(work.recording)[59].smoothed[0])
    off = [np.linalg.norm(points - work.recording[index].tracks.poses.keypoints[0]) for index, points in passed.items()]
    assert np.median(off) > 2.0, "they were not shown as they were found"


def test_a_joint_put_in_place_by_hand_stays_there(qtbot: QtBot, shaky: MainWindow, clip: Path, tmp_path: Path) -> None:
    open_known(qtbot, shaky, clip, saved(tmp_path / "found.json", shaky_records()))
    shaky.actions_["steady"].trigger()
    shaky.player.send(say.MakeEdit(MoveJoint(30, 1, 5, 111.5, 99.5), session=shaky.open_session))
    qtbot.waitUntil(lambda: known(qtbot, shaky).steady is not None, timeout=SLOW_MS)
    qtbot.waitUntil(lambda: joints(shaky)[5].tolist() == [111.5, 99.5], timeout=SLOW_MS)
    shaky.editing.undo()
    smooth = smooth_recording(read(tmp_path / "found.json"))[30].smoothed[0]
    wait_for_joints(qtbot, shaky, smooth)


def test_joints_stay_steady_while_all_is_smoothed_again_after_a_correction(
    qtbot: QtBot, shaky: MainWindow, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = read(saved(tmp_path / "found.json", shaky_records()))
    open_known(qtbot, shaky, clip, tmp_path / "found.json")
    shaky.actions_["steady"].trigger()
    wait_for_joints(qtbot, shaky, smooth_recording(found)[30].smoothed[0])
    go_on = threading.Event()
    monkeypatch.setattr(steadying.Steady, "of", smooth_after(go_on))
    edits = Edits((MoveJoint(30, 1, 5, 111.5, 99.5),))
    wanted = smooth_recording(corrected(found, edits))
    shaky.player.send(say.MakeEdit(edits.changes[0], session=shaky.open_session))
    wait_for_joints(qtbot, shaky, wanted[30].smoothed[0])
    shaky.player.send(say.Step(3, session=shaky.open_session))
    wait_for_joints(qtbot, shaky, wanted[33].smoothed[0])
    shaky.editing.undo()
    wait_for_joints(qtbot, shaky, smooth_recording(found)[33].smoothed[0])
    go_on.set()


def test_what_is_smoothed_anew_around_corrections_is_as_if_all_were() -> None:
    found, moves = shaky_records(100, people=2), [MoveJoint(40, 1, 5, 111.5, 99.5), MoveJoint(43, 1, 6, 90.0, 80.0)]
    for index in (*range(36, 40), *range(41, 45)):  # a gap that is bridged from the joint put in place, to both sides
        found[index].tracks.poses.scores[0, 5] = 0.0
    before = Edits((MoveJoint(8, 2, 3, 200.0, 100.0),))
    after = Edits((*before.changes, *moves))
    for old, new in ((before, after), (after, before)):
        mended, wanted = steadying.Steady.of(found, old).mended(new), steadying.Steady.of(found, new)
        assert mended is not None
        assert mended.fits(new)
        for record in wanted.records:
            other = mended.records[record.index]
            np.testing.assert_allclose(other.smoothed, record.smoothed, atol=0.01, err_msg=str(record.index))
            np.testing.assert_array_equal(other.filled, record.filled)
    assert steadying.Steady.of(found, before).mended(Edits((*after.changes, Swap(1, 2, 30)))) is None, "all is other"


@pytest.mark.parametrize("slow_from", [50, 100])
def test_joints_are_mended_at_once_only_where_the_rate_of_frames_is_one(slow_from: int) -> None:
    found = Recording(shaky_records(0).header)
    for record in shaky_records(100):
        found.add(replace(record, time_s=min(record.index, slow_from) / 30 + max(record.index - slow_from, 0) / 10))
    mended = steadying.Steady.of(found, Edits()).mended(Edits((MoveJoint(30, 1, 5, 111.5, 99.5),)))
    assert (mended is None) == (slow_from < 100), "in pieces it would be smoothed otherwise"


def test_few_joints_are_smoothed_anew_at_once_however_many_were_put_near_each_other() -> None:
    found = shaky_records(600, people=2)
    near = Edits(tuple(MoveJoint(200 + 3 * place, 1, 5, 100.0, 90.0 + place % 5) for place in range(60)))
    far = Edits(tuple(MoveJoint(8 + 55 * place, who, 5, 100.0, 90.0) for place in range(11) for who in (1, 2)))
    before, wanted = steadying.Steady.of(found, Edits()), steadying.Steady.of(found, near)
    mended = before.mended(near)
    assert mended is not None
    for record in wanted.records:
        other = mended.records[record.index]
        np.testing.assert_allclose(other.smoothed, record.smoothed, atol=0.01, err_msg=str(record.index))
        np.testing.assert_array_equal(other.tracks.poses.scores, record.tracks.poses.scores)
        np.testing.assert_array_equal(other.edited, record.edited)
    assert before.mended(far) is None, "the picture would wait for it"


def test_what_was_mended_stays_until_something_of_the_corrections_of_now_is_there() -> None:
    told: list[say.SteadyMade] = []
    joints = steadying.Steadying(told.append, lambda event: None, lambda error: None, on=True)
    first, second = (Edits(tuple(MoveJoint(30, 1, 5, 111.5, 99.5 + n) for n in range(count))) for count in (1, 2))

    def smooth_apart(edits: Edits) -> say.SteadyMade:
        told.clear()
        joints.look(SimpleNamespace(recording=found), SimpleNamespace(edits=edits), Lanes(), playing=False)
        wait_until(lambda: bool(told))
        return told[0]

    found = shaky_records()
    joints.obey(smooth_apart(Edits()), None, None)
    late = smooth_apart(first)
    mended = joints.made(second)
    assert mended is not None
    joints.obey(late, None, None)
    assert joints.made(second) is mended, "it would be mended once more"
    joints.obey(newest := smooth_apart(second), None, None)
    assert joints.made(second) is newest.steady


def test_a_gap_in_an_opened_result_is_as_sure_as_its_ends_are_now(
    qtbot: QtBot, shaky: MainWindow, clip: Path, tmp_path: Path
) -> None:
    found = shaky_records()
    for index, score in ((29, 0.4), (30, 0.1), (31, 0.8)):
        found[index].tracks.poses.scores[0, 5] = score

    def wait_for_score(score: float) -> None:
        qtbot.waitUntil(lambda: abs(shaky.shown.tracks.poses.scores[0, 5] - score) < 1e-6, timeout=SLOW_MS)

    open_known(qtbot, shaky, clip, saved(tmp_path / "smooth.json", smooth_recording(found)))
    wait_for_score(0.4)
    shaky.player.send(say.MakeEdit(MoveJoint(29, 1, 5, 111.5, 99.5), session=shaky.open_session))
    wait_for_score(0.8)
    shaky.stage.timeline.set_loop((30, 31))
    shaky.exporting.export_to(tmp_path / "out-coco.json")
    qtbot.waitUntil(lambda: "out-coco.json" in shaky.banner.sentence, timeout=SLOW_MS)
    one, _ = json.loads((tmp_path / "out-coco.json").read_text())
    assert one["keypoints"][5 * 3 + 2] == pytest.approx(0.8), "the ends of the gap are not in the export"


@pytest.mark.parametrize("before", [True, False])
def test_whoever_is_missed_for_a_moment_is_drawn_over_it(
    qtbot: QtBot, shaky: MainWindow, clip: Path, tmp_path: Path, before: bool
) -> None:
    found = shaky_records(people=2)
    for index in (30, 31):
        found.add(found[index][np.array([0])])
    smooth = smooth_recording(found)
    shaky._style_changed(style := Style(black=True))
    open_known(qtbot, shaky, clip, saved(tmp_path / "found.json", smooth if before else found))
    if not before:
        shaky.actions_["steady"].trigger()
    qtbot.waitUntil(lambda: shaky.shown.people == (1, 2), timeout=SLOW_MS)
    pictures: list[events.Picture] = []
    shaky.player.send(say.Snapshot(pictures.append, session=shaky.open_session))
    qtbot.waitUntil(lambda: bool(pictures), timeout=SLOW_MS)
    tracks = Bridges(smooth).told(smooth[30]).shown()
    assert tracks.poses.scores[1].min() > 0.5
    nothing = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    np.testing.assert_array_equal(pictures[0].image, draw(nothing, tracks, style))
    hip = tuple(tracks.poses.keypoints[1, 11].tolist())
    assert joint_at(pictures[0].tracks, 2, *hip, 5.0, style.min_score) is None, "there is none to be put elsewhere"


@pytest.mark.parametrize("edits", [Edits(), Edits((MoveJoint(5, 1, 9, 50.0, 60.0),))])
def test_no_gap_is_walked_through_again_for_the_next_frame_that_is_shown(edits: Edits) -> None:
    joints = steadying.Steadying(lambda made: None, lambda event: None, lambda error: None, on=True)
    watched = Watched(with_a_gap(60))
    for index in watched.indices:
        record = Recording.__getitem__(watched, index)
        assert record is not None
        joints.shown(record, edits, watched)
    assert watched.lookups <= 4 * len(watched)


def test_two_who_were_taken_for_each_other_are_not_smoothed_into_one_another() -> None:
    apart = shaky_records(people=2)
    mixed = Recording(apart.header)
    for record in apart:
        mixed.add(record if record.index < 30 else replace(record[np.array([1, 0])], tracks=replace(
            record[np.array([1, 0])].tracks, ids=np.array([1, 2]))))  # fmt: skip
    steady = steadying.Steady.of(mixed, edits := Edits((Swap(1, 2, 30),)))
    shown, wanted = steady.shown(mixed[30], edits), smooth_recording(apart)[30]
    assert shown is not None
    np.testing.assert_array_equal(shown.smoothed, wanted.smoothed)
    assert not steady.fits(Edits()), "it is of other people"


@pytest.mark.parametrize("frames", [None, (20, 40)])
def test_data_exported_are_smoothed_over_all_of_the_video_and_say_so(
    qtbot: QtBot, shaky: MainWindow, clip: Path, tmp_path: Path, frames: tuple[int, int] | None
) -> None:
    found = shaky_records()
    shaky.settings.steady = True
    open_known(qtbot, shaky, clip, saved(tmp_path / "found.json", found))
    if frames is not None:
        shaky.stage.timeline.set_loop(frames)
    shaky.exporting.export_to(tmp_path / "out.json")
    qtbot.waitUntil(lambda: "out.json" in shaky.banner.sentence, timeout=SLOW_MS)
    out, wanted = read(tmp_path / "out.json"), smooth_recording(read(tmp_path / "found.json"))
    first, last = frames or (0, 59)
    assert out.indices == list(range(first, last + 1))
    assert out.header.smoothing == wanted.header.smoothing
    assert read_manifest(tmp_path / "out.manifest.json").origin.smoothing == wanted.header.smoothing
    for record in out:
        np.testing.assert_array_equal(record.smoothed, wanted[record.index].smoothed)
        np.testing.assert_array_equal(record.tracks.poses.keypoints, found[record.index].tracks.poses.keypoints)
    assert all(record.smoothed is None for record in known(qtbot, shaky).recording), "the window knows what was found"


def test_what_is_analysed_for_an_export_is_smoothed_in_it(
    qtbot: QtBot, shaky: MainWindow, clip: Path, tmp_path: Path
) -> None:
    open_known(qtbot, shaky, clip, saved(tmp_path / "half.json", shaky_records(30)), index=10)
    shaky.actions_["steady"].trigger()
    shaky.exporting.export_to(tmp_path / "out.json")
    qtbot.waitUntil(lambda: "out.json" in shaky.banner.sentence, timeout=SLOW_MS)
    out = read(tmp_path / "out.json")
    assert len(out) == 60
    assert all(record.smoothed is not None for record in out)
    assert "pose" in out.header.models


def test_a_session_holds_what_was_found(qtbot: QtBot, shaky: MainWindow, clip: Path, tmp_path: Path) -> None:
    shaky.actions_["steady"].trigger()
    open_known(qtbot, shaky, clip, saved(tmp_path / "found.json", shaky_records()))
    shaky.commands.questions.target = lambda suggestion, kinds: str(tmp_path / "one.skelter")
    shaky.actions_["save-as"].trigger()
    qtbot.waitUntil(lambda: "one.skelter" in shaky.banner.sentence, timeout=SLOW_MS)
    session = read_session(tmp_path / "one.skelter")
    assert session.recording.header.smoothing is None
    assert all(record.smoothed is None for record in session.recording)


def test_a_result_that_was_smoothed_before_stays_so(
    qtbot: QtBot, shaky: MainWindow, clip: Path, tmp_path: Path
) -> None:
    smoothed = smooth_recording(shaky_records(), method="butterworth", cutoff_hz=2.0)
    points = smoothed[30].smoothed[0]
    open_known(qtbot, shaky, clip, saved(tmp_path / "smooth.json", smoothed))
    wait_for_joints(qtbot, shaky, points)
    assert shaky.banner.sentence == ""
    shaky.actions_["steady"].trigger()
    words = "This result was smoothed before it was opened: it is shown as it is."
    qtbot.waitUntil(lambda: shaky.banner.sentence == words, timeout=SLOW_MS)
    shaky.exporting.export_to(tmp_path / "out.json")
    qtbot.waitUntil(lambda: "out.json" in shaky.banner.sentence, timeout=SLOW_MS)
    wait_for_joints(qtbot, shaky, points)
    assert read(tmp_path / "out.json").header.smoothing == smoothed.header.smoothing
    np.testing.assert_array_equal(read(tmp_path / "out.json")[30].smoothed[0], points)


def test_it_is_remembered_for_the_next_time(open_window: OpenWindow, settings: Settings) -> None:
    window = open_window(GreenToolbox())
    assert not window.overlay.switches["steady"].isChecked()
    window.actions_["steady"].trigger()
    again = open_window(GreenToolbox())
    assert again.overlay.switches["steady"].isChecked()
    assert again.actions_["steady"].isChecked()
    assert settings.steady


def test_leaving_while_joints_are_smoothed_leaves_nothing_running(
    qtbot: QtBot, shaky: MainWindow, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    monkeypatch.setattr(steadying.Steady, "of", smooth_after(go_on, begun))
    open_known(qtbot, shaky, clip, saved(tmp_path / "found.json", shaky_records()))
    raw = joints(shaky)
    shaky.actions_["steady"].trigger()
    assert begun.wait(60)
    shaky.player.send(say.Step(1, session=shaky.open_session))
    qtbot.waitUntil(lambda: shaky.shown.index == 31, timeout=SLOW_MS)  # the player does not wait
    shaky.player.send(say.Seek(30, session=shaky.open_session))
    shaky.actions_["steady"].trigger()
    wait_for_joints(qtbot, shaky, raw)
    shaky.player.send(say.CloseSource())
    qtbot.waitUntil(lambda: shaky.info is None, timeout=SLOW_MS)
    go_on.set()


def test_a_curve_is_of_steady_joints(qtbot: QtBot, shaky: MainWindow, clip: Path, tmp_path: Path) -> None:
    panel = shaky.stage.analysis

    def curve() -> float:
        assert panel.series is not None
        return float(np.median(np.abs(np.diff(panel.series.values, 2))))

    open_known(qtbot, shaky, clip, saved(tmp_path / "found.json", shaky_records()))
    shaky.editing.choose(1)
    shaky.actions_["analysis"].trigger()
    qtbot.waitUntil(lambda: panel.series is not None, timeout=SLOW_MS)
    raw = curve()
    shaky.actions_["steady"].trigger()
    qtbot.waitUntil(lambda: curve() < 0.5 * raw, timeout=SLOW_MS)
    shaky.actions_["steady"].trigger()
    qtbot.waitUntil(lambda: curve() == raw, timeout=SLOW_MS)


@pytest.mark.parametrize(
    ("fps", "tracker", "words"), [(5.0, "oks", "At 5 frames a second"), (25.0, "still", "in each picture anew")]
)
def test_what_would_not_get_better_stays_as_found_and_that_is_told_once(fps: float, tracker: str, words: str) -> None:
    header = Header(SourceRecord("slow.mp4", WIDTH, HEIGHT, fps, 60 / fps), {"tracker": tracker})
    known = Recording(header)
    for record in shaky_records():
        known.add(replace(record, time_s=record.index / fps))
    troubles: list[Exception] = []
    joints = steadying.Steadying(lambda made: None, lambda event: None, troubles.append, on=True)
    file, corrections = SimpleNamespace(recording=known), SimpleNamespace(edits=Edits())
    for _ in range(2):
        joints.pass_by(known[30], file, corrections)  # type: ignore[arg-type]
        joints.look(file, corrections, Lanes(), playing=False)  # type: ignore[arg-type]
    assert len(troubles) == 1
    assert words in str(troubles[0])
    assert joints.shown(known[30], Edits(), known).smoothed is None


def test_an_export_of_what_would_not_get_better_is_as_found(
    qtbot: QtBot, shaky: MainWindow, clip: Path, tmp_path: Path
) -> None:
    found = shaky_records()
    found.header = replace(found.header, models={"tracker": "still"})
    shaky.settings.steady = True
    open_known(qtbot, shaky, clip, saved(tmp_path / "found.json", found))
    shaky.exporting.export_to(tmp_path / "out.json")
    qtbot.waitUntil(lambda: "out.json" in shaky.banner.sentence, timeout=SLOW_MS)
    assert read(tmp_path / "out.json").header.smoothing is None
