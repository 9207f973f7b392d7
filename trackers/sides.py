"""Left and right of somebody taken for each other for a moment: found by how joints go on, as nobody's legs jump.

A network decides frame by frame. Of somebody seen from the side, or against the light, it gives the left knee's place
to the right knee for some frames and then thinks better of it ("inversion": Ronchi & Perona, ICCV 2017). On every frame
each pair of a limb may be as it was found or exchanged; the way through all frames is chosen (Viterbi) on which joints
go on as they went and bones keep their lengths, at a price for every exchange. So it goes with the network wherever
that does not change its mind for less than `LONGEST_S`; longer, an error cannot be told from a turn.

Shapes: T frames, P places of a limb, from its root to its end, each one or more pairs of joints; S states of a limb, in
each of which every place is as it was found or exchanged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, pairwise, product

import numpy as np
import numpy.typing as npt

from engine.skeletons import ARM, LEG, Skeleton
from engine.types import F64, I64, Bools
from trackers.smoothing import TICK_S

LONGEST_S = 0.35
"""The legs of somebody who runs pass each other every 0.3 to 0.4 s."""
AROUND_S = 0.75
DOUBT = 0.1
"""Where a larger part of the frames so near to a run are exchanged, too, the network is wrong nearly as often as it is
right: what is put back then may be its better half."""
PRICE, LASTING_PRICE = 6.0, 0.3
"""Of a pair that is exchanged, for each second, in torsos that its joints would have to jump otherwise: where it is for
a moment, and where it lasts, which costs a person's look."""
FARTHEST = 1.0
"""Torsos: a joint that jumps farther was found somewhere else altogether, and tells nothing of sides."""
STRETCH = 1.1
"""A bone may be so many times as long as it usually is; what is beyond counts as a jump does."""
APART = 0.15
"""Torsos: joints that are nearer to each other all the time are left as they are, since nobody could tell."""
GAP_S = 0.2
USUAL = 1.5
"""Across a pause longer than `GAP_S`, and than so many times the usual one, it is not known how joints went."""
TORSO_BY_SHOULDERS = 1.25
"""Of an adult who stands before the camera, by how much longer the torso is than the shoulders are wide."""
AT_ONCE = 64
"""Frames whose costs are put together in one go: in Python each by itself takes several times as long."""
TORSO_S = 1.0
"""The torso's length is the middle one of so long: bowing and errors do not count."""

