"""The sink: the same frames at the same times with the same sound, whatever happens on the way."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import av
import cv2
import numpy as np
import pytest
from av.stream import Disposition

from engine.errors import SinkError, SourceBrokenOff
from engine.video import ending
from engine.video.file import FileSource
from engine.video.sink import VideoSink
from tests.clips import (
    Recipe,
    Sound,
    click_time_s,
    click_times_s,
    colour_chart,
    cut,
    even_times,
    hold_last,
    index_of,
    make_clip,
    picture,
)
from tests.engine.video.conftest import GOLDEN, ClipMaker
from tests.rights import without_rights
from tests.shared import VIDEO, needs_shared

KINDS = pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".mov"])


def export(path: Path, target: Path, *, first: int = 0, last: int | None = None) -> None:
    """What the pipeline does, without the people."""
    with (
        FileSource(path) as source,
        VideoSink(
            target, width=source.info.width, height=source.info.height, fps=source.info.fps, audio_from=path
        ) as sink,
    ):
        if first:
            source.seek(first)
        for frame in source:
            if last is not None and frame.index > last:
                sink.end_with(ending(source, frame.index - 1, frame.time_s))
                break
            sink.write(frame.image, frame.time_s)
        else:
            sink.end_with(ending(source, frame.index))


class Interruption(Exception):
    pass


def write_and_fail(target: Path) -> None:
    with VideoSink(target, width=160, height=96, fps=25) as sink:
        for k in range(100):
            sink.write(picture(k), k / 25)
        raise Interruption


def write_noise(target: Path) -> None:
    """About 4 MB."""
    rng = np.random.default_rng(1)
    with VideoSink(target, width=320, height=240, fps=25) as sink:
        for k in range(100):
            sink.write(rng.integers(0, 255, (240, 320, 3), dtype=np.uint8), k / 25)


def audio_packets(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(audio=0) if packet.size]


@pytest.mark.parametrize("name", GOLDEN)
@KINDS
def test_frame_k_of_the_source_is_frame_k_of_the_export_at_its_time(
    golden: ClipMaker, tmp_path: Path, name: str, suffix: str
) -> None:
    target = tmp_path / f"out{suffix}"
    export(golden(name), target)
    with FileSource(golden(name)) as source, FileSource(target) as exported:
        before, after = list(source), list(exported)
    assert [index_of(frame.image) for frame in after] == [index_of(frame.image) for frame in before]
    tick_s = 0.001 if suffix == ".mkv" else 1 / 90_000
    np.testing.assert_allclose([f.time_s for f in after], [f.time_s for f in before], atol=1.01 * tick_s)
    width, height = GOLDEN[name][1].size
    assert (after[0].width, after[0].height) == (width + width % 2, height + height % 2)
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


@pytest.mark.parametrize(("width", "height"), [(480, 360), (1280, 720), (1280, 544)])
def test_colours_do_not_shift(tmp_path: Path, width: int, height: int) -> None:
    chart = colour_chart(width, height)
    target = tmp_path / "chart.mp4"
    with VideoSink(target, width=width, height=height, fps=25, crf=10) as sink:
        for k in range(5):
            sink.write(chart, k / 25)
    with FileSource(target) as source:
        seen = list(source)[-1].image.astype(int)
    fields = (slice(height // 8, None, height // 4), slice(width // 12, None, width // 6))  # their centres
    assert np.abs(seen[fields] - chart[fields]).max() <= 4
    with av.open(str(target)) as container:
        frame = next(container.decode(video=0))
    assert frame.color_range == 1
    assert frame.colorspace == (1 if width >= 1280 else 6)  # BT.709, SMPTE 170M
    assert frame.format.name == "yuv420p"


def test_thin_lines_keep_their_colours(tmp_path: Path) -> None:
    grey = np.random.default_rng(1).integers(60, 140, (12, 20), dtype=np.uint8)
    images = [cv2.cvtColor(cv2.resize(grey, (320, 192)), cv2.COLOR_GRAY2RGB) for _ in range(15)]
    for at, image in enumerate(images):
        for k, colour in enumerate([(230, 60, 60), (60, 200, 90), (70, 110, 240), (240, 190, 40)]):
            cv2.line(image, (30 + 70 * k + 3 * at, 20), (20 + 70 * k, 170 - 2 * at), colour, 3, cv2.LINE_AA)
    seen = []
    for crf in (1, 20):  # the first tells what half as many samples of colour can show at all
        with VideoSink(tmp_path / "lines.mp4", width=320, height=192, fps=25, crf=crf) as sink:
            for at, image in enumerate(images):
                sink.write(image, at / 25)
        with FileSource(tmp_path / "lines.mp4") as source:
            seen.append([cv2.cvtColor(frame.image.astype(np.float32) / 255, cv2.COLOR_RGB2LAB) for frame in source])
    drawn = np.ptp(np.stack(images), axis=3) > 60
    lost = np.linalg.norm(np.subtract(*map(np.stack, seen))[drawn][:, 1:], axis=1)
    assert lost.mean() < 3.8  # 4.6 where colours are coded as coarsely as x264 does by itself


def test_a_size_that_is_odd_grows_by_the_last_column_and_row(tmp_path: Path) -> None:
    image = picture(5, 161, 97)
    with VideoSink(tmp_path / "odd.mp4", width=161, height=97, fps=25, crf=5) as sink:
        sink.write(image, 0.0)
    with FileSource(tmp_path / "odd.mp4") as source:
        seen = next(iter(source)).image
    assert seen.shape == (98, 162, 3)
    middle = slice(60, 90)  # away from the edges that colour resolution blurs
    np.testing.assert_allclose(seen[middle, 5:161].astype(int), image[middle, 5:], atol=6)


@KINDS
@pytest.mark.parametrize("start_s", [0.0, 0.3])
@pytest.mark.parametrize("codec", ["aac", "libmp3lame", "libopus", "ac3", "vorbis", "pcm_s16le"])
def test_sound_keeps_its_place(tmp_path: Path, suffix: str, codec: str, start_s: float) -> None:
    sound = Sound(codec=codec, start_s=start_s, duration_s=1.5, click_s=0.8)
    path = make_clip(tmp_path / "in.mkv", Recipe(times=even_times(40, start_s=0.2), ticks=1000, sound=sound))
    target = tmp_path / f"out{suffix}"
    export(path, target)
    assert click_time_s(target) == pytest.approx(click_time_s(path), abs=0.02)
    with av.open(str(target)) as container:
        kept = container.streams.audio[0].codec_context.codec.canonical_name
    original = {"libmp3lame": "mp3", "libopus": "opus"}.get(codec, codec)
    held = {
        ".mkv": True,
        ".mov": original in ("aac", "mp3", "ac3", "pcm_s16le"),
        ".mp4": original in ("aac", "mp3", "ac3", "opus"),
    }[suffix]
    assert kept == (original if held else "aac")
    if held:
        assert audio_packets(target) == audio_packets(path)


@KINDS
def test_the_sound_of_a_broadcast_fits_into_files(tmp_path: Path, suffix: str) -> None:
    path = make_clip(tmp_path / "in.ts", Recipe(sound=Sound(duration_s=1.5)))  # AAC with a header on every packet
    export(path, tmp_path / f"out{suffix}")
    assert click_time_s(tmp_path / f"out{suffix}") == pytest.approx(click_time_s(path), abs=0.02)


def test_the_sound_of_an_avi_with_b_frames_keeps_its_place(tmp_path: Path) -> None:
    recipe = Recipe(codec_options={"bf": "3"}, ticks=25, sound=Sound(codec="pcm_s16le", click_s=0.5))
    export(make_clip(tmp_path / "in.avi", recipe), tmp_path / "out.mp4")
    assert click_time_s(tmp_path / "out.mp4") == pytest.approx(0.5, abs=0.02)


def test_a_section_takes_its_own_piece_of_the_sound(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "in.mp4", Recipe(even_times(100), sound=Sound(duration_s=4.0, click_s=2.5)))
    export(path, tmp_path / "out.mp4", first=50, last=74)  # 2.0 to 3.0 s
    assert click_time_s(tmp_path / "out.mp4") == pytest.approx(0.5, abs=0.02)
    with av.open(str(tmp_path / "out.mp4")) as container:
        audio = container.streams.audio[0]
        assert float(audio.duration * audio.time_base) == pytest.approx(1.0, abs=0.06)


@KINDS
@pytest.mark.parametrize("source_kind", [".mp4", ".mkv"])
def test_a_last_picture_that_is_held_stays_as_long_as_it_was_and_so_does_the_sound(
    tmp_path: Path, source_kind: str, suffix: str
) -> None:
    sound = Sound(duration_s=3.2, click_s=2.5)
    recipe = Recipe(codec_options={"bf": "0"}, sound=sound, ticks=1000)
    path = hold_last(make_clip(tmp_path / f"in{source_kind}", recipe), 2.0)  # the last of 40 is shown at 1.56 s
    export(path, tmp_path / f"out{suffix}")
    with FileSource(tmp_path / f"out{suffix}") as source:
        assert source.info.duration_s == pytest.approx(3.56, abs=0.002)
        assert len(source.table.pts) == 40
    assert click_times_s(tmp_path / f"out{suffix}") == pytest.approx([2.5], abs=0.02)
    export(path, tmp_path / f"part{suffix}", last=19)
    with FileSource(tmp_path / f"part{suffix}") as source:
        assert source.info.duration_s == pytest.approx(0.8, abs=0.002)
    assert not click_times_s(tmp_path / f"part{suffix}")


def test_sound_after_the_last_picture_is_kept_where_no_length_is_told_of_the_pictures(tmp_path: Path) -> None:
    sound = Sound(duration_s=4.0, click_s=3.0)
    path = make_clip(tmp_path / "in.flv", Recipe(ticks=1000, sound=sound))  # whose only length is the sound's
    export(path, tmp_path / "out.mp4")
    assert click_times_s(tmp_path / "out.mp4") == pytest.approx([3.0], abs=0.03)
    export(path, tmp_path / "part.mp4", last=30)
    assert not click_times_s(tmp_path / "part.mp4")
    with FileSource(tmp_path / "out.mp4") as source:
        assert source.info.duration_s == pytest.approx(1.6, abs=0.002), "of the pictures"


def test_the_last_picture_of_a_section_is_shown_until_the_next_one_was(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "in.mp4", Recipe([*even_times(10), *even_times(10, start_s=1.6)]))
    export(path, tmp_path / "out.mp4", last=9)
    with FileSource(tmp_path / "out.mp4") as source:
        assert source.info.duration_s == pytest.approx(1.6, abs=0.002)


@KINDS
@pytest.mark.parametrize("codec", ["aac", "vorbis"], ids=["copied", "recoded"])
def test_several_tracks_keep_their_languages_and_which_is_heard(tmp_path: Path, suffix: str, codec: str) -> None:
    spoken = make_clip(tmp_path / "one.mkv", Recipe(even_times(20), ticks=1000, sound=Sound(codec, duration_s=0.8)))
    path = tmp_path / "two.mkv"
    with av.open(str(spoken)) as source, av.open(str(path), "w") as container:
        sound = source.streams.audio[0]
        tracks = {0: [container.add_stream_from_template(source.streams.video[0])]}
        tracks[1] = [container.add_stream_from_template(sound) for _ in range(2)]
        for track, language, disposition in zip(tracks[1], ("eng", "jpn"), (0, Disposition.default), strict=True):
            track.metadata.update({"language": language, "title": f"in {language}"})
            track.disposition = disposition
        for packet in source.demux():
            pts, dts = packet.pts, packet.dts
            for track in tracks[packet.stream.index] if dts is not None else []:
                packet.stream, packet.pts, packet.dts = track, pts, dts
                packet.time_base = Fraction(1, 1000)
                container.mux(packet)
    export(path, tmp_path / f"out{suffix}")
    with av.open(str(tmp_path / f"out{suffix}")) as container:
        heard = [
            (track.metadata["language"], bool(track.disposition & Disposition.default))
            for track in container.streams.audio
        ]
        names = [track.metadata.get("title") or track.metadata.get("name") for track in container.streams.audio]
    assert heard == [("eng", False), ("jpn", True)]
    assert names == ["in eng", "in jpn"]


@pytest.fixture(scope="module", params=["ts", "mpg"])
def joined(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three recordings of 2 s one behind the other, as broadcasts and camcorders leave them: each begins at time 0.
    Clicks are at 0.5, 0.75 and 1 s of theirs, and the sound of the second ends early."""
    folder = tmp_path_factory.mktemp("joined")
    video, sound = {"ts": ("libx264", "aac"), "mpg": ("mpeg2video", "ac3")}[request.param]  # recoded; copied
    parts = b""
    for k in range(3):
        recipe = Recipe(
            even_times(50), codec=video, codec_options={"bf": "2"}, ticks=25,
            sound=Sound(sound, duration_s=1.5 if k == 1 else 2.0, click_s=0.5 + 0.25 * k),
        )  # fmt: skip
        parts += make_clip(folder / f"part.{request.param}", recipe).read_bytes()
    path = folder / f"joined.{request.param}"
    path.write_bytes(parts)
    return path


