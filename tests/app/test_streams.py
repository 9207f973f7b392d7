"""Live streams, listened to by real clients: WebSocket libraries, python-osc and sockets."""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import threading
import time
from pathlib import Path
from queue import Queue

import msgpack
import pytest
from pythonosc.dispatcher import Dispatcher
from pythonosc.osc_server import OSCUDPServer
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from app import job
from app.exports.skelter_json import dumps, frame_fields
from app.results import FrameRecord
from app.streams import Streams, open_stream
from app.streams.messages import Message, State
from app.style import Style
from tests.app.recordings import people
from tests.app.streaming import HEADER, message
from tests.app.synthetic import HEIGHT, WIDTH, SquareSource, square_engines
from tests.app.test_cli import assert_refused, start
from tests.shared import VIDEO, needs_shared


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
