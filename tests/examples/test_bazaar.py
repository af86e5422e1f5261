"""The invented market: pages and truth agree, and nothing on it belongs to anybody."""

from __future__ import annotations

import base64
import csv
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from muster.model import KINDS

DAYS = ("2014-03-01", "2014-04-01")
DOTTED_HANDLES = {"mossy.harbour", "slow.ferry"}
FILE_ENDINGS = ("html", "css", "txt", "toml", "jsonl")
DOTTED = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+(?![\w.]*@)", re.IGNORECASE)


def truth(bazaar: Path) -> list[dict[str, Any]]:
    """Return the rows of the truth file."""
    return [json.loads(line) for line in (bazaar / "expected.jsonl").read_text(encoding="utf-8").splitlines()]


def texts(bazaar: Path) -> Iterator[tuple[Path, str]]:
    """Yield every written file of the case; what a run left there is not the case."""
    for folder in ("captures", "articles", "references"):
        for path in sorted((bazaar / folder).rglob("*.*")):
            yield path, path.read_text(encoding="utf-8")
    for name in ("case.toml", "expected.jsonl", "README.md"):
        yield bazaar / name, (bazaar / name).read_text(encoding="utf-8")


def tree(path: Path) -> LexborHTMLParser:
    """Return a parsed page."""
    return LexborHTMLParser(path.read_bytes())


def said(page: LexborHTMLParser | LexborNode, css: str) -> str:
    """Return the text of the one node that a selector finds."""
    (node,) = page.css(css)
    return str(node.text()).strip()


def test_every_listing_page_has_a_truth_row_and_every_row_a_page(bazaar: Path) -> None:
    pages = {str(path.relative_to(bazaar)) for path in (bazaar / "captures").rglob("item-*.html")}
    assert pages == {row["file"] for row in truth(bazaar)}


def test_truth_rows_say_what_the_pages_say(bazaar: Path) -> None:
    for row in truth(bazaar):
        page = tree(bazaar / row["file"])
        price = re.fullmatch(r"USD ([\d,]+\.\d\d) \((\d+\.\d{4}) BTC\)", said(page, "td.price, td.cost"))
        assert price
        stock = said(page, "td.stock")
        assert (
            said(page, "h1"),
            page.css("article")[0].attributes["data-item"],
            price[1].replace(",", ""),
            int(said(page, "td.sold").split(" since ")[0]),
            int(said(page, "td.reviews")),
            None if stock == "unlimited" else int(stock),
        ) == (row["title"], row["listing"], row["price_usd"], row["sales"], row["reviews"], row["stock"])


def test_kinds_are_muster_kinds(bazaar: Path) -> None:
    assert {row["kind"] for row in truth(bazaar)} <= set(KINDS)


def test_a_truth_row_numbers_each_stall_once(bazaar: Path) -> None:
    handles = {(row["vendor"], said(tree(bazaar / row["file"]), "article .by a.keeper")) for row in truth(bazaar)}
    assert len(handles) == len({number for number, _ in handles}) == len({handle for _, handle in handles})


def test_coins_are_dollars_at_the_rate_that_the_page_prints(bazaar: Path) -> None:
    for row in truth(bazaar):
        page = tree(bazaar / row["file"])
        rate = Decimal(said(page, ".rate").split()[3])
        coins = Decimal(said(page, "td.price, td.cost").split("(")[1].split()[0])
        assert coins == (Decimal(row["price_usd"]) / rate).quantize(Decimal("0.0001"))


def test_shelves_show_what_the_listing_pages_show(bazaar: Path) -> None:
    rows = {(row["file"].split("/")[1], row["listing"]): row for row in truth(bazaar)}
    for shelf in (bazaar / "captures").rglob("aisle-*.html"):
        page = tree(shelf)
        trays = page.css("li.tray")
        assert said(page, "main .tally") == f"{len(trays)} listings"
        for tray in trays:
            row = rows[shelf.parent.name, tray.attributes["data-item"] or ""]
            assert said(tray, "a.what") == row["title"]
            assert f"USD {Decimal(row['price_usd']):,}" in said(tray, ".price, .cost")
            assert said(tray, ".sold") == f"Sold {row['sales']}"


