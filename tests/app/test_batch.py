"""Many videos: found, followed side by side, skipped when finished, done again after a death, told of if they fail."""

from __future__ import annotations

import contextlib
import errno
import json
import multiprocessing
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from app import job
from app.addresses import place_of
from app.batch import owners, places
from app.batch.videos import Video, find_videos
from app.batch.work import Outcome, Settings, Wanted, failed, follow, outputs_of
from app.batch.workers import Advance, Workers
from app.cli_batch import _report
from app.engines import Choice, Engines
from app.manifest import Manifest, Origin, SourceFacts, read, sha256_of, stamp_of
from app.manifest import write as write_manifest
from app.provenance import write_run
from app.style import Style
from engine.errors import BackendError, MissingFileError, SinkError, SourceError, UsageError
from engine.files import refusal
from tests.app.synthetic import SquareSource, square_engines
from tests.app.test_cli import assert_refused, drawn_clip, skelter, start
from tests.clips import Recipe, damage, even_times, make_clip
from tests.rights import without_rights
from tests.shared import VIDEO, needs_shared

no_signals = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals of this kind")
links = pytest.mark.skipif(sys.platform == "win32", reason="Windows lets not everybody make links")


def made(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


# finding


def test_videos_are_found_in_folders_and_have_a_folder_each(tmp_path):
    for name in ("a.mp4", "sub/a.mkv", "sub/b.mov", "sub/b.avi", "notes.txt", "sub/pic.jpg"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(b"12345")
    out = tmp_path / "out"
    found = {Path(video.address).relative_to(tmp_path / "in").as_posix(): video for video in
             find_videos(str(tmp_path / "in"), str(out))}  # fmt: skip
    assert {name: (Path(video.folder).relative_to(out).as_posix(), video.stem) for name, video in found.items()} == {
        "a.mp4": ("a", "a"),
        "sub/a.mkv": ("sub/a", "a"),
        "sub/b.mov": ("sub/b.mov", "b"),  # two would meet in sub/b
        "sub/b.avi": ("sub/b.avi", "b"),
    }
    assert found["a.mp4"].bytes == 5


def test_results_among_the_videos_are_no_videos(tmp_path):
    (tmp_path / "results" / "a").mkdir(parents=True)
    (tmp_path / "a.mp4").touch()
    (tmp_path / "results" / "a" / "a.mp4").touch()
    assert [video.stem for video in find_videos(str(tmp_path), str(tmp_path / "results"))] == ["a"]
    with pytest.raises(UsageError, match="is the folder of the videos"):
        find_videos(str(tmp_path), str(tmp_path))


def test_what_skelter_made_among_the_videos_is_no_video(tmp_path, command):
    (tmp_path / "in" / "day").mkdir(parents=True)
    drawn_clip(tmp_path / "in" / "day" / "a.mp4", frames=3)
    assert command("track", tmp_path / "in" / "day" / "a.mp4").returncode == 0
    assert made(tmp_path / "in" / "day") == {"a.mp4", "a-poses.mp4", "a-poses.json", "a-poses.manifest.json"}
    assert [video.stem for video in find_videos(str(tmp_path / "in"), str(tmp_path / "out"))] == ["a"]
    (tmp_path / "in" / "day" / "a.mp4").rename(tmp_path / "a.mp4")
    with pytest.raises(MissingFileError, match="holds only videos that Skelter made"):
        find_videos(str(tmp_path / "in"), str(tmp_path / "out"))
    (tmp_path / "a.mp4").rename(tmp_path / "in" / "day" / "a.mp4")

    drawn_clip(tmp_path / "in" / "day" / "a-poses.mp4", frames=9)  # somebody's own of that name
    assert [video.stem for video in find_videos(str(tmp_path / "in"), str(tmp_path / "out"))] == ["a-poses", "a"]


@no_signals
def test_a_folder_that_may_not_be_looked_into_is_told_and_counts_as_failed(command):
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are nobody else's at all
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "in" / "shut").mkdir(parents=True)
        (folder / "in" / "shut" / "a.mp4").touch()
        # modules are imported late, perhaps from where nobody may look either: all of them first
        assert command("batch", folder / "in", "-o", folder / "out").returncode == 3
        with without_rights(folder / "in" / "shut"):
            done = command("batch", folder / "in", "-o", folder / "out")
            inside = command("batch", folder / "in" / "shut" / "deeper", "-o", folder / "out")
    assert done.returncode == 3, done.stderr
    assert "0 videos followed (0 frames), 1 failed." in done.stderr
    assert f"Failed: {folder / 'in' / 'shut'} cannot be looked into (permission denied); check its" in done.stderr
    assert_refused(inside, "deeper cannot be looked into (permission denied)")


@links
def test_links_to_folders_are_followed_and_each_folder_once(tmp_path):
    store, folder = tmp_path / "store", tmp_path / "in"
    for name in ("day1", "day2/deep"):
        (store / name).mkdir(parents=True)
        (store / name / "a.mp4").write_bytes(b"1")
    (folder / "own").mkdir(parents=True)
    (folder / "own" / "b.mp4").write_bytes(b"1")
    (folder / "day1").symlink_to(store / "day1")
    (folder / "latest").symlink_to("day1")
    (folder / "again").symlink_to("own")
    (folder / "own" / "up").symlink_to(folder)
    (store / "day2" / "round").symlink_to(store / "day2")
    (folder / "c").symlink_to(store / "day2")
    (folder / "gone").symlink_to(store / "gone")
    found = find_videos(str(folder), str(tmp_path / "out"))
    names = [Path(video.address).relative_to(folder).as_posix() for video in found]
    assert names == ["c/deep/a.mp4", "day1/a.mp4", "own/b.mp4"]


@links
def test_a_video_that_is_a_link_to_nothing_is_told_and_counts_as_failed(tmp_path, command):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.mp4").symlink_to(tmp_path / "gone.mp4")
    done = command("batch", tmp_path / "in", "-o", tmp_path / "out")
    assert done.returncode == 3
    assert f"Failed: {tmp_path / 'in' / 'a.mp4'} is a link to {tmp_path / 'gone.mp4'}, which does not" in done.stderr


def test_what_macos_makes_beside_videos_is_no_video(tmp_path):
    for name in ("clip.mp4", "._clip.mp4"):
        (tmp_path / name).write_bytes(b"1")
    assert [Path(video.address).name for video in find_videos(str(tmp_path), "out")] == ["clip.mp4"]


def test_a_list_names_videos_relative_to_itself(tmp_path):
    (tmp_path / "clips").mkdir()
    (tmp_path / "list.txt").write_text("# mine\nclips/a.mp4\n\nother/a.mp4\n/abs/c.mp4\ns3://bucket/d.mp4\n")
    found = find_videos(str(tmp_path / "list.txt"), "out")
    assert [video.address for video in found] == [
        str(tmp_path / "clips/a.mp4"), str(tmp_path / "other/a.mp4"), "/abs/c.mp4", "s3://bucket/d.mp4",
    ]  # fmt: skip
    assert [video.folder for video in found] == [
        str(Path("out", name)) for name in ("clips/a.mp4", "other/a.mp4", "c", "d")
    ]  # fmt: skip
    (tmp_path / "list.txt").write_text("a.mp4\nb.mp4\n", "utf-8-sig")  # as Windows' editors save it
    assert [Path(video.address).name for video in find_videos(str(tmp_path / "list.txt"), "out")] == ["a.mp4", "b.mp4"]
    for twice in ("a.mp4", "./a.mp4", "clips/../a.mp4", str(tmp_path / "a.mp4")):
        (tmp_path / "list.txt").write_text(f"a.mp4\n{twice}\n")
        with pytest.raises(UsageError, match=f"names {re.escape(twice)} twice"):
            find_videos(str(tmp_path / "list.txt"), "out")


class Lists:
    """Lists in `folder` of videos in its folders A, B, C, each with a content of its own; results in out/."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.out = folder, folder / "out"
        for name in "ABC":
            (folder / name).mkdir()
            (folder / name / "clip.mp4").write_bytes(name.encode() * 10)

    def found(self, *lines: object, name: str = "list.txt") -> list[Video]:
        (self.folder / name).write_text("\n".join(map(str, lines)))
        return find_videos(str(self.folder / name), str(self.out))

    def folders(self, *lines: object) -> list[str]:
        return [Path(video.folder).relative_to(self.out).as_posix() for video in self.found(*lines)]

    def finish(self, video: Video, folder: str | None = None) -> None:
        """As if its results lay there."""
        at = Path(video.folder) if folder is None else self.out / folder
        at.mkdir(parents=True, exist_ok=True)
        path = Path(video.address)
        source = SourceFacts(
            path.name, str(path.resolve()), sha256_of([path]), *stamp_of([path]), 64, 48, 25.0, 1.0
        )  # fmt: skip
        origin = Origin(source, {}, None, edited=False)
        write_manifest(Manifest("2026-01-01T00:00:00+00:00", None, (), origin), at / f"{path.stem}.manifest.json")


@pytest.fixture
def lists(tmp_path: Path) -> Lists:
    return Lists(tmp_path)


def test_a_listed_video_keeps_its_folder_whatever_else_is_listed(lists):
    assert lists.folders("A/clip.mp4", "B/clip.mp4") == ["A/clip.mp4", "B/clip.mp4"]
    assert lists.folders("C/clip.mp4", "B/clip.mp4", "A/clip.mp4") == ["C/clip.mp4", "B/clip.mp4", "A/clip.mp4"]
    outside = Path(*lists.folder.parts[1:], "x", "clip.mp4").as_posix()
    (lists.folder / "lists").mkdir()
    found = lists.found("../x/clip.mp4", "A/clip.mp4", "CLIP.mov", "s3://me:secret@bucket//y/clip.mp4", name="lists/l")
    assert [Path(video.folder).relative_to(lists.out).as_posix() for video in found] == [
        outside, "A/clip.mp4", "CLIP.mov", "s3/bucket/y/clip.mp4",
    ]  # fmt: skip
    assert lists.folders("A/clip.mp4", "B/other.mp4") == ["clip", "other"]


def test_what_is_finished_is_found_where_it_is_and_nobody_else_goes_there(lists):
    a, b = lists.found("A/clip.mp4", "B/clip.mp4")
    lists.finish(a, "clip")  # as if it had been the only one in a list
    assert lists.folders("A/clip.mp4", "C/clip.mp4") == ["clip", "C/clip.mp4"]
    assert lists.folders("C/clip.mp4", "A/clip.mp4") == ["C/clip.mp4", "clip"]
    assert lists.folders("C/clip.mp4") == ["C/clip.mp4"]
    (lists.folder / "A" / "clip.mp4").write_bytes(b"changed, and at its place")
    assert lists.folders("A/clip.mp4") == ["clip"]
    lists.finish(b)
    assert lists.folders("B/clip.mp4") == ["B/clip.mp4"]
    (lists.folder / "out" / "B").rename(lists.folder / "out" / "old")
    (lists.folder / "B" / "clip.mp4").rename(lists.folder / "b.mp4")
    assert lists.folders("b.mp4") == ["b"]


def test_results_where_lists_were_placed_once_are_known(lists):
    a, b = lists.found("A/clip.mp4", "B/clip.mp4")
    lists.finish(a, "clip.mp4")
    lists.finish(b, "clip.mp4-2")
    assert lists.folders("C/clip.mp4", "B/clip.mp4", "A/clip.mp4") == ["C/clip.mp4", "clip.mp4-2", "clip.mp4"]
    assert lists.folders("B/clip.mp4") == ["clip.mp4-2"]


def test_a_list_finds_the_results_of_the_folder_that_its_videos_are_in(lists):
    (lists.folder / "A" / "day").mkdir()
    for name in ("morning.mp4", "noon.mp4", "noon.mov"):
        (lists.folder / "A" / "day" / name).write_bytes(name.encode())
    of_folder = find_videos(str(lists.folder / "A"), str(lists.out))
    for video in of_folder:
        lists.finish(video)
    lines = [Path(video.address).relative_to(lists.folder).as_posix() for video in of_folder]
    assert lists.folders(*lines) == ["clip", "day/morning", "day/noon.mov", "day/noon.mp4"]
    assert lists.folders("B/morning.mp4", "A/day/morning.mp4") == ["B/morning.mp4", "day/morning"]
    (lists.folder / "B" / "day").mkdir()
    assert lists.folders("B/day/morning.mp4") == ["morning"], "the other's are left alone"


def test_a_video_of_a_folder_stays_where_its_results_are_whatever_is_put_beside_it(lists):
    def folders() -> list[str]:
        return [Path(video.folder).name for video in find_videos(str(lists.folder / "A"), str(lists.out))]

    lists.finish(*find_videos(str(lists.folder / "A"), str(lists.out)))
    (lists.folder / "A" / "clip.mov").write_bytes(b"another")
    assert folders() == ["clip.mov", "clip"]
    lists.finish(find_videos(str(lists.folder / "A"), str(lists.out))[0])
    (lists.folder / "A" / "clip.mp4").unlink()
    assert folders() == ["clip.mov"]


def test_a_moved_video_is_known_by_its_content_and_one_of_its_size_is_not(lists):
    lists.finish(*lists.found("A/clip.mp4"))
    stamp = (lists.folder / "A" / "clip.mp4").stat()
    (lists.folder / "A").rename(lists.folder / "moved")
    for name in "BC":
        os.utime(lists.folder / name / "clip.mp4", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert lists.folders("moved/clip.mp4") == ["clip"]
    assert lists.folders("B/clip.mp4") == ["B/clip.mp4"], "as large, as old, and another"


def test_a_listed_video_may_lie_in_the_root_folder(lists):
    assert lists.folders("/clip.mp4") == ["clip"]
    of_root = Path(*lists.folder.parts[1:], "A", "clip").as_posix()  # as if all of the disk had been followed
    lists.finish(*lists.found("A/clip.mp4"), of_root)
    assert lists.folders("A/clip.mp4") == [of_root]
    for line in ("/", ".."):
        with pytest.raises(UsageError, match=f"names {line}, which is no video"):
            lists.found(line)


def test_every_listed_video_has_a_folder_of_its_own(lists):
    folders = lists.folders("x/y/clip.mp4", "/x/y/clip.mp4", "/y/clip.mp4")
    assert len(set(folders)) == 3


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"\xff\xfe\x00binary"])
def test_what_is_no_list_is_refused(tmp_path, content):
    (tmp_path / "list.txt").write_bytes(content)
    with pytest.raises((UsageError, MissingFileError), match="list"):
        find_videos(str(tmp_path / "list.txt"), "out")


def test_nothing_to_do_is_said(command, tmp_path):
    assert_refused(command("batch", tmp_path / "gone", "-o", tmp_path / "out"), "does not exist")
    assert_refused(command("batch", tmp_path, "-o", tmp_path / "out"), "holds no videos")
    assert_refused(command("batch", tmp_path, "-o", tmp_path / "out", "--to", "jsn"), "did you mean json?")
    assert_refused(command("batch", tmp_path, "-o", tmp_path / "out", "--to", "jpg"), "There is no data format 'jpg'")


# the whole way


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


def batch(command, folder: Path, *more: object) -> str:
    """Runs a batch of the folder's clips; the line that sums it up."""
    done = command("batch", folder / "in", "-o", folder / "out", *more)
    assert done.returncode == 0, done.stderr
    return next(line for line in done.stderr.splitlines() if " followed (" in line)


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
                  {"flip": True}, {"precision": "f16"}, {"device": "tensorrt"}):  # fmt: skip
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


