"""Live sources over a camera that behaves badly: it stalls, ends, raises, changes its size, comes too fast."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import pytest

from engine.errors import SourceBrokenOff, SourceError
from engine.types import Frame
from engine.video import LiveState, Loss
from engine.video.connection import Shot, Sign
from engine.video.live import Patience, SupervisedSource
from tests.clips import index_of, picture

QUICK = Patience(open_s=0.5, stall_s=0.2, first_retry_s=0.02, longest_retry_s=0.08)
STEADY = replace(QUICK, open_s=30, stall_s=30)  # for cameras that never stall: on a busy machine anything may for 0.2 s
Step = Callable[[], Shot | Sign | None]


def shot(k: int, clock_s: float | None = None, size: tuple[int, int] = (160, 96)) -> Step:
    def step() -> Shot:
        time.sleep(0.005)
        return Shot(lambda: picture(k, *size), clock_s)

    return step


def after(pause_s: float, step: Step) -> Step:
    def later() -> Shot | Sign | None:
        time.sleep(pause_s)
        return step()

    return later


def ends() -> None:
    return None


def ends_after(event: threading.Event) -> Step:
    return lambda: None if event.wait(20) else pytest.fail("what the connection waited for did not come")


def unplugged() -> Shot:
    raise SourceError("the cable is out")


@dataclass
class Camera:
    """A fake at the boundary: one list of steps a connection; a connection without steps cannot be opened."""

    connections: list[list[Step]]
    fps: float | None = 30.0
    opened: int = 0
    closed: int = 0
    times_s: list[float] = field(default_factory=list)

    def connect(self) -> Capture:
        self.times_s.append(time.monotonic())
        self.opened += 1
        steps = self.connections[self.opened - 1] if self.opened <= len(self.connections) else []
        if not steps:
            raise SourceError("camera 0 is not there; plug it in.")
        return Capture(self, steps)


class Capture:
    def __init__(self, camera: Camera, steps: list[Step]) -> None:
        self._camera = camera
        self._steps = iter(steps)
        self.fps = camera.fps

    def read(self) -> Shot | Sign | None:
        step = next(self._steps, None)
        return None if step is None else step()

    def close(self) -> None:
        self._camera.closed += 1


class Stall:
    """A read that hangs until the test lets go."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def __call__(self) -> Shot | None:
        self.let_go.wait(20)
        return Shot(lambda: picture(999))


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.005)


def shots(start: int, stop: int, size: tuple[int, int] = (160, 96)) -> list[Step]:
    return [shot(k, size=size) for k in range(start, stop)]


def test_frames_come_in_order_with_growing_times() -> None:
    camera = Camera([shots(0, 20)])
    with SupervisedSource("camera 0", camera.connect, patience=replace(STEADY, give_up_s=0)) as source:
        assert source.info.live
        assert (source.info.width, source.info.height, source.info.fps) == (160, 96, 30.0)
        frames: list[Frame] = []
        with pytest.raises(SourceBrokenOff):
            frames.extend(source)
    seen = [index_of(frame.image) for frame in frames]
    assert seen == sorted(set(seen))
    assert seen[-1] == 19
    assert [frame.index for frame in frames] == list(range(len(frames)))
    assert all(a.time_s < b.time_s for a, b in pairwise(frames))
    assert camera.closed == 1


def test_the_newest_picture_wins_and_the_others_are_counted() -> None:
    hold = Stall()
    camera = Camera([[*shots(0, 30), hold]])
    source = SupervisedSource("camera 0", camera.connect, patience=Patience(stall_s=30))
    wait_until(lambda: source.dropped == 29)
    with source:
        assert index_of(next(iter(source)).image) == 29
        hold.let_go.set()


def test_a_connection_that_ends_is_opened_again_and_frames_go_on() -> None:
    seen = threading.Event()
    camera = Camera([[*shots(0, 10), ends_after(seen)], [], [], shots(10, 20, size=(200, 120))])
    states: list[LiveState] = []
    with SupervisedSource("camera 0", camera.connect, patience=STEADY, on_state=states.append) as source:
        frames = []
        for frame in source:
            frames.append(frame)
            seen.set()
            if index_of(frame.image) == 19:
                break
        assert (source.info.width, source.info.height) == (200, 120)  # it came back larger
    assert frames[0].width == 160
    assert frames[-1].width == 200
    assert all(a.time_s < b.time_s for a, b in pairwise(frames))
    assert [frame.index for frame in frames] == list(range(len(frames)))
    assert sum(state.loss is None for state in states) >= 2
    losses = [state for state in states if state.loss is not None]
    assert losses[0] == LiveState("camera 0", Loss.ENDED, STEADY.first_retry_s)
    told_s = [state.retry_s for state in losses[:3]]
    assert told_s == [0.02, 0.04, 0.08], "it backs off"
    assert (np.diff(camera.times_s[:4]) >= told_s).all(), "and waits as long as it says"
    assert [str(state.error) for state in losses[1:3]] == ["camera 0 is not there; plug it in."] * 2


