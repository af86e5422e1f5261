"""From kinds as recognised to kinds as they are: the recogniser's measured error, carried into every count.

The recogniser was measured on labelled listings: how often a listing of kind *t* was called *p*. A count of listings
called *p* is therefore a mixture, and the true counts are what makes the observed ones most likely. This is the
adjustment of a screening test's prevalence (Rogan & Gladen 1978, Am. J. Epidemiol. 107:71–76) for many kinds
(Forman 2008, Data Min. Knowl. Discov. 17:164–206), done with draws so that no count is negative and the error rates,
which were measured on few listings, come from their Dirichlet posterior.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from muster.model import KINDS

Floats = NDArray[np.float64]

POOLED_WEIGHT = 5.0
"""How many sellers the average over all kinds counts for in a kind's own error rates.

Some kinds have few labelled listings or none; without this their rates would be anything between always and never.
Five is little beside any kind that was measured on more than a dozen sellers, and a guess for the others."""

EM_ROUNDS = 30
"""Rounds of expectation maximisation that bring every draw near its most likely mix."""

GIBBS_ROUNDS = 10
"""Rounds of data augmentation after that (Tanner & Wong 1987, J. Am. Stat. Assoc. 82:528–540): they spread the draws
over all mixes that could have given the counts seen. Without them intervals covered 92.7% in simulation, not 95; 10, 30
and 100 rounds give bounds that differ by less than two runs of one of them do."""

PRIOR = 5.0
"""Prior weight of the mix, in listings, spread as the recogniser called them (and half a listing for every kind).

The mix of a small market is hardly told by its counts where a kind's error rates are hardly known: two labelled
explosives were both called no weapon. A prior even over all kinds then turns half of such a market into explosives."""


@dataclass(frozen=True)
class Confusion:
    """How listings of each true kind were called, in effective numbers of independent listings.

    counts: (15, 15), rows true, columns predicted, in the order of `KINDS`.
    listings, sellers: how many were labelled in all.
    """

    counts: Floats
    listings: int
    sellers: int

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, Any]]) -> Confusion:
        """Build from rows of the table `recogniser_error`.

        A seller's listings are alike, so a kind measured on 250 listings of 40 sellers counts as 40: each row of the
        table is scaled to its number of sellers. This is cautious; it widens intervals.

        >>> rows = [{"true": "handgun", "predicted": "handgun", "n": 90, "vendors": 9},
        ...         {"true": "handgun", "predicted": "not_weapon", "n": 10, "vendors": 1}]
        >>> confusion = Confusion.from_rows(rows)
        >>> [round(float(x), 1) for x in (confusion.counts[0, 0], confusion.counts[0, 14])]
        [9.0, 1.0]
        """
        index = {kind: i for i, kind in enumerate(KINDS)}
        n = np.zeros((len(KINDS), len(KINDS)))
        sellers = np.zeros(len(KINDS))
        for row in rows:
            n[index[row["true"]], index[row["predicted"]]] += row["n"]
            sellers[index[row["true"]]] += row["vendors"]
        totals = n.sum(axis=1)
        scale = np.divide(sellers, totals, out=np.zeros_like(totals), where=totals > 0)
        return cls(n * np.minimum(scale, 1.0)[:, None], int(totals.sum()), int(sellers.sum()))

    def draw(self, draws: int, rng: np.random.Generator) -> Floats:
        """Return `draws` samples of P(predicted | true), shape (draws, 15, 15), rows summing to 1."""
        shape = self.counts + POOLED_WEIGHT * self._pooled()
        gammas = rng.standard_gamma(shape, size=(draws, *shape.shape))
        drawn: Floats = gammas / gammas.sum(axis=2, keepdims=True)
        return drawn

    def _pooled(self) -> Floats:
        """Return the average kind's error: right as often as all, wrong towards what is wrongly called most."""
        size = len(KINDS)
        total = self.counts.sum()
        right = float(np.trace(self.counts) + 0.5) / float(total + 1.0)
        wrong = self.counts - np.diag(np.diag(self.counts))
        towards = (wrong.sum(axis=0) + 1.0 / size) / (wrong.sum() + 1.0)
        pooled = np.tile(towards, (size, 1))
        np.fill_diagonal(pooled, 0.0)
        pooled *= (1.0 - right) / pooled.sum(axis=1, keepdims=True)
        np.fill_diagonal(pooled, right)
        return pooled


def true_given_predicted(predicted: NDArray[np.int64], rates: Floats, rng: np.random.Generator) -> Floats:
    """Return P(true | predicted) for each draw of the error rates, at a mix of kinds drawn to fit the counts seen.

    predicted: (15,) listings called each kind. rates: (draws, 15, 15) from `Confusion.draw`.
    Returns (draws, 15, 15), first axis draw, second predicted, third true; rows sum to 1.

    >>> perfect = np.eye(15)[None]
    >>> bool(np.allclose(true_given_predicted(np.arange(15), perfect, np.random.default_rng(1)), np.eye(15)))
    True
    """
    prior = PRIOR * (predicted + 0.5) / (predicted + 0.5).sum()
    mix = np.tile(predicted + prior, (rates.shape[0], 1))
    for _ in range(EM_ROUNDS):
        expected = np.einsum("dt,dtp->dp", mix, rates) + 1e-300
        mix = mix * np.einsum("dp,dtp->dt", predicted / expected, rates) + prior
    for _ in range(GIBBS_ROUNDS):
        share = _share(mix, rates)
        true = np.zeros_like(mix)
        for called in np.flatnonzero(predicted):
            true += rng.multinomial(predicted[called], share[:, :, called])
        mix = rng.standard_gamma(true + prior)
    return np.ascontiguousarray(_share(mix, rates).transpose(0, 2, 1))


def _share(mix: Floats, rates: Floats) -> Floats:
    """Return P(true | predicted), shape (draw, true, predicted), for a mix of true kinds of shape (draw, true)."""
    joint = mix[:, :, None] * rates + 1e-300
    share: Floats = joint / joint.sum(axis=1, keepdims=True)
    return share