@KINDS
def test_sound_goes_on_with_the_pictures_where_recordings_are_joined(joined: Path, tmp_path: Path, suffix: str) -> None:
    export(joined, tmp_path / f"out{suffix}")
    with FileSource(tmp_path / f"out{suffix}") as source:
        assert [index_of(frame.image) for frame in source] == [*range(50)] * 3
    assert click_times_s(tmp_path / f"out{suffix}") == pytest.approx([0.5, 2.75, 5.0], abs=0.02)


def test_a_section_over_a_join_has_the_sound_of_its_pictures_and_no_more(joined: Path, tmp_path: Path) -> None:
    export(joined, tmp_path / "over.mp4", first=25, last=74)  # 1.0 to 3.0 s
    assert click_times_s(tmp_path / "over.mp4") == pytest.approx([1.75], abs=0.02)
    export(joined, tmp_path / "first.mp4", last=49)  # the whole first recording
    assert click_times_s(tmp_path / "first.mp4") == pytest.approx([0.5], abs=0.02)


@KINDS
@pytest.mark.parametrize("codec", ["ac3", "eac3", "aac"])
def test_a_section_without_any_sound_is_written(tmp_path: Path, suffix: str, codec: str) -> None:
    sound = Sound(codec, start_s=1.0, duration_s=0.6, click_s=1.2)
    path = make_clip(tmp_path / "in.mkv", Recipe(ticks=1000, sound=sound))
    export(path, tmp_path / f"out{suffix}", last=9)
    with FileSource(tmp_path / f"out{suffix}") as source:
        assert [index_of(frame.image) for frame in source] == list(range(10))
    assert not click_times_s(tmp_path / f"out{suffix}")


