"""Where derived tables lie: `CASE/derived/<stage>/<key>/*.parquet`, and which of them stand for the case at present.

A key is the SHA-256 of all that the tables depend on: digests of the input, the code and declarations of the rooms that
made them, the settings. Equal keys are equal tables, so nothing is done twice. `present.json` names the folders of the
last whole run and is replaced in one step: a run that is killed leaves the case as it was.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from muster.case import Case
from muster.errors import CaseError
from muster.model import canonical_json, digest
from muster.schema import TABLES

Present = Mapping[str, list[str]]
"""Stage → keys of its folders, sorted."""


@cache
def rooms_digest(*rooms: str) -> str:
    """Return the digest of the code and declarations of some rooms: what "the stage's version" is.

    A changed rule, profile or catalogue entry makes what was derived with it stale by itself.
    """
    hasher = hashlib.sha256()
    for room in sorted(rooms):
        for name, data in _files(files("muster").joinpath(room), room):
            hasher.update(f"{name}\0{len(data)}\0".encode())
            hasher.update(data)
    return hasher.hexdigest()


def key(*parts: object) -> str:
    """Return the key of a folder of derived tables."""
    return digest(canonical_json(parts).encode())[:32]


def key_mark(token_key: bytes) -> str:
    """Return what tells one token key from another without telling the key."""
    return hmac.new(token_key, b"muster derived tables", hashlib.sha256).hexdigest()[:16]


def folder(case: Case, stage: str, name: str) -> Path:
    """Return the folder of one key of a stage."""
    return case.derived / stage / name


def present(case: Case) -> Present:
    """Return which folders stand for the case; empty before the first whole run."""
    path = case.derived / "present.json"
    if not path.is_file():
        return {}
    try:
        found: Present = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CaseError(
            "the list of derived tables is damaged", where=str(path), found=str(error),
            do=f"delete {case.derived} and run again; nothing else is lost",
        ) from error  # fmt: skip
    return found


def set_present(case: Case, stages: Present) -> None:
    """Make these folders the ones that stand for the case, in one step."""
    case.derived.mkdir(parents=True, exist_ok=True)
    write_whole(case.derived / "present.json", (canonical_json(stages) + "\n").encode())


def table_files(case: Case, stages: Present) -> dict[str, list[Path]]:
    """Return table name → Parquet files, of the folders named.

    Raises `CaseError` when a folder that should be there is gone.
    """
    found: dict[str, list[Path]] = {}
    for stage, names in sorted(stages.items()):
        for name in names:
            place = folder(case, stage, name)
            if not place.is_dir():
                raise CaseError(
                    "a folder of derived tables is gone", where=str(place), found="nothing",
                    do=f"run again:  muster run {case.root}",
                )  # fmt: skip
            for path in sorted(place.glob("*.parquet")):
                if path.stem in TABLES:
                    found.setdefault(path.stem, []).append(path)
    return found


@contextmanager
def alone(case: Case) -> Iterator[None]:
    """Hold the case for one run; raises `CaseError` when another run holds it."""
    case.private.mkdir(parents=True, exist_ok=True)
    with (case.private / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CaseError(
                "another run holds this case", where=str(case.root), found="a lock", do="wait until it has finished"
            ) from error
        yield


def sweep(case: Case, stages: Present) -> int:
    """Delete derived folders that no longer stand for the case, and what killed runs left; return how many."""
    swept = 0
    for place in case.derived.glob("*/*"):
        if place.is_dir() and place.name not in stages.get(place.parent.name, ()):
            shutil.rmtree(place)
            swept += 1
    return swept


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees all of it or what was there before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    aside.write_bytes(data)
    aside.replace(path)


def _files(place: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    if place.is_file():
        yield name, place.read_bytes()
        return
    for child in _sorted(place.iterdir()):
        if child.name != "__pycache__":
            yield from _files(child, f"{name}/{child.name}")


def _sorted(children: Iterable[Any]) -> list[Any]:
    return sorted(children, key=lambda child: str(child.name))
