"""Parsing one capture: rows, spans, and an issue for whatever was not understood."""

from __future__ import annotations

import html
import re
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.model import Capture, CapturedFrom, Locator, Page, digest
from muster.profiles import Parsed, Tokens, find, known, load, parse
from muster.profiles.profile import Profile, parse_profile

TOKENS = Tokens(b"k" * 32)

STALL = parse_profile(
    """
title: Stall
description: An invented page with every feature.
market: stall
sources: [this test]
days: ["%Y-%m-%d"]
marks: { css: "body.stall" }
captured: { css: ".clock", optional: true }
handles: [".seller"]
lookups: { price: { "ask": null } }
pages:
  listing:
    marks: ".goods"
    rows:
      - table: listing_seen
        each: ".goods"
        empty: bare
        fields:
          own_id: { attr: data-id, optional: true }
          title: { css: "h2" }
          description: { css: ".words", optional: true }
          vendor: { css: ".seller" }
          price: { css: ".price" }
          sales: { css: ".sold", optional: true }
    audit:
      - { css: "dt", known: ["^Price$"] }
  login: { marks: "form" }
""",
    "stall",
)


def _page(
    body: str | bytes, when: datetime | None = None, captured_from: CapturedFrom = "unknown", address: str = ""
) -> Page:
    data = body.encode() if isinstance(body, str) else body
    return Page(
        Capture("cap:1", "pages", Locator("f" * 64, 0, len(data)), digest(data), len(data), "text/html", address,
                when, captured_from), data,
    )  # fmt: skip


def _parse(body: str | bytes, profile: Profile = STALL, **facts: object) -> Parsed:
    return parse(_page(body, **facts), profile, TOKENS)  # type: ignore[arg-type]


def _listing(title: str = "Brass lamp", price: str = "USD 5.00", more: str = "") -> str:
    return (
        f'<body class="stall"><div class="goods" data-id="7"><h2>{title}</h2><a class="seller">tinwhistle</a>'
        f'<b class="price">{price}</b>{more}</div></body>'
    )


def _issues(parsed: Parsed) -> list[str]:
    return [issue.what for issue in parsed.issues]


def test_a_listing_is_read_with_its_places() -> None:
    body = _listing("Brass &amp; tin <i>lamp</i>")
    parsed = _parse(body)
    row = parsed.observations[0].row
    assert (row["title"], row["amount_usd"], row["identity"]) == ("Brass & tin lamp", 5, "own")
    assert row["vendor"] == TOKENS.token("vendor", "tinwhistle")
    places = {
        (s["start"], s["end"]): body[s["byte_start"] : s["byte_end"]] for s in row["spans_raw"] if s["field"] == "title"
    }
    assert places == {(0, 12): "Brass &amp; tin", (12, 16): "lamp"} or places == {
        (0, 11): "Brass &amp; tin",
        (12, 16): "lamp",
    }


def test_words_that_the_page_runs_together_stay_together() -> None:
    assert _parse(_listing("Br<b>ass</b> lamp")).observations[0].row["title"] == "Brass lamp"


def test_the_markets_own_id_and_the_handle_stay_inside() -> None:
    parsed = _parse(_listing("Lamp of tinwhistle", more='<p class="words">Ask tinwhistle</p>'))
    assert "tinwhistle" not in repr(parsed)
    assert "'7'" not in repr(parsed.observations[0].row)


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("", "empty_body"),
        ("   \n", "empty_body"),
        (b"\0\x01\x02" * 100, "not_text"),
        ("<div>" * 100_000, "too_deep"),
        ("<body class='other'><h1>x</h1></body>", "unknown_page"),
        ("<body class='stall'><h1>x</h1></body>", "unknown_page"),
        (_listing(price=""), "no_value"),
        (_listing(price="a fair one"), "bad_value"),
        (_listing(more="<dl><dt>Colour</dt></dl>"), "leftover"),
        (_listing(title=""), "no_row"),
        (_listing(more="<i class='sold'>many</i>"), "bad_value"),
    ],
)
def test_what_is_not_understood_is_an_issue_that_names_its_capture(body: str | bytes, what: str) -> None:
    parsed = _parse(body)
    assert what in _issues(parsed)
    assert all(issue.capture == "cap:1" and issue.do for issue in parsed.issues)


