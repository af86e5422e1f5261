"""Who copied whom: articles of one story, how many sources they are, and what changed on the way.

The one thing that articles alone can decide. Two articles that share sentences, or the same numbers, names and
quotations in the same order, are one source told twice, in whatever languages. Who took it from whom is said only
where one names the other, or where their dates tell; otherwise they are "shared, direction unknown".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Literal

from muster.claims.article import Article
from muster.claims.changes import Change, changes
from muster.claims.likeness import Likeness, likeness, same_name
from muster.claims.story import Story, folded, has_cue, story
from muster.model import Claim, make_id

Direction = Literal["cited", "dated", "unknown"]

SENTENCES = 3
"""So many sentences in common make two articles one source; chance does not repeat whole sentences."""

TRAITS = 5
"""So many traits in common are needed before their order is asked: five in one order are 1 in 120 by chance."""

BY_CHANCE = 0.001
"""Without a common sentence, two articles are one source when chance gives their order once in a thousand pairs."""

ALL = 0.8
"""Nearly all telling numbers and quotations in common, so many of them, need no order: names may have moved."""

SHARE = 0.5
"""… and when the shorter of them has at least half of its telling numbers and quotations from the other."""


@dataclass(frozen=True)
class Telling:
    """One article of a story, as the case file gives it. outlet: who printed it, "" where nobody says."""

    path: str
    outlet: str
    story: Story

    @property
    def published(self) -> date | None:
        """Day of publication."""
        return self.story.article.published

    @property
    def id(self) -> str:
        """The telling's id, `tel:` + 16 hex."""
        return make_id("tel", self.path, self.story.article.digest)


@dataclass(frozen=True)
class Copy:
    """Two articles that share something telling. earlier, later: as the direction has it; without one, by path.

    same: whether they count as one source. why: in words.
    main: the likeliest way by which the later article came to its story.
    """

    earlier: Telling
    later: Telling
    direction: Direction
    same: bool
    why: str
    likeness: Likeness
    changes: tuple[Change, ...]
    main: bool = False

    @property
    def id(self) -> str:
        """The copy's id, `cpy:` + 16 hex."""
        return make_id("cpy", self.earlier.id, self.later.id)


@dataclass(frozen=True)
class Chain:
    """The articles of a case in order of publication, what they share, and which are one source.

    sources: a number from 1 for each article's source, by its id.
    cites: the outlets that each names, by its id. loops: who cites himself, alone or in a ring, in words.
    """

    tellings: tuple[Telling, ...]
    copies: tuple[Copy, ...]
    sources: Mapping[str, int]
    cites: Mapping[str, tuple[str, ...]]
    loops: tuple[str, ...]

    @property
    def says(self) -> str:
        """How many articles, and how many sources they are at most; different sources need not be independent."""
        n, m = len(self.tellings), len(set(self.sources.values()))
        if not n:
            return "no article was read"
        sources = "1 source" if m == 1 else f"at most {m} independent sources"
        return f"{n} article{'' if n == 1 else 's'}, {sources}"


def tell(path: str, outlet: str, article: Article, claims: Sequence[Claim]) -> Telling:
    """Return an article as a telling. claims: those read from it."""
    return Telling(path, outlet, story(article, claims))


def chain(tellings: Sequence[Telling], texts: Sequence[Telling] = ()) -> Chain:
    """Align the articles of one case. texts: its reference texts, which are sources too and may cite themselves.

    The order in which articles are given does not matter.
    """
    ordered = tuple(sorted(tellings, key=lambda t: (t.published or date.max, t.path)))
    everyone = (*ordered, *texts)
    cites = {t.id: _cited(t, everyone) for t in everyone}
    copies = []
    for left, right in combinations(ordered, 2):
        found = _copy(left, right, cites)
        if found is not None:
            copies.append(found)
    sources = _sources(ordered, copies)
    return Chain(ordered, _with_main(copies), sources, cites, _loops(everyone, cites))


def _copy(left: Telling, right: Telling, cites: Mapping[str, tuple[str, ...]]) -> Copy | None:
    alike = likeness(left.story, right.story)
    named = [(a, b) for a, b in ((left, right), (right, left)) if a.outlet and a.outlet in cites[b.id]]
    if not alike.counts["sentence"] and alike.telling < 2 and not (named and alike.telling):
        return None
    earlier, later, direction = _direction(left, right, named)
    same, why = _same(earlier, later, alike, cited=direction == "cited")
    told = changes(earlier.story, later.story) if same or direction == "cited" else ()
    return Copy(earlier, later, direction, same, why, alike, told)


