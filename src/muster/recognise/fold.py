"""Fold text for matching and keep the way back: every token knows the code points it was read from.

Folded text is lower-case ASCII. Marks and zero-width characters vanish, other scripts are transliterated, look-alike
letters inside a Latin word become the letter they imitate, and every other sign becomes `NOISE`, which parts tokens.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import msgspec
from anyascii import anyascii

from muster.recognise.mojibake import mend

NOISE = "\x7f"
"""Stands for a sign that is neither letter, digit, ASCII nor space: emoji, U+FFFD, ornaments."""

_TOKEN = re.compile(r"[a-z]+|[0-9]+")
_FOREIGN = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z0-9_]*+[^\W\x00-\x7f]\w*|[^\w\x00-\x7f]+")
"""A word with a letter or digit outside ASCII in it, or other signs outside ASCII."""
LONGEST_KEPT = 40
"""Code points of a run whose folded form is kept for the next time it comes."""
_REDACTED = re.compile(r"‹[^‹›]{0,80}›")
"""What stands for a contact that was taken out; nothing is read in it."""
_IMITATED = dict(
    zip(
        "авеікмнорстухјѕԁԛԝһӏαβεικνορτυχγω",
        "abeikmhopctyxjsdqwhlabeikvoptuxyw",
        strict=True,
    )
)
"""Cyrillic and Greek letters that imitate a Latin one (after the Unicode confusables table, lower case)."""


class Token(msgspec.Struct, frozen=True, gc=False):
    """A run of letters or of digits: its folded text, and its place in the folded string."""

    text: str
    start: int
    end: int


class Folded:
    """A folded text.

    folded: the folded string. origin: for each of its characters the code point of the original that it came
        from, None where the two run in step. ends: the code point after the last of each, None where each came of one.
        words: the texts of the tokens, in order. line: the words, one space
        between and around. tokens: the words with their places; they are cut when they are first asked for.
    """

    __slots__ = ("_tokens", "ends", "folded", "line", "origin", "original", "words")

    def __init__(
        self,
        original: str,
        folded: str,
        origin: Sequence[int] | None,
        tokens: tuple[Token, ...] | None = None,
        ends: Sequence[int] | None = None,
    ) -> None:
        self.original = original
        self.folded = folded
        self.origin = origin
        self.ends = ends
        self.words: list[str] = _TOKEN.findall(folded) if tokens is None else [token.text for token in tokens]
        self.line = " " + " ".join(self.words) + " " if self.words else " "
        self._tokens = tokens

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The words with their places, in order."""
        if self._tokens is None:
            self._tokens = tuple([Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(self.folded)])
        return self._tokens

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return start and end, in code points of the original, of the tokens from `first` to `last` inclusive."""
        return self.place(self.tokens[first].start, self.tokens[last].end)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return start and end, in code points of the original, of a stretch of the folded string."""
        if self.origin is None:
            return start, end
        return self.origin[start], self.origin[end - 1] + 1 if self.ends is None else self.ends[end - 1]


_TIMES = re.compile(r"(?<=\d)[хХ](?=\d)")
"""The Cyrillic letter kha between digits, as in a calibre: it stands for the sign of multiplication."""


def fold(text: str, limit: int = 4000) -> Folded:
    """Fold the first `limit` code points of a text; tokens of redacted contacts are blank.

    >>> found = fold("Gl\\u043eck\\u200b-19 \\N{PISTOL}")
    >>> found.line, found.span(0, 1)
    (' glock 19 ', (0, 9))
    """
    head = text[:limit]
    if "‹" in head:
        head = _REDACTED.sub(lambda match: " " * len(match.group()), head)
    if head.isascii():
        return Folded(text, head.lower(), None)
    head = _TIMES.sub("x", head)
    mended = mend(head)
    folded, origin = _folded(head if mended is None else mended.text)
    if mended is None:
        return Folded(text, folded, origin)
    starts, ends = [mended.starts[place] for place in origin], [mended.ends[place] for place in origin]
    return Folded(text, folded, starts, ends=ends)


def _folded(head: str) -> tuple[str, list[int]]:
    """Return a folded text, and for each of its characters the code point that it came from."""
    pieces: list[str] = []
    origin: list[int] = []
    last = 0
    for match in _FOREIGN.finditer(head):
        start, end = match.span()
        pieces.append(head[last:start].lower())
        origin.extend(range(last, start))
        run = match.group()
        piece, places = _run(run) if end - start > LONGEST_KEPT else _known_run(run)
        pieces.append(piece)
        origin.extend(range(start, end) if places is None else [start + place for place in places])
        last = end
    pieces.append(head[last:].lower())
    origin.extend(range(last, len(head)))
    return "".join(pieces), origin


@lru_cache(maxsize=65536)
def key(alias: str) -> str:
    """Return an alias as it would stand in a line, without the spaces around.

    >>> key("Smith & Wesson"), key("AK-47"), key("7,62x39mm")
    ('smith wesson', 'ak 47', '7 62 x 39 mm')
    """
    return " ".join(_TOKEN.findall(alias.lower())) if alias.isascii() else fold(alias).line.strip()


def _run(run: str) -> tuple[str, tuple[int, ...] | None]:
    """Return the folded form of a run of signs, and for each character the sign it came from; None: in step."""
    latin = any("a" <= char <= "z" or "A" <= char <= "Z" for char in run)
    pieces = [_piece(char, latin) for char in run]
    if all(len(piece) == 1 for piece in pieces):
        return "".join(pieces), None
    return "".join(pieces), tuple([place for place, piece in enumerate(pieces) for _ in piece])


_known_run = lru_cache(maxsize=16384)(_run)


@lru_cache(maxsize=16384)
def _piece(char: str, latin: bool) -> str:
    """Return the folded form of one code point; `latin`: it stands in a word that has Latin letters."""
    if char.isascii():
        return char.lower()
    category = unicodedata.category(char)
    if category in ("Cf", "Mn", "Me", "Cc"):
        return ""
    if category[0] == "Z":
        return " "
    plain = unicodedata.normalize("NFKD", char).lower()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    if category[0] not in "LN" and not plain.isascii():
        return NOISE
    if plain.isascii():
        return plain if plain.isalnum() or category[0] not in "LN" else NOISE
    if plain in _IMITATED and latin:
        return _IMITATED[plain]
    spelt = anyascii(char).lower()
    if latin and "LATIN" not in unicodedata.name(char, ""):
        return NOISE
    return spelt if spelt.isalnum() and spelt.isascii() else NOISE