def wait_until_others_are_done(out: Path, others: set[str], *, unfinished: str) -> None:
    deadline = time.monotonic() + 150
    while time.monotonic() < deadline:
        done = {path.parent.name for path in out.rglob("*.manifest.json")}
        if done == others and list((out / unfinished).glob("*.part*")):
            return
        time.sleep(0.02)
    pytest.fail("it is too quick, or too slow")


@no_signals
def test_a_killed_run_goes_on_where_it_was(tmp_path, command):
    (tmp_path / "in").mkdir()
    for name in ("a", "b", "c"):
        drawn_clip(tmp_path / "in" / f"{name}.mp4", frames=900 if name == "b" else 20, size=(64, 48))
    with start("batch", tmp_path / "in", "-o", tmp_path / "out", "--to", "json,mp4", "--workers", "2") as process:
        wait_until_others_are_done(tmp_path / "out", {"a", "c"}, unfinished="b")
        workers = psutil.Process(process.pid).children(recursive=True)
        for one in (psutil.Process(process.pid), *workers):
            one.kill()
        process.wait()
    psutil.wait_procs(workers, timeout=60)
    assert any(".part" in name for name in made(tmp_path / "out"))
    said = batch(command, tmp_path, "--to", "json,mp4")
    assert said == "1 video followed (900 frames), 2 finished before, 0 failed."
    assert not any(".part" in name for name in made(tmp_path / "out"))
    assert len(json.loads((tmp_path / "out/b/b.json").read_text())["frames"]) == 900


