"""`skelter smooth` as a person meets it."""

from __future__ import annotations

import json

import pytest

from tests.app.recordings import awkward, written
from tests.app.test_cli import assert_refused
from tests.app.test_smoothing import recording


@pytest.fixture
def walk(tmp_path):
    """A saved result of one walker on 40 frames, ten a second, called walk.json."""
    (path,) = written(recording(40), tmp_path, "json")
    path = path.rename(tmp_path / "walk.json")
    document = json.loads(path.read_text())
    for frame in document["frames"]:
        frame["time_s"] = frame["index"] / 10
    document["source"]["fps"] = 10.0
    path.write_text(json.dumps(document))
    return path


def test_it_says_what_it_did_what_it_left_as_found_and_refuses_to_do_nothing(walk, command, tmp_path):
    done = command("smooth", walk, "-o", tmp_path / "s.json")
    assert done.returncode == 0, done.stderr
    assert "Smoothed 40 frames (savgol 0.5 s (5 frames), gaps to 0.2 s)\n" in done.stderr
    document = json.loads(walk.read_text())
    for frame in document["frames"]:
        if frame["index"] not in range(20, 23):  # one joint is seen on three frames only
            frame["people"][0]["keypoints"][9][2] = 0.0
    walk.write_text(json.dumps(document))
    done = command("smooth", walk, "-o", tmp_path / "s.json")
    assert "; 3 of 643 joints are as found: not seen for long enough at a time)" in done.stderr
    done = command("smooth", walk, "-o", tmp_path / "t.json", "--window", "100")
    assert_refused(done, "Not a joint would be smoothed")
    assert not (tmp_path / "t.json").exists()


@pytest.mark.parametrize(
    "words", [("smooth", "-o", "s.json"), ("export", "--to", "speeds"), ("export", "--to", "summary")]
)
def test_what_moves_from_picture_to_picture_is_refused_where_they_are_of_strangers(command, tmp_path, words):
    (result,) = written(awkward(), tmp_path, "json")
    document = json.loads(result.read_text())
    document["models"]["tracker"] = "still"
    result.write_text(json.dumps(document))
    done = command(words[0], result, *(tmp_path / word if word == "s.json" else word for word in words[1:]))
    assert_refused(done, "looked for in each picture anew")
    assert [path.name for path in tmp_path.iterdir()] == [result.name]
