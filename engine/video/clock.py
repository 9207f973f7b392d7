"""When the pictures of a camera or stream were taken, by the sender's clock and by when they came."""

from __future__ import annotations

from collections import deque

_SHORTEST_S = 1e-3  # between two pictures, whatever the clocks say
_JUMP_S = 1.0  # by more no sender's clock runs ahead of when its pictures come, unless it was set
_SETTLES_S = 3.0  # after the first picture of a connection: servers begin with what they kept, which comes in a burst
_QUICKEST_OF_S = 10.0  # the picture that came through quickest in so long tells how the two clocks stand
_DRAWN_IN_S = 30.0  # in which a difference between them fades
_SLOWEST = 0.1  # of the sender's pace: a clock far too fast is slowed down to this at most
_FAR_S = 10.0  # behind by more, the sender stood still


class Clock:
    """Gives pictures their times: they grow, and are as far apart as the sender says.

    Pictures may come late and in bursts (a wireless network that stood still for a second), so that one comes late
    moves nothing. What the quickest of some seconds tells of the two clocks is followed by going a little faster or
    slower, without steps. Only where the sender's clock was set, or stood still for long, time goes on by this
    machine's.
    """

    def __init__(self) -> None:
        self.last_s = -_SHORTEST_S
        self._zero_s: float | None = None  # by this machine's clock
        self._settles_s = 0.0  # until when
        self._is_again = False  # whether it was lost before, so that times were given by then
        self._sender_zero_s = 0.0
        self._before: tuple[float, float] | None = None  # the sender's time of the latest picture, and when it came
        self._quickest: Least

    def stamp(self, clock_s: float | None, now_s: float, *, first: bool) -> float:
        """Seconds since the first picture of all, of one that comes at `now_s` by this machine's steady clock.

        clock_s  the sender's time; None where it gives none
        first    it is the first of its connection, whose clock may have a new zero
        """
        if self._zero_s is None:
            self._zero_s, self._settles_s = now_s, now_s + _SETTLES_S
        elif first:
            self._settles_s, self._before, self._is_again = now_s + _SETTLES_S, None, True
        time_s = now_s - self._zero_s
        if clock_s is not None:
            if self._before is None:
                self._sender_zero_s = max(time_s, self.last_s + _SHORTEST_S) - clock_s
                self._quickest = Least(_QUICKEST_OF_S, time_s - clock_s, now_s)
            else:
                self._follow(*self._before, clock_s, now_s)
            self._before = clock_s, now_s
            time_s = self._sender_zero_s + clock_s
        self.last_s = max(time_s, self.last_s + _SHORTEST_S)
        return self.last_s

    def _follow(self, before_s: float, came_s: float, clock_s: float, now_s: float) -> None:
        """Where the sender's clock stands now, after it stood at `before_s` when a picture came at `came_s`."""
        assert self._zero_s is not None
        offset_s = now_s - self._zero_s - clock_s
        step_s, waited_s = clock_s - before_s, now_s - came_s
        ahead_s = self._sender_zero_s - offset_s
        if step_s < 0 or (step_s > waited_s + _JUMP_S and ahead_s > _JUMP_S):
            self._sender_zero_s = self.last_s + waited_s - clock_s
            self._quickest = Least(_QUICKEST_OF_S, offset_s, now_s)
        elif now_s < self._settles_s and ahead_s > 0 and not self._is_again:
            self._zero_s -= ahead_s  # the first picture was older than this one when it came
            self._quickest = Least(_QUICKEST_OF_S, self._sender_zero_s, now_s)
        elif now_s < self._settles_s and ahead_s > 0 and waited_s < step_s / 2:
            # the same, but the times of before the loss are given: there is no room for what was kept from then
            self._sender_zero_s = max(offset_s, self.last_s + _SHORTEST_S - clock_s)
            self._quickest = Least(_QUICKEST_OF_S, offset_s, now_s)
        else:
            apart_s = self._quickest.of(offset_s, now_s) - self._sender_zero_s
            faster = max(apart_s / max(_DRAWN_IN_S, step_s), _SLOWEST - 1)
            self._sender_zero_s += apart_s if apart_s > _FAR_S else step_s * faster


class Least:
    """The least of the values of the latest `span_s` seconds."""

    def __init__(self, span_s: float, value: float, at_s: float) -> None:
        self._span_s = span_s
        self._rising = deque([(value, at_s)])  # values with their times; none that a later one is below

    def of(self, value: float, at_s: float) -> float:
        """With this one, the latest."""
        while self._rising and self._rising[-1][0] >= value:
            self._rising.pop()
        self._rising.append((value, at_s))
        while self._rising[0][1] < at_s - self._span_s:
            self._rising.popleft()
        return self._rising[0][0]
