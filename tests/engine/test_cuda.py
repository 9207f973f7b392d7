"""The crop kernel: it compiles for every GPU, and cuts what OpenCV cuts; and what is said where there is no GPU."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from engine import crops, cuda
from engine.errors import BackendError
from engine.types import F64, U8

needs_no_gpu = pytest.mark.skipif(bool(cuda.probe().gpus), reason="there is a GPU here")

# the kernel as plain C: its threads one after the other
AS_C = """
#include <math.h>
#define __device__
#define __global__
struct three { int x, y, z; };
static struct three blockIdx, blockDim = {1, 1, 1}, threadIdx;
%s
void cut_all(const unsigned char* image, int width, int height, const float* inverse, unsigned char* crops,
             int crop_width, int crop_height, int count)
{
    for (blockIdx.z = 0; blockIdx.z < count; blockIdx.z++)
        for (blockIdx.y = 0; blockIdx.y < crop_height; blockIdx.y++)
            for (blockIdx.x = 0; blockIdx.x < crop_width; blockIdx.x++)
                cut_crops(image, width, height, inverse, crops, crop_width, crop_height);
}
"""


@pytest.mark.parametrize("architecture", ["sm_75", "sm_86", "sm_90", "sm_120"])
def test_the_kernel_compiles_for_every_generation(architecture: str) -> None:
    assert cuda.compile_kernel(architecture).startswith(b"\x7fELF")


def test_a_mistake_in_a_kernel_is_told_in_the_compilers_words(tmp_path: Path) -> None:
    (tmp_path / "wrong.cu").write_text("no kernel")
    with pytest.raises(BackendError, match=r"sm_90: wrong\.cu\(1\)"):
        cuda.compile_kernel("sm_90", tmp_path / "wrong.cu")


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Any:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("there is no C compiler here")
    folder = tmp_path_factory.mktemp("kernel")
    (folder / "kernel.c").write_text(AS_C % cuda.KERNEL.read_text(encoding="utf-8").replace('extern "C" ', ""))
    library = folder / "kernel.so"
    command = [compiler, "-O1", "-std=c99", "-shared", "-fPIC", "-o", str(library), str(folder / "kernel.c"), "-lm"]
    subprocess.run(command, check=True)
    return ctypes.CDLL(str(library))


def cut_by(kernel: Any, image: U8, matrices: F64, size_wh: tuple[int, int]) -> U8:
    inverse = np.ascontiguousarray(crops.invert(matrices).reshape(-1, 6).astype(np.float32))
    out = np.empty((len(matrices), size_wh[1], size_wh[0], 3), np.uint8)
    pointers = [array.ctypes.data_as(ctypes.c_void_p) for array in (image, inverse, out)]
    kernel.cut_all(
        pointers[0], image.shape[1], image.shape[0], pointers[1], pointers[2], *size_wh, len(matrices)
    )  # fmt: skip
    return out


@pytest.mark.parametrize("size_wh", [(192, 256), (288, 384)])
@pytest.mark.parametrize("rule", list(crops.PixelRule))
def test_the_kernel_cuts_what_opencv_cuts(kernel: Any, size_wh: tuple[int, int], rule: crops.PixelRule) -> None:
    coarse = np.random.default_rng(0).integers(0, 256, (60, 100, 3), np.uint8)
    image: U8 = cv2.resize(coarse, (800, 480), interpolation=cv2.INTER_CUBIC)
    boxes = [[100, 100, 300, 400], [-50, -60, 100, 200], [700, 300, 900, 600], [10.5, 20.25, 60, 170]]
    centres, sizes = crops.centres_and_sizes(boxes, size_wh)
    matrices = crops.affines(centres, sizes, size_wh, rule=rule, rotation_deg=[0, 0, 20, 0])
    matrices = np.concatenate([matrices, crops.mirrored(matrices, size_wh[0])])

    apart = np.abs(cut_by(kernel, image, matrices, size_wh).astype(int) - crops.cut(image, matrices, size_wh))

    # OpenCV reads at 1/32 of a pixel: half of that times the steepest slope of this picture, and one for rounding
    assert np.percentile(apart, 99) <= 1
    assert apart.max() <= 6


def test_far_outside_is_black(kernel: Any) -> None:
    image = np.full((20, 20, 3), 255, np.uint8)
    far = np.array([[[1e-6, 0, 1e9], [0, 1e-6, -1e9]], [[1.0, 0, 500], [0, 1.0, 500]]])

    assert not cut_by(kernel, image, far, (32, 32)).any()


@needs_no_gpu
def test_without_a_gpu_the_reason_is_told() -> None:
    assert cuda.probe().reason.startswith("no CUDA device: ")
    assert "insufficient" not in cuda.probe().reason  # as if there were a driver that could be updated
    with pytest.raises(BackendError, match=r"no CUDA device: .*--device cpu"):
        cuda.use()


@needs_no_gpu
def test_a_failing_call_is_a_sentence() -> None:
    with pytest.raises(BackendError, match="CUDA failed"):
        cuda.DeviceBuffer(10)


def test_the_kernel_lies_beside_the_module() -> None:
    assert Path(cuda.KERNEL).exists()
