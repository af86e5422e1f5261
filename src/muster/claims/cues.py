"""What a claim's own words say of the measure that is meant: its nouns in order, and the cues of cues.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from glob import escape
from importlib.resources import files
from typing import Any

import yaml

from muster.claims.languages import SHORT, is_name, known, rules
from muster.claims.words import Lexicon, Words

ARTICLES = 2
"""Words that may stand between "from" and the country: an article, an adjective."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Cues:
    """nouns: things that the reader's rules know, in text order, each once. said: cue → where it first stands.

    model: the pattern of make and model that a name among the words stands for, or ""; model_kind: the kind of it where
    the catalogue tells. unknown: names beside a noun, where nothing here knows them.
    ships_from, ships_to: codes of the countries that the words say a parcel comes from or goes to.
    countries: those that the words name, with where each stands.
    """

    nouns: tuple[tuple[str, int], ...]
    said: Mapping[str, int]
    model: str
    model_kind: str = ""
    unknown: tuple[str, ...] = ()
    ships_from: frozenset[str] = frozenset()
    ships_to: frozenset[str] = frozenset()
    countries: tuple[tuple[str, int], ...] = ()

    def things(self, start: int = 0) -> list[str]:
        """Return the nouns from an offset on."""
        return [noun for noun, at in self.nouns if at >= start]


def cues(quote: str, language: str) -> Cues:
    """Return the nouns and cues of a claim's words.

    >>> found = cues("Two thirds of the weapons on sale are pistols", "en")
    >>> found.things(), sorted(found.said)
    (['weapons', 'pistols'], ['is'])
    >>> cues("Fewer than ten Kalashnikovs", "en").model
    '* ak*|ak*|*kalashnikov*'
    """
    code = language if language in known() else "en"
    read = rules(code).lexicon.read(quote, 0)
    nouns: dict[str, int] = {}
    for match in read.all("items"):
        nouns.setdefault(str(match.value), read.starts[match.first])
    own = _lexicon(code).read(quote, 0)
    said = {
        name: own.starts[found[0].first]
        for name, found in own.matches.items()
        if found and name not in ("models", "generic")
    }
    model, kind, unknown = _model(read, own, large=bool(rules(code).data.get("nouns_large")))
    named = [match for match in read.all("demonyms") if len(read.texts[match.first]) > SHORT
             or read.texts[match.first].isupper()]  # fmt: skip
    ways: dict[str, set[str]] = {"ships_from": set(), "ships_to": set()}
    if "ships" in said or "shipped" in said:
        for country in named:
            before = [(m.last, way) for way in ways for m in own.all(way) if 0 <= country.first - m.last <= ARTICLES]
            if before:
                ways[max(before)[1]].add(str(country.value))
    return Cues(
        tuple(sorted(nouns.items(), key=lambda pair: pair[1])), said, model, kind, unknown,
        frozenset(ways["ships_from"]), frozenset(ways["ships_to"]),
        tuple((str(match.value), read.starts[match.first]) for match in named),
    )  # fmt: skip


def _model(read: Words, own: Words, *, large: bool) -> tuple[str, str, tuple[str, ...]]:
    """Return pattern and kind of the model that words name, and the names beside a noun that nothing knows.

    large: the language writes its nouns large, so that a capital shows no name.
    """
    if match := next(iter(own.all("models")), None):
        return str(match.value), "", ()
    generic = {at for match in own.all("generic") for at in range(match.first, match.last)}
    beside = [*_called(read, generic), *_names(read, large=large)]
    if not beside and "mixed" not in read.kinds:
        return "", "", ()
    told = named_in(" ".join(read.texts))
    return (told[0], told[1], ()) if told else ("", "", tuple(beside))


def _names(read: Words, *, large: bool) -> list[str]:
    """Return the names that stand straight before or after a noun that is counted."""
    found = []
    for match in read.all("items"):
        for at, step in ((match.first - 1, -1), (match.last, 1)):
            while 0 < at < len(read) and _is_name(read, at, large=large):
                found.append(read.texts[at])
                at += step
    return found


def _called(read: Words, generic: set[int]) -> list[str]:
    """Return the nouns that are the name of a model or maker and so of more than a sort of thing."""
    found = []
    for match in read.all("items"):
        words = read.texts[match.first : match.last]
        if match.first not in generic and is_name(" ".join(words)):
            found.append("".join(words) if "-" in words else " ".join(words))
    return found


def _is_name(read: Words, at: int, *, large: bool) -> bool:
    if any(read.at(known_as, at) for known_as in ("demonyms", "months", "weekdays", "places", "items")):
        return False
    mixed = read.kinds[at] == "mixed" and any(sign.isalpha() for sign in read.texts[at])
    return mixed or (not large and read.kinds[at] == "word" and read.texts[at][:1].isupper())


@cache
def named_in(text: str) -> tuple[str, str] | None:
    """Return the pattern of make and model of the one model or maker that a text names, and its kind; else None.

    The catalogue reads it as it reads a listing, so the pattern is what offers of that model are called.

    >>> named_in("four RPG-7 launchers"), named_in("four Beretta 92 pistols"), named_in("ten Mosin rifles")
    ((' rpg-7', 'light_weapon'), ('beretta 92', 'handgun'), None)
    """
    from muster.recognise.lexicon import lexicon  # read when a claim names a model, and not before
    from muster.recognise.reading import maker_of, model_of
    from muster.recognise.reading import read as listing_words

    found = listing_words(text, lexicon())
    models = {(model_of(hit).make, model_of(hit).model, model_of(hit).kind) for hit in found.models}
    if len(models) == 1:
        make, model, kind = models.pop()
        return escape(f"{make} {model}".casefold()), kind
    makes = {maker_of(hit).make for hit in found.makes}
    return (escape(f"{makes.pop()} ".casefold()) + "*", "") if len(makes) == 1 and not models else None


@cache
def _lexicon(code: str) -> Lexicon:
    table: dict[str, Any] = yaml.load(files("muster.claims").joinpath("cues.yml").read_text("utf-8"), Loader=_LOADER)
    lexicon = Lexicon(elided=bool(rules(code).data.get("elided")))
    for cue, phrases in table.get(code, table["en"]).items():
        for phrase in phrases:
            lexicon.add(cue, str(phrase), cue)
    for name in table["generic"]:
        lexicon.add("generic", str(name), name)
    for name, pattern in table["models"].items():
        lexicon.add("models", str(name), pattern)
    return lexicon
