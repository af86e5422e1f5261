"""Where two statements about the same thing differ: each part of the difference explained from rows, or unexplained.

Nothing is reconciled away. Totals that a source states are held against its own rows; a later release against the one
before; two sources against one another. What agrees is said, too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from muster.model import make_id
from muster.store import Database
from muster.transfers.accounts import STATES
from muster.transfers.mirror import mirrored

Row = dict[str, Any]

DOUBLE = "double status"
PICTURE = "one picture for several items"
DEFINITION = "different definition"
REVISION = "later revision"
ESTIMATE = "estimate"
"""What explains a part of a difference; docs/transfers.md says what each means and how it is told from the rows."""

ITEM_TOTALS_SQL = """
WITH counted AS (SELECT series, recipient, item_text, state, sum(quantity_low)::BIGINT AS n FROM transfer GROUP BY ALL
                 UNION ALL
                 SELECT series, recipient, item_text, '', sum(quantity_low)::BIGINT FROM transfer GROUP BY ALL),
total AS (SELECT * FROM stated_total WHERE level = 'item')
SELECT t.series, t."of", t.party, t.group_text, t.state, t.value, coalesce(c.n, 0) AS n, t.id
FROM total t LEFT JOIN counted c
  ON c.series = t."of" AND c.recipient = t.party AND c.state = t.state
 AND regexp_replace(trim(c.item_text), '\\s+', ' ', 'g') = t.group_text
"""

TYPE_TOTALS_SQL = """
WITH latest AS (SELECT series, max(published) AS published FROM release GROUP BY series),
line AS (SELECT t.* FROM transfer t JOIN release r ON r.id = t.release
         JOIN latest l ON l.series = t.series AND l.published IS NOT DISTINCT FROM r.published),
ranked AS (SELECT *, max("rank") OVER (PARTITION BY series, same_item) AS last_rank,
                  count(DISTINCT same_item) OVER (PARTITION BY series, recipient, picture) AS shown FROM line),
counted AS (
    SELECT series, recipient AS party, state, sum(quantity_low)::BIGINT AS rows,
           count(*) FILTER (same_item <> '' AND "rank" < last_rank) AS double,
           count(*) FILTER ((same_item = '' OR "rank" = last_rank) AND picture <> '' AND shown > 1) AS shared,
           (list(id ORDER BY id) FILTER (same_item <> '' AND "rank" < last_rank))[:5] AS double_ids,
           (list(id ORDER BY id) FILTER ((same_item = '' OR "rank" = last_rank) AND picture <> '' AND shown > 1))[:5]
               AS shared_ids
    FROM ranked GROUP BY ALL),
stated AS (SELECT series, "of", party, state, sum(value)::BIGINT AS value, list(id ORDER BY id)[:5] AS ids
           FROM stated_total WHERE level = 'all' AND state <> '' GROUP BY ALL)
SELECT s.series, s."of", s.party, s.state, s.value, s.ids, c.* EXCLUDE (series, party, state)
FROM stated s JOIN counted c ON c.series = s."of" AND c.party = s.party AND c.state = s.state
ORDER BY s.series, s.party, s.state
"""

PARTS_SQL = """
SELECT series, release, party, state, sum(value) FILTER (level = 'all')::BIGINT AS whole,
       sum(value) FILTER (level = 'type')::BIGINT AS parts, list(id ORDER BY id) FILTER (level = 'all') AS ids
FROM stated_total WHERE level IN ('all', 'type') GROUP BY ALL
HAVING count(*) FILTER (level = 'all') > 0 ORDER BY series, release, party, state
"""

ROW_TOTALS_SQL = """
WITH line AS (SELECT seen, sum(quantity_low)::BIGINT AS n FROM transfer GROUP BY seen)
SELECT t.series, t.party, t.group_text, t.state, t.value, coalesce(l.n, 0) AS n, t.id
FROM stated_total t
JOIN transfer_seen s ON s.release = t.release AND s.file_digest = t.file_digest AND s."row" = t."row"
LEFT JOIN line l ON l.seen = s.id WHERE t.level = 'row' ORDER BY t.id
"""

_KEY = 'supplier, recipient, item_text, state, happened_text, ordered_first, own_id, same_item, unit, "condition"'

REVISION_SQL = f"""
WITH version AS (SELECT series, id AS release, published,
                        lag(id) OVER (PARTITION BY series ORDER BY published NULLS FIRST, id) AS before
                 FROM release WHERE later = 'replaces' AND holds <> 'total'),
amount AS (SELECT release, {_KEY}, sum(coalesce(quantity_low, 0))::BIGINT AS n, list(id ORDER BY id)[:5] AS ids,
                  count(*) AS rows FROM transfer GROUP BY ALL),
pair AS (
    SELECT v.series, v.before, v.release, old.* EXCLUDE (release)
    FROM version v JOIN amount old ON old.release = v.before WHERE v.before IS NOT NULL),
