"""Is this object sought? Match, no match, or cannot tell; with the candidates, what differs, and what chance would do.

A *match* needs the whole number, folded at most, a make and a model that were asked for and agree with the alert, and
less than `DOUBTFUL` alerts expected by chance. Anything nearer than nothing is *cannot tell*. *No match* says that the
registers searched hold nothing like it, and no more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from muster.register.alert import Alert, Answer, AnswerWord, Candidate, Lookup, Number
from muster.register.deletions import SHORTEST, Bools
from muster.register.holding import Holding
from muster.register.narrow import contradicts, other_words
from muster.register.number import (
    LONGEST_TEXT,
    Pattern,
    codes,
    differences,
    distance,
    is_pattern,
    pattern,
    query_keys,
    same_writing,
    shown,
    squeeze,
)
from muster.register.partial import FEWEST, rows_matching

DOUBTFUL = 0.05
"""Alerts expected by chance from which on even the whole number is no match: one foreign object in twenty meets one."""

NEAR = 64
"""Entries that one edit may meet; with more they are counted, and the answer asks for make, model, calibre or year.

Nobody compares an object with a hundred alerts, and to fetch and compare them costs more than all the rest.
"""

Now = Callable[[Alert], Alert | None]
"""Gives an alert as it stands on the day asked for, None if it was not there."""

_RANK = {"exact": 0, "folded": 1, "no series": 2, "one edit": 3, "unreadable": 3, "part": 4}


@dataclass
class _Asked:
    """A question on its way to its answer."""

    lookup: Lookup
    keys: tuple[str, ...]
    pattern: Pattern | None
    hits: list[tuple[int, int, int, str]] = field(default_factory=list)  # distance, holding, row, key
    elsewhere: int = 0
    expected: float = 0.0
    expected_edit: float = 0.0
    more: bool = False  # of a number read in part, not all was looked at
    left: int = 0  # alerts about one edit away that were counted and not looked at


def answers(holdings: Sequence[Holding], asked: Sequence[Lookup], now: Now, limit: int = 20) -> list[Answer]:
    """Answer questions put to several holdings, in their order. limit: candidates that an answer shows."""
    questions = [_question(lookup) for lookup in asked]
    for place, holding in enumerate(holdings):
        _search(place, holding, questions)
    searched = _searched(holdings)
    return [_answer(question, holdings, now, limit, searched) for question in questions]


def expected_in_list(given: Sequence[Answer]) -> float:
    """Return how many of a list's questions would meet an alert by chance if none of its objects were registered."""
    return float(sum(1 - np.exp(-answer.expected_by_chance) for answer in given))


def _question(lookup: Lookup) -> _Asked:
    if len(lookup.number) > LONGEST_TEXT:
        return _Asked(lookup, (), None)  # its beginning alone would be taken for another number
    if is_pattern(lookup.number):
        return _Asked(lookup, (), pattern(lookup.number))
    return _Asked(lookup, query_keys(lookup.number), None)


def _search(place: int, holding: Holding, questions: Sequence[_Asked]) -> None:
    """Put every question to one holding."""
    masks = [holding.groups.allowed(question.lookup) for question in questions]
    _numbers(place, holding, [(q, mask) for q, mask in zip(questions, masks, strict=True) if q.pattern is None])
    for question, mask in zip(questions, masks, strict=True):
        if question.pattern is not None:
            _pattern(place, holding, question, question.pattern, mask)


def _numbers(place: int, holding: Holding, questions: Sequence[tuple[_Asked, Bools | None]]) -> None:
    of = [(question, key, mask) for question, mask in questions for key in question.keys]
    if not of:
        return
    keys, masks = [codes(key) for _, key, _ in of], [mask for *_, mask in of]
    found = holding.index.find(keys, groups=holding.group, allowed=masks, near=NEAR)
    for query, row, far in zip(found.query.tolist(), found.row.tolist(), found.distance.tolist(), strict=True):
        question, key, _ = of[query]
        question.hits.append((far, place, row, key))
    for query, left in found.left.items():
        of[query][0].left += left
    for question, key, mask in of:
        question.expected += holding.chance.expected(len(key), mask, edit=False)
        question.expected_edit += holding.chance.expected(len(key), mask, edit=len(key) >= SHORTEST)
    _elsewhere(holding, of)


def _pattern(place: int, holding: Holding, question: _Asked, asked: Pattern, allowed: Bools | None) -> None:
    rows, more = rows_matching(holding.index, asked, holding.group, allowed)
    question.more |= more
    question.hits += [(asked.unreadable, place, row, "") for row in rows.tolist()]
    lengths = np.bincount(holding.index.lengths, minlength=1)
    question.expected += holding.chance.of_pattern(asked, lengths, allowed)
    question.expected_edit = question.expected


def _elsewhere(holding: Holding, of: Sequence[tuple[_Asked, str, Bools | None]]) -> None:
    """Count alerts with the very number whose make, model, calibre, country or year contradict the question."""
    narrowed = [(question, codes(key), mask) for question, key, mask in of if mask is not None]
    found = holding.index.find([key for _, key, _ in narrowed], tolerant=False) if narrowed else None
    if found is None:
        return
    group = holding.group[found.row]
    for query, of_row in zip(found.query.tolist(), group.tolist(), strict=True):
        question, _, mask = narrowed[query]
        if mask is not None and not mask[of_row]:
            question.elsewhere += 1


