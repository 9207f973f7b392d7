"""OSC 1.0 over UDP, as TouchDesigner, Max, Pure Data and SuperCollider understand it; needs python-osc.

A bundle for the frame, then one for each person, so that none is longer than a network carries in one piece.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from pythonosc import osc_bundle_builder, osc_message_builder
from pythonosc.osc_bundle_builder import IMMEDIATELY
from pythonosc.osc_message import OscMessage

from app.results import Header
from app.streams.datagrams import DatagramStream
from app.streams.messages import Message, State

Argument = int | float | str


class OscStream(DatagramStream):
    """Sends to one listener. Raises UsageError where its host is not known."""

    def __init__(self, host: str, port: int, header: Header) -> None:
        self._keypoints = header.skeleton.keypoints
        source = header.source
        told: list[Argument] = [source.name, source.width, source.height, float(source.fps or 0.0)]
        super().__init__("osc", host, port, _bundle(_message("/skelter/source", told)))

    def _datagrams(self, message: Message | State) -> Iterator[bytes]:
        if isinstance(message, State):
            yield _bundle(_message("/skelter/lost", [int(message.lost)]))
            return
        record = message.record
        ids = record.tracks.ids.tolist()
        yield _bundle(
            _message("/skelter/frame", [record.index, record.time_s, len(ids)]),
            _message("/skelter/ids", ids),
        )
        poses = record.shown().poses
        for row, person_id in enumerate(ids):
            person = f"/skelter/person/{person_id}"
            box = [record.index, float(poses.boxes.scores[row]), *poses.boxes.xyxy[row].tolist()]
            points = np.column_stack([poses.keypoints[row], poses.scores[row]])
            joints = [
                _message(f"{person}/{name}", point)
                for name, point in zip(self._keypoints, points.tolist(), strict=True)
                if np.isfinite(point).all()  # an unknown joint is not sent
            ]
            yield _bundle(_message(person, box), *joints)


def _message(address: str, arguments: Sequence[Argument]) -> OscMessage:
    """Integers as int32, floats as float32, which every OSC program knows; frames wrap at 2³¹."""
    builder = osc_message_builder.OscMessageBuilder(address)
    for argument in arguments:
        if isinstance(argument, int):
            builder.add_arg(argument & 0x7FFFFFFF, "i")
        elif isinstance(argument, float):
            builder.add_arg(argument, "f")
        else:
            builder.add_arg(argument, "s")
    return builder.build()


def _bundle(*messages: OscMessage) -> bytes:
    builder = osc_bundle_builder.OscBundleBuilder(IMMEDIATELY)
    for message in messages:
        builder.add_content(message)
    return bytes(builder.build().dgram)
