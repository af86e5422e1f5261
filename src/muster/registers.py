"""The registers of a case: the tables that its file names, as one register beside the case's own journal.

What it holds lies in `CASE/private/register`, may be deleted, and is made anew from the tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from muster import derived
from muster.case import Case, RegisterEntry
from muster.errors import CaseError
from muster.model import Issue, canonical_json, make_id
from muster.register import Alert, Lookup, Number, Register, alert_id, import_table
from muster.register.alert import REASONS, ObjectClass
from muster.register.declared import Declared, load
from muster.sources import file_digest
from muster.store import connect

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


LOSSES_SQL = """
SELECT t.id, t.state, t.series, t.item, t.item_text, t.class, t.origin, t.happened_sort, t.happened_last, s.number,
    r.published, r.title
FROM transfer t
JOIN (SELECT id, number FROM loss_seen UNION ALL SELECT id, number FROM transfer_seen) s ON s.id = t.seen
JOIN release r ON r.id = t.release
WHERE s.number <> '' AND t.account_from IS NOT NULL
    AND t.state IN ('lost', 'stolen', 'captured', 'abandoned', 'destroyed', 'diverted', 'seized', 'recovered')
ORDER BY t.id
"""
"""Lines of the ledger that say what became of a numbered object, but those that a later line replaces."""


def losses(rows: Iterable[Mapping[str, Any]]) -> list[Alert]:
    """Return the lines that `LOSSES_SQL` finds as alerts, each a register's of its series; entered nowhere.

    A line's state is the reason; what no reason is (abandoned) is `other`, and stands as its kind. Several numbers in
    one cell stand apart by comma, semicolon or a line's end.
    """
    found = []
    for row in rows:
        numbers = [" ".join(text.split()) for text in re.split(r"[,;\n]", row["number"])]
        kept = tuple(dict.fromkeys(Number(text) for text in numbers if Number(text).key))
        if not kept:
            continue
        found.append(
            Alert(
                id=alert_id(row["series"], row["id"]), register=row["series"], reference=row["id"], numbers=kept,
                object_class=_object_class(row["class"]), kind=row["state"] if row["state"] not in REASONS else "",
                reason=row["state"] if row["state"] in REASONS else "other", model=row["item"] or row["item_text"],
                event=row["happened_last"] if row["happened_sort"] == "day" else None, snapshot=row["published"],
            )
        )  # fmt: skip
    return found


def _object_class(name: str) -> ObjectClass:
    return next((word for word, names in _CLASSES.items() if name in names), "other numbered object")


_CLASSES: dict[ObjectClass, frozenset[str]] = {
    "firearm": frozenset({"pistol", "revolver", "rifle", "sniper_rifle", "shotgun", "submachine_gun", "machine_pistol",
                          "assault_rifle", "battle_rifle", "automatic_shotgun"}),
    "light weapon": frozenset({"light_machine_gun", "machine_gun", "heavy_machine_gun", "anti_materiel_rifle",
                               "grenade_launcher", "automatic_grenade_launcher", "rocket_launcher", "recoilless_gun",
                               "flamethrower", "light_mortar", "mortar", "anti_tank_missile", "manpads"}),
    "ammunition lot": frozenset({"cartridge", "launched_grenade", "hand_grenade", "launcher_round"}),
}  # fmt: skip


def case_register(
    case: Case, clock: Callable[[], datetime] | None = None, lost: Sequence[Alert] = ()
) -> Register:  # fmt: skip
    """Return the register that a case's `[[register]]` tables make, importing those that are new, and `lost` beside.

    lost: what `losses` gives. Raises `CaseError` for a case with neither, and what `import_table` raises. The same
    tables are imported once.
    """
    if not case.file.register and not lost:
        raise CaseError("the case names no register", where=str(case.root / "case.toml"),
                        do="add a [[register]] with path and profile, or name one:  --register")  # fmt: skip
    register = Register(case.private / "register", clock or (lambda: datetime.now(UTC)))
    for entry in case.file.register:
        import_table(register, case.path(entry.path), _declared(case, entry), _day(case, entry), who="muster",
                     reason="named by the case file")  # fmt: skip
    register.only({_found(case, entry) for entry in case.file.register})
    register.hold(lost)
    return register


def case_losses(case: Case) -> list[Alert]:
    """Return the numbered objects that the case's transfers say were lost, as its last run left them."""
    present = derived.present(case)
    if "transfers" not in present:
        return []
    with connect(derived.table_files(case, {"transfers": present["transfers"]})) as db:
        return losses(db.rows(LOSSES_SQL))


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
