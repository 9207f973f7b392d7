"""The sound of an export, of sources whose sound is of a rare kind, changes or never comes."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from engine.video.file import FileSource
from tests.clips import Recipe, Sound, click_time_s, click_times_s, even_times, make_clip
from tests.engine.video.test_sink import KINDS, audio_packets, export

SHORT = even_times(15)


def with_an_empty_track(path: Path, codec: str) -> Path:
    """Adds a track, of which nothing ever comes, to a clip without B-frames. Returns `path`."""
    full = path.with_name(f"full-{path.name}")
    path.rename(full)
    with av.open(str(full)) as source, av.open(str(path), "w") as target:
        tracks = [target.add_stream_from_template(stream) for stream in source.streams]
        target.add_stream(codec, rate=48_000, layout="stereo")
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = tracks[packet.stream.index]
                target.mux(packet)
    return path


def patch(path: Path, old: bytes, new: bytes) -> Path:
    data = path.read_bytes()
    assert data.count(old) == 1
    path.write_bytes(data.replace(old, new))
    return path


def kinds_of_sound(path: Path) -> list[str]:
    with av.open(str(path)) as container:
        return [stream.codec_context.codec.canonical_name for stream in container.streams.audio]


@pytest.mark.parametrize(
    ("codec", "before", "after", "rate"),
    [("aac", "stereo", "5.1", 48_000), ("aac", "stereo", "stereo", 44_100), ("mp2", "stereo", "mono", 48_000)],
)
def test_sound_that_changes_its_channels_or_its_rate_goes_on(
    tmp_path: Path, codec: str, before: str, after: str, rate: int
) -> None:
    parts = b""
    for start_s, layout, rate_ in ((0.0, before, 48_000), (1.0, after, rate)):
        sound = Sound(codec, start_s=start_s, click_s=start_s + 0.5, layout=layout, rate=rate_)
        recipe = Recipe(even_times(25, start_s=start_s), codec_options={"bf": "0"}, sound=sound)
        parts += make_clip(tmp_path / "part.ts", recipe).read_bytes()
    path = tmp_path / "in.ts"
    path.write_bytes(parts)
    export(path, tmp_path / "out.mp4")
    assert click_times_s(tmp_path / "out.mp4") == pytest.approx([0.5, 1.5], abs=0.03)


@pytest.mark.parametrize(("name", "codec"), [("in.mov", "pcm_alaw"), ("in.mov", "pcm_f32be"), ("in.avi", "adpcm_ms")])
def test_kinds_of_sound_that_matroska_cannot_hold_are_encoded_for_it(tmp_path: Path, name: str, codec: str) -> None:
    recipe = Recipe(SHORT, codec="mpeg4", ticks=25, sound=Sound(codec, duration_s=0.6, click_s=0.3))
    export(make_clip(tmp_path / name, recipe), tmp_path / "out.mkv")
    assert click_time_s(tmp_path / "out.mkv") == pytest.approx(0.3, abs=0.03)
    assert kinds_of_sound(tmp_path / "out.mkv") == ["aac"]


@KINDS
@pytest.mark.parametrize("name", ["in.ts", "in.mkv"], ids=["announced without its rate", "announced"])
@pytest.mark.parametrize("codec", ["ac3", "eac3"])
def test_a_track_of_which_nothing_comes_harms_no_other(tmp_path: Path, suffix: str, codec: str, name: str) -> None:
    recipe = Recipe(SHORT, codec_options={"bf": "0"}, ticks=1000, sound=Sound(duration_s=0.6, click_s=0.3))
    path = with_an_empty_track(make_clip(tmp_path / name, recipe), codec)
    export(path, tmp_path / f"out{suffix}")
    assert click_time_s(tmp_path / f"out{suffix}") == pytest.approx(0.3, abs=0.03)


def test_a_track_of_eight_channels_of_which_nothing_comes_harms_no_other(tmp_path: Path) -> None:
    recipe = Recipe(SHORT, codec_options={"bf": "0"}, ticks=1000, sound=Sound(duration_s=0.6, click_s=0.3))
    path = with_an_empty_track(make_clip(tmp_path / "in.mkv", recipe), "eac3")
    patch(path, b"\x9f\x81\x02", b"\x9f\x81\x08")
    export(path, tmp_path / "out.mp4")
    assert click_time_s(tmp_path / "out.mp4") == pytest.approx(0.3, abs=0.03)


def test_sound_that_begins_long_after_the_pictures_of_a_broadcast_is_heard(tmp_path: Path) -> None:
    sound = Sound("ac3", start_s=12.0, duration_s=0.6, click_s=12.3)  # FFmpeg looks at the first seconds
    path = make_clip(tmp_path / "in.ts", Recipe(even_times(100, fps=8), sound=sound))
    export(path, tmp_path / "out.mp4")
    assert click_time_s(tmp_path / "out.mp4") == pytest.approx(12.3, abs=0.03)


@KINDS
def test_channels_in_an_order_of_their_own_are_heard(tmp_path: Path, suffix: str) -> None:
    sound = Sound("pcm_s16le", duration_s=0.6, click_s=0.3, layout="5.1")
    path = make_clip(tmp_path / "in.mov", Recipe(SHORT, sound=sound))
    patch(path, b"\0\1\0\0\0\0\0\x3f", b"\0\x7a\0\6\0\0\0\0")  # from the usual one to L, R, Ls, Rs, C, LFE
    target = tmp_path / f"out{suffix}"
    export(path, target)
    if suffix != ".mp4":
        assert audio_packets(target) == audio_packets(path)
        return
    with av.open(str(target)) as container:
        assert max(np.abs(frame.to_ndarray()).max() for frame in container.decode(audio=0)) > 0.1


def test_channels_that_cannot_be_mixed_cost_the_sound_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    sound = Sound("pcm_s16le", duration_s=0.6, layout="3.0")
    path = make_clip(tmp_path / "in.mkv", Recipe(SHORT, ticks=1000, sound=sound))
    patch(path, b"\x9f\x81\x03", b"\x9f\x81\x09")
    export(path, tmp_path / "out.mp4")
    assert [record.getMessage() for record in caplog.records if "9 channels" in record.getMessage()]
    assert kinds_of_sound(tmp_path / "out.mp4") == ["aac"]


@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
@pytest.mark.parametrize("codec", ["ac3", "eac3"])
def test_a_damaged_packet_that_would_be_copied_is_a_short_silence(tmp_path: Path, suffix: str, codec: str) -> None:
    sound = Sound(codec, duration_s=1.0, click_s=0.7)
    path = make_clip(tmp_path / "in.mkv", Recipe(ticks=1000, sound=sound))
    whole = audio_packets(path)
    silence = whole[0]
    at = whole.index(silence, 1)
    first, rest = path.read_bytes().split(silence, 1)
    path.write_bytes(first + silence + rest.replace(silence, bytes(len(silence)), 1))
    export(path, tmp_path / f"out{suffix}")
    assert audio_packets(tmp_path / f"out{suffix}") == whole[:at] + whole[at + 1 :]
    assert click_time_s(tmp_path / f"out{suffix}") == pytest.approx(0.7, abs=0.03)
    with FileSource(tmp_path / f"out{suffix}") as source:
        assert len(list(source)) == 40
