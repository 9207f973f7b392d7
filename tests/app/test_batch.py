"""Many videos: followed side by side, skipped when finished, done again when changed, told of if they fail."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from app import job
from app.batch.videos import find_videos
from app.batch.work import Settings, Wanted, follow, outputs_of
from app.cli_batch import _report
from app.engines import Choice, Engines
from app.manifest import read
from app.manifest import write as write_manifest
from app.provenance import write_run
from app.style import Style
from tests.app.synthetic import SquareSource, square_engines
from tests.app.test_cli import assert_refused, drawn_clip, skelter
from tests.app.videos import batch, drawn_videos, made
from tests.clips import Recipe, damage, even_times, make_clip
from tests.shared import VIDEO, needs_shared


@needs_shared
def test_a_folder_is_followed_by_two_workers_and_the_bad_one_is_told(tmp_path, command):
    (tmp_path / "in" / "sub").mkdir(parents=True)
    shutil.copy(VIDEO / "webcam-1.mkv", tmp_path / "in" / "signer.mkv")
    shutil.copy(VIDEO / "three-cross.mp4", tmp_path / "in" / "sub" / "aisle.mp4")
    (tmp_path / "in" / "bad.mp4").write_text("no video")
    arguments = ("batch", tmp_path / "in", "-o", tmp_path / "out", "--to", "json,trc,mp4", "--workers", "2")
    done = command(*arguments)
    assert done.returncode == 3, done.stderr
    assert "2 videos followed (139 frames), 1 failed." in done.stderr
    failures = [line for line in done.stderr.splitlines() if line.startswith("Failed: ")]
    assert len(failures) == 1
    assert "bad.mp4 is not a video that can be read" in failures[0]
    frames = json.loads((tmp_path / "out/sub/aisle/aisle.json").read_text())["frames"]
    in_aisle = {person["id"] for frame in frames for person in frame["people"]}
    assert len(in_aisle) >= 2
    assert made(tmp_path / "out") == {
        "signer/signer.json", "signer/signer.mp4", "signer/signer-p1.trc", "signer/signer.manifest.json",
        "sub/aisle/aisle.json", "sub/aisle/aisle.mp4", "sub/aisle/aisle.manifest.json",
        *(f"sub/aisle/aisle-p{number}.trc" for number in in_aisle),
    }  # fmt: skip
    people = json.loads((tmp_path / "out/signer/signer.json").read_text())["frames"]
    assert {person["id"] for frame in people for person in frame["people"]} == {1}
    run = read(tmp_path / "out/signer/signer.manifest.json").run
    assert run.source.path == str(tmp_path / "in" / "signer.mkv")
    assert run.seconds > 0

    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.json")}
    again = command(*arguments)
    assert again.returncode == 3
    assert "0 videos followed (0 frames), 2 finished before, 1 failed." in again.stderr
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_what_is_finished_is_skipped_and_what_has_changed_is_done_again(tmp_path, command):
    (tmp_path / "in").mkdir()
    for name in ("a", "b"):
        drawn_clip(tmp_path / "in" / f"{name}.mp4", frames=6)
    assert batch(command, tmp_path, "--to", "json,csv,mp4") == "2 videos followed (12 frames), 0 failed."
    drawn_clip(tmp_path / "in" / "a.mp4", frames=7)
    assert "1 video followed (7 frames), 1 finished before" in batch(command, tmp_path, "--to", "json,csv,mp4")

    def are_done(formats: tuple[str, ...] = ("json",), style: Style = Style(), **choice: object) -> list[bool]:
        wanted = Wanted(Settings(Choice(**choice), formats, style=style))
        return [wanted.earlier(video) is not None for video in find_videos(str(tmp_path / "in"), str(tmp_path / "out"))]

    assert are_done() == are_done(("csv",)) == are_done(("mp4",)) == [True, True]
    os.utime(tmp_path / "in" / "a.mp4")  # another date, the same content
    assert are_done() == [True, True]
    assert are_done(("json", "trc")) == [True, True]  # nobody is in them, so nobody has a file of his own
    for other in ({"tracker": "iou"}, {"threshold": 0.9}, {"detect_every": 3}, {"smooth": True},
                  {"flip": True}, {"far": True}, {"precision": "f16"}, {"device": "tensorrt"}):  # fmt: skip
        assert are_done(**other) == [False, False], other
    for look in (Style(boxes=True), Style(angles=True), Style(min_score=0.5)):
        assert are_done(style=look) == [True, True], "the data are the same"
        assert are_done(("mp4",), look) == [False, False]
    run = read(tmp_path / "out" / "a" / "a.manifest.json").run
    here = f"{run.detector.device} {run.detector.precision}"
    with_b = tmp_path / "out" / "b" / "b.manifest.json"
    told = read(with_b)
    on_card = replace(told.run, detector=replace(run.detector, device="tensorrt:cuda"),
                      pose=replace(run.pose, device="tensorrt:cuda"))  # fmt: skip
    write_manifest(replace(told, run=on_card), with_b)
    assert (are_done(), are_done(device="cpu")) == ([True, True], [True, False])
    write_manifest(replace(told, run=replace(told.run, first_frame=2)), with_b)
    assert are_done() == [True, False], "it is of a part"
    write_manifest(replace(told, run=on_card), with_b)
    said = command("batch", tmp_path / "in", "-o", tmp_path / "out").stderr
    assert f"finished before ran on {here} (1), tensorrt:cuda {run.detector.precision} (1)." in said
    assert are_done(("json", "tidy")) == [False, False]
    (tmp_path / "out" / "b" / "b.json").write_text("cut short")
    assert are_done() == [True, False]
    (tmp_path / "out" / "a" / "a.manifest.json").write_text("{}")
    assert are_done() == [False, False]


def test_results_whose_manifest_does_not_tell_whose_they_are_are_never_written_over(tmp_path, command):
    (tmp_path / "in").mkdir()
    drawn_clip(tmp_path / "in" / "a.mp4", frames=6)
    batch(command, tmp_path, "--to", "json")
    (tmp_path / "out" / "a" / "a.json").write_text("somebody's")
    (tmp_path / "out" / "a" / "a.manifest.json").write_text('{"format": "skelter-manifest/9"}')
    done = command("batch", tmp_path / "in", "-o", tmp_path / "out", "--to", "json")
    assert done.returncode == 3
    assert "which their manifest does not tell; give another folder" in " ".join(done.stderr.split())
    assert (tmp_path / "out" / "a" / "a.json").read_text() == "somebody's"


def test_a_video_that_breaks_off_is_told_of_each_time_by_exit_status_3(tmp_path, command):
    whole = drawn_clip(tmp_path / "whole.mkv", frames=200, size=(320, 240)).read_bytes()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.mkv").write_bytes(whole[: len(whole) * 2 // 3])

    for followed in ("1 video followed", "0 videos followed (0 frames), 1 finished before"):
        done = command("batch", tmp_path / "in", "-o", tmp_path / "out")
        assert done.returncode == 3, done.stderr
        assert followed in done.stderr
        assert [line for line in done.stderr.splitlines() if line.startswith("Warning:") and "a.mkv" in line]


def test_a_video_of_one_picture_is_finished_though_another_tracker_ran(tmp_path, command):
    (tmp_path / "in").mkdir()
    drawn_clip(tmp_path / "in" / "a.mp4", frames=1)
    assert batch(command, tmp_path) == "1 video followed (1 frames), 0 failed."
    assert batch(command, tmp_path) == "0 videos followed (0 frames), 1 finished before, 0 failed."


def test_following_a_video_again_clears_its_own_leavings_and_no_other_s_results(tmp_path, command):
    (tmp_path / "in" / "trip").mkdir(parents=True)
    for name in ("trip.mp4", "trip/day.part2.mp4"):  # whose results lie in the folder of the other's
        drawn_clip(tmp_path / "in" / name, frames=6)
    formats = ("--to", "json,trc,openpose")
    assert batch(command, tmp_path, *formats) == "2 videos followed (12 frames), 0 failed."
    out = tmp_path / "out" / "trip"
    whole = made(out)
    assert "day.part2/day.part2.json" in whole
    for name in ("trip.part.json", "trip-p12.part-2.trc", "trip.manifest.part.json"):
        (out / name).write_text("a kill left this")
    (out / "trip-openpose.part").mkdir()
    (out / "trip-openpose.part" / "trip_000000000000_keypoints.json").write_text("{}")
    (out / "notes.part.txt").write_text("mine")
    drawn_clip(tmp_path / "in" / "trip.mp4", frames=7)
    said = batch(command, tmp_path, *formats)
    assert said == "1 video followed (7 frames), 1 finished before, 0 failed."
    assert made(out) == {*whole, "trip-openpose/trip_000000000006_keypoints.json", "notes.part.txt"}
    assert batch(command, tmp_path, *formats) == "0 videos followed (0 frames), 2 finished before, 0 failed."


def test_a_video_called_as_files_of_a_format_are_gets_the_formats_that_were_asked_for(tmp_path):
    outputs = [(tmp_path / name, format) for name, format in (("walk-angles.csv", "csv"), ("walk-coco.json", "json"))]
    summary = job.run(SquareSource(5), square_engines(), outputs)
    assert sorted(summary.written) == sorted(outputs)
    assert (tmp_path / "walk-angles.csv").read_text().startswith("index,time_s,")
    assert len(json.loads((tmp_path / "walk-coco.json").read_text())["frames"]) == 5
    assert outputs_of(tmp_path, "walk-angles", ("csv", "mp4")) == [outputs[0], (tmp_path / "walk-angles.mp4", "mp4")]


def test_results_of_another_video_of_that_name_are_never_written_over(tmp_path, command):
    for number in (1, 2):
        (tmp_path / f"card{number}").mkdir()
        drawn_clip(tmp_path / f"card{number}" / "clip.mp4", frames=5 + number)
    out, settings = tmp_path / "out", Settings(Choice())
    (first,) = find_videos(str(tmp_path / "card1"), str(out))
    with Engines.load(settings.choice, threads=1) as engines:
        follow(first, settings, engines)
    before = {name: (out / name).read_bytes() for name in made(out)}
    other = command("batch", tmp_path / "card2", "-o", out)
    assert other.returncode == 3
    assert other.stderr.splitlines() == [
        "0 videos followed (0 frames), 1 failed.",
        f"Failed: {out / 'clip'} holds the results of another video, {tmp_path / 'card1' / 'clip.mp4'}; "
        f"give another folder (--out) for those of {tmp_path / 'card2' / 'clip.mp4'}.",
    ]
    assert {name: (out / name).read_bytes() for name in made(out)} == before
    (tmp_path / "card1").rename(tmp_path / "moved")
    (moved,) = find_videos(str(tmp_path / "moved"), str(out))
    assert Wanted(settings).earlier(moved)


def test_files_that_the_manifest_tells_of_no_more_are_named(tmp_path, capsys):
    (video,) = drawn_videos(tmp_path, 2)
    with Engines.load(Choice(), threads=1) as engines:
        assert follow(video, Settings(Choice(), ("json", "csv")), engines).left == ()
        assert follow(video, Settings(Choice(), ("json",)), engines).left == ()
        drawn_clip(Path(video.address), 3, size=(64, 48))
        outcome = follow(video, Settings(Choice(), ("json",)), engines)
    _report([outcome], [])
    said = f"{video.folder}: 0.csv is of an earlier run; its manifest tells of it as that."
    assert said in " ".join(capsys.readouterr().err.split())
    assert [output.name for output in read(Path(video.folder) / "0.manifest.json").outputs] == ["0.json"]


def test_another_number_of_workers_undoes_nothing_that_is_finished(tmp_path):
    (video,) = drawn_videos(tmp_path, 2)
    with Engines.load(Choice(), threads=1) as engines:
        follow(video, Settings(Choice(), ("json",), threads=1), engines)
        assert follow(video, Settings(Choice(), ("summary",), threads=2), engines).left == ()
    assert Wanted(Settings(Choice(), ("json", "summary"), threads=1)).earlier(video)
    told = Path(video.folder) / "0.manifest.json"
    known = read(told)
    write_manifest(replace(known, run=replace(known.run, damaged=1)), told)
    damaged = replace(known, run=replace(known.run, damaged=1, threads=3), outputs=known.outputs[:1])
    assert write_run(damaged, told) == [known.outputs[1].name], "damaged pictures look otherwise"


def test_what_is_said_while_a_video_is_followed_says_of_which(tmp_path):
    clips = tmp_path / "in"
    clips.mkdir()
    for name in ("A.mp4", "B.mp4"):
        drawn_clip(clips / name, 2, size=(64, 48))
        folder = tmp_path / "out" / name[0]
        folder.mkdir(parents=True)
        (folder / f"{name[0]}-p9.trc").write_text("of an earlier run")
    done = skelter("batch", clips, "-o", tmp_path / "out", "--to", "trc")
    assert done.returncode == 0, done.stderr
    told = {line for line in done.stderr.splitlines() if "Not of this run" in line}
    assert told == {f"Warning: {clips / f'{name}.mp4'}: Not of this run: {name}-p9.trc." for name in "AB"}


def test_damaged_frames_are_told_each_time(tmp_path, capsys):
    (tmp_path / "in").mkdir()
    for name in ("a[b].mp4", "b.mp4"):
        clip = make_clip(tmp_path / "in" / name, Recipe(even_times(6), codec="mjpeg", pix_fmt="yuvj420p"))
        if name != "b.mp4":
            damage(clip, 2)
            damage(clip, 4)
    settings, videos = Settings(Choice()), find_videos(str(tmp_path / "in"), str(tmp_path / "out"))
    with Engines.load(Choice(), threads=1) as engines:
        followed = [follow(video, settings, engines) for video in videos]
    wanted = Wanted(settings)
    for outcomes in (followed, [wanted.earlier(video) for video in videos]):
        _report(outcomes, [])
        said = capsys.readouterr().err
        assert f"Warning: Damaged frames were left out of {tmp_path / 'in' / 'a[b].mp4'} (2).\n" in said


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--gpus", "1"), "--gpus belongs to --cluster"), (("--piece", "30"), "--piece belongs to --cluster"),
        (("--cluster", "ray", "--workers", "2"), "leave --workers out"),
        (("--boxes",), "--boxes is for pictures, and none is written"),
        (("--cluster", "ray", "--gpus", "1.5"), "--gpus 1.5: a worker has a part of one GPU, or whole ones"),
    ],
)  # fmt: skip
def test_options_that_would_do_nothing_are_refused(options, words, tmp_path, command):
    assert_refused(command("batch", tmp_path, "-o", tmp_path / "out", *options), words)
