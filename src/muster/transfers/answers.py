"""What the ledger answers: promised, delivered, accounted for and unaccounted for, each with what it rests on.

Sources are never added to one another: each gives its own number, and where several speak of one thing the answer is
their envelope. A source that leaves a class out does not answer for it; a source that begins later answers only in
retrospect.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from muster.transfers.accounts import FATES, PROMISES, SEEN
from muster.transfers.ledger import Ask, Ledger

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
    """All that is answered at once. silent: sources that do not answer, each with what it leaves out."""

    ask: Ask
    measures: tuple[Measure, ...]
    retrospective: tuple[Measure, ...]
    silent: tuple[tuple[str, str], ...]
    waiting: tuple[Waiting, ...]
    arrived: tuple[Arrived, ...]
    money: tuple[Row, ...]

    def measure(self, name: str, part: str = "") -> Measure:
        """Return one measure; raises `KeyError` where there is none of that name and part."""
        for one in self.measures:
            if (one.name, one.part) == (name, part):
                return one
        raise KeyError((name, part))


def answer(ledger: Ledger, ask: Ask, by: date | None = None) -> Answer:
    """Answer what became of an item, a donor's gifts, or all that one recipient got.

    by: the day for the share that can have arrived; left out, that of `known_on` or of the period's end.
    Raises `UnknownId` for an item that no source names.
    """
    ledger.check(ask)
    rows = ledger.sums(ask, ("series", "retrospective", "state", "part", "unit", "passed"))
    # an offer of one moment in "as known on" is what was there to be read; the rest is told apart
    silent = ledger.silent(ask)
    rows = [row for row in rows if row["series"] not in {series for series, _ in silent}]
    now = [row for row in rows if not row["retrospective"]]
    later = [row for row in rows if row["retrospective"]]
    day = by or ask.known_on or ask.last
    return Answer(
        ask,
        _measures(now),
        _measures(later) if ask.known_on else (),
        tuple(silent),
        tuple(_waiting(ledger, ask)),
        tuple(_arrived(ledger, ask, day)) if day else (),
        tuple(ledger.money(ask)),
    )


def _measures(rows: Sequence[Row]) -> tuple[Measure, ...]:
    found: list[Measure] = []
    for part, unit in sorted({(row["part"], row["unit"]) for row in rows}):
        mine = [row for row in rows if (row["part"], row["unit"]) == (part, unit)]
        told = {name: _measure(name, part, unit, mine) for name in _STATES}
        found += [*told.values(), _rest(told["delivered"], told["accounted for"], mine)]
    return tuple(found)


def _measure(name: str, part: str, unit: str, rows: Sequence[Row]) -> Measure:
    """Return a measure as the envelope of its sources; what is accounted for adds the fates that one source tells."""
    mine = [row for row in rows if row["state"] in _STATES[name] and not row["passed"]]
    if not mine:
        return Measure(name, part, unit, (None, None), None, None, (), f"no source held says what was {name}")
    by_series: dict[str, list[Row]] = {}
    for row in mine:
        by_series.setdefault(row["series"], []).append(row)
    if name == "promised":  # pledged, allocated and ordered are stages of one promise: the widest is the promise
        sums = [_widest(group) for _, group in sorted(by_series.items())]
    else:
        sums = [_sum(group) for _, group in sorted(by_series.items())]
    lows, highs = [s["low"] for s in sums], [s["high"] for s in sums]
    stated_low = [s["stated_low"] for s in sums if s["stated_low"] is not None]
    stated_high = [s["stated_high"] for s in sums]
    return Measure(
        name, part, unit,
        (min(stated_low, default=None), None if None in stated_high else max(stated_high)),
        min(lows), None if None in highs or name == "accounted for" else max(highs), tuple(mine),
        _why(mine, len(sums)) + (BELOW if name == "accounted for" else ""),
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


WAITING_SQL = """
, pair AS (
    SELECT series, state, quantity_low AS n,
           greatest(0, datediff('day', ordered_last, happened_first)) AS low,
           datediff('day', ordered_first, happened_last) AS high
    FROM line WHERE ordered_first IS NOT NULL AND happened_first IS NOT NULL AND state = 'delivered'
      AND quantity_low > 0 AND ordered_first <= happened_last),
lows AS (SELECT *, sum(n) OVER (PARTITION BY series ORDER BY low, high) AS run,
                sum(n) OVER (PARTITION BY series) AS whole FROM pair),
highs AS (SELECT *, sum(n) OVER (PARTITION BY series ORDER BY high, low) AS run,
                 sum(n) OVER (PARTITION BY series) AS whole FROM pair)
SELECT l.series, 'ordered' AS state, l.low, h.high, p.n, p.items
FROM (SELECT series, min(low) AS low FROM lows WHERE run * 2 >= whole GROUP BY series) l
JOIN (SELECT series, min(high) AS high FROM highs WHERE run * 2 >= whole GROUP BY series) h USING (series)
JOIN (SELECT series, count(*) AS n, sum(n)::BIGINT AS items FROM pair GROUP BY series) p USING (series)
ORDER BY series
"""


def _waiting(ledger: Ledger, ask: Ask) -> Iterable[Waiting]:
    for row in ledger.over_lines(WAITING_SQL, replace(ask, first=None, last=None)):
        yield Waiting(row["series"], row["state"], row["low"], row["high"], row["n"], row["items"])


def _arrived(ledger: Ledger, ask: Ask, by: date) -> Iterable[Arrived]:
    """Yield what share can have arrived by a day: of what is ever said delivered, and of what was promised."""
    ever = replace(ask, first=None, last=None, known_on=None)
    groups = ("series", "state", "part")
    whole = {tuple(row[g] for g in groups): row for row in ledger.sums(ever, groups)}
    until = {tuple(row[g] for g in groups): row for row in ledger.sums(replace(ever, last=by), groups)}
    for (series, state, part), row in sorted(whole.items()):
        if state != "delivered":
            continue
        then = until.get((series, state, part))
        sure = then["stated_low"] if then else 0
        possible = (
            sure if then is None else (then["stated_high"] if then["stated_high"] is not None else row["stated_low"])
        )
        yield Arrived(series, part, by, sure, possible, row["stated_low"], "all that it says was ever delivered")
        promised = [whole[key] for key in whole if key[1] in PROMISES and key[0] == series and key[2] == part]
        if promised:
            yield Arrived(
                series, part, by, sure, possible, _widest(promised)["stated_low"], "all that it says was promised"
            )
