"""Which network a recipe means: one dict from its name to its class and the class of its settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import torch
from torch import nn

from engine.errors import UsageError, in_short
from training.models.detection import Detector, DetectorConfig, HRNetDetectorConfig
from training.models.hourglass import HourglassConfig, StackedHourglass
from training.models.hourglass52 import Hourglass52, Hourglass52Config
from training.models.hrnet import HRNet, HRNetConfig
from training.models.hrnetv2 import HRNetV2, PersonSegmentation
from training.models.simplebaseline import SimpleBaseline, SimpleBaselineConfig
from training.models.swinpose import SwinPose, SwinPoseConfig
from training.recipe import DEFAULT_NETWORKS, Recipe, settings


@dataclass(frozen=True, slots=True)
class Network:
    """What a network is for (a recipe's `task`), the class of its settings, and what makes it from them.

    A pose network turns float [N, 3, H, W] into heatmaps [N, K, H / 4, W / 4]; in training it may give a list of such,
    each to be supervised, the last one being the answer. Its settings have `joints`.
    """

    task: str
    settings: type[Any]
    make: Callable[[Any], nn.Module]


NETWORKS = {
    "hrnet": Network("pose", HRNetConfig, HRNet),
    "hrnetv2": Network("pose", HRNetConfig, HRNetV2),
    "simplebaseline": Network("pose", SimpleBaselineConfig, SimpleBaseline),
    "hourglass": Network("pose", HourglassConfig, StackedHourglass),
    "hourglass52": Network("pose", Hourglass52Config, Hourglass52),
    "swinpose": Network("pose", SwinPoseConfig, SwinPose),
    "detector": Network("detection", DetectorConfig, Detector),
    "hrnet-detector": Network("detection", HRNetDetectorConfig, Detector),
    "hrnet-segmentation": Network("segmentation", HRNetConfig, PersonSegmentation),
}


def network_of(recipe: Recipe) -> tuple[Network, Any]:
    """The network that a recipe means, and its settings; raises UsageError where it names none or sets it wrongly."""
    name = recipe.network or DEFAULT_NETWORKS[recipe.task]
    kind = NETWORKS.get(name)
    if kind is None or kind.task != recipe.task:
        fitting = ", ".join(known for known, network in NETWORKS.items() if network.task == recipe.task)
        raise UsageError(f"{recipe.name}: network {name!r} is not one for {recipe.task}; choose one of {fitting}.")
    chosen = settings(kind.settings, recipe.model, recipe.name, "model.")
    _check_counts(chosen, recipe.name, "model.")
    return kind, chosen


def make_network(recipe: Recipe) -> nn.Module:
    """The network of a recipe, with fresh weights; raises UsageError as `network_of` does."""
    kind, chosen = network_of(recipe)
    try:
        return kind.make(chosen)
    except (ValueError, RuntimeError, AssertionError, ArithmeticError) as error:
        raise UsageError(
            f"{recipe.name}: [model] makes no network ({in_short(error)}): correct its settings."
        ) from error


def check_input(recipe: Recipe, processes: int = 1) -> None:
    """Raises UsageError where the network does not take a phase's pictures, shared out among so many processes."""
    with torch.device("meta"):  # shapes alone: nothing is computed
        network = make_network(recipe)
        for phase in recipe.phases:
            width, height = phase.size
            batch = phase.batch // processes
            try:
                network(torch.zeros(batch, 3, height, width))
            except (ValueError, RuntimeError) as error:
                raise UsageError(
                    f"{recipe.name}: the network takes no {batch} pictures of {height}x{width} ({in_short(error)}): "
                    "set another `size` or `batch` in this phase."
                ) from error


def _check_counts(chosen: Any, name: str, where: str) -> None:
    """Raises UsageError where there is to be none of something, or fewer (channels, blocks, joints)."""
    for item in fields(chosen):
        value = getattr(chosen, item.name)
        if is_dataclass(value):
            _check_counts(value, name, f"{where}{item.name}.")
        counts = value if isinstance(value, tuple) else (value,)
        least = 0 if item.default == 0 else 1  # which of several: counted from 0
        if any(isinstance(count, int) and not isinstance(count, bool) and count < least for count in counts):
            raise UsageError(f"{name}: {where}{item.name} must be at least {least}, not {value}.")
        if isinstance(value, float) and not 0 <= value < 1:  # chances
            raise UsageError(f"{name}: {where}{item.name} must be from 0 to below 1, not {value}.")
