"""What an id of the ledger says, and what it rests on: line → row of the table → bytes of the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from muster.store import Database
from muster.transfers.ledger import Ask, Ledger
from muster.transfers.parties import name

Row = Mapping[str, Any]
Said = tuple[str, str, list[str]]
"""Value, text, ids that it rests on."""


def _line(row: Row) -> Said:
    part = f" ({row['part']})" if row["part"] else ""
    stated = row["quantity_text"] or ("unknown number" if row["quantity_low"] is None else row["quantity_low"])
    value = f"{stated} {row['item']}{part}, {row['state']}"
    who = " → ".join(name(row[side]) for side in ("supplier", "recipient") if row[side])
    when = row["happened_text"] or (f"by {row['happened_last']}" if row["happened_last"] else "no date")
    known = f"known {row['known']} ({row['known_from']})" if row["known"] else "nobody says since when it is known"
    accounts = f"{row['account_from']} → {row['account_to']}" if row["account_to"] else "replaced by a later line"
    text = (f"{who}; {when}; {row['quantity_sort']}; {known}; {accounts}; item by {row['known_by']}"
            f" from “{row['item_text']}”,"
            f" class {row['class'] or 'unknown'} by {row['class_from'] or 'nobody'}")  # fmt: skip
    return value, text, [row["seen"], row["release"]]


def _transfer_seen(row: Row) -> Said:
    told = ("supplier_text", "recipient_text", "quantity_text", "happened_text", "ordered_text", "state_text",
            "money_text", "own_id", "note")  # fmt: skip
    return row["item_text"] or row["description"], _said(row, told), [row["release"]]


def _loss_seen(row: Row) -> Said:
    return row["item_text"], _said(row, ("holder_text", "state_text", "recorded_text", "own_id")), [row["release"]]


def _total(row: Row) -> Said:
    state = row["state"] or "all states"
    return (
        row["value_text"],
        f"{name(row['party'])}, {row['group_text']}, {state}; sum of {row['of']}",
        [row["release"]],
    )


def _difference(row: Row) -> Said:
    amount = "cannot tell" if row["amount"] is None else f"{row['amount']:+,}"
    reason = row["explanation"] or "unexplained"
    explained = "" if row["explained"] or not row["explanation"] else " (a candidate; unexplained)"
    text = f"{row['about']}; {row['key']}: {row['left_value']} against {row['right_value']}; {row['text']}"
    return f"{amount}: {reason}{explained}", text, list(row["examples"])


def _release(row: Row) -> Said:
    published = f"{row['published']} (from {row['published_from']})" if row["published"] else "nobody says when"
    confirmed = "" if row["confirmed"] else "; its profile was never held against a real file"
    text = (f"published {published}; {row['rows']:,} rows, {row['lines']:,} lines, {row['issues']:,} without a line; "
            f"files {', '.join(file[:16] + '…' for file in row['files'])}{confirmed}")  # fmt: skip
    return row["title"], text, []


def ledger_estimate(db: Database, row: Row, scope: Mapping[str, Any]) -> Said:
    """Return what an estimate by the ledger says, and the lines that it rests on.

    scope: `ledger` (series), `states`, `item`, `part`, `supplier`, `recipient`, `period`, as claims write it.
    """
    first, _, last = str(scope["period"]).partition("/")
    begin, end = (date.fromisoformat(text) if text else None for text in (first, last))
    ask = Ask(scope["item"], scope["supplier"], scope["recipient"], begin, end)
    sql = """ SELECT id FROM line
        WHERE list_contains($ledger, series) AND list_contains($states, state) AND part = $part
          AND ($first IS NULL OR coalesce(happened_last, DATE '9998-01-01') >= $first)
          AND ($last IS NULL OR coalesce(happened_first, DATE '0001-01-01') <= $last) ORDER BY id"""
    values = {name: scope[name] for name in ("ledger", "states", "part")}
    ids = [str(found["id"]) for found in Ledger(db).over_lines(sql, ask, values)]
    value = "cannot tell" if row["value"] is None else f"{row['value']:,.0f} {row['unit']} stated"
    said = ", ".join(f"{name} {told}" for name, told in scope.items() if told and name not in ("ledger", "states"))
    about = [f"{row['measure']}: {said}", f"by {', '.join(scope['ledger'])}", row["method"], *row["assumptions"]]
    return value, "; ".join(about), ids


def _said(row: Row, names: tuple[str, ...]) -> str:
    return "; ".join(f"{one.removesuffix('_text')} {row[one]}" for one in names if row[one])


STEPS: Mapping[str, tuple[str, Callable[[Row], Said]]] = {
    "trf": ("transfer", _line),
    "tot": ("stated_total", _total),
    "dif": ("difference", _difference),
    "rel": ("release", _release),
}
"""Kind of id → its table, and what a row of it says."""

TABLE_ROWS: Mapping[str, Callable[[Row], Said]] = {"transfer_seen": _transfer_seen, "loss_seen": _loss_seen}
"""Tables of rows as they are written, whose ids are those of observations."""
