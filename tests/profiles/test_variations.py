"""What a page of a known market may also be: saved twice over, of another tab, with pictures for words."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

from muster.model import Page
from muster.profiles import Parsed, Tokens, find, load, parse
from muster.profiles.html import document
from profiles.told import pages

FIXTURES = Path(str(files("muster.profiles"))) / "fixtures"


def _page(market: str, name: str) -> Page:
    return next(page for page in pages(FIXTURES / market) if page.file_name.endswith(name))


def _read(market: str, page: Page) -> Parsed:
    return parse(page, find(page, [load(market)]), Tokens(None))


def _rows(parsed: Parsed, table: str) -> list[dict[str, object]]:
    return [dict(seen.row) for seen in parsed.observations if seen.table == table]


def test_a_page_that_was_saved_twice_in_one_file_is_read_once() -> None:
    page = _page("cryptonia", "vendor_saved_twice.html")
    assert page.body.count(b"No feedback left.") == 3
    parsed = _read("cryptonia", page)
    assert len(_rows(parsed, "review_seen")) == 2
    assert len(_rows(parsed, "rate_seen")) == 6
    assert [(issue.what, issue.where) for issue in parsed.issues] == [("leftover", "behind the page's end")]
    end = page.body.index(b"</html>") + len(b"</html>")
    assert parsed.issues[0].found == f"{len(page.body) - end} bytes with elements in them"


@pytest.mark.parametrize(
    ("tail", "behind"),
    [
        ("\n", 0),
        ("<!-- made in 0.02 s by a machine that says how long it took -->" * 3, 0),
        ("<script>counted()</script><noscript>counted by a picture instead</noscript>" * 3, 0),
        ("a note of whoever saved the page, without a single element in it" * 3, 0),
        ("<div>" + "the same page once more " * 3 + "</div>", 83),
    ],
)
def test_only_elements_behind_a_pages_end_are_left_out(tail: str, behind: int) -> None:
    parsed = document(f"<html><body><p>Lamp</p></body>\n</html>{tail}".encode())
    assert not isinstance(parsed, str)
    assert parsed.behind == behind
    assert "once more" not in (parsed.tree.html or "")


def test_a_page_whose_head_is_closed_too_early_is_read_whole() -> None:
    parsed = document(b"<html><head></head></html>" + b"<div><p>Lamps are below the bar</p></div>" * 3)
    assert not isinstance(parsed, str)
    assert (parsed.behind, len(parsed.tree.css("p"))) == (0, 3)


def test_what_a_seller_left_as_a_buyer_is_no_review_of_his_wares() -> None:
    assert b"Broken" in _page("empire", "left.html").body
    assert _rows(_read("empire", _page("empire", "left.html")), "review_seen") == []
    assert len(_rows(_read("empire", _page("empire", "feedback.html")), "review_seen")) == 3


def test_a_mark_of_no_known_colour_has_no_rating() -> None:
    page = _page("apollon", "vendor.html")
    body = page.body.replace(b"color:#777;font-size", b"color:#123456;font-size")
    parsed = _read("apollon", Page(page.capture, body, page.file_name))
    rows = _rows(parsed, "review_seen")
    assert [(issue.what, issue.found) for issue in parsed.issues] == [("no_value", "no match of the pattern")]
    told = {str(row["text"]): row.get("rating") for row in rows}
    assert told == {"Burns & burns": "positive", "Late": None, "No Comment": "negative"}


@pytest.mark.parametrize(("tab", "column"), [("1", "description"), ("2", "terms"), ("3", "tags"), ("4", "review_seen")])
def test_each_tab_of_a_listing_is_read_as_what_it_says(tab: str, column: str) -> None:
    page = _page("apollon", "listing.html")
    body = page.body.replace(b"ls_id=7&amp;tab=1", f"ls_id=7&amp;tab={tab}".encode())
    said = b"<pre>A lamp\nwith a stand</pre>"
    if tab == "4":
        body = body.replace(
            said,
            b'<table class="table"><tbody><tr><td><span style="color:#d9534f">x</span></td>'
            b"<td>Too dark</td><td>b***r</td><td>49.88 USD</td><td>Jan 30, 2014</td></tr></tbody></table>",
        )
    parsed = _read("apollon", Page(page.capture, body, page.file_name))
    listing = _rows(parsed, "listing_seen")[0]
    assert {name for name in ("description", "terms", "tags") if listing.get(name)} == {column} - {"review_seen"}
    if tab == "4":
        assert [(row["rating"], row["text"], str(row["amount_usd"])) for row in _rows(parsed, "review_seen")] == [
            ("negative", "Too dark", "49.88000000")
        ]


@pytest.mark.parametrize(
    ("stock", "held", "items"),
    [("Unlimited Available", "Unlimited Available", None), ("1 Item Available", "1 Item Available", 1),
     ("(0 Auto Dispatch Items) Unlimited Available", "Unlimited Available", None),
     ("(12 Auto Dispatch Items) 1,200 Items Available", "1,200 Items Available", 1200)],
)  # fmt: skip
def test_items_that_are_sent_of_themselves_are_no_stock(stock: str, held: str, items: int | None) -> None:
    page = _page("apollon", "listing.html")
    body = page.body.replace(b"Unlimited Available", stock.encode())
    listing = _rows(_read("apollon", Page(page.capture, body, page.file_name)), "listing_seen")[0]
    assert (listing["stock_text"], listing["stock"]) == (held, items)
    assert listing["notice"] == (re.findall(r"\d+ Auto Dispatch Items", stock) or [None])[0]


def test_a_list_without_its_bar_or_its_margins_is_still_read() -> None:
    page = _page("empire", "category.html")
    body = re.sub(rb'<div class="sm-nav">.*?</ul></div>', b"", page.body)
    listing = _rows(_read("empire", Page(page.capture, body, page.file_name)), "listing_seen")[0]
    assert (str(listing["amount"]), listing["amount_usd"]) == ("1006.36000000", None)
    assert listing["price_issue"] == "in EUR, and this capture prints no rate"


@pytest.mark.parametrize(("market", "name", "cut"), [
    ("apollon", "category.html", b"<table"), ("cryptonia", "listing.html", b"<h2"),
    ("empire", "category.html", b'<div class="col-1search'),
])  # fmt: skip
def test_a_page_that_was_cut_off_before_what_it_is_about_is_an_issue(market: str, name: str, cut: bytes) -> None:
    page = _page(market, name)
    foot = page.body[page.body.index(b'<div class="footer">') :] if b'<div class="footer">' in page.body else b""
    body = page.body[: page.body.index(cut)] + foot
    parsed = _read(market, Page(page.capture, body, page.file_name))
    assert parsed.observations == () or {seen.table for seen in parsed.observations} <= {"rate_seen", "tally_seen"}
    assert "unknown_page" in {issue.what for issue in parsed.issues}
