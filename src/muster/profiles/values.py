"""Typed values out of text: counts, money, dates. What cannot be read is None, and the caller makes an issue of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache

_SPACE = re.compile(r"\s+")
_NUMBER = r"\d{1,3}(?:[,  ]\d{3}){1,4}(?:\.\d{1,8})?|\d{1,15}(?:[.,]\d{1,8})?"
_COUNT = re.compile(r"(?<![\d.,])(\d{1,3}(?:[,.  ]\d{3}){1,3}|\d{1,12})(?![\d])")
_MONEY = re.compile(
    rf"(?P<before>USD|EUR|GBP|AUD|CAD|CHF|BTC|XMR|LTC|ETH|US\$|A\$|C\$|\$|€|£|฿)\s{{0,3}}(?P<a>{_NUMBER})"
    rf"|(?P<b>{_NUMBER})\s{{0,3}}(?P<after>USD|EUR|GBP|AUD|CAD|CHF|BTC|XMR|LTC|ETH|\$|€|£|฿)",
    re.IGNORECASE,
)
_CODES = {"US$": "USD", "A$": "AUD", "C$": "CAD", "€": "EUR", "£": "GBP", "฿": "BTC"}
COIN = frozenset({"BTC", "XMR", "LTC", "ETH"})


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency: an ISO 4217 code, a coin's ticker, or "$" where only the page's profile can tell."""

    amount: Decimal
    currency: str


def squeeze(text: str) -> str:
    """Return text with runs of white space as one space.

    >>> squeeze("  a\\n  b ")
    'a b'
    """
    text = text.strip()
    if text.isascii() and text.isprintable() and "  " not in text:
        return text  # what most texts are; the pattern below costs ten times as much
    return _SPACE.sub(" ", text)


def count(text: str) -> int | None:
    """Return the first whole number, thousands marked or not.

    >>> count("1,234 sold"), count("none"), count("12 000")
    (1234, None, 12000)
    """
    match = _COUNT.search(text)
    return int(re.sub(r"\D", "", match[1])) if match else None


def money(text: str) -> list[Money]:
    """Return every amount with a currency, in the order of the text.

    >>> money("Buy price USD 1,150.00 (2.0354 BTC)")
    [Money(amount=Decimal('1150.00'), currency='USD'), Money(amount=Decimal('2.0354'), currency='BTC')]
    >>> money("call for price")
    []
    """
    found = []
    for match in _MONEY.finditer(text):
        sign = (match["before"] or match["after"]).upper()
        digits = match["a"] or match["b"]
        amount = _decimal(digits)
        if amount is not None:
            found.append(Money(amount, _CODES.get(sign, sign)))
    return found


@lru_cache(maxsize=4096)
def time(text: str, formats: tuple[str, ...]) -> datetime | None:
    """Return the time that one of the formats reads from all of the text, as UTC; a day alone is its midnight.

    >>> time("24 Jun 2017 06:33 UTC", ("%d %b %Y %H:%M UTC",)).isoformat()
    '2017-06-24T06:33:00+00:00'
    >>> time("2017-02-31", ("%Y-%m-%d",)) is None
    True
    """
    cleaned = squeeze(text)
    for form in formats:
        try:
            return datetime.strptime(cleaned, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def _decimal(digits: str) -> Decimal | None:
    cleaned = re.sub(r"[  ]", "", digits)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", cleaned):
        cleaned = cleaned.replace(",", "")
    cleaned = cleaned.replace(",", ".")
    try:
        return Decimal(cleaned)
    except InvalidOperation:
        return None
