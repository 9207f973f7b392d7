"""Where streams may be listened to, and what is said of addresses that make no sense."""

from __future__ import annotations

import json
import socket
import sys
import threading

import pytest
from websockets.sync.client import connect

from app.cli import main
from app.streams import Streams, open_stream
from app.streams.addresses import is_loopback
from app.style import Style
from engine.errors import UsageError
from tests.app.streaming import HEADER, status_of


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
