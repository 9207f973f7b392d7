"""HRNet-W32 256×192 on a GPU: plain PyTorch, the torch backend, the same compiled; crops a second against the limit."""

from __future__ import annotations

import copy
import time

import numpy as np
import torch

from engine.backends.onnxruntime import OnnxRuntime
from engine.backends.torch import TorchSession
from engine.onnx_edit import read_onnx
from scripts.gpu_bench import OFFICIAL, Bench, device_ms, noise, wall_ms
from training.models.deployed import DeployedPose

BATCHES = (1, 4, 16, 64)
BAR_EAGER, BAR_LIMIT = 3.0, 0.25  # × eager at batch 4; of the measured matrix rate at batch 64
IN_A_ROW = 8  # batches
COMPILE_S = 40.0  # of one batch size by torch.compile, as a guess before there is a measurement


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
            add_rate(bench, f"eager {label}, batch {batch}", batch, rate)


def lively_copy(network: torch.nn.Module, *, half: bool) -> torch.nn.Module:
    """The deployed network (decoding included); in half precision with the float32 work around it."""
    inner = copy.deepcopy(network).cuda().eval()
    if half:
        inner = _Half(inner.half().to(memory_format=torch.channels_last))
    return DeployedPose(inner, OFFICIAL).cuda().eval()


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
        if not bench.has(guess + 10, "hrnet-w32", f"torch:cuda-compiled f16, batch {batch}"):
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
    limit, eager = bench.limit, bench.eager(batch)
    share = rate * bench.flop / limit if limit else 0.0
    single = batch / (single_ms / 1e3) if single_ms else rate
    ratio = single / eager if eager else 0.0  # eager ones come one at a time too
    of_limit = f", {share:.1%} of the limit" if limit else ""
    parts = [f"{rate:.0f} crops/s, {1e3 * batch / rate:.2f} ms a batch{of_limit}"]
    ok = None
    if "eager" not in what:
        if ratio:
            parts.append(f"{ratio:.1f} × eager float32, both one batch at a time")
        figure, bar, source = {4: (ratio, BAR_EAGER, "hrnet-eager"), 64: (share, BAR_LIMIT, "limits")}.get(
            batch, (0.0, 0.0, "")
        )
        ok = figure >= bar if figure else None
        if source and not figure:
            parts.append(f"not judged: {source} has not run")
    figures = {"crops_per_s": rate, "share_of_limit": share, "times_eager": ratio}
    if alone_ms:
        device_share = batch / (alone_ms / 1e3) * bench.flop / limit if limit else 0.0
        parts.append(f"on the device alone {alone_ms:.2f} ms{f' ({device_share:.1%})' if limit else ''}")
        own = single * bench.flop / limit if limit else 0.0
        parts.append(f"ready in {ready_s:.0f} s; one by itself {single_ms:.2f} ms{f' ({own:.1%})' if limit else ''}")
        figures |= {"single_ms": single_ms, "device_ms": alone_ms, "device_share": device_share, "ready_s": ready_s}
    bench.report.add("hrnet-w32", what, "; ".join(parts), ok, **figures)
