"""A list as CSV, and the same list with answers behind its own columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from muster.errors import ServiceError
from muster.register import Lookup, lookup_from

COLUMNS = ("answer", "why", "alert", "alert_number", "alert_reason", "alert_register", "alert_snapshot", "differs",
           "candidates", "expected_by_chance", "caveat")  # fmt: skip
"""What is added to a row: the nearest candidate, how many there are, and what the answer does not say."""

FIELDS = ("number", "make", "model", "calibre", "country", "year", "part")

MOST_ROWS = 10_000


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
    at = {field: head.index(columns.get(field, field)) for field in FIELDS if columns.get(field, field) in head}
    for field in ("number", *columns):
        if field not in at:
            raise ServiceError(
                f"the list has no column for `{field}`", where="first line", found=", ".join(head),
                do=f"name the column: ?{field}=…",
            )  # fmt: skip
    rows = [line for line in lines[1:] if any(cell.strip() for cell in line)]
    asked = [
        lookup_from({field: line[place] if place < len(line) else "" for field, place in at.items()}, where=f"row {n}")
        for n, line in enumerate(rows, 1)
    ]
    return Sheet(head, rows, asked, delimiter)


def write(sheet: Sheet, answers: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the list with its answers; the list's own cells are as they came."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=sheet.delimiter, lineterminator="\n")
    writer.writerow([*sheet.head, *COLUMNS])
    width = len(sheet.head)
    for row, answer in zip(sheet.rows, answers, strict=True):
        writer.writerow([*row, *[""] * (width - len(row)), *(_cell(value) for value in _added(answer))])
    return out.getvalue().encode()


def _added(answer: Mapping[str, Any]) -> list[object]:
    nearest = answer["candidates"][0] if answer["candidates"] else None
    about = ["", "", "", "", "", ""]
    if nearest is not None:
        fields = [f"{one['field']}: {one['held']}" for one in nearest["fields"]]
        differs = [nearest["spelling"], *fields]
        about = [nearest["alert"], nearest["number"], nearest["reason"], nearest["register"],
                 nearest["snapshot"] or "", "; ".join(differs)]  # fmt: skip
    return [answer["answer"], answer["why"], *about, answer["total"], answer["expected_by_chance"],
            " ".join(answer["caveat"])]  # fmt: skip


def _cell(value: object) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") and not isinstance(value, (int, float)) else text
