"""The items of all listings as arrays, read once a case; every market and period is a view of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from muster.estimate.daily import (
    NAMES,
    TOLD,
    UNDATED,
    coded,
    codes,
    days,
    held_days,
    numbers,
    over,
    packed,
    starts,
    unpacked,
    weights,
)
from muster.estimate.numbered import Numbered, joint, numbered
from muster.estimate.scope import Scope
from muster.estimate.stated import stated_countries
from muster.model import KINDS
from muster.store import Database

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Numbers = NDArray[np.uint64]

STATED_SQL = "SELECT DISTINCT {side} AS text FROM listing_seen WHERE {side} IS NOT NULL ORDER BY text"
STATING_SQL = "SELECT DISTINCT listing FROM listing_seen WHERE {side} IN (SELECT unnest($texts))"

REVIEWED_SQL = "SELECT listing, market, captured_at FROM review_seen WHERE listing IS NOT NULL"

_APART = np.uint64(0x9E3779B97F4A7C15)
"""Any large odd number: it spreads markets over all 64 bits, so that one handle on two markets is two sellers."""


@dataclass(frozen=True)
class View:
    """The items of one market and period: one row per item of a listing, the kind that its captures speak for most.

    listing, vendor: numbers that tell them apart, of the market of `market`. first: the listing's first item; listings,
    vendors and sales go by it. probability: of that kind, the highest of all captures. other, other_probability: the
    first alternative there, 0 where there is none. shelf: place in `SHELVES`. sales, stock, reviews: the highest of all
    captures, NaN where none is told. keywords:
    one bit for each of NAMES.
    """

    listing: Numbers
    item: Ints
    first: Bools
    kind: NDArray[np.int8]
    probability: Floats
    other: NDArray[np.int8]
    other_probability: Floats
    shelf: NDArray[np.int8]
    vendor: Numbers
    market: NDArray[np.int32]
    sales: Floats
    stock: Floats
    reviews: Floats
    keywords: NDArray[np.int32]


NOTHING = View(
    np.zeros(0, np.uint64), np.zeros(0, np.int64), np.zeros(0, np.bool_), np.zeros(0, np.int8), np.zeros(0),
    np.zeros(0, np.int8), np.zeros(0), np.zeros(0, np.int8),
    np.zeros(0, np.uint64), np.zeros(0, np.int32), np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0, np.int32),
)  # fmt: skip
"""The view of a market and period without a listing."""


class Items:
    """What a case's captures say of its items, a row for each item, kind and day: about seventy bytes each."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.markets: list[str] = []
        self.listings, vendor, rows = self._read(db)
        # a listing without a seller stands for one
        who = np.where(vendor.missing, self.listings.numbers, vendor.numbers)
        market = rows["market"]
        with np.errstate(over="ignore"):
            seller = who + _APART * (market + 2).astype(np.uint64) * np.where(vendor.missing, 3, 1).astype(np.uint64)
        inside = np.argsort((rows["item"] * len(KINDS) + rows["kind"]).astype(np.uint32), kind="stable")
        order = inside[np.argsort(self.listings.numbers[inside], kind="stable")]
        self._listing, self._item = self.listings.numbers[order], rows["item"][order]
        self._kind: NDArray[np.int8] = rows["kind"][order]
        self._market, self._seller = market[order], seller[order]
        self._weight, self._best = rows["weight"][order], rows["best"][order]
        self._told = {name: rows[name][order] for name in TOLD}
        self._day = rows["day"][order]
        self._keywords = rows["keywords"][order]

    def _read(self, db: Database) -> tuple[Numbered, Numbered, dict[str, NDArray[Any]]]:
        """Return listings, sellers and what is told of them, read some rows at a time."""
        ids: dict[str, list[Numbered]] = {"listing": [], "vendor": []}
        parts: dict[str, list[NDArray[Any]]] = {}
        for table in held_days(db):
            for side, found in ids.items():
                found.append(numbered(table[side]))
            for name, values in _plain(table, self.markets).items():
                parts.setdefault(name, []).append(values)
        told = {name: np.concatenate(parts.pop(name)) for name in list(parts)}
        rank = np.argsort(np.argsort(np.array(self.markets, dtype=object), kind="stable"), kind="stable")
        told["market"] = np.append(rank, -1).astype(np.int32)[told["market"]]  # whatever the order of the rows
        self.markets.sort()
        listing, vendor = (joint(found) for found in ids.values())
        if listing is None or vendor is None:  # ids of unlike forms can only be numbered together
            texts = pa.concat_tables([table.select(list(ids)) for table in held_days(db)])
            listing, vendor = (numbered(texts[side]) for side in ids)
        return listing, vendor, told

    @property
    def size(self) -> int:
        """Rows held."""
        return int(self._listing.size)

    def ids(self, listings: Iterable[int]) -> list[str]:
        """Return the `lst:` ids of listings."""
        return [self.listings.name(int(n)) for n in listings]

    def view(self, scope: Scope) -> View:
        """Return the items of a scope's market and period, whatever their kind."""
        keep = self._kept(scope)
        return self._grouped(np.arange(self._listing.size) if keep is None else np.flatnonzero(keep))

    def rises(self, scope: Scope, view: View) -> tuple[Floats, Floats, Bools]:
        """Return for each row of a view by how much its listing's counter rose in the period.

        First the difference of last and first capture, nought where it fell; then the sum of all rises; then whether
        there was a second capture with a counter at all.
        """
        keep = self._kept(scope)
        rows = self._by_day if keep is None else self._by_day[keep[self._by_day]]
        if not rows.size:
            return np.zeros(view.kind.size), np.zeros(view.kind.size), np.zeros(view.kind.size, dtype=np.bool_)
        once = starts(self._listing[rows], self._day[rows])  # of a day the highest
        listing, day = self._listing[rows[once]], self._day[rows[once]]
        sales = over(np.maximum, self._told["sales"][rows], once)
        begins = starts(listing)
        ends = np.append(begins[1:], listing.size) - 1
        steps = np.maximum(np.diff(sales, prepend=sales[:1]), 0)
        steps[begins] = 0
        at = np.searchsorted(listing[begins], view.listing)
        at[at == begins.size] = 0
        here = listing[begins][at] == view.listing
        rise = np.maximum(sales[ends] - sales[begins], 0)
        again = here & (day[ends] > day[begins])[at] & (day[begins] > UNDATED)[at]
        zero = np.zeros(1)[0]
        return np.where(again, rise[at], zero), np.where(again, np.add.reduceat(steps, begins)[at], zero), again

    def found(
        self, scope: Scope, listings: Numbers, crawls_of: Callable[[NDArray[np.int32]], Ints]
    ) -> tuple[Bools, Ints]:
        """Return which crawl found which listing, (listings, crawls), and the first day of each crawl.

        crawls_of: the distinct days with a capture, in order → the number of the crawl that each belongs to.
        """
        keep = self._kept(scope)
        dated = np.flatnonzero((self._day > UNDATED) & (True if keep is None else keep))
        days, at = np.unique(self._day[dated], return_inverse=True)
        if not days.size:
            return np.zeros((0, 0), dtype=np.bool_), np.zeros(0, dtype=np.int64)
        crawl = crawls_of(days)
        names = np.unique(listings)
        place = np.searchsorted(names, self._listing[dated])
        place[place == names.size] = 0
        known = names[place] == self._listing[dated] if names.size else np.zeros(dated.size, dtype=np.bool_)
        found = np.zeros((names.size, int(crawl[-1]) + 1), dtype=np.bool_)
        found[place[known], crawl[at[known]]] = True
        first = days[starts(crawl)].astype(np.int64)
        return found[found.any(axis=1)], first

    @cached_property
    def _by_day(self) -> Ints:
        """The rows with a counter, in order of listing and day."""
        rows = np.flatnonzero(~np.isnan(self._told["sales"]))
        if not rows.size:
            return rows
        begins = starts(self._listing[rows])
        run = np.repeat(np.arange(begins.size), np.diff(np.append(begins, rows.size)))
        return rows[np.argsort((run << 32) + self._day[rows], kind="stable")]

    def reviews(self, scope: Scope, listings: Numbers) -> Ints:
        """Return how many reviews of each listing were seen on a scope's market in its period."""
        listing, market, day = self._reviews
        kept = _inside(scope, self.markets, market, day)
        names, counts = np.unique(listing if kept is None else listing[kept], return_counts=True)
        if not names.size:
            return np.zeros(listings.size, dtype=np.int64)
        at = np.minimum(np.searchsorted(names, listings), names.size - 1)
        return np.where(names[at] == listings, counts[at], 0)

    @cached_property
    def _reviews(self) -> tuple[Numbers, NDArray[np.int32], NDArray[np.int32]]:
        """Listing, market and day of each review."""
        table = self._db.table(REVIEWED_SQL)
        place = pc.index_in(table["market"], value_set=pa.array(self.markets, pa.string()))
        market = pc.fill_null(place, -1).to_numpy().astype(np.int32)
        return numbered(table["listing"], self.listings).numbers, market, days(table["captured_at"])

    def _kept(self, scope: Scope) -> Bools | None:
        keep = _inside(scope, self.markets, self._market, self._day)
        for side in ("ships_from", "ships_to"):
            if code := getattr(scope, side):
                stated = np.isin(self._listing, self._stating(side, code))
                keep = stated if keep is None else keep & stated
        return keep

    def _stating(self, side: str, code: str) -> Numbers:
        """Return the listings that state a country in some capture. side: ships_from or ships_to."""
        texts = [str(row["text"]) for row in self._db.rows(STATED_SQL.format(side=side))]
        named = [text for text in texts if code in stated_countries(text)]
        if not named:
            return np.zeros(0, dtype=np.uint64)
        table = self._db.table(STATING_SQL.format(side=side), {"texts": named})
        return numbered(table["listing"], self.listings).numbers

    def _grouped(self, rows: Ints) -> View:
        listing, item, kind = self._listing[rows], self._item[rows], self._kind[rows]
        if not rows.size:
            return NOTHING
        fact, thing, whole = starts(listing, item, kind), starts(listing, item), starts(listing)
        best = over(np.maximum, self._best[rows], fact)
        if fact.size == thing.size:
            chosen = fact
            sure = best
        else:  # of each item's kinds the one with the greatest weight, and of equal ones the last by name
            key = over(np.add, self._weight[rows], fact) * len(KINDS) + _NAME_RANK[kind[fact]]
            begins = np.searchsorted(fact, thing)
            of = np.repeat(np.arange(thing.size), np.diff(np.append(begins, fact.size)))
            won = np.flatnonzero(key == np.maximum.reduceat(key, begins)[of])
            chosen, sure = fact[won], best[won]
        seller = over(np.minimum, self._seller[rows], fact)[np.searchsorted(fact, chosen)]
        of_listing = np.searchsorted(whole, chosen, side="right") - 1
        told = {name: over(np.fmax, values[rows], whole)[of_listing] for name, values in self._told.items()}
        return View(
            listing=listing[chosen], item=item[chosen].astype(np.int64), first=item[chosen] == 0, kind=kind[chosen],
            **unpacked(sure), vendor=seller, market=self._market[rows][chosen], **told,
            keywords=over(np.bitwise_or, self._keywords[rows], whole)[of_listing],
        )  # fmt: skip


