"""The ledger of a case, asked: what stood where, as known on a day, by which sources, and which of them cannot say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pyarrow as pa

from muster.errors import UnknownId, nearest
from muster.store import Database
from muster.transfers.identity import identify, known_classes
from muster.transfers.moves import BALANCE_SQL, CORRECTED, HIGH, LINE_SQL, LOW, MOVE_SQL
from muster.transfers.parties import party


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of the ledger; what is left out is not narrowed.

    item: a name as a table might write it, or `class:manpads`. supplier, recipient: names or ISO codes.
    first, last: the days between which it happened. known_on: as it could be known on that day.
    within: margin of numbers that sources call estimates, as a share (0.25); without one an estimate has no bounds.
    """

    item: str = ""
    supplier: str = ""
    recipient: str = ""
    first: date | None = None
    last: date | None = None
    known_on: date | None = None
    within: float | None = None

    @property
    def class_(self) -> str:
        """The class that is asked for, or ""."""
        return self.item.removeprefix("class:") if self.item.startswith("class:") else ""

    @property
    def name(self) -> str:
        """The item's name as the ledger writes it, or "" where none or a class is asked for."""
        return identify(self.item).name if self.item and not self.class_ else ""

    def of_class(self) -> str:
        """Return the class of what is asked for, by the catalogue; "" where nobody knows."""
        return self.class_ or (identify(self.item).class_ if self.item else "")

    def where(self) -> tuple[str, dict[str, object]]:
        """Return the SQL condition on lines, without that on time, and its values."""
        conditions, values = ["true"], dict[str, object]()
        if self.class_:
            conditions.append('t."class" = $class')
            values["class"] = self.class_
        elif self.item:
            conditions.append("(t.item = $item OR lower(t.item_text) = $text)")
            values |= {"item": self.name, "text": self.item.casefold()}
        for side in ("supplier", "recipient"):
            if getattr(self, side):
                conditions.append(f"t.{side} = ${side}")
                values[side] = party(getattr(self, side)).key
        return " AND ".join(conditions), values


SUM_SQL = (
    "WITH "
    + LINE_SQL
    + f""",
timed AS (
    SELECT *, {LOW} AS low, {HIGH} AS high, {{passed}} AS passed,
           coalesce(($first IS NULL OR happened_first >= $first) AND ($last IS NULL OR happened_last <= $last)
               AND ($first IS NULL AND $last IS NULL OR happened_sort <> 'estimate'), false) AS sure,
           ($first IS NULL OR coalesce(happened_last, DATE '9998-01-01') >= $first)
               AND ($last IS NULL OR coalesce(happened_first, DATE '0001-01-01') <= $last) AS possible
    FROM line
)
SELECT {{by}},
       count(*) FILTER (possible) AS lines,
       coalesce(sum(quantity_low) FILTER (sure OR (possible AND happened_sort = 'estimate')), 0)::BIGINT AS stated_low,
       CASE WHEN count(*) FILTER (possible AND quantity_high IS NULL) = 0
            THEN coalesce(sum(quantity_high) FILTER (possible), 0)::BIGINT END AS stated_high,
       coalesce(sum(low) FILTER (sure), 0)::BIGINT AS low,
       CASE WHEN count(*) FILTER (possible AND high IS NULL) = 0
            THEN coalesce(sum(high) FILTER (possible), 0)::BIGINT END AS high,
       count(*) FILTER (possible AND quantity_sort = 'estimate') AS estimates,
       count(*) FILTER (possible AND quantity_sort IN ('unknown', 'unit')) AS unstated,
       count(*) FILTER (possible AND NOT sure) AS undated,
       min(happened_first) FILTER (possible) AS first, max(happened_last) FILTER (possible) AS last,
       min(id, 5) AS examples
FROM timed WHERE possible GROUP BY {{group}} ORDER BY ALL
"""
)
"""Sums of lines with their bounds. `low` counts only what surely falls in the period, `high` all that may."""

PASSED = """same_item <> '' AND "rank" < max("rank") OVER (
               PARTITION BY series, retrospective, coalesce(nullif(same_item, ''), id))"""
"""Whether a further line of the same lost item has a later state: who counts items counts only those that have none."""

COLUMNS = ("series", "retrospective", "state", "supplier", "recipient", "item", "part", "class", "unit", "year",
           "unroca", "military_list", "passed")  # fmt: skip
"""What sums can be made by; `year` is that of lines whose time lies within one year, null for the others."""


