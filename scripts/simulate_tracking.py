"""How well do the trackers keep people apart? Fifty made-up scenes with known truth, a table of medians and spreads.

    python -m scripts.simulate_tracking --scenes 50 [--trackers oks,iou] [--images] [--jobs 2] [--json figures.json]

`perfect` hands every detection its true id: what no tracker can exceed with these misses. `previous frame` is the
greedy rule of rtmlib. Intervals are the 10th and 90th percentile over scenes; the seeds are 0, 1, 2 …
"""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import numpy as np

import trackers
from engine.skeletons import COCO
from engine.types import F64, Tracks
from scripts.tracking_baselines import PreviousFrameTracker, SortTracker
from scripts.tracking_scenes import Conditions, Scene, simulate
from scripts.tracking_shapes import load_shapes
from trackers import Tracker
from trackers.metrics import evaluate
from trackers.sequences import People, Sequence


@dataclass(frozen=True, slots=True)
class Outcome:
    """One tracker on one scene. Figures 0–1; `lost` of `hidden` people had another id after about a second hidden,
    `renamed` of `returned` after leaving the picture and coming back."""

    seed: int
    tracker: str
    IDF1: float
    HOTA: float
    AssA: float
    MOTA: float
    IDSW: int
    hidden: int
    lost: int
    returned: int
    renamed: int
    ms: float


def follow(tracker: Tracker, scene: Scene, images: bool = False) -> tuple[Sequence, F64]:
    """What `tracker` makes of a scene, and the milliseconds [F] it took for each frame."""
    return follow_all({"it": tracker}, scene, images)["it"]


def follow_all(several: Mapping[str, Tracker], scene: Scene, images: bool = False) -> dict[str, tuple[Sequence, F64]]:
    """What each tracker makes of a scene, all side by side: a frame is drawn once, and whatever else the machine does
    slows all alike."""
    people: dict[str, dict[int, People]] = {name: {} for name in several}
    ms = {name: np.zeros(len(scene)) for name in several}
    for frame, poses in enumerate(scene.detections):
        image = scene.image(frame) if images else None
        for name, tracker in several.items():
            start = perf_counter()
            tracks = tracker.update(poses, scene.time_s(frame), image)
            ms[name][frame] = (perf_counter() - start) * 1000.0
            people[name][frame] = People.from_tracks(tracks)
    return {
        name: (Sequence(scene.truth.name, each, COCO.keypoints, len(scene)), ms[name]) for name, each in people.items()
    }


def perfect(scene: Scene) -> Sequence:
    """Every detection of a person with its true id, false alarms and the second of a pair left out."""
    people = {}
    for frame, (poses, owners) in enumerate(zip(scene.detections, scene.owners, strict=True)):
        ids, rows = np.unique(owners, return_index=True)
        rows = rows[ids > 0]
        people[frame] = People.from_tracks(Tracks(poses[rows], owners[rows], rows))
    return Sequence(scene.truth.name, people, COCO.keypoints, len(scene))


@dataclass(frozen=True, slots=True)
class Gap:
    """A person well seen and detected in frames `before` and `after`, and in none between."""

    person: int
    before: int
    after: int
    left: bool  # he was outside the picture in between


def gaps(scene: Scene, shortest_s: float = 0.7, longest_s: float = 1.5) -> list[Gap]:
    """Stretches in which nobody could tell a person: hidden for about a second, or outside for however long.

    At both ends he is seen so well that he counts (`Conditions.truth_from`) and is detected; what flashes up between
    of somebody hidden is not held against a tracker that says nothing of it or takes it for whoever stands in front.
    """
    found = []
    for person in range(1, scene.conditions.people + 1):
        seen = _well_seen(person, range(len(scene)), scene)
        for before, after in pairwise(seen):
            left = bool((~scene.inside[before + 1 : after, person - 1]).any())
            length = (after - before) / scene.conditions.fps
            if length >= shortest_s and (left or length <= longest_s):
                found.append(Gap(person, before, after, left))
    return found


def kept(gap: Gap, scene: Scene, result: Sequence, window_s: float = 0.5) -> bool | None:
    """Whether the person has the same id before and after; None where he had none before.

    His id is that of the frame nearest to the gap, within `window_s`, in which he is well seen and the result holds a
    detection of his; to have none after is not to have kept it.
    """
    window = round(window_s * scene.conditions.fps)
    before = _id_of(gap.person, range(gap.before, max(-1, gap.before - window), -1), scene, result)
    after = _id_of(gap.person, range(gap.after, min(len(scene), gap.after + window)), scene, result)
    return None if before is None else before == after


def _well_seen(person: int, frames: Iterable[int], scene: Scene) -> list[int]:
    least = scene.conditions.truth_from
    return [frame for frame in frames if scene.visible[frame, person - 1] >= least and person in scene.owners[frame]]


