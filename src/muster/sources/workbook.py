"""Read XLSX workbooks: each row below a sheet's header is a capture, whose bytes are its cells as canonical JSON.

Format: ECMA-376, read by openpyxl. A formula's cell is the value that was saved with it; nothing is computed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, BinaryIO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from defusedxml.common import DefusedXmlException

from muster.model import Issue, Page, canonical_json
from muster.sources.capture import Origin
from muster.sources.shard import Limits

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

XLSX_ROW = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet; row"

_BROKEN = (
    BadZipFile, ParseError, DefusedXmlException, KeyError, ValueError, TypeError, IndexError,
    AttributeError, OverflowError, EOFError, NotImplementedError, RuntimeError,
)  # fmt: skip
"""What openpyxl and zipfile raise on a workbook that is none, or is damaged."""

_IN_MEMORY = ("sharedstrings.xml", "styles.xml", "workbook.xml", "theme1.xml")
"""Parts that are held whole while a workbook is read."""


@dataclass(frozen=True, slots=True)
class _SheetRow:
    """number: over all sheets, from 0. sheet, line: as the program that shows it counts them, from 1."""

    number: int
    sheet: int
    line: int
    cells: dict[str, object]
    width: int = 0  # cells beyond the header


@dataclass(frozen=True, slots=True)
class _Lost:
    """The rest of a sheet, from a place on where it is damaged."""

    sheet: int
    why: str


def read_workbook(origin: Origin, limits: Limits) -> Iterator[Page | Issue]:
    """Yield a page for each row with anything in it, below the first such row of its sheet, which names the columns.

    Cells beyond the header stand under `column N`. Rows are numbered through all sheets, hidden ones too.
    A workbook that would unpack to more than the limits allow is an issue and is not read.
    """
    file, none = origin.file, True
    try:
        with file.open() as handle:
            if too_large := _too_large(handle, file.size, limits):
                do = "raise max_unpacked or max_body in [limits] of case.toml"
                yield file.issue("too_much_unpacked", "", found=too_large, do=do)
                return
            for row in _rows(handle):
                none = False
                if isinstance(row, _Lost):
                    do = "what stands before it in the sheet was read, and the other sheets: save the sheet as CSV"
                    yield file.issue("broken_file", f"sheet {row.sheet}", found=row.why, do=do)
                else:
                    yield from _row(origin, row, limits)
    except _BROKEN as error:
        do = "no sheet of it was read: open the workbook and save it again, or save its sheets as CSV"
        yield file.issue("broken_file", bytes_at=(0, file.size), found=type(error).__name__, do=do)
        return
    if none:
        yield file.issue("no_rows", "", do="there are columns and nothing below them")


def workbook_row(handle: BinaryIO, number: int) -> bytes | None:
    """Return the bytes of one row as `read_workbook` gave them, or None where there is no such row."""
    try:
        rows = (row for row in _rows(handle) if isinstance(row, _SheetRow))
        return next((_body(row) for row in rows if row.number == number), None)
    except _BROKEN:
        return None


def _too_large(handle: BinaryIO, size: int, limits: Limits) -> str:
    """Return what is too large by the sizes that the zip states, which zipfile holds its members to; or ""."""
    with ZipFile(handle) as archive:
        members = archive.infolist()
    whole = sum(member.file_size for member in members)
    held = sum(member.file_size for member in members if member.filename.lower().endswith(_IN_MEMORY))
    if whole > limits.unpacked(size):
        return f"{whole} bytes unpacked"
    return f"{held} bytes of shared texts and styles" if held > 8 * limits.max_body else ""


def _rows(handle: BinaryIO) -> Iterator[_SheetRow | _Lost]:
    """Yield the rows of all sheets; the next sheet is gone on with where one is damaged."""
    import openpyxl  # a quarter of a second, which only who reads a workbook should wait for

    with closing(openpyxl.load_workbook(handle, read_only=True, data_only=True, keep_links=False)) as book:
        number = 0
        for sheet, page in enumerate(book.worksheets, 1):
            names: list[str] | None = None
            lines = _lines(page)
            while True:
                try:
                    line, values = next(lines)
                except StopIteration:
                    break
                except _BROKEN as error:
                    yield _Lost(sheet, type(error).__name__)
                    break
                if all(value is None or value == "" for value in values):
                    continue
                if names is None:
                    names = _names(values)
                    continue
                columns = [*names, *(f"column {place}" for place in range(len(names) + 1, len(values) + 1))]
                cells = {name: value for name, value in zip(columns, values, strict=False) if value is not None}
                yield _SheetRow(number, sheet, line, cells, max(0, _filled(values) - len(names)))
                number += 1


def _lines(page: ReadOnlyWorksheet) -> Iterator[tuple[int, tuple[object, ...]]]:
    page.reset_dimensions()  # what the sheet says of its size is not believed
    yield from enumerate(page.iter_rows(values_only=True), 1)


def _filled(values: tuple[object, ...]) -> int:
    return max((place for place, value in enumerate(values, 1) if value is not None), default=0)


def _names(values: tuple[object, ...]) -> list[str]:
    names: list[str] = []
    for place, value in enumerate(values[: _filled(values)], 1):
        name = "" if value is None else str(_plain(value)).strip()
        name = name or f"column {place}"
        names.append(f"{name} (column {place})" if name in names else name)
    return names


def _row(origin: Origin, row: _SheetRow, limits: Limits) -> Iterator[Page | Issue]:
    where = f"sheet {row.sheet}, line {row.line}"
    body = _body(row)
    if len(body) > limits.max_line:
        do = "raise max_line in [limits] of case.toml"
        yield origin.file.issue("line_too_long", where, found=f"{len(body)} bytes", do=do)
        return
    cells = {name: _text(value) for name, value in row.cells.items()}
    page = origin.page(body, XLSX_ROW, start=0, length=0, row=row.number, cells=cells)
    yield page
    if row.width:
        do = "the row is kept: further cells stand under `column N`"
        found = f"{row.width} cells beyond the header"
        yield origin.file.issue("row_width", where, found=found, do=do, capture=page.capture.id)


def _body(row: _SheetRow) -> bytes:
    return canonical_json({name: _plain(value) for name, value in row.cells.items()}).encode()


def _plain(value: object) -> object:
    """Return a cell as JSON can hold it: days and times as ISO 8601, a day at midnight as the day that was typed."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    return value if isinstance(value, (str, int, bool)) else str(value)


def _text(value: object) -> str:
    plain = _plain(value)
    return plain if isinstance(plain, str) else canonical_json(plain)
