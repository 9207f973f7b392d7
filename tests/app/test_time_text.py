"""Times as people write them, on the command line and in the window."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.time_text import seconds_of


@given(st.integers(0, 99), st.integers(0, 59), st.integers(0, 59))
def test_every_way_to_write_a_time_is_understood(hours: int, minutes: int, seconds: int) -> None:
    total = 3600 * hours + 60 * minutes + seconds
    assert seconds_of(f"{hours}:{minutes:02}:{seconds:02}") == total
    assert seconds_of(f" {60 * hours + minutes}:{seconds}.0 ") == total
    assert seconds_of(str(total)) == total


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("1:23.4", 83.4), ("1:23,4", 83.4), ("1,5", 1.5), ("5.", 5.0), ("90:00", 5400.0), ("１：２３", 83.0)],
)
def test_signs_of_other_countries_are_understood(written: str, seconds: float) -> None:
    assert seconds_of(written) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "written",
    ["", "-", "x", "1:2:3:4", "1:60", "1:75:00", "-3", "1:", ":5", "1.5:30", "1,2,3", "nan", "1e3", "12 s", "٣"],
)
def test_anything_else_is_no_time(written: str) -> None:
    assert seconds_of(written) is None
