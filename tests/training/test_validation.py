"""How a run scores itself: what that takes, and which scores are compared."""

from __future__ import annotations

import weakref
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.crops import affines, centres_and_sizes, transform
from engine.loading import load_detector
from tests.training.conftest import DETECTOR_MODEL, write_people, write_recipe
from training import checkpoints
from training.data.targets import TARGET_RULES, cells, heatmaps
from training.evaluate import Source, evaluate_detector
from training.recipe import read_recipe
from training.tasks import DetectionTask, PoseTask

SIZE = (64, 64)


class Knowing(nn.Module):
    """Answers whoever is asked about next with the heatmaps of the truth, and counts how many of these are kept."""

    def __init__(self, task: PoseTask) -> None:
        super().__init__()
        self.anchor = nn.Parameter(torch.zeros(1))
        self._people = iter(task.validation_people())
        self._answers: list[weakref.ref[np.ndarray]] = []
        self.most_kept = 0

    def forward(self, crops: Tensor) -> Tensor:
        self.most_kept = max(self.most_kept, sum(answer() is not None for answer in self._answers))
        maps = []
        for person in (next(self._people) for _ in range(len(crops))):
            matrix = affines(*centres_and_sizes(person.xyxy, SIZE), SIZE)
            points = cells(transform(person.keypoints[None], matrix)[0], SIZE, TARGET_RULES["gaussian"].pixels)
            maps.append(heatmaps(points, (SIZE[0] // 4, SIZE[1] // 4), 1.0))
        answer = np.stack(maps)
        self._answers.append(weakref.ref(answer))
        return torch.from_numpy(answer)


def test_heatmaps_are_read_batch_by_batch_and_everybody_is_put_back_where_he_is(tmp_path: Path) -> None:
    """All at once they would take gigabytes: of COCO's people at 384×288 thirteen."""
    people = write_people(tmp_path / "people", 70)
    path = write_recipe(tmp_path / "r.toml", people)
    path.write_text(path.read_text().replace('split = "train"', ""))
    task = PoseTask(read_recipe(path))
    network = Knowing(task)
    assert task.evaluate(network)["AP"] == pytest.approx(1)
    assert network.most_kept <= 1, "the answers of earlier batches are kept"


def test_a_detectors_figures_in_training_are_those_of_eval(people_folder: Path, tmp_path: Path) -> None:
    path = write_recipe(tmp_path / "r.toml", people_folder, "detection")
    path.write_text(path.read_text().replace(DETECTOR_MODEL, "").replace("size = [64, 64]", "size = [320, 320]"))
    task = DetectionTask(read_recipe(path))
    network = task.network().eval()
    with load_detector("skelter-detector-n", device="torch:cpu") as detector:  # which looks at no other size than this
        network.load_state_dict(checkpoints.weights(detector.card.path))
        by_program = evaluate_detector(detector, Source(people_folder, ("people.json",), split="val")).stats
    assert by_program["AR100"] > 0.1
    assert task.evaluate(network) == pytest.approx(by_program, abs=0.02, nan_ok=True)
