"""A second reader of the two scraped tables, cell by cell: levels, trust, counts, prices, days, damaged signs."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest

from .agreement import Reader, Told, compare, first, number, prices

pytestmark = pytest.mark.slow


def _line(raw: str) -> str:
    return " ".join(raw.split())


def read_alphabay(record: str) -> Iterator[Told]:
    shelf, under, title, price, vendor, item, sold, day, _ = next(csv.reader(StringIO(record, newline="")))
    yield "capture", {"market": "alphabay", "page_kind": "row", "captured_at": f"{day} 00:00"}
    bid, buy = (first(rf"{word} price\s+(USD [\d.,]+\s+\([\d.,]+ BTC\))", price) for word in ("Current", "Buy"))
    shown = buy or bid  # an auction that can be ended at once has two: a bid is no price yet
    left = _line(first(r"Quantity left: ([^\n]*)", item))
    since = first(r"sold since (\w+ \d+, \d{4})", sold)
    yield "listing_seen", {
        "title": _line(title), "vendor": vendor, "category": f"{shelf} > {under}", "identity": "guessed",
        "amount_text": shown, "amount": number(shown), "currency": "USD" if shown else "", "amount_usd": number(shown),
        "price_kind": "" if not shown else "buy" if buy else "auction",
        "prices": prices(
            *(("USD", usd) for usd in re.findall(r"USD ([\d.,]+)", shown)),
            *(("BTC", btc) for btc in re.findall(r"\(([\d.,]+) BTC\)", shown)),
        ),
        "views": first(r"Views: (\d+)", item), "stock_text": left,
        "stock": number(left) if re.match(r"\d", left) else "", "badges": "Sticky" if item == "[Sticky]" else "",
        "sales": first(r"(\d+) sold since", sold),
        "sales_since": datetime.strptime(since, "%b %d, %Y").date().isoformat() if since else "",
        "vendor_level": first(r"Vendor Level (\d+)", sold), "trust_level": first(r"Trust Level (\d+)", sold),
    }  # fmt: skip


def read_cypher_table(record: str) -> Iterator[Told]:
    title, _, vendor, _, price, shelf, left, when = next(csv.reader(StringIO(record, newline="")))
    at = datetime.strptime(when, "%a %b %d %H:%M:%S %Y").strftime("%Y-%m-%d %H:%M")
    yield "capture", {"market": "cypher", "page_kind": "row", "captured_at": at}
    yield "listing_seen", {
        "title": _line(title), "vendor": vendor, "category": shelf, "identity": "own", "amount_text": f"AUD {price}",
        "amount": number(price), "currency": "disputed", "amount_usd": "", "stock_text": left, "stock": number(left),
    }  # fmt: skip


READERS: dict[str, tuple[str, Reader]] = {
    "alphabay-table": ("alphabay-2017/listings.csv", read_alphabay),
    "cypher-table": ("cypher-2020/listings.csv", read_cypher_table),
}


@pytest.mark.parametrize("profile", READERS)
def test_both_readers_agree_on_tables(shared: Path, profile: str) -> None:
    path, reader = READERS[profile]
    tally = compare(shared / "data/markets" / path, reader)
    print(tally.lines(profile))
    assert tally.fields.total() > 40_000
    assert tally.wrong == []
