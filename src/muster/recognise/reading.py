"""Read one folded field against the lexicon: which makers, models, calibres, words and look-alikes stand where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from muster.catalogue import Calibre, LookAlike, Maker, Model, Sense
from muster.recognise.evasion import recover
from muster.recognise.fold import Folded, fold
from muster.recognise.lexicon import Lexicon, Meaning

_NEAR_NUMBER = frozenset(
    {"model", "mod", "m", "no", "nr", "type", "mk", "s", "w", "first", "sw", "gen", "new", "performance", "center"}
    | {"j", "k", "l", "n", "frame"}
)
"""Words that may stand between a maker and a number that is its model."""
REACH = 6
"""Tokens after its maker within which a model that is no bare number is looked for."""
_COUNTED = frozenset(
    {
        "x",
        "mm",
        "rd",
        "rds",
        "rnd",
        "round",
        "rounds",
        "shot",
        "shots",
        "pcs",
        "pc",
        "pieces",
        "piece",
        "day",
        "days",
        "inch",
    }
    | {
        "inches",
        "in",
        "g",
        "gr",
        "gram",
        "kg",
        "usd",
        "eur",
        "mag",
        "mags",
        "magazine",
        "magazines",
        "bullets",
        "cartridges",
    }
    | {"ammo", "series", "for", "of", "a", "er", "stk", "schuss", "percent", "off", "year", "years", "st", "nd", "th"}
)
_COUNTING = frozenset(
    {"model", "mod", "type", "no", "nr", "gen", "series", "mk", "mark", "x", "over", "is", "only", "usd"}
)
_MARKS = frozenset(
    {"cal", "caliber", "calibre", "kaliber", "calibers", "calibro", "kalibr", "kalibra", "mag", "magnum"}
)


class Hit(msgspec.Struct, frozen=True, gc=False):
    """A spelling met at the tokens `first` to `last`, and one of its meanings."""

    first: int
    last: int
    meaning: Meaning

    @property
    def length(self) -> int:
        """Tokens."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Reading:
    """What one field says, each list in order of place, longest first where two overlap."""

    text: Folded
    makes: tuple[Hit, ...]
    weak_makes: tuple[Hit, ...]
    models: tuple[Hit, ...]
    calibres: tuple[Hit, ...]
    words: tuple[Hit, ...]
    cues: tuple[Hit, ...]
    lookalikes: tuple[Hit, ...]


def maker_of(hit: Hit) -> Maker:
    """Return the maker that a hit names."""
    assert isinstance(hit.meaning.of, Maker)
    return hit.meaning.of


def model_of(hit: Hit) -> Model:
    """Return the model that a hit names."""
    assert isinstance(hit.meaning.of, Model)
    return hit.meaning.of


def calibre_of(hit: Hit) -> Calibre:
    """Return the calibre that a hit names."""
    assert isinstance(hit.meaning.of, Calibre)
    return hit.meaning.of


def sense_of(hit: Hit) -> str:
    """Return the sense of a word or of a look-alike."""
    assert isinstance(hit.meaning.of, (Sense, LookAlike))
    return hit.meaning.of.sense


