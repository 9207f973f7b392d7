"""Takes the sound of one file into another: copied where the container can hold it, as AAC where not."""

from __future__ import annotations

import contextlib
import logging
import math
import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.codec.context import CodecContext
from av.container import InputContainer, OutputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Discard

from engine.errors import SourceError
from engine.video.decoder import USUAL_FPS, first_shown_s, in_words, open_container, open_video, rate_of
from engine.video.packets import JUMP_S, Join, read_joins

_log = logging.getLogger(__name__)

_EVERYWHERE = frozenset({"aac", "mp3", "ac3", "eac3", "alac", "flac", "opus"})
_PCM = frozenset(
    {"pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_f32le", "pcm_mulaw", "pcm_alaw"}
)
# What is copied as it is; None: whatever FFmpeg knows how to put there
_HOLDS: dict[str, frozenset[str] | None] = {
    ".mp4": _EVERYWHERE,
    ".m4v": _EVERYWHERE,
    ".mov": (_EVERYWHERE - {"flac", "opus"}) | _PCM,
    ".mkv": None,
}
_DESCRIBED_BY_PACKETS = frozenset({"ac3", "eac3"})  # of the first MP4 makes their description, and takes none without
_AAC_RATES = frozenset({8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000})
_LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "4.0", 5: "5.0", 6: "5.1", 8: "7.1"}


class AudioCopy:
    """The sound of `path` on its way into `target`, on the clock of the source's pictures.

    Time 0 is the first picture of `path` (its beginning, where it has no pictures). Sound before the first picture that
    is exported is left out, unless that picture is the source's first; so is sound after the last, unless it is the
    last. Where the source's times begin anew, sound goes on with the pictures. Damaged sound ends the sound, never the
    export.

    Raises MissingFileError or SourceError where `path` cannot be opened.
    """

    def __init__(self, path: Path, target: OutputContainer, suffix: str) -> None:
        start_s = first_shown_s(path)
        self._is_timed = start_s is not None  # else nothing tells which sound is whose
        self._start_s = start_s or 0.0
        try:
            self._source: InputContainer = open_container(path)
        except FFmpegError as error:
            raise SourceError("{0} holds no sound that can be read; export without sound.", path) from error
        self._tracks: dict[int, _Copied | _Recoded] = {}
        for stream in self._source.streams.audio:
            track = _track(stream, target, _HOLDS[suffix])
            if track is not None:
                self._tracks[stream.index] = track
        for video in self._source.streams.video:
            video.discard = Discard.all
        self._path = path
        self._joins: list[Join] | None = None  # read when the sound first jumps back
        self._packets = self._read()
        self._pending: Packet[AudioStream] | None = None
        self._from_s: float | None = None

    def begin(self, first_time_s: float) -> None:
        """Says which moment of the source becomes time 0 of the target."""
        self._from_s = None if first_time_s <= 0 else 0.0
        for track in self._tracks.values():
            track.shift_s = -self._start_s - first_time_s

    def mux_until(self, time_s: float) -> None:
        """Hands over what begins before `time_s` of the target. Raises FFmpegError where that cannot be written."""
        while self._tracks:
            packet = self._pending if self._pending is not None else next(self._packets, None)
            self._pending = packet
            if packet is None:
                return
            track = self._tracks[packet.stream.index]
            begins_s = track.time_of(packet)
            if begins_s >= time_s:
                return
            self._pending = None
            if self._from_s is None or begins_s >= self._from_s:
                track.mux(packet)

    def finish(self, end_s: float, *, is_sources_end: bool) -> None:
        """Hands over the rest, up to `end_s` of the target; all of it where the source's pictures end there too."""
        self.mux_until(end_s if self._is_timed and not is_sources_end else math.inf)
        for track in self._tracks.values():
            track.flush()

    def close(self) -> None:
        self._source.close()

    def _read(self) -> Iterator[Packet[AudioStream]]:
        wanted = [s for s in self._source.streams.audio if s.index in self._tracks]
        packets = self._source.demux(*wanted)
        while wanted:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except FFmpegError as error:
                _log.warning("The sound of %s ends early: %s.", self._source.name, in_words(error))
                return
            if packet.pts is not None and packet.size:
                sound = cast("Packet[AudioStream]", packet)
                if self._tracks[packet.stream.index].jumps_back(sound):
                    self._follow_pictures(sound)
                yield sound

    def _follow_pictures(self, packet: Packet[AudioStream]) -> None:
        """Puts what comes from `packet` on where the pictures stored beside it are shown."""
        if self._joins is None:
            self._joins = _joins_of(self._path)
        if self._joins:
            at = packet.pos or 0
            nearest = min(self._joins, key=lambda join: abs(join.at - at))
            self._tracks[packet.stream.index].join_s = nearest.shift_s


