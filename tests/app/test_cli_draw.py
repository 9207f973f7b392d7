"""`skelter draw`: a saved result as an annotated video, whatever it came from."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app import job, manifest
from app.changes import Hide
from app.drawing import draw_result
from app.edits import Edits
from app.exports.skelter_json import read
from app.overlay import Style
from app.results import FrameRecord, Header, Recording, SourceRecord
from app.session import Session, write_session
from app.smoothing import smooth_recording
from engine.types import U8
from engine.video import Ending
from engine.video.file import FileSource
from engine.video.sink import VideoSink
from tests.app.conftest import Command
from tests.app.numbers_read import angles_in
from tests.app.recordings import FPS, awkward, people, written
from tests.app.test_cli import skelter
from tests.clips import Recipe, Sound, damage, even_times, make_clip


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    recipe = Recipe(times=even_times(12, FPS), size=(1280, 720), sound=Sound())
    return make_clip(tmp_path / "clip.mp4", recipe)


def frames_of(path: Path) -> list[U8]:
    with FileSource(path) as source:
        return [frame.image for frame in source]


def lit(image: U8, record: FrameRecord) -> list[bool]:
    """Of each person, whether the middle of the trunk's left side, on which only a limb is, is not black."""
    points = record.tracks.poses.keypoints
    middles = ((points[:, 5] + points[:, 11]) / 2).astype(int)
    return [bool(image[y - 6 : y + 7, x - 6 : x + 7].max() > 60) for x, y in middles]


def test_a_result_is_drawn_on_each_frame_of_its_clip_and_nothing_analysed(command: Command, clip: Path) -> None:
    (result,) = written(awkward(), clip.parent, "json")
    done = command("draw", clip, result, "--black")
    assert done.returncode == 0, done.stderr
    assert "Detector" not in done.stderr
    pictures = frames_of(result.with_name("out-drawn.mp4"))
    assert len(pictures) == 12
    for index, picture in enumerate(pictures):
        record = awkward()[index]
        if record is None or not len(record.tracks):
            assert picture.max() < 40
        elif index in (1, 3, 4, 5):  # where all joints are known, and everybody is on the picture
            assert all(lit(picture, record))
    with FileSource(result.with_name("out-drawn.mp4")) as drawn:
        assert drawn.info.has_audio
    (told,) = json.loads(result.with_name("out-drawn.manifest.json").read_text())["outputs"]
    assert (told["name"], told["format"]) == ("out-drawn.mp4", "mp4")


