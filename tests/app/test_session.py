"""Sessions of any size: what was saved opens again."""

from __future__ import annotations

import copy
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import numpy as np
import pytest

from app.changes import ExchangeSides, Hide, Merge, MoveJoint, Rename, Split, Swap
from app.edits import Edits
from app.exports import write
from app.imports import read_result, recording_of
from app.results import FrameRecord, Header, Recording, SourceRecord
from app.session import Session, read_session, write_session
from engine.errors import MissingFileError, SkelterError
from engine.types import Boxes, Poses, Tracks
from engine.video.file import FileSource
from tests.clips import Recipe, even_times, make_clip

CROWDED_DAY = 663 * 22 * 30 * 86_400
"""Bytes of text: what 22 people take, 30 frames a second."""


def recording(frames: int, people: int, *, still: bool = False) -> Recording:
    rng = np.random.default_rng(0)
    boxes = Boxes.of(rng.uniform(0, 90, (people, 4)), np.full(people, 0.9))
    made = Recording(Header(SourceRecord("clip.mp4", 160, 96, 25.0)))
    keypoints, scores = rng.uniform(0, 90, (people, 17, 2)), rng.uniform(0, 1, (people, 17))
    for index in range(frames):
        if not still:
            keypoints = keypoints + rng.normal(0, 1, keypoints.shape)
        poses = Poses.of(keypoints, scores, boxes)
        made.add(FrameRecord(index, index / 25, Tracks(poses, np.arange(1, people + 1), np.arange(people))))
    return made


def saved(folder: Path, found: Recording) -> Path:
    (folder / "clip.mp4").touch()
    path = folder / "work.skelter"
    write_session(path, Session(str(folder / "clip.mp4"), found, Edits((Rename(1, "Ada"),))))
    return path


def size_of(path: Path) -> int:
    with zipfile.ZipFile(path) as archive:
        return archive.getinfo("results.jsonl").file_size


class AsLarge(zipfile.ZipFile):
    """Tells of an archive that its results were as large as those of a crowded day, packed as they are."""

    def getinfo(self, name: str) -> zipfile.ZipInfo:
        part = copy.copy(super().getinfo(name))
        if name == "results.jsonl":
            part.compress_size = part.compress_size * CROWDED_DAY // part.file_size
            part.file_size = CROWDED_DAY
        return part

    def open(self, name: str, *arguments: Any, **options: Any) -> IO[bytes]:  # type: ignore[override]
        return super().open(super().getinfo(name), *arguments, **options)


def test_a_crowded_hall_s_day_opens_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path, recording(20, 22))
    monkeypatch.setattr(zipfile, "ZipFile", AsLarge)
    session = read_session(path)
    assert len(session.recording) == 20
    assert session.edits.names == {1: "Ada"}


def test_a_session_is_read_in_less_memory_than_its_text_takes(tmp_path: Path) -> None:
    path = saved(tmp_path, recording(300, 22))
    size = size_of(path)
    tracemalloc.start()
    try:
        session = read_session(path)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(session.recording) == 300
    assert most < size, "or a session that was in memory when it was saved would not fit when it is opened"


@pytest.mark.parametrize("people", [0, 1, 3, 10])
def test_a_scene_that_stands_still_is_not_taken_for_a_bomb(
    people: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path, recording(400, people, still=True))
    monkeypatch.setattr("app.session._SMALL", 10_000)
    assert len(read_session(path).recording) == 400


def test_a_video_that_was_moved_is_found_where_it_is_put_beside_the_session(tmp_path: Path) -> None:
    videos, sessions = tmp_path / "videos", tmp_path / "sessions"
    videos.mkdir()
    sessions.mkdir()
    (videos / "clip.mp4").touch()
    path = sessions / "work.skelter"
    write_session(path, Session(str(videos / "clip.mp4"), recording(2, 1), Edits()))
    assert read_session(path).source == str(videos / "clip.mp4")

    (videos / "clip.mp4").rename(tmp_path / "clip.mp4")
    with pytest.raises(MissingFileError, match="put it beside the session"):
        read_session(path)
    (tmp_path / "clip.mp4").rename(sessions / "clip.mp4")

    assert read_session(path).source == str(sessions / "clip.mp4")


