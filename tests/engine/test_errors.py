"""Errors say one sentence, wherever they come from."""

from __future__ import annotations

import pickle

from engine.errors import MissingFileError, SourceBrokenOff


def test_an_error_says_the_same_after_a_process() -> None:
    cause = MissingFileError("{0} does not exist; check the name.", "a{b}.mp4")
    error = SourceBrokenOff("{0:.1f} s: {1}", 0.25, cause, time_s=0.25)
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == "0.2 s: a{b}.mp4 does not exist; check the name."
    assert (again.sentence, again.time_s) == (error.sentence, 0.25)
    assert isinstance(again.values[1], FileNotFoundError)
