"""Variants: an older layout is read by its date or its marks, and a variant of nothing is refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from muster.errors import ProfileError
from muster.model import Capture, Locator, Page, digest
from muster.profiles import Tokens, parse
from muster.profiles.profile import parse_profile

STALL = """
title: Stall
description: A stall with an old layout.
market: stall
marks: { css: body.stall }
pages:
  listing:
    variants:
      - { until: 2014-06-30, fields: { price: { css: td.cost } } }
      - { marks: "b.ancient", fields: { listing_seen.price: { css: b.ancient } } }
    rows:
      - { table: listing_seen, fields: { title: { css: h1 }, price: { css: td.price, optional: true } } }
"""


def _price(day: datetime | None, more: str = "") -> object:
    body = (
        f"<body class='stall'><h1>Lamp</h1>{more}<table><td class='cost'>USD 5<td class='price'>USD 7</table>".encode()
    )
    known = Capture("cap:1", "x", Locator("f" * 64, 0, 1), digest(body), len(body), "text/html", "", day, "record")
    return parse(Page(known, body), parse_profile(STALL, "stall"), Tokens(None)).observations[0].row["amount"]


def test_the_layout_of_a_day_is_read() -> None:
    assert _price(datetime(2014, 6, 30, 23, tzinfo=UTC)) == 5
    assert _price(datetime(2014, 7, 1, tzinfo=UTC)) == 7


def test_a_page_of_unknown_time_is_of_a_variant_only_by_its_marks() -> None:
    assert _price(None) == 7
    assert _price(None, "<b class='ancient'>USD 9</b>") == 9


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("fields: { price: { css: td.cost } }", "fields: { sales: { css: td.cost } }", "no such field"),
        ("fields: { price: { css: td.cost } }", "each: { vendor_seen: tr }", "no such table"),
        ("css: td.cost", "css: 'td..cost'", "not a css selector"),
    ],
)
def test_a_variant_of_nothing_is_refused(old: str, new: str, says: str) -> None:
    with pytest.raises(ProfileError, match=says):
        parse_profile(STALL.replace(old, new), "stall")