class _Sound(ABC):
    """A stream of sound on its way.

    shift_s  from the source's clock to the target's
    join_s   what is added to that since the source's times began anew
    """

    def __init__(self, stream: AudioStream, target: OutputContainer, out: AudioStream) -> None:
        self.shift_s = self.join_s = 0.0
        self._tick = Fraction(stream.time_base or 1)
        self._target = target
        self._out = out
        out.disposition = stream.disposition  # which one players choose by themselves
        out.metadata.update(_told(stream.metadata))
        self._read_s = -math.inf
        self._last_dts: int | None = None

    def jumps_back(self, packet: Packet[AudioStream]) -> bool:
        """Whether the times of the source begin anew with this packet, the next one read."""
        before_s, self._read_s = self._read_s, float((packet.pts or 0) * self._tick)
        return self._read_s < before_s - JUMP_S

    def time_of(self, packet: Packet[AudioStream]) -> float:
        return float((packet.pts or 0) * self._tick) + self.shift_s + self.join_s

    @abstractmethod
    def mux(self, packet: Packet[AudioStream]) -> None:
        """Raises FFmpegError where the target does not take it."""

    @abstractmethod
    def flush(self) -> None:
        """Hands over what is still on its way."""

    def _hand_over(self, packet: Packet[AudioStream]) -> None:
        if packet.dts is not None and self._last_dts is not None and packet.dts <= self._last_dts:
            return  # a broadcast that jumped; no container takes times that go back
        self._last_dts = packet.dts
        packet.stream = self._out
        self._target.mux(packet)


class _Copied(_Sound):
    """A stream of sound whose packets go over as they are, save those that such a container refuses.

    It would refuse them when it comes to write them, perhaps among pictures, and what else waits there would be lost:
    so they are tried before, by writing each to nowhere. Raises FFmpegError or ValueError where it refuses them all.
    """

    def __init__(self, stream: AudioStream, target: OutputContainer) -> None:
        self._trial = av.open(os.devnull, "w", format=target.format.name)
        self._tried = self._trial.add_stream_from_template(stream)
        self._trial.start_encoding()
        super().__init__(stream, target, target.add_stream_from_template(stream))
        self._form = stream.codec_context

    def mux(self, packet: Packet[AudioStream]) -> None:
        ticks = round((self.shift_s + self.join_s) / self._tick)
        packet.pts = (packet.pts or 0) + ticks
        packet.dts = packet.pts if packet.dts is None else packet.dts + ticks
        told = packet.pts, packet.dts, packet.duration, packet.time_base
        packet.stream = self._tried
        try:
            self._trial.mux(packet)
        except FFmpegError:
            return  # a damaged packet is a short silence
        # the trial counts in its container's ticks, in which two packets of TrueHD may come at the same time
        packet.pts, packet.dts, packet.duration, packet.time_base = told
        self._hand_over(packet)

    def flush(self) -> None:
        if self._last_dts is None and self._form.name in _DESCRIBED_BY_PACKETS:
            for packet in _moment_of_silence(self._form):
                self._hand_over(packet)