def _answer(
    question: _Asked, holdings: Sequence[Holding], now: Now, limit: int, searched: tuple[dict[str, object], ...]
) -> Answer:
    candidates: list[Candidate] = []
    seen: set[tuple[str, Number]] = set()
    dropped = 0
    for far, place, row, key in sorted(question.hits):
        if len(candidates) == limit:
            break
        alert, number = holdings[place].at(row)
        found = _candidate(question, now(alert), number, key, far)
        if found is None or (found.alert.id, number) in seen:
            dropped += 1
            continue
        seen.add((found.alert.id, number))
        candidates.append(found)
    candidates.sort(key=lambda one: (_RANK[one.spelling], one.alert.id))
    total = len(question.hits) - dropped + question.left
    word, why = _word(question, candidates, empty=not any(len(holding) for holding in holdings))
    if question.more:
        why += f"; more than {total:,} alerts have such a number, and not all were looked at"
    if question.left:
        why += f"; about {question.left:,} alerts more differ in one sign and were not looked at: {_narrower(question)}"
    return Answer(
        question.lookup, word, why, tuple(candidates), total, question.elsewhere, question.expected_edit, searched
    )


def _candidate(question: _Asked, alert: Alert | None, number: Number, key: str, far: int) -> Candidate | None:
    """Return a candidate, or None when the alert does not stand, was corrected, or only shares a hash."""
    asked = question.lookup
    if alert is None or number not in alert.numbers or contradicts(asked, alert):
        return None
    if not alert.sought and not asked.everything:
        return None
    expected = question.expected
    if question.pattern is not None:
        if not question.pattern.matches(number.key):
            return None
        spelling = "part" if question.pattern.open else "unreadable"
        differs: list[dict[str, object]] = [{"at": 0, "asked": shown(question.pattern.pieces), "held": number.text}]
    else:
        spelling = _spelling(asked.number, key, number)
        if not spelling:
            return None
        far = int(spelling == "one edit")
        differs = differences(key, number.key)
        expected = question.expected_edit if far else question.expected
    fields = other_words(asked, alert)
    if asked.part and number.part not in (asked.part, "whole"):
        fields = (*fields, {"field": "part", "asked": asked.part, "held": number.part})
    return Candidate(alert, number, spelling, far, tuple(differs), fields, expected)


def _spelling(asked: str, key: str, number: Number) -> str:
    held = number.key
    if key == held:
        return "exact" if same_writing(asked, number.series, number.number) else "folded"
    if number.series and key == squeeze(number.number):
        return "no series"
    return "one edit" if len(key) >= SHORTEST and distance(key, held) == 1 else ""


def _word(question: _Asked, candidates: Sequence[Candidate], *, empty: bool) -> tuple[AnswerWord, str]:
    """Return the answer and why. empty: no register that was searched holds any alert, so nothing was compared."""
    asked = question.lookup
    if empty:
        return "cannot_tell", "the register holds no alert: is it the right one?"
    if len(asked.number) > LONGEST_TEXT:
        return "cannot_tell", f"no number is longer than {LONGEST_TEXT} characters, and this one has more"
    if question.pattern is None and not question.keys:
        return "cannot_tell", "nothing of the number can be read: give its letters and digits"
    if question.pattern is not None and question.pattern.readable < FEWEST:
        return "cannot_tell", f"at least {FEWEST} signs must be readable"
    if not candidates:
        if question.left:
            return "cannot_tell", "too many alerts are near"
        if question.more:
            return "cannot_tell", "the number stands for more objects than can be gone through: give make and model"
        return "no_match", "the registers searched hold no such number"
    whole = [one for one in candidates if one.spelling in ("exact", "folded")]
    if not whole:
        said = {"no series": "the number fits, its series was not asked for", "one edit": "the nearest number differs",
                "unreadable": "the number was read in part", "part": "the number was read in part"}  # fmt: skip
        return "cannot_tell", said[candidates[0].spelling]
    if not asked.make or not asked.model:
        return "cannot_tell", "a number without make and model belongs to many objects"
    sure = [one for one in whole if one.alert.model]
    if not sure:
        return "cannot_tell", "the register does not say which model bears the number"
    if question.expected >= DOUBTFUL:
        return "cannot_tell", f"a foreign number would meet {question.expected:.2g} such alerts by chance"
    return "match", "the number, the make and the model agree with an alert"


def _narrower(question: _Asked) -> str:
    """Return what else to give of an object that too many are near to."""
    known = {name: getattr(question.lookup, name) for name in ("make", "model", "calibre", "year")}
    missing = [name for name, value in known.items() if value in ("", None)]
    return "give " + ", ".join(missing) if missing else "give the country, or more of the number"


def _searched(holdings: Sequence[Holding]) -> tuple[dict[str, object], ...]:
    alerts: dict[tuple[str, str], int] = defaultdict(int)
    for holding in holdings:
        alerts[holding.register, holding.snapshot.isoformat() if holding.snapshot else ""] += len(holding)
    return tuple({"register": name, "snapshot": day, "alerts": n} for (name, day), n in sorted(alerts.items()))
