"""A batch on a Ray cluster of two nodes on this machine, one of whose workers is killed on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from app import manifest
from app.batch import assembly
from app.batch.pieces import Piece
from app.batch.videos import Video
from app.batch.work import Settings, Wanted
from app.engines import Choice, Engines
from app.style import Style
from engine.errors import SinkError, SourceError, UsageError
from engine.video.file import FileSource
from tests.app.test_cli import assert_refused, drawn_clip, skelter, start
from tests.app.videos import drawn_videos, made, no_signals
from tests.clips import Recipe, beginning_of, damage, even_times, hold_last, make_clip
from tests.shared import VIDEO, needs_shared

pytest.importorskip("ray", reason="needs Ray: pip install 'skelter[cluster]'")

CLUSTER = """
import os, sys
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
from ray.cluster_utils import Cluster
cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
cluster.add_node(num_cpus=1)
print(cluster.address, flush=True)
sys.stdin.read()
cluster.shutdown()
"""


class LocalCluster:
    """Two nodes with a processor each."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", CLUSTER], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        self.address = self._process.stdout.readline().strip()
        assert self.address

    def _family(self) -> list[psutil.Process]:
        return psutil.Process(self._process.pid).children(recursive=True)

    def kill(self, victim: str) -> bool:
        """Kills a worker at a piece, or the second node with all that runs on it; False where none is there yet."""
        names = {one: one.name() for one in self._family()}
        workers = [one for one, name in names.items() if name.startswith("ray::_follow")]
        if not workers:
            return False
        if victim == "worker":
            workers[0].kill()
        else:
            nodes = sorted((one for one, name in names.items() if name == "raylet"), key=lambda one: one.create_time())
            for one in (*nodes[1].children(recursive=True), nodes[1]):
                one.kill()
        return True

    def close(self) -> None:
        family = self._family()
        self._process.communicate(timeout=60)
        for one in psutil.wait_procs(family, timeout=10)[1]:
            one.kill()


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    cluster = LocalCluster()
    yield cluster
    cluster.close()


def ids(path: Path) -> list[list[int]]:
    return [[person["id"] for person in frame["people"]] for frame in json.loads(path.read_text())["frames"]]


@needs_shared
@no_signals
@pytest.mark.timeout(600)
@pytest.mark.parametrize("victim", ["worker", pytest.param("node", marks=pytest.mark.slow)])
def test_what_a_killed_one_was_at_is_done_again_nothing_twice_and_nothing_lost(cluster, tmp_path, victim):
    (tmp_path / "in").mkdir()
    long = beginning_of(VIDEO / "one-by-one.mp4", tmp_path / "in" / "long.mp4", seconds=15.0)
    (tmp_path / "in" / "bad.mp4").write_text("no video")
    arguments = ("batch", tmp_path / "in", "-o", tmp_path / "out", "--to", "json,mp4", "--piece", "5")
    with start(*arguments, "--cluster", cluster.address) as process:
        deadline = time.monotonic() + 120
        # while a piece is written: its file grows under its temporary name
        while not (list((tmp_path / "out").rglob("*.part.jsonl")) and cluster.kill(victim)):
            assert time.monotonic() < deadline
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.05)
        said = process.stderr.read()
    assert process.returncode == 3, said
    assert "1 video followed (150 frames), 1 failed." in said
    assert "bad.mp4 is not a video" in said
    assert made(tmp_path / "out") == {"long/long.json", "long/long.mp4", "long/long.manifest.json"}
    found = ids(tmp_path / "out" / "long" / "long.json")
    frames = json.loads((tmp_path / "out/long/long.json").read_text())["frames"]
    assert [frame["index"] for frame in frames] == list(range(150))
    with FileSource(tmp_path / "out" / "long" / "long.mp4") as annotated:
        assert sum(1 for _ in annotated) == 150
    # as one pass sees it
    assert skelter("track", long, "-o", tmp_path / "whole.json").returncode == 0
    assert found == ids(tmp_path / "whole.json")
    again = skelter(*arguments[: arguments.index("--piece")])
    assert "1 finished before" in again.stderr


@needs_shared
@no_signals
def test_who_ends_it_reads_one_sentence_and_the_same_command_goes_on(tmp_path):
    (tmp_path / "in").mkdir()
    beginning_of(VIDEO / "one-by-one.mp4", tmp_path / "in" / "long.mp4", seconds=24.0)
    with start("batch", tmp_path / "in", "-o", tmp_path / "out", "--cluster", "ray", "--piece", "8") as run:
        deadline = time.monotonic() + 120
        while not list((tmp_path / "out").rglob("*.part.jsonl")):
            assert time.monotonic() < deadline
            assert run.poll() is None, run.stderr.read()
            time.sleep(0.05)
        run.send_signal(signal.SIGTERM)
        said = run.stderr.read()
    assert said.splitlines()[-1] == "Interrupted; the same command goes on.", said
    assert "received" not in said
    assert run.returncode == 130


def test_more_than_this_machine_has_is_refused(tmp_path):
    drawn_videos(tmp_path, 2)
    done = skelter("batch", tmp_path, "-o", tmp_path / "out", "--cluster", "ray", "--gpus", "64")
    assert_refused(done, "Each worker is to have 1 processor and 64 GPUs, but here are ", "ask for less")


def test_for_a_machine_with_more_a_cluster_is_waited_for_which_is_told(cluster, tmp_path):
    drawn_videos(tmp_path, 2)
    arguments = ("batch", tmp_path, "-o", tmp_path / "out", "--cluster", cluster.address, "--threads", "2")
    with start(*arguments) as run:
        said = run.stderr.readline()
        run.kill()
    assert "2 processors and no GPU, but the largest machine of the cluster has 1 processor and no GPU" in said
    assert "Waiting" in said


