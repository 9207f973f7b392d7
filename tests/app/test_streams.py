"""Live streams, listened to by real clients: WebSocket libraries, python-osc, sockets, and a headless Chromium."""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from queue import Queue

import msgpack
import numpy as np
import pytest
from pythonosc.dispatcher import Dispatcher
from pythonosc.osc_server import OSCUDPServer
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from app import job
from app.cli import main
from app.exports.skelter_json import dumps, frame_fields
from app.handover import Handover
from app.results import FrameRecord, Header, Result, SourceRecord, Timings
from app.streams import Streams, open_stream
from app.streams.addresses import is_loopback
from app.streams.messages import CaptureClock, Message, State
from app.streams.preview import PreviewStream
from app.style import Style
from engine.errors import UsageError
from engine.types import Frame, Tracks
from tests.app.chromium import Browser, needs_chromium
from tests.app.recordings import people
from tests.app.synthetic import HEIGHT, WIDTH, SquareSource, picture, square_engines
from tests.app.test_cli import assert_refused, start
from tests.shared import VIDEO, needs_shared

HEADER = Header(SourceRecord("camera 0", WIDTH, HEIGHT, 25.0), {"tracker": "oks"})


def message(index: int, tracks: Tracks | None = None) -> tuple[Result, FrameRecord]:
    """A frame with two people, one of whose joints is not known."""
    tracks = people(index, [1, 4], missing=(3,)) if tracks is None else tracks
    result = Result(
        Frame(picture(index), index, index / 25), tracks, Timings(1, 2, 3, 4), time.monotonic(), dropped=7
    )  # fmt: skip
    return result, FrameRecord(index, index / 25, tracks)


@pytest.fixture
def streams() -> Iterator[Streams]:
    with Streams(["ws://127.0.0.1:0"], HEADER, live=True) as opened:
        yield opened
    assert not [thread.name for thread in threading.enumerate() if "skelter stream" in thread.name]


def keep_sending(streams: Streams, stop: threading.Event) -> None:
    for index in range(100_000):
        if stop.wait(0.005):
            return
        streams.offer(*message(index))


@pytest.fixture
def running(streams: Streams) -> Iterator[Streams]:
    """Streams with a frame every five milliseconds."""
    stop = threading.Event()
    thread = threading.Thread(target=keep_sending, args=(streams, stop))
    thread.start()
    yield streams
    stop.set()
    thread.join()


def test_a_websocket_listener_gets_the_header_then_each_frame(running):
    with connect(running.addresses[0]) as client:
        header = json.loads(client.recv(timeout=30))
        frames = [json.loads(client.recv(timeout=30)) for _ in range(5)]
    assert (header["type"], header["stream"], header["source"]["name"]) == ("header", "skelter-stream/1", "camera 0")
    assert len(header["skeleton"]["keypoints"]) == 17
    indices = [frame["index"] for frame in frames]
    assert indices == sorted(set(indices))
    for frame in frames:
        _, record = message(frame["index"])
        expected = json.loads(dumps(frame_fields(record)))
        assert {key: frame[key] for key in expected} == expected
        assert frame["people"][0]["keypoints"][3] == [None, None, 0.0]
        assert (frame["type"], frame["width"], frame["height"], frame["dropped"]) == ("frame", WIDTH, HEIGHT, 7)
        assert abs(frame["captured_s"] - time.time()) < 600


def test_who_asks_for_messagepack_gets_the_same_in_binary(running):
    with connect(running.addresses[0], subprotocols=["unknown", "skelter.msgpack"]) as client:
        assert client.subprotocol == "skelter.msgpack"
        header = msgpack.unpackb(client.recv(timeout=30))
        frame = msgpack.unpackb(client.recv(timeout=30))
    assert header["type"] == "header"
    _, record = message(frame["index"])
    expected = json.loads(dumps(frame_fields(record)))
    assert frame["people"][1]["id"] == expected["people"][1]["id"] == 4
    assert frame["people"][0]["keypoints"][3] == [None, None, 0.0]
    assert frame["people"][1]["keypoints"][0] == pytest.approx(expected["people"][1]["keypoints"][0])


