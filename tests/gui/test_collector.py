"""What is spared by Python's collector of garbage, and that nothing of it stays for good."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from app.gui import events
from app.gui.collector import Collector
from app.results import FrameRecord, Header, Recording, SourceRecord
from engine.types import Tracks


class Knot:
    """Garbage once it is let go: it holds itself."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture(params=[-1.0, 1e9], ids=["a long look", "a short look"])
def collector(request: pytest.FixtureRequest) -> Iterator[Collector]:
    """One to which every look is long, or none."""
    gc.unfreeze()
    collector = Collector(long_s=request.param)
    collector.begin()
    yield collector
    collector.end()
    gc.collect()
    gc.freeze()  # as it was: see conftest


def test_what_was_looked_at_for_long_is_spared_until_something_else_is_opened(
    collector: Collector, request: pytest.FixtureRequest
) -> None:
    is_long = "a long look" in request.node.name
    knot = Knot()
    there = weakref.ref(knot)
    gc.collect()
    assert bool(gc.get_freeze_count()) is is_long
    del knot
    gc.collect()
    assert (there() is not None) is is_long
    collector.hear(events.Busy("loading"))
    assert bool(gc.get_freeze_count()) is is_long
    collector.hear(events.Busy("opening"))
    gc.collect()
    assert there() is None


def test_frames_are_freed_without_it(collector: Collector) -> None:
    recording = Recording(Header(SourceRecord("clip.mp4", 640, 480)))
    for index in range(10):
        recording.add(FrameRecord(index, index / 30, Tracks.empty()))
    poses = weakref.ref(next(iter(recording)).tracks.poses.keypoints)
    gc.collect()
    del recording
    assert poses() is None


def test_ended_it_leaves_nothing_spared(collector: Collector) -> None:
    gc.collect()
    collector.end()
    assert gc.get_freeze_count() == 0
    collector.begin()