def test_a_source_without_pictures_gives_its_sound_from_its_beginning(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "in.mkv", Recipe(ticks=1000, sound=Sound(duration_s=1.5)))
    sound_only = tmp_path / "sound.mka"
    with av.open(str(path)) as source, av.open(str(sound_only), "w", format="matroska") as container:
        stream = container.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(audio=0):
            if packet.dts is not None:
                packet.stream = stream
                container.mux(packet)
    with VideoSink(tmp_path / "out.mp4", width=160, height=96, fps=25, audio_from=sound_only) as sink:
        for k in range(40):
            sink.write(picture(k), k / 25)
    assert click_time_s(tmp_path / "out.mp4") == pytest.approx(0.5, abs=0.03)


def test_the_finished_mp4_has_one_table_of_contents_and_seeks(tmp_path: Path) -> None:
    with VideoSink(tmp_path / "out.mp4", width=160, height=96, fps=25) as sink:
        for k in range(200):
            sink.write(picture(k), k / 25)
    with av.open(str(tmp_path / "out.mp4")) as container:
        stream = container.streams.video[0]
        assert stream.frames == 200  # only a plain file says so; a fragmented one says 0
        assert stream.average_rate == 25
        keyframes = [float(p.pts * p.time_base) for p in container.demux(stream) if p.size and p.is_keyframe]
    np.testing.assert_allclose(np.diff(keyframes), 2.0, atol=0.05)


