"""Two takes of one name that are begun at the same moment: one is written, and of the other it is said why not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from app import job
from app.exports.skelter_json import read
from app.results import FrameRecord
from engine.errors import UsageError
from tests.app.synthetic import SquareSource, square_engines


def take(path: Path, frames: int, each: Callable[[FrameRecord], None] = lambda _: None) -> None:
    with SquareSource(1000, live=True, pause_s=0.005) as source:
        job.run(source, square_engines(), [path], each=each, watch=lambda results: islice(results, frames))


def test_the_later_one_is_refused_while_the_other_runs_on(tmp_path: Path) -> None:
    path, refused = tmp_path / "take.jsonl", []

    def later(record: FrameRecord) -> None:
        if record.index == 0:
            with pytest.raises(UsageError, match=r"Another program is writing .*take\.jsonl"):
                take(path, 5)
            refused.append(record)

    take(path, 20, later)
    assert refused
    assert len(read(path)) > 0
    with pytest.raises(UsageError, match="cannot be had again"):
        take(path, 5)
    assert [file.name for file in tmp_path.iterdir()] == ["take.jsonl"]


def test_of_many_begun_together_one_is_written(tmp_path: Path) -> None:
    together, told = threading.Barrier(6), []

    def work() -> None:
        together.wait()
        try:
            take(tmp_path / "take.jsonl", 30)
        except UsageError as error:
            told.append(str(error))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 5, told
    assert [file.name for file in tmp_path.iterdir()] == ["take.jsonl"]
