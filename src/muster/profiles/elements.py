"""The elements that selectors name in each of a page's rows, looked for once a page and not once a row.

Asking costs more than looking: a selector is read anew each time that it is asked for. So on a page of many rows it is
asked of the whole page, and what it names is told apart by the row around it. What comes out is the same, as selectors
look at what stands around a row, too (`form a` names a link of a row that stands in a form).
"""

from __future__ import annotations

from collections.abc import Sequence

from selectolax.lexbor import LexborNode

from muster.profiles.heads import cell_under

FEW = 6
"""Rows up to which each is asked by itself."""

ELEMENTS_A_ROW = 100
"""Elements of a page, for each of its rows, beyond which each row is asked by itself: to look at so many elements takes
as long as to read a selector."""

MOST_BEFORE = 500
"""Elements and texts before a row that are looked at for what it stands under."""

_OUTSIDE = -1


def once(nodes: list[LexborNode], css: str) -> list[LexborNode]:
    """Return what a selector names, each element once: one that several selectors of a list fit is named by each.

    >>> from selectolax.lexbor import LexborHTMLParser
    >>> root = LexborHTMLParser("<ul><li class=a>1</li><li>2</li></ul>").body
    >>> [found.text() for found in once(root.css("li.a, ul li"), "li.a, ul li")]
    ['1', '2']
    """
    return list({node.mem_id: node for node in nodes}.values()) if "," in css else nodes


def before(node: LexborNode, css: str) -> LexborNode | None:
    """Return the last element that begins before one, in the order of the page, and that a selector names; or None.

    >>> from selectolax.lexbor import LexborHTMLParser
    >>> page = LexborHTMLParser("<h4>Light</h4><p><a>Lamps</a></p><h4>Rope</h4><p><a>Twine</a></p>")
    >>> [before(link, "h4").text() for link in page.css("a")]
    ['Light', 'Rope']
    """
    at: LexborNode | None = node
    left = MOST_BEFORE
    while at is not None:
        other = at.prev
        while other is not None and left:
            left -= 1
            found = other.css(css) if other.is_element_node else []  # itself, or what is inside it
            if found:
                return found[-1]
            other = other.prev
        at = at.parent
    return None


