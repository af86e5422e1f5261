"""Interviews: which paragraphs ask, which answer, and whose words the answers are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from muster.claims.languages import Rules
from muster.claims.names import names_in
from muster.claims.sentences import Span, sentences

QUESTIONS = 3
"""From so many short paragraphs that ask something, a text is an interview; two where paragraphs open with a dash."""

LONGEST_QUESTION = 250
"""Longest paragraph that is taken for a question, in characters."""

_DASHES = frozenset("-–—")


@dataclass(frozen=True, slots=True)
class Interview:
    """What an interview is made of. asks, answers: numbers of paragraphs; guest: who answers, or ""."""

    asks: frozenset[int] = field(default_factory=frozenset)
    answers: frozenset[int] = field(default_factory=frozenset)
    guest: str = ""


def interview(text: str, parts: Sequence[Span], lang: Rules) -> Interview:
    """Return the parts of an interview; none for any other text.

    >>> from muster.claims.languages import rules
    >>> from muster.claims.sentences import paragraphs
    >>> text = "Interview with Ada Lumley\\n- Is it true?\\n- No.\\n- Why not?\\n- It is made up.\\n"
    >>> interview(text, list(paragraphs(text)), rules("en")).guest
    'Ada Lumley'
    """
    lines = [text[part.start : part.end] for part in parts[:400]]
    dashed = [n for n, line in enumerate(lines) if line[:1] in _DASHES]
    asking = [n for n, line in enumerate(lines) if len(line) < LONGEST_QUESTION and line.rstrip(' "»”').endswith("?")]
    if len([n for n in asking if n in set(dashed)]) >= 2 and len(dashed) >= 4:
        asks, answers = _turns(dashed, set(asking))
    elif len(asking) >= QUESTIONS:
        asks = set(asking)
        answers = {
            n for n in range(asking[0], len(lines)) if n not in asks and n - max(q for q in asking if q < n) <= 4
        }
    else:
        return Interview()
    return Interview(frozenset(asks), frozenset(answers), _guest(text, parts[: min(asks)], lang))


def _nominative(name: str, lang: Rules) -> str:
    """Return a name as it is in the nominative; "with" makes it instrumental in Slavic languages."""
    for ending, own in (lang.data.get("instrumental") or {}).items():
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return str(name.removesuffix(ending) + (own or ""))
    return name


def _turns(dashed: Sequence[int], asking: set[int]) -> tuple[set[int], set[int]]:
    """Return who asks and who answers where each turn opens with a dash: in turns, and every question asks."""
    asks, answers = set[int](), set[int]()
    turn = True
    for n in dashed:
        turn = n in asking or turn
        (asks if turn else answers).add(n)
        turn = not turn
    return asks, answers


def _guest(text: str, head: Sequence[Span], lang: Rules) -> str:
    """Return the person named at the head: whoever the interview is said to be with, else the first who did not ask."""
    first = ""
    for part in head:
        for sentence in sentences(text, part, lang.data["abbreviations"]):
            words = lang.lexicon.read(text, sentence.start, sentence.end)
            person, _ = names_in(words, 0, len(words), lang)
            if person and words.any("interview_with"):
                return " ".join(_nominative(name, lang) for name in person.split())
            if person and not first and not words.any("recorded_by"):
                first = person
    return first
