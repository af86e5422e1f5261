"""What must hold of the catalogue's entries; each refusal names file and line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from muster.catalogue.records import Ambiguous, MakerRow, ModelRow, WeaponsFile
from muster.errors import MusterError

_TOKEN = re.compile(r"[^\W\d_]+|\d+")


@dataclass(frozen=True, slots=True)
class Known:
    """The names that entries may use: of calibres, of classes, of sources."""

    calibres: frozenset[str]
    classes: frozenset[str]
    sources: frozenset[str]


@dataclass(frozen=True, slots=True)
class Written:
    """A file of weapons/ as it was read, with its path."""

    path: Path
    file: WeaponsFile


def plain(spelling: str) -> str:
    """Return a spelling as its runs of letters and of digits, so that two ways to write one name are equal.

    >>> plain("AK-47"), plain("ak 47"), plain("M11/9")
    ('ak 47', 'ak 47', 'm 11 9')
    """
    return " ".join(_TOKEN.findall(spelling.casefold()))


def check_rows(written: Sequence[Written], known: Known) -> None:
    """Refuse an unknown calibre, class or source, and a model that one maker has twice in a file."""
    for one in written:
        _name(one, "class", one.file.class_, known.classes, "")
        _name(one, "source", one.file.source.split(" ")[0], known.sources, "")
        for maker in one.file.makes:
            seen: set[str] = set()
            _row(one, maker, maker.make, known)
            for row in maker.models:
                _row(one, row, f"{maker.make} {row.model}", known)
                if row.model in seen:
                    raise _refusal(one, "a model is written twice", f"{maker.make} {row.model}", row.model, "keep one")
                seen.add(row.model)


def check_spellings(written: Sequence[Written], declared: Iterable[Ambiguous], where: str) -> None:
    """Refuse a spelling that two entries bear, unless ambiguous.yml names both."""
    bearers: dict[str, dict[str, tuple[Written, str]]] = {}
    for one in written:
        for maker in one.file.makes:
            for row in maker.models:
                for spelling in standing_alone(row):
                    entry = f"{maker.make} {row.model}"
                    bearers.setdefault(plain(spelling), {}).setdefault(entry, (one, spelling))
    allowed = {plain(one.spelling): one for one in declared}
    for pattern, found in bearers.items():
        if len(found) > 1 and set(found) != set(allowed[pattern].means if pattern in allowed else ()):
            one, spelling = list(found.values())[-1]
            raise _refusal(
                one, "a spelling means several models", " and ".join(found), spelling,
                "make it a name that counts beside its maker, or declare it in ambiguous.yml",
            )  # fmt: skip
    for pattern, said in allowed.items():
        if len(bearers.get(pattern, ())) < 2:
            raise MusterError(
                "a spelling declared ambiguous is none", where=f"{where}:{_line(where, said.spelling)}",
                found=said.spelling, do="take the declaration out",
            )  # fmt: skip


def standing_alone(row: ModelRow) -> tuple[str, ...]:
    """Return the spellings that mean a model without its maker, those of other languages too."""
    return tuple(dict.fromkeys([*row.alone, *(name for names in row.local.values() for name in names)]))


def _row(one: Written, row: MakerRow | ModelRow, entry: str, known: Known) -> None:
    for calibre in row.calibres:
        _name(one, "calibre", calibre, known.calibres, entry)
    if row.class_:
        _name(one, "class", row.class_, known.classes, entry)
    if row.source:
        _name(one, "source", row.source.split(" ")[0], known.sources, entry)


def _name(one: Written, what: str, name: str, known: frozenset[str], entry: str) -> None:
    if name in known:
        return
    near = get_close_matches(name, sorted(known), 1)
    do = f"write {near[0]!r}, or add {name!r}" if near else f"add {name!r}"
    end = "es.yml" if what == "class" else "s.yml"
    raise _refusal(one, f"a {what} that {what}{end} does not have", entry, name, f"{do} to {what}{end}")


def _refusal(one: Written, what: str, entry: str, found: str, do: str) -> MusterError:
    place = f"{one.path}:{_line(one.path, found)}"
    return MusterError(what, where=f"{place} {entry}".strip(), found=found, do=do)


def _line(path: Path | str, spelling: str) -> int:
    """Return the number of the last line that holds a spelling: of two entries the later is the one to mend."""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return max((number for number, line in enumerate(lines, 1) if spelling in line), default=1)