new AS (
    SELECT v.series, v.before, v.release, new.* EXCLUDE (release)
    FROM version v JOIN amount new ON new.release = v.release WHERE v.before IS NOT NULL)
SELECT coalesce(p.series, n.series) AS series, coalesce(p.before, n.before) AS before,
       coalesce(p.release, n.release) AS release,
       concat_ws(' · ', nullif(coalesce(p.supplier, n.supplier), ''), coalesce(p.recipient, n.recipient),
                 coalesce(p.item_text, n.item_text), coalesce(p.state, n.state),
                 nullif(coalesce(p.happened_text, n.happened_text), ''),
                 nullif(coalesce(p.own_id, n.own_id), '')) AS key,
       p.n AS old, n.n AS new, coalesce(p.ids, n.ids) AS ids
FROM pair p FULL JOIN new n ON p.series = n.series AND p.before = n.before AND p.release = n.release
 AND {" AND ".join(f"p.{c.strip()} IS NOT DISTINCT FROM n.{c.strip()}" for c in _KEY.split(","))}
WHERE p.n IS DISTINCT FROM n.n OR p.rows IS DISTINCT FROM n.rows ORDER BY ALL
"""

SOURCES_SQL = """
WITH latest AS (SELECT series, max(published) AS published FROM release WHERE holds = 'transfer' GROUP BY series),
line AS (SELECT t.*, r.published FROM transfer t JOIN release r ON r.id = t.release JOIN latest l ON l.series = t.series
         WHERE r.holds = 'transfer' AND (r.later = 'adds' OR l.published IS NOT DISTINCT FROM r.published)
           AND t.known_by <> 'words' AND t.state IN ('pledged', 'allocated', 'ordered', 'delivered')),
amount AS (SELECT series, published, supplier, recipient, item, part, state, sum(quantity_low)::BIGINT AS n,
                  count(*) FILTER (quantity_sort <> 'exact') AS unsure, list(id ORDER BY id)[:3] AS ids
           FROM line GROUP BY ALL)
SELECT a.series AS "left", b.series AS "right", a.supplier, a.recipient, a.item, a.part, a.state AS left_state,
       b.state AS right_state, a.n AS left_value, b.n AS right_value, a.unsure + b.unsure AS unsure,
       list_concat(a.ids, b.ids)[:5] AS ids
FROM amount a JOIN amount b ON a.series < b.series AND a.supplier = b.supplier AND a.recipient = b.recipient
 AND a.item = b.item AND a.part = b.part ORDER BY ALL
