"""The registers of a case: the tables that its file names, as one register beside the case's own journal.

What it holds lies in `CASE/private/register`, may be deleted, and is made anew from the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from muster.case import Case, RegisterEntry
from muster.errors import CaseError
from muster.model import Issue, canonical_json, make_id
from muster.register import Lookup, Register, import_table
from muster.register.declared import Declared, load
from muster.sources import file_digest

MARKINGS_SQL = """
SELECT m.id, m.type, m.value, o.make, o.model, o.calibre
FROM (SELECT DISTINCT id, observation, type, value FROM marking) m
LEFT JOIN (
    SELECT observation, any_value(make) AS make, any_value(model) AS model, any_value(calibre) AS calibre
    FROM offer GROUP BY observation HAVING count(*) = 1
) o ON o.observation = m.observation
ORDER BY m.id
"""
"""Every marking, with what the offer beside it says of its object, where the listing offers one item."""

TYPES = ("serial", "lot")
"""Markings that an alert may have; a contract number is none's."""


def case_register(case: Case, clock: Callable[[], datetime] | None = None) -> Register:
    """Return the register that a case's `[[register]]` tables make, importing those that are new.

    Raises `CaseError` for a case without any, and what `import_table` raises. The same tables are imported once.
    """
    if not case.file.register:
        raise CaseError("the case names no register", where=str(case.root / "case.toml"),
                        do="add a [[register]] with path and profile, or name one:  --register")  # fmt: skip
    register = Register(case.private / "register", clock or (lambda: datetime.now(UTC)))
    for entry in case.file.register:
        import_table(register, case.path(entry.path), _declared(case, entry), _day(case, entry), who="muster",
                     reason="named by the case file")  # fmt: skip
    register.only({_found(case, entry) for entry in case.file.register})
    return register


def registers_key(case: Case, digest_of: Callable[[Path], str]) -> list[object]:
    """Return what decides the answers of a case's registers, fit for a key. digest_of: gives a file's SHA-256."""
    return [
        [
            entry.path,
            entry.profile,
            _found(case, entry, digest_of),
            _day(case, entry).isoformat(),
            repr(_declared(case, entry)),
        ]
        for entry in case.file.register
    ]


def register_issues(register: Register) -> list[Issue]:
    """Return what the imports did not understand, one issue a sort and table."""
    issues = []
    for holding in register.snapshots():
        for what, told in holding.about["issues"].items():
            where = told["places"][0] if told["places"] else ""
            issues.append(Issue("register", what, where, f"{told['n']:,} in all", "docs/register.md says what each is",
                                source=holding.about["file"]))  # fmt: skip
    return issues


def match_rows(register: Register, markings: Iterable[Mapping[str, Any]], limit: int = 10) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table `match` for markings that offers or pictures bear.

    markings: rows with `id`, `type`, `value`, and of the offer beside it `make`, `model`, `calibre` (null: not known).
    Markings that nothing is near to have a row, too, with the answer `no_match` and no alert.
    """
    asked = [row for row in markings if row["type"] in TYPES]
    lookups = [
        Lookup(row["value"], row.get("make") or "", row.get("model") or "", row.get("calibre") or "") for row in asked
    ]
    for row, answer in zip(asked, register.look_up(lookups, limit=limit), strict=True):
        shared = {"marking": row["id"], "asked": row["value"], "answer": answer.answer, "why": answer.why,
                  "candidates": answer.total, "elsewhere": answer.elsewhere}  # fmt: skip
        if not answer.candidates:
            yield {"id": make_id("mat", row["id"], ""), **shared,
                   "expected_by_chance": round(answer.expected_by_chance, 9)}  # fmt: skip
        for one in answer.candidates:
            yield {
                "id": make_id("mat", row["id"], one.alert.id, one.number.text, one.number.part), **shared,
                "alert": one.alert.id, "number": one.number.text, "part": one.number.part, "spelling": one.spelling,
                "differences": canonical_json([*one.differences, *one.fields]), "reason": one.alert.reason,
                "register": one.alert.register, "reference": one.alert.reference, "snapshot": one.alert.snapshot,
                "expected_by_chance": round(one.expected_by_chance, 9),
            }  # fmt: skip


def _day(case: Case, entry: RegisterEntry) -> date:
    if entry.snapshot is not None:
        return entry.snapshot
    raise CaseError("a register speaks for one day", where=f"case.toml, {entry.path}", found="no snapshot",
                    do="say which day it was downloaded:  snapshot = 2025-11-01")  # fmt: skip


def _found(case: Case, entry: RegisterEntry, digest_of: Callable[[Path], str] = file_digest) -> str:
    """Return the SHA-256 of a register's table."""
    path = case.path(entry.path)
    if not path.is_file():
        raise CaseError("no such register", where="case.toml, [[register]]", found=entry.path, do="mend the path")
    return digest_of(path)


def _declared(case: Case, entry: RegisterEntry) -> Declared:
    """Return how a register's table is read; a file of one's own lies beside the case."""
    own = entry.profile.endswith((".yml", ".yaml"))
    return load(str(case.path(entry.profile)) if own else entry.profile)
