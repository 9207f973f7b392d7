"""The pose stage alone, pixels and boxes in, joints out: Skelter beside what others would do with the same network.

    python -m venv rtm && rtm/bin/pip install rtmlib onnxruntime
    python -m scripts.bench_pose_peers [--rtmlib rtm/bin/python] [--people 4] [--threads 2] [--rounds 20] [--json]

All run the embedded pose network: Skelter as it would run here (an engine that was built counts); rtmlib's pose class
for heatmaps (`ViTPose`) and a plain ONNX Runtime loop with NumPy before and after, both on the network's inner part
(float planes in, heatmaps out, cut from our file); and PyTorch, operator by operator. Each is a process of its own, and
they take turns. Joints are compared with ONNX Runtime's on our whole graph: others crop and decode by rules of their
own, so pixels between them and us are not errors of either.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from engine import drawn
from engine.models import DEFAULT_POSE, EMBEDDED
from engine.onnx_edit import initialisers, read_onnx, simplified
from engine.types import U8, Boxes

PAUSE_S = 0.3
"""Between two turns: threads of ONNX Runtime and OpenMP go round for a while after their work, on others' cores."""
PROGRAM = """
import json, os, sys, time
os.environ.update(OMP_NUM_THREADS=sys.argv[3])
import numpy as np
given = np.load(sys.argv[1])
image, boxes, whole, inner, threads = given["image"], given["boxes"], str(given["whole"]), sys.argv[2], int(sys.argv[3])
{peer}
points = np.asarray(estimate()).reshape(len(boxes), -1, 2)
for line in sys.stdin:
    estimate()
    estimate()  # in a video they follow each other: caches are warm
    begun = time.perf_counter()
    estimate()
    spent = (time.perf_counter() - begun) * 1e3
    print(json.dumps({{"ms": spent, "points": points.tolist(), "what": what}}), flush=True)
"""

SKELTER = """
from engine.loading import load_pose
from engine.types import Boxes
device = {device!r}
pose, asked = load_pose(device=device), Boxes.of(boxes, np.ones(len(boxes)))
what = pose.description
estimate = lambda: pose.estimate(image, asked).keypoints
"""

RTMLIB = """
import importlib.metadata
from rtmlib.tools.pose_estimation.vitpose import ViTPose
pose = ViTPose(inner, model_input_size=(192, 256), backend="onnxruntime", device="cpu")
what = "rtmlib " + importlib.metadata.version("rtmlib") + ", ViTPose class, ONNX Runtime"
bgr = np.ascontiguousarray(image)
estimate = lambda: pose(bgr, boxes)[0]
"""

NUMPY = """
import cv2
import onnxruntime as ort
options = ort.SessionOptions()
options.intra_op_num_threads = threads
session = ort.InferenceSession(inner, options, providers=["CPUExecutionProvider"])
name, what = session.get_inputs()[0].name, "ONNX Runtime, NumPy before and after"
mean, std = np.array([123.675, 116.28, 103.53]), np.array([58.395, 57.12, 57.375])

def estimate():
    planes, back = [], []
    for x1, y1, x2, y2 in boxes:
        centre, height = np.array([x1 + x2, y1 + y2]) / 2, max(y2 - y1, (x2 - x1) / 0.75) * 1.25
        scale = 256 / height
        matrix = np.array([[scale, 0, 95.5 - scale * centre[0]], [0, scale, 127.5 - scale * centre[1]]])
        crop = cv2.warpAffine(image, matrix, (192, 256))
        planes.append(((crop - mean) / std).transpose(2, 0, 1))
        back.append((scale, centre))
    maps = session.run(None, {name: np.stack(planes).astype(np.float32)})[0]
    flat = maps.reshape(*maps.shape[:2], -1).argmax(2)
    cells = np.stack([flat % maps.shape[3], flat // maps.shape[3]], 2) * 4 + 1.5
    return np.stack([(c - (95.5, 127.5)) / s + centre for c, (s, centre) in zip(cells, back)])
"""

