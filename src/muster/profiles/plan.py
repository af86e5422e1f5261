"""A declaration made ready once: what each field reads, says and fills, with nothing left to look up on each row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from muster.profiles import values
from muster.profiles.columns import Fill, filling
from muster.profiles.layout import laid_out
from muster.profiles.prices import Prices
from muster.profiles.profile import Field, PageKind, Profile, Rows, Variant
from muster.profiles.said import Saying, saying

SPANNED = frozenset({"title", "description", "text", "vendor", "price", "sales", "rating", "rate"})
"""Fields whose places in the bytes are kept."""

MOST_KEPT = 64
"""Profiles whose plans are kept; a case has a few."""


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """One field of the rows of one table.

    say: from the text that is read to what the field says. fill: puts that into the row's columns. spans: the column
    whose places in the bytes are kept, "" for none. needed: nothing there is an issue.
    """

    name: str
    declared: Field
    say: Saying
    fill: Fill
    spans: str
    needed: bool


@dataclass(frozen=True, slots=True)
class RowPlan:
    """The rows of one table that a page holds: the fields in the order of their columns, inherited ones first."""

    rows: Rows
    fields: tuple[FieldPlan, ...]
    places: Mapping[str, int]  # field → its number in `fields`


class Plan:
    """A whole profile, made ready."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.prices = Prices(profile)
        self._kinds: dict[tuple[str, int | None], tuple[RowPlan, ...]] = {}

    def of(self, kind: str, variant: Variant | None = None) -> tuple[RowPlan, ...]:
        """Return what a kind of page holds in one of its layouts, and then the rates that every page prints."""
        page = self.profile.pages[kind]
        number = page.variants.index(variant) if variant is not None else None
        made = self._kinds.get((kind, number))
        if made is None:
            made = self._kinds[kind, number] = self._made(page, variant)
        return made

    def _made(self, page: PageKind, variant: Variant | None) -> tuple[RowPlan, ...]:
        return tuple(self._rows(rows) for rows in (*laid_out(page, variant), *self.profile.rates))

    def _rows(self, rows: Rows) -> RowPlan:
        declared = {**rows.inherit, **rows.fields}
        fields = tuple(self._field(name, field, rows.table) for name, field in declared.items())
        return RowPlan(rows, fields, {name: number for number, name in enumerate(declared)})

    def _field(self, name: str, field: Field, table: str) -> FieldPlan:
        fill = filling(name, field, table, self.profile, self.prices)
        column = {"price": "amount_text", "vendor": "token" if table == "vendor_seen" else "vendor"}.get(name, name)
        needed = field.value is None and not field.optional and field.type != "pictures"
        spans = column if name in SPANNED else ""
        return FieldPlan(name, field, saying(name, field, self.profile), fill, spans, needed)


_plans: dict[int, Plan] = {}


def forget() -> None:
    """Empty all that is kept between pages, as in a process that has just begun: for measuring, and for tests of it."""
    _plans.clear()
    values.forget()


def plan_of(profile: Profile) -> Plan:
    """Return the plan of a profile; it is made once, as every page of a market asks for it.

    >>> from muster.profiles.profile import load
    >>> [rows.rows.table for rows in plan_of(load("hansa")).of("vendor")]
    ['vendor_seen', 'rate_seen']
    """
    plan = _plans.get(id(profile))
    if plan is None or plan.profile is not profile:
        if len(_plans) >= MOST_KEPT:
            _plans.clear()
        plan = _plans[id(profile)] = Plan(profile)
    return plan
