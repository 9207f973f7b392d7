"""Smoothing a recording: less jitter, the raw joints kept, gaps bridged up to the length asked for and marked."""

from dataclasses import replace

import numpy as np
import pytest

from app.analysis import known_points
from app.exports import open_writer
from app.exports.skelter_json import read
from app.results import FrameRecord, Header, Recording, SourceRecord
from app.smoothing import smooth_recording
from engine.errors import UsageError
from engine.types import Boxes, Poses, Tracks

FPS = 30.0


def walker(index: int, jitter: float = 0.0) -> np.ndarray:
    """17 joints that swing while they move to the right; float32 [17, 2]."""
    time_s = index / FPS
    rng = np.random.default_rng(index)
    phase = np.linspace(0, 3, 17)
    x = 100 + 60 * time_s + 10 * np.sin(4 * time_s + phase)
    y = 80 + 10 * np.arange(17) + 5 * np.cos(4 * time_s + phase)
    return (np.stack([x, y], axis=1) + jitter * rng.standard_normal((17, 2))).astype(np.float32)


def recording(
    frames: int = 90, *, jitter: float = 2.0, absent: range = range(0), unsure: range = range(0)
) -> Recording:
    """One walker; not there in the frames `absent`, his left wrist (9) unsure in the frames `unsure`."""
    made = Recording(Header(SourceRecord("walk.mp4", 640, 480, FPS, frames / FPS)))
    for index in range(frames):
        tracks = Tracks.empty()
        if index not in absent:
            points = walker(index, jitter)
            scores = np.full((1, 17), 0.9, np.float32)
            if index in unsure:
                scores[0, 9] = 0.05
            box = Boxes.of([[*points.min(axis=0), *points.max(axis=0)]], [0.9])
            tracks = Tracks(Poses.of(points[None], scores, box), np.array([1]), np.array([0]))
        made.add(FrameRecord(index, index / FPS, tracks))
    return made


@pytest.mark.parametrize("method", ["savgol", "butterworth"])
def test_jitter_goes_and_motion_stays(method):
    smoothed = smooth_recording(recording(jitter=2.0), method=method)
    middle = range(15, 75)
    truth = np.array([walker(index) for index in middle])
    raw = np.array([smoothed[index].tracks.poses.keypoints[0] for index in middle])
    better = np.array([smoothed[index].smoothed[0] for index in middle])
    # white noise below 6 of 15 Hz is sqrt(6 / 15) = 0.63 of it
    assert np.abs(better - truth).mean() < 0.75 * np.abs(raw - truth).mean()


def test_the_raw_joints_are_those_given():
    given = recording()
    smoothed = smooth_recording(given)
    for index in given.indices:
        assert (smoothed[index].tracks.poses.keypoints == given[index].tracks.poses.keypoints).all()


def test_joints_put_in_place_by_hand_stay_there_and_marked():
    given = recording(absent=range(50, 53))
    edited = np.zeros((1, 17), np.bool_)
    edited[0, 9] = True
    for index in (10, 11):
        given.add(replace(given[index], edited=edited))
    smoothed = smooth_recording(given)
    marked = {record.index: record.edited.tolist() for record in smoothed if record.edited is not None}
    assert marked == {10: edited.tolist(), 11: edited.tolist()}
    for index in (10, 11):
        assert (smoothed[index].smoothed[edited] == given[index].tracks.poses.keypoints[edited]).all()


def test_a_short_gap_is_bridged_and_marked_and_a_long_one_is_not():
    smoothed = smooth_recording(recording(jitter=0.0, unsure=range(30, 33)), gap_s=0.2)
    for index in range(30, 33):
        assert smoothed[index].filled[0, 9]
        assert np.abs(smoothed[index].smoothed[0, 9] - walker(index)[9]).max() < 2.0
    assert not smoothed[29].filled.any()
    long = smooth_recording(recording(jitter=0.0, unsure=range(30, 50)), gap_s=0.2)
    assert np.isnan(long[40].smoothed[0, 9]).all()
    assert not long[40].filled.any()


def test_a_person_missing_for_a_moment_is_bridged_without_a_score():
    smoothed = smooth_recording(recording(jitter=0.0, absent=range(40, 43)), gap_s=0.2)
    there = smoothed[41]
    assert there.tracks.ids.tolist() == [1]
    assert there.tracks.poses.boxes.scores[0] == 0
    assert there.filled.all()
    assert np.abs(there.smoothed[0] - walker(41)).max() < 2.0
    gone = smooth_recording(recording(absent=range(40, 60)), gap_s=0.2)
    assert len(gone[50].tracks) == 0


def test_who_bridged_a_longer_gap_before_is_missing_there_again():
    generous = smooth_recording(recording(absent=range(40, 43)), gap_s=1.0)
    strict = smooth_recording(generous, gap_s=0.0)
    assert [len(strict[index].tracks) for index in range(39, 44)] == [1, 0, 0, 0, 1]
    again = smooth_recording(generous, gap_s=0.2)
    np.testing.assert_array_equal(again[41].smoothed, generous[41].smoothed)
    assert again[41].filled.all()


