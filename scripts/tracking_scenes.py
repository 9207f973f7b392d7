"""Made-up scenes of people who cross, hide each other, stop, leave and come back, and what would be detected of them.

Who hides whom is geometry (who stands nearer, and pillars); what is hidden is missed more, placed worse, scored lower.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import count

import cv2
import numpy as np
import numpy.typing as npt

from engine.boxes import box_area
from engine.skeletons import COCO
from engine.types import F64, I64, U8, Bools, Boxes, Poses
from scripts.tracking_shapes import draw_person, hidden_by
from trackers.sequences import People, Sequence

WIDTH, HEIGHT, HORIZON = 1280, 720, 200.0
COCO_SPREAD = np.array([26, 25, 25, 35, 35, 79, 79, 72, 72, 62, 62, 107, 107, 87, 87, 89, 89]) / 71.0
SHIRTS = ((200, 40, 40), (40, 70, 190), (235, 235, 235), (30, 30, 30), (40, 150, 60), (230, 190, 40), (150, 150, 150))
TROUSERS = ((30, 35, 60), (20, 20, 20), (120, 100, 80), (90, 110, 150))


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the scenes are like; the rates hold on average over scenes.

    misses            share of detections lost at random, besides those that hiding costs
    false_alarms      detections of nobody per frame (half of them where something keeps looking like a person)
    duplicates        share of detections that come twice
    crossings_per_s   how often two people change sides while their boxes overlap; scenes are drawn until it fits ± 15 %
    truth_from        visible share of the joints from which a person has to be found; below he may be
    """

    people: int = 10
    frames: int = 300
    fps: float = 30.0
    misses: float = 0.10
    false_alarms: float = 0.3
    duplicates: float = 0.01
    crossings_per_s: float = 2.0
    jitter: float = 0.008
    truth_from: float = 0.5
    same_clothes: bool = False
    pans: bool = True


@dataclass(frozen=True, eq=False, slots=True)
class Walk:
    """Where N people are in F frames: ground points and heights in the world's pixels, joints [F, N, 17, 2]."""

    joints: F64
    feet_y: F64  # [F, N]
    heights: F64  # [F, N]


@dataclass(frozen=True, eq=False, slots=True)
class Scene:
    """A scene and what was detected in it.

    truth       ids 1 … N; below `Conditions.truth_from` a person is `neutral`
    detections  one Poses a frame, in random order
    owners      per frame, whose detection each is (0: nobody's)
    visible     [F, N] share of each person's joints that can be seen
    inside      [F, N] whether he is in the picture
    camera_x    [F] px that the camera has turned
    """

    seed: int
    conditions: Conditions
    truth: Sequence
    detections: tuple[Poses, ...]
    owners: tuple[I64, ...]
    visible: F64
    inside: Bools
    camera_x: F64
    walk: Walk
    pillars: F64
    colours: I64

    def __len__(self) -> int:
        return len(self.detections)

    def time_s(self, index: int) -> float:
        return index / self.conditions.fps

    def image(self, index: int) -> U8:
        """The frame as an RGB picture, uint8 [720, 1280, 3]: people in two colours before a textured wall.

        The light falls off to one side, and there is grain, so that a colour is not the same number everywhere.
        """
        shift = float(self.camera_x[index])
        move = np.array([[1.0, 0.0, -shift - MARGIN], [0.0, 1.0, 0.0]])
        wall = _wall(self.seed)
        picture = cv2.warpAffine(wall, move, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT).astype(
            np.uint8, copy=False
        )
        feet = self.walk.feet_y[index]
        standing = [(float(y), "person", who) for who, y in enumerate(feet)]
        standing += [(float(pillar[2]), "pillar", which) for which, pillar in enumerate(self.pillars)]
        for _, kind, which in sorted(standing):
            if kind == "pillar":
                left, right, low = self.pillars[which]
                cv2.rectangle(picture, (round(left - shift), 0), (round(right - shift), round(low)), (95, 85, 75), -1)
                continue
            shirt, legs = SHIRTS[self.colours[which, 0]], TROUSERS[self.colours[which, 1]]
            draw_person(
                picture, self.walk.joints[index, which] - [shift, 0.0], self.walk.heights[index, which], shirt, legs
            )
        left = MARGIN + round(shift)
        lit = cv2.multiply(picture, np.ascontiguousarray(_light(self.seed)[:, left : left + WIDTH]), scale=1 / 255)
        return np.asarray(cv2.add(lit, _grain(), dtype=cv2.CV_8U), np.uint8)


