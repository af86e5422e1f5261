"""Fold text for matching and keep the way back: every token knows the code points it was read from.

Folded text is lower-case ASCII. Marks and zero-width characters vanish, other scripts are transliterated, look-alike
letters inside a Latin word become the letter they imitate, and every other sign becomes `NOISE`, which parts tokens.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from anyascii import anyascii

NOISE = "\x7f"
"""Stands for a sign that is neither letter, digit, ASCII nor space: emoji, U+FFFD, ornaments."""

_TOKEN = re.compile(r"[a-z]+|[0-9]+")
_WORD = re.compile(r"\w+")
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


@dataclass(frozen=True, slots=True)
class Token:
    """A run of letters or of digits: its folded text, and its place in the folded string."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text.

    folded: the folded string. origin: for each of its characters the code point of the original that it came
        from, None where the two run in step. tokens: in order. line: the tokens, one space between and around.
    """

    original: str
    folded: str
    origin: tuple[int, ...] | None
    tokens: tuple[Token, ...]
    line: str
    at: dict[int, int] = field(repr=False)  # position of a space in `line` → index of the token after it

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return start and end, in code points of the original, of the tokens from `first` to `last` inclusive."""
        return self.place(self.tokens[first].start, self.tokens[last].end)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return start and end, in code points of the original, of a stretch of the folded string."""
        if self.origin is None:
            return start, end
        return self.origin[start], self.origin[end - 1] + 1


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
        return build(text, head.lower(), None)
    pieces: list[str] = []
    origin: list[int] = []
    last = 0
    for run in _WORD.finditer(head):
        _add(head, last, run.start(), False, pieces, origin)
        letters = run.group()
        _add(head, run.start(), run.end(), _has_latin(letters), pieces, origin)
        last = run.end()
    _add(head, last, len(head), False, pieces, origin)
    return build(text, "".join(pieces), tuple(origin))


def build(original: str, folded: str, origin: tuple[int, ...] | None) -> Folded:
    """Cut a folded string into tokens and lay them out as a line."""
    return with_tokens(
        original, folded, origin, tuple(Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(folded))
    )


def with_tokens(original: str, folded: str, origin: tuple[int, ...] | None, tokens: tuple[Token, ...]) -> Folded:
    """Return the folded text that has these tokens."""
    at: dict[int, int] = {}
    position = 0
    for index, token in enumerate(tokens):
        at[position] = index
        position += len(token.text) + 1
    at[position] = len(tokens)
    line = " " + " ".join([token.text for token in tokens]) + " " if tokens else " "
    return Folded(original, folded, origin, tokens, line, at)


@lru_cache(maxsize=65536)
def key(alias: str) -> str:
    """Return an alias as it would stand in a line, without the spaces around.

    >>> key("Smith & Wesson"), key("AK-47"), key("7,62x39mm")
    ('smith wesson', 'ak 47', '7 62 x 39 mm')
    """
    return fold(alias).line.strip()


def _add(text: str, start: int, end: int, latin: bool, pieces: list[str], origin: list[int]) -> None:
    for index in range(start, end):
        piece = _piece(text[index], latin)
        pieces.append(piece)
        origin.extend([index] * len(piece))


def _has_latin(run: str) -> bool:
    return any("a" <= char <= "z" or "A" <= char <= "Z" for char in run)


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