class Elements:
    """The elements inside each of some elements of a page: its rows.

    root: what holds them all. size: about how many elements the page has. css: the selector that names the rows.

    >>> from selectolax.lexbor import LexborHTMLParser
    >>> root = LexborHTMLParser("<p><b>1</b><b>2</b></p><p>").body
    >>> rows = Elements(root, root.css("p"))
    >>> [found.text() if found else None for found in rows.first("b")], [len(found) for found in rows.every("b")]
    (['1', None], [2, 0])
    """

    def __init__(self, root: LexborNode, rows: Sequence[LexborNode], size: int = 0, css: str = "") -> None:
        self._root, self.rows, self._size, self._css = root, rows, size, css
        self._firsts: dict[str, list[LexborNode | None]] = {}
        self._befores: dict[str, list[LexborNode | None]] = {}
        self._homes: dict[int, int] | None = None  # element → the number of the row that it stands in
        if len(rows) > FEW and size <= ELEMENTS_A_ROW * len(rows):
            self._homes = self._apart()

    def first(self, css: str) -> list[LexborNode | None]:
        """Return the first element that a selector names in each row."""
        found = self._firsts.get(css)
        if found is None:
            if self._homes is None:
                found = [row.css_first(css) for row in self.rows]
            else:
                found = [None] * len(self.rows)
                nodes = self._root.css(css)
                for row, node in zip(_homes_of(nodes, self._homes), nodes, strict=True):
                    if row != _OUTSIDE and found[row] is None:
                        found[row] = node
            self._firsts[css] = found
        return found

    def every(self, css: str) -> list[list[LexborNode]]:
        """Return all elements that a selector names in each row, in the order of the page."""
        if self._homes is None:
            return [once(row.css(css), css) for row in self.rows]
        found: list[list[LexborNode]] = [[] for _ in self.rows]
        nodes = once(self._root.css(css), css)
        for row, node in zip(_homes_of(nodes, self._homes), nodes, strict=True):
            if row != _OUTSIDE:
                found[row].append(node)
        return found

    def before(self, css: str) -> list[LexborNode | None]:
        """Return, for each row, the last element before it that a selector names: see `before` above.

        >>> from selectolax.lexbor import LexborHTMLParser
        >>> root = LexborHTMLParser("<h4>Light</h4>" + "<a>Lamp</a>" * 7 + "<h4>Rope</h4><a>Twine</a>").body
        >>> [found.text() for found in Elements(root, root.css("a"), css="a").before("h4")[5:]]
        ['Light', 'Light', 'Rope']
        """
        found = self._befores.get(css)
        if found is None:
            asked = not self._css or len(self.rows) <= FEW
            found = [before(row, css) for row in self.rows] if asked else self._passed(css)
            self._befores[css] = found
        return found

    def _passed(self, css: str) -> list[LexborNode | None]:
        """Go over rows and what they may stand under once, in the order of the page."""
        named = {node.mem_id for node in self._root.css(css)}
        both, last = f"{css}, {self._css}", None
        found: dict[int, LexborNode | None] = {}
        for node in once(self._root.css(both), both):
            inside = last is not None and _stands_in(node, last)  # what is around a row is not before it
            found[node.mem_id] = before(node, css) if inside else last
            if node.mem_id in named:
                last = node
        return [found[row.mem_id] for row in self.rows]

    def around(self, css: str) -> tuple[Elements, list[int | None]]:
        """Return the nearest elements around the rows that a selector names, and which of them is around each row."""
        named = {node.mem_id for node in self._root.css(css)}
        numbers: dict[int, int] = {}
        found: list[LexborNode] = []
        of_rows: list[int | None] = []
        for row in self.rows:
            above = row.parent
            while above is not None and above.mem_id not in named:
                above = above.parent
            if above is not None and above.mem_id not in numbers:
                numbers[above.mem_id] = len(found)
                found.append(above)
            of_rows.append(numbers[above.mem_id] if above is not None else None)
        return Elements(self._root, found, self._size), of_rows

    def cells(self, heading: str) -> tuple[Elements, list[int | None]]:
        """Return the cells of the rows under a heading of their table, and which of them is each row's."""
        found: list[LexborNode] = []
        of_rows: list[int | None] = []
        for row in self.rows:
            cell = cell_under(row, heading)
            of_rows.append(len(found) if cell is not None else None)
            found += [cell] if cell is not None else []
        return Elements(self._root, found, self._size), of_rows

    def _apart(self) -> dict[int, int] | None:
        """Return the number of each row by its element; None where a row stands inside another, or comes twice."""
        homes = {row.mem_id: number for number, row in enumerate(self.rows)}
        if len(homes) < len(self.rows):
            return None
        homes.setdefault(self._root.mem_id, _OUTSIDE)
        for row in self.rows:
            around = row.parent
            if around is not None and row.mem_id != self._root.mem_id and _homes_of([around], homes) != [_OUTSIDE]:
                return None
        return homes


def _stands_in(node: LexborNode, other: LexborNode) -> bool:
    around = node.parent
    while around is not None and around.mem_id != other.mem_id:
        around = around.parent
    return around is not None


def _homes_of(nodes: Sequence[LexborNode], homes: dict[int, int]) -> list[int]:
    """Return the number of the row that each element stands in; it is kept for all elements around it."""
    found = []
    for node in nodes:
        passed: list[int] = []
        row, above = homes.get(node.mem_id), node.parent
        while row is None:
            if above is None:
                row = _OUTSIDE
                break
            name = above.mem_id
            row = homes.get(name)
            if row is None:
                passed.append(name)
                above = above.parent
        for name in passed:
            homes[name] = row
        found.append(row)
    return found
