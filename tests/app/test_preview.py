"""The page that shows annotated pictures, looked at in a headless Chromium."""

from __future__ import annotations

import socket
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from app.handover import Handover
from app.results import FrameRecord, Result, Timings
from app.streams import Streams, open_stream
from app.streams.messages import Message
from app.streams.preview import PreviewStream
from app.style import Style
from engine.types import Frame, Tracks
from tests.app.chromium import Browser, needs_chromium
from tests.app.recordings import people
from tests.app.streaming import HEADER, keep_sending, message, status_of
from tests.app.synthetic import HEIGHT, WIDTH


@pytest.fixture
def page() -> Iterator[str]:
    """A preview page on which the bright square walks."""
    with Streams(["http://127.0.0.1:0", "ws://127.0.0.1:0"], HEADER, live=True) as streams:
        stop = threading.Event()
        thread = threading.Thread(target=keep_sending, args=(streams, stop))
        thread.start()
        yield " ".join(streams.addresses)
        stop.set()
        thread.join()
    assert not [thread.name for thread in threading.enumerate() if "skelter stream" in thread.name]


PIXELS = """(() => {
    const picture = document.querySelector('img');
    const canvas = document.createElement('canvas');
    canvas.width = picture.naturalWidth; canvas.height = picture.naturalHeight;
    const brush = canvas.getContext('2d');
    brush.drawImage(picture, 0, 0);
    return Array.from(brush.getImageData(0, 70, canvas.width, 1).data);
})()"""


@needs_chromium
def test_a_browser_shows_moving_pictures_and_listens_beside_them(page, tmp_path, monkeypatch):
    preview, socket_address = page.split()
    viewers = []
    look = PreviewStream.look

    def watched(stream: PreviewStream, name: str) -> Handover[bytes]:
        viewers.append(look(stream, name))
        return viewers[-1]

    monkeypatch.setattr(PreviewStream, "look", watched)
    with Browser(preview, tmp_path) as browser:
        browser.wait_for("document.querySelector('img')?.naturalWidth > 0")
        size = browser.ask("[document.querySelector('img').naturalWidth, document.querySelector('img').naturalHeight]")
        assert size == [WIDTH, HEIGHT]
        assert browser.ask("getComputedStyle(document.querySelector('p')).display") == "none"
        seen = set()
        deadline = time.monotonic() + 30
        while len(seen) < 3:  # the numbers that are drawn below the square change from frame to frame
            assert time.monotonic() < deadline, "the picture stands still"
            seen.add(tuple(browser.ask(PIXELS)))
        told = browser.ask(
            f"""new Promise((resolve, reject) => {{
                const socket = new WebSocket('{socket_address}', 'skelter.json'), told = [];
                socket.onmessage = (event) => told.push(JSON.parse(event.data)) >= 3 && resolve(told);
                socket.onerror = () => reject(new Error('refused'));
            }})"""
        )
        before = len(viewers)
        viewers[-1].finish()  # as when the browser took none for some seconds, while its computer slept
        deadline = time.monotonic() + 30
        while len(viewers) == before:
            assert time.monotonic() < deadline, "it does not ask for pictures anew"
            time.sleep(0.02)
        browser.wait_for("document.querySelector('img').naturalWidth > 0")
    assert [one["type"] for one in told] == ["header", "frame", "frame"]
    assert [person["id"] for person in told[1]["people"]] == [1, 4]


@needs_chromium
def test_a_browser_says_when_the_picture_has_ended_and_shows_the_next(tmp_path):
    stream = open_stream("http://127.0.0.1:0", HEADER, Style())
    with Browser(stream.address, tmp_path) as browser:
        deadline = time.monotonic() + 30
        while not browser.ask("document.querySelector('img')?.naturalWidth > 0"):
            assert time.monotonic() < deadline
            stream.offer(Message(*message(1), None))
        stream.close()
        browser.wait_for("getComputedStyle(document.querySelector('p')).display != 'none'")
        again = open_stream(stream.address, HEADER, Style())
        deadline = time.monotonic() + 30
        while browser.ask("document.body.classList.contains('over')") or not browser.ask("picture.naturalWidth > 0"):
            assert time.monotonic() < deadline
            again.offer(Message(*message(2), None))
        again.close()


