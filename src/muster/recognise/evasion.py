"""Read words that were spelt to slip past a filter: GL0CK, GLO*CK, G L O C K, a sign in place of a letter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from muster.recognise.fold import Folded, Token

_SUSPECT = re.compile(r"[a-z0-9][@$!|\x7f*._'`^~#+=?0-9-]{1,3}[a-z]|[@$!][a-z]{2}|(?<![a-z0-9])[0-9][a-z]{4}")
_CHUNK = re.compile(r"[^\s,;:/()\[\]{}<>\"]{4,40}")
_SPACED = re.compile(r"(?<![a-z0-9])[a-z0-9](?:[ ._-][a-z0-9]){3,14}(?![a-z0-9])")
_LEET = str.maketrans("0123456789@$!|", "oizeasgtbgasil")
_LEET_L = str.maketrans("0123456789@$!|", "olzeasbtbgasll")
_ORDINARY = frozenset("-.'`+=")
"""Signs that stand between letters for their own sake, and mask none."""
_BODY = re.compile(r"[a-z0-9@$!|]")
_UNITS = frozenset({"gram", "grams"})
"""What a number before it counts: "4gram" is a dose and not Agram."""
MIN_LENGTH = 4
"""Shorter words are met by chance among signs and figures too often."""


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """The words worth recovering, and each with one letter masked, or two where only one word fits."""

    words: frozenset[str]
    masked: dict[str, str]
    masked_twice: dict[str, str]


def vocabulary(words: Iterable[str]) -> Vocabulary:
    """Return the vocabulary of single words; those under five letters are never recovered through a mask.

    >>> found = vocabulary(["glock", "beretta"])
    >>> found.masked["gl?ck"], found.masked_twice["be?tta"]
    ('glock', 'beretta')
    """
    found = frozenset(word for word in words if len(word) >= MIN_LENGTH and word.isalpha())
    masked: dict[str, str] = {}
    twice: dict[str, set[str]] = {}
    for word in sorted(found):
        for index in range(1, len(word) - 1):
            if len(word) > MIN_LENGTH:
                masked[f"{word[:index]}?{word[index + 1 :]}"] = word
            if len(word) > MIN_LENGTH + 1 and index < len(word) - 2:
                twice.setdefault(f"{word[:index]}?{word[index + 2 :]}", set()).add(word)
    return Vocabulary(found, masked, {mask: min(fit) for mask, fit in twice.items() if len(fit) == 1})


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
        letters = spaced.group()[::2]
        for length in range(len(letters), MIN_LENGTH - 1, -1):  # "g l o c k 1 9" has more than the name
            if letters[:length] in known.words:
                found.append(Token(letters[:length], spaced.start(), spaced.start() + 2 * length - 1))
                break
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
        elif not body or body[-1] != "?":
            signs.append(char)
            body.append("?")
        else:
            signs[-1] += char  # several signs in a row stand for one damaged letter, or for two
        if len(body) < MIN_LENGTH or char == "?" or _continues(chunk, index):
            continue
        word = _known("".join(body), signs, known)
        plain = chunk[begin : index + 1]
        if word and plain != word and plain.lstrip("0123456789") not in _UNITS:
            best = Token(word, begin, index + 1)
    return best


def _continues(chunk: str, index: int) -> bool:
    """Whether a letter follows at once, so that the word cannot end here."""
    return index + 1 < len(chunk) and chunk[index + 1].isalpha() and chunk[index].isalpha()


def _known(body: str, signs: list[str], known: Vocabulary) -> str:
    """Return the word that a disguise stands for, "" for none. signs: the runs of signs, each a "?" of the body."""
    letters = body.replace("?", "")
    if sum(char.isalpha() for char in letters) < 2:
        return ""
    for table in (_LEET, _LEET_L):
        word = letters.translate(table)
        if word in known.words and not body.endswith("?"):
            return word
    if len(signs) != 1 or signs[0][0] in _ORDINARY:
        return ""
    return (known.masked_twice.get(body, "") if len(signs[0]) > 1 else "") or known.masked.get(body, "")


def _replaced(text: Folded, words: list[Token]) -> Folded:
    words = sorted(words, key=lambda word: word.start)
    tokens = [
        token for token in text.tokens if not any(word.start < token.end and token.start < word.end for word in words)
    ]
    merged = tuple(sorted([*tokens, *words], key=lambda token: token.start))
    return Folded(text.original, text.folded, text.origin, merged, text.ends)
