"""How large a network is: its parameters and the multiply-adds of one picture."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

GIGA = 2**30  # what the HRNet releases call "G" (lib/utils/utils.py divides by 1024³)


def parameters(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def macs(network: nn.Module, height: int, width: int, *, as_published: bool = False) -> int:
    """Multiply-adds of all convolutions and linear layers for one picture of `height` × `width`.

    Normalisation, biases, attention's products and resampling are not counted, as in the HRNet releases. With
    `as_published` a transposed convolution counts at each of its outputs, as those releases do: stride² times too much.
    Runs the network once; on the meta device that costs nothing.
    """
    total = 0

    def count(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        nonlocal total
        if isinstance(module, nn.Linear):
            total += module.in_features * output[0].numel()
        elif isinstance(module, nn.Conv2d):
            total += module.in_channels // module.groups * math.prod(module.kernel_size) * output[0].numel()
        elif isinstance(module, nn.ConvTranspose2d):
            places = output[0, 0].numel() if as_published else inputs[0][0, 0].numel()
            total += module.in_channels * module.out_channels * math.prod(module.kernel_size) * places

    counted = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)
    hooks = [module.register_forward_hook(count) for module in network.modules() if isinstance(module, counted)]
    device = next(network.parameters()).device
    was_training = network.training
    try:
        with torch.no_grad():
            network.eval()(torch.zeros(1, 3, height, width, device=device))
    finally:
        network.train(was_training)
        for hook in hooks:
            hook.remove()
    return total
