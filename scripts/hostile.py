"""Hostile files: real ones, changed at random, given to what reads them.

Each kind is read in a process of its own, which a crash may take along. There every file must be read, or refused in
one sentence (a SkelterError), in less than 10 seconds of the processor (30 by the clock) and 2 GB of memory; nothing
may be started, unpickled or connected to, and nothing written outside the folder.

    python -m scripts.hostile KIND FOLDER    is that process

Used by scripts/faults.py (a thousand of each kind) and tests/faults/test_hostile.py (fewer).
"""

from __future__ import annotations

import argparse
import faulthandler
import io
import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil

ROOT = Path(__file__).resolve().parents[1]
SECONDS, BYTES = 10, 2_000_000_000
_FRAMES = 60  # of a media file that is still one
_FORBIDDEN = ("pickle.find_class", "subprocess.Popen", "os.system", "os.exec", "os.spawn", "os.fork", "socket.connect")
_WRITING = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.chmod", "os.symlink", "os.link", "shutil.rmtree")


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a kind fared.

    slowest_s  of the processor, for one file; by the clock, where a hang shows, 30 s are the most
    mebibytes  the process at its largest
    failure    what must not be; None where all is well
    """

    kind: str
    read: int
    refused: int
    slowest_s: float
    mebibytes: int
    failure: str | None


def examine(kind: str, count: int, folder: Path, *, seed: int = 0) -> Verdict:
    """Make `count` files of a kind in `folder` and have them read."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, (name, content) in enumerate(_mutants(KINDS[kind].seeds(folder), count, seed)):
        (folder / f"{number:04}-{name}").write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-m", "scripts.hostile", kind, str(folder)],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(folder / "cache")},
    )  # fmt: skip
    try:
        counts = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        counts = {"read": 0, "refused": 0, "slowest_s": 0.0, "mebibytes": 0, "failure": None}
    failure = counts.pop("failure")
    if done.returncode != 0:
        failure = f"the process ended with {done.returncode}: {done.stderr[-1500:]}"
    elif counts["mebibytes"] * 2**20 > BYTES:
        failure = f"{counts['mebibytes']} MiB of memory"
    return Verdict(kind, **counts, failure=failure)


# the process that reads


def _read_all(kind: str, folder: Path) -> dict[str, Any]:
    read = KINDS[kind].read
    counts: dict[str, Any] = {"read": 0, "refused": 0, "slowest_s": 0.0, "failure": None}
    from engine.errors import SkelterError

    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name[:4].isdecimal())
    guard = _Guard(folder)
    for path in files:
        begun = time.process_time()
        guard.file = path.name
        faulthandler.dump_traceback_later(3 * SECONDS, exit=True)  # by the clock, on a machine that may be busy
        try:
            read(path)
            counts["read"] += 1
        except SkelterError as error:
            counts["refused"] += 1
            sentence = str(error)
            if "\n" in sentence or len(sentence) > 900:
                counts["failure"] = f"{path.name} is refused in more than a sentence: {sentence[:300]!r}"
        except Exception as error:  # noqa: BLE001 - what is looked for
            import traceback

            counts["failure"] = f"{path.name}: {type(error).__name__}: {error}\n{traceback.format_exc()[-1200:]}"
        faulthandler.cancel_dump_traceback_later()
        counts["slowest_s"] = max(counts["slowest_s"], round(time.process_time() - begun, 2))
    counts["failure"] = counts["failure"] or guard.complaint
    counts["mebibytes"] = _most_mebibytes()
    return counts


def _most_mebibytes() -> int:
    """This process at its largest. Not by getrusage: Linux counts in it what the parent had before the exec."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if "VmHWM" in line) // 1024
    memory = psutil.Process().memory_info()
    return int(getattr(memory, "peak_wset", memory.rss)) // 2**20


class _Guard:
    """Notes what a file made the program do that it must not."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self.file = ""
        self.complaint: str | None = None
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.file:
            return
        if event in _FORBIDDEN:
            self.complaint = f"{self.file} led to {event} {arguments[:2]!r}"
        is_write = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if (is_write or event in _WRITING) and isinstance(arguments[0], str | os.PathLike | bytes):
            place = os.path.abspath(os.fsdecode(arguments[0]))
            if not place.startswith((self._folder, "/dev/")) and "__pycache__" not in place:
                self.complaint = f"{self.file} led to {event} of {place}"


