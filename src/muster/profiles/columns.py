"""From what fields say to typed columns: tokens in, issues for what was not understood.

What fills a column is chosen once for each field of a declaration, by its name, its type and its table; it fills the
column for all rows of a page together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from muster.model import digest
from muster.profiles import values
from muster.profiles.prices import LARGEST, Prices
from muster.profiles.profile import Field, Profile
from muster.profiles.tokens import Tokens

NO_COLUMN = frozenset({"own_id", "vendor_again", "age", "price_also", "subcategory"})
"""Fields that are read for the sake of others.

own_id: only its digest is kept. subcategory: what a card adds to the category of its page. age: counted back from the
time of capture. price_also: the same price in other currencies.
"""


class Sheet:
    """The columns of some rows of one table, while they are filled.

    sellers: the handles that each row names. told: signs that were told on this page.
    """

    def __init__(self, tokens: Tokens, kind: str, sellers: Sequence[tuple[str, ...]], told: set[str]) -> None:
        self.tokens, self.kind, self.sellers, self.told = tokens, kind, sellers, told
        self.columns: dict[str, list[Any]] = {}
        self.doubts: list[tuple[int, tuple[str, str, str, str]]] = []
        """A row's number, and what was not understood there: what, where, found, do."""

    def doubt(self, row: int, what: str, where: str, found: str, do: str) -> None:
        """Keep that something was not understood."""
        self.doubts.append((row, (what, where, found, do)))

    def safe(self, row: int, text: str) -> str:
        """Return a text with tokens in the place of the row's sellers and of all contacts."""
        return self.tokens.redact(text, self.sellers[row]).text


Fill = Callable[[Sheet, Sequence[str]], None]
"""Fills the columns of a field with what it says in each row; "" is nothing."""


def filling(name: str, declared: Field, table: str, profile: Profile, prices: Prices) -> Fill:
    """Return what fills the columns of one field."""
    if name == "price":
        return _price(declared.unit, profile, prices)
    if declared.type == "handle":
        return _handle(name, table)
    if declared.type == "count":
        return _count(name)
    if declared.type in ("day", "time"):
        return _when(name, profile, day=declared.type == "day")
    if declared.type == "key":
        return _key
    if declared.type == "pictures":
        return _pictures(name)
    special = {"contact": _contact, "stock": _stock, "rate": _rate, **dict.fromkeys(NO_COLUMN, _nothing)}
    return special[name] if name in special else _text(name)


def _nothing(sheet: Sheet, said: Sequence[str]) -> None:
    pass


def _text(name: str) -> Fill:
    title, place = name == "title", name in ("ships_from", "ships_to")

    def fill(sheet: Sheet, said: Sequence[str]) -> None:
        texts = [_COMMA.sub(",", text) for text in said] if place else said
        redact = sheet.tokens.redact
        sheet.columns[name] = [
            redact(text, sellers, title=title).text if text else None
            for text, sellers in zip(texts, sheet.sellers, strict=True)
        ]

    return fill


def _handle(name: str, table: str) -> Fill:
    if name != "vendor":
        return _nothing

    def seller(sheet: Sheet, said: Sequence[str]) -> None:
        token = sheet.tokens.token
        sheet.columns["vendor"] = [token("vendor", text) if text else None for text in said]

    def page_of_seller(sheet: Sheet, said: Sequence[str]) -> None:
        tokens = sheet.tokens
        sheet.columns["token"] = [tokens.token("vendor", text) if text else None for text in said]
        sheet.columns["fold_tokens"] = [tokens.fold_tokens(text) if text else None for text in said]

    return page_of_seller if table == "vendor_seen" else seller


def _count(name: str) -> Fill:
    do = "a number was expected: add a pattern or a lookup"

    def fill(sheet: Sheet, said: Sequence[str]) -> None:
        found = sheet.columns[name] = [values.count(text) if text else None for text in said]
        for row in _not_understood(said, found):
            sheet.doubt(row, "bad_value", f"{sheet.kind}.{name}", sheet.tokens.redact(said[row]).text, do)

    return fill


def _when(name: str, profile: Profile, *, day: bool) -> Fill:
    days, do = profile.days, "add its form to `days`, or a lookup"

    def fill(sheet: Sheet, said: Sequence[str]) -> None:
        found = [values.time(text, days) if text else None for text in said]
        for row in _not_understood(said, found):
            sheet.doubt(row, "bad_value", f"{sheet.kind}.{name}", sheet.safe(row, said[row]), do)
        sheet.columns[name] = [when.date() if when else None for when in found] if day else found

    return fill