Pair = tuple[int, int]
Limb = tuple[tuple[Pair, ...], ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """The joints of `pair` (left, right) were taken for each other on frames `first` to `last`, of 0 … T - 1."""

    pair: Pair
    first: int
    last: int


def limbs_of(skeleton: Skeleton) -> tuple[Limb, ...]:
    """Legs and arms as the skeleton has them; heels and toes go with their ankles."""
    limbs = ([skeleton.pairs_of(*parts) for parts in limb] for limb in (LEG, ARM))
    return tuple(tuple(pairs for pairs in limb if pairs) for limb in limbs if any(limb))


def short_exchanges(
    points: npt.ArrayLike, times_s: npt.ArrayLike, skeleton: Skeleton, *, fixed: Bools | None = None
) -> list[Exchange]:
    """Where left and right of one person were taken for each other for no longer than `LONGEST_S`, by pair and time.

    points   [T, K, 2], pixels; NaN where a joint was not found
    times_s  [T], seconds, strictly increasing
    fixed    bool [T, K], joints that are where somebody put them: they are on their sides, which tells of the frames
             around, and a limb with one of them is not exchanged there

    None are found where no shoulders were, by which, and by the hips, it is told how large somebody is.
    """
    found: list[Exchange] = []
    for way in _ways(points, times_s, skeleton, fixed, PRICE, GAP_S):
        exchanged = way.exchanged
        for first, last in _not_to_trust(np.logical_or.reduce(exchanged, axis=1), way.times):
            exchanged[first : last + 1] = False  # the whole limb: no knee is put back whose ankle is not
        found += chain.from_iterable(_told(way))
    return sorted(found, key=lambda exchange: (exchange.first, exchange.pair))


def long_exchanges(
    points: npt.ArrayLike, times_s: npt.ArrayLike, skeleton: Skeleton, *, fixed: Bools | None = None
) -> list[tuple[Exchange, ...]]:
    """Where left and right of one person may have been taken for each other for longer than `LONGEST_S`, limb by limb:
    for a person to look at, as it may be a turn. Arguments as of `short_exchanges`.

    So cheap an exchange must be seen to begin and end: across frames on which he was not seen nothing is told.
    """
    found: list[tuple[Exchange, ...]] = []
    for way in _ways(points, times_s, skeleton, fixed, LASTING_PRICE, 0.0):
        for stretch in way.stretches:
            exchanged = way.exchanged[stretch]
            for first, last in runs(np.logical_or.reduce(exchanged, axis=1)):
                is_short = way.times[stretch][last] - way.times[stretch][first] <= LONGEST_S + TICK_S
                if is_short or last + 1 - first > len(exchanged) / 2:  # of more, the rest would be the error
                    exchanged[first : last + 1] = False
        found += _told(way)
    return sorted(found, key=lambda run: run[0].first)


@dataclass(frozen=True, eq=False, slots=True)
class _Way:
    """The way chosen for one limb, in each of the `stretches` without a pause by itself: which of its places are
    exchanged [T, P], and on which frames it is `held` [T] by hand; the joints of its person [T, K, 2] and how long his
    torso is [T], px."""

    limb: Limb
    stretches: list[slice]
    exchanged: Bools
    held: Bools
    points: F64
    times: F64
    torso: F64


def _ways(
    points: npt.ArrayLike, times_s: npt.ArrayLike, skeleton: Skeleton, fixed: Bools | None, price: float, gap_s: float
) -> Iterator[_Way]:
    given, times = np.asarray(points, np.float64), np.asarray(times_s, np.float64)
    torso = torso_lengths(given, times, skeleton)
    if torso is None:
        return
    by_hand = np.zeros(given.shape[:2], np.bool_) if fixed is None else fixed
    steps = np.diff(times)
    pause = max(gap_s + TICK_S, USUAL * float(np.median(steps))) if len(steps) else GAP_S
    cuts = [0, *(np.flatnonzero(steps > pause) + 1).tolist(), len(times)]
    stretches = [slice(start, stop) for start, stop in pairwise(cuts)]
    for limb in limbs_of(skeleton):
        states: Bools = np.array(list(product([False, True], repeat=len(limb))))
        held = np.stack([by_hand[:, np.ravel(pairs)].any(1) for pairs in limb], axis=1)
        standing = _standing(given, times, torso, limb, states, price)
        standing[(held[:, None] & states).any(2)] = np.inf
        joints = _beside_root(given, times, limb) / torso[:, None, None, None]
        ways = [_best_way(standing[one], _going(joints[one], times[one], limb), states) for one in stretches]
        by_hand_here: Bools = np.logical_or.reduce(held, axis=1)
        exchanged = _through(states[np.concatenate(ways)], by_hand_here, times)
        yield _Way(limb, stretches, exchanged, by_hand_here, given, times, torso)


def _through(exchanged: Bools, held: Bools, times: F64) -> Bools:
    """What is exchanged [T, P], with frames that are `held` [T] by hand as those around them: one of them that was put
    right does not make two moments of one. What was held for longer than a moment is none, and as it was found."""
    through = exchanged.copy()
    for first, last in runs(held):
        is_inside = first > 0 and last + 1 < len(held) and times[last] - times[first] <= LONGEST_S + TICK_S
        through[first : last + 1] = is_inside and exchanged[first - 1] & exchanged[last + 1]
    return through


def _not_to_trust(exchanged: Bools, times: F64) -> list[tuple[int, int]]:
    """The runs [first, last] of frames [T] that may be something else than a moment's error."""
    doubtful = []
    for first, last in runs(exchanged):
        start, stop = np.searchsorted(times, [times[first] - AROUND_S, times[last] + AROUND_S]).tolist()
        others = int(exchanged[start:stop].sum()) - (last + 1 - first)
        is_long = times[last] - times[first] > LONGEST_S + TICK_S
        if is_long or others > DOUBT * (stop - start - (last + 1 - first)):
            doubtful.append((first, last))
    return doubtful


def _told(way: _Way) -> Iterator[tuple[Exchange, ...]]:
    """The runs of a limb's places that are exchanged, but for those that change nothing worth the name, and for frames
    that are held by hand.

    A pair of which one joint was not found tells little: it goes where the pair does that is nearer to the root.
    """
    limb, exchanged, points = way.limb, way.exchanged, way.points
    apart = np.stack([np.linalg.norm(points[:, pairs[0][0]] - points[:, pairs[0][1]], axis=1) for pairs in limb], 1)
    for place in range(1, len(limb)):
        is_half = np.isnan(apart[:, place])
        exchanged[is_half, place] |= exchanged[is_half, place - 1]
    plainly = exchanged & (apart > APART * way.torso[:, None])
    for first, last in runs(np.logical_or.reduce(exchanged, axis=1)):
        run = tuple(
            Exchange(pair, first + start, first + stop)
            for place, pairs in enumerate(limb)
            for start, stop in runs((exchanged[:, place] & ~way.held)[first : last + 1])
            for pair in pairs
        )
        if run and plainly[first : last + 1].any():
            yield run


def torso_lengths(points: F64, times: F64, skeleton: Skeleton) -> F64 | None:
    """How long a person's torso is, pixels [T]; None where nothing tells it.

    From shoulder to hip, or by how wide the shoulders are where that is more or all that is seen, as at a desk.
    """
    shoulders, hips = skeleton.pairs_of("shoulder"), skeleton.pairs_of("hip")
    ends = [
        (pair, 1.0) for shoulder, hip in zip(shoulders, hips, strict=False) for pair in zip(shoulder, hip, strict=True)
    ]
    ends += [(pair, TORSO_BY_SHOULDERS) for pair in shoulders]
    if not ends:
        return None
    seen = np.stack(
        [times_longer * np.linalg.norm(points[:, a] - points[:, b], axis=1) for (a, b), times_longer in ends]
    )
    lengths = np.fmax.reduce(seen)
    seen = np.isfinite(lengths)
    if not seen.any():
        return None
    spans = np.floor((times[seen] - times[0]) / TORSO_S).astype(np.int64)
    starts = np.flatnonzero(np.diff(spans, prepend=-1))
    middles = np.array([np.median(part) for part in np.split(lengths[seen], starts[1:])])
    moments = np.array([part.mean() for part in np.split(times[seen], starts[1:])])
    middles = np.interp(times, moments, middles)
    longer_than_a_pixel: F64 = np.maximum(middles, 1.0)
    return longer_than_a_pixel


def _standing(points: F64, times: F64, torso: F64, limb: Limb, states: Bools, price: float) -> F64:
    """What each state costs on each frame by itself, [T, S]: its price, and bones that are too long."""
    lasts = np.minimum(np.diff(times, prepend=times[0]), GAP_S)
    lasts[0] = np.median(lasts[1:]) if len(lasts) > 1 else 0.0
    costs: F64 = price * lasts[:, None] * states.sum(1)
    for place, (nearer, farther) in enumerate(pairwise(limb)):
        ends = points[:, nearer[0]], points[:, farther[0]]
        straight, crossed = (
            np.linalg.norm(ends[0] - end, axis=2) / torso[:, None] for end in (ends[1], ends[1][:, ::-1])
        )
        usual = np.nanpercentile(straight, 75) if np.isfinite(straight).any() else 0.0  # most are seen shortened
        if usual > 0:
            too_long = (np.nan_to_num((one / usual - STRETCH).clip(0, 1)).sum(1) for one in (straight, crossed))
            kept, turned = (one[:, None] for one in too_long)
            costs += np.where(states[:, place] ^ states[:, place + 1], turned, kept)
    return costs


def _beside_root(points: F64, times: F64, limb: Limb) -> F64:
    """The joints of all pairs of a limb as seen from the middle of its root, [T, pairs, 2, 2]."""
    joints: F64 = points[:, np.array([pair for pairs in limb for pair in pairs])]
    middle = points[:, limb[0][0]].mean(1)
    seen = np.isfinite(middle[:, 0])
    if seen.any():
        root = np.stack([np.interp(times, times[seen], middle[seen, axis]) for axis in (0, 1)], axis=1)
        joints = joints - root[:, None, None]
    return joints


def _going(joints: F64, times: F64, limb: Limb) -> F64:
    """What it costs each place to be as it was found (0) or exchanged (1) on the frame before the last, on the last and
    on this one, [P, T, 2, 2, 2]: half of how far its joints are from where they were, and half of how far from where
    they were going; where that is not known, how far from where they were alone.
    """
    frames, places = len(times), [n for n, pairs in enumerate(limb) for _ in pairs]
    steps = np.diff(times)
    share = np.ones(frames)
    share[2:] = (steps[1:] / steps[:-1]).clip(0, 2)  # of a step's way, that is gone in the next
    costs = np.zeros((len(limb), frames, 2, 2, 2))
    for before, last, now in product((0, 1), repeat=3):
        there = joints[:, :, ::-1] if now else joints
        was = np.roll(joints[:, :, ::-1] if last else joints, 1, axis=0)
        was[0] = np.nan
        earlier = np.roll(joints[:, :, ::-1] if before else joints, 2, axis=0)
        earlier[:2] = np.nan
        jump = np.linalg.norm(there - was, axis=3).clip(None, FARTHEST)
        turn = np.linalg.norm(there - was - (was - earlier) * share[:, None, None, None], axis=3).clip(None, FARTHEST)
        cost = np.nan_to_num(np.where(np.isfinite(turn), (jump + turn) / 2, jump)).sum(2)
        for pair, place in enumerate(places):
            costs[place, :, before, last, now] += cost[:, pair] / len(limb[place])
    return costs


def _best_way(standing: F64, going: F64, states: Bools) -> I64:
    """The states [T] that cost least together: `standing` [T, S] and `going` [P, T, 2, 2, 2]."""
    frames, count = standing.shape
    if frames == 1:
        return np.zeros(1, np.int64)
    state = states.astype(np.int64)
    best = standing[0][:, None] + standing[1][None]  # of the states of the last frame and of this one
    for place, cost in enumerate(going):
        best += cost[1, 0][state[:, None, place], state[None, :, place]]
    came = np.zeros((frames, count, count), np.int8)  # of 8 states at most: an hour has a hundred thousand frames
    for start in range(2, frames, AT_ONCE):
        part = slice(start, start + AT_ONCE)
        steps = standing[part, None, None]
        for place, cost in enumerate(going):
            now = state[:, place]
            steps = steps + cost[part][:, now[:, None, None], now[None, :, None], now[None, None, :]]
        for frame, step in enumerate(steps, start):
            whole = best[:, :, None] + step
            came[frame] = whole.argmin(0)
            best = whole.min(0)
    way = np.zeros(frames, np.int64)
    way[-2], way[-1] = np.unravel_index(best.argmin(), best.shape)
    for frame in range(frames - 1, 1, -1):
        way[frame - 2] = came[frame, way[frame - 1], way[frame]]
    return way


def runs(flags: Bools) -> Iterator[tuple[int, int]]:
    """First and last place of every run of flags."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    for first, after in edges.reshape(-1, 2).tolist():
        yield first, after - 1