TORCH = """
import torch
torch.set_num_threads(threads)
from pathlib import Path
from engine import crops
from training import checkpoints
from training.models.deployed import DeployedPose
from training.models.hrnet import HRNet, HRNetConfig
from training.recipe import read_recipe
import training
recipe = read_recipe(Path(training.__file__).parent / "recipes" / "skelter-pose-s.toml")
network = HRNet(HRNetConfig(**recipe.model))
network.load_state_dict(checkpoints.weights(Path(whole)))
deployed, size = DeployedPose(network).eval(), (192, 256)
what = f"PyTorch {torch.__version__}, eager, f32"

def estimate():
    matrices = crops.affines(*crops.centres_and_sizes(boxes, size), size)
    with torch.inference_mode():
        found = deployed(torch.from_numpy(crops.cut(image, matrices, size))).numpy()
    return crops.transform(found[..., :2], crops.invert(matrices))
"""


class Peer:
    """A program that answers a line with the time of one call and the joints it found."""

    def __init__(self, python: str, program: str, arguments: list[str]) -> None:
        command = [python, "-c", PROGRAM.format(peer=program), *arguments]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.spent: list[float] = []
        self.points: Any = None
        self.what = ""

    def call(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        while not (line := self._process.stdout.readline()).startswith("{"):  # what a library prints of itself
            if not line:
                sys.exit("a peer ended; what it said stands above")
        answer = json.loads(line)
        self.spent.append(answer["ms"])
        self.points, self.what = np.array(answer["points"]), answer["what"]

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def inner_network(path: Path, target: Path) -> Path:
    """The layers with weights alone: float planes in, heatmaps out."""
    model = onnx.shape_inference.infer_shapes(simplified(read_onnx(path)))
    weights = initialisers(model.graph)
    convolutions = [node for node in model.graph.node if node.op_type == "Conv"]
    heads = [
        node for node in convolutions if weights[node.input[1]].shape[0] == 17 and weights[node.input[1]].ndim == 4
    ]
    inner = onnx.utils.Extractor(model).extract_model([convolutions[0].input[0]], [heads[-1].output[0]])
    onnx.save(inner, target)
    return target


def crowd(count: int) -> tuple[U8, Boxes]:
    """A 720p picture with so many drawn people."""
    frame = np.full((720, 1280, 3), 110, np.uint8)
    xyxy = []
    for place in range(count):
        image, boxes = drawn.person(place, (1280 // count, 600))
        left = place * (1280 // count)
        frame[60:660, left : left + image.shape[1]] = image
        xyxy.append(boxes.xyxy[0] + (left, 60, left, 60))
    return frame, Boxes.of(np.stack(xyxy), np.ones(count))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rtmlib", help="the Python of a venv that has rtmlib and onnxruntime")
    parser.add_argument("--people", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    programs = [
        (sys.executable, SKELTER.format(device="auto")), (sys.executable, NUMPY), (sys.executable, TORCH),
        (sys.executable, SKELTER.format(device="onnxruntime")),
    ]  # fmt: skip
    if options.rtmlib:
        programs.append((options.rtmlib, RTMLIB))
    image, boxes = crowd(options.people)
    whole = EMBEDDED / f"{DEFAULT_POSE}.onnx"
    with tempfile.TemporaryDirectory() as folder:
        inner = inner_network(whole, Path(folder) / "inner.onnx")
        np.savez(Path(folder) / "given.npz", image=image, boxes=boxes.xyxy, whole=str(whole))
        arguments = [str(Path(folder) / "given.npz"), str(inner), str(options.threads)]
        peers = [Peer(python, program, arguments) for python, program in programs]
        for _ in range(options.rounds + 2):
            for peer in peers:
                peer.call()
                time.sleep(PAUSE_S)
        for peer in peers:
            peer.close()
            del peer.spent[:2]
    reference = peers[3].points
    rows = [
        {
            "what": peer.what,
            "median_ms": statistics.median(peer.spent),
            "least_ms": min(peer.spent),
            "worst_ms": max(peer.spent),
            "apart_px": float(np.median(np.linalg.norm(peer.points - reference, axis=2))),
        }
        for peer in peers
    ]
    if options.json:
        print(json.dumps({"people": options.people, "threads": options.threads, "rows": rows}, indent=1))
        return
    print(f"{options.people} people on 1280×720, {options.threads} threads, {options.rounds} rounds, in turns\n")
    print("| what | median ms | least–worst | × Skelter | median px from ONNX Runtime |\n|---|---|---|---|---|")
    for row in rows:
        ratio = row["median_ms"] / rows[0]["median_ms"]
        spread = f"{row['least_ms']:.1f}–{row['worst_ms']:.1f}"
        print(f"| {row['what']} | {row['median_ms']:.1f} | {spread} | {ratio:.2f} | {row['apart_px']:.2f} |")


if __name__ == "__main__":
    main()
