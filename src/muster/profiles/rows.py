"""Rows of tables out of what fields read: what is missing is told, and each row gets its identity and its spans."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from muster.model import Issue, make_id
from muster.profiles import values
from muster.profiles.columns import Around, Issuer
from muster.profiles.html import Read
from muster.profiles.plan import FieldPlan, Plan, RowPlan
from muster.profiles.profile import Field
from muster.profiles.said import cleaning
from muster.profiles.tokens import Tokens

NEEDED = {
    "rate_seen": "rate", "vendor_seen": "token", "tally_seen": "n", "option_seen": "text", "alert_seen": "number",
}  # fmt: skip
"""Table → the column without which a row of it is none; a listing needs its title."""


class RowReader:
    """Turns the reads of one page's rows into the columns of their tables.

    issue: called for what was not understood. nearest: what a page has in the place of a field.
    """

    def __init__(
        self, plan: Plan, tokens: Tokens, issue: Issuer, nearest: Callable[[Field, Any], str] = lambda field, place: ""
    ) -> None:
        self.profile, self.prices, self.issue, self.nearest = plan.profile, plan.prices, issue, nearest
        self.place: Any = None  # the element that the row is read from
        self.around = Around(tokens, issue)
        self.told: set[str] = set()  # fields of this page whose absence was told

    def row(self, kind: str, plan: RowPlan, reads: Sequence[Read]) -> dict[str, Any] | None:
        """Return the columns of one row, or None when it lacks what makes it a row."""
        around, table = self.around, plan.rows.table
        around.kind = kind
        said: dict[str, str] = {}
        for field, read in zip(plan.fields, reads, strict=True):
            text = said[field.name] = field.say(read.text)
            if not text and field.needed:
                self._missing(kind, field, read)
        around.sellers = self._sellers(kind, said)
        columns: dict[str, Any] = {}
        spans: list[dict[str, Any]] = []
        for field, read in zip(plan.fields, reads, strict=True):
            text = said[field.name]
            field.fill(around, text, columns)
            if text and field.spans:
                spans += _spans(field.spans, read, text, columns)
        if table == "listing_seen":
            self._beside(said, columns)
        if said.get("age"):
            columns["_age"] = said["age"]
        columns["spans_raw"] = (sorted(spans, key=_by_place) if len(spans) > 1 else spans) or None
        return self._identified(table, said, columns)

    def _missing(self, kind: str, plan: FieldPlan, read: Read) -> None:
        field = plan.declared
        text = cleaning(plan.name, self.profile)(read.text)
        found = f"{read.matches} elements, no text"
        if text:
            found = "none of its cases" if field.cases is not None else "no match of the pattern"
        if not text and self.place is not None and plan.name not in self.told:
            self.told.add(plan.name)
            instead = self.nearest(field, self.place)
            found += f"; {instead}" if instead else ""
        tried = field.css or field.column or ", ".join(field.columns)
        self.issue("no_value", f"{kind}.{plan.name}: {tried}", found,
                   f"add a variant to {self.profile.name}.yml, or mark the field optional")  # fmt: skip

    def _sellers(self, kind: str, said: dict[str, str]) -> tuple[str, ...]:
        seller, again = said.get("vendor"), said.get("vendor_again")
        if seller and again and again != seller:
            self.issue("disagrees", f"{kind}.vendor", "two names of the seller differ", "the first is taken")
        return tuple(name for name in (seller, again) if name)

    def _beside(self, said: dict[str, str], columns: dict[str, Any]) -> None:
        """Add to a listing what a card adds to the category of its page, and every price beside the price."""
        if "price" in said:
            self._prices(said["price"], said.get("price_also", ""), columns)
        below = said.get("subcategory")
        if below and below != _last(columns.get("category")):
            columns["category"] = " > ".join(filter(None, (columns.get("category"), self.around.safe(below))))

    def _prices(self, text: str, also: str, columns: dict[str, Any]) -> None:
        """Add every price that the page shows; one in dollars is the price in dollars."""
        shown = dict[str, Decimal]()
        for code, amount in (*self.prices.read(text).shown, *self.prices.read(also).shown):
            shown.setdefault(code, amount)
        columns["prices"] = [{"currency": code, "amount": amount} for code, amount in shown.items()] or None
        if columns["amount_usd"] is None and "USD" in shown and columns["currency"] != "disputed":
            columns.update(amount_usd=shown["USD"], rate_source="page", _price_issue="")

    def _identified(self, table: str, said: dict[str, str], columns: dict[str, Any]) -> dict[str, Any] | None:
        note = columns.pop("_price_issue", "")
        if table == "listing_seen":
            columns["price_issue"] = note
            if not columns.get("title"):
                return None
            own = said.get("own_id")
            columns["identity"] = "own" if own else "guessed"
            key = (
                (own,)
                if own
                else (columns.get("vendor"), values.squeeze(said["title"]).casefold(), _last(columns.get("category")))
            )
            columns["listing"] = make_id("lst", self.profile.market, *key)
        elif table in ("review_seen", "option_seen"):
            own = said.get("own_id")
            columns["listing"] = make_id("lst", self.profile.market, own) if own else None
        return columns if table not in NEEDED or columns.get(NEEDED[table]) is not None else None


def issue_maker(stage: str, capture: str, source: str, into: list[Issue]) -> Issuer:
    """Return what a row reader calls for its issues."""

    def make(what: str, where: str, found: str, do: str) -> None:
        into.append(Issue(stage, what, where, found, do, capture, source))

    return make


def _last(category: str | None) -> str:
    return (category or "").rsplit(" > ", 1)[-1]


def _spans(column: str, read: Read, said: str, columns: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return field text ↔ bytes for each piece; a text that a pattern cut or tokens changed keeps one row a piece."""
    value = columns.get(column)
    if value is None:
        return []
    whole = said == read.text and value == said
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


def _by_place(span: dict[str, Any]) -> tuple[str, int]:
    return span["field"], span["start"]