def test_a_listener_who_does_not_read_slows_nobody_and_loses_the_old(streams):
    place = streams.addresses[0].removeprefix("ws://").split(":")
    crowd = people(0, list(range(1, 60)))
    with socket.create_connection((place[0], int(place[1]))) as deaf, connect(streams.addresses[0]) as client:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.sendall(
            b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        assert deaf.recv(12) == b"HTTP/1.1 101"
        client.recv(timeout=30)
        last = -1
        for index in range(400):
            streams.offer(*message(index, crowd))
            if index % 10 == 0:
                last = json.loads(client.recv(timeout=30))["index"]
        while last < 399:  # what was newest comes through
            last = json.loads(client.recv(timeout=30))["index"]
    assert streams.dropped[streams.addresses[0]] > 100


def test_listeners_come_and_go(running):
    for _ in range(5):
        with connect(running.addresses[0]) as client:
            client.recv(timeout=30)
            client.recv(timeout=30)
    with connect(running.addresses[0]) as client:
        assert json.loads(client.recv(timeout=30))["type"] == "header"


def test_a_listener_may_say_what_he_likes(running):
    with connect(running.addresses[0]) as client:
        for _ in range(40):
            client.send("hello")
        client.send(5000 * "?")
        assert client.ping().wait(30), "what he said stands before his pings"
        assert json.loads(client.recv(timeout=30))["type"] == "header"


def test_who_comes_when_too_many_listen_is_told_so(running, monkeypatch):
    monkeypatch.setattr("app.streams.websocket._MOST_LISTENERS", 1)
    with connect(running.addresses[0]) as first:
        assert json.loads(first.recv(timeout=30))["type"] == "header"
        with connect(running.addresses[0]) as second:
            with pytest.raises(ConnectionClosed):
                second.recv(timeout=30)
            assert (second.close_code, second.close_reason) == (1013, "1 listen already")


def test_a_page_from_elsewhere_may_not_listen_and_one_of_this_machine_may(running):
    for origin in ("https://example.org", "http://localhost.example.org", "null"):
        with pytest.raises(InvalidStatus, match="403"):
            connect(running.addresses[0], origin=origin)
    for origin in ("http://127.0.0.1:5500", "http://localhost", "http://[::1]:3000"):
        with connect(running.addresses[0], origin=origin) as client:
            assert json.loads(client.recv(timeout=30))["type"] == "header"


def test_when_the_source_ends_listeners_are_told():
    with Streams(["ws://127.0.0.1:0"], HEADER, live=True) as streams, connect(streams.addresses[0]) as client:
        client.recv(timeout=30)
        closing = threading.Thread(target=streams.__exit__, args=(None, None, None))
        closing.start()
        with pytest.raises(ConnectionClosed):
            client.recv(timeout=30)
        closing.join()
        assert client.close_code in (1000, 1001)


def test_the_pipeline_feeds_the_streams_and_leaves_no_thread():
    received: list[dict[str, object]] = []
    source = SquareSource(60, live=True, pause_s=0.005)

    def listen(address: str) -> None:
        with connect(address) as client:
            ready.set()
            received.extend(json.loads(text) for text in client)

    ready = threading.Event()
    engines = square_engines()
    with Streams(["ws://127.0.0.1:0"], engines.header(source.info), live=True) as streams:
        listener = threading.Thread(target=listen, args=(streams.addresses[0],))
        listener.start()
        assert ready.wait(30)

        def each(record: FrameRecord) -> None:
            if record.index > 40:
                source.close()

        job.run(source, engines, [], each=each, streams=streams)
    listener.join()
    frames = received[1:]
    assert len(frames) > 5
    assert any(frame["people"] for frame in frames)
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("skelter")]


