"""Capture–recapture: the arithmetic of the papers, coverage by simulation, and refusal where assumptions fail."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.estimate.recapture import bounds, chao1, chao2, chapman, jackknife, population

DAYS = [date(2014, 3, 1), date(2014, 3, 5), date(2014, 3, 9), date(2014, 3, 12)]


def crawls(rng: np.random.Generator, n: int, chances: list[float]) -> np.ndarray:
    """Return which crawl found which of n things; those that none found are left out."""
    found = rng.random((n, len(chances))) < np.array(chances)
    return np.asarray(found[found.any(axis=1)])


def test_two_crawls_that_find_everything_leave_nothing_unseen() -> None:
    assert chapman(50, 50, 50) == (50.0, 0.0)


@pytest.mark.parametrize("chances", [[0.6, 0.5], [0.4, 0.5, 0.4, 0.5]])
def test_intervals_hold_the_truth_where_assumptions_hold(chances: list[float]) -> None:
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(400):
        found = population(crawls(rng, 300, chances), DAYS[: len(chances)])
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 300 <= found.high
    assert 0.925 <= held / 400 <= 0.985


def test_chao_stays_a_lower_bound_where_some_are_hard_to_find() -> None:
    rng = np.random.default_rng(6)
    found = rng.random((2000, 4)) < rng.choice([0.05, 0.7], 2000)[:, None]
    told = population(found[found.any(axis=1)], DAYS)
    assert told.method == "chao2"
    assert told.value is not None
    assert told.value < 2000


@pytest.mark.parametrize(
    ("found", "days", "why"),
    [
        (np.ones((9, 1), dtype=bool), DAYS[:1], "one crawl"),
        (np.ones((9, 2), dtype=bool), [date(2014, 3, 1), date(2014, 4, 1)], "31 days apart"),
        (np.eye(2, dtype=bool).repeat(20, axis=0), DAYS[:2], "only 0 were found again"),
        (np.vstack([np.eye(2, dtype=bool).repeat(100, axis=0), np.ones((8, 2), dtype=bool)]), DAYS[:2], "other"),
    ],
)
def test_it_refuses_where_its_assumptions_fail(found: np.ndarray, days: list[date], why: str) -> None:
    told = population(found, days)
    assert (told.method, told.value, told.low, told.high) == ("", None, None, None)
    assert why in told.why


@given(st.integers(1, 500), st.integers(0, 200), st.integers(0, 200), st.integers(2, 9))
def test_no_estimate_and_no_bound_falls_below_what_was_seen(seen: int, once: int, twice: int, times: int) -> None:
    value, variance = chao2(seen, once, twice, times)
    low, high = bounds(value, variance, seen)
    assert seen <= low <= value + 1e-9
    assert value <= high + 1e-9


def test_the_cottontails_of_a_pen_are_as_many_as_the_papers_say() -> None:
    """Edwards & Eberhardt 1967: of 135 rabbits in a pen 76 were caught in 18 nights, so many once, twice, … seven.

    Chao 1987 tells 134 of them; Burnham & Overton 1978 worked on them too: the first order adds f1 · 17/18.
    """
    nights, caught = 18, [43, 16, 8, 6, 0, 2, 1]
    seen = sum(caught)
    assert (seen, sum(times * n for times, n in enumerate(caught, 1))) == (76, 142)
    value, variance = chao1(seen, caught[0], caught[1])
    assert round(value) == 134
    low, high = bounds(value, variance, seen)
    assert low < 135 < high
    assert chao2(seen, caught[0], caught[1], nights)[0] == pytest.approx(seen + 17 / 18 * 43**2 / (2 * 16))
    assert jackknife(caught, nights)[0] == pytest.approx(76 + 43 * 17 / 18)
