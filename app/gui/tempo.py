"""When the next picture is due, and how fast it really goes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

LATE_S = 0.05
"""Behind by more than this, the video plays slower instead of running after its clock."""
MEASURED_S = 1.0
WAIT_S = 0.004
"""How soon a video that waits for another one looks again."""


class Tempo:
    """Keeps a video to its own time. All times in seconds; `now` is any steady clock."""

    def __init__(self) -> None:
        self.factor = 1.0
        self.slowed = 1.0
        """How many times slower the source shows what happened, of which all times are: it keeps its own pace."""
        self.at_s: float | None = None
        """The time of the picture that is shown; any thread may look."""
        self.is_held: Callable[[], bool] | None = None
        """Whether the next picture is not due yet because another video has to come up to this one."""
        self._anchor: tuple[float, float] | None = None  # (clock, time in the source) of a picture shown in time
        self._shown: deque[tuple[float, float]] = deque()

    def restart(self) -> None:
        """After a pause or a jump: the next picture is due at once."""
        self._anchor = None
        self._shown.clear()

    def due(self, time_s: float, now: float) -> float:
        """When (on the clock) the picture of `time_s` should be shown."""
        return now + WAIT_S if self.is_held is not None and self.is_held() else self._own_due(time_s, now)

    def _own_due(self, time_s: float, now: float) -> float:
        if self._anchor is None:
            return now
        clock, begun = self._anchor
        return clock + (time_s - begun) * self.slowed / self.factor

    def showed(self, time_s: float, now: float) -> None:
        """Note that the picture of `time_s` is shown now."""
        if self._anchor is None or now - self._own_due(time_s, now) > LATE_S:
            self._anchor = (now, time_s)
        self._shown.append((now, time_s))
        while now - self._shown[0][0] > MEASURED_S:
            self._shown.popleft()

    @property
    def fps(self) -> float | None:
        """Pictures a second, over the last second; None right after the start."""
        seconds = self._shown[-1][0] - self._shown[0][0] if self._shown else 0.0
        return (len(self._shown) - 1) / seconds if seconds > 0.2 else None

    @property
    def speed(self) -> float | None:
        """Of its own, over the last second; None right after the start."""
        seconds = self._shown[-1][0] - self._shown[0][0] if self._shown else 0.0
        return (self._shown[-1][1] - self._shown[0][1]) * self.slowed / seconds if seconds > 0.2 else None
