"""What was done and decided: one line of canonical JSON a fact, each carrying the SHA-256 of the line before."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

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
        """Add one fact and return it; the line is on disk when this returns.

        A tail that a killed run left half written is first set aside in a file of its own, and that is a fact too.
        Raises `JournalError` when the last whole line is no journal line.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        torn = self._set_tail_aside()
        n, prev = self._last()
        if torn is not None:
            entry = self._write(n, prev, "muster", "tail set aside", {"file": torn}, "a run was killed while writing")
            n, prev = n + 1, digest(entry.line().encode())
        return self._write(n, prev, who, what, about, reason)

    def entries(self) -> Iterator[Entry]:
        """Yield every fact in order, verifying the chain; a half-written last line is left out.

        Raises `JournalError` at the first line that is out of order or does not carry the digest of the one before.
        """
        prev = FIRST
        if not self.path.is_file():
            return
        with self.path.open("rb") as lines:
            for n, raw in enumerate(lines):
                if not raw.endswith(b"\n"):
                    return
                entry = _entry(raw, self.path, n)
                if entry.n != n or entry.prev != prev:
                    raise JournalError(
                        "the journal's chain is broken", where=f"{self.path}, line {n + 1}",
                        found=f"n={entry.n}, prev={entry.prev[:12]}… where {prev[:12]}… was expected",
                        do="bring back an unchanged copy; what follows this line cannot be trusted",
                    )  # fmt: skip
                prev = digest(raw.rstrip(b"\n"))
                yield entry

    def head(self) -> str:
        """Return the digest of the last line, or `FIRST`."""
        return self._last()[1]

    def _write(self, n: int, prev: str, who: str, what: str, about: object, reason: str) -> Entry:
        entry = Entry(n, self.clock().isoformat(), who, what, about, reason, prev)
        with self.path.open("ab") as out:
            out.write(entry.line().encode() + b"\n")
            out.flush()
            os.fsync(out.fileno())
        return entry

    def _last(self) -> tuple[int, str]:
        """Return the next number and the digest of the last line, reading only the file's end."""
        if not self.path.is_file() or self.path.stat().st_size == 0:
            return 0, FIRST
        raw = _last_line(self.path)
        entry = _entry(raw, self.path, -1)
        return entry.n + 1, digest(raw.rstrip(b"\n"))

    def _set_tail_aside(self) -> str | None:
        if not self.path.is_file():
            return None
        data = self.path.read_bytes()
        if not data or data.endswith(b"\n"):
            return None
        whole = data.rfind(b"\n") + 1
        aside = self.path.with_name(f"torn-{digest(data[whole:])[:12]}.txt")
        aside.write_bytes(data[whole:])
        with self.path.open("r+b") as out:
            out.truncate(whole)
        return aside.name


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
