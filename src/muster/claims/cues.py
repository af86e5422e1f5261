"""What a claim's own words say of the measure that is meant: its nouns in order, and the cues of cues.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from muster.claims.languages import known, rules
from muster.claims.words import Lexicon

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Cues:
    """nouns: things that the reader's rules know, in text order, each once. said: cue → where it first stands.

    model: the pattern of make and model that a name among the words stands for, or "".
    """

    nouns: tuple[tuple[str, int], ...]
    said: Mapping[str, int]
    model: str

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
    said = {name: own.starts[found[0].first] for name, found in own.matches.items() if found and name != "models"}
    model = next((str(match.value) for match in own.all("models")), "")
    return Cues(tuple(sorted(nouns.items(), key=lambda pair: pair[1])), said, model)


@cache
def _lexicon(code: str) -> Lexicon:
    table: dict[str, Any] = yaml.load(files("muster.claims").joinpath("cues.yml").read_text("utf-8"), Loader=_LOADER)
    lexicon = Lexicon(elided=bool(rules(code).data.get("elided")))
    for cue, phrases in table.get(code, table["en"]).items():
        for phrase in phrases:
            lexicon.add(cue, str(phrase), cue)
    for name, pattern in table["models"].items():
        lexicon.add("models", str(name), pattern)
    return lexicon
