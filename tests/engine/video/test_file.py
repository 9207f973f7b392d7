"""Files: every frame, in order, right way up, with its time; exact seeking; clear words about what is broken."""

from __future__ import annotations

import io
import os
import threading
import zlib
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import islice, pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from av.container import InputContainer
from av.stream import Disposition
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import MissingFileError, SourceBrokenOff, SourceError
from engine.types import Frame
from engine.video import decoder
from engine.video.decoder import open_video
from engine.video.file import FileSource, index_shown, times_of
from tests.clips import Recipe, Sound, cut, damage, even_times, index_of, make_clip, pack_b_frames, picture
from tests.engine.video.conftest import GOLDEN, WIDE, ClipMaker
from tests.rights import without_rights
from tests.shared import VIDEO, needs_shared

Signature = tuple[int, float, int]
ONE_COLOUR = (200, 60, 40)
EVERY_CLIP = pytest.mark.parametrize("name", GOLDEN)


def signature(frame: Frame) -> Signature:
    return frame.index, frame.time_s, zlib.crc32(frame.image)


def played(path: Path, threads: int = 1) -> list[Signature]:
    with FileSource(path, threads=threads) as source:
        return [signature(frame) for frame in source]


def tick_s(name: str) -> float:
    """What the container rounds times to."""
    return 1 / 1000 if GOLDEN[name][0].endswith((".mkv", ".webm")) else 1 / 90_000


@EVERY_CLIP
def test_every_frame_comes_in_order_upright_and_at_its_time(golden: ClipMaker, name: str) -> None:
    recipe = GOLDEN[name][1]
    with FileSource(golden(name)) as source:
        frames = list(source)
        info = source.info
    assert [index_of(frame.image) for frame in frames] == list(range(len(recipe.times)))
    assert [frame.index for frame in frames] == list(range(len(recipe.times)))
    assert (info.width, info.height) == (frames[0].width, frames[0].height) == recipe.size
    wanted = np.array(recipe.times) - recipe.times[0]
    np.testing.assert_allclose([frame.time_s for frame in frames], wanted, atol=1.01 * tick_s(name))
    assert all(a.time_s < b.time_s for a, b in pairwise(frames))
    assert info.has_audio == (recipe.sound is not None)
    assert not info.live


@EVERY_CLIP
def test_threads_change_nothing(golden: ClipMaker, name: str) -> None:
    assert played(golden(name), threads=3) == played(golden(name), threads=1)


@EVERY_CLIP
def test_seeking_to_a_frame_gives_what_playing_up_to_it_gives(golden: ClipMaker, name: str) -> None:
    path = golden(name)
    frames = played(path)

    with FileSource(path) as source:

        @settings(max_examples=15, deadline=None, database=None)
        @given(k=st.integers(0, len(frames) - 1), more=st.integers(1, 4))
        def holds(k: int, more: int) -> None:
            source.seek(k)
            assert [signature(frame) for frame in islice(source, more)] == frames[k : k + more]

        holds()


def sought(path: Path, order: list[int], more: int = 1) -> list[list[Signature]]:
    """What is shown from each of these frames on."""
    with FileSource(path) as source:
        found = []
        for index in order:
            source.seek(index)
            found.append([signature(frame) for frame in islice(source, more)])
    return found


@pytest.mark.parametrize("b_frames", ["0", "2"])
def test_pictures_that_begin_within_packets_of_a_program_stream_are_found(tmp_path: Path, b_frames: str) -> None:
    # large pictures do in packets of 2048 bytes, as DVDs have them
    options = {"packetsize": "64"}
    recipe = Recipe(codec="mpeg2video", ticks=25, codec_options={"bf": b_frames}, muxer_options=options)
    path = make_clip(tmp_path / "a.mpg", recipe)
    frames = played(path)
    backwards = list(reversed(range(len(frames))))
    assert sought(path, backwards, more=2) == [frames[index : index + 2] for index in backwards]