@pytest.mark.parametrize("trouble", [ends, unplugged])
def test_however_a_connection_ends_it_is_a_loss(trouble: Step) -> None:
    camera = Camera([[*shots(0, 5), trouble], shots(5, 10)])
    with SupervisedSource("camera 0", camera.connect, patience=STEADY) as source:
        assert any(index_of(frame.image) >= 5 for frame in source)


def test_a_stall_is_noticed_and_mended_though_the_read_never_returns() -> None:
    hang = Stall()
    camera = Camera([[*shots(0, 5), hang], shots(5, 10)])
    states: list[LiveState] = []
    patience = replace(QUICK, stall_s=0.5)
    with SupervisedSource("camera 0", camera.connect, patience=patience, on_state=states.append) as source:
        frames = []
        for frame in source:
            frames.append(frame)
            if index_of(frame.image) == 9:
                break
    assert Loss.SILENT in [state.loss for state in states]
    gap = max(b.time_s - a.time_s for a, b in pairwise(frames))
    assert gap > 0.5  # the pause is in the times
    assert camera.closed == 1
    hang.let_go.set()  # the picture that comes so late is thrown away, and its connection closed
    wait_until(lambda: camera.closed == 2)
    assert 999 not in [index_of(frame.image) for frame in frames]


@pytest.mark.parametrize(
    ("pauses_s", "fps"), [([0.2, 0.2, 0.2, 0.1], 30.0), ([0.0, 0.0, 0.0, 0.1], 0.05)], ids=["as seen", "as told"]
)
def test_a_camera_that_gives_pictures_seldom_is_not_lost_between_two(pauses_s: list[float], fps: float) -> None:
    pictures = [after(pause_s, shot(k)) for k, pause_s in enumerate([0.0, *pauses_s])]
    camera = Camera([[*pictures, ends_after(seen := threading.Event())], shots(4, 6)], fps)
    states: list[LiveState] = []
    patience = Patience(open_s=30, stall_s=0.05, first_retry_s=0.02)
    with SupervisedSource("camera 0", camera.connect, patience=patience, on_state=states.append) as source:
        for frame in source:
            if index_of(frame.image) == 4:
                break
        losses = [state for state in states if state.loss is not None]
        seen.set()
    assert not losses


def test_a_stream_that_is_joined_between_key_frames_is_waited_for() -> None:
    packets: list[Step] = [after(0.01, lambda: Sign.OF_LIFE)] * 50
    patience = replace(STEADY, open_s=0.4)
    with SupervisedSource("stream", Camera([[*packets, *shots(0, 10)]]).connect, patience=patience) as source:
        assert source.info.live
    with pytest.raises(SourceError, match=r"stream gives no picture: it sends, but no key frame yet after 0\.4 s\."):
        SupervisedSource("stream", Camera([2 * packets]).connect, patience=replace(patience, key_s=0.4))


def test_giving_up_is_an_error_that_says_when_it_was_lost_and_why_it_cannot_be_opened() -> None:
    camera = Camera([shots(0, 10)])
    patience = Patience(stall_s=0.2, first_retry_s=0.01, longest_retry_s=0.02, give_up_s=0.4)
    with SupervisedSource("camera 0", camera.connect, patience=patience) as source:
        frames: list[Frame] = []
        with pytest.raises(
            SourceBrokenOff, match=r"^camera 0 was lost at \d\.\d s\. camera 0 is not there; plug it in\.$"
        ) as broken:
            frames.extend(source)
    assert broken.value.time_s == pytest.approx(frames[-1].time_s)
    assert camera.opened > 2


@pytest.mark.parametrize("told", [1, 2], ids=["of its start", "of its loss"])
@pytest.mark.parametrize("trouble", [BrokenPipeError("nobody reads it"), SystemExit(1)], ids=lambda error: repr(error))
def test_what_a_listener_raises_ends_the_source_and_is_raised_to_who_takes_the_pictures(
    trouble: BaseException, told: int
) -> None:
    states: list[LiveState] = []

    def tell(state: LiveState) -> None:
        states.append(state)
        if len(states) == told:
            raise trouble

    frames: list[Frame] = []
    raised: list[BaseException] = []

    def take(source: SupervisedSource) -> None:
        try:
            frames.extend(source)
        except BaseException as error:  # noqa: BLE001 - a thread's end: looked at below
            raised.append(error)

    camera = Camera([shots(0, 5), shots(5, 10)])
    with SupervisedSource("camera 0", camera.connect, patience=STEADY, on_state=tell) as source:
        taker = threading.Thread(target=take, args=(source,))
        taker.start()
        taker.join(20)
        assert raised == [trouble]
    taker.join()
    assert camera.opened == 1
    wait_until(lambda: camera.closed == 1)


