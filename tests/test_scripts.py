"""What a person runs by hand does what it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine.video.file import FileSource
from scripts.gpu_check import watched
from scripts.gpu_report import Report
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


PARTS = """
import os, signal, sys, time
from pathlib import Path
from scripts.gpu_report import Report

def segfault(): os.kill(os.getpid(), signal.SIGSEGV)
def refuse(): report.add("refuses", "this part", "an illegal memory access", False); os._exit(3)
def hang(): time.sleep(60)

report = Report.read(Path(sys.argv[1]))
parts = {"crashes": segfault, "refuses": refuse, "works": lambda: None, "hangs": hang, "is too late": lambda: None}
for name, part in parts.items():
    if name not in report.begun:
        report.begin(name)
        report.add(name, "half of it", "measured")
        part()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="processes end otherwise there")
def test_a_check_of_a_gpu_goes_on_behind_what_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[1])
    command = [sys.executable, "-c", PARTS, str(tmp_path)]
    assert watched(command, tmp_path, seconds=4) == 1

    failed = [(row.part, row.result) for row in Report.read(tmp_path).rows if row.ok is False]
    assert failed == [
        ("crashes", "it ended the process (SIGSEGV)"), ("refuses", "an illegal memory access"),
        ("hangs", "time was over"),
    ]  # fmt: skip
    measured = [row.part for row in Report.read(tmp_path).rows if row.result == "measured"]
    assert measured == ["crashes", "refuses", "works", "hangs"]
    assert "| works | half of it | measured |" in (tmp_path / "gpu_check.md").read_text(encoding="utf-8")


def test_a_check_of_a_gpu_that_cannot_begin_ends(tmp_path: Path) -> None:
    assert watched([sys.executable, "-c", "raise SystemExit(7)"], tmp_path, seconds=30) == 1
    assert Report.read(tmp_path).rows[0].result == "it ended the process (exit status 7)"