MARGIN = 400  # px of wall beyond both borders, for the camera to turn to


def simulate(seed: int, shapes: F64, conditions: Conditions | None = None) -> Scene:
    """The scene of a seed; `shapes` [S, 17, 2] as `load_shapes` gives them."""
    wanted = conditions or Conditions()
    camera_x = _camera(np.random.default_rng([seed, 0, 2]), wanted)
    for attempt in count():
        rng = np.random.default_rng([seed, attempt, 0])
        walk = _walk(rng, shapes, wanted)
        rate = crossings(walk, camera_x) * wanted.fps / wanted.frames
        if wanted.crossings_per_s == 0.0 or abs(rate - wanted.crossings_per_s) <= 0.15 * wanted.crossings_per_s:
            break
        if attempt == 1000:
            raise ValueError(f"no scene of {wanted.people} people crosses {wanted.crossings_per_s} times a second")
    left = np.array([rng.uniform(150.0, 450.0), rng.uniform(750.0, 1050.0)])
    pillars = np.stack([left, left + rng.uniform(80.0, 150.0, 2), np.full(2, 640.0)], axis=1)
    colours = np.stack([rng.integers(0, len(SHIRTS), wanted.people), rng.integers(0, len(TROUSERS), wanted.people)], 1)

    if wanted.same_clothes:
        colours[:] = colours[0]

    joints = walk.joints - np.stack([camera_x, np.zeros_like(camera_x)], axis=1)[:, None, None]
    covered = _covered(walk, pillars)
    in_picture = _in_picture(joints)
    seen: Bools = np.logical_and(in_picture, covered < 0)
    visible = seen.mean(axis=2)
    inside: Bools = np.greater_equal(in_picture.mean(axis=2), 0.3)
    truth = _truth(joints, walk.heights, seen, in_picture, inside, visible, wanted)
    camera = _Camera(np.random.default_rng([seed, attempt, 1]), wanted, shapes)
    frames = [
        camera.detect(joints[f], walk.heights[f], seen[f], covered[f], inside[f], visible[f], float(camera_x[f]))
        for f in range(wanted.frames)
    ]
    return Scene(
        seed, wanted, truth, tuple(frame[0] for frame in frames), tuple(frame[1] for frame in frames), visible, inside,
        camera_x, walk, pillars, colours.astype(np.int64),
    )  # fmt: skip


def body_boxes(joints: F64, heights: F64, shown: Bools | None = None) -> F64:
    """Boxes [N, 4] round joints [N, K, 2] of people `heights` [N] px tall, over the joints `shown` [N, K]."""
    marks = np.ones(joints.shape[:2], np.bool_) if shown is None else shown
    low = np.where(marks[..., None], joints, np.inf).min(axis=1)
    high = np.where(marks[..., None], joints, -np.inf).max(axis=1)
    pad = heights[:, None] * [[0.04, 0.06]]
    return np.concatenate([low - pad, high + pad * [[1.0, 0.5]]], axis=1)


def crossings(walk: Walk, camera_x: F64) -> int:
    """How often two people change sides in the picture while their boxes overlap by a third of the smaller one."""
    middle = walk.joints[:, :, 11:13, 0].mean(axis=2)  # [F, N]
    one, other = np.triu_indices(middle.shape[1], 1)
    order = np.sign(middle[:, one] - middle[:, other])
    frames, pairs = np.nonzero(order[1:] * order[:-1] < 0)
    total = 0
    for frame, pair in zip(frames, pairs, strict=True):
        who = np.array([one[pair], other[pair]])
        boxes = body_boxes(walk.joints[frame, who], walk.heights[frame, who]) - np.tile([camera_x[frame], 0.0], 2)
        common = np.concatenate([boxes[:, :2].max(axis=0), boxes[:, 2:].min(axis=0)])[None]
        in_view = ((boxes[:, 0] > 0) & (boxes[:, 2] < WIDTH)).all()
        total += bool(in_view and box_area(common)[0] > box_area(boxes).min() / 3.0)
    return total


def _camera(rng: np.random.Generator, wanted: Conditions) -> F64:
    time = np.arange(wanted.frames) / wanted.fps
    amplitude = rng.uniform(60.0, 160.0) if wanted.pans and rng.random() < 0.5 else 0.0
    swing = amplitude * np.sin(2.0 * np.pi * time / rng.uniform(6.0, 10.0) + rng.uniform(0.0, 6.3))
    shake = rng.normal(0.0, 0.5, wanted.frames) if amplitude else 0.0
    turned: F64 = swing + shake
    return turned


