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

from muster.estimate.daily import SHELVES
from muster.estimate.items import Floats, Ints
from muster.model import KINDS, WEAPON_KINDS

ALIKE = 1 / 3
"""Correlation of the recogniser's errors among one seller's listings: `n` of them from one seller tell as much as
n/(1 + (n − 1)·ALIKE) of different ones (design effect: Kish 1965, Survey Sampling).

Estimated by analysis of variance within true kinds, on 95 errors of the learned part without catalogue and rules among
the 510 labelled listings of the open part: 0.325. The rules' own errors there are too few, and seen by their author."""

POOLED_WEIGHT = 5.0
"""How many independent listings count for a kind's error rates that were not of this kind on this shelf: its own
elsewhere, and where there are few of those, the average over all kinds that are offered.

Some kinds have few labelled listings or none; without this their rates would be anything between always and never.
Five is little beside any kind that was measured on more than a dozen sellers, and a guess for the others."""

NO_WEAPON = KINDS.index("not_weapon")
_WEAPONS = np.array([kind in WEAPON_KINDS for kind in KINDS])
_OFFERED = np.array([kind != "not_weapon" for kind in KINDS])
JEFFREYS = 0.5
"""Prior weight of either side of a rate of which nothing else is known: intervals hold as often as they say on average
(Brown, Cai & DasGupta 2001, Stat. Sci. 16:101–133)."""

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

        A seller's listings are alike, so a kind measured on 100 listings of ten sellers tells as much as some fourteen
        independent ones: n / (1 + 2 (m - 1) `ALIKE`), m listings a seller (design effect, Kish 1965; the 2 is for
        sellers of very different size). A shelf without rows of its own has those that name none.

        >>> rows = [{"true": "handgun", "predicted": "handgun", "n": 90, "vendors": 9},
        ...         {"true": "handgun", "predicted": "not_weapon", "n": 10, "vendors": 1}]
        >>> confusion = Confusion.from_rows(rows)
        >>> [round(float(x), 1) for x in (confusion.counts[0, 0, 0], confusion.counts[0, 0, 14])]
        [12.9, 1.4]
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
                weight = _independent(held, row)
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
        """Return `draws` samples of P(predicted | true) on a shelf, shape (draws, 15, 15), rows summing to 1.

        What is no weapon has rates of this shelf alone: nothing elsewhere tells how often trinkets filed under arms are
        called weapons. All other kinds lean on what is known of them elsewhere, and of each other.
        """
        own = self.counts[SHELVES.index(shelf)]
        elsewhere = sum((self.counts[n] for n, name in enumerate(SHELVES) if name and shelf and name != shelf), own * 0)
        shape = own + POOLED_WEIGHT * _leaned_on(own, elsewhere, draws, rng)
        shape[:, NO_WEAPON] = own[NO_WEAPON] + JEFFREYS / (len(KINDS) - 1)
        shape[:, NO_WEAPON, NO_WEAPON] = own[NO_WEAPON, NO_WEAPON] + JEFFREYS
        gammas = rng.standard_gamma(np.maximum(shape, 1e-6))
        drawn: Floats = gammas / gammas.sum(axis=2, keepdims=True)
        return drawn


def _independent(rows: Iterable[Mapping[str, Any]], row: Mapping[str, Any]) -> float:
    """Return how many independent listings a row tells as much as.

    `effective`, where it is told, takes a seller's listings for as alike as can be; here they are so by `ALIKE`.
    """
    of = [other for other in rows if other["true"] == row["true"]]
    each = max(1.0, sum(other["n"] for other in of) / max(1, sum(other["vendors"] for other in of)))
    whole = row["n"] if row.get("effective") is None else row["effective"] * each
    # A few sellers have most listings. Where their numbers fall off geometrically, the seller of a listing taken at
    # random has 2m − 1 where the average seller has m (ours are more uneven still).
    return float(whole / (1 + 2 * (each - 1) * ALIKE))


def _leaned_on(own: Floats, elsewhere: Floats, draws: int, rng: np.random.Generator) -> Floats:
    """Return for each draw the rates that a kind leans on, (draws, 15, 15), rows summing to 1.

    How often weapons are recognised is drawn as it was measured on all of them together, and so it is for the other
    kinds that are offered; wrongly called they are what such listings are called most. A kind known elsewhere leans on
    that, the more the better it is known.
    """
    size = len(KINDS)
    right = np.zeros((draws, size))
    for kinds in (_WEAPONS, ~_WEAPONS):
        hits, of = np.diag(own + elsewhere)[kinds & _OFFERED].sum(), (own + elsewhere)[kinds & _OFFERED].sum()
        right[:, kinds] = rng.beta(hits + JEFFREYS, of - hits + JEFFREYS, draws)[:, None]
    wrong = own + elsewhere - np.diag(np.diag(own + elsewhere))
    wrong[NO_WEAPON] = 0.0
    towards = np.tile((wrong.sum(axis=0) + 1.0 / size) / (wrong.sum() + 1.0), (size, 1))
    np.fill_diagonal(towards, 0.0)
    towards /= towards.sum(axis=1, keepdims=True)
    pooled = np.eye(size) * right[:, :, None] + towards * (1 - right)[:, :, None]
    known = elsewhere + POOLED_WEIGHT * pooled
    return np.asarray(known / known.sum(axis=2, keepdims=True))


def of_market(rates: Floats, predicted: Ints, each: Floats, rng: np.random.Generator) -> Floats:
    """Return error rates as they come out on a market, whose sellers' listings are alike, too.

    predicted: (15,) listings called each kind. each: (15,) how many of those the seller of such a listing has, on
    average. Beside the chance of single listings, which is drawn later, the rates of kinds of few sellers vary as
    those of fewer listings do (Dirichlet-multinomial: Mosimann 1962, Biometrika 49:65–82).
    """
    more = np.maximum(each - 1, 0) * ALIKE  # how much more the rates vary than those of single listings
    size = np.minimum(np.maximum(predicted, 1) / np.maximum(more, 1e-9), 1e7)
    gammas = rng.standard_gamma(np.maximum(rates * size[None, :, None], 1e-6))
    return np.asarray(gammas / gammas.sum(axis=2, keepdims=True))


def true_given_predicted(predicted: Ints, rates: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return P(true | predicted) for each draw of the error rates, and the mix of kinds drawn to fit the counts seen.

    predicted: (k,) listings called each kind. rates: (draws, k, k) from `Confusion.draw`.
    Returns (draws, k, k), first axis draw, second predicted, third true, rows summing to 1; (draws, k), in listings.

    >>> perfect = np.eye(15)[None]
    >>> share, mix = true_given_predicted(np.arange(15), perfect, np.random.default_rng(1))
    >>> bool(np.allclose(share, np.eye(15)))
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
    return np.ascontiguousarray(_share(mix, rates).transpose(0, 2, 1)), mix


def _share(mix: Floats, rates: Floats) -> Floats:
    """Return P(true | predicted), shape (draw, true, predicted), for a mix of true kinds of shape (draw, true)."""
    joint = mix[:, :, None] * rates + 1e-300
    share: Floats = joint / joint.sum(axis=1, keepdims=True)
    return share
