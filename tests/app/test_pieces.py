"""Videos in pieces: cut where decoding can begin, every frame once, and everybody under one id across the seams."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import job
from app.batch.pieces import OVERLAP_S, Piece, Section, joined, known_again, plan
from app.engines import Choice, Engines
from app.results import FrameRecord, Header, Recording, SourceRecord
from engine.video.file import FileSource
from engine.video.opening import open_source
from scripts.tracking_scenes import Conditions, simulate
from scripts.tracking_shapes import load_shapes
from tests.app.recordings import FPS, people
from tests.clips import Recipe, even_times, make_clip
from tests.shared import VIDEO, needs_shared
from trackers import TRACKERS
from trackers.lifecycle import LifeSettings


@given(
    gap=st.floats(0.1, 20),
    count=st.integers(1, 200),
    piece_s=st.floats(1, 300),
    overlap_s=st.floats(0, 60),
)
def test_pieces_cover_every_frame_once_and_begin_early_enough(gap, count, piece_s, overlap_s):
    keys = [(30 * number, gap * number) for number in range(count)]
    duration_s = gap * count
    pieces = plan(keys, duration_s, piece_s, overlap_s)
    assert pieces[0].first == pieces[0].begin == 0
    assert [piece.end for piece in pieces] == [piece.first for piece in pieces[1:]] + [None]
    times = dict(keys)
    for piece in pieces[1:]:
        assert piece.begin in times
        assert piece.first in times
        assert piece.begin == 0 or times[piece.first] - times[piece.begin] >= overlap_s - 1e-9
    if len(pieces) > 1:
        assert duration_s - times[pieces[-1].first] >= piece_s / 2


def test_a_video_without_key_frames_to_begin_at_is_one_piece():
    assert plan([], 1000.0, 10.0, 5.0) == [Piece(0, 0, 0, None)]


def test_the_overlap_is_longer_than_anybody_is_remembered():
    assert LifeSettings().max_lost_s < OVERLAP_S


def test_a_section_gives_the_frames_of_the_whole(tmp_path):
    clip = make_clip(tmp_path / "c.mp4", Recipe(times=even_times(60), gop=10))
    with FileSource(clip) as source:
        keys = source.key_frames()
        whole = list(source)
        table = source.table
    assert [index for index, _ in keys] == [0, 10, 20, 30, 40, 50]
    assert [time_s for _, time_s in keys] == pytest.approx([whole[index].time_s for index, _ in keys])
    with FileSource(clip, table=table) as source:
        part = list(Section(source, 20, 33))
    assert [frame.index for frame in part] == list(range(20, 33))
    assert [frame.time_s for frame in part] == [frame.time_s for frame in whole[20:33]]
    assert all((one.image == other.image).all() for one, other in zip(part, whole[20:33], strict=True))


# joining, on drawn people


def drawn(spans: dict[int, range], frames: range, names: dict[int, int] | None = None) -> Recording:
    """People who are there in these frames; `names` are what this recording calls them."""
    recording = Recording(Header(SourceRecord("c.mp4", 1280, 720, FPS)))
    for index in frames:
        there = [person for person, span in spans.items() if index in span]
        tracks = people(index, there)
        if names is not None:
            ids = np.array([names[person] for person in there], np.int64)
            order = np.argsort(ids)
            tracks = type(tracks)(tracks.poses[order], ids[order], tracks.rows[order])
        recording.add(FrameRecord(index, index / FPS, tracks))
    return recording


SPANS = {1: range(60), 2: range(10, 100), 3: range(35, 200), 4: range(80, 200), 5: range(130, 200)}
PIECES = (Piece(0, 0, 0, 50), Piece(1, 20, 50, 120), Piece(2, 90, 120, None))


def test_everybody_keeps_one_id_whatever_the_pieces_call_him():
    parts = [
        (PIECES[0], drawn(SPANS, range(50))),
        (PIECES[1], drawn(SPANS, range(20, 120), {1: 2, 2: 1, 3: 3, 4: 4})),
        (PIECES[2], drawn(SPANS, range(90, 200), {2: 4, 3: 2, 4: 1, 5: 9})),
    ]
    whole = drawn(SPANS, range(200))
    records = list(joined(parts))
    assert [record.index for record in records] == list(range(200))
    for record in records:
        expected = whole[record.index].tracks
        assert record.tracks.ids.tolist() == expected.ids.tolist()
        np.testing.assert_array_equal(record.tracks.poses.keypoints, expected.poses.keypoints)


def test_who_comes_after_a_seam_gets_the_next_id_even_where_nobody_was_in_the_overlap():
    spans = {1: range(10), 2: range(60, 90)}
    parts = [
        (Piece(0, 0, 0, 50), drawn(spans, range(50))),
        (Piece(1, 20, 50, None), drawn(spans, range(20, 100), {2: 1})),
    ]
    ids = {record.index: record.tracks.ids.tolist() for record in joined(parts)}
    assert ids[5] == [1]
    assert ids[70] == [2]


def test_what_was_seen_just_before_the_seam_counts_most():
    before = drawn({1: range(300)}, range(300))
    # the second piece lost him once while it was new, and gave him another number
    after = drawn({1: range(200), 2: range(0)}, range(200), {1: 5})
    for index in range(200, 400):
        tracks = drawn({1: range(400)}, range(index, index + 1), {1: 8})[index].tracks
        after.add(FrameRecord(index, index / FPS, tracks))
    assert known_again(before, after, 300)[8] == 1


def test_an_empty_piece_is_no_trouble():
    parts = [
        (Piece(0, 0, 0, 50), drawn({1: range(50)}, range(50))),
        (Piece(1, 20, 50, None), drawn({}, range(0))),
    ]
    assert len(list(joined(parts))) == 50


# joining, on made-up detections of two minutes, longer than anybody is remembered


@pytest.mark.parametrize("seed", [0, 1])
def test_people_who_come_and_go_have_the_ids_of_one_pass(seed):
    fps, scene = 5.0, Conditions(people=4, frames=600, fps=5.0, false_alarms=0.1, crossings_per_s=0.0, pans=False)
    detections = simulate(seed, load_shapes(), scene).detections

    def tracked(begin: int, end: int | None) -> Recording:
        tracker, recording = TRACKERS["oks"](), Recording(Header(SourceRecord("c.mp4", 1280, 720, fps)))
        for index, poses in list(enumerate(detections))[begin:end]:
            recording.add(FrameRecord(index, index / fps, tracker.update(poses, index / fps)))
        return recording

    pieces = plan([(index, index / fps) for index in range(0, 600, 10)], 120.0, 40.0, OVERLAP_S)
    assert [piece.begin for piece in pieces] == [0, 40, 240]
    whole = tracked(0, None)
    assert len({person for record in whole for person in record.tracks.ids.tolist()}) > 8
    for record in joined((piece, tracked(piece.begin, piece.end)) for piece in pieces):
        assert record.tracks.ids.tolist() == whole[record.index].tracks.ids.tolist()


# joining, on the clips


@cache
def engines() -> Engines:
    return Engines.load(Choice())


def followed(name: str, begin: int, end: int | None) -> Recording:
    engines().tracker.reset()
    with open_source(VIDEO / name) as source:
        recording = Recording(engines().header(source.info))
        job.run(Section(source, begin, end), engines(), [], each=recording.add)
    return recording


def in_pieces(name: str, pieces: list[Piece]) -> list[FrameRecord]:
    return list(joined((piece, followed(name, piece.begin, piece.end)) for piece in pieces))


@needs_shared
def test_people_who_hide_each_other_keep_their_ids_across_seams():
    whole = followed("three-cross.mp4", 0, None)
    records = in_pieces("three-cross.mp4", [Piece(0, 0, 0, 24), Piece(1, 4, 24, 46), Piece(2, 22, 46, None)])
    assert [record.index for record in records] == whole.indices
    same = other = 0
    for record in records:
        for person_id, box in zip(record.tracks.ids.tolist(), record.tracks.poses.boxes.xyxy, strict=True):
            known = whole[record.index].tracks
            here = np.abs(known.poses.boxes.xyxy - box).max(axis=1) < 10
            same += bool(known.ids[here].tolist() == [person_id])
            other += bool(here.any() and known.ids[here].tolist() != [person_id])
    assert same > 60
    assert other == 0


@needs_shared
@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "name",
    ["one-by-one.mp4", "runner.mp4", "juggle.mp4", "two-people.mp4", "three-cross.mp4", "webcam-1.mkv",
     "webcam-2.mkv", "webcam-3.mkv"],
)  # fmt: skip
def test_with_the_usual_overlap_the_ids_are_those_of_one_pass(name):
    with open_source(VIDEO / name) as source:
        keys, duration_s = source.key_frames(), source.info.duration_s
    whole = followed(name, 0, None)
    if len(keys) < 3:  # one group of pictures: cut anywhere, as exact seeking allows
        keys = [(index, whole[index].time_s) for index in whole.indices]
    pieces = plan(keys, duration_s, duration_s / 3, OVERLAP_S)
    assert len(pieces) >= 2
    records = in_pieces(name, pieces)
    assert [record.index for record in records] == whole.indices
    for record in records:
        assert record.tracks.ids.tolist() == whole[record.index].tracks.ids.tolist()