def _walk(rng: np.random.Generator, shapes: F64, wanted: Conditions) -> Walk:
    frames, people = wanted.frames, wanted.people
    time = np.arange(frames) / wanted.fps
    joints, feet, heights = np.zeros((frames, people, 17, 2)), np.zeros((frames, people)), np.zeros((frames, people))
    for who in range(people):
        stature = rng.uniform(0.88, 1.1)
        start_y, drift = rng.uniform(400.0, 690.0), rng.normal(0.0, 12.0)
        ground = np.clip(start_y + drift * time + 8.0 * np.sin(time * rng.uniform(0.3, 0.8)), 390.0, 710.0)
        tall = 0.52 * stature * (ground - HORIZON)
        x, speed = _stroll(rng, tall, wanted)
        body = _bodies(rng, shapes, time, speed / tall)
        joints[:, who] = body * tall[:, None, None] + np.stack([x, ground], axis=1)[:, None]
        feet[:, who], heights[:, who] = ground, tall
    return Walk(joints, feet, heights)


def _stroll(rng: np.random.Generator, tall: F64, wanted: Conditions) -> tuple[F64, F64]:
    """Where a person `tall` [F] px goes along x, and how fast: he walks, stands, turns round, may leave and return."""
    step = 1.0 / wanted.fps
    enters = rng.random() < 0.25
    x = float(rng.choice([-60.0, WIDTH + 60.0])) if enters else float(rng.uniform(40.0, WIDTH - 40.0))
    heading = float(np.sign(WIDTH / 2 - x)) if enters else float(rng.choice([-1.0, 1.0]))
    pace = rng.uniform(0.35, 0.75)  # heights a second: a stroll to a brisk walk
    walking, until, speed = True, rng.uniform(1.0, 4.0), heading * pace * tall[0]
    away_until = rng.uniform(0.0, 4.0) if enters else 0.0
    places, speeds = np.zeros(len(tall)), np.zeros(len(tall))
    for frame in range(len(tall)):
        time = frame * step
        if time >= until:
            walking = not walking or rng.random() < 0.4
            if walking and rng.random() < 0.35:
                heading = -heading
            until = time + (rng.uniform(1.0, 4.0) if walking else rng.uniform(0.5, 2.0))
        if not -110.0 < x < WIDTH + 110.0 and heading * (x - WIDTH / 2) > 0:
            heading, away_until = -heading, time + rng.uniform(0.3, 2.5)  # out of sight: waits there, then comes back
        elif not 60.0 < x < WIDTH - 60.0 and heading * (x - WIDTH / 2) > 0 and rng.random() < 1.5 * step:
            heading = -heading
        goal = heading * pace * tall[frame] if walking and time >= away_until else 0.0
        speed += (goal - speed) * min(1.0, step / 0.25)
        x += speed * step
        places[frame], speeds[frame] = x, speed
    return places, speeds


STEP = ((13, 0.05), (15, 0.11), (14, -0.05), (16, -0.11), (7, -0.03), (9, -0.08), (8, 0.03), (10, 0.08))


def _bodies(rng: np.random.Generator, shapes: F64, time: F64, pace: F64) -> F64:
    """A person's joints [F, 17, 2] in heights: real shapes, one passing into the next, with a gait when walking."""
    chosen = shapes[rng.integers(0, len(shapes), 8)]
    changes = np.cumsum(rng.uniform(1.5, 4.0, 7))
    steps = np.clip((time[:, None] - changes) / 0.7, 0.0, 1.0)  # each change takes 0.7 s
    blend = steps * steps * (3.0 - 2.0 * steps)
    body = chosen[0] + (blend[:, :, None, None] * np.diff(chosen, axis=0)[None]).sum(axis=1)
    phase = np.cumsum(np.abs(pace)) * (time[1] - time[0]) * 2.0 * np.pi / 0.75 + rng.uniform(0.0, 6.3)
    swing = np.sin(phase) * np.clip(np.abs(pace) / 0.5, 0.0, 1.0)
    for joint, reach in STEP:
        body[:, joint, 0] += reach * swing
    return np.asarray(body)


