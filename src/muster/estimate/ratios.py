"""One kind beside another, and one period beside another: shares, differences, changes.

All are taken on the same simulated truths as the counts, so what the recogniser confuses is confused on both sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from muster.estimate.counted import Counted, middle, refused
from muster.estimate.draws import SEED, Truths, among
from muster.estimate.items import Bools, Floats
from muster.estimate.scope import Scope
from muster.model import Under

if TYPE_CHECKING:
    from muster.estimate.counts import Estimator

METHOD = "recognised, corrected for measured error (Rogan–Gladen), both sides on the same simulated truths"

FEW = 10
"""From fewer listings on either side no change in per cent is told: one listing more would be a tenth."""


def share(estimator: Estimator, scope: Scope) -> Counted:
    """Estimate which part of the listings of the kinds `scope.of` is of the kind `scope.kind`, from 0 to 1."""
    truths, wanted, of = estimator.truths(scope), scope.indices, scope.others
    rows = truths.view.first
    _, second, both, sure = joint(truths, wanted, of, rows)
    n = int((rows & among(wanted)[truths.view.kind] & among(of)[truths.view.kind]).sum())
    whole = int((rows & among(of)[truths.view.kind]).sum())
    if not whole or second.min() < 1:
        return refused(
            f"no listing of the kinds {scope.of} is certain to be there, so there is nothing to be a share of"
        )
    value, low, high = middle(both / second)
    low = min(low, float(np.quantile(sure / second, 0.025, method="lower")))
    named = n / whole
    return Counted(
        value, low, high, METHOD, n, estimator.error_assumptions,
        (Under("the recogniser never errs", named, named, named), _redrawn(truths, wanted, of, rows)),
    )  # fmt: skip


def difference(estimator: Estimator, scope: Scope) -> Counted:
    """Estimate how many more listings there are of `scope.kind` than of `scope.of`; negative where there are fewer."""
    truths, wanted, of = estimator.truths(scope), scope.indices, scope.others
    rows = truths.view.first
    first, second, _, _ = joint(truths, wanted, of, rows)
    n = [int((rows & among(side)[truths.view.kind]).sum()) for side in (wanted, of)]
    value, low, high = middle(first - second)
    named = float(n[0] - n[1])
    return Counted(value, low, high, METHOD, sum(n), estimator.error_assumptions,
                   (Under("the recogniser never errs", named, named, named),))  # fmt: skip


def change(estimator: Estimator, scope: Scope) -> Counted:
    """Estimate by how many per cent the listings of a kind changed from the period `scope.before` to its own."""
    earlier = scope.earlier
    counts = [estimator.draws("listings", side)[0] for side in (earlier, scope)]
    n = [estimator.estimate("listings", side).n for side in (earlier, scope)]
    if min(counts[0].min(), *n) < FEW:
        return replace(refused(f"{n[0]} listings before and {n[1]} after: fewer than {FEW} on a side"), n=sum(n))
    value, low, high = middle((counts[1] / counts[0] - 1) * 100)
    named = (n[1] / n[0] - 1) * 100
    return Counted(
        value, low, high, METHOD, sum(n),
        (*estimator.error_assumptions, "captures of both periods reach equally far"),
        (Under("the recogniser never errs", named, named, named),),
    )  # fmt: skip


def joint(
    truths: Truths, first: Sequence[int], second: Sequence[int], rows: Bools
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return simulated counts of the kinds `first`, of `second`, of both, and of both recognised as `first`."""
    of_item, kind = truths.cells
    n = np.bincount(of_item[rows], minlength=kind.size)
    common = sorted(set(first) & set(second))
    one, other = (truths.chance(side) for side in (first, second))
    shared = truths.chance(common) if common else np.zeros_like(one)
    rng = np.random.default_rng((SEED, 5))
    both = rng.binomial(n, shared)
    only = rng.binomial(n - both, _part(one - shared, 1 - shared))
    rest = rng.binomial(n - both - only, _part(other - shared, 1 - one))
    sums = [(a + both).sum(axis=1).astype(np.float64) for a in (only, rest)]
    sure = both[:, truths.surely(first)].sum(axis=1).astype(np.float64)
    return sums[0], sums[1], both.sum(axis=1).astype(np.float64), sure


def _part(some: Floats, of: Floats) -> Floats:
    return np.asarray(np.clip(some / np.maximum(of, 1e-12), 0, 1))


def _redrawn(truths: Truths, wanted: Sequence[int], of: Sequence[int], rows: Bools) -> Under:
    """Return the share were the captured sellers a draw of sellers like them: bootstrap by seller."""
    view = truths.view
    inside = rows & among(of)[view.kind]
    _, seller = np.unique(view.vendor[inside], return_inverse=True)
    hits = among(wanted)[view.kind[inside]]
    many, some = np.bincount(seller), np.bincount(seller, hits)
    rng = np.random.default_rng((SEED, 6))
    # sellers with the same two numbers are exchangeable: so many Poisson(1) weights add up to one Poisson draw
    sorts, counts = np.unique(np.stack([many, some]), axis=1, return_counts=True)
    weights = rng.poisson(counts, (400, counts.size))
    total = weights @ sorts[0]
    drawn = (weights @ sorts[1])[total > 0] / total[total > 0]
    return Under("captured sellers stand for others like them (bootstrap by seller)", *middle(drawn))
