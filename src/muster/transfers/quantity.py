"""Quantities and money as tables write them: what was written stays, and what it can mean stands beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

Sort = Literal["exact", "estimate", "range", "unit", "unknown"]
"""exact: a number. estimate: a number that the source itself calls uncertain, without saying by how much.
range: two bounds. unit: a word for a body of unstated size ("a battalion"). unknown: nothing, or "..", "n/a"."""

_NUMBER = r"\d+(?:[.,\u00a0\u202f' ]\d{3})+(?!\d)|\d+(?:[.,]\d+)?"
_PLAIN = re.compile(rf"(?P<n>{_NUMBER})")
_RANGE = re.compile(rf"(?:between\s+)?(?P<a>{_NUMBER})\s*(?:[-–—]|to|and|bis|à)\s*(?P<b>{_NUMBER})")
_ABOUT = re.compile(
    r"^(?:ca\.?|c\.|circa|about|approx(?:\.|imately)?|around|roughly|some|almost|nearly|env(?:\.|iron)|etwa|rund|~|≈)\s*"
)
_LEAST = re.compile(r"^(?:at least|more than|over|min(?:\.|imum)?|mindestens|au moins|plus de|>=?|≥)\s*|\+$")
_MOST = re.compile(r"^(?:up to|at most|max(?:\.|imum)?|fewer than|less than|bis zu|jusqu'à|<=?|≤)\s*")
_MARKED = re.compile(r"^[\[(]\s*(.+?)\s*[\])]$|^(.+?)\s*\?$")
_UNITS = re.compile(
    r"\b(squads?|platoons?|compan(?:y|ies)|batter(?:y|ies)|battalions?|squadrons?|regiments?|brigades?|divisions?|"
    r"batches|batch|sets?|packages?|consignments?|shipments?)\b"
)
_MANY = {"several": 2, "a few": 2, "dozens": 24, "hundreds": 200, "thousands": 2000}
"""Plural words: two of the unit at the very least. Nothing bounds them above."""

MOST = 10**12
"""A quantity beyond this is no count of arms: it is an issue, not a number."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """How many, as a source states it.

    low, high: bounds as stated; an estimate's are its number (the sort says that the number is none to lean on);
        None where nothing is stated.
    text: as written. trouble: "", or the word of the issue that keeps the quantity from being used.
    mixed: how the thousands are separated, where they are: for noticing tables that mix two manners.
    """

    sort: Sort
    low: int | None
    high: int | None
    text: str
    trouble: str = ""
    mixed: str = ""


@lru_cache(maxsize=65536)
def quantity(text: str, *, estimate: bool = False) -> Quantity:
    """Read a quantity of items.

    estimate: the source marks it as uncertain elsewhere, as in a column of its own.
    A separator before exactly three digits separates thousands: a count of items has no decimals. Any other fraction,
    and anything below nought, comes with `trouble` and without bounds.

    >>> quantity("1,200").low, quantity("1.200").low, quantity("1.200").mixed
    (1200, 1200, '.')
    >>> [(q.sort, q.low, q.high) for q in map(quantity, ("ca. 30", "10-15", "a battalion", "..", "[40]", "at least 5"))]
    [('estimate', 30, 30), ('range', 10, 15), ('unit', 1, None), ('unknown', None, None), ('estimate', 40, 40), ('range', 5, None)]
    >>> quantity("-3").trouble, quantity("1.5").trouble
    ('negative_quantity', 'not_whole')
    """  # noqa: E501
    bare = " ".join(text.replace("\u00a0", " ").split()).casefold()
    if bare in {"", "..", "...", "-", "–", "n/a", "na", "unknown", "unspecified", "not specified", "?", "undisclosed"}:
        return Quantity("unknown", None, None, text)
    if re.match(r"^[-−]\s*\d", bare):
        return Quantity("unknown", None, None, text, "negative_quantity")
    marked = _MARKED.match(bare)
    if marked:
        bare, estimate = marked[1] or marked[2], True
    about = _ABOUT.match(bare)
    if about:
        bare, estimate = bare[about.end() :], True
    return _bounded(bare, text, estimate)


def _bounded(bare: str, text: str, estimate: bool) -> Quantity:
    pair = _RANGE.fullmatch(bare)
    if pair:
        low, high = whole(pair["a"]), whole(pair["b"])
        if low is None or high is None or low > high:
            return Quantity("unknown", None, None, text, "no_quantity")
        return Quantity("range", low, high, text, mixed=_separator(pair["a"]) or _separator(pair["b"]))
    for pattern, below in ((_LEAST, True), (_MOST, False)):
        if pattern.search(bare):
            found = whole(pattern.sub("", bare))
            if found is not None:
                return Quantity("range", found if below else 0, None if below else found, text)
    only = _PLAIN.match(bare)
    if only and not bare[only.end() :].strip(" .").isdigit():
        return _number(only["n"], bare[only.end() :].strip(), text, estimate)
    for word, least in _MANY.items():
        if word in bare:
            return Quantity("unit", least, None, text)
    if _UNITS.search(bare):
        return Quantity("unit", 1, None, text)
    return Quantity("unknown", None, None, text, "no_quantity")


def _number(number: str, after: str, text: str, estimate: bool) -> Quantity:
    value = whole(number)
    if value is None:
        return Quantity("unknown", None, None, text, "not_whole")
    if value > MOST:
        return Quantity("unknown", None, None, text, "no_quantity")
    if after and _UNITS.search(after):  # "2 battalions": two of something of unstated size
        return Quantity("unit", value, None, text)
    if after and re.search(r"\d", after):  # "54 m 2": what follows says something that is not understood
        return Quantity("unknown", None, None, text, "no_quantity")
    if after.startswith("+"):
        return Quantity("range", value, None, text)
    return Quantity("estimate" if estimate else "exact", value, value, text, mixed=_separator(number))


def whole(number: str) -> int | None:
    """Return a whole number as tables write it, or None for one with a fraction.

    >>> whole("1 200 000"), whole("1'200"), whole("12,50"), whole("7.0")
    (1200000, 1200, None, 7)
    """
    bare = number.strip()
    if re.fullmatch(r"\d+(?:[.,\u00a0\u202f' ]\d{3})+", bare):
        return int(re.sub(r"\D", "", bare))
    if re.fullmatch(r"\d+[.,]0+", bare):
        return int(re.split("[.,]", bare)[0])
    return int(bare) if bare.isascii() and bare.isdigit() else None


def _separator(number: str) -> str:
    found = re.search(r"\d([.,' \u00a0\u202f])\d{3}", number)
    return found[1] if found else ""


_MONEY = re.compile(
    r"^\s*(?P<before>[A-Z]{3}|[€$£¥])?\s*(?P<n>[\d.,' \u00a0\u202f]*\d)\s*"
    r"(?P<scale>thousand|million|billion|mio\.?|mrd\.?|bn|m|k)?\s*(?P<after>[A-Z]{3}|[€$£¥])?\s*$",
    re.IGNORECASE,
)
_SCALES = {"thousand": 3, "k": 3, "million": 6, "mio": 6, "m": 6, "billion": 9, "bn": 9, "mrd": 9}
_SIGNS = {"€": "EUR", "£": "GBP"}


@dataclass(frozen=True, slots=True)
class Money:
    """A sum with its currency and the year of its prices, as a source states it; the value is exact, or None."""

    value: Decimal | None
    currency: str
    price_year: int | None
    text: str
    trouble: str = ""


@lru_cache(maxsize=65536)
def money(text: str, *, currency: str = "", price_year: int | None = None) -> Money:
    """Read a sum of money.

    currency: of a bare number. `$` and `¥` are several currencies each: without a declared one there is trouble.
    A lone separator before exactly three digits is as likely a thousands separator as a decimal one, so a sum without
    any other sign of which is read as thousands only where it has no scale word.

    >>> money("28672479", currency="EUR").value, money("EUR 1.5 billion").value, money("$40 million").trouble
    (Decimal('28672479'), Decimal('1500000000.0'), 'no_currency')
    >>> money("-5", currency="EUR").trouble
    'no_money'
    """
    if not text.strip() or text.strip() in {"..", "-", "n/a"}:
        return Money(None, "", None, text)
    match = _MONEY.match(text)
    if not match:
        return Money(None, "", None, text, "no_money")
    sign = (match["before"] or match["after"] or "").upper()
    code = _SIGNS.get(sign, sign if len(sign) == 3 else "") or currency
    if not code:
        return Money(None, "", None, text, "no_currency")
    scale = _SCALES.get((match["scale"] or "").lower().rstrip("."), 0)
    value = _decimal(match["n"], scaled=bool(scale))
    if value is None:
        return Money(None, "", None, text, "no_money")
    return Money(value * 10**scale, code, price_year, text)


def _decimal(number: str, *, scaled: bool) -> Decimal | None:
    bare = re.sub(r"[\s']", "", number)
    marks = [c for c in bare if c in ".,"]
    if len(set(marks)) == 2:  # the last of the two is the decimal one
        last = marks[-1]
        if marks.count(last) > 1:
            return None
        bare = bare.replace("." if last == "," else ",", "").replace(",", ".")
    elif len(marks) > 1 or (len(marks) == 1 and not scaled and re.search(r"[.,]\d{3}$", bare)):
        bare = re.sub("[.,]", "", bare)
    else:
        bare = bare.replace(",", ".")
    return Decimal(bare)
