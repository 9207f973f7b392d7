"""Streams, from a real RTSP server on this machine that is killed and comes back."""

from __future__ import annotations

import math
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import count, islice, pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from engine.errors import SourceError
from engine.video import LiveState
from engine.video.opening import open_source
from engine.video.stream import StreamSource, shown_address
from tests.clips import index_of, picture

_SYSTEM_PYTHON = "/usr/bin/python3"  # GStreamer's bindings come with the system, not from the package index
_SERVER = """
import sys
import gi
gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer
Gst.init(None)
port, width, height, over = sys.argv[1:]
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch(
    f"( videotestsrc is-live=true ! video/x-raw,width={width},height={height},framerate=25/1 "
    "! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=10 ! rtph264pay name=pay0 pt=96 )"
)
factory.set_shared(True)
if over == "UDP":
    factory.set_protocols(GstRtsp.RTSPLowerTrans.UDP)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(port)
server.get_mount_points().add_factory("/test", factory)
server.attach(None)
print("ready", flush=True)
GLib.MainLoop().run()
"""


def _has_gstreamer() -> bool:
    check = (
        "import gi; gi.require_version('GstRtspServer', '1.0'); gi.require_version('Gst', '1.0'); "
        "from gi.repository import Gst; Gst.init(None); raise SystemExit(not Gst.ElementFactory.find('x264enc'))"
    )
    return (
        Path(_SYSTEM_PYTHON).exists()
        and subprocess.run([_SYSTEM_PYTHON, "-c", check], capture_output=True).returncode == 0
    )


