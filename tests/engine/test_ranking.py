"""What ranks people."""

from __future__ import annotations

import numpy as np

from engine.ranking import person_scores


def test_a_persons_score_is_of_the_joints_that_are_seen() -> None:
    scores = np.array([[0.9, 0.3, 0.2], [0.1, 0.1, 0.2]], np.float32)
    np.testing.assert_allclose(person_scores(scores, np.array([0.5, 1], np.float32)), [0.3, 0])
