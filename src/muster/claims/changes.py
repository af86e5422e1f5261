"""What changed when a story was told again: units, subjects, values, comparators, sources, names, quotations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from muster.claims.likeness import SAME_NAME, same_name, same_value
from muster.claims.quotes import compare_quote
from muster.claims.story import Fact, Quotation, Story, folded, folded_words
from muster.model import make_id

NEAR = 0.25
"""Two numbers are the same one told again when they stand within a quarter of the text of one another."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is other in the later article.

    kind: unit, subject, value, comparator, source, period, quotation, name. was, became: the words of both.
    earlier_claim, later_claim: `clm:` ids, "" for names.
    """

    kind: str
    was: str
    became: str
    says: str
    earlier_claim: str = ""
    later_claim: str = ""

    @property
    def id(self) -> str:
        """The change's id, `chg:` + 16 hex."""
        return make_id("chg", self.kind, self.earlier_claim, self.later_claim, self.was, self.became)


def changes(earlier: Story, later: Story) -> tuple[Change, ...]:
    """Return what is other in the later of two articles, numbers first, in order of the later text."""
    pairs = align(earlier, later)
    found = [change for left, right in pairs for change in _of_pair(left, right)]
    found += _values(earlier, later, pairs)
    found += _quotations(earlier, later)
    found += _names(earlier, later)
    return tuple({change.id: change for change in found}.values())


def align(earlier: Story, later: Story) -> list[tuple[Fact, Fact]]:
    """Pair the numbers of two articles that are one number told again: equal in value, alike in unit and place."""
    scored = []
    for i, left in enumerate(earlier.facts):
        for j, right in enumerate(later.facts):
            if not same_value(left.value, right.value, shares=left.unit == right.unit == "share"):
                continue
            apart = abs(_place(left, earlier) - _place(right, later))
            alike = left.unit == right.unit
            if alike or (left.telling and right.telling and apart <= NEAR):
                scored.append((not alike, round(apart, 6), i, j))
    taken_left, taken_right = set[int](), set[int]()
    found = []
    for _, _, i, j in sorted(scored):
        if i not in taken_left and j not in taken_right:
            taken_left.add(i)
            taken_right.add(j)
            found.append((earlier.facts[i], later.facts[j]))
    return sorted(found, key=lambda pair: pair[1].start)


def _place(fact: Fact, of: Story) -> float:
    return fact.start / max(1, len(of.article.text))


def _of_pair(left: Fact, right: Fact) -> Iterator[Change]:
    was, became = left.claim, right.claim
    ids = (was.id, became.id)
    number = _number(right)
    if left.unit != right.unit:
        yield Change("unit", was.quote, became.quote, f"{number}: {left.unit} became {right.unit}", *ids)
    elif left.unit == "share" and left.of != right.of:
        lost = right.of == ""
        says = f"{number} of the {left.of or 'unnamed'}" + (
            "; of what is no longer said" if lost else f" became {number} of the {right.of}"
        )
        yield Change("subject", was.quote, became.quote, says, *ids)
    if was.comparator != became.comparator:
        says = f"{number}: “{_WORDS[was.comparator]}” became “{_WORDS[became.comparator]}”"
        yield Change("comparator", was.quote, became.quote, says, *ids)
    if left.speaker and not right.speaker:
        says = f"{number}: said by {left.speaker}, now by the article itself"
        yield Change("source", was.quote, became.quote, says, *ids)
    elif left.speaker and right.speaker and not same_name(left.speaker, right.speaker) and _names_both(left, right):
        says = f"{number}: said by {left.speaker}, now by {right.speaker}"
        yield Change("source", was.quote, became.quote, says, *ids)
    if was.period and became.period and was.period != became.period:
        says = f"{number}: {was.period} became {became.period}"
        yield Change("period", was.quote, became.quote, says, *ids)


