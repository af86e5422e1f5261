"""The records of the catalogue: what a file may say (`…File`), and what the rest of the house reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec

from muster.model import Kind

Action = Literal[
    "semi", "full", "bolt", "straight_pull", "pump", "lever", "break", "single_shot", "revolver", "muzzle_loader",
    "spring", "gas", "electric", "manual",
]  # fmt: skip
"""How a weapon is worked; docs/catalogue.md says what each word means."""
Language = Literal[
    "bg", "cs", "de", "en", "es", "fi", "fr", "hr", "hu", "it", "nl", "pl", "pt", "ro", "ru", "sr", "sv", "tr", "uk"
]
"""ISO 639-1 codes of the languages that names may be given in."""


class ModelRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"class_": "class"}):
    """One model as a file writes it.

    model: designation without its maker, as an offer will carry it.
    names: other spellings that count only when the maker is named too.
    alone: spellings that mean this model without its maker. One written without space or hyphen is met only so.
    beside: ordinary words that mean this model only straight before or after a word of its class.
    local: by language, names that stand alone and differ from those above.
    calibres: what it is chambered for, by the names of calibres.yml.
    class_: its class, a name of classes.yml, where it differs from its maker's or its file's.
    action: how it works, where that differs from its maker's or its class's.
    source: a key of sources.yml, and the place there after a space.
    """

    model: str
    names: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    local: Mapping[Language, tuple[str, ...]] = {}
    calibres: tuple[str, ...] = ()
    class_: str = ""
    action: Action | None = None
    source: str = ""


class MakerRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"class_": "class"}):
    """One maker and its models as a file writes them.

    aliases: spellings that mean this maker wherever they stand.
    common_words: spellings that are also ordinary words: they count only beside something else.
    heading: the name gathers models of many makers, and is no maker itself.
    country: ISO 3166 alpha-2 of the maker's seat.
    class_, action, calibres, source: what holds for its models in this file where their rows do not say.
    """

    make: str
    models: tuple[ModelRow, ...] = ()
    aliases: tuple[str, ...] = ()
    common_words: tuple[str, ...] = ()
    heading: bool = False
    country: str = ""
    class_: str = ""
    action: Action | None = None
    calibres: tuple[str, ...] = ()
    source: str = ""


class WeaponsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"class_": "class"}):
    """A file of weapons/: one class and one source unless a maker or an entry names its own."""

    class_: str
    source: str
    makes: tuple[MakerRow, ...]


class ArmClass(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"name": "class"}):
    """A class of arms.

    kind: the recogniser's kind of everything in it.
    unroca: its category in the United Nations Register of Conventional Arms, "" where it has none or none is sure.
    action: how its members work unless an entry says otherwise.
    words: what such a thing is called, in several languages; beside them the `beside` names of its models count.
    """

    name: str
    kind: Kind
    title: str
    unroca: str = ""
    action: Action | None = None
    words: tuple[str, ...] = ()


class ClassesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """classes.yml."""

    source: str
    classes: tuple[ArmClass, ...]


class CitedSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"name": "source"}):
    """What an entry rests on: the key that entries use, and the citation."""

    name: str
    title: str


class SourcesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """sources.yml."""

    sources: tuple[CitedSource, ...]


class Ambiguous(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A spelling that several entries bear. means: `maker model` of each; without other words the first is meant."""

    spelling: str
    means: tuple[str, ...]


class AmbiguousFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """ambiguous.yml."""

    spellings: tuple[Ambiguous, ...]


class Calibre(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A calibre by its common name, and its spellings (the head of calibres.yml says what each list means)."""

    name: str
    strict: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()
    for_makes: tuple[str, ...] = ()


class CalibresFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """calibres.yml."""

    source: str
    calibres: tuple[Calibre, ...]


class Sense(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that say what sort of thing is offered; `evidence`: one alone makes a listing worth weighing."""

    sense: str
    words: tuple[str, ...]
    evidence: bool = False


class WordsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """words.yml."""

    source: str
    senses: tuple[Sense, ...]


class LookAlike(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What bears the name of a weapon and is none (the head of lookalikes.yml says what each list means)."""

    sense: str
    strong: bool
    cues: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    borne: tuple[str, ...] = ()


class LookAlikesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """lookalikes.yml."""

    source: str
    senses: tuple[LookAlike, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """A model of a maker, with the kind it is. `make` is empty under a heading.

    source: a key of `Catalogue.sources`, and the place there after a space.
    """

    make: str
    model: str
    kind: Kind
    class_: str
    action: Action | None
    names: tuple[str, ...]
    alone: tuple[str, ...]  # those of every language too
    beside: tuple[str, ...]
    local: tuple[tuple[Language, tuple[str, ...]], ...]
    calibres: tuple[str, ...]
    country: str
    source: str
    group: str  # the maker's or heading's name, by which `names` are tied to aliases


@dataclass(frozen=True, slots=True)
class Maker:
    """A maker, with the kind that most of its models are."""

    make: str
    kind: Kind
    kinds: frozenset[Kind]  # every kind that a model of it is
    aliases: tuple[str, ...]
    common_words: tuple[str, ...]
    heading: bool
    country: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that the data files say; `digest` is the SHA-256 of their bytes in order of name."""

    makers: tuple[Maker, ...]
    models: tuple[Model, ...]
    classes: tuple[ArmClass, ...]
    sources: tuple[CitedSource, ...]
    ambiguous: tuple[Ambiguous, ...]
    calibres: tuple[Calibre, ...]
    senses: tuple[Sense, ...]
    lookalikes: tuple[LookAlike, ...]
    digest: str
