"""HDR files: they look as their SDR twins, whatever their transfer function; SDR files are read as ever."""

from __future__ import annotations

import zlib
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
from av.video.reformatter import ColorTrc

from engine.types import U8
from engine.video.file import FileSource
from engine.video.sink import VideoSink
from tests.clips import colour_chart
from tests.hdr import HLG, PQ, SIZE, greys, hdr_clip, hdr_signal

BOTH = pytest.mark.parametrize(("trc", "name"), [(HLG, "HLG"), (PQ, "PQ")])
UNTAGGED = 2  # AVCOL_SPC_UNSPECIFIED


def fields(image: U8, rows: int, columns: int) -> npt.NDArray[np.int_]:
    """The colours in the middle of fields."""
    height, width = image.shape[0] // rows, image.shape[1] // columns
    return image[height // 2 :: height, width // 2 :: width].astype(int)


def first_image(path: Path) -> U8:
    with FileSource(path) as source:
        return next(iter(source)).image


@BOTH
def test_hdr_looks_as_its_sdr_twin(tmp_path: Path, trc: ColorTrc, name: str) -> None:
    chart = (64 + colour_chart(6, 4) * 0.45).astype(np.uint8)  # up to 172: below where highlights are rolled off
    path = hdr_clip(tmp_path / "chart.mkv", [hdr_signal(chart, trc)], trc)
    with FileSource(path) as source:
        assert source.info.hdr == name
    np.testing.assert_allclose(fields(first_image(path), 4, 6), chart, atol=5)


@pytest.mark.parametrize(("trc", "white"), [(HLG, 0.75), (PQ, 0.58)])  # BT.2408 table 1
def test_reference_white_is_nearly_sdrs_and_highlights_stay_apart(tmp_path: Path, trc: ColorTrc, white: float) -> None:
    levels = [0.0, 0.1, 0.2, 0.3, 0.4, white - 0.1, white, (white + (1.0 if trc == HLG else 0.75)) / 2]
    path = hdr_clip(tmp_path / "greys.mkv", [greys(*levels), greys(*np.linspace(white, 1.0, 8))], trc)
    with FileSource(path) as source:
        shades, lights = (fields(frame.image, 1, 8)[0] for frame in source)
    assert np.ptp(np.r_[shades, lights], axis=1).max() <= 1  # grey stays grey
    assert shades[0].max() <= 1
    assert 225 <= shades[6, 1] <= 236
    assert all(b > a + 3 for a, b in pairwise(shades[:, 1]))
    assert all(b >= a for a, b in pairwise(lights[:, 1]))
    assert lights[-1, 1] == 255


@BOTH
def test_the_brightest_and_purest_colours_keep_their_hue(tmp_path: Path, trc: ColorTrc, name: str) -> None:
    pure = np.eye(3)[None].repeat(2, axis=0) * np.array([0.6, 1.0])[:, None, None]  # none of them is in BT.709
    found = fields(first_image(hdr_clip(tmp_path / "pure.mkv", [pure], trc)), 2, 3)
    assert (found.argmax(axis=2) == [0, 1, 2]).all()
    assert (found[1].max(axis=1) >= found[0].max(axis=1)).all()


def test_what_is_not_tagged_as_hdr_is_read_as_ever(tmp_path: Path) -> None:
    path = hdr_clip(tmp_path / "sdr.mkv", [greys(0.2, 0.9)], ColorTrc.BT709)
    with FileSource(path) as source:
        assert source.info.hdr is None
        image = next(iter(source)).image
    with av.open(str(path)) as container:
        plain = next(container.decode(video=0)).to_ndarray(format="rgb24")
    np.testing.assert_array_equal(image, plain)


def test_without_a_matrix_hdr_has_that_of_bt_2020(tmp_path: Path) -> None:
    chart = hdr_signal(colour_chart(6, 4), HLG)
    tagged = first_image(hdr_clip(tmp_path / "tagged.mkv", [chart], HLG))
    untagged = first_image(hdr_clip(tmp_path / "untagged.mkv", [chart], HLG, matrix=UNTAGGED))
    np.testing.assert_array_equal(untagged, tagged)


def test_tags_that_change_midway_are_followed(tmp_path: Path) -> None:
    parts = [hdr_clip(tmp_path / f"{trc.name}.h264", [greys(0.75)] * 3, trc) for trc in (HLG, ColorTrc.BT709, PQ)]
    path = tmp_path / "joined.h264"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    with FileSource(path) as source:
        levels = [int(frame.image[48, 96, 1]) for frame in source]
    np.testing.assert_allclose(levels, [230] * 3 + [191] * 3 + [255] * 3, atol=2)


def test_seeking_and_phones_held_upright(tmp_path: Path) -> None:
    signals = [greys(0.2 + 0.05 * k, 0.9) for k in range(8)]
    with FileSource(hdr_clip(tmp_path / "upright.mov", signals, HLG, rotation=-90)) as source:
        assert (source.info.width, source.info.height) == SIZE[::-1]
        played = [zlib.crc32(frame.image) for frame in source]
        for k in (6, 1, 4):
            source.seek(k)
            frame = next(iter(source))
            assert (frame.index, zlib.crc32(frame.image)) == (k, played[k])
    assert frame.image[10, 50, 1] < 140  # left is up now
    assert frame.image[-10, 50, 1] > 245  # 230 as it is stored
    assert len(set(played)) == 8


def test_an_export_is_sdr_and_looks_like_what_was_read(tmp_path: Path) -> None:
    image = first_image(hdr_clip(tmp_path / "hdr.mkv", [greys(0.3, 0.75)], HLG))
    large = np.repeat(np.repeat(image, 8, axis=0), 8, axis=1)
    with VideoSink(tmp_path / "out.mp4", width=SIZE[0] * 8, height=SIZE[1] * 8, fps=25) as sink:
        sink.write(large, 0.0)
    with FileSource(tmp_path / "out.mp4") as source, av.open(str(tmp_path / "out.mp4")) as container:
        assert source.info.hdr is None
        np.testing.assert_allclose(fields(next(iter(source)).image, 1, 2), fields(large, 1, 2), atol=2)
        frame = next(container.decode(video=0))
    assert (frame.color_trc, frame.color_primaries, frame.colorspace) == (1, 1, 1)
    assert fields(large, 1, 2)[0, 1, 1] > 220  # 191 as it is stored