@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_it_is_saved_and_read_back(tmp_path, suffix):
    smoothed = smooth_recording(recording(frames=30, absent=range(10, 12), unsure=range(20, 22)))
    writer = open_writer(tmp_path / f"smooth{suffix}", smoothed.header)
    for record in smoothed:
        writer.write(record)
    writer.close()
    again = read(tmp_path / f"smooth{suffix}")
    assert again.header.smoothing == "savgol 0.25 s, gaps to 0.2 s"
    for index in smoothed.indices:
        np.testing.assert_array_equal(again[index].smoothed, smoothed[index].smoothed)
        np.testing.assert_array_equal(again[index].filled, smoothed[index].filled)
        np.testing.assert_array_equal(again[index].tracks.poses.keypoints, smoothed[index].tracks.poses.keypoints)


def test_what_counted_as_missing_is_told_where_it_was_said():
    unsure = recording(frames=30)
    assert smooth_recording(unsure, min_score=0.3).header.smoothing == "savgol 0.25 s, gaps to 0.2 s"
    strict = smooth_recording(unsure, min_score=0.95).header.smoothing
    assert strict == "savgol 0.25 s, gaps to 0.2 s, scores from 0.95"


def test_what_tables_of_angles_leave_out_as_unsure_is_bridged():
    given = recording(jitter=0.0)
    given[31].tracks.poses.scores[0, 9] = 0.25
    smoothed = smooth_recording(given)
    assert smoothed[31].filled[0, 9]
    assert np.isfinite(known_points(smoothed[31])).all()
    assert np.isnan(known_points(given[31])[0, 9]).all()


def test_csv_has_the_smoothed_columns(tmp_path):
    smoothed = smooth_recording(recording(frames=5))
    writer = open_writer(tmp_path / "smooth.csv", smoothed.header)
    writer.write(smoothed[2])
    writer.close()
    names, row = (line.split(",") for line in (tmp_path / "smooth.csv").read_text().splitlines())
    cells = dict(zip(names, row, strict=True))
    assert np.float32(cells["nose_smoothed_x"]) == smoothed[2].smoothed[0, 0, 0]
    assert np.float32(cells["nose_x"]) == smoothed[2].tracks.poses.keypoints[0, 0, 0]


def test_a_cutoff_above_what_the_rate_can_hold_is_refused():
    with pytest.raises(UsageError, match="frames a second"):
        smooth_recording(recording(frames=60), method="butterworth", cutoff_hz=20)


@pytest.mark.parametrize("much", [np.inf, np.nan])
@pytest.mark.parametrize(("method", "what"), [("savgol", "window_s"), ("butterworth", "cutoff_hz")])
def test_what_is_no_length_or_frequency_is_refused(method, what, much):
    with pytest.raises(UsageError, match=what):
        smooth_recording(recording(frames=10), method=method, **{what: much})


def at_rate(fps, frames=60):
    """The walker of `recording`, whose frames come `fps` times a second."""
    slow = recording(frames)
    source = replace(slow.header.source, fps=fps, duration_s=frames / fps)
    made = Recording(replace(slow.header, source=source))
    for record in slow:
        made.add(replace(record, time_s=record.index / fps))
    return made


@pytest.mark.parametrize("fps", [60000 / 1001, 100.0])
def test_a_window_that_was_not_widened_is_told_as_it_was_asked_for(fps):
    assert smooth_recording(at_rate(fps)).header.smoothing == "savgol 0.25 s, gaps to 0.2 s"


def test_at_a_low_rate_five_frames_are_smoothed_and_the_header_says_over_how_long():
    smoothed = smooth_recording(at_rate(10.0))
    assert smoothed.header.smoothing == "savgol 0.5 s (5 frames), gaps to 0.2 s"
    off = [np.abs(record.smoothed - record.tracks.poses.keypoints).mean() for record in smoothed]
    assert min(off) > 0.1
    with pytest.raises(UsageError, match=r"At 5 frames a second 0.25 s are too short .*--window 0.82 does"):
        smooth_recording(at_rate(5.0))
    wide = smooth_recording(at_rate(5.0), window_s=0.82)
    assert np.abs(wide[30].smoothed - wide[30].tracks.poses.keypoints).mean() > 0.1


def test_pictures_of_strangers_are_not_smoothed_into_each_other_but_one_picture_is_no_matter():
    followed = recording(frames=12).header
    still = replace(followed, models={"tracker": "still"})
    with pytest.raises(UsageError, match="looked for in each picture anew"):
        smooth_recording(Recording(still))
    smooth_recording(Recording(replace(still, source=replace(still.source, duration_s=1 / FPS))))


def test_an_empty_recording_stays_empty():
    smoothed = smooth_recording(recording(frames=5, absent=range(5)))
    assert len(smoothed) == 5
    assert all(len(record.tracks) == 0 for record in smoothed)