def test_without_any_patience_the_first_loss_is_the_end() -> None:
    hang = Stall()
    ended, silent = (rf": {why}\. Check its cable" for why in ("it ended", "nothing came any more"))
    for last, why, patience in (
        (ends, ended, STEADY), (hang, silent, QUICK), (unplugged, r"\. the cable is out$", STEADY),
    ):  # fmt: skip
        camera = Camera([[*shots(0, 5), last], shots(5, 10)])
        with SupervisedSource("camera 0", camera.connect, patience=replace(patience, give_up_s=0)) as source:
            with pytest.raises(SourceBrokenOff, match=rf"^camera 0 was lost at \d\.\d s{why}"):
                list(source)
            if last is hang:
                hang.let_go.set()
        assert camera.opened == 1


def test_what_cannot_be_opened_at_first_is_said_at_once() -> None:
    with pytest.raises(SourceError, match="plug it in"):
        SupervisedSource("camera 0", Camera([]).connect, patience=STEADY)
    hang = Stall()
    with pytest.raises(SourceError, match=r"camera 0 gives no picture: nothing came for 0\.5 s\. Check that"):
        SupervisedSource("camera 0", Camera([[hang]]).connect, patience=QUICK)
    hang.let_go.set()
    with pytest.raises(SourceError, match=r"camera 0 gives no picture: it ended\. Check that"):
        SupervisedSource("camera 0", Camera([[ends]]).connect, patience=STEADY)


def test_a_first_picture_that_cannot_be_shown_leaves_no_camera_switched_on() -> None:
    def unshowable() -> Shot:
        time.sleep(0.005)
        return Shot(lambda: picture(0, -1, -1))

    camera = Camera([[unshowable] * 10_000])
    with pytest.raises(ValueError, match="negative"):
        SupervisedSource("camera 0", camera.connect, patience=STEADY)
    wait_until(lambda: camera.closed == 1)


def test_a_mistake_in_the_driver_code_surfaces_at_the_consumer() -> None:
    def mistake() -> Shot:
        raise KeyError("a bug")

    camera = Camera([[*shots(0, 3), mistake]])
    with SupervisedSource("camera 0", camera.connect, patience=STEADY) as source, pytest.raises(KeyError):
        list(source)


def test_close_ends_a_waiting_consumer_and_every_thread() -> None:
    before = set(threading.enumerate())
    hang = Stall()
    camera = Camera([[*shots(0, 3), hang]])
    source = SupervisedSource("camera 0", camera.connect, patience=Patience(stall_s=30))
    taken: list[int] = []
    consumer = threading.Thread(target=lambda: taken.extend(index_of(frame.image) for frame in source))
    consumer.start()
    wait_until(lambda: bool(taken))
    threading.Timer(0.05, hang.let_go.set).start()
    source.close()
    consumer.join(20)
    assert not consumer.is_alive()
    wait_until(lambda: set(threading.enumerate()) <= before)
    assert camera.closed == 1


def test_an_interrupt_ends_the_frames_without_waiting_for_a_read_that_hangs() -> None:
    hang = Stall()
    source = SupervisedSource("camera 0", Camera([[*shots(0, 3), hang]]).connect, patience=Patience(stall_s=30))
    begun = time.monotonic()
    source.interrupt()
    assert list(source) == []
    assert time.monotonic() - begun < 10, "the read goes on for 20 s"
    hang.let_go.set()
    source.close()


def test_times_follow_the_clock_of_the_sender_and_bear_its_jumps() -> None:
    steady = [shot(k, clock_s=500 + k * 0.04) for k in range(10)]
    jumped = [shot(10 + k, clock_s=3 + k * 0.04) for k in range(10)]
    hold = Stall()
    camera = Camera([[*steady, *jumped, hold]])
    with SupervisedSource("stream", camera.connect, patience=Patience(stall_s=30)) as source:
        frames = []
        for frame in source:
            frames.append(frame)
            if index_of(frame.image) == 19:
                break
        hold.let_go.set()
    by_index = {index_of(frame.image): frame.time_s for frame in frames}
    for k, later in pairwise(sorted(by_index)):
        if (k < 10) == (later < 10):
            assert by_index[later] - by_index[k] == pytest.approx(0.04 * (later - k), abs=1e-6)
        assert by_index[later] > by_index[k]
    assert by_index[19] < 2.0
