"""The five counts that are never mixed: offers, listings, vendors, sales, reviews; and the naive one beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from muster.estimate.coverage import coverage
from muster.estimate.error import Confusion, Floats, true_given_predicted
from muster.estimate.scope import GROUPS, Scope
from muster.model import KINDS, Coverage, Estimate
from muster.store import Database

DRAWS = 400
"""Simulated truths behind an interval: its 2.5% point then rests on ten of them."""

AT_ONCE = 2**21
"""Simulated items that are counted at a time: memory does not grow with their number."""

HELD = 3
"""Markets and periods whose items are held at a time; others are read again when they are asked for again."""

SEED = 20140301
"""Fixed, so that equal inputs give equal bytes. Any number would do."""

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

NAMES = (*GROUPS, *KINDS)
"""What the naive count may take a listing for."""

REVIEWS = ("reviews", "top_reviews")

ITEMS_SQL = """
WITH seen AS (
    SELECT l.listing, l.market, l.vendor, l.sales, l.stock, l.id AS observation, o.id, o.item, o.kind, o.probability,
           o.keywords
    FROM listing_seen l JOIN offer o ON o.observation = l.id
    WHERE {where}
), facts AS (
    SELECT listing, item, kind, sum(CAST(probability AS DECIMAL(9, 8))) AS weight, max(probability) AS probability,
           min(market) AS market, min(vendor) AS vendor, arg_max(id, (probability, id)) AS offer
    FROM seen GROUP BY listing, item, kind
), chosen AS (
    SELECT listing, item, arg_max(kind, (weight, kind)) AS kind FROM facts GROUP BY listing, item
), counters AS (
    SELECT listing, max(sales) AS sales,
           arg_max(observation, (sales, observation)) FILTER (WHERE sales IS NOT NULL) AS sales_seen,
           max(stock) AS stock,
           arg_max(observation, (stock, observation)) FILTER (WHERE stock IS NOT NULL) AS stock_seen,
           list_sort(list_distinct(flatten(list(keywords)))) AS keywords,
           arg_max(id, (array_length(keywords), id)) AS keyword_offer
    FROM seen GROUP BY listing
)
SELECT f.listing, f.item, f.kind, f.probability, coalesce(f.market || ' ' || f.vendor, f.listing) AS vendor, f.offer,
       c.sales, c.sales_seen, c.stock, c.stock_seen, c.keywords, c.keyword_offer
FROM chosen
JOIN facts f ON f.listing = chosen.listing AND f.item = chosen.item AND f.kind = chosen.kind
JOIN counters c ON c.listing = f.listing
ORDER BY f.listing, f.item
"""
"""One row per item of a listing: the kind that its captures speak for most, and the offer that shows it best.