@no_signals
def test_ctrl_c_ends_it_and_leaves_nothing_half_written(tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("a", "b"):
        drawn_clip(tmp_path / "in" / f"{name}.mp4", frames=1200 if name == "b" else 5, size=(64, 48))
    with start("batch", tmp_path / "in", "-o", tmp_path / "out", "--workers", "2") as process:
        wait_until_others_are_done(tmp_path / "out", {"a"}, unfinished="b")
        children = psutil.Process(process.pid).children(recursive=True)
        for one in (psutil.Process(process.pid), *children):  # a terminal tells all of them
            one.send_signal(signal.SIGINT)
        said = process.stderr.read()
    assert process.returncode == 130, said
    assert "the same command goes on" in said
    assert "Traceback" not in said
    assert made(tmp_path / "out") == {"a/a.json", "a/a.manifest.json"}
    assert not psutil.wait_procs(children, timeout=60)[1]


def drawn_videos(folder: Path, *frames: int) -> list[Video]:
    """A video for each of these numbers of frames."""
    clips = [drawn_clip(folder / f"{number}.mp4", count, size=(64, 48)) for number, count in enumerate(frames)]
    return [Video(str(clip), str(folder / "out" / clip.stem), clip.stem, clip.stat().st_size) for clip in clips]


@no_signals
@pytest.mark.parametrize("deaths", [1, 2])
def test_a_worker_that_dies_takes_only_its_video_along_which_is_begun_once_more(tmp_path, deaths):
    videos = drawn_videos(tmp_path, 500, 5)
    outcomes, killed = [], 0
    with Workers(1, Settings(Choice(), threads=1), videos) as workers:
        for event in workers.events():
            if isinstance(event, Outcome):
                outcomes.append(event)
            elif isinstance(event, Advance) and event.video.stem == "0" and killed < deaths:
                (worker,) = multiprocessing.active_children()
                worker.kill()
                killed += 1
    assert killed == deaths
    told = {outcome.video.stem: outcome for outcome in outcomes}
    assert told["1"].status == "done"
    if deaths == 1:
        assert told["0"].status == "done"
    else:
        assert told["0"].status == "failed"
        assert "died 2 times (SIGKILL, perhaps for want of memory)" in (told["0"].why or "")


class Threads:
    """Takes the place of multiprocessing's context: threads that say what workers would, and load no networks.

    The second of them finds no room for the networks until `a_video_is_done`.
    """

    def __init__(self) -> None:
        self.begun = 0
        self.a_video_is_done = threading.Event()

    def Pipe(self):
        here, there = multiprocessing.Pipe()
        return here, SimpleNamespace(end=there, close=lambda: None)  # which a process would have to itself

    def Process(self, *, args, **_):
        self.begun += 1
        life = self.without_room if self.begun == 2 else self.with_room
        thread = threading.Thread(target=life, args=(args[0].end,), daemon=True)
        thread.terminate = lambda: None
        return thread

    def without_room(self, connection):
        connection.recv()
        self.a_video_is_done.wait(20)
        connection.send(BackendError("There is no room left on the card."))

    def with_room(self, connection):
        while (video := connection.recv()) is not None:
            connection.send(Outcome(video, "done"))


def test_a_worker_without_room_is_replaced_once_the_others_have_ended(monkeypatch):
    threads, outcomes = Threads(), []
    monkeypatch.setattr(multiprocessing, "get_context", lambda _: threads)
    with Workers(2, Settings(Choice()), [Video(name, name, name, 1) for name in "ab"]) as workers:
        for event in workers.events():
            outcomes.append(event)
            threads.a_video_is_done.set()
    assert {outcome.video.stem: outcome.status for outcome in outcomes} == {"a": "done", "b": "done"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--tracker", "osk"), "There is no tracker 'osk'"),
        (("--device", "tensor"), "no device or backend called 'tensor'"),
    ],
)
def test_networks_that_no_worker_can_load_are_told_in_one_sentence(options, words, tmp_path):
    drawn_videos(tmp_path, 5, 5, 5)
    done = skelter("batch", tmp_path, "-o", tmp_path / "out", "--workers", "2", *options)
    assert_refused(done, words)
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert not (tmp_path / "out").exists()