# OSC and UDP


def test_osc_has_a_message_for_the_frame_each_person_and_each_joint(monkeypatch):
    monkeypatch.setattr("app.streams.datagrams.HEADER_EVERY_S", 3600)
    got: Queue[tuple[str, tuple[float, ...]]] = Queue()
    dispatcher = Dispatcher()
    dispatcher.set_default_handler(lambda address, *values: got.put((address, values)))
    with OSCUDPServer(("127.0.0.1", 0), dispatcher) as server:
        server.timeout = 30
        stream = open_stream(f"osc://127.0.0.1:{server.server_address[1]}", HEADER, Style())
        result, record = message(12)
        stream.offer(Message(result, record, None))
        for _ in range(4):  # header, frame, two people
            server.handle_request()
        told = dict(got.get_nowait() for _ in range(got.qsize()))
        for lost in (True, False):
            stream.tell(State(lost=lost))
            server.handle_request()
            assert got.get_nowait() == ("/skelter/lost", (int(lost),))
        stream.close()
    assert told["/skelter/source"] == ("camera 0", WIDTH, HEIGHT, 25.0)
    assert told["/skelter/frame"] == (12, pytest.approx(0.48), 2)
    assert told["/skelter/ids"] == (1, 4)
    tracks = record.tracks
    box = [float(value) for value in tracks.poses.boxes.xyxy[1]]
    assert told["/skelter/person/4"] == pytest.approx((12, tracks.poses.boxes.scores[1], *box), rel=1e-6)
    wrist = (*tracks.poses.keypoints[1, 9], tracks.poses.scores[1, 9])
    assert told["/skelter/person/4/left_wrist"] == pytest.approx(wrist, rel=1e-6)
    assert "/skelter/person/4/left_ear" not in told  # not known
    assert len(told) == 3 + 2 * 17


def test_udp_sends_the_header_and_then_a_datagram_a_frame(monkeypatch):
    monkeypatch.setattr("app.streams.datagrams.HEADER_EVERY_S", 3600)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(30)
        stream = open_stream(f"udp://127.0.0.1:{listener.getsockname()[1]}", HEADER, Style())
        got = []
        for index in range(3):
            stream.offer(Message(*message(index), None))
            while not got or got[-1].get("index") != index:
                got.append(msgpack.unpackb(listener.recv(65_536)))
        stream.close()
    assert [one["type"] for one in got] == ["header", "frame", "frame", "frame"]
    (second,) = (one for one in got if one.get("index") == 1)
    assert second["people"][1]["keypoints"][5] == pytest.approx(
        [*message(1)[1].tracks.poses.keypoints[1, 5].tolist(), message(1)[1].tracks.poses.scores[1, 5]]
    )
    assert got[0]["source"]["width"] == WIDTH


def test_by_udp_the_header_comes_again_and_again_with_what_became_of_the_camera(monkeypatch):
    monkeypatch.setattr("app.streams.datagrams.HEADER_EVERY_S", 0.05)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(30)

        def got() -> dict[str, object]:
            return msgpack.unpackb(listener.recv(65_536))

        with Streams([f"udp://127.0.0.1:{listener.getsockname()[1]}"], HEADER, live=True) as streams:
            assert [got()["type"] for _ in range(3)] == ["header"] * 3, "though there is no frame yet"
            streams.tell(lost=True)
            while (first := got())["type"] == "header":
                pass
            assert first == {"type": "state", "lost": True}
            assert [got()["type"] for _ in range(4)] == ["header", "state"] * 2, "for who begins to listen now"
            streams.tell(lost=False)
            while got() != {"type": "state", "lost": False}:
                pass
            assert [got()["type"] for _ in range(3)] == ["header"] * 3


