"""A list as CSV, and the same list with answers behind its own columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from muster.cells import cell
from muster.errors import ServiceError
from muster.register import Lookup, lookup_from
from muster.register.contract import COLUMNS, as_columns, column_of

FIELDS = ("number", "make", "model", "calibre", "country", "year", "part")

MOST_ROWS = 10_000

NOTHING = "-"
"""Asked for where a row has no number: it is answered like any number of which nothing can be read."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list: its head, its rows as they came, and the questions that they ask."""

    head: list[str]
    rows: list[list[str]]
    asked: list[Lookup]
    delimiter: str


def read(data: bytes, columns: Mapping[str, str]) -> Sheet:
    """Return a list. columns: field of a look-up → name of its column, where they differ.

    Raises `ServiceError` for what is no CSV in UTF-8, for a list without the column of numbers or with too many rows,
    and `RegisterError` for a row that asks nothing, with its line.

    >>> read(b"serial;make\\nAB 1;Example\\n", {"number": "serial"}).asked[0].make
    'Example'
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ServiceError("the list is not UTF-8", where=f"byte {error.start}", do="save it as CSV UTF-8") from error
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise ServiceError("the list is no CSV", found=error, do="quote cells that hold quotes or newlines") from error
    if not lines or len(lines) < 2:
        raise ServiceError("the list has no row", found=first, do="give a line of names, then a row for each number")
    if len(lines) > MOST_ROWS + 1:
        raise ServiceError("the list is too long", found=f"{len(lines) - 1} rows", do=f"at most {MOST_ROWS}").refused(
            413
        )
    head = lines[0]
    known = [column_of(name) for name in head]
    at = {field: known.index(field) for field in FIELDS if field in known}
    at.update((field, head.index(name)) for field, name in columns.items() if name in head)
    for field in ("number", *columns):
        if field not in at or columns.get(field, head[at[field]]) not in head:
            raise ServiceError(
                f"the list has no column for `{field}`", where="first line", found=", ".join(head),
                do=f"name the column: ?{field}=…",
            )  # fmt: skip
    rows = [line for line in lines[1:] if any(cell.strip() for cell in line)]
    asked = []
    for n, line in enumerate(rows, 1):
        said = {field: line[place].strip() if place < len(line) else "" for field, place in at.items()}
        asked.append(lookup_from({**said, "number": said["number"] or NOTHING}, where=f"row {n}"))
    return Sheet(head, rows, asked, delimiter)


def write(sheet: Sheet, answers: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the list with its answers behind it, the same columns as `muster lookup --list`."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=sheet.delimiter, lineterminator="\n")
    writer.writerow([*(cell(name) for name in sheet.head), *COLUMNS])
    width = len(sheet.head)
    for row, answer in zip(sheet.rows, answers, strict=True):
        cells = [*row, *[""] * (width - len(row)), *as_columns(answer)]
        writer.writerow([cell(value) for value in cells])
    return out.getvalue().encode()