def test_the_square_counts_every_listing_of_the_day(bazaar: Path) -> None:
    counted = sum(int(node.text()) for node in tree(bazaar / "captures/2014-03-01/index.html").css(".plan .tally"))
    assert counted == sum(row["file"].startswith("captures/2014-03-01") for row in truth(bazaar))


def test_counters_never_fall_and_feedback_pages_hold_as_many_reviews(bazaar: Path) -> None:
    rows = {(row["file"].split("/")[1], row["listing"]): row for row in truth(bazaar)}
    for (day, listing), row in rows.items():
        later = rows.get((DAYS[1], listing), row)
        assert later["sales"] >= row["sales"] >= row["reviews"] >= 0
        assert later["reviews"] >= row["reviews"], day
    for path in (bazaar / "captures").rglob("feedback-*.html"):
        hrefs = [str(node.attributes["href"]) for node in tree(path).css("td.thing a")]
        for listing in {href.removeprefix("/item/") for href in hrefs}:
            assert hrefs.count(f"/item/{listing}") == rows[path.parent.name, listing]["reviews"]


def test_one_stall_alone_has_many_sales_and_no_review(bazaar: Path) -> None:
    last = {row["listing"]: row for row in truth(bazaar)}.values()
    totals = {
        vendor: tuple(sum(row[name] for row in last if row["vendor"] == vendor) for name in ("sales", "reviews"))
        for vendor in {row["vendor"] for row in last}
    }
    assert [sold for sold, reviewed in totals.values() if not reviewed] == [32]
    assert all(reviewed > sold / 2 for sold, reviewed in totals.values() if reviewed)


def test_pages_say_when_they_were_saved_and_from_where(bazaar: Path) -> None:
    for path in (bazaar / "captures").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        saved = re.search(r"<!-- saved from url=\((\d{4})\)(http://bazaar-market\.example/\S*) -->", text)
        assert saved
        assert int(saved[1]) == len(saved[2])
        shown = {"2014-03-01": "01 Mar 2014", "2014-04-01": "01 Apr 2014"}[path.parent.name]
        assert re.fullmatch(rf"Server time: {shown} \d\d:\d\d UTC", said(tree(path), ".clock"))


def test_nothing_points_outside_example(bazaar: Path) -> None:
    for path, text in texts(bazaar):
        for found in DOTTED.findall(text):
            ending = found.rsplit(".", 1)[1].lower()
            known = found in DOTTED_HANDLES or ending in FILE_ENDINGS or ending == "example"
            assert known or not ending.isalpha(), (path, found)
        assert not re.search(r"\.onion\b", text), path
        assert not re.search(r"https?://(?!(?:bazaar-market|quietpaper)\.example/)", text), path


def test_keys_are_sentences_and_no_keys(bazaar: Path) -> None:
    for path in (bazaar / "captures").rglob("keeper-*.html"):
        block = said(tree(path), "pre.seal").split("\n\n")[1].split("\n=")[0]
        assert base64.b64decode(block).decode().startswith("This is not a key.")


def test_the_wallet_is_twenty_letters_that_nobody_holds(bazaar: Path) -> None:
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    found = {word for _, text in texts(bazaar) for word in re.findall(r"\b1[1-9A-HJ-NP-Za-km-z]{33}\b", text)}
    (wallet,) = found
    number = 0
    for letter in wallet:
        number = number * 58 + alphabet.index(letter)
    assert number.to_bytes(25, "big")[1:21] == b"muster bazaar nobody"


@pytest.mark.slow
def test_no_handle_and_no_title_is_that_of_a_real_market(bazaar: Path, shared: Path) -> None:
    with (shared / "data/markets/alphabay-2017/listings.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    sellers = {row["listing_vendor"].strip().lower() for row in rows}
    listed = {row["listing_title"].strip().lower() for row in rows}
    assert len(sellers) > 100
    for path in (bazaar / "captures").rglob("*.html"):
        page = tree(path)
        assert not {node.text().lower() for node in page.css("a.keeper, td.buyer, h1")} & sellers
    assert not {row["title"].lower() for row in truth(bazaar)} & listed
