"""Swin Transformer: Liu et al., Hierarchical Vision Transformer using Shifted Windows, ICCV 2021.

A backbone of four stages. Names are those of the official release (with a norm for each stage that is given out, as its
detection branch has), so that ImageNet weights of that layout load. Maps are padded at the right and the bottom to
whole windows (with zeros after normalisation, as there), so any input whose sides are multiples of 32 will do.

Shapes: input float [N, 3, H, W]; inside channels last, [N, h, w, C].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.types import F32, I64
from training.models.blocks import check_size

MLP_RATIO = 4
FORBIDDEN = -100.0  # added to the attention between places that the shift has put beside each other


@dataclass(frozen=True, slots=True)
class SwinConfig:
    """The shape of a backbone; the defaults are Swin-T.

    width      channels of the first stage; they double with each
    depths     blocks of the four stages
    heads      attention heads of the four stages
    window     side of a window, in places of the map: 7, or 12 in the networks made for 384
    drop_path  chance at which the last block is left out in training; it rises from 0 over the blocks
    """

    width: int = 96
    depths: tuple[int, ...] = (2, 2, 6, 2)
    heads: tuple[int, ...] = (3, 6, 12, 24)
    window: int = 7
    drop_path: float = 0.2

    @property
    def widths(self) -> tuple[int, ...]:
        return tuple(self.width * 2**n for n in range(len(self.depths)))


SWIN_T = SwinConfig()
SWIN_S = SwinConfig(depths=(2, 2, 18, 2), drop_path=0.3)
SWIN_B = SwinConfig(width=128, depths=(2, 2, 18, 2), heads=(4, 8, 16, 32), drop_path=0.3)
SWIN_L = SwinConfig(width=192, depths=(2, 2, 18, 2), heads=(6, 12, 24, 48), drop_path=0.5)


def relative_places(window: int) -> Tensor:
    """Which row of the bias table belongs to each pair of places in a window, int64 [window², window²]."""
    places = torch.stack(torch.meshgrid(torch.arange(window), torch.arange(window), indexing="ij")).flatten(1)
    apart = (places[:, :, None] - places[:, None]) + window - 1  # 2, window², window²
    return apart[0] * (2 * window - 1) + apart[1]


@cache
def shift_mask(height: int, width: int, window: int, shift: int) -> F32:
    """What keeps apart places that were not neighbours before the shift, float32 [windows, window², window²]."""

    def parts(side: int) -> I64:  # unshifted, up to the seam, beyond it
        places = np.arange(side)
        return (places >= side - window).astype(np.int64) + (places >= side - shift)

    regions = 3 * parts(height)[:, None] + parts(width)[None]
    split = regions.reshape(height // window, window, width // window, window).swapaxes(1, 2)
    of_window = split.reshape(-1, window * window)
    return np.where(of_window[:, None] != of_window[:, :, None], FORBIDDEN, 0).astype(np.float32)


def windows_of(x: Tensor, window: int) -> Tensor:
    """[N, h, w, C] → [N · windows, window², C]."""
    _, height, width, channels = x.shape
    x = x.view(-1, height // window, window, width // window, window, channels)
    return x.permute(0, 1, 3, 2, 4, 5).reshape(-1, window * window, channels)


def map_of(windows: Tensor, window: int, height: int, width: int) -> Tensor:
    """The inverse of `windows_of`."""
    x = windows.view(-1, height // window, width // window, window, window, windows.shape[2])
    return x.permute(0, 1, 3, 2, 4, 5).reshape(-1, height, width, windows.shape[2])


class WindowAttention(nn.Module):
    """Attention of every place to every place of its window, [N · windows, window², C] → the same."""

    relative_position_index: Tensor

    def __init__(self, channels: int, heads: int, window: int) -> None:
        super().__init__()
        self._heads = heads
        self._scale = (channels // heads) ** -0.5
        self.relative_position_bias_table = nn.Parameter(torch.zeros((2 * window - 1) ** 2, heads))
        self.register_buffer("relative_position_index", relative_places(window), persistent=False)
        self.qkv = nn.Linear(channels, 3 * channels)
        self.proj = nn.Linear(channels, channels)
        nn.init.trunc_normal_(self.relative_position_bias_table, std=0.02)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        _, places, channels = x.shape
        split = self.qkv(x).view(-1, places, 3, self._heads, channels // self._heads)
        q, k, v = split.permute(2, 0, 3, 1, 4)
        attention = (q * self._scale) @ k.transpose(2, 3)  # N · windows, heads, places, places
        bias = self.relative_position_bias_table[self.relative_position_index.view(-1)]
        attention = attention + bias.view(places, places, self._heads).permute(2, 0, 1)
        if mask is not None:
            by_window = attention.view(-1, mask.shape[0], self._heads, places, places)
            attention = (by_window + mask[:, None]).view(-1, self._heads, places, places)
        mixed = attention.softmax(3) @ v
        return cast(Tensor, self.proj(mixed.transpose(1, 2).reshape(-1, places, channels)))


class Mlp(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(channels, MLP_RATIO * channels)
        self.fc2 = nn.Linear(MLP_RATIO * channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        return cast(Tensor, self.fc2(functional.gelu(self.fc1(x))))


class SwinBlock(nn.Module):
    """Attention in windows and an MLP, each beside the identity; every other block shifts the windows by half."""

    def __init__(self, channels: int, heads: int, window: int, *, shifted: bool, drop_path: float) -> None:
        super().__init__()
        self._window = window
        self._shift = window // 2 if shifted else 0
        self._drop_path = drop_path
        self.norm1 = nn.LayerNorm(channels)
        self.attn = WindowAttention(channels, heads, window)
        self.norm2 = nn.LayerNorm(channels)
        self.mlp = Mlp(channels)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self._dropped(self._attended(self.norm1(x)))
        return x + self._dropped(self.mlp(self.norm2(x)))

    def _attended(self, x: Tensor) -> Tensor:
        height, width = int(x.shape[1]), int(x.shape[2])
        x = functional.pad(x, (0, 0, 0, -width % self._window, 0, -height % self._window))
        padded = int(x.shape[1]), int(x.shape[2])
        mask = None
        if self._shift:
            x = x.roll((-self._shift, -self._shift), (1, 2))
            mask = torch.from_numpy(shift_mask(*padded, self._window, self._shift)).to(x.device, x.dtype)
        x = map_of(self.attn(windows_of(x, self._window), mask), self._window, *padded)
        if self._shift:
            x = x.roll((self._shift, self._shift), (1, 2))
        return x[:, :height, :width]

    def _dropped(self, x: Tensor) -> Tensor:
        """Stochastic depth: in training this path is left out for some pictures, and is the stronger for the others."""
        if not self.training or self._drop_path == 0:
            return x
        kept = 1 - self._drop_path
        return x * (torch.rand(x.shape[0], 1, 1, 1, device=x.device) < kept) / kept


class PatchEmbedding(nn.Module):
    """Every 4 × 4 pixels become one place."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.proj = nn.Conv2d(3, channels, 4, 4)
        self.norm = nn.LayerNorm(channels)

    def forward(self, x: Tensor) -> Tensor:
        return cast(Tensor, self.norm(self.proj(x).permute(0, 2, 3, 1)))