@pytest.mark.parametrize("threads", [1, 3])
def test_packed_b_frames_have_their_own_times_and_are_found(tmp_path: Path, threads: int) -> None:
    recipe = Recipe(codec="mpeg4", ticks=25, codec_options={"bf": "2"})
    path = pack_b_frames(make_clip(tmp_path / "divx.avi", recipe))
    with FileSource(path, threads=threads) as source:
        frames = list(source)
    assert [index_of(frame.image) for frame in frames] == list(range(40))
    np.testing.assert_allclose([frame.time_s for frame in frames], recipe.times, atol=1e-6)
    backwards = list(reversed(range(40)))
    assert sought(path, backwards) == [[signature(frames[index])] for index in backwards]


@pytest.mark.parametrize(
    ("codec", "options"),
    [
        ("libx264", {"bf": "3"}),
        ("libx264", {"bf": "3", "x264-params": "open-gop=1"}),
        ("libx264", {"bf": "0"}),
        ("mpeg1video", {"bf": "2"}),
        ("mpeg2video", {"bf": "2"}),
        ("mpeg4", {"bf": "2"}),
        ("mjpeg", {}),
    ],
    ids=["b-frames", "open groups", "no b-frames", "mpeg-1", "mpeg-2", "mpeg-4", "jpeg"],
)
@pytest.mark.parametrize("dropped", [0, 5])
def test_frames_of_an_avi_have_their_own_times_and_are_found(
    tmp_path: Path, codec: str, options: dict[str, str], dropped: int
) -> None:
    times = [(k + dropped * (k >= 20)) / 25 for k in range(40)]
    pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    recipe = Recipe(times=times, codec=codec, pix_fmt=pix_fmt, ticks=25, codec_options=options)
    path = make_clip(tmp_path / "a.avi", recipe)
    with FileSource(path) as source:
        frames, told = list(source), source.times()
    assert [index_of(frame.image) for frame in frames] == list(range(40))
    np.testing.assert_allclose([frame.time_s for frame in frames], times, atol=1e-6)
    np.testing.assert_allclose(told or [], times, atol=1e-6)
    backwards = list(reversed(range(40)))
    assert sought(path, backwards) == [[signature(frames[index])] for index in backwards]


