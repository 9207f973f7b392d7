"""How fast the embedded pose network trains on a GPU: with and without its passes as CUDA graphs."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from scripts.gpu_bench import Bench, wall_ms
from training.graphs import recorded
from training.networks import make_network
from training.optimisers import optimisers_of
from training.recipe import Recipe, find_recipe, read_recipe
from training.tasks import heatmap_loss
from training.train import Average

STEPS = 20
SAME_LOSS = 0.02  # by how much losses may differ that bfloat16 and the order of sums pull apart


def training(bench: Bench) -> None:
    """Whole steps (network, loss, optimisers, average) on random batches; making views is not in it."""
    recipe = read_recipe(find_recipe("skelter-pose-s-long"))
    torch.backends.cudnn.benchmark = True
    plain: list[float] = []
    for label, has_graphs in (("plain", False), ("CUDA graphs", True)):
        losses, spent = _steps(recipe, has_graphs)
        plain = plain or losses
        apart = max(abs(one / other - 1) for one, other in zip(losses, plain, strict=True))
        batch = recipe.phases[0].batch
        text = f"{spent:.1f} ms a step of {batch}: {1e3 * batch / spent:.0f} crops/s; loss within {apart:.1%} of plain"
        bench.report.add("training", f"{recipe.name}, {label}", text, apart < SAME_LOSS, ms=spent)
        torch.cuda.empty_cache()


def _steps(recipe: Recipe, has_graphs: bool) -> tuple[list[float], float]:
    """The losses of `STEPS` steps from one beginning, and the median milliseconds of a step after them."""
    torch.manual_seed(0)
    phase = recipe.phases[0]
    width, height = phase.size
    network: nn.Module = make_network(recipe).cuda().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    average, optimisers = Average(network, recipe.optimiser.ema), optimisers_of(network, recipe.optimiser, bf16=True)
    runs = recorded(network, phase, torch.bfloat16) if has_graphs else network
    torch.manual_seed(1)  # recording draws a batch of its own
    crops = torch.randn(phase.batch, 3, height, width, device="cuda").to(memory_format=torch.channels_last)
    target: Tensor = torch.rand(phase.batch, 17, height // 4, width // 4, device="cuda")
    weight = torch.ones(phase.batch, 17, device="cuda")

    losses: list[Tensor] = []

    def steps() -> None:
        network.train()
        for number in range(STEPS):
            with torch.autocast("cuda", torch.bfloat16, cache_enabled=not has_graphs):
                loss = heatmap_loss(runs(crops), target, weight)
            network.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(network.parameters(), recipe.optimiser.clip)
            for optimiser in optimisers:
                optimiser.step()
            average.update(network, number)
            losses.append(loss.detach())
        torch.cuda.synchronize()

    spent = wall_ms(steps, 3) / STEPS
    return torch.stack(losses[:STEPS]).tolist(), spent
