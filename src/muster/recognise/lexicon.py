"""Compile the catalogue into one automaton over folded lines: every spelling, and what it may mean."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache

import ahocorasick_rs
import msgspec

from muster.catalogue import Calibre, Catalogue, LookAlike, Maker, Model, Sense, load
from muster.model import Kind
from muster.recognise.evasion import Vocabulary, vocabulary
from muster.recognise.fold import key

_BORES = frozenset({"gauge", "bore"})
"""Calibres that are measured so are a shotgun's."""


class Meaning(msgspec.Struct, frozen=True):
    """What a spelling may mean.

    role: `make`, `make_weak` (an ordinary word too), `model` (stands alone), `model_of` (only with its maker),
        `calibre`, `calibre_marked`, `calibre_bare`, `sense`, `cue` (of a look-alike) or `lookalike` (a whole name).
    tight: the spelling is met only where no space parts its letters and digits.
    before, after: tokens at the spelling's ends that had to stand there and are no part of the name.
    group: of the role `model_of`, the maker or heading that must be named too.
    """

    role: str
    of: Maker | Model | Calibre | Sense | LookAlike
    tight: bool = False
    before: int = 0
    after: int = 0
    group: str = ""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The automaton, the meanings of each pattern by its number, and the words worth recovering from disguise."""

    automaton: ahocorasick_rs.AhoCorasick
    meanings: tuple[tuple[Meaning, ...], ...]  # those that need no maker
    of_maker: tuple[tuple[Meaning, ...], ...]  # those of the role `model_of`
    lengths: tuple[int, ...]  # tokens of each pattern
    disguised: Vocabulary
    makers: dict[str, Maker]
    evidence: frozenset[str]  # senses one word of which makes a listing worth weighing
    chambered: dict[str, Kind]  # for each calibre the kind that most models in it are


@cache
def lexicon() -> Lexicon:
    """Return the lexicon of the catalogue that ships with the package; it is compiled once."""
    return compile_lexicon(load())


def compile_lexicon(catalogue: Catalogue) -> Lexicon:
    """Compile a catalogue."""
    found = spellings(catalogue)
    patterns = sorted(found)
    return Lexicon(
        automaton=ahocorasick_rs.AhoCorasick([f" {pattern} " for pattern in patterns]),
        meanings=tuple(tuple(one for one in found[p] if one.role != "model_of") for p in patterns),
        of_maker=tuple(tuple(one for one in found[p] if one.role == "model_of") for p in patterns),
        lengths=tuple(pattern.count(" ") + 1 for pattern in patterns),
        disguised=vocabulary(_disguised(found)),
        makers={maker.make: maker for maker in catalogue.makers},
        evidence=frozenset(sense.sense for sense in catalogue.senses if sense.evidence),
        chambered=_chambered(catalogue),
    )


def spellings(catalogue: Catalogue) -> dict[str, list[Meaning]]:
    """Return every spelling of a catalogue, folded, with all that it may mean.

    >>> {meaning.role for meaning in spellings(load())["python"]}
    {'model_of'}
    """
    found: dict[str, list[Meaning]] = {}

    def add(spelling: str, meaning: Meaning) -> None:
        pattern = key(spelling)
        if pattern:
            entry = found.setdefault(pattern, [])
            if meaning not in entry:
                entry.append(meaning)

    words = {one.name: one.words for one in catalogue.classes}
    for maker in catalogue.makers:
        for alias in maker.aliases:
            add(alias, Meaning("make", maker))
        for alias in maker.common_words:
            add(alias, Meaning("make_weak", maker))
    for model in catalogue.models:
        for alias in model.alone:
            add(alias, Meaning("model", model, tight=_is_tight(alias)))
        for alias in _with_maker(model):
            add(alias, Meaning("model_of", model, group=model.group))
        for alias in model.beside:
            for word in words[model.class_]:
                length = key(word).count(" ") + 1
                add(f"{word} {alias}", Meaning("model", model, before=length))
                add(f"{alias} {word}", Meaning("model", model, after=length))
    for calibre in catalogue.calibres:
        for role, spellings in (
            ("calibre", calibre.strict), ("calibre_marked", calibre.marked), ("calibre_bare", calibre.bare),
        ):  # fmt: skip
            for alias in spellings:
                add(alias, Meaning(role, calibre, tight=_is_tight(alias)))
    for sense in catalogue.senses:
        for alias in sense.words:
            add(alias, Meaning("sense", sense))
    for lookalike in catalogue.lookalikes:
        for alias in lookalike.cues:
            add(alias, Meaning("cue", lookalike))
        for alias in lookalike.names:
            add(alias, Meaning("lookalike", lookalike))
    return found


def _chambered(catalogue: Catalogue) -> dict[str, Kind]:
    counts: dict[str, Counter[Kind]] = {
        calibre.name: Counter({"long_gun": 1}) for calibre in catalogue.calibres if calibre.name.split()[-1] in _BORES
    }
    for model in catalogue.models:
        for calibre in model.calibres:
            counts.setdefault(calibre, Counter())[model.kind] += 1
    return {calibre: _commonest(found) for calibre, found in counts.items()}


def _commonest(counts: Counter[Kind]) -> Kind:
    return max(counts, key=lambda kind: (counts[kind], kind))


def _with_maker(model: Model) -> list[str]:
    """Return the spellings of a model that count beside its maker: "Model 57" is written 57, Mod 57 and M57 too."""
    spellings = [model.model, *model.names]
    if model.model.startswith("Model "):
        number = model.model.removeprefix("Model ")
        spellings += [number, f"mod {number}", f"m {number}"]
    return spellings


def _is_tight(alias: str) -> bool:
    """Whether a spelling is met only without a space: "7x64" is a calibre, "Windows 7 x64" is none."""
    return not any(sign in alias for sign in " -/")


def _disguised(found: dict[str, list[Meaning]]) -> list[str]:
    """Return the single words that speak of weapons and hardly of anything else."""
    return [
        pattern
        for pattern, meanings in found.items()
        if any(
            meaning.role == "make"
            or (meaning.role == "model" and not meaning.tight)
            or (isinstance(meaning.of, Sense) and meaning.of.evidence and meaning.of.sense != "custom")
            for meaning in meanings
        )
    ]
