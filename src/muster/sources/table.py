"""Read tables in text, CSV and JSON lines: each row is a capture with its own bytes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from muster.model import Issue, Page
from muster.sources.capture import Origin
from muster.sources.csv_rows import Head, Row, head_of, rows
from muster.sources.document import cells_of_json, document_starts
from muster.sources.lines import lines
from muster.sources.shard import Limits, Shard, SourceFile

CSV_ROW = "text/csv; row"
JSON_ROW = "application/jsonl; row"

_DO = {
    "wrong_encoding": "save the table as UTF-8",
    "no_header": "the first line must name the columns",
    "no_rows": "there is a header and nothing below it",
    "line_too_long": "raise max_line in [limits] of case.toml",
    "broken_row": "mend the row",
    "unclosed_quote": "the file ends inside a quoted cell: find a whole copy",
    "not_text": "bytes that are no text in this table's encoding stand as U+FFFD",
    "bad_json": "each line must be one JSON object",
}


def row_starts(file: SourceFile, limits: Limits) -> Iterator[tuple[int, int]]:
    """Yield the number of each data row of a CSV file, of JSON lines or a JSON document, and where it begins."""
    with file.open() as handle:
        if file.format == "json":
            yield from document_starts(handle, limits)
            return
        if file.format == "jsonl":
            yield from ((row.number, row.start) for row in _json_rows(file, limits, 0, 0))
            return
        head = head_of(handle, limits.max_line)
        if isinstance(head, Head):
            found = rows(handle, head.end, 0, head.encoding, head.delimiter, limits.max_line)
            yield from ((row.number, row.start) for row in found)


def read_csv(origin: Origin, shard: Shard, limits: Limits) -> Iterator[Page | Issue]:
    """Yield a page for each row of a CSV file that the shard covers, with its cells by column name.

    A row with too few cells lacks the last columns; what is beyond the last column stands under `column N`. Either is
    kept, with an issue. Issues about the file as a whole come with its first row.
    """
    file = origin.file
    with file.open() as handle:
        head = head_of(handle, limits.max_line)
        if isinstance(head, str):
            yield file.issue(head, "", do=_DO[head])
            return
        if shard.first == 0 and head.repeated:
            where = "columns " + ", ".join(map(str, head.repeated))
            yield file.issue("duplicate_column", where, do="they are read as `name (column N)`")
        if shard.first == 0 and head.encoding != "utf-8":
            do = "look at letters beyond ASCII; where they are wrong, save the table as UTF-8"
            yield file.issue("encoding_guessed", "", found=head.encoding, do=do)
        start, first = (shard.offset, shard.first) if shard.offset else (head.end, 0)
        found = rows(handle, start, first, head.encoding, head.delimiter, limits.max_line)
        none = shard.first == 0
        for row in _covered(found, shard):
            none = False
            yield from _csv_row(origin, head, row)
        if none:
            yield file.issue("no_rows", "", do=_DO["no_rows"])


def read_jsonl(origin: Origin, shard: Shard, limits: Limits) -> Iterator[Page | Issue]:
    """Yield a page for each line of a JSON-lines file that the shard covers; values that nest stay JSON text."""
    none = shard.first == 0
    first = shard.first if shard.offset else 0
    for row in _covered(_json_rows(origin.file, limits, shard.offset, first), shard):
        none = False
        yield from _json_row(origin, row)
    if none:
        yield origin.file.issue("no_rows", "", do="there is no line with anything on it")


def _covered(found: Iterator[Row], shard: Shard) -> Iterator[Row]:
    if shard.count is None:
        return (row for row in found if row.number >= shard.first)
    end = shard.first + shard.count
    return (row for row in takewhile(lambda row: row.number < end, found) if row.number >= shard.first)


def _csv_row(origin: Origin, head: Head, row: Row) -> Iterator[Page | Issue]:
    file, where = origin.file, _where(row)
    if row.trouble and not row.cells:
        yield file.issue(row.trouble, where, do=_DO[row.trouble])
        return
    cells = dict(zip(head.names, row.cells, strict=False))
    for position in range(len(head.names), len(row.cells)):
        cells[f"column {position + 1}"] = row.cells[position]
    page = origin.page(row.data, CSV_ROW, start=row.start, length=len(row.data), row=row.number, cells=cells)
    yield page
    capture = page.capture.id
    if row.trouble:
        yield file.issue(row.trouble, where, do=_DO[row.trouble], capture=capture)
    if len(row.cells) != len(head.names):
        found = f"{len(row.cells)} cells under {len(head.names)} columns"
        do = "the row is kept: missing cells are absent, further ones stand under `column N`"
        yield file.issue("row_width", where, found=found, do=do, capture=capture)
    if not row.text:
        yield file.issue("not_text", where, do=_DO["not_text"], capture=capture)


def _json_rows(file: SourceFile, limits: Limits, start: int, first: int) -> Iterator[Row]:
    """Yield the lines that hold anything, as rows without cells."""
    number = first
    with file.open() as handle:
        if start == 0 and handle.read(3) == b"\xef\xbb\xbf":
            start = 3
        for line in lines(handle, start, limits.max_line):
            data = line.data.removesuffix(b"\n").removesuffix(b"\r") if line.data is not None else b""
            if line.data is not None and not data.strip():
                continue
            trouble = "line_too_long" if line.data is None else ""
            yield Row(number, line.start, line.start + line.length, data, [], trouble)
            number += 1


def _json_row(origin: Origin, row: Row) -> Iterator[Page | Issue]:
    file, where = origin.file, _where(row)
    if row.trouble:
        yield file.issue(row.trouble, where, do=_DO[row.trouble])
        return
    text = row.data.decode("utf-8", "replace")
    garbled = text.encode() != row.data
    try:
        cells = cells_of_json(text.encode())
    except (ValueError, RecursionError) as error:
        found = "nested too deeply" if isinstance(error, RecursionError) else "no JSON object"
        yield file.issue("bad_json", where, found=found, do=_DO["bad_json"])
        return
    page = origin.page(row.data, JSON_ROW, start=row.start, length=len(row.data), row=row.number, cells=cells)
    yield page
    if garbled:
        yield file.issue("not_text", where, do=_DO["not_text"], capture=page.capture.id)


def _where(row: Row) -> str:
    return f"row {row.number}, bytes {row.start}–{row.end}"
