"""How long an HRNet-W32's convolutions would take on a card that did nothing but compute, or nothing but move data.

    python -m scripts.hrnet_limits --tflops 748 --tb-per-s 3.0 [--batch 64]

The card's rates are those that gpu_check measures (its part `limits`). Each convolution takes the longer of its two
times, in float16, reading its input and writing its output once; what overlaps, and what a cache spares, is left out.
"""

from __future__ import annotations

import argparse
from typing import Any

import torch
from torch import Tensor, nn

from training.models.hrnet import HRNet, HRNetConfig

HEIGHT, WIDTH = 256, 192
BYTES = 2  # of a float16


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--tflops", type=float, required=True, help="float16 matrix rate of the card")
    parser.add_argument("--tb-per-s", type=float, required=True, help="copy on the device, read and written")
    parser.add_argument("--batch", type=int, default=64)
    options = parser.parse_args()
    network = HRNet(HRNetConfig()).eval()
    costs: list[tuple[float, float]] = []  # seconds of computing and of moving

    def measure(module: Any, given: tuple[Tensor, ...], output: Tensor) -> None:
        flop = 2 * output.numel() * module.in_channels * module.kernel_size[0] * module.kernel_size[1]
        moved = BYTES * (given[0].numel() + output.numel())
        costs.append(
            (options.batch * flop / (options.tflops * 1e12), options.batch * moved / (options.tb_per_s * 1e12))
        )

    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            module.register_forward_hook(measure)
    with torch.inference_mode():
        network(torch.zeros(1, 3, HEIGHT, WIDTH))
    print(
        f"{len(costs)} convolutions, batch {options.batch}: computing alone {1e3 * sum(a for a, _ in costs):.2f} ms, "
        f"moving alone {1e3 * sum(b for _, b in costs):.2f} ms, the longer of each {1e3 * sum(map(max, costs)):.2f} ms"
    )


if __name__ == "__main__":
    main()