def read(text: str, lexicon: Lexicon, limit: int = 4000) -> Reading:
    """Read the first `limit` code points of a text.

    >>> from muster.recognise.lexicon import lexicon
    >>> found = read("Smith & Wesson Model 66 no dash .357", lexicon())
    >>> [model_of(hit).model for hit in found.models], [calibre_of(hit).name for hit in found.calibres]
    (['Model 66'], ['.357 Magnum'])
    """
    folded = recover(fold(text, limit), lexicon.disguised)
    line, lengths, meanings, of_maker = folded.line, lexicon.lengths, lexicon.meanings, lexicon.of_maker
    groups: dict[str, list[Hit]] = {}
    tied: list[tuple[int, int]] = []  # patterns that mean a model of some maker, and their first tokens
    first = before = 0
    for number, start, _ in lexicon.automaton.find_matches_as_indexes(line, overlapping=True):
        first += line.count(" ", before, start) if start >= before else -line.count(" ", start, before)
        before = start
        last = first + lengths[number] - 1
        for meaning in meanings[number]:
            hit = Hit(first + meaning.before, last - meaning.after, meaning)
            groups.setdefault(meaning.role, []).append(hit)
        if of_maker[number]:
            tied.append((number, first))
    if not groups:
        return Reading(folded, (), (), (), (), (), (), ())
    makes = longest(groups.get("make", ()))
    weak = longest(groups.get("make_weak", ()))
    makers = [*makes, *weak]
    named = {maker_of(hit).make for hit in makers}
    owned = [
        Hit(first, first + lengths[number] - 1, meaning)
        for number, first in (tied if named else ())
        for meaning in of_maker[number]
        if meaning.group in named
    ]
    models = _models(folded, groups.get("model", ()), owned, makers)
    calibres = _calibres(folded, groups, makers, models)
    if models and calibres:
        models, calibres = _settle(models, calibres)
    named_hits = [*calibres, *makes, *models]
    words = tuple([hit for hit in sorted(groups.get("sense", ()), key=_place) if not _inside(hit, named_hits)])
    return Reading(
        text=folded,
        makes=tuple([hit for hit in makes if not _inside(hit, calibres)]),
        weak_makes=tuple([hit for hit in weak if not _inside(hit, [*calibres, *makes])]),
        models=tuple(models),
        calibres=tuple(calibres),
        words=words,
        cues=tuple([hit for hit in sorted(groups.get("cue", ()), key=_place) if not _inside(hit, words)]),
        lookalikes=tuple(sorted(groups.get("lookalike", ()), key=_place)),
    )


def longest(hits: Iterable[Hit]) -> list[Hit]:
    """Return the hits that do not overlap, leftmost first and the longest of those that begin together."""
    found: list[Hit] = []
    for hit in sorted(hits, key=_place):
        if not found or hit.first > found[-1].last:
            found.append(hit)
    return found


def _place(hit: Hit) -> tuple[int, int]:
    return hit.first, -hit.last


def _inside(hit: Hit, others: Iterable[Hit]) -> bool:
    return any(other.first <= hit.first and hit.last <= other.last and hit.length < other.length for other in others)


def _models(text: Folded, alone: Sequence[Hit], owned: Sequence[Hit], makers: list[Hit]) -> list[Hit]:
    """Return the models that are meant. owned: the hits that need a maker, and whose maker is named."""
    if not alone and not owned:
        return []
    found = [_without_maker(hit, makers) for hit in alone if not hit.meaning.tight or _is_tight(text, hit)]
    found += [hit for hit in owned if any(_belongs(text, hit, maker) for maker in makers)]
    found = [hit for hit in found if not _is_measure(text, hit)]
    named = {maker_of(hit).make for hit in makers}
    # A maker in the text settles which of several models with one spelling is meant.
    found.sort(key=lambda hit: (hit.first, -hit.last, model_of(hit).group not in named))
    return longest(found)


def _without_maker(hit: Hit, makers: list[Hit]) -> Hit:
    """Drop the maker from a spelling that begins with it: "colt python" must not hide "python elite"."""
    ends = [maker.last for maker in makers if maker.first == hit.first and maker.last < hit.last]
    return Hit(max(ends) + 1, hit.last, hit.meaning) if ends else hit


def _is_measure(text: Folded, hit: Hit) -> bool:
    """Whether a spelling ends in a number of millimetres or inches, or in part of one: "model 9mm", "auto 5.56"."""
    end = text.tokens[hit.last].end
    if (
        text.words[hit.last].isdigit()
        and text.folded[end : end + 1] == "."
        and text.folded[end + 1 : end + 2].isdigit()
    ):
        return hit.length > 1 and text.words[hit.last - 1].isalpha()
    after = text.words[hit.last + 1] if hit.last + 1 < len(text.words) else ""
    return text.words[hit.last].isdigit() and after in ("mm", "inch", "inches")


