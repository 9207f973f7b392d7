"""Parts of videos, told by times."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.part import Part
from engine.errors import UsageError
from engine.video.file import FileSource
from tests.app.conftest import Command
from tests.clips import Recipe, even_times, make_clip


def test_a_part_is_what_is_shown_from_one_time_to_the_other(tmp_path: Path) -> None:
    with FileSource(make_clip(tmp_path / "clip.mp4", Recipe(times=even_times(40, 10.0)))) as clip:
        assert Part.told("1-2", clip) == Part(10, 20)
        assert Part.told("0:01.05-0:01.95", clip) == Part(10, 19)
        assert Part.told("3,5-", clip) == Part(35, None)
        assert Part.told("3-99", clip) == Part(30, 39)
        for text, words in (
            ("2-1", "the second time must be after the first"),
            ("4-5", "ends at 3.9 s"),
            ("1", "two times with a dash"),
            ("-2", "two times with a dash"),
            ("-1-2", "two times with a dash"),
            ("\u22121-2", "two times with a dash"),
            ("1-2-3", "two times with a dash"),
            ("1--2", "two times with a dash"),
            ("-", "two times with a dash"),
            ("", "two times with a dash"),
            ("1-x", ": x is no time; write times such as"),
            ("1e0-2", ": 1e0 is no time; write times such as"),
            ("0:75-2:00", ": 0:75 is no time: seconds go to 59"),
            ("0-1:60:00", ": 1:60:00 is no time: minutes go to 59"),
        ):
            with pytest.raises(UsageError, match=words):
                Part.told(text, clip)


def test_a_dash_is_whatever_a_keyboard_writes_for_one(tmp_path: Path) -> None:
    with FileSource(make_clip(tmp_path / "clip.mp4", Recipe(times=even_times(40, 10.0)))) as clip:
        for dash in ("-", "\uff0d", "\u2013", "\u2014", "\u2212", "~", "\uff5e", "\u301c", " \u2013 "):
            assert Part.told(f"0,5{dash}1,5", clip) == Part(5, 15), ascii(dash)
            assert Part.told(f"\uff11{dash}", clip) == Part(10, None), ascii(dash)


def test_following_a_part_keeps_numbers_and_times_and_can_be_done_again(command: Command, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", Recipe(times=even_times(40, 10.0)))
    assert command("track", clip, "--range", "1.2-1.5", "-o", tmp_path / "a.json").returncode == 0
    frames = json.loads((tmp_path / "a.json").read_text())["frames"]
    assert [(frame["index"], round(frame["time_s"], 3)) for frame in frames] == [
        (12, 1.2), (13, 1.3), (14, 1.4), (15, 1.5)
    ]  # fmt: skip
    again = command("track", "--from", tmp_path / "a.manifest.json", "-o", tmp_path / "b.json")
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "b.json").read_bytes() == (tmp_path / "a.json").read_bytes()
    refused = command("track", "--from", tmp_path / "a.manifest.json", "--range", "0-1", "-o", tmp_path / "c.json")
    assert refused.returncode == 2
    assert "leave --range out" in refused.stderr
