"""What the captures of one day say of each item, counted as each shard is recognised: what estimates are made from.

A market that is crawled again and again shows the same listing many times a day; all that a count asks of those
captures is their number, the surest of them, and the highest of what they tell. So a case holds one row for each
item, kind and day of a shard, and a crawl that is added is counted alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from muster.estimate.numbered import numbered, paired
from muster.estimate.scope import GROUPS
from muster.model import KINDS
from muster.schema import TABLES
from muster.store import Database

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NAMES = (*GROUPS, *KINDS)
"""What the naive count may take a listing for."""

SHELVES = ("arms", "other", "")
"""How listings are filed: under arms, under something else, and without any category."""

WEIGHT = 10**8
"""Probabilities are added as whole hundred-millionths: a sum of floats depends on the order of the rows."""

UNDATED = np.iinfo(np.int32).min
"""The day of a capture of unknown time."""

TOLD = ("sales", "stock", "reviews")
"""What a listing's captures tell of it, of which the highest counts."""

SEEN_SQL = """
SELECT id, listing, market, vendor, sales, stock, reviews, captured_at FROM listing_seen
"""

OFFERED_SQL = """
SELECT observation, item, kind, probability,
       CASE WHEN array_length(alternatives) > 0 THEN alternatives[1].kind END AS other,
       CASE WHEN array_length(alternatives) > 0 THEN alternatives[1].probability END AS other_probability,
       shelf, keywords, unit_price_usd AS price
FROM offer
"""
"""The two tables are joined here, by their ids as numbers."""

HELD_SQL = """
SELECT listing, market, vendor, item, kind, day, weight, probability, other, other_probability, shelf,
       sales, stock, reviews, keywords
FROM item_day
"""


def item_days(db: Database) -> pa.Table:
    """Count listings and their offers by item, kind and day; returns rows of the table `item_day`, in its order."""
    seen, offered = db.table(SEEN_SQL), db.table(OFFERED_SQL)
    of, at = paired(seen["id"], offered["observation"])  # row of a listing seen, row of an offer
    kind = codes(offered["kind"], KINDS)[at]
    item = offered["item"].to_numpy()[at]
    vendor = numbered(seen["vendor"])
    keys = [
        numbered(seen["listing"]).numbers[of], item, kind, coded(seen["market"])[0][of],
        vendor.missing[of], np.where(vendor.missing, 0, vendor.numbers)[of], days(seen["captured_at"])[of],
    ]  # fmt: skip
    order = np.lexsort(keys[::-1])
    begins = starts(*(key[order] for key in keys))
    weight = weights(offered["probability"])[at]
    best = packed(weight, offered["other"], offered["other_probability"], offered["shelf"], at)
    surest = unpacked(over(np.maximum, best[order], begins))
    first_of, first_at = of[order][begins], at[order][begins]
    day = pa.array(keys[-1][order][begins], pa.int32())
    held = {
        "listing": seen["listing"].take(first_of), "market": seen["market"].take(first_of),
        "vendor": seen["vendor"].take(first_of), "item": item[order][begins], "kind": offered["kind"].take(first_at),
        "day": pc.if_else(pc.equal(day, UNDATED), None, day).cast(pa.date32()),
        "captures": np.diff(np.append(begins, order.size)),
        "weight": over(np.add, weight[order], begins),
        "probability": surest["probability"],
        "other": pa.array(KINDS).take(pa.array(surest["other"])),
        "other_probability": surest["other_probability"],
        "shelf": pa.array(SHELVES).take(pa.array(surest["shelf"])),
        **{name: _highest(numbers(seen[name])[of][order], begins) for name in TOLD},
        "keywords": over(np.bitwise_or, bits_of(offered["keywords"])[at][order], begins),
        **_latest(offered["price"].take(at[order]), seen["captured_at"].take(of[order]), begins),
    }  # fmt: skip
    schema = TABLES["item_day"].arrow
    return pa.table({name: _column(held[name], schema.field(name).type) for name in schema.names}, schema=schema)


def held_days(db: Database) -> Iterator[pa.Table]:
    """Yield what a case's captures say of its items, some rows at a time: as it was counted, or counted here."""
    if db.one("SELECT 1 AS n FROM item_day LIMIT 1"):
        yield from db.batches(HELD_SQL)
    else:
        yield item_days(db)


def weights(probability: pa.ChunkedArray) -> Ints:
    """Return probabilities in hundred-millionths."""
    return np.rint(numbers(probability) * WEIGHT).astype(np.int64)


_ASIDE = 2**21
"""Room beside a weight for alternative, its probability and shelf: so the surest capture is found with what it says."""
_TENTHS = 10_001


