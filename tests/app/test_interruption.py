"""Ctrl-C at every moment: before anything is made it ends at once, later what is being written is finished."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator

import pytest

from app.interruption import Interruption

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals that a program sends itself"),
    pytest.mark.usefixtures("heeds_hangups"),
]
EACH = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", None)])


def send(number: signal.Signals) -> None:
    os.kill(os.getpid(), number)


@EACH
def test_before_the_first_item_it_breaks_off_at_once(number: signal.Signals) -> None:
    with pytest.raises(KeyboardInterrupt), Interruption():
        send(number)


@EACH
def test_an_item_in_work_is_finished_and_no_other_begun(number: signal.Signals) -> None:
    done = []
    with Interruption() as interruption:
        for item in interruption.watch(iter(range(9))):
            if item == 3:
                send(number)
            done.append(item)
        done.append("closed")
    assert done == [0, 1, 2, 3, "closed"]
    assert interruption.requested


def test_a_wait_for_the_next_item_ends() -> None:
    def silent_after_two() -> Iterator[int]:
        yield 0
        yield 1
        send(signal.SIGINT)
        pytest.fail("the wait went on")

    with Interruption() as interruption:
        assert list(interruption.watch(silent_after_two())) == [0, 1]
    assert interruption.requested


def test_a_wait_that_lost_its_lock_to_the_signal_ends_too() -> None:
    """KeyboardInterrupt in a condition's wait may come when its lock is not had again: what gives it back says so."""

    def unlocked_by_the_signal() -> Iterator[int]:
        yield 0
        try:
            send(signal.SIGINT)
        finally:
            threading.RLock().release()

    with Interruption() as interruption:
        assert list(interruption.watch(unlocked_by_the_signal())) == [0]

    def broken() -> Iterator[int]:
        yield 0
        threading.RLock().release()

    with pytest.raises(RuntimeError), Interruption() as interruption:
        list(interruption.watch(broken()))


def test_after_the_last_item_the_files_are_closed_undisturbed() -> None:
    with Interruption() as interruption:
        assert list(interruption.watch(iter("ab"))) == ["a", "b"]
        send(signal.SIGINT)
    assert interruption.requested


def test_the_second_time_it_breaks_off() -> None:
    with Interruption() as interruption:
        items = interruption.watch(iter(range(9)))
        next(items)
        send(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            send(signal.SIGINT)


def test_a_terminal_closes_but_once_however_often_it_is_told() -> None:
    done = []
    with Interruption() as interruption:
        for item in interruption.watch(iter(range(9))):
            if item == 2:
                send(signal.SIGHUP)
                send(signal.SIGHUP)
            done.append(item)
    assert done == [0, 1, 2]


def test_what_ignores_a_closed_terminal_goes_on_ignoring_it() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interruption() as interruption:
            send(signal.SIGHUP)
            assert list(interruption.watch(iter("ab"))) == ["a", "b"]
        assert not interruption.requested
    finally:
        signal.signal(signal.SIGHUP, before)


def test_afterwards_signals_mean_what_they_meant() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with Interruption():
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before