def test_a_websocket_listener_learns_that_the_camera_is_lost_and_back_whenever_he_comes(streams):
    (address,) = streams.addresses
    with connect(address) as early:
        assert json.loads(early.recv(30))["type"] == "header"
        streams.tell(lost=True)
        assert json.loads(early.recv(30)) == {"type": "state", "lost": True}
        with connect(address, subprotocols=["skelter.msgpack"]) as late:
            assert msgpack.unpackb(late.recv(30))["type"] == "header"
            assert msgpack.unpackb(late.recv(30)) == {"type": "state", "lost": True}
            streams.tell(lost=False)
            assert msgpack.unpackb(late.recv(30)) == json.loads(early.recv(30)) == {"type": "state", "lost": False}
        with connect(address) as later:
            assert json.loads(later.recv(30))["type"] == "header"
            streams.offer(*message(3))
            assert json.loads(later.recv(30))["index"] == 3


def test_the_last_word_of_a_lost_camera_is_that_it_is_lost_though_pictures_of_before_come_after(streams):
    with connect(streams.addresses[0]) as listener, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waiting:
        waiting.bind(("127.0.0.1", 0))
        waiting.settimeout(5)
        assert json.loads(listener.recv(30))["type"] == "header"
        with Streams([f"udp://127.0.0.1:{waiting.getsockname()[1]}"], HEADER, live=True) as datagrams:
            for of in (streams, datagrams):
                of.tell(lost=True)
                of.offer(*message(4))  # it was being analysed
            said = [json.loads(listener.recv(30))]
            with contextlib.suppress(TimeoutError):
                while True:
                    said.append(json.loads(listener.recv(0.5)))
            assert said[-1] == {"type": "state", "lost": True}
            for _ in range(2):  # and again with each header
                while msgpack.unpackb(waiting.recv(65_536))["type"] != "header":
                    pass
                assert msgpack.unpackb(waiting.recv(65_536)) == {"type": "state", "lost": True}


def test_a_name_with_addresses_of_both_kinds_means_the_one_that_most_listeners_are_at(monkeypatch):
    look_up = socket.getaddrinfo

    def as_on_debian(host: str, *place: int, **hints: int) -> list[tuple]:
        own = ("::1", "127.0.0.1") if host == "localhost" else (host,)  # in this order
        return [found for name in own for found in look_up(name, *place, **hints)]

    monkeypatch.setattr(socket, "getaddrinfo", as_on_debian)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(5)
        with Streams([f"udp://localhost:{listener.getsockname()[1]}"], HEADER, live=False) as streams:
            streams.offer(*message(0))
            assert msgpack.unpackb(listener.recv(65_536))["type"] == "header"


@pytest.mark.parametrize("scheme", ["udp", "osc"])
def test_nobody_needs_to_listen_and_a_crowd_too_large_for_a_datagram_is_counted(scheme):
    stream = open_stream(f"{scheme}://127.0.0.1:9", HEADER, Style())
    for index in range(3):
        stream.offer(Message(*message(index), None))
        time.sleep(0.01)
    if scheme == "udp":
        stream.offer(Message(*message(3, people(3, list(range(1, 400)))), None))
        deadline = time.monotonic() + 30
        while not stream.refused and time.monotonic() < deadline:
            time.sleep(0.01)
        assert list(stream.refused.values()) == [1]  # it was not for want of time
        assert "long" in next(iter(stream.refused))
    stream.close()


@pytest.mark.skipif(sys.platform != "linux", reason="needs a loopback network with an address for everybody on it")
def test_udp_reaches_everybody_on_a_network():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("", 0))
        listener.settimeout(30)
        with Streams([f"udp://127.255.255.255:{listener.getsockname()[1]}"], HEADER, live=False) as streams:
            streams.offer(*message(0))
            assert [msgpack.unpackb(listener.recv(65_536))["type"] for _ in range(2)] == ["header", "frame"]
        assert (streams.dropped, streams.refused) == ({}, [])


