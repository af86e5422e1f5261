"""The walk back: verdict → estimate → offers → observation → capture → digest and byte range."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from muster.claims.compile import in_words
from muster.errors import UnknownId
from muster.estimate import Confusion, Estimator, Scope
from muster.model import Walk
from muster.recognise import error_rows
from muster.store import Database
from muster.transfers.walk import STEPS, TABLE_ROWS, ledger_estimate

FIRST = 20
"""Children shown unless all are asked for."""

OBSERVED = (
    "listing_seen", "vendor_seen", "review_seen", "option_seen", "tally_seen", "rate_seen", "alert_seen", *TABLE_ROWS,
)  # fmt: skip
"""The tables whose rows are observations, which share one kind of id."""

Row = Mapping[str, Any]


class Walker:
    """Answers `why` for any id of a case's tables."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self._estimators: dict[str, Estimator] = {}
        self._held: dict[str, tuple[str, Row]] = {}
        self._steps: Mapping[str, tuple[str, Callable[[Row], tuple[str, str, list[str]]]]] = {
            "vrd": ("verdict", self._verdict),
            "clm": ("claim", self._claim),
            "fnd": ("finding", self._finding),
            "est": ("estimate", self._estimate),
            "off": ("offer", self._offer),
            "mrk": ("marking", self._marking),
            "mat": ("match", self._match),
            "iss": ("issue", self._issue),
            "cap": ("capture", self._capture),
            "trn": ("transcript", self._transcript),
            **STEPS,
        }

    def why(self, name: str, *, every: bool = False) -> Walk:
        """Return one step of the walk: what an id says, and the ids that it rests on.

        every: all children, not the first twenty.
        Raises `UnknownId` for an id that no table holds.
        """
        kind, _, rest = name.partition(":")
        table, row = self._row(name, kind)
        if row is None or not rest:
            raise UnknownId(
                "no table of this case holds this id", where=table or "any table", found=name,
                do="ids stand in the report and in the tables:  muster query CASE 'SELECT id FROM estimate'",
            )  # fmt: skip
        step = self._steps.get(kind, (table, TABLE_ROWS.get(table, self._observation)))[1]
        value, text, children = step(row)
        locator = _locator(row) if "file_digest" in row else None
        kept = children if every else children[:FIRST]
        return Walk(name, table, value, text, tuple(kept), len(children), locator)

    def hold(self, names: Iterable[str]) -> None:
        """Look up many ids with one statement a table, so that `why` need not ask for each; replaces what was held."""
        self._held = {}
        by_kind: dict[str, list[str]] = {}
        for name in names:
            by_kind.setdefault(name.partition(":")[0], []).append(name)
        for kind, ids in by_kind.items():
            for table in self._tables(kind):
                sql = f"SELECT * FROM {table} WHERE id IN (SELECT unnest($ids)) ORDER BY ALL"
                for row in self.db.rows(sql, {"ids": ids}):
                    self._held.setdefault(row["id"], (table, row))

    def _row(self, name: str, kind: str) -> tuple[str, Row | None]:
        if name in self._held:
            return self._held[name]
        tables = self._tables(kind)
        for table in tables:
            row = self.db.one(f"SELECT * FROM {table} WHERE id = $id ORDER BY ALL LIMIT 1", {"id": name})
            if row is not None:
                return table, row
        return tables[0] if len(tables) == 1 else "", None

    def _tables(self, kind: str) -> tuple[str, ...]:
        """Return the tables that hold ids of a kind."""
        return (self._steps[kind][0],) if kind in self._steps else OBSERVED

    def _verdict(self, row: Row) -> tuple[str, str, list[str]]:
        basis = f" ({row['basis']})" if row["basis"] else ""
        return row["verdict"] + basis, row["reason"], [row["claim"], *row["estimates"], *row["findings"]]

    def _claim(self, row: Row) -> tuple[str, str, list[str]]:
        where = f"{row['article_path']}, characters {row['start']}–{row['end']}, text digest {row['article'][:16]}…"
        form = self.db.one("SELECT * FROM compiled WHERE claim = $id", {"id": row["id"]})
        measured = f"; measured as {in_words(form)}, by {form['by']}" if form else ""
        return f"“{row['quote']}”", f"{row['type']}, {row['mode']}; {where}{measured}", []

    def _finding(self, row: Row) -> tuple[str, str, list[str]]:
        return f"“{row['says']}”", f"{row['source']}, {row['date']}, {row['grade']}", []

    def _estimate(self, row: Row) -> tuple[str, str, list[str]]:
        told = json.loads(row["scope"])
        if "ledger" in told:
            return ledger_estimate(self.db, row, told)
        scope = Scope.from_json(told)
        if row["inputs_digest"] not in self._estimators:
            confusion = Confusion.from_rows(error_rows())
            self._estimators[row["inputs_digest"]] = Estimator(self.db, confusion, row["inputs_digest"])
        children = self._estimators[row["inputs_digest"]].children(row["measure"], scope)
        value = "cannot tell" if row["value"] is None else f"{row['value']:g} {row['unit']}"
        if row["low"] is not None:
            value += (
                f" (95% {row['low']:g}–{row['high']:g})" if row["high"] is not None else f" (at least {row['low']:g})"
            )
        said = ", ".join(f"{k} {v}" for k, v in json.loads(row["scope"]).items() if v)
        grades = [f"in part {grade}" for grade in row["grades"] or ()]
        about = [f"{row['measure']}: {said}", row["method"], *grades, *row["assumptions"]]
        about += [f"{u['assumption']}: {_span(u)} {row['unit']}" for u in row["under"] or ()]
        return value, "; ".join(about), children

    def _offer(self, row: Row) -> tuple[str, str, list[str]]:
        spans = "; ".join(f"{s['what']} “{s['value']}” at {s['field']} {s['start']}–{s['end']}" for s in row["spans"])
        what = " ".join(part for part in (row["make"], row["model"], row["calibre"]) if part)
        text = f"{what or 'no make or model'}; rests on {spans or 'no single word'}; recogniser {row['version']}"
        return f"{row['kind']} {row['probability']:.2f}", text, [row["observation"]]

    def _marking(self, row: Row) -> tuple[str, str, list[str]]:
        return f"{row['type']} {row['value']}", f"{row['field']} {row['start']}–{row['end']}", [row["observation"]]

    def _match(self, row: Row) -> tuple[str, str, list[str]]:
        if row["alert"] is None:
            return row["answer"].replace("_", " "), row["why"], [row["marking"]]
        value = f"{row['number']} ({row['spelling']})"
        text = (f"{row['reason']}, {row['register']} {row['reference']} as of {row['snapshot']}; the answer is "
                f"{row['answer'].replace('_', ' ')}: {row['why']}; by chance {row['expected_by_chance']:.2g}; not "
                "evidence of a crime")  # fmt: skip
        line = [row["reference"]] if row["reference"].startswith("trf:") else []  # a loss of the ledger
        return value, text, [row["marking"], *line]

    def _issue(self, row: Row) -> tuple[str, str, list[str]]:
        text = f"{row['where']}: found {row['found'] or 'nothing'}; {row['do']}"
        return row["what"], text, [row["capture"]] if row["capture"] else []

    def _observation(self, row: Row) -> tuple[str, str, list[str]]:
        value = row.get("title") or row.get("token") or row.get("text") or f"{row.get('base')}/{row.get('quote')}"
        said = [f"{name} {row[name]}" for name in ("amount_text", "sales", "stock_text", "rating", "rate")
                if row.get(name) is not None]  # fmt: skip
        said += [
            f"{s['field']} {s['start']}–{s['end']} is bytes {s['byte_start']}–{s['byte_end']}"
            for s in row["spans_raw"] or ()
        ]
        return str(value), "; ".join(said), [row["capture"]]

    def _capture(self, row: Row) -> tuple[str, str, list[str]]:
        when = f"{row['captured_at']:%Y-%m-%d %H:%M} UTC" if row["captured_at"] else "time unknown"
        text = f"{row['market'] or 'no profile'}, {row['page_kind'] or 'unknown page'}; {row['source']}; {row['grade']}"
        lines = self.db.rows("SELECT id FROM transcript WHERE capture = $id ORDER BY id", {"id": row["id"]})
        return f"captured {when} (from {row['captured_from']})", text, [line["id"] for line in lines]

    def _transcript(self, row: Row) -> tuple[str, str, list[str]]:
        region = "somewhere in the picture"
        if row["left"] is not None:
            region = f"region {row['left']},{row['top']},{row['width']},{row['height']} (pixels)"
        sure = f", sure {row['sure']:.2f} of its reading" if row["sure"] is not None else ""
        return f"{row['field']} “{row['text']}”", f"read by {row['by']}{sure}; {region}", []


def _span(row: Row) -> str:
    """Return a value with its bounds, as far as there are any."""
    if row["value"] is None:
        return "cannot tell"
    ends = "" if row["low"] is None else f" ({row['low']:g}–{'' if row['high'] is None else format(row['high'], 'g')})"
    return f"{row['value']:g}{ends}"


def _locator(row: Row) -> dict[str, object]:
    if "record_length" not in row:  # a row of an official table: its bytes are those of the file
        return {name: row[name] for name in ("file_digest", "row", "start", "length")}
    found: dict[str, object] = {
        "file_digest": row["file_digest"], "start": row["start"], "length": row["record_length"],
        "body_digest": row["digest"], "body_length": row["length"],
    }  # fmt: skip
    if row["row"] is not None:
        found["row"] = row["row"]
    if row["inside"]:
        found["inside"] = row["inside"]
    return found
