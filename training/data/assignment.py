"""Which anchor point answers for which person, and the loss that follows: task-aligned (Feng et al., TOOD, ICCV 2021).

Alignment of a point with a person is score^α · IoU^β (eq. 1; α = 0.5, β = 6 as in YOLOv8). Of the points inside a
person's box the best `TOP` are his; a point that several claim goes to the one it overlaps most. The score is taught
towards the alignment, scaled so that a person's best point is taught his largest IoU; the box by generalised IoU.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

ALPHA, BETA, TOP = 0.5, 6.0, 10
BOX_GAIN = 2.5
TINY = 1e-7


class Assignment(NamedTuple):
    """positive bool [N, A]; person int64 [N, A], its row (0 where none); quality float [N, A], the taught score."""

    positive: Tensor
    person: Tensor
    quality: Tensor


def pairwise_iou(a: Tensor, b: Tensor) -> Tensor:
    """IoU [..., P, Q] of xyxy boxes [..., P, 4] and [..., Q, 4]."""
    top_left = torch.maximum(a[..., :, None, :2], b[..., None, :, :2])
    bottom_right = torch.minimum(a[..., :, None, 2:], b[..., None, :, 2:])
    overlap = (bottom_right - top_left).clamp(min=0).prod(-1)
    return overlap / (_area(a)[..., :, None] + _area(b)[..., None, :] - overlap + TINY)


def generalised_iou(a: Tensor, b: Tensor) -> Tensor:
    """GIoU [...] of xyxy boxes [..., 4] pair by pair (Rezatofighi et al., CVPR 2019, alg. 1)."""
    overlap = (torch.minimum(a[..., 2:], b[..., 2:]) - torch.maximum(a[..., :2], b[..., :2])).clamp(min=0).prod(-1)
    union = _area(a) + _area(b) - overlap
    hull = (torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])).clamp(min=0).prod(-1)
    return overlap / (union + TINY) - (hull - union) / (hull + TINY)


def _area(boxes: Tensor) -> Tensor:
    return (boxes[..., 2:] - boxes[..., :2]).clamp(min=0).prod(-1)


def inside(points: Tensor, boxes: Tensor) -> Tensor:
    """bool [..., P, A]: does box [..., P, 4] contain point [A, 2]; an empty box contains none."""
    x, y = points[:, 0], points[:, 1]
    left, top, right, bottom = (boxes[..., n, None] for n in range(4))
    return (x > left) & (x < right) & (y > top) & (y < bottom)


@torch.no_grad()
def assign(scores: Tensor, boxes: Tensor, points: Tensor, people: Tensor) -> Assignment:
    """scores [N, A] 0–1, boxes [N, A, 4], points [A, 2], people [N, P, 4] (empty boxes fill up) → Assignment."""
    count = people.shape[1]
    if count == 0:
        nobody = torch.zeros_like(scores, dtype=torch.bool)
        return Assignment(nobody, torch.zeros_like(scores, dtype=torch.int64), torch.zeros_like(scores))
    contained = inside(points, people)
    iou = pairwise_iou(people, boxes) * contained
    alignment = scores[:, None].clamp(min=0).pow(ALPHA) * iou.pow(BETA)
    best = alignment.topk(min(TOP, alignment.shape[2]), dim=2)
    claimed = torch.zeros_like(contained).scatter_(2, best.indices, best.values > 0)
    # a person between anchor points, or one nothing overlaps yet, gets the nearest point
    claimed |= _nearest(points, people) & ~claimed.any(2, keepdim=True)
    rivals = iou.masked_fill(~claimed, -1)
    person = rivals.argmax(1)
    positive = claimed.any(1)
    claimed &= functional.one_hot(person, count).transpose(1, 2).bool()
    alignment = alignment * claimed
    peak = alignment.amax(2, keepdim=True)
    reach = (iou * claimed).amax(2, keepdim=True)
    quality = (alignment / (peak + TINY) * reach).amax(1)
    return Assignment(positive, person, quality)


def _nearest(points: Tensor, people: Tensor) -> Tensor:
    """bool [N, P, A]: the anchor point nearest to each person's middle; none for an empty box."""
    middle = (people[..., :2] + people[..., 2:]) / 2
    distance = (middle[:, :, None] - points).square().sum(-1)
    mark = torch.zeros_like(distance, dtype=torch.bool).scatter_(2, distance.argmin(2, keepdim=True), True)
    return mark & (_area(people) > 0)[:, :, None]


def detection_loss(logits: Tensor, boxes: Tensor, points: Tensor, people: Tensor, ignored: Tensor) -> Tensor:
    """Score and box loss of a batch, ÷ its total of taught scores.

    logits [N, A], boxes [N, A, 4], points [A, 2], people [N, P, 4] and ignored [N, Q, 4] filled up with empty boxes.
    A point inside an ignored region that answers for nobody is not taught at all.
    """
    found = assign(logits.detach().sigmoid(), boxes.detach(), points, people)
    counted = found.positive | ~inside(points, ignored).any(1)
    total = found.quality.sum().clamp(min=1)
    score = functional.binary_cross_entropy_with_logits(logits, found.quality, reduction="none")
    score_loss = (score * counted).sum() / total
    if not found.positive.any():
        return score_loss + (0 * boxes).sum()  # the boxes' parameters too have a gradient: other processes wait for it
    taught = people.gather(1, found.person[..., None].expand(-1, -1, 4))[found.positive]
    weight = found.quality[found.positive]
    box_loss = ((1 - generalised_iou(boxes[found.positive], taught)) * weight).sum() / total
    return score_loss + BOX_GAIN * box_loss
