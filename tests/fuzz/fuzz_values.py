"""The rules of prices, counts and dates: whatever the text is, they end, raise nothing, and keep to what they say."""

from __future__ import annotations

from decimal import Decimal

from muster.profiles import values

ROOMS = ("muster.profiles.values",)
DAYS = ("%Y-%m-%d %H:%M UTC", "%d/%m/%Y", "%b %d, %Y %H:%M", "%B %d, %Y")
SEEDS = (
    b"USD 1,150.00 (2.0354 BTC)",
    b"1.234,56 EUR / $2k / 0.00012 BTC",
    "€ 89.04 £ 81.12 AUD 143.97".encode(),
    b"2014-03-01 10:20 UTC",
    b"Nov 17, 2013 21:24",
    b"5d 14h",
    b"12 000 sold, 1.5k views",
)


def one(data: bytes) -> None:
    """Read the bytes as a price, a count, an age and a date."""
    text = data.decode("utf-8", "replace")
    for comma in (False, True):
        for found in values.money(text, comma=comma):
            assert found.amount >= 0
            assert found.amount.is_finite()
            assert values.money(f"{found.amount:f} {found.currency}")[:1] or found.amount > Decimal(10) ** 15
    n = values.count(text)
    assert n is None or n >= 0
    values.age(text)
    when = values.time(text, DAYS)
    assert when is None or when.tzinfo is not None
