from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from training.models.hrnet import HRNet, HRNetConfig
from training.muon import Muon, orthogonalised
from training.optimisers import optimisers_of
from training.recipe import Optimiser


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**31), st.floats(1e-6, 1e6))
def test_every_direction_of_a_gradient_counts_alike(rows: int, columns: int, seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    left = np.linalg.qr(rng.normal(size=(rows, rows)))[0]
    right = np.linalg.qr(rng.normal(size=(columns, columns)))[0]
    strengths = np.geomspace(1, 0.05, min(rows, columns))
    matrix = scale * (left[:, : len(strengths)] * strengths) @ right[: len(strengths)]
    turned = orthogonalised(torch.from_numpy(matrix).float()).double().numpy()
    left_part, right_part = left[:, : len(strengths)], right[: len(strengths)]
    seen = left_part.T @ turned @ right_part.T
    assert 0.5 < np.diag(seen).min() <= np.diag(seen).max() < 1.3
    np.testing.assert_allclose(turned, left_part @ np.diag(np.diag(seen)) @ right_part, atol=1e-3)


def test_nothing_to_learn_is_no_step() -> None:
    assert not orthogonalised(torch.zeros(30, 40)).any()


@pytest.mark.skipif(not hasattr(torch.optim, "Muon"), reason="this PyTorch has no Muon to compare with")
@pytest.mark.parametrize("shape", [(24, 48), (48, 24)])
def test_a_matrix_moves_as_by_torchs_muon(shape: tuple[int, int]) -> None:
    torch.manual_seed(0)
    ours, theirs = nn.Parameter(torch.randn(shape)), nn.Parameter(torch.empty(shape))
    theirs.data.copy_(ours)
    both = (
        Muon([ours], 1e-2, 0.1, torch.bfloat16),
        torch.optim.Muon([theirs], 1e-2, weight_decay=0.1, adjust_lr_fn="match_rms_adamw"),
    )
    before = ours.detach().clone()
    for _ in range(4):
        ours.grad = torch.randn(shape)
        theirs.grad = ours.grad.clone()
        for optimiser in both:
            optimiser.step()
    apart, moved = (ours - theirs).norm(), (ours - before).norm()
    assert apart < 0.05 * moved, "torch's computes in bfloat16, too"


def test_a_kernel_moves_as_the_matrix_of_its_outputs() -> None:
    torch.manual_seed(0)
    kernel = nn.Parameter(torch.randn(32, 24, 3, 3).to(memory_format=torch.channels_last))
    matrix = nn.Parameter(kernel.detach().flatten(1).clone())
    kernel.grad = torch.randn(32, 24, 3, 3)
    matrix.grad = kernel.grad.flatten(1)
    Muon([kernel, matrix], 1e-2, 0.0).step()
    torch.testing.assert_close(kernel.detach().flatten(1), matrix.detach())


@pytest.mark.parametrize("name", ["muon", "adamw", "adam", "rmsprop"])
def test_every_parameter_has_one_optimiser(name: str) -> None:
    network = HRNet(HRNetConfig(width=24, modules=(1, 1, 1), blocks=1))
    optimisers = optimisers_of(network, Optimiser(name=name, weight_decay=0.1))
    groups = [group for optimiser in optimisers for group in optimiser.param_groups]
    chosen = [parameter for group in groups for parameter in group["params"]]
    assert len(chosen) == len(set(chosen))
    assert set(chosen) == set(network.parameters())
    shrinking = [p for group in groups if group["weight_decay"] for p in group["params"]]
    assert set(shrinking) == {p for p in network.parameters() if p.ndim > 1}
    by_muon = {p for o in optimisers if isinstance(o, Muon) for group in o.param_groups for p in group["params"]}
    assert (network.stage4[0].branches[0][0].conv1.weight in by_muon) == (name == "muon")
    assert network.final_layer.weight not in by_muon, "a head of 17 joints is AdamW's"