def test_stepping_forward_where_frames_are_counted_goes_on_from_there(
    golden: ClipMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = golden("raw")
    frames = played(path)
    opened: list[Path] = []

    def counted(path: Path) -> tuple[InputContainer, VideoStream]:
        opened.append(path)
        return open_video(path)

    monkeypatch.setattr(decoder, "open_video", counted)
    with FileSource(path) as source:
        for index in (3, 5, 6, 20, 39):
            source.seek(index)
            assert signature(next(iter(source))) == frames[index]
        assert len(opened) == 1  # to begin at the start again it is opened anew
        source.seek(30)
        assert signature(next(iter(source))) == frames[30]


@EVERY_CLIP
def test_a_time_leads_to_the_frame_shown_then(golden: ClipMaker, name: str) -> None:
    with FileSource(golden(name)) as source:
        frames = played(golden(name))
        for (index, time_s, _), (_, next_s, _) in pairwise(frames):
            assert source.index_at(time_s) == index
            assert source.index_at((time_s + next_s) / 2) == index
        assert source.index_at(-1.0) == 0
        assert source.index_at(1e6) == len(frames) - 1


@given(
    ticks=st.sampled_from([24, 1000, 15_360, 90_000, 10**6, 10**7, 10**9]) | st.integers(1, 10**9),
    start=st.integers(-(2**33), 2**33),
    hours=st.floats(0.0, 100.0),
    frame_s=st.floats(1e-3, 60.0),
)
@settings(max_examples=200, deadline=None, database=None)
def test_every_time_leads_back_to_its_frame_however_fine_the_ticks(
    ticks: int, start: int, hours: float, frame_s: float
) -> None:
    step = max(1, round(frame_s * ticks))
    begin = start + round(hours * 3600 * ticks)
    pts = [start, *range(begin + step, begin + 50 * step, step)]
    times = times_of(pts, start, 1 / ticks)
    assert [index_shown(pts, start, 1 / ticks, time_s) for time_s in times] == list(range(len(pts)))
    assert [index_shown(pts, start, 1 / ticks, (a + b) / 2) for a, b in pairwise(times)] == list(range(len(pts) - 1))
    assert [index_shown(pts, start, 1 / ticks, time_s) for time_s in (-1.0, times[-1] + 1.0)] == [0, len(pts) - 1]


def test_a_time_in_a_long_recording_of_fine_ticks_leads_to_its_frame(tmp_path: Path) -> None:
    """Ticks of 100 ns, two hours long: an hour's times have no digits left for a millionth of a tick."""
    times = [k * 60.0333667 for k in range(120)]
    recipe = Recipe(
        times=times, size=(64, 48), ticks=10**7, codec_options={"preset": "ultrafast", "bf": "0"},
        muxer_options={"video_track_timescale": str(10**7)},
    )  # fmt: skip
    with FileSource(make_clip(tmp_path / "timelapse.mp4", recipe)) as source:
        told = source.times()
        assert told is not None
        np.testing.assert_allclose(told, times, atol=2e-7)
        assert [source.index_at(time_s) for time_s in told] == list(range(120))


@pytest.mark.parametrize("name", ["rotated-90", "rotated-180", "rotated-270"])
def test_pictures_lie_as_opencv_turns_them(golden: ClipMaker, name: str) -> None:
    capture = cv2.VideoCapture(str(golden(name)), cv2.CAP_FFMPEG)
    good, image = capture.read()
    capture.release()
    assert good
    with FileSource(golden(name)) as source:
        ours = next(iter(source)).image
    assert ours.shape == image.shape
    np.testing.assert_allclose(ours, image[:, :, ::-1], atol=12)  # OpenCV's own colour conversion is coarser


def test_colours_are_those_of_the_picture(golden: ClipMaker) -> None:
    with FileSource(golden("odd-size")) as source:  # lossless, full colour resolution
        image = next(iter(source)).image
    np.testing.assert_allclose(image, picture(0, 161, 97), atol=3)


def one_colour(path: Path, size_wh: tuple[int, int], pix_fmt: str, matrix: Colorspace, tag: int) -> Path:
    """A clip of one picture of `ONE_COLOUR`, made by `matrix` and tagged with AVColorSpace `tag`. Returns `path`."""
    image = np.full((size_wh[1], size_wh[0], 3), ONE_COLOUR, np.uint8)
    frame = av.VideoFrame.from_ndarray(image).reformat(format=pix_fmt, dst_colorspace=matrix, dst_color_range=1)
    frame.colorspace, frame.color_range, frame.pts, frame.time_base = tag, ColorRange.MPEG, 0, Fraction(1, 1000)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264" if path.suffix == ".mp4" else "rawvideo", rate=25)
        stream.width, stream.height, stream.pix_fmt = *size_wh, pix_fmt
        stream.codec_context.colorspace = tag
        container.mux([*stream.encode(frame), *stream.encode(None)])
    return path


@pytest.mark.parametrize(
    ("size_wh", "pix_fmt"),
    [((64, 48), "nv12"), ((64, 720), "nv12"), ((64, 720), "uyvy422"), ((1280, 48), "yuyv422"), ((1280, 48), "yuv420p")],
)
def test_untagged_pictures_have_the_colours_that_their_size_tells(
    tmp_path: Path, size_wh: tuple[int, int], pix_fmt: str
) -> None:
    matrix = Colorspace.ITU601 if size_wh == (64, 48) else Colorspace.ITU709
    with FileSource(one_colour(tmp_path / "raw.nut", size_wh, pix_fmt, matrix, 2)) as source:
        image = next(iter(source)).image
    np.testing.assert_allclose(image[24, 32], ONE_COLOUR, atol=6)


@pytest.mark.parametrize("tag", [8, 10, 12, 14], ids=["YCgCo", "BT.2020 of constant luminance", "derived", "ICtCp"])
def test_a_matrix_that_is_not_known_is_taken_for_the_usual_one(tmp_path: Path, tag: int) -> None:
    with FileSource(one_colour(tmp_path / "odd.mp4", (64, 720), "yuv420p", Colorspace.ITU709, tag)) as source:
        image = next(iter(source)).image
    np.testing.assert_allclose(image[24, 32], ONE_COLOUR, atol=6)


@pytest.mark.parametrize(
    ("sizes", "default", "shown"),
    [
        ([(64, 48), (160, 96)], 1, (160, 96)),
        ([(160, 96), (64, 48)], 1, (64, 48)),
        ([(64, 48), (160, 96)], None, (160, 96)),
        ([(160, 96), (160, 96)], None, (160, 96)),
    ],
    ids=["default", "smaller, but default", "none marked", "alike"],
)
def test_of_several_tracks_the_default_one_is_shown_then_the_largest(
    tmp_path: Path, sizes: list[tuple[int, int]], default: int | None, shown: tuple[int, int]
) -> None:
    path = tmp_path / "tracks.mkv"
    with av.open(str(path), "w", options={"default_mode": "passthrough"}) as container:
        streams = []
        for track, (width, height) in enumerate(sizes):
            stream = container.add_stream("mpeg4", rate=25)
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            stream.disposition = Disposition.default if track == default else Disposition(0)
            streams.append(stream)
        for index in range(8):
            for track, stream in enumerate(streams):
                frame = av.VideoFrame.from_ndarray(picture(index + 100 * track, stream.width, stream.height))
                container.mux(stream.encode(frame))
        for stream in streams:
            container.mux(stream.encode(None))
    first = 100 * sizes.index(shown)
    with FileSource(path) as source:
        assert (source.info.width, source.info.height) == shown
        assert [index_of(frame.image) for frame in source] == list(range(first, first + 8))
        source.seek(5)
        assert index_of(next(iter(source)).image) == first + 5


def test_pixels_that_are_not_square_are_shown_as_players_show_them(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "wide.mp4", WIDE)
    with FileSource(path) as source:
        frame = next(iter(source))
        assert (source.info.width, source.info.height) == (frame.width, frame.height) == (213, 96)
    turned = make_clip(tmp_path / "tall.mp4", replace(WIDE, rotation=90, size=(96, 160)))
    with FileSource(turned) as source:
        assert (source.info.width, source.info.height) == (96, 213)


@pytest.mark.parametrize(
    ("aspect", "inner"),
    [(None, (slice(None), slice(51, 109))), (Fraction(2), (slice(None), slice(22, 138)))],
    ids=["square", "wide pixels"],
)
def test_pictures_of_another_size_are_fitted_in_undistorted(
    tmp_path: Path, aspect: Fraction | None, inner: tuple[slice, slice]
) -> None:
    turned = make_clip(tmp_path / "turned.h264", Recipe(size=(96, 160), aspect=aspect, ticks=25)).read_bytes()
    path = make_clip(tmp_path / "both.h264", Recipe(ticks=25))
    path.write_bytes(path.read_bytes() + turned)
    with FileSource(path) as source:
        images = [frame.image for frame in source]
        source.seek(60)
        again = next(iter(source)).image
    assert {image.shape for image in images} == {(96, 160, 3)}
    assert [index_of(image) for image in images[:40]] == list(range(40))
    assert [index_of(image[inner]) for image in images[40:]] == list(range(40))
    beside = np.ones((96, 160), np.bool_)
    beside[inner] = False
    assert max(image[beside].max() for image in images[40:]) < 8
    np.testing.assert_array_equal(again, images[60])


def test_seeking_outside_the_file_is_an_error_and_harms_nothing(golden: ClipMaker) -> None:
    with FileSource(golden("b-frames")) as source:
        for index in (-1, 40):
            with pytest.raises(IndexError, match="40 frames"):
                source.seek(index)
        assert next(iter(source)).index == 0


def test_after_the_end_there_is_nothing_until_one_seeks(golden: ClipMaker) -> None:
    with FileSource(golden("b-frames")) as source:
        assert len(list(source)) == 40
        assert list(source) == []
        source.seek(38)
        assert [frame.index for frame in source] == [38, 39]


def test_iterating_again_goes_on_where_it_stopped(golden: ClipMaker) -> None:
    with FileSource(golden("plain")) as source:
        assert [frame.index for frame in islice(source, 3)] == [0, 1, 2]
        assert next(iter(source)).index == 3


def test_close_from_another_thread_ends_the_frames(golden: ClipMaker) -> None:
    source = FileSource(golden("one-keyframe"))
    frames = iter(source)
    next(frames)
    closer = threading.Thread(target=source.close)
    closer.start()
    remaining = list(frames)
    closer.join()
    assert len(remaining) < 80
    assert list(source) == []


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".avi"])
def test_a_file_that_was_cut_off_gives_its_frames_and_says_when_it_ended(
    tmp_path: Path, suffix: str, threads: int
) -> None:
    options = {"movflags": "faststart"} if suffix in (".mp4", ".mov") else {}
    codec, ticks = {".mkv": ("libx264", 1000), ".avi": ("mpeg4", 25)}.get(suffix, ("libx264", 90_000))
    recipe = Recipe(even_times(200), codec=codec, ticks=ticks, muxer_options=options)
    whole = make_clip(tmp_path / f"whole{suffix}", recipe)
    for share in (0.4, 0.7):
        frames: list[Frame] = []
        with FileSource(cut(whole, share), threads=threads) as source, pytest.raises(SourceBrokenOff) as broken:
            frames += source
        shown = [index_of(frame.image) for frame in frames]
        assert shown[:-3] == list(range(len(frames) - 3))
        assert shown == sorted(shown)  # of the last group, pictures that came before others in the file may be gone
        np.testing.assert_allclose([frame.time_s for frame in frames], np.array(shown) / 25, atol=2e-3)
        assert [frame.index for frame in frames] == list(range(len(frames)))
        assert 0.1 < len(frames) / 200 < 0.95
        assert broken.value.time_s == frames[-1].time_s
        assert f"cut-whole{suffix}" in str(broken.value)
        assert f"{frames[-1].time_s:.1f} s" in str(broken.value)