def test_a_piece_that_is_done_is_known_and_not_by_other_settings(tmp_path):
    (video,) = drawn_videos(tmp_path, 30)
    piece, settings = Piece(1, 5, 10, 20), Settings(Choice(), ("json",), 1)
    wanted = Wanted(settings)
    assert not assembly.is_piece_done(video, piece, wanted)
    with Engines.load(settings.choice, threads=1) as engines:
        assert assembly.follow_piece(video, piece, None, settings, engines) == 15
    assert assembly.is_piece_done(video, piece, wanted)
    assert not assembly.is_piece_done(video, Piece(1, 5, 10, 21), wanted)
    assert not assembly.is_piece_done(video, piece, Wanted(Settings(Choice(tracker="iou"))))
    another = Video(str(tmp_path / "elsewhere" / "0.mp4"), video.folder, video.stem, video.bytes)
    assert not assembly.is_piece_done(another, piece, wanted)
    (part,) = (tmp_path / "out" / "0" / "0.pieces").glob("*.jsonl")
    whole = part.read_text()
    part.write_text("cut short")
    assert not assembly.is_piece_done(video, piece, wanted)
    part.write_text(whole)
    os.utime(video.address, ns=(1, 1))  # another of that size
    assert not assembly.is_piece_done(video, piece, wanted)
    with pytest.raises(SourceError, match=r"0\.mp4 was changed while it was followed; run the batch again"):
        assembly.assemble(video, assembly.Plan((piece,)), settings)


def test_pieces_become_the_whole(tmp_path):
    (video,) = drawn_videos(tmp_path, 30)
    held = hold_last(Path(video.address), 2.0)
    video = replace(video, bytes=held.stat().st_size)
    settings = Settings(Choice(), ("jsonl", "mp4"), 1)
    pieces = (Piece(0, 0, 0, 10), Piece(1, 5, 10, 20), Piece(2, 15, 20, None))
    with Engines.load(settings.choice, threads=1) as engines:
        for piece in reversed(pieces):
            assembly.follow_piece(video, piece, None, settings, engines)
    outcome = assembly.assemble(video, assembly.Plan(pieces), settings)
    assert (outcome.status, outcome.frames) == ("done", 30)
    assert made(tmp_path / "out") == {"0/0.jsonl", "0/0.mp4", "0/0.manifest.json"}
    with FileSource(tmp_path / "out" / "0" / "0.mp4") as whole, FileSource(held) as source:
        assert whole.info.duration_s == pytest.approx(source.info.duration_s, abs=0.002)
    assert Wanted(settings).earlier(video)
    told = manifest.read(tmp_path / "out" / "0" / "0.manifest.json")
    assert {output.options["min_score"] for output in told.outputs} == {Style().min_score}

    from app.batch.cluster import _survey

    (tmp_path / "other").mkdir()
    clip = drawn_clip(tmp_path / "other" / "0.mp4", 7, size=(64, 48))
    other = Video(str(clip), video.folder, video.stem, clip.stat().st_size)
    assert "holds the results of another video" in str(_survey(other, 600.0).why)
    with pytest.raises(SinkError, match="holds the results of another video"):
        assembly.assemble(other, assembly.Plan(pieces), settings)
    assert Wanted(settings).earlier(video)


def test_damaged_frames_are_counted_once_though_two_pieces_left_them_out(tmp_path):
    clip = make_clip(tmp_path / "clip.mp4", Recipe(even_times(16), codec="mjpeg", pix_fmt="yuvj420p"))
    for picture in (2, 7, 12):  # 7 is in both
        damage(clip, picture)
    video = Video(str(clip), str(tmp_path / "out"), "clip", clip.stat().st_size)
    settings, pieces = Settings(Choice(), ("json",), 1), (Piece(0, 0, 0, 10), Piece(1, 5, 10, None))
    with Engines.load(settings.choice, threads=1) as engines:
        for piece in pieces:
            assembly.follow_piece(video, piece, None, settings, engines)
    outcome = assembly.assemble(video, assembly.Plan(pieces), settings)
    run = manifest.read(tmp_path / "out" / "clip.manifest.json").run
    assert (run.frames, run.damaged, outcome.damaged) == (13, 3, 3)


def test_a_video_damaged_in_the_middle_is_written_as_far_as_it_goes(tmp_path):
    settings = Settings(Choice(), ("json",), 1)
    broken = tmp_path / "broken.mkv"
    drawn_clip(broken, frames=200, size=(320, 240))
    whole = broken.read_bytes()
    broken.write_bytes(whole[: int(len(whole) * 0.6)])
    video = Video(str(broken), str(tmp_path / "out" / "broken"), "broken", broken.stat().st_size)
    with FileSource(broken) as source:
        length = len(source.table.pts)
    pieces = (Piece(0, 0, 0, 60), Piece(1, 30, 60, length + 20), Piece(2, length + 10, length + 20, None))
    with Engines.load(settings.choice, threads=1) as engines:
        assembly.follow_piece(video, pieces[0], None, settings, engines)
        assembly.follow_piece(video, pieces[1], None, settings, engines)
    outcome = assembly.assemble(video, assembly.Plan(pieces[:2]), settings)
    assert outcome.why is not None
    assert "broken.mkv" in outcome.why
    assert 60 < outcome.frames <= length


def test_a_cluster_that_is_not_there_is_said_in_a_sentence(tmp_path):
    from app.batch.cluster import Cluster, ClusterSettings

    with pytest.raises(UsageError, match=r"There is no Ray cluster at 127\.0\.0\.1:9"):
        Cluster(Settings(Choice()), [], ClusterSettings("127.0.0.1:9"))
