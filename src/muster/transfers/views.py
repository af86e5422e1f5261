"""What a ledger can be asked for, each by its name: the command prints it, the workbench shows it, `--json` has it.

One function makes all of them, so that a number is the same wherever it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from muster.case import RiskEntry
from muster.errors import CaseError
from muster.transfers.answers import Answer, answer
from muster.transfers.ledger import Ask, Ledger
from muster.transfers.lifecycle import Life, timeline
from muster.transfers.risk import Sheet, sheet
from muster.transfers.told import told_answer, told_differences, told_overview, told_sheet, told_timeline, told_watch
from muster.transfers.watch import Watch, watches

Name = Literal["sources", "answer", "timeline", "risk", "reconcile", "watch"]

Found = Answer | Life | Sheet | list[Watch] | list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class View:
    """What was found to one question.

    found: as its own function returns it. value: the same as data, what `--json` prints. words: makes them for a
    terminal, while the ledger is open; who shows it otherwise need not pay for them.
    """

    found: Found
    value: Any
    words: Callable[[], str]


def view(name: Name, ledger: Ledger, ask: Ask, by: date | None = None, risks: Sequence[RiskEntry] = ()) -> View:
    """Return one of the things that a ledger can be asked for.

    by: the day for the share that can have arrived, for an answer. risks: what people found out, for the sheet.
    Raises `UnknownId` for an item or class that no source names, `CaseError` for a factor of risk that is none.
    """
    db = ledger.db
    if name == "answer":
        found = answer(ledger, ask, by)
        return View(found, asdict(found), lambda: told_answer(found))
    if name == "timeline":
        life = timeline(ledger, ask)
        return View(life, asdict(life), lambda: told_timeline(life))
    if name == "risk":
        factors = sheet(ledger, ask, risks)
        return View(factors, asdict(factors), lambda: told_sheet(factors))
    if name == "reconcile":
        rows = db.rows("SELECT * FROM difference ORDER BY id")
        return View(rows, rows, lambda: told_differences(db))
    if name == "watch":
        watched = watches(db)
        return View(watched, [asdict(one) for one in watched], lambda: told_watch(watched))
    return View(ledger.releases, ledger.releases, lambda: told_overview(db, ledger))


def no_ledger(root: Path) -> CaseError:
    """Return the error of a case that holds no ledger, or was not run yet."""
    return CaseError(
        "this case holds no ledger", where=str(root), found="no tables of transfers",
        do=f"name them as [[transfers]] in case.toml, then:  muster run {root}",
    )  # fmt: skip
