"""Read the catalogue's files, refuse what does not fit, and say where."""

from __future__ import annotations

import hashlib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec
import yaml

from muster.catalogue.records import (
    CalibresFile,
    Catalogue,
    LookAlikesFile,
    Maker,
    MakerRow,
    Model,
    WeaponsFile,
    WordsFile,
)
from muster.errors import MusterError
from muster.model import Kind

HERE = Path(__file__).resolve().parent
"""The folder of the files that ship with the package."""

File = TypeVar("File")


@cache
def load(folder: Path = HERE) -> Catalogue:
    """Read and check every file of a catalogue folder; the same folder is read once.

    folder: holds `weapons/*.yml`, `calibres.yml`, `words.yml` and `lookalikes.yml`.
    Raises `MusterError` that names file and entry: a wrong type, an unknown key or kind, a calibre that
        calibres.yml does not have, a model written twice.

    >>> {model.kind for model in load().models if model.model == "RPG-7"}
    {'light_weapon'}
    """
    calibres = _read(folder / "calibres.yml", CalibresFile)
    known = {calibre.name for calibre in calibres.calibres}
    files = [(path, _read(path, WeaponsFile)) for path in sorted((folder / "weapons").glob("*.yml"))]
    for path, file in files:
        _check(path, file, known)
    return Catalogue(
        makers=_makers([file for _, file in files]),
        models=tuple(model for _, file in files for model in _models(file)),
        calibres=calibres.calibres,
        senses=_read(folder / "words.yml", WordsFile).senses,
        lookalikes=_read(folder / "lookalikes.yml", LookAlikesFile).senses,
        digest=_digest(folder),
    )


def _read(path: Path, type_: type[File]) -> File:
    where = f"catalogue/{path.name}"
    if not path.is_file():
        raise MusterError("the catalogue lacks a file", where=where, do="put the file back")
    try:
        found = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise MusterError("not YAML", where=where, found=error, do="mend the line named") from error
    try:
        return msgspec.convert(found, type_)
    except msgspec.ValidationError as error:
        raise MusterError(
            "an entry is not as the catalogue is declared",
            where=where,
            found=error,
            do="mend the entry: $ is the file, and entries are counted from 0 (numbers need quotes)",
        ) from error


def _check(path: Path, file: WeaponsFile, calibres: set[str]) -> None:
    for maker in file.makes:
        where = f"catalogue/weapons/{path.name}, {maker.make}"
        for model, times in Counter(row.model for row in maker.models).items():
            if times > 1:
                raise MusterError("a model is written twice", where=where, found=model, do="keep one")
        for row in maker.models:
            for calibre in row.calibres:
                if calibre not in calibres:
                    raise MusterError(
                        "a calibre that calibres.yml does not have",
                        where=f"{where} {row.model}",
                        found=calibre,
                        do="write its name as calibres.yml does, or add it there",
                    )


def _models(file: WeaponsFile) -> list[Model]:
    return [
        Model(
            make="" if maker.heading else maker.make,
            model=row.model,
            kind=row.kind or file.kind,
            names=row.names,
            alone=row.alone,
            calibres=row.calibres,
            source=row.source or file.source,
            group=maker.make,
        )
        for maker in file.makes
        for row in maker.models
    ]


def _makers(files: list[WeaponsFile]) -> tuple[Maker, ...]:
    rows: dict[str, list[MakerRow]] = {}
    kinds: dict[str, Counter[Kind]] = {}
    for file in files:
        for maker in file.makes:
            rows.setdefault(maker.make, []).append(maker)
            counts = kinds.setdefault(maker.make, Counter({file.kind: 1}))
            counts.update(row.kind or file.kind for row in maker.models)
    return tuple(
        Maker(
            make=make,
            kind=_commonest(kinds[make]),
            kinds=frozenset(kinds[make]),
            aliases=tuple(dict.fromkeys(alias for row in found for alias in row.aliases)),
            common_words=tuple(dict.fromkeys(alias for row in found for alias in row.common_words)),
            heading=any(row.heading for row in found),
            country=next((row.country for row in found if row.country), ""),
        )
        for make, found in rows.items()
    )


def _commonest(counts: Counter[Kind]) -> Kind:
    return max(counts, key=lambda kind: (counts[kind], kind))


def _digest(folder: Path) -> str:
    paths = sorted(folder.rglob("*.yml"), key=lambda path: path.relative_to(folder).as_posix())
    total = hashlib.sha256()
    for path in paths:
        total.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()
