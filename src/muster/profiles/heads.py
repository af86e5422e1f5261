"""Tables with headings: the cell of a row that stands under a heading, whatever columns stand beside it."""

from __future__ import annotations

from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from muster.profiles.picking import compiled
from muster.profiles.values import squeeze


def cell_under(row: LexborNode, heading: str) -> LexborNode | None:
    """Return the cell of a table's row under the first heading that a pattern finds, or None for no such heading.

    The headings are the first row of the table that has `th` cells; a cell is as many columns as its `colspan` says.

    >>> from selectolax.lexbor import LexborHTMLParser
    >>> table = "<table><tr><th colspan=2>Lamp<th>Price<tr><td>L1<td>brass<td>USD 5</table>"
    >>> cell_under(LexborHTMLParser(table).css("tr")[1], "^Price$").text()
    'USD 5'
    """
    table = row.parent
    while table is not None and table.tag != "table":
        table = table.parent
    heads = next((tr for tr in _rows(table) if any(cell.tag == "th" for cell in tr.iter())), None) if table else None
    if heads is None or heads.mem_id == row.mem_id:
        return None
    wanted = compiled(heading)
    column = next((at for at, cell in _cells(heads) if wanted.search(squeeze(cell.text(deep=True)))), None)
    if column is None:
        return None
    return next((cell for at, cell in _cells(row) if at <= column < at + _columns(cell)), None)


def _rows(table: LexborNode) -> Iterator[LexborNode]:
    """Yield the rows of a table, not those of tables inside it."""
    for part in table.iter():
        if part.tag == "tr":
            yield part
        elif part.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in part.iter() if row.tag == "tr")


def _cells(row: LexborNode) -> Iterator[tuple[int, LexborNode]]:
    at = 0
    for cell in row.iter():
        if cell.tag in ("td", "th"):
            yield at, cell
            at += _columns(cell)


def _columns(cell: LexborNode) -> int:
    said = cell.attributes.get("colspan") or "1"
    return max(1, int(said)) if said.isascii() and said.isdigit() and len(said) < 4 else 1
