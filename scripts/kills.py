"""Drills with `kill -9`: a program is killed at a random moment, and what it leaves is looked at.

Used by scripts/faults.py (many kills) and tests/faults/test_kills.py (one of each).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from app import unfinished
from app.exports.skelter_json import read
from app.manifest import read as read_manifest
from app.session import read_session
from engine import store
from engine.download import fetch
from engine.errors import SkelterError, SourceError
from engine.files import left_behind
from engine.models import DEFAULT_POSE
from engine.video.opening import open_source
from engine.video.sink import VideoSink
from tests.engine.file_server import serving

ROOT = Path(__file__).resolve().parents[1]
FRAMES, FPS = 500, 25
GOP = 2 * FPS
WAITING = 45
"""Pictures that may wait for an encoder of the window's recorder (app.gui.recorder)."""


@dataclass(frozen=True, slots=True)
class Drill:
    """A program to kill, and what must be true afterwards.

    command  what to run in a folder; each line it prints is one thing more that is done
    check    raises AssertionError; returns what was lost of what was done, in `unit`
    """

    name: str
    command: Callable[[Path], list[str]]
    check: Callable[[Path, int], int]
    unit: str = ""
    prepare: Callable[[Path], None] = lambda folder: None


@dataclass(slots=True)
class Toll:
    """What the kills of a drill cost. `lasted_s`: of the program, when it is left alone, at the quickest."""

    drill: Drill
    lasted_s: float
    kills: int = 0
    most_lost: int = 0
    failures: list[str] = field(default_factory=list)


def run(drill: Drill, kills: int, *, seed: int = 0) -> Toll:
    """Kill the program at `kills` moments between its start and its end, which is where it was soonest."""
    with _folder_of(drill) as folder:
        begun = time.perf_counter()
        subprocess.run(drill.command(folder), cwd=ROOT, capture_output=True, check=True, timeout=300)
        toll = Toll(drill, time.perf_counter() - begun)
    rng = np.random.default_rng(seed)
    while toll.kills < kills:
        moment_s = float(rng.uniform(0, toll.lasted_s))
        with _folder_of(drill) as folder:
            done, ended_s = _kill(drill.command(folder), moment_s)
            toll.kills += ended_s is None
            toll.lasted_s = min(toll.lasted_s, ended_s or toll.lasted_s)
            try:
                toll.most_lost = max(toll.most_lost, drill.check(folder, done))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is what the drill looks for
                toll.failures.append(f"killed at {moment_s:.2f} s: {type(error).__name__}: {error}")
    return toll


def kill_at(drill: Drill, line: int) -> int:
    """Kill the program as soon as it has printed so many lines; what was lost. Raises AssertionError."""
    with _folder_of(drill) as folder:
        done, _ = _kill(drill.command(folder), 120, at_line=line)
        return drill.check(folder, done)


@contextmanager
def _folder_of(drill: Drill) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name, _own_places(Path(name)):
        folder = Path(name) / "work"
        folder.mkdir()
        drill.prepare(folder)
        yield folder


def _kill(command: list[str], moment_s: float, at_line: int = sys.maxsize) -> tuple[int, float | None]:
    """How many lines the program printed before it, and all its children, were killed; when it ended, if sooner."""
    with tempfile.NamedTemporaryFile() as said:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=said, stderr=subprocess.DEVNULL, start_new_session=True
        )  # fmt: skip
        begun = time.monotonic()
        while process.poll() is None and time.monotonic() < begun + moment_s:
            if at_line < sys.maxsize and Path(said.name).read_bytes().count(b"\n") >= at_line:
                break
            time.sleep(0.005)
        ended_s = None if process.poll() is None else time.monotonic() - begun
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return Path(said.name).read_bytes().count(b"\n"), ended_s


