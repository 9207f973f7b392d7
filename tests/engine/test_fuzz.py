"""Hostile files: whatever is done to a model file, it runs or is refused in one sentence; the program lives on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.errors import ModelError
from engine.loading import load_pose
from tests.engine.onnx_graphs import save_graph

# in a process of its own: a library that crashed would take the tests with it
PROGRAM = """
import json, sys
from pathlib import Path
import numpy as np
from engine.errors import SkelterError
from engine.loading import load_pose
from engine.types import Boxes
counts = {"ran": 0, "refused": 0}
image, box = np.zeros((64, 48, 3), np.uint8), Boxes.of([[4, 4, 40, 60]], [1])
for path in sorted(Path(sys.argv[1]).glob("*.onnx")):
    try:
        with load_pose(path, device=sys.argv[2]) as pose:
            pose.estimate(image, box)
        counts["ran"] += 1
    except SkelterError as error:
        assert "\\n" not in str(error) and len(str(error)) < 700, error
        counts["refused"] += 1
print(json.dumps(counts))
"""


@pytest.fixture(scope="module")
def mutants(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mutants")
    known = save_graph(folder / "known.onnx", ["N", 3, 64, 48], {"maps": np.zeros((1, 17, 16, 12), np.float32)})
    content = known.read_bytes()
    known.unlink()
    rng = np.random.default_rng(0)
    for number in range(100):
        changed = bytearray(content)
        match number % 4:
            case 0:  # a few bytes anywhere
                for place in rng.integers(0, len(changed), rng.integers(1, 8)):
                    changed[place] = rng.integers(0, 256)
            case 1:  # cut short
                del changed[rng.integers(1, len(changed)) :]
            case 2:  # a piece taken out
                start = int(rng.integers(0, len(changed) - 40))
                del changed[start : start + int(rng.integers(1, 40))]
            case 3:  # the description of the graph, where it hurts most
                for place in rng.integers(0, 400, 4):
                    changed[place] = rng.integers(0, 256)
        (folder / f"{number:03}.onnx").write_bytes(changed)
    return folder


def test_names_that_are_no_text(tmp_path: Path) -> None:
    path = save_graph(tmp_path / "named.onnx", ["N", 3, 64, 48], {"maps": np.zeros((1, 17, 16, 12), np.float32)})
    content = path.read_bytes()
    assert content.count(b"\x12\x01N") > 0
    path.write_bytes(content.replace(b"\x12\x01N", b"\x12\x01\xba"))
    with pytest.raises(ModelError, match=r"named\.onnx"):
        load_pose(path, device="onnxruntime")


@pytest.mark.parametrize("device", ["onnxruntime", "openvino"])
def test_a_hundred_mutations(device: str, mutants: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", PROGRAM, str(mutants), device]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr[-2000:]
    counts = json.loads(done.stdout)
    assert counts["ran"] + counts["refused"] == 100
    assert counts["refused"] > 30
