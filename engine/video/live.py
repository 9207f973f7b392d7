"""Keeps a camera or stream going: the newest picture wins, a loss is noticed and mended, times never go back."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from engine.errors import SourceBrokenOff, SourceError
from engine.types import U8, Frame
from engine.video import LiveState, Loss, SourceInfo
from engine.video.clock import Clock
from engine.video.connection import Capture, Connection, Shot, Sign

_LAST_READ_S = 3.0  # what a connection gets to notice that it is abandoned; hanging ones are left behind
_LAST_WORD_S = 0.3  # … where somebody waits to be told that there is no picture
_PACE_OF = 8  # steps between pictures by which the next is told
_LEAST_PACE_OF = 3
_STEPS_MISSED = 3  # before pictures count as missing


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what, in seconds.

    open_s           for a connection to give its first sign or picture, and the next ones until their pace is known
    stall_s          without either before a connection counts as lost; longer where pictures come slowly, …
    longest_stall_s  … up to this
    key_s            without a picture while signs come: some cameras send whole ones every 10 s only
    first_retry_s    before the first new attempt; doubles with each …
    longest_retry_s  … up to this
    give_up_s        after the loss; 0: at once, None: never
    """

    open_s: float = 10.0
    stall_s: float = 1.8  # noticed within 2 s
    longest_stall_s: float = 60.0
    key_s: float = 40.0
    first_retry_s: float = 0.5
    longest_retry_s: float = 10.0
    give_up_s: float | None = None


