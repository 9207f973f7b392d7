"""Slow motion counted at its true rate gives what the same pictures at that rate give; a video keeps its pace."""

from __future__ import annotations

import json
import re
import struct
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import job, manifest
from app.batch import assembly, cluster
from app.batch.pieces import OVERLAP_S, Piece
from app.batch.videos import Video
from app.batch.work import Settings, Wanted
from app.engines import Choice, Engines
from app.exports import FORMATS, Options, write
from app.exports.skelter_json import read
from app.imports import read_result
from app.results import Header, Recording, SourceRecord
from app.slow_motion import capture_rate, offer
from engine.errors import SourceError
from engine.video import SourceInfo
from engine.video.file import FileSource
from engine.video.opening import open_source
from engine.video.sink import VideoSink
from tests.app.conftest import Command
from tests.app.recordings import awkward, written
from tests.app.synthetic import HEIGHT, WIDTH, picture, square_engines
from tests.app.test_cli import assert_refused
from tests.clips import Recipe, Sound, beginning_of, click_time_s, even_times, hold_last, make_clip, shown_slower
from tests.shared import VIDEO, needs_shared

SLOWER, FPS, FRAMES = 8, 100.0, 60


@pytest.fixture(scope="module")
def true(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A square that walks for 0.6 s, at 100 frames a second."""
    path = tmp_path_factory.mktemp("true") / "walk.mp4"
    with VideoSink(path, width=WIDTH, height=HEIGHT, fps=FPS) as sink:
        for index in range(FRAMES):
            sink.write(picture(index), index / FPS)
    return path


@pytest.fixture(scope="module")
def slow(true: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a phone stores it, called the same."""
    return shown_slower(true, tmp_path_factory.mktemp("slow") / "walk.mp4", SLOWER, "100.000000")


def tracked(clip: Path, folder: Path, *names: str, recorded_at: float | None = None) -> list[Path]:
    """What a job writes of it, in formats of data and in .mp4."""
    folder.mkdir(exist_ok=True)
    outputs = [(folder / f"walk{FORMATS[name].ending if name in FORMATS else '.mp4'}", name) for name in names]
    with open_source(clip, recorded_at=recorded_at) as source:
        sound = clip if source.info.has_audio else None
        summary = job.run(source, square_engines(), outputs, audio_from=sound)
    return sorted(path for path, _ in summary.written)


def contents(paths: list[Path]) -> dict[str, bytes]:
    """Of each file, by its name; of folders those in them."""
    files = [file for path in paths for file in (sorted(path.iterdir()) if path.is_dir() else [path])]
    return {file.name: file.read_bytes() for file in files}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_of_slow_motion_is_that_of_the_true_rate(
    true: Path, slow: Path, tmp_path: Path, name: str
) -> None:
    from pyarrow import parquet

    wanted = contents(tracked(true, tmp_path / "true", name))
    found = contents(tracked(slow, tmp_path / "slow", name, recorded_at=FPS))
    if name == "parquet":
        tables = [parquet.read_table(tmp_path / kind / "walk.parquet") for kind in ("true", "slow")]
        assert (tables[0].num_rows > FRAMES, tables[0].equals(tables[1])) == (True, True), "all but the header"
        return
    if name in ("json", "jsonl"):
        header = re.compile(rb'"duration_s":[0-9.]+(,"slowed":8\.0)?')
        assert b'"slowed":8.0' in found[f"walk.{name}"]
        assert b"slowed" not in wanted[f"walk.{name}"]
        wanted, found = ({file: header.sub(b"", data) for file, data in made.items()} for made in (wanted, found))
    assert any(len(data) > 200 for data in wanted.values()), "there is somebody in it"
    assert found == wanted


def test_times_of_slow_motion_that_nobody_told_of_are_those_of_the_file(slow: Path, tmp_path: Path) -> None:
    (path,) = tracked(slow, tmp_path, "json")
    recording = read(path)
    assert recording.header.source.slowed == 1
    assert recording[FRAMES - 1].time_s == pytest.approx(SLOWER * (FRAMES - 1) / FPS)


def test_the_annotated_video_keeps_the_pace_and_the_sound_of_the_file(command: Command, tmp_path: Path) -> None:
    recipe = Recipe(times=even_times(50), sound=Sound(duration_s=2.0, click_s=1.3))
    clip = hold_last(make_clip(tmp_path / "slow.mp4", recipe), 2.0)
    with FileSource(clip) as own:
        rate = own.info.fps
    data, video = tracked(clip, tmp_path / "out", "mp4", "json", recorded_at=8 * rate)
    done = command("draw", clip, data, "--range", "0.05-0.2", "-o", tmp_path / "part.mp4")
    assert done.returncode == 0, done.stderr
    with FileSource(video) as drawn, FileSource(clip) as own:
        assert drawn.times() == pytest.approx(own.times(), abs=1e-4)
        assert drawn.info.fps == pytest.approx(rate)
        assert drawn.info.duration_s == pytest.approx(own.info.duration_s, abs=0.001)
        assert own.info.duration_s == pytest.approx(49 / 25 + 2, abs=0.01)
    assert click_time_s(video) == pytest.approx(1.3, abs=0.002)
    with FileSource(tmp_path / "part.mp4") as part:  # times as the window shows them: 0.4 to 1.6 s of the file
        assert part.times() == pytest.approx([index / 25 for index in range(31)], abs=1e-4)
    assert click_time_s(tmp_path / "part.mp4") == pytest.approx(0.9, abs=0.002)


def test_a_result_is_drawn_on_its_slow_video_again(command: Command, slow: Path, tmp_path: Path) -> None:
    (result,) = tracked(slow, tmp_path, "json", recorded_at=FPS)
    done = command("draw", slow, result)
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr, "it is taken for the video that the result was made of"
    with FileSource(tmp_path / "walk-drawn.mp4") as drawn, FileSource(slow) as own:
        assert drawn.times() == pytest.approx(own.times(), abs=1e-4)
        assert drawn.info.duration_s == pytest.approx(own.info.duration_s, abs=0.001)


@given(slowed=st.floats(0.001, 1000).filter(lambda slowed: slowed != 1))
def test_the_factor_is_read_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, slowed: float) -> None:
    source = SourceRecord("slow.mp4", 64, 48, 240.0, 1.5, slowed=slowed)
    for name in ("json", "jsonl"):
        path = tmp_path_factory.mktemp("data") / f"out.{name}"
        write(Recording(Header(source)), path, name, options=Options())
        assert read(path).header.source == source