needs_gstreamer = pytest.mark.skipif(
    not _has_gstreamer(),
    reason="needs GStreamer's RTSP server: apt-get install gir1.2-gst-rtsp-server-1.0 python3-gi "
    "gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly",
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    def __init__(self) -> None:
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, width: int, height: int, *, over: str = "any") -> None:
        arguments = [_SYSTEM_PYTHON, "-c", _SERVER, str(self.port), str(width), str(height), over]
        self._process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"

    def freeze(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.kill()


@needs_gstreamer
def test_a_stream_plays_is_lost_and_comes_back_with_another_size(server: Server) -> None:
    server.start(320, 240)
    states: list[LiveState] = []
    source = open_source(f"rtsp://user:secret@127.0.0.1:{server.port}/test", on_state=states.append)
    with source:
        assert isinstance(source, StreamSource)
        assert (source.info.width, source.info.height, source.info.live) == (320, 240, True)
        assert source.info.name == f"rtsp://127.0.0.1:{server.port}/test"
        frames = list(islice(source, 20))
        server.kill()
        server.start(480, 360)
        for frame in source:
            frames.append(frame)
            if frame.width == 480 and len(frames) >= 40:
                break
        assert (source.info.width, source.info.height) == (480, 360)
    assert all(a.time_s < b.time_s for a, b in pairwise(frames))
    assert [frame.index for frame in frames] == list(range(len(frames)))
    assert {(frame.width, frame.height) for frame in frames} == {(320, 240), (480, 360)}
    steps = np.diff([frame.time_s for frame in frames[5:20]]) * 25
    # the camera's clock, not the moments at which packets came: whole pictures apart, or several where some were missed
    assert (np.abs(steps - np.rint(steps)) < 0.05).sum() > 12
    assert any(state.loss is not None for state in states)
    assert "secret" not in str(states)


@needs_gstreamer
def test_a_stream_that_freezes_without_a_word_is_noticed_and_goes_on_when_it_thaws(server: Server) -> None:
    server.start(320, 240)
    lost_s: list[float] = []

    def on_state(state: LiveState) -> None:
        if state.loss is not None:
            lost_s.append(time.monotonic())

    with open_source(f"rtsp://127.0.0.1:{server.port}/test", on_state=on_state) as source:
        frames = iter(source)
        before = list(islice(frames, 10))
        server.freeze()
        frozen_s = time.monotonic()
        while not lost_s:
            assert time.monotonic() < frozen_s + 25
            time.sleep(0.01)
        server.thaw()
        after = list(islice(frames, 20))
    assert lost_s[0] - frozen_s < 15  # 1.8 s on a quiet machine; far from FFmpeg's own 30 s
    assert after[-1].time_s > before[-1].time_s + 1


@needs_gstreamer
def test_closing_a_stream_takes_no_longer_than_a_read(server: Server) -> None:
    server.start(320, 240)
    source = open_source(f"rtsp://127.0.0.1:{server.port}/test")
    next(iter(source))
    server.kill()
    began = time.monotonic()
    source.close()
    assert time.monotonic() - began < 15
    assert list(source) == []


@needs_gstreamer
def test_a_server_that_knows_udp_only_is_listened_to_so(server: Server) -> None:
    server.start(320, 240, over="UDP")
    with open_source(f" rtsp://127.0.0.1:{server.port}/test\n") as source:  # as it may be pasted
        frames = list(islice(source, 5))
    assert (frames[4].width, source.info.name) == (320, f"rtsp://127.0.0.1:{server.port}/test")


@contextmanager
def motion_jpeg(interval_s: float, pictures: float = math.inf) -> Iterator[tuple[str, list[float]]]:
    """A camera that sends one JPEG after another over HTTP, at last none: its address, and when it sent each."""
    sent_s: list[float] = []
    switched_off = threading.Event()

    class Camera(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=next")
            self.end_headers()
            for index in count():
                image = cv2.imencode(".jpg", picture(index))[1].tobytes()
                head = f"--next\r\nContent-Type: image/jpeg\r\nContent-Length: {len(image)}\r\n\r\n"
                try:
                    self.wfile.write(head.encode() + image + b"\r\n")
                except OSError:
                    return
                sent_s.append(time.monotonic())
                if switched_off.wait(interval_s if index + 1 < pictures else 30):
                    return

        def log_message(self, format: str, *args: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Camera) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/video.mjpg", sent_s
        finally:
            switched_off.set()
            server.shutdown()
            thread.join()


def test_pictures_without_a_clock_have_the_times_at_which_they_came() -> None:
    with motion_jpeg(0.2) as (address, sent_s), open_source(address) as source:
        first, *_, last = islice(source, 8)
        fps = source.info.fps
    took_s = sent_s[index_of(last.image)] - sent_s[index_of(first.image)]
    assert last.time_s - first.time_s == pytest.approx(took_s, abs=0.6)  # at 25 a second it would be off by 1.1
    assert fps is None  # nobody says it


def test_a_stream_is_left_without_a_wait_for_its_next_picture() -> None:
    before = set(threading.enumerate())
    with motion_jpeg(0.02, pictures=10) as (address, _):
        with open_source(address) as source:
            assert any(index_of(frame.image) == 9 for frame in source), "the last"
            readers = [thread for thread in set(threading.enumerate()) - before if thread.name.startswith("reader")]
        left = [thread for thread in readers if thread.is_alive()]
    assert len(readers) == 1
    assert not left, "Python may crash if it ends while a thread reads"


@pytest.mark.parametrize("scheme", ["rtsp", "http", "tcp"])
def test_an_address_where_nobody_answers_is_one_sentence_without_the_password(scheme: str) -> None:
    with pytest.raises(SourceError) as raised:
        open_source(f"{scheme}://user:secret@127.0.0.1:{free_port()}/cam?token=secret")
    message = str(raised.value)
    assert "127.0.0.1" in message
    assert "connection refused" in message
    assert "secret" not in message
    assert "user" not in message
    assert raised.value.__cause__ is None  # its text has the whole address


@contextmanager
def answering(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[int]:
    """The port at which an HTTP server answers so."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which the files of a folder are."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None: ...

    with answering(partial(Quiet, directory=folder)) as port:
        yield f"http://127.0.0.1:{port}"


def test_what_is_no_live_stream_says_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "snapshot.jpg").write_bytes(cv2.imencode(".jpg", picture(0))[1].tobytes())
    (tmp_path / "index.html").write_text("<!doctype html><title>Camera</title>")
    with av.open(str(tmp_path / "live.m3u8"), "w", format="hls", options={"hls_flags": "omit_endlist"}) as pieces:
        stream = pieces.add_stream("libx264", 25)
        stream.width, stream.height = picture(0).shape[1::-1]
        for index in range(30):
            pieces.mux(stream.encode(av.VideoFrame.from_ndarray(picture(index))))
        pieces.mux(stream.encode())
    said = {
        "snapshot.jpg": "is a single picture, not a stream; give the address of the camera's video.",
        "index.html": "sends no video; give the address of a video stream.",
        "live.m3u8": "sends its pictures in pieces of some seconds (HLS), which cannot be watched live; "
        "give the address of its RTSP or RTMP stream.",
    }
    with served(tmp_path) as address:
        for name, why in said.items():
            with pytest.raises(SourceError) as raised:
                open_source(f"{address}/{name}")
            assert str(raised.value) == f"{address}/{name} {why}"


def test_a_host_that_nobody_knows_is_named() -> None:
    with pytest.raises(SourceError, match=r"no host nowhere\.invalid is known; check its name"):
        open_source("rtsp://me:secret@nowhere.invalid:554/cam")


def test_a_camera_that_takes_the_connection_and_says_nothing_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as camera, pytest.raises(SourceError, match=r"\(no answer\)"):
        open_source(f"rtsp://127.0.0.1:{camera.getsockname()[1]}/cam")


@pytest.mark.parametrize("address", ["rtspt://me:secret@cam/1", "rtp://me:secret@cam/1", "file://me:secret@cam/1"])
def test_an_address_of_a_kind_that_cannot_be_opened_says_which_can(address: str) -> None:
    with pytest.raises(SourceError, match="cam/1 is no address that can be opened: those of streams begin") as raised:
        open_source(address)
    assert "secret" not in str(raised.value)


@contextmanager
def guarded_camera() -> Iterator[str]:
    """HOST:PORT of a camera that lets nobody in."""

    class Guard(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(401)

        def log_message(self, format: str, *args: object) -> None: ...

    with answering(Guard) as port:
        yield f"127.0.0.1:{port}"


@pytest.mark.parametrize(
    ("secrets", "said"),
    [
        ("", "wants a name and a password; give them in the address: http://NAME:PASSWORD@HOST."),
        ("me:guess@", "does not accept this name and password; check them (in an address % is written as %25)."),
        ("me:sec/ret@", "check the address (write / as %2F, ? as %3F and # as %23 in a password)."),
        ("me:s@c/ret@", "check the address (write / as %2F, ? as %3F and # as %23 in a password)."),
        ("me:sec#ret@", "check the address (write / as %2F, ? as %3F and # as %23 in a password)."),
    ],
)
def test_a_camera_that_lets_nobody_in_without_a_password_says_how_to_give_one(secrets: str, said: str) -> None:
    with guarded_camera() as place, pytest.raises(SourceError) as raised:
        open_source(f"HTTP://{secrets}{place}/cam")
    message = str(raised.value)
    assert message.endswith(said)
    assert "ret" not in message


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("rtsp://10.0.0.8/stream", "rtsp://10.0.0.8/stream"),
        ("rtsp://admin:p@ss:w/rd@10.0.0.8:554/a", "rtsp://10.0.0.8:554/a"),
        ("http://cam.local/video?user=me&pwd=secret", "http://cam.local/video"),
        ("rtsp://admin:p?ss@10.0.0.8/a", "rtsp://…"),
        ("http://cam.local/video?login=me@home&pwd=secret", "http://…"),
        ("rtsps://me@[::1]:322/x#secret", "rtsps://[::1]:322/x"),
    ],
)
def test_addresses_are_shown_without_what_is_secret(address: str, shown: str) -> None:
    assert shown_address(address) == shown
