"""The five counts that are never mixed: offers, listings, vendors, sales, reviews; and the naive one beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from muster.estimate.coverage import Days
from muster.estimate.draws import Truths, among
from muster.estimate.error import Confusion
from muster.estimate.items import Bools, Floats, Ints, Items, View, bits
from muster.estimate.scope import Scope
from muster.model import KINDS, Coverage, Estimate
from muster.store import Database

HELD = 4_000_000
"""Items of markets and periods that are held at a time; others are gathered again when they are asked for again."""


@dataclass(frozen=True, slots=True)
class Counters:
    """The highest counter of one seller, and (sales, reviews) of the other sellers of that market in that period.

    reviews: as his pages state them; None where they do not.
    """

    sales: float
    reviews: float | None
    others: tuple[tuple[int, int], ...]


MEASURES: dict[str, tuple[str, str]] = {
    "listings": ("listings", "distinct listings over all captures, by the kind of the first item"),
    "offers": ("items", "distinct items that those listings put on sale"),
    "vendors": ("sellers", "distinct sellers with at least one such listing"),
    "sales": (
        "sales",
        "sum of the sales that the market's own pages count, the highest counter of each listing",
    ),
    "listings_keyword": ("listings", "distinct listings whose text holds a word for that kind: the naive count"),
    "stock": ("items", "sum of the stock that sellers state for such listings, where they state a number"),
    "reviews": ("reviews", "distinct reviews seen for such listings"),
    "top_reviews": ("reviews", "distinct reviews seen for the listings behind `top_counter`"),
    "top_counter": ("sales", "highest sales counter of one seller, summed over his listings of that kind"),
}
"""Measure → unit and meaning."""

REVIEWS = ("reviews", "top_reviews")

ROWS_SQL = """
SELECT l.listing, o.item, o.kind, o.probability, o.id AS offer, l.id AS observation, l.sales, l.stock, o.keywords
FROM listing_seen l JOIN offer o ON o.observation = l.id
WHERE {where} AND l.listing IN (SELECT unnest($listings))
"""
"""The rows behind counted items; which of an item's rows is named is settled in `children`."""

REVIEWS_SQL = """
SELECT r.id, r.listing FROM review_seen r WHERE r.listing IS NOT NULL AND {where} ORDER BY r.id
"""


