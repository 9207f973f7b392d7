"""The sink of a picture: the same pixels, under its name when it is whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.errors import SinkError
from engine.video.opening import open_source
from engine.video.picture_sink import PictureSink
from tests.clips import colour_chart
from tests.rights import without_rights

KINDS = pytest.mark.parametrize("name", ["out.jpg", "out.JPEG", "Fluß.png"])


@KINDS
def test_a_picture_keeps_its_size_and_colours(tmp_path: Path, name: str) -> None:
    image = colour_chart(161, 97)
    image[:, 40] = 230, 30, 30  # thin and coloured, as what is drawn
    sink = PictureSink(tmp_path / name)
    sink.write(image, 0.0)
    sink.close()
    with open_source(tmp_path / name) as source:
        (seen,) = [frame.image for frame in source]
    assert seen.shape == image.shape
    assert np.abs(seen[:, 40].astype(int) - image[:, 40]).mean() < (0.5 if name.endswith(".png") else 6)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@KINDS
def test_an_older_picture_stays_until_the_new_one_is_whole(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"older")
    sink = PictureSink(tmp_path / name)
    sink.write(colour_chart(64, 48), 0.0)
    assert (tmp_path / name).read_bytes() == b"older"
    sink.abort()
    assert (tmp_path / name).read_bytes() == b"older"
    assert len(list(tmp_path.iterdir())) == 1


def test_what_is_not_one_picture_is_refused_in_a_sentence(tmp_path: Path) -> None:
    none, two, wide = (PictureSink(tmp_path / f"{name}.jpg") for name in ("none", "two", "wide"))
    with pytest.raises(SinkError, match="not one picture"):
        none.close()
    two.write(colour_chart(64, 48), 0.0)
    with pytest.raises(SinkError, match=r"two\.jpg can hold one picture.*\.mp4"):
        two.write(colour_chart(64, 48), 0.04)
    two.abort()
    with pytest.raises(SinkError, match=r"70000 × 2 pixels; name it \.png"):
        wide.write(np.zeros((2, 70_000, 3), np.uint8), 0.0)
    wide.abort()
    with without_rights(tmp_path), pytest.raises(SinkError, match="not writable"):
        PictureSink(tmp_path / "out.jpg")
    assert list(tmp_path.iterdir()) == []
