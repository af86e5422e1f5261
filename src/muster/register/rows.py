"""The rows of a table of alerts, one at a time: a JSON array of any length, JSON lines, CSV, XLSX."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from muster.errors import RegisterError
from muster.sources.csv_rows import head_of
from muster.sources.csv_rows import rows as csv_rows
from muster.sources.lines import lines

LONGEST_ROW = 1 << 20
"""Bytes of one row; a longer one is told and stepped over."""

_BLOCK = 1 << 20
_DECODER = json.JSONDecoder(strict=False)
_NEXT = re.compile(r'\{\s*"')
_BETWEEN = re.compile(r"[\s,]*")


@dataclass(frozen=True, slots=True)
class Row:
    """A row: where it stands, and its cells as text by column; or what kept it from being read.

    trouble: "" or a stable word: `broken_json`, `ends_early`, `not_a_row`, `broken_row`, `row_width`.
    """

    where: str
    cells: dict[str, str]
    trouble: str = ""
    found: str = ""


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a file, and one for each stretch that cannot be read; reading goes on behind it.

    Raises `RegisterError` for a file that is no table.
    """
    with path.open("rb") as handle:
        head = handle.read(4096)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"PK\x03\x04"):
        yield from _xlsx(path)
    elif start.startswith(b"["):
        with path.open("rb") as handle:
            yield from json_array(handle)
    elif start.startswith(b"{"):
        yield from _json_lines(path)
    elif start:
        yield from _csv(path)
    else:
        raise RegisterError("the file is empty", where=path.name, do="give a JSON array, JSON lines, CSV or XLSX")


def json_array(handle: BinaryIO) -> Iterator[Row]:
    r"""Yield the objects of one JSON array, in memory of a few blocks however long it is.

    What is broken costs itself: reading goes on at the next object, and a row says which bytes were lost.

    >>> import io
    >>> broken = io.BytesIO(b'[{"id": 1}, {"id": 2, "a": tru}, {"id": 3}')
    >>> [(row.cells, row.trouble, row.where) for row in json_array(broken)][1:]
    [({}, 'broken_json', 'bytes 12–33'), ({'id': '3'}, '', 'row 1, byte 33'), ({}, 'ends_early', 'byte 42')]
    """
    text, base, number = "", 0, 0  # bytes are held as Latin-1, so that places are places in the file
    more, opened, closed = True, False, False
    at = 0
    while True:
        if more and len(text) - at < LONGEST_ROW:
            block = handle.read(_BLOCK)
            more = bool(block)
            text, base, at = text[at:] + block.decode("latin-1"), base + at, 0
            if more and len(text) < LONGEST_ROW:
                continue
        if not opened:
            opened, at = True, text.index("[") + 1
        at = _BETWEEN.match(text, at).end()  # type: ignore[union-attr]
        if at >= len(text):
            if not more:
                break
            continue
        if text[at] == "]":
            closed = True
            break
        try:
            _, end = _DECODER.raw_decode(text, at)
            cells = cells_of(text[at:end].encode("latin-1"))
        except (ValueError, RecursionError):
            if not more and not _NEXT.search(text, at + 1):
                break
            begin = base + at
            following = _NEXT.search(text, at + 1)
            at = following.start() if following else len(text)
            yield Row(f"bytes {begin}–{base + at}", {}, "broken_json", "no JSON object")
            continue
        trouble = "" if cells is not None else "not_a_row"
        yield Row(f"row {number}, byte {base + at}", cells or {}, trouble, text[at : at + 60] if trouble else "")
        number += 1
        at = end
    if not closed:
        yield Row(f"byte {base + len(text)}", {}, "ends_early", "no closing bracket")


def cells_of(data: bytes) -> dict[str, str] | None:
    """Return the members of a JSON object as text, None for what is no flat object. Raises `ValueError` for no JSON.

    >>> cells_of(b'{"a": 1, "b": null, "c": "x"}')
    {'a': '1', 'c': 'x'}
    """
    try:
        value = msgspec.json.decode(data)
    except UnicodeDecodeError:
        value = msgspec.json.decode(data.decode("utf-8", "replace").encode())
    if not isinstance(value, dict):
        return None
    return {name: _text(cell) for name, cell in value.items() if cell is not None}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value)


def _json_lines(path: Path) -> Iterator[Row]:
    with path.open("rb") as handle:
        begin = 3 if handle.read(3) == b"\xef\xbb\xbf" else 0
        for number, line in enumerate(lines(handle, begin, LONGEST_ROW)):
            where = f"row {number}, byte {line.start}"
            if line.data is not None and not line.data.strip():
                continue
            try:
                cells = cells_of(line.data) if line.data is not None else None
            except (ValueError, RecursionError):
                yield Row(where, {}, "broken_json", "no JSON object")
                continue
            yield Row(where, cells or {}, "" if cells is not None else "not_a_row")


def _csv(path: Path) -> Iterator[Row]:
    with path.open("rb") as handle:
        head = head_of(handle, LONGEST_ROW)
        if isinstance(head, str):
            raise RegisterError("not a table", where=path.name, found=head, do="the first line must name the columns")
        for row in csv_rows(handle, head.end, 0, head.encoding, head.delimiter, LONGEST_ROW):
            where = f"row {row.number}, byte {row.start}"
            if row.trouble and not row.cells:
                yield Row(where, {}, "broken_row", row.trouble)
                continue
            cells = dict(zip(head.names, row.cells, strict=False))
            if len(row.cells) != len(head.names) or row.trouble:
                yield Row(where, cells, "row_width", row.trouble or f"{len(row.cells)} cells")
                continue
            yield Row(where, cells)


def _xlsx(path: Path) -> Iterator[Row]:
    from zipfile import BadZipFile

    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError, OSError) as error:
        raise RegisterError("not a workbook", where=path.name, found=error, do="save it as XLSX or CSV") from error
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        names = [_cell(value) for value in next(rows, ())]
        for number, values in enumerate(rows):
            cells = {name: _cell(value) for name, value in zip(names, values, strict=False) if name}
            if any(cells.values()):
                yield Row(f"row {number}", cells)
    finally:
        book.close()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if hasattr(value, "date") and callable(value.date):
        return str(value.date().isoformat())
    return _text(value).strip()
