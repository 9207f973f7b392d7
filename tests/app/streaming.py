"""What is sent to listeners of live streams, and how they are kept busy."""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.request

from app.results import FrameRecord, Header, Result, SourceRecord, Timings
from app.streams import Streams
from engine.types import Frame, Tracks
from tests.app.recordings import people
from tests.app.synthetic import HEIGHT, WIDTH, picture

HEADER = Header(SourceRecord("camera 0", WIDTH, HEIGHT, 25.0), {"tracker": "oks"})


def message(index: int, tracks: Tracks | None = None) -> tuple[Result, FrameRecord]:
    """A frame with two people, one of whose joints is not known."""
    tracks = people(index, [1, 4], missing=(3,)) if tracks is None else tracks
    result = Result(
        Frame(picture(index), index, index / 25), tracks, Timings(1, 2, 3, 4), time.monotonic(), dropped=7
    )  # fmt: skip
    return result, FrameRecord(index, index / 25, tracks)


def keep_sending(streams: Streams, stop: threading.Event) -> None:
    for index in range(100_000):
        if stop.wait(0.005):
            return
        streams.offer(*message(index))


def status_of(address: str, host: str | None = None) -> int:
    """How a preview answers who asks for it by `host`."""
    request = urllib.request.Request(address, headers={"Host": host} if host else {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
