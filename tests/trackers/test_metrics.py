"""CLEAR, identity and HOTA figures against TrackEval, and against counting by hand for poses."""

from __future__ import annotations

import contextlib
import io
import math
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.boxes import box_iou
from engine.errors import UsageError
from engine.skeletons import COCO, SKELETONS, Skeleton
from tests.shared import SHARED, needs_shared
from tests.trackers.peers import load_trackeval
from trackers.clear import Clear, clear
from trackers.comparison import Comparison
from trackers.hota import ALPHAS, hota
from trackers.identity import identity
from trackers.metrics import Figures, evaluate, lay_beside
from trackers.reading import read_sequence
from trackers.sequences import People, Sequence

trackeval = load_trackeval()
MOT = SHARED / "data" / "mot"
OF_TRACKEVAL = {  # our names → TrackEval's
    "MOTA": "MOTA", "MOTP": "MOTP", "recall": "CLR_Re", "precision": "CLR_Pr", "TP": "CLR_TP", "FN": "CLR_FN",
    "FP": "CLR_FP", "IDSW": "IDSW", "Frag": "Frag", "MT": "MT", "PT": "PT", "ML": "ML",
}  # fmt: skip


def ours(figures: Figures) -> dict[str, float]:
    values = {theirs: float(getattr(figures.clear, name)) for name, theirs in OF_TRACKEVAL.items()}
    values |= {name: float(getattr(figures.identity, name)) for name in ("IDF1", "IDP", "IDR", "IDTP", "IDFN", "IDFP")}
    values |= {name: float(getattr(figures.hota, name)) for name in ("HOTA", "DetA", "AssA", "LocA")}
    return values


def counted(comparison: Comparison) -> Figures:
    return Figures(clear(comparison), identity(comparison), hota(comparison))


def reference(comparisons: list[Comparison]) -> tuple[list[dict[str, float]], dict[str, float]]:
    """TrackEval's figures of each sequence and of all together."""
    quiet = {"PRINT_CONFIG": False}
    metrics = [trackeval.metrics.CLEAR(quiet), trackeval.metrics.Identity(quiet), trackeval.metrics.HOTA()]
    each: list[dict[str, float]] = [{} for _ in comparisons]
    together: dict[str, float] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for metric in metrics:
            results = {}
            for number, comparison in enumerate(comparisons):
                results[str(number)] = metric.eval_sequence(
                    {
                        "num_timesteps": len(comparison.similarity),
                        "gt_ids": comparison.truth_ids,
                        "tracker_ids": comparison.result_ids,
                        "similarity_scores": comparison.similarity,
                        "num_gt_ids": comparison.truth_count,
                        "num_tracker_ids": comparison.result_count,
                        "num_gt_dets": sum(len(ids) for ids in comparison.truth_ids),
                        "num_tracker_dets": sum(len(ids) for ids in comparison.result_ids),
                    }
                )
                each[number] |= {name: float(np.mean(value)) for name, value in results[str(number)].items()}
            together |= {name: float(np.mean(value)) for name, value in metric.combine_sequences(results).items()}
    return each, together


