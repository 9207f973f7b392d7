"""A cache is made once and whole, however many processes want it and wherever one breaks off."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from engine.errors import SinkError
from training.data.cache import CropCache, cached_crops
from training.data.coco import load_people
from training.data.people import Skips
from training.data.teachers import Teacher


def test_a_cache_that_breaks_off_is_made_anew(people_folder: Path, tmp_path: Path) -> None:
    people, skips = load_people(people_folder, ["people.json"])

    def broken() -> Teacher:
        raise RuntimeError("the teacher is ill")

    with pytest.raises(RuntimeError, match="ill"):
        cached_crops(people, tmp_path, broken, skips)
    assert list(tmp_path.iterdir()) == []
    whole = cached_crops(people, tmp_path, None, skips)
    expected = whole.crops.copy()
    (whole.folder / "rows.json").unlink()  # as one that was filled in place, and killed
    (whole.folder / "crops.npy").write_bytes(b"half")
    assert [path.name for path in tmp_path.iterdir()] == [whole.folder.name]
    np.testing.assert_array_equal(cached_crops(people, tmp_path, None, skips).crops, expected)


def test_a_cache_below_a_file_is_refused(people_folder: Path, tmp_path: Path) -> None:
    people, skips = load_people(people_folder, ["people.json"])
    (tmp_path / "file").write_text("mine")
    with pytest.raises(SinkError, match="file"):
        cached_crops(people, tmp_path / "file", None, skips)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no file for one program that way")
def test_one_makes_a_cache_and_the_others_wait_for_it(people_folder: Path, tmp_path: Path) -> None:
    people, _ = load_people(people_folder, ["people.json"])
    began, may_go_on = threading.Event(), threading.Event()
    opened: list[int] = []

    def slow() -> Teacher:
        opened.append(1)
        began.set()
        may_go_on.wait(20)
        return lambda crops: np.ones((len(crops), 17, 64, 48), np.float32)

    def made() -> CropCache:
        return cached_crops(people, tmp_path, slow, Skips())

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(made)
        assert began.wait(20)
        second = pool.submit(made)
        assert not second.done()
        may_go_on.set()
        one, other = first.result(30), second.result(30)
    assert len(opened) == 1
    assert one.folder == other.folder
    assert one.crops.any((1, 2, 3)).all()
