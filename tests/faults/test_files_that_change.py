"""Files that change while they are read, and files whose times make no sense."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from itertools import islice, pairwise
from pathlib import Path

import pytest

from engine.errors import SourceBrokenOff
from engine.types import Frame
from engine.video.opening import open_source
from engine.video.sink import VideoSink
from tests.clips import Recipe, even_times, index_of, make_clip, picture

FRAMES = 200


def rest_of(source: object) -> list[Frame]:
    """The frames to the end, or to where it breaks off."""
    frames: list[Frame] = []
    with suppress(SourceBrokenOff):
        frames.extend(source)
    return frames


def is_sound(frames: list[Frame]) -> None:
    assert all(a.time_s < b.time_s for a, b in pairwise(frames)), "times grow"
    assert all(a.index < b.index for a, b in pairwise(frames))


def shrink(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(os.urandom(100_000))


def replace(path: Path) -> None:
    make_clip(path.with_name("other.mp4"), Recipe(even_times(10), size=(96, 64))).replace(path)


@pytest.mark.skipif(os.name == "nt", reason="Windows lets nobody change a file that is open")
@pytest.mark.parametrize("change", [shrink, grow, replace, Path.unlink])
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_file_that_changes_while_it_is_read_gives_right_frames_or_ends(
    change: Callable[[Path], None], suffix: str, tmp_path: Path
) -> None:
    clip = make_clip(tmp_path / f"clip{suffix}", Recipe(even_times(FRAMES), ticks=1000))
    with open_source(clip) as source:
        frames = list(islice(source, 20))
        change(clip)
        frames += rest_of(source)
    is_sound(frames)
    assert [index_of(frame.image) for frame in frames] == [frame.index for frame in frames]
    if change is not shrink:  # what was opened stays what it was
        assert len(frames) == FRAMES


def test_a_recording_can_be_watched_while_it_grows(tmp_path: Path) -> None:
    with VideoSink(tmp_path / "film.mp4", width=160, height=96, fps=25) as sink:
        seen = []
        for index in range(300):
            sink.write(picture(index), index / 25)
            if index % 100 == 99:
                with open_source(tmp_path / "film.part.mp4") as source:
                    frames = rest_of(source)
                is_sound(frames)
                seen.append(len(frames))
    assert seen[0] > 0
    assert seen == sorted(set(seen)), "every time there is more of it"


def test_times_that_jump_are_kept(tmp_path: Path) -> None:
    times = [0.0, 0.04, 0.08, 3600.0, 3600.04, 3600.08]
    with open_source(make_clip(tmp_path / "jump.mp4", Recipe(times))) as source:
        assert [frame.time_s for frame in source] == pytest.approx(times)


def test_times_that_run_backwards_grow_all_the_same(tmp_path: Path) -> None:
    part = make_clip(tmp_path / "part.ts", Recipe(even_times(40))).read_bytes()
    (tmp_path / "twice.ts").write_bytes(part + part)  # the second half begins at 0 again
    with open_source(tmp_path / "twice.ts") as source:
        frames = rest_of(source)
    is_sound(frames)
    assert len(frames) >= 40


def test_times_that_repeat_grow_all_the_same(tmp_path: Path) -> None:
    # two pictures in one tick of the container's clock
    with open_source(make_clip(tmp_path / "dense.mp4", Recipe(even_times(20, fps=25), ticks=25))) as source:
        is_sound(rest_of(source))
