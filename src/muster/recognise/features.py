"""Turn a listing's facts into the sparse row that the learned part weighs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

from muster.model import KINDS, Kind
from muster.recognise.facts import Facts
from muster.recognise.fold import fold
from muster.recognise.reading import model_of

SENSES = (
    "handgun", "gun", "long_gun", "automatic", "light_weapon", "ammunition", "component", "magazine", "explosive",
    "bomb", "less_lethal", "blade", "pyrotechnic", "protective", "toxic", "guide", "custom", "seller_words",
    "sale_shape", "accessory", "part", "fitting", "gear", "live", "civilian", "guide_title", "guide_weak",
)  # fmt: skip
PRICE_STEPS = tuple(Decimal(step) for step in (0, 2, 10, 50, 200, 600, 2000))
"""US dollars: e-books, trinkets, sprays, parts, cheap guns, guns, dear ones. No price is a step of its own."""
DENSE: tuple[str, ...] = (
    *(f"rule:{kind}" for kind in KINDS),
    "rule:none",
    *(f"head:{sense}" for sense in SENSES),
    *(f"word:{sense}" for sense in SENSES),
    *(f"model:{kind}" for kind in KINDS),
    "make", "weak_make", "calibre", "stated_gun", "strong_cue", "strong_cues", "weak_cue", "lookalike", "measure",
    *(f"price:{step}" for step in range(len(PRICE_STEPS) + 1)),
)  # fmt: skip
"""The named features, in the order of the model's rows."""
RULES = len(KINDS) + 1
"""The first of them say what the rules answered; of these each row has one, unless it was left out."""
HASHED = 4096
"""Buckets of hashed words and letters that follow the named features."""
SIZE = len(DENSE) + HASHED
GRAM = 4
"""Letters of a letter n-gram."""
_INDEX = {name: index for index, name in enumerate(DENSE)}
RULE_WEIGHT = 3.0
"""Length of the rule's answer: kinds with few labelled listings have little else to go by."""
TEXT_WEIGHT = 1.0
"""Length of the vector of all hashed features of a title: one named feature weighs as much as all of them."""
CATEGORY_WEIGHT = 0.5
"""Length of the vector of the category's words, which sellers choose and often choose wrongly."""


def row(facts: Facts, rule: Kind | None, category: str) -> dict[int, float]:
    """Return index → value of the features of a listing, in order of index.

    >>> from muster.recognise.facts import facts
    >>> from muster.recognise.lexicon import lexicon
    >>> from muster.recognise.reading import read
    >>> found = row(facts(read("Glock 19", lexicon()), None, lexicon()), "handgun", "")
    >>> sorted(DENSE[index] for index in found if index < len(DENSE))
    ['make', 'model:handgun', 'price:0', 'rule:handgun', 'stated_gun']
    """
    found = {_INDEX[name]: 1.0 for name in _named(facts)}
    found[_INDEX[f"rule:{rule or 'none'}"]] = RULE_WEIGHT
    _spread(found, _grams(facts.reading.text.words), TEXT_WEIGHT)
    if category:
        _spread(found, {f"c:{word}": _bucket(f"c:{word}") for word in fold(category, 200).words}, CATEGORY_WEIGHT)
    return dict(sorted(found.items()))  # sums of floats depend on their order


def without_rule(found: dict[int, float]) -> dict[int, float]:
    """Return a row as it would be had no rule answered, not even that none does."""
    return {index: value for index, value in found.items() if not DENSE[min(index, len(DENSE) - 1)].startswith("rule:")}


def _named(facts: Facts) -> Iterator[str]:
    for sense in SENSES:
        if sense in facts.first:
            yield f"head:{sense}"
        if sense in facts.anywhere:
            yield f"word:{sense}"
    for kind in {model_of(hit).kind for hit in (*facts.guns, *facts.arms)}:
        yield f"model:{kind}"
    flags = {
        "make": bool(facts.makes),
        "weak_make": bool(facts.weak_makes),
        "calibre": bool(facts.reading.calibres),
        "stated_gun": facts.stated_gun,
        "strong_cue": facts.strong_cues > 0,
        "strong_cues": facts.strong_cues > 1,
        "weak_cue": facts.weak_cues > 0,
        "lookalike": facts.named_lookalike,
        "measure": facts.measures > 0,
    }
    yield from (name for name, holds in flags.items() if holds)
    yield f"price:{_price_step(facts.amount)}"


def _price_step(amount: Decimal | None) -> int:
    if amount is None or amount <= 0:
        return 0
    return sum(amount > step for step in PRICE_STEPS)


def _grams(words: list[str]) -> dict[str, int]:
    """Return the words, pairs of words and letter n-grams of the first sixty words, each with its bucket."""
    words = [word[:24] if not word.isdigit() else "0" * min(len(word), 4) for word in words[:60]]
    found: dict[str, int] = {}
    for word in words:
        found.update(_of_word(word))
    for one, other in pairwise(words):
        gram = f"p:{one} {other}"
        found[gram] = _bucket(gram)
    return found


@lru_cache(maxsize=16384)
def _of_word(word: str) -> tuple[tuple[str, int], ...]:
    """Return a word and its letter n-grams, each with its bucket."""
    grams = [f"w:{word}"]
    if len(word) > GRAM:
        grams += [f"g:{word[start : start + GRAM]}" for start in range(len(word) - GRAM + 1)]
    return tuple([(gram, _bucket(gram)) for gram in grams])


def _bucket(gram: str) -> int:
    return len(DENSE) + crc32(gram.encode()) % HASHED


def _spread(found: dict[int, float], grams: dict[str, int], weight: float) -> None:
    """Share a weight out among the buckets of some grams; two that share a bucket add up."""
    if not grams:
        return
    value = weight / len(grams) ** 0.5
    for index in grams.values():
        found[index] = found.get(index, 0.0) + value
