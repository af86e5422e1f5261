"""The fields of one table, column by column: texts, parties, days, states, quantities, money, as they can be read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import TypeVar

from muster.model import Issue
from muster.profiles import Tokens
from muster.sources.csv_rows import Row
from muster.transfers.dates import When, when
from muster.transfers.files import Table, unknown_columns
from muster.transfers.identity import known_classes
from muster.transfers.parties import Party, party
from muster.transfers.quantity import Money, Quantity, money, quantity

MAX_ROW = 2**20
"""Bytes of one row of an official table."""

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Fields:
    """The rows of a table by the fields that its profile declares; what cannot be read is an issue that names its row.

    rows: those that have cells, `n` of them. lost: rows that gave nothing but an issue.
    """

    def __init__(self, table: Table) -> None:
        self.table, self.profile = table, table.profile
        self.where = f"file {table.digest[:12]}"
        self.issues = unknown_columns(table)
        self.rows: list[Row] = []
        self.lost = 0
        for row in table.rows(MAX_ROW):
            self._take(row)
        self.n = len(self.rows)
        self.columns = self._columns()

    def _take(self, row: Row) -> None:
        if row.trouble and not row.cells:
            self.issue(row, row.trouble, "", "mend the row")
            self.lost += 1
            return
        if len(row.cells) != len(self.table.names):
            found = f"{len(row.cells)} cells under {len(self.table.names)} columns"
            self.issue(row, "row_width", found, "the row is kept; missing cells are empty")
        if not row.text:
            self.issue(row, "not_text", "", "bytes that are no text stand as U+FFFD")
        self.rows.append(row)

    def _columns(self) -> dict[str, list[str]]:
        """Return the cells by column, those that are read; a row that is too short has nothing in its last ones."""
        names, read = self.table.names, self.profile.columns()
        wide = [row.cells if len(row.cells) >= len(names) else [*row.cells, *[""] * len(names)] for row in self.rows]
        turned = list(zip(*(cells[: len(names)] for cells in wide), strict=True)) or [()] * len(names)
        return {name: _clean([cell.strip() for cell in turned[at]], name == self.profile.picture)
                for at, name in enumerate(names) if name in read}  # fmt: skip

    def quantities(self) -> tuple[list[int], list[Quantity], list[str]]:
        """Return of every item its row, quantity and text: one a row, or those of the cell that holds several."""
        cells = self.profile.cells
        if cells is None:
            texts = self.texts("quantity")
            marked = self.estimated("quantity")
            read = each(list(zip(texts, marked, strict=True)), lambda pair: quantity(pair[0], estimate=pair[1]))
            self.tell([amount.trouble if amount.trouble == "no_quantity" else "" for amount in read], texts,
                       "the line counts an unknown number")  # fmt: skip
            self._mixed(read)
            descriptions = self.texts("description")
            names = [text or other for text, other in zip(self.texts("item"), descriptions, strict=True)]
            return list(range(self.n)), read, names
        rows, amounts, items = [], [], []
        for row, cell in enumerate(self.columns[cells.column]):
            for piece in cell.split(cells.by):
                match = re.fullmatch(r"\s*(.*?)\s*\(([^()]*)\)\s*", piece, re.DOTALL)
                amount = quantity(match[2] if match else "")
                if amount.trouble or amount.low is None:
                    do = "the last bracket of an item is its quantity"
                    self.issue(self.rows[row], amount.trouble or "no_quantity", piece, do)
                rows.append(row)
                amounts.append(amount)
                items.append(match[1] if match else piece.strip())
        self._mixed(amounts)
        return rows, amounts, items

    def _mixed(self, amounts: Sequence[Quantity]) -> None:
        """Say where one column mixes two manners of writing thousands: one of them may be a decimal sign."""
        found = Counter(amount.mixed for amount in amounts)
        if found["."] and found[","]:
            counts = f"{found[',']} with “,” and {found['.']} with “.”"
            do = "all are read as thousands; look at those that may be decimals"
            self.issues.append(
                Issue("transfers", "mixed_numbers", f"{self.where}, quantities", counts, do, source=self.table.source)
            )

    def texts(self, name: str, *, written: bool = False) -> list[str]:
        """Return a field's text of every row. written: only what stands in the row, not what the profile says."""
        declared = self.profile.fields.get(name)
        if declared is None or (written and not declared.column):
            return [""] * self.n
        return [declared.value] * self.n if declared.value else self.columns.get(declared.column, [""] * self.n)

    def estimated(self, name: str) -> list[bool]:
        declared = self.profile.fields.get(name)
        if declared is None or declared.estimate is None:
            return [False] * self.n
        column, word = declared.estimate
        return [text == word for text in self.columns.get(column, [""] * self.n)]

    def days(self, name: str) -> list[When]:
        texts = self.texts(name)
        pairs = list(zip(texts, self.estimated(name), strict=True))
        found = each(pairs, lambda pair: when(pair[0], days=self.profile.days, estimate=pair[1]))
        self.tell([one.trouble for one in found], texts, f"{name}: write 2022, 2022-06, 2022-06-09 or 2022–23")
        return found

    @lru_cache(maxsize=8)  # noqa: B019  a reader lives as long as its file is read
    def parties(self, name: str) -> list[str]:
        declared = self.profile.fields.get(name)
        if declared is None:
            return [""] * self.n
        found: list[Party] = each(self.texts(name), party)
        strange = Counter(one.text for one in found if one.sort == "unrecognised")
        for text, n in sorted(strange.items()):  # a name is told once, not once a row
            first = self.rows[next(row for row, one in enumerate(found) if one.text == text)].number
            where = f"{self.where}, {name}, {n} rows from row {first} on"
            do = "kept as written; ISO 3166 has no such state"
            self.issues.append(Issue("transfers", "unknown_party", where, text, do, source=self.table.source))
        return [one.key for one in found]

    @lru_cache(maxsize=1)  # noqa: B019
    def states(self) -> list[str]:
        declared = self.profile.fields.get("state")
        if declared is None:
            return [""] * self.n
        if declared.value:
            return [declared.value] * self.n
        texts = self.texts("state")
        found = each(texts, lambda text: declared.cases.get(text) or declared.cases.get(text.casefold(), ""))
        self.tell(["" if state else "unknown_state" for state in found], texts,
                   "known: " + ", ".join(declared.cases))  # fmt: skip
        return found

    def classes(self) -> list[str]:
        def class_of(text: str) -> str:
            found = self.profile.classes.get(text, text)
            return found if found in _CLASSES else ""

        return each(self.texts("category"), class_of)

    def money(self, alone: Counter[int]) -> list[Money]:
        """Return the sum of every row; one that is for several items together is only kept as written."""
        declared = self.profile.fields.get("money")
        texts = self.texts("money")
        if declared is None:
            return [Money(None, "", None, "")] * self.n
        currencies = [text or declared.currency for text in self.texts("currency")]
        years = [_year(text, declared.price_year) for text in self.texts("price_year")]
        found = [
            money(text, currency=currency, price_year=year) if alone[row] == 1 else Money(None, "", None, text)
            for row, (text, currency, year) in enumerate(zip(texts, currencies, years, strict=True))
        ]
        self.tell([one.trouble for one in found], texts, "kept as written, in no sum")
        return found

    def tell(self, troubles: Sequence[str], texts: Sequence[str], do: str) -> None:
        """Add an issue for each row that has a trouble."""
        if any(troubles):
            for row, (trouble, text) in enumerate(zip(troubles, texts, strict=True)):
                if trouble:
                    self.issue(self.rows[row], trouble, text, do)

    def issue(self, row: Row, what: str, found: str, do: str) -> None:
        """Add an issue that names the row, and the bytes that it stands in."""
        where = f"{self.where}, row {row.number}, bytes {row.start}–{row.end}"
        self.issues.append(Issue("transfers", what, where, found, do, source=self.table.source))


def each(keys: Sequence[Key], make: Callable[[Key], Value]) -> list[Value]:
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


def _year(text: str, usual: int | None) -> int | None:
    return int(text) if re.fullmatch(r"[12]\d{3}", text) else usual


_CLASSES = frozenset(known_classes())
