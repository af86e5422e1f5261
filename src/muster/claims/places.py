"""The places that words name: countries and alliances as codes, markets by name, the internet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache

from babel.numbers import get_currency_name, get_territory_currencies

from muster.claims.languages import SHORT, Rules
from muster.claims.words import Words


@dataclass(frozen=True, slots=True)
class Place:
    """A place by its normalised name and where it stands; points_back: only "there", so that of the sentence before."""

    name: str = ""
    first: int = 0
    last: int = 0
    points_back: bool = False


def venue(words: Words, lang: Rules, before: str, first: int = 0, last: int | None = None) -> Place:
    """Return the place of sale: the internet, a market named after "on", or what "there" points back to.

    >>> from muster.claims.languages import rules
    >>> venue(rules("en").lexicon.read("two pistols were offered on Bazaar in March", 0), rules("en"), "").name
    'Bazaar'
    """
    end = len(words) if last is None else last
    if match := words.any("places", first, end):
        return Place(str(match.value), match.first, match.last)
    if words.any("sale", first, end) or words.any("items", first, end):
        for on in words.all("market_before", first, end):
            to = _name(words, on.last, end)
            if to > on.last and not words.at("demonyms", on.last):
                return Place(" ".join(words.texts[on.last : to]), on.first, to)
    there = words.any("there", first, end)
    return Place(before, there.first, there.last, points_back=True) if there and before else Place()


def countries(words: Words, first: int = 0, last: int | None = None) -> list[str]:
    """Return the codes of the countries and alliances that words name, in order, each once.

    >>> from muster.claims.languages import rules
    >>> countries(rules("en").lexicon.read("US arms for Ukraine told to us", 0))
    ['US', 'UA']
    """
    found = []
    for match in words.all("demonyms", first, last):
        text = words.texts[match.first]
        if len(text) <= SHORT and not text.isupper():
            continue
        found.append(str(match.value))
    return list(dict.fromkeys(found))


def home(words: Words) -> str:
    """Return the one country that a text is about: named twice or more, and as often as all others together.

    >>> from muster.claims.languages import rules
    >>> home(rules("en").lexicon.read("Croatian police met French officers. Croatia, Croatian, in Croatia.", 0))
    'HR'
    """
    named = Counter(
        str(m.value)
        for m in words.all("demonyms")
        if len(words.texts[m.first]) > SHORT or words.texts[m.first].isupper()
    )
    first = named.most_common(1)
    return first[0][0] if first and first[0][1] >= 2 and first[0][1] >= 0.5 * named.total() else ""


@cache
def local_currency(unit: str, country: str, language: str) -> str:
    """Return the currency that a word means in a country: pesos are Colombian in Colombia; dollars stay American.

    >>> local_currency("MXN", "CO", "es"), local_currency("MXN", "ES", "es"), local_currency("USD", "AU", "en")
    ('COP', 'MXN', 'USD')
    """
    if unit == "USD" or len(country) != 2 or country == "EU":
        return unit
    own = get_territory_currencies(country)
    named = {code: get_currency_name(code, locale=language).casefold().split(" ") for code in (unit, *own[-1:])}
    return own[-1] if own and set(named[unit]) & set(named[own[-1]]) else unit


def _name(words: Words, at: int, end: int) -> int:
    """Return where a name in capitals ends that begins at a word; a month or weekday is none."""
    here = at
    while here < min(end, at + 4) and words.texts[here][:1].isupper() and words.kinds[here] in ("word", "mixed"):
        if words.at("months", here) or words.at("weekdays", here):
            break
        here += 1
    return here
