"""Texts as words that can be compared: no case, no accents, no hyphens that one table writes and another does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from anyascii import anyascii

_JOIN = re.compile(r"(?<=[a-z])-(?=\d)|(?<=\d)-(?=[a-z0-9])|(?<=\b[a-z])-(?=[a-z])")
_WORD = re.compile(r"[a-z0-9]+(?:[./][a-z0-9]+)*|w/")


@lru_cache(maxsize=131072)
def fold(text: str) -> tuple[str, ...]:
    """Return the words of a text, folded.

    >>> fold("M-777A2  Howitzer"), fold("FGM-148"), fold("9К38 Игла"), fold("anti-tank missile")
    (('m777a2', 'howitzer'), ('fgm148',), ('9k38', 'igla'), ('anti', 'tank', 'missile'))
    """
    ascii_ = text if text.isascii() else anyascii(text)
    return tuple(_WORD.findall(_JOIN.sub("", ascii_.casefold().replace("'", ""))))


def ngrams(words: tuple[str, ...], n: int) -> Iterator[tuple[str, ...]]:
    """Yield every run of `n` words.

    >>> list(ngrams(("a", "b", "c"), 2))
    [('a', 'b'), ('b', 'c')]
    """
    return (words[i : i + n] for i in range(len(words) - n + 1))


def runs(words: tuple[str, ...], most: int) -> frozenset[tuple[str, ...]]:
    """Return every run of up to `most` words.

    >>> sorted(runs(("a", "b"), 6))
    [('a',), ('a', 'b'), ('b',)]
    """
    return frozenset(gram for n in range(1, min(most, len(words)) + 1) for gram in ngrams(words, n))
