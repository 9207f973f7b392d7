"""The pipeline: order, overlap, errors and ends, with a source and engines whose answers are known."""

import re
import threading
import time
from collections.abc import Callable, Generator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.handover import Handover, PipelineError, ahead
from app.pipeline import on_whole_pixels, run
from engine.errors import SourceBrokenOff
from engine.types import Boxes
from tests.app.synthetic import SquareDetector, SquarePose, SquareSource
from trackers import TRACKERS


def pipeline_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("skelter")]


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.005)


def start(source: SquareSource, **options: object):
    detector = options.pop("detector", SquareDetector())
    return run(source, detector, SquarePose(), TRACKERS["oks"](), detect_every=options.pop("detect_every", 1))


def test_every_frame_comes_once_and_in_order():
    results = list(start(SquareSource(60)))
    assert [result.frame.index for result in results] == list(range(60))
    assert pipeline_threads() == []


def test_the_pose_belongs_to_its_frame():
    for result in list(start(SquareSource(30)))[10:]:
        assert len(result.tracks) == 1
        bright = result.frame.image[52, :, 0] > 128
        assert result.tracks.poses.boxes.xyxy[0, 0] == pytest.approx(bright.argmax(), abs=1)


def test_one_person_keeps_one_id():
    ids = {person_id for result in start(SquareSource(50)) for person_id in result.tracks.ids.tolist()}
    assert ids == {1}


def test_the_detector_rests_where_it_may():
    results = list(start(SquareSource(60), detect_every=5))
    looked = sum(result.timings.detect_ms is not None for result in results)
    assert 60 / 5 <= looked < 30


def test_nobody_who_was_found_is_looked_for_closer():
    detector = SquareDetector()
    results = list(start(SquareSource(60), detector=detector, detect_every=1))
    assert len(results) == detector.calls == 60


def test_a_source_that_breaks_off_gives_all_it_had_first():
    error = SourceBrokenOff("the file ends at second 0.48.", time_s=0.48)
    seen = []
    with pytest.raises(SourceBrokenOff) as caught:
        seen.extend(result.frame.index for result in _each(start(SquareSource(60, fail_at=12, error=error)), seen))
    assert seen == list(range(12))
    assert caught.value.time_s == 0.48
    assert caught.value.stage == "decoding"
    assert pipeline_threads() == []


def _each(results, seen):
    for result in results:
        seen.append(result.frame.index)
    return iter(())


def test_what_nobody_foresaw_names_its_stage_and_keeps_its_cause():
    with pytest.raises(PipelineError, match=r"inference stage.*the detector tripped") as caught:
        list(start(SquareSource(60), detector=SquareDetector(fail_at=3)))
    assert isinstance(caught.value.__cause__, RuntimeError)
    assert pipeline_threads() == []


@pytest.mark.parametrize("taken", [0, 1, 7])
def test_closing_midway_ends_every_thread(taken: int):
    source = SquareSource(10_000)
    results = start(source)
    for _ in range(taken):
        next(results)
    results.close()
    assert pipeline_threads() == []
    assert source.given < taken + 20  # it did not run far ahead


def test_a_signal_that_comes_when_the_lock_was_just_taken_holds_nobody_up():
    """As KeyboardInterrupt may: it leaves the consumer with a lock that no block gives back."""
    handover: Handover[int] = Handover(depth=1)

    def consume() -> None:
        items = ahead(iter_of(1000), handover, stage="counting")
        next(items)
        handover._changed.acquire()
        items.close()

    consumer = threading.Thread(target=consume, daemon=True)
    consumer.start()
    consumer.join(20)
    assert not consumer.is_alive()
    assert pipeline_threads() == []


def iter_of(count: int) -> Generator[int, None, None]:
    yield from range(count)


def test_decoding_runs_ahead_only_as_far_as_the_queues():
    source = SquareSource(10_000)
    results = start(source)
    next(results)
    wait_until(lambda: source.given >= 8)
    time.sleep(0.1)
    assert 8 <= source.given <= 14
    results.close()


def test_live_newest_wins_and_the_lost_are_counted():
    detector = SquareDetector()
    results = start(SquareSource(40, live=True, pause_s=0.001), detector=detector)
    first = next(results)
    wait_until(lambda: detector.calls == 40)  # a consumer that looks away
    later = [next(results)]
    while later[-1].frame.index < 39:
        later.append(next(results))
    results.close()
    assert len(later) <= 2, "the one that was ready, and the one that was being looked at"
    assert len([first, *later]) + later[-1].dropped == 40


def test_closing_wakes_a_silent_camera():
    results = start(SquareSource(3, live=True))
    next(results)
    begun = time.monotonic()
    results.close()
    assert time.monotonic() - begun < 10
    assert pipeline_threads() == []


@pytest.mark.parametrize("trouble", [ValueError("nothing there"), SystemExit(1)], ids=lambda error: repr(error))
def test_a_stage_that_fails_at_once_is_no_end_like_others(trouble: BaseException):
    def broken():
        raise trouble
        yield

    with pytest.raises(PipelineError, match=re.escape(f"{type(trouble).__name__}: {trouble}")):
        list(ahead(broken(), Handover(depth=2), stage="decoding"))


@given(st.floats(-50, 8000), st.floats(-50, 8000), st.floats(0, 8000), st.floats(0, 8000))
def test_boxes_on_whole_pixels_lie_where_they_lay_and_are_never_empty(x: float, y: float, width: float, height: float):
    given_box = np.array([x, y, x + width, y + height], np.float32)
    box = on_whole_pixels(Boxes.of([given_box], [0.9])).xyxy[0]
    assert (box == np.rint(box)).all()
    assert (box[2:] - box[:2] >= 1).all()
    assert np.abs(box - given_box).max() <= 1.5
