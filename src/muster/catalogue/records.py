"""The records of the catalogue: what a file may say (`…File`), and what the rest of the house reads."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from muster.model import Kind


class ModelRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One model as a file writes it.

    model: designation without its maker, as an offer will carry it.
    names: other spellings that count only when the maker is named too.
    alone: spellings that mean this model without its maker. One written without space or hyphen is met only so.
    calibres: what it is chambered for, by the names of calibres.yml.
    kind: where it differs from its file's.
    """

    model: str
    names: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    calibres: tuple[str, ...] = ()
    kind: Kind | None = None
    source: str = ""


class MakerRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One maker and its models as a file writes them.

    aliases: spellings that mean this maker wherever they stand.
    common_words: spellings that are also ordinary words: they count only beside something else.
    heading: the name gathers models of many makers, and is no maker itself.
    country: ISO 3166 alpha-2 of the maker's seat.
    """

    make: str
    models: tuple[ModelRow, ...] = ()
    aliases: tuple[str, ...] = ()
    common_words: tuple[str, ...] = ()
    heading: bool = False
    country: str = ""


class WeaponsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of weapons/: one kind, one source unless an entry names its own."""

    kind: Kind
    source: str
    makes: tuple[MakerRow, ...]


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
    """A model of a maker, with the kind it is. `make` is empty under a heading."""

    make: str
    model: str
    kind: Kind
    names: tuple[str, ...]
    alone: tuple[str, ...]
    calibres: tuple[str, ...]
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
    calibres: tuple[Calibre, ...]
    senses: tuple[Sense, ...]
    lookalikes: tuple[LookAlike, ...]
    digest: str
