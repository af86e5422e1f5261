"""The five counts that are never mixed: offers, listings, vendors, sales, reviews; and the naive one beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from muster.estimate import alerts, crawls, models, prices, ratios, sold
from muster.estimate.counted import Counted, middle, refused
from muster.estimate.coverage import Days
from muster.estimate.draws import DRAWS, SEED, Truths, among
from muster.estimate.error import Confusion
from muster.estimate.items import Bools, Floats, Ints, Items, Numbers, View, bits
from muster.estimate.measures import MEASURES
from muster.estimate.sample import Sample
from muster.estimate.scope import Scope
from muster.model import KINDS, Coverage, Estimate, Under
from muster.store import Database

HELD = 4_000_000
"""Items of markets and periods that are held at a time; others are gathered again when they are asked for again."""

FEW = 50_000
"""Listings whose rows are held, so that the counts of one market and period need not each look through all rows."""


@dataclass(frozen=True, slots=True)
class Counters:
    """The highest counter of one seller, and (sales, reviews) of the other sellers of that market in that period.

    reviews: as his pages state them; None where they do not.
    """

    sales: float
    reviews: float | None
    others: tuple[tuple[int, int], ...]


REVIEWS = ("reviews", "top_reviews")

STATED = (
    "a place is what a seller states: it proves neither where a parcel came from nor where a thing or anybody is from; "
    "listings that state none are not counted, so there is no upper bound"
)
"""Said of every number that is narrowed by a stated place."""

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
    inputs_digest: of the tables, carried by every estimate. sample: what people read in this archive, which goes before
    the error measured elsewhere. stale: why a sample that was read does not count.
    """

    def __init__(
        self, db: Database, confusion: Confusion, inputs_digest: str, sample: Sample | None = None, stale: str = ""
    ) -> None:
        self.db = db
        self.confusion = confusion
        self.sample = sample
        self.stale = stale
        self.inputs_digest = inputs_digest
        self._views: dict[Scope, Truths] = {}
        self._rows_of: dict[Scope, dict[str, list[Mapping[str, Any]]]] = {}
        self._covered: dict[Scope, Coverage] = {}
        self._found: dict[tuple[str, Scope], Counted] = {}
        self._drawn: dict[tuple[str, Scope], tuple[Floats, Floats]] = {}

    def estimate(self, measure: str, scope: Scope) -> Estimate:
        """Return one count with its interval and coverage; raises `KeyError` for a measure that `MEASURES` lacks.

        value: the corrected count (median of the simulated truths); n: the rows recognised as such, which
        `children` names. `listings_keyword` and `reviews` count what is written, so they have no interval.
        """
        unit = MEASURES[measure].unit
        covered = self._coverage(scope)
        nothing = refused("no capture speaks for this scope")
        found = self._measured(measure, scope) if covered.captures else nothing
        if scope.stated and found.value is not None:
            found = replace(found, high=None, assumptions=(*found.assumptions, STATED))
        return Estimate(
            measure=measure, scope=scope.as_json(), value=found.value, low=found.low, high=found.high, unit=unit,
            method=found.method, n=found.n, coverage=covered, assumptions=found.assumptions,
            inputs_digest=self.inputs_digest, under=found.under,
        )  # fmt: skip

    def _counted(self, measure: str, scope: Scope) -> Counted:
        rows = self._rows(measure, scope)
        n = int(rows.size)
        if measure == "listings_keyword":
            return Counted(float(n), None, None, "words counted", n,
                           ("counts words, not weapons: no interval could make it right",))  # fmt: skip
        if measure in REVIEWS:
            return Counted(*self._reviewed(measure, scope, rows), None, "reviews counted", n,
                           (*self.error_assumptions, "a lower bound: only reviews on captured pages are seen",
                            "a review is a buyer's word that he bought; some are written by sellers"))  # fmt: skip
        value, low, high = interval(*self.draws(measure, scope))
        return Counted(value, low, high, "recognised, corrected for measured error (Rogan–Gladen)", n,
                       self._assumptions(measure), self._under(measure, scope, rows))  # fmt: skip

    def _reviewed(self, measure: str, scope: Scope, rows: Ints) -> tuple[float, float]:
        """Return the reviews of some listings, and how many at least are of the kinds wanted."""
        truths = self.truths(scope)
        view = truths.view
        many = np.where(view.first, self.items.reviews(scope, view.listing), 0).astype(np.float64)
        kept = np.zeros(view.kind.size, dtype=np.bool_)
        kept[rows] = True
        _, sure = truths.total(many, scope.indices, kept)
        return float(many[kept].sum()), float(np.quantile(sure, 0.025, method="lower"))

    def _under(self, measure: str, scope: Scope, rows: Ints) -> tuple[Under, ...]:
        """Return the count were nothing misread, and were the captured sellers a draw of sellers like them."""
        view = self.truths(scope).view
        told = {"sales": view.sales, "top_counter": view.sales, "stock": view.stock}.get(measure)
        values = np.ones(rows.size) if told is None else np.nan_to_num(told[rows])
        if not rows.size:
            return ()
        _, seller = np.unique(view.vendor[rows], return_inverse=True)
        by_seller: Floats = np.bincount(seller, values).astype(np.float64)
        if measure == "vendors":
            by_seller = np.ones(by_seller.size)
        plain = float(by_seller.sum())
        never = Under("the recogniser never errs", plain, plain, plain)
        if measure == "top_counter":
            return (never,)
        # sellers of equal number are exchangeable: their Poisson(1) weights add up to one Poisson draw
        numbers, sellers = np.unique(by_seller, return_counts=True)
        drawn = np.random.default_rng((SEED, 8)).poisson(sellers, (DRAWS, sellers.size)) @ numbers
        return (never, Under("captured sellers stand for others like them (bootstrap by seller)", *middle(drawn * 1.0)))

    def _measured(self, measure: str, scope: Scope) -> Counted:
        """Return what a measure found; it is counted once, however many claims ask for it."""
        if (measure, scope) not in self._found:
            further = FURTHER.get(measure)
            self._found[measure, scope] = further(self, scope) if further else self._counted(measure, scope)
        return self._found[measure, scope]

    def truths(self, scope: Scope) -> Truths:
        """Return the simulated truths of a scope's market and period."""
        return self._of(scope)

    def observations(self, scope: Scope, listings: Numbers) -> list[str]:
        """Return the ids of the observations of some listings in a scope's market and period."""
        names = sorted(set(self.items.ids(listings)))
        where, values = scope.where("l")
        rows = self.db.rows(ROWS_SQL.format(where=where), {**values, "listings": names}) if names else []
        return sorted({str(row["observation"]) for row in rows})

    def draws(self, measure: str, scope: Scope) -> tuple[Floats, Floats]:
        """Return the count of every simulated truth, and the part of each that was recognised as such."""
        if (measure, scope) not in self._drawn:
            self._drawn[measure, scope] = self._draw(measure, scope)
        return self._drawn[measure, scope]

    def _draw(self, measure: str, scope: Scope) -> tuple[Floats, Floats]:
        truths, wanted = self._of(scope), scope.indices
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
        if measure in FURTHER:
            if measure in ("share", "difference", "change"):
                sides = (scope.earlier, scope) if measure == "change" else (scope, replace(scope, kind=scope.of))
                return sorted({name for side in sides for name in self.children("listings", side)})
            return list(self._measured(measure, scope).children)
        rows = self._rows(measure, scope)
        view = self._of(scope).view
        listings = self.items.ids(view.listing[rows])
        if measure in REVIEWS:
            where, values = scope.where("r")
            found = self.db.rows(REVIEWS_SQL.format(where=where), values)
            wanted = set(listings)
            return [row["id"] for row in found if row["listing"] in wanted]
        keys = set(zip(listings, view.item[rows].tolist(), (KINDS[k] for k in view.kind[rows]), strict=True))
        best: dict[tuple[str, int], tuple[Any, str]] = {}
        for row in self._behind(scope, set(listings)):
            ranked = _ranked(measure, row, keys)
            if ranked is not None:
                place = (row["listing"], 0 if measure == "listings_keyword" else row["item"])
                best[place] = max(best.get(place, ranked), ranked)
        return sorted(name for _, name in best.values())

    def _behind(self, scope: Scope, listings: set[str]) -> list[Mapping[str, Any]]:
        """Return the rows of some listings in a scope's market and period.

        The counts of a report ask for the same few listings among all again and again, so the rows of what may be a
        weapon are read once for each market and period.
        """
        key = _all_kinds(scope)
        if key not in self._rows_of:
            view = self._of(scope).view
            weapon = among(Scope("weapons").indices)[view.kind] | (view.keywords != 0)
            names = set(self.items.ids(np.unique(view.listing[weapon])))
            if len(names) > FEW:
                names = set()
            self._rows_of = {key: {name: [] for name in names}}  # of one market and period at a time
            for row in self._rows_seen(scope, names):
                self._rows_of[key][row["listing"]].append(row)
        held = self._rows_of[key]
        if listings <= held.keys():
            return [row for name in listings for row in held[name]]
        return self._rows_seen(scope, listings)

    def _rows_seen(self, scope: Scope, listings: set[str]) -> list[Mapping[str, Any]]:
        where, values = scope.where("l")
        sql = ROWS_SQL.format(where=where)
        return [*self.db.rows(sql, {**values, "listings": sorted(listings)})] if listings else []

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
        wanted = among(scope.indices)[view.kind]
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
            self._views[key] = Truths(view, self.confusion, self.sample)
        return self._views[key]

    @property
    def error_assumptions(self) -> tuple[str, ...]:
        """Where the recogniser's error rates are from."""
        if self.sample is not None:
            return (self.sample.told,)
        found = (
            f"error rates transported: measured on {self.confusion.listings} labelled listings of other captures, "
            "not drawn from this case",
        )
        return (*found, self.stale) if self.stale else found

    def _assumptions(self, measure: str) -> tuple[str, ...]:
        found = [
            *self.error_assumptions,
            "distinct listings in the captures, not on the market: what was never captured is not in it",
        ]
        if measure in ("sales", "top_counter"):
            found.append("a counter is the market's own statement; it proves no sale")
        if measure == "stock":
            found.append("stock is what a seller states; it proves no item")
        if measure == "vendors":
            found.append("a seller is a handle on one market; one person may have several")
        return tuple(found)


FURTHER: Mapping[str, Callable[[Estimator, Scope], Counted]] = {
    "price": prices.price, "lowest_price": prices.lowest, "highest_price": prices.highest, "share": ratios.share,
    "difference": ratios.difference, "change": ratios.change, "sold": sold.sold, "named": models.named,
    "population": crawls.captured_and_not, "alerts": alerts.alerts,
}  # fmt: skip
"""The measures that have a file of their own."""


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
    return Scope("all", scope.market, scope.first, scope.last, ships_from=scope.ships_from, ships_to=scope.ships_to)
