"""The shipped profiles on real pages and tables: rows or an issue for every capture, and spans that lead to bytes."""

from __future__ import annotations

import csv
import html
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from muster.model import Page
from muster.profiles import Parsed, Tokens, find, known, load, parse

from .real_pages import pages

KEYED = Tokens(b"k" * 32)


def _all(path: Path) -> Iterator[tuple[Page, Parsed]]:
    profiles = [load(name) for name in known()]
    for page in pages(path):
        yield page, parse(page, find(page, profiles), KEYED)


def test_hansa_pages_are_all_of_a_known_kind(shared: Path) -> None:
    parsed = list(_all(shared / "data/markets/hansa-2017/pages"))
    kinds = Counter(str(found.capture["page_kind"]) for _, found in parsed)
    assert kinds == {"category": 2, "listing": 2, "feedback": 2, "listing_terms": 2, "vendor": 6, "vendor_terms": 3}
    assert [issue for _, found in parsed for issue in found.issues] == []


def test_hansa_rows_say_what_a_reader_sees(shared: Path) -> None:
    for page, found in _all(shared / "data/markets/hansa-2017/pages"):
        if found.capture["page_kind"] == "listing":
            row = next(seen.row for seen in found.observations if seen.table == "listing_seen")
            shown = re.search(rb'listing-price">\s*<strong>USD ([\d.,]+)</strong>', page.body)
            assert shown
            assert f"{row['amount_usd']:,.2f}" == shown[1].decode()
            assert row["identity"] == "own"
            assert len(row["description"]) > 50
        rates = {seen.row["quote"] for seen in found.observations if seen.table == "rate_seen"}
        assert rates == {"USD", "EUR", "GBP", "CAD", "AUD"}
        assert found.capture["captured_from"] == "page"


def test_hansa_feedback_rows_are_as_many_as_the_page_has(shared: Path) -> None:
    for page, found in _all(shared / "data/markets/hansa-2017/pages"):
        if found.capture["page_kind"] == "feedback":
            reviews = [seen.row for seen in found.observations if seen.table == "review_seen"]
            assert len(reviews) == len(re.findall(rb"<tr>\s*<td><span class=\"label label-", page.body))
            assert all(row["rating"] in ("positive", "negative", "neutral") and row["reviewed_at"] for row in reviews)


def test_cypher_pages_and_the_scrapers_table_agree(shared: Path) -> None:
    place = shared / "data/markets/cypher-2020"
    table = {seen.row["listing"]: seen.row for _, found in _all(place / "listings.csv") for seen in found.observations}
    kinds: Counter[str] = Counter()
    for _, found in _all(place / "pages"):
        kinds[str(found.capture["page_kind"])] += 1
        assert len([i for i in found.issues if i.what == "currency_disputed"]) <= 1
        for seen in (o for o in found.observations if o.table == "listing_seen"):
            assert seen.row["amount"] == table[seen.row["listing"]]["amount"]
            assert seen.row["vendor"] == table[seen.row["listing"]]["vendor"]
            assert (seen.row["currency"], seen.row["amount_usd"]) == ("disputed", None)
    assert kinds == {"category": 102, "empty_category": 3}


@pytest.mark.slow
def test_each_alphabay_row_is_a_listing_with_the_cells_own_values(shared: Path) -> None:
    path = shared / "data/markets/alphabay-2017/listings.csv"
    with path.open(encoding="utf-8", newline="") as table:
        cells = list(csv.DictReader(table))
    parsed = list(_all(path))
    assert len(parsed) == len(cells)
    auctions = prices = 0
    for row, (page, found) in zip(cells, parsed, strict=True):
        assert page.cells == row
        (seen,) = found.observations
        usd = re.findall(r"USD ([\d,.]+)", row["listing_price"])
        prices += bool(usd)
        auctions += seen.row["price_kind"] == "auction"
        if usd:
            assert f"{seen.row['amount_usd']:.2f}" == usd[-1].replace(",", "")
        sold = re.search(r"([\d,]+) sold since", row["detail_qty_sold"])
        assert seen.row["sales"] == (int(sold[1].replace(",", "")) if sold else None)
        assert str(found.capture["captured_at"].date()) == row["captured"]
    # a running bid is the price only where there is none to buy at once
    bids = [row["listing_price"] for row in cells if "Current price" in row["listing_price"]]
    assert auctions == sum("Buy price" not in price for price in bids) < len(bids)
    no_price = [i for _, found in parsed for i in found.issues if i.where.startswith("row.price:")]
    assert len(no_price) == len(cells) - prices == sum(row["listing_price"] == "null" for row in cells)


@pytest.mark.parametrize(
    "place",
    ["hansa-2017/pages", "cypher-2020/pages", pytest.param("alphabay-2017/listings.csv", marks=pytest.mark.slow)],
)
def test_every_title_and_price_leads_to_its_bytes(shared: Path, place: str) -> None:
    titles = spanned = 0
    for page, found in _all(shared / "data/markets" / place):
        for seen in found.observations:
            if seen.table != "listing_seen":
                continue
            titles += 1
            spans = [span for span in seen.row["spans_raw"] or () if span["field"] == "title"]
            spanned += bool(spans)
            for span in spans:
                raw = page.body[span["byte_start"] : span["byte_end"]].decode("utf-8", "replace")
                text = raw.replace('""', '"') if page.cells else html.unescape(raw)
                if "‹" not in seen.row["title"]:
                    assert " ".join(text.split()) == " ".join(seen.row["title"][span["start"] : span["end"]].split())
    assert spanned >= 0.99 * titles


def test_handles_of_the_sellers_never_leave(shared: Path) -> None:
    with (shared / "data/markets/cypher-2020/listings.csv").open(encoding="utf-8", newline="") as table:
        handles = {row["Vendor"] for row in csv.DictReader(table) if len(row["Vendor"]) > 6}
    for _, found in _all(shared / "data/markets/cypher-2020/pages"):
        for seen in found.observations:
            told = {name: value for name, value in seen.row.items() if name not in ("title", "category")}
            assert not any(handle in repr(told) for handle in handles)
        assert re.search(r"[a-z2-7]{16}\.onion", repr(found)) is None
