"""Count what two whole markets offer: labelled rows by models of other groups, all others by the shipped model.

python bench/market.py SHARED                 counts by kind and shelf, corrected for measured error
python bench/market.py SHARED --hardest 200   titles by how little sure the answer is, locked listings left out: to read
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from judging import Labels, labels, out_of_fold, plain
from muster.estimate.counts import interval
from muster.estimate.daily import SHELVES
from muster.estimate.draws import Truths
from muster.estimate.error import Confusion
from muster.estimate.items import View
from muster.model import KINDS, WEAPON_KINDS, Kind, Offer
from muster.recognise import error_rows
from muster.recognise.labels import MARKETS, read_table
from muster.recognise.recogniser import Listing, Recogniser

GROUPS: dict[str, tuple[Kind, ...]] = {
    "weapons": WEAPON_KINDS,
    **{kind: (kind,) for kind in KINDS if kind != "not_weapon"},
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a market's table, its first offer, its seller, and whether a labelled listing has this title."""

    listing: Listing
    vendor: str
    offer: Offer
    closed: bool


def rows(shared: Path, held: Labels, market: str) -> list[Row]:
    """Return all rows of a market's table as they are called."""
    known = (*held.gold, *held.random)
    apart = {
        (j.one.vendor, plain(j.one.listing.title)): j.offer
        for j in out_of_fold(held, [one for one in known if one.row["source"] == market], known)
    }
    shut = {plain(one.listing.title) for one in held.locked}
    listings, vendors = [], []
    for number, row in enumerate(read_table(shared / "data" / "markets", market)):
        category, below, title, price, vendor = (row.get(name, "") for name in MARKETS[market])
        price = price if market == "alphabay-2017" else f"AUD {price}"
        listings.append(Listing(f"{market}:{number}", title, "", f"{category} {below}".strip(), price))
        vendors.append(vendor)
    offers = [offer for offer in Recogniser.load().recognise(listings) if offer.item == 0]
    return [
        Row(one, vendor, apart.get((vendor, plain(one.title)), offer), plain(one.title) in shut)
        for one, vendor, offer in zip(listings, vendors, offers, strict=True)
    ]


def view(found: Sequence[Row]) -> View:
    """Return the rows as the estimators see them; a row is a listing."""
    n = len(found)
    others = [row.offer.alternatives[0] if row.offer.alternatives else None for row in found]
    return View(
        listing=np.arange(n, dtype=np.uint64), item=np.zeros(n, np.int64), first=np.ones(n, np.bool_),
        kind=np.array([KINDS.index(row.offer.kind) for row in found], np.int8),
        probability=np.array([row.offer.probability for row in found]),
        other=np.array([KINDS.index(one.kind) if one else 0 for one in others], np.int8),
        other_probability=np.array([one.probability if one else 0.0 for one in others]),
        shelf=np.array([SHELVES.index(row.offer.shelf) for row in found], np.int8),
        vendor=np.unique([row.vendor for row in found], return_inverse=True)[1].astype(np.uint64),
        market=np.zeros(n, np.int32), sales=np.full(n, np.nan), stock=np.full(n, np.nan), reviews=np.full(n, np.nan),
        keywords=np.zeros(n, np.int32),
    )  # fmt: skip


def counted(found: Sequence[Row]) -> None:
    """Print the counts of a market."""
    seen = view(found)
    truths = Truths(seen, Confusion.from_rows(error_rows()))
    for name, kinds in GROUPS.items():
        called = Counter(row.offer.shelf for row in found if row.offer.kind in kinds)
        wanted = [KINDS.index(kind) for kind in kinds]
        value, low, high = interval(*truths.count(wanted, np.ones(len(found), np.bool_)))
        print(f"  {name:14} called {sum(called.values()):5} (arms {called['arms']}, other {called['other']}), "
              f"corrected {value:.0f} ({low:.0f}–{high:.0f})")  # fmt: skip


def hardest(found: Sequence[Row], many: int) -> None:
    """Print the titles of which the recogniser is least sure, each once; those of the locked third are left out."""
    shown: set[str] = set()
    for row in sorted(found, key=lambda row: row.offer.probability):
        title = plain(row.listing.title)
        if row.closed or title in shown or len(shown) >= many:
            continue
        shown.add(title)
        others = " ".join(f"{one.kind} {one.probability:.2f}" for one in row.offer.alternatives[:2])
        print(f"{row.offer.kind} {row.offer.probability:.2f} [{others}] | {row.listing.title[:90]} | "
              f"{row.listing.category[:40]} | {row.listing.price[:22]}")  # fmt: skip


def main() -> None:
    """Run as the head of this file says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--hardest", type=int, default=0)
    asked = parser.parse_args()
    held = labels(asked.shared)
    for market in MARKETS:
        found = rows(asked.shared, held, market)
        print(f"== {market}: {len(found)} rows")
        if asked.hardest:
            hardest(found, asked.hardest)
        else:
            counted(found)


if __name__ == "__main__":
    main()
