"""Which layout a page has: the declared one, or an older one that the profile keeps beside it."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace
from selectolax.lexbor import LexborHTMLParser

from muster.profiles.profile import Field, PageKind, Rows, Variant


def layout_of(kind: PageKind, tree: LexborHTMLParser | None, captured_at: datetime | None) -> Variant | None:
    """Return the variant of a kind of page that a page is of; None for the layout that is declared.

    The first that fits is taken: its last day is not past, and its marks are there. A capture of unknown time is of a
    variant only by marks.
    """
    return next((variant for variant in kind.variants if _fits(variant, tree, captured_at)), None)


def laid_out(kind: PageKind, variant: Variant | None) -> tuple[Rows, ...]:
    """Return what a kind of page holds, as one of its layouts writes it."""
    return kind.rows if variant is None else tuple(_changed(rows, variant) for rows in kind.rows)


def _fits(variant: Variant, tree: LexborHTMLParser | None, captured_at: datetime | None) -> bool:
    if variant.marks is None and (variant.until is None or captured_at is None):
        return False
    if variant.until is not None and captured_at is not None and captured_at.date() > variant.until:
        return False
    return variant.marks is None or (tree is not None and tree.css_first(variant.marks) is not None)


def _changed(rows: Rows, variant: Variant) -> Rows:
    return replace(
        rows, each=variant.each.get(rows.table, rows.each), fields=_merged(rows.fields, variant.fields, rows.table),
        inherit=_merged(rows.inherit, variant.inherit, rows.table),
    )  # fmt: skip


def _merged(fields: dict[str, Field], changed: dict[str, Field], table: str) -> dict[str, Field]:
    return {name: changed.get(f"{table}.{name}", changed.get(name, field)) for name, field in fields.items()}
