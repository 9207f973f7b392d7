"""Videos for a batch, and what it made of them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app.batch.videos import Video
from tests.app.test_cli import drawn_clip

no_signals = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals of this kind")


def made(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def batch(command, folder: Path, *more: object) -> str:
    """Runs a batch of the folder's clips; the line that sums it up."""
    done = command("batch", folder / "in", "-o", folder / "out", *more)
    assert done.returncode == 0, done.stderr
    return next(line for line in done.stderr.splitlines() if " followed (" in line)


def drawn_videos(folder: Path, *frames: int) -> list[Video]:
    """A video for each of these numbers of frames."""
    clips = [drawn_clip(folder / f"{number}.mp4", count, size=(64, 48)) for number, count in enumerate(frames)]
    return [Video(str(clip), str(folder / "out" / clip.stem), clip.stem, clip.stat().st_size) for clip in clips]