def _direction(
    left: Telling, right: Telling, named: Sequence[tuple[Telling, Telling]]
) -> tuple[Telling, Telling, Direction]:
    """Return earlier, later, and how that is known; an article cannot have taken from one printed after it."""
    possible = [(a, b) for a, b in named if not (a.published and b.published and a.published > b.published)]
    if len(possible) == 1:
        return *possible[0], "cited"
    if left.published and right.published and left.published != right.published:
        pair = (left, right) if left.published < right.published else (right, left)
        return *pair, "dated"
    return left, right, "unknown"


def _same(earlier: Telling, later: Telling, alike: Likeness, *, cited: bool) -> tuple[bool, str]:
    sentences = alike.counts["sentence"]
    most = min(len(earlier.story.sentences), len(later.story.sentences))
    if sentences >= SENTENCES or (sentences >= 2 and sentences >= most / 4):
        return True, f"{sentences} sentences are the same"
    traits = sum(alike.counts[sort] for sort in ("number", "quotation", "name"))
    if cited and alike.telling >= 2:
        return (
            True,
            f"{later.outlet or later.path} names {earlier.outlet} and has {alike.telling} of its "
            "numbers and quotations",
        )
    words = f"{traits} numbers, names and quotations are the same"
    if alike.telling >= TRAITS and alike.share >= ALL and alike.units == alike.counts["number"]:
        return True, f"{words}, nearly all that the shorter one tells, each counting the same"
    if traits >= TRAITS and alike.telling >= 2 and alike.chance <= BY_CHANCE and alike.share >= SHARE:
        return (
            True,
            f"{words}, {alike.order:.0%} of them in the same order (by chance once in {_once(alike.chance)} pairs)",
        )
    return False, f"{words}, which two independent articles may have too"


def _sources(tellings: Sequence[Telling], copies: Sequence[Copy]) -> dict[str, int]:
    """Number the groups of articles that are one source, in order of publication."""
    group = {t.id: t.id for t in tellings}

    def root(name: str) -> str:
        while group[name] != name:
            name = group[name]
        return name

    for copy in copies:
        if copy.same:
            group[root(copy.later.id)] = root(copy.earlier.id)
    numbers: dict[str, int] = {}
    for telling in tellings:
        numbers.setdefault(root(telling.id), len(numbers) + 1)
    return {t.id: numbers[root(t.id)] for t in tellings}


def _with_main(copies: Sequence[Copy]) -> tuple[Copy, ...]:
    """Mark for each later article the copy that explains it best: the one it cites, else the most alike."""
    best: dict[str, Copy] = {}
    for copy in copies:
        if copy.same:
            held = best.get(copy.later.id)
            best[copy.later.id] = copy if held is None or _strength(copy) > _strength(held) else held
    main = {copy.id for copy in best.values()}
    return tuple(
        Copy(c.earlier, c.later, c.direction, c.same, c.why, c.likeness, c.changes, c.id in main) for c in copies
    )


def _strength(copy: Copy) -> tuple[bool, int, int, int, str]:
    counts = copy.likeness.counts
    alike = copy.likeness.telling + counts["name"]
    return copy.direction == "cited", counts["sentence"], alike, -len(copy.changes), copy.id


def _cited(telling: Telling, everyone: Sequence[Telling]) -> tuple[str, ...]:
    """Return the outlets that an article names in its text, and its own where it gives itself as a source."""
    text = f" {folded(telling.story.article.text)} "
    found = set()
    for outlet in {t.outlet for t in everyone if t.outlet}:
        if telling.outlet and same_name(outlet, telling.outlet):
            if _cites_itself(telling):
                found.add(outlet)
        elif _whole(folded(outlet), text):
            found.add(outlet)
    return tuple(sorted(found))


def _whole(words: str, text: str) -> bool:
    at = text.find(words)
    while at >= 0:
        if not text[at - 1].isalnum() and not text[at + len(words)].isalnum():
            return True
        at = text.find(words, at + 1)
    return False


def _cites_itself(telling: Telling) -> bool:
    article = telling.story.article
    speakers = {fact.speaker for fact in telling.story.facts} | {q.speaker for q in telling.story.quotations}
    return has_cue(article.text, "ourselves", article.language) or any(
        same_name(speaker, telling.outlet) for speaker in speakers if speaker
    )


def _loops(everyone: Sequence[Telling], cites: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return in words who cites himself: alone, or two that cite each other."""
    named: dict[str, set[str]] = defaultdict(set)
    for telling in everyone:
        if telling.outlet:
            named[telling.outlet] |= set(cites[telling.id])
    alone = [f"{outlet} gives itself as a source" for outlet in sorted(named) if outlet in named[outlet]]
    rings = [f"{a} and {b} give each other as a source" for a, b in combinations(sorted(named), 2)
             if b in named[a] and a in named[b]]  # fmt: skip
    return tuple(alone + rings)


def _once(chance: float) -> str:
    return f"{1 / max(chance, 1e-9):,.0f}"
