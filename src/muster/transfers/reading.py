"""One table, read column by column: rows as written, ledger lines, stated totals, and an issue for what is neither."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

import pyarrow as pa

from muster.model import Issue
from muster.profiles import Tokens
from muster.schema import TABLES
from muster.sources.csv_rows import Row
from muster.transfers.accounts import rank
from muster.transfers.dates import When, when
from muster.transfers.files import Table, unknown_columns
from muster.transfers.identity import Item, identify, known_classes, plain
from muster.transfers.parties import Party, party
from muster.transfers.quantity import Money, Quantity, money, quantity

MAX_ROW = 2**20
"""Bytes of one row of an official table."""

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


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


class _Reader:
    def __init__(self, table: Table, release: Release) -> None:
        self.table, self.profile, self.release = table, table.profile, release
        self.where = f"file {table.digest[:12]}"
        self.issues = unknown_columns(table)
        self.rows: list[Row] = []
        self.lost = 0
        for row in table.rows(MAX_ROW):
            self._take(row)
        self.n = len(self.rows)
        self.columns = self._columns()
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

    def _take(self, row: Row) -> None:
        if row.trouble and not row.cells:
            self._issue(row, row.trouble, "", "mend the row")
            self.lost += 1
            return
        if len(row.cells) != len(self.table.names):
            found = f"{len(row.cells)} cells under {len(self.table.names)} columns"
            self._issue(row, "row_width", found, "the row is kept; missing cells are empty")
        if not row.text:
            self._issue(row, "not_text", "", "bytes that are no text stand as U+FFFD")
        self.rows.append(row)

    def _columns(self) -> dict[str, list[str]]:
        """Return the cells by column, those that are read; a row that is too short has nothing in its last ones."""
        names, read = self.table.names, self.profile.columns()
        wide = [row.cells if len(row.cells) >= len(names) else [*row.cells, *[""] * len(names)] for row in self.rows]
        turned = list(zip(*(cells[: len(names)] for cells in wide), strict=True)) or [()] * len(names)
        return {name: _clean([cell.strip() for cell in turned[at]], name == self.profile.picture)
                for at, name in enumerate(names) if name in read}  # fmt: skip

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
        happened, ordered, recorded = (self._days(name) for name in ("happened", "ordered", "recorded"))
        states = self._states()
        pieces, amounts, texts = self._quantities()
        totals = self._cell_totals(pieces, amounts)
        kept = [at for at, row in enumerate(pieces) if states[row] and self._usable(row, amounts[at])]
        take = [pieces[at] for at in kept]
        numbers = _numbers(take)
        money_ = self._money(alone=Counter(pieces))
        lines = self._lines(take, numbers, states, [happened, ordered, recorded]) | {
            **_item_columns(self._items([texts[at] for at in kept], take), [texts[at] for at in kept]),
            **_quantity_columns([amounts[at] for at in kept]),
            "supplier": _pick(self._parties("supplier"), take), "recipient": _pick(self._parties("recipient"), take),
            "origin": _pick(self._parties("origin"), take),
            "unit": [text or "items" for text in _pick(self._texts("unit"), take)],
            "money": [money_[row].value for row in take], "currency": [money_[row].currency for row in take],
            "price_year": [money_[row].price_year for row in take], "money_text": [money_[row].text for row in take],
        }  # fmt: skip
        cells = self.profile.cells
        notes = zip(self._texts("condition"), self._texts("note"), strict=True)
        seen = self._seen() | {
            "supplier_text": self._texts("supplier"), "recipient_text": self._texts("recipient"),
            "item_text": self.columns[cells.column] if cells else self._texts("item"),
            "description": self._texts("description"),
            "quantity_text": self.columns.get(cells.total, [""] * self.n) if cells else self._texts("quantity"),
            "money_text": self._texts("money"), "happened_text": self._texts("happened"),
            "ordered_text": self._texts("ordered"), "state_text": self._texts("state", written=True),
            "own_id": self._texts("own_id"), "number": self._stamped(),
            "note": ["; ".join(t for t in pair if t) for pair in notes],
        }  # fmt: skip
        return arrow("transfer_seen", seen), arrow("transfer", lines), totals, set(take)

    def _losses(self) -> tuple[pa.Table, pa.Table, set[int]]:
        states, recorded, happened = self._states(), self._days("recorded"), self._days("happened")
        same = self._same_items()
        pictures = [_short(text) for text in self.columns[self.profile.picture]] if self.profile.picture else []
        pictures = pictures or [""] * self.n
        one = Quantity("exact", 1, 1, "")
        amounts = self._quantities()[1] if "quantity" in self.profile.fields else [one] * self.n
        take = [row for row in range(self.n) if states[row] and self._usable(row, amounts[row])]
        # what a list took up on a day was lost by that day
        happened = [w if w.last or not r.last else When("unknown", None, r.last, "")
                    for w, r in zip(happened, recorded, strict=True)]  # fmt: skip
        texts = _pick(self._texts("item"), take)
        never = [_NEVER] * self.n
        lines = self._lines(take, [0] * len(take), states, [happened, never, recorded]) | {
            **_item_columns(self._items(texts, take, counted=True), texts),
            **_quantity_columns([amounts[row] for row in take]),
            "supplier": [""] * len(take), "recipient": _pick(self._parties("recipient"), take),
            "origin": _pick(self._parties("origin"), take), "unit": ["items"] * len(take),
            "same_item": _pick(same, take), "rank": [rank(states[row]) for row in take],
            "picture": _pick(pictures, take),
        }  # fmt: skip
        seen = self._seen() | {
            "holder_text": self._texts("recipient"), "origin_text": self._texts("origin"),
            "item_text": self._texts("item"), "state_text": self._texts("state"),
            "recorded_text": self._texts("recorded"), "same_item": same, "picture": pictures,
            "own_id": self._texts("own_id"), "number": self._stamped(),
        }  # fmt: skip
        return arrow("loss_seen", seen), arrow("transfer", lines), set(take)

    def _totals(self) -> tuple[pa.Table, set[int]]:
        declared = self.profile.total
        if declared is None:
            return TABLES["stated_total"].arrow.empty_table(), set()
        groups = [" ".join(text.split()) for text in self._texts("group")]
        levels = [_level(group, declared.level, declared.all, declared.beside) for group in groups]
        parties = self._parties("recipient")
        rows: list[dict[str, Any]] = []
        columns = [*declared.states.items(), *([(declared.every, "")] if declared.every else [])]
        for column, state in columns:
            for row, text in enumerate(self.columns.get(column, [""] * self.n)):
                amount = quantity(text)
                if amount.trouble or amount.low is None or amount.low != amount.high:
                    do = f"column {column}: a total is a whole number"
                    self._issue(self.rows[row], amount.trouble or "no_quantity", text, do)
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
            parties, states = self._parties("supplier"), self._states()
            named = list(zip(self._texts("supplier"), self._texts("category"), strict=True))
            for row, text in enumerate(self.columns[cells.total]):
                stated = quantity(text)
                if stated.low is None:
                    self._issue(self.rows[row], "no_quantity", text, f"column {cells.total}: a total is a whole number")
                    continue
                rows.append(self._total(row, f"tot:{self.keys[row]}", stated.low, text) | {
                    "of": self.release.series, "level": "row", "party": parties[row],
                    "group_text": " · ".join(t for t in named[row] if t), "state": states[row],
                })  # fmt: skip
                if stated.low != sums[row]:
                    found = f"{text} stated, {sums[row]} in the cell"
                    self._issue(self.rows[row], "total_differs", found, "both are kept; the lines are the cell's")
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
            "own_id": _pick(self._texts("own_id"), take), "replaces": _pick(self._texts("replaces"), take),
            "condition": _pick(self._texts("condition"), take),
        }  # fmt: skip

    def _quantities(self) -> tuple[list[int], list[Quantity], list[str]]:
        """Return of every item its row, quantity and text: one a row, or those of the cell that holds several."""
        cells = self.profile.cells
        if cells is None:
            texts = self._texts("quantity")
            marked = self._estimated("quantity")
            read = _each(list(zip(texts, marked, strict=True)), lambda pair: quantity(pair[0], estimate=pair[1]))
            self._tell([amount.trouble if amount.trouble == "no_quantity" else "" for amount in read], texts,
                       "the line counts an unknown number")  # fmt: skip
            self._mixed(read)
            descriptions = self._texts("description")
            names = [text or other for text, other in zip(self._texts("item"), descriptions, strict=True)]
            return list(range(self.n)), read, names
        rows, amounts, items = [], [], []
        for row, cell in enumerate(self.columns[cells.column]):
            for piece in cell.split(cells.by):
                match = re.fullmatch(r"\s*(.*?)\s*\(([^()]*)\)\s*", piece, re.DOTALL)
                amount = quantity(match[2] if match else "")
                if amount.trouble or amount.low is None:
                    do = "the last bracket of an item is its quantity"
                    self._issue(self.rows[row], amount.trouble or "no_quantity", piece, do)
                rows.append(row)
                amounts.append(amount)
                items.append(match[1] if match else piece.strip())
        self._mixed(amounts)
        return rows, amounts, items

    def _usable(self, row: int, amount: Quantity) -> bool:
        """Say whether a quantity can stand in a line; what is below nought or broken in parts cannot, and is told."""
        if amount.trouble in ("negative_quantity", "not_whole"):
            self._issue(
                self.rows[row], amount.trouble, amount.text, "a line counts whole items; the row is kept as written"
            )
            return False
        return True

    def _mixed(self, amounts: Sequence[Quantity]) -> None:
        """Say where one column mixes two manners of writing thousands: one of them may be a decimal sign."""
        found = Counter(amount.mixed for amount in amounts)
        if found["."] and found[","]:
            counts = f"{found[',']} with “,” and {found['.']} with “.”"
            do = "all are read as thousands; look at those that may be decimals"
            self.issues.append(
                Issue("transfers", "mixed_numbers", f"{self.where}, quantities", counts, do, source=self.table.source)
            )

    def _items(self, texts: Sequence[str], take: Sequence[int], *, counted: bool = False) -> list[Item]:
        classes, descriptions = _pick(self._classes(), take), _pick(self._texts("description"), take)
        triples = list(zip(texts, classes, descriptions, strict=True))
        covers = frozenset(self.profile.covers)

        def known(triple: tuple[str, str, str]) -> Item:
            found = identify(*triple, counted=counted)
            if covers and found.class_ and found.class_ not in covers:
                # a source never speaks of a class that it leaves out, so a name of such a class is a chance likeness
                return plain(triple[0], counted=counted)
            return found

        return _each(triples, known)

    def _same_items(self) -> list[str]:
        columns = [self.columns[name] for name in self.profile.same_item]
        if not columns:
            return [""] * self.n
        return _each(list(zip(*columns, strict=True)), lambda cells: _short("\0".join((self.release.series, *cells))))

    def _stamped(self) -> list[str]:
        """Return the number stamped on the item of every row, its series before it."""
        both = zip(self._texts("number_series"), self._texts("number"), strict=True)
        return [f"{series} {number}".strip() if number else "" for series, number in both]

    def _texts(self, name: str, *, written: bool = False) -> list[str]:
        """Return a field's text of every row. written: only what stands in the row, not what the profile says."""
        declared = self.profile.fields.get(name)
        if declared is None or (written and not declared.column):
            return [""] * self.n
        return [declared.value] * self.n if declared.value else self.columns.get(declared.column, [""] * self.n)

    def _estimated(self, name: str) -> list[bool]:
        declared = self.profile.fields.get(name)
        if declared is None or declared.estimate is None:
            return [False] * self.n
        column, word = declared.estimate
        return [text == word for text in self.columns.get(column, [""] * self.n)]

    def _days(self, name: str) -> list[When]:
        texts = self._texts(name)
        pairs = list(zip(texts, self._estimated(name), strict=True))
        found = _each(pairs, lambda pair: when(pair[0], days=self.profile.days, estimate=pair[1]))
        self._tell([one.trouble for one in found], texts, f"{name}: write 2022, 2022-06, 2022-06-09 or 2022–23")
        return found

    @lru_cache(maxsize=8)  # noqa: B019  a reader lives as long as its file is read
    def _parties(self, name: str) -> list[str]:
        declared = self.profile.fields.get(name)
        if declared is None:
            return [""] * self.n
        found: list[Party] = _each(self._texts(name), party)
        strange = Counter(one.text for one in found if one.sort == "unrecognised")
        for text, n in sorted(strange.items()):  # a name is told once, not once a row
            first = self.rows[next(row for row, one in enumerate(found) if one.text == text)].number
            where = f"{self.where}, {name}, {n} rows from row {first} on"
            do = "kept as written; ISO 3166 has no such state"
            self.issues.append(Issue("transfers", "unknown_party", where, text, do, source=self.table.source))
        return [one.key for one in found]

    @lru_cache(maxsize=1)  # noqa: B019
    def _states(self) -> list[str]:
        declared = self.profile.fields.get("state")
        if declared is None:
            return [""] * self.n
        if declared.value:
            return [declared.value] * self.n
        texts = self._texts("state")
        found = _each(texts, lambda text: declared.cases.get(text) or declared.cases.get(text.casefold(), ""))
        self._tell(["" if state else "unknown_state" for state in found], texts,
                   "known: " + ", ".join(declared.cases))  # fmt: skip
        return found

    def _classes(self) -> list[str]:
        def class_of(text: str) -> str:
            found = self.profile.classes.get(text, text)
            return found if found in _CLASSES else ""

        return _each(self._texts("category"), class_of)

    def _money(self, alone: Counter[int]) -> list[Money]:
        """Return the sum of every row; one that is for several items together is only kept as written."""
        declared = self.profile.fields.get("money")
        texts = self._texts("money")
        if declared is None:
            return [Money(None, "", None, "")] * self.n
        currencies = [text or declared.currency for text in self._texts("currency")]
        years = [_year(text, declared.price_year) for text in self._texts("price_year")]
        found = [
            money(text, currency=currency, price_year=year) if alone[row] == 1 else Money(None, "", None, text)
            for row, (text, currency, year) in enumerate(zip(texts, currencies, years, strict=True))
        ]
        self._tell([one.trouble for one in found], texts, "kept as written, in no sum")
        return found

    def _tell(self, troubles: Sequence[str], texts: Sequence[str], do: str) -> None:
        """Add an issue for each row that has a trouble."""
        if any(troubles):
            for row, (trouble, text) in enumerate(zip(troubles, texts, strict=True)):
                if trouble:
                    self._issue(self.rows[row], trouble, text, do)

    def _issue(self, row: Row, what: str, found: str, do: str) -> None:
        """Add an issue that names the row, and the bytes that it stands in."""
        where = f"{self.where}, row {row.number}, bytes {row.start}–{row.end}"
        self.issues.append(Issue("transfers", what, where, found, do, source=self.table.source))


