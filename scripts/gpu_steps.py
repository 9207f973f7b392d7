"""What each step to a fast torch backend gives on a GPU: our kernels against the libraries', lanes against none."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from engine.backends import torch_kernels
from engine.backends.torch_fusion import fuse, with_kernels
from engine.backends.torch_graph import to_torch
from engine.backends.torch_kernels import CHANNELS, TILINGS, microseconds, recorded
from engine.backends.torch_lanes import Lanes, pieces
from engine.backends.torch_runner import Streams
from engine.onnx_edit import read_onnx, simplified, to_half
from scripts.gpu_bench import Bench, device_ms, noise

CALLS = 20  # of what is timed, in a row
GOOD = 1e-3  # ‖found - expected‖ / ‖expected‖ that float16 may be off
MAPS = ((64, 48), (13, 50))  # rows and columns: HRNet's largest maps, and some that no tile fits


def kernels(bench: Bench) -> None:
    """Ours against float32 and, timed, against cuDNN's convolution."""
    if not torch_kernels.are_usable(torch.device("cuda")):
        bench.report.add("kernels", "not usable here", "PyTorch's and cuDNN's serve")
        return
    for batch in (1, 4, 16, 64):
        for height, width in MAPS:
            _convolution(bench, batch, height, width)
    maps = [_random(64, CHANNELS, 64 // factor, 48 // factor) for factor in (1, 2, 4, 8)]
    bias = torch.randn(CHANNELS, device="cuda").half()
    found = torch_kernels.sum_up(maps, [1, 2, 4, 8], bias, True)
    whole = sum(functional.interpolate(each.float(), size=maps[0].shape[2:]) for each in maps)
    apart = _apart(found, (whole + bias.float()[:, None, None]).relu())
    spent = microseconds(lambda: torch_kernels.sum_up(maps, [1, 2, 4, 8], bias, True), CALLS)
    bench.report.add("kernels", "sum of four maps, batch 64", f"{apart:.1e} off, {spent:.1f} µs", apart < GOOD)


def _convolution(bench: Bench, batch: int, height: int, width: int) -> None:
    x, shortcut = (_random(batch, CHANNELS, height, width) for _ in range(2))
    weight = (0.05 * _random(CHANNELS, CHANNELS, 3, 3)).contiguous(memory_format=torch.channels_last)
    bias = torch.randn(CHANNELS, device="cuda").half()
    how = ([1, 1], [1, 1], [1, 1], 1)
    expected = functional.conv2d(x.float(), weight.float(), bias.float(), padding=1) + shortcut.float()
    library = microseconds(lambda: torch.cudnn_convolution_add_relu(x, weight, shortcut, 1.0, bias, *how), CALLS)
    worst, times = 0.0, []
    for tiling in TILINGS:

        def own(tiling: torch_kernels.Tiling = tiling) -> Tensor:
            return torch_kernels.conv3x3_relu(x, weight, bias, shortcut, tiling.rows, tiling.warps)

        worst = max(worst, _apart(own(), expected.relu()))
        times.append(microseconds(own, CALLS))
    text = f"{worst:.1e} off; {' or '.join(f'{each:.1f}' for each in times)} µs, cuDNN {library:.1f}"
    what = f"convolution {CHANNELS} → {CHANNELS}, {batch} × {height} × {width}"
    bench.report.add("kernels", what, text, worst < GOOD, us=min(times), cudnn_us=library)


def steps(bench: Bench) -> None:
    """HRNet-W32 on the device alone: fused by cuDNN, with our kernels, and with its branches in 2 and 8 lanes."""
    if not torch_kernels.are_usable(torch.device("cuda")):
        bench.report.add("steps", "not run", "our kernels are not usable here")
        return
    torch.backends.cudnn.benchmark = True
    model = to_half(simplified(read_onnx(bench.onnx)))
    weights: dict[str, Tensor] = {}
    streams = Streams()
    for batch in (1, 4, 16, 64):
        given = torch.from_numpy(noise(batch)).cuda()
        module = fuse(to_torch(model, batch, weights, torch.device("cuda")))
        with torch.inference_mode():
            times = [device_ms(recorded(lambda: module(given)).replay, repeats=30)]  # noqa: B023 - called at once
            module = with_kernels(module)
            times.append(device_ms(recorded(lambda: module(given)).replay, repeats=30))  # noqa: B023
            for count in (2, 8):
                lanes = Lanes(*pieces(module, count), prepare=lambda piece: piece, streams=streams.lanes)
                times.append(device_ms(recorded(lambda: lanes(given)).replay, repeats=30))  # noqa: B023
        names = ("cuDNN", "our kernels", "and 2 lanes", "and 8 lanes")
        text = ", ".join(f"{name} {spent:.2f} ms" for name, spent in zip(names, times, strict=True))
        bench.report.add("steps", f"hrnet-w32, batch {batch}", text, None, **dict(zip(names, times, strict=True)))
        torch.cuda.empty_cache()
    streams.close()


def _random(*shape: int) -> Tensor:
    return torch.randn(shape, device="cuda").half().contiguous(memory_format=torch.channels_last)


def _apart(found: Tensor, expected: Tensor) -> float:
    return float((found.float() - expected).norm() / expected.norm())
