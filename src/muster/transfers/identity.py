"""What a table's words mean: the item by the catalogue, which part of it, and its class in two official lists.

"FGM-148", "Javelin" and "missile for Javelin" are one item; its missile and its launch unit are parts that are never
added to one another. Where the catalogue has no name, the source's own words are the name, and say so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml

from muster.catalogue import load
from muster.transfers.words import fold, ngrams, runs

LONGEST = 6
"""Words of the longest spelling that is looked for inside a text."""

MISSILES = frozenset({"anti_tank_missile", "manpads", "missile", "ballistic_missile", "air_defence_system", ""})
"""Classes in which a missile, its launch unit and the whole system are things of their own."""

NOISE = frozenset({"missile", "missiles", "for", "system", "systems", "weapon", "weapons", "launcher", "launchers",
                   "atgm", "anti", "tank", "clu", "command", "launch", "unit", "units", "the", "a", "of"})  # fmt: skip
"""Words that say nothing about which item it is."""

_FOR_PARTS = frozenset({"missile", "missiles", "launcher", "launchers", "tel", "rockets", "ammunition", "rounds",
                        "shells", "unit"})  # fmt: skip

_COUNT = re.compile(r"^\d+ (?=\S)")


@dataclass(frozen=True, slots=True)
class Item:
    """What a table's words mean.

    known_by: alias (items.yml), catalogue, or words. class_from: catalogue, source, or "".
    """

    name: str
    known_by: str
    part: str
    class_: str
    class_from: str
    unroca: str
    military_list: str


@dataclass(frozen=True, slots=True)
class _Named:
    name: str
    class_: str
    known_by: str


@lru_cache(maxsize=65536)
def identify(text: str, source_class: str = "", description: str = "", *, counted: bool = False) -> Item:
    """Return what a table's words mean.

    source_class: the class that the source itself gives. counted: a leading number is a heading's count, not a name.
    A name inside a longer text counts only where the longest one is alone and its class goes with the source's.

    >>> [identify(words).name for words in ("FGM-148", "Javelin", "Javelin anti-tank missile system", "missile for Javelin")]
    ['FGM-148 Javelin', 'FGM-148 Javelin', 'FGM-148 Javelin', 'FGM-148 Javelin']
    >>> identify("missile for Javelin").part, identify("Javelin Command Launch Unit").part, identify("Javelin").part
    ('missile', 'launch unit', '')
    >>> identify("Javelin ATM", "anti_tank_missile", "anti-tank missile").part
    'missile'
    >>> found = identify("Modified T-72 tank (T-72A/T-72M1/M1R)", "tank"); found.name, found.unroca, found.military_list
    ('T-72', 'I', 'ML6')
    >>> identify("Mystery howitzer").known_by
    'words'
    """  # noqa: E501
    bare = " ".join(text.split())
    bare = _COUNT.sub("", bare) if counted else bare
    found = _named(bare, source_class)
    class_, class_from = (found.class_, "catalogue") if found and found.class_ else (source_class, "source")
    if source_class and found and found.class_ != source_class and found.known_by == "catalogue":
        class_, class_from = source_class, "source"  # the source knows which of a family it sent
    if not class_:
        class_, class_from = _class_by_words(bare), "words"
    unroca, military_list = official_classes(class_)
    return Item(
        found.name if found else bare.rstrip(" -"), found.known_by if found else "words",
        _part(bare, description, class_), class_, class_from if class_ else "", unroca, military_list,
    )  # fmt: skip


def plain(text: str, *, counted: bool = False) -> Item:
    """Return an item by the source's own words, without a class.

    >>> plain("146 Ural-4320", counted=True).name
    'Ural-4320'
    """
    bare = " ".join(text.split())
    bare = _COUNT.sub("", bare) if counted else bare
    return Item(bare.rstrip(" -"), "words", "", "", "", "", "")


def named_in(text: str, held: Collection[str] = ()) -> str:
    """Return the one item that a sentence names, "" where it names none or several.

    held: items of which a name counts that is an ordinary word, too, where it stands with a capital.
        All capitals are no ordinary word.

    >>> named_in("In May 5,000 FGM-148 were sent"), named_in("Javelins were sent", {"FGM-148 Javelin"})
    ('FGM-148 Javelin', 'FGM-148 Javelin')
    >>> named_in("Two javelins were thrown", {"FGM-148 Javelin"}), named_in("M777 and HIMARS")
    ('', '')
    """
    found = {one.name for n in range(1, LONGEST + 1) for gram in ngrams(fold(text), n) if (one := _names().get(gram))}
    for written in re.findall(r"\b[A-ZÀ-ÝА-ЯІЇЄ][\w-]{3,}", text):
        for (word,) in (key for key in (fold(written), fold(written.removesuffix("s"))) if len(key) == 1):
            one = _wholes().get((word,))
            if one is not None and (one.name in held or written.isupper()):
                found.add(one.name)
    longest = {name for name in found if not any(name != other and name in other for other in found)}
    return longest.pop() if len(longest) == 1 else ""


def part_of(text: str) -> str:
    """Return which part of a missile system a sentence speaks of, "" where it does not say.

    >>> part_of("120 missiles for Javelin"), part_of("12 launch units"), part_of("Javelins")
    ('missile', 'launch unit', '')
    """
    return _part(text, "", "anti_tank_missile")


def official_classes(class_: str) -> tuple[str, str]:
    """Return the category of the UN Register and the heading of the EU Military List of a class; "" where none is sure.

    >>> official_classes("tank"), official_classes("pistol"), official_classes("radar")
    (('I', 'ML6'), ('SA1', 'ML1'), ('', ''))
    """
    return _classes().get(class_, ("", ""))


def known_classes() -> tuple[str, ...]:
    """Return every class that an item can have.

    >>> "manpads" in known_classes()
    True
    """
    return tuple(sorted(_classes()))


def light() -> frozenset[str]:
    """Return the classes that one or two people carry.

    >>> "manpads" in light(), "tank" in light()
    (True, False)
    """
    return frozenset(_file("classes.yml")["light"])


def _named(text: str, source_class: str) -> _Named | None:
    words = fold(text)
    whole = _wholes().get(words)
    if whole is not None:
        return whole
    heavy = _heavy().get(words)
    if heavy is not None and (_fits(heavy.class_, source_class) if source_class else _telling(words)):
        return heavy
    bare = tuple(word for word in words if word not in NOISE)
    if bare and bare != words and bare in _wholes():
        return _wholes()[bare]
    words = _after_for(words)
    if runs(words, LONGEST) & _borders():
        return None
    return _inside(words, source_class)


def _after_for(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return what a part is for: "launcher for S-300" speaks of the S-300; "radar for S-300" of something else."""
    if "for" not in words:
        return words
    at = words.index("for")
    return words[at + 1 :] if at and words[at - 1] in _FOR_PARTS else ()


