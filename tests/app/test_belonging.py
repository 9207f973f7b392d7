"""A saved result and a video: drawn on what it was made of and on copies, and on no other."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from app.manifest import read, write
from tests.app.conftest import Command
from tests.app.test_cli import assert_refused
from tests.clips import Recipe, even_times, make_clip

WARNED = "joints lie right only"


def take(path: Path, frames: int = 12, fps: int = 25, crf: int = 23) -> Path:
    recipe = Recipe(times=even_times(frames, fps), size=(64, 48), codec_options={"crf": str(crf)})
    return make_clip(path, recipe)


@pytest.fixture
def result(tmp_path: Path, command: Command) -> Path:
    """A result of take1.mp4, which is beside it: 12 frames, 25 a second."""
    path = tmp_path / "take1.json"
    done = command("track", take(tmp_path / "take1.mp4"), "-o", path)
    assert done.returncode == 0, done.stderr
    return path


def test_on_another_take_nothing_is_drawn_and_the_drawing_of_the_right_one_stays(
    result: Path, command: Command, tmp_path: Path
) -> None:
    assert command("draw", tmp_path / "take1.mp4", result).returncode == 0
    drawn = tmp_path / "take1-drawn.mp4"
    made = drawn.read_bytes()
    other = take(tmp_path / "take2.mp4", frames=20)
    said = "take1.json was made of take1.mp4 (0.5 s, 25 frames/s), and take2.mp4 (0.8 s, 25 frames/s) is another video"
    assert_refused(command("draw", other, result), said)
    assert_refused(command("draw", other, result, "-o", tmp_path / "x.mp4"), said)
    smoothed = tmp_path / "steady.jsonl"  # what was made of it is of the same video
    assert command("export", result, "-o", smoothed).returncode == 0
    assert_refused(command("draw", other, smoothed), "steady.jsonl was made of take1.mp4")
    assert drawn.read_bytes() == made


@pytest.mark.parametrize(
    ("name", "frames", "is_warned"),
    [("take1.mp4", 12, False), ("small.mp4", 12, True), ("take1 (cut).mp4", 5, True), ("take1.mkv", 5, True)],
)
def test_people_draw_on_copies(
    result: Path,
    command: Command,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    name: str,
    frames: int,
    is_warned: bool,
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    copy = folder / name
    if is_warned:
        take(copy, frames, crf=40)
    else:
        shutil.copy(tmp_path / name, copy)
    done = command("draw", copy, result)
    assert done.returncode == 0, done.stderr
    assert caplog.text.count(WARNED) == is_warned


def test_at_another_rate_it_is_no_copy_whatever_it_is_called(result: Path, command: Command, tmp_path: Path) -> None:
    fast = take(tmp_path / "take1-fast.mp4", frames=24, fps=50)
    said = "not of take1-fast.mp4 (0.5 s, 48 frames/s): at another rate frames are of other moments"
    assert_refused(command("draw", fast, result), said, "or a copy at 25 frames/s.")


def test_of_a_result_without_manifest_a_line_tells_what_speaks_against_it(
    result: Path, command: Command, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "take1.manifest.json").unlink()
    renamed = (tmp_path / "take1.mp4").rename(tmp_path / "walk.mp4")
    caplog.clear()
    assert command("draw", renamed, result).returncode == 0
    assert WARNED not in caplog.text
    done = command("draw", take(tmp_path / "take2.mp4", frames=20), result, "-o", tmp_path / "x.mp4")
    assert done.returncode == 0
    assert "take1.json was made of take1.mp4 (0.5 s, 25 frames/s), not of take2.mp4 (0.8 s, 25 frames/s)" in caplog.text


def test_the_manifest_tells_on_what_was_drawn_and_nothing_else_replaces_that(
    result: Path, command: Command, tmp_path: Path
) -> None:
    copy = take(tmp_path / "take1-small.mp4", crf=40)
    assert command("draw", copy, result).returncode == 0
    told = read(tmp_path / "take1-drawn.manifest.json")
    (drawn,) = told.outputs
    assert told.run is not None
    assert drawn.drawn_on is not None
    assert (told.run.source.name, drawn.drawn_on.name) == ("take1.mp4", "take1-small.mp4")
    assert drawn.drawn_on.sha256 not in (None, told.run.source.sha256)
    assert_refused(command("draw", tmp_path / "take1.mp4", result), "take1-drawn.mp4 is there already, and not of the")
    assert command("draw", copy, result).returncode == 0, "of the same it is made again"


def test_a_drawing_of_which_no_manifest_tells_on_what_is_made_again_on_the_result_s_own_video(
    result: Path, command: Command, tmp_path: Path
) -> None:
    clip, beside = tmp_path / "take1.mp4", tmp_path / "take1-drawn.manifest.json"
    assert command("draw", clip, result).returncode == 0
    told = read(beside)
    write(replace(told, outputs=tuple(replace(output, drawn_on=None) for output in told.outputs)), beside)
    copy = take(tmp_path / "take1-small.mp4", crf=40)
    assert_refused(command("draw", copy, result), "take1-drawn.mp4 is there already, and not of the")
    done = command("draw", clip, result)
    assert done.returncode == 0, done.stderr
