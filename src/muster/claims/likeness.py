"""How alike two articles are, in one language or two: shared sentences, numbers, names, speakers, and their order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from rapidfuzz import fuzz

from muster.claims.story import Story, folded, folded_words

SAME_SENTENCE = 85.0
"""Two sentences of one language are the same from this ratio of common characters on (rapidfuzz's, 0 to 100)."""

SAME_NAME = 85.0
"""Two names in Latin letters are the same from this ratio on: "Ruritania" and "Ruritanie" are."""

SHINGLE = 3
"""Words in a row that two sentences must share before they are compared at all: work stays linear in the texts."""


@dataclass(frozen=True, slots=True)
class Shared:
    """One trait that two articles share: its sort, wordings and places. telling: not in every article."""

    sort: str
    left: str
    right: str
    left_at: int
    right_at: int
    telling: bool


@dataclass(frozen=True)
class Likeness:
    """What two articles share.

    units: how many of the shared numbers count the same thing in both.
    order: share of pairs of traits that stand in the same order in both, 0 to 1. chance: probability that so many or
    more would by chance alone. share: of the telling numbers and quotations of the article that has fewer, how many
    the other has as well.
    """

    shared: tuple[Shared, ...]
    order: float
    chance: float
    share: float
    counts: dict[str, int] = field(hash=False)
    units: int = 0

    @property
    def telling(self) -> int:
        """Numbers and quotations shared that are not in every article."""
        return sum(1 for trait in self.shared if trait.telling and trait.sort in ("number", "quotation"))


def likeness(left: Story, right: Story) -> Likeness:
    """Compare two articles.

    Source of `chance`: the distribution of Kendall's statistic under random order (Kendall 1938, Biometrika 30:81-93).
    """
    shared = [*_sentences(left, right), *_numbers(left, right), *_quotations(left, right), *_names(left, right)]
    shared.sort(key=lambda s: (s.left_at, s.right_at, s.sort))
    ordered = [s for s in shared if s.sort != "sentence"]
    order, chance = concordance([s.right_at for s in ordered])
    counts = {sort: sum(s.sort == sort for s in shared) for sort in ("sentence", "number", "quotation", "name")}
    tellings = [len({f.value for f in s.facts if f.telling}) + len(s.quotations) for s in (left, right)]
    found = Likeness(tuple(shared), order, chance, 0.0, counts)
    share = min(1.0, found.telling / min(tellings)) if min(tellings) else 0.0
    return Likeness(found.shared, order, chance, round(share, 4), counts, _same_units(left, right))


def _same_units(left: Story, right: Story) -> int:
    """Return how many numbers are in both with the same unit."""
    held = Counter((round(fact.value, 2), fact.unit) for fact in right.facts)
    return sum((Counter((round(fact.value, 2), fact.unit) for fact in left.facts) & held).values())


def concordance(positions: Sequence[int]) -> tuple[float, float]:
    """Return the share of pairs in rising order, and the chance of that share or a larger one in random order.

    >>> concordance([1, 2, 3, 4, 5])
    (1.0, 0.008333)
    >>> concordance([])
    (0.0, 1.0)
    """
    n = len(positions)
    if n < 2:
        return 0.0, 1.0
    rank = sorted(range(n), key=lambda i: (positions[i], i))
    place = [0] * n
    for at, i in enumerate(rank):
        place[i] = at
    inversions = sum(place[i] > place[j] for i in range(n) for j in range(i + 1, n))
    pairs = n * (n - 1) // 2
    return round(1 - inversions / pairs, 4), float(f"{_at_most(n, inversions):.4g}")


@cache
def _at_most(n: int, inversions: int) -> float:
    """Return the share of all orders of n things that have at most so many inversions."""
    shares = [1.0]
    for size in range(2, n + 1):
        wider = [0.0] * (len(shares) + size - 1)
        for at, share in enumerate(shares):
            for more in range(size):
                wider[at + more] += share / size
        shares = wider[: inversions + 1]
    return min(1.0, sum(shares[: inversions + 1]))


def same_name(left: str, right: str) -> bool:
    """Say whether two names are one, across scripts and endings.

    >>> same_name("Ruritania", "Ruritanie"), same_name("Мартен Холловей", "Marten Holloway"), same_name("Ada", "Ida")
    (True, True, False)
    """
    a, b = folded(left), folded(right)
    if a == b:
        return True
    if min(len(a), len(b)) < 5 or a[0] != b[0]:
        return False
    limit = SAME_NAME if left.isascii() == right.isascii() or min(len(a), len(b)) < 10 else SAME_NAME - 10
    return float(fuzz.ratio(a, b)) >= limit


def _sentences(left: Story, right: Story) -> list[Shared]:
    if left.article.language != right.article.language:
        return []
    index: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for number, sentence in enumerate(right.sentences):
        for shingle in _shingles(sentence.words):
            index[shingle].add(number)
    found, taken = [], set[int]()
    for sentence in left.sentences:
        near = {n for shingle in _shingles(sentence.words) for n in index.get(shingle, ())} - taken
        words = " ".join(sentence.words)
        scored = [(float(fuzz.ratio(words, " ".join(right.sentences[n].words))), -n) for n in near]
        score, minus = max(scored, default=(0.0, 0))
        if score >= SAME_SENTENCE:
            other = right.sentences[-minus]
            taken.add(-minus)
            found.append(Shared("sentence", sentence.text, other.text, sentence.start, other.start, True))
    return found


def _shingles(words: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)}


def _numbers(left: Story, right: Story) -> list[Shared]:
    """Pair numbers of equal value, whatever they count; what they count may have changed on the way."""
    found, taken = [], set[int]()
    for fact in left.facts:
        for at, other in enumerate(right.facts):
            if at not in taken and same_value(fact.value, other.value, shares=fact.unit == other.unit == "share"):
                taken.add(at)
                telling = fact.telling and other.telling
                found.append(
                    Shared("number", fact.claim.quote, other.claim.quote, fact.start, other.start, telling)
                )  # fmt: skip
                break
    return found


def same_value(left: float, right: float, *, shares: bool) -> bool:
    """Say whether two numbers are one: exactly, but that two thirds, 66 and 67 percent are.

    >>> same_value(0.667, 0.66, shares=True), same_value(32, 33, shares=False)
    (True, False)
    """
    return abs(left - right) <= 0.01 if shares else left == right


def _quotations(left: Story, right: Story) -> list[Shared]:
    """Pair quotations: by their words in one language; across two by speaker, order and length."""
    found, taken = [], set[int]()
    for quote in left.quotations:
        for at, other in enumerate(right.quotations):
            if at in taken:
                continue
            if left.article.language == right.article.language:
                alike = fuzz.ratio(" ".join(folded_words(quote.words)), " ".join(folded_words(other.words))) >= 60
            else:
                longer = len(quote.words) / max(1, len(other.words))
                spoken = bool(quote.speaker and other.speaker and same_name(quote.speaker, other.speaker))
                alike = spoken and 0.5 <= longer <= 2.0
            if alike:
                taken.add(at)
                found.append(Shared("quotation", quote.words, other.words, quote.start, other.start, True))
                break
    return found


def _names(left: Story, right: Story) -> list[Shared]:
    found, taken = [], set[int]()
    for name, at in left.names:
        for index, (other, there) in enumerate(right.names):
            if index not in taken and same_name(name, other):
                taken.add(index)
                found.append(Shared("name", name, other, at, there, " " in name))
                break
    return found