# addresses


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("ftp://127.0.0.1:1", r"use one of ws://, osc://, udp://, http://"),
        ("8765", "no stream goes there"),
        ("ws://127.0.0.1:99999", "give an address such as"),
        ("ws://127.0.0.1:1/path", "scheme, host and port only"),
        ("ws://me:secret@127.0.0.1:1", "scheme, host and port only"),
        ("osc://127.0.0.1:0", "nobody can listen at port 0"),
        ("udp://no.such.host.invalid:9000", "There is no host no.such.host.invalid"),
        *[
            (f"{scheme}://{host}:0" if scheme in ("ws", "http") else f"{scheme}://{host}:9001", "is no name of a host")
            for scheme in ("ws", "osc", "udp", "http")
            for host in ("a..b", f"{64 * 'a'}.org")
        ],
        ("ws://192.0.2.1:0", "cannot be opened .*; give an address of this machine"),
        ("http://192.0.2.1:0", "cannot be opened .*; give an address of this machine"),
        ("ws://no.such.host.invalid:0", "cannot be opened .*; give an address of this machine"),
    ],
)
def test_an_address_that_makes_no_sense_is_refused_in_a_sentence(address, said):
    with pytest.raises(UsageError, match=said):
        open_stream(address, HEADER, Style())


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("foo", "--stream foo: no stream goes there"),
        ("osc://no.such.host.invalid", "There is no host no.such.host.invalid"),
    ],
)
def test_an_address_that_makes_no_sense_is_refused_before_anything_is_opened(tmp_path, capsys, address, said):
    assert main(["live", str(tmp_path / "gone.mp4"), "--stream", "udp://127.0.0.1:9", "--stream", address]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("scheme", ["ws", "http"])
def test_a_port_that_is_taken_is_named_and_what_was_opened_before_is_closed(scheme):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"{port} cannot be opened .*; choose another port"):
            Streams(["ws://127.0.0.1:0", f"{scheme}://127.0.0.1:{port}"], HEADER, live=True)
    assert not [thread.name for thread in threading.enumerate() if "skelter stream" in thread.name]


def test_an_ipv6_address_can_be_listened_at():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this system has no IPv6")
    with Streams(["ws://[::1]:0"], HEADER, live=True) as streams, connect(streams.addresses[0]) as client:
        assert json.loads(client.recv(timeout=30))["format"] == "skelter/1"


def test_at_every_address_means_those_of_both_kinds():
    if not socket.has_dualstack_ipv6():
        pytest.skip("this system has no IPv6, or not both in one")
    with Streams(["ws://[::]:0", "http://[::]:0"], HEADER, live=True) as streams:
        ports = [address.rpartition(":")[2] for address in streams.addresses]
        with connect(f"ws://127.0.0.1:{ports[0]}") as client:
            assert json.loads(client.recv(timeout=30))["type"] == "header"
        assert status_of(f"http://127.0.0.1:{ports[1]}/") == 200


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only one address of 127.0.0.0/8 is there")
def test_whatever_address_of_this_machine_is_streamed_at_is_answered_at():
    with Streams(["http://127.0.0.2:0"], HEADER, live=True) as streams:
        assert status_of(streams.addresses[0]) == 200


@pytest.mark.parametrize(
    ("host", "alone"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("127.example.org", False),
     ("0.0.0.0", False), ("192.168.1.5", False), ("::", False)],
)  # fmt: skip
def test_only_figures_and_localhost_are_known_to_be_this_machine_alone(host, alone):
    assert is_loopback(host) == alone


@pytest.mark.parametrize("scheme", ["ws", "http"])
def test_without_a_host_only_this_machine_can_listen(scheme):
    stream = open_stream(f"{scheme}://:0", HEADER, Style())
    assert stream.address.startswith(f"{scheme}://127.0.0.1:")
    stream.close()


# the clock


