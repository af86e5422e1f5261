"""Cut a CSV file into rows with their exact bytes; the csv module decides what a row is."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from muster.sources.encoding import SAMPLE, decode, encoding_of
from muster.sources.lines import Line, lines

DELIMITERS = ",\t;|"
"""What may stand between cells; the one that the header holds most of does, the first of equals."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its bytes without the line end, and its cells; or what kept it from being read.

    number: data row, from 0; lost rows count too. end: where the next row begins.
    trouble: "", `line_too_long`, `broken_row` or `unclosed_quote` (this one has its cells). text: all bytes were text.
    """

    number: int
    start: int
    end: int
    data: bytes
    cells: list[str]
    trouble: str = ""
    text: bool = True


@dataclass(frozen=True, slots=True)
class Head:
    """What the first row says. names: the columns, each once; repeated: positions of names met before, from 1."""

    encoding: str
    delimiter: str
    names: tuple[str, ...]
    end: int
    repeated: tuple[int, ...]


class _TooLong(Exception):
    """A row is longer than the bound."""


class _Feed(Iterator[str]):
    """Hands lines to the csv module, and remembers the bytes it asked for since a row began."""

    def __init__(self, source: Iterator[Line], encoding: str, max_row: int) -> None:
        self._source = source
        self._encoding = encoding
        self._max_row = max_row
        self.begin()

    def begin(self) -> None:
        self.start: int | None = None
        self.length = 0
        self.pieces: list[bytes] = []
        self.text = True
        self.starved = False  # the csv module asked for more where there was none: a quote was never closed

    def __next__(self) -> str:
        line = next(self._source, None)
        if line is None:
            self.starved = bool(self.pieces)
            raise StopIteration
        if self.start is None:
            self.start = line.start
        self.length += line.length
        if line.data is None or self.length > self._max_row:
            raise _TooLong
        self.pieces.append(line.data)
        decoded, fine = decode(line.data, self._encoding)
        self.text = self.text and fine
        return decoded


def head_of(handle: BinaryIO, max_row: int) -> Head | str:
    """Return what a CSV file's first row says, or the word of the issue that keeps it from being read."""
    handle.seek(0)
    encoding, mark = encoding_of(handle.read(SAMPLE))
    if not encoding:
        return "wrong_encoding"
    first = next((line for line in lines(handle, mark, max_row) if line.data is None or line.data.strip()), None)
    if first is None or first.data is None:
        return "no_header"
    bare = re.sub(r'"[^"]*"?', "", decode(first.data, encoding)[0])
    delimiter = max(DELIMITERS, key=bare.count)
    row = next(rows(handle, mark, 0, encoding, delimiter, max_row), None)
    if row is None or row.trouble:
        return "no_header"
    names, repeated = _names(row.cells)
    return Head(encoding, delimiter, names, row.end, repeated)


def rows(handle: BinaryIO, start: int, first: int, encoding: str, delimiter: str, max_row: int) -> Iterator[Row]:
    """Yield the rows from byte `start` on, numbered from `first`; blank lines are no rows.

    A row longer than `max_row` bytes is stepped over: reading goes on at the next line.
    """
    # the module's own bound on one cell is for the whole process; a row is bounded here, and tighter
    csv.field_size_limit(max(csv.field_size_limit(), max_row))
    feed = _Feed(lines(handle, start, max_row), encoding, max_row)
    reader = csv.reader(feed, delimiter=delimiter)
    number = first
    while True:
        feed.begin()
        trouble = ""
        cells: list[str] = []
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _TooLong:
            trouble = "line_too_long"
        except csv.Error:
            trouble = "broken_row"
        if not cells and not trouble:
            continue
        begin = feed.start or 0
        raw = b"".join(feed.pieces)
        data = raw if feed.starved else raw.removesuffix(b"\n").removesuffix(b"\r")
        if feed.starved:
            trouble = trouble or "unclosed_quote"
        yield Row(number, begin, begin + feed.length, data, cells, trouble, feed.text)
        number += 1


def _names(cells: list[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    names: list[str] = []
    repeated: list[int] = []
    for position, cell in enumerate(cells, 1):
        name = cell or f"column {position}"
        if name in names:
            repeated.append(position)
            name = f"{name} (column {position})"
        names.append(name)
    return tuple(names), tuple(repeated)
