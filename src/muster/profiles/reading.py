"""What the fields of a declaration read from the rows of one page: column after column, and their places row by row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from selectolax.lexbor import LexborNode

from muster.profiles import values
from muster.profiles.elements import Elements, once
from muster.profiles.html import NOTHING, Document, Read, Reads, read_all, reader, repeated, texter
from muster.profiles.pictures import read_pictures
from muster.profiles.plan import SPANNED, RowPlan
from muster.profiles.profile import Field
from muster.profiles.said import fitting, picking
from muster.profiles.spans import Finder

Trace = Callable[[LexborNode], None]

MANY = ("path", "pictures", "table")
"""Types that are read from all elements that a selector names, not from the first."""


class Column(Protocol):
    """What reads one field from each of some rows."""

    def read(self, row: int, finder: Finder | None) -> Read:
        """Return what the field reads in a row; without a finder, nobody asks where it stands."""

    def texts(self, many: int) -> list[str]:
        """Return the texts of the first rows."""

    def matches(self, row: int) -> int:
        """Return how many elements a row has of the field."""


class Reading:
    """Reads the fields of one page. address: the capture's. trace: called with every element that a field reads."""

    def __init__(self, document: Document, root: LexborNode, address: str, trace: Trace | None) -> None:
        self.document, self.root, self.address, self.trace = document, root, address, trace
        self.whole = Elements(root, [root])
        self.body = max(0, document.body.find(b"<body"))

    def rows(self, each: str | None) -> Elements:
        """Return the elements that repeat; without any, the page."""
        if each is None:
            return self.whole
        return Elements(self.root, once(self.root.css(each), each), self.document.tags // 2, each)

    def reads(self, plan: RowPlan, rows: Elements, many: int) -> list[Reads]:
        """Return what each field of a plan reads in the first rows.

        The places of texts are looked for row by row, as what stands before a row is none of it.
        """
        above, finder = self._finder(alone=True), self._finder(alone=plan.rows.each is None)
        reads: dict[str, Reads] = {}
        for name, field in plan.rows.inherit.items():
            placed = _is_placed(name, field)
            read = self._column(field, self.whole).read(0, above if placed else None)
            reads[name] = repeated(read, many, placed=placed)
        columns = {name: self._column(field, rows) for name, field in plan.rows.fields.items()}
        found = {name: list[Read]() for name in columns if _is_placed(name, plan.rows.fields[name])}
        looked = [(columns[name].read, into) for name, into in found.items()]
        for row in range(many if looked else 0):
            for read_row, into in looked:
                into.append(read_row(row, finder))
            finder.next_row()
        for name, column in columns.items():
            placed_reads = found.get(name)
            texts = [read.text for read in placed_reads] if placed_reads is not None else column.texts(many)
            reads[name] = Reads(texts, placed_reads, column.matches)
        return [reads[field.name] for field in plan.fields]

    def _finder(self, *, alone: bool) -> Finder:
        document = self.document
        return Finder(document.body, document.charset, document.holes, self.body, self.body, alone)

    def _column(self, field: Field, rows: Elements) -> Column:
        if field.above is not None or field.heading is not None:
            places, numbers = rows.around(field.above) if field.above is not None else rows.cells(field.heading or "")
            column: Column = _Elsewhere(self._column_of(field, places), numbers)
        else:
            column = self._column_of(field, rows)
        return _Under(field, rows, column, self._traced) if field.under else column

    def _column_of(self, field: Field, rows: Elements) -> Column:
        if field.value is not None:
            said, there = Read(field.value), rows.first(field.css) if field.css is not None else rows.rows
            return _Constant([said if node is not None else NOTHING for node in there])
        if field.address:
            return _Constant([Read(self.address) if self.address else NOTHING] * len(rows.rows))
        if field.css and (field.join is not None or field.tally or field.type in MANY):
            every = rows.every(field.css)
            for nodes in every:
                self._traced(nodes)
            return _Many(field, every, self.document)
        first: Sequence[LexborNode | None] = rows.first(field.css) if field.css else rows.rows
        if field.css or not field.attr:
            self._traced(first)
        single, fits = _Single(field, first), fitting(field)
        return _Fitting(field, rows, single, fits, self._traced) if field.css and fits is not None else single

    def _traced(self, nodes: Sequence[LexborNode | None]) -> None:
        if self.trace is not None:
            for node in nodes:
                if node is not None:
                    self.trace(node)


def _is_placed(name: str, field: Field) -> bool:
    """Say whether somebody asks where a field stands, and it stands inside its row."""
    return name in SPANNED and field.above is None


class _Single:
    """A field that is read from one element of each row."""

    def __init__(self, field: Field, nodes: Sequence[LexborNode | None]) -> None:
        self._field, self.nodes, self._read = field, nodes, reader(field)

    def read(self, row: int, finder: Finder | None) -> Read:
        return self._read(self.nodes[row], finder)

    def texts(self, many: int) -> list[str]:
        return list(map(texter(self._field), self.nodes[:many]))

    def matches(self, row: int) -> int:
        return int(self.nodes[row] is not None)


class _Many:
    """A field that is read from all elements of each row that a selector names."""

    def __init__(self, field: Field, nodes: Sequence[list[LexborNode]], document: Document) -> None:
        self._field, self._nodes, self._document = field, nodes, document

    def read(self, row: int, finder: Finder | None) -> Read:
        if self._field.type == "pictures":
            return read_pictures(self._nodes[row], self._field.attr or "src", self._document)
        return read_all(self._nodes[row], self._field, finder)

    def texts(self, many: int) -> list[str]:
        return [self.read(row, None).text for row in range(many)]

    def matches(self, row: int) -> int:
        return len(self._nodes[row])


class _Constant:
    """A field that says the same in each row that has it."""

    def __init__(self, reads: Sequence[Read]) -> None:
        self._reads = reads

    def read(self, row: int, finder: Finder | None) -> Read:
        return self._reads[row]

    def texts(self, many: int) -> list[str]:
        return [read.text for read in self._reads[:many]]

    def matches(self, row: int) -> int:
        return self._reads[row].matches


class _Fitting:
    """A field that is read from the first element of each row that its patterns or cases mean; else from the first."""

    def __init__(
        self, field: Field, rows: Elements, first: _Single, fits: Callable[[str], bool],
        traced: Callable[[Sequence[LexborNode]], None],
    ) -> None:  # fmt: skip
        self._field, self._rows, self._first, self._fits, self._traced = field, rows, first, fits, traced
        self._every: Sequence[list[LexborNode]] | None = None  # asked for once, where a first one does not fit

    def read(self, row: int, finder: Finder | None) -> Read:
        found = self._first.read(row, finder)
        if not self._first.matches(row) or self._fits(found.text):
            return found
        if self._every is None:
            self._every = self._rows.every(self._field.css or "")
        others = _Single(self._field, self._every[row][1:])
        for number, node in enumerate(others.nodes):
            if node is not None and self._fits(others.read(number, None).text):
                self._traced([node])
                return others.read(number, finder)
        return found

    def texts(self, many: int) -> list[str]:
        texts = self._first.texts(many)
        for row, text in enumerate(texts):
            if not self._fits(text):
                texts[row] = self.read(row, None).text
        return texts

    def matches(self, row: int) -> int:
        return self._first.matches(row)


class _Elsewhere:
    """A field that is read from what stands around each row, which may be around several, or from one cell of it."""

    def __init__(self, column: Column, numbers: Sequence[int | None]) -> None:
        self._column, self._numbers = column, numbers

    def read(self, row: int, finder: Finder | None) -> Read:
        number = self._numbers[row]
        return NOTHING if number is None else self._column.read(number, finder)

    def texts(self, many: int) -> list[str]:
        numbers = self._numbers[:many]
        texts = self._column.texts(max((number for number in numbers if number is not None), default=-1) + 1)
        return ["" if number is None else texts[number] for number in numbers]

    def matches(self, row: int) -> int:
        number = self._numbers[row]
        return 0 if number is None else self._column.matches(number)


class _Under:
    """A field whose text stands under other texts of the page, which are put before it."""

    def __init__(
        self, field: Field, rows: Elements, column: Column, traced: Callable[[Sequence[LexborNode]], None]
    ) -> None:
        self._field, self._rows, self._column, self._traced = field, rows, column, traced
        self._pick = picking(field)

    def read(self, row: int, finder: Finder | None) -> Read:
        read = self._column.read(row, finder)
        if not read.text:
            return read
        levels = [found for css in self._field.under if (found := self._rows.before(css)[row]) is not None]
        self._traced(levels)
        texts = [*(values.squeeze(level.text(deep=False)) for level in levels), read.text]
        return Read(" > ".join(map(self._pick, texts)))

    def texts(self, many: int) -> list[str]:
        return [self.read(row, None).text for row in range(many)]

    def matches(self, row: int) -> int:
        return self._column.matches(row)
