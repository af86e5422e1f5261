"""What the fields of a declaration read from the rows of one page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from selectolax.lexbor import LexborNode

from muster.profiles import values
from muster.profiles.elements import Elements, once
from muster.profiles.html import NOTHING, Document, Read, Reader, read_all, reader
from muster.profiles.pictures import read_pictures
from muster.profiles.profile import Field
from muster.profiles.said import fitting, picking
from muster.profiles.spans import Finder

Column = Callable[[int, Finder | None], Read]
"""From the number of a row to what a field reads there."""

Trace = Callable[[LexborNode], None]

MANY = ("path", "pictures", "table")
"""Types that are read from all elements that a selector names, not from the first."""


class Reading:
    """Reads the fields of one page. address: the capture's. trace: called with every element that a field reads."""

    def __init__(self, document: Document, root: LexborNode, address: str, trace: Trace | None) -> None:
        self.document, self.root, self.address, self.trace = document, root, address, trace
        self.whole = Elements(root, [root])

    def rows(self, each: str | None) -> tuple[Sequence[LexborNode], Elements]:
        """Return the elements that repeat, and what tells the elements inside them apart; without any, the page."""
        if each is None:
            return [self.root], self.whole
        nodes = once(self.root.css(each), each)
        return nodes, Elements(self.root, nodes, self.document.tags // 2, each)

    def column(self, field: Field, rows: Elements) -> Column:
        """Return what reads a field from each of some rows."""
        if field.above is not None:
            column = self._elsewhere(field, *rows.around(field.above))
        elif field.heading is not None:
            column = self._elsewhere(field, *rows.cells(field.heading))
        else:
            column = self._column(field, rows)
        return self._under(field, rows, column) if field.under else column

    def _elsewhere(self, field: Field, places: Elements, numbers: Sequence[int | None]) -> Column:
        """Return what reads a field from what stands around each row, or from one cell of it."""
        read = self._column(field, places)

        def elsewhere(row: int, finder: Finder | None) -> Read:
            number = numbers[row]
            return NOTHING if number is None else read(number, finder)

        return elsewhere

    def _under(self, field: Field, rows: Elements, column: Column) -> Column:
        pick = picking(field)

        def under(row: int, finder: Finder | None) -> Read:
            read = column(row, finder)
            if not read.text:
                return read
            levels = [found for css in field.under if (found := rows.before(css)[row]) is not None]
            self._traced(levels)
            texts = [*(values.squeeze(level.text(deep=False)) for level in levels), read.text]
            return Read(" > ".join(map(pick, texts)))

        return under

    def _column(self, field: Field, rows: Elements) -> Column:
        if field.value is not None:
            always, never = Read(field.value), NOTHING
            if field.css is None:
                return lambda row, finder: always
            there = rows.first(field.css)
            return lambda row, finder: always if there[row] is not None else never
        if field.address:
            address = Read(self.address) if self.address else NOTHING
            return lambda row, finder: address
        if field.css and (field.join is not None or field.tally or field.type in MANY):
            return self._all(field, rows.every(field.css))
        nodes: Sequence[LexborNode | None] = rows.first(field.css) if field.css else rows.rows
        if field.css or not field.attr:
            self._traced(nodes)
        read, fits = reader(field), fitting(field)
        if field.css and fits is not None:
            return self._fitting(read, fits, nodes, lambda: rows.every(field.css or ""))
        return lambda row, finder: read(nodes[row], finder)

    def _fitting(
        self,
        read: Reader,
        fits: Callable[[str], bool],
        firsts: Sequence[LexborNode | None],
        every: Callable[[], Sequence[list[LexborNode]]],
    ) -> Column:
        """Return what reads of each row the first element that the field means, where it is not the first of all."""
        others: list[Sequence[list[LexborNode]]] = []  # asked for once, where a first one does not fit

        def fitting_one(row: int, finder: Finder | None) -> Read:
            first = firsts[row]
            found = read(first, finder)
            if first is None or fits(found.text):
                return found
            if not others:
                others.append(every())
            for node in others[0][row][1:]:
                if fits(read(node, None).text):
                    self._traced([node])
                    return read(node, finder)
            return found

        return fitting_one

    def _all(self, field: Field, nodes: Sequence[list[LexborNode]]) -> Column:
        for found in nodes:
            self._traced(found)
        if field.type == "pictures":
            attr = field.attr or "src"
            return lambda row, finder: read_pictures(nodes[row], attr, self.document)
        return lambda row, finder: read_all(nodes[row], field, finder)

    def _traced(self, nodes: Sequence[LexborNode | None]) -> None:
        if self.trace is not None:
            for node in nodes:
                if node is not None:
                    self.trace(node)