def _not_understood(said: Sequence[str], found: Sequence[object]) -> list[int]:
    """Return the rows that say something of which nothing could be made."""
    if None not in found:
        return []
    return [row for row, (text, value) in enumerate(zip(said, found, strict=True)) if text and value is None]


def _key(sheet: Sheet, said: Sequence[str]) -> None:
    sheet.columns["key_token"] = [_key_token(sheet.tokens, text) for text in said]


def _key_token(tokens: Tokens, text: str) -> str | None:
    """Return the token of a PGP block: of what it says, not of how it is broken into lines or commented."""
    match = _KEY.search(text)
    block = _SPACE.sub("", _HEADER.sub("", match[1])) if match else ""
    return tokens.token("key", digest(block.encode())) if block else None


def _pictures(name: str) -> Fill:
    def fill(sheet: Sheet, said: Sequence[str]) -> None:
        sheet.columns[name] = [
            [_picture(sheet.tokens, part) for part in dict.fromkeys(text.split("\n")) if part] or None for text in said
        ]

    return fill


def _picture(tokens: Tokens, address: str) -> str:
    """Return a picture's digest where the page holds it, or a token of its address without its host."""
    if address.startswith("sha256:"):
        return address
    parts = urlsplit(address) if "//" in address[:9] else None
    return tokens.token("picture", f"{parts.path}?{parts.query}" if parts else address.lstrip("./"))


def _contact(sheet: Sheet, said: Sequence[str]) -> None:
    held = [_LABEL.sub("", text).strip(" ;,\n") for text in said]
    sheet.columns["contact"] = [sheet.tokens.token("contact", text) if text else None for text in held]


def _stock(sheet: Sheet, said: Sequence[str]) -> None:
    sheet.columns["stock_text"] = [sheet.safe(row, text) or None for row, text in enumerate(said)]
    counted = [text.partition(" (")[0] for text in said]  # "Unlimited (6 sent at once)"
    sheet.columns["stock"] = [values.count(text) if text else None for text in counted]


def _rate(sheet: Sheet, said: Sequence[str]) -> None:
    amounts = [values.number(text) if _NUMBER.fullmatch(text) else None for text in said]
    sheet.columns["rate"] = [n if n is not None and 0 < n < LARGEST else None for n in amounts]


def _price(unit: str | None, profile: Profile, prices: Prices) -> Fill:
    do = "a price was expected: add a pattern or a lookup"

    def fill(sheet: Sheet, said: Sequence[str]) -> None:
        texts = [f"{unit} {text}" if text else text for text in said] if unit else said
        shown, found = [sheet.tokens.redact(text).text for text in texts], [prices.read(text) for text in texts]
        sheet.columns.update(
            amount_text=[values.squeeze(text) or None for text in shown],
            amount=[price.amount for price in found],
            currency=[price.currency for price in found],
            amount_usd=[price.usd for price in found],
            rate_source=["page" if price.usd is not None else None for price in found],
            price_issue=[price.note for price in found],
        )
        for row, price in enumerate(found):
            if price.note == "not understood":
                sheet.doubt(row, "bad_value", f"{sheet.kind}.price", shown[row], do)
            elif price.note == "currency_disputed" and "disputed" not in sheet.told:
                sheet.told.add("disputed")
                sheet.doubt(row, "currency_disputed", f"{sheet.kind}.price", "$", profile.currency_note)

    return fill


_KEY = re.compile(
    r"-{3,}\s?BEGIN PGP PUBLIC KEY BLOCK\s?-{3,}(.{0,200000}?)(?:-{3,}\s?END PGP PUBLIC KEY BLOCK|\Z)", re.DOTALL
)
_HEADER = re.compile(r"^\s*(?:Version|Comment|MessageID|Hash|Charset)\s?:[^\n]*$", re.MULTILINE)
_SPACE = re.compile(r"\s+")
_COMMA = re.compile(r"\s+,")
_LABEL = re.compile(r"[A-Za-z][\w-]{0,15}\s?:(?=\s|;|$)")
_NUMBER = re.compile(r"\d{1,15}|[\d.,  ']{1,20}\d")