@pytest.mark.parametrize("slowed", ["0", "-8", "null", '"fast"'])
def test_a_factor_that_is_none_is_refused(command: Command, tmp_path: Path, slowed: str) -> None:
    (path,) = written(awkward(), tmp_path, "json")
    path.write_text(path.read_text().replace('"duration_s":', f'"slowed":{slowed},"duration_s":', 1))
    assert_refused(command("export", path, "--to", "csv"), "is not Skelter JSON")


def test_a_run_that_counted_true_times_is_done_again_so_and_no_other_replaces_it(
    command: Command, slow: Path, tmp_path: Path
) -> None:
    clip = tmp_path / "walk.mp4"
    clip.write_bytes(slow.read_bytes())
    done = command("track", clip, "--to", "json", "--recorded-at", FPS)
    assert done.returncode == 0, done.stderr
    assert "says that" not in done.stderr, "it is counted so already"
    run = manifest.read(tmp_path / "walk-poses.manifest.json").run
    assert (run.source.slowed, run.source.fps) == (pytest.approx(SLOWER), pytest.approx(FPS))
    again = command("track", clip, "--from", tmp_path / "walk-poses.manifest.json", "-o", tmp_path / "again.json")
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "walk-poses.json").read_bytes()
    alone = tmp_path / "alone" / "walk.json"  # without the manifest that tells of its run
    alone.parent.mkdir()
    alone.write_bytes((tmp_path / "again.json").read_bytes())
    assert command("export", alone, "--to", "csv").returncode == 0
    assert manifest.read(alone.with_name("walk.manifest.json")).origin.source.slowed == pytest.approx(SLOWER)
    assert_refused(command("track", clip, "--to", "json"), "not of the same video, part and settings")
    assert command("track", clip, "--to", "json", "--recorded-at", FPS).returncode == 0
    assert_refused(
        command("track", clip, "--from", tmp_path / "again.manifest.json", "-o", "x.json", "--recorded-at", 99),
        "leave --recorded-at out",
    )


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("0", "0 is live"), ("rtsp://me:secret@host/street", "host/street is live"), ("screen:", "screen: is live"),
        ("{folder}", "--fps says"), ("{folder}/*.png", "--fps says"),
    ],
)  # fmt: skip
def test_what_is_no_video_file_has_no_other_rate(command: Command, tmp_path: Path, source: str, words: str) -> None:
    (tmp_path / "shots").mkdir()
    done = command("track", source.format(folder=tmp_path / "shots"), "--recorded-at", 240, "-o", tmp_path / "out.json")
    assert_refused(done, "--recorded-at is for video files", words)
    assert "secret" not in done.stderr