def _inside(words: tuple[str, ...], source_class: str) -> _Named | None:
    """Return what the longest names inside a text mean, if they mean one thing of a fitting class."""
    for n in range(min(len(words), LONGEST), 0, -1):
        found = {_names()[gram] for gram in ngrams(words, n) if gram in _names()}
        found = {one for one in found if not source_class or _fits(one.class_, source_class)}
        if len({one.name for one in found}) == 1:
            return min(found, key=lambda one: one.class_)
        if found:
            return None
    return None


def _fits(class_: str, source_class: str) -> bool:
    """Say whether two classes are of one family: a missile is no vehicle that carries it."""
    return not class_ or class_ == source_class or _family(class_) == _family(source_class)


def _family(class_: str) -> str:
    families = {
        "guns": {"towed_gun", "self_propelled_gun", "rocket_artillery", "mortar", "anti_aircraft_gun", "anti_tank_gun"},
        "vehicles": {"tank", "infantry_fighting_vehicle", "armoured_carrier", "armoured_vehicle"},
        "missiles": {"anti_tank_missile", "manpads", "missile", "air_defence_system", "ballistic_missile"},
        "drones": {"armed_drone", "drone", "loitering_munition"},
    }
    return next((name for name, members in families.items() if class_ in members), class_)


def _part(text: str, description: str, class_: str) -> str:
    held = runs(fold(text), LONGEST)
    whole = ("system",) in held or ("systems",) in held
    for name, spellings in _parts():
        if name in ("missile", "launch unit", "system") and class_ not in MISSILES:
            continue
        if held & spellings and not (name == "missile" and whole):
            return name
    if class_ in MISSILES and description:
        said = fold(description)
        if "system" in said:
            return "system"
        if said and said[-1] in {"missile", "sam", "asm", "ssm", "bvraam", "sraam"}:
            return "missile"
    return ""


def _class_by_words(text: str) -> str:
    """Return the class whose name a text holds, where just one fits: "Mystery howitzer"."""
    held = runs(fold(text), 3)
    found = {_class_words()[gram] for gram in held if gram in _class_words()}
    return found.pop() if len(found) == 1 else ""