def same(figures: Figures, theirs: dict[str, float]) -> None:
    for name, value in ours(figures).items():
        assert value == pytest.approx(theirs[name], abs=1e-6), name


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    """Random sequences: few or many people, ids that come and go, frames without truth or without result."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    people, frames = draw(st.integers(0, 7)), draw(st.integers(0, 25))
    digits = draw(st.sampled_from([1, 2, 12]))  # coarse ones: similarities exactly at thresholds

    def ids() -> np.ndarray:
        return rng.permutation(people + 1)[: rng.integers(0, people + 1)].astype(np.int64)

    rows = []
    for _ in range(frames):
        true, found = ids(), ids()
        likeness = np.round(rng.random((len(true), len(found))) ** draw(st.sampled_from([0.3, 1.0])), digits)
        rows.append((true, found, likeness))
    return Comparison.of(rows)


@settings(max_examples=150, deadline=None)
@given(st.lists(comparisons(), min_size=1, max_size=3))
def test_figures_of_random_sequences_are_those_of_trackeval(sequences: list[Comparison]) -> None:
    each, together = reference(sequences)
    parts = [counted(comparison) for comparison in sequences]
    for part, theirs, comparison in zip(parts, each, sequences, strict=True):
        if comparison.truth_count and comparison.result_count:  # else TrackEval leaves MOTA at 0, whatever was invented
            same(part, theirs)
    same(Figures.total(parts), together)


@needs_shared
def test_figures_of_mot15_are_those_of_trackeval_on_the_same_files(tmp_path: Path) -> None:
    names = ["TUD-Campus", "TUD-Stadtmitte"]
    for name in names:
        (tmp_path / "gt" / name / "gt").mkdir(parents=True)
        (tmp_path / "gt" / name / "gt" / "gt.txt").write_text((MOT / name / "gt.txt").read_text())
        (tmp_path / "result" / "it" / "data").mkdir(parents=True, exist_ok=True)
        (tmp_path / "result" / "it" / "data" / f"{name}.txt").write_text((MOT / name / "test.txt").read_text())
    theirs = mot_challenge(tmp_path, {"TUD-Campus": 71, "TUD-Stadtmitte": 179}, "MOT15")
    parts = []
    for name in names:
        truth = read_sequence(MOT / name / "gt.txt", truth=True)
        parts.append(evaluate(truth, read_sequence(MOT / name / "test.txt"), by="iou"))
        same(parts[-1], theirs[name])
    same(Figures.total(parts), theirs["COMBINED_SEQ"])


def test_what_does_not_count_in_mot17_is_left_out_as_trackeval_leaves_it_out(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    truth_lines, result_lines = [], []
    for frame in range(1, 21):
        for who, (marked, kind) in enumerate([(1, 1), (1, 1), (0, 8), (0, 7), (0, 3), (0, 1)], start=1):
            left, top = 100 * who + 4 * frame, 50 + 3 * who
            truth_lines.append(f"{frame},{who},{left},{top},40,90,{marked},{kind},1.0")
            if rng.random() < 0.8:
                dx, dy = rng.normal(0.0, 5.0, 2)
                result_lines.append(f"{frame},{who + frame // 12},{left + dx:.2f},{top + dy:.2f},40,90,0.9,-1,-1,-1")
    (tmp_path / "gt" / "walk" / "gt").mkdir(parents=True)
    (tmp_path / "result" / "it" / "data").mkdir(parents=True)
    gt, result = tmp_path / "gt" / "walk" / "gt" / "gt.txt", tmp_path / "result" / "it" / "data" / "walk.txt"
    gt.write_text("\n".join(truth_lines))
    result.write_text("\n".join(result_lines))
    theirs = mot_challenge(tmp_path, {"walk": 20}, "MOT17")
    figures = evaluate(read_sequence(gt, truth=True), read_sequence(result), by="iou")
    assert figures.clear.TP + figures.clear.FN == 40  # two of the six count
    same(figures, theirs["walk"])


def mot_challenge(folder: Path, lengths: dict[str, int], benchmark: str) -> dict[str, dict[str, float]]:
    """TrackEval's own reading, preprocessing and counting of the files in `folder`."""
    quiet = {"PRINT_CONFIG": False, "PRINT_RESULTS": False, "OUTPUT_SUMMARY": False, "OUTPUT_DETAILED": False}
    quiet |= {"PLOT_CURVES": False, "TIME_PROGRESS": False, "DISPLAY_LESS_PROGRESS": True, "LOG_ON_ERROR": None}
    dataset = {
        "GT_FOLDER": str(folder / "gt"), "TRACKERS_FOLDER": str(folder / "result"), "BENCHMARK": benchmark,
        "SKIP_SPLIT_FOL": True, "SEQ_INFO": dict(lengths), "TRACKERS_TO_EVAL": ["it"], "PRINT_CONFIG": False,
        "OUTPUT_FOLDER": str(folder / "out"),
    }  # fmt: skip
    with contextlib.redirect_stdout(io.StringIO()):
        results, _ = trackeval.Evaluator(quiet).evaluate(
            [trackeval.datasets.MotChallenge2DBox(dataset)],
            [trackeval.metrics.CLEAR({"PRINT_CONFIG": False}), trackeval.metrics.Identity({"PRINT_CONFIG": False}),
             trackeval.metrics.HOTA()],
        )  # fmt: skip
    return {
        name: {
            key: float(np.mean(value)) for family in by_class["pedestrian"].values() for key, value in family.items()
        }
        for name, by_class in results["MotChallenge2DBox"]["it"].items()
    }


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None)
def test_box_iou_is_that_of_trackeval(seed: int) -> None:
    rng = np.random.default_rng(seed)
    low, other_low = rng.uniform(0, 50, (4, 2)), rng.uniform(0, 50, (3, 2))
    boxes = np.concatenate([low, low + rng.uniform(0, 40, (4, 2)).round()], axis=1)
    others = np.concatenate([other_low, other_low + rng.uniform(0, 40, (3, 2)).round()], axis=1)
    theirs = trackeval.datasets._base_dataset._BaseDataset._calculate_box_ious(boxes, others, box_format="x0y0x1y1")
    assert box_iou(boxes, others) == pytest.approx(theirs, abs=1e-9)


