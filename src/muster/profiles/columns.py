"""From what fields say to typed columns: tokens in, issues for what was not understood.

What fills a column is chosen once for each field of a declaration, by its name, its type and its table.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
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

Issuer = Callable[[str, str, str, str], None]
"""Called for what was not understood: what, where, found, do."""


@dataclass(slots=True)
class Around:
    """What every field of a page needs to know: the page's kind, the sellers that the row names, the case's key."""

    tokens: Tokens
    issue: Issuer
    kind: str = ""
    sellers: tuple[str, ...] = ()
    disputed: set[str] = field(default_factory=set)  # signs already told on this page

    def safe(self, text: str) -> str:
        """Return a text with tokens in the place of the row's sellers and of all contacts."""
        return self.tokens.redact(text, self.sellers).text


Fill = Callable[[Around, str, dict[str, Any]], None]
"""Puts what a field says into the columns of its row."""


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


def _nothing(around: Around, text: str, columns: dict[str, Any]) -> None:
    pass


def _text(name: str) -> Fill:
    title, place = name == "title", name in ("ships_from", "ships_to")

    def fill(around: Around, text: str, columns: dict[str, Any]) -> None:
        if place and text:
            text = _COMMA.sub(",", text)
        columns[name] = around.tokens.redact(text, around.sellers, title=title).text if text else None

    return fill


def _handle(name: str, table: str) -> Fill:
    if name != "vendor":
        return _nothing

    def seller(around: Around, text: str, columns: dict[str, Any]) -> None:
        columns["vendor"] = around.tokens.token("vendor", text) if text else None

    def page_of_seller(around: Around, text: str, columns: dict[str, Any]) -> None:
        columns["token"] = around.tokens.token("vendor", text) if text else None
        columns["fold_tokens"] = around.tokens.fold_tokens(text) if text else None

    return page_of_seller if table == "vendor_seen" else seller


def _count(name: str) -> Fill:
    def fill(around: Around, text: str, columns: dict[str, Any]) -> None:
        found = values.count(text) if text else None
        if text and found is None:
            do = "a number was expected: add a pattern or a lookup"
            around.issue("bad_value", f"{around.kind}.{name}", around.tokens.redact(text).text, do)
        columns[name] = found

    return fill


def _when(name: str, profile: Profile, *, day: bool) -> Fill:
    days = profile.days

    def fill(around: Around, text: str, columns: dict[str, Any]) -> None:
        found = values.time(text, days) if text else None
        if text and found is None:
            do = "add its form to `days`, or a lookup"
            around.issue("bad_value", f"{around.kind}.{name}", around.safe(text), do)
        columns[name] = found.date() if found and day else found

    return fill


def _key(around: Around, text: str, columns: dict[str, Any]) -> None:
    """Put in the token of a PGP block: of what it says, not of how it is broken into lines or commented."""
    match = _KEY.search(text)
    block = _SPACE.sub("", _HEADER.sub("", match[1])) if match else ""
    columns["key_token"] = around.tokens.token("key", digest(block.encode())) if block else None


def _pictures(name: str) -> Fill:
    def fill(around: Around, text: str, columns: dict[str, Any]) -> None:
        parts = dict.fromkeys(text.split("\n"))
        columns[name] = [_picture(around.tokens, part) for part in parts if part] or None

    return fill


def _picture(tokens: Tokens, address: str) -> str:
    """Return a picture's digest where the page holds it, or a token of its address without its host."""
    if address.startswith("sha256:"):
        return address
    parts = urlsplit(address) if "//" in address[:9] else None
    return tokens.token("picture", f"{parts.path}?{parts.query}" if parts else address.lstrip("./"))


def _contact(around: Around, text: str, columns: dict[str, Any]) -> None:
    held = _LABEL.sub("", text).strip(" ;,\n")
    columns["contact"] = around.tokens.token("contact", held) if held else None


def _stock(around: Around, text: str, columns: dict[str, Any]) -> None:
    columns["stock_text"] = around.safe(text) or None
    columns["stock"] = values.count(text.partition(" (")[0]) if text else None  # "Unlimited (6 sent at once)"


def _rate(around: Around, text: str, columns: dict[str, Any]) -> None:
    amount = values.number(text) if _NUMBER.fullmatch(text) else None
    columns["rate"] = amount if amount is not None and 0 < amount < LARGEST else None


def _price(unit: str | None, profile: Profile, prices: Prices) -> Fill:
    def fill(around: Around, text: str, columns: dict[str, Any]) -> None:
        said = f"{unit} {text}" if unit and text else text
        shown = around.tokens.redact(said).text
        price = prices.read(said)
        columns["amount_text"] = values.squeeze(shown) or None
        columns["amount"], columns["currency"], columns["amount_usd"] = price.amount, price.currency, price.usd
        columns["rate_source"] = "page" if price.usd is not None else None
        columns["_price_issue"] = price.note
        if price.note == "not understood":
            do = "a price was expected: add a pattern or a lookup"
            around.issue("bad_value", f"{around.kind}.price", shown, do)
        elif price.note == "currency_disputed" and "disputed" not in around.disputed:
            around.disputed.add("disputed")
            around.issue("currency_disputed", f"{around.kind}.price", "$", profile.currency_note)

    return fill


_KEY = re.compile(
    r"-{3,}\s?BEGIN PGP PUBLIC KEY BLOCK\s?-{3,}(.{0,200000}?)(?:-{3,}\s?END PGP PUBLIC KEY BLOCK|\Z)", re.DOTALL
)
_HEADER = re.compile(r"^\s*(?:Version|Comment|MessageID|Hash|Charset)\s?:[^\n]*$", re.MULTILINE)
_SPACE = re.compile(r"\s+")
_COMMA = re.compile(r"\s+,")
_LABEL = re.compile(r"[A-Za-z][\w-]{0,15}\s?:(?=\s|;|$)")
_NUMBER = re.compile(r"\d{1,15}|[\d.,  ']{1,20}\d")
