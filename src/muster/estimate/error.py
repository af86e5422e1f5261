"""From kinds as recognised to kinds as they are: the recogniser's measured error, carried into every count.

The recogniser was measured on labelled listings: how often a listing of kind *t* was called *p*. A count of listings
called *p* is therefore a mixture, and the true counts are what makes the observed ones most likely. This is the
adjustment of a screening test's prevalence (Rogan & Gladen 1978, Am. J. Epidemiol. 107:71–76) for many kinds
(Forman 2008, Data Min. Knowl. Discov. 17:164–206), done with draws so that no count is negative and the error rates,
which were measured on few listings, come from their Dirichlet posterior.

Error rates differ by shelf: a listing filed under weapons that is none is called one more often than a listing filed
under drugs. So there is a table for each shelf (`SHELVES`), and each shelf's listings are corrected by their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from muster.estimate.items import SHELVES, Floats, Ints
from muster.model import KINDS

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

    counts: (3, 15, 15), shelves in the order of `SHELVES`, rows true, columns predicted, in the order of `KINDS`.
    said: (3, 15) mean probability that the recogniser stated for the listings that it called each kind; where that was
        not written down, how often it was right on them.
    listings, sellers: how many were labelled in all.
    """

    counts: Floats
    said: Floats
    listings: int
    sellers: int

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, Any]]) -> Confusion:
        """Build from rows of the table `recogniser_error`.

        `effective` says how many independent listings a row tells as much as. Rows without it count as their sellers,
        because a seller's listings are alike: a kind measured on 250 listings of 40 sellers counts as 40. A
        shelf without rows of its own has those that name none.

        >>> rows = [{"true": "handgun", "predicted": "handgun", "n": 90, "vendors": 9},
        ...         {"true": "handgun", "predicted": "not_weapon", "n": 10, "vendors": 1}]
        >>> confusion = Confusion.from_rows(rows)
        >>> [round(float(x), 1) for x in (confusion.counts[0, 0, 0], confusion.counts[0, 0, 14])]
        [9.0, 1.0]
        """
        index = {kind: i for i, kind in enumerate(KINDS)}
        shelved: dict[str, list[Mapping[str, Any]]] = {shelf: [] for shelf in SHELVES}
        for row in rows:
            shelved[row.get("shelf") or ""].append(row)
        counts = np.zeros((len(SHELVES), len(KINDS), len(KINDS)))
        stated = np.zeros((len(SHELVES), len(KINDS), 2))
        for shelf, name in enumerate(SHELVES):
            held = shelved[name] or shelved[""]
            for row in held:
                true, predicted = index[row["true"]], index[row["predicted"]]
                weight = _sellers(held, row) if row.get("effective") is None else row["effective"]
                counts[shelf, true, predicted] += weight
                if row.get("said") is not None:
                    stated[shelf, predicted] += (weight * row["said"], weight)
        called = counts.sum(axis=1)
        right = (np.trace(counts, axis1=1, axis2=2) + 0.5) / (counts.sum(axis=(1, 2)) + 1.0)
        meant = (np.diagonal(counts, axis1=1, axis2=2) + right[:, None]) / (called + 1.0)
        said = np.where(stated[:, :, 1] > 0, stated[:, :, 0] / np.maximum(stated[:, :, 1], 1e-300), meant)
        # Those without a shelf are the same listings again, their category hidden.
        once = [row for name in SHELVES if name for row in shelved[name]] or shelved[""]
        listings, sellers = (sum(row[name] for row in once) for name in ("n", "vendors"))
        return cls(counts, np.asarray(said, dtype=np.float64), listings, sellers)

    def draw(self, draws: int, rng: np.random.Generator, shelf: str = "") -> Floats:
        """Return `draws` samples of P(predicted | true) on a shelf, shape (draws, 15, 15), rows summing to 1."""
        counts = self.counts[SHELVES.index(shelf)]
        shape = counts + POOLED_WEIGHT * _pooled(counts)
        gammas = rng.standard_gamma(shape, size=(draws, *shape.shape))
        drawn: Floats = gammas / gammas.sum(axis=2, keepdims=True)
        return drawn


def _sellers(rows: Iterable[Mapping[str, Any]], row: Mapping[str, Any]) -> float:
    """Return a row's share of its true kind's sellers, at most one for each listing."""
    of = [other for other in rows if other["true"] == row["true"]]
    listings = sum(other["n"] for other in of)
    return float(row["n"] * min(1.0, sum(other["vendors"] for other in of) / listings))


def _pooled(counts: Floats) -> Floats:
    """Return the average kind's error: right as often as all, wrong towards what is wrongly called most."""
    size = len(KINDS)
    right = float(np.trace(counts) + 0.5) / float(counts.sum() + 1.0)
    wrong = counts - np.diag(np.diag(counts))
    towards = (wrong.sum(axis=0) + 1.0 / size) / (wrong.sum() + 1.0)
    pooled = np.tile(towards, (size, 1))
    np.fill_diagonal(pooled, 0.0)
    pooled *= (1.0 - right) / pooled.sum(axis=1, keepdims=True)
    np.fill_diagonal(pooled, right)
    return pooled


def true_given_predicted(predicted: Ints, rates: Floats, rng: np.random.Generator) -> Floats:
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