# the kinds


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of file is made of, and what the program does with one. `read` raises SkelterError."""

    seeds: Callable[[Path], list[tuple[str, bytes]]]
    read: Callable[[Path], object]


def _media_seeds(folder: Path) -> list[tuple[str, bytes]]:
    from tests.clips import Recipe, Sound, even_times, make_clip

    recipes = {
        "h264.mp4": Recipe(even_times(20), sound=Sound(duration_s=0.6)),
        "fragments.mp4": Recipe(even_times(20), muxer_options={"movflags": "frag_keyframe+empty_moov"}),
        "hevc.mp4": Recipe(even_times(10), codec="libx265", codec_options={"x265-params": "log-level=none"}),
        "vp9.webm": Recipe(even_times(10), codec="libvpx-vp9", ticks=1000),
        "ffv1.mkv": Recipe(even_times(10), codec="ffv1", pix_fmt="yuv444p", ticks=1000),
        "b.ts": Recipe(even_times(20)),
        "a.avi": Recipe(even_times(20), codec="mpeg4", ticks=25),
        "a.gif": Recipe(even_times(8), codec="gif", pix_fmt="rgb8", ticks=100),
    }
    return [(name, make_clip(folder / name, recipe).read_bytes()) for name, recipe in recipes.items()]


def _picture_seeds(folder: Path) -> list[tuple[str, bytes]]:
    import cv2

    from tests.clips import picture

    kinds = [".png", ".jpg", ".bmp", ".webp", ".tif", ".ppm", ".jp2"]
    return [(f"p{kind}", cv2.imencode(kind, picture(5))[1].tobytes()) for kind in kinds]


def _watch(path: Path) -> None:
    from engine.video.opening import open_source

    with open_source(path) as source:
        for index, _ in enumerate(source):
            if index == _FRAMES:
                break


def _model_seeds(folder: Path) -> list[tuple[str, bytes]]:
    from tests.engine.onnx_graphs import save_graph

    maps = save_graph(folder / "maps.onnx", ["N", 3, 64, 48], {"maps": np.zeros((1, 17, 16, 12), np.float32)})
    return [("maps.onnx", maps.read_bytes())]


def _estimate(path: Path) -> None:
    from engine.loading import load_pose
    from engine.types import Boxes

    for device in ("onnxruntime", "openvino"):
        with load_pose(path, device=device) as pose:
            pose.estimate(np.zeros((64, 48, 3), np.uint8), Boxes.of([[4, 4, 40, 60]], [1]))


def _card_seeds(folder: Path) -> list[tuple[str, bytes]]:
    from engine.models import DEFAULT_DETECTOR, DEFAULT_POSE, EMBEDDED

    seeds = []
    for name in (DEFAULT_DETECTOR, DEFAULT_POSE):
        (folder / f"{name}.onnx").write_bytes((EMBEDDED / f"{name}.onnx").read_bytes())
        seeds.append((f"{name}.toml", (EMBEDDED / f"{name}.toml").read_bytes()))
    return seeds


def _read_card(path: Path) -> None:
    from engine.cards import read_card

    read_card(path)


def _recording() -> Any:
    from app.results import FrameRecord, Header, Recording, SourceRecord
    from engine.types import Boxes, Poses, Tracks

    recording = Recording(Header(SourceRecord("clip.mp4", 160, 96, 25.0, 0.4), {"tracker": "oks"}))
    rng = np.random.default_rng(0)
    for index in range(4):
        boxes = Boxes.of([[10, 10, 40, 90], [50, 10, 90, 90]], [0.9, 0.8])
        poses = Poses.of(rng.uniform(0, 90, (2, 17, 2)), np.full((2, 17), 0.9), boxes)
        recording.add(FrameRecord(index, index / 25, Tracks(poses, np.array([1, 2]), np.arange(2))))
    return recording


def _result_seeds(folder: Path) -> list[tuple[str, bytes]]:
    from app.exports import write

    seeds = []
    for format in ("json", "jsonl", "coco"):
        for path in write(_recording(), folder / f"seed-{format}.{format}", format):
            seeds += [(f"{format}{path.suffix}", path.read_bytes())]
    return seeds


def _read_result(path: Path) -> None:
    from app.exports import write
    from app.imports import read_result

    target = path.with_name("written")
    recording = read_result(path)
    for format in ("json", "csv", "trc", "angles"):
        write(recording, target.with_suffix(f".{format}"), format)


def _session_seeds(folder: Path) -> list[tuple[str, bytes]]:
    from app.changes import Hide, HideOthers, MoveJoint, Rename, Split, Swap
    from app.edits import Edits
    from app.session import Notes, Session, write_session

    (folder / "clip.mp4").touch()
    hidden = Hide(2, True), HideOthers(1, (2,))
    edits = Edits((Rename(1, "Anna"), Swap(2, 1, 2), Split(1, 2, 9), *hidden, MoveJoint(0, 1, 5, 4.0, 5.0)))
    notes = Notes(2, (0, 3), 0.01, str(folder / "other.mp4"), 0.4)
    path = folder / "seed.skelter"
    write_session(path, Session(str(folder / "clip.mp4"), _recording(), edits, notes))
    return [("s.skelter", path.read_bytes())]


def _read_session(path: Path) -> None:
    from app.session import read_session

    session = read_session(path)
    for record in session.recording:
        session.edits.shown(record)


def _manifest_seeds(folder: Path) -> list[tuple[str, bytes]]:
    from app.manifest import Manifest, ModelFacts, OutputFacts, Run, SourceFacts, write
    from engine.models import DEFAULT_DETECTOR, DEFAULT_POSE, find_model

    source = SourceFacts("clip.mp4", "/clip.mp4", "0" * 64, 10, 5, 160, 96, 25.0, 0.4)
    detector, pose = (
        ModelFacts(card.name, str(card.path), card.sha256, "cpu", "f32", 0.4)
        for card in (find_model(DEFAULT_DETECTOR, "detector"), find_model(DEFAULT_POSE, "pose"))
    )
    run = Run(
        source, detector, pose, "oks", "auto", False, 4, 2, 1.0, None, False, "0.1", "3.11", "Linux", {"av": "18"}
    )
    path = folder / "seed.manifest.json"
    write(Manifest("2026-01-01", run, (OutputFacts("o.mp4", "mp4", 5, "0" * 64),)), path)
    return [("m.manifest.json", path.read_bytes())]


def _read_manifest(path: Path) -> None:
    from app import manifest, repeat

    known = manifest.read(path)
    if known.run is not None:
        repeat.choice_of(known.run)


KINDS: dict[str, Kind] = {
    "videos": Kind(_media_seeds, _watch),
    "pictures": Kind(_picture_seeds, _watch),
    "models": Kind(_model_seeds, _estimate),
    "cards": Kind(_card_seeds, _read_card),
    "results": Kind(_result_seeds, _read_result),
    "sessions": Kind(_session_seeds, _read_session),
    "manifests": Kind(_manifest_seeds, _read_manifest),
}


# changing files


def _mutants(seeds: list[tuple[str, bytes]], count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    rng = np.random.default_rng(seed)
    for number in range(count):
        name, content = seeds[number % len(seeds)]
        if name.endswith((".json", ".jsonl", ".skelter")) and rng.random() < 0.6:
            yield name, _rewritten(name, content, rng)
        else:
            yield name, _damaged(content, rng)


def _damaged(content: bytes, rng: np.random.Generator) -> bytes:
    changed = bytearray(content)
    match int(rng.integers(5)):
        case 0:  # a few bytes anywhere
            for place in rng.integers(0, len(changed), rng.integers(1, 20)):
                changed[place] = rng.integers(256)
        case 1:  # cut short
            del changed[int(rng.integers(0, len(changed))) :]
        case 2:  # a piece taken out
            start = int(rng.integers(0, len(changed)))
            del changed[start : start + int(rng.integers(1, 200))]
        case 3:  # the head, where sizes and counts stand
            for place in rng.integers(0, min(len(changed), 400), 4):
                changed[place] = rng.choice([0, 1, 0x7F, 0x80, 0xFF])
        case 4:  # a piece said twice
            start = int(rng.integers(0, len(changed)))
            changed[start:start] = changed[start : start + int(rng.integers(1, 400))]
    return bytes(changed)


def _rewritten(name: str, content: bytes, rng: np.random.Generator) -> bytes:
    """Well-formed, with values in it that no program would write."""
    if name.endswith(".skelter"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {part: archive.read(part) for part in archive.namelist()}
        part = str(rng.choice(list(parts)))
        parts[part] = _rewritten(part, parts[part], rng)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for each, text in parts.items():
                archive.writestr(each, text)
        return buffer.getvalue()
    if name.endswith(".jsonl"):
        lines = content.splitlines()
        place = int(rng.integers(len(lines)))
        lines[place] = _rewritten("line.json", lines[place], rng)
        return b"\n".join(lines) + b"\n"
    document = json.loads(content)
    for _ in range(int(rng.integers(1, 4))):
        _change_somewhere(document, rng)
    return json.dumps(document).encode()


def _change_somewhere(document: Any, rng: np.random.Generator) -> None:
    place = document
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return
        key = keys[int(rng.integers(len(keys)))]
        if isinstance(place[key], dict | list) and rng.random() < 0.8:
            place = place[key]
            continue
        if rng.random() < 0.2:
            del place[key]
        else:
            place[key] = json.loads(_VALUES[int(rng.integers(len(_VALUES)))])
        return


_VALUES = (
    "null", "true", "-1", "0", "2147483648", "9223372036854775808", "-1e300", "1e308", "-1e-320", "NaN", "Infinity",
    '""', f'"{100_000 * "x"}"', '"\\u0000"', '"../../etc/passwd"', '"/etc/passwd"', '"a\\nb"', "[]", "{}", "[[]]",
    '{"a": {}}', "[1, 2]", 300 * "[" + 300 * "]", '"skelter/1"', '"rtsp://x:y@z"',
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    print(json.dumps(_read_all(arguments.kind, arguments.folder)))


if __name__ == "__main__":
    main()
