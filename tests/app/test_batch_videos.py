"""The videos of a batch, found in folders and lists, each with a folder of its own."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path

import pytest

from app.batch.videos import Video, find_videos
from app.manifest import Manifest, Origin, SourceFacts, sha256_of, stamp_of
from app.manifest import write as write_manifest
from engine.errors import MissingFileError, UsageError
from tests.app.test_cli import assert_refused, drawn_clip
from tests.app.videos import made, no_signals
from tests.rights import without_rights

links = pytest.mark.skipif(sys.platform == "win32", reason="Windows lets not everybody make links")


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
