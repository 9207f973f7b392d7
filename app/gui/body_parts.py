"""The parts of the body whose left and right somebody may find taken for each other, in words."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from PyQt6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from engine.skeletons import Skeleton


def names_sides(skeleton: Skeleton) -> bool:
    """Whether it names a left and a right of anything."""
    return bool(_all_of(skeleton))


def sides_of_parts(skeleton: Skeleton) -> dict[str, tuple[tuple[int, int], ...]]:
    """Words for each part → (left, right) numbers of its joints, where the skeleton names some."""
    from engine.skeletons import ARM, LEG  # brings NumPy, which is there where a skeleton is

    def tr(text: str) -> str:
        return QCoreApplication.translate("Body", text)

    parts = {
        tr("Whole body"): _all_of(skeleton),
        tr("Legs"): skeleton.pairs_of(*chain(*LEG)),
        tr("Arms"): skeleton.pairs_of(*chain(*ARM)),
        tr("Hips"): skeleton.pairs_of("hip"),
        tr("Knees"): skeleton.pairs_of("knee"),
        tr("Ankles and feet"): skeleton.pairs_of(*LEG[-1]),
        tr("Shoulders"): skeleton.pairs_of("shoulder"),
        tr("Elbows"): skeleton.pairs_of("elbow"),
        tr("Wrists"): skeleton.pairs_of("wrist"),
    }
    return {words: pairs for words, pairs in parts.items() if pairs}


def limb_words(skeleton: Skeleton, joint: int) -> str:
    """Words, inside of a sentence, for the limbs with that joint, left and right."""
    parts = sides_of_parts(skeleton)
    words = next(words for words, pairs in parts.items() if pairs[0][0] == joint and pairs != _all_of(skeleton))
    return words.lower()


def _all_of(skeleton: Skeleton) -> tuple[tuple[int, int], ...]:
    """Every pair that it names, eyes and ears too."""
    return skeleton.pairs_of(*(name[len("left_") :] for name in skeleton.keypoints if name.startswith("left_")))
