"""A stretch of text as words, and a lexicon that finds phrases among them in one pass: no pattern can run away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["word", "number", "date", "mixed", "mark"]

_GLUED = "k|m|mn|bn|tn|mio|mrd|mm|cm|km|kg|g|t|p|euros?|eur|usd|hrs?"
"""What may stand glued behind figures and is a word of its own: "26bn", "30kg"."""

_HEAD = (
    r"(?P<date>\d{4}-\d{2}-\d{2}(?!\d)|\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2})(?![\d.,]\d)|\d{1,2}:\d{2}(?!\d))"
    r"|(?P<number>\d{1,3}(?:(?:[.,'’]|[ \u00a0\u202f\u2009])\d{3}(?!\d)){1,6}(?:[.,]\d{1,9}(?!\d))?"
    r"|\d{1,30}(?:[.,]\d{1,9}(?!\d))?)"
    rf"(?:(?=(?:{_GLUED})(?![^\W_]))|(?![^\W_]))"
)
_ELIDED = r"|(?P<elided>(?:[ldnsjmtc]|qu|jusqu|lorsqu|puisqu|presqu)['’](?=[^\W_]))"
_TAIL = r"|(?P<word>[^\W_]+(?:['’ʼ][^\W_]+)*)|(?P<mark>\S)"
_TOKEN = re.compile(_HEAD + _TAIL, re.IGNORECASE)
_TOKEN_ELIDED = re.compile(_HEAD + _ELIDED + _TAIL, re.IGNORECASE)
_ENGLISH_S = re.compile(r"['’]s$", re.IGNORECASE)


@dataclass(slots=True)
class Match:
    """A phrase of the lexicon: words `first` up to and without `last`, its category and what it stands for."""

    first: int
    last: int
    category: str
    value: Any


@dataclass(slots=True)
class Node:
    """A place in the tree of phrases: what may follow, whole, by its beginning or by its end."""

    exact: dict[str, Node] = field(default_factory=dict)
    starts: dict[str, Node] = field(default_factory=dict)
    ends: dict[str, Node] = field(default_factory=dict)
    found: list[tuple[str, Any]] = field(default_factory=list)


class Lexicon:
    """Phrases by category. A word `weapon*` stands for all that begin so, `*waffe` for all that end so.

    >>> lexicon = Lexicon(elided=False)
    >>> lexicon.add("gun", "hand gun*", 1)
    >>> [(m.first, m.last) for m in lexicon.read("Two hand guns.", 0).matches["gun"]]
    [(1, 3)]
    """

    def __init__(self, *, elided: bool) -> None:
        self.elided = elided
        self.root = Node()
        self._next: dict[str, list[Node]] = {}

    def add(self, category: str, phrase: str, value: Any) -> None:
        """Add a phrase; words are separated by spaces, and small and capital letters are the same."""
        node = self.root
        for piece in phrase.casefold().split():
            head, tail = piece.startswith("*"), piece.endswith("*")
            bare = piece.strip("*")
            keys = [t[2] for t in _tokens(bare, 0, elided=self.elided)]
            if not bare or (self.elided and bare.endswith("'")):
                keys = [bare]
            for at, key in enumerate(keys):
                if tail and at == len(keys) - 1:
                    table = node.starts
                elif head and at == 0:
                    table = node.ends
                else:
                    table = node.exact
                node = table.setdefault(key, Node())
        if node is not self.root:
            node.found.append((category, value))

    def read(self, text: str, start: int, end: int | None = None) -> Words:
        """Return the words of a part of a text with all phrases found; offsets are those of the whole text."""
        tokens = list(_tokens(text[start:end], start, elided=self.elided))
        words = Words(
            [t[0] for t in tokens], [t[1] for t in tokens], [t[2] for t in tokens],
            [text[t[0] : t[1]] for t in tokens], [t[3] for t in tokens], {},
        )  # fmt: skip
        keys = words.keys
        for first in range(len(keys)):
            reached = [(node, first + 1) for node in self._from_root(keys[first])]
            best: dict[str, Match] = {}
            for node, last in reached:  # grows while it is read: a phrase of n words is reached in n steps
                for category, value in node.found:
                    if category not in best or best[category].last < last:
                        best[category] = Match(first, last, category, value)
                if last < len(keys) and (node.exact or node.starts or node.ends):
                    reached.extend((n, last + 1) for n in _follow(node, keys[last]))
            for category, match in best.items():
                row = words.matches.setdefault(category, [])
                if not row or match.first >= row[-1].last:
                    row.append(match)
        return words

    def _from_root(self, key: str) -> list[Node]:
        known = self._next.get(key)
        if known is None:
            if len(self._next) > 50_000:
                self._next.clear()
            known = self._next[key] = _follow(self.root, key)
        return known


@dataclass(slots=True)
class Words:
    """Words of a stretch of text, side by side: offsets, folded forms, the words as written, kinds; and the matches."""

    starts: list[int]
    ends: list[int]
    keys: list[str]
    texts: list[str]
    kinds: list[Kind]
    matches: dict[str, list[Match]]
    begun: dict[str, dict[int, Match]] = field(default_factory=dict)
    ended: dict[str, dict[int, Match]] = field(default_factory=dict)
    numbers: list[Any] | None = None
    dates: list[Any] | None = None

    def __len__(self) -> int:
        return len(self.keys)

    def all(self, category: str, first: int = 0, last: int | None = None) -> list[Match]:
        """Return the phrases of a category that lie within words `first` to `last`."""
        end = len(self.keys) if last is None else last
        return [m for m in self.matches.get(category, ()) if first <= m.first and m.last <= end]

    def any(self, category: str, first: int = 0, last: int | None = None) -> Match | None:
        """Return the first phrase of a category that lies within words `first` to `last`."""
        end = len(self.keys) if last is None else last
        return next((m for m in self.matches.get(category, ()) if first <= m.first and m.last <= end), None)

    def at(self, category: str, first: int) -> Match | None:
        """Return the phrase of a category that begins at a word."""
        begun = self.begun.get(category)
        if begun is None:
            if category not in self.matches:
                return None
            begun = self.begun[category] = {m.first: m for m in self.matches[category]}
        return begun.get(first)

    def ending(self, category: str, last: int) -> Match | None:
        """Return the phrase of a category that ends before the word `last`."""
        ended = self.ended.get(category)
        if ended is None:
            if category not in self.matches:
                return None
            ended = self.ended[category] = {m.last: m for m in self.matches[category]}
        return ended.get(last)

    def glued(self, at: int) -> bool:
        """Say whether a word follows the one before without a space."""
        return 0 < at < len(self.keys) and self.starts[at] == self.ends[at - 1]

    def between(self, start: int, end: int) -> tuple[int, int]:
        """Return which words lie within two offsets of the text."""
        inside = [n for n in range(len(self.keys)) if self.starts[n] >= start and self.ends[n] <= end]
        return (inside[0], inside[-1] + 1) if inside else (0, 0)


def _tokens(text: str, base: int, *, elided: bool) -> Iterator[tuple[int, int, str, Kind]]:
    for match in (_TOKEN_ELIDED if elided else _TOKEN).finditer(text):
        start, end = match.span()
        kind: Any = match.lastgroup
        key = text[start:end].casefold().replace("’", "'").replace("ʼ", "'")
        if kind == "word":
            digits = any(c.isdigit() for c in key)
            kind = "mixed" if digits else "word"
            key = _ENGLISH_S.sub("", key) or key
        yield base + start, base + end, key, "word" if kind == "elided" else kind


def _follow(node: Node, key: str) -> list[Node]:
    found = []
    exact = node.exact.get(key)
    if exact is not None:
        found.append(exact)
    if node.starts:
        found.extend(n for n in (node.starts.get(key[:k]) for k in range(min(len(key), 24), -1, -1)) if n is not None)
    if node.ends:
        found.extend(n for n in (node.ends.get(key[-k:]) for k in range(min(len(key), 24), 1, -1)) if n is not None)
    return found