@pytest.mark.parametrize("suffix", [".mp4", ".m4v", ".mov"])
def test_what_has_come_of_a_download_plays(tmp_path: Path, suffix: str) -> None:
    source = make_clip(tmp_path / "in.mp4", Recipe(even_times(100), sound=Sound(duration_s=4.0)))
    export(source, tmp_path / f"out{suffix}")
    shown = []
    with FileSource(cut(tmp_path / f"out{suffix}", 0.5)) as video, contextlib.suppress(SourceBrokenOff):
        shown.extend(index_of(frame.image) for frame in video)
    assert shown == list(range(len(shown)))
    assert len(shown) >= 10


def test_a_camera_that_comes_back_with_another_size_is_fitted_in(tmp_path: Path) -> None:
    with VideoSink(tmp_path / "out.mp4", width=160, height=96, fps=25) as sink:
        sink.write(picture(3), 0.0)
        sink.write(np.full((200, 200, 3), 200, np.uint8), 0.04)
    with FileSource(tmp_path / "out.mp4") as source:
        second = list(source)[1].image
    assert second[48, 80].min() > 180
    assert second[48, 5].max() < 30


def test_an_exception_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(Interruption):
        write_and_fail(tmp_path / "out.mp4")
    assert list(tmp_path.iterdir()) == []


