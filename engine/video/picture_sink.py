"""Writes one picture: JPEG as fine as it need be, or PNG."""

from __future__ import annotations

from pathlib import Path

import cv2

from engine.errors import SinkError
from engine.files import WholeFile
from engine.types import U8
from engine.video import Ending
from engine.video.images import is_one_picture

_JPEG = (cv2.IMWRITE_JPEG_QUALITY, 95, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444)
_OPTIONS: dict[str, tuple[int, ...]] = {".jpg": _JPEG, ".jpeg": _JPEG, ".png": ()}  # 4:4:4 for thin coloured lines
SUFFIXES = tuple(_OPTIONS)


def drawn_suffix(source: Path) -> str:
    """What the name of an annotated source ends in, where nothing else is asked: a picture's as that one does, if such
    are written, a video's in `.mp4`."""
    if not is_one_picture(source):
        return ".mp4"
    return source.suffix.lower() if source.suffix.lower() in SUFFIXES else SUFFIXES[0]


def encoded(image: U8, path: Path) -> bytes:
    """What the file `path` of an RGB picture, uint8 [H, W, 3], holds. Raises SinkError."""
    suffix = path.suffix.lower()
    is_encoded, data = cv2.imencode(suffix, cv2.cvtColor(image, cv2.COLOR_RGB2BGR), _OPTIONS[suffix])
    if not is_encoded:
        size = f"{image.shape[1]} × {image.shape[0]}"
        raise SinkError("{0} cannot hold a picture of {1} pixels; name it .png.", path, size)
    return data.tobytes()


class PictureSink:
    """A picture under construction, with the verbs of a VideoSink; it has its name once `close` is called.

    Raises SinkError where the target cannot be written, and of a second picture. Used by one thread.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._has_picture = False
        self._file = WholeFile(path)

    def write(self, image: U8, time_s: float) -> None:
        """Takes the RGB picture, uint8 [H, W, 3], whenever it is shown. Raises SinkError."""
        if self._has_picture:
            raise SinkError(
                "{0} can hold one picture, and there are more; name it .mp4 for a video of them.", self.path
            )
        self._file.write(encoded(image, self.path))
        self._has_picture = True

    def end_with(self, ending: Ending) -> None:
        """A picture has no end in time."""

    def close(self) -> None:
        """Gives the file its name. Raises SinkError."""
        if not self._has_picture:
            self.abort()
            raise SinkError("{0} was not written, because there was not one picture to write.", self.path)
        self._file.commit()

    def abort(self) -> None:
        """Gives up and removes what was written."""
        self._file.abort()
