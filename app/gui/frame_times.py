"""When each frame of a file is on: times to frames and back where frames do not follow evenly. Qt-free."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

USUAL_FPS = 25.0
"""Where a file does not tell how many there are a second."""


class FrameTimes:
    """Of a file that tells when each of its frames begins: seconds, ascending, at least one."""

    def __init__(self, times_s: Sequence[float]) -> None:
        self._times_s = times_s

    def at(self, index: int) -> float:
        """When frame `index` begins; the first or the last, where there is no such frame."""
        return self._times_s[min(max(index, 0), len(self._times_s) - 1)]

    def nearest(self, time_s: float) -> int:
        """The frame that begins nearest to `time_s`."""
        after = bisect_left(self._times_s, time_s)
        around = max(after - 1, 0), min(after, len(self) - 1)
        return min(around, key=lambda index: abs(self.at(index) - time_s))

    def seconds(self, runs: Iterable[tuple[int, int]]) -> float:
        """How long the frames of `runs` (first, last) are on; the file's last one as long as the one before it."""
        return sum(self._end_s(last) - self.at(first) for first, last in runs)

    def __len__(self) -> int:
        """How many frames there are."""
        return len(self._times_s)

    def _end_s(self, index: int) -> float:
        last = len(self._times_s) - 1
        return self.at(index + 1) if index < last else 2 * self.at(last) - self.at(last - 1)
