"""Typed values out of text: counts, money, dates. What cannot be read is None, and the caller makes an issue of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

_SPACE = re.compile(r"\s+")
_GAPS = ",.'’\\u00a0\\u202f "
_NUMBER = (
    rf"\d{{1,3}}(?:(?P<gap>[{_GAPS}])\d{{3}})(?:(?P=gap)\d{{3}}){{0,4}}(?!\d)(?:[.,]\d{{1,8}}(?!\d))?"
    r"|\d{1,15}(?:[.,]\d{1,18})?(?!\d)"
)
"""A number as people write it: thousands set apart or not, then a point or a comma before the decimals."""

_FIAT = (
    "USD|EUR|GBP|AUD|CAD|CHF|NZD|SEK|NOK|DKK|PLN|CZK|HUF|BGN|RUB|UAH|ILS|JPY|CNY|CNH|HKD|SGD|BRL|MXN|ZAR|THB"
    "|(?-i:TRY|RON|INR)"
)
_COINS = "mBTC|mBCH|BTC|XBT|XMR|LTC|ETH|BCH|DASH|ZEC|DOGE|USDT"
_SIGNS = {"US$": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "NZ$": "NZD", "€": "EUR", "£": "GBP",
          "฿": "BTC", "Ƀ": "BTC", "₿": "BTC", "₽": "RUB", "₴": "UAH", "¥": "JPY", "XBT": "BTC"}  # fmt: skip
_LETTERS = rf"(?:{_FIAT}|{_COINS})"
_SIGN = r"(?:US\$|AU?\$|CA?\$|NZ\$|\$|€|£|(?:(?<![A-Za-z])m)?[฿Ƀ₿]|₽|₴|¥)"
_COUNT = re.compile(
    rf"(?<![\d.,])(?P<n>\d{{1,3}}(?:(?P<gap>[{_GAPS}])\d{{3}})(?:(?P=gap)\d{{3}}){{0,3}}(?![\d])|\d{{1,12}}(?![\d]))"
    r"(?:(?P<part>[.,]\d{1,2})?\s?(?P<k>[kK])(?![A-Za-z]))?"
)
_MONEY = re.compile(
    rf"(?:(?<![A-Za-z])(?P<code>{_LETTERS})|(?P<sign>{_SIGN}))(?:\s{{0,3}}\+)?\s{{0,3}}(?P<a>{_NUMBER})(?P<ka>\s?[kK](?![A-Za-z]))?"
    rf"|(?<![\d.,])(?P<b>{_NUMBER.replace('gap', 'gap2')})(?P<kb>\s?[kK](?![A-Za-z]))?\s{{0,3}}"
    rf"(?:(?P<code2>{_LETTERS})(?![A-Za-z])|(?P<sign2>{_SIGN}))",
    re.IGNORECASE,
)
COIN = frozenset({"BTC", "XMR", "LTC", "ETH", "BCH", "DASH", "ZEC", "DOGE", "USDT", "mBTC", "mBCH"})
_MILLI = {"MBTC": "BTC", "M฿": "BTC", "MɃ": "BTC", "M₿": "BTC", "MBCH": "BCH"}

SHORT = 80
"""Code points of a text that may well come again; what is read from longer ones is not kept."""

MOST_KEPT = 4096
"""Short texts of which what was read is kept, a reader: prices, counts and days come again all over a market."""


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
    """Return the first whole number, thousands marked or not; "1.2k" is 1,200.

    >>> count("1,234 sold"), count("none"), count("12 000"), count("1.5k views")
    (1234, None, 12000, 1500)
    """
    return _count(text) if len(text) <= SHORT else _count.__wrapped__(text)


def forget() -> None:
    """Empty what is kept of counts, money and times, as in a process that has just begun."""
    for kept in (_count, _money, time):
        kept.cache_clear()


@lru_cache(maxsize=MOST_KEPT)
def _count(text: str) -> int | None:
    match = _COUNT.search(text)
    if match is None:
        return None
    whole = int(re.sub(r"\D", "", match["n"]))
    if not match["k"]:
        return whole
    return int(Decimal(f"{whole}{(match['part'] or '').replace(',', '.')}") * 1000)


def money(text: str, *, comma: bool = False) -> list[Money]:
    """Return every amount with a currency, in the order of the text.

    comma: the market writes decimals behind a comma, so "1.234" is one thousand; numbers that can be read in one way
    only are read in that way on any market.

    >>> money("Buy price USD 1,150.00 (2.0354 BTC)")
    [Money(amount=Decimal('1150.00'), currency='USD'), Money(amount=Decimal('2.0354'), currency='BTC')]
    >>> money("1.234,56 EUR or $2k")
    [Money(amount=Decimal('1234.56'), currency='EUR'), Money(amount=Decimal('2000'), currency='$')]
    >>> money("call for price")
    []
    """
    return list(_money(text, comma) if len(text) <= SHORT else _money.__wrapped__(text, comma))


@lru_cache(maxsize=MOST_KEPT)
def _money(text: str, comma: bool) -> tuple[Money, ...]:
    found = []
    for match in _MONEY.finditer(text):
        written = match["code"] or match["sign"] or match["code2"] or match["sign2"]
        sign = written.upper()
        amount = number(match["a"] or match["b"], comma=comma, coin=sign in COIN or sign in _MILLI)
        if amount is None:
            continue
        if match["ka"] or match["kb"]:
            amount *= 1000
        if sign in _MILLI:
            amount /= 1000
        found.append(Money(amount, _MILLI.get(sign) or _SIGNS.get(sign, sign)))
    return tuple(found)


@lru_cache(maxsize=MOST_KEPT)
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


_AGE = re.compile(r"(\d{1,4})\s?(h|d|w|mo|y)\w{0,8}\b(?:\s+ago)?", re.IGNORECASE)
_HOURS = {"h": 1, "d": 24, "w": 24 * 7, "mo": 24 * 30, "y": 24 * 365}


def age(text: str) -> timedelta | None:
    """Return how long ago something was, as markets write it; months count 30 days, years 365.

    >>> age("5d"), age("2 weeks ago"), age("just now")
    (datetime.timedelta(days=5), datetime.timedelta(days=14), None)
    """
    match = _AGE.fullmatch(text.strip())
    return timedelta(hours=int(match[1]) * _HOURS[match[2].lower()]) if match else None


def day_of(when: datetime) -> datetime:
    """Return midnight of the day: what is counted in days has no hour."""
    return when.replace(hour=0, minute=0, second=0, microsecond=0)


def number(digits: str, *, comma: bool = False, coin: bool = False) -> Decimal | None:
    """Return a number as people write it.

    comma: decimals stand behind a comma where both readings are possible. coin: an amount of a coin, which has many
    decimals and seldom thousands: its one mark is the decimal one.

    >>> [str(number(n)) for n in ("1,234", "1,234.5", "1.234,5", "12,50", "0.00012", "1 234 567", "1'234.50", "1.234")]
    ['1234', '1234.5', '1234.5', '12.50', '0.00012', '1234567', '1234.50', '1.234']
    >>> str(number("1.234", comma=True)), str(number("0,123", coin=True))
    ('1234', '0.123')
    """
    cleaned = "".join(digits.split()).replace("'", "").replace("’", "")
    commas, points = cleaned.count(","), cleaned.count(".")
    if commas and points:
        decimal = "," if cleaned.rfind(",") > cleaned.rfind(".") else "."
    elif commas + points != 1:
        decimal = ""  # a mark that comes twice sets thousands apart
    else:
        decimal, usual = ("," if commas else "."), ("," if comma else ".")
        thousands = len(cleaned.rsplit(decimal, 1)[1]) == 3 and not cleaned.startswith("0") and not coin
        if thousands and decimal != usual and len(cleaned) <= 7:
            decimal = ""
    whole, _, part = cleaned.rpartition(decimal) if decimal else (cleaned, "", "")
    try:
        return Decimal(whole.replace(",", "").replace(".", "") + (f".{part}" if decimal else ""))
    except InvalidOperation:
        return None