_NAME_RANK = np.argsort(np.argsort(np.array(KINDS)))


def _plain(table: pa.Table, markets: list[str]) -> dict[str, NDArray[Any]]:
    """Return rows of `item_day` as numbers. markets: names by their number, to which new ones are added."""
    place, names = coded(table["market"])
    markets += [name for name in names if name not in markets]
    market = np.array([*(markets.index(name) for name in names), -1], dtype=np.int32)[place]
    weight = weights(table["probability"])
    best = packed(weight, table["other"], table["other_probability"], table["shelf"], np.arange(weight.size))
    return {
        "market": market, "item": table["item"].to_numpy().astype(np.int32), "kind": codes(table["kind"], KINDS),
        "day": days(table["day"]), "weight": table["weight"].to_numpy(), "best": best,
        "keywords": table["keywords"].to_numpy().astype(np.int32), **{name: numbers(table[name]) for name in TOLD},
    }  # fmt: skip


def _inside(scope: Scope, markets: list[str], market: NDArray[np.int32], day: NDArray[np.int32]) -> Bools | None:
    """Return which rows are of a scope's market and period, None for all."""
    keep: Bools | None = None
    if scope.market:
        keep = market == (markets.index(scope.market) if scope.market in markets else -2)
    if scope.first is not None:
        after = day >= _day(scope.first)
        keep = after if keep is None else keep & after
    if scope.last is not None:
        before = (day <= _day(scope.last)) & (day > UNDATED)
        keep = before if keep is None else keep & before
    return keep


def bits(names: Iterable[str]) -> int:
    """Return kinds and groups as one number, a bit for each of `NAMES`."""
    return sum({1 << NAMES.index(name) for name in names})


def _day(day: date) -> int:
    return (day - date(1970, 1, 1)).days
