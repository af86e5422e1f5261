"""A sales counter beside few or no reviews: how likely that is where other sellers' sales are reviewed.

A counter can be tested only against the reviews of other sellers on the same market in the same period. Sellers differ
in how often they are reviewed, so reviews are beta-binomial: each seller's rate is a draw from one beta distribution.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SELLERS = 5
"""So many other sellers with counters are needed; from fewer it cannot be told how much sellers differ."""

SALES = 50
"""… and so many sales of theirs."""

_MEANS = np.linspace(0.005, 0.995, 100)
_SIZES = np.geomspace(0.5, 500, 40)
_lgamma = np.vectorize(math.lgamma, otypes=[float])


@dataclass(frozen=True, slots=True)
class CounterTest:
    """How a counter stands to the reviews of others.

    chance: of so few reviews or fewer, for a seller like the others; None when it cannot be told. rate, low, high: the
    share of sales that is reviewed on this market, and its 95% interval. why: in words.
    """

    chance: float | None
    rate: float | None
    low: float | None
    high: float | None
    why: str


def counter_test(sales: int, reviews: int, others: Sequence[tuple[int, int]]) -> CounterTest:
    """Compare a counter and its reviews with (sales, reviews) of the other sellers of the same market and period.

    >>> counter_test(32, 0, [(20, 15), (40, 31)]).why
    'only 2 other sellers with counters were captured there then, and 5 are needed'
    """
    others = [(k, min(r, k)) for k, r in others if k > 0]
    if len(others) < SELLERS:
        many = f"{len(others)} other seller{'' if len(others) == 1 else 's'}"
        return CounterTest(None, None, None, None, f"only {many} with counters were captured there then, and {SELLERS} "
                           "are needed")  # fmt: skip
    sold, reviewed = (sum(pair[side] for pair in others) for side in (0, 1))
    if not reviewed or sold < SALES:
        why = (
            "no review of any other seller was captured there then"
            if not reviewed
            else f"only {sold} sales are counted"
        )
        return CounterTest(None, None, None, None, why)
    weights = _posterior(others)
    by_mean = weights.sum(axis=1).cumsum()
    low, rate, high = (float(np.interp(q, by_mean, _MEANS)) for q in (0.025, 0.5, 0.975))
    chance = float((weights * _at_most(sales, min(reviews, sales))).sum())
    why = (
        f"{len(others)} other sellers have {reviewed} reviews for {sold} sales; {rate:.0%} of sales are reviewed there "
        f"(95% interval {low:.0%} to {high:.0%}), and so few reviews would come with {sales} sales {_times(chance)}"
    )
    return CounterTest(chance, rate, low, high, why)


def _posterior(others: Sequence[tuple[int, int]]) -> NDArray[np.float64]:
    """Return weights over mean rate and how alike sellers are, (means, sizes); flat prior on the grid."""
    a, b = _shape()
    log = np.zeros(a.shape)
    for k, r in others:
        log += _lgamma(a + r) + _lgamma(b + k - r) - _lgamma(a + b + k) + _lgamma(a + b) - _lgamma(a) - _lgamma(b)
    weights = np.exp(log - log.max())
    return np.asarray(weights / weights.sum())


def _at_most(sales: int, reviews: int) -> NDArray[np.float64]:
    """Return P(R ≤ reviews) of `sales` for each point of the grid."""
    a, b = _shape()
    total = np.zeros(a.shape)
    for r in range(reviews + 1):
        ways = math.lgamma(sales + 1) - math.lgamma(r + 1) - math.lgamma(sales - r + 1)
        total += np.exp(
            ways + _lgamma(a + r) + _lgamma(b + sales - r) - _lgamma(a + b + sales)
            + _lgamma(a + b) - _lgamma(a) - _lgamma(b)
        )  # fmt: skip
    return total


def _shape() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return _MEANS[:, None] * _SIZES[None, :], (1 - _MEANS)[:, None] * _SIZES[None, :]


def _times(chance: float) -> str:
    return f"once in {1 / max(chance, 1e-9):,.0f} times" if chance < 0.05 else f"in {chance:.0%} of cases"
