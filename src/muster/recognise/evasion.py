"""Read words that were spelt to slip past a filter: GL0CK, GLO*CK, G L O C K, a sign in place of a letter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from muster.recognise.fold import Folded, Token

_SUSPECT = re.compile(r"[a-z0-9][@$!|\x7f*._'`^~#+=0-9-]{1,3}[a-z]|[@$!][a-z]{2}")
_CHUNK = re.compile(r"[^\s,;:/()\[\]{}<>\"]{4,40}")
_SPACED = re.compile(r"(?<![a-z0-9])[a-z0-9](?:[ ._-][a-z0-9]){3,14}(?![a-z0-9])")
_LEET = str.maketrans("013457@$!|", "oieastasil")
_LEET_L = str.maketrans("013457@$!|", "oleastasll")
_ORDINARY = frozenset("-.'`+=")
"""Signs that stand between letters for their own sake, and mask none."""
_BODY = re.compile(r"[a-z0-9@$!|]")
_SIGN = re.compile(r"[^a-z0-9\s]")
MIN_LENGTH = 4
"""Shorter words are met by chance among signs and figures too often."""


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """The words worth recovering, and each with one letter masked."""

    words: frozenset[str]
    masked: dict[str, str]


def vocabulary(words: Iterable[str]) -> Vocabulary:
    """Return the vocabulary of single words; those under five letters are never recovered through a mask.

    >>> vocabulary(["glock"]).masked["gl?ck"]
    'glock'
    """
    found = frozenset(word for word in words if len(word) >= MIN_LENGTH and word.isalpha())
    masked = {
        f"{word[:index]}?{word[index + 1 :]}": word
        for word in sorted(found)
        if len(word) > MIN_LENGTH
        for index in range(1, len(word) - 1)
    }
    return Vocabulary(found, masked)


def recover(text: Folded, known: Vocabulary) -> Folded:
    """Return the text with each disguised word of the vocabulary as one token; the same object where there is none.

    >>> from muster.recognise.fold import fold
    >>> [recover(fold(t), vocabulary(["glock"])).line for t in ("GL0CK 19", "G-L-O-C-K", "gl*ck", "glo*ck19")]
    [' glock 19 ', ' glock ', ' glock ', ' glock 19 ']
    """
    found: list[Token] = []
    if _SUSPECT.search(text.folded) and any(_in_chunk(chunk, known) for chunk in _CHUNK.findall(text.folded)):
        for chunk in _CHUNK.finditer(text.folded):
            word, offset = _in_chunk(chunk.group(), known), chunk.start()
            if word is not None:
                found.append(Token(word.text, offset + word.start, offset + word.end))
    taken = {place for word in found for place in range(word.start, word.end)}
    for spaced in _SPACED.finditer(text.folded):
        if spaced.start() in taken:
            continue
        letters = _SIGN.sub("", spaced.group()).replace(" ", "")
        if letters.isalpha() and letters in known.words:
            found.append(Token(letters, spaced.start(), spaced.end()))
    return _replaced(text, found) if found else text


@lru_cache(maxsize=16384)
def _in_chunk(chunk: str, known: Vocabulary) -> Token | None:
    """Return the disguised word of a chunk, with its place there."""
    if _SUSPECT.search(chunk) is None:
        return None
    begin = next((i for i, char in enumerate(chunk) if _BODY.match(char)), len(chunk))
    body: list[str] = []
    signs: list[str] = []
    best: Token | None = None
    for index in range(begin, len(chunk)):
        char = chunk[index]
        if _BODY.match(char):
            body.append(char)
        elif not body or body[-1] != "?":  # several signs in a row stand for one damaged letter
            signs.append(char)
            body.append("?")
        if len(body) < MIN_LENGTH or char == "?" or _continues(chunk, index):
            continue
        word = _known("".join(body), "".join(signs), known)
        plain = chunk[begin : index + 1]
        if word and plain != word:
            best = Token(word, begin, index + 1)
    return best


def _continues(chunk: str, index: int) -> bool:
    """Whether a letter follows at once, so that the word cannot end here."""
    return index + 1 < len(chunk) and chunk[index + 1].isalpha() and chunk[index].isalpha()


def _known(body: str, signs: str, known: Vocabulary) -> str:
    letters = body.replace("?", "")
    if sum(char.isalpha() for char in letters) < 2:
        return ""
    for table in (_LEET, _LEET_L):
        word = letters.translate(table)
        if word in known.words and not body.endswith("?"):
            return word
    return known.masked.get(body, "") if len(signs) == 1 and signs not in _ORDINARY else ""


def _replaced(text: Folded, words: list[Token]) -> Folded:
    words = sorted(words, key=lambda word: word.start)
    tokens = [
        token for token in text.tokens if not any(word.start < token.end and token.start < word.end for word in words)
    ]
    merged = tuple(sorted([*tokens, *words], key=lambda token: token.start))
    return Folded(text.original, text.folded, text.origin, merged)
