"""What people write for cameras and screens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.addresses import CameraAddress, ScreenAddress, is_camera, is_live

_sizes = st.tuples(st.integers(1, 9999), st.integers(1, 9999))
_cameras = st.builds(
    CameraAddress, st.integers(0, 99), _sizes, st.sampled_from([None, 25.0, 29.97]), st.sampled_from([None, "v4l2"])
)
_regions = st.tuples(st.integers(-5000, 5000), st.integers(-5000, 5000), st.integers(1, 9999), st.integers(1, 9999))


@given(_cameras)
def test_a_camera_is_read_as_it_is_written(address: CameraAddress) -> None:
    assert CameraAddress.parse(str(address)) == address


@given(st.one_of(st.builds(ScreenAddress, st.integers(1, 9)), st.builds(ScreenAddress, st.just(1), _regions)))
def test_a_screen_is_read_as_it_is_written(address: ScreenAddress) -> None:
    assert ScreenAddress.parse(str(address)) == address


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("0", CameraAddress(0)),
        ("/dev/video2", CameraAddress(2)),
        ("/dev/video2:640x480", CameraAddress(2, (640, 480))),
        ("0:1920x1080@30", CameraAddress(0, (1920, 1080), 30.0)),
        ("1:gstreamer", CameraAddress(1, backend="gstreamer")),
        ("1:1280x720@29.97:msmf", CameraAddress(1, (1280, 720), 29.97, "msmf")),
    ],
)
def test_cameras(text: str, meant: CameraAddress) -> None:
    assert CameraAddress.parse(text) == meant
    assert is_camera(text)
    assert is_live(text)


@pytest.mark.parametrize(
    "text", ["clip.mp4", "0.mp4", "0:", "0:12", "0@30", "-1", "screen", "screens:", "C:0", "screen:a"]
)
def test_files_stay_files(text: str) -> None:
    assert not is_live(text)


def test_screens_and_streams_go_on_by_themselves_but_are_no_mirror() -> None:
    for text in ("screen:", "screen:2", "screen:-100,0,640x480", "rtsp://camera/1"):
        assert is_live(text)
        assert not is_camera(text)
