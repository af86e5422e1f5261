"""Read one folded field against the lexicon: which makers, models, calibres, words and look-alikes stand where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from muster.catalogue import Calibre, LookAlike, Maker, Model, Sense
from muster.recognise.evasion import recover
from muster.recognise.fold import Folded, fold
from muster.recognise.lexicon import Lexicon, Meaning

_NEAR_NUMBER = frozenset({"model", "mod", "m", "no", "nr", "type", "mk", "s", "w", "first", "sw", "gen", "new"})
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
_MARKS = frozenset({"cal", "caliber", "calibre", "kaliber", "calibers", "mag", "magnum", "калибр"})


@dataclass(frozen=True, slots=True)
class Hit:
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
    groups: dict[str, list[Hit]] = {}
    for number, start, _ in lexicon.automaton.find_matches_as_indexes(folded.line, overlapping=True):
        first = folded.at[start]
        last = first + lexicon.lengths[number] - 1
        for meaning in lexicon.meanings[number]:
            hit = Hit(first + meaning.before, last - meaning.after, meaning)
            groups.setdefault(meaning.role, []).append(hit)
    if not groups:
        return Reading(folded, (), (), (), (), (), (), ())
    makes = longest(groups.get("make", ()))
    weak = longest(groups.get("make_weak", ()))
    models = _models(folded, groups, [*makes, *weak])
    calibres = _calibres(folded, groups, [*makes, *weak], models)
    models, calibres = _settle(models, calibres)
    named = [*calibres, *makes, *models]
    words = tuple(hit for hit in sorted(groups.get("sense", ()), key=_place) if not _inside(hit, named))
    return Reading(
        text=folded,
        makes=tuple(hit for hit in makes if not _inside(hit, calibres)),
        weak_makes=tuple(hit for hit in weak if not _inside(hit, [*calibres, *makes])),
        models=tuple(models),
        calibres=tuple(calibres),
        words=words,
        cues=tuple(hit for hit in sorted(groups.get("cue", ()), key=_place) if not _inside(hit, words)),
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


def _models(text: Folded, groups: dict[str, list[Hit]], makers: list[Hit]) -> list[Hit]:
    found = [
        _without_maker(hit, makers) for hit in groups.get("model", ()) if not hit.meaning.tight or _is_tight(text, hit)
    ]
    named = {maker_of(hit).make for hit in makers}
    for hit in groups.get("model_of", ()):
        if model_of(hit).group in named and any(_belongs(text, hit, maker) for maker in makers):
            found.append(hit)
    found = [hit for hit in found if not _is_measure(text, hit)]
    # A maker in the text settles which of several models with one spelling is meant.
    found.sort(key=lambda hit: (hit.first, -hit.last, model_of(hit).group not in named))
    return longest(found)


def _without_maker(hit: Hit, makers: list[Hit]) -> Hit:
    """Drop the maker from a spelling that begins with it: "colt python" must not hide "python elite"."""
    ends = [maker.last for maker in makers if maker.first == hit.first and maker.last < hit.last]
    return Hit(max(ends) + 1, hit.last, hit.meaning) if ends else hit


def _is_measure(text: Folded, hit: Hit) -> bool:
    """Whether a spelling ends in a number of millimetres or inches, as "model 9" does in "new model 9mm"."""
    after = text.tokens[hit.last + 1].text if hit.last + 1 < len(text.tokens) else ""
    return text.tokens[hit.last].text.isdigit() and after in ("mm", "inch", "inches")


def _belongs(text: Folded, hit: Hit, maker: Hit) -> bool:
    """Whether a spelling that needs its maker stands close enough after it."""
    if maker_of(maker).make != model_of(hit).group or hit.first <= maker.last:
        return False
    between = text.tokens[maker.last + 1 : hit.first]
    words = [token.text for token in text.tokens[hit.first : hit.last + 1]]
    if any(len(word) > 1 and word.isalpha() for word in words) or len(words) > 1 or len(words[0]) > 3:
        return len(between) <= REACH
    return len(between) <= 2 and all(token.text in _NEAR_NUMBER for token in between)


def _is_tight(text: Folded, hit: Hit) -> bool:
    between = text.folded[text.tokens[hit.first].start : text.tokens[hit.last].end]
    return not any(char.isspace() for char in between)


def _calibres(text: Folded, groups: dict[str, list[Hit]], makers: list[Hit], models: list[Hit]) -> list[Hit]:
    named = {maker_of(hit).make for hit in makers} | {model_of(hit).group for hit in models}
    found = list(groups.get("calibre", ()))
    found += [hit for hit in groups.get("calibre_marked", ()) if _is_marked(text, hit)]
    found += [hit for hit in groups.get("calibre_bare", ()) if not _is_count(text, hit, bool(named))]
    found = [hit for hit in found if not hit.meaning.tight or _is_tight(text, hit)]
    found = [hit for hit in found if not calibre_of(hit).for_makes or named & set(calibre_of(hit).for_makes)]
    found.sort(key=lambda hit: (hit.first, -hit.last, not calibre_of(hit).for_makes))
    return longest(found)


def _is_count(text: Folded, hit: Hit, named: bool) -> bool:
    """Whether two bare digits are no calibre: no maker or model is named, or they count or measure something."""
    if hit.length > 1 or len(text.tokens[hit.first].text) != 2:
        return False
    if not named:
        return True
    start, end = text.tokens[hit.first].start, text.tokens[hit.first].end
    if text.folded[start - 1 : start] in ("#", "$", "/", "-", ".", "x", "+") or text.folded[end : end + 1] in (
        "%", "/", "-", '"', "'", ".", "+", "x",
    ):  # fmt: skip
        return True
    after = text.tokens[hit.last + 1].text if hit.last + 1 < len(text.tokens) else ""
    before = text.tokens[hit.first - 1].text if hit.first else ""
    return after in _COUNTED or before in _COUNTING


def _is_marked(text: Folded, hit: Hit) -> bool:
    start = text.tokens[hit.first].start
    if start and text.folded[start - 1] == "." and (start < 2 or not text.folded[start - 2].isdigit()):
        return True
    return hit.last + 1 < len(text.tokens) and text.tokens[hit.last + 1].text in _MARKS


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