def test_a_cut_off_file_gives_the_same_frames_whatever_the_threads(tmp_path: Path) -> None:
    recipe = Recipe(even_times(200), codec_options={"bf": "3"}, muxer_options={"movflags": "faststart"})
    short = cut(make_clip(tmp_path / "whole.mp4", recipe), 0.7)
    runs = []
    for threads in (1, 2, 4):
        run: list[Signature] = []
        with FileSource(short, threads=threads) as source, pytest.raises(SourceBrokenOff):
            run.extend(map(signature, source))
        runs.append(run)
    assert runs[0] == runs[1] == runs[2]
    assert len(runs[0]) > 100


def test_seeking_in_a_file_that_was_cut_off_goes_as_far_as_it_has_frames(tmp_path: Path) -> None:
    recipe = Recipe(even_times(200), codec_options={"bf": "3"}, muxer_options={"movflags": "faststart"})
    short = cut(make_clip(tmp_path / "whole.mp4", recipe), 0.7)
    run: list[Signature] = []
    with FileSource(short) as source:
        with pytest.raises(SourceBrokenOff) as played_on:
            run.extend(map(signature, source))
        for k in (len(run) - 1, 3, len(run) - 20):
            source.seek(k)
            assert signature(next(iter(source))) == run[k]
        source.seek(len(run) - 1)
        with pytest.raises(SourceBrokenOff) as sought:
            list(source)
        with pytest.raises(IndexError):
            source.seek(len(run))
    assert played_on.value.time_s == sought.value.time_s == run[-1][1]


