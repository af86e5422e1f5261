"""All that an answer is made of, in one pass over the lines: sums, what had arrived, times of waiting, and money."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import Any

from muster.transfers.ledger import Ask, Ledger
from muster.transfers.moves import HIGH, LOW

Row = dict[str, Any]

BOUNDED = """
       coalesce(sum(quantity_low) FILTER (sure OR (possible AND happened_sort = 'estimate')), 0)::BIGINT AS stated_low,
       CASE WHEN count(*) FILTER (possible AND quantity_high IS NULL) = 0
            THEN coalesce(sum(quantity_high) FILTER (possible), 0)::BIGINT END AS stated_high"""

ONCE_SQL = f"""
, timed AS MATERIALIZED (
    SELECT id, series, retrospective, state, part, unit, same_item, "rank", quantity_sort, quantity_low, quantity_high,
           happened_first, happened_last, happened_sort, ordered_first, ordered_last, money, currency, price_year,
           {LOW} AS low, {HIGH} AS high,
           coalesce(($first IS NULL OR happened_first >= $first) AND ($last IS NULL OR happened_last <= $last)
               AND ($first IS NULL AND $last IS NULL OR happened_sort <> 'estimate'), false) AS sure,
           ($first IS NULL OR coalesce(happened_last, DATE '9998-01-01') >= $first)
               AND ($last IS NULL OR coalesce(happened_first, DATE '0001-01-01') <= $last) AS possible,
           coalesce(happened_last <= $by AND happened_sort <> 'estimate', false) AS sure_by,
           coalesce(coalesce(happened_first, DATE '0001-01-01') <= $by, false) AS possible_by
    FROM line
),
top AS (
    SELECT series, retrospective, same_item, max("rank") AS top FROM timed
    WHERE possible AND same_item <> '' GROUP BY ALL HAVING min("rank") < max("rank")
),
counted AS (
    SELECT timed.*, top.top IS NOT NULL AND "rank" < top.top AS passed
    FROM timed LEFT JOIN top USING (series, retrospective, same_item) WHERE possible
),
pair AS (
    SELECT series, state, greatest(0, datediff('day', ordered_last, happened_first)) AS low,
           datediff('day', ordered_first, happened_last) AS high, sum(quantity_low)::BIGINT AS n, count(*) AS lines
    FROM timed WHERE ordered_first IS NOT NULL AND happened_first IS NOT NULL AND state = 'delivered'
      AND quantity_low > 0 AND ordered_first <= happened_last
    GROUP BY ALL),
lows AS (SELECT series, low, sum(n) OVER (PARTITION BY series ORDER BY low, high) AS run,
                sum(n) OVER (PARTITION BY series) AS whole FROM pair),
highs AS (SELECT series, high, sum(n) OVER (PARTITION BY series ORDER BY high, low) AS run,
                 sum(n) OVER (PARTITION BY series) AS whole FROM pair)
SELECT 'sums' AS what, series, retrospective, state, part, unit, passed, count(*) AS lines,{BOUNDED},
       coalesce(sum(low) FILTER (sure), 0)::BIGINT AS low,
       CASE WHEN count(*) FILTER (high IS NULL) = 0 THEN coalesce(sum(high), 0)::BIGINT END AS high,
       count(*) FILTER (quantity_sort = 'estimate') AS estimates,
       count(*) FILTER (quantity_sort IN ('unknown', 'unit')) AS unstated,
       count(*) FILTER (NOT sure) AS undated,
       min(happened_first) AS first, max(happened_last) AS last, min(id, 5) AS examples
FROM counted GROUP BY series, retrospective, state, part, unit, passed
UNION ALL BY NAME
SELECT 'money' AS what, series, state, currency, price_year, sum(money)::DECIMAL(38, 2) AS money, count(*) AS lines,
       count(*) FILTER (NOT sure) AS undated, min(id, 5) AS examples
FROM timed WHERE money IS NOT NULL AND possible AND NOT retrospective GROUP BY series, state, currency, price_year
UNION ALL BY NAME
SELECT 'arrived' AS what, series, state, part, coalesce(sum(quantity_low), 0)::BIGINT AS whole,
       CASE WHEN count(*) = count(quantity_high) THEN sum(quantity_high)::BIGINT END AS whole_high,
       coalesce(sum(quantity_low) FILTER (sure_by OR (possible_by AND happened_sort = 'estimate')), 0)::BIGINT
           AS stated_low,
       CASE WHEN count(*) FILTER (possible_by AND quantity_high IS NULL) = 0
            THEN coalesce(sum(quantity_high) FILTER (possible_by), 0)::BIGINT END AS stated_high,
       count(*) AS lines, count(*) FILTER (quantity_sort <> 'exact') AS estimates, min(id, 5) AS examples
FROM timed WHERE $by IS NOT NULL AND state IN ('pledged', 'allocated', 'ordered', 'delivered')
GROUP BY series, state, part
UNION ALL BY NAME
SELECT 'waiting' AS what, series, 'ordered' AS state, l.low, h.high, p.lines, p.n AS stated_low
FROM (SELECT series, min(low) AS low FROM lows WHERE run * 2 >= whole GROUP BY series) l
JOIN (SELECT series, min(high) AS high FROM highs WHERE run * 2 >= whole GROUP BY series) h USING (series)
JOIN (SELECT series, sum(lines)::BIGINT AS lines, sum(n)::BIGINT AS n FROM pair GROUP BY series) p USING (series)
ORDER BY ALL
"""
"""`low` counts only what surely falls in the period, `high` all that may. The medians of waiting are weighted by items.

Times of waiting and what had arrived are of all lines, whenever they happened.
"""

_SUM = ("series", "state", "part", "lines", "stated_low", "stated_high", "estimates", "examples")
KEPT = {
    "sums": (*_SUM, "retrospective", "unit", "passed", "low", "high", "unstated", "undated", "first", "last"),
    "arrived": (*_SUM, "whole", "whole_high"),
    "money": ("series", "state", "currency", "price_year", "money", "lines", "undated", "examples"),
    "waiting": ("series", "state", "low", "high", "lines", "stated_low"),
}
"""What a row of each sort holds: one statement gives them all, and each has columns that the others lack."""


def once(ledger: Ledger, ask: Ask, by: date | None) -> dict[str, list[Row]]:
    """Return the rows of an answer by what they are: `sums`, `money`, `waiting`, `arrived`.

    by: the day for what had arrived; that is told from all that is known now, whatever the question's day is.
    """
    found: dict[str, list[Row]] = defaultdict(list)
    for row in ledger.over_lines(ONCE_SQL, ask, {"by": by}):
        found[row["what"]].append({name: row[name] for name in KEPT[row["what"]]})
    if by is not None and ask.known_on:
        ever = once(ledger, replace(ask, known_on=None), by)
        found["arrived"] = ever["arrived"]
    return found
