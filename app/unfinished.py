"""What a run that was killed, or whose disk was full, left under an unfinished name, and what of it can be used."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from engine.errors import SkelterError
from engine.files import left_behind
from engine.video.sink import SUFFIXES

_QUICKLY_READ = 200_000_000  # bytes of a video, to count its seconds


def told(outputs: Iterable[Path]) -> list[str]:
    """A sentence for every unfinished file of these outputs that no running program writes."""
    return [_sentence(part) for output in outputs for part in left_behind(output)]


def contents(part: Path) -> str | None:
    """What an unfinished file holds, in words; None where nothing of it can be read."""
    if part.suffix.lower() in SUFFIXES:
        return _seconds_of(part)
    if part.suffix.lower() in (".json", ".jsonl"):
        from app.exports.skelter_json import read

        try:
            return f"{len(read(part))} frames"
        except SkelterError:
            return None
    return None


def _seconds_of(part: Path) -> str | None:
    import av
    from av.error import FFmpegError

    try:
        with av.open(str(part)) as container:
            if part.stat().st_size > _QUICKLY_READ:
                next(container.decode(video=0))
                return f"{part.stat().st_size / 1e6:.0f} MB of video"
            times = [p.pts * p.time_base for p in container.demux(video=0) if p.pts is not None and p.time_base]
    except (FFmpegError, OSError, StopIteration):
        return None
    return f"{float(max(times) - min(times)):.1f} s of video" if times else None


def _sentence(part: Path) -> str:
    found = contents(part)
    if found is None:
        return f"{part} is of a run that was ended, and nothing in it can be read; remove it."
    return f"{part} is of a run that was ended; it holds {found}. Rename it to keep it, or remove it."
