"""HRNet-W32 256×192 on a GPU: plain PyTorch, the torch backend, the same compiled; crops a second against the limit."""

from __future__ import annotations

import copy
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import torch

from engine.backends.onnxruntime import OnnxRuntime
from engine.backends.torch import TorchSession
from engine.errors import ModelError
from engine.onnx_edit import read_onnx
from scripts.gpu_bench import SIZE_WH, Bench, device_ms, noise, wall_ms
from training.export import export_pose
from training.models.deployed import DeployedPose
from training.models.hrnet import HRNet, HRNetConfig

BATCHES = (1, 4, 16, 64)
BAR_EAGER, BAR_LIMIT = 3.0, 0.25  # × eager at batch 4; of the measured matrix rate at batch 64
IN_A_ROW = 8  # batches
COMPILE_S = 40.0  # of one batch size by torch.compile, as a guess before there is a measurement


def lively_network() -> HRNet:
    """HRNet-W32 with random weights whose feature maps neither die nor explode: normalised on random crops."""
    torch.manual_seed(0)
    network = HRNet(HRNetConfig()).cuda()
    for module in network.modules():
        if isinstance(module, torch.nn.Conv2d):
            torch.nn.init.kaiming_normal_(module.weight)
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0
    with torch.no_grad():
        network.train()(torch.randn(16, 3, SIZE_WH[1], SIZE_WH[0], device="cuda"))
    return network.eval()


def export(network: HRNet, path: Path) -> Path:
    with suppress(
        ModelError
    ):  # of random weights, whose joints have no peak: the file is written before it is compared
        export_pose(network.cpu(), SIZE_WH, path, noise(1))
    network.cuda()
    return path


def hrnet_eager(bench: Bench) -> None:
    """Plain PyTorch: bytes up, network and decoding operator by operator, joints down."""
    for label, half in (("float32", False), ("float16, channels last", True)):
        network = lively_copy(bench.network, half=half)
        for batch in BATCHES:
            given = torch.from_numpy(noise(batch))

            def call(network: torch.nn.Module = network, given: torch.Tensor = given) -> None:
                with torch.inference_mode():
                    network(given.cuda()).cpu()

            rate = batch / (wall_ms(call, 10) / 1e3)
            if not half:
                bench.eager[batch] = rate
            add_rate(bench, f"eager {label}, batch {batch}", batch, rate)


def lively_copy(network: torch.nn.Module, *, half: bool) -> torch.nn.Module:
    """The deployed network (decoding included); in half precision with the float32 work around it."""
    inner = copy.deepcopy(network).cuda().eval()
    if half:
        inner = _Half(inner.half().to(memory_format=torch.channels_last))
    return DeployedPose(inner).cuda().eval()


class _Half(torch.nn.Module):
    def __init__(self, network: torch.nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        maps: torch.Tensor = self.network(x.half().contiguous(memory_format=torch.channels_last))
        return maps.float()


def hrnet_graphs(bench: Bench) -> None:
    """The torch backend as it is used: float16, channels last, fused convolutions, one CUDA graph."""
    session_rates(bench, "cuda", BATCHES)


def hrnet_compiled(bench: Bench) -> None:
    """The same through torch.compile, the batches with a bar first; each size is compiled on its own."""
    guess = COMPILE_S
    for batch in (64, 4, 16, 1):
        if bench.left < guess + 10:
            bench.report.add("hrnet-w32", f"cuda-compiled, batch {batch}", f"not run: {bench.left:.0f} s were left")
            continue
        begun = time.perf_counter()
        session_rates(bench, "cuda-compiled", (batch,))
        guess = time.perf_counter() - begun


def session_rates(bench: Bench, device: str, batches: tuple[int, ...]) -> None:
    reference = OnnxRuntime().load(bench.onnx, precision=None, device="cpu").run(noise(4))[0]
    model = read_onnx(bench.onnx)
    for batch in batches:
        begun = time.perf_counter()
        session = TorchSession(model, "hrnet-w32", device=device, precision="f16", buckets=(batch,))
        given = noise(batch)
        session.run(given)
        ready = time.perf_counter() - begun
        single = wall_ms(lambda session=session, given=given: session.run(given), 20)  # type: ignore[misc]
        row = np.concatenate([given] * IN_A_ROW)
        rate = len(row) / (wall_ms(lambda session=session, row=row: session.run(row), 10) / 1e3)  # type: ignore[misc]
        inner = session._runners[batch]
        alone = device_ms(inner._graph.replay, repeats=20)  # type: ignore[attr-defined]
        what = f"torch:{device} f16, batch {batch}"
        add_rate(bench, what, batch, rate, single_ms=single, alone_ms=alone, ready_s=ready)
        if batch == 4:
            near = np.linalg.norm(session.run(noise(4))[0][..., :2] - reference[..., :2], axis=2)
            text = f"median {np.median(near):.3f} px from ONNX Runtime (random weights, so no bar)"
            bench.report.add("hrnet-w32", what, text, None, median_px=float(np.median(near)))
        session.close()
        torch.cuda.empty_cache()


def add_rate(
    bench: Bench, what: str, batch: int, rate: float, *, single_ms: float = 0.0, alone_ms: float = 0.0,
    ready_s: float = 0.0,
) -> None:  # fmt: skip
    """A line with crops a second, set against eager PyTorch and the card's limit.

    `single_ms` is how long one batch takes by itself, its way up and down included; `alone_ms` on the device alone.
    """
    share = rate * bench.flop / bench.limit if bench.limit else 0.0
    single = batch / (single_ms / 1e3) if single_ms else rate
    ratio = single / bench.eager[batch] if bench.eager.get(batch) else 0.0  # eager ones come one at a time too
    parts = [f"{rate:.0f} crops/s, {1e3 * batch / rate:.2f} ms a batch, {share:.1%} of the limit"]
    ok = None
    if ratio and "eager" not in what:
        parts.append(f"{ratio:.1f} × eager float32, both one batch at a time")
        ok = ratio >= BAR_EAGER if batch == 4 else share >= BAR_LIMIT if batch == 64 and share else None
    figures = {"crops_per_s": rate, "share_of_limit": share, "times_eager": ratio}
    if alone_ms:
        device_share = batch / (alone_ms / 1e3) * bench.flop / bench.limit if bench.limit else 0.0
        parts.append(f"on the device alone {alone_ms:.2f} ms ({device_share:.1%}); ready in {ready_s:.0f} s")
        own = single * bench.flop / bench.limit if bench.limit else 0.0
        parts.append(f"one by itself {single_ms:.2f} ms ({own:.1%})")
        figures |= {"single_ms": single_ms, "device_ms": alone_ms, "device_share": device_share, "ready_s": ready_s}
    bench.report.add("hrnet-w32", what, "; ".join(parts), ok, **figures)
