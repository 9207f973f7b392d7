"""Cameras: without one here, what is told when there is none, and how they are listed."""

from __future__ import annotations

import struct
import sys
from pathlib import Path

import pytest

from engine.errors import SourceError, UsageError
from engine.video.camera import CameraSource, _linux_cameras, list_cameras, usual_backend
from engine.video.camera_modes import TYPICAL, CameraMode, camera_backends, camera_modes, modes_of
from engine.video.opening import open_source


@pytest.mark.parametrize("spec", [97, "97", "/dev/video97"])
def test_a_camera_that_does_not_exist_is_one_sentence_and_no_noise(
    spec: int | str, capfd: pytest.CaptureFixture
) -> None:
    with pytest.raises(SourceError, match="There is no camera 97") as raised:
        open_source(spec)
    assert "\n" not in str(raised.value)
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(sys.platform != "linux", reason="the other systems take long to find out")
@pytest.mark.parametrize("backend", ["v4l2", "gstreamer"])
def test_every_back_end_says_so_quietly(backend: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SourceError, match="There is no camera 97"):
        CameraSource(97, backend=backend)
    assert capfd.readouterr().err == ""


@pytest.mark.skipif(sys.platform != "linux", reason="sysfs")
def test_cameras_are_listed_by_number_without_their_metadata_nodes(tmp_path: Path) -> None:
    for node, name, index in [("video910", "Last", 0), ("video902", "Webcam C920", 0), ("video903", "Webcam C920", 1)]:
        (tmp_path / node).mkdir()
        (tmp_path / node / "name").write_text(f"{name}\n")
        (tmp_path / node / "index").write_text(f"{index}\n")
    (tmp_path / "radio0").mkdir()
    assert [(camera.index, camera.name) for camera in _linux_cameras(tmp_path)] == [(902, "Webcam C920"), (910, "Last")]


def test_listing_cameras_gives_each_once() -> None:
    numbers = [camera.index for camera in list_cameras()]
    assert numbers == sorted(set(numbers))


def test_a_back_end_of_no_name_is_told() -> None:
    with pytest.raises(UsageError, match="by 'directx'; choose one of v4l2"):
        open_source("0:directx")


class Driver:
    """Stands for a V4L2 driver: {pixel format: {(width, height): [(numerator, denominator) of an interval]}}."""

    def __init__(self, offers: dict[bytes, dict[tuple[int, int], list[tuple[int, int]]]]) -> None:
        self._offers = {int.from_bytes(name, "little"): sizes for name, sizes in offers.items()}

    def __call__(self, request: int, data: bytearray) -> None:
        index, kind = struct.unpack_from("=II", data)
        try:
            if request == 0xC0405602:  # VIDIOC_ENUM_FMT
                assert kind == 1, "only what captures is asked for"
                struct.pack_into("=I", data, 44, list(self._offers)[index])
            elif request == 0xC02C564A:  # VIDIOC_ENUM_FRAMESIZES
                struct.pack_into("=III", data, 8, 1, *list(self._offers[kind])[index])
            elif request == 0xC034564B:  # VIDIOC_ENUM_FRAMEINTERVALS
                struct.pack_into("=III", data, 16, 1, *self._offers[kind][struct.unpack_from("=II", data, 8)][index])
        except IndexError:
            raise OSError from None


def test_modes_are_those_that_come_compressed_the_largest_and_fastest_first() -> None:
    driver = Driver(
        {
            b"YUYV": {(640, 480): [(1, 30)], (1920, 1080): [(1, 5)]},
            b"MJPG": {(640, 480): [(1, 60), (1, 30)], (1920, 1080): [(1001, 30000)]},
        }
    )
    assert modes_of(driver) == [
        CameraMode(1920, 1080, 29.97), CameraMode(640, 480, 60.0), CameraMode(640, 480, 30.0),
    ]  # fmt: skip


def test_a_camera_that_only_sends_plain_pictures_has_its_modes_too() -> None:
    assert modes_of(Driver({b"YUYV": {(640, 480): []}})) == [CameraMode(640, 480, 0.0)]


def test_where_nobody_tells_the_usual_sizes_are_offered() -> None:
    assert camera_modes(97) == list(TYPICAL)


def test_the_usual_back_end_comes_first() -> None:
    assert camera_backends()[0] == usual_backend()
