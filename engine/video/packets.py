"""The list of a file's frames, read from its packets without decoding any: what makes exact seeking possible."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Generator
from dataclasses import dataclass
from itertools import accumulate, pairwise

from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.stream import VideoStream

# A packet marked corrupt is a lost piece of a broadcast there, and the end of what there is everywhere else.
_LOSSY = frozenset({"mpegts", "mpeg"})
_VP8_SHOWN = 0x10  # RFC 6386 §9.1: show_frame in the first byte; other packets give no picture
JUMP_S = 1.0  # times that go back by more begin anew; by less, they are out of order


@dataclass(frozen=True, slots=True)
class Keyframe:
    """Where decoding can begin: its presentation and its decoding time, in ticks of the stream."""

    pts: int
    dts: int


@dataclass(frozen=True, slots=True)
class FrameTable:
    """All frames of a video stream.

    pts        presentation times in ticks, ascending; frame k is shown at pts[k]
    keyframes  in ascending order of pts
    exact      False where the container does not give each frame a time of its own, in order (raw streams, joined
               recordings): then a frame can only be found by counting from the start
    """

    pts: list[int]
    keyframes: list[Keyframe]
    exact: bool

    def keyframes_before(self, index: int) -> list[Keyframe]:
        """Those from which frame `index` can be decoded, nearest first."""
        at = bisect_right([key.pts for key in self.keyframes], self.pts[index])
        return self.keyframes[:at][::-1]

    def is_keyframe(self, pts: int | None) -> bool:
        """Whether decoding can begin with the frame shown at `pts`."""
        at = bisect_left(self.keyframes, pts, key=lambda key: key.pts) if pts is not None else len(self.keyframes)
        return at < len(self.keyframes) and self.keyframes[at].pts == pts

    def index_of(self, pts: int) -> int:
        """The index of the frame shown at `pts`; 0 before the first."""
        return max(0, bisect_right(self.pts, pts) - 1)


def read_table(container: InputContainer, stream: VideoStream, first_pts: int | None) -> FrameTable:
    """Reads all packets of `stream` from the start.

    first_pts: of the first frame that the decoder gave; packets shown before it belong to a group of pictures whose
    beginning is not in the file, and are never decoded.
    """
    pts: list[int] = []
    keyframes: list[Keyframe] = []
    exact = first_pts is not None
    last_dts: int | None = None
    late = packets_late(container, stream)
    for packet in picture_packets(container, stream):
        shown, decoded = packet.pts, packet.dts  # Matroska gives no decoding time for the first few
        if late is not None:
            shown = decoded
        if shown is None or (decoded is not None and last_dts is not None and decoded < last_dts):
            exact = False
        last_dts = decoded if decoded is not None else last_dts
        shown = shown if shown is not None else decoded or 0
        pts.append(shown)
        if packet.is_keyframe:
            keyframes.append(Keyframe(shown, decoded if decoded is not None else shown))
    pts.sort()
    if late:
        stored, pts = pts, _as_they_come_out(pts, late)
        shown_of = dict(zip(stored, pts, strict=True))
        # of a keyframe the earliest: pictures that are stored after it may be shown before it
        keyframes = [Keyframe(shown_of[key.pts], key.dts) for key in keyframes]
    if first_pts is not None:
        pts = pts[bisect_left(pts, first_pts) :]
    exact = exact and bool(pts) and pts[0] == first_pts and all(a < b for a, b in pairwise(pts))
    return FrameTable(pts, sorted(keyframes, key=lambda key: key.pts), exact)


def packets_late(container: InputContainer, stream: VideoStream) -> int | None:
    """How many packets late a picture of an AVI comes out of the decoder; None where packets tell when they are shown.

    An AVI gives its packets times in the order of decoding alone. When their pictures are shown FFmpeg guesses: rightly
    for MPEG-4, wrongly for H.264 with B-frames. But with every packet the picture that is shown next comes out, late by
    as many packets as may be stored before one that is shown earlier.
    """
    if container.format.name != "avi" or stream.codec_context.name == "mpeg4":
        return None
    return stream.codec_context.reorder_depth


def _as_they_come_out(dts: list[int], late: int) -> list[int]:
    """When the pictures of an AVI are shown, by the ascending times of its packets, after which the last ones come."""
    last = dts[-1] if dts else 0
    return [at - late for at in [*dts, *range(last + 1, last + 1 + late)][late:]]


@dataclass(frozen=True, slots=True)
class Join:
    """Where the times of a file begin anew, as in broadcasts and camcorder recordings put one behind the other.

    at       the byte at which the first picture after it is stored
    shift_s  what is added to the times from there on, so that this picture follows the last one before it
    """

    at: int
    shift_s: float


def read_joins(container: InputContainer, stream: VideoStream, frame_s: float) -> list[Join]:
    """Reads all packets of `stream` from the start; over a join one picture follows another by `frame_s`."""
    starts: list[int] = []
    spans: list[tuple[float, float]] = []  # times of the first and the last picture shown between two joins
    tick_s, last_s = float(stream.time_base or 1), math.inf
    for packet in readable_packets(container, stream):
        decoded = packet.dts if packet.dts is not None else packet.pts
        if packet.size == 0 or decoded is None:
            continue
        shown_s = (packet.pts if packet.pts is not None else decoded) * tick_s
        if decoded * tick_s < last_s - JUMP_S:
            starts.append(packet.pos or 0)
            spans.append((shown_s, shown_s))
        last_s = decoded * tick_s
        spans[-1] = min(spans[-1][0], shown_s), max(spans[-1][1], shown_s)
    steps = (before[1] + frame_s - after[0] for before, after in pairwise(spans))
    return [Join(at, shift_s) for at, shift_s in zip(starts[1:], accumulate(steps), strict=True)]


def readable_packets(container: InputContainer, stream: VideoStream) -> Generator[Packet[VideoStream], None, bool]:
    """The packets of `stream` up to where the file ends or is damaged; returns whether it is damaged there."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return False
        except FFmpegError:
            return True
        if packet.dts is None and packet.size == 0:
            return False  # PyAV's sign that the file is at its end
        if packet.is_corrupt and container.format.name not in _LOSSY:
            return True
        yield packet


def picture_packets(container: InputContainer, stream: VideoStream) -> Generator[Packet[VideoStream], None, None]:
    """Those of the readable packets that give a picture each."""
    is_vp8 = stream.codec_context.name == "vp8"
    for packet in readable_packets(container, stream):
        if packet.size == 0 or packet.is_discard:
            continue
        if is_vp8 and not bytes(packet)[0] & _VP8_SHOWN:
            continue
        yield packet
