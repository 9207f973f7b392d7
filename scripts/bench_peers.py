"""Skelter beside MediaPipe's pose solution on the same clip, in turns: whole runs, frames a second.

    python -m venv mp && mp/bin/pip install mediapipe==0.10.21
    python scripts/bench_peers.py CLIP --mediapipe mp/bin/python [--runs 5] [--json]

MediaPipe (0.10.21, `mp.solutions.pose`, model_complexity 1, one person) reads the frames by OpenCV and writes nothing.
Skelter finds everybody, keeps identities, draws, encodes H.264 and writes JSON. Each run is a fresh process; only the
loop over the frames is timed, in both.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

MEDIAPIPE = """
import json, sys, time
import cv2, mediapipe as mp
capture = cv2.VideoCapture(sys.argv[1])
pose = mp.solutions.pose.Pose(model_complexity=1)
frames = found = 0
begun = time.perf_counter()
while True:
    there, image = capture.read()
    if not there:
        break
    result = pose.process(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
    frames += 1
    found += result.pose_landmarks is not None
print(json.dumps({"frames": frames, "with_people": found, "fps": frames / (time.perf_counter() - begun)}))
"""

SKELTER = """
import json, sys, tempfile
from pathlib import Path
from app import job
from app.engines import Choice, Engines
from engine.video.opening import open_source
found = 0
def each(record):
    global found
    found += len(record.tracks) > 0
with Engines.load(Choice()) as engines, open_source(sys.argv[1]) as source, tempfile.TemporaryDirectory() as folder:
    outputs = [Path(folder) / "out.mp4", Path(folder) / "out.json"]
    summary = job.run(source, engines, outputs, each=each)
print(json.dumps({"frames": summary.frames, "with_people": found, "fps": summary.fps}))
"""


def one_run(python: str, program: str, clip: Path) -> dict[str, float]:
    done = subprocess.run([python, "-c", program, str(clip)], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--mediapipe", required=True, help="the Python of a venv that has mediapipe 0.10.21")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    programs = {"Skelter": (sys.executable, SKELTER), "MediaPipe": (options.mediapipe, MEDIAPIPE)}
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in programs}
    for _ in range(options.runs):  # in turns, so that a change of the machine's mood hits both
        for name, (python, program) in programs.items():
            runs[name].append(one_run(python, program, options.clip))
    if options.json:
        print(json.dumps({"clip": options.clip.name, "runs": runs}, indent=2))
        return
    print(f"{options.clip.name}, {options.runs} runs each, in turns\n")
    print("| program | frames | frames with a person | frames/s, median (min–max) |\n|---|---|---|---|")
    for name, results in runs.items():
        fps = [run["fps"] for run in results]
        spread = f"{statistics.median(fps):.1f} ({min(fps):.1f}–{max(fps):.1f})"
        print(f"| {name} | {results[0]['frames']} | {results[0]['with_people']} | {spread} |")


if __name__ == "__main__":
    main()