@pytest.mark.parametrize("threads", [1, 3])
def test_damage_in_the_middle_costs_its_frames_and_no_others(tmp_path: Path, threads: int) -> None:
    path = make_clip(tmp_path / "damaged.mp4", Recipe(even_times(60), codec="mjpeg", pix_fmt="yuvj420p"))
    damage(path, 30)
    with FileSource(path, threads=threads) as source:
        frames = list(source)
        assert [frame.index for frame in frames] == [index_of(frame.image) for frame in frames]
        assert [frame.index for frame in frames] == [k for k in range(60) if k != 30]
        for k, found in ((45, 45), (30, 31), (2, 2)):
            source.seek(k)
            frame = next(iter(source))
            assert (frame.index, index_of(frame.image)) == (found, found)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".mov", ".ts", ".avi"])
def test_sound_longer_than_the_pictures_is_not_a_break(tmp_path: Path, suffix: str) -> None:
    sound = Sound(duration_s=4.0, codec="mp2" if suffix in (".ts", ".avi") else "aac")
    codec = "mpeg4" if suffix == ".avi" else "libx264"
    path = make_clip(
        tmp_path / f"long{suffix}", Recipe(sound=sound, codec=codec, ticks=25 if suffix == ".avi" else 1000)
    )
    assert len(played(path)) == 40


