"""What a second reader tells of a page, and how it is held against what Muster reads.

A second reader is expressions over a page's bytes that share nothing with the profiles. Its texts are compared and
counted, never shown: a difference is a place (page, table, row, field), not a text.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from muster.model import Page
from muster.profiles import find, known, load, parse

from .real_pages import Plain, pages

INLINE = re.compile(r"</?(?:a|b|i|u|em|strong|font|span|small|big|sub|code|label)\b[^>]*>", re.IGNORECASE)
TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
LONG = {"description", "terms", "text", "answer"}
"""Fields of many lines: held against each other without their white space."""
PLACE = {"id", "capture", "market", "listing", "identity", "captured_at", "captured_from", "spans_raw", "page_kind"}
PLACE |= {"rate_source", "price_issue", "fold_tokens", "vendor", "token", "key_token"}
"""Columns that say where a row comes from, or that a reader cannot see as such."""


ORDER = {"rate_seen": ("base", "quote"), "tally_seen": ("what", "label", "n"), "option_seen": ("what",)}
"""Tables in whose rows order says nothing: what they are sorted by before they are compared."""


@dataclass
class Told:
    """What a second reader saw on one page: its kind, its time, and rows by table, in the page's order."""

    kind: str
    at: str = ""
    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    def add(self, table: str, **fields: str) -> None:
        self.rows.setdefault(table, []).append(fields)


@dataclass
class Count:
    """Fields compared and the same, by kind of page; the places of differences, and columns that nobody told of."""

    fields: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    untold: Counter[str] = field(default_factory=Counter)


def text(raw: str | None) -> str:
    return " ".join(html.unescape(TAG.sub(" ", INLINE.sub("", raw or ""))).split())


def first(pattern: str, block: str) -> str:
    match = re.search(pattern, block, re.DOTALL)
    return text(match[1]) if match else ""


def every(pattern: str, block: str) -> list[str]:
    return [text(found) for found in re.findall(pattern, block, re.DOTALL)]


def number(written: str) -> str:
    match = re.search(r"-?\d[\d,]*(?:\.\d+)?", written)
    return plain(Decimal(match[0].replace(",", ""))) if match else ""


def plain(value: Decimal) -> str:
    return format(value.normalize(), "f") if value else "0"


def day(written: str, form: str) -> str:
    return datetime.strptime(written, form).date().isoformat() if written else ""


def _shown(name: str, value: Any) -> str:
    if name == "key_token":
        return "yes" if value else ""
    if name == "images":
        return str(len(value or ()))
    if value is None:
        return ""
    if name == "amount_usd":
        return str(value.quantize(Decimal("0.01")))
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return " + ".join(sorted(f"{plain(price['amount'])} {price['currency']}" for price in value))
    return "".join(str(value).split()) if name in LONG else " ".join(str(value).split())


def compare(folder: Path, reader: Callable[[str], Told]) -> Count:
    """Hold every page below a folder against what a second reader tells of its text."""
    count, profiles = Count(), [load(name) for name in known()]
    for page in pages(folder):
        _hold(page, reader(page.body.decode("utf-8", "replace")), count, profiles)
    print(dict(count.fields), dict(count.same), dict(count.untold))
    return count


def _hold(page: Page, told: Told, count: Count, profiles: list[Any]) -> None:
    """Compare one page. A row that only one of the two has counts with all its fields as wrong."""
    parsed = parse(page, find(page, profiles), Plain(b"k" * 32))
    rows: dict[str, list[Mapping[str, Any]]] = {"page": [{"page_kind": parsed.capture["page_kind"] or ""}]}
    if told.at:
        rows["page"][0] = {**rows["page"][0], "captured_at": parsed.capture["captured_at"]}
    for seen in parsed.observations:
        rows.setdefault(seen.table, []).append(seen.row)
    expected = {"page": [{"page_kind": told.kind, **({"captured_at": told.at} if told.at else {})}], **told.rows}
    name = f"{page.capture.digest[:8]} {told.kind}"
    for table in sorted(expected.keys() | rows.keys()):
        ours, theirs = rows.get(table, []), expected.get(table, [])
        order = ORDER.get(table)
        if order:
            ours = sorted(ours, key=lambda row: [str(row.get(key)) for key in order])
            theirs = sorted(theirs, key=lambda row: [row.get(key, "None") for key in order])
        for at in range(max(len(ours), len(theirs))):
            if at >= len(theirs):
                filled = sum(value not in (None, "", []) for key, value in ours[at].items() if key not in PLACE)
                count.fields[told.kind] += filled
                count.wrong.append(f"{name} {table} {at}: a row too many")
                continue
            for key, value in theirs[at].items():
                held = _shown(key, ours[at].get(key)) if at < len(ours) else "no such row"
                wanted = "".join(value.split()) if key in LONG else value
                count.fields[told.kind] += 1
                count.same[told.kind] += held == wanted
                if held != wanted:
                    count.wrong.append(f"{name} {table} {at} {key}")
            if at < len(ours):
                for key, value in ours[at].items():
                    if key not in PLACE and key not in theirs[at] and value not in (None, "", []):
                        count.untold[f"{told.kind} {table}.{key}"] += 1
