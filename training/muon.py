"""Muon: steps whose directions count alike (Jordan et al., "Muon: an optimizer for hidden layers", 2024).

A gradient of a layer has few strong directions, and AdamW follows mostly these. Muon puts the nearest orthogonal matrix
in the gradient's place, so that weak directions are learnt as fast. Its size is set as by Liu et al., "Muon is scalable
for LLM training" (arXiv 2502.16982, §2.2): as large as AdamW's step, so that AdamW's rate and decay can be kept.

torch.optim.Muon takes plain matrices only; here a kernel [out, in, h, w] is the matrix [out, in · h · w], and that of a
transposed convolution, [in, out, h, w], is [in, out · h · w].
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import cast

import torch
from torch import Tensor, nn

NARROW = 20  # rows or columns: a layer with fewer, a head of 17 joints among them, has few directions, all strong
MOMENTUM = 0.95
ADAMW_SIZE = 0.2  # root mean square of AdamW's steps, in rates
NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)  # Jordan's: fast rather than exact, singular values end in 0.7 … 1.2


def orthogonalised(matrices: Tensor, steps: int = 5) -> Tensor:
    """[…, A, B] → roughly U Vᵀ of each one's singular value decomposition (Newton and Schulz's iteration); 0 stays."""
    a, b, c = NEWTON_SCHULZ
    tall = matrices.shape[-2] > matrices.shape[-1]
    wide: Tensor = matrices.mT if tall else matrices
    wide = wide / wide.norm(dim=(-2, -1), keepdim=True).clamp(min=1e-7)
    for _ in range(steps):
        gram = wide @ wide.mT
        wide = a * wide + (b * gram + c * (gram @ gram)) @ wide
    return wide.mT if tall else wide


class Muon(torch.optim.Optimizer):
    """Of the parameters that `mixes` chooses; the others are AdamW's.

    precision  of the orthogonalisation: bfloat16 is enough, and faster where the machine computes in it
    """

    def __init__(
        self, parameters: Iterable[nn.Parameter], lr: float, weight_decay: float, precision: torch.dtype = torch.float32
    ) -> None:
        super().__init__(parameters, {"lr": lr, "weight_decay": weight_decay})
        self._precision = precision

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        for group in self.param_groups:
            alike = defaultdict[tuple[int, int], list[nn.Parameter]](list)
            for parameter in group["params"]:
                if parameter.grad is not None:
                    alike[parameter[0].numel(), len(parameter)].append(parameter)
            # a network has a hundred kernels of a dozen shapes: those of one shape go together, or a card would wait
            for parameters in alike.values():
                self._update(parameters, group["lr"], group["weight_decay"])

    def _update(self, parameters: list[nn.Parameter], rate: float, decay: float) -> None:
        weights: list[Tensor] = [*parameters]
        gradients = [cast(Tensor, parameter.grad) for parameter in parameters]
        momenta = [self._momentum(parameter) for parameter in parameters]
        torch._foreach_lerp_(momenta, gradients, 1 - MOMENTUM)
        ahead = torch._foreach_lerp(gradients, momenta, MOMENTUM)  # Nesterov's
        matrices = torch.stack([each.flatten(1) for each in ahead]).to(self._precision)
        size = ADAMW_SIZE * max(matrices.shape[1:]) ** 0.5
        directions = orthogonalised(matrices).to(parameters[0].dtype)
        torch._foreach_mul_(weights, 1 - rate * decay)
        steps = [direction.view_as(p) for direction, p in zip(directions, parameters, strict=True)]
        torch._foreach_add_(weights, steps, alpha=-rate * size)

    def _momentum(self, parameter: nn.Parameter) -> Tensor:
        state = self.state[parameter]
        if not state:
            state["momentum"] = torch.zeros_like(parameter)
        return cast(Tensor, state["momentum"])


def mixes(parameter: Tensor) -> bool:
    """Whether a parameter is a matrix or kernel that mixes channels: neither narrow nor depthwise."""
    return parameter.ndim >= 2 and parameter.shape[1] > 1 and min(len(parameter), parameter[0].numel()) >= NARROW
