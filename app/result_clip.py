"""The video or pictures that a result is of, as far as a person tells."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.results import SourceRecord
from engine.errors import UsageError


@dataclass(frozen=True, slots=True)
class ToldClip:
    """What is told of the frames that a result is of: a video or pictures, if that; so many `fps` of pictures, or where
    there is no clip; a video's `recorded_at`."""

    path: Path | None
    fps: float | None
    recorded_at: float | None

    def frames(self, result: Path, last: int) -> tuple[list[float], SourceRecord]:
        """The times of a video's frames, and the video; of pictures by `fps`. Raises UsageError where `result` has a
        later frame, `last`, and where one of the rates is not for such a clip."""
        from engine.video.file import FileSource
        from engine.video.opening import open_source

        assert self.path is not None
        with open_source(self.path, fps=self.fps, recorded_at=self.recorded_at) as source:
            times = source.times() if isinstance(source, FileSource) else None
            times, record = times or [frame.time_s for frame in source], SourceRecord.of(source.info)
        if last >= len(times):
            raise UsageError(
                "{0} has a frame {1}, but {2} ends with frame {3}; is it the clip, and are frames counted from 0 (else "
                "--first-frame)?",
                result,
                last,
                self.path,
                len(times) - 1,
            )
        return times, record
