"""What somebody wears, in few numbers: colour histograms of torso and legs, taken where the joints are.

A signature is four histograms side by side: chroma and brightness of the torso, chroma and brightness of the legs.
Light enough for every person and frame, and without any network; enough to tell a red shirt from a blue one, not twins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.skeletons import skeleton_of
from engine.types import F32, F64, I64, U8, Bools
from trackers.observations import Observations, Shapes

_CHROMA_EDGES = np.array([-60, -25, -8, 8, 25, 60], np.float32)  # finer about grey, where most clothes are
_CHROMA = (len(_CHROMA_EDGES) + 1) ** 2
_LIGHT = 8
_PART = _CHROMA + _LIGHT
LENGTH = 2 * _PART
PARTS = (slice(0, _PART), slice(_PART, LENGTH))


@dataclass(frozen=True, eq=False, slots=True)
class Body:
    """Indices of the joints that bound the regions looked at, for one skeleton."""

    torso: tuple[int, int, int, int]
    thighs: tuple[tuple[int, int], ...]
    shins: tuple[tuple[int, int], ...]
    limbs: tuple[tuple[int, int, float], ...]
    """What hides others behind it: from joint to joint, and half its width, sizes."""


def body_of(keypoint_count: int) -> Body | None:
    """Where torso and legs are among so many keypoints; None where the skeleton is not known."""
    skeleton = skeleton_of(keypoint_count)
    if skeleton is None:
        return None
    at = skeleton.place
    return Body(
        torso=(at["left_shoulder"], at["right_shoulder"], at["left_hip"], at["right_hip"]),
        thighs=tuple((at[f"{side}_hip"], at[f"{side}_knee"]) for side in ("left", "right")),
        shins=tuple((at[f"{side}_knee"], at[f"{side}_ankle"]) for side in ("left", "right")),
        limbs=tuple((at[one], at[other], wide) for one, other, wide in _LIMBS if one in at and other in at),
    )


_LIMBS = (
    ("left_shoulder", "right_shoulder", 0.16), ("left_hip", "right_hip", 0.16), ("left_shoulder", "left_hip", 0.16),
    ("right_shoulder", "right_hip", 0.16), ("left_shoulder", "right_hip", 0.16), ("right_shoulder", "left_hip", 0.16),
    ("left_shoulder", "left_elbow", 0.11), ("right_shoulder", "right_elbow", 0.11), ("left_elbow", "left_wrist", 0.09),
    ("right_elbow", "right_wrist", 0.09), ("left_hip", "left_knee", 0.14), ("right_hip", "right_knee", 0.14),
    ("left_knee", "left_ankle", 0.11), ("right_knee", "right_ankle", 0.11), ("left_ear", "right_ear", 0.2),
    ("upper_neck", "head_top", 0.2),
)  # fmt: skip
_ACROSS, _DOWN = (grid.ravel() for grid in np.meshgrid(np.linspace(0.15, 0.85, 7), np.linspace(0.1, 0.9, 10)))
_TORSO = np.stack(  # how much each corner (two shoulders, two hips) counts for each of 70 points between them
    [(1 - _ACROSS) * (1 - _DOWN), _ACROSS * (1 - _DOWN), (1 - _ACROSS) * _DOWN, _ACROSS * _DOWN], axis=1
)
_ALONG = np.linspace(0.15, 0.85, 12)


def signatures(image: U8, seen: Observations, clear: F32, body: Body, hiders: Shapes) -> tuple[F32, F32]:
    """Signatures float32 [N, LENGTH] of the N people `seen`, and what they rest on.

    clear [N, K] are the weights of their keypoints, 0 where one is not seen well enough to show clothes. What the body
    of one of the `hiders` hides who is nearer (they themselves may be among them) is not looked at.

    The second array, float32 [N, 2], is the share of torso and of legs that could be looked at, 0–1; histograms of what
    could not be seen are 0, all others sum up to 1.
    """
    samples, there = _places(seen.points, clear, body)
    height, width = image.shape[:2]
    x, y = np.rint(samples[..., 0]).astype(np.int64), np.rint(samples[..., 1]).astype(np.int64)
    there &= (x >= 0) & (x < width) & (y >= 0) & (y < height)
    _strike_out_covered(there, samples, seen.boxes, body, hiders)
    colours = image[np.where(there, y, 0), np.where(there, x, 0)].astype(np.float32)
    red, green, blue = colours[..., 0], colours[..., 1], colours[..., 2]
    light = np.minimum((red + 2 * green + blue) * (_LIGHT / 4 / 256), _LIGHT - 1e-3).astype(np.int64)
    side = len(_CHROMA_EDGES) + 1
    warm = np.searchsorted(_CHROMA_EDGES, red - green)
    chroma = warm * side + np.searchsorted(_CHROMA_EDGES, blue - (red + green) / 2)

    n, torso = len(seen), len(_TORSO)
    found = np.zeros((n, LENGTH), np.float32)
    for part, where in zip(PARTS, (slice(0, torso), slice(torso, None)), strict=True):
        person, point = np.nonzero(there[:, where])
        middle = part.start + _CHROMA
        found[:, part.start : middle] = _histograms(person, chroma[:, where][person, point], n, _CHROMA)
        found[:, middle : part.stop] = _histograms(person, light[:, where][person, point], n, _LIGHT)
    return found, np.stack([there[:, :torso].mean(axis=1), there[:, torso:].mean(axis=1)], axis=1).astype(np.float32)


def likeness(a: F32, b: F32) -> F32:
    """How alike torsos and legs of signatures [N, LENGTH] and [M, LENGTH] are: 0–1 [N, M, 2], 0 where one is not known.

    The mean Bhattacharyya coefficient, chroma counting twice as much as brightness, which changes with the light.
    """
    root_a, root_b = np.sqrt(a), np.sqrt(b)
    alike = np.zeros((len(a), len(b), 2), np.float32)
    for part, where in enumerate(PARTS):
        chroma, light = slice(where.start, where.start + _CHROMA), slice(where.start + _CHROMA, where.stop)
        alike[..., part] = (2 * root_a[:, chroma] @ root_b[:, chroma].T + root_a[:, light] @ root_b[:, light].T) / 3
    return alike


def coloured(looks: F32) -> F32:
    """Share [N, 2] of torso and of legs that is neither black nor grey nor white; 1 where not known."""
    grey = _CHROMA // 2  # the middle cell of the square of chroma
    shares: F32 = np.stack([1 - looks[:, where.start + grey] for where in PARTS], axis=1)
    return shares


def _strike_out_covered(there: Bools, samples: F32, boxes: F64, body: Body, hiders: Shapes) -> None:
    """Strike out of `there` [N, S] which places of the people in `boxes` [N, 4] the bodies of those nearer hide.

    Nearer is whose box ends lower; of whom no trunk is known the whole box hides.
    """
    theirs, mine = hiders.boxes[None], boxes[:, None]
    nearer = (theirs[..., 3] > mine[..., 3]) & (theirs[..., 1] < mine[..., 3])
    nearer &= (theirs[..., 0] < mine[..., 2]) & (theirs[..., 2] > mine[..., 0])
    behind, before = np.nonzero(nearer)
    if not len(behind):
        return
    ends = np.array([limb[:2] for limb in body.limbs])
    half = np.array([limb[2] for limb in body.limbs]) * hiders.sizes[before, None]  # [P, G]
    known = np.asarray(hiders.there[before][:, ends].all(axis=2))
    start = hiders.points[before][:, ends[:, 0]]
    along = hiders.points[before][:, ends[:, 1]] - start  # [P, G, 2]
    away = samples[behind][:, :, None] - start[:, None]  # [P, S, G, 2]
    share = np.einsum("psgc,pgc->psg", away, along) / np.maximum((along**2).sum(axis=2), 1e-6)[:, None]
    away = away - np.clip(share, 0, 1)[..., None] * along[:, None]
    hidden = (((away**2).sum(axis=3) < (half**2)[:, None]) & known[:, None]).any(axis=2)  # [P, S]
    shapeless: Bools = np.asarray(~hiders.there[before][:, body.torso].all(axis=1))
    if shapeless.any():
        low, high = hiders.boxes[before[shapeless], None, :2], hiders.boxes[before[shapeless], None, 2:]
        spots = samples[behind[shapeless]]
        hidden[shapeless] = ((spots > low) & (spots < high)).all(axis=2)
    for person, places in zip(behind.tolist(), hidden, strict=True):
        there[person] &= ~places


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
