"""The mean of the averaged weights of several checkpoints of one network, as a checkpoint.

    python -m scripts.average_checkpoints ONE.pt OTHER.pt … -o MEAN.pt
    python -m scripts.average_checkpoints ONE.pt engine/weights/skelter-pose-s.onnx --shares 0.35 0.65 -o MEAN.pt

Of runs that went on from one another the mean is often better than each (Wortsman et al., "Model soups", ICML 2022):
what they learnt differently cancels out where it was chance. The first one is a checkpoint, whose recipe the mean has;
the others may be ONNX files that `skelter` exported.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from training import checkpoints


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("checkpoints", nargs="+", type=Path)
    parser.add_argument("--shares", nargs="+", type=float, help="of each in the mean [all alike]")
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    shares = torch.tensor(options.shares or [1.0] * len(options.checkpoints), dtype=torch.float64)
    if len(shares) != len(options.checkpoints) or not shares.sum() > 0:
        parser.error("give each of the checkpoints a share; together they must be more than nothing.")
    recipe = checkpoints.load(options.checkpoints[0])["recipe"]
    states = [checkpoints.weights(path) for path in options.checkpoints]
    if any({k: v.shape for k, v in state.items()} != {k: v.shape for k, v in states[0].items()} for state in states):
        parser.error("these checkpoints are not of one network.")
    mean = {
        name: torch.tensordot(shares / shares.sum(), torch.stack([state[name].double() for state in states]), 1).float()
        if first.is_floating_point() else first
        for name, first in states[0].items()
    }  # fmt: skip
    checkpoints.save({"ema": mean, "figures": {}, "recipe": recipe}, options.output)


if __name__ == "__main__":
    main()
