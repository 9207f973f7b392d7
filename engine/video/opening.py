"""The source that a person means: a camera, the screen, a stream, pictures or a file."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path

from engine.addresses import CameraAddress, ScreenAddress, is_live
from engine.errors import SourceError, UsageError
from engine.video import LiveState, Source
from engine.video.camera import CameraSource
from engine.video.file import FileSource
from engine.video.images import ImagesSource, is_picture_spec
from engine.video.screen import ScreenSource
from engine.video.stream import StreamSource, shown_address

STREAM_SCHEMES = ("rtsp://", "rtsps://", "rtmp://", "rtmps://", "http://", "https://", "udp://", "tcp://", "srt://")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z\d+.-]+://")


def open_source(
    spec: str | int | Path,
    *,
    threads: int = 0,
    on_state: Callable[[LiveState], None] | None = None,
    fps: float | None = None,
    recorded_at: float | None = None,
) -> Source:
    """The source that a person means by `spec`.

    An int, digits or /dev/video0: a camera, and `screen:` the screen; `engine.addresses` says what more they may tell.
    An address (rtsp://, http:// …): a stream. A folder, a single picture or a pattern such as `shots/*.png`: pictures.
    Anything else: a video file.

    threads   for decoding files; 0 = as many as the machine has cores
    on_state  is told how a camera or stream fares, which is opened again when lost; called from another thread
    fps       so many pictures follow each other in a second; None: nobody knows
    recorded_at  so many frames of a video file were taken in a second; None: as many as it shows in one

    A Path is a file, whatever its name. Raises MissingFileError, SourceError, or UsageError for a back end of no name,
    for `fps` of what tells its times itself, and for `recorded_at` of what is no video file.
    """
    text = str(spec)
    text = text.strip() if "://" in text else text  # as it is pasted
    path = Path(text)
    if recorded_at is not None:
        _check_is_file(spec, recorded_at)
    if fps is not None:
        if text.lower().startswith(STREAM_SCHEMES) or not is_picture_spec(path):
            raise UsageError("--fps is for pictures that follow one another; {0} tells its times itself.", path.name)
        return ImagesSource(path if isinstance(spec, Path) else text, fps=fps)
    camera, screen = (None, None) if isinstance(spec, Path) else (CameraAddress.parse(text), ScreenAddress.parse(text))
    if camera is not None:
        return CameraSource(camera.index, size=camera.size, fps=camera.fps, backend=camera.backend, on_state=on_state)
    if screen is not None:
        return ScreenSource(screen, on_state=on_state)
    if text.lower().startswith(STREAM_SCHEMES):
        return StreamSource(text, on_state=on_state)
    if not isinstance(spec, Path) and _ADDRESS.match(text) and not path.exists():
        raise SourceError(
            "{0} is no address that can be opened: those of streams begin with rtsp://, rtmp://, http://, udp:// or "
            "tcp://, and of a file the path is given.",
            shown_address(text),
        )  # fmt: skip
    if is_picture_spec(path):
        return ImagesSource(path if isinstance(spec, Path) else text)
    return FileSource(path, threads=threads, recorded_at=recorded_at)


def _check_is_file(spec: str | int | Path, recorded_at: float) -> None:
    """Raises UsageError where `spec` is no video file, for only that has a pace of its own, or the rate is none."""
    text = str(spec)
    if not 0 < recorded_at < math.inf:
        raise UsageError("--recorded-at {0:g}: give how many frames were taken a second, such as 240.", recorded_at)
    if not isinstance(spec, Path) and is_live(text):
        name = shown_address(text) if "://" in text else text
        raise UsageError("--recorded-at is for video files; {0} is live, and comes at its true rate.", name)
    if is_picture_spec(Path(text)):
        raise UsageError(
            "--recorded-at is for video files; how many pictures of {0} follow each other in a second, --fps says.",
            Path(text).name,
        )