def test_a_place_that_cannot_be_written_is_told_before_anything_is_loaded(tmp_path, command):
    drawn_videos(tmp_path, 2, 2)
    (tmp_path / "results").touch()
    done = command("batch", tmp_path, "-o", tmp_path / "results" / "of" / "today")
    assert_refused(done, f"{tmp_path / 'results'} is not a folder, so of cannot be made")
    assert "Loading" not in done.stderr


@pytest.mark.parametrize(
    ("number", "ends_all"), [(errno.ENOSPC, True), (errno.EROFS, True), (errno.ENAMETOOLONG, False)]
)
def test_a_full_disk_ends_the_batch_and_another_failure_does_not(tmp_path, command, monkeypatch, number, ends_all):
    drawn_videos(tmp_path, 2, 2, 2)

    class Pool:
        """The first video fails; workers that follow it would go on with the others."""

        def events(self):
            for place, video in enumerate(find_videos(str(tmp_path), str(tmp_path / "out"))):
                try:
                    raise refusal(tmp_path, OSError(number, "")) from OSError(number, "")
                except SinkError as error:
                    yield Outcome(video, "done") if place else failed(video, error)

    monkeypatch.setattr("app.cli_batch._pool", lambda *_: contextlib.nullcontext(Pool()))
    done = command("batch", tmp_path, "-o", tmp_path / "out")
    assert done.returncode == 3
    assert ("The other 2 videos were left; the same command goes on once" in done.stderr) == ends_all
    assert f"{0 if ends_all else 2} videos followed" in done.stderr


