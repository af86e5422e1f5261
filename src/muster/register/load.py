"""Import a table of alerts: a declaration says what its columns mean; what is not understood is counted and told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import cast

from muster.errors import RegisterError, nearest
from muster.model import digest
from muster.register.alert import Alert, Number, ObjectClass, Reason, alert_id
from muster.register.declared import Declared
from muster.register.holding import Snapshot, write_snapshot
from muster.register.lifecycle import EARLIEST
from muster.register.number import LONGEST_TEXT
from muster.register.persons import blanked
from muster.register.register import Register
from muster.register.rows import Row, read_rows
from muster.register.troubles import Troubles
from muster.sources import file_digest
from muster.store import whole_folder

VERSION = 2
"""Of what an import makes; a newer one makes old tables anew."""

_DAY = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)|(\d\d?)\.(\d\d?)\.(\d{4})")


def import_table(
    register: Register, path: Path, declared: Declared, snapshot: date, *, who: str, reason: str,
    step: Callable[[int], None] = lambda n: None,
) -> Snapshot:  # fmt: skip
    """Read a table into a register as the snapshot of a day, and return it with what was not understood (`about`).

    step: called with the number of rows read, now and then. The same file, declaration and day are imported once. A
    later snapshot of the same register replaces the earlier for questions of today; both stay for questions of old.
    Raises `RegisterError` for a column that the declaration does not know, one that is missing, or a file that is no
    table; nothing is kept then.
    """
    if not path.is_file():
        raise RegisterError("no such table", where=str(path), found="no file", do="mend the path")
    source = file_digest(path)
    name = digest(repr((VERSION, source, declared, snapshot)).encode())[:32]
    if name in register.folded.tables:
        return register.table(name)
    folder = register.folder / "tables" / name
    troubles = Troubles()
    about = {
        "register": declared.register, "title": declared.title, "profile": declared.name,
        "status": declared.status, "official": declared.official, "snapshot": snapshot.isoformat(),
        "file": path.name, "file_digest": source,
    }  # fmt: skip
    if not (folder / "about.json").is_file():  # an import that was killed before it told may have left it whole
        with whole_folder(folder) as aside:
            write_snapshot(aside, _Reader(declared, snapshot, troubles, step).alerts(path), about, troubles)
    held = Snapshot(folder).about
    issues = {what: one["n"] for what, one in held["issues"].items()}
    return register.add_table(name, {**about, "alerts": held["alerts"], "issues": issues}, who=who, reason=reason)


@dataclass
class _Reader:
    declared: Declared
    snapshot: date
    troubles: Troubles
    step: Callable[[int], None]

    def alerts(self, path: Path) -> Iterator[Alert]:
        """Yield the alert of each row."""
        checked: set[frozenset[str]] = set()
        columns: dict[str, str] = {}
        for n, row in enumerate(read_rows(path)):
            if row.trouble:
                self.troubles.add(row.trouble, row.where, row.found)
                if not row.cells:
                    continue
            names = frozenset(row.cells)
            if names not in checked:
                columns.update(self._columns(names, row, path))
                checked.add(names)
            yield self._alert({columns[name]: cell for name, cell in row.cells.items()}, row, n)
            if n % 10_000 == 0:
                self.step(n)

    def _columns(self, names: frozenset[str], row: Row, path: Path) -> dict[str, str]:
        """Return each column of a row as the declaration spells it; case does not matter."""
        spelt = {name.casefold(): name for name in self.declared.columns}
        unknown = sorted(name for name in names if name.casefold().strip() not in spelt)
        where = f"{path.name}, {row.where}"
        if unknown:
            raise RegisterError(
                "a column that the declaration does not know", where=where, found=", ".join(unknown),
                do=f"look whether it holds persons; then read it, or name it under `ignore`, in a copy of "
                f"{self.declared.name}.yml ({nearest(unknown[0], sorted(spelt.values()))})",
            )  # fmt: skip
        if not self.declared.needed & {spelt[name.casefold().strip()] for name in names}:
            raise RegisterError(
                "none of the columns that the declaration needs", where=where, found=", ".join(sorted(names)),
                do="another declaration, or another file",
            )  # fmt: skip
        return {name: spelt[name.casefold().strip()] for name in names}

    def _alert(self, cells: dict[str, str], row: Row, n: int) -> Alert:
        said: dict[str, str] = {}
        for name, columns in self.declared.fields.items():
            if len(columns) == 1:
                said[name] = cells.get(columns[0], "").strip()[:2000]
            else:
                said[name] = " ".join(cells[c].strip() for c in columns if cells.get(c, "").strip())[:2000]
        reference = said.get("reference", "")
        if not reference:
            reference = f"row {n}"
            self.troubles.add("no_reference", row.where)
        kind = said.get("kind", "")
        note, blanks = _blanked(said.get("note", ""), "note")
        authority, more = _blanked(said.get("authority", ""), "authority")
        self.troubles.counts["blanked"] += blanks + more
        entered = self._day(said, "entered", row)
        event = self._day(said, "event", row)
        if event and entered and event > entered:
            self.troubles.add("event_after_entry", row.where, f"{event} after {entered}")
        return Alert(
            id=alert_id(self.declared.register, reference), register=self.declared.register, reference=reference,
            object_class=cast("ObjectClass", self._word("object_class", said.get("object_class", "") or kind, row)),
            reason=cast("Reason", self._word("reason", said.get("reason", ""), row)),
            numbers=self._numbers(cells, row), year=self._year(said, row), entered=entered, event=event,
            review=self._day(said, "review", row), kind=kind, authority=authority, note=note,
            make=said.get("make", ""), model=said.get("model", ""), calibre=said.get("calibre", ""),
            country=said.get("country", ""),
        )  # fmt: skip

    def _word(self, name: str, text: str, row: Row) -> str:
        patterns = self.declared.classes if name == "object_class" else self.declared.reasons
        found = _first(patterns, text)
        if not found and text and name == "reason":
            self.troubles.add("unknown_reason", row.where, text)
        return found or cast("str", getattr(self.declared, name))

    def _numbers(self, cells: dict[str, str], row: Row) -> tuple[Number, ...]:
        numbers: list[Number] = []
        for columns in self.declared.numbers:
            series, text = cells.get(columns.series, "").strip(), cells.get(columns.number, "").strip()
            number = Number(text, series, columns.part)
            if len(number.text) > LONGEST_TEXT:
                self.troubles.add("number_too_long", row.where, f"{len(number.text)} characters: {number.text[:30]}…")
            elif number.key and text:
                numbers.append(number)
        if not numbers:
            self.troubles.add("no_number", row.where)
        return tuple(numbers)

    def _year(self, said: dict[str, str], row: Row) -> int | None:
        text = said.get("year", "")
        if not text or text == "0":
            return None
        found = re.search(r"(?<!\d)(1[6-9]\d\d|20\d\d)(?!\d)", text)
        if found is None or int(found[1]) > self.snapshot.year:
            self.troubles.add("impossible_year", row.where, text)
            return None
        return int(found[1])

    def _day(self, said: dict[str, str], name: str, row: Row) -> date | None:
        text = said.get(name, "")
        if not text:
            return None
        found = _day(text)
        if found is None or found < EARLIEST or (name != "review" and found > self.snapshot):
            self.troubles.add("impossible_day", row.where, f"{name} {text}")
            return None
        return found


@lru_cache(maxsize=65536)
def _day(text: str) -> date | None:
    match = _DAY.match(text)
    if match is None:
        try:
            return datetime.fromisoformat(text).date()
        except ValueError:
            return None
    year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


@lru_cache(maxsize=65536)
def _first(patterns: tuple[tuple[str, str], ...], text: str) -> str:
    return next((word for pattern, word in patterns if text and re.search(pattern, text)), "")


@lru_cache(maxsize=65536)
def _blanked(text: str, name: str) -> tuple[str, int]:
    return blanked(text, office=name != "note")
