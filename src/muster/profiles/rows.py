"""Rows of tables out of what fields read: what is missing is told, and each row gets its identity and its spans.

The rows of a table are made together, column after column; their issues come in the order of the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import repeat
from typing import Any, NamedTuple

from selectolax.lexbor import LexborNode

from muster.model import Issue, make_id
from muster.profiles import values
from muster.profiles.columns import Sheet
from muster.profiles.html import Read, Reads
from muster.profiles.plan import FieldPlan, Plan, RowPlan
from muster.profiles.profile import Field
from muster.profiles.said import cleaning
from muster.profiles.tokens import Tokens

NEEDED = {
    "rate_seen": "rate", "vendor_seen": "token", "tally_seen": "n", "option_seen": "text", "alert_seen": "number",
}  # fmt: skip
"""Table → the column without which a row of it is none; a listing needs its title."""

Issuer = Callable[[str, str, str, str], None]
"""Called for what was not understood: what, where, found, do."""


class _Doubt(NamedTuple):
    """Something that was not understood, and when it is told: row after row, what is missing before what is odd."""

    row: int
    step: int
    field: int
    told: tuple[str, str, str, str]


_MISSING, _SELLERS, _ODD, _NO_ROW = range(4)


class RowReader:
    """Turns what the fields of one page read into rows of their tables.

    issue: called for what was not understood. nearest: what a row has in the place of a field.
    """

    def __init__(
        self, plan: Plan, tokens: Tokens, issue: Issuer, nearest: Callable[[Field, LexborNode], str] | None = None
    ) -> None:
        self.profile, self.prices, self.tokens = plan.profile, plan.prices, tokens
        self.issue, self.nearest = issue, nearest
        self.told: set[str] = set()  # fields of this page whose absence was told
        self.disputed: set[str] = set()  # signs already told on this page

    def rows(
        self, kind: str, plan: RowPlan, reads: Sequence[Reads], many: int, elements: Sequence[LexborNode] = ()
    ) -> list[dict[str, Any] | None]:
        """Return the columns of each row; None for one that lacks what makes it a row.

        reads: of each field of the plan, in its order. many: how many rows there are. elements: those that the rows
        are read from, where they are.
        """
        table, said, doubts = plan.rows.table, dict[str, list[str]](), list[_Doubt]()
        for number, (field, read) in enumerate(zip(plan.fields, reads, strict=True)):
            texts = said[field.name] = list(map(field.say, read.texts))
            if field.needed and "" in texts:
                missing = [row for row, text in enumerate(texts) if not text]
                doubts += [self._missing(kind, number, field, read, row, elements) for row in missing]
        sellers = _sellers(said, many)
        doubts += _two_sellers(kind, sellers)
        sheet = Sheet(self.tokens, kind, sellers, self.disputed)
        spans: list[list[dict[str, Any]]] = [[] for _ in range(many)]
        for number, (field, read) in enumerate(zip(plan.fields, reads, strict=True)):
            field.fill(sheet, said[field.name])
            doubts += [_Doubt(row, _ODD, number, told) for row, told in sheet.doubts]
            sheet.doubts.clear()
            filled = sheet.columns.get(field.spans)
            if filled is not None and read.placed is not None:
                _spans(field.spans, read.placed, said[field.name], filled, spans)
        columns = sheet.columns
        if table == "listing_seen":
            self._beside(sheet, said)
        if "age" in said:
            columns["_age"] = said["age"]
        columns["spans_raw"] = [(sorted(found, key=_by_place) if len(found) > 1 else found) or None for found in spans]
        self._identify(table, said, columns)
        names = tuple(columns)
        rows = [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        none = _none(table, rows)
        doubts += [_Doubt(row, _NO_ROW, 0, ("no_row", f"{kind}: {table}", *_LACKS)) for row in none]
        for doubt in sorted(doubts):
            self.issue(*doubt.told)
        return [None if number in none else row for number, row in enumerate(rows)]

    def _missing(
        self, kind: str, number: int, plan: FieldPlan, read: Reads, row: int, elements: Sequence[LexborNode]
    ) -> _Doubt:
        field = plan.declared
        text = cleaning(plan.name, self.profile)(read.texts[row])
        found = f"{read.matches(row)} elements, no text"
        if text:
            found = "none of its cases" if field.cases is not None else "no match of the pattern"
        if not text and self.nearest is not None and plan.name not in self.told:
            self.told.add(plan.name)
            instead = self.nearest(field, elements[row])
            found += f"; {instead}" if instead else ""
        tried = field.css or field.column or ", ".join(field.columns)
        do = f"add a variant to {self.profile.name}.yml, or mark the field optional"
        return _Doubt(row, _MISSING, number, ("no_value", f"{kind}.{plan.name}: {tried}", found, do))

    def _beside(self, sheet: Sheet, said: Mapping[str, list[str]]) -> None:
        """Add to listings what a card adds to the category of its page, and every price beside the price."""
        columns = sheet.columns
        if "price" in said:
            columns["prices"] = list(map(self._shown, said["price"], said.get("price_also") or repeat("")))
            for row, shown in enumerate(columns["prices"]):
                self._in_dollars(columns, row, shown or ())
        for row, below in enumerate(said.get("subcategory", ())):
            above = columns["category"][row] if "category" in columns else None
            if below and below != _last(above):
                columns.setdefault("category", [None] * len(sheet.sellers))
                columns["category"][row] = " > ".join(filter(None, (above, sheet.safe(row, below))))

    def _shown(self, text: str, also: str) -> list[dict[str, Any]] | None:
        """Return every price that a row shows, the first in each currency."""
        shown = dict[str, Decimal]()
        for code, amount in (*self.prices.read(text).shown, *self.prices.read(also).shown):
            shown.setdefault(code, amount)
        return [{"currency": code, "amount": amount} for code, amount in shown.items()] or None

    def _in_dollars(self, columns: Mapping[str, list[Any]], row: int, shown: Sequence[Mapping[str, Any]]) -> None:
        """Take a price in dollars that stands beside the price."""
        if columns["amount_usd"][row] is None and columns["currency"][row] != "disputed":
            for price in shown:
                if price["currency"] == "USD":
                    columns["amount_usd"][row], columns["rate_source"][row] = price["amount"], "page"
                    columns["price_issue"][row] = ""

    def _identify(self, table: str, said: Mapping[str, list[str]], columns: dict[str, list[Any]]) -> None:
        """Give each row the id of its listing, and listings what they are known by."""
        many, market = len(columns["spans_raw"]), self.profile.market
        notes, own = columns.pop("price_issue", [""] * many), said.get("own_id") or [""] * many
        if table == "listing_seen":
            nothing = [None] * many
            named = (said.get("title") or [""] * many, columns.get("vendor", nothing), columns.get("category", nothing))
            columns["price_issue"] = notes
            columns["identity"] = ["own" if one else "guessed" for one in own]
            columns["listing"] = [
                make_id("lst", market, one)
                if one
                else make_id("lst", market, vendor, values.squeeze(title).casefold(), _last(category))
                for one, title, vendor, category in zip(own, *named, strict=True)
            ]
        elif table in ("review_seen", "option_seen"):
            columns["listing"] = [make_id("lst", market, one) if one else None for one in own]


def issue_maker(stage: str, capture: str, source: str, into: list[Issue]) -> Issuer:
    """Return what a row reader calls for its issues."""

    def make(what: str, where: str, found: str, do: str) -> None:
        into.append(Issue(stage, what, where, found, do, capture, source))

    return make


_LACKS = ("what makes it a row is missing", "see the issues beside it")


def _none(table: str, rows: Sequence[Mapping[str, Any]]) -> frozenset[int]:
    """Return the numbers of those that lack what makes a row of a table."""
    if table == "listing_seen":
        return frozenset(number for number, row in enumerate(rows) if not row.get("title"))
    needed = NEEDED.get(table)
    return frozenset(number for number, row in enumerate(rows) if needed is not None and row.get(needed) is None)


def _sellers(said: Mapping[str, list[str]], many: int) -> list[tuple[str, ...]]:
    """Return the handles that each row names as its seller's."""
    named = [said[name] for name in ("vendor", "vendor_again") if name in said]
    return [tuple(filter(None, names)) for names in zip(*named, strict=True)] if named else [()] * many


