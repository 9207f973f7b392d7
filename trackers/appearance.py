"""What somebody wears, in few numbers: colour histograms of torso and legs, taken where the joints are.

A signature is four histograms side by side: chroma and brightness of the torso, chroma and brightness of the legs.
Light enough for every person and frame, and without any network; enough to tell a red shirt from a blue one, not twins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.skeletons import SKELETONS
from engine.types import F32, F64, I64, U8, Bools

_CHROMA_EDGES = np.array([-60, -25, -8, 8, 25, 60], np.float32)  # finer about grey, where most clothes are
_CHROMA = (len(_CHROMA_EDGES) + 1) ** 2
_LIGHT = 8
_PART = _CHROMA + _LIGHT
LENGTH = 2 * _PART


@dataclass(frozen=True, eq=False, slots=True)
class Body:
    """Indices of the joints that bound the regions looked at, for one skeleton."""

    torso: tuple[int, int, int, int]
    thighs: tuple[tuple[int, int], ...]
    shins: tuple[tuple[int, int], ...]


def body_of(keypoint_count: int) -> Body | None:
    """Where torso and legs are among so many keypoints; None where the skeleton is not known."""
    for skeleton in SKELETONS.values():
        if len(skeleton) == keypoint_count:
            at = {name: index for index, name in enumerate(skeleton.keypoints)}
            return Body(
                torso=(at["left_shoulder"], at["right_shoulder"], at["left_hip"], at["right_hip"]),
                thighs=tuple((at[f"{side}_hip"], at[f"{side}_knee"]) for side in ("left", "right")),
                shins=tuple((at[f"{side}_knee"], at[f"{side}_ankle"]) for side in ("left", "right")),
            )
    return None


_ACROSS, _DOWN = (grid.ravel() for grid in np.meshgrid(np.linspace(0.15, 0.85, 7), np.linspace(0.1, 0.9, 10)))
_TORSO = np.stack(  # how much each corner (two shoulders, two hips) counts for each of 70 points between them
    [(1 - _ACROSS) * (1 - _DOWN), _ACROSS * (1 - _DOWN), (1 - _ACROSS) * _DOWN, _ACROSS * _DOWN], axis=1
)
_ALONG = np.linspace(0.15, 0.85, 12)


@dataclass(eq=False, slots=True)
class Wardrobe:
    """What T people wear, averaged over time; every field has T rows, in step with their `Bodies`.

    looks    float32 [T, LENGTH], signatures; each histogram sums up to 1, or to 0 while it was not seen
    rests    float32 [T, 2], the best share of torso and of legs that was seen at once
    taken_s  float64 [T], when last looked at
    used     whether there have been pictures to look at
    """

    looks: F32
    rests: F32
    taken_s: F64
    used: bool = False

    @classmethod
    def of(cls, people: int) -> Wardrobe:
        return cls(np.zeros((people, LENGTH), np.float32), np.zeros((people, 2), np.float32), np.full(people, -np.inf))

    def keep(self, which: Bools) -> None:
        self.looks, self.rests, self.taken_s = self.looks[which], self.rests[which], self.taken_s[which]

    def join(self, people: int) -> None:
        """So many more people, of whom nothing is known."""
        more = Wardrobe.of(people)
        for name in ("looks", "rests", "taken_s"):
            setattr(self, name, np.concatenate([getattr(self, name), getattr(more, name)]))

    def note(self, which: I64, looks: F32, rests: F32, time_s: float) -> None:
        """Take in new signatures of the people `which`, where enough of a part was seen."""
        self.used = True
        self.taken_s[which] = time_s
        for part in (0, 1):
            seen = rests[:, part] >= 0.4
            who, where = which[seen], slice(part * _PART, (part + 1) * _PART)
            pull = np.where(self.rests[who, part] > 0, 0.2, 1.0).astype(np.float32)[:, None]
            self.looks[who, where] += pull * (looks[seen, where] - self.looks[who, where])
            self.rests[who, part] = np.maximum(self.rests[who, part], rests[seen, part])
        # of whom nothing was seen, more is asked at the next chance
        self.taken_s[which[(rests < 0.4).all(axis=1)]] -= 0.15


def distinctiveness(looks: F32) -> F32:
    """Share [N] of torso (of legs where that was not seen) that is neither black nor grey nor white."""
    side = len(_CHROMA_EDGES) + 1
    grey = side // 2 * side + side // 2
    torso, legs = 1 - looks[:, grey], 1 - looks[:, _PART + grey]
    known = [looks[:, part * _PART : part * _PART + _CHROMA].sum(axis=1) > 0 for part in (0, 1)]
    return np.where(known[0], torso, np.where(known[1], legs, 0)).astype(np.float32)


def signatures(image: U8, points: F32, weights: F32, body: Body, who: I64, boxes: F64) -> tuple[F32, F32]:
    """Signatures float32 [N, LENGTH] of N poses (`points` [N, K, 2] px, `weights` [N, K]) and what each rests on.

    boxes [M, 4] are those of everybody in the picture, `who` [N] are the rows that belong to the N poses: what lies in
    the box of somebody nearer is not looked at.

    The second array, float32 [N, 2], is the share of torso and of legs that could be looked at, 0–1; histograms of what
    could not be seen are 0, all others sum up to 1.
    """
    samples, there = _places(points, weights, body)
    height, width = image.shape[:2]
    x, y = np.rint(samples[..., 0]).astype(np.int64), np.rint(samples[..., 1]).astype(np.int64)
    there &= (x >= 0) & (x < width) & (y >= 0) & (y < height) & ~_covered(x, y, who, boxes)
    colours = image[np.where(there, y, 0), np.where(there, x, 0)].astype(np.float32)
    red, green, blue = colours[..., 0], colours[..., 1], colours[..., 2]
    light = np.minimum((red + 2 * green + blue) * (_LIGHT / 4 / 256), _LIGHT - 1e-3).astype(np.int64)
    side = len(_CHROMA_EDGES) + 1
    warm = np.searchsorted(_CHROMA_EDGES, red - green)
    chroma = warm * side + np.searchsorted(_CHROMA_EDGES, blue - (red + green) / 2)

    n, torso = len(points), len(_TORSO)
    found = np.zeros((n, LENGTH), np.float32)
    for part, where in enumerate((slice(0, torso), slice(torso, None))):
        person, point = np.nonzero(there[:, where])
        first = part * _PART
        found[:, first : first + _CHROMA] = _histograms(person, chroma[:, where][person, point], n, _CHROMA)
        found[:, first + _CHROMA : first + _PART] = _histograms(person, light[:, where][person, point], n, _LIGHT)
    return found, np.stack([there[:, :torso].mean(axis=1), there[:, torso:].mean(axis=1)], axis=1).astype(np.float32)


def likeness(a: F32, a_rests: F32, b: F32, b_rests: F32) -> tuple[F32, F32]:
    """How alike signatures [N, LENGTH] and [M, LENGTH] are: 0–1 [N, M], and what that rests on, 0–1 [N, M].

    The mean Bhattacharyya coefficient, chroma counting twice as much as brightness, which changes with the light.
    """
    rests = np.minimum(a_rests[:, None], b_rests[None])  # [N, M, 2]
    root_a, root_b = np.sqrt(a), np.sqrt(b)
    total = np.zeros(rests.shape[:2], np.float32)
    for part in (0, 1):
        first = part * _PART
        chroma, light = slice(first, first + _CHROMA), slice(first + _CHROMA, first + _PART)
        alike = (2 * root_a[:, chroma] @ root_b[:, chroma].T + root_a[:, light] @ root_b[:, light].T) / 3
        total += rests[..., part] * alike
    weight = rests.sum(axis=2)
    return np.divide(total, weight, out=np.zeros_like(total), where=weight > 0), weight / 2


def _covered(x: I64, y: I64, who: I64, boxes: F64) -> Bools:
    """Which places [N, S] of the people `who` [N] lie in the box of somebody nearer, whose box [M, 4] ends lower."""
    nearer = boxes[None, :, 3] > boxes[who, None, 3]  # [N, M]
    left, top, right, bottom = (boxes[None, None, :, side] for side in range(4))
    inside = (x[..., None] > left) & (x[..., None] < right) & (y[..., None] > top) & (y[..., None] < bottom)
    return np.asarray((inside & nearer[:, None]).any(axis=2))


def _histograms(person: I64, bins: npt.NDArray[np.int64], people: int, length: int) -> F32:
    counts = np.bincount(person * length + bins, minlength=people * length).reshape(people, length).astype(np.float32)
    shares: F32 = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return shares


def _places(points: F32, weights: F32, body: Body) -> tuple[F32, Bools]:
    """Where to look, [N, S, 2] px, torso first, and which of that [N, S] is bounded by joints that are there."""
    seen = weights > 0
    corners, bounded = _corners(points[:, body.torso], seen[:, body.torso])
    torso = np.einsum("sc,ncx->nsx", _TORSO, corners)
    parts, there = [torso], [np.repeat(bounded[:, None], len(_TORSO), axis=1)]
    for upper, lower in (*body.thighs, *body.shins):
        along = _ALONG[None, :, None]
        parts.append(points[:, None, upper] * (1 - along) + points[:, None, lower] * along)
        bone = seen[:, upper] & seen[:, lower]
        there.append(np.repeat(bone[:, None], len(_ALONG), axis=1))
    return np.concatenate(parts, axis=1).astype(np.float32), np.concatenate(there, axis=1)


def _corners(points: F32, seen: Bools) -> tuple[F32, Bools]:
    """The corners of the torso [N, 4, 2] (shoulders, hips), half of them made up where hidden, and who has them [N].

    Of somebody half out of the picture one side stands for both; of somebody at a desk the cloth below the shoulders is
    looked at, as deep as they are apart.
    """
    corners = points.copy()
    for one, other in ((0, 1), (1, 0), (2, 3), (3, 2)):
        corners[:, one] = np.where(seen[:, one, None], points[:, one], points[:, other])
    shoulders: Bools = np.asarray(seen[:, :2].any(axis=1))
    hips: Bools = np.asarray(seen[:, 2:].any(axis=1))
    width = np.linalg.norm(points[:, 0] - points[:, 1], axis=1)
    seated: Bools = np.asarray(seen[:, :2].all(axis=1) & ~hips)
    for hip, shoulder in ((2, 0), (3, 1)):
        below = points[:, shoulder] + np.stack([0 * width, width], axis=1)
        corners[:, hip] = np.where(seated[:, None], below, corners[:, hip])
    return corners, (shoulders & hips) | seated