def _belongs(text: Folded, hit: Hit, maker: Hit) -> bool:
    """Whether a spelling that needs its maker stands close enough after it, or straight before it: "P226 Sig Sauer"."""
    if maker_of(maker).make != model_of(hit).group:
        return False
    if hit.first <= maker.last:
        return maker.first - hit.last in (1, 2) and _is_designation(text.words[hit.first : hit.last + 1])
    between = text.words[maker.last + 1 : hit.first]
    words = text.words[hit.first : hit.last + 1]
    if any(len(word) > 1 and word.isalpha() for word in words) or len(words) > 1 or len(words[0]) > 3:
        return len(between) <= REACH
    return len(between) <= 2 and all(word in _NEAR_NUMBER for word in between)


def _is_designation(words: Sequence[str]) -> bool:
    """Whether a spelling is letters and digits, which no ordinary word is."""
    return any(word.isdigit() for word in words) and any(word.isalpha() for word in words)


def _is_tight(text: Folded, hit: Hit) -> bool:
    between = text.folded[text.tokens[hit.first].start : text.tokens[hit.last].end]
    return not any(char.isspace() for char in between)


def _calibres(text: Folded, groups: dict[str, list[Hit]], makers: list[Hit], models: list[Hit]) -> list[Hit]:
    named = {maker_of(hit).make for hit in makers} | {model_of(hit).group for hit in models}
    found = list(groups.get("calibre", ()))
    found += [hit for hit in groups.get("calibre_marked", ()) if _is_marked(text, hit)]
    found += [hit for hit in groups.get("calibre_bare", ()) if not _is_count(text, hit, bool(named))]
    if not found:
        return found
    found = [hit for hit in found if not hit.meaning.tight or _is_tight(text, hit)]
    found = [hit for hit in found if not calibre_of(hit).for_makes or named & set(calibre_of(hit).for_makes)]
    found.sort(key=lambda hit: (hit.first, -hit.last, not calibre_of(hit).for_makes))
    return longest(found)


def _is_count(text: Folded, hit: Hit, named: bool) -> bool:
    """Whether two bare digits are no calibre: no maker or model is named, or they count or measure something."""
    if hit.length > 1 or len(text.words[hit.first]) != 2:
        return False
    if not named:
        return True
    start, end = text.tokens[hit.first].start, text.tokens[hit.first].end
    if text.folded[start - 1 : start] in ("#", "$", "/", "-", ".", "x", "+") or text.folded[end : end + 1] in (
        "%", "/", "-", '"', "'", ".", "+", "x",
    ):  # fmt: skip
        return True
    after = text.words[hit.last + 1] if hit.last + 1 < len(text.words) else ""
    before = text.words[hit.first - 1] if hit.first else ""
    return after in _COUNTED or before in _COUNTING


def _is_marked(text: Folded, hit: Hit) -> bool:
    start = text.tokens[hit.first].start
    if start and text.folded[start - 1] == "." and (start < 2 or not text.folded[start - 2].isdigit()):
        return True
    if hit.last + 1 >= len(text.words) or text.words[hit.last + 1] not in _MARKS:
        return False
    return hit.last + 2 >= len(text.words) or not text.words[hit.last + 2].isdigit()  # "box of 25 calibre 12"


def _settle(models: list[Hit], calibres: list[Hit]) -> tuple[list[Hit], list[Hit]]:
    """Give each contested token to the longer reading; to the model where both are as long."""

    def beaten(hit: Hit, others: list[Hit], by_equal: bool) -> bool:
        return any(
            other.first <= hit.last
            and hit.first <= other.last
            and (other.length > hit.length or (by_equal and other.length == hit.length))
            for other in others
        )

    kept = [hit for hit in models if not beaten(hit, calibres, by_equal=False)]
    return kept, [
        hit for hit in calibres if not beaten(hit, kept, by_equal=True) or any(_runs_on(hit, model) for model in kept)
    ]


def _runs_on(calibre: Hit, model: Hit) -> bool:
    """Whether a calibre begins with a longer model's last token and goes on: "Saiga 12 gauge" says both."""
    return (
        model.length > 1
        and model.first < calibre.first == model.last < calibre.last
        and (calibre.meaning.role == "calibre")
    )
