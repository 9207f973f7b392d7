"""What an hour's result takes in memory, told from a minute of it: the design asks for less than 300 MB."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from app.exports.skelter_json import read
from app.results import FrameRecord, Header, Recording, SourceRecord
from app.smoothing import smooth_recording
from tests.app.recordings import people, written

FPS, FRAMES = 30.0, 1800
MINUTES = 60


@pytest.fixture(scope="module")
def minute(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people who are always there, but for a moment in which one of them is missed."""
    recording = Recording(Header(SourceRecord("minute.mp4", 1280, 720, FPS, FRAMES / FPS), {"tracker": "oks"}))
    for index in range(FRAMES):
        recording.add(FrameRecord(index, index / FPS, people(index, [1] if 100 <= index < 103 else [1, 2])))
    smooth_recording(recording)  # imports what it needs
    return written(recording, tmp_path_factory.mktemp("minute"), "json")[0]


def megabytes_an_hour(work: Callable[[], object]) -> tuple[float, float]:
    """What `work` leaves in memory while its result is held, and the most that it took on the way."""
    tracemalloc.start()
    try:
        held = work()
        left, most = tracemalloc.get_traced_memory()
        del held
    finally:
        tracemalloc.stop()
    return left * MINUTES / 1e6, most * MINUTES / 1e6


def test_as_it_was_found_and_smoothed_beside_it(minute: Path) -> None:
    def both() -> tuple[Recording, Recording]:
        return (found := read(minute)), smooth_recording(found)

    left, most = megabytes_an_hour(both)
    assert left < 300
    assert most < 450  # on the way everybody's joints are there as columns, too