def _names_both(left: Fact, right: Fact) -> bool:
    """Say whether both speakers are names of persons; what an institute is called is translated."""
    return all(len([w for w in f.speaker.split() if w[:1].isupper()]) >= 2 for f in (left, right)) and (
        folded(left.speaker).split()[-1][:1] != folded(right.speaker).split()[-1][:1]
    )


_WORDS = {
    "eq": "exactly", "approx": "about", "ge": "at least", "gt": "more than", "le": "at most", "lt": "less than",
    "between": "between", "none": "some",
}  # fmt: skip


_SHARES = {0.67: "two thirds", 0.33: "a third", 0.25: "a quarter", 0.5: "half", 0.75: "three quarters"}


def _number(fact: Fact) -> str:
    if fact.unit == "share":
        written = _SHARES.get(round(fact.value, 2))
        return written if written and fact.claim.unit == "share" else f"{fact.value * 100:.3g}%"
    return f"{fact.value:,.6g}" if fact.value < 1e6 else f"{fact.value:,.0f}"


def _values(earlier: Story, later: Story, pairs: Sequence[tuple[Fact, Fact]]) -> Iterator[Change]:
    """Yield numbers that became others: alone of their unit between the same two numbers that stayed."""
    left = [f for f in earlier.facts if f not in {a for a, _ in pairs}]
    right = [f for f in later.facts if f not in {b for _, b in pairs}]
    fixed = sorted((a.start, b.start) for a, b in pairs)
    for fact in left:
        same = [f for f in right if f.unit == fact.unit and _gap(f.start, fixed, 1) == _gap(fact.start, fixed, 0)]
        own = [f for f in left if f.unit == fact.unit and _gap(f.start, fixed, 0) == _gap(fact.start, fixed, 0)]
        if len(same) == len(own) == 1 and fixed:
            other = same[0]
            says = f"{_number(fact)} {fact.unit} became {_number(other)}"
            yield Change("value", fact.claim.quote, other.claim.quote, says, fact.claim.id, other.claim.id)


def _gap(start: int, fixed: Sequence[tuple[int, int]], side: int) -> int:
    return sum(pair[side] < start for pair in fixed)


def _quotations(earlier: Story, later: Story) -> Iterator[Change]:
    """Yield quotations of one language whose words are other in the later article."""
    if earlier.article.language != later.article.language:
        return
    for quote in later.quotations:
        was = _likest(quote, earlier)
        if was is None or folded_words(was.words) == folded_words(quote.words):
            continue
        compared = compare_quote(quote.words, was.words)
        if compared.result == "altered":
            ids = (next(iter(was.claims), ""), next(iter(quote.claims), ""))
            yield Change("quotation", was.words, quote.words, f"the quotation {compared.says}", *ids)


def _likest(quote: Quotation, of: Story) -> Quotation | None:
    words = " ".join(folded_words(quote.words))
    scored = [(float(fuzz.ratio(words, " ".join(folded_words(q.words)))), -q.start, q) for q in of.quotations]
    best = max(scored, key=lambda s: s[:2], default=None)
    return best[2] if best and best[0] >= 60 else None


def _names(earlier: Story, later: Story) -> Iterator[Change]:
    """Yield names of several words that are nearly, but not quite, one of the earlier article's."""
    if earlier.article.text.isascii() != later.article.text.isascii() and _scripts_differ(earlier, later):
        return
    held = {folded(name) for name, _ in earlier.names}
    for name, _ in later.names:
        key = folded(name)
        if " " not in name or key in held:
            continue
        near = [n for n, _ in earlier.names if len(n.split()) >= 2 and SAME_NAME <= fuzz.ratio(folded(n), key) < 100
                and folded(n).split()[-1] == key.split()[-1]]  # fmt: skip
        if len(near) == 1:
            yield Change("name", near[0], name, f"“{near[0]}” became “{name}”")


def _scripts_differ(left: Story, right: Story) -> bool:
    latin = [sum("a" <= c.casefold() <= "z" for c in s.article.text[:2000]) for s in (left, right)]
    return min(latin) < max(latin) / 4
