"""Counters, agreement, many claims: worked examples, and the distribution against a reference."""

from __future__ import annotations

import numpy as np
import pytest

from muster.estimate.agreement import kappa
from muster.estimate.counter import counter_test
from muster.estimate.multiplicity import kept

HONEST = [(40, 22), (60, 31), (25, 12), (80, 47), (30, 19), (55, 30)]


def test_a_counter_without_reviews_is_rare_where_half_of_all_sales_are_reviewed() -> None:
    found = counter_test(32, 0, HONEST)
    assert found.chance is not None
    assert found.chance < 0.001
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.5 < found.high


def test_a_counter_like_the_others_is_nothing_rare() -> None:
    found = counter_test(32, 17, HONEST)
    assert found.chance is not None
    assert found.chance > 0.3


@pytest.mark.parametrize(
    ("others", "why"),
    [
        ([], "only 0 other sellers"),
        (HONEST[:4], "only 4 other sellers"),
        ([(k, 0) for k, _ in HONEST], "no review of any other seller"),
        ([(2, 1)] * 6, "only 12 sales"),
    ],
)
def test_without_others_to_compare_with_it_cannot_be_told(others: list[tuple[int, int]], why: str) -> None:
    found = counter_test(32, 0, others)
    assert (found.chance, found.rate) == (None, None)
    assert why in found.why


def test_sellers_who_differ_make_a_counter_without_reviews_less_rare() -> None:
    uneven = [(50, 0), (50, 49), (50, 2), (50, 47), (50, 1), (50, 48)]
    even, wide = counter_test(32, 0, [(50, 25)] * 6), counter_test(32, 0, uneven)
    assert even.chance is not None
    assert wide.chance is not None
    assert wide.chance > 0.05 > even.chance


def test_the_beta_binomial_is_that_of_a_reference() -> None:
    stats = pytest.importorskip("scipy.stats")
    from muster.estimate import counter

    grid = counter._at_most(32, 3)
    a, b = counter._shape()
    assert np.allclose(grid[10::30, 5::10], stats.betabinom.cdf(3, 32, a[10::30, 5::10], b[10::30, 5::10]), rtol=1e-6)


def test_the_interval_of_kappa_is_that_of_resampling() -> None:
    pairs = [("y", "y")] * 80 + [("y", "n")] * 20 + [("n", "y")] * 40 + [("n", "n")] * 60
    value, low, high = kappa([a for a, _ in pairs], [b for _, b in pairs])
    rng = np.random.default_rng(3)
    again = []
    for _ in range(1500):
        drawn = [pairs[i] for i in rng.integers(0, len(pairs), len(pairs))]
        again.append(kappa([a for a, _ in drawn], [b for _, b in drawn])[0])
    assert (low, high) == pytest.approx(tuple(np.quantile(again, [0.025, 0.975])), abs=0.02)
    assert value == pytest.approx(0.4)


def test_coders_who_agree_on_everything_have_a_kappa_of_one() -> None:
    assert kappa(["a", "a"], ["a", "a"]) == (1.0, 1.0, 1.0)


def test_many_chance_decisions_do_not_stand() -> None:
    rng = np.random.default_rng(4)
    assert sum(any(kept(rng.random(30).tolist())) for _ in range(500)) / 500 <= 0.04


def test_fifteen_endpoints_of_a_trial_are_decided_as_in_the_paper() -> None:
    """Benjamini & Hochberg 1995, section 4: fifteen P values of one trial; at 0.05 four hypotheses are rejected."""
    values = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
              0.7590, 1.0]  # fmt: skip
    assert kept(values, 0.05) == [True] * 4 + [False] * 11
