"""Folders of pictures, patterns and single pictures."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import MissingFileError, SourceBrokenOff, SourceError, UsageError
from engine.types import Frame
from engine.video.images import ImagesSource, natural_key
from engine.video.opening import open_source
from tests.clips import U8, Recipe, even_times, index_of, make_clip, picture


def save(path: Path, image: U8) -> None:
    good, data = cv2.imencode(path.suffix, image[:, :, ::-1])
    assert good
    data.tofile(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve pictures whose names sort wrongly as text, and files that are none."""
    shots = tmp_path / "Ünïcode 写真"
    shots.mkdir()
    for k in range(12):
        save(shots / f"shot{k}.png", picture(k))
    (shots / "notes.txt").write_text("hello")
    (shots / ".hidden.png").write_bytes(b"not a picture")
    (shots / "sub").mkdir()
    return shots


def test_a_folder_gives_its_pictures_in_natural_order(folder: Path) -> None:
    with ImagesSource(folder) as source:
        frames = list(source)
        info = source.info
    assert [index_of(frame.image) for frame in frames] == list(range(12))
    assert [frame.index for frame in frames] == list(range(12))
    np.testing.assert_allclose([frame.time_s for frame in frames], np.arange(12) / 30)
    np.testing.assert_array_equal(frames[7].image, picture(7))
    assert (info.width, info.height, info.frame_count, info.fps, info.duration_s) == (160, 96, 12, 30.0, 0.4)


def test_seeking_and_times(folder: Path) -> None:
    with ImagesSource(folder) as source:
        for k in (7, 0, 11):
            source.seek(k)
            assert index_of(next(iter(source)).image) == k
            assert source.index_at(k / 30) == k
            assert source.index_at(k / 30 + 0.02) == k
        with pytest.raises(IndexError):
            source.seek(12)
        assert [source.end_of(k) for k in (0, 11)] == [None, 12 / 30]
    assert list(source) == []


def test_frames_a_second_are_a_guess_unless_they_are_said(folder: Path) -> None:
    with open_source(folder) as source:
        assert source.info.assumed
    with open_source(folder, fps=14) as source:
        assert (source.info.fps, source.info.duration_s, source.info.assumed) == (14, 12 / 14, False)
        np.testing.assert_allclose([frame.time_s for frame in source], np.arange(12) / 14)
        assert isinstance(source, ImagesSource)
        assert source.index_at(0.5) == 7
        assert source.end_of(11) == 12 / 14
    with open_source(folder / "shot0.png") as source:
        assert not source.info.assumed, "one picture has no time"
    clip = make_clip(folder.parent / "clip.mp4", Recipe(times=even_times(3)))
    with pytest.raises(UsageError, match=r"clip\.mp4 tells its times itself"):
        open_source(clip, fps=14)


@given(st.lists(st.integers(0, 10**6), unique=True, max_size=20))
def test_numbers_in_names_sort_as_numbers(numbers: list[int]) -> None:
    names = [f"Cam 2 take{n}b.jpg" for n in numbers]
    assert sorted(names, key=natural_key) == [f"Cam 2 take{n}b.jpg" for n in sorted(numbers)]


def test_photographs_stand_upright(tmp_path: Path) -> None:
    upright = np.zeros((96, 64, 3), np.uint8)
    upright[:20] = 255  # the sky
    good, data = cv2.imencode(".jpg", cv2.rotate(upright, cv2.ROTATE_90_COUNTERCLOCKWISE))
    assert good
    exif = (
        bytes.fromhex("ffe10022457869660000")
        + b"MM\x00*\x00\x00\x00\x08\x00\x01"
        + bytes.fromhex("0112000300000001000600000000 0000".replace(" ", ""))
    )  # orientation 6: to be turned clockwise
    jpeg = data.tobytes()
    (tmp_path / "photo.jpg").write_bytes(jpeg[:2] + exif + jpeg[2:])
    with ImagesSource(tmp_path) as source:
        seen = next(iter(source)).image
    assert seen.shape == (96, 64, 3)
    assert seen[:16].mean() > 240
    assert seen[24:].mean() < 15


def test_grey_transparent_and_deep_pictures_become_rgb(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "1.png"), np.full((40, 50), 77, np.uint8))
    cv2.imwrite(str(tmp_path / "2.png"), np.full((40, 50, 4), (10, 20, 30, 255), np.uint8))
    cv2.imwrite(str(tmp_path / "3.png"), np.full((40, 50, 3), 30_000, np.uint16))
    with ImagesSource(tmp_path) as source:
        grey, transparent, deep = (frame.image for frame in source)
    assert grey[5, 5].tolist() == [77, 77, 77]
    assert transparent[5, 5].tolist() == [30, 20, 10]
    assert deep[5, 5].tolist() == pytest.approx([117, 117, 117], abs=1)


def test_a_picture_of_another_size_is_fitted_in_whole(tmp_path: Path) -> None:
    save(tmp_path / "1.png", np.full((100, 200, 3), 90, np.uint8))
    save(tmp_path / "2.png", np.full((300, 300, 3), 200, np.uint8))
    with ImagesSource(tmp_path) as source:
        second = list(source)[1].image
    assert second.shape == (100, 200, 3)
    assert second[:, :50].max() == 0
    assert second[:, 51:149].min() == 200


def test_one_picture_or_a_pattern_will_do(folder: Path) -> None:
    with open_source(folder / "shot3.png") as source:
        assert [index_of(frame.image) for frame in source] == [3]
    with open_source(str(folder / "shot1*.png")) as source:
        assert [index_of(frame.image) for frame in source] == [1, 10, 11]