def _covered(walk: Walk, pillars: F64) -> I64:
    """By whom each joint is hidden, [F, N, 17]: a person's index, N for a pillar, −1 for nobody."""
    frames, people = walk.feet_y.shape
    covered = np.full((frames, people, 17), -1, np.int64)
    for left, right, low in pillars:
        behind = (walk.feet_y < low)[:, :, None]
        x, y = walk.joints[..., 0], walk.joints[..., 1]
        covered[behind & (x > left) & (x < right) & (y < low)] = people
    for frame in range(frames):
        nearer = walk.feet_y[frame][None, :] > walk.feet_y[frame][:, None]
        over = hidden_by(walk.joints[frame], walk.joints[frame], walk.heights[frame]) * nearer[:, :, None]
        hidden = over.any(axis=1)
        covered[frame][hidden] = over.argmax(axis=1)[hidden]
    return covered


def _truth(
    joints: F64, heights: F64, seen: Bools, in_picture: Bools, inside: Bools, visible: F64, wanted: Conditions
) -> Sequence:
    people = {}
    for frame in range(len(joints)):
        there = np.flatnonzero(inside[frame])
        boxes = _clipped(body_boxes(joints[frame, there], heights[frame, there]))
        labels = np.where(seen[frame, there], 1.0, 0.5) * in_picture[frame, there]
        neutral = visible[frame, there] < wanted.truth_from
        people[frame] = People.of(there + 1, boxes, joints[frame, there], labels, neutral=neutral)
    return Sequence("scene", people, COCO.keypoints, wanted.frames)


def _in_picture(points: F64) -> Bools:
    marks: Bools = np.all((points >= -0.5) & (points < [WIDTH - 0.5, HEIGHT - 0.5]), axis=-1)
    return marks


def _clipped(boxes: F64) -> F64:
    return np.clip(boxes, -0.5, np.array([WIDTH, HEIGHT, WIDTH, HEIGHT]) - 0.5)


