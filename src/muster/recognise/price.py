"""Read the price of a listing in US dollars, or say why there is none."""

from __future__ import annotations

import re
from decimal import Decimal

_AMOUNT = r"(?<![\d.,])(\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,8})?|\d{1,12}(?:\.\d{1,8})?)(?![\d])"
_USD = re.compile(rf"(?:US\s?D|US\s?\$|\$)\s{{0,3}}{_AMOUNT}|{_AMOUNT}\s{{0,3}}(?:USD|US\s?\$|\$)", re.IGNORECASE)
_BUY = re.compile(r"buy\s{1,3}price", re.IGNORECASE)
_BARE = re.compile(rf"\s{{0,9}}{_AMOUNT}\s{{0,9}}")
_OTHER = re.compile(r"[€£¥₽₴]|\b(?:EUR|GBP|AUD|CAD|CHF|BTC|XMR|LTC|ETH|UAH|RUB|PLN)\b", re.IGNORECASE)
_DOLLARS = frozenset({"USD", "US$"})
PLACES = Decimal("0.0001")
"""A unit price is rounded to a hundredth of a cent."""


def usd(price: str, amount_usd: Decimal | None, currency: str) -> tuple[Decimal | None, str]:
    """Return the asked price in US dollars and why there is none ("" where there is one).

    price: as the page writes it; amount_usd: where an earlier room has worked it out; currency: ISO code or "".
    Of an auction's two prices the one to buy at once is taken; bitcoins in brackets are the same price again.
    Reasons: `no_price`, `zero_price`, `not_usd`, `several_prices`, `unreadable_price`.

    >>> usd("Buy price USD 1,500.00 (0.3065 BTC)", None, "")
    (Decimal('1500.00'), '')
    >>> usd("12.5", None, "AUD"), usd("", None, "")
    ((None, 'not_usd'), (None, 'no_price'))
    """
    if amount_usd is not None:
        return _checked(amount_usd)
    stated = currency.strip().upper()
    text = price[:400]
    if stated and stated not in _DOLLARS:
        return None, "not_usd" if text.strip() else "no_price"
    if not text.strip():
        return None, "no_price"
    bought = _BUY.search(text)
    found = _amounts(text[bought.end() :] if bought else text, bool(stated))
    if not found:
        return None, "not_usd" if _OTHER.search(text) else "unreadable_price"
    if len(set(found)) > 1 and not bought:
        return None, "several_prices"
    return _checked(found[0])


def per_unit(amount: Decimal | None, quantity: int | None) -> Decimal | None:
    """Return the price of one item or round.

    >>> per_unit(Decimal("75"), 50)
    Decimal('1.5000')
    """
    if amount is None:
        return None
    return (amount / (quantity or 1)).quantize(PLACES)


def _amounts(text: str, dollars: bool) -> list[Decimal]:
    found = [match.group(1) or match.group(2) for match in _USD.finditer(text)]
    if not found and dollars and (bare := _BARE.fullmatch(text)):
        found = [bare.group(1)]
    return [Decimal(amount.replace(",", "")) for amount in found]


def _checked(amount: Decimal) -> tuple[Decimal | None, str]:
    if not amount.is_finite() or amount < 0 or amount >= Decimal(10) ** 12:
        return None, "unreadable_price"
    return (amount, "") if amount else (None, "zero_price")
