"""One table, read column by column: rows as written, ledger lines, stated totals, and an issue for what is neither."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from muster.model import Issue
from muster.schema import TABLES
from muster.transfers.accounts import rank
from muster.transfers.dates import When
from muster.transfers.fields import Fields, Value, each
from muster.transfers.files import Table
from muster.transfers.identity import Item, identify, plain
from muster.transfers.quantity import Quantity, quantity


@dataclass
class Read:
    """What one file gave. rows: data rows; lost: those that gave neither a line nor a total, but an issue."""

    seen: pa.Table
    lines: pa.Table
    totals: pa.Table
    issues: list[Issue] = field(default_factory=list)
    rows: int = 0
    lost: int = 0


@dataclass(frozen=True)
class Release:
    """The publication that a file is part of. id, series, published, published_from: as in the table `release`."""

    id: str
    series: str
    published: date | None
    published_from: str


def read_table(table: Table, release: Release) -> Read:
    """Read every row of a table.

    Never raises for what a row holds: what is not understood is an issue that names the row and its bytes.
    """
    return _Reader(table, release).whole()


class _Reader(Fields):
    def __init__(self, table: Table, release: Release) -> None:
        super().__init__(table)
        self.release = release
        self.keys = self._keys()

    def whole(self) -> Read:
        """Read what the profile says a row is."""
        empty = [TABLES[name].arrow.empty_table() for name in ("transfer_seen", "transfer", "stated_total")]
        seen, lines, totals = empty
        if self.profile.table == "total":
            totals, used = self._totals()
        elif self.profile.table == "loss":
            seen, lines, used = self._losses()
        else:
            seen, lines, totals, used = self._transfers()
        return Read(seen, lines, totals, self.issues, self.n + self.lost, self.lost + self.n - len(used))

    def _keys(self) -> list[str]:
        """Return what each row is known by: equal rows of one file are several, the same file twice is one."""
        start = hashlib.sha256(f"{self.release.series}\0{self.release.published}\0".encode())
        nth: Counter[bytes] = Counter()
        found = []
        for row in self.rows:
            nth[row.data] += 1
            one = start.copy()
            one.update(row.data)
            one.update(b"\0%d" % nth[row.data])
            found.append(one.hexdigest()[:16])
        return found

    # the three sorts of table

    def _transfers(self) -> tuple[pa.Table, pa.Table, pa.Table, set[int]]:
        happened, ordered, recorded = (self.days(name) for name in ("happened", "ordered", "recorded"))
        states = self.states()
        pieces, amounts, texts = self.quantities()
        totals = self._cell_totals(pieces, amounts)
        kept = [at for at, row in enumerate(pieces) if states[row] and self._usable(row, amounts[at])]
        take = [pieces[at] for at in kept]
        numbers = _numbers(take)
        money_ = self.money(alone=Counter(pieces))
        lines = self._lines(take, numbers, states, [happened, ordered, recorded]) | {
            **_item_columns(self._items([texts[at] for at in kept], take), [texts[at] for at in kept]),
            **_quantity_columns([amounts[at] for at in kept]),
            "supplier": _pick(self.parties("supplier"), take), "recipient": _pick(self.parties("recipient"), take),
            "origin": _pick(self.parties("origin"), take),
            "unit": [text or "items" for text in _pick(self.texts("unit"), take)],
            "money": [money_[row].value for row in take], "currency": [money_[row].currency for row in take],
            "price_year": [money_[row].price_year for row in take], "money_text": [money_[row].text for row in take],
        }  # fmt: skip
        cells = self.profile.cells
        notes = zip(self.texts("condition"), self.texts("note"), strict=True)
        seen = self._seen() | {
            "supplier_text": self.texts("supplier"), "recipient_text": self.texts("recipient"),
            "item_text": self.columns[cells.column] if cells else self.texts("item"),
            "description": self.texts("description"),
            "quantity_text": self.columns.get(cells.total, [""] * self.n) if cells else self.texts("quantity"),
            "money_text": self.texts("money"), "happened_text": self.texts("happened"),
            "ordered_text": self.texts("ordered"), "state_text": self.texts("state", written=True),
            "own_id": self.texts("own_id"), "number": self._stamped(),
            "note": ["; ".join(t for t in pair if t) for pair in notes],
        }  # fmt: skip
        return arrow("transfer_seen", seen), arrow("transfer", lines), totals, set(take)

    def _losses(self) -> tuple[pa.Table, pa.Table, set[int]]:
        states, recorded, happened = self.states(), self.days("recorded"), self.days("happened")
        same = self._same_items()
        pictures = [_short(text) for text in self.columns[self.profile.picture]] if self.profile.picture else []
        pictures = pictures or [""] * self.n
        one = Quantity("exact", 1, 1, "")
        amounts = self.quantities()[1] if "quantity" in self.profile.fields else [one] * self.n
        take = [row for row in range(self.n) if states[row] and self._usable(row, amounts[row])]
        # what a list took up on a day was lost by that day
        happened = [w if w.last or not r.last else When("unknown", None, r.last, "")
                    for w, r in zip(happened, recorded, strict=True)]  # fmt: skip
        texts = _pick(self.texts("item"), take)
        never = [_NEVER] * self.n
        lines = self._lines(take, [0] * len(take), states, [happened, never, recorded]) | {
            **_item_columns(self._items(texts, take, counted=True), texts),
            **_quantity_columns([amounts[row] for row in take]),
            "supplier": [""] * len(take), "recipient": _pick(self.parties("recipient"), take),
            "origin": _pick(self.parties("origin"), take), "unit": ["items"] * len(take),
            "same_item": _pick(same, take), "rank": [rank(states[row]) for row in take],
            "picture": _pick(pictures, take),
        }  # fmt: skip
        seen = self._seen() | {
            "holder_text": self.texts("recipient"), "origin_text": self.texts("origin"),
            "item_text": self.texts("item"), "state_text": self.texts("state"),
            "recorded_text": self.texts("recorded"), "same_item": same, "picture": pictures,
            "own_id": self.texts("own_id"), "number": self._stamped(),
        }  # fmt: skip
        return arrow("loss_seen", seen), arrow("transfer", lines), set(take)

    def _totals(self) -> tuple[pa.Table, set[int]]:
        declared = self.profile.total
        if declared is None:
            return TABLES["stated_total"].arrow.empty_table(), set()
        groups = [" ".join(text.split()) for text in self.texts("group")]
        levels = [_level(group, declared.level, declared.all, declared.beside) for group in groups]
        parties = self.parties("recipient")
        rows: list[dict[str, Any]] = []
        columns = [*declared.states.items(), *([(declared.every, "")] if declared.every else [])]
        for column, state in columns:
            for row, text in enumerate(self.columns.get(column, [""] * self.n)):
                amount = quantity(text)
                if amount.trouble or amount.low is None or amount.low != amount.high:
                    do = f"column {column}: a total is a whole number"
                    self.issue(self.rows[row], amount.trouble or "no_quantity", text, do)
                    continue
                rows.append(self._total(row, f"tot:{_short(self.keys[row] + column)}", amount.low, text) | {
                    "of": declared.of, "level": levels[row], "party": parties[row], "group_text": groups[row],
                    "state": state,
                })  # fmt: skip
        return pa.Table.from_pylist(rows, schema=TABLES["stated_total"].arrow), {row["row"] for row in rows}

    def _cell_totals(self, pieces: Sequence[int], amounts: Sequence[Quantity]) -> pa.Table:
        """Return the totals that rows state for the items in one of their cells; where the sum differs, say so."""
        cells, rows = self.profile.cells, list[dict[str, Any]]()
        if cells and cells.total:
            sums: Counter[int] = Counter()
            for row, amount in zip(pieces, amounts, strict=True):
                sums[row] += amount.low or 0
            parties, states = self.parties("supplier"), self.states()
            named = list(zip(self.texts("supplier"), self.texts("category"), strict=True))
            for row, text in enumerate(self.columns[cells.total]):
                stated = quantity(text)
                if stated.low is None:
                    self.issue(self.rows[row], "no_quantity", text, f"column {cells.total}: a total is a whole number")
                    continue
                rows.append(self._total(row, f"tot:{self.keys[row]}", stated.low, text) | {
                    "of": self.release.series, "level": "row", "party": parties[row],
                    "group_text": " · ".join(t for t in named[row] if t), "state": states[row],
                })  # fmt: skip
                if stated.low != sums[row]:
                    found = f"{text} stated, {sums[row]} in the cell"
                    self.issue(self.rows[row], "total_differs", found, "both are kept; the lines are the cell's")
        return pa.Table.from_pylist(rows, schema=TABLES["stated_total"].arrow)

    # what they share

    def _seen(self) -> dict[str, list[Any]]:
        return {"id": [f"obs:{key}" for key in self.keys], "release": [self.release.id] * self.n, **self._places()}

    def _places(self) -> dict[str, list[Any]]:
        return {"file_digest": [self.table.digest] * self.n, "row": [row.number for row in self.rows],
                "start": [row.start for row in self.rows], "length": [len(row.data) for row in self.rows]}  # fmt: skip

    def _total(self, row: int, name: str, value: int, text: str) -> dict[str, Any]:
        at = self.rows[row]
        return {"id": name, "release": self.release.id, "series": self.release.series,
                "file_digest": self.table.digest, "row": at.number, "start": at.start, "length": len(at.data),
                "value": value, "value_text": text}  # fmt: skip

    def _lines(
        self, take: Sequence[int], numbers: Sequence[int], states: Sequence[str], days: Sequence[Sequence[When]]
    ) -> dict[str, list[Any]]:
        happened, ordered, recorded = ([column[row] for row in take] for column in days)
        release, n = self.release, len(take)
        return {
            "id": [f"trf:{self.keys[row]}" + (f"-{k}" if k else "") for row, k in zip(take, numbers, strict=True)],
            "seen": [f"obs:{self.keys[row]}" for row in take], "release": [release.id] * n,
            "series": [release.series] * n, "state": [states[row] for row in take],
            "happened_first": [w.first for w in happened], "happened_last": [w.last for w in happened],
            "happened_sort": [w.sort for w in happened], "happened_text": [w.text for w in happened],
            "ordered_first": [w.first for w in ordered], "ordered_last": [w.last for w in ordered],
            "known": [w.last or release.published for w in recorded],
            "known_from": ["row" if w.last else release.published_from for w in recorded],
            "same_item": [""] * n, "rank": [0] * n, "picture": [""] * n,
            "own_id": _pick(self.texts("own_id"), take), "replaces": _pick(self.texts("replaces"), take),
            "condition": _pick(self.texts("condition"), take),
        }  # fmt: skip

    def _usable(self, row: int, amount: Quantity) -> bool:
        """Say whether a quantity can stand in a line; what is below nought or broken in parts cannot, and is told."""
        if amount.trouble in ("negative_quantity", "not_whole"):
            self.issue(
                self.rows[row], amount.trouble, amount.text, "a line counts whole items; the row is kept as written"
            )
            return False
        return True

    def _items(self, texts: Sequence[str], take: Sequence[int], *, counted: bool = False) -> list[Item]:
        classes, descriptions = _pick(self.classes(), take), _pick(self.texts("description"), take)
        triples = list(zip(texts, classes, descriptions, strict=True))
        covers = frozenset(self.profile.covers)

        def known(triple: tuple[str, str, str]) -> Item:
            found = identify(*triple, counted=counted)
            if covers and found.class_ and found.class_ not in covers:
                # a source never speaks of a class that it leaves out, so a name of such a class is a chance likeness
                return plain(triple[0], counted=counted)
            return found

        return each(triples, known)

    def _stamped(self) -> list[str]:
        """Return the number stamped on the item of every row, its series before it."""
        both = zip(self.texts("number_series"), self.texts("number"), strict=True)
        return [f"{series} {number}".strip() if number else "" for series, number in both]

    def _same_items(self) -> list[str]:
        columns = [self.columns[name] for name in self.profile.same_item]
        if not columns:
            return [""] * self.n
        return each(list(zip(*columns, strict=True)), lambda cells: _short("\0".join((self.release.series, *cells))))


def arrow(name: str, columns: dict[str, list[Any]]) -> pa.Table:
    """Return columns as a table of the schema; a column that is left out is null."""
    table = TABLES[name]
    n = len(next(iter(columns.values()), []))
    arrays = [pa.array(columns.get(c.name, [None] * n), type=c.type) for c in table.columns]
    return pa.Table.from_arrays(arrays, schema=table.arrow)


def _pick(values: Sequence[Value], take: Sequence[int]) -> list[Value]:
    return [values[row] for row in take]


def _numbers(take: Sequence[int]) -> list[int]:
    """Return which item of its row each is, from 0."""
    seen: Counter[int] = Counter()
    found = []
    for row in take:
        found.append(seen[row])
        seen[row] += 1
    return found


def _item_columns(items: Sequence[Item], texts: Sequence[str]) -> dict[str, list[Any]]:
    return {
        "item": [item.name for item in items], "known_by": [item.known_by for item in items],
        "part": [item.part for item in items], "class": [item.class_ for item in items],
        "class_from": [item.class_from for item in items], "unroca": [item.unroca for item in items],
        "military_list": [item.military_list for item in items], "item_text": list(texts),
    }  # fmt: skip


def _quantity_columns(amounts: Sequence[Quantity]) -> dict[str, list[Any]]:
    return {"quantity_sort": [a.sort for a in amounts], "quantity_low": [a.low for a in amounts],
            "quantity_high": [a.high for a in amounts], "quantity_text": [a.text for a in amounts]}  # fmt: skip


def _level(group: str, usual: str, every: str, beside: Sequence[str]) -> str:
    if any(group.startswith(word) for word in beside):
        return "beside"
    return "all" if every and group == every else usual


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


_NEVER = When("unknown", None, None, "")
