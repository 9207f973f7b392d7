"""Disks that fill up, folders that vanish, rights that are taken away, while something is written."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from app import job, unfinished
from app.exports import FORMATS, open_writer
from app.exports.skelter_json import read
from app.results import FrameRecord, Header, Recording, SourceRecord
from app.session import Session, read_session, write_session
from engine.errors import SinkError
from engine.files import WholeFile, left_behind
from engine.video.opening import open_source
from tests.app.recordings import awkward, people
from tests.app.synthetic import SquareSource, square_engines
from tests.app.test_cli import drawn_clip, start
from tests.rights import without_rights

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="mounts a tmpfs, or takes a folder away that is open")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 64 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@ON_LINUX
def test_one_full_disk_costs_its_output_and_no_other(
    small_disk: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(SinkError, match=r"disk is full.*before is o\.part\.jsonl.*Written and whole: o\.mp4\."):
        job.run(SquareSource(200), square_engines(), [tmp_path / "o.mp4", small_disk / "o.jsonl"])
    assert "The other outputs go on" in caplog.text, "it is said at once, not at the end"
    with open_source(tmp_path / "o.mp4") as written:
        assert sum(1 for _ in written) == 200
    kept = read(small_disk / "o.part.jsonl", cut_off=True)
    assert 20 < len(kept) < 200
    assert len(kept[20].tracks) == 1
    (told,) = unfinished.told([small_disk / "o.jsonl"])
    assert f"it holds {len(kept)} frames" in told


@ON_LINUX
def test_where_every_disk_is_full_it_ends_at_once(small_disk: Path) -> None:
    source = SquareSource(100_000)
    with pytest.raises(SinkError, match="disk is full"):
        job.run(source, square_engines(), [small_disk / "o.jsonl"])
    assert source.given < 2000


@ON_LINUX
def test_lines_whose_disk_is_full_take_no_output_with_them(small_disk: Path, tmp_path: Path) -> None:
    clip = drawn_clip(tmp_path / "grey.mp4", frames=1800, size=(64, 48))
    with (small_disk / "lines.jsonl").open("wb") as lines:
        process = start("live", clip, "-o", tmp_path / "o.mp4", "-o", tmp_path / "o.json", stdout=lines)
        _, said = process.communicate(timeout=240)
    assert process.returncode == 2, said
    assert "(no space left on device); send them elsewhere. The other outputs go on." in said
    assert said.splitlines()[-1].endswith("Written and whole: o.mp4, o.json.")
    assert len(read(tmp_path / "o.json")) == 1800
    assert (tmp_path / "o.manifest.json").exists()


@ON_LINUX
def test_a_session_on_a_full_disk_stays_what_it_was(small_disk: Path) -> None:
    (small_disk / "clip.mp4").touch()
    small = Session(str(small_disk / "clip.mp4"), Recording(Header(SourceRecord("clip.mp4", 64, 48))))
    write_session(small_disk / "work.skelter", small)
    large = awkward()
    for index in range(20, 200):  # of random joints, which no packing makes small
        large.add(FrameRecord(index, index / 25, people(index, [1, 7])))
    with pytest.raises(SinkError, match="disk is full"):
        write_session(small_disk / "work.skelter", Session(str(small_disk / "clip.mp4"), large))
    read_session(small_disk / "work.skelter")
    assert not left_behind(small_disk / "work.skelter"), "half a session is of no use"


@ON_LINUX
def test_a_folder_that_vanishes_is_named_and_the_other_output_is_whole(tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()

    def each(record: FrameRecord) -> None:
        if record.index == 20:
            shutil.rmtree(tmp_path / "gone")

    with pytest.raises(SinkError, match=r"gone does not exist.*Written and whole: o\.json\."):
        job.run(
            SquareSource(60), square_engines(), [tmp_path / "gone" / "o.mp4", tmp_path / "o.json"], each=each
        )  # fmt: skip
    assert len(read(tmp_path / "o.json")) == 60


def test_rights_that_are_taken_away_midway_are_named_and_what_was_written_stays(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()
    file = WholeFile(folder / "o.csv", keep_part=True)
    file.write(b"a,b\n")
    with without_rights(folder), pytest.raises(SinkError, match="locked is not writable"):
        file.commit()
    assert (folder / "o.part.csv").read_bytes() == b"a,b\n"


def test_what_a_running_program_writes_is_not_called_left_behind(tmp_path: Path) -> None:
    file = WholeFile(tmp_path / "o.json")
    assert left_behind(tmp_path / "o.json") == []
    file.abort()
    (tmp_path / "o.part.json").write_bytes(b"{")
    (tmp_path / "o.part-2.json").write_bytes(b"")
    (tmp_path / "other.part.json").write_bytes(b"{")
    assert [path.name for path in left_behind(tmp_path / "o.json")] == ["o.part-2.json", "o.part.json"]
    assert "nothing in it can be read" in unfinished.told([tmp_path / "o.json"])[0]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("o.csv", b"frame,id\n0,1\n0,", "holds 2 lines"), ("o-tidy.csv", b"a\n", "holds 1 line"),
        ("o.txt", b"1,1\n1,2\n", "holds 2 lines"), ("o-coco.json", b'[\n{"image_id":', "holds 1 line"),
        ("o-posetrack.json", b'{"categories":[],\n"annotations":[\n', "holds 2 lines"),
        ("o.strange", b"abc", "holds 3 bytes"), ("o.parquet", b"PAR1", "nothing in it can be read"),
        ("o.csv", b"", "nothing in it can be read"), ("o.strange", b"a", "holds 1 byte."),
        (
            "o.jsonl",
            b'{"format":"skelter/1","source":{"name":"a","width":1,"height":1,"fps":null,"duration_s":null},"models":{},'
            b'"skeleton":{"name":"one","keypoints":["nose"],"edges":[]}}\n{"index":0,"time_s":0.0,"people":[]}\n{"ind',
            "holds 1 frame.",
        ),
    ],
)  # fmt: skip
def test_every_format_s_unfinished_file_is_told_for_what_it_holds(
    name: str, content: bytes, words: str, tmp_path: Path
) -> None:
    target = tmp_path / name
    target.with_name(f"{target.stem}.part{target.suffix}").write_bytes(content)
    (told,) = unfinished.told([target])
    assert words in told


@pytest.mark.parametrize("format", FORMATS)
def test_what_can_be_read_of_a_format_before_its_end_is_told(format: str, tmp_path: Path) -> None:
    writer = open_writer(tmp_path / f"o{FORMATS[format].ending}", awkward().header)
    for index in range(100):
        writer.write(FrameRecord(index, index / 25, people(index, [1, 7])))
    can_be_read = any(unfinished.contents(path) for path in tmp_path.iterdir())
    writer.abort()
    assert can_be_read is not FORMATS[format].at_end


def test_of_formats_with_a_file_for_each_person_everybody_s_unfinished_file_is_told(tmp_path: Path) -> None:
    for name in ("o-p3.part.trc", "o-p12.part-2.mot", "o-p3.part.csv", "o-pause.part.trc", "other-p1.part.trc"):
        (tmp_path / name).write_bytes(b"1\n2\n")
    told = unfinished.told([tmp_path / "o.trc", tmp_path / "o.mot", tmp_path / "o.csv"])
    assert [sentence.partition(";")[0] for sentence in told] == [
        f"{tmp_path / name} is of a run that was ended" for name in ("o-p3.part.trc", "o-p12.part-2.mot")
    ]


def test_an_unfinished_video_without_pictures_is_no_traceback(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "o.part.mp4"), "w") as sound_only:
        stream = sound_only.add_stream("aac", rate=48000, layout="mono")
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        silence.sample_rate = 48000
        sound_only.mux(stream.encode(silence))
        sound_only.mux(stream.encode(None))
    assert "nothing in it can be read" in unfinished.told([tmp_path / "o.mp4"])[0]
