"""Errors say one sentence, wherever they come from."""

from __future__ import annotations

import copy
import pickle

import pytest

import app.model_files
import app.pipeline
import engine.cuda  # noqa: F401 - these have kinds of their own
from engine.errors import MissingFileError, SkelterError, SourceBrokenOff


def test_an_error_says_the_same_after_a_process() -> None:
    cause = MissingFileError("{0} does not exist; check the name.", "a{b}.mp4")
    error = SourceBrokenOff("{0:.1f} s: {1}", 0.25, cause, time_s=0.25)
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == "0.2 s: a{b}.mp4 does not exist; check the name."
    assert (again.sentence, again.time_s) == (error.sentence, 0.25)
    assert isinstance(again.values[1], FileNotFoundError)


def kinds_of(kind: type[SkelterError]) -> list[type[SkelterError]]:
    return [kind, *(each for own in kind.__subclasses__() for each in kinds_of(own))]


@pytest.mark.parametrize("kind", kinds_of(SkelterError))
def test_every_kind_can_be_sent_and_copied(kind: type[SkelterError]) -> None:
    error = kind("{0} is a{{b}}; choose another.", "camera 2")
    error.stage = "pose"
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(again) is kind
        assert str(again) == "camera 2 is a{b}; choose another."
        assert vars(again) == vars(error)


def test_a_taken_name_says_after_a_process_whether_it_can_be_replaced() -> None:
    error = app.model_files.NameTaken("{0} is there.", "mine", can_replace=True)
    assert pickle.loads(pickle.dumps(error)).can_replace
