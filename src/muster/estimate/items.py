"""The items of all listings as arrays, read once a case; every market and period is a view of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from muster.estimate.scope import GROUPS, Scope
from muster.model import KINDS
from muster.store import Database

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

NAMES = (*GROUPS, *KINDS)
"""What the naive count may take a listing for."""

SEEN_SQL = """
SELECT l.listing, coalesce(l.market, '') AS market, l.vendor, l.sales, l.stock, l.captured_at, o.item, o.kind,
       o.probability, o.keywords
FROM listing_seen l JOIN offer o ON o.observation = l.id
"""

WEIGHT = 10**8
"""Probabilities are added as whole hundred-millionths: a sum of floats depends on the order of the rows."""


@dataclass(frozen=True)
class View:
    """The items of one market and period: one row per item of a listing, the kind that its captures speak for most.

    listing, vendor: numbers that tell them apart. first: the listing's first item; listings, vendors and sales go by
    it. sales, stock: the highest of all captures, NaN where none is told. keywords: one bit for each of NAMES.
    """

    listing: Ints
    item: Ints
    first: Bools
    kind: Ints
    probability: Floats
    vendor: Ints
    sales: Floats
    stock: Floats
    keywords: Ints


class Items:
    """All rows of a case's listings and offers, about a hundred bytes each."""

    def __init__(self, db: Database) -> None:
        table = db.table(SEEN_SQL)
        listing, self._listing_ids = _coded(table["listing"])
        market, self.markets = _coded(table["market"])
        vendor, vendors = _coded(table["vendor"])
        item = table["item"].to_numpy().astype(np.int64)
        kind = pc.index_in(table["kind"], value_set=pa.array(KINDS)).to_numpy().astype(np.int64)
        own = len(vendors) * max(1, len(self.markets)) + listing  # a listing without a seller stands for one
        seller = np.where(vendor < 0, own, market * max(1, len(vendors)) + vendor)
        self._order = np.argsort((listing * (int(item.max(initial=0)) + 1) + item) * len(KINDS) + kind, kind="stable")
        self._listing, self._item, self._kind = (a[self._order] for a in (listing, item, kind))
        self._market, self._seller = market[self._order], seller[self._order]
        self._weight = np.rint(_numbers(table["probability"]) * WEIGHT).astype(np.int64)[self._order]
        self._sales, self._stock = _numbers(table["sales"])[self._order], _numbers(table["stock"])[self._order]
        days = table["captured_at"].cast(pa.date32()).cast(pa.int32())
        self._day = np.asarray(pc.fill_null(days, np.iinfo(np.int32).min).to_numpy(), dtype=np.int64)[self._order]
        self._keywords = _bits_of(table["keywords"])[self._order]

    def ids(self, listings: Iterable[int]) -> list[str]:
        """Return the `lst:` ids of listings."""
        return [str(self._listing_ids[int(n)]) for n in listings]

    def view(self, scope: Scope) -> View:
        """Return the items of a scope's market and period, whatever their kind."""
        keep = np.ones(self._listing.size, dtype=np.bool_)
        if scope.market:
            known = [n for n, name in enumerate(self.markets.tolist()) if name == scope.market]
            keep &= np.isin(self._market, known)
        if scope.first is not None:
            keep &= self._day >= _day(scope.first)
        if scope.last is not None:
            keep &= (self._day <= _day(scope.last)) & (self._day > np.iinfo(np.int32).min)
        return self._grouped(np.flatnonzero(keep))

    def _grouped(self, rows: Ints) -> View:
        listing, item, kind = self._listing[rows], self._item[rows], self._kind[rows]
        if not rows.size:
            none, empty = np.zeros(0, dtype=np.int64), np.zeros(0)
            return View(none, none, none.astype(np.bool_), none, empty, none, empty, empty, none)
        weight = self._weight[rows]
        fact = _starts(listing, item, kind)
        total, best = np.add.reduceat(weight, fact), np.maximum.reduceat(weight, fact)
        seller = np.minimum.reduceat(self._seller[rows], fact)
        fact_listing, fact_item, fact_kind = listing[fact], item[fact], kind[fact]
        # of each item's kinds the one with the greatest weight, and of equal ones the last by name
        order = np.lexsort((_NAME_RANK[fact_kind], total, fact_item, fact_listing))
        last = np.append(_starts(fact_listing[order], fact_item[order])[1:], order.size) - 1
        chosen = order[last]
        whole = _starts(listing)
        of_listing = np.searchsorted(listing[whole], fact_listing[chosen])
        sales = np.fmax.reduceat(self._sales[rows], whole)[of_listing]
        stock = np.fmax.reduceat(self._stock[rows], whole)[of_listing]
        return View(
            listing=fact_listing[chosen], item=fact_item[chosen], first=fact_item[chosen] == 0, kind=fact_kind[chosen],
            probability=best[chosen] / WEIGHT, vendor=seller[chosen], sales=sales, stock=stock,
            keywords=np.bitwise_or.reduceat(self._keywords[rows], whole)[of_listing],
        )  # fmt: skip

    @cached_property
    def size(self) -> int:
        """Rows held."""
        return int(self._listing.size)


_NAME_RANK = np.argsort(np.argsort(np.array(KINDS)))


def bits(names: Iterable[str]) -> int:
    """Return kinds and groups as one number, a bit for each of `NAMES`."""
    return sum({1 << NAMES.index(name) for name in names})


def _coded(column: pa.ChunkedArray) -> tuple[Ints, NDArray[np.object_]]:
    """Return a number for each text, -1 for null, and the texts by their number."""
    coded = pc.dictionary_encode(column.combine_chunks()) if column.num_chunks else pa.array([]).dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    numbers = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return numbers, coded.dictionary.to_numpy(zero_copy_only=False)


def _numbers(column: pa.ChunkedArray) -> Floats:
    return np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)


def _bits_of(column: pa.ChunkedArray) -> Ints:
    """Return the words of each row as bits."""
    found = np.zeros(len(column), dtype=np.int64)
    lists = column.combine_chunks()
    if isinstance(lists, pa.ChunkedArray):
        lists = pa.concat_arrays(lists.chunks) if lists.num_chunks else pa.array([], pa.list_(pa.string()))
    parents = pc.list_parent_indices(lists).to_numpy(zero_copy_only=False)
    words = pc.index_in(pc.list_flatten(lists), value_set=pa.array(NAMES)).to_numpy(zero_copy_only=False)
    np.bitwise_or.at(found, parents.astype(np.int64), np.left_shift(1, words.astype(np.int64)))
    return found


def _starts(*keys: Ints) -> Ints:
    """Return where rows of equal keys begin; rows are in order of their keys."""
    changed = np.zeros(keys[0].size, dtype=np.bool_)
    changed[:1] = True
    for key in keys:
        changed[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(changed).astype(np.int64)


def _day(day: date) -> int:
    return (day - date(1970, 1, 1)).days
