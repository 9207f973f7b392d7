"""Makes small video files whose pictures say which frame they are, so that a decoded picture proves its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt

U8 = npt.NDArray[np.uint8]

BITS = 10
RATE = 48_000
_VOP = b"\0\0\1\xb6"  # begins a picture in MPEG-4


def picture(index: int, width: int = 160, height: int = 96) -> U8:
    """uint8 [height, width, 3] RGB: the index as a row of black and white fields, a colour slope below them."""
    image = np.zeros((height, width, 3), np.uint8)
    for bit in range(BITS):
        left, right = round(bit * width / BITS), round((bit + 1) * width / BITS)
        image[: height // 2, left:right] = 235 if index >> bit & 1 else 20
    slope = np.linspace(40, 220, width).astype(np.uint8)
    image[height // 2 :, :, 0] = slope
    image[height // 2 :, :, 1] = slope[::-1]
    image[height // 2 :, :, 2] = 100
    return image


def index_of(image: U8) -> int:
    """The index that `picture` drew, whatever codec it went through."""
    height, width = image.shape[:2]
    row = image[height // 8 : height // 2 - height // 8].mean(axis=(0, 2))
    centres = [round((bit + 0.5) * width / BITS) for bit in range(BITS)]
    return sum(1 << bit for bit, x in enumerate(centres) if row[x - 1 : x + 2].mean() > 128)


def even_times(count: int, fps: float = 25.0, start_s: float = 0.0) -> list[float]:
    return [start_s + k / fps for k in range(count)]


@dataclass(frozen=True)
class Sound:
    """Silence with one click: a 1 kHz burst of 20 ms at `click_s`."""

    codec: str = "aac"
    start_s: float = 0.0
    duration_s: float = 1.0
    click_s: float = 0.5
    layout: str = "mono"
    rate: int = RATE


@dataclass(frozen=True)
class Recipe:
    """What a clip is made of.

    times     when each picture is shown, seconds
    rotation  degrees anticlockwise by which players turn the stored pictures
    ticks     a second, of the encoder's clock; must be the container's own where that is coarse
    """

    times: Sequence[float] = field(default_factory=lambda: even_times(40))
    size: tuple[int, int] = (160, 96)
    codec: str = "libx264"
    pix_fmt: str = "yuv420p"
    codec_options: dict[str, str] = field(default_factory=dict)
    muxer_options: dict[str, str] = field(default_factory=dict)
    rotation: int = 0
    mirrored: bool = False
    aspect: Fraction | None = None
    gop: int = 12
    ticks: int = 90_000
    sound: Sound | None = None


def make_clip(path: Path, recipe: Recipe | None = None) -> Path:
    """Writes the clip; its pictures are `picture(k)` when shown as the container says. Returns `path`."""
    recipe = recipe or Recipe()
    with av.open(str(path), "w", options=recipe.muxer_options) as container:
        stream = container.add_stream(recipe.codec, rate=25, options=recipe.codec_options)
        stored = _stored(picture(0, *recipe.size), recipe)
        stream.height, stream.width = stored.shape[:2]
        stream.pix_fmt = recipe.pix_fmt
        stream.codec_context.time_base = Fraction(1, recipe.ticks)
        stream.codec_context.gop_size = recipe.gop
        if recipe.aspect is not None:
            stream.codec_context.sample_aspect_ratio = recipe.aspect
        if recipe.rotation or recipe.mirrored:
            stream.set_display_rotation(recipe.rotation, hflip=recipe.mirrored)
        packets = []
        tracks = [stream]
        if recipe.sound is not None:
            layout = "stereo" if recipe.sound.codec in ("libopus", "vorbis") else recipe.sound.layout
            options = {"strict": "experimental"} if recipe.sound.codec == "vorbis" else {}
            rate = recipe.sound.rate
            tracks.append(container.add_stream(recipe.sound.codec, rate=rate, layout=layout, options=options))
        container.start_encoding()
        for index, time_s in enumerate(recipe.times):
            frame = av.VideoFrame.from_ndarray(_stored(picture(index, *recipe.size), recipe), format="rgb24")
            frame = frame.reformat(format=recipe.pix_fmt)
            frame.pts, frame.time_base = round(time_s * recipe.ticks), Fraction(1, recipe.ticks)
            packets += stream.encode(frame)
        packets += stream.encode(None)
        if recipe.sound is not None:
            packets += _sound_packets(tracks[1], recipe.sound)
        for packet in sorted(packets, key=lambda p: (p.dts or 0) * p.time_base):
            container.mux(packet)
    return path


def pack_b_frames(path: Path) -> Path:
    """Packs an AVI of MPEG-4 as DivX and XviD do: a B-frame beside the picture it points to, an empty packet later.

    path  of a clip with two B-frames everywhere. Returns `path`.
    """
    loose = path.with_name(f"loose-{path.name}")
    path.rename(loose)
    with av.open(str(loose)) as source, av.open(str(path), "w") as target:
        track = target.add_stream_from_template(source.streams.video[0])
        pictures = [bytes(packet) for packet in source.demux(video=0) if packet.size]
        sign = b"\0\0\1\xb2DivX503b1393p\0"  # the p says that it is packed
        packed = [pictures[0].replace(_VOP, sign + _VOP, 1)]
        for anchor, first, second in zip(pictures[1::3], pictures[2::3], pictures[3::3], strict=True):
            packed += [anchor + first, second, _empty_picture(anchor)]
        for index, data in enumerate(packed):
            packet = av.Packet(data)
            packet.pts = packet.dts = index
            packet.time_base, packet.stream = Fraction(1, 25), track
            packet.is_keyframe = data[data.index(_VOP) + len(_VOP)] >> 6 == 0
            target.mux(packet)
    loose.unlink()
    return path


def _empty_picture(anchor: bytes) -> bytes:
    """An MPEG-4 picture of the time of `anchor` in which nothing is drawn (ISO/IEC 14496-2, 6.2.5), at 25 a second."""
    begin = anchor.index(_VOP) + len(_VOP)
    bits = f"{int.from_bytes(anchor[begin : begin + 4]):032b}"
    seconds_end = bits.index("0", 2)
    ticks = bits[seconds_end + 2 : seconds_end + 7]
    return _VOP + int(f"0101{ticks}1001111", 2).to_bytes(2)


def hold_last(path: Path, seconds: float) -> Path:
    """Has the last picture of a clip (an MP4 without B-frames) shown for so long. Returns `path`."""
    kept = path.with_name(f"kept-{path.name}")
    path.rename(kept)
    with av.open(str(kept)) as source, av.open(str(path), "w") as target:
        tracks = [target.add_stream_from_template(stream) for stream in source.streams]
        packets = [packet for packet in source.demux() if packet.size]
        last = max((packet for packet in packets if packet.stream.type == "video"), key=lambda packet: packet.pts)
        last.duration = round(seconds / last.time_base)
        for packet in packets:
            packet.stream = tracks[packet.stream.index]
            target.mux(packet)
    kept.unlink()
    return path


def shown_slower(path: Path, target: Path, times: int, capture_fps: str | None = None) -> Path:
    """The same pictures, each shown so many times longer, as phones store slow motion; without sound. `capture_fps` is
    written as Android writes the rate at which it recorded. Returns `target`."""
    tags = {} if capture_fps is None else {"com.android.capture.fps": capture_fps}
    with av.open(str(path)) as source, av.open(str(target), "w", options={"movflags": "use_metadata_tags"}) as copy:
        copy.metadata.update(tags)
        track = copy.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.pts, packet.dts, packet.duration = (
                    times * ticks for ticks in (packet.pts, packet.dts, packet.duration)
                )
                packet.stream = track
                copy.mux(packet)
    return target


def damage(path: Path, picture: int) -> None:
    """Blanks the bytes of one stored picture, which every other does without where the codec is MJPEG."""
    with av.open(str(path)) as container:
        hit = [packet for packet in container.demux(video=0) if packet.size][picture]
        at, size = hit.pos, hit.size
    data = bytearray(path.read_bytes())
    data[at : at + size] = bytes(size)
    path.write_bytes(data)


def _stored(image: U8, recipe: Recipe) -> U8:
    """`image` as it must be stored so that the container's matrix puts it upright."""
    turned = np.rot90(image, -recipe.rotation // 90)
    return np.ascontiguousarray(turned[:, ::-1] if recipe.mirrored else turned)


def _sound_packets(stream: av.AudioStream, sound: Sound) -> list[av.Packet]:
    samples = click(sound.duration_s, sound.click_s - sound.start_s)
    packets = []
    for begin in range(0, len(samples), 1024):
        part = samples[begin : begin + 1024]
        frame = av.AudioFrame.from_ndarray(part[None], format="s16", layout="mono")
        frame.sample_rate, frame.time_base = RATE, Fraction(1, RATE)
        frame.pts = round(sound.start_s * RATE) + begin
        packets += stream.encode(frame)
    return packets + stream.encode(None)


def click(duration_s: float, at_s: float) -> npt.NDArray[np.int16]:
    time_s = np.arange(round(duration_s * RATE)) / RATE
    on = (time_s >= at_s) & (time_s < at_s + 0.02)
    return np.where(on, 20_000 * np.sin(2 * np.pi * 1000 * (time_s - at_s)), 0).astype(np.int16)


def click_time_s(path: Path) -> float:
    """When the first click of the first sound track is heard, counted from the first picture; seconds."""
    return click_times_s(path)[0]


def click_times_s(path: Path) -> list[float]:
    """When each click is heard, a second or more apart from the others."""
    with av.open(str(path)) as container:
        first = next(container.decode(video=0))
    loud: list[float] = []
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        for frame in container.decode(audio=0):
            for part in resampler.resample(frame):
                samples = np.abs(part.to_ndarray().ravel().astype(int))
                begin_s = float(part.pts * part.time_base)
                loud += [begin_s + k / RATE for k in np.flatnonzero(samples > 6000)[:1].tolist()]
    loud.sort()
    clicks = [at for k, at in enumerate(loud) if k == 0 or at - loud[k - 1] > 0.9]
    return [at - float(first.pts * first.time_base) for at in clicks]


def cut(path: Path, share: float, name: str | None = None) -> Path:
    """A copy of `path` that ends after `share` of its bytes, as an interrupted copy would."""
    short = path.with_name(name or f"cut-{path.name}")
    data = path.read_bytes()
    short.write_bytes(data[: round(len(data) * share)])
    return short


def beginning_of(path: Path, target: Path, *, seconds: float) -> Path:
    """The first seconds of a clip, pictures and sound, their packets copied to `target`."""
    with av.open(str(path)) as source, av.open(str(target), "w") as copy:
        kept = [*source.streams.video[:1], *source.streams.audio[:1]]
        streams = {stream.index: copy.add_stream_from_template(stream) for stream in kept}
        for packet in source.demux(kept):
            if packet.dts is not None and packet.pts * packet.time_base < seconds:
                packet.stream = streams[packet.stream.index]
                copy.mux(packet)
    return target


def colour_chart(width: int, height: int) -> U8:
    """uint8 [height, width, 3] RGB: 24 flat fields that span the colours."""
    rng = np.random.default_rng(24)
    fields = rng.integers(16, 240, (4, 6, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(fields, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)