def test_a_declared_page_without_rows_is_no_issue() -> None:
    assert _parse("<body class='stall'><form></form></body>").issues == ()


def test_a_known_dirty_value_is_looked_up() -> None:
    parsed = _parse(_listing(price="ask"))
    assert parsed.observations[0].row["amount_usd"] is None
    assert _issues(parsed) == ["no_value"]


def test_the_pages_own_time_comes_before_the_file_names_and_after_the_records() -> None:
    body = _listing(more="<i class='clock'>2014-03-01</i>")
    day = datetime(2014, 3, 9, tzinfo=UTC)
    named = _parse(body, when=day, captured_from="file name")
    assert (named.capture["captured_at"].day, named.capture["captured_from"]) == (1, "page")
    assert _issues(named) == ["time_disagrees"]
    recorded = _parse(body, when=day, captured_from="record")
    assert (recorded.capture["captured_at"].day, recorded.capture["captured_from"]) == (9, "record")
    assert named.observations[0].row["captured_from"] == "page"


def test_an_address_keeps_no_host_and_no_name() -> None:
    address = "http://" + "a" * 16 + ".onion/vendor/tinwhistle/feedback?q=tinwhistle"
    kept = _parse(_listing(), address=address).capture["address"]
    assert kept.startswith("‹onion:")
    assert "/vendor/‹part:" in kept
    assert "tinwhistle" not in kept


def test_without_an_own_id_a_listing_is_its_seller_title_and_category() -> None:
    first, again, other = (
        _parse(_listing(title).replace(' data-id="7"', "")).observations[0].row
        for title in ("Brass lamp", "brass  LAMP", "Tin lamp")
    )
    assert first["identity"] == "guessed"
    assert first["listing"] == again["listing"] != other["listing"]


def test_no_profile_leaves_one_issue_and_no_row() -> None:
    parsed = parse(_page(_listing()), None, TOKENS)
    assert (_issues(parsed), parsed.observations) == (["unknown_page"], ())


def test_profiles_are_found_by_marks_never_by_address() -> None:
    profiles = [load(name) for name in known()]
    assert find(_page("<p>nothing", address="http://bazaar-market.example/item/1"), profiles) is None


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_a_span_leads_to_the_bytes_that_the_field_was_read_from(title: str) -> None:
    body = _listing(html.escape(title)).encode()
    parsed = _parse(body)
    for found in parsed.observations:
        row = found.row
        for span in row["spans_raw"] or ():
            if span["field"] == "title" and "‹" not in row["title"]:
                raw = html.unescape(body[span["byte_start"] : span["byte_end"]].decode())
                assert re.sub(r"\s+", " ", raw).strip() == row["title"][span["start"] : span["end"]]


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 19_000,
        "<body class='stall'>" + "<div class='goods'>" * 9_000,
        _listing("x" * 2_000_000),
        _listing("&" * 200_000),
        "<body class='stall'>" + "<!--" * 100_000,
    ],
    ids=["deep", "deep rows", "long title", "escapes", "comments"],
)
def test_hostile_pages_end_in_time(body: str) -> None:
    start = time.process_time()
    _parse(body)
    assert time.process_time() - start < 10


def test_a_value_with_a_selector_is_said_only_where_the_page_has_such_an_element() -> None:
    text = """
title: Stall
description: A stall with a mark.
market: stall
marks: { css: body.stall }
pages:
  listing:
    rows:
      - table: listing_seen
        each: p
        fields: { title: { css: b }, price_kind: { css: i, value: auction }, product_class: { value: any } }
"""
    parsed = parse(
        _page("<body class=stall><p><b>Lamp</b><i></i></p><p><b>Can</b></p>"), parse_profile(text, "x"), TOKENS
    )
    assert [(seen.row["price_kind"], seen.row["product_class"]) for seen in parsed.observations] == [
        ("auction", "any"), (None, "any"),
    ]  # fmt: skip
    assert parsed.issues == ()