@needs_chromium
def test_a_browser_says_that_the_camera_is_away_also_to_who_opens_the_page_meanwhile(tmp_path):
    with Streams(["http://127.0.0.1:0"], HEADER, live=True) as streams:
        streams.tell(lost=True)
        with Browser(streams.addresses[0], tmp_path) as browser:
            browser.wait_for("document.body?.innerText.includes('The camera is away.')")
            assert "ended" not in browser.ask("document.body.innerText")
            streams.tell(lost=False)
            browser.wait_for("document.body.innerText.trim() === ''")
            deadline = time.monotonic() + 30
            while not browser.ask("picture.naturalWidth > 0"):
                assert time.monotonic() < deadline
                streams.offer(*message(2))
            streams.tell(lost=True)
            browser.wait_for("document.body.innerText.includes('The camera is away.')")


def test_the_page_is_not_given_to_names_that_others_own(page):
    preview = page.split()[0]
    assert b"stream.mjpg" in urllib.request.urlopen(preview, timeout=30).read()
    for path, host, status in (("/", "evil.example.org", 403), ("/stream.mjpg", "evil.example.org:80", 403),
                               ("/etc/passwd", "127.0.0.1", 404), ("/", "192.0.2.7", 403),
                               ("/", "[", 400)):  # fmt: skip
        assert status_of(preview + path, host) == status


def test_where_the_network_is_let_in_the_page_is_given_to_figures_and_to_names_of_this_machine():
    own = socket.gethostname()
    with Streams(["http://0.0.0.0:0"], HEADER, live=True) as streams:
        preview = streams.addresses[0].replace("0.0.0.0", "127.0.0.1")
        for host in ("192.0.2.7:8080", "[2001:db8::7]", "localhost", own.upper(), f"{own.split('.')[0]}.local:8080"):
            assert status_of(preview, host) == 200, host
        for host in ("evil.example.org", f"{own}.example.org", "127.example.org", ""):
            assert status_of(preview, host or ":80") == 403, host


def test_a_viewer_who_does_not_look_slows_no_other():
    noise = np.random.default_rng(0).integers(0, 255, (480, 640, 3), np.uint8)
    result = Result(Frame(noise, 0, 0.0), Tracks.empty(), Timings(0, 0, 0, 0), 0.0)
    with Streams(["http://127.0.0.1:0"], HEADER, live=False) as streams:
        place = urllib.parse.urlsplit(streams.addresses[0])
        with (
            socket.create_connection((place.hostname, place.port)) as deaf,
            urllib.request.urlopen(f"{streams.addresses[0]}/stream.mjpg", timeout=30) as looking,
        ):
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.sendall(b"GET /stream.mjpg HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert deaf.recv(12) == b"HTTP/1.1 200"
            for _ in range(30):
                streams.offer(result, FrameRecord(0, 0.0, Tracks.empty()))
                assert next(line for line in looking if line.startswith(b"Content-Length"))
        assert streams.dropped[streams.addresses[0]] > 20


def test_nothing_is_drawn_while_nobody_looks(monkeypatch):
    import app.streams.preview as preview

    drawn = []
    monkeypatch.setattr(preview, "encoded", lambda *arguments: drawn.append(1) or b"")
    stream = open_stream("http://127.0.0.1:0", HEADER, Style())
    for index in range(5):
        stream.offer(Message(*message(index), None))
    stream.close()
    assert not drawn


def test_trails_are_drawn_for_a_browser_too():
    import cv2

    black = np.zeros((480, 640, 3), np.uint8)
    with (
        Streams(["http://127.0.0.1:0"], HEADER, live=False, style=Style(trails=True, ids=False)) as streams,
        urllib.request.urlopen(f"{streams.addresses[0]}/stream.mjpg", timeout=30) as looking,
    ):
        for index in range(8):
            tracks = people(0, [1]).moved(lambda points, index=index: points + np.float32([40 * index, 0]))
            result, record = message(index, tracks)
            streams.offer(replace(result, frame=Frame(black, index, index / 25)), record)
            length = next(int(line.split()[1]) for line in looking if line.startswith(b"Content-Length"))
            jpeg = looking.read(length + 2)[2:]
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    behind = image[:, : int(tracks.poses.boxes.xyxy[0, 0]) - 30]
    assert behind.max() > 100


def test_large_pictures_are_made_smaller():
    import cv2

    from app.streams.preview import encoded

    jpeg = encoded(np.zeros((2160, 3840, 3), np.uint8))
    assert cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR).shape == (720, 1280, 3)
