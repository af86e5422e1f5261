"""The ledger in SQL: which lines were known, the accounts they move between, and what stands on each account."""

from __future__ import annotations

from muster.transfers.accounts import CHAIN, STATES, side

BOOK = 'series, retrospective, supplier, recipient, item, part, "class", unit'
"""What one book is kept for: within it a delivery leaves the account of the promise that it keeps."""


def _cases(column: str, found: dict[str, str]) -> str:
    return f"CASE {column} " + " ".join(f"WHEN '{key}' THEN '{value}'" for key, value in found.items()) + " END"


_ENTERED = _cases("state", {name: state.account for name, state in STATES.items()})
_BEFORE = _cases("state", {name: state.before for name, state in STATES.items()})
_PLACE = f"list_position([{', '.join(repr(name) for name in CHAIN)}], state)"
_CHAINED = "[" + ", ".join(f"'{STATES[name].account}'" for name in CHAIN) + "]"
_SUPPLIERS = ", ".join(
    sorted({f"'{state.account}'" for state in STATES.values() if side(state.account) == "supplier"} | {"'donor stock'"})
)

LINE_SQL = """
chosen AS (SELECT unnest($releases::VARCHAR[]) AS release, unnest($later::BOOLEAN[]) AS later),
line AS (
    SELECT t.*, ($on IS NOT NULL AND (c.later OR t.known IS NULL OR t.known > $on)) AS retrospective
    FROM transfer t JOIN chosen c USING (release)
    WHERE ($on IS NULL OR t.known <= $on
           OR (t.known_from <> 'row' AND (t.happened_first IS NULL OR t.happened_first <= $on))
           OR (t.known_from = 'row' AND t.happened_first <= $on))
      {corrected} AND {where}
)
"""
"""Lines as known on a day: those that a later release or row tells are marked retrospective; corrected ones are out.

A correction that was not known on the day leaves the line as it was known then.
"""

CORRECTED = """AND (t.own_id = '' OR NOT EXISTS (
            SELECT 1 FROM transfer k WHERE k.replaces <> '' AND k.replaces = t.own_id AND k.series = t.series
            AND ($on IS NULL OR k.known <= $on)))"""
"""What keeps corrected lines out: part of `LINE_SQL` where any line of the case corrects another."""

MOVE_SQL = (
    LINE_SQL
    + f""",
book AS (
    SELECT {BOOK}, list(DISTINCT {_PLACE}) AS places FROM line WHERE {_PLACE} > 0 GROUP BY ALL
),
move AS (
    SELECT line.*, {_ENTERED} AS entered,
           coalesce(
               CASE WHEN line.same_item <> '' THEN
                    lag({_ENTERED}) OVER (PARTITION BY line.series, line.retrospective, line.same_item
                                          ORDER BY line.rank, line.id) END,
               list_extract({_CHAINED}, list_max(list_filter(book.places, lambda p: p < {_PLACE}))),
               {_BEFORE}) AS left_
    FROM line LEFT JOIN book USING ({BOOK})
)
"""
)
"""Every line with the account that it leaves and the one that it enters."""

LOW = """CASE quantity_sort WHEN 'estimate' THEN
             CASE WHEN $within IS NULL THEN 0 ELSE floor(quantity_low * (1 - $within))::BIGINT END
         ELSE coalesce(quantity_low, 0) END"""
HIGH = """CASE quantity_sort WHEN 'estimate' THEN
             CASE WHEN $within IS NULL THEN NULL ELSE ceil(quantity_high * (1 + $within))::BIGINT END
         ELSE quantity_high END"""
"""Bounds of one line. An estimate without a margin is bounded by nought alone: no source here publishes its margins."""

BALANCE_SQL = (
    "WITH "
    + MOVE_SQL
    + f""",
posting AS (
    SELECT series, retrospective, entered AS account,
           CASE WHEN entered IN ({_SUPPLIERS}) THEN supplier ELSE recipient END AS party, item, part, "class", unit,
           {LOW} AS low, {HIGH} AS high, coalesce(quantity_low, 0) AS stated_low, quantity_high AS stated_high, id
    FROM move
    UNION ALL
    SELECT series, retrospective, left_,
           CASE WHEN left_ IN ({_SUPPLIERS}) THEN supplier ELSE recipient END, item, part, "class", unit,
           -{HIGH}, -{LOW}, -quantity_high, -coalesce(quantity_low, 0), id
    FROM move
)
SELECT series, retrospective, account, party, item, part, "class", unit,
       CASE WHEN count(low) = count(*) THEN sum(low)::BIGINT END AS low,
       CASE WHEN count(high) = count(*) THEN sum(high)::BIGINT END AS high,
       CASE WHEN count(stated_low) = count(*) THEN sum(stated_low)::BIGINT END AS stated_low,
       CASE WHEN count(stated_high) = count(*) THEN sum(stated_high)::BIGINT END AS stated_high,
       count(DISTINCT id) AS lines
FROM posting GROUP BY ALL ORDER BY ALL
"""
)
"""What stands on each account. A source's book starts at nought, so its donors' stocks are below it."""
