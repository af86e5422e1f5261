"""Read labelled listings: the gold, random rows of whole markets, and titles worded for each kind."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from muster.errors import RecogniseError
from muster.model import KINDS, Kind
from muster.recognise.recogniser import Listing

MARKETS = {
    "alphabay-2017": ("category_link", "subcategory_link", "listing_title", "listing_price", "listing_vendor"),
    "cypher-2020": ("Category", "", "Product", "Price in AUD", "Vendor"),
}
"""The labelled markets: the columns of category, subcategory, title, price and seller in their tables."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A listing, the kinds that its readers accept (the first is theirs), and the seller, who groups the folds.

    row: all that the label says. random: drawn at random from outside Weapons, so that it stands for the market.
    """

    listing: Listing
    kinds: tuple[Kind, ...]
    vendor: str
    row: dict[str, Any] = field(default_factory=dict)
    random: bool = False


def read_gold(path: Path) -> list[Labelled]:
    """Return the labelled listings of a JSON-lines file."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        held = json.loads(line)
        listing = Listing(
            id=held["id"], title=held["title"], description=held["description"],
            category=f"{held['category']} {held['subcategory']}".strip(), price=held["price"],
        )  # fmt: skip
        accepted = tuple(dict.fromkeys([held["kind"], *held["kinds_accepted"]]))
        found.append(Labelled(listing, accepted, held["vendor"], held))
    return found


def read_table(markets: Path, market: str) -> list[dict[str, str]]:
    """Return the rows of a market's table, as it was scraped."""
    with (markets / market / "listings.csv").open(encoding="utf-8", errors="replace") as file:
        return list(csv.DictReader(file))


def read_random(labels: Path, markets: Path) -> list[Labelled]:
    """Return the labelled random rows; the texts come from the markets' tables, the labels from our own file.

    labels: a table of market, row (counted from 0), the two readers' kinds, all accepted kinds, and whether both
        were sure. markets: the folder that holds each market's table.
    Raises `RecogniseError` where a row is not in its table.
    """
    tables = {market: read_table(markets, market) for market in MARKETS}
    found = []
    with labels.open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            table, number = tables[line["market"]], int(line["row"])
            if number >= len(table):
                raise RecogniseError(
                    "a labelled row is not in its table", where=str(labels), found=number, do="use the table as shipped"
                )
            category, below, title, price, vendor = (table[number].get(name, "") for name in MARKETS[line["market"]])
            listing = Listing(
                id=f"{line['market']}:{number}", title=title, category=f"{category} {below}".strip(),
                price=price if line["market"] == "alphabay-2017" else f"AUD {price}",
            )  # fmt: skip
            row = {**line, "source": line["market"], "category": category, "sure": line["sure"] == "true"}
            found.append(Labelled(listing, _kinds(line["accepted"]), vendor, row, random=True))
    return found


def read_worded(path: Path) -> list[Labelled]:
    """Return the titles worded for each kind; each is its own seller."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Labelled(
            Listing(f"worded:{n}", row["title"], price=row["price"]), _kinds(row["kind"]), f"worded:{n}", dict(row)
        )
        for n, row in enumerate(rows)
    ]


def _kinds(text: str) -> tuple[Kind, ...]:
    return tuple(kind for name in text.split() for kind in KINDS if kind == name)