def _id_of(person: int, frames: Iterable[int], scene: Scene, result: Sequence) -> int | None:
    for frame in _well_seen(person, frames, scene):
        his = scene.detections[frame].boxes.xyxy[scene.owners[frame] == person]
        people = result.at(frame)
        same = (people.boxes[:, None].astype(np.float32) == his[None]).all(axis=2).any(axis=1)
        if same.any():
            return int(people.ids[same][0])
    return None


def outcome(name: str, scene: Scene, result: Sequence, ms: F64) -> Outcome:
    figures = evaluate(scene.truth, result, by="oks")
    answers = [(gap.left, kept(gap, scene, result)) for gap in gaps(scene)]
    hidden = [same for left, same in answers if not left and same is not None]
    returned = [same for left, same in answers if left and same is not None]
    return Outcome(
        scene.seed, name, figures.identity.IDF1, figures.hota.HOTA, figures.hota.AssA, figures.clear.MOTA,
        figures.clear.IDSW, len(hidden), hidden.count(False), len(returned), returned.count(False),
        float(np.median(ms)) if len(ms) else 0.0,
    )  # fmt: skip


BASELINES: dict[str, Callable[[], Tracker]] = {"previous frame": PreviousFrameTracker, "sort": SortTracker}


def contestants(names: list[str]) -> dict[str, Callable[[], Tracker]]:
    """Our trackers of those names (all where none is named), before the baselines."""
    ours: dict[str, Callable[[], Tracker]] = getattr(trackers, "TRACKERS", {})
    return {name: make for name, make in ours.items() if not names or name in names} | BASELINES


def one_scene(seed: int, shapes: F64, conditions: Conditions, names: list[str], images: bool) -> list[Outcome]:
    """The outcome of every tracker, `perfect` first, on the scene of a seed."""
    scene = simulate(seed, shapes, conditions)
    followed = follow_all({name: make() for name, make in contestants(names).items()}, scene, images)
    best = outcome("perfect", scene, perfect(scene), np.zeros(0))
    return [best, *(outcome(name, scene, *each) for name, each in followed.items())]


def table(outcomes: list[Outcome]) -> str:
    """A markdown table, one row a tracker."""
    lines = [
        "| tracker | IDF1 | HOTA | AssA | MOTA | switches | switched after 1 s hidden | renamed on return | ms/frame |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name in dict.fromkeys(row.tracker for row in outcomes):
        rows = [row for row in outcomes if row.tracker == name]
        cells = [_spread([getattr(row, figure) for row in rows], 3) for figure in ("IDF1", "HOTA", "AssA", "MOTA")]
        cells.append(_spread([row.IDSW for row in rows], 0))
        cells.append(_share(sum(row.lost for row in rows), sum(row.hidden for row in rows)))
        cells.append(_share(sum(row.renamed for row in rows), sum(row.returned for row in rows)))
        cells.append("–" if name == "perfect" else f"{np.median([row.ms for row in rows]):.2f}")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _spread(values: list[float], digits: int) -> str:
    low, middle, high = np.percentile(values, [10, 50, 90])
    return f"{middle:.{digits}f} ({low:.{digits}f} – {high:.{digits}f})"


def _share(part: int, whole: int) -> str:
    return f"{100.0 * part / whole:.1f} % of {whole}" if whole else "–"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenes", type=int, default=50, help="how many, seeds from --first on")
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--trackers", default="", help="ours to compare, by comma (default: all)")
    parser.add_argument("--images", action="store_true", help="draw every frame and hand it to the trackers")
    parser.add_argument("--jobs", type=int, default=1, help="scenes at a time (times are fair with 1 only)")
    parser.add_argument("--same-clothes", action="store_true", help="everybody dressed alike")
    parser.add_argument("--json", type=Path, help="also write every figure of every scene here")
    options = parser.parse_args()

    shapes, conditions = load_shapes(), Conditions(same_clothes=options.same_clothes)
    names = [name for name in options.trackers.split(",") if name]
    work = partial(one_scene, shapes=shapes, conditions=conditions, names=names, images=options.images)
    seeds = range(options.first, options.first + options.scenes)
    with ProcessPoolExecutor(options.jobs) as pool:
        outcomes = [each for scene in pool.map(work, seeds) for each in scene]
    print(
        f"{options.scenes} scenes (seeds {options.first}–{options.first + options.scenes - 1}) of {conditions.people} "
        f"people, {conditions.frames} frames at {conditions.fps:g}/s, {100 * conditions.misses:g} % misses besides "
        f"hidden ones, {conditions.false_alarms:g} false alarms a frame, {conditions.crossings_per_s:g} crossings a "
        f"second, {'with' if options.images else 'without'} pictures, "
        f"{'all dressed alike' if options.same_clothes else 'dressed in 28 ways'}; {len(shapes)} shapes; "
        "median (10th – 90th percentile). "
        f"Python {platform.python_version()}, NumPy {np.__version__}, {platform.machine()}.\n"
    )
    print(table(outcomes))
    if options.json:
        options.json.write_text(
            json.dumps({"conditions": asdict(conditions), "outcomes": [asdict(o) for o in outcomes]})
        )


if __name__ == "__main__":
    main()
