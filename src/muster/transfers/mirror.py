"""What exporters report of a year held against what importers report of it: both stand, neither corrects the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from muster.model import make_id
from muster.store import Database
from muster.transfers.parties import name

NOT_REPORTED = "the other side did not report"
"""The other side has no line at all in that year: states report late, or never."""

MIRROR_SQL = """
WITH sums AS (
    SELECT series, supplier, recipient, "class", state, year(happened_first) AS y, sum(quantity_low)::BIGINT AS n,
           count(*) FILTER (quantity_low IS NULL) AS unknown, min(id, 5) AS ids
    FROM transfer WHERE series IN ($left, $right) AND happened_sort = 'year' GROUP BY ALL),
told AS (SELECT DISTINCT series, y, CASE WHEN series = $left THEN supplier ELSE recipient END AS who FROM sums),
a AS (SELECT * FROM sums WHERE series = $left),
b AS (SELECT * FROM sums WHERE series = $right)
SELECT coalesce(a.supplier, b.supplier) AS supplier, coalesce(a.recipient, b.recipient) AS recipient,
       coalesce(a."class", b."class") AS class_, coalesce(a.state, b.state) AS state, coalesce(a.y, b.y) AS y,
       a.n AS left_n, b.n AS right_n, coalesce(a.unknown, 0) + coalesce(b.unknown, 0) AS unknown,
       list_concat(coalesce(a.ids, []), coalesce(b.ids, []))[:5] AS ids,
       EXISTS (SELECT 1 FROM told t WHERE t.series = $left AND t.y = coalesce(a.y, b.y)
               AND t.who = coalesce(a.supplier, b.supplier)) AS left_told,
       EXISTS (SELECT 1 FROM told t WHERE t.series = $right AND t.y = coalesce(a.y, b.y)
               AND t.who = coalesce(a.recipient, b.recipient)) AS right_told
FROM a FULL JOIN b ON a.supplier = b.supplier AND a.recipient = b.recipient AND a."class" = b."class"
 AND a.state = b.state AND a.y = b.y
WHERE a.n IS DISTINCT FROM b.n ORDER BY ALL
"""


def mirrored(db: Database, left: str, right: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table `difference` for two series that report the two sides of the same transfers.

    left: the exporters' series. right: the importers'.
    """
    about = f"{left} against {right}: what exporters report and what importers report"
    for row in db.rows(MIRROR_SQL, {"left": left, "right": right}):
        both = row["left_n"], row["right_n"]
        key = f"{name(row['supplier'])} · {name(row['recipient'])} · {row['class_'] or 'class unknown'}"
        key += f" · {row['state']} · {row['y']}"
        silent = (both[0] is None and not row["left_told"]) or (both[1] is None and not row["right_told"])
        side = "exporter" if both[0] is None else "importer"
        text = f"the {side} reported nothing at all for that year" if silent else "both sides reported that year"
        if row["unknown"]:
            text += f"; {row['unknown']} lines have no number"
        yield {
            "id": make_id("dif", about, "mirror", key), "about": about, "sort": "sources", "key": key,
            "left_value": both[0], "right_value": both[1], "left": left, "right": right, "examples": row["ids"],
            "amount": (both[0] or 0) - (both[1] or 0), "explanation": NOT_REPORTED if silent else "",
            "explained": bool(silent), "text": text,
        }  # fmt: skip