Weights are summed as decimals: a sum of floats depends on the order of the rows, and that on who adds.
"""

REVIEWS_SQL = """
SELECT r.id, r.listing FROM review_seen r WHERE r.listing IS NOT NULL AND {where} ORDER BY r.id
"""


@dataclass
class _Items:
    """The items of one market and period, as arrays, and simulated truths for each of them."""

    listing: NDArray[np.int64]
    first: NDArray[np.bool_]  # the listing's first item: listings, vendors and sales go by it
    kind: NDArray[np.int64]
    probability: NDArray[np.float64]  # the recogniser's own, of that kind
    vendor: NDArray[np.int64]
    sales: NDArray[np.float64]
    keywords: NDArray[np.int64]  # one bit for each of NAMES
    offers: list[str]
    keyword_offers: list[str]
    sales_seen: list[str | None]
    stock: NDArray[np.float64]
    stock_seen: list[str | None]
    listing_ids: list[str]
    confusion: Confusion

    @cached_property
    def true(self) -> NDArray[np.int8]:
        """Simulated true kinds, (draws, items); drawn when a count first needs them."""
        return _draw_truths(self, self.confusion)


class Estimator:
    """Counts over one case's tables; each market and period is read and simulated once.

    db: the case's tables. confusion: the recogniser's measured error.
    inputs_digest: of the tables, carried by every estimate.
    """

    def __init__(self, db: Database, confusion: Confusion, inputs_digest: str) -> None:
        self.db = db
        self.confusion = confusion
        self.inputs_digest = inputs_digest
        self._items: dict[Scope, _Items] = {}
        self._covered: dict[Scope, Coverage] = {}

    def estimate(self, measure: str, scope: Scope) -> Estimate:
        """Return one count with its interval and coverage; raises `KeyError` for a measure that `MEASURES` lacks.

        value: the corrected count (median of the simulated truths); n: the rows recognised as such, which
        `children` names. `listings_keyword` and `reviews` count what is written, so they have no interval.
        """
        unit, _ = MEASURES[measure]
        items = self._of(scope)
        rows = self._rows(measure, scope, items)
        covered = self._coverage(scope)
        if covered.captures == 0:
            value = low = high = None
            assumptions: tuple[str, ...] = ("no capture speaks for this scope",)
        elif measure == "listings_keyword":
            value, low, high = float(len(rows)), None, None
            assumptions = ("counts words, not weapons: no interval could make it right",)
        elif measure in REVIEWS:
            value, low, high = float(len(self.children(measure, scope))), None, None
            assumptions = ("a lower bound: only reviews on captured pages are seen",)
        else:
            wanted = _indices(scope)
            value, low, high = _interval(*_simulated(measure, items, wanted))
            assumptions = self._assumptions(measure)
        return Estimate(
            measure=measure, scope=scope.as_json(), value=value, low=low, high=high, unit=unit,
            method="words counted" if low is None else "recognised, corrected for measured error (Rogan–Gladen)",
            n=len(rows), coverage=covered, assumptions=assumptions, inputs_digest=self.inputs_digest,
        )  # fmt: skip

    def children(self, measure: str, scope: Scope) -> list[str]:
        """Return the ids that a count rests on, sorted: offers, or for `sales` observations, for `reviews` reviews."""
        items = self._of(scope)
        rows = self._rows(measure, scope, items)
        if measure == "listings_keyword":
            return sorted(items.keyword_offers[i] for i in rows)
        if measure in ("sales", "top_counter"):
            return sorted(seen for i in rows if (seen := items.sales_seen[i]) is not None)
        if measure == "stock":
            return sorted(seen for i in rows if (seen := items.stock_seen[i]) is not None)
        if measure in REVIEWS:
            wanted = {items.listing_ids[items.listing[i]] for i in rows}
            where, values = scope.where("r")
            found = self.db.rows(REVIEWS_SQL.format(where=where), values)
            return [row["id"] for row in found if row["listing"] in wanted]
        return sorted(items.offers[i] for i in rows)

    def _rows(self, measure: str, scope: Scope, items: _Items) -> list[int]:
        if measure == "listings_keyword":
            return [int(i) for i in np.flatnonzero(items.first & (items.keywords & _bits(scope.names) != 0))]
        wanted = np.isin(items.kind, _indices(scope))
        if measure != "offers":
            wanted &= items.first
        if measure in ("sales", "top_counter", "top_reviews"):
            wanted &= ~np.isnan(items.sales)
        if measure == "stock":
            wanted &= ~np.isnan(items.stock)
        if measure in ("top_counter", "top_reviews"):
            wanted &= items.vendor == _top_vendor(items, wanted)
        return [int(i) for i in np.flatnonzero(wanted)]

    def _coverage(self, scope: Scope) -> Coverage:
        key = _all_kinds(scope)
        if key not in self._covered:
            self._covered[key] = coverage(self.db, key)
        return self._covered[key]

    def _of(self, scope: Scope) -> _Items:
        key = _all_kinds(scope)
        if key not in self._items:
            while len(self._items) >= HELD:
                del self._items[next(iter(self._items))]
            self._items[key] = self._read(key)
        return self._items[key]

    def _read(self, scope: Scope) -> _Items:
        where, values = scope.where("l")
        table = self.db.table(ITEMS_SQL.format(where=where), values)
        columns: Mapping[str, Sequence[object]] = {name: table[name].to_pylist() for name in table.column_names}
        kinds = {kind: i for i, kind in enumerate(KINDS)}
        listing_ids, listing = np.unique(np.array(columns["listing"], dtype=object).astype(str), return_inverse=True)
        _, vendor = np.unique(np.array(columns["vendor"], dtype=object).astype(str), return_inverse=True)
        return _Items(
            listing=listing,
            first=np.array([item == 0 for item in columns["item"]], dtype=np.bool_),
            kind=np.array([kinds[str(kind)] for kind in columns["kind"]], dtype=np.int64),  # type: ignore[index]
            probability=np.array(columns["probability"], dtype=np.float64),
            vendor=vendor,
            sales=np.array([np.nan if n is None else n for n in columns["sales"]], dtype=np.float64),
            keywords=np.array([_bits(names) for names in table["keywords"].to_pylist()], dtype=np.int64),
            offers=[str(offer) for offer in columns["offer"]],
            keyword_offers=[str(offer) for offer in columns["keyword_offer"]],
            sales_seen=[None if seen is None else str(seen) for seen in columns["sales_seen"]],
            stock=np.array([np.nan if n is None else n for n in columns["stock"]], dtype=np.float64),
            stock_seen=[None if seen is None else str(seen) for seen in columns["stock_seen"]],
            listing_ids=[str(name) for name in listing_ids],
            confusion=self.confusion,
        )

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


UNSURE = 0.5
"""Probability below which the recogniser itself holds its answer for more likely wrong than right."""

NO_WEAPON = KINDS.index("not_weapon")


def _draw_truths(items: _Items, confusion: Confusion) -> NDArray[np.int8]:
    """Return (draws, items): what each item really is, drawn from P(true | predicted) at the counts seen.

    Items of one predicted kind share its error rate; an item of which the recogniser was less sure than of the others
    takes more of it, by the difference in log odds. An item that it itself calls more likely wrong than right is right
    no more often than it says, and when wrong is no weapon every other time: labelled listings hold too few such items
    to show what they really are, and without this a lighter that is called a pistol would be one.
    """
    rng = np.random.default_rng(SEED)
    rates = confusion.draw(DRAWS, rng)
    predicted = np.bincount(items.kind[items.first], minlength=len(KINDS))
    share = true_given_predicted(predicted, rates, rng)
    right = np.clip(np.diagonal(share, axis1=1, axis2=2), 1e-9, 1 - 1e-9)  # (draws, kinds)
    wrong = share * (1 - np.eye(len(KINDS)))[None]
    wrong_share = np.cumsum(wrong / np.maximum(wrong.sum(axis=2, keepdims=True), 1e-300), axis=2)
    odds = np.log(right / (1 - right))
    surer = _surer(items)
    doubted = np.flatnonzero(items.probability < UNSURE)
    true = np.empty((DRAWS, items.kind.size), dtype=np.int8)
    for draw in range(DRAWS):
        certain = 1 / (1 + np.exp(-(odds[draw, items.kind] + surer)))
        certain[doubted] = np.minimum(certain[doubted], items.probability[doubted])
        other = (rng.random(items.kind.size)[:, None] > wrong_share[draw, items.kind, :-1]).sum(axis=1)
        other[doubted[rng.random(doubted.size) < 0.5]] = NO_WEAPON
        true[draw] = np.where(rng.random(items.kind.size) < certain, items.kind, other)
    return true


def _surer(items: _Items) -> Floats:
    """Return how much surer than the average of its predicted kind the recogniser is of each item, in log odds."""
    own = np.clip(items.probability, 0.02, 0.98)
    odds = np.log(own / (1 - own))
    totals = np.bincount(items.kind, odds, len(KINDS))
    means = totals / np.maximum(np.bincount(items.kind, minlength=len(KINDS)), 1)
    return np.asarray(odds - means[items.kind], dtype=np.float64)


def _simulated(measure: str, items: _Items, wanted: list[int]) -> tuple[Floats, Floats]:
    """Return the counts of all simulated truths, and the part of each that was recognised as such."""
    step = max(1, AT_ONCE // max(1, items.kind.size))
    counts, recognised = [], []
    for start in range(0, DRAWS, step):
        hit = np.isin(items.true[start : start + step], wanted)  # (draws, items)
        counts.append(_simulate(measure, items, hit))
        recognised.append(_simulate(measure, items, hit & np.isin(items.kind, wanted)[None, :]))
    return np.concatenate(counts), np.concatenate(recognised)


def _simulate(measure: str, items: _Items, hit: NDArray[np.bool_]) -> Floats:
    """Return the count of every simulated truth. hit: (draws, items), what is of the kinds wanted."""
    if measure == "offers":
        return np.asarray(hit.sum(axis=1), dtype=np.float64)
    hit = hit & items.first[None, :]
    if measure == "listings":
        return np.asarray(hit.sum(axis=1), dtype=np.float64)
    if measure == "vendors":
        return np.array([len(np.unique(items.vendor[row])) for row in hit], dtype=np.float64)
    if measure == "stock":
        return np.asarray(hit @ np.nan_to_num(items.stock), dtype=np.float64)
    sales = np.nan_to_num(items.sales)
    if measure == "sales":
        return np.asarray(hit @ sales, dtype=np.float64)
    size = int(items.vendor.max(initial=-1)) + 1
    return np.array([np.bincount(items.vendor[r], sales[r], size).max(initial=0.0) for r in hit])


def _interval(counts: Floats, found: Floats) -> tuple[float, float, float]:
    """Return median and the 95% bounds, outward to whole numbers.

    counts: all simulated truths. found: the part of each that was recognised as such. The lower bound comes from the
    latter: that something was overlooked may raise what can be, never what must be.
    """
    low = min(np.quantile(counts, 0.025, method="lower"), np.quantile(found, 0.025, method="lower"))
    high = np.quantile(counts, 0.975, method="higher")
    return float(np.quantile(counts, 0.5, method="nearest")), float(low), float(high)


def _bits(names: Iterable[str]) -> int:
    """Return kinds and groups as one number, a bit for each of `NAMES`."""
    return sum({1 << NAMES.index(name) for name in names})


def _all_kinds(scope: Scope) -> Scope:
    return Scope("all", scope.market, scope.first, scope.last)


def _indices(scope: Scope) -> list[int]:
    return [KINDS.index(kind) for kind in scope.kinds]


def _top_vendor(items: _Items, wanted: NDArray[np.bool_]) -> int:
    if not wanted.any():
        return -1
    sums = np.bincount(items.vendor[wanted], np.nan_to_num(items.sales[wanted]))
    return int(sums.argmax())
