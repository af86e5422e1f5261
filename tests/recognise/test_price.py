"""Prices as written, and the reasons why there is none."""

from __future__ import annotations

from decimal import Decimal

import pytest

from muster.recognise.price import per_unit, usd


@pytest.mark.parametrize(
    ("price", "currency", "amount", "issue"),
    [
        ("Buy price USD 500.00 (0.3065 BTC)", "", "500.00", ""),
        ("Buy price\nUSD 12,500.00\n\n(9.1 BTC)", "", "12500.00", ""),
        ("Current price USD 399.00 (0.2472 BTC) Buy price USD 450.00 (0.28 BTC)", "", "450.00", ""),
        ("$75", "", "75", ""),
        ("75 USD", "USD", "75", ""),
        ("600", "USD", "600", ""),
        ("600", "", None, "unreadable_price"),
        ("USD 0.00 (0.0000 BTC)", "", None, "zero_price"),
        ("USD 5 or USD 7", "", None, "several_prices"),
        ("12.5", "AUD", None, "not_usd"),
        ("$12.5", "disputed", None, "not_usd"),
        ("EUR 90", "", None, "not_usd"),
        ("ask me", "", None, "unreadable_price"),
        ("", "", None, "no_price"),
        ("", "AUD", None, "no_price"),
        ("USD 99999999999999999999999", "", None, "unreadable_price"),
    ],
)
def test_a_price_is_read_once_or_refused_with_a_reason(
    price: str, currency: str, amount: str | None, issue: str
) -> None:
    assert usd(price, None, currency) == (None if amount is None else Decimal(amount), issue)


def test_an_amount_worked_out_before_is_taken_as_it_is() -> None:
    assert usd("12.5", Decimal("8.4"), "AUD") == (Decimal("8.4"), "")


@pytest.mark.parametrize("amount", ["-1", "NaN", "Infinity"])
def test_an_impossible_amount_is_no_price(amount: str) -> None:
    assert usd("", Decimal(amount), "USD") == (None, "unreadable_price")


def test_a_unit_price_is_the_price_shared_out() -> None:
    assert per_unit(Decimal(100), 3) == Decimal("33.3333")
    assert per_unit(None, 3) is None