def test_the_last_picture_of_a_file_without_times_ends_after_it_began(tmp_path: Path) -> None:
    recipe = Recipe(even_times(40, start_s=-1.2), ticks=1000, muxer_options={"avoid_negative_ts": "disabled"})
    with FileSource(make_clip(tmp_path / "negative.mkv", recipe)) as source:
        last = list(source)[-1]
        assert source.end_of(last.index) == pytest.approx(last.time_s + 1 / 25)  # the file says 0.4 s


def test_the_rate_of_a_recording_made_by_a_browser_is_that_of_its_pictures(tmp_path: Path) -> None:
    path = tmp_path / "recording.webm"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libvpx", rate=1000)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        stream.codec_context.framerate = Fraction(0, 1)  # none in the file, as browsers have it
        for index in range(40):
            frame = av.VideoFrame.from_ndarray(picture(index), format="rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = 33 * index + index % 3, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with FileSource(path) as source:
        assert source.info.fps == pytest.approx(1000 / 33)
        assert source.info.frame_count == len(list(source)) == 40


def paced(*stretches: tuple[float, float]) -> list[float]:
    """The times of pictures that come, for so many seconds, so many times a second, one stretch after the other."""
    times: list[float] = []
    begin_s = 0.0
    for lasts_s, fps in stretches:
        times += [begin_s + k / fps for k in range(round(lasts_s * fps))]
        begin_s += lasts_s
    return times


@pytest.mark.parametrize(
    ("suffix", "stretches"),
    [
        (".mkv", [(10, 10)]),
        (".webm", [(10, 10)]),
        (".mkv", [(4, 25), (6, 10)]),
        (".webm", [(4, 10), (6, 25)]),
        (".mkv", [(4, 25), (5, 2), (4, 25), (7, 2)]),
        (".webm", [(12, 25), (8, 1)]),
        (".mkv", [(3, 25), (6, 1), (11, 25)]),
        (".mkv", [(8, 25), (2, 0.2), (8, 25)]),  # and one without a picture in it
    ],
)
def test_the_rate_is_that_of_the_pictures_where_they_come_slower_for_a_while(
    tmp_path: Path, suffix: str, stretches: list[tuple[float, float]]
) -> None:
    times = paced(*stretches)
    codec = "libx264" if suffix == ".mkv" else "libvpx-vp9"
    recipe = Recipe(times, (64, 48), codec, ticks=1000, gop=250)
    path = make_clip(tmp_path / f"screen{suffix}", recipe)
    with av.open(str(path)) as container:
        assert container.streams.video[0].average_rate == 25  # by the file's own word, which is of the fastest
    with FileSource(path) as source:
        assert source.info.fps == pytest.approx((len(times) - 1) / times[-1], rel=1e-4)
        assert source.info.frame_count == len(list(source)) == len(times)


@pytest.mark.parametrize("codec", ["libx264", "libvpx"])
def test_a_file_that_keeps_its_rate_is_not_read_to_its_end_when_it_is_opened(tmp_path: Path, codec: str) -> None:
    recipe = Recipe(even_times(250, start_s=3.0), (64, 48), codec, ticks=1000, gop=250)
    path = make_clip(tmp_path / "even.mkv", recipe)
    with FileSource(path) as source:
        assert source.info.fps == 25
        assert source.info.frame_count == pytest.approx(250, abs=1)
        assert source._table is None


class CountedFile(io.FileIO):
    """Counts the bytes that are read from it."""

    count = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size) or b""
        self.count += len(data)
        return data


