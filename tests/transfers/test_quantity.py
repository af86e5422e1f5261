"""Quantities and money as tables write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.transfers.quantity import money, quantity


@pytest.mark.parametrize(
    ("text", "sort", "low", "high"),
    [
        ("40", "exact", 40, 40),
        ("1.200", "exact", 1200, 1200),
        ("1,200", "exact", 1200, 1200),
        ("1 200 000", "exact", 1_200_000, 1_200_000),
        ("ca. 30", "estimate", 30, 30),
        ("about 1,200", "estimate", 1200, 1200),
        ("[12]", "estimate", 12, 12),
        ("12?", "estimate", 12, 12),
        ("10-15", "range", 10, 15),
        ("between 10 and 15", "range", 10, 15),
        ("10 bis 15", "range", 10, 15),
        ("at least 5", "range", 5, None),
        ("up to 8", "range", 0, 8),
        ("300+", "range", 300, None),
        ("a battalion", "unit", 1, None),
        ("2 battalions", "unit", 2, None),
        ("several", "unit", 2, None),
        ("hundreds", "unit", 200, None),
        ("", "unknown", None, None),
        ("..", "unknown", None, None),
        ("unknown", "unknown", None, None),
    ],
)
def test_a_quantity_is_what_the_source_states_and_no_more(text: str, sort: str, low: int, high: int) -> None:
    found = quantity(text)
    assert (found.sort, found.low, found.high, found.text, found.trouble) == (sort, low, high, text, "")


@pytest.mark.parametrize(
    ("text", "trouble"),
    [("-3", "negative_quantity"), ("−3", "negative_quantity"), ("1.5", "not_whole"), ("2,75", "not_whole"),
     ("some of them", "no_quantity"), ("15-10", "no_quantity"), ("9" * 20, "no_quantity")],
)  # fmt: skip
def test_what_counts_nothing_is_named_and_never_a_number(text: str, trouble: str) -> None:
    found = quantity(text)
    assert (found.trouble, found.low, found.high) == (trouble, None, None)


@given(st.text(max_size=60))
def test_no_text_breaks_it_and_bounds_are_in_order(text: str) -> None:
    found = quantity(text)
    assert found.text == text
    assert found.low is None or found.high is None or 0 <= found.low <= found.high


@given(st.integers(0, 10**9))
def test_every_way_to_write_thousands_gives_the_same_number(n: int) -> None:
    written = {f"{n}", f"{n:,}", f"{n:,}".replace(",", "."), f"{n:,}".replace(",", " "), f"{n:,}".replace(",", "'")}
    assert {quantity(text).low for text in written} == {n}


@pytest.mark.parametrize(
    ("text", "currency", "value", "code"),
    [
        ("28672479", "EUR", Decimal(28672479), "EUR"),
        ("€1.200.000", "", Decimal(1200000), "EUR"),
        ("1,234.50 USD", "", Decimal("1234.50"), "USD"),
        ("1.234,50 EUR", "", Decimal("1234.50"), "EUR"),
        ("GBP 2.3 billion", "", Decimal("2300000000"), "GBP"),
    ],
)
def test_money_keeps_its_currency(text: str, currency: str, value: Decimal, code: str) -> None:
    found = money(text, currency=currency, price_year=2022)
    assert (found.value, found.currency, found.price_year, found.text) == (value, code, 2022, text)


def test_a_dollar_sign_alone_is_no_currency() -> None:
    assert money("$40 million").trouble == "no_currency"
    assert money("$40 million", currency="USD").value == 40_000_000


@given(st.text(max_size=40))
def test_no_text_breaks_money(text: str) -> None:
    found = money(text, currency="EUR")
    assert found.value is None or found.value >= 0
