"""Each network learns eight people by heart: PCK 1.0, in eval mode, on real crops. Minutes: `-m slow`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from engine.decoding import Decoding, decode, to_crop
from engine.types import F32
from tests.shared import SHARED, needs_shared
from training.data.coco import load_people
from training.data.people import Person
from training.data.poses import Draw, PoseDataset
from training.data.targets import TARGET_RULES
from training.data.transforms import PLAIN, random_view
from training.metrics import pck, torso_diagonals
from training.models.deployed import Normalise
from training.models.hourglass import HourglassConfig, StackedHourglass
from training.models.hourglass52 import Hourglass52, Hourglass52Config
from training.models.hrnet import HRNet, HRNetConfig
from training.models.hrnetv2 import HRNetV2
from training.models.simplebaseline import SimpleBaseline, SimpleBaselineConfig
from training.models.swin import SwinConfig
from training.models.swinpose import SwinPose, SwinPoseConfig
from training.tasks import heatmap_loss

PORTRAIT, SQUARE, LARGE_SQUARE = (64, 96), (64, 64), (128, 128)
STEPS, LOOK_EVERY = 400, 10
SWIN = SwinConfig(drop_path=0)
CASES: dict[str, tuple[Any, Any, tuple[int, int], float]] = {  # network, settings, (width, height), rate
    "hrnet-w32": (HRNet, HRNetConfig(), PORTRAIT, 1e-3),
    "hrnetv2-w18": (HRNetV2, HRNetConfig(width=18, upsampling="bilinear"), PORTRAIT, 1e-3),
    "simplebaseline-r50": (SimpleBaseline, SimpleBaselineConfig(), PORTRAIT, 1e-3),
    "hourglass-2": (StackedHourglass, HourglassConfig(stacks=2, joints=17), SQUARE, 1e-3),
    "hourglass52": (Hourglass52, Hourglass52Config(), LARGE_SQUARE, 1e-3),
    "swinpose-t-a": (SwinPose, SwinPoseConfig(SWIN), PORTRAIT, 5e-4),
    "swinpose-t-b": (SwinPose, SwinPoseConfig(SWIN, fusion="concatenation"), PORTRAIT, 5e-4),
    "swin-t-deconvolution": (SwinPose, SwinPoseConfig(SWIN, fusion="deconvolution"), PORTRAIT, 5e-4),
}


def eight_people() -> list[Person]:
    """Those with the most labelled joints, each in a picture of its own."""
    people, _ = load_people(SHARED / "data" / "people" / "val", ["val.json"])
    people = [person for person in people if torso_diagonals(person.keypoints[None], person.weights[None])[0] > 0]
    people.sort(key=lambda person: (-(person.weights > 0).sum(), person.annotation_id))
    by_picture = {person.picture: person for person in reversed(people)}
    return sorted(by_picture.values(), key=people.index)[:8]


def places(people: list[Person], size: tuple[int, int]) -> tuple[F32, F32]:
    """Where their joints lie in the crops, [8, 17, 2], and which are labelled inside them, [8, 17]."""
    rng = np.random.default_rng(0)
    views = [random_view(person, PoseDataset(people, PLAIN).skeleton, size, PLAIN, rng).matrix for person in people]
    moved = [p.keypoints @ view[:, :2].T + view[:, 2] for p, view in zip(people, views, strict=True)]
    points = np.stack(moved).astype(np.float32)
    inside = ((points >= 0) & (points <= np.array(size) - 1)).all(2)
    return points, np.stack([person.weights > 0 for person in people]).astype(np.float32) * inside


@needs_shared
@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", CASES)
def test_a_network_learns_eight_people_by_heart(name: str) -> None:
    make, settings, size, rate = CASES[name]
    torch.manual_seed(0)
    people = eight_people()
    dataset = PoseDataset(people, PLAIN, targets=TARGET_RULES["gaussian"], sigma=4)
    samples = [dataset[Draw(n, size, (0, n))] for n in range(len(people))]
    crops, target, weight = (torch.from_numpy(np.stack(part)) for part in zip(*samples, strict=True))
    inputs = Normalise()(crops).contiguous(memory_format=torch.channels_last)
    truth, labelled = places(people, size)
    reach = 0.2 * torso_diagonals(truth, labelled)
    network = make(settings).to(memory_format=torch.channels_last)
    optimiser = torch.optim.Adam(network.parameters(), lr=rate)
    share = 0.0
    for step in range(1, STEPS + 1):
        optimiser.zero_grad()
        heatmap_loss(network.train()(inputs), target, weight, 4).backward()
        optimiser.step()
        if step % LOOK_EVERY == 0:
            with torch.no_grad():
                maps = network.eval()(inputs).numpy()
            cells, _ = decode(maps, Decoding.PARABOLA)
            points = to_crop(cells, (maps.shape[3], maps.shape[2]), size, TARGET_RULES["gaussian"].pixels)
            shares = pck(points, truth, labelled, reach)
            share = float(np.nanmin(shares))
            if share == 1:
                print(f"{name}: {step} steps")
                return
    pytest.fail(f"{name}: the worst joint is right in {share:.2f} of the people after {STEPS} steps")
