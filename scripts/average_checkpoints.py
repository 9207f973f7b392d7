"""The mean of the averaged weights of several checkpoints of one network, as a checkpoint.

    python -m scripts.average_checkpoints ONE.pt OTHER.pt … -o MEAN.pt

Of runs that went on from one another the mean is often better than each (Wortsman et al., "Model soups", ICML 2022):
what they learnt differently cancels out where it was chance. The recipe in it is the first one's.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from training import checkpoints


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("checkpoints", nargs="+", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    given = [checkpoints.load(path) for path in options.checkpoints]
    states = [content["ema"] for content in given]
    if any({k: v.shape for k, v in state.items()} != {k: v.shape for k, v in states[0].items()} for state in states):
        parser.error("these checkpoints are not of one network.")
    mean = {
        name: torch.stack([state[name].float() for state in states]).mean(0) if first.is_floating_point() else first
        for name, first in states[0].items()
    }
    checkpoints.save({"ema": mean, "figures": {}, "recipe": given[0]["recipe"]}, options.output)


if __name__ == "__main__":
    main()
