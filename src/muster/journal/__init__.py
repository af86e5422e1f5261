"""What was done and decided: one line of canonical JSON a fact, each carrying the SHA-256 of the line before."""

from __future__ import annotations

import fcntl
import json
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import FileIO
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from muster.errors import JournalError
from muster.model import canonical_json, digest

FIRST = "0" * 64
"""What the first line carries as `prev`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact.

    n: from 0. at: ISO time in UTC; only the journal holds clock times. who: a person's or the program's name.
    what: `run started`, `run finished`, `case made`, `tail set aside` … about: ids and counts. reason: why, in words.
    """

    n: int
    at: str
    who: str
    what: str
    about: Any
    reason: str
    prev: str

    def line(self) -> str:
        """Return the line without its newline."""
        return canonical_json({key: getattr(self, key) for key in self.__slots__})


class Fact(NamedTuple):
    """A fact on its way into the journal: who did or decided what, about what, and why."""

    who: str
    what: str
    about: object
    reason: str = ""


class Place(NamedTuple):
    """A place between two lines: the number of the next line, its first byte, the digest of the line before."""

    n: int
    byte: int
    prev: str


START = Place(0, 0, FIRST)
"""Before the first line."""


class Journal:
    """An append-only file of facts.

    path: the file; made with the first line. clock: gives the time of each new line.

    >>> import tempfile; from datetime import datetime, UTC
    >>> folder = tempfile.TemporaryDirectory()
    >>> journal = Journal(Path(folder.name) / "journal.jsonl", clock=lambda: datetime(2014, 4, 10, tzinfo=UTC))
    >>> journal.append("muster", "case made", {"sources": 1}).n
    0
    >>> journal.append("ada", "decision", {"claim": "clm:1"}, reason="read it twice").n
    1
    >>> [entry.what for entry in journal.entries()]
    ['case made', 'decision']
    >>> folder.cleanup()
    """

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self.path = path
        self.clock = clock

    def append(self, who: str, what: str, about: object, reason: str = "") -> Entry:
        """Add one fact and return it; the line is on disk when this returns. Otherwise as `extend`."""
        return self.extend([Fact(who, what, about, reason)])[0]

    def extend(self, facts: Sequence[Fact]) -> list[Entry]:
        """Add facts in order and return them; all lines are on disk when this returns, after one wait for the disk.

        Writers of several processes take turns. A tail that a killed run left half written is first set aside in a file
        of its own, and that is a fact too.
        Raises `JournalError` when the last whole line is no journal line, or when the disk does not take all lines:
        then none of them stands in the journal.
        """
        with self.held() as writer:
            return writer.extend(facts)

    @contextmanager
    def held(self) -> Iterator[Writer]:
        """Keep other writers out for as long as this is open, and yield what adds facts without opening the file anew.

        Raises as `extend` does.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab", buffering=0) as out:
            fcntl.flock(out, fcntl.LOCK_EX)
            torn = self._set_tail_aside()
            last = self.last()
            place = START if last is None else Place(last.n + 1, out.seek(0, os.SEEK_END), digest(last.line().encode()))
            writer = Writer(self, out, place)
            if torn is not None:
                writer.extend([_aside(torn)])
            yield writer

    def entries(self) -> Iterator[Entry]:
        """Yield every fact in order, verifying the chain; a half-written last line is left out.

        Raises `JournalError` at the first line that is out of order or does not carry the digest of the one before.
        """
        for entry, _ in self.after(START):
            yield entry

    def after(self, place: Place) -> Iterator[tuple[Entry, Place]]:
        """Yield the facts after a place, each with the place behind it; otherwise as `entries`.

        place: `START`, or one that this method gave.
        """
        if not self.path.is_file():
            return
        with self.path.open("rb") as lines:
            lines.seek(place.byte)
            for raw in lines:
                if not raw.endswith(b"\n"):
                    return
                entry = _entry(raw, self.path, place.n)
                if entry.n != place.n or entry.prev != place.prev:
                    raise JournalError(
                        "the journal's chain is broken", where=f"{self.path}, line {place.n + 1}",
                        found=f"n={entry.n}, prev={entry.prev[:12]}… where {place.prev[:12]}… was expected",
                        do="bring back an unchanged copy; what follows this line cannot be trusted",
                    )  # fmt: skip
                place = Place(place.n + 1, place.byte + len(raw), digest(raw.rstrip(b"\n")))
                yield entry, place

    def last(self) -> Entry | None:
        """Return the last fact, None if there is none, reading only the file's end. Raises `JournalError`."""
        if not self.path.is_file() or self.path.stat().st_size == 0:
            return None
        return _entry(_last_line(self.path), self.path, -1)

    def head(self) -> str:
        """Return the digest of the last line, or `FIRST`."""
        last = self.last()
        return FIRST if last is None else digest(last.line().encode())

    def _set_tail_aside(self) -> str | None:
        with self.path.open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            if not size or _ends_line(file, size):
                return None
            whole = _end_of_lines(file, size)
            file.seek(whole)
            tail = file.read()
            aside = self.path.with_name(f"torn-{digest(tail)[:12]}.txt")
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)  # who may not read the journal may not read its tail
            with open(os.open(aside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, mode), "wb") as out:
                out.write(tail)
            file.truncate(whole)
        return aside.name


