"""Cameras of this machine through OpenCV. BGR exists here and nowhere else."""

from __future__ import annotations

import struct
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock

import av.device
import cv2
import numpy as np
from av.error import FFmpegError

from engine.errors import SourceError, UsageError
from engine.types import U8
from engine.video import LiveState
from engine.video.connection import Shot
from engine.video.live import SupervisedSource

BACKENDS = {
    "v4l2": cv2.CAP_V4L2,
    "gstreamer": cv2.CAP_GSTREAMER,
    "avfoundation": cv2.CAP_AVFOUNDATION,
    "dshow": cv2.CAP_DSHOW,
    "msmf": cv2.CAP_MSMF,
}
USUAL_SIZE = (1280, 720)
_FAILED_READS = 5  # in a row before a camera counts as lost; some drivers miss one now and then
_SILENT = 0  # cv2's LOG_LEVEL_SILENT
_log_level = Lock()
_SYSTEM: str = sys.platform  # mypy would take the branches of other systems for dead code


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera that is plugged in: its number for open_source, and the name its maker gave it."""

    index: int
    name: str


def list_cameras() -> list[Camera]:
    """The cameras that are plugged in; none is opened or switched on, so this takes milliseconds."""
    if _SYSTEM.startswith("linux"):
        return _linux_cameras(Path("/sys/class/video4linux"))
    kind = "dshow" if _SYSTEM == "win32" else "avfoundation"
    try:
        devices = av.device.enumerate_input_devices(kind)
    except (FFmpegError, ValueError):
        return []
    cameras = [device for device in devices if "video" in device.media_types]
    return [Camera(index, device.description or device.name) for index, device in enumerate(cameras)]


class CameraSource(SupervisedSource):
    """A live Source from a camera number; SupervisedSource says how losses are handled.

    size     wanted width and height; the camera takes the nearest that it can
    fps      wanted pictures a second, taken likewise; None: the camera's choice
    backend  one of BACKENDS; None: V4L2 on Linux, AVFoundation on macOS, DirectShow on Windows (Media Foundation takes
             4 to 20 s to open many cameras there, opencv/opencv#17687)
    Raises SourceError where there is no such camera or it cannot be opened, UsageError for a back end of no name.
    """

    def __init__(
        self,
        index: int,
        *,
        size: tuple[int, int] | None = None,
        fps: float | None = None,
        backend: str | None = None,
        on_state: Callable[[LiveState], None] | None = None,
    ) -> None:
        if backend is not None and backend not in BACKENDS:
            raise UsageError("Cameras cannot be opened by {0!r}; choose one of {1}.", backend, ", ".join(BACKENDS))
        super().__init__(
            f"camera {index}",
            partial(_CameraCapture, index, size or USUAL_SIZE, fps, backend or usual_backend()),
            on_state=on_state,
        )


class _CameraCapture:
    def __init__(self, index: int, size: tuple[int, int], fps: float | None, backend: str) -> None:
        if backend == "v4l2" and not Path(f"/dev/video{index}").exists():  # OpenCV would try for long, and complain
            raise _not_there(index)
        with _quiet():
            self._capture = cv2.VideoCapture(index, BACKENDS[backend])
        if not self._capture.isOpened():
            raise _not_there(index)
        # Compressed pictures: over USB 2 most cameras give only 5 to 10 uncompressed ones a second in this size.
        self._capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, size[0])
        self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, size[1])
        if fps is not None:
            self._capture.set(cv2.CAP_PROP_FPS, fps)
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)

    @property
    def fps(self) -> float | None:
        fps = float(self._capture.get(cv2.CAP_PROP_FPS))
        return fps if 1.0 <= fps <= 1000.0 else None

    def read(self) -> Shot | None:
        for _ in range(_FAILED_READS):
            good, image = self._capture.read()
            if good and image is not None:
                return Shot(partial(_rgb, np.asarray(image, np.uint8)))
            time.sleep(0.02)
        return None

    def close(self) -> None:
        self._capture.release()


def _rgb(image: U8) -> U8:
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)


def usual_backend() -> str:
    """By what cameras are opened here unless something else is wanted."""
    return {"win32": "dshow", "darwin": "avfoundation"}.get(_SYSTEM, "v4l2")


def _not_there(index: int) -> SourceError:
    cameras = list_cameras()
    if any(camera.index == index for camera in cameras):
        return SourceError(
            "Camera {0} cannot be opened; close other programs that use it, and check that you may use cameras.", index
        )
    found = ", ".join(f"{camera.index} ({camera.name})" for camera in cameras)
    if not found:
        return SourceError("There is no camera {0}, and no other camera was found; plug one in.", index)
    return SourceError("There is no camera {0}; there are {1}.", index, found)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps OpenCV from writing to stderr what the user is told in a sentence."""
    with _log_level:
        before = cv2.utils.logging.getLogLevel()
        cv2.utils.logging.setLogLevel(_SILENT)
        try:
            yield
        finally:
            cv2.utils.logging.setLogLevel(before)


def _linux_cameras(devices: Path) -> list[Camera]:
    """Those under sysfs's `devices` that give pictures (a camera has other nodes, for its metadata)."""
    cameras = []
    for device in devices.glob("video*"):
        number = device.name.removeprefix("video")
        if number.isdecimal() and _gives_pictures(device):
            name = (device / "name").read_text(errors="replace").strip()
            cameras.append(Camera(int(number), name))
    return sorted(cameras, key=lambda camera: camera.index)


def _gives_pictures(device: Path) -> bool:
    """What the driver says (VIDIOC_QUERYCAP); where it may not be asked, whether it is its camera's first node."""
    import fcntl  # not on Windows

    try:
        with open(Path("/dev") / device.name, "rb", buffering=0) as node:
            answer = bytearray(_QUERYCAP_SIZE)
            fcntl.ioctl(node, _QUERYCAP, answer)
    except OSError:
        try:
            return (device / "index").read_text().strip() == "0"
        except OSError:
            return True
    return bool(struct.unpack_from("=I", answer, _DEVICE_CAPS_AT)[0] & _CAPTURES)


# linux/videodev2.h: struct v4l2_capability and its ioctl
_QUERYCAP_SIZE = 104
_QUERYCAP = 0x80685600
_DEVICE_CAPS_AT = 88
_CAPTURES = 0x00000001 | 0x00001000  # V4L2_CAP_VIDEO_CAPTURE, …_MPLANE