def arrow(name: str, columns: dict[str, list[Any]]) -> pa.Table:
    """Return columns as a table of the schema; a column that is left out is null."""
    table = TABLES[name]
    n = len(next(iter(columns.values()), []))
    arrays = [pa.array(columns.get(c.name, [None] * n), type=c.type) for c in table.columns]
    return pa.Table.from_arrays(arrays, schema=table.arrow)


def _each(keys: Sequence[Key], make: Callable[[Key], Value]) -> list[Value]:
    """Return what each key gives; a key that comes again costs nothing."""
    made = {key: make(key) for key in dict.fromkeys(keys)}
    return [made[key] for key in keys]


def _clean(cells: list[str], digested: bool) -> list[str]:
    """Return cells without contacts: nobody expects one in an official table, and none may leave the file.

    digested: the column is kept as a digest alone.
    """
    if digested or not any("@" in cell or "onion" in cell.casefold() for cell in cells):
        return cells
    nobody = Tokens(None)
    return [nobody.redact(cell).text if "@" in cell or "onion" in cell.casefold() else cell for cell in cells]


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


def _year(text: str, usual: int | None) -> int | None:
    return int(text) if re.fullmatch(r"[12]\d{3}", text) else usual


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


_NEVER = When("unknown", None, None, "")
_CLASSES = frozenset(known_classes())
