"""What a claim asks of a ledger: which state of arms or money, of which item, from whom, to whom, until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from muster.claims.article import Article
from muster.claims.languages import known, rules
from muster.claims.measures import period_days
from muster.claims.numbers import numbers
from muster.claims.words import Lexicon
from muster.model import Claim
from muster.transfers import Ask, Ledger
from muster.transfers.identity import named_in, part_of
from muster.transfers.parties import name

TYPES = frozenset({"count", "share", "money", "existence", "date"})
"""Claims that a ledger can speak to; what somebody is said to have said is for reference texts."""

BEFORE = 400
"""Characters of the same paragraph before a claim that are looked at for whom it speaks of."""

PAIRS_SQL = """
SELECT supplier, recipient, count(*) AS n FROM transfer GROUP BY ALL ORDER BY supplier, recipient
"""


@dataclass(frozen=True, slots=True)
class Question:
    """What a claim asks.

    measure: a word of `ledger.yml`. part: missile, launch unit …, or "" where the claim does not say.
    assumed: what was taken from the words before it, in words. named: the item that it names, "" for none.
    only: it says that there were no more ("only 80"), so what bears its number out must list all there is.
    """

    measure: str
    ask: Ask
    part: str
    named: str
    assumed: str
    only: bool = False


class Parties:
    """Who sends and who receives in a ledger: what decides which of two names in a sentence is which.

    items: what the ledger holds.
    """

    def __init__(self, ledger: Ledger) -> None:
        rows = ledger.db.rows(PAIRS_SQL)
        self.pairs = {(row["supplier"], row["recipient"]): row["n"] for row in rows}
        self.receive = {to for _, to in self.pairs if to}
        self.give = {of for of, _ in self.pairs if of}
        self.items = {str(row["item"]) for row in ledger.db.rows("SELECT DISTINCT item FROM transfer ORDER BY item")}
        self.written = {name(key): key for key in self.receive | self.give if len(name(key)) > 3}

    def named(self, text: str, language: str) -> list[str]:
        """Return the parties of the ledger that a text names, in its order, each once."""
        words = rules(language).lexicon.read(text, 0)
        found = []
        for match in words.all("demonyms"):
            written = words.texts[match.first]
            if len(written) > 3 or written.isupper():
                found.append((words.starts[match.first], str(match.value)))
        found += [(text.index(spelt), key) for spelt, key in self.written.items() if spelt in text]
        held = self.receive | self.give
        return list(dict.fromkeys(key for _, key in sorted(found) if key in held))


def question(claim: Claim, published: date | None, text: Article, parties: Parties) -> Question | None:
    """Return what a claim asks of a ledger, or None where it asks nothing of one.

    published: a claim without a period speaks of what had happened by that day.
    """
    measure = measure_of(claim.quote, text.language)
    if measure is None or claim.type not in TYPES or any(facet.kind == "offer" for facet in claim.facets):
        return None
    return about(claim, measure, published, text, parties)


def about(claim: Claim, measure: str, published: date | None, text: Article, parties: Parties) -> Question | None:
    """Return the question of a claim whose measure is known."""
    item = named_in(claim.quote, parties.items)
    noun = (claim.item or claim.unit).lower()
    class_ = _tables()["classes"].get(noun, "")
    if not item and not class_ and noun not in _tables()["any"] and claim.type not in ("money", "share"):
        return None  # "thousands of people were captured" asks nothing of a ledger of arms
    supplier, recipient, assumed = _who(claim, text, parties)
    first, last = period_days(claim.period) if claim.period else (None, published)
    if measure in ("undelivered", "unaccounted"):
        first = None  # what is left over is left of all that came before
    last = min(day for day in (last, published) if day) if last or published else None
    ask = Ask(item or (f"class:{class_}" if class_ else ""), supplier, recipient, first, last)
    part = part_of(claim.quote) if item else ""
    return Question(measure, ask, part, item, assumed, rules_out_more(claim, text.language))


def measure_of(quote: str, language: str) -> str | None:
    """Return what a sentence says became of something, None where it says nothing of the kind.

    >>> measure_of("Two thirds of the missiles never arrived", "en"), measure_of("14 milliards déjà perdus", "fr")
    ('undelivered', 'lost')
    >>> measure_of("Eighty pistols are on sale", "en")
    """
    if language not in known():
        return None
    found = {match.category for group in _lexicon(language).read(quote, 0).matches.values() for match in group}
    return next((one for one in _tables()["measures"] if one in found), None)


def rules_out_more(claim: Claim, language: str) -> bool:
    """Say whether a claim says of its number that there were no more: "only 80", "80 seulement"."""
    if language not in known() or claim.value is None:
        return False
    lang, words = rules(language), _lexicon(language).read(claim.quote, 0)
    for number in numbers(lang.lexicon.read(claim.quote, 0), lang):
        if number.value != claim.value:
            continue
        first, ends = number.first, {number.last, number.noun[1]}
        if words.ending("only", first) or any(words.at("only", last) for last in ends):
            return True
        if (but := words.ending("but", first)) and words.any("not", 0, but.first):
            return True
    return False


def states(measure: str) -> tuple[str, ...]:
    """Return the states of the ledger that a measure counts; raises `KeyError` for one that is a remainder."""
    return tuple(_tables()["states"][measure])


def needs(measure: str) -> str:
    """Return what would decide a claim about a measure."""
    found: Mapping[str, str] = _tables()["needs"]
    return " ".join(found.get(measure, found["other"]).split())


def _who(claim: Claim, text: Article, parties: Parties) -> tuple[str, str, str]:
    """Return supplier, recipient, and what was taken from the words before the claim."""
    names = parties.named(claim.quote, text.language)
    if claim.place in parties.receive | parties.give and claim.place not in names:
        names.append(claim.place)
    supplier, recipient = _roles(names, claim.place, parties)
    if recipient:
        return supplier, recipient, ""
    before = text.text[max(0, claim.start - BEFORE) : claim.start].rsplit("\n\n", 1)[-1]
    earlier = [one for one in parties.named(before, text.language) if one in parties.receive and one != supplier]
    if not earlier:
        return supplier, "", ""
    # of those named before it, the one that the giver named here (or anybody) gave most to
    best = max(earlier, key=lambda one: (_gifts(parties, supplier, one), earlier.index(one)))
    return supplier, best, f"read as about {name(best)}, which the words before it name"


def _roles(names: Sequence[str], place: str, parties: Parties) -> tuple[str, str]:
    """Return supplier and recipient of those whom a sentence names: the way round in which the ledger holds lines."""
    if len(names) >= 2:
        ways = [(a, b) for a in names for b in names if a != b]
        best = max(ways, key=lambda way: parties.pairs.get(way, 0))
        if parties.pairs.get(best, 0):
            return best
    if place in names and place in parties.receive:
        return "", place
    for one in names:
        got = sum(n for (_, to), n in parties.pairs.items() if to == one)
        gave = sum(n for (of, _), n in parties.pairs.items() if of == one)
        return ("", one) if got >= gave else (one, "")
    return "", ""


def _gifts(parties: Parties, supplier: str, recipient: str) -> int:
    return sum(n for (of, to), n in parties.pairs.items() if to == recipient and (not supplier or of == supplier))


@cache
def _lexicon(language: str) -> Lexicon:
    found = Lexicon(elided=language == "fr")
    for measure, phrases in _tables().get(language, {}).items():
        for phrase in phrases:
            found.add(measure, phrase, measure)
    return found


@cache
def _tables() -> dict[str, Any]:
    text = files("muster.claims").joinpath("ledger.yml").read_text(encoding="utf-8")
    tables: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return tables