def test_what_was_corrected_is_read_without_the_window_or_the_video(tmp_path: Path) -> None:
    path = tmp_path / "work.skelter"
    edits = Edits((Merge(1, 2), Rename(1, "Ada"), Hide(3, True), MoveJoint(5, 1, 9, 12.0, 34.0)))
    write_session(path, Session(str(tmp_path / "gone.mp4"), recording(8, 4), edits))

    result = read_result(path)

    assert result.header.names == {1: "Ada"}
    assert all(record.tracks.ids.tolist() == [1, 4] for record in result)
    moved = result[5]
    assert moved is not None
    assert moved.tracks.poses.keypoints[0, 9].tolist() == [12.0, 34.0]
    assert moved.edited is not None
    assert moved.edited[0, 9]


def of_a_camera(found: Recording) -> Recording:
    """The same as earlier versions kept it of a camera: with its own numbers and times."""
    camera = Recording(replace(found.header, source=replace(found.header.source, name="camera 0", live=True)))
    for record in found:
        camera.add(replace(record, index=30 + record.index, time_s=1.2 + record.time_s))
    return camera


def test_what_a_session_of_before_holds_of_a_camera_counts_from_its_first_frame(tmp_path: Path) -> None:
    found = recording(8, 2)
    session = Session(str(tmp_path / "gone.mp4"), of_a_camera(found), Edits((Rename(1, "Ada"),)))
    write_session(tmp_path / "work.skelter", session)

    result = read_result(tmp_path / "work.skelter")

    assert result.indices == list(range(8))
    assert [record.time_s for record in result] == pytest.approx([record.time_s for record in found])


@pytest.mark.parametrize(
    "change",
    [
        Split(1, 34, 9),
        Swap(1, 2, 34),
        MoveJoint(34, 1, 9, 12.0, 34.0),
        ExchangeSides(1, ((13, 14, 34, 35), (15, 16, 34, 35))),
    ],
)
def test_where_frames_were_corrected_a_session_of_before_keeps_its_numbers_on_every_way(
    tmp_path: Path, change: Split | Swap | MoveJoint | ExchangeSides
) -> None:
    clip = make_clip(tmp_path / "clip.mp4", Recipe(even_times(50)))
    path, edits = tmp_path / "work.skelter", Edits((change,))
    session = Session(str(clip), of_a_camera(recording(8, 2)), edits)
    write_session(path, session)
    exported = read_result(path)
    write(exported, tmp_path / "exported.json")

    with FileSource(clip) as source:
        drawn = recording_of(source, str(clip), path)
        drawn_of_export = recording_of(source, str(clip), tmp_path / "exported.json")

    shown = [edits.shown(record) for record in session.recording]
    assert [record.index for record in shown] == list(range(30, 38)), "whoever corrected 34 saw that picture"
    for way in (exported, drawn, drawn_of_export):
        assert way.indices == list(range(30, 38))
        for one, record in zip(way, shown, strict=True):
            assert one.tracks.ids.tolist() == record.tracks.ids.tolist()
            np.testing.assert_allclose(one.tracks.poses.keypoints, record.tracks.poses.keypoints, atol=0.01)


@pytest.mark.parametrize(
    "change",
    [MoveJoint(1, 1, 17, 2.0, 3.0), ExchangeSides(1, ((13, 14, 0, None), (15, 17, 0, None)))],
    ids=["moved", "exchanged"],
)
def test_a_correction_of_a_joint_that_the_skeleton_has_not_makes_no_session(
    tmp_path: Path, change: MoveJoint | ExchangeSides
) -> None:
    path = tmp_path / "work.skelter"
    write_session(path, Session(str(tmp_path / "gone.mp4"), recording(3, 1), Edits((change,))))
    with pytest.raises(SkelterError, match="the 17 of its skeleton do not hold"):
        read_session(path)
