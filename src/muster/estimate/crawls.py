"""How many listings a market had when each of its crawls was incomplete: who was found again (`recapture`)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from muster.estimate.counted import Counted, refused
from muster.estimate.draws import among
from muster.estimate.recapture import alternatives, population
from muster.estimate.scope import Scope
from muster.model import Under

if TYPE_CHECKING:
    from muster.estimate.counts import Estimator

APART = 2
"""Days without a capture of a market that end a crawl: a crawl goes on over night, and the next begins days later."""


def captured_and_not(estimator: Estimator, scope: Scope) -> Counted:
    """Estimate the listings of a kind that one market had, those that no crawl found among them."""
    if not scope.market:
        return refused("a population is that of one market; markets that nobody captured are never in it")
    view = estimator.truths(scope).view
    rows = view.first & among(scope.indices)[view.kind]
    found, days = estimator.items.found(scope, view.listing[rows], crawls_of)
    told = population(found, [date(1970, 1, 1) + timedelta(days=int(day)) for day in days])
    assumptions = (
        told.why,
        "crawls found listings independently of one another, and a listing that one crawl could not reach, none could: "
        "where either fails the number is too low",
        *estimator.error_assumptions,
    )
    if told.value is None:
        return Counted(None, None, None, "capture–recapture, refused", int(rows.sum()), (told.why,))
    # what was found again are listings called so; how many are so, and how many of others are, goes with them
    called = max(1, int(rows.sum()))
    drawn, recognised = (counts / called for counts in estimator.draws("listings", scope))
    middle, low, high = (float(np.quantile(drawn, q)) for q in (0.5, 0.025, 0.975))
    # as in a count: that something was overlooked may raise what can be, never what must be
    low = min(low, float(np.quantile(recognised, 0.025)))
    under = tuple(Under(f"by {name}", *other) for name, *other in alternatives(found) if name != told.method)
    ends = (told.value * middle, (told.low or 0.0) * low, (told.high or 0.0) * high)
    method, n = f"capture–recapture: {told.method}", int(rows.sum())
    rests_on = tuple(estimator.observations(scope, view.listing[rows]))
    return Counted(ends[0], ends[1], ends[2], method, n, assumptions, under, rests_on)


def crawls_of(days: np.ndarray) -> np.ndarray:
    """Return the number of the crawl that each day belongs to. days: distinct, in order.

    >>> crawls_of(np.array([1, 2, 3, 9, 10])).tolist()
    [0, 0, 0, 1, 1]
    """
    return np.asarray(np.cumsum(np.diff(days, prepend=days[:1]) > APART))
