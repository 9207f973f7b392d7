"""DARK's smoothing as wide as the map wants it, in the deployed graph as in the program's own decoding."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.decoding import Decoding, decode, to_crop
from training.models.deployed import Form, decoder_of


@pytest.mark.parametrize(("width", "height", "sigma"), [(24, 32, 1.0), (48, 64, 2.0), (72, 96, 3.0)])
def test_the_graph_smooths_as_the_program_does(width: int, height: int, sigma: float) -> None:
    form = Form(decoding=Decoding.DARK)
    rng = np.random.default_rng(0)
    grid = np.stack(np.meshgrid(np.arange(width), np.arange(height)), -1)
    places = rng.uniform([0, 0], [width - 1, height - 1], (8, 17, 1, 1, 2))
    maps = np.exp(-((grid - places) ** 2).sum(-1) / (2 * sigma**2))
    maps = (maps + rng.uniform(0, 0.02, maps.shape)).astype(np.float32)
    cells, _ = decode(maps, Decoding.DARK)
    wanted = to_crop(cells, (width, height), (4 * width, 4 * height), form.pixels)
    np.testing.assert_allclose(decoder_of(form)(torch.from_numpy(maps)).numpy()[..., :2], wanted, atol=2e-2)