def test_a_name_with_brackets_is_a_name_first(tmp_path: Path) -> None:
    save(tmp_path / "take[1].png", picture(5))
    with open_source(tmp_path / "take[1].png") as source:
        assert index_of(next(iter(source)).image) == 5
    (tmp_path / "day [2]").mkdir()
    save(tmp_path / "day [2]" / "a.png", picture(6))
    with open_source(tmp_path / "day [2]") as source:
        assert index_of(next(iter(source)).image) == 6


@pytest.mark.parametrize("name", ["Dance [dQw4w9WgXcQ].mp4", "Who is it? [v1.2]", "day [2]"])
def test_a_missing_file_with_signs_in_its_name_is_missing_and_no_pattern(tmp_path: Path, name: str) -> None:
    with pytest.raises(MissingFileError, match="does not exist"):
        open_source(str(tmp_path / name))


@pytest.mark.parametrize("name", ["Dance [dQw4w9WgXcQ].mp4", "shot1*.png", "shot*"])
def test_a_path_is_no_pattern_whatever_its_name(folder: Path, name: str) -> None:
    with pytest.raises(MissingFileError, match="does not exist"):
        open_source(folder / name)


@pytest.mark.parametrize("pattern", ["shot1*", "*", "shot1*.*", "shot1[01].[pj][np]g", "*1*.PNG"])
def test_a_pattern_is_one_where_pictures_fit_its_ending(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(SourceError, match="No picture fits the pattern"):
        open_source(str(tmp_path / pattern))


def test_an_animation_is_no_single_picture(tmp_path: Path) -> None:
    save(tmp_path / "still.webp", picture(3))
    with open_source(tmp_path / "still.webp") as source:
        assert [index_of(frame.image) for frame in source] == [3]
    recipe = Recipe(even_times(5, fps=10), codec="apng", pix_fmt="rgb24", ticks=100)
    moving = make_clip(tmp_path / "moving.apng", recipe).rename(tmp_path / "moving.png")
    with open_source(moving) as source:
        assert [(index_of(frame.image), round(frame.time_s, 2)) for frame in source] == [(k, k / 10) for k in range(5)]
    webp = Recipe(even_times(5, fps=10), codec="libwebp_anim", ticks=1000, codec_options={"lossless": "1"})
    moving = make_clip(tmp_path / "moving.webp", webp)
    with pytest.raises(SourceError, match=r"moving\.webp is not a video that can be read \(animated WebP\)"):
        open_source(moving)
    with open_source(tmp_path) as source:  # in a folder the first picture of each will do
        assert [index_of(frame.image) for frame in source if frame.index < 2] == [0, 0]


def test_what_is_wrong_is_said_in_a_sentence(tmp_path: Path, folder: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(SourceError, match=r"no picture in .*empty"):
        open_source(empty)
    with pytest.raises(SourceError, match=r"No picture fits the pattern .*nothing\*\.png"):
        open_source(str(tmp_path / "nothing*.png"))
    with pytest.raises(MissingFileError, match=r"gone\.png does not exist"):
        open_source(tmp_path / "gone.png")
    with pytest.raises(MissingFileError, match="gone does not exist"):
        open_source(tmp_path / "gone")
    for picture_file in folder.glob("shot*.png"):
        picture_file.write_bytes(b"damaged")
    with pytest.raises(SourceError, match=r"shot0\.png is not a picture"):
        open_source(folder)


@pytest.mark.parametrize("name", [f"{'x' * 300}.png", f"{'x' * 300}.mp4"])
def test_what_the_system_says_stands_in_the_sentence_as_its_other_words_do(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match=r"\(file name too long\)"):
        open_source(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes among its files")
@pytest.mark.filterwarnings("ignore:unclosed file")  # NumPy's own
def test_a_pipe_among_pictures_is_refused_with_a_reason_where_the_system_has_no_words_for_it(tmp_path: Path) -> None:
    pipe = tmp_path / "shot.png"
    os.mkfifo(pipe)
    with open(pipe, "r+b", buffering=0), pytest.raises(SourceError, match=r"shot\.png cannot be read \((?!None)"):
        open_source(tmp_path)  # would wait for a writer, were the pipe not held open here


def test_a_tiff_of_several_pages_is_refused_and_one_with_smaller_copies_is_not(tmp_path: Path) -> None:
    path = tmp_path / "scan.tif"
    pages = [np.full((40, 50, 3), level, np.uint8) for level in (90, 120, 150)]
    assert cv2.imwritemulti(str(path), pages)
    with pytest.raises(SourceError, match=r"scan\.tif has several pages"):
        open_source(path)
    told = path.read_bytes()
    # NewSubfileType (254), a LONG: from "page of several" to "smaller copy of another picture", but for the first
    first, page, copy = (bytes.fromhex(f"fe00 0400 01000000 {kind}") for kind in ("00000000", "02000000", "01000000"))
    assert told.count(page) == len(pages)
    path.write_bytes(told.replace(page, first, 1).replace(page, copy))
    with open_source(path) as source:
        assert [frame.image[5, 5].tolist() for frame in source] == [[90, 90, 90]]


@pytest.mark.parametrize(
    ("damaged", "account"), [([0, 5, 11], r"^3 of 12 .*shot0\.png is not"), ([5], r"^One of 12 .*shot5\.png is not")]
)
def test_pictures_that_cannot_be_read_are_passed_over_and_counted(
    folder: Path, damaged: list[int], account: str
) -> None:
    for k in damaged:
        (folder / f"shot{k}.png").write_bytes(b"damaged")
    frames: list[Frame] = []
    with open_source(folder) as source, pytest.raises(SourceBrokenOff, match=account):
        frames.extend(source)  # keeps what came before the end
    assert [frame.index for frame in frames] == [k for k in range(12) if k not in damaged]
    assert [index_of(frame.image) for frame in frames] == [frame.index for frame in frames]
