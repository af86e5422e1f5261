"""Compare a quotation with the text it is said to come from, word by word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

SIMILAR = 0.6
"""Below this share of common words (twice the common words by all words) the text is not the source."""

_WORD = re.compile(r"\[[^\[\]]{0,100}\]|[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class QuoteCheck:
    """Whether a text has the words of a quotation, what differs, and how alike they are (0 to 1)."""

    result: Literal["faithful", "altered", "not found"]
    says: str
    ratio: float


def compare_quote(quote: str, reference: str) -> QuoteCheck:
    """Compare a quotation with the most similar passage of a text; case and punctuation do not count.

    >>> compare_quote("We have found evidence.", "It said: We have found no evidence. Nothing.").says
    'leaves out “no”'
    """
    asked, held = _WORD.findall(quote), _WORD.findall(reference)
    if not asked or not held:
        return QuoteCheck("not found", "no words to compare", 0.0)
    left, right = [_key(word) for word in asked], [_key(word) for word in held]
    start, end = _window(left, right)
    matcher = SequenceMatcher(None, left, right[start:end], autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    if not blocks:
        return QuoteCheck("not found", "no passage is alike", 0.0)
    first = max(0, blocks[0].b - blocks[0].a)
    behind = len(left) - blocks[-1].a - blocks[-1].size
    last = min(end - start, blocks[-1].b + blocks[-1].size + behind)
    passage = right[start + first : start + last]
    matcher = SequenceMatcher(None, left, passage, autojunk=False)
    ratio = round(matcher.ratio(), 4)
    if ratio < SIMILAR:
        return QuoteCheck("not found", "no passage is alike", ratio)
    says = "; ".join(_differences(matcher, asked, held[start + first : start + last]))
    return QuoteCheck("altered" if says else "faithful", says or "has the same words", ratio)


def _key(word: str) -> str:
    return word.casefold().replace("’", "'")


def _window(left: Sequence[str], right: Sequence[str]) -> tuple[int, int]:
    """Return the stretch of the text that shares most words with the quotation, with room at both ends."""
    size = min(len(right), len(left))
    wanted = Counter(left)
    held: Counter[str] = Counter()
    shared = best = at = 0
    for index, word in enumerate(right):
        held[word] += 1
        shared += held[word] <= wanted[word]
        if index >= size:
            gone = right[index - size]
            shared -= held[gone] <= wanted[gone]
            held[gone] -= 1
        if shared > best:
            best, at = shared, index
    room = max(5, size // 2)
    return max(0, at - size + 1 - room), min(len(right), at + 1 + room)


def _differences(matcher: SequenceMatcher[str], asked: Sequence[str], held: Sequence[str]) -> list[str]:
    found = []
    for change, a, b, c, d in matcher.get_opcodes():
        ours, theirs = " ".join(asked[a:b]), " ".join(held[c:d])
        if change == "replace":
            bracketed = ours.startswith("[")
            found.append(f"“{ours}” stands for “{theirs}”" if bracketed else f"“{ours}” instead of “{theirs}”")
        elif change == "insert":
            found.append(f"leaves out “{theirs}”")
        elif change == "delete":
            found.append(f"adds “{ours}”")
    return found