@lru_cache(maxsize=2)
def _wall(seed: int) -> U8:
    rng = np.random.default_rng(seed)
    coarse = rng.integers(110, 190, (HEIGHT // 20, (WIDTH + 2 * MARGIN) // 20, 3), np.uint8)
    return cv2.resize(coarse, (WIDTH + 2 * MARGIN, HEIGHT), interpolation=cv2.INTER_LINEAR)  # type: ignore[return-value]


@lru_cache(maxsize=2)
def _light(seed: int) -> U8:
    """How bright it is where before the wall, uint8 [720, 2080, 3]: one side lies in less and warmer light."""
    rng = np.random.default_rng([seed, 3])
    ends = rng.permutation([rng.uniform(0.6, 0.8), 1.0])
    across = np.linspace(ends[0], ends[1], WIDTH + 2 * MARGIN)[None, :, None]
    tint = 1 - (1 - across) * np.array([0.6, 1.0, 1.4])
    return np.repeat(tint * 255, HEIGHT, axis=0).astype(np.uint8)


@lru_cache(maxsize=1)
def _grain() -> npt.NDArray[np.int16]:
    """What a sensor adds, and cloth: int16 [720, 1280, 3]."""
    return np.random.default_rng(5).normal(0.0, 6.0, (HEIGHT, WIDTH, 3)).astype(np.int16)


class _Camera:
    """Camera, detector and pose network in one: from what is there to what is detected."""

    def __init__(self, rng: np.random.Generator, wanted: Conditions, shapes: F64) -> None:
        self.rng, self.wanted, self.shapes = rng, wanted, shapes
        spots = max(1, round(wanted.false_alarms * 10))
        self.spots = np.stack([rng.uniform(0.0, WIDTH, spots), rng.uniform(380.0, 700.0, spots)], axis=1)
        self.spot_shapes = shapes[rng.integers(0, len(shapes), spots)]
        self.spot_on = np.zeros(spots, np.bool_)

    def detect(
        self, joints: F64, heights: F64, seen: Bools, covered: I64, inside: Bools, visible: F64, camera_x: float
    ) -> tuple[Poses, I64]:
        """Detections of one frame, and whose each is (0: nobody's)."""
        rng = self.rng
        by_hiding = 1.0 / (1.0 + np.exp((visible - 0.35) / 0.07))
        kept = rng.random(len(joints)) >= 1.0 - (1.0 - self.wanted.misses) * (1.0 - by_hiding)
        who = np.flatnonzero(kept & inside & seen.any(axis=1))
        who = np.concatenate([who, who[rng.random(len(who)) < self.wanted.duplicates]])
        twice = np.arange(len(who)) >= len(np.unique(who))
        points, scores = self._joints(joints, heights, seen, covered, visible, who, twice)
        boxes = self._boxes(joints[who], heights[who], seen[who], twice)
        # scored lower: the hidden, the second box of a person, and the small (far away)
        small = np.clip((150.0 - heights[who]) / 60.0, 0.0, 1.0)
        confidence = 0.9 - 0.55 * (1.0 - visible[who]) - 0.2 * twice - 0.1 * small + rng.normal(0.0, 0.06, len(who))

        false_points, false_heights = self._nobody(camera_x)
        number = len(false_points)
        points = np.concatenate([points, false_points])
        scores = np.concatenate([scores, rng.uniform(0.1, 0.6, (number, 17))])
        boxes = np.concatenate([boxes, body_boxes(false_points, false_heights)])
        lasting = np.arange(number) < int(self.spot_on.sum())  # what keeps looking like a person does so rather well
        confidence = np.concatenate(
            [confidence, np.where(lasting, rng.beta(6.0, 5.0, number), rng.beta(4.0, 6.0, number))]
        )
        owners = np.concatenate([who + 1, np.zeros(number, np.int64)])
        order = rng.permutation(len(owners))
        found = Poses.of(points, scores, Boxes.of(_clipped(boxes), np.clip(confidence, 0.05, 0.98)))
        return found[order], owners[order]

    def _joints(
        self, joints: F64, heights: F64, seen: Bools, covered: I64, visible: F64, who: I64, twice: Bools
    ) -> tuple[F64, F64]:
        rng, shown = self.rng, seen[who]
        error = (self.wanted.jitter + 0.05 * ~shown + 0.01 * twice[:, None]) * heights[who, None] * COCO_SPREAD
        points = joints[who] + rng.normal(0.0, 1.0, (len(who), 17, 2)) * error[..., None]
        scores = np.where(shown, rng.beta(12.0, 2.5, shown.shape), rng.beta(3.0, 7.0, shown.shape))
        # a network that looks for a hidden joint often finds the same joint of the person in front
        taken = (rng.random(len(who)) < 0.35) & (visible[who] < 0.6)
        for row in np.flatnonzero(taken):
            front = covered[who[row]]
            others = np.flatnonzero((front >= 0) & (front < len(joints)))
            points[row, others] = joints[front[others], others] + rng.normal(
                0.0, 0.01 * heights[who[row]], (len(others), 2)
            )
            scores[row, others] = rng.beta(6.0, 5.0, len(others))
        outside = ~_in_picture(points)
        scores[outside] = rng.uniform(0.0, 0.15, int(outside.sum()))
        return np.clip(points, -0.5, [WIDTH - 0.5, HEIGHT - 0.5]), scores

    def _boxes(self, joints: F64, heights: F64, seen: Bools, twice: Bools) -> F64:
        """A detector draws some boxes round the whole person, some round what it sees."""
        whole, part = body_boxes(joints, heights), body_boxes(joints, heights, seen)
        share = self.rng.beta(2.0, 1.0, (len(joints), 1))
        error = (0.012 + 0.05 * twice)[:, None] * heights[:, None]
        return share * whole + (1.0 - share) * part + self.rng.normal(0.0, 1.0, whole.shape) * error

    def _nobody(self, camera_x: float) -> tuple[F64, F64]:
        rng, rate = self.rng, self.wanted.false_alarms
        # a spot that looks like a person stays on for 5 frames and is on for a twentieth of the time
        turned_on = rng.random(len(self.spots)) < 0.2 * min(rate, 1.0) / 2.0 / len(self.spots) / 0.95
        self.spot_on = np.where(self.spot_on, rng.random(len(self.spots)) >= 0.2, turned_on)
        number = int(rng.poisson(rate / 2.0))
        ground = np.concatenate(
            [
                self.spots[self.spot_on] - [camera_x, 0.0],
                np.stack([rng.uniform(0.0, WIDTH, number), rng.uniform(380.0, 700.0, number)], axis=1),
            ]
        )
        shapes = np.concatenate(
            [self.spot_shapes[self.spot_on], self.shapes[rng.integers(0, len(self.shapes), number)]]
        )
        heights = 0.5 * (ground[:, 1] - HORIZON)
        noise = rng.normal(0.0, 0.02, shapes.shape)
        return (shapes + noise) * heights[:, None, None] + ground[:, None], heights
