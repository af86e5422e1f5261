"""How many sales a period saw at least: by how much the market's own counters rose between crawls.

A counter tells all sales of a listing since it was put up, so only its rise between two captures falls into a period.
It is a lower bound: sales before the first and after the last capture, of listings captured once, and of listings that
came and went between crawls are not in it. Reviews are the other lower bound, which stands beside it: not every buyer
writes one (Soska & Christin 2015, USENIX Security, 33–48: feedback as a proxy for sales).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from muster.estimate.counted import Counted
from muster.estimate.draws import among
from muster.estimate.scope import Scope
from muster.model import Under

if TYPE_CHECKING:
    from muster.estimate.counts import Estimator


def sold(estimator: Estimator, scope: Scope) -> Counted:
    """Return the sales that counters added between the first and the last capture of each listing in the period."""
    truths, wanted = estimator.truths(scope), scope.indices
    view = truths.view
    rise, steps, again = estimator.items.rises(scope, view)
    counts, found = truths.total(rise, wanted, view.first)
    rows = view.first & among(wanted)[view.kind] & again
    stepped = float(steps[rows].sum())
    return Counted(
        float(np.quantile(counts, 0.5, method="nearest")), float(np.quantile(found, 0.025, method="lower")), None,
        "rise of each listing's counter from its first to its last capture in the period", int(rows.sum()),
        (*estimator.error_assumptions, "a counter is the market's own statement; it proves no sale",
         "a lower bound: what was sold outside the captures of a listing is not in it"),
        (Under("every rise counts, also one after which the counter fell", stepped, stepped, None),),
        tuple(estimator.observations(scope, view.listing[rows])),
    )  # fmt: skip