# Poses: figures by hand


def some_people(rng: np.random.Generator, places: np.ndarray, ids: list[int], spread: float) -> People:
    """People of 17 joints round fixed places, `spread` px off, some joints missing."""
    offsets = np.linspace(-30.0, 30.0, 17)[:, None] * [0.3, 1.0]
    joints = places[:, None] + offsets + rng.normal(0.0, spread, (len(places), 17, 2))
    boxes = np.concatenate([places - [15.0, 35.0], places + np.array([15.0, 35.0])], axis=1)
    return People.of(ids, boxes, joints, rng.random((len(places), 17)) < 0.8)


def small_case(seed: int) -> tuple[Sequence, Sequence]:
    """Three people stand near each other for six frames; a tracker finds most and confuses some."""
    rng = np.random.default_rng(seed)
    places = np.array([[100.0, 100.0], [103.0, 102.0], [106.0, 100.0]])
    truth, result = {}, {}
    for frame in range(6):
        true, found = rng.permutation(3)[: rng.integers(1, 4)], rng.permutation(3)[: rng.integers(0, 4)]
        names = rng.permutation(4)[: len(found)] + 7 if rng.random() < 0.4 else found + 7
        truth[frame] = some_people(rng, places[true], true.tolist(), 0.0)
        result[frame] = some_people(rng, places[found], names.tolist(), rng.uniform(1.0, 5.0))
    return Sequence("truth", truth, COCO.keypoints, 6), Sequence("result", result, COCO.keypoints, 6)


def oks_by_hand(truth: People, i: int, result: People, j: int) -> float:
    """OKS of one pair, joint by joint."""
    left, top, right, bottom = truth.boxes[i]
    area, total, labelled = 0.53 * (right - left) * (bottom - top), 0.0, 0
    for joint, sigma in enumerate(COCO.sigmas.tolist()):
        if truth.scores[i, joint] == 0:
            continue
        labelled += 1
        if result.scores[j, joint] > 0:
            d = math.dist(truth.keypoints[i, joint], result.keypoints[j, joint])
            total += math.exp(-(d**2) / (2 * area * (2 * sigma) ** 2))
    return total / labelled if labelled else 0.0


def matchings(rows: int, columns: int) -> Iterator[list[tuple[int, int]]]:
    """Every way to pair rows with columns, also leaving some alone."""
    for choice in permutations([*range(columns), *[-1] * rows], rows):
        yield [(row, column) for row, column in enumerate(choice) if column >= 0]


