"""The sheet of diversion risks of a transfer: each factor yes, no or unknown, with who says so. There is no score.

How much is known is said instead: how many factors have an answer, from how many sources, and how old these are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from muster.case import RiskEntry
from muster.errors import CaseError, nearest
from muster.transfers.identity import light
from muster.transfers.ledger import Ask, Ledger

Said = Literal["yes", "no", "unknown"]

THIN, BROAD = 1 / 3, 2 / 3
"""Shares of factors with an answer below which a sheet is called thin, and from which broad: words, no statistics."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor, answered. basis: who says so, from the ledger or the case file. named_by: who names the factor."""

    factor: str
    title: str
    direction: str
    stage: int
    answer: Said
    basis: str
    named_by: str
    lowers_it: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet. weight: how much is known (thin, partial, broad), and why; it says nothing on how great a risk is."""

    about: str
    factors: tuple[Factor, ...]
    weight: str
    basis: str
    caveat: str


CAVEAT = (
    "Factors are no probabilities and are not added up: no published set of diversion cases is large enough to weigh "
    "them. Captured, stolen, diverted and trafficked are different things, and overdue in an inventory is none of them."
)


def sheet(ledger: Ledger, ask: Ask, entries: Sequence[RiskEntry]) -> Sheet:
    """Return the sheet of what is asked for.

    entries: the `[[risk]]` of the case file. Two that answer one factor differently leave it unknown, and are shown.
    Raises `CaseError` for a factor that is none, `UnknownId` for an item that no source names.
    """
    ledger.check(ask)
    known = [row["factor"] for row in _factors()]
    for entry in entries:
        if entry.factor not in known:
            raise CaseError("there is no such factor", where="case.toml, [[risk]]", found=entry.factor,
                            do=nearest(entry.factor, known))  # fmt: skip
    mine = [entry for entry in entries if _about(entry, ask)]
    rows = ledger.sums(ask, ("state", "class", "supplier", "item"))
    found = tuple(_factor(row, mine, rows) for row in _factors())
    answered = [one for one in found if one.answer != "unknown"]
    share = len(answered) / len(found)
    weight = "thin" if share < THIN else "broad" if share >= BROAD else "partial"
    sources = len({one.basis for one in answered})
    raising = sum(one.answer == "yes" and one.direction == "raises" for one in found)
    lowering = sum(one.answer == "yes" and one.direction == "lowers" for one in found)
    basis = (f"{len(answered)} of {len(found)} factors have an answer, from {sources} sources: {raising} that raise "
             f"the risk and {lowering} that lower it hold; {len(found) - len(answered)} are unknown")  # fmt: skip
    who = " ".join(t for t in (ask.name or ask.class_ or "all items", f"to {ask.recipient}" if ask.recipient else ""))
    return Sheet(who.strip(), found, weight, basis, CAVEAT)


def _about(entry: RiskEntry, ask: Ask) -> bool:
    same_item = not entry.item or Ask(entry.item).name == ask.name
    return same_item and (not entry.recipient or entry.recipient.casefold() == ask.recipient.casefold())


def _factor(row: dict[str, Any], entries: Sequence[RiskEntry], rows: Sequence[dict[str, Any]]) -> Factor:
    said, basis = _by_people(row["factor"], entries)
    if said == "unknown" and not basis:
        said, basis = _by_ledger(row.get("ledger", ""), rows)
    return Factor(row["factor"], row["title"], row["direction"], row["stage"], said, basis, row["source"],
                  row["lowers_it"])  # fmt: skip


def _by_people(factor: str, entries: Sequence[RiskEntry]) -> tuple[Said, str]:
    mine = [entry for entry in entries if entry.factor == factor]
    words = "; ".join(f"{entry.answer}: {entry.source}, {entry.date}" for entry in mine)
    answers = {entry.answer for entry in mine}
    if len(answers) == 1:
        return answers.pop(), words
    return "unknown", f"sources disagree: {words}" if mine else ""


def _by_ledger(how: str, rows: Sequence[dict[str, Any]]) -> tuple[Said, str]:
    """Answer from the ledger: what it holds can say yes; it says no of what a thing is, never of what happened."""
    if how == "light_class":
        classes = {row["class"] for row in rows}
        if not classes or "" in classes:
            return "unknown", ""
        held = sorted(classes & light())
        return ("yes", f"class {', '.join(held)}") if held else ("no", f"class {', '.join(sorted(classes))}")
    if how in ("captured", "stolen"):
        mine = [row for row in rows if row["state"] == how]
        n = sum(row["stated_low"] for row in mine)
        return (
            ("yes", f"{n:,} {how} by {sum(row['lines'] for row in mine):,} lines of the ledger")
            if n
            else ("unknown", "")
        )
    return "unknown", ""


@cache
def _factors() -> list[dict[str, Any]]:
    text = files("muster.transfers").joinpath("risk.yml").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = yaml.safe_load(text)["factors"]
    return found