class Writer:
    """A journal that is held by one writer; made by `Journal.held`. place: behind the last line.

    >>> import tempfile; from datetime import datetime, UTC
    >>> folder = tempfile.TemporaryDirectory()
    >>> journal = Journal(Path(folder.name) / "journal.jsonl", clock=lambda: datetime(2014, 4, 10, tzinfo=UTC))
    >>> with journal.held() as writer:
    ...     _ = writer.extend([Fact("ada", "decision", {"claim": "clm:1"})])
    ...     _ = writer.extend([Fact("bo", "decision", {"claim": "clm:2"})])
    >>> [entry.who for entry in journal.entries()], writer.place.n
    (['ada', 'bo'], 2)
    >>> folder.cleanup()
    """

    def __init__(self, journal: Journal, out: FileIO, place: Place) -> None:
        self.journal = journal
        self.place = place
        self._out = out

    def extend(self, facts: Sequence[Fact]) -> list[Entry]:
        """Add facts in order and return them; all lines are on disk when this returns, after one wait for the disk.

        Raises `JournalError` when the disk does not take all lines, then none of them stands in the journal; or when
        something else wrote to the file, or removed it, while it was held.
        """
        n, byte, prev = self.place
        entries: list[Entry] = []
        lines: list[bytes] = []
        for fact in facts:
            entry = Entry(n, self.journal.clock().isoformat(), fact.who, fact.what, fact.about, fact.reason, prev)
            line = entry.line().encode()
            n, prev = n + 1, digest(line)
            entries.append(entry)
            lines.append(line + b"\n")
        whole = b"".join(lines)
        self._write(whole)
        self.place = Place(n, byte + len(whole), prev)
        return entries

    def _write(self, lines: bytes) -> None:
        file, before = self._out.fileno(), self.place.byte
        found = os.fstat(file)
        if found.st_size != before or not found.st_nlink:
            raise JournalError(
                "the journal was changed while it was held", where=str(self.journal.path),
                found=f"{found.st_size} bytes in {found.st_nlink} files where {before} bytes were written",
                do="bring back an unchanged copy, and ask who could write here",
            )  # fmt: skip
        try:
            written = 0
            while written < len(lines):
                written += os.write(file, lines[written:])
            os.fsync(file)
        except OSError as error:
            os.ftruncate(file, before)
            raise JournalError(
                "the journal could not be written", where=str(self.journal.path), found=error,
                do="make room on the disk; nothing of this entry was kept",
            ) from error  # fmt: skip


def _aside(torn: str) -> Fact:
    return Fact("muster", "tail set aside", {"file": torn}, "a run was killed while writing")


def _ends_line(file: BinaryIO, size: int) -> bool:
    file.seek(size - 1)
    return file.read(1) == b"\n"


def _end_of_lines(file: BinaryIO, size: int) -> int:
    """Return the byte behind the last newline, looking from the file's end."""
    step = 4096
    while True:
        start = max(0, size - step)
        file.seek(start)
        cut = file.read(size - start).rfind(b"\n")
        if cut >= 0 or start == 0:
            return start + cut + 1
        step *= 4


def _last_line(path: Path) -> bytes:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        step = 4096
        while True:
            start = max(0, size - step)
            file.seek(start)
            tail = file.read(size - start).rstrip(b"\n")
            cut = tail.rfind(b"\n")
            if cut >= 0 or start == 0:
                return tail[cut + 1 :] + b"\n"
            step *= 4


def _entry(raw: bytes, path: Path, n: int) -> Entry:
    where = f"{path}, line {n + 1}" if n >= 0 else f"{path}, last line"
    try:
        fields = json.loads(raw)
        entry = Entry(**fields)
    except (ValueError, TypeError) as error:
        raise JournalError(
            "not a line of a journal", where=where, found=raw[:80].decode("utf-8", "replace"),
            do="bring back an unchanged copy of the journal",
        ) from error  # fmt: skip
    if entry.line().encode() != raw.rstrip(b"\n"):
        raise JournalError(
            "a journal line is not in canonical form", where=where, found=raw[:80].decode(),
            do="bring back an unchanged copy of the journal",
        )  # fmt: skip
    return entry
