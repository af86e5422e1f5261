"""What the ledger answers: promised, delivered, accounted for and unaccounted for, each with what it rests on.

Sources are never added to one another: each gives its own number, and where several speak of one thing the answer is
their envelope. A source that leaves a class out does not answer for it; a source that begins later answers only in
retrospect.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from muster.transfers.accounts import FATES, PROMISES, SEEN
from muster.transfers.ledger import Ask, Ledger
from muster.transfers.once import once

Row = dict[str, Any]

MEASURES = ("promised", "delivered", "accounted for", "unaccounted for")
_STATES = {"promised": PROMISES, "delivered": ("delivered",), "accounted for": (*FATES, *SEEN)}


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of an answer.

    name: one of `MEASURES`. part: missile, launch unit …: parts have numbers of their own.
    stated: as the sources state it, lowest and highest; None where none states it.
    low, high: what it can be at least and at most; None where nothing bounds it.
    rows: the sums that it rests on. why: what it leans on, or why it cannot be told, in words.
    """

    name: str
    part: str
    unit: str
    stated: tuple[int | None, int | None]
    low: int | None
    high: int | None
    rows: tuple[Row, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Time from promise to delivery, over lines that say both: days at least and at most, half of the items within.

    low, high: weighted medians of the shortest and longest times that the dates allow. n: lines. items: their sum.
    """

    series: str
    state: str
    low: int
    high: int
    n: int
    items: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """The share of all that one source ever says delivered (or promised) which can have arrived by a day.

    sure: items that arrived by then for sure; possible: that may have; whole: what the share is of.
    """

    series: str
    part: str
    by: date
    sure: int
    possible: int
    whole: int
    of: str

    @property
    def share(self) -> tuple[float, float] | None:
        """The share at least and at most; None where the whole is nought."""
        return (self.sure / self.whole, min(1.0, self.possible / self.whole)) if self.whole else None


@dataclass(frozen=True, slots=True)
class Answer:
    """All that is answered at once. silent: sources that do not answer, each with what it leaves out.

    sums: the rows that the measures were made from, one a series, state, part and unit.
    """

    ask: Ask
    measures: tuple[Measure, ...]
    retrospective: tuple[Measure, ...]
    silent: tuple[tuple[str, str], ...]
    waiting: tuple[Waiting, ...]
    arrived: tuple[Arrived, ...]
    money: tuple[Row, ...]
    sums: tuple[Row, ...] = field(default=(), repr=False)

    def of_states(self, name: str, states: Sequence[str], part: str = "") -> Measure:
        """Return what is said of some states alone, as a measure of that name."""
        rows = [row for row in self.sums if row["part"] == part]
        return envelope(name, states, part, rows[0]["unit"] if rows else "items", rows)

    def find(self, name: str, part: str = "") -> Measure | None:
        """Return one measure, or None."""
        return next((one for one in self.measures if (one.name, one.part) == (name, part)), None)

    def measure(self, name: str, part: str = "") -> Measure:
        """Return one measure; raises `KeyError` where there is none of that name and part."""
        found = self.find(name, part)
        if found is None:
            raise KeyError((name, part))
        return found


def answer(ledger: Ledger, ask: Ask, by: date | None = None) -> Answer:
    """Answer what became of an item, a donor's gifts, or all that one recipient got.

    by: the day for the share that can have arrived; left out, that of `known_on` or of the period's end.
    Raises `UnknownId` for an item that no source names.
    """
    ledger.check(ask)
    day = by or ask.known_on or ask.last
    silent = ledger.silent(ask)
    found = once(ledger, ask, day)
    mute = {series for series, _ in silent}
    rows = {what: [row for row in group if row["series"] not in mute] for what, group in found.items()}
    sums = rows.get("sums", [])
    # what was there to be read on the day is one thing; what appeared later is told apart
    now = [row for row in sums if not row["retrospective"]]
    later = [row for row in sums if row["retrospective"]]
    return Answer(
        ask,
        _measures(now),
        _measures(later) if ask.known_on else (),
        tuple(silent),
        tuple(_waiting(row) for row in rows.get("waiting", ())),
        tuple(_arrived(rows.get("arrived", ()), day)) if day else (),
        tuple(rows.get("money", ())),
        tuple(now),
    )


def _measures(rows: Sequence[Row]) -> tuple[Measure, ...]:
    found: list[Measure] = []
    for part, unit in sorted({(row["part"], row["unit"]) for row in rows}):
        mine = [row for row in rows if (row["part"], row["unit"]) == (part, unit)]
        told = {name: envelope(name, states, part, unit, mine) for name, states in _STATES.items()}
        found += [*told.values(), _rest(told["delivered"], told["accounted for"], mine)]
    return tuple(found)


def envelope(name: str, states: Sequence[str], part: str, unit: str, rows: Sequence[Row]) -> Measure:
    """Return what sources say of some states, as their envelope; states of what became of items are added up by source.

    rows: sums by series, state, part, unit, and whether a further line of the same item has a later state.
    """
    mine = [row for row in rows if row["state"] in states and not row["passed"]]
    if not mine:
        return Measure(name, part, unit, (None, None), None, None, (), f"no source held says what was {name}")
    by_series: dict[str, list[Row]] = {}
    for row in mine:
        by_series.setdefault(row["series"], []).append(row)
    below = bool(set(states) - set(PROMISES) - {"delivered"})
    if set(states) <= set(
        PROMISES
    ):  # pledged, allocated and ordered are stages of one promise: the widest is the promise
        sums = [_widest(group) for _, group in sorted(by_series.items())]
    else:
        sums = [_sum(group) for _, group in sorted(by_series.items())]
    lows, highs = [s["low"] for s in sums], [s["high"] for s in sums]
    stated_low = [s["stated_low"] for s in sums if s["stated_low"] is not None]
    stated_high = [s["stated_high"] for s in sums]
    return Measure(
        name, part, unit,
        (min(stated_low, default=None), None if None in stated_high else max(stated_high)),
        min(lows), None if None in highs or below else max(highs), tuple(mine),
        _why(mine, len(sums)) + (BELOW if below else ""),
    )  # fmt: skip


def _rest(delivered: Measure, accounted: Measure, rows: Sequence[Row]) -> Measure:
    """Return what was delivered and is not accounted for; overdue in an inventory is part of it, and is not missing."""
    part, unit = delivered.part, delivered.unit
    if not delivered.rows or not accounted.rows:
        missing = "delivered" if not delivered.rows else "verified, used up or lost"
        why = f"cannot tell: no source held says what was {missing}"
        return Measure("unaccounted for", part, unit, (None, None), None, None, (), why)
    overdue = [row for row in rows if row["state"] == "overdue"]
    high = None if delivered.high is None else max(0, delivered.high - (accounted.low or 0))
    stated = _less(delivered.stated, accounted.stated)
    why = "delivered less accounted for; at least nought, as lists of what was seen are never whole"
    if overdue:
        items = sum(row["stated_low"] for row in overdue)
        why += f"; {items} of it are overdue in an inventory, which is not missing"
    return Measure("unaccounted for", part, unit, stated, 0, high, (*delivered.rows, *accounted.rows), why)


BELOW = "; a list of what was seen bounds it from below only"


def undelivered(found: Answer, part: str = "") -> Measure:
    """Return what was promised and, by the same day, not delivered: one source's hand-overs need not be all of them."""
    promised = found.of_states("promised", PROMISES, part)
    delivered = found.of_states("delivered", ("delivered",), part)
    if not promised.rows or not delivered.rows:
        missing = "promised" if not promised.rows else "delivered"
        why = f"no source held says what was {missing}"
        return Measure("undelivered", part, promised.unit, (None, None), None, None, (), why)
    low = 0 if delivered.high is None else max(0, (promised.low or 0) - delivered.high)
    high = None if promised.high is None else max(0, promised.high - (delivered.low or 0))
    stated = _less(promised.stated, delivered.stated)
    rows = (*promised.rows, *delivered.rows)
    return Measure("undelivered", part, promised.unit, stated, low, high, rows, "promised less delivered")


def _less(whole: tuple[int | None, int | None], part: tuple[int | None, int | None]) -> tuple[int | None, int | None]:
    low = None if whole[0] is None or part[1] is None else max(0, whole[0] - part[1])
    high = None if whole[1] is None or part[0] is None else max(0, whole[1] - part[0])
    return low, high


def _sum(rows: Iterable[Row]) -> Row:
    rows = list(rows)
    return {name: None if any(row[name] is None for row in rows) else sum(row[name] for row in rows)
            for name in ("low", "high", "stated_low", "stated_high")}  # fmt: skip


def _widest(rows: Sequence[Row]) -> Row:
    open_ended = [row for row in rows if row["stated_high"] is None]
    return {
        "low": max(row["low"] for row in rows),
        "high": None if any(row["high"] is None for row in rows) else max(row["high"] for row in rows),
        "stated_low": max(row["stated_low"] for row in rows),
        "stated_high": None if open_ended else max(row["stated_high"] for row in rows),
    }


def _why(rows: Sequence[Row], sources: int) -> str:
    lines, estimates = sum(row["lines"] for row in rows), sum(row["estimates"] for row in rows)
    unstated, undated = sum(row["unstated"] for row in rows), sum(row["undated"] for row in rows)
    said = [f"{lines:,} line{'s' if lines != 1 else ''} of " + ", ".join(sorted({row["series"] for row in rows}))]
    if estimates:
        are = "is an estimate" if estimates == 1 else "are estimates"
        said.append(f"{estimates:,} {are} by the source's own word, whose margin nobody publishes")
    if unstated:
        said.append(f"{unstated:,} without a number")
    if undated:
        said.append(f"{undated:,} may lie outside the period")
    if sources > 1:
        said.append(f"{sources} sources, side by side and never added")
    return "; ".join(said)


def _waiting(row: Row) -> Waiting:
    return Waiting(row["series"], row["state"], row["low"], row["high"], row["lines"], row["stated_low"])


def _arrived(rows: Iterable[Row], by: date) -> Iterable[Arrived]:
    """Yield what share can have arrived by a day: of what is ever said delivered, and of what was promised."""
    whole = {(row["series"], row["state"], row["part"]): row for row in rows}
    for (series, state, part), row in sorted(whole.items()):
        if state != "delivered":
            continue
        sure = row["stated_low"]
        possible = row["stated_high"] if row["stated_high"] is not None else row["whole"]
        yield Arrived(series, part, by, sure, possible, row["whole"], "all that it says was ever delivered")
        promised = [whole[series, other, part]["whole"] for other in PROMISES if (series, other, part) in whole]
        if promised:
            yield Arrived(series, part, by, sure, possible, max(promised), "all that it says was promised")
