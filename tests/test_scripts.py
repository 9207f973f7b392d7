"""What a person runs by hand does what it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine.video.file import FileSource
from scripts.soak import repeated
from tests.clips import Recipe, Sound, even_times, index_of, make_clip


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_a_long_run_s_clip_has_every_picture_in_every_turn(tmp_path: Path, suffix: str) -> None:
    ticks = 1000 if suffix == ".mkv" else 90_000
    recipe = Recipe(times=even_times(50), ticks=ticks, codec_options={"bf": "2"}, sound=Sound(duration_s=2.0))
    clip = make_clip(tmp_path / f"clip{suffix}", recipe)
    repeated(clip, tmp_path / f"long{suffix}", minutes=0.11)
    with FileSource(tmp_path / f"long{suffix}") as source:
        assert source.info.has_audio
        assert [index_of(frame.image) for frame in source] == 3 * list(range(50))


def test_too_few_frames_to_time_a_tracker_are_refused() -> None:
    command = [sys.executable, "-m", "scripts.bench_tracking", "--frames", "30"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[1], check=False)
    assert done.returncode == 2
    assert "--frames 30: the first 30 are not counted; give more" in done.stderr