class Estimator:
    """Counts over one case's tables; each market and period is read and simulated once.

    db: the case's tables. confusion: the recogniser's measured error.
    inputs_digest: of the tables, carried by every estimate.
    """

    def __init__(self, db: Database, confusion: Confusion, inputs_digest: str) -> None:
        self.db = db
        self.confusion = confusion
        self.inputs_digest = inputs_digest
        self._views: dict[Scope, Truths] = {}
        self._covered: dict[Scope, Coverage] = {}

    def estimate(self, measure: str, scope: Scope) -> Estimate:
        """Return one count with its interval and coverage; raises `KeyError` for a measure that `MEASURES` lacks.

        value: the corrected count (median of the simulated truths); n: the rows recognised as such, which
        `children` names. `listings_keyword` and `reviews` count what is written, so they have no interval.
        """
        unit, _ = MEASURES[measure]
        rows = self._rows(measure, scope)
        covered = self._coverage(scope)
        value: float | None
        if covered.captures == 0:
            value = low = high = None
            assumptions: tuple[str, ...] = ("no capture speaks for this scope",)
        elif measure == "listings_keyword":
            value, low, high = float(rows.size), None, None
            assumptions = ("counts words, not weapons: no interval could make it right",)
        elif measure in REVIEWS:
            value, low, high = float(len(self.children(measure, scope))), None, None
            assumptions = ("a lower bound: only reviews on captured pages are seen",)
        else:
            value, low, high = interval(*self.draws(measure, scope))
            assumptions = self._assumptions(measure)
        return Estimate(
            measure=measure, scope=scope.as_json(), value=value, low=low, high=high, unit=unit,
            method="words counted" if low is None else "recognised, corrected for measured error (Rogan–Gladen)",
            n=int(rows.size), coverage=covered, assumptions=assumptions, inputs_digest=self.inputs_digest,
        )  # fmt: skip

    def draws(self, measure: str, scope: Scope) -> tuple[Floats, Floats]:
        """Return the count of every simulated truth, and the part of each that was recognised as such."""
        truths, wanted = self._of(scope), _indices(scope)
        view = truths.view
        if measure == "offers":
            return truths.count(wanted, np.ones(view.kind.size, dtype=np.bool_))
        if measure == "listings":
            return truths.count(wanted, view.first)
        if measure == "vendors":
            return truths.distinct(wanted, view.first)
        if measure == "top_counter":
            return truths.largest(view.sales, wanted, view.first)
        return truths.total(view.stock if measure == "stock" else view.sales, wanted, view.first)

    def children(self, measure: str, scope: Scope) -> list[str]:
        """Return the ids that a count rests on, sorted: offers, or for `sales` observations, for `reviews` reviews."""
        rows = self._rows(measure, scope)
        view = self._of(scope).view
        listings = self.items.ids(view.listing[rows])
        if measure in REVIEWS:
            where, values = scope.where("r")
            found = self.db.rows(REVIEWS_SQL.format(where=where), values)
            wanted = set(listings)
            return [row["id"] for row in found if row["listing"] in wanted]
        where, values = scope.where("l")
        keys = set(zip(listings, view.item[rows].tolist(), (KINDS[k] for k in view.kind[rows]), strict=True))
        best: dict[tuple[str, int], tuple[Any, str]] = {}
        seen = self.db.rows(ROWS_SQL.format(where=where), {**values, "listings": sorted(set(listings))}) if keys else []
        for row in seen:
            ranked = _ranked(measure, row, keys)
            if ranked is not None:
                place = (row["listing"], 0 if measure == "listings_keyword" else row["item"])
                best[place] = max(best.get(place, ranked), ranked)
        return sorted(name for _, name in best.values())

    def counters(self, scope: Scope) -> Counters:
        """Return the highest counter of one seller of the kinds of a scope, and those of the others on his market."""
        rows = self._rows("top_counter", scope)
        view = self._of(scope).view
        if not rows.size:
            return Counters(0.0, None, ())
        there = np.flatnonzero((view.market == view.market[rows[0]]) & view.first & ~np.isnan(view.sales))
        sellers, of = np.unique(view.vendor[there], return_inverse=True)
        sales = np.bincount(of, view.sales[there]).astype(np.int64)
        reviews = np.bincount(of, np.nan_to_num(view.reviews[there])).astype(np.int64)
        told = np.bincount(of, np.isnan(view.reviews[there])) == 0
        own = int(np.searchsorted(sellers, view.vendor[rows[0]]))
        others = tuple((int(sales[n]), int(reviews[n])) for n in range(sellers.size) if told[n] and n != own)
        return Counters(float(sales[own]), float(reviews[own]) if told[own] else None, others)

    def _rows(self, measure: str, scope: Scope) -> Ints:
        view = self._of(scope).view
        if measure == "listings_keyword":
            return np.flatnonzero(view.first & (view.keywords & bits(scope.names) != 0))
        wanted = among(_indices(scope))[view.kind]
        if measure != "offers":
            wanted &= view.first
        if measure in ("sales", "top_counter", "top_reviews"):
            wanted &= ~np.isnan(view.sales)
        if measure == "stock":
            wanted &= ~np.isnan(view.stock)
        if measure in ("top_counter", "top_reviews"):
            wanted &= view.vendor == self._top_vendor(view, wanted)
        return np.flatnonzero(wanted)

    def _top_vendor(self, view: View, wanted: Bools) -> int:
        """Return the seller whose counters add up to most; of equals the one whose listing is first by id."""
        if not wanted.any():
            return 0
        sellers, first, at = np.unique(view.vendor[wanted], return_index=True, return_inverse=True)
        sums = np.bincount(at, np.nan_to_num(view.sales[wanted]))
        equal = np.flatnonzero(sums == sums.max())
        return int(sellers[equal[first[equal].argmin()]])

    def _coverage(self, scope: Scope) -> Coverage:
        key = _all_kinds(scope)
        if key not in self._covered:
            self._covered[key] = self.days.coverage(key)
        return self._covered[key]

    @cached_property
    def days(self) -> Days:
        """The captures of the case by market and day, read when a count first needs them."""
        return Days(self.db)

    @cached_property
    def items(self) -> Items:
        """All items of the case, read when a count first needs them."""
        return Items(self.db)

    def _of(self, scope: Scope) -> Truths:
        key = _all_kinds(scope)
        if key not in self._views:
            view = self.items.view(key)
            while self._views and sum(t.view.kind.size for t in self._views.values()) + view.kind.size > HELD:
                del self._views[next(iter(self._views))]
            self._views[key] = Truths(view, self.confusion)
        return self._views[key]

    def _assumptions(self, measure: str) -> tuple[str, ...]:
        found = [
            f"error rates transported: measured on {self.confusion.listings} labelled listings of other captures, "
            "not drawn from this case",
            "distinct listings in the captures, not on the market: what was never captured is not in it",
        ]
        if measure in ("sales", "top_counter"):
            found.append("a counter is the market's own statement; it proves no sale")
        if measure == "stock":
            found.append("stock is what a seller states; it proves no item")
        if measure == "vendors":
            found.append("a seller is a handle on one market; one person may have several")
        return tuple(found)


def _ranked(measure: str, row: Mapping[str, Any], keys: set[tuple[str, int, str]]) -> tuple[Any, str] | None:
    """Return how well a row shows its item, and the id to name; None for a row that shows nothing of it."""
    if measure == "listings_keyword":
        return (len(row["keywords"] or ()), row["offer"]), row["offer"]
    if measure in ("sales", "top_counter", "stock"):
        told = row["stock" if measure == "stock" else "sales"]
        listed = row["item"] == 0 and told is not None
        return ((told, row["observation"]), row["observation"]) if listed else None
    key = (row["listing"], row["item"], row["kind"])
    return ((row["probability"], row["offer"]), row["offer"]) if key in keys else None


def interval(counts: Floats, found: Floats) -> tuple[float, float, float]:
    """Return median and the 95% bounds, outward to whole numbers.

    counts: all simulated truths. found: the part of each that was recognised as such. The lower bound comes from the
    latter: that something was overlooked may raise what can be, never what must be.
    """
    low = min(np.quantile(counts, 0.025, method="lower"), np.quantile(found, 0.025, method="lower"))
    high = np.quantile(counts, 0.975, method="higher")
    return float(np.quantile(counts, 0.5, method="nearest")), float(low), float(high)


def _all_kinds(scope: Scope) -> Scope:
    return Scope("all", scope.market, scope.first, scope.last)


def _indices(scope: Scope) -> list[int]:
    return [KINDS.index(kind) for kind in scope.kinds]
