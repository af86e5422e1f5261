"""Read listings from a stream as they come: JSON lines or CSV, a batch as soon as the sender pauses, memory bounded."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from muster.errors import RecogniseError, nearest
from muster.model import canonical_json
from muster.recognise.contract import KEYS, read_jsonl
from muster.recognise.recogniser import Listing

BATCH = 512
"""Listings handed on at once."""
BATCH_LETTERS = 1 << 22
"""Code points of titles and descriptions from which on a batch is handed on, however few listings it has."""
LINE_LIMIT = 1 << 23
"""Bytes of a line, or of a row of CSV over several lines. What is longer is refused and not kept."""
_CHUNK = 1 << 16
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that is no listing, and why; reading goes on after it."""

    error: RecogniseError


def read_stream(file: IO[bytes]) -> Iterator[list[Listing | Refused]]:
    """Yield the listings of JSON lines or CSV in batches; a batch ends where no further line has arrived yet.

    file: UTF-8, with or without a byte order mark; what is not UTF-8 becomes U+FFFD. CSV has a header, and is parted by
        commas, semicolons or tabs, whichever the header shows first.
    Raises `RecogniseError` where the whole cannot be read: UTF-16, or a header that is not in the contract.

    >>> from io import BytesIO
    >>> [batch] = read_stream(BytesIO(b'{"id": "a", "title": "Glock 19"}\\n{oops}\\n'))
    >>> batch[0].title, batch[1].error.where
    ('Glock 19', 'line 2')
    """
    lines = _Lines(file)
    found: list[Listing | Refused] = []
    letters = 0
    for one in _listings(lines):
        found.append(one)
        if isinstance(one, Listing):
            letters += len(one.title) + len(one.description)
        if lines.drained or len(found) >= BATCH or letters >= BATCH_LETTERS:
            yield found
            found, letters = [], 0
    if found:
        yield found


class _Lines:
    """The lines of a stream, each as soon as it has arrived, with the number of the last one read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.number = 0
        self._file = file
        self._ready: deque[bytes | None] = deque()  # None: a line that was too long
        self._parts: list[bytes] = []  # of the line that has not ended yet
        self._held = 0
        self._ended = False
        self._record = 0

    @property
    def drained(self) -> bool:
        """Whether the next line has to be waited for."""
        return not self._ready

    def begin(self) -> None:
        """Begin a new record: what `LINE_LIMIT` holds for."""
        self._record = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        while not self._ready:
            if self._ended:
                raise StopIteration
            self._read()
        line = self._ready.popleft()
        self.number += 1
        self._record += LINE_LIMIT if line is None else len(line)
        if line is None or self._record > LINE_LIMIT:
            raise _refused("a line or row is too long", self.number, f"more than {LINE_LIMIT:,} bytes")
        text = line.decode("utf-8", "replace")
        return text.removeprefix(_BOM) if self.number == 1 else text

    def _read(self) -> None:
        chunk: bytes = self._file.read1(_CHUNK)  # type: ignore[attr-defined]
        if not chunk:
            self._ended = True
            if self._held:
                self._end_line()
            return
        if self.number == 0 and not self._parts and chunk.startswith(_UTF16):
            raise RecogniseError("the text is UTF-16", where="line 1", found=chunk[:40], do="save it as UTF-8")
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            self._keep(end + b"\n")
            self._end_line()
        self._keep(rest)

    def _keep(self, part: bytes) -> None:
        self._held += len(part)
        if self._held > LINE_LIMIT:
            self._parts = []
        elif part:
            self._parts.append(part)

    def _end_line(self) -> None:
        self._ready.append(b"".join(self._parts) if self._held <= LINE_LIMIT else None)
        self._parts, self._held = [], 0


def _listings(lines: _Lines) -> Iterator[Listing | Refused]:
    """Read line by line; the first line that is not blank says whether these are JSON lines or CSV."""
    begun = False
    while True:
        lines.begin()
        try:
            line = next(lines)
        except StopIteration:
            return
        except RecogniseError as error:
            if lines.number == 0:
                raise  # UTF-16: no line of it can be read
            yield Refused(error)
            continue
        if not line.strip():
            continue
        if not begun and not line.lstrip().startswith(("{", "[")):
            yield from _rows(line, lines)
            return
        begun = True
        yield _read(line, lines.number)


def _rows(first: str, lines: _Lines) -> Iterator[Listing | Refused]:
    delimiter = next((sign for sign in first if sign in ",;\t"), ",")
    header = _header(first, delimiter)
    csv.field_size_limit(max(csv.field_size_limit(), LINE_LIMIT))
    rows = csv.reader(lines, delimiter=delimiter)
    while True:
        lines.begin()
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Refused(_refused(f"not a row of CSV ({error})", lines.number, ""))
            continue
        except RecogniseError as error:
            yield Refused(error)
            continue
        if not any(row):
            continue
        if len(row) > len(header):
            yield Refused(_refused("a row has more cells than the header", lines.number, row[len(header) :]))
            continue
        yield _read(canonical_json(dict(zip(header, row, strict=False))), lines.number)


def _header(first: str, delimiter: str) -> list[str]:
    try:
        [header] = csv.reader([first], delimiter=delimiter)
    except csv.Error as error:
        raise RecogniseError("no header of CSV", where="line 1", found=first, do="begin with id,title") from error
    for name in header:
        if name not in KEYS:
            raise RecogniseError("unknown column", where="line 1", found=name, do=nearest(name, list(KEYS)))
    for name in ("id", "title"):
        if name not in header:
            raise RecogniseError(f"no column `{name}`", where="line 1", found=", ".join(header), do="add the column")
    return header


def _read(line: str, number: int) -> Listing | Refused:
    try:
        return read_jsonl(line, number)
    except RecogniseError as error:
        return Refused(error)


def _refused(what: str, number: int, found: object) -> RecogniseError:
    return RecogniseError(what, where=f"line {number}", found=found, do="mend the line; the others are read")
