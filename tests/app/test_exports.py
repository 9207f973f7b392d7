"""Skelter JSON, JSON lines and CSV: what is written is what is read back, and nothing half-written has the name."""

import csv
import itertools
import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from app import job
from app.exports import FOR_EACH_PERSON, FORMATS, open_writer
from app.exports.skelter_json import read
from app.results import FrameRecord, Header, Recording, SourceRecord
from app.style import Style
from engine.errors import MissingFileError, SinkError, SkelterError, UsageError
from engine.skeletons import COCO
from engine.types import Boxes, Poses, Tracks
from engine.video import SourceInfo
from engine.video.opening import open_source
from tests.app.recordings import awkward, written
from tests.app.synthetic import SquareSource, square_engines
from tests.clips import Recipe, cut, hold_last, make_clip

HEADER = Header(SourceRecord("läufer.mp4", 640, 480, 29.97, None), {"detector": "some (f32)", "tracker": "oks"})
FINITE = st.floats(-1e6, 1e6, width=32)


@st.composite
def records(draw, index: int) -> FrameRecord:
    count = draw(st.integers(0, 3))
    points = draw(arrays.arrays(np.float32, (count, 17, 2), elements=st.one_of(FINITE, st.just(np.float32(np.nan)))))
    scores = draw(arrays.arrays(np.float32, (count, 17), elements=st.floats(0, 1, width=32)))
    box = draw(arrays.arrays(np.float32, (count, 4), elements=FINITE))
    ids = np.sort(draw(arrays.arrays(np.int64, count, elements=st.integers(1, 10**12), unique=True)))
    poses = Poses.of(points, scores, Boxes.of(box, scores[:, 0]))
    return FrameRecord(index, draw(st.floats(1e4 * index, 1e4 * index + 9e3)), Tracks(poses, ids, np.arange(count)))


RECORDINGS = st.integers(0, 4).flatmap(lambda count: st.tuples(*(records(index) for index in range(count))))


def write(path: Path, frames) -> Path:
    writer = open_writer(path, HEADER)
    for frame in frames:
        writer.write(frame)
    writer.close()
    return path


@settings(max_examples=60, deadline=None)
@given(frames=RECORDINGS, suffix=st.sampled_from([".json", ".jsonl"]))
def test_skelter_json_reads_back_bit_for_bit(tmp_path_factory, frames, suffix):
    recording = read(write(tmp_path_factory.mktemp("json") / f"result{suffix}", frames))
    assert recording.header == HEADER
    assert recording.indices == [frame.index for frame in frames]
    for frame in frames:
        back = recording[frame.index]
        assert back is not None
        assert back.time_s == frame.time_s
        assert (back.tracks.ids == frame.tracks.ids).all()
        given, again = frame.tracks.poses, back.tracks.poses
        np.testing.assert_array_equal(again.keypoints, given.keypoints)
        np.testing.assert_array_equal(again.scores, given.scores)
        np.testing.assert_array_equal(again.boxes.xyxy, given.boxes.xyxy)
        np.testing.assert_array_equal(again.boxes.scores, given.boxes.scores)


def one_frame(index: int, people: int) -> FrameRecord:
    rng = np.random.default_rng(index)
    boxes = Boxes.of(rng.uniform(0, 400, (people, 4)), rng.uniform(0, 1, people))
    poses = Poses.of(rng.uniform(0, 400, (people, 17, 2)), rng.uniform(0, 1, (people, 17)), boxes)
    return FrameRecord(index, index / 25, Tracks(poses, np.arange(1, people + 1), np.arange(people)))


def test_the_document_is_the_one_described(tmp_path):
    document = json.loads(write(tmp_path / "a.json", [one_frame(0, 0), one_frame(1, 2)]).read_text("utf-8"))
    assert document["format"] == "skelter/1"
    assert document["source"] == {
        "name": "läufer.mp4", "width": 640, "height": 480, "fps": 29.97, "duration_s": None,
    }  # fmt: skip
    assert document["skeleton"]["keypoints"] == list(COCO.keypoints)
    assert document["frames"][0] == {"index": 0, "time_s": 0.0, "people": []}
    person = document["frames"][1]["people"][1]
    assert person["id"] == 2
    assert len(person["box"]) == 4
    assert np.shape(person["keypoints"]) == (17, 3)


@pytest.mark.parametrize("live", [False, True])
def test_a_result_tells_whether_it_is_of_a_camera(tmp_path, live):
    info = SourceInfo("one", 640, 480, None, None, None, live=live, has_audio=False)
    path = tmp_path / "a.json"
    open_writer(path, Header(SourceRecord.of(info))).close()
    assert json.loads(path.read_text("utf-8"))["source"].get("live") == (True if live else None)
    assert read(path).header.source.live == live


@pytest.mark.parametrize(
    ("name", "first"),
    [("camera 0", 0), ("http://192.168.0.9/now.mp4", 0), ("take.mp4", 40)],  # the last one's first pictures nobody saw
)
def test_data_of_a_camera_that_kept_its_own_numbers_are_read_as_of_a_recording_of_it(tmp_path, name, first):
    source = SourceRecord(name, 1280, 720, 25.0, live=True)
    kept = Recording(Header(source))
    for record in awkward():
        kept.add(replace(record, index=record.index + 40, time_s=record.time_s + 1.6))
    (path,) = written(kept, tmp_path, "json")
    known = read(path)
    assert known.indices == [index + first for index in awkward().indices]
    assert [record.time_s for record in known] == pytest.approx([index / 25 for index in known.indices])
    (markers,) = written(known, tmp_path, "trc", person=7)
    assert markers.read_text("utf-8").splitlines()[2].split("\t")[2] == str(12 + first), "rows"


