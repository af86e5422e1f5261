"""Where a field's text stands in the bytes of its capture.

The parser of pages gives no positions, so each piece of text is looked for in the bytes, from its row's beginning on:
as it is, or as HTML escapes it. A piece that is not found gives no span rather than a wrong one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate, groupby

Span = tuple[int, int]

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_QUOTES = (
    str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#039;"}),
    str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}),
    str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\xa0": "&nbsp;"}),
)
_ESCAPED = re.compile("[&<>\"'\xa0\n]")
_LOOSE = {"&": "&(?:amp;|#38;)?", "<": "(?:&lt;|<)", ">": "(?:&gt;|>)", '"': '(?:&quot;|&#34;|")',
          "'": "(?:&#0?39;|&apos;|')", "\xa0": "(?:&nbsp;|&#160;|\xa0)"}  # fmt: skip


def _is_space(sign: str) -> bool:
    return sign.isspace() and sign not in _LOOSE


LONGEST = 4000
"""Code points of a piece that is also tried with every escape loose; longer ones have been found or are not."""


Holes = tuple[tuple[int, int], ...]
"""Where something was cut out of a page: the place in what is left, and how many bytes."""

_BASE64 = b";base64,"
_ENDS = (b'"', b"'", b")", b"<", b">", b" ", b"\n")
"""What ends a data address, wherever it stands."""

SMALL = 1000
"""Bytes of a picture that is not worth cutting out."""

NEAR = 1 << 15
"""Bytes after a row's beginning that are searched first: rows are seldom longer."""


BESIDE = 1 << 13
"""Bytes behind the last find that are searched first on a page of one row: its fields stand together."""


@dataclass(slots=True)
class Finder:
    """Finds pieces of text in bytes.

    body: the page's bytes, pictures cut out. charset: in which they are written. holes: where they were.
    row: where the present row begins: all its pieces are looked for from there, in whatever order the fields are
        declared. reached: the end of the last byte found.
    alone: the page is one row, so what follows closely is not another row's.
    """

    body: bytes
    charset: str = "utf-8"
    holes: Holes = ()
    row: int = 0
    reached: int = 0
    alone: bool = False
    _starts: tuple[int, ...] = field(init=False)
    _cut: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._starts = tuple(start for start, _ in self.holes)
        self._cut = (0, *accumulate(length for _, length in self.holes))

    def next_row(self) -> None:
        """Go on to the next row of the page: it begins behind all that was found."""
        self.row = max(self.row, self.reached)

    def find(self, piece: str) -> Span | None:
        """Return the bytes of a piece, the first from the row's beginning on."""
        begin, near = (self.reached, BESIDE) if self.alone else (self.row, NEAR)
        if self.charset == "utf-8":  # most pieces stand near, and as they are
            wanted = piece.encode(errors="surrogatepass")
            start = self.body.find(wanted, begin, begin + near)
            if start >= 0:
                return self._found(start, start + len(wanted))
        spelt = self._spelt(piece)
        windows = [(self.row, self.row + NEAR), (self.row, len(self.body))]
        if self.alone:
            windows.insert(0, (begin, begin + near))
        for begin, end in windows:
            for wanted in spelt:
                start = self.body.find(wanted, begin, end)
                if start >= 0:
                    return self._found(start, start + len(wanted))
            if end >= len(self.body):
                break
        return self._loose(piece) if len(piece) <= LONGEST else None

    def _spelt(self, piece: str) -> list[bytes]:
        if piece.isascii() and not _ESCAPED.search(piece):
            return [piece.encode()]  # a charset that spells them otherwise is tried loosely
        texts = [piece]
        if _ESCAPED.search(piece):
            texts += [piece.translate(_ESCAPES), *(piece.translate(table) for table in _QUOTES)]
            if "\n" in piece:
                texts += [text.replace("\n", "\r\n") for text in texts]
        try:
            return [text.encode(self.charset) for text in dict.fromkeys(texts)]
        except UnicodeEncodeError:
            return []

    def _loose(self, piece: str) -> Span | None:
        try:
            if "a&;".encode(self.charset) != b"a&;":
                return None  # escapes and spaces are written otherwise: what would be looked for is no such pattern
            parts = [self._run(space, "".join(run)) for space, run in groupby(piece, _is_space)]
            match = re.compile(b"".join(parts)).search(self.body, self.row)
        except UnicodeEncodeError:
            return None
        return self._found(match.start(), match.end()) if match else None

    def _run(self, space: bool, run: str) -> bytes:
        """Return the pattern of a run of spaces, or of other signs; spaces, once met, are not given back.

        A pattern for each space of a run would try every way of sharing the page's spaces out among them: no end.
        """
        if space:
            return rb"\s{%d,}+" % len(run)
        return b"".join(
            _LOOSE[c].encode(self.charset) if c in _LOOSE else re.escape(c.encode(self.charset)) for c in run
        )

    def _found(self, start: int, end: int) -> Span:
        if end > self.reached:
            self.reached = end
        if not self.holes:
            return start, end
        return self._origin(start), self._origin(end)

    def _origin(self, place: int) -> int:
        """Return where a byte of the shortened page stands in the capture."""
        return place + self._cut[bisect_right(self._starts, place)]


def without_pictures(body: bytes) -> tuple[bytes, Holes]:
    """Return a page's bytes without the pictures inside it, and where those were.

    Pictures as data addresses are most of some pages, hold no text, and cost the parser and every search their length.
    A mark, `#` and the number of the hole, stays in the place of each, so that who wants a picture finds its bytes.

    >>> page = b'<img src="data:image/png;base64,' + b"A" * 2000 + b'"><p>lamp'
    >>> short, holes = without_pictures(page)
    >>> short, holes
    (b'<img src="data:image/png;base64,#0"><p>lamp', ((34, 1998),))
    """
    kept, holes, at, length = list[bytes](), list[tuple[int, int]](), 0, 0
    start = body.find(_BASE64)
    while start >= 0:
        start += len(_BASE64)
        end = len(body)
        for stop in _ENDS:
            found = body.find(stop, start, end)
            end = found if found >= 0 else end
        if end - start >= SMALL:
            mark = b"#%d" % len(holes)
            kept += [body[at:start], mark]
            length += start - at + len(mark)
            holes.append((length, end - start - len(mark)))
            at = end
        start = body.find(_BASE64, end)
    return (b"".join((*kept, body[at:])), tuple(holes)) if holes else (body, ())