def clear_by_hand(truth: Sequence, result: Sequence) -> dict[str, int]:
    """Each frame's best matching by trying them all; ids kept in dictionaries."""
    last: dict[int, int] = {}
    before: dict[int, int] = {}
    counts = dict.fromkeys(("TP", "FN", "FP", "IDSW", "Frag"), 0)
    for frame in range(6):
        true, found = truth.at(frame), result.at(frame)
        counts["FN"] += len(true)
        counts["FP"] += len(found)
        if not len(true) or not len(found):
            continue
        best, best_worth = [], 0.0
        for pairs in matchings(len(true), len(found)):
            likeness = [oks_by_hand(true, i, found, j) for i, j in pairs]
            if any(value < 0.5 for value in likeness):
                continue
            kept = sum(before.get(int(true.ids[i])) == int(found.ids[j]) for i, j in pairs)
            if 1000 * kept + sum(likeness) > best_worth:
                best, best_worth = pairs, 1000 * kept + sum(likeness)
        now = {int(true.ids[i]): int(found.ids[j]) for i, j in best}
        counts["IDSW"] += sum(last.get(person, name) != name for person, name in now.items())
        counts["Frag"] += sum(person in last and person not in before for person in now)
        counts["TP"] += len(best)
        last, before = last | now, now
    counts["FN"] -= counts["TP"]
    counts["FP"] -= counts["TP"]
    return counts


def idtp_by_hand(truth: Sequence, result: Sequence) -> int:
    """Most frames in which true and found identity overlap, over every assignment of identities."""
    best = 0
    for pairs in matchings(3, 4):
        name = {person: other + 7 for person, other in pairs}
        frames = 0
        for frame in range(6):
            true, found = truth.at(frame), result.at(frame)
            for i, person in enumerate(true.ids.tolist()):
                for j, other in enumerate(found.ids.tolist()):
                    frames += name.get(person) == other and oks_by_hand(true, i, found, j) >= 0.5
        best = max(best, frames)
    return best


@pytest.mark.parametrize("seed", range(25))
def test_pose_figures_are_what_counting_by_hand_gives(seed: int) -> None:
    truth, result = small_case(seed)
    figures = evaluate(truth, result, by="oks")
    assert {name: getattr(figures.clear, name) for name in ("TP", "FN", "FP", "IDSW", "Frag")} == clear_by_hand(
        truth, result
    )
    assert idtp_by_hand(truth, result) == figures.identity.IDTP
    found = sum(len(people) for people in result.frames.values())
    true = sum(len(people) for people in truth.frames.values())
    np.testing.assert_allclose(figures.identity.IDF1, 2 * figures.identity.IDTP / (found + true), atol=1e-12)
    each, _ = reference([lay_beside(truth, result, "oks")])
    same(figures, each[0])


def test_the_hand_cases_are_not_all_easy() -> None:
    counts = [clear_by_hand(*small_case(seed)) for seed in range(25)]
    assert sum(each["IDSW"] for each in counts) > 5
    assert sum(each["Frag"] for each in counts) > 5


def line(ids: list[int | None]) -> Sequence:
    """One person standing still, with these ids frame by frame (None: not there)."""
    box = [[0.0, 0.0, 10.0, 20.0]]
    return Sequence(
        "line", {i: People.of([name], box) for i, name in enumerate(ids) if name is not None}, length=len(ids)
    )


def test_one_person_whose_id_changes_midway() -> None:
    figures = evaluate(line([1] * 10), line([5] * 4 + [None] + [6] * 5), by="iou")
    assert (figures.clear.TP, figures.clear.FN, figures.clear.FP) == (9, 1, 0)
    assert (figures.clear.IDSW, figures.clear.MT) == (1, 1)
    np.testing.assert_allclose(figures.clear.MOTA, 1 - 2 / 10, atol=1e-12)
    assert Clear(FP=83).MOTA == 0, "of an empty truth, as TrackEval says"
    assert figures.identity.IDTP == 5  # the longer of the two
    # A(c) is 4/10 for the four frames of the first id and 5/10 for the five of the second
    np.testing.assert_allclose(figures.hota.AssA, (4 * 4 / 10 + 5 * 5 / 10) / 9, atol=1e-12)
    np.testing.assert_allclose(figures.hota.DetA, 9 / 10, atol=1e-12)
    np.testing.assert_allclose(figures.hota.HOTA, math.sqrt(0.9 * (4 * 4 / 10 + 5 * 5 / 10) / 9), atol=1e-12)
    assert len(ALPHAS) == 19


