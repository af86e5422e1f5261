"""From what fields read to typed columns: tokens in, issues for what was not understood."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from muster.model import Issue, digest, make_id
from muster.profiles import values
from muster.profiles.html import Read
from muster.profiles.picking import compiled, pick
from muster.profiles.profile import Field, Profile, Rows
from muster.profiles.tokens import Tokens

SPANNED = frozenset({"title", "description", "text", "vendor", "price", "sales", "rating", "rate"})
"""Fields whose places in the bytes are kept."""

SPAN_NAMES = {"price": "amount_text"}
NO_COLUMN = frozenset({"own_id", "vendor_again", "age", "price_also", "subcategory"})
"""Fields that are read for the sake of others.

own_id: only its digest is kept. subcategory: what a card adds to the category of its page. age: counted back from the
time of capture. price_also: the same price in other currencies.
"""
NEEDED = {
    "rate_seen": "rate", "vendor_seen": "token", "tally_seen": "n", "option_seen": "text", "alert_seen": "number",
}  # fmt: skip
"""Table → the column without which a row of it is none; a listing needs its title."""

CENT = Decimal("0.00000001")
LARGEST = Decimal(10) ** 15
"""Above this a price is no price: sixteen digits before the point do not fit the column either."""


@dataclass
class RowReader:
    """Turns the reads of one row into the columns of its table.

    issue: called for what was not understood: what, where, found, do. nearest: what a page has in the place of a field.
    """

    profile: Profile
    tokens: Tokens
    issue: Callable[[str, str, str, str], None]
    nearest: Callable[[Field, Any], str] = lambda field, place: ""
    place: Any = None  # the element that the row is read from
    told: set[str] = field(default_factory=set)  # fields of this page whose absence was told
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
        if rows.table == "listing_seen" and "price" in declared:
            self._prices(raw["price"], raw.get("price_also", ""), columns)
        if rows.table == "listing_seen":
            below = raw.get("subcategory")
            if below and below != _last(columns.get("category")):
                columns["category"] = " > ".join(filter(None, (columns.get("category"), self._safe(below, sellers))))
        if raw.get("age"):
            columns["_age"] = raw["age"]
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
            return next((value for pattern, value in spec.cases.items() if compiled(pattern).search(text)), "")
        if spec.type == "pictures":
            return "\n".join(line if line.startswith("sha256:") else pick(line, spec) for line in text.split("\n"))
        picked = text if spec.join is not None else pick(text, spec)
        if spec.split is not None:
            picked = " > ".join(part.strip() for part in picked.split(spec.split) if part.strip())
        if picked and name == "price_also" and spec.unit:
            return f"{spec.unit} {picked}"
        if not picked and not spec.optional:
            tried = spec.css or spec.column or ", ".join(spec.columns)
            found = "no match of the pattern" if text else f"{read.matches} elements, no text"
            if not text and self.place is not None and name not in self.told:
                self.told.add(name)
                instead = self.nearest(spec, self.place)
                found += f"; {instead}" if instead else ""
            self.issue("no_value", f"{kind}.{name}: {tried}", found,
                       f"add a variant to {self.profile.name}.yml, or mark the field optional")  # fmt: skip
        return picked

    def _typed(
        self, kind: str, table: str, name: str, spec: Field, text: str, sellers: list[str], columns: dict[str, Any]
    ) -> None:
        if name == "price":
            self._money(kind, f"{spec.unit} {text}" if spec.unit and text else text, columns)
        elif spec.type == "handle":
            if name == "vendor":
                columns["token" if table == "vendor_seen" else "vendor"] = (
                    self.tokens.token("vendor", text) if text else None
                )
                if table == "vendor_seen":
                    columns["fold_tokens"] = self.tokens.fold_tokens(text) if text else None
        elif spec.type == "count":
            columns[name] = self._number(kind, name, text)
        elif spec.type in ("day", "time"):
            found = values.time(text, self.profile.days) if text else None
            if text and found is None:
                self.issue(
                    "bad_value", f"{kind}.{name}", self._safe(text, sellers), "add its form to `days`, or a lookup"
                )
            columns[name] = found.date() if found and spec.type == "day" else found
        elif spec.type == "key":
            columns["key_token"] = self._key(text)
        elif spec.type == "pictures":
            columns[name] = [self._picture(part) for part in dict.fromkeys(text.split("\n")) if part] or None
        elif name == "contact":
            held = _LABEL.sub("", text).strip(" ;,\n")
            columns[name] = self.tokens.token("contact", held) if held else None
        elif name == "stock":
            columns["stock_text"] = self._safe(text, sellers) or None
            columns["stock"] = values.count(text) if text else None
        elif name == "rate":
            amount = values.number(text) if _NUMBER.fullmatch(text) else None
            columns["rate"] = amount if amount is not None and 0 < amount < LARGEST else None
        elif name not in NO_COLUMN:
            if name in ("ships_from", "ships_to"):
                text = _COMMA.sub(",", text)
            columns[name] = self.tokens.redact(text, sellers, title=name == "title").text if text else None

    def _key(self, text: str) -> str | None:
        """Return the token of a PGP block: of what it says, not of how it is broken into lines or commented."""
        match = _KEY.search(text)
        if match is None:
            return None
        block = re.sub(r"\s+", "", _HEADER.sub("", match[1]))
        return self.tokens.token("key", digest(block.encode())) if block else None

    def _picture(self, address: str) -> str:
        """Return a picture's digest where the page holds it, or a token of its address without its host."""
        if address.startswith("sha256:"):
            return address
        parts = urlsplit(address) if "//" in address[:9] else None
        return self.tokens.token("picture", f"{parts.path}?{parts.query}" if parts else address.lstrip("./"))

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
        amounts = self._amounts(text)
        if text and not amounts:
            note = "not understood"
            self.issue(
                "bad_value", f"{kind}.price", self._safe(text, []), "a price was expected: add a pattern or a lookup"
            )
        elif amounts:
            # A price in money with its worth in a coin in brackets is one price; money says more than the coin.
            amount, code = next((a for a in amounts if a[1] not in values.COIN), amounts[0])
            if len(code) not in (3, 4) and code != "disputed":
                code, note = "disputed", "currency not known"
            columns.update(amount=amount.quantize(CENT), currency=code)
            if code == "USD":
                columns.update(amount_usd=amount.quantize(CENT), rate_source="page")
            elif code == "disputed":
                note = "currency_disputed"
                if "disputed" not in self.disputed:
                    self.disputed.add("disputed")
                    self.issue("currency_disputed", f"{kind}.price", "$", self.profile.currency_note)
            else:
                note = f"in {code}, and this capture prints no rate"
        columns["_price_issue"] = note

    def _amounts(self, text: str) -> list[tuple[Decimal, str]]:
        """Return every amount of a text with its currency, signs as the market means them."""
        found = values.money(text, comma=self.profile.decimals == ",") if text else []
        return [(m.amount, self.profile.currency.get(m.currency, m.currency)) for m in found if m.amount < LARGEST]

    def _prices(self, text: str, also: str, columns: dict[str, Any]) -> None:
        """Add every price that the page shows; one in dollars is the price in dollars."""
        shown = dict[str, Decimal]()
        for amount, code in (*self._amounts(text), *self._amounts(also)):
            if len(code) in (3, 4):
                shown.setdefault(code, amount.quantize(CENT))
        columns["prices"] = [{"currency": code, "amount": amount} for code, amount in shown.items()] or None
        if columns["amount_usd"] is None and "USD" in shown and columns["currency"] != "disputed":
            columns.update(amount_usd=shown["USD"], rate_source="page", _price_issue="")

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
        elif table in ("review_seen", "option_seen"):
            own = raw.get("own_id")
            columns["listing"] = make_id("lst", self.profile.market, own) if own else None
        return columns if table not in NEEDED or columns.get(NEEDED[table]) is not None else None


_KEY = re.compile(
    r"-{3,}\s?BEGIN PGP PUBLIC KEY BLOCK\s?-{3,}(.{0,200000}?)(?:-{3,}\s?END PGP PUBLIC KEY BLOCK|\Z)", re.DOTALL
)
_HEADER = re.compile(r"^\s*(?:Version|Comment|MessageID|Hash|Charset)\s?:[^\n]*$", re.MULTILINE)
_COMMA = re.compile(r"\s+,")
_LABEL = re.compile(r"[A-Za-z][\w-]{0,15}\s?:(?=\s|;|$)")
_NUMBER = re.compile(r"\d{1,15}|[\d.,  ']{1,20}\d")


def issue_maker(stage: str, capture: str, source: str, into: list[Issue]) -> Callable[[str, str, str, str], None]:
    """Return what a row reader calls for its issues."""

    def make(what: str, where: str, found: str, do: str) -> None:
        into.append(Issue(stage, what, where, found, do, capture, source))

    return make


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