# other storage


def test_videos_and_results_may_lie_where_only_fsspec_reaches(tmp_path, command):
    pytest.importorskip("fsspec")
    (tmp_path / "in" / "sub").mkdir(parents=True)
    drawn_clip(tmp_path / "in" / "sub" / "a.mp4", frames=5)
    where, out = (tmp_path / "in").as_uri(), (tmp_path / "out").as_uri()
    done = command("batch", where, "-o", out, "--to", "json,openpose")
    assert done.returncode == 0, done.stderr
    assert {"sub/a/a.json", "sub/a/a.manifest.json"} <= made(tmp_path / "out")
    assert len(list((tmp_path / "out/sub/a/a-openpose").iterdir())) == 5
    assert read(tmp_path / "out/sub/a/a.manifest.json").run.source.path == f"{where}/sub/a.mp4"
    again = command("batch", where, "-o", out, "--to", "json,openpose")
    assert "1 finished before" in again.stderr


@pytest.mark.parametrize(("one", "other"), [("Day #1", "Day #2"), ("Q?a", "Q?b"), ("ann@uni", "bob@uni")])
def test_results_of_addresses_that_hold_signs_of_the_web_are_told_apart(tmp_path, one, other):
    pytest.importorskip("fsspec")
    base = tmp_path.as_uri()
    for name in (one, other):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.mp4").write_bytes(b"12345")
    out = tmp_path / "out"
    (first,), (second,) = (find_videos(f"{base}/{name}", str(out)) for name in (one, other))
    source = SourceFacts("a.mp4", place_of(first.address), None, 5, None, 64, 48, 25.0, 1.0)
    Path(first.folder).mkdir(parents=True)
    origin = Origin(source, {}, None, edited=False)
    write_manifest(Manifest("2026-01-01T00:00:00+00:00", None, (), origin), Path(first.folder) / "a.manifest.json")
    owners.check_free(first)
    with pytest.raises(SinkError, match="holds the results of another video"):
        owners.check_free(second)
    (tmp_path / "list.txt").write_text(f"{first.address}\n{second.address}\n")
    a, b = find_videos(str(tmp_path / "list.txt"), str(tmp_path / "new"))
    assert a.folder != b.folder