class PatchMerging(nn.Module):
    """Every 2 × 2 places become one of twice the channels."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.reduction = nn.Linear(4 * channels, 2 * channels, bias=False)
        self.norm = nn.LayerNorm(4 * channels)

    def forward(self, x: Tensor) -> Tensor:
        quarters = [x[:, row::2, column::2] for column in (0, 1) for row in (0, 1)]  # the release's order: down first
        return cast(Tensor, self.reduction(self.norm(torch.cat(quarters, 3))))


class Stage(nn.Module):
    """Blocks at one resolution, then (but in the last stage) the step down to the next."""

    def __init__(self, channels: int, heads: int, window: int, drop_paths: Sequence[float], *, is_last: bool) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(
            SwinBlock(channels, heads, window, shifted=n % 2 == 1, drop_path=chance)
            for n, chance in enumerate(drop_paths)
        )
        self.downsample = None if is_last else PatchMerging(channels)

    def forward(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = block(x)
        return x


class Swin(nn.Module):
    """The stages `outputs`, normalised: [N, width · 2ⁿ, H / 4 · 2⁻ⁿ, W / 4 · 2⁻ⁿ] for stage n = 0 … 3.

    Raises ValueError where height or width is not a multiple of 32.
    """

    def __init__(self, config: SwinConfig, outputs: Sequence[int] = (0, 1, 2, 3)) -> None:
        super().__init__()
        self.config = config
        self._outputs = tuple(outputs)
        self.patch_embed = PatchEmbedding(config.width)
        chances = torch.linspace(0, config.drop_path, sum(config.depths), device="cpu").tolist()
        last = len(config.depths) - 1
        stages = []
        for n, (channels, heads, depth) in enumerate(zip(config.widths, config.heads, config.depths, strict=True)):
            own, chances = chances[:depth], chances[depth:]
            stages.append(Stage(channels, heads, config.window, own, is_last=n == last))
        self.layers = nn.ModuleList(stages)
        for n in self._outputs:
            self.add_module(f"norm{n}", nn.LayerNorm(config.widths[n]))
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.trunc_normal_(module.weight, std=0.02)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    def forward(self, x: Tensor) -> list[Tensor]:
        check_size(x, 32)
        x = self.patch_embed(x)
        features = []
        for n, stage in enumerate(self.layers):
            x = stage(x)
            if n in self._outputs:
                features.append(self.get_submodule(f"norm{n}")(x).permute(0, 3, 1, 2).contiguous())
            step = cast(Stage, stage).downsample
            x = x if step is None else step(x)
        return features
