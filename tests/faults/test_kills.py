"""One `kill -9` for each kind of work; `scripts/faults.py kill` does fifty at random moments."""

from __future__ import annotations

import sys
from contextlib import ExitStack

import pytest

from scripts import kills

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")


# the commands themselves have tests of their own, which kill a batch (tests/app/test_batch_workers.py) and a sink
@pytest.mark.parametrize(("name", "line"), [("recording in the window", 200), ("session", 3), ("model pull", 20)])
def test_what_a_kill_leaves_is_whole_or_named_by_the_next_start(name: str, line: int) -> None:
    with ExitStack() as stack:
        (drill,) = (each for each in kills.drills(stack) if each.name == name)
        kills.kill_at(drill, line)
