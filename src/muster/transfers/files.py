"""The rows of an official table with the bytes they stand in: lines above the header are a preface, not a table."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from muster.errors import SourceError
from muster.model import Issue
from muster.sources.csv_rows import DELIMITERS, Row, rows
from muster.sources.encoding import SAMPLE, decode, encoding_of
from muster.sources.lines import lines
from muster.transfers.declared import Official

PREFACE = 60
"""Lines above the header at most; a table that begins later is none that any profile here knows."""

MOST_BYTES = 2**31
"""A file beyond this is no official table of transfers."""


@dataclass(frozen=True)
class Table:
    """One file: which profile reads it, what stands above its header, its columns, and where its rows begin."""

    source: str  # as the case file writes it
    path: Path
    digest: str
    profile: Official
    preface: str
    names: tuple[str, ...]
    encoding: str
    delimiter: str
    start: int
    data: bytes = field(repr=False)

    def rows(self, max_row: int) -> Iterator[Row]:
        """Yield the data rows, numbered from 0."""
        yield from rows(io.BytesIO(self.data), self.start, 0, self.encoding, self.delimiter, max_row)


def open_table(
    source: str, path: Path, profiles: Sequence[Official], *, named: bool, max_row: int = 2**20
) -> Table | Issue:
    """Open a file with the profile whose marks its header has.

    profiles: to choose from. named: the case file named the one profile, so a header that lacks its marks is told.
    Returns an issue where no profile fits, or where an unconfirmed profile meets a column that it does not declare.
    """
    if not path.is_file():
        raise SourceError("no such table", where=source, found=str(path), do="check the path in [[transfers]]")
    if path.stat().st_size > MOST_BYTES:
        return _issue(source, "too_large", str(path.name), f"{path.stat().st_size} bytes", "cut the file into parts")
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    encoding, mark = encoding_of(data[:SAMPLE])
    if not encoding:
        return _issue(source, "wrong_encoding", path.name, "UTF-16 or UTF-32", "save the table as UTF-8")
    above: list[str] = []
    best: tuple[int, str] = (0, "")
    for number, line in enumerate(lines(io.BytesIO(data), mark, max_row)):
        if number > PREFACE or line.data is None:
            break
        text = decode(line.data, encoding)[0]
        delimiter = max(DELIMITERS, key=re.sub(r'"[^"]*"?', "", text).count)
        first = next(rows(io.BytesIO(data), line.start, 0, encoding, delimiter, max_row), None)
        names = tuple(cell.strip() for cell in first.cells) if first and not first.trouble else ()
        fits = [p for p in profiles if set(p.marks) <= set(names)]
        if fits and first is not None:
            profile = max(fits, key=lambda p: (len(p.marks), p.name))
            if profile.skip:
                return _issue(source, "out_of_scope", f"file {digest[:12]}", profile.name, profile.skip)
            table = Table(source, path, digest, profile, "\n".join(above), names, encoding, delimiter, first.end, data)
            return _columns(table)
        if len(names) > best[0]:
            best = (len(names), ", ".join(names)[:120])
        above.append(text.rstrip("\r\n"))
    do = "no official profile has these columns: declare them (docs/transfers.md), or take the file out"
    if named:
        do = "it has not the columns of the profile named: " + ", ".join(profiles[0].marks)
    return _issue(source, "unknown_table", f"file {digest[:12]}", best[1], do)


def _columns(table: Table) -> Table | Issue:
    """Refuse a table of an unconfirmed profile with a column that nobody declared: going on might misread it."""
    unknown = sorted(set(table.names) - table.profile.columns() - {""})
    if unknown and not table.profile.confirmed:
        return _issue(
            table.source, "unknown_column", f"file {table.digest[:12]}", ", ".join(unknown),
            f"{table.profile.name} is unconfirmed and stops here: say in a copy of it what these columns are",
        )  # fmt: skip
    return table


def unknown_columns(table: Table) -> list[Issue]:
    """Return an issue for each column that a confirmed profile neither reads nor ignores."""
    unknown = sorted(set(table.names) - table.profile.columns() - {""})
    return [_issue(table.source, "unknown_column", f"file {table.digest[:12]}", name, "nothing reads this column")
            for name in unknown]  # fmt: skip


def _issue(source: str, what: str, where: str, found: str, do: str) -> Issue:
    return Issue("transfers", what, where, found, do, source=source)
