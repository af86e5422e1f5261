"""Rows of tables: the cells behind each field of a declaration, with the bytes that they stand in."""

from __future__ import annotations

from collections.abc import Mapping

from muster.profiles.html import NOTHING, Piece, Read, Reads, repeated
from muster.profiles.plan import RowPlan
from muster.profiles.profile import Field
from muster.profiles.spans import Span


def read_cell(cells: Mapping[str, str], spans: Mapping[str, Span], field: Field) -> Read:
    """Return what a field reads from a row: one cell, or several joined by " > "."""
    names = field.columns or ((field.column,) if field.column else ())
    text, pieces, at = "", [], []
    for name in names:
        value = cells.get(name)
        if value is None or not value.strip():
            continue
        if text:
            text += " > "
        at.append(len(text))
        pieces.append(Piece(value.strip(), spans.get(name)))
        text += value.strip()
    return Read(text, tuple(pieces), tuple(at)) if pieces else NOTHING


def cell_reads(cells: Mapping[str, str], spans: Mapping[str, Span], plan: RowPlan) -> list[Reads]:
    """Return what each field of a plan reads from a row."""
    declared = [field.declared for field in plan.fields]
    reads = [Read(f.value) if f.value is not None else read_cell(cells, spans, f) for f in declared]
    return [repeated(read, 1, placed=True) for read in reads]


def cell_spans(body: bytes, cells: Mapping[str, str]) -> dict[str, Span]:
    """Return where each cell's text stands in the row's bytes: in column order, quotes doubled as CSV writes them."""
    found: dict[str, Span] = {}
    cursor = 0
    for name, value in cells.items():
        text = value.strip()
        if not text:
            continue
        for spelt in dict.fromkeys((text, text.replace('"', '""'), text.replace("\n", "\r\n"))):
            start = body.find(spelt.encode("utf-8", "surrogateescape"), cursor)
            if start >= 0:
                cursor = start + len(spelt.encode("utf-8", "surrogateescape"))
                found[name] = (start, cursor)
                break
    return found
