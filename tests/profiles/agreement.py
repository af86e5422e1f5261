"""How a second reader and Muster are compared: row by row, field by field; texts are compared, never shown."""

from __future__ import annotations

import hashlib
import html
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from muster.profiles import find, known, load, parse

from .real_pages import Plain, pages

Told = tuple[str, dict[str, str]]
"""A table, and what a reader sees of one of its rows; of `capture`, what he sees of the page."""
Reader = Callable[[str], Iterator[Told]]
NAMES = {
    "listing_seen": ["page_kind", "title"],
    "tally_seen": ["what", "label"],
    "rate_seen": ["base", "quote"],
    "option_seen": ["text"],
}
"""By which fields a row of one reader is found among those of the other; rows of other tables come in order."""


@dataclass
class Tally:
    """Fields compared and the same, by kind of page; places of those that differ."""

    fields: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def lines(self, market: str) -> str:
        return "\n".join(f"{market} {kind}: {self.same[kind]} of {n} fields agree" for kind, n in self.fields.items())


def text(raw: str | None) -> str:
    """What is seen of a piece of a page: no tags, one space between words."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", raw or "")).split())


def first(pattern: str, block: str) -> str:
    match = re.search(pattern, block, re.DOTALL)
    return text(match[1]) if match else ""


def number(written: str) -> str:
    """`1,019.95` is 1019.95; nothing is nothing."""
    match = re.search(r"\d[\d,]*(?:\.\d+)?", written)
    return f"{Decimal(match[0].replace(',', '')).normalize():f}" if match else ""


def prices(*pairs: tuple[str, str]) -> str:
    """Currency and number of every price, in the order of their currencies."""
    return " ".join(sorted(f"{currency} {number(amount)}" for currency, amount in pairs if number(amount)))


def held(value: object) -> str:
    """A value of Muster's in the same writing: no value is empty, a list is how many it has."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        if value and isinstance(value[0], Mapping) and "currency" in value[0]:
            return " ".join(sorted(f"{one['currency']} {held(one['amount'])}" for one in value))
        return str(len(value))
    return " ".join(str(value).split())


def compare(path: Path, reader: Reader) -> Tally:
    """Both readings of every page below `path`; a row that one of them lacks is wrong in all its fields."""
    profiles, tokens, tally = [load(name) for name in known()], Plain(b"k" * 32), Tally()
    for page in pages(path):
        parsed = parse(page, find(page, profiles), tokens)
        rows = [(seen.table, {key: held(value) for key, value in seen.row.items()}) for seen in parsed.observations]
        for _, row in rows:
            row["key"] = "key" if row.get("key_token") else ""  # that there is one: a token is nobody's to compare
        rows.append(("capture", {key: held(value) for key, value in parsed.capture.items()}))
        told = list(reader(page.body.decode("utf-8", "replace")))
        kind = next(fields["page_kind"] for table, fields in told if table == "capture")
        weigh(tally, f"{page.capture.digest[:12]}", kind, rows, told)
    return tally


def weigh(tally: Tally, where: str, kind: str, rows: Iterable[Told], told: Iterable[Told]) -> None:
    left = list(rows)
    for number_of, (table, fields) in enumerate(told):
        names = [name for name in NAMES.get(table, []) if name in fields]
        of_table = [row for row in left if row[0] == table]
        found = next((row for row in of_table if all(row[1].get(name) == fields[name] for name in names)), None)
        if found is None and table != "tally_seen":
            kind_of = fields.get("page_kind")
            found = next((row for row in of_table if kind_of in (None, row[1].get("page_kind"))), None)
        if found is not None:
            left.remove(found)
        for column, value in fields.items():
            seen = None if found is None else found[1].get(column, "")
            tally.fields[kind] += 1
            tally.same[kind] += seen == value
            if seen != value:
                differs = hashlib.sha256(f"{seen}\0{value}".encode()).hexdigest()[:8]
                lack = "no row" if found is None else "empty" if not seen else "more" if not value else differs
                tally.wrong.append(f"{where} {table} {number_of} {column} {lack}")
    for table, fields in left:
        tally.fields[kind] += 1
        tally.wrong.append(f"{where} {table} of {fields.get('page_kind') or fields.get('what')}: a row too many")