def test_a_video_elsewhere_that_was_changed_is_known_by_what_its_storage_tells(tmp_path):
    fsspec = pytest.importorskip("fsspec")
    storage = fsspec.filesystem("memory")
    address = "memory://changed/a.mp4"
    storage.pipe("/changed/a.mp4", b"12345")
    (video,) = find_videos("memory://changed", str(tmp_path))
    with places.at_hand(address) as copy:
        facts = SourceFacts("a.mp4", address, sha256_of([copy]), 5, None, 64, 48, 25.0, 1.0, places.version_of(address))
    assert owners.is_unchanged(facts, video)
    storage.pipe("/changed/a.mp4", b"54321")
    assert not owners.is_unchanged(facts, video)
    local = tmp_path / "a.mp4"
    local.write_bytes(b"12345")
    before = places.version_of(local.as_uri())
    assert before == places.version_of(local.as_uri())
    os.utime(local, ns=(1, 1))
    assert places.version_of(local.as_uri()) != before
    assert places.version_of(str(local)) is None


def test_places_say_what_is_wrong_with_them(tmp_path):
    pytest.importorskip("fsspec")
    with pytest.raises(UsageError, match="cannot be reached"), places.at_hand("nosuch://x/y"):
        pass
    gone = (tmp_path / "gone.mp4").as_uri()
    with pytest.raises(MissingFileError, match=r"gone\.mp4 does not exist"), places.at_hand(gone):
        pass
    assert places.read(gone) is None
    assert places.size_of(gone) is None
    assert places.names_in(gone) == set()
    (tmp_path / "clip").mkdir()
    (tmp_path / "list.txt").touch()
    assert places.names_in(tmp_path.as_uri()) == places.names_in(str(tmp_path)) == {"clip", "list.txt"}
    with pytest.raises(MissingFileError, match="does not exist"):
        places.files_under((tmp_path / "gone").as_uri())


def test_what_a_library_of_fsspec_s_raises_is_one_sentence(tmp_path):
    fsspec = pytest.importorskip("fsspec")

    class Vault(fsspec.AbstractFileSystem):
        protocol = "vault"

        def info(self, path, **_):
            raise RuntimeError("Unable to locate credentials")  # as botocore does, by a class of its own

        ls = info

    fsspec.register_implementation("vault", Vault, clobber=True)
    with pytest.raises(SourceError, match=r"vault://videos cannot be listed \(Unable to locate credentials\)"):
        find_videos("vault://videos", str(tmp_path))
    with pytest.raises(SourceError, match="cannot be fetched"), places.at_hand("vault://videos/a.mp4"):
        pass
    assert places.read("vault://videos/a.json") is None


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


def test_a_failed_upload_leaves_no_manifest(tmp_path):
    pytest.importorskip("fsspec")

    def fail() -> None:
        with places.workplace((tmp_path / "out").as_uri()) as folder:
            (folder / "a.json").write_text("x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert not (tmp_path / "out").exists()
