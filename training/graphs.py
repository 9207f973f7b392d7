"""A network's passes as CUDA graphs: a small network is a thousand small kernels, and a card waits for each call."""

from __future__ import annotations

from typing import cast

import torch
from torch import nn

from training.recipe import Phase

WARM_UP = 6  # passes before the recording, in which cuDNN chooses its kernels


def recorded(network: nn.Module, phase: Phase, kind: torch.dtype) -> nn.Module:
    """The network itself, whose passes in training are now replayed; for this phase's batches alone, in autocast.

    Autocast must not keep its copies of the weights (`cache_enabled=False`): a graph makes them anew each time.
    """
    device = next(network.parameters()).device
    width, height = phase.size
    sample = torch.randn(phase.batch, 3, height, width, device=device).to(memory_format=torch.channels_last)
    kept = {name: buffer.clone() for name, buffer in network.named_buffers()}
    network.train()
    with torch.autocast(device.type, kind, cache_enabled=False):
        graphed = torch.cuda.make_graphed_callables(network, (sample,), num_warmup_iters=WARM_UP)
    for name, buffer in network.named_buffers():  # what normalisation has learnt from noise is forgotten
        buffer.copy_(kept[name])
    return cast(nn.Module, graphed)