@pytest.mark.parametrize("rate", ["0", "-240", "fast", "1e9"])
def test_a_rate_that_is_none_is_refused(command: Command, slow: Path, tmp_path: Path, rate: str) -> None:
    done = command("track", slow, "--recorded-at", rate, "-o", tmp_path / "out.json")
    assert (done.returncode, "Invalid value for '--recorded-at'" in done.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_tells_no_rate_cannot_be_slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.video.file.rate_of", lambda stream: None)  # as of what FFmpeg finds no rate in
    clip = make_clip(tmp_path / "clip.mp4", Recipe(times=even_times(4)))
    with pytest.raises(SourceError, match="does not tell how many frames a second it shows"):
        open_source(clip, recorded_at=240)


def test_a_time_lapse_is_counted_at_its_true_rate_too(true: Path, tmp_path: Path) -> None:
    (path,) = tracked(true, tmp_path, "json", recorded_at=2)
    recording = read(path)
    assert recording.header.source.slowed == pytest.approx(2 / FPS)
    assert recording[FRAMES - 1].time_s == pytest.approx((FRAMES - 1) / 2)


def test_live_sends_true_times_at_the_pace_of_the_file(command: Command, true: Path, tmp_path: Path) -> None:
    clip = shown_slower(true, tmp_path / "walk.mp4", 4)  # 2.4 s
    begun = time.monotonic()
    done = command("live", clip, "--real-time", "--recorded-at", FPS)
    assert time.monotonic() - begun > 2.3
    header, *frames = map(json.loads, done.stdout.splitlines())
    assert header["source"]["slowed"] == pytest.approx(4)
    assert [frame["time_s"] for frame in frames] == pytest.approx([index / FPS for index in range(FRAMES)])
    assert_refused(command("live", "0", "--recorded-at", 240), "0 is live")


# what a file says of itself


def told_by(clip: Path, capture_fps: str, folder: Path) -> SourceInfo:
    with FileSource(shown_slower(clip, folder / "phone.mp4", SLOWER, capture_fps)) as source:
        return source.info


def test_a_phone_s_file_tells_that_it_is_slow_motion(true: Path, tmp_path: Path) -> None:
    info = told_by(true, "100.000000", tmp_path)
    assert capture_rate(info) == 100
    told = (
        "phone.mp4 says that it was recorded at 100 frames/s and plays 8 times slower: `skelter live --recorded-at 100`"
    )
    assert told in offer(info, "skelter live")
    assert offer(replace(info, slowed=2.0), "") == "", "somebody said otherwise"


@pytest.mark.parametrize("told", ["9.3", "12.5", "1", "nan", "inf", "-200", "1e30", "very fast", "", "30", "60"])
def test_a_rate_near_that_of_the_file_or_of_ordinary_video_or_none_at_all_is_no_slow_motion(
    true: Path, tmp_path: Path, told: str
) -> None:
    assert offer(told_by(true, told, tmp_path), "") == ""


def test_the_rate_is_read_as_android_writes_it(true: Path, tmp_path: Path) -> None:
    """Android has a float of 32 bits there, FFmpeg a text: of four letters it is as long."""
    path = shown_slower(true, tmp_path / "phone.mp4", SLOWER, "240.")
    data = path.read_bytes()
    as_text, as_float = (struct.pack(">4sII", b"data", kind, 0) for kind in (1, 23))
    assert data.count(as_text + b"240.") == 1
    path.write_bytes(data.replace(as_text + b"240.", as_float + struct.pack(">f", 240.0)))
    with FileSource(path) as source:
        assert source.info.capture_fps == 240


def test_track_tells_of_it_and_counts_as_the_file_shows(command: Command, slow: Path, tmp_path: Path) -> None:
    told = (
        "walk.mp4 says that it was recorded at 100 frames/s and plays 8 times slower: `skelter track --recorded-at 100`"
    )
    tracked_so = command("track", slow, "-o", tmp_path / "out.json")
    assert tracked_so.stderr.count(told) == 1
    assert read(tmp_path / "out.json").header.source.slowed == 1
    assert "says that" not in command("track", slow, "-o", tmp_path / "true.json", "--recorded-at", 40).stderr


# many videos


def test_a_batch_counts_all_its_videos_so_and_knows_what_it_counted_otherwise(
    command: Command, slow: Path, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "walk.mp4").write_bytes(slow.read_bytes())
    arguments = ("batch", tmp_path / "in", "-o", tmp_path / "out")
    first = command(*arguments)
    assert first.returncode == 0, first.stderr
    assert first.stderr.count("`skelter batch --recorded-at 100` counts times and speeds so") == 1
    true = command(*arguments, "--recorded-at", FPS)
    assert ("1 video followed" in true.stderr, "says that" in true.stderr) == (True, False)
    source = read(tmp_path / "out" / "walk" / "walk.json").header.source
    assert (source.slowed, source.fps) == (pytest.approx(SLOWER), pytest.approx(FPS))
    assert "1 finished before" in command(*arguments, "--recorded-at", FPS).stderr
    assert "1 finished before" not in command(*arguments, "--recorded-at", 60).stderr
    assert "1 finished before" not in command(*arguments).stderr


def test_pieces_of_slow_motion_become_the_whole(slow: Path, tmp_path: Path) -> None:
    clip = tmp_path / "walk.mp4"
    clip.write_bytes(slow.read_bytes())
    video = Video(str(clip), str(tmp_path / "out"), "walk", clip.stat().st_size)
    settings = Settings(Choice(), ("json", "mp4"), 1, recorded_at=FPS)
    pieces = (Piece(0, 0, 0, 30), Piece(1, 10, 30, None))
    with Engines.load(settings.choice, threads=1) as engines:
        for piece in pieces:
            assembly.follow_piece(video, piece, None, settings, engines)
    assert assembly.is_piece_done(video, pieces[0], Wanted(settings))
    assert not assembly.is_piece_done(video, pieces[0], Wanted(replace(settings, recorded_at=None)))
    outcome = assembly.assemble(video, assembly.Plan(pieces), settings)
    assert (outcome.frames, outcome.slow) == (FRAMES, "")
    recording = read(tmp_path / "out" / "walk.json")
    assert [record.time_s for record in recording] == pytest.approx([index / FPS for index in range(FRAMES)])
    with FileSource(tmp_path / "out" / "walk.mp4") as drawn, FileSource(slow) as own:
        assert drawn.times() == pytest.approx(own.times(), abs=1e-4)
        assert drawn.info.duration_s == pytest.approx(own.info.duration_s, abs=0.001)


def test_pieces_are_as_long_to_look_at_and_overlap_by_what_happened(tmp_path: Path) -> None:
    """However fast it happened, a piece has so many frames; a tracker forgets by true seconds."""
    clip = make_clip(tmp_path / "long.mp4", Recipe(times=even_times(400, 1.0), gop=1))
    video = Video(str(clip), str(tmp_path / "out"), "long", clip.stat().st_size)
    plan = cluster._survey(video, 200.0, 4.0)
    assert isinstance(plan, assembly.Plan)
    assert [(piece.first, piece.begin) for piece in plan.pieces] == [(0, 0), (200, 200 - round(4 * OVERLAP_S))]


# results of other programs


def test_a_result_of_another_program_gets_the_true_times_of_its_clip(
    command: Command, slow: Path, tmp_path: Path
) -> None:
    (result,) = written(awkward(), tmp_path, "coco")
    done = command("import", result, "--clip", slow, "--recorded-at", FPS, "-o", tmp_path / "mine.json")
    assert done.returncode == 0, done.stderr
    recording = read(tmp_path / "mine.json")
    assert recording.header.source.slowed == pytest.approx(SLOWER)
    assert recording[5].time_s == pytest.approx(5 / FPS)
    assert_refused(command("import", result, "--recorded-at", FPS), "give that, or the rate by --fps")
    (own,) = written(awkward(), tmp_path, "json")
    assert_refused(
        command("export", own, "--to", "csv", "--clip", slow, "--recorded-at", FPS),
        "knows when its frames are; give --recorded-at to `skelter track`",
    )
    assert read_result(own).header.source.slowed == 1


@needs_shared
def test_a_real_clip_shown_slower_has_the_same_people_at_the_same_times(command: Command, tmp_path: Path) -> None:
    for folder in ("true", "slow"):
        (tmp_path / folder).mkdir()
    clips = [tmp_path / folder / "juggle.mp4" for folder in ("true", "slow")]
    clip = beginning_of(VIDEO / "juggle.mp4", tmp_path / "clip.mp4", seconds=2.0)
    for target, times in zip(clips, (1, SLOWER), strict=True):
        shown_slower(clip, target, times)
    with FileSource(clips[0]) as source:
        rate = source.info.fps
    for clip, more in zip(clips, ((), ("--recorded-at", rate)), strict=True):
        done = command("track", clip, "--to", "json,speeds,angles,summary", "--smooth", *more)
        assert done.returncode == 0, done.stderr
    frames = [json.loads((clip.parent / "juggle-poses.json").read_text())["frames"] for clip in clips]
    assert [one["people"] for one in frames[0]] == [other["people"] for other in frames[1]]
    for name in ("speeds", "angles", "summary"):
        one, other = ((clip.parent / f"juggle-poses-{name}.csv").read_text() for clip in clips)
        assert one == other