def packed(
    weight: Ints, other: pa.ChunkedArray, probability: pa.ChunkedArray, shelf: pa.ChunkedArray, at: Ints
) -> Ints:
    """Return weight, first alternative, its probability in ten-thousandths, and shelf as one number for each of `at`.

    weight: of each of `at`; the columns: of all offers.
    """
    tenths = np.rint(np.nan_to_num(numbers(probability)) * (_TENTHS - 1)).astype(np.int64)
    aside = (codes(other, KINDS).astype(np.int64) * _TENTHS + tenths) * len(SHELVES) + codes(shelf, SHELVES)
    return weight * _ASIDE + aside[at]


def unpacked(best: Ints) -> dict[str, Any]:
    """Return what a capture says of its item: probability, alternative and shelf."""
    aside = best % _ASIDE
    rest = aside // len(SHELVES)
    return {
        "probability": best // _ASIDE / WEIGHT, "other": (rest // _TENTHS).astype(np.int8),
        "other_probability": rest % _TENTHS / (_TENTHS - 1), "shelf": (aside % len(SHELVES)).astype(np.int8),
    }  # fmt: skip


def codes(column: pa.ChunkedArray, words: tuple[str, ...]) -> NDArray[np.int8]:
    """Return the place of each text among some words; of null that of the empty one, or the first."""
    place = pc.index_in(pc.fill_null(column, ""), value_set=pa.array(words))
    return np.asarray(pc.fill_null(place, 0).to_numpy(), dtype=np.int8)


def coded(column: pa.ChunkedArray) -> tuple[NDArray[np.int32], list[str]]:
    """Return a number for each text, -1 for null, and the texts by their number."""
    found = column.combine_chunks().dictionary_encode()
    if isinstance(found, pa.ChunkedArray):
        found = found.combine_chunks()
    places = pc.fill_null(found.indices, -1).to_numpy(zero_copy_only=False).astype(np.int32)
    return places, [str(name) for name in found.dictionary.to_pylist()]


def days(column: pa.ChunkedArray) -> NDArray[np.int32]:
    """Return the day of each time or date, counted from 1970; `UNDATED` for null."""
    found = pc.fill_null(column.cast(pa.date32()).cast(pa.int32()), UNDATED).to_numpy()
    return np.asarray(found, dtype=np.int32)


def numbers(column: pa.ChunkedArray) -> Floats:
    """Return numbers as floats, NaN for null."""
    return np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)


def bits_of(column: pa.ChunkedArray) -> NDArray[np.int32]:
    """Return the words of each row as bits, one for each of `NAMES`."""
    found = np.zeros(len(column), dtype=np.int32)
    lists = column.combine_chunks()
    if isinstance(lists, pa.ChunkedArray):
        lists = pa.concat_arrays(lists.chunks) if lists.num_chunks else pa.array([], pa.list_(pa.string()))
    parents = pc.list_parent_indices(lists).to_numpy(zero_copy_only=False)
    words = pc.index_in(pc.list_flatten(lists), value_set=pa.array(NAMES)).to_numpy(zero_copy_only=False)
    np.bitwise_or.at(found, parents.astype(np.int64), np.left_shift(1, words.astype(np.int32)))
    return found


def over(how: Any, values: NDArray[Any], begins: Ints) -> NDArray[Any]:
    """Return one number for each run of rows."""
    return values if begins.size == values.size else how.reduceat(values, begins)


def starts(*keys: NDArray[np.generic]) -> Ints:
    """Return where rows of equal keys begin; rows are in order of their keys."""
    changed = np.zeros(keys[0].size, dtype=np.bool_)
    changed[:1] = True
    for key in keys:
        changed[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(changed).astype(np.int64)


def _highest(told: Floats, begins: Ints) -> pa.Array:
    """Return the highest of each run as whole numbers, null where none is told."""
    found = over(np.fmax, told, begins)
    return pa.array(found, from_pandas=True).cast(pa.int64())


def _latest(price: pa.ChunkedArray, captured: pa.ChunkedArray, begins: Ints) -> dict[str, pa.ChunkedArray]:
    """Return the latest price of each run, of equally late ones the highest, and when it was captured."""
    run = np.repeat(np.arange(begins.size), np.diff(np.append(begins, len(price))))
    rows = pa.table({"run": run, "captured": captured, "price": price, "row": np.arange(len(price))})
    rows = rows.filter(pc.fill_null(pc.greater(price, 0), False))
    rows = rows.sort_by([("run", "ascending"), ("price", "ascending")])
    # nulls come last wherever one sorts, and a price of unknown time is the least
    known = pc.fill_null(rows["captured"].cast(pa.int64()), np.iinfo(np.int64).min).to_numpy()
    order = np.lexsort((known, rows["run"].to_numpy()))
    runs = rows["run"].to_numpy()[order]
    last = np.flatnonzero(np.diff(runs, append=-1))
    place = np.full(begins.size, -1)
    place[runs[last]] = rows["row"].to_numpy()[order[last]]
    chosen = pa.array(place, mask=place < 0)
    return {"price_usd": price.take(chosen), "priced_at": captured.take(chosen)}


def _column(values: object, type: pa.DataType) -> pa.Array | pa.ChunkedArray:
    return values.cast(type) if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values, type)