class SupervisedSource:
    """A live Source over connections that may break.

    A thread reads and keeps the newest picture; older ones that nobody took are counted in `dropped`. A connection that
    ends, or gives nothing for three times as long as usual, is opened again in the background; the pictures may have
    another size afterwards, and `info` follows. `index` counts the frames that were given out; `time_s` is counted from
    the first picture, by the sender's clock where it has one (Clock says how) and by this machine's monotonic clock
    otherwise and across losses.

    connect   opens a connection, or raises SourceError; called in a thread of its own
    on_state  is told how it fares; called from another thread, must be quick; what it raises ends the source
    Raises SourceError where the first connection cannot be made, SourceBrokenOff from the iterator where a lost one is
    given up.
    """

    def __init__(
        self,
        name: str,
        connect: Callable[[], Capture],
        *,
        patience: Patience | None = None,
        on_state: Callable[[LiveState], None] | None = None,
    ) -> None:
        self._name = name
        self._connect = connect
        self._patience = patience or Patience()
        self._on_state = on_state or (lambda _: None)
        self._news = threading.Condition()  # guards all that follows up to _given
        self._newest: _Arrival | None = None
        self._dropped = 0
        self._closed = False
        self._failure: BaseException | None = None
        self._clock = Clock()
        self._steps_s: deque[float] = deque(maxlen=_PACE_OF)  # between the latest pictures, of whatever connection
        self._given = 0
        connection = self._start()
        try:
            height, width = self._first_picture(connection).shape[:2]
        except BaseException:  # Ctrl-C while waiting, too: nobody else could end the connection
            connection.abandoned.set()
            connection.join(_LAST_WORD_S)
            raise
        self._info = SourceInfo(name, width, height, connection.fps, None, None, live=True, has_audio=False)
        self._supervisor = threading.Thread(
            target=self._supervise, args=(connection,), name=f"supervisor of {name}", daemon=True
        )
        self._supervisor.start()

    @property
    def info(self) -> SourceInfo:
        return self._info

    @property
    def dropped(self) -> int:
        """Pictures that came and were replaced by newer ones before anybody took them."""
        with self._news:
            return self._dropped

    def __iter__(self) -> Iterator[Frame]:
        while (arrival := self._take()) is not None:
            image = arrival.shot.picture()
            self._see(image)
            self._given += 1
            yield Frame(image, self._given - 1, arrival.time_s)

    def end_of(self, index: int) -> float | None:
        """None: of no frame is it known that it is the last."""
        return None

    def interrupt(self) -> None:
        """End the frames and whatever waits for one, at once and from any thread; `close` is still to follow."""
        with self._news:
            self._closed = True
            self._news.notify_all()

    def close(self) -> None:
        """Also waits a while for the connection to end: not for a thread that has to answer a person."""
        self.interrupt()
        self._supervisor.join(_LAST_READ_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _first_picture(self, connection: Connection) -> U8:
        """The newest picture, which stays for the consumer. Raises SourceError where none comes."""
        loss = self._watch_opening(connection)
        if loss is not None:
            raise connection.error or connection.crash or self._no_picture(connection, loss)
        with self._news:
            assert self._newest is not None  # nobody takes any before the constructor is done
            return self._newest.shot.picture()

    def _no_picture(self, connection: Connection, loss: Loss) -> SourceError:
        if loss is Loss.SILENT and time.monotonic() >= connection.last_s + self._patience.key_s:
            return SourceError(
                "{0} gives no picture: it sends, but no key frame yet after {1:g} s. Let it send them more often.",
                self._name, self._patience.key_s,
            )  # fmt: skip
        if loss is Loss.ENDED:
            return SourceError(
                "{0} gives no picture: it ended. Check that it is on and no other program uses it.", self._name
            )
        return SourceError(
            "{0} gives no picture: nothing came for {1:g} s. Check that it is on and no other program uses it.",
            self._name, self._patience.open_s,
        )  # fmt: skip

    def _take(self) -> _Arrival | None:
        with self._news:
            self._news.wait_for(lambda: self._newest is not None or self._closed or self._failure is not None)
            if self._closed:
                return None
            arrival, self._newest = self._newest, None
            if arrival is None and self._failure is not None:
                raise self._failure
            return arrival

    def _see(self, image: U8) -> None:
        height, width = image.shape[:2]
        if (width, height) != (self._info.width, self._info.height):
            self._info = dataclasses.replace(self._info, width=width, height=height)

    def _start(self) -> Connection:
        connection = Connection(self._name, self._connect, self._deliver)
        connection.start()
        return connection

    def _deliver(self, connection: Connection, shot: Shot | Sign | None) -> None:
        """Takes what came, or None for the end of the connection; called from the connection's thread."""
        with self._news:
            if connection.abandoned.is_set():
                return
            now_s = connection.heard_s = time.monotonic()
            if shot is None:
                connection.over = True
            elif not isinstance(shot, Sign):
                self._dropped += self._newest is not None
                if connection.count:
                    self._steps_s.append(now_s - connection.last_s)
                connection.last_s = now_s
                connection.count += 1
                self._newest = _Arrival(shot, self._clock.stamp(shot.clock_s, now_s, first=connection.count == 1))
            self._news.notify_all()

    def _watch_opening(self, connection: Connection) -> Loss | None:
        """Waits for the first picture, or for the source to be closed; why none came."""
        with self._news:
            self._wait(connection, lambda: connection.count > 0)
            return None if connection.count and not self._closed else connection.loss()

    def _watch(self, connection: Connection) -> Loss:
        """Waits as long as pictures come and the source is not closed; why they come no longer."""
        with self._news:
            self._wait(connection, lambda: False)
            return connection.loss()

    def _wait(self, connection: Connection, is_enough: Callable[[], bool]) -> None:
        """Until it is enough, patience ends, or the connection or the source does."""
        while not (connection.over or self._closed or is_enough()):
            quiet_s = self._longest_quiet_s(connection)
            until_s = min(connection.heard_s + quiet_s, connection.last_s + max(quiet_s, self._patience.key_s))
            left_s = until_s - time.monotonic()
            if left_s <= 0:
                break
            self._news.wait(left_s)

    def _longest_quiet_s(self, connection: Connection) -> float:
        """For how long nothing may come, by what it says of its pace and by how its pictures came so far."""
        is_paced = connection.count > 0 and len(self._steps_s) >= _LEAST_PACE_OF
        least_s = self._patience.stall_s if is_paced else self._patience.open_s
        step_s = max(1 / connection.fps if connection.fps else 0.0, *self._steps_s, 0.0)
        return max(least_s, min(_STEPS_MISSED * step_s, self._patience.longest_stall_s))

    def _supervise(self, connection: Connection) -> None:
        """The supervisor's thread: watches one connection after the other."""
        opened = True
        lost_at_s = retry_s = 0.0
        while True:
            if opened:
                if not self._told(connection, LiveState(self._name)):
                    return
                loss = self._watch(connection)
                lost_at_s, retry_s = time.monotonic(), self._patience.first_retry_s
            connection.abandoned.set()
            if self._ended(connection, loss, lost_at_s):
                connection.join(_LAST_READ_S)
                return
            if not self._told(connection, LiveState(self._name, loss, retry_s, connection.error)):
                return
            with self._news:
                self._news.wait_for(lambda: self._closed, retry_s)
            if self._closed:
                return
            retry_s = min(2 * retry_s, self._patience.longest_retry_s)
            connection = self._start()
            failure = self._watch_opening(connection)
            opened = failure is None
            loss = failure or loss

    def _told(self, connection: Connection, state: LiveState) -> bool:
        """Tells the listener; False where it failed, and the consumer is to raise what it raised."""
        try:
            self._on_state(state)
        except BaseException as error:  # noqa: BLE001 - a worker's loop; of a closed terminal comes SystemExit
            connection.abandoned.set()
            with self._news:
                self._failure = error
                self._news.notify_all()
            return False
        return True

    def _ended(self, connection: Connection, loss: Loss, lost_at_s: float) -> bool:
        """Whether there is nothing more to try; tells the consumer why."""
        give_up_s = self._patience.give_up_s
        with self._news:
            if self._closed:
                return True
            if connection.crash is not None:
                self._failure = connection.crash
            elif give_up_s is not None and time.monotonic() - lost_at_s >= give_up_s:
                self._failure = _lost(connection, loss, self._name, self._clock.last_s)
            self._news.notify_all()
            return self._failure is not None


def _lost(connection: Connection, loss: Loss, name: str, at_s: float) -> SourceBrokenOff:
    """What is said where a source is given up whose last connection gave no more pictures, or none, for `loss`."""
    match loss:
        case Loss.ENDED:
            return SourceBrokenOff(
                "{0} was lost at {1:.1f} s: it ended. Check its cable or network and start again.",
                name, at_s, time_s=at_s,
            )  # fmt: skip
        case Loss.NOT_OPENED:
            return SourceBrokenOff("{0} was lost at {1:.1f} s. {2}", name, at_s, connection.error, time_s=at_s)
        case Loss.SILENT:
            return SourceBrokenOff(
                "{0} was lost at {1:.1f} s: nothing came any more. Check its cable or network and start again.",
                name, at_s, time_s=at_s,
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Arrival:
    shot: Shot
    time_s: float