def test_closing_twice_and_aborting_after_it_harm_nothing(tmp_path: Path) -> None:
    with VideoSink(tmp_path / "out.mp4", width=160, height=96, fps=25) as sink:
        sink.write(picture(0), 0.0)
        sink.close()
    sink.abort()
    assert [path.name for path in tmp_path.iterdir()] == ["out.mp4"]


def test_an_older_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    target = make_clip(tmp_path / "out.mp4", Recipe(even_times(3)))
    older = target.read_bytes()
    with pytest.raises(Interruption):
        write_and_fail(target)
    assert target.read_bytes() == older
    with VideoSink(target, width=160, height=96, fps=25) as sink:
        sink.write(picture(0), 0.0)
    assert target.read_bytes() != older


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_where_a_link_leads_is_written_and_it_stays(tmp_path: Path, suffix: str) -> None:
    link, target = tmp_path / f"o{suffix}", tmp_path / "big" / f"video{suffix}"
    target.parent.mkdir()
    link.symlink_to(target)
    with VideoSink(link, width=64, height=48, fps=25) as sink:
        sink.write(np.zeros((48, 64, 3), np.uint8), 0.0)
    assert link.is_symlink()
    assert list(target.parent.iterdir()) == [target]
    assert not target.is_symlink()


def test_two_programs_that_write_to_one_target_both_finish(tmp_path: Path) -> None:
    target = tmp_path / "out.mp4"
    one = VideoSink(target, width=160, height=96, fps=25)
    two = VideoSink(target, width=160, height=96, fps=25)
    for k in range(10):
        one.write(picture(k), k / 25)
        two.write(picture(100 + k), k / 25)
    one.close()
    two.close()
    with FileSource(target) as source:
        assert [index_of(frame.image) for frame in source] == list(range(100, 110))
    assert [path.name for path in tmp_path.iterdir()] == ["out.mp4"]