def test_csv_has_a_row_for_each_person_and_empty_cells_for_the_unknown(tmp_path):
    frame = one_frame(3, 2)
    frame.tracks.poses.keypoints[1, 4] = np.nan
    path = write(tmp_path / "a.csv", [one_frame(2, 0), frame])
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["index"], row["id"]) for row in rows] == [("3", "1"), ("3", "2")]
    assert np.float32(rows[0]["left_knee_x"]) == frame.tracks.poses.keypoints[0, 13, 0]
    assert rows[1]["right_ear_x"] == ""
    assert float(rows[1]["time_s"]) == pytest.approx(0.12)


@pytest.mark.parametrize("suffix", [".json", ".jsonl", ".csv"])
def test_nothing_has_the_final_name_before_the_end(tmp_path, suffix):
    target = tmp_path / f"result{suffix}"
    target.write_text("what was there before")
    writer = open_writer(target, HEADER)
    writer.write(one_frame(0, 1))
    assert target.read_text() == "what was there before"
    writer.abort()
    assert target.read_text() == "what was there before"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("min_score", [0.3, 0.95])  # every joint scores 0.9
def test_joints_too_unsure_to_be_drawn_are_not_known_in_markers_either(tmp_path, min_score):
    job.run(SquareSource(9), square_engines(), [tmp_path / "o.trc"], style=Style(min_score=min_score))
    assert ("NaN" in (tmp_path / "o-p1.trc").read_text()) == (min_score > 0.9)


@pytest.mark.parametrize(
    ("share", "frames", "duration_s"),
    [(1.0, 40, 3.56), (1.0, 10, 0.4), (0.8, 40, None)],
    ids=["whole", "interrupted", "broken off"],
)
def test_the_last_picture_is_held_where_it_is_the_last_of_a_whole_file(tmp_path, share, frames, duration_s):
    recipe = Recipe(codec_options={"bf": "0"}, ticks=1000, muxer_options={"movflags": "faststart"})
    clip = hold_last(make_clip(tmp_path / "in.mkv", recipe), 2.0)
    with open_source(cut(clip, share)) as source:
        summary = job.run(
            source, square_engines(), [tmp_path / "o.mp4"], watch=lambda results: itertools.islice(results, frames)
        )
    with open_source(tmp_path / "o.mp4") as written:
        assert written.info.duration_s == pytest.approx(duration_s or summary.frames / 25, abs=0.05)


def test_an_unknown_ending_names_those_known(tmp_path):
    with pytest.raises(UsageError, match=r"'\.xlsx'.*\.json.*\.csv"):
        open_writer(tmp_path / "result.xlsx", HEADER)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SinkError, match=r"nowhere.*make it first"):
        open_writer(tmp_path / "nowhere" / "result.json", HEADER)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"{}", "format|frames"),
        (b'{"format":"other/2","frames":[]}', "other/2"),
        (b"\x00\x01\x02", "Skelter JSON"),
        (b"[1, 2]", "Skelter JSON"),
        (b'{"format":"skelter/1","frames":[{"index":0}],"source":{},"models":{},"skeleton":{}}', "missing"),
    ],
)
def test_what_is_no_skelter_json_is_refused_in_a_sentence(tmp_path, content, said):
    path = tmp_path / "some.json"
    path.write_bytes(content)
    with pytest.raises(SkelterError, match=said) as caught:
        read(path)
    assert "some.json" in str(caught.value)


@pytest.mark.parametrize("format_name", ["csv", "posetrack", "trc", "mot"])
def test_of_what_is_only_written_it_is_told_what_is_read(tmp_path, format_name):
    paths = written(awkward(), tmp_path, format_name)
    with pytest.raises(SkelterError, match=r"is not Skelter JSON .*results are read from that.*OpenPose.*AlphaPose"):
        read(paths[0])


@pytest.mark.parametrize(
    ("told", "instead", "why"),
    [('"id":2', '"id":1', "two people of frame 3 have one id"), ("0.12", "0.08", "frame 3 is not later than the one")],
)
@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_what_contradicts_itself_is_refused_when_it_is_read(tmp_path, suffix, told, instead, why):
    path = write(tmp_path / f"o{suffix}", [one_frame(index, 2) for index in range(5)])
    lines = path.read_text().splitlines(keepends=True)
    lines[4] = lines[4].replace(f"{told},", f"{instead},")
    path.write_text("".join(lines))
    with pytest.raises(SkelterError, match=why):
        read(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(MissingFileError, match=r"gone\.json does not exist"):
        read(tmp_path / "gone.json")


def test_formats_with_a_file_for_each_person_are_known_by_their_endings(tmp_path):
    several = {name for name in FORMATS if len(written(awkward(), tmp_path, name)) > 1}
    assert several == FOR_EACH_PERSON


def test_a_recording_knows_its_frames_in_their_order():
    recording = Recording(HEADER)
    for index in (5, 2, 9):
        recording.add(one_frame(index, 1))
    assert recording.indices == [2, 5, 9]
    assert [record.index for record in recording] == [2, 5, 9]
    assert recording[3] is None


@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_a_name_that_is_no_utf8_is_written_readably(tmp_path, suffix):
    header = Header(SourceRecord(os.fsdecode(b"caf\xe9.mp4"), 640, 480))
    open_writer(tmp_path / f"o{suffix}", header).close()
    assert read(tmp_path / f"o{suffix}").header.source.name == "caf\ufffd.mp4"
