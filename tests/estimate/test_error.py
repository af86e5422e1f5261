"""From kinds as called to kinds as they are: with two kinds it is the adjustment of Rogan and Gladen."""

from __future__ import annotations

import numpy as np
import pytest

from muster.estimate.error import true_given_predicted
from muster.model import KINDS

PISTOL, NOTHING = KINDS.index("handgun"), KINDS.index("not_weapon")


@pytest.mark.parametrize(
    ("called", "sensitivity", "specificity"), [(300, 0.9, 0.95), (120, 0.8, 0.99), (600, 0.97, 0.7)]
)
def test_two_kinds_are_the_adjustment_of_a_screening_test(called: int, sensitivity: float, specificity: float) -> None:
    """Rogan & Gladen 1978, eq. 1: prevalence = (apparent + specificity - 1) / (sensitivity + specificity - 1)."""
    listings, scale = 1000, 1000  # of so many listings the mix is known as well as the rates
    rates = np.tile(np.eye(len(KINDS)), (40, 1, 1))
    rates[:, PISTOL, [PISTOL, NOTHING]] = sensitivity, 1 - sensitivity
    rates[:, NOTHING, [PISTOL, NOTHING]] = 1 - specificity, specificity
    predicted = np.zeros(len(KINDS), dtype=np.int64)
    predicted[[PISTOL, NOTHING]] = called * scale, (listings - called) * scale
    share, _ = true_given_predicted(predicted, rates, np.random.default_rng(1))
    pistols = (share[:, [PISTOL, NOTHING], PISTOL] @ predicted[[PISTOL, NOTHING]]).mean() / predicted.sum()
    apparent = called / listings
    assert pistols == pytest.approx((apparent + specificity - 1) / (sensitivity + specificity - 1), abs=0.002)