@contextmanager
def _own_places(folder: Path) -> Iterator[None]:
    """Caches and settings of one's own, also for the programs that are started."""
    names = ("XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "PYTHONPATH")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update({name: str(folder / name) for name in names[:-1]}, PYTHONPATH=str(ROOT))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


# what is killed


def _clip(folder: Path, name: str = "clip.mp4", frames: int = FRAMES) -> None:
    with VideoSink(folder / name, width=64, height=48, fps=FPS) as sink:
        for index in range(frames):
            sink.write(np.full((48, 64, 3), 40 + index % 100, np.uint8), index / FPS)


def _skelter(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "app.cli", *map(str, arguments)]


def _videos(folder: Path) -> None:
    (folder / "in").mkdir()
    for name in ("a.mp4", "b.mp4"):
        _clip(folder / "in", name, FRAMES // 2)


_PEOPLE = """
import sys, time
from pathlib import Path
import numpy as np
from app.results import FrameRecord, Header, Recording, SourceRecord
from engine.types import Boxes, Frame, Poses, Tracks
def record(index):
    box = Boxes.of([[10, 10, 40, 90]], [0.9])
    points = np.random.default_rng(index).uniform(0, 90, (1, 17, 2))
    tracks = Tracks(Poses.of(points, np.full((1, 17), 0.9), box), np.array([1]), np.arange(1))
    return FrameRecord(index, index / 25, tracks)
header = Header(SourceRecord("clip.mp4", 160, 96, 25.0, 20.0))
folder = Path(sys.argv[1])
"""
_SESSIONS = (
    _PEOPLE
    + """
from app.session import Notes, Session, write_session
recording = Recording(header)
for index in range(500):
    recording.add(record(index))
for revision in range(60):
    write_session(folder / "work.skelter", Session(str(folder / "clip.mp4"), recording, notes=Notes(position=revision)))
    print(revision, flush=True)
"""
)
_TAKE = (
    _PEOPLE
    + """
from app.gui.recorder import Recorder, RecordingPlan
from app.style import Style
from app.edits import Edits
from tests.clips import picture
recorder = Recorder(RecordingPlan(folder, "take", True, True, True), header, Style(), Edits(), failed=print)
for index in range(500):
    frame = Frame(picture(index), index, index / 25)
    recorder.raw(frame)
    recorder.seen(frame, record(index))
    print(index, flush=True)
    time.sleep(0.008)
recorder.finish()
"""
)
_PULL = """
import sys, time
from pathlib import Path
from engine.download import fetch
def progress(done, total):
    print(done, flush=True)
    time.sleep(0.02)
fetch([sys.argv[2]], Path(sys.argv[1]) / "net.onnx", sha256=sys.argv[3], progress=progress)
"""


# what must be true afterwards


def _frames_of(video: Path) -> int:
    """How many pictures can be seen, up to where it breaks off."""
    count = 0
    try:
        with open_source(video) as source:
            for _ in source:
                count += 1
    except SourceError:  # it breaks off, or nothing of it was written
        pass
    return count


def _is_told(target: Path) -> None:
    """The next start names every unfinished file of it, and says rightly how much it holds."""
    parts = left_behind(target)
    for part, sentence in zip(parts, unfinished.told([target]), strict=True):
        assert str(part) in sentence, f"{part.name} is not named: {sentence}"
        if part.suffix in (".json", ".jsonl"):
            frames = _frames_in(part)
            words = f"holds {frames} frames" if frames is not None else "nothing in it can be read"
            assert words in sentence, f"{part.name} has {frames} frames: {sentence}"
        else:
            assert ("s of video" in sentence) == bool(_frames_of(part)), f"of {part.name} is said: {sentence}"


def _frames_in(part: Path) -> int | None:
    """Of data; None where not even their head is whole."""
    try:
        return len(read(part, cut_off=True))
    except SkelterError:
        return None


def _video_lost(target: Path, done: int, *, allowed: int) -> int:
    """How many of the `done` pictures are missing."""
    _is_told(target)
    if target.exists():
        lost = max(done - _frames_of(target), 0)
        assert lost == 0, f"{target.name} has its name and lacks {lost} pictures"
        return 0
    if done <= allowed:  # nothing is written before the first fragment is whole
        return 0
    (part,) = left_behind(target)
    lost = max(done - _frames_of(part), 0)
    assert lost <= allowed, f"{part.name} lacks {lost} pictures of {done}"
    return lost


def _data_lost(target: Path, done: int, *, allowed: int) -> int:
    _is_told(target)
    if target.exists():
        lost = max(done - len(read(target)), 0)
        assert lost == 0, f"{target.name} has its name and lacks {lost} frames"
        return 0
    if done <= allowed:
        return 0
    (part,) = left_behind(target)
    lost = max(done - (_frames_in(part) or 0), 0)
    assert lost <= allowed, f"{part.name} lacks {lost} frames of {done}"
    return lost


def _after_track(folder: Path, done: int) -> int:
    for name in ("o.mp4", "o.json"):
        _is_told(folder / name)
    if (folder / "o.mp4").exists():
        assert _frames_of(folder / "o.mp4") == FRAMES
    if (folder / "o.json").exists():
        assert len(read(folder / "o.json")) == FRAMES
    if (folder / "o.manifest.json").exists():
        read_manifest(folder / "o.manifest.json")
    return 0


def _after_live(folder: Path, done: int) -> int:
    return _video_lost(folder / "o.mp4", max(done - 1, 0), allowed=GOP)  # the first line is the header


def _after_batch(folder: Path, done: int) -> int:
    outputs = [folder / "out" / name / f"{name}.{ending}" for name in "ab" for ending in ("json", "mp4")]
    before = [path for path in outputs if path.exists()]
    for path in before:
        assert (_frames_of(path) if path.suffix == ".mp4" else len(read(path))) == FRAMES // 2
    subprocess.run(_batch(folder), cwd=ROOT, capture_output=True, check=True, timeout=300)
    assert all(path.exists() for path in outputs), "the same command finishes it"
    assert not list((folder / "out").rglob("*.part*")), "nothing unfinished stays"
    return 0


def _batch(folder: Path) -> list[str]:
    return _skelter("batch", folder / "in", "-o", folder / "out", "--to", "json,mp4", "--workers", "2")


def _after_session(folder: Path, done: int) -> int:
    if not done and not (folder / "work.skelter").exists():
        return 0
    lost = max(done - 1 - read_session(folder / "work.skelter").notes.position, 0)
    assert lost == 0, f"{lost} saved states are lost"
    return lost


def _after_take(folder: Path, done: int) -> int:
    allowed = GOP + WAITING
    videos = [_video_lost(folder / f"take{end}.mp4", done, allowed=allowed) for end in ("", " poses")]
    return max(*videos, _data_lost(folder / "take poses.jsonl", done, allowed=allowed))


def _after_build(folder: Path, done: int) -> int:
    good, bad = store.stored()
    assert all(".part" in path.name for path in bad), f"{bad} have their names and are damaged"
    assert len(good) <= 1
    return 0


def drills(stack: ExitStack) -> list[Drill]:
    """All of them; `stack` closes what they need."""
    import hashlib

    content = np.random.default_rng(0).bytes(12_000_000)
    digest = hashlib.sha256(content).hexdigest()
    address = stack.enter_context(serving(content)).url("good")

    def after_pull(folder: Path, done: int) -> int:
        target = folder / "net.onnx"
        assert not target.exists() or target.read_bytes() == content, "a half-written model has its name"
        fetch([address], target, sha256=digest)
        assert [path.name for path in folder.iterdir()] == ["net.onnx"]
        return 0

    return [
        Drill(
            "track",
            lambda folder: _skelter("track", folder / "clip.mp4", "-o", folder / "o.mp4", "-o", folder / "o.json"),
            _after_track,
            prepare=_clip,
        ),
        Drill(
            "live -o",
            lambda folder: _skelter("live", folder / "clip.mp4", "-o", folder / "o.mp4"),
            _after_live,
            "pictures of 500",
            prepare=_clip,
        ),
        Drill("batch", _batch, _after_batch, prepare=_videos),
        Drill(
            "recording in the window",
            lambda folder: [sys.executable, "-c", _TAKE, str(folder)],
            _after_take,
            "pictures of 500",
        ),
        Drill(
            "session",
            lambda folder: [sys.executable, "-c", _SESSIONS, str(folder)],
            _after_session,
            "saved states",
            prepare=lambda folder: (folder / "clip.mp4").touch(),
        ),
        Drill("model pull", lambda folder: [sys.executable, "-c", _PULL, str(folder), address, digest], after_pull),
        Drill(
            "engine build",
            lambda folder: _skelter("build", DEFAULT_POSE, "--device", "openvino", "--precision", "f32"),
            _after_build,
        ),
    ]
