"""How long does a tracker take for one frame? Ours beside norfair on the same people, in turns, in one run.

    python -m scripts.bench_tracking [--frames 300] [--clip CLIP] [--peer PYTHON] [--json figures.json]

People of 17 keypoints walk about and are missed in a tenth of the frames. PYTHON is the interpreter of an environment
with norfair 2.3.0 (it needs NumPy 1.26 and cannot share ours); it works on the same arrays, in turns with ours:
norfair's Tracker with its OKS-like keypoint distance and default filter. No pictures: matching and motion only; with
CLIP ours are given its frames too, at 1920×1080, as the pipeline does (the camera's motion, clothes, optical flow).
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import tempfile
from itertools import islice
from pathlib import Path
from time import perf_counter

import cv2
import numpy as np

from engine.types import F64, U8, Boxes, Poses
from engine.video.opening import open_source
from trackers import TRACKERS

SETTLING = 30  # frames, not counted
CROWDS = (1, 5, 20, 50, 100)
ROUNDS = 3
SIZE_WH = (1920, 1080)
PICTURES = 60  # of a clip: 370 MB

PEER = """
import sys
from time import perf_counter
import numpy as np
from norfair import Detection, Tracker
from norfair.distances import create_keypoints_voting_distance
data = np.load(sys.argv[1])
frames = int(data["frames"])
tracker = Tracker(
    distance_function=create_keypoints_voting_distance(keypoint_distance_threshold=40.0, detection_threshold=0.2),
    distance_threshold=0.8, detection_threshold=0.2, initialization_delay=2, hit_counter_max=15,
)
ms = []
for index in range(frames):
    points, scores = data[f"points{index}"], data[f"scores{index}"]
    start = perf_counter()
    tracker.update([Detection(points=p, scores=s) for p, s in zip(points, scores)])
    ms.append((perf_counter() - start) * 1e3)
np.save(sys.argv[2], np.array(ms))
"""


def crowd(people: int, frames: int, *, room_px: float | None = None, seed: int = 0) -> list[Poses]:
    """People of about 200 px who walk through a picture that has room for them, or smaller ones in `room_px`."""
    rng = np.random.default_rng(seed)
    room = 260.0 * np.sqrt(people)
    scale = 1.0 if room_px is None else min(1.0, room_px / room)
    places, speeds = rng.uniform(0, room, (people, 2)), rng.normal(0, 60, (people, 2))
    shapes = rng.uniform([-35, -100], [35, 100], (people, 17, 2))
    result = []
    for index in range(frames):
        middle = np.abs((places + speeds * index / 30) % (2 * room) - room)  # they turn round at the walls
        points = scale * (middle[:, None] + shapes + rng.normal(0, 1.5, shapes.shape))
        boxes = np.concatenate([points.min(axis=1) - 8, points.max(axis=1) + 8], axis=1)
        poses = Poses.of(points, rng.uniform(0.5, 1, (people, 17)), Boxes.of(boxes, rng.uniform(0.6, 0.95, people)))
        result.append(poses[rng.random(people) > 0.1])
    return result


def pictures_of(clip: Path, count: int) -> list[U8]:
    """The first frames of a clip, at SIZE_WH, and back again: in a circle there is no cut."""
    with open_source(clip) as source:
        first = [np.asarray(cv2.resize(frame.image, SIZE_WH), np.uint8) for frame in islice(source, count)]
    return first + first[-2:0:-1]


def ours(name: str, frames: list[Poses], pictures: list[U8] | None = None) -> F64:
    """Milliseconds [F] of each frame."""
    tracker = TRACKERS[name]()
    ms = np.zeros(len(frames))
    for index, poses in enumerate(frames):
        image = pictures[index % len(pictures)] if pictures else None
        start = perf_counter()
        tracker.update(poses, index / 30, image)
        ms[index] = (perf_counter() - start) * 1e3
    return ms


def peers(python: str, frames: list[Poses]) -> F64:
    """The same of norfair, in the environment of the interpreter `python`."""
    with tempfile.TemporaryDirectory() as folder:
        given, answer = Path(folder, "frames.npz"), Path(folder, "ms.npy")
        arrays = {f"points{index}": poses.keypoints for index, poses in enumerate(frames)}
        arrays |= {f"scores{index}": poses.scores for index, poses in enumerate(frames)}
        np.savez(given, frames=len(frames), **arrays)
        subprocess.run([python, "-c", PEER, str(given), str(answer)], check=True)
        ms: F64 = np.load(answer)
    return ms


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--clip", type=Path, help="whose frames ours are given too")
    parser.add_argument("--peer", help="interpreter of an environment with norfair 2.3.0")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    if given.frames <= SETTLING:
        parser.error(f"--frames {given.frames}: the first {SETTLING} are not counted; give more")
    pictures = pictures_of(given.clip, PICTURES) if given.clip else None
    figures: dict[str, dict[int, list[float]]] = {}
    for people in CROWDS:
        frames = crowd(people, given.frames, room_px=SIZE_WH[1] if pictures else None)
        rounds: dict[str, list[F64]] = {}
        for _ in range(ROUNDS):  # in turns, so that whatever else the machine does falls on all alike
            for name in TRACKERS:
                rounds.setdefault(name, []).append(ours(name, frames, pictures)[SETTLING:])
            if given.peer:
                rounds.setdefault("norfair 2.3.0", []).append(peers(given.peer, frames)[SETTLING:])
        for name, several in rounds.items():
            together = np.concatenate(several)
            figures.setdefault(name, {})[people] = np.percentile(together, [50, 10, 90, 99]).round(3).tolist()
    print(f"Milliseconds a frame, median (10th – 90th percentile); Python {platform.python_version()}, ", end="")
    print(f"NumPy {np.__version__}, {platform.machine()}.\n")
    print("| tracker |" + "".join(f" {people} |" for people in CROWDS))
    print("|---|" + "---|" * len(CROWDS))
    for name, by_people in figures.items():
        cells = (f" {m:.2f} ({low:.2f} – {high:.2f}) |" for m, low, high, _ in by_people.values())
        print(f"| {name} |" + "".join(cells))
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