def test_to_see_whether_it_keeps_its_rate_a_file_with_one_keyframe_is_not_read_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {"preset": "ultrafast", "sc_threshold": "0"}
    recipe = Recipe(even_times(1000), (64, 48), codec_options=options, ticks=1000, gop=10_000)
    path = make_clip(tmp_path / "even.mkv", recipe)
    with CountedFile(path) as file:
        monkeypatch.setattr(decoder, "open_container", lambda _: av.open(file))
        assert decoder.keeps_rate(path, 25.0, 0.0, 40.0)
        assert file.count < 3 * path.stat().st_size, "once to find that there is no other keyframe, once to look"


def test_a_file_that_ends_long_before_it_says_does_not_keep_its_rate(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mkv", Recipe(even_times(200, 25.0), (64, 48), ticks=1000))
    assert decoder.keeps_rate(path, 25.0, 0.0, 8.0)
    assert not decoder.keeps_rate(path, 25.0, 0.0, 120.0), "it ends between two places"


def test_a_file_that_was_cut_off_keeps_its_rate_and_counts_what_is_left(tmp_path: Path) -> None:
    path = cut(make_clip(tmp_path / "clip.mkv", Recipe(even_times(100, 25.0), (64, 48), ticks=1000)), 0.6)
    with FileSource(path) as source:
        assert source.info.fps == 25
        assert source.info.frame_count == len(source.times()) < 70


@pytest.mark.parametrize("flags", ["frag_every_frame", "frag_keyframe"])
def test_the_first_fragment_of_a_file_is_not_taken_for_all_of_it(tmp_path: Path, flags: str) -> None:
    path = make_clip(tmp_path / "f.mp4", Recipe(muxer_options={"movflags": flags}))
    with FileSource(path) as source:
        assert source.info.frame_count == len(list(source)) == 40


@pytest.mark.parametrize(("suffix", "count"), [(".mp4", 1), (".gif", 1), (".mpg", 2), (".mpg", 3)])
def test_one_picture_is_told_from_a_few(tmp_path: Path, suffix: str, count: int) -> None:
    codec, pix_fmt = {".gif": ("gif", "rgb8"), ".mpg": ("mpeg2video", "yuv420p")}.get(suffix, ("libx264", "yuv420p"))
    recipe = Recipe(even_times(count), codec=codec, pix_fmt=pix_fmt, ticks=100 if suffix == ".gif" else 25)
    with FileSource(make_clip(tmp_path / f"few{suffix}", recipe)) as source:
        assert (source.info.frame_count == 1) == (count == 1)  # people in one picture are numbered, not followed


def test_a_recording_that_was_never_closed_is_read_to_its_end(golden: ClipMaker) -> None:
    short = cut(golden("no-duration"), 0.8, "never-closed.mkv")  # as a recorder leaves it when its battery dies
    with FileSource(short) as source:
        assert source.info.duration_s is None
        frames = list(source)
    assert 20 < len(frames) < 40


def test_bad_files_are_told_in_one_sentence_each(tmp_path: Path, golden: ClipMaker) -> None:
    text = tmp_path / "notes.mp4"
    text.write_text("not a video\n" * 100)
    empty = tmp_path / "empty.mp4"
    empty.touch()
    plain_text = tmp_path / "readme.txt"
    plain_text.write_text("words " * 1000)
    headless = cut(golden("plain"), 0.5, "headless.mp4")  # its table of contents was at the end
    sound_only = tmp_path / "sound.m4a"
    with av.open(str(sound_only), "w") as container:
        stream = container.add_stream("aac", rate=48_000, layout="mono")
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 4096), np.int16), format="s16", layout="mono")
        silence.sample_rate = 48_000
        container.mux(stream.encode(silence))
        container.mux(stream.encode(None))
    cases = {
        text: "not a video",
        empty: "empty",
        plain_text: "no video",
        headless: "cut off",
        sound_only: "no video",
        tmp_path: "folder",
    }
    for path, words in cases.items():
        with pytest.raises(SourceError) as raised:
            FileSource(path)
        message = str(raised.value)
        assert words in message
        assert str(path) in message
        assert "\n" not in message
        assert message.endswith(".")
    with pytest.raises(MissingFileError, match=r"gone\.mp4 does not exist"):
        FileSource(tmp_path / "gone.mp4")