class Clocks:
    """The one on the wall and the steady one, which stand still: looking at both takes no time."""

    wall_s, steady_s = 1.8e9, 5e6

    def time(self) -> float:
        return self.wall_s

    def monotonic(self) -> float:
        return self.steady_s


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    standing = Clocks()
    monkeypatch.setattr("app.streams.messages.time", standing)
    return standing


def test_captured_times_are_those_of_the_quickest_frame_however_late_others_come_through(clocks):
    clock = CaptureClock()
    delays = [0.08, 0.02, 0.3, 0.05, 0.9]
    told = []
    for index, delay in enumerate(delays):
        finished_s = clocks.steady_s - 100 + index + delay
        result = Result(
            Frame(picture(0), index, float(index)), Tracks.empty(), Timings(0, 0, 0, 0), finished_s,
        )  # fmt: skip
        told.append(clock.captured_s(result) - (clocks.wall_s - 100 + index))
    assert told[0] == pytest.approx(0.08, abs=2e-3)
    assert told[1:] == pytest.approx([0.02] * 4, abs=2e-3)


def test_captured_times_follow_when_the_clock_on_the_wall_is_set(clocks):
    clock = CaptureClock()
    taken_s = clocks.steady_s - 1e6
    told = []
    for index, step in enumerate([0.0, 0.0, 3600.0, 0.0, -7200.0, 0.0]):
        clocks.wall_s += step
        at_s = taken_s + 1e5 * index  # a day and some between two
        finished_s = at_s + (0.02 if index == 0 else 0.3)
        told.append(clock.captured_s(Result(
            Frame(picture(0), index, 1e5 * index), Tracks.empty(), Timings(0, 0, 0, 0), finished_s,
        )) - (at_s + clocks.wall_s - clocks.steady_s))  # fmt: skip
    assert told == pytest.approx([0.02] + [0.3] * 5, abs=2e-3)


def test_captured_times_are_right_again_soon_after_the_cameras_time_went_on_otherwise(clocks):
    """As after a loss: its times run a second behind this machine's from then on."""
    clock = CaptureClock()
    late_s = []
    for index in range(200):
        taken_s = index / 10
        time_s = taken_s - (1.0 if taken_s > 5 else 0.0)
        result = Result(
            Frame(picture(0), index, time_s), Tracks.empty(), Timings(0, 0, 0, 0), clocks.steady_s + taken_s
        )
        late_s.append(clocks.wall_s + taken_s - clock.captured_s(result))
    assert late_s[155:] == pytest.approx([0.0] * 45, abs=2e-3)


# the page


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


def status_of(address: str, host: str | None = None) -> int:
    """How a preview answers who asks for it by `host`."""
    request = urllib.request.Request(address, headers={"Host": host} if host else {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


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


# the command


@needs_shared
def test_skelter_live_streams_a_clip_to_a_listener(tmp_path: Path):
    command = ("live", VIDEO / "one-by-one.mp4", "--stream", "ws://127.0.0.1:0", "--stream", "http://127.0.0.1:0")
    with start(*command) as process:
        address = ""
        while not address:
            line = process.stderr.readline()
            assert line, "it ended"
            if line.startswith("Streaming: ws://"):
                address = line.split()[1]
        with connect(address) as client:
            header = json.loads(client.recv(timeout=30))
            frames = [json.loads(client.recv(timeout=30)) for _ in range(5)]
        process.terminate()
        said = process.stderr.read()
    assert header["source"]["name"] == "one-by-one.mp4"
    assert all(frame["captured_s"] is None for frame in frames)  # a file has no such time
    assert process.returncode == 130, said
    assert "Traceback" not in said


def test_a_stream_that_makes_no_sense_ends_the_command(command, tmp_path):
    from tests.app.test_cli import drawn_clip

    clip = drawn_clip(tmp_path / "grey.mp4", frames=3)
    assert_refused(command("live", clip, "--stream", "ws://127.0.0.1:99999"), "give an address such as")
