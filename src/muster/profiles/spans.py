"""Where a field's text stands in the bytes of its capture.

The parser of pages gives no positions, so each piece of text is looked for in the bytes, from a cursor onwards that
follows the page: as it is, or as HTML escapes it. A piece that is not found gives no span rather than a wrong one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

Span = tuple[int, int]

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_QUOTES = (
    str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#039;"}),
    str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}),
    str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\xa0": "&nbsp;"}),
)
_LOOSE = {"&": "&(?:amp;|#38;)?", "<": "(?:&lt;|<)", ">": "(?:&gt;|>)", '"': '(?:&quot;|&#34;|")',
          "'": "(?:&#0?39;|&apos;|')", "\xa0": "(?:&nbsp;|&#160;|\xa0)"}  # fmt: skip
LONGEST = 4000
"""Code points of a piece that is also tried with every escape loose; longer ones have been found or are not."""


@dataclass(slots=True)
class Finder:
    """Finds pieces of text in bytes, in the order of the page.

    body: the capture's bytes. charset: in which they are written.
    """

    body: bytes
    charset: str = "utf-8"
    cursor: int = 0

    def find(self, piece: str) -> Span | None:
        """Return the bytes of a piece, at the cursor or after it, and move the cursor behind it."""
        for text in self._spelt(piece):
            span = self._at(text)
            if span is not None:
                return span
        if len(piece) <= LONGEST:
            return self._loose(piece)
        return None

    def _spelt(self, piece: str) -> list[str]:
        if not any(c in piece for c in "&<>\"'\xa0\n"):
            return [piece]
        found = [piece, piece.translate(_ESCAPES), *(piece.translate(table) for table in _QUOTES)]
        if "\n" in piece:
            found += [text.replace("\n", "\r\n") for text in found]
        return list(dict.fromkeys(found))

    def _at(self, text: str) -> Span | None:
        try:
            wanted = text.encode(self.charset)
        except UnicodeEncodeError:
            return None
        start = self.body.find(wanted, self.cursor)
        if start < 0:
            return None
        self.cursor = start + len(wanted)
        return start, self.cursor

    def _loose(self, piece: str) -> Span | None:
        pattern = "".join(_LOOSE.get(c) or (r"\s+" if c.isspace() else re.escape(c)) for c in piece)
        try:
            match = re.compile(pattern.encode(self.charset)).search(self.body, self.cursor)
        except UnicodeEncodeError:
            return None
        if match is None:
            return None
        self.cursor = match.end()
        return match.start(), match.end()
