"""`skelter smooth` as a person meets it."""

from __future__ import annotations

import json

import pytest

from app.session import Notes, Session, write_session
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
    assert_refused(done, "Not a joint would be smoothed", " frames together; give a shorter --window.")
    assert not (tmp_path / "t.json").exists()
    document["frames"] = document["frames"][:3]
    walk.write_text(json.dumps(document))
    assert_refused(command("smooth", walk, "-o", tmp_path / "t.json"), "nobody is seen for five frames together.")


def test_without_a_name_it_lies_beside_the_result_and_replaces_nobodys_work(walk, command, tmp_path):
    beside = tmp_path / "walk-smoothed.json"
    for _ in range(2):
        assert command("smooth", walk).returncode == 0
    assert json.loads(beside.read_text())["smoothing"].startswith("savgol")
    beside.write_text("worked on")
    assert_refused(command("smooth", walk), "walk-smoothed.json; give another name with -o")
    assert beside.read_text() == "worked on"


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


def test_what_a_session_measured_is_the_scale_of_what_is_smoothed_or_told_to_be_lost(command, tmp_path):
    notes = Notes(metres_per_pixel=0.004)
    write_session(tmp_path / "work.skelter", Session(str(tmp_path / "gone.mp4"), awkward(), notes=notes))
    done = command("smooth", tmp_path / "work.skelter", "-o", tmp_path / "s-speeds.csv", "--no-sides")
    assert "Scale: 0.004 m a pixel, as measured in work.skelter." in done.stderr
    assert (tmp_path / "s-speeds.csv").read_text().splitlines()[1].split(",")[3] == "m/s"
    done = command("smooth", tmp_path / "work.skelter", "-o", tmp_path / "s.json", "--no-sides")
    assert "work.skelter is not kept in data; say it where they are measured: --metres-per-pixel 0.004." in done.stderr


def test_of_another_programs_result_it_is_told_what_is_assumed(command, tmp_path):
    (result,) = written(recording(40), tmp_path, "coco")
    for words in (["smooth", result, "-o"], ["export", result, "--to", "speeds", "-o"]):
        done = command(*words, tmp_path / "s-speeds.csv")
        assert done.returncode == 0, done.stderr
        assert "The size of the pictures and the times are assumed; --clip VIDEO tells them." in done.stderr
        done = command(*words, tmp_path / "s-speeds.csv", "--fps", "60")
        assert "The size of the pictures is assumed; --clip VIDEO tells it." in done.stderr
        last = (tmp_path / "s-speeds.csv").read_text().splitlines()[-1].split(",")
        assert float(last[1]) == pytest.approx(39 / 60)


def test_options_of_the_other_method_are_refused(tmp_path, walk, command):
    for options, words in (
        (("--cutoff", "3"), "--cutoff is for --method butterworth"),
        (("--method", "butterworth", "--window", "0.5"), "--window is for --method savgol"),
    ):
        assert_refused(command("smooth", walk, "-o", tmp_path / "t.json", *options), words)
    assert not (tmp_path / "t.json").exists()