class Ledger:
    """The transfers of a case.

    db: the tables of the case. Everything is a query: nothing is changed, and no clock is asked.
    """

    def __init__(self, db: Database) -> None:
        self.db = db
        self.releases = db.rows("SELECT * FROM release ORDER BY series, published NULLS LAST, id")
        self.corrects = db.one("SELECT 1 FROM transfer WHERE replaces <> '' LIMIT 1") is not None

    def chosen(self, known_on: date | None = None) -> list[tuple[dict[str, Any], bool]]:
        """Return the releases that answer, each with whether it appeared after the day asked for.

        Of a series whose releases replace one another the newest that was there on the day answers; where none was
        there yet, the newest of all answers in retrospect. Releases of a series that adds all answer. A release that
        nobody dates answers in retrospect only, but for rows that say when they were recorded.
        """
        by_series: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for release in self.releases:
            if release["holds"] != "total":
                by_series[release["series"]].append(release)
        found: list[tuple[dict[str, Any], bool]] = []
        for _, group in sorted(by_series.items()):
            if group[0]["later"] == "adds":
                found += [(one, _later(one, known_on)) for one in group]
                continue
            there = [one for one in group if not _later(one, known_on)]
            dated = [one for one in there or group if one["published"] is not None]
            newest = max(one["published"] for one in dated) if dated else None
            found += [(one, _later(one, known_on)) for one in (there or group) if one["published"] == newest]
        return found

    def sums(self, ask: Ask, by: Sequence[str] = ("series", "retrospective", "state", "item", "part", "class", "unit")
             ) -> list[dict[str, Any]]:  # fmt: skip
        """Return sums of lines with bounds, one row a group.

        by: any of `COLUMNS`. Sums of several series are never one: who adds the rows of two sources up counts the same
            thing twice.
        """
        named = [_named(column) for column in by]
        sql = SUM_SQL.replace("{passed}", PASSED if "passed" in by else "false").replace("{by}", ", ".join(named))
        sql = sql.replace("{group}", ", ".join(n.split(" AS ")[0] for n in named))
        return self._rows(sql, ask)

    def lines(self, ask: Ask, most: int = 20) -> list[dict[str, Any]]:
        """Return lines with the accounts that they move between, the earliest first; lines of one year in no order."""
        order = "ORDER BY happened_first NULLS LAST, series, id"
        accounts = "* EXCLUDE (account_from, account_to), left_ AS account_from, entered AS account_to"
        sql = f"WITH {MOVE_SQL} SELECT {accounts} FROM move {order} LIMIT {int(most)}"
        return self._rows(sql, ask)

    def over_lines(self, sql: str, ask: Ask, values: dict[str, object] | None = None) -> list[dict[str, Any]]:
        """Run a statement over `line`, the lines that the question is about, as known on its day.

        sql: what follows `WITH chosen …, line …`; one that begins with a comma adds named queries of its own.
        values: further parameters; a null among them is a day.
        """
        return self._rows(f"WITH {LINE_SQL}{sql}", ask, values or {})

    def balances(self, ask: Ask) -> list[dict[str, Any]]:
        """Return what stands on each account, one row a series, account, party, item and part.

        Over the accounts of one series and item the stated quantities add up to nought wherever they are numbers.
        """
        return self._rows(BALANCE_SQL, replace(ask, first=None, last=None))

    def accounts(self) -> pa.Table:
        """Return `id, account_from, account_to` of every line that stands at present."""
        where, given = "true", self._given(Ask())
        sql = f"WITH {MOVE_SQL} SELECT id, left_ AS account_from, entered AS account_to FROM move ORDER BY id"
        sql = sql.replace("{where}", where).replace("{corrected}", CORRECTED if self.corrects else "")
        return self.db.table(_typed(sql), _used(sql, given))

    def silent(self, ask: Ask) -> list[tuple[str, str]]:
        """Return the series that do not answer for the class asked for, each with what it leaves out."""
        class_ = ask.of_class()
        found = []
        for release, _ in self.chosen(ask.known_on):
            if release["covers"] and class_ and class_ not in release["covers"]:
                found.append((release["series"], release["leaves_out"] or "it does not list this class"))
        return sorted(set(found))

    def check(self, ask: Ask) -> None:
        """Raise `UnknownId` where the ledger names no such item, with the nearest that it names."""
        if not ask.item:
            return
        if ask.class_:
            if ask.class_ not in known_classes():
                raise UnknownId(
                    "there is no such class", found=ask.class_, do=nearest(ask.class_, list(known_classes()))
                )
            return
        where, values = replace(ask, supplier="", recipient="").where()
        if self.db.one(f"SELECT 1 FROM transfer t WHERE {where} LIMIT 1", values) is None:
            names = [row["item"] for row in self.db.rows("SELECT DISTINCT item FROM transfer ORDER BY item")]
            close = nearest(ask.name, names) if names else "this case holds no table of transfers: [[transfers]]"
            raise UnknownId("no source of this case names this item", found=ask.item, do=close[:400])

    def _rows(self, sql: str, ask: Ask, more: dict[str, object] | None = None) -> list[dict[str, Any]]:
        where, values = ask.where()
        sql = sql.replace("{where}", where).replace("{corrected}", CORRECTED if self.corrects else "")
        return self.db.rows(_typed(sql), _used(sql, self._given(ask) | values | (more or {})))

    def _given(self, ask: Ask) -> dict[str, object]:
        chosen = self.chosen(ask.known_on)
        return {
            "releases": [release["id"] for release, _ in chosen], "later": [later for _, later in chosen],
            "on": ask.known_on, "within": ask.within, "first": ask.first, "last": ask.last,
        }  # fmt: skip


def _used(sql: str, values: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if f"${name}" in sql}


def _later(release: dict[str, Any], known_on: date | None) -> bool:
    """Say whether a release answers a day only in retrospect."""
    if known_on is None:
        return False
    if release["published"] is None:
        return bool(release["later"] != "adds")
    return bool(release["published"] > known_on)


def _named(column: str) -> str:
    if column not in COLUMNS:
        raise KeyError(column)
    if column == "year":
        return "CASE WHEN year(happened_first) = year(happened_last) THEN year(happened_first) END AS year"
    return '"class"' if column == "class" else column


def _typed(sql: str) -> str:
    """Give the parameters their types: a null alone has none."""
    for name, type_ in (("on", "DATE"), ("first", "DATE"), ("last", "DATE"), ("by", "DATE"), ("within", "DOUBLE")):
        sql = sql.replace(f"${name} ", f"${name}::{type_} ").replace(f"${name})", f"${name}::{type_})")
        sql = sql.replace(f"${name}\n", f"${name}::{type_}\n")
    return sql
