"""What a case's ledger has to show in its report: its sources, the answers asked for, differences, watches, risks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from muster.case import RiskEntry
from muster.errors import UnknownId
from muster.store import Database
from muster.transfers.answers import Answer, answer
from muster.transfers.ledger import Ask, Ledger
from muster.transfers.lifecycle import Life, timeline
from muster.transfers.parties import name, party
from muster.transfers.risk import Sheet, sheet
from muster.transfers.watch import Watch, watches

Row = dict[str, Any]

MOST = 6
"""Questions that are chosen where the case file asks none."""

BY_CASE = "asked by the case file"

DIFFERENT = 12
"""Differences of one comparison that are shown, the largest; the table `difference` has all."""

CHOSEN_SQL = """
SELECT item, recipient, count(DISTINCT series) AS series, count(DISTINCT state) AS states, count(*) AS lines
FROM transfer WHERE recipient <> '' AND item <> ''
  AND recipient IN (SELECT recipient FROM transfer WHERE state IN ('pledged', 'allocated', 'ordered', 'delivered'))
GROUP BY ALL HAVING count(DISTINCT state) > 1
ORDER BY series DESC, states DESC, lines DESC, item, recipient LIMIT $most
"""

COMPARED_SQL = """
SELECT about, coalesce(sum(abs(amount)) FILTER (explained), 0)::BIGINT AS explained,
       coalesce(sum(abs(amount)) FILTER (NOT explained), 0)::BIGINT AS rest, count(*) AS n
FROM difference GROUP BY about ORDER BY about
"""

LARGEST_SQL = """
SELECT * FROM difference WHERE about = $about
ORDER BY explained, abs(coalesce(amount, 0)) DESC, key, explanation, id LIMIT $most
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with its answer. why: who asks it: the case file, a claim, or nobody."""

    title: str
    why: str
    answer: Answer
    life: Life
    sheet: Sheet


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison: how much of it is explained, how much is not, and its largest rows of `n`."""

    about: str
    explained: int
    rest: int
    n: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """All that is shown. unknown: questions that no source of the case can speak to, in words."""

    sources: tuple[Row, ...]
    asked: tuple[Asked, ...]
    unknown: tuple[str, ...]
    compared: tuple[Compared, ...]
    watches: tuple[Watch, ...]


def ledger_shown(db: Database, asks: Iterable[tuple[Ask, str]], risks: Sequence[RiskEntry]) -> Shown | None:
    """Return what a report shows of a case's ledger, None for a case without one.

    asks: questions, each with who asks it. Unless the case file asks, items are added of which most sources say most.
    """
    ledger = Ledger(db)
    if not ledger.releases:
        return None
    unique = {replace(ask): why for ask, why in reversed(list(asks))}
    wanted = list(reversed(unique.items()))
    if BY_CASE not in unique.values():
        chosen = [Ask(row["item"], recipient=row["recipient"]) for row in db.rows(CHOSEN_SQL, {"most": MOST})]
        new = [ask for ask in chosen if ask not in unique]
        wanted += [(ask, "chosen: of this the sources say most") for ask in new[: max(0, MOST - len(wanted))]]
    asked, unknown = list[Asked](), list[str]()
    for ask, why in wanted:
        try:
            found = answer(ledger, ask, ask.known_on or ask.last)
        except UnknownId as error:
            unknown.append(f"{title(ask)}: {error.what}")
            continue
        asked.append(Asked(title(ask), why, found, timeline(ledger, ask), sheet(ledger, ask, risks)))
    return Shown(tuple(ledger.releases), tuple(asked), tuple(unknown), compared(db), tuple(watches(db)))


def compared(db: Database, most: int = DIFFERENT) -> tuple[Compared, ...]:
    """Return every comparison with its largest differences, `most` of each."""
    return tuple(
        Compared(row["about"], row["explained"], row["rest"], row["n"],
                 tuple(db.rows(LARGEST_SQL, {"about": row["about"], "most": most})))
        for row in db.rows(COMPARED_SQL)
    )  # fmt: skip


def title(ask: Ask) -> str:
    """Return what a question is about, in a line.

    >>> title(Ask("FGM-148", "US", "Ukraine"))
    'FGM-148 Javelin from United States to Ukraine'
    """
    said = [ask.name or ask.class_.replace("_", " ") or "all items"]
    said += [f"from {name(party(ask.supplier).key)}"] if ask.supplier else []
    said += [f"to {name(party(ask.recipient).key)}"] if ask.recipient else []
    said += [f"as known on {ask.known_on}"] if ask.known_on else []
    return " ".join(said)


def rests(found: Shown) -> list[str]:
    """Return the ids that the report leads to: of each row its first lines, of each difference itself."""
    ids = [one for a in found.asked for row in (*a.answer.sums, *a.answer.money) for one in row["examples"][:LED]]
    ids += [row["id"] for one in found.compared for row in one.rows]
    ids += [row["id"] for row in found.sources]
    return list(dict.fromkeys(ids))


LED = 3
"""Lines of each sum that the report leads to; the table `transfer` has all."""
