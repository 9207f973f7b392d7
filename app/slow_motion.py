"""Files that say themselves that they are slow motion. Nobody counts their times otherwise before a person says so."""

from __future__ import annotations

from engine.video import SourceInfo

_LEAST = 1.5  # times slower; by less a phone means another rate of the same, such as 30 for 29.97
_LEAST_FPS = 100.0  # by less it means ordinary video, of which it takes fewer frames in the dark: 60 and 30 are usual


def capture_rate(info: SourceInfo) -> float | None:
    """At how many frames a second the file says that it was recorded, where it shows much fewer and nobody said
    otherwise; else None."""
    told, shown = info.capture_fps, info.fps
    if told is None or shown is None or info.slowed != 1:
        return None
    return told if told >= max(_LEAST * shown, _LEAST_FPS) else None


def offer(info: SourceInfo, command: str) -> str:
    """What such a file says of itself, and by which command it is counted so; empty where it says nothing."""
    rate = capture_rate(info)
    if rate is None or info.fps is None:
        return ""
    return (
        f"{info.name} says that it was recorded at {rate:g} frames/s and plays {rate / info.fps:.3g} times slower: "
        f"`{command} --recorded-at {rate:g}` counts times and speeds so."
    )
