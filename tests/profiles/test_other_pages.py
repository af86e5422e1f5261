"""What other pages of Hansa, Dream, White House, Yellow Brick and Cypher, and other rows of tables, may hold."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from muster.model import Page
from muster.profiles import Parsed, Tokens, find, known, load, parse

from .real_pages import pages

FIXTURES = Path(str(files("muster.profiles"))) / "fixtures"


def _page(market: str, name: str) -> Page:
    return next(page for page in pages(FIXTURES / market) if page.file_name.endswith(name))


def _read(market: str, name: str, *changes: tuple[str, str]) -> Parsed:
    """Read an invented page of a market, some of its text changed."""
    page = _page(market, name)
    body = page.body.decode()
    for old, new in changes:
        assert old in body
        body = body.replace(old, new)
    changed = Page(page.capture, body.encode(), page.file_name)
    return parse(changed, find(changed, [load(name) for name in known()]), Tokens(None))


def _rows(parsed: Parsed, table: str) -> list[dict[str, Any]]:
    return [dict(seen.row) for seen in parsed.observations if seen.table == table]


def _listing(parsed: Parsed) -> dict[str, Any]:
    return _rows(parsed, "listing_seen")[0]


# Hansa

ROW = (
    '<tr><td><span class="label label-success">+</span></td><td>Burns well</td><td>2 days</td>'
    "<td>o***n <small>[6]</small></td><td>2014-02-22 23:57 UTC</td></tr>"
)


@pytest.mark.parametrize(
    ("label", "rating"), [("success", "positive"), ("danger", "negative"), ("default", "neutral"), ("info", None)]
)
def test_hansas_thumbs_are_ratings_and_one_of_no_known_colour_is_an_issue(label: str, rating: str | None) -> None:
    parsed = _read("hansa", "feedback.html", ("label label-success", f"label label-{label}"))
    (review,) = _rows(parsed, "review_seen")
    assert (review["rating"] or None, review["text"]) == (rating, "Burns well")
    assert [issue.what for issue in parsed.issues] == ([] if rating else ["no_value"])


def test_a_line_that_says_there_is_no_feedback_is_no_review() -> None:
    parsed = _read("hansa", "feedback.html", (ROW, '<tr><td colspan="5">No feedback yet</td></tr>'))
    assert _rows(parsed, "review_seen") == []
    assert parsed.capture["page_kind"] == "feedback"
    assert parsed.issues == ()


@pytest.mark.parametrize(
    ("stock", "items"),
    [("872 in stock", 872), ("1,872 in stock", 1872), ("In stock", None), ("Out of stock", None), ("Unlimited", None)],
)
def test_hansas_stock_is_a_number_only_where_one_stands(stock: str, items: int | None) -> None:
    listing = _listing(_read("hansa", "feedback.html", ("872 in stock", stock)))
    assert (listing["stock_text"], listing["stock"]) == (stock, items)


def test_a_digital_listing_of_a_new_seller_lacks_what_it_lacks_and_nothing_else() -> None:
    parsed = _read(
        "hansa", "feedback.html",
        ("<tr><td>Ships From</td><td>Northgate</td></tr><tr><td>Ships To</td><td>Worldwide</td></tr>", ""),
        ("<td>Physical</td>", "<td>Digital</td>"), ("Level 5 (60+)", "Level 1"),
        ('<span class="label">Trusted Vendor</span>', ""), ('<small>(including 2.71 transaction fee)</small>', ""),
        ('<select name="shippingID">', '<select name="nothing">'), ("USD 27.60", "USD 1,027.60"),
    )  # fmt: skip
    listing = _listing(parsed)
    assert (listing["product_class"], listing["vendor_level"], str(listing["amount"])) == (
        "Digital",
        1,
        "1027.60000000",
    )
    lacking = ("ships_from", "ships_to", "vendor_sales", "badges", "notice")
    assert {name: listing.get(name) for name in lacking} == dict.fromkeys(lacking)
    assert _rows(parsed, "option_seen") == []
    assert parsed.issues == ()


def test_ways_of_shipping_without_days_or_with_words_in_brackets_keep_their_names() -> None:
    options = {
        "Next day [Next Day] [+ USD 0.00]": ("Next day", None, "0E-8"),
        "[UK] Signed for [1 day] [+ EUR 1,010.17]": ("[UK] Signed for", 1, "1010.17000000"),
        "Collect it": ("Collect it", None, "None"),
    }
    for written, told in options.items():
        (option,) = _rows(
            _read("hansa", "feedback.html", ("Barge, tracked [2 days] [+ USD 10.17]", written)), "option_seen"
        )
        assert (option["text"], option["days"], str(option["amount"])) == told


def test_a_search_on_hansa_has_no_trail_and_an_empty_shelf_no_rows() -> None:
    trail = '<ol class="breadcrumb"><li>Home</li><li>Other</li><li>Lamps</li></ol>'
    searched = _read("hansa", "category.html", (trail, ""))
    assert (_listing(searched)["title"], _listing(searched)["category"]) == ("Brass lamp", None)
    assert searched.issues == ()
    body = _page("hansa", "category.html").body.decode()
    row = body[body.index('<div class="row-item">') : body.index('<ul class="pagination">')]
    empty = _read("hansa", "category.html", (row, ""))
    assert empty.capture["page_kind"] == "empty_category"
    assert [row["label"] for row in _rows(empty, "tally_seen")] == [
        "Other",
        "Rope",
        "Other > Lamps",
        "Other > Lamps > Wicks",
    ]
    assert empty.issues == ()


def test_a_new_seller_on_hansa_has_noughts_and_no_share() -> None:
    parsed = _read(
        "hansa", "vendor.html", ("<p>99.4% positive feedback</p>", "<p></p>"), ("60+", "0"),
        ("1,047 Subscribers", "1 Subscriber"),
        ("<strong>1,046</strong>", "<strong>0</strong>"), ("Level 5", "Level 10"),
        ('<a href="/support/12/64/"><span class="label label-success"><i class="fa fa-star"></i> Trusted Vendor</span>'
         "</a>", ""),
        ('<div class="col-md-3 vendor-imported-feedback text-center"><h3>Feedback History</h3><span class="imported" '
         'title="Bazaar vendor rating (Positive/neutral/negative)"><img src="x.png"> 69/4/1</span></div>', ""),
    )  # fmt: skip
    (seller,) = _rows(parsed, "vendor_seen")
    told = ("rating", "sales", "subscribers", "positive", "level", "badges", "elsewhere", "user_type")
    assert [seller[name] for name in told] == [None, 0, 1, 0, 10, None, None, "Vendor"]
    assert parsed.issues == ()


# Dream


def test_a_seller_on_dream_whom_nobody_has_rated_is_read_as_such() -> None:
    rated = (
        ' <a class="viewRatings" href="/contactMember?member=reedpipe&amp;tab=ratings"><span title="Successful '
        'transactions">(1250)</span> (<span class="userRating gold" title="Average rating out of 1100 rating[s] (1-5 '
        'stars)">4.96</span>)</a> (<span class="bazaarLinkedUserRating externalVendorRef" title="Bazaar vendor '
        'rating">11/0/0</span>)'
    )
    parsed = _read("dream", "seller.html", (rated, ""), ("10/03/2014 (today)", "02/03/2014"))
    (seller,) = _rows(parsed, "vendor_seen")
    assert [seller[name] for name in ("token", "sales", "rating", "elsewhere")] == ["‹vendor›", None, None, None]
    assert (str(seller["last_seen"]), parsed.capture["captured_at"]) == ("2014-03-02", None)
    assert parsed.issues == ()


@pytest.mark.parametrize(
    ("written", "amount", "code", "usd"),
    [("$1,065.8", "1065.80000000", "USD", "1065.80000000"), ("&#3647;0.5", "0.50000000", "BTC", None),
     ("&#3647;0.02 ($41.6)", "41.60000000", "USD", "41.60000000"), ("&pound;12", "12.00000000", "GBP", None),
     ("m&#3647;15.25", "0.01525000", "BTC", None), ("1.25 XMR", "1.25000000", "XMR", None)],
)  # fmt: skip
def test_dreams_prices_are_in_the_currency_that_they_are_written_in(
    written: str, amount: str, code: str, usd: str | None
) -> None:
    listing = _listing(_read("dream", "seller.html", ("$1,065.8", written)))
    said = listing["amount_usd"]
    assert (str(listing["amount"]), listing["currency"], None if said is None else str(said)) == (amount, code, usd)


def test_dreams_ratings_are_counted_in_full_stars_and_an_empty_one_is_a_rating() -> None:
    gold, grey = '<img class="star" src="star_gold.png">', '<img class="star" src="star_grey.png">'
    parsed = _read("dream", "ratings.html", (gold + gold + grey, gold + grey * 4), ("Came late", ""), ("5d 14h", "31d"))
    (review,) = _rows(parsed, "review_seen")
    assert (review["rating"], review["text"], f"{review['reviewed_at']:%Y-%m-%d}") == ("1", None, "2014-02-07")
    assert parsed.issues == ()


def test_a_listing_on_dream_without_picture_shipping_or_shelf_is_whole() -> None:
    parsed = _read(
        "dream", "listing.html", ('<img class="productImage" src="uploadedImage?id=7.25&amp;type=large">', ""),
        ("<label>Escrow</label><span>Yes</span>", "<label>Escrow</label><span>No</span>"),
        ('<input type="radio" name="shippingOption">', ""), ("category selected depth1", "category depth1"),
    )  # fmt: skip
    listing = _listing(parsed)
    assert (listing["payment"], listing["images"]) == ("no escrow", None)
    assert _rows(parsed, "option_seen") == []
    assert parsed.issues == ()


# White House


@pytest.mark.parametrize(
    ("written", "amount"),
    [("USD 105", "105.00"), ("USD 1,105.50", "1105.50"), ("GBP 81.12", "81.12"), ("AUD 14", "14.00"),
     ("CAD 1,000", "1000.00")],
)  # fmt: skip
def test_white_house_prices_are_in_the_sellers_currency(written: str, amount: str) -> None:
    listing = _listing(_read("white-house", "list.html", ("EUR 1.234,50", written)))
    assert (listing["currency"], f"{listing['amount']:.2f}") == (written[:3], amount)


def test_marks_of_a_white_house_seller_are_not_how_he_is_paid() -> None:
    parsed = _read(
        "white-house", "list.html",
        ('<span class="label">FE Listing</span>',
         '<span class="label">Escrow Listing</span> <span class="label">Verified</span>'),
        ("In stock", "Out of stock"), ('<img src="x.jpg">', ""),
    )  # fmt: skip
    listing = _listing(parsed)
    assert (listing["payment"], listing["badges"]) == ("Escrow Listing", "Verified")
    assert (listing["stock_text"], listing["stock"], listing["images"]) == ("Out of stock", None, None)


def test_white_house_counts_one_listing_and_every_category_once() -> None:
    parsed = _read("white-house", "list.html", ("Found 23,624 listings, 591 pages.", "Found 1 listing, 1 page."))
    told = [(row["what"], row.get("label"), row["n"]) for row in _rows(parsed, "tally_seen")]
    assert told == [
        ("listings found", None, 1), ("pages", None, 1), ("category", "Other", 52), ("category", "Other - Lamps", 17)
    ]  # fmt: skip


def test_a_white_house_page_that_lost_its_list_is_told_and_an_empty_search_is_not() -> None:
    body = _page("white-house", "list.html").body.decode()
    lost = body[body.index('<div class="panel-heading">') :]
    parsed = _read("white-house", "list.html", (lost, '<form name="searchform">'))
    assert [(issue.what, issue.where) for issue in parsed.issues] == [("no_rows", "search: div.listinglist")]
    assert [row["label"] for row in _rows(parsed, "tally_seen")] == ["Other", "Other - Lamps"]
    heading = "Found 23,624 listings, 591 pages."
    rows = body[body.index('<div class="listinglist">') :]
    none = _read("white-house", "list.html", (rows, ""), (heading, "Found 0 listings, 0 pages."))
    assert (none.capture["page_kind"], none.issues) == ("empty_category", ())


# Yellow Brick


def test_a_page_of_yellow_brick_that_is_no_list_is_of_no_known_kind() -> None:
    body = _page("yellow-brick", "list.html").body.decode()
    parsed = _read("yellow-brick", "list.html", (body[body.index('<div id="listingsep">') :], "<p>Read this first</p>"))
    assert (parsed.capture["market"], parsed.observations) == ("yellow-brick", ())
    assert [(issue.what, issue.where) for issue in parsed.issues] == [("unknown_page", "the kind of page")]


@pytest.mark.parametrize(
    ("mark", "payment", "badges"),
    [('title="Escrow">&check; Escrow', "Escrow", "Legit"), ('title="FE">Finalize Early', "Finalize Early", "Legit"),
     ('title="Half-FE">Half-Escrow/Half-FE', "Half-Escrow/Half-FE", "Legit"),
     ('title="Low Stock!">Low stock!', None, "Low stock!, Legit"),
     ('title="FEEL free">&check; FEEL free', None, "FEEL free, Legit")],
)  # fmt: skip
def test_yellow_bricks_marks_are_told_from_how_it_is_paid(mark: str, payment: str | None, badges: str) -> None:
    listing = _listing(_read("yellow-brick", "list.html", ('title="Escrow">&check; Escrow', mark)))
    assert (listing["payment"], listing["badges"]) == (payment, badges)


def test_a_new_seller_on_yellow_brick_has_no_level() -> None:
    level = '<span id="tag_level" title="Level 9">Level 9</span>'
    new = '<span id="tag_level" title="New Vendor">✿ New Vendor</span>'
    listing = _listing(
        _read("yellow-brick", "list.html", (level, new), ('<img src="uploads/ico/7.jpg">', '<img id="main">'))
    )
    assert (listing["vendor_level"], listing["images"], listing["badges"]) == (None, None, "Legit, New Vendor")


# Cypher


@pytest.mark.parametrize(("mark", "told"), [("Escrow only", "Escrow only"), ("FE Allowed", "FE Allowed")])
def test_cyphers_mark_of_payment_is_read_whatever_its_colour(mark: str, told: str) -> None:
    for colour in ("mgray", "success", "warning"):
        change = ('<span class="badge badge-success">FE Allowed', f'<span class="badge badge-{colour}">{mark}')
        assert _listing(_read("cypher", "category.html", change))["payment"] == told


def test_the_last_page_of_a_cypher_list_and_a_list_of_one_page_say_how_many_there_are() -> None:
    last = '<li class="page-item"><a class="page-link">43</a></li>'
    ended = _read("cypher", "category.html", (last, '<li class="page-item disabled"><a class="page-link">43</a></li>'))
    assert _rows(ended, "tally_seen")[-1]["n"] == 43
    alone = _read("cypher", "category.html", (last, ""))
    assert _rows(alone, "tally_seen")[-1]["n"] == 1


def test_a_page_of_another_market_on_the_same_software_is_of_no_known_market() -> None:
    parsed = _read("cypher", "category.html", ("<title>Cypher - Other category</title>", "<title>Stall</title>"))
    assert parsed.observations == ()
    assert [issue.what for issue in parsed.issues] == ["unknown_page"]


# Tables


def _row(market: str, **changes: str) -> Parsed:
    """Read the first invented row of a table, some of its cells changed."""
    page = _page(market, "table.csv")
    assert page.cells is not None
    assert set(changes) <= page.cells.keys()
    cells = {**page.cells, **changes}
    changed = Page(page.capture, ",".join(cells.values()).encode(), page.file_name, cells)
    return parse(changed, find(changed, [load(name) for name in known()]), Tokens(None))


@pytest.mark.parametrize(
    ("left", "text", "items"),
    [("Unlimited (6 automatic items)", "Unlimited (6 automatic items)", None), ("Unlimited", "Unlimited", None),
     ("1,250 (3 automatic items)", "1,250 (3 automatic items)", 1250), ("0", "0", 0), ("7", "7", 7)],
)  # fmt: skip
def test_items_that_alphabay_sends_at_once_are_said_and_not_counted(left: str, text: str, items: int | None) -> None:
    item = f"Views: 1,032 / Bids: Fixed price\nQuantity left: {left}"
    listing = _listing(_row("alphabay-table", listing_item=item))
    assert (listing["stock_text"], listing["stock"], listing["views"]) == (text, items, 1032)


@pytest.mark.parametrize("gap", ["\ufffd\ufffd\ufffd", "ξξ", "\ufffd_\ufffd_", " ", "\n"])
def test_levels_on_alphabay_are_read_whatever_became_of_the_stars_between_them(gap: str) -> None:
    sold = f"Sold by oldlantern -\n1,204 sold since Apr 6, 2014{gap}Vendor Level 10{gap}Trust Level 9"
    listing = _listing(_row("alphabay-table", detail_qty_sold=sold))
    told = ("sales", "vendor_level", "trust_level")
    assert ([listing[name] for name in told], str(listing["sales_since"])) == ([1204, 10, 9], "2014-04-06")


@pytest.mark.parametrize(
    ("written", "amount", "kind"),
    [("Buy price\nUSD 1,045.10\n\n(0.7002 BTC)", "1045.10000000", "buy"),
     ("Buy price\nUSD 0.00\n\n(0.0000 BTC)", "0E-8", "buy"),
     ("Current price\nUSD 5.00\n\n(0.0033 BTC)", "5.00000000", "auction"),
     ("Current price\nUSD 5.00\n\n(0.0033 BTC)\n\n\nBuy price\nUSD 20.00\n\n(0.0134 BTC)", "20.00000000", "buy"),
     ("null", "None", "")],
)  # fmt: skip
def test_alphabays_price_is_the_one_to_buy_at_where_there_is_one(written: str, amount: str, kind: str) -> None:
    parsed = _row("alphabay-table", listing_price=written)
    listing = _listing(parsed)
    assert (str(listing["amount_usd"]), listing["price_kind"] or "") == (amount, kind)
    assert [issue.what for issue in parsed.issues if "price" in issue.where] == (
        ["no_value"] if written == "null" else []
    )


@pytest.mark.parametrize(
    ("price", "quantity", "amount", "items"),
    [("3.0", "10000.0", "3.00000000", 10000), ("1234.5", "1.0", "1234.50000000", 1), ("0.0", "", "0E-8", None)],
)
def test_cyphers_table_is_in_a_disputed_currency_and_counts_in_floats(
    price: str, quantity: str, amount: str, items: int | None
) -> None:
    listing = _listing(_row("cypher-table", **{"Price in AUD": price, "Quantity": quantity}))
    assert (str(listing["amount"]), listing["currency"], listing["amount_usd"]) == (amount, "disputed", None)
    assert listing["stock"] == items
