"""Which optimisers a recipe means, and their rate at each step."""

from __future__ import annotations

import math

import torch
from torch import nn

from engine.errors import UsageError
from training.muon import Muon, mixes
from training.recipe import Optimiser, Recipe


def check_warmup(recipe: Recipe, steps: int) -> None:
    """Raises UsageError where the rate would still rise when the run of so many steps ends."""
    warmup = recipe.optimiser.warmup
    if warmup > 1 and warmup >= steps:
        raise UsageError(
            f"{recipe.name}: the rate rises over the first {warmup} steps, and the run has {steps}: set a smaller "
            "`optimiser.warmup`, or more images or epochs."
        )


def learning_rate(optimiser: Optimiser, step: int, steps: int) -> float:
    """The rate of a step by the recipe's schedule."""
    rise = min(1.0, (step + 1) / optimiser.warmup) if optimiser.warmup else 1.0
    share = step / max(1, steps)
    if optimiser.schedule == "steps":
        drops = sum(share >= milestone for milestone in optimiser.steps)
        return optimiser.lr * rise * optimiser.factor**drops
    fall = optimiser.final + (1 - optimiser.final) * 0.5 * (1 + math.cos(math.pi * share))
    return optimiser.lr * rise * fall


def optimisers_of(network: nn.Module, settings: Optimiser, *, bf16: bool = False) -> list[torch.optim.Optimizer]:
    """One optimiser, or Muon and AdamW beside it: every parameter is in one group of one of them.

    bf16  whether the network is trained in it, so that Muon may compute in it too
    """
    plain, by_muon, decayed = list[nn.Parameter](), list[nn.Parameter](), list[nn.Parameter]()
    for name, parameter in network.named_parameters():
        if parameter.ndim <= 1 or name.endswith("bias_table"):
            plain.append(parameter)  # normalisation, biases and Swin's tables of them shrink to no good
        elif settings.name == "muon" and mixes(parameter):
            by_muon.append(parameter)
        else:
            decayed.append(parameter)
    groups = [{"params": decayed, "weight_decay": settings.weight_decay}, {"params": plain, "weight_decay": 0.0}]
    match settings.name:
        case "rmsprop":
            return [torch.optim.RMSprop(groups, lr=settings.lr, alpha=0.99, eps=1e-8)]
        case "adam":
            return [torch.optim.Adam(groups, lr=settings.lr)]
    adamw = torch.optim.AdamW(groups, lr=settings.lr)
    precision = torch.bfloat16 if bf16 else torch.float32
    return [Muon(by_muon, settings.lr, settings.weight_decay, precision), adamw] if by_muon else [adamw]
