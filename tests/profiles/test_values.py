"""Values: money, counts and times, and what is none of them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.profiles.values import count, money, squeeze, time


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Buy price USD 500.00 (0.3065 BTC)", [("500.00", "USD"), ("0.3065", "BTC")]),
        ("USD 1,019.95", [("1019.95", "USD")]),
        ("2000 $", [("2000", "$")]),
        ("$1,250", [("1250", "$")]),
        ("€ 12,50", [("12.50", "EUR")]),
        ("XMR 3.5", [("3.5", "XMR")]),
        ("A$ 30", [("30", "AUD")]),
        ("BTC 0.01 / $45", [("0.01", "BTC"), ("45", "$")]),
        ("2x 1,000", []),
        ("free", []),
        ("", []),
    ],
)
def test_money_keeps_amount_and_currency(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(str(m.amount), m.currency) for m in money(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1,234", 1234), ("872 in stock", 872), ("60+", 60), ("+663", 663), ("none", None), ("1.234", 1234)],
)
def test_counts(text: str, expected: int | None) -> None:
    assert count(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2017-06-24 06:33 UTC", "2017-06-24T06:33:00+00:00"),
        ("Apr 6, 2017", "2017-04-06T00:00:00+00:00"),
        ("2017-02-31", None),
        ("soon", None),
    ],
)
def test_a_time_is_read_whole_or_not_at_all(text: str, expected: str | None) -> None:
    found = time(text, ("%Y-%m-%d %H:%M UTC", "%b %d, %Y", "%Y-%m-%d"))
    assert (found.isoformat() if found else None) == expected


@given(st.decimals(min_value=Decimal("0.01"), max_value=Decimal("999999"), places=2))
def test_an_amount_survives_being_written_with_thousands(amount: Decimal) -> None:
    assert money(f"USD {amount:,}")[0].amount == amount


@given(st.text())
def test_nothing_raises(text: str) -> None:
    money(text)
    count(text)
    assert squeeze(squeeze(text)) == squeeze(text)