def test_a_video_without_a_picture_is_not_written(tmp_path: Path) -> None:
    sink = VideoSink(tmp_path / "out.mp4", width=160, height=96, fps=25)
    with pytest.raises(SinkError, match="not one picture"):
        sink.close()
    assert list(tmp_path.iterdir()) == []


def test_targets_that_cannot_be_are_refused_in_one_sentence(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mp4", Recipe(even_times(3)))
    (tmp_path / "folder.mp4").mkdir()
    cases = {
        tmp_path / "out.gif": r"\.mp4, .*\.mkv",
        tmp_path / "out": "does not end in",
        tmp_path / "gone" / "out.mp4": "does not exist",
        source / "out.mp4": "not a folder",
        tmp_path / "folder.mp4": "is a folder",
        source: "being read",
    }
    before = sorted(tmp_path.rglob("*"))
    for target, words in cases.items():
        with pytest.raises(SinkError, match=words) as raised:
            VideoSink(target, width=160, height=96, fps=25, audio_from=source)
        assert "\n" not in str(raised.value)
        assert str(raised.value).endswith(".")
    assert sorted(tmp_path.rglob("*")) == before


def test_where_matroska_fails_it_is_not_what_to_try(tmp_path: Path) -> None:
    for suffix, is_told in ((".mp4", True), (".mkv", False)):
        with pytest.raises(SinkError, match="could not be written") as raised:
            VideoSink(tmp_path / f"out{suffix}", width=16_400, height=16, fps=25)  # H.264 ends at 16 384
        assert ("try another kind" in str(raised.value)) == is_told
    assert list(tmp_path.iterdir()) == []


def test_a_picture_an_hour_keeps_its_times(tmp_path: Path) -> None:
    with VideoSink(tmp_path / "out.mp4", width=160, height=96, fps=1 / 3600) as sink:
        for k in range(3):
            sink.write(picture(k), k * 3600.0)
    with FileSource(tmp_path / "out.mp4") as source:
        assert [(index_of(frame.image), round(frame.time_s)) for frame in source] == [(0, 0), (1, 3600), (2, 7200)]


def test_a_folder_that_is_not_writable_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()
    with without_rights(folder), pytest.raises(SinkError, match="locked is not writable"):
        VideoSink(folder / "out.mp4", width=160, height=96, fps=25)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 256 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a tmpfs")
@KINDS
def test_a_full_disk_is_one_sentence_and_what_was_written_stays(small_disk: Path, suffix: str) -> None:
    with pytest.raises(SinkError, match="disk is full") as raised:
        write_noise(small_disk / f"out{suffix}")
    part = small_disk / f"out.part{suffix}"
    assert f"out{suffix}" in str(raised.value)
    assert list(small_disk.iterdir()) == ([part] if part.name in str(raised.value) else [])


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a tmpfs")
@pytest.mark.parametrize("seems_free", [False, True], ids=["known", "taken meanwhile"])
def test_without_room_to_put_its_index_first_a_video_stays_as_it_was_written(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch, seems_free: bool
) -> None:
    if seems_free:
        monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=1 << 40))
    rng = np.random.default_rng(1)
    with VideoSink(small_disk / "out.mp4", width=320, height=240, fps=25) as sink:
        for k in range(4):
            sink.write(rng.integers(0, 255, (240, 320, 3), dtype=np.uint8), k / 25)
    (written,) = small_disk.iterdir()
    assert written.name == "out.mp4"
    assert written.stat().st_size > 130_000, "too large for two of it"
    with FileSource(written) as source:
        assert len(list(source)) == 4


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a tmpfs")
@KINDS
def test_a_disk_that_fills_up_after_minutes_costs_the_last_seconds_only(small_disk: Path, suffix: str) -> None:
    given, rng = [], np.random.default_rng(1)

    def fill() -> None:
        with VideoSink(small_disk / f"out{suffix}", width=160, height=96, fps=25) as sink:
            for index in range(1000):
                image = picture(index)
                image[60:, :32] = rng.integers(0, 255, (36, 32, 3), dtype=np.uint8)
                given.append(index)
                sink.write(image, index / 25)

    with pytest.raises(SinkError, match=rf"disk is full.*What was written before is out\.part\{suffix}\."):
        fill()
    shown = []
    with FileSource(small_disk / f"out.part{suffix}") as source, contextlib.suppress(SourceBrokenOff):
        shown.extend(index_of(frame.image) for frame in source)
    assert shown == list(range(len(shown)))
    assert len(shown) >= len(given) - 50 - 50  # one group of pictures, and what waits in the encoder