def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "private.mp4")
    with without_rights(path), pytest.raises(SourceError, match=r"private\.mp4 may not be read"):
        FileSource(path)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes among its files")
def test_a_pipe_is_refused_in_words_though_nobody_writes_into_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "camera")
    both_ends = os.open(tmp_path / "camera", os.O_RDWR | os.O_NONBLOCK)  # else whoever opens it would wait for ever
    with pytest.raises(SourceError, match=r"camera is a pipe, which cannot be read as a video; save it to a file"):
        FileSource(tmp_path / "camera")
    os.close(both_ends)


@needs_shared
@pytest.mark.parametrize(("name", "count"), [("two-people.mp4", 100), ("webcam-1.mkv", 72), ("runner.mp4", 230)])
def test_real_clips_come_whole(name: str, count: int) -> None:
    with FileSource(VIDEO / name) as source:
        frames = [signature(frame) for frame in source]
        assert len(frames) == count
        assert source.info.frame_count == count
        source.seek(count // 2)
        assert signature(next(iter(source))) == frames[count // 2]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no colons in names")
def test_a_colon_in_a_name_makes_no_protocol_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_clip(tmp_path / "game 12:30.mp4", Recipe(times=even_times(5), sound=Sound()))
    monkeypatch.chdir(tmp_path)
    assert [index for index, _, _ in played(Path("game 12:30.mp4"))] == list(range(5))


# slow motion


@pytest.fixture(scope="module")
def uneven(golden: ClipMaker) -> Iterator[FileSource]:
    with FileSource(golden("uneven")) as source:
        yield source


@given(slowed=st.floats(0.01, 100))
def test_times_of_what_happened_are_those_of_the_file_divided(uneven: FileSource, slowed: float) -> None:
    uneven.retime(1.0)
    own, info = uneven.times(), uneven.info
    uneven.retime(slowed)
    times = uneven.times()
    assert times == pytest.approx([time_s / slowed for time_s in own])
    assert all(before < after for before, after in pairwise(times))
    assert [uneven.index_at(time_s) for time_s in times] == list(range(len(times)))
    assert (uneven.info.fps, uneven.info.duration_s) == pytest.approx((info.fps * slowed, info.duration_s / slowed))
    assert (uneven.info.slowed, uneven.info.frame_count) == (slowed, info.frame_count)
    uneven.retime(1.0)
    assert (uneven.times(), uneven.info) == (own, info), "to the last digit"


def test_frames_come_at_the_times_of_what_happened_and_end_there(golden: ClipMaker) -> None:
    with FileSource(golden("uneven"), recorded_at=240) as source:
        slowed = source.info.slowed
        frames = list(source)
        assert [frame.time_s for frame in frames] == source.times()
        assert source.info.fps == pytest.approx(240), "on average"
        end_s = source.end_of(frames[-1].index)
        source.seek(17)
        assert next(iter(source)).time_s == frames[17].time_s
    with FileSource(golden("uneven")) as source:
        own = list(source)
        assert source.end_of(own[-1].index) == pytest.approx(end_s * slowed)
    assert [frame.time_s * slowed for frame in frames] == pytest.approx([frame.time_s for frame in own])


def test_what_breaks_off_says_when_by_what_happened(tmp_path: Path) -> None:
    recipe = Recipe(even_times(100), muxer_options={"movflags": "faststart"})
    short = cut(make_clip(tmp_path / "whole.mp4", recipe), 0.7)
    errors = []
    for rate in (None, 250):
        with FileSource(short, recorded_at=rate) as source, pytest.raises(SourceBrokenOff) as broken:
            list(source)
        errors.append(broken.value)
    assert errors[0].time_s > 0.5
    assert errors[1].time_s == pytest.approx(errors[0].time_s / 10)
    assert f"breaks off at {errors[1].time_s:.1f} s" in str(errors[1])
