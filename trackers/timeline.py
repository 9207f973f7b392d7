"""The one rule of time: it goes forward."""

from __future__ import annotations

import math


def seconds_between(before_s: float | None, now_s: float) -> float:
    """Seconds since the last frame, 0 for the first; ValueError where time stands still or runs backwards."""
    if not math.isfinite(now_s):
        raise ValueError(f"time_s must be a finite number of seconds, not {now_s}")
    if before_s is None:
        return 0.0
    if now_s <= before_s:
        raise ValueError(
            f"time must go forward: {now_s:.6g} s comes after {before_s:.6g} s (reset() starts a new source)"
        )
    return now_s - before_s
