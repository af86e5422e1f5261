"""The life of an item in a recipient's hands, from promise to end: stages in order, and what outlasts the war."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from muster.transfers.accounts import STATES
from muster.transfers.answers import answer
from muster.transfers.ledger import Ask, Ledger


@dataclass(frozen=True, slots=True)
class Stage:
    """One state of the item by one source: between which days, and how many.

    first, last: of the lines that say when; None where none does. sure_order: False where a stage of another state
        falls into the same span, so that nobody can say which came first.
    """

    state: str
    series: str
    part: str
    first: date | None
    last: date | None
    stated_low: int
    stated_high: int | None
    lines: int
    sure_order: bool


@dataclass(frozen=True, slots=True)
class Outlasts:
    """What is left of a part after all that is known to be gone: it outlasts the war unless something else happens."""

    part: str
    low: int
    high: int | None
    stated: tuple[int | None, int | None]
    why: str


@dataclass(frozen=True, slots=True)
class Life:
    """A timeline: stages by their first day, the undated last; what is left; and what the sources do not say."""

    about: str
    stages: tuple[Stage, ...]
    outlasts: tuple[Outlasts, ...]
    silent: tuple[tuple[str, str], ...]
    unsaid: str


def timeline(ledger: Ledger, ask: Ask) -> Life:
    """Return the life of an item; errors: as `answer`."""
    found = answer(ledger, replace(ask, first=None, last=None))
    rows = ledger.sums(replace(ask, first=None, last=None), ("state", "series", "part"))
    order = list(STATES)
    rows.sort(key=lambda r: (r["first"] or r["last"] or date.max, order.index(r["state"]), r["series"], r["part"]))
    stages = tuple(
        Stage(r["state"], r["series"], r["part"], r["first"], r["last"], r["stated_low"], r["stated_high"], r["lines"],
              _ordered(r, rows)) for r in rows
    )  # fmt: skip
    left = tuple(
        Outlasts(m.part, m.low or 0, m.high, m.stated, m.why + "; seen lately or not, it outlasts the fighting")
        for m in found.measures if m.name == "unaccounted for" and m.rows
    )  # fmt: skip
    missing = [name for name in ("verified", "expended", "recovered") if name not in {r["state"] for r in rows}]
    unsaid = "no source held says what was " + ", ".join(missing) + "; " if missing else ""
    unsaid += "none says how long such an item stays usable, so none here is counted out by age"
    return Life(ask.name or ask.class_ or "all items", stages, left, found.silent, unsaid)


def _ordered(row: dict[str, object], rows: list[dict[str, object]]) -> bool:
    """Say whether no stage of another state can have begun in the same span of days."""
    first, last = row["first"], row["last"]
    if not isinstance(first, date) or not isinstance(last, date):
        return False
    return not any(
        other["state"] != row["state"] and isinstance(other["first"], date) and first <= other["first"] <= last
        for other in rows
    )
