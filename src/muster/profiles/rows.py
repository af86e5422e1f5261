"""From what fields read to typed columns: tokens in, issues for what was not understood."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from muster.model import Issue, digest, make_id
from muster.profiles import values
from muster.profiles.html import Read
from muster.profiles.profile import FIELDS, Field, Profile, Rows
from muster.profiles.tokens import Tokens

SPANNED = frozenset({"title", "description", "text", "vendor", "price", "sales", "rating", "rate"})
"""Fields whose places in the bytes are kept."""

SPAN_NAMES = {"price": "amount_text"}
CENT = Decimal("0.00000001")
LARGEST = Decimal(10) ** 15
"""Above this a price is no price: sixteen digits before the point do not fit the column either."""


@dataclass
class RowReader:
    """Turns the reads of one row into the columns of its table.

    issue: called for what was not understood: what, where, found, do.
    """

    profile: Profile
    tokens: Tokens
    issue: Callable[[str, str, str, str], None]
    disputed: set[str] = field(default_factory=set)  # signs already told on this page

    def row(self, kind: str, rows: Rows, reads: Mapping[str, Read], place: str = "") -> dict[str, Any] | None:
        """Return the columns of one row, or None when it lacks what makes it a row."""
        declared = {**rows.inherit, **rows.fields}
        raw: dict[str, str] = {}
        for name, spec in declared.items():
            raw[name] = self._raw(kind, name, spec, reads[name])
        sellers = [raw[name] for name in ("vendor", "vendor_again") if raw.get(name)]
        if raw.get("vendor_again") and raw.get("vendor") and raw["vendor_again"] != raw["vendor"]:
            self.issue("disagrees", f"{kind}.vendor", "two names of the seller differ", "the first is taken")
        columns: dict[str, Any] = {}
        spans: list[dict[str, Any]] = []
        for name, spec in declared.items():
            self._typed(kind, rows.table, name, spec, raw[name], sellers, columns)
            if name in SPANNED and raw[name]:
                spans += _spans(name, reads[name], raw[name], columns)
        columns["spans_raw"] = sorted(spans, key=lambda s: (s["field"], s["start"])) or None
        return self._identified(rows.table, raw, columns)

    def _raw(self, kind: str, name: str, spec: Field, read: Read) -> str:
        if spec.value is not None:
            return spec.value
        text = read.text
        if text in self.profile.nulls:
            text = ""
        dirty = self.profile.lookups.get(name, {})
        if text in dirty:
            text = dirty[text] or ""
        if text and spec.cases is not None:
            return next((value for pattern, value in spec.cases.items() if _pattern(pattern).search(text)), "")
        patterns = spec.patterns or ((spec.pattern,) if spec.pattern else ())
        picked = _pick(text, patterns) if patterns else text
        if not picked and not spec.optional:
            tried = spec.css or spec.column or ", ".join(spec.columns)
            found = "no match of the pattern" if text else f"{read.matches} elements, no text"
            self.issue("no_value", f"{kind}.{name}: {tried}", found,
                       f"add a variant to {self.profile.name}.yml, or mark the field optional")  # fmt: skip
        return picked

    def _typed(
        self, kind: str, table: str, name: str, spec: Field, text: str, sellers: list[str], columns: dict[str, Any]
    ) -> None:
        type_ = spec.type if spec.type != "text" else FIELDS[table][name]
        if name == "price":
            self._money(kind, f"{spec.unit} {text}" if spec.unit and text else text, columns)
        elif type_ == "handle":
            if name == "vendor":
                columns["token" if table == "vendor_seen" else "vendor"] = (
                    self.tokens.token("vendor", text) if text else None
                )
                if table == "vendor_seen":
                    columns["fold_tokens"] = self.tokens.fold_tokens(text) if text else None
        elif type_ == "count":
            columns[name] = self._number(kind, name, text)
        elif type_ in ("day", "time"):
            found = values.time(text, self.profile.days) if text else None
            if text and found is None:
                self.issue(
                    "bad_value", f"{kind}.{name}", self._safe(text, sellers), "add its form to `days`, or a lookup"
                )
            columns[name] = found.date() if found and type_ == "day" else found
        elif type_ == "key":
            block = re.sub(r"\s+", "", text)
            columns["key_token"] = self.tokens.token("key", digest(block.encode())) if block else None
        elif name == "stock":
            columns["stock_text"] = text or None
            columns["stock"] = values.count(text) if text else None
        elif name == "rate":
            amounts = values.money(f"USD {text}")
            columns["rate"] = amounts[0].amount if amounts else None
        elif type_ != "id":
            columns[name] = self.tokens.redact(text, sellers, title=name == "title").text if text else None

    def _number(self, kind: str, name: str, text: str) -> int | None:
        found = values.count(text) if text else None
        if text and found is None:
            self.issue(
                "bad_value", f"{kind}.{name}", self._safe(text, []), "a number was expected: add a pattern or a lookup"
            )
        return found

    def _money(self, kind: str, text: str, columns: dict[str, Any]) -> None:
        columns.update(
            amount_text=values.squeeze(self._safe(text, [])) or None,
            amount=None,
            currency=None,
            amount_usd=None,
            rate_source=None,
        )
        note = "" if text else "no price"
        amounts = [m for m in values.money(text) if m.amount < LARGEST] if text else []
        if text and not amounts:
            note = "not understood"
            self.issue(
                "bad_value", f"{kind}.price", self._safe(text, []), "a price was expected: add a pattern or a lookup"
            )
        elif amounts:
            # A price in money with its worth in a coin in brackets is one price; money says more than the coin.
            chosen = next((m for m in amounts if m.currency not in values.COIN), amounts[0])
            code = self.profile.currency.get(chosen.currency, chosen.currency)
            if len(code) != 3 and code != "disputed":
                code, note = "disputed", "currency not known"
            columns.update(amount=chosen.amount.quantize(CENT), currency=code)
            if code == "USD":
                columns.update(amount_usd=chosen.amount.quantize(CENT), rate_source="page")
            elif code == "disputed":
                note = "currency_disputed"
                if chosen.currency not in self.disputed:
                    self.disputed.add(chosen.currency)
                    self.issue("currency_disputed", f"{kind}.price", chosen.currency, self.profile.currency_note)
            else:
                note = f"in {code}, and this capture prints no rate"
        columns["_price_issue"] = note

    def _safe(self, text: str, sellers: list[str]) -> str:
        return self.tokens.redact(text, sellers).text

    def _identified(self, table: str, raw: Mapping[str, str], columns: dict[str, Any]) -> dict[str, Any] | None:
        note = columns.pop("_price_issue", "")
        if table == "listing_seen":
            columns["price_issue"] = note
            if not columns.get("title"):
                return None
            own = raw.get("own_id")
            columns["identity"] = "own" if own else "guessed"
            key = (
                (own,)
                if own
                else (columns.get("vendor"), values.squeeze(raw["title"]).casefold(), _last(columns.get("category")))
            )
            columns["listing"] = make_id("lst", self.profile.market, *key)
        elif table == "review_seen":
            own = raw.get("own_id")
            columns["listing"] = make_id("lst", self.profile.market, own) if own else None
        elif (table == "rate_seen" and columns.get("rate") is None) or (
            table == "vendor_seen" and not columns.get("token")
        ):
            return None
        return columns


def issue_maker(stage: str, capture: str, source: str, into: list[Issue]) -> Callable[[str, str, str, str], None]:
    """Return what a row reader calls for its issues."""

    def make(what: str, where: str, found: str, do: str) -> None:
        into.append(Issue(stage, what, where, found, do, capture, source))

    return make


def _pick(text: str, patterns: tuple[str, ...]) -> str:
    for pattern in patterns:
        match = _pattern(pattern).search(text)
        if match:
            return (match[1] if match.re.groups else match[0]) or ""
    return ""


@lru_cache(maxsize=512)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _last(category: str | None) -> str:
    return (category or "").rsplit(" > ", 1)[-1]


def _spans(name: str, read: Read, raw: str, columns: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return field text ↔ bytes for each piece; a text that a pattern cut or tokens changed keeps one row a piece."""
    column = "token" if name == "vendor" and "token" in columns else SPAN_NAMES.get(name, name)
    value = columns.get(column)
    if value is None:
        return []
    whole = raw == read.text and value == raw
    found = []
    for piece, at in zip(read.pieces, read.at, strict=True):
        if piece.span is None:
            continue
        start, end = (at, at + len(piece.text)) if whole else (0, len(str(value)))
        found.append(
            {"field": column, "start": start, "end": end, "byte_start": piece.span[0], "byte_end": piece.span[1]}
        )
        if not whole and len(read.pieces) == 1:
            break
    if not whole and len(found) > 1:
        places = [piece.span for piece in read.pieces if piece.span is not None]
        byte_start, byte_end = min(p[0] for p in places), max(p[1] for p in places)
        return [{**found[0], "byte_start": byte_start, "byte_end": byte_end}]
    return found