def _two_sellers(kind: str, sellers: Sequence[tuple[str, ...]]) -> Iterator[_Doubt]:
    for row, names in enumerate(sellers):
        if len(names) == 2 and names[0] != names[1]:
            told = ("disagrees", f"{kind}.vendor", "two names of the seller differ", "the first is taken")
            yield _Doubt(row, _SELLERS, 0, told)


def _last(category: str | None) -> str:
    return (category or "").rsplit(" > ", 1)[-1]


def _spans(
    column: str, reads: Sequence[Read], said: Sequence[str], filled: Sequence[Any], into: Sequence[list[dict[str, Any]]]
) -> None:
    """Add field text ↔ bytes for each row that has both."""
    for read, text, value, spans in zip(reads, said, filled, into, strict=True):
        if not text or value is None or not read.pieces:
            continue
        whole = text == read.text and value == text
        if len(read.pieces) > 1:
            spans += _of_pieces(column, read, str(value), whole=whole)
            continue
        (piece, span), at = read.pieces[0], read.at[0]
        if span is not None:
            start, end = (at, at + len(piece)) if whole else (0, len(str(value)))
            spans.append({"field": column, "start": start, "end": end, "byte_start": span[0], "byte_end": span[1]})


def _of_pieces(column: str, read: Read, value: str, *, whole: bool) -> list[dict[str, Any]]:
    """Return a span a piece; where a pattern cut the text or tokens changed it, one from the first to the last."""
    pieces = zip(read.pieces, read.at, strict=True)
    placed = [(at, piece.text, piece.span) for piece, at in pieces if piece.span is not None]
    if whole:
        return [
            {"field": column, "start": at, "end": at + len(text), "byte_start": span[0], "byte_end": span[1]}
            for at, text, span in placed
        ]
    if not placed:
        return []
    first, last = min(span[0] for _, _, span in placed), max(span[1] for _, _, span in placed)
    return [{"field": column, "start": 0, "end": len(value), "byte_start": first, "byte_end": last}]


def _by_place(span: dict[str, Any]) -> tuple[str, int]:
    return span["field"], span["start"]
