"""A watch is raised against a baseline, about as often by chance as it says."""

from __future__ import annotations

import numpy as np
import pytest

from muster.transfers.watch import BASELINE, FALSE_ALARM, watch


def test_without_a_baseline_a_watch_says_that_it_cannot() -> None:
    assert watch([9], "seized", "manpads", "NO").raised is None
    assert "a baseline needs 5" in watch([0] * 13, "seized", "manpads", "NO").why


@pytest.mark.parametrize("mean", [1.0, 4.0, 20.0])
def test_a_steady_class_raises_it_no_more_often_than_it_says(mean: float) -> None:
    random = np.random.default_rng(20261127)
    raised = told = 0
    for counts in random.poisson(mean, size=(1500, 25)):
        found = watch([int(n) for n in counts], "seized", "manpads", "NO")
        if found.model.startswith("Poisson"):
            told += 1
            raised += bool(found.raised)
    assert told > 1200
    assert raised / told <= 2 * FALSE_ALARM


def test_a_scattered_baseline_is_no_poisson_process() -> None:
    counts = [0, 30, 1, 0, 40, 2, 0, 35, 0, 1, 28, 0] * 2
    found = watch([*counts, 41], "captured", "tank", "NO")
    assert (found.model, found.raised) == ("negative binomial (approximate)", False)
    assert found.months >= BASELINE
    assert watch([*counts, 400], "captured", "tank", "NO").raised
