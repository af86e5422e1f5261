"""Read the catalogue's files, refuse what does not fit, and say where."""

from __future__ import annotations

import hashlib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

from muster.catalogue.checks import Known, Written, check_rows, check_spellings, standing_alone
from muster.catalogue.records import (
    AmbiguousFile,
    ArmClass,
    CalibresFile,
    Catalogue,
    ClassesFile,
    LookAlikesFile,
    Maker,
    MakerRow,
    Model,
    ModelRow,
    SourcesFile,
    WeaponsFile,
    WordsFile,
)
from muster.errors import MusterError
from muster.model import Kind

HERE = Path(__file__).resolve().parent
"""The folder of the files that ship with the package."""
COMPILED = HERE / "compiled.msgpack"
"""What those files say, checked, in a form that is read in a twentieth of the time; written by `compiled`."""

File = TypeVar("File")


@cache
def load(folder: Path = HERE) -> Catalogue:
    """Read and check every file of a catalogue folder; the same folder is read once.

    folder: holds `weapons/*.yml` and the other files that docs/catalogue.md names. Where they are byte for byte those
        that `COMPILED` was made from, that is read in their stead; where one has changed, they are.
    Raises `MusterError` that names file and line: a wrong type, an unknown key, a calibre, class or source that
        its file does not have, a model written twice, a spelling that two models bear and nobody declared.

    >>> {model.class_ for model in load().models if model.model == "RPG-7"}
    {'rocket_launcher'}
    """
    digest = _digest(folder)
    return _compiled(digest) or read_files(folder, digest)


def read_files(folder: Path, digest: str) -> Catalogue:
    """Read and check the files themselves. digest: of all of them."""
    calibres = _read(folder / "calibres.yml", CalibresFile).calibres
    classes = _read(folder / "classes.yml", ClassesFile).classes
    sources = _read(folder / "sources.yml", SourcesFile).sources
    ambiguous = _read(folder / "ambiguous.yml", AmbiguousFile).spellings
    written = [Written(path, _read(path, WeaponsFile)) for path in sorted((folder / "weapons").glob("*.yml"))]
    known = Known(
        calibres=frozenset(calibre.name for calibre in calibres),
        classes=frozenset(one.name for one in classes),
        sources=frozenset(one.name for one in sources),
    )
    check_rows(written, known)
    check_spellings(written, ambiguous, str(folder / "ambiguous.yml"))
    by_name = {one.name: one for one in classes}
    files = [one.file for one in written]
    return Catalogue(
        makers=_makers(files, by_name),
        models=tuple(model for file in files for model in _models(file, by_name)),
        classes=classes,
        sources=sources,
        ambiguous=ambiguous,
        calibres=calibres,
        senses=_read(folder / "words.yml", WordsFile).senses,
        lookalikes=_read(folder / "lookalikes.yml", LookAlikesFile).senses,
        digest=digest,
    )


def compiled(catalogue: Catalogue) -> bytes:
    """Return the bytes of `COMPILED` for a catalogue; equal catalogues give equal bytes."""
    return catalogue.digest.encode() + msgspec.msgpack.Encoder(order="deterministic").encode(catalogue)


def _compiled(digest: str) -> Catalogue | None:
    """Return the catalogue that was compiled from files of this digest; None where there is none."""
    if not COMPILED.is_file():
        return None
    data = COMPILED.read_bytes()
    if data[: len(digest)] != digest.encode():
        return None
    try:
        return msgspec.msgpack.decode(data[len(digest) :], type=Catalogue)
    except msgspec.MsgspecError:  # a damaged file: the others say the same
        return None


def _read(path: Path, type_: type[File]) -> File:
    import yaml  # only where a file was changed: it takes longer to import than the compiled form to read

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


def _models(file: WeaponsFile, classes: dict[str, ArmClass]) -> list[Model]:
    return [_model(file, maker, row, classes) for maker in file.makes for row in maker.models]


def _model(file: WeaponsFile, maker: MakerRow, row: ModelRow, classes: dict[str, ArmClass]) -> Model:
    class_ = classes[row.class_ or maker.class_ or file.class_]
    return Model(
        make="" if maker.heading else maker.make,
        model=row.model,
        kind=class_.kind,
        class_=class_.name,
        action=row.action or (None if row.class_ else maker.action) or class_.action,
        names=row.names,
        alone=standing_alone(row),
        beside=row.beside,
        local=tuple(row.local.items()),
        calibres=row.calibres or (() if row.class_ else maker.calibres),
        country=maker.country,
        source=row.source or maker.source or file.source,
        group=maker.make,
    )


def _makers(files: list[WeaponsFile], classes: dict[str, ArmClass]) -> tuple[Maker, ...]:
    rows: dict[str, list[MakerRow]] = {}
    kinds: dict[str, Counter[Kind]] = {}
    for file in files:
        for maker in file.makes:
            usual = maker.class_ or file.class_
            rows.setdefault(maker.make, []).append(maker)
            counts = kinds.setdefault(maker.make, Counter({classes[usual].kind: 1}))
            counts.update(classes[row.class_ or usual].kind for row in maker.models)
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
