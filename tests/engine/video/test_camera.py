"""Cameras: without one here, what is told when there is none, and how they are listed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engine.errors import SourceError
from engine.video import open_source
from engine.video.camera import CameraSource, _linux_cameras, list_cameras


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