_LIMITED = """
import resource, sys
from pathlib import Path
from engine.errors import SinkError
from tests.engine.video.test_sink import write_noise
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    write_noise(Path(sys.argv[1]))
except SinkError as error:
    sys.stdout.write(str(error))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit")
def test_a_file_that_grows_beyond_what_is_allowed_is_one_sentence_and_what_stays_opens(tmp_path: Path) -> None:
    ran = subprocess.run([sys.executable, "-c", _LIMITED, tmp_path / "out.mp4"], capture_output=True, text=True)
    assert "out.mp4 would be larger" in ran.stdout
    assert ran.stderr == ""
    for left in tmp_path.iterdir():  # the first fragment is cut: whether a picture of it is whole is the encoder's luck
        assert left.name == "out.part.mp4"
        assert "What was written before is out.part.mp4" in ran.stdout
        with av.open(str(left)) as container:
            next(container.decode(video=0))


_KILLED = """
import sys, time
from pathlib import Path
from tests.clips import picture
from engine.video.sink import VideoSink
target, audio = Path(sys.argv[1]), Path(sys.argv[2])
sink = VideoSink(target, width=160, height=96, fps=25, audio_from=audio)
for k in range(300):
    sink.write(picture(k), k / 25)
print("written", flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
@KINDS
@pytest.mark.parametrize("sound_s", [12.0, 1.0])
def test_what_a_kill_leaves_opens_and_holds_all_but_the_last_moments(
    tmp_path: Path, suffix: str, sound_s: float
) -> None:
    audio = make_clip(tmp_path / "in.mp4", Recipe(even_times(300), sound=Sound(duration_s=sound_s)))
    target = tmp_path / f"out{suffix}"
    process = subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(target), str(audio)], stdout=subprocess.PIPE, cwd=Path.cwd()
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"written\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert not target.exists()
    part = tmp_path / f"out.part{suffix}"
    with FileSource(part) as source:
        shown = [index_of(frame.image) for frame in source]
    assert shown == list(range(len(shown)))
    assert len(shown) >= 300 - 50  # one group of pictures is 2 s
    assert click_time_s(part) == pytest.approx(0.5, abs=0.02)
    with av.open(str(part)) as container:
        heard_s = max(float((p.pts + p.duration) * p.time_base) for p in container.demux(audio=0) if p.size)
    assert heard_s >= min(sound_s, 10.0) - 0.1


@needs_shared
def test_the_sound_of_a_real_clip_comes_over_whole(tmp_path: Path) -> None:
    export(VIDEO / "runner.mp4", tmp_path / "out.mp4", last=60)
    heard = audio_packets(tmp_path / "out.mp4")
    assert heard == audio_packets(VIDEO / "runner.mp4")[: len(heard)]
    with av.open(str(tmp_path / "out.mp4")) as container:
        pictures, audio = container.streams.video[0], container.streams.audio[0]
        assert pictures.start_time == 0
        assert abs(float(pictures.duration * pictures.time_base - audio.duration * audio.time_base)) < 0.05
