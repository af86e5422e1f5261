"""What one item costs: the median over listings, with holding prices set aside and sellers redrawn.

Sellers who are out of stock raise a price beyond reason instead of taking a listing down, so that its reviews stay: a
holding price (Soska & Christin 2015, USENIX Security, 33–48, who first set them aside by rule). The bounds of the rule
here are ours and printed with every number; what comes of keeping them is printed beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from muster.estimate.counted import Counted, middle, refused
from muster.estimate.draws import SEED
from muster.estimate.items import Floats
from muster.estimate.scope import Scope
from muster.model import Under

if TYPE_CHECKING:
    from muster.estimate.counts import Estimator

OWN = 5.0
"""A price of more than five times the median of the listing's own prices, or less than a fifth of it, is set aside."""

OTHERS = 20.0
"""… and so is one of more than twenty times the median of all listings of the kind, or less than a twentieth of it."""

SELLERS = 5
"""From fewer sellers no interval is told: redrawing four of them says nothing of how sellers differ."""

DRAWS = 400

PRICES_SQL = """
SELECT l.listing, l.market, l.vendor, o.id, o.unit_price_usd AS price
FROM listing_seen l JOIN offer o ON o.observation = l.id
WHERE o.unit_price_usd IS NOT NULL AND {where} AND o.kind IN ({kinds}) ORDER BY l.listing, o.id
"""


@dataclass(frozen=True, slots=True)
class Priced:
    """A listing's median price, its seller, and the offers that it was read from."""

    listing: str
    seller: str
    price: float
    offers: tuple[str, ...]


def price(estimator: Estimator, scope: Scope) -> Counted:
    """Estimate the median price of one item, in US dollars."""
    kept, held = kept_prices(_rows(estimator, scope))
    if not kept:
        return refused("no listing of these kinds states a price for one item")
    value, low, high = redrawn(kept)
    with_held = redrawn([*kept, *held])
    rule = (
        f"{len(held)} listings with a holding price set aside: over {OWN:g} times the median of its own captures or "
        f"under a fifth of it, over {OTHERS:g} times that of the kind or under a twentieth"
    )
    told = () if low is not None else (f"fewer than {SELLERS} sellers: no interval",)
    return Counted(
        value, low, high, "median over listings; interval by bootstrap of sellers (Efron 1979, Ann. Stat. 7:1–26)",
        len(kept), (rule, *told, "a price that is asked, not one that was paid",
                    "items that the recogniser took for this kind by error are among them"),
        (Under("holding prices kept", *with_held),), tuple(sorted(o for listing in kept for o in listing.offers)),
    )  # fmt: skip


def lowest(estimator: Estimator, scope: Scope) -> Counted:
    """Return the lowest price of one item in the captures, holding prices set aside; no interval."""
    return _end(estimator, scope, min)


def highest(estimator: Estimator, scope: Scope) -> Counted:
    """Return the highest price of one item in the captures, holding prices set aside; no interval."""
    return _end(estimator, scope, max)


def _end(estimator: Estimator, scope: Scope, which: Any) -> Counted:
    kept, _ = kept_prices(_rows(estimator, scope))
    if not kept:
        return refused("no listing of these kinds states a price for one item")
    found: Priced = which(kept, key=lambda listing: listing.price)
    return Counted(found.price, None, None, "prices as written", len(kept), ("one listing may be misread",), (),
                   found.offers)  # fmt: skip


def kept_prices(rows: Sequence[Mapping[str, Any]]) -> tuple[list[Priced], list[Priced]]:
    """Return each listing at the median of its prices, and apart from them the listings whose price is a holding one.

    rows: in order of their listing, with `price`, `market`, `vendor` and the offer's `id`.

    >>> row = {"market": "m", "vendor": "v", "id": "off:1"}
    >>> rows = [{**row, "listing": f"lst:{n}", "price": p} for n, p in enumerate((300, 320, 350, 99999))]
    >>> [[p.price for p in side] for side in kept_prices(rows)]
    [[300.0, 320.0, 350.0], [99999.0]]
    """
    listings: list[Priced] = []
    for listing, group in groupby(rows, key=lambda row: str(row["listing"])):
        held = [row for row in group if row["price"] > 0]
        if not held:
            continue
        own = float(median(row["price"] for row in held))
        usual = [row for row in held if own / OWN <= float(row["price"]) <= own * OWN]
        seller = f"{held[0]['market']} {held[0]['vendor']}" if held[0]["vendor"] else listing
        listings.append(Priced(listing, seller, float(median(row["price"] for row in usual)),
                               tuple(str(row["id"]) for row in usual)))  # fmt: skip
    if not listings:
        return [], []
    usual_price = median(listing.price for listing in listings)
    aside = {p.listing for p in listings if not usual_price / OTHERS <= p.price <= usual_price * OTHERS}
    return ([p for p in listings if p.listing not in aside], [p for p in listings if p.listing in aside])


def redrawn(listings: Sequence[Priced]) -> tuple[float, float | None, float | None]:
    """Return the median price and its 95% interval, sellers redrawn; no interval from fewer than `SELLERS`.

    A seller's listings are alike, so sellers are redrawn and not listings. Weights are Poisson(1) (Hanley & MacGibbon
    2006, Comput. Methods Programs Biomed. 83:57–62), which is the same in the limit and needs no resampling.
    """
    listings = sorted(listings, key=lambda listing: (listing.price, listing.listing))
    prices = np.array([listing.price for listing in listings])
    names, seller = np.unique(np.array([p.seller for p in listings], dtype=object).astype(str), return_inverse=True)
    value = float(np.median(prices))
    if names.size < SELLERS:
        return value, None, None
    rng = np.random.default_rng((SEED, 7))
    found: list[Floats] = []
    step = max(1, 2**21 // prices.size)
    for begin in range(0, DRAWS, step):
        weights = rng.poisson(1.0, (min(step, DRAWS - begin), names.size))[:, seller].cumsum(axis=1)
        total = weights[:, -1:]
        at = (weights < total / 2).sum(axis=1)
        found.append(prices[at[total[:, 0] > 0]])
    _, low, high = middle(np.concatenate(found))
    return value, low, high


def _rows(estimator: Estimator, scope: Scope) -> list[dict[str, Any]]:
    where, values = scope.where("l")
    kinds = {f"kind{n}": kind for n, kind in enumerate(scope.kinds)}
    sql = PRICES_SQL.format(where=where, kinds=", ".join(f"${name}" for name in kinds))
    return estimator.db.rows(sql, {**values, **kinds})