@cache
def _wholes() -> dict[tuple[str, ...], _Named]:
    """Return what a whole text means: aliases, then every spelling of the catalogue that only one model bears."""
    found: dict[tuple[str, ...], set[_Named]] = {}
    arms = _arms()
    for model in load().models:
        if model.class_ not in arms:
            continue  # a knife named Flash is no sonar
        one = _Named(model.model, model.class_, "catalogue")
        spellings = [model.model, *model.alone, *model.names, *model.beside]
        if model.make:
            spellings += [f"{model.make} {model.model}", *(f"{model.make} {name}" for name in model.names)]
        for spelling in spellings:
            found.setdefault(fold(spelling), set()).add(one)
    return {key: min(ones, key=lambda o: o.class_) for key, ones in found.items() if len(ones) == 1} | _aliases()


@cache
def _names() -> dict[tuple[str, ...], _Named]:
    """Return what names mean inside a longer text: those that stand alone and are no ordinary word."""
    found: dict[tuple[str, ...], set[_Named]] = {}
    arms = _arms()
    for model in load().models:
        if model.class_ not in arms:
            continue
        one = _Named(model.model, model.class_, "catalogue")
        for spelling in (model.model, *model.alone):
            key = fold(spelling)
            if _telling(key):
                found.setdefault(key, set()).add(one)
    inside = {key: next(iter(ones)) for key, ones in found.items() if len(ones) == 1}
    return inside | {key: one for key, one in _aliases().items() if _telling(key)}


def _telling(words: tuple[str, ...]) -> bool:
    """Say whether a name is met inside a text: several words, or a designation with letters and digits."""
    if len(words) != 1:
        return len(words) > 1
    mixed = re.fullmatch(r"(?=.*[a-z])(?=.*\d)[a-z0-9./]{3,}", words[0])
    return bool(mixed) and not re.fullmatch(r"\d+x\d+|\d+mm|\d+th", words[0])


@cache
def _heavy() -> dict[tuple[str, ...], _Named]:
    """Return whole texts that name heavy arms; one ordinary word counts only beside a class that goes with it."""
    found = {}
    for class_, items in _file("heavy.yml")["classes"].items():
        for spellings in items:
            for spelling in spellings:
                found[fold(str(spelling))] = _Named(str(spellings[0]), class_, "alias")
    return found


@cache
def _aliases() -> dict[tuple[str, ...], _Named]:
    by_model = {model.model: model for model in reversed(load().models)}
    found = {}
    for row in _file("items.yml")["items"]:
        model = by_model.get(row["item"])
        class_ = row.get("class") or (model.class_ if model else "")
        for spelling in (row["item"], *row["names"]):
            found[fold(str(spelling))] = _Named(row["item"], class_, "alias")
    return found


@cache
def _classes() -> dict[str, tuple[str, str]]:
    data = _file("classes.yml")
    lists = {class_: heading for heading, members in data["military_list"].items() for class_ in members}
    found = {one.name: (one.unroca, lists.get(one.name, "")) for one in load().classes}
    return found | {
        name: (row.get("unroca", ""), row.get("military_list", "")) for name, row in data["classes"].items()
    }


@cache
def _class_words() -> dict[tuple[str, ...], str]:
    by_word: dict[tuple[str, ...], set[str]] = {}
    arms = _arms()
    for one in load().classes:
        for word in one.words if one.name in arms else ():
            by_word.setdefault(fold(word), set()).add(one.name)
    return {spelling: next(iter(names)) for spelling, names in by_word.items() if len(names) == 1}


@cache
def _arms() -> frozenset[str]:
    """Return the classes that tables of transfers speak of."""
    return frozenset(one for members in _file("classes.yml")["military_list"].values() for one in members)


@cache
def _parts() -> tuple[tuple[str, frozenset[tuple[str, ...]]], ...]:
    rows = _file("items.yml")["parts"]
    return tuple((row["part"], frozenset(fold(word) for word in row["words"])) for row in rows)


@cache
def _borders() -> frozenset[tuple[str, ...]]:
    return frozenset(fold(word) for word in _file("items.yml")["borders"])


@cache
def _file(name: str) -> dict[str, Any]:
    text = files("muster.transfers").joinpath(name).read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return found


def spellings() -> Iterator[str]:
    """Yield the names of all items that a table can be known to speak of."""
    yield from sorted({one.name for one in (*_wholes().values(), *_heavy().values())})
