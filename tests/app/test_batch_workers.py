"""What ends a batch or a worker: kills, Ctrl-C, deaths, no room, and networks and disks that fail."""

from __future__ import annotations

import contextlib
import errno
import json
import multiprocessing
import signal
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from app.batch.videos import Video, find_videos
from app.batch.work import Outcome, Settings, failed
from app.batch.workers import Advance, Workers
from app.engines import Choice
from engine.errors import BackendError, SinkError
from engine.files import refusal
from tests.app.test_cli import assert_refused, drawn_clip, skelter, start
from tests.app.videos import batch, drawn_videos, made, no_signals


def wait_until_others_are_done(out: Path, others: set[str], *, unfinished: str) -> None:
    deadline = time.monotonic() + 150
    while time.monotonic() < deadline:
        done = {path.parent.name for path in out.rglob("*.manifest.json")}
        if done == others and list((out / unfinished).glob("*.part*")):
            return
        time.sleep(0.02)
    pytest.fail("it is too quick, or too slow")


@no_signals
def test_a_killed_run_goes_on_where_it_was(tmp_path, command):
    (tmp_path / "in").mkdir()
    for name in ("a", "b", "c"):
        drawn_clip(tmp_path / "in" / f"{name}.mp4", frames=900 if name == "b" else 20, size=(64, 48))
    with start("batch", tmp_path / "in", "-o", tmp_path / "out", "--to", "json,mp4", "--workers", "2") as process:
        wait_until_others_are_done(tmp_path / "out", {"a", "c"}, unfinished="b")
        workers = psutil.Process(process.pid).children(recursive=True)
        for one in (psutil.Process(process.pid), *workers):
            one.kill()
        process.wait()
    psutil.wait_procs(workers, timeout=60)
    assert any(".part" in name for name in made(tmp_path / "out"))
    said = batch(command, tmp_path, "--to", "json,mp4")
    assert said == "1 video followed (900 frames), 2 finished before, 0 failed."
    assert not any(".part" in name for name in made(tmp_path / "out"))
    assert len(json.loads((tmp_path / "out/b/b.json").read_text())["frames"]) == 900


@no_signals
def test_ctrl_c_ends_it_and_leaves_nothing_half_written(tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("a", "b"):
        drawn_clip(tmp_path / "in" / f"{name}.mp4", frames=1200 if name == "b" else 5, size=(64, 48))
    with start("batch", tmp_path / "in", "-o", tmp_path / "out", "--workers", "2") as process:
        wait_until_others_are_done(tmp_path / "out", {"a"}, unfinished="b")
        children = psutil.Process(process.pid).children(recursive=True)
        for one in (psutil.Process(process.pid), *children):  # a terminal tells all of them
            one.send_signal(signal.SIGINT)
        said = process.stderr.read()
    assert process.returncode == 130, said
    assert "the same command goes on" in said
    assert "Traceback" not in said
    assert made(tmp_path / "out") == {"a/a.json", "a/a.manifest.json"}
    assert not psutil.wait_procs(children, timeout=60)[1]


@no_signals
@pytest.mark.parametrize("deaths", [1, 2])
def test_a_worker_that_dies_takes_only_its_video_along_which_is_begun_once_more(tmp_path, deaths):
    videos = drawn_videos(tmp_path, 500, 5)
    outcomes, killed = [], 0
    with Workers(1, Settings(Choice(), threads=1), videos) as workers:
        for event in workers.events():
            if isinstance(event, Outcome):
                outcomes.append(event)
            elif isinstance(event, Advance) and event.video.stem == "0" and killed < deaths:
                (worker,) = multiprocessing.active_children()
                worker.kill()
                killed += 1
    assert killed == deaths
    told = {outcome.video.stem: outcome for outcome in outcomes}
    assert told["1"].status == "done"
    if deaths == 1:
        assert told["0"].status == "done"
    else:
        assert told["0"].status == "failed"
        assert "died 2 times (SIGKILL, perhaps for want of memory)" in (told["0"].why or "")


class Threads:
    """Takes the place of multiprocessing's context: threads that say what workers would, and load no networks.

    The second of them finds no room for the networks until `a_video_is_done`.
    """

    def __init__(self) -> None:
        self.begun = 0
        self.a_video_is_done = threading.Event()

    def Pipe(self):
        here, there = multiprocessing.Pipe()
        return here, SimpleNamespace(end=there, close=lambda: None)  # which a process would have to itself

    def Process(self, *, args, **_):
        self.begun += 1
        life = self.without_room if self.begun == 2 else self.with_room
        thread = threading.Thread(target=life, args=(args[0].end,), daemon=True)
        thread.terminate = lambda: None
        return thread

    def without_room(self, connection):
        connection.recv()
        self.a_video_is_done.wait(20)
        connection.send(BackendError("There is no room left on the card."))

    def with_room(self, connection):
        while (video := connection.recv()) is not None:
            connection.send(Outcome(video, "done"))


def test_a_worker_without_room_is_replaced_once_the_others_have_ended(monkeypatch):
    threads, outcomes = Threads(), []
    monkeypatch.setattr(multiprocessing, "get_context", lambda _: threads)
    with Workers(2, Settings(Choice()), [Video(name, name, name, 1) for name in "ab"]) as workers:
        for event in workers.events():
            outcomes.append(event)
            threads.a_video_is_done.set()
    assert {outcome.video.stem: outcome.status for outcome in outcomes} == {"a": "done", "b": "done"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--tracker", "osk"), "There is no tracker 'osk'"),
        (("--device", "tensor"), "no device or backend called 'tensor'"),
    ],
)
def test_networks_that_no_worker_can_load_are_told_in_one_sentence(options, words, tmp_path):
    drawn_videos(tmp_path, 5, 5, 5)
    done = skelter("batch", tmp_path, "-o", tmp_path / "out", "--workers", "2", *options)
    assert_refused(done, words)
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert not (tmp_path / "out").exists()


def test_a_place_that_cannot_be_written_is_told_before_anything_is_loaded(tmp_path, command):
    drawn_videos(tmp_path, 2, 2)
    (tmp_path / "results").touch()
    done = command("batch", tmp_path, "-o", tmp_path / "results" / "of" / "today")
    assert_refused(done, f"{tmp_path / 'results'} is not a folder, so of cannot be made")
    assert "Loading" not in done.stderr


@pytest.mark.parametrize(
    ("number", "ends_all"), [(errno.ENOSPC, True), (errno.EROFS, True), (errno.ENAMETOOLONG, False)]
)
def test_a_full_disk_ends_the_batch_and_another_failure_does_not(tmp_path, command, monkeypatch, number, ends_all):
    drawn_videos(tmp_path, 2, 2, 2)

    class Pool:
        """The first video fails; workers that follow it would go on with the others."""

        def events(self):
            for place, video in enumerate(find_videos(str(tmp_path), str(tmp_path / "out"))):
                try:
                    raise refusal(tmp_path, OSError(number, "")) from OSError(number, "")
                except SinkError as error:
                    yield Outcome(video, "done") if place else failed(video, error)

    monkeypatch.setattr("app.cli_batch._pool", lambda *_: contextlib.nullcontext(Pool()))
    done = command("batch", tmp_path, "-o", tmp_path / "out")
    assert done.returncode == 3
    assert ("The other 2 videos were left; the same command goes on once" in done.stderr) == ends_all
    assert f"{0 if ends_all else 2} videos followed" in done.stderr