def test_a_perfect_result_and_none_at_all() -> None:
    truth = line([1] * 5)
    perfect = evaluate(truth, truth, by="iou")
    assert (perfect.clear.MOTA, perfect.clear.MOTP, perfect.identity.IDF1) == (1.0, 1.0, 1.0)
    np.testing.assert_allclose(perfect.hota.HOTA, 1.0, atol=1e-12)
    nothing = evaluate(truth, Sequence("nothing", {}), by="iou")
    assert (nothing.clear.FN, nothing.clear.MOTA, nothing.identity.IDF1, nothing.hota.HOTA) == (5, 0.0, 0.0, 0.0)
    invented = evaluate(Sequence("nobody", {}), truth, by="iou")
    assert (invented.clear.FP, invented.identity.IDFP) == (5, 5)


def test_frames_nobody_labelled_do_not_count() -> None:
    whole = line([1] * 6)
    some = Sequence("some", {0: whole.at(0), 4: whole.at(4)}, length=6, complete=False)
    figures = evaluate(some, whole, by="iou")
    assert (figures.clear.TP, figures.clear.FP, figures.clear.FN) == (2, 0, 0)


def test_who_stands_in_an_ignored_region_counts_for_nobody() -> None:
    polygon = np.array([[90.0, 50.0], [130.0, 50.0], [130.0, 150.0], [90.0, 150.0]])
    rng = np.random.default_rng(0)
    inside = some_people(rng, np.array([[110.0, 100.0]]), [1], 0.0)
    outside = some_people(rng, np.array([[300.0, 100.0]]), [2], 0.0)
    here = People.of([2], outside.boxes, outside.keypoints, outside.scores, ignore=(polygon,))
    both = People.of(
        [1, 2], np.concatenate([inside.boxes, outside.boxes]), np.concatenate([inside.keypoints, outside.keypoints])
    )
    figures = evaluate(
        Sequence("truth", {0: here}, COCO.keypoints, 1), Sequence("found", {0: both}, COCO.keypoints, 1), by="oks"
    )
    assert (figures.clear.TP, figures.clear.FP) == (1, 0)


def test_poses_are_compared_in_the_joints_both_have() -> None:
    truth, _ = small_case(1)
    turned = truth.in_joints((*reversed(COCO.keypoints), "head_top"))
    assert evaluate(truth, turned, by="oks").clear.MOTA == 1.0
    assert evaluate(turned, truth, by="oks").clear.MOTA == 1.0


@pytest.mark.parametrize("skeleton", SKELETONS.values(), ids=lambda skeleton: skeleton.name)
def test_every_joint_of_every_skeleton_counts(skeleton: Skeleton) -> None:
    box, place = [[0.0, 0.0, 100.0, 200.0]], np.full((1, len(skeleton), 2), 50.0)
    truth = Sequence("truth", {0: People.of([1], box, place)}, skeleton.keypoints, 1)
    for joint in range(len(skeleton)):
        there = np.ones((1, len(skeleton)))
        there[0, joint] = 0
        found = Sequence("found", {0: People.of([1], box, place, there)}, skeleton.keypoints, 1)
        assert lay_beside(truth, found).similarity[0] == pytest.approx(1 - 1 / len(skeleton)), skeleton.keypoints[joint]


def test_poses_against_boxes_is_an_error_that_says_what_to_do() -> None:
    truth, _ = small_case(1)
    with pytest.raises(UsageError, match="--similarity iou"):
        evaluate(truth, line([1, 1]), by="oks")