"""


def differences(db: Database, mirrors: Collection[tuple[str, str]] = ()) -> list[Row]:
    """Return the rows of the table `difference` for all that a case holds.

    db: the tables `release`, `transfer_seen`, `transfer` and `stated_total`.
    mirrors: pairs of series in which exporters and importers report the same transfers.
    """
    found = [*_item_totals(db), *_type_totals(db), *_parts(db), *_row_totals(db), *_revisions(db)]
    found += [row for row in _sources(db) if (row["left"], row["right"]) not in mirrors]
    found += [row for pair in sorted(mirrors) for row in mirrored(db, *pair)]
    unique = {row["id"]: row for row in found}
    return [unique[key] for key in sorted(unique)]


def _row(about: str, sort: str, key: str, values: tuple[int | None, int | None], **more: Any) -> Row:
    row = {"about": about, "sort": sort, "key": key, "left_value": values[0], "right_value": values[1], "left": "",
           "right": "", "examples": [], "explanation": "", "explained": False, "text": "", **more}  # fmt: skip
    return {"id": make_id("dif", about, sort, key, row["explanation"], row["left"], row["right"]), **row}


def _item_totals(db: Database) -> Iterator[Row]:
    rows = db.rows(ITEM_TOTALS_SQL)
    agree: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        about = f"{row['series']} against the rows of {row['of']}"
        seen = agree.setdefault((row["series"], row["of"]), [0, 0, 0])
        seen[0] += 1
        seen[1] += row["value"] == row["n"]
        seen[2] += row["value"] if row["state"] == "" else 0
        if row["value"] != row["n"]:
            key = " · ".join(t for t in (row["party"], row["group_text"], row["state"] or "all states") if t)
            text = f"{row['value']} stated, {row['n']} rows"
            yield _row(about, "total", key, (row["n"], row["value"]), amount=row["n"] - row["value"], text=text,
                       left=row["of"], right=row["series"], examples=[row["id"]])  # fmt: skip
    for (series, of), (n, same, items) in agree.items():
        if n == same:
            text = f"all {n:,} totals of {series} agree with the rows of {of}: {items:,} in all"
            yield _row(f"{series} against the rows of {of}", "total", "every total", (items, items), amount=0,
                       explanation="agrees", explained=True, text=text, left=of, right=series)  # fmt: skip


def _type_totals(db: Database) -> Iterator[Row]:
    """Yield what the rows hold beyond the totals by type: first what double states explain, then the rest."""
    for row in db.rows(TYPE_TOTALS_SQL):
        about = f"{row['series']} against the rows of {row['of']}"
        key = f"{row['party']} · {row['state']}"
        both = {"values": (row["rows"], row["value"]), "left": row["of"], "right": row["series"]}
        left = row["rows"] - row["value"]
        for amount, reason, explained, text, ids in _reasons(row, left):
            yield _row(about, "total", key, both["values"], amount=amount, explanation=reason, explained=explained,
                       text=text, examples=ids, left=both["left"], right=both["right"])  # fmt: skip


def _reasons(row: Row, left: int) -> Iterator[tuple[int, str, bool, str, list[str]]]:
    double = min(max(left, 0), row["double"])
    if double:
        text = (f"{row['double']} rows say {row['state']} of an item that has a further row with a later state; "
                "a total that counts each item once has not these")  # fmt: skip
        yield double, DOUBLE, True, text, row["double_ids"] or []
    left -= double
    shared = min(max(left, 0), row["shared"])
    if shared:
        text = (f"{row['shared']} rows have a picture that stands for another item too; whether these are one item or "
                "several cannot be told from the rows")  # fmt: skip
        yield shared, PICTURE, False, text, row["shared_ids"] or []
    if left - shared:
        yield left - shared, "", False, "nothing in the rows explains this part", []


def _parts(db: Database) -> Iterator[Row]:
    for row in db.rows(PARTS_SQL):
        if row["whole"] != row["parts"]:
            key = f"{row['party']} · {row['state'] or 'all states'}"
            text = f"the source's own sum is {row['whole']}, its types add up to {row['parts']}"
            yield _row(f"{row['series']}: the whole against its types", "total", key, (row["parts"], row["whole"]),
                       amount=row["parts"] - row["whole"], text=text, left=row["series"], right=row["series"],
                       examples=(row["ids"] or [])[:5])  # fmt: skip


def _row_totals(db: Database) -> Iterator[Row]:
    agree: dict[str, list[int]] = {}
    for row in db.rows(ROW_TOTALS_SQL):
        about = f"{row['series']}: a row's total against the items in its cell"
        seen = agree.setdefault(row["series"], [0, 0, 0])
        seen[0] += 1
        seen[1] += row["value"] == row["n"]
        seen[2] += row["value"]
        if row["value"] != row["n"]:
            text = f"{row['value']} stated, {row['n']} in the cell"
            yield _row(about, "total", row["group_text"], (row["n"], row["value"]), amount=row["n"] - row["value"],
                       text=text, left=row["series"], right=row["series"], examples=[row["id"]])  # fmt: skip
    for series, (n, same, items) in agree.items():
        if n == same:
            about = f"{series}: a row's total against the items in its cell"
            text = f"all {n:,} rows' totals agree with the items in their cells: {items:,} in all"
            yield _row(about, "total", "every row", (items, items), amount=0, explanation="agrees", explained=True,
                       left=series, right=series, text=text)  # fmt: skip


def _revisions(db: Database) -> Iterator[Row]:
    for row in db.rows(REVISION_SQL):
        old, new = row["old"], row["new"]
        what = "removed" if new is None else "added" if old is None else "changed"
        yield _row(f"{row['series']}: a release against the one before", "revision", row["key"], (old, new),
                   amount=(new or 0) - (old or 0), explanation=REVISION, explained=True, left=row["before"],
                   right=row["release"], examples=row["ids"] or [],
                   text=f"{what} by the later release; the earlier one still answers what was known then")  # fmt: skip


def _sources(db: Database) -> Iterator[Row]:
    for row in db.rows(SOURCES_SQL):
        both = row["left_value"], row["right_value"]
        if row["left_state"] == row["right_state"] and both[0] == both[1]:
            continue
        key = " · ".join(t for t in (row["supplier"], row["recipient"], row["item"], row["part"]) if t)
        key += f" · {row['left_state']} / {row['right_state']}"
        reason, explained, text = _why(row)
        amount = None if None in both else both[0] - both[1]
        yield _row(f"{row['left']} against {row['right']}", "sources", key, both, amount=amount, explanation=reason,
                   explained=explained, left=row["left"], right=row["right"], examples=row["ids"],
                   text=text)  # fmt: skip


def _why(row: Row) -> tuple[str, bool, str]:
    if row["left_state"] != row["right_state"]:
        means = [STATES[row[side]].means for side in ("left_state", "right_state")]
        return DEFINITION, True, f"one counts what is {means[0]}, the other what is {means[1]}"
    if row["unsure"]:
        return ESTIMATE, True, f"{row['unsure']} of the lines are no exact numbers by their own source"
    return "", False, "both state exact numbers of the same thing"
