"""Who is who: numbers given, given back to those who were out of sight, and mended while there is doubt.

A track that comes up is open: it may be any of the people lost, or somebody new. What its place tells is kept as it was
when it came up; what its clothes tell grows with each look. All open tracks are assigned to numbers together, so that a
number taken by one is lost to the others, and again with each look until they are settled.

While an open track has the number of somebody lost, the track that had it before stays, under the negative of that
number: the record of what that person looked like, and where he was. It goes when the open track is settled.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from engine.types import F64, I64, Bools
from trackers.assignment import assign
from trackers.crowd import Crowd
from trackers.lifecycle import Lives
from trackers.returns import ReturnSettings, odds_of_return


@dataclass(frozen=True, slots=True)
class NumberSettings:
    """How sure it must be who somebody is. Odds are natural logarithms."""

    returns: ReturnSettings = field(default_factory=ReturnSettings)
    least: float = 1.0
    """Odds from which somebody found is taken for somebody lost."""
    blind: float = 1.0
    """What it takes from the odds that there are pictures, and yet no clothes could be compared."""
    plausible: float = -2.0
    """Odds from which it is worth to look again."""
    clear: float = 2.0
    """By so much the odds must differ from those of anybody else, or he is looked at again ..."""
    wait_s: float = 0.25
    """... without a number for at most this time."""
    stay: float = 1.0
    """By so much more a number that was given is believed than another."""
    decided: float = 5.0
    """Difference of odds from which there is no more doubt, clothes once compared."""
    settle_s: float = 2.0
    """Time after which there is no more doubt in any case."""
    lapse_s: float = 0.3
    """Time out of sight after which somebody open is taken for who he seemed to be."""


def give_numbers(crowd: Crowd, ripe: Bools, time_s: float, last: int, s: NumberSettings) -> tuple[int, Bools]:
    """Decide who the open tracks are.

    ripe  [T], who may get a number
    last  the last number given

    Returns the last number now given, and which tracks are not needed any longer [T].
    """
    lives = crowd.lives
    gone = np.zeros(len(lives), np.bool_)
    lapsed = lives.open & (lives.ids > 0) & (lives.misses > 1) & (time_s - lives.seen_s > s.lapse_s)
    for track in np.flatnonzero(lapsed).tolist():
        _settle(crowd, track, gone)
    asked = np.flatnonzero(lives.open & (lives.misses == 0) & (ripe | (lives.ids > 0)))
    if not len(asked):
        return last, gone
    verdict = _judge(crowd, asked, time_s, s)
    waits = (lives.ids[asked] == 0) & verdict.unclear & (time_s - lives.first_s[asked] < s.wait_s)
    verdict.known[waits] = -1
    _hand_over(lives, asked, verdict.known)
    new = asked[(lives.ids[asked] == 0) & ~waits]
    new = new[np.argsort(crowd.bodies.centres[new, 0], kind="stable")]
    lives.ids[new] = last + 1 + np.arange(len(new))
    settled = (lives.ids[asked] > 0) & (~verdict.open | (time_s - lives.first_s[asked] >= s.settle_s))
    for track in asked[settled].tolist():
        _settle(crowd, track, gone)
    return last + len(new), gone


def _settle(crowd: Crowd, track: int, gone: Bools) -> None:
    """Doubt no more who a track is: it takes over what is known of him."""
    lives = crowd.lives
    lives.open[track] = False
    lives.claims[track] = None
    before = np.flatnonzero(lives.ids == -lives.ids[track])
    if len(before):
        crowd.wardrobe.inherit(track, int(before[0]))
        lives.first_s[track] = lives.first_s[before[0]]
        gone[before] = True


def _hand_over(lives: Lives, asked: I64, known: I64) -> None:
    """Give the tracks `asked` [A] the numbers of the tracks `known` [A]; -1: not of anybody, so that what he may have
    had of somebody goes back."""
    mine = lives.ids[asked]
    wanted = np.where(known >= 0, np.abs(lives.ids[known]), 0)
    borrowed = (mine > 0) & (lives.ids[:, None] == -mine).any(axis=0)
    changes = (wanted != mine) & ((wanted > 0) | borrowed)
    # all are given back first, so that two may change theirs
    for number in mine[changes & (mine > 0)]:
        lives.ids[lives.ids == number] = 0
        lives.ids[lives.ids == -number] = number
    for track, number, record in zip(asked[changes], wanted[changes], known[changes], strict=True):
        if number:
            lives.ids[lives.ids == number] = 0
            lives.ids[record] = -number
            lives.ids[track] = number


@dataclass(eq=False, slots=True)
class _Verdict:
    """Of each of the A tracks asked.

    known    int64 [A], the track of the person whom it is taken for, -1 for somebody new
    unclear  bool [A], whether another answer is nearly as likely, and to look again may help
    open     bool [A], whether it may turn out otherwise
    """

    known: I64
    unclear: Bools
    open: Bools


def _judge(crowd: Crowd, asked: I64, time_s: float, s: NumberSettings) -> _Verdict:
    """All together: a number goes once, and to those to whom it most likely belongs."""
    lives, wardrobe = crowd.lives, crowd.wardrobe
    # for an open track that is out of sight for a moment speaks the one it had its number from
    spoken_for = (lives.ids[:, None] == -lives.ids[lives.ids < 0]).any(axis=1)
    lost = np.flatnonzero((lives.ids != 0) & (lives.misses > 0) & ~spoken_for)
    nobody = np.zeros(len(asked), np.bool_)
    if not len(lost):
        return _Verdict(np.full(len(asked), -1), nobody, nobody)
    clothes, compared = wardrobe.odds(lost, asked)
    if wardrobe.used:
        clothes -= s.blind * (compared == 0)
    odds = _claims(crowd, lost, asked, time_s, s) + clothes
    mine = np.abs(lives.ids[lost])[:, None] == lives.ids[asked]
    has_new = (lives.ids[asked] > 0) & ~mine.any(axis=0)
    favoured = odds + s.stay * mine - s.stay * has_new
    allowed = favoured > s.least
    gain = np.where(allowed, favoured - s.least, 0)
    rows, columns = assign((gain.max() + 1 - gain).astype(np.float32), allowed, float(gain.max()) + 1)
    choice = np.full(len(asked), -1)
    choice[columns] = rows
    margin = _margins(favoured, choice, s.least)
    plausible = (odds > s.plausible).any(axis=0)
    looked = compared.any(axis=0) | (not wardrobe.used)
    unclear = plausible & (margin < np.where(looked, s.clear, s.decided))
    remains = plausible & wardrobe.used & ((margin < s.decided) | ~looked)
    return _Verdict(np.where(choice >= 0, lost[choice], -1), unclear, remains)


def _claims(crowd: Crowd, lost: I64, asked: I64, time_s: float, s: NumberSettings) -> F64:
    """Log odds [L, A] by place: as they are now for those without a number, as they were then for the others."""
    lives = crowd.lives
    claims = np.full((len(lost), len(asked)), -np.inf)
    unnamed = np.flatnonzero(lives.ids[asked] == 0)
    if len(unnamed):
        claims[:, unnamed] = odds_of_return(crowd.bodies, lives, lost, asked[unnamed], time_s, s.returns)
    numbers = np.abs(lives.ids[lost]).tolist()
    for column, track in enumerate(asked):
        if lives.ids[track] == 0:
            lives.claims[track] = dict(zip(numbers, claims[:, column].tolist(), strict=True))
        else:
            before = lives.claims[track] or {}
            claims[:, column] = [before.get(number, -np.inf) for number in numbers]
    return claims


def _margins(odds: F64, choice: I64, least: float) -> F64:
    """By how much [A] the odds [L, A] of what was chosen are better than those of anything else."""
    margins = np.zeros(len(choice))
    for column, row in enumerate(choice):
        if row < 0:
            margins[column] = least - odds[:, column].max()
        else:
            rivals = [least, *np.delete(odds[:, column], row), *np.delete(odds[row], column)]
            margins[column] = odds[row, column] - max(rivals)
    return margins