class _Recoded(_Sound):
    """A stream of sound of a kind that the target cannot hold: decoded, and encoded as AAC.

    It keeps the channels and the rate that it was announced with. Those of the source may change at any time, as where
    a film in 5.1 follows advertisements.
    """

    def __init__(self, stream: AudioStream, target: OutputContainer) -> None:
        rate = stream.codec_context.sample_rate
        layout = _LAYOUTS.get(_channels(stream.codec_context), "stereo")  # by number: PCM often does not name its own
        self._encoder = target.add_stream("aac", rate=rate if rate in _AAC_RATES else 48000, layout=layout)
        super().__init__(stream, target, self._encoder)
        self._form: tuple[str, str, int] | None = None  # of what was decoded last
        self._fitter: AudioResampler | None = None  # PyAV's encoder has one, which takes one form only

    def mux(self, packet: Packet[AudioStream]) -> None:
        try:
            frames = packet.decode()
        except FFmpegError:
            return  # a damaged packet is a short silence
        rate = self._encoder.rate
        for frame in frames:
            if frame.pts is not None and frame.time_base is not None:
                frame.pts = round((float(frame.pts * frame.time_base) + self.shift_s + self.join_s) * rate)
            frame.time_base = Fraction(1, rate)  # of one clock, whatever is done to them
            self._encode(self._fitted(frame))

    def flush(self) -> None:
        self._encode([*self._rest(), None])

    def _encode(self, frames: Iterable[AudioFrame | None]) -> None:
        for frame in frames:
            for encoded in self._encoder.encode(frame):
                self._hand_over(encoded)

    def _fitted(self, frame: AudioFrame) -> list[AudioFrame]:
        """`frame` in the encoder's form, with the rest of what came in another one before it."""
        form = frame.format.name, frame.layout.name, frame.sample_rate
        rest = []
        if form != self._form:
            rest = self._rest()
            self._form = form
            self._fitter = AudioResampler(self._encoder.format, self._encoder.layout, self._encoder.rate)
        if self._fitter is None:
            return []
        try:
            return rest + self._fitter.resample(frame)
        except FFmpegError:
            _log.warning("Sound of %s cannot be mixed into %s and is left out.", form[1], self._encoder.layout.name)
            self._fitter = None
            return rest

    def _rest(self) -> list[AudioFrame]:
        return [] if self._fitter is None else self._fitter.resample(None)


def _track(stream: AudioStream, target: OutputContainer, held: frozenset[str] | None) -> _Copied | _Recoded | None:
    """How `stream` gets into `target`; None where nobody here can read it."""
    if cast("CodecContext | None", stream.codec_context) is None:  # PyAV's stub says otherwise
        _log.warning("A sound track of an unknown kind is left out.")
        return None
    codec = stream.codec_context
    is_held = (held is None or codec.codec.canonical_name in held) and _channels(codec) > 0
    is_broadcast = codec.name == "aac" and not codec.extradata  # a header on every packet, which files cannot hold
    if is_held and not is_broadcast:
        with contextlib.suppress(FFmpegError, ValueError):
            return _Copied(stream, target)
    return _Recoded(stream, target)  # also where nothing is known of it yet: it begins late in a broadcast, or never


def _channels(codec: AudioCodecContext) -> int:
    """How many there are. An order of their own (L, R, L, R in a MOV) `codec` forgets: PyAV frees the list of them with
    every layout and frame that it gives, though others hold that list too, which ends the process."""
    layout = codec.layout  # held until `codec` holds the list no more
    if " channels (" in layout.name:
        codec.layout = f"{layout.nb_channels} channels"
    return layout.nb_channels


def _moment_of_silence(form: AudioCodecContext) -> list[Packet[AudioStream]]:
    """A packet or two at time 0, for a track of whose sound nothing falls into the pictures' time."""
    encoder = cast(AudioCodecContext, AudioCodecContext.create(form.name, "w"))  # PyAV's stub says otherwise
    rate = form.sample_rate if form.sample_rate in (encoder.codec.audio_rates or ()) else 48000
    layout = _LAYOUTS[min(form.channels, 6)]  # by number: few files name it; FFmpeg encodes no more
    encoder.sample_rate, encoder.layout, encoder.format = rate, layout, "fltp"
    frame = AudioFrame.from_ndarray(np.zeros((encoder.channels, rate // 50), np.float32), "fltp", layout)
    frame.sample_rate, frame.pts = rate, 0
    packets = encoder.encode(frame) + encoder.encode(None)
    for packet in packets:
        packet.time_base = Fraction(1, rate)
    return cast("list[Packet[AudioStream]]", packets)


def _told(metadata: Mapping[str, str]) -> dict[str, str]:
    """What tells one track from another: its language, and its name (by which of its names each container has it)."""
    title = metadata.get("title") or metadata.get("name")
    told = {"language": metadata.get("language"), "title": title}
    return {key: value for key, value in told.items() if value}


def _joins_of(path: Path) -> list[Join]:
    """Where the times of its pictures begin anew, if it has any."""
    try:
        container, pictures = open_video(path)
    except SourceError:
        return []
    with container:
        return read_joins(container, pictures, 1 / (rate_of(pictures) or USUAL_FPS))