def test_angles_are_drawn_where_they_are_asked_for_and_the_manifest_tells_it(command: Command, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", Recipe(times=even_times(3, FPS), size=(1920, 1080)))
    recording = Recording(Header(SourceRecord("clip.mp4", 1920, 1080, FPS)))
    tracks, turn = people(0, [1]), np.radians(38)
    points, scores = np.zeros((1, 17, 2), np.float32), np.zeros((1, 17), np.float32)
    points[0, [5, 11, 13]] = [[600, 250], [600, 450], [600, 650]]  # the left shoulder, hip and knee
    points[0, 15] = 600 - 200 * np.sin(turn), 650 + 200 * np.cos(turn)
    scores[0, [5, 11, 13, 15]] = 0.9
    leg = replace(tracks, poses=replace(tracks.poses, keypoints=points, scores=scores))
    for index in range(3):
        recording.add(FrameRecord(index, index / FPS, leg))
    (result,) = written(recording, tmp_path, "json")
    for options, texts in (([], []), (["--angles"], ["0°", "38°"])):
        drawn = tmp_path / "leg.mp4"
        assert command("draw", clip, result, "-o", drawn, "--black", *options).returncode == 0
        beside = frames_of(drawn)[2][:, 610:]
        assert [number.text for number in angles_in(beside)] == texts
        (told,) = json.loads((tmp_path / "leg.manifest.json").read_text())["outputs"]
        assert told["options"].get("angles", False) is bool(options)


def test_some_people_only(command: Command, clip: Path) -> None:
    (result,) = written(awkward(), clip.parent, "jsonl")
    assert command("draw", clip, result, "-o", clip.parent / "one.mp4", "--black", "--person", 7).returncode == 0
    both = awkward()[5]
    assert both is not None
    assert lit(frames_of(clip.parent / "one.mp4")[5], both) == [False, True]


def test_of_a_session_what_was_corrected_is_drawn(command: Command, clip: Path) -> None:
    path = clip.parent / "work.skelter"
    write_session(path, Session(str(clip), awkward(), Edits((Hide(1, True),))))
    assert command("draw", clip, path, "--black").returncode == 0
    both = awkward()[5]
    assert both is not None
    assert lit(frames_of(clip.parent / "work-drawn.mp4")[5], both) == [False, True]


def test_smoothed_joints_are_drawn_where_they_are(command: Command, clip: Path) -> None:
    recording = Recording(replace(awkward().header, smoothing="by hand"))
    moved = FrameRecord(5, 5 / FPS, people(5, [1]), smoothed=people(5, [1]).poses.keypoints + np.float32([600, 0]))
    recording.add(moved)
    (result,) = written(recording, clip.parent, "json")
    assert command("draw", clip, result, "--black").returncode == 0
    assert lit(frames_of(clip.parent / "out-drawn.mp4")[5], moved) == [False]


def test_names_in_any_script_are_drawn(clip: Path) -> None:
    pictures = []
    for names in ({}, {1: "홍길동"}, {1: "Ada"}):
        recording = awkward()
        recording.header = replace(recording.header, names=names)
        (result,) = written(recording, clip.parent, "json")
        # in a process of its own: where a QGuiApplication has ended, windows of a later one are not safe
        done = skelter("draw", clip, result, "--black", "--range", "0.04-0.05")
        assert done.returncode == 0, done.stderr
        pictures += frames_of(result.with_name("out-drawn.mp4"))
        result.with_name("out-drawn.mp4").unlink()  # or it would be of another result
    number, name, latin = pictures
    assert not np.array_equal(number, name)
    assert not np.array_equal(latin, name)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere Qt needs nothing of the system's")
def test_where_qt_lacks_a_library_it_is_named_and_numbers_are_drawn(clip: Path) -> None:
    import PyQt6

    fake = clip.parent / "PyQt6"  # found before the real one, as the command is run beside it
    fake.mkdir()
    for path in Path(PyQt6.__path__[0]).iterdir():
        (fake / path.name).symlink_to(path)
    part = fake / "QtGui.abi3.so"
    lame = part.read_bytes().replace(b"libQt6Gui.so.6", b"libQt6Gux.so.6")
    part.unlink()
    part.write_bytes(lame)
    recording = awkward()
    (plain,) = written(recording, clip.parent, "json")
    recording.header = replace(recording.header, names={1: "홍길동", 7: "Ada"})
    (named,) = written(recording, clip.parent, "jsonl")
    done = skelter("draw", clip, named, "-o", clip.parent / "named.mp4", cwd=clip.parent)
    assert done.returncode == 0, done.stderr
    assert "need libQt6Gux.so.6, which is missing; install libqt6gux6 " in done.stderr
    assert "numbers are drawn" in done.stderr
    assert skelter("draw", clip, plain, "-o", clip.parent / "plain.mp4").returncode == 0
    first, second = (frames_of(clip.parent / name) for name in ("plain.mp4", "named.mp4"))
    assert np.array_equal(first[1], second[1]), "only person 1 is there"
    assert not np.array_equal(first[5], second[5]), "Ada is there too"


def test_a_part_has_its_own_pictures_and_sound(command: Command, clip: Path) -> None:
    (result,) = written(awkward(), clip.parent, "json")
    done = command("draw", clip, result, "-o", clip.parent / "part.mp4", "--black", "--range", "0.12-0.24")
    assert done.returncode == 0, done.stderr
    with FileSource(clip.parent / "part.mp4") as part:
        assert part.info.has_audio
        pictures = [frame.image for frame in part]
    assert len(pictures) == 4  # those shown from 0.12 to 0.24 s
    third = awkward()[3]
    assert third is not None
    assert lit(pictures[0], third) == [True]
    (told,) = json.loads((clip.parent / "part.manifest.json").read_text())["outputs"]
    assert (told["options"]["first_frame"], told["options"]["last_frame"]) == (3, 6)


def test_damaged_frames_are_told(command: Command, tmp_path: Path) -> None:
    recipe = Recipe(times=even_times(12, FPS), size=(1280, 720), codec="mjpeg", pix_fmt="yuvj420p")
    clip = make_clip(tmp_path / "clip.mp4", recipe)
    for picture in (5, 6, 9):
        damage(clip, picture)
    (result,) = written(awkward(), tmp_path, "json")
    done = command("draw", clip, result)
    assert done.returncode == 0
    assert "9 frames" in done.stderr
    assert "3 damaged frames were left out, the first after 0.2 s." in done.stderr


def test_what_is_whole_has_its_manifest_where_another_output_fails(
    command: Command, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, end = clip.parent, job.Outputs.end_with

    def meanwhile(outputs: job.Outputs, ending: Ending) -> None:
        (folder / "first.mp4").mkdir()  # somebody makes a folder of that name
        end(outputs, ending)

    monkeypatch.setattr(job.Outputs, "end_with", meanwhile)
    (result,) = written(awkward(), folder, "json")
    outputs = ("-o", folder / "first.mp4", "-o", folder / "second.mkv")
    done = command("draw", clip, result, *outputs, "--black", "--person", 7, "--range", "0.12-0.24")
    assert done.returncode == 2
    assert "Written and whole: second.mkv." in done.stderr
    told = manifest.read(folder / "second.manifest.json")
    assert [output.name for output in told.outputs] == ["second.mkv"]
    assert told.outputs[0].options | {"black": True, "people": [7], "last_frame": 6} == told.outputs[0].options
    assert not (folder / "first.manifest.json").exists()


def test_broken_off_at_the_end_what_has_its_name_is_told(
    command: Command, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, close = clip.parent, VideoSink.close

    def interrupted(sink: VideoSink) -> None:
        if sink.path.name == "second.mp4":
            raise KeyboardInterrupt  # a second Ctrl-C
        close(sink)

    monkeypatch.setattr(VideoSink, "close", interrupted)
    (result,) = written(awkward(), folder, "json")
    names = ("first.mp4", "second.mp4", "third.mp4")
    done = command("draw", clip, result, *(word for name in names for word in ("-o", folder / name)))
    assert done.returncode == 130
    assert "Written and whole: first.mp4, first.manifest.json.\nInterrupted; nothing " in done.stderr
    assert [output.name for output in manifest.read(folder / "first.manifest.json").outputs] == ["first.mp4"]
    assert {path.name for path in folder.iterdir()} == {
        "clip.mp4", "out.json", "first.mp4", "first.manifest.json",
    }  # fmt: skip


def test_without_a_name_the_same_drawing_is_replaced_and_nothing_else(command: Command, clip: Path) -> None:
    (result,) = written(awkward(), clip.parent, "json")
    drawn = result.with_name("out-drawn.mp4")
    for _ in range(2):
        done = command("draw", clip, result, "--person", 7)
        assert done.returncode == 0, done.stderr
    made = drawn.read_bytes()

    def is_refused(*options: object) -> bool:
        done = command("draw", clip, result, "--person", 7, *options)
        return done.returncode == 2 and "out-drawn.mp4 is there already" in done.stderr

    assert is_refused("--black")
    assert is_refused("--range", "0.12-0.24")
    assert is_refused("--person", 1)
    assert drawn.read_bytes() == made
    drawn.write_bytes(b"of somebody")
    assert is_refused()
    assert drawn.read_bytes() == b"of somebody"
    assert command("draw", clip, result, "-o", drawn).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["clip.mp4", "out.json", "-o", "x.csv"], "x.csv would be data, which `skelter export` writes"),
        (["clip.mp4", "out.json", "--person", "3"], "no person 3; its people are 1, 7, 12"),
        (["clip.mp4", "out.json", "-o", "x.gif"], ".mov, .mkv, .jpg, .jpeg, .png.\n"),
        (["clip.mp4", "none.json"], "none.json does not exist"),
        (["none.mp4", "out.json"], "none.mp4 does not exist"),
        (["rtsp://camera/1", "out.json"], "is live"),
        (["other.mp4", "out.json"], "was made of a video of 1280 × 720 pixels, not of other.mp4"),
        (["clip.mp4", "out.json", "-o", "clip.mp4"], "is the source itself"),
        (["clip.mp4", "out.json", "-o", "x.png"], "would be a single picture"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(
    command: Command, clip: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.chdir(clip.parent)
    make_clip(clip.with_name("other.mp4"), Recipe(times=even_times(3)))
    written(awkward(), clip.parent, "json")
    before = {path: path.stat().st_mtime_ns for path in clip.parent.iterdir()}
    done = command("draw", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert {path: path.stat().st_mtime_ns for path in clip.parent.iterdir()} == before


def test_whoever_wants_a_video_of_a_result_is_told_how(command: Command, clip: Path) -> None:
    (result,) = written(awkward(), clip.parent, "json")
    done = command("export", result, "--to", "mp4")
    assert done.returncode == 2
    assert "`skelter draw CLIP RESULT -o NAME.mp4`" in done.stderr


def test_whoever_is_bridged_for_a_moment_is_drawn_as_before_and_after_it(clip: Path) -> None:
    (result,) = written(smooth_recording(awkward()), clip.parent, "json")
    recording = read(result)
    record = recording[3]
    assert record is not None
    assert record.tracks.ids.tolist() == [1, 7]
    assert record.tracks.poses.boxes.scores[0] == 0, "he was not seen"
    with FileSource(clip) as source:
        draw_result(source, recording, [clip.parent / "out.mp4"], style=Style(black=True, ids=False))
    picture = frames_of(clip.parent / "out.mp4")[3]
    assert all(lit(picture, replace(record, tracks=record.shown())))
