"""What a register folded before, laid beside its journal, so that opening it need not read every line again.

::

    REGISTER/checkpoints/<first line>-<line behind>-<digest>/
        about.json   the stretch of the journal, its SHA-256, and the SHA-256 of the files beside it
        facts.npy    where in the journal the facts about each alert stand
        0/ 1/ …      a shelf for each register: the index over its numbers

The journal stays the truth: a checkpoint is derived, may be deleted, and is not used where a digest does not fit, of
the stretch or of its own files. Alerts are read from the journal's lines when they are asked for.
"""

from __future__ import annotations

import json
import mmap
import shutil
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from muster.journal import START, Entry, Place
from muster.model import canonical_json, digest
from muster.register.alert import Alert, Number
from muster.register.chance import Chance, measure
from muster.register.holding import Entered
from muster.register.index import NumberIndex
from muster.register.lifecycle import alert_from
from muster.register.narrow import Group, Groups
from muster.store import whole_folder

VERSION = 2
"""Of what a checkpoint holds; others are not used."""

REMEMBERED = 4096
"""Alerts whose facts are kept at hand once they were read."""

_SIDES: tuple[Literal["left"], Literal["right"]] = ("left", "right")
_FACTS = np.dtype([("id", np.uint64), ("start", np.uint64), ("length", np.uint32), ("entered", np.bool_)])


class Told(NamedTuple):
    """A fact, and where its line begins in the journal and how many bytes it has."""

    entry: Entry
    start: int
    length: int


@dataclass(frozen=True)
class Stretch:
    """A stretch of the journal as it was folded: its facts, and shelves of the alerts new or corrected in it."""

    begin: Place
    end: Place
    told: Sequence[Told]
    shelves: Sequence[Entered]


class Shelf:
    """Alerts of one register under their numbers, mapped. first: gives an alert as it was entered or imported."""

    def __init__(self, folder: Path, register: str, first: Callable[[str], Alert | None]) -> None:
        self.folder = folder
        self.register = register
        self.snapshot: date | None = None
        self.index = NumberIndex.open(folder)
        self.group = np.load(folder / "group.npy")
        self.groups = Groups([Group(*one) for one in json.loads((folder / "groups.json").read_text(encoding="utf-8"))])
        self._ids = np.load(folder / "ids.npy", mmap_mode="r")
        self._first = first

    @cached_property
    def _numbers(self) -> list[list[str]]:
        held: list[list[str]] = json.loads((self.folder / "numbers.json").read_text(encoding="utf-8"))
        return held

    @cached_property
    def chance(self) -> Chance:
        """How often a match among these alerts is chance; measured when it is first asked, and kept."""
        path = self.folder / "chance.json"
        if path.is_file():
            kept = json.loads(path.read_text(encoding="utf-8"))
            if kept["digest"] == digest(canonical_json(kept["chance"]).encode()):
                return Chance.from_json(kept["chance"], self.groups, self.group)
        found = measure(self.index, self.groups, self.group)
        row = found.as_json()
        _write_if_possible(path, {"chance": row, "digest": digest(canonical_json(row).encode())})
        return found

    def __len__(self) -> int:
        return self._alerts

    @cached_property
    def _alerts(self) -> int:
        return len(np.unique(self._ids))

    def at(self, row: int) -> tuple[Alert, Number]:
        """Return the alert of a row as it was entered, and the number that the row is."""
        alert = self._first(_name(self._ids[row]))
        assert alert is not None, "a checkpoint names an alert that its journal does not have"
        number, series, part = self._numbers[row]
        return alert, Number(number, series, part)  # type: ignore[arg-type]

    def get(self, name: str) -> Alert | None:
        """Return the alert with an id, or None."""
        return self._first(name) if np.any(self._ids == _id(name)) else None


class Checkpoint:
    """A stretch that was laid down."""

    def __init__(
        self, folder: Path, about: dict[str, Any], journal: memoryview, first: Callable[[str], Alert | None]
    ) -> None:
        self.folder = folder
        self.begin, self.end = Place(*about["begin"]), Place(*about["end"])
        self.shelves = [Shelf(folder / str(n), name, first) for n, name in enumerate(about["shelves"])]
        self._journal = journal
        self._facts = np.load(folder / "facts.npy")
        self._others = about["others"]
        self._read_before: dict[str, list[Entry]] = {}

    def __len__(self) -> int:
        return self.end.n - self.begin.n

    def others(self) -> list[Entry]:
        """Return the facts that are about no alert: tables, hits."""
        return [self._read(*span) for span in self._others]

    def facts(self, name: str) -> Sequence[Entry]:
        """Return the facts about an alert, oldest first."""
        known = self._read_before.get(name)
        if known is None:
            wanted = _id(name)
            low, high = (int(self._facts["id"].searchsorted(wanted, side)) for side in _SIDES)
            if len(self._read_before) >= REMEMBERED:
                self._read_before.clear()
            known = self._read_before[name] = [
                self._read(int(fact["start"]), int(fact["length"])) for fact in self._facts[low:high]
            ]
        return known

    def first(self, name: str) -> Alert | None:
        """Return an alert as it was entered in this stretch, or None."""
        return next((alert_from(e.about["alert"]) for e in self.facts(name) if e.what == "alert entered"), None)

    def names(self) -> Iterator[str]:
        """Yield the ids of the alerts that were entered in this stretch."""
        return map(_name, self._facts["id"][self._facts["entered"]])

    def holds(self, names: Set[str]) -> set[str]:
        """Return those of some ids that were entered in this stretch."""
        mine = self._facts["id"][self._facts["entered"]]
        return set(map(_name, np.intersect1d(mine, np.array([_id(name) for name in names], dtype=np.uint64))))

    def _read(self, start: int, length: int) -> Entry:
        return Entry(**json.loads(bytes(self._journal[start : start + length])))


class Checkpoints:
    """The checkpoints beside one journal. folder: made with the first; a folder that cannot be written has none."""

    def __init__(self, folder: Path, journal: Path) -> None:
        self.folder = folder
        self._journal = journal

    def open(self, first: Callable[[str], Alert | None]) -> list[Checkpoint]:
        """Return the checkpoints that fit the journal, in order, from its beginning as far as they go."""
        if not self.folder.is_dir() or not self._journal.is_file() or not self._journal.stat().st_size:
            return []
        with self._journal.open("rb") as file:
            lines = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        found: list[Checkpoint] = []
        place = START
        spans = sorted(((*_span(one), one) for one in self.folder.iterdir()), key=lambda s: (s[0], -s[1], s[2].name))
        for begin, _, folder in spans:
            if begin == place.n and (about := _fitting(folder, place, lines)) is not None:
                found.append(Checkpoint(folder, about, lines, first))
                place = found[-1].end
        return found

    def write(self, stretch: Stretch) -> None:
        """Lay a stretch down; what lies within it is taken away. Nothing where the folder cannot be written."""
        with self._journal.open("rb") as file:
            file.seek(stretch.begin.byte)
            lines = file.read(stretch.end.byte - stretch.begin.byte)
        seal = digest(lines)
        folder = self.folder / f"{stretch.begin.n}-{stretch.end.n}-{seal[:12]}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if folder.is_dir():
                shutil.rmtree(folder)  # it did not fit
            with whole_folder(folder) as aside:
                _write(aside, stretch, seal)
            for one in self.folder.iterdir():
                begin, end = _span(one)
                if one != folder and stretch.begin.n <= begin and end <= stretch.end.n:
                    shutil.rmtree(one)
        except OSError:
            return  # a full or read-only disk: the journal has it all, the next opening is as slow as this one


def _write(folder: Path, stretch: Stretch, seal: str) -> None:
    about_alerts = [told for told in stretch.told if told.entry.what.startswith("alert ")]
    facts = np.array([(_id(_about(t.entry)), t.start, t.length, t.entry.what == "alert entered") for t in about_alerts],
                     dtype=_FACTS)  # fmt: skip
    np.save(folder / "facts.npy", facts[np.argsort(facts["id"], kind="stable")])
    for n, shelf in enumerate(stretch.shelves):
        at = folder / str(n)
        at.mkdir()
        shelf.index.save(at)
        np.save(at / "group.npy", shelf.group)
        rows = [shelf.at(row) for row in range(len(shelf.group))]
        np.save(at / "ids.npy", np.array([_id(alert.id) for alert, _ in rows], dtype=np.uint64))
        (at / "groups.json").write_text(canonical_json(shelf.groups.groups), encoding="utf-8")
        numbers = [[number.number, number.series, number.part] for _, number in rows]
        (at / "numbers.json").write_text(canonical_json(numbers), encoding="utf-8")
    about = {
        "version": VERSION, "begin": list(stretch.begin), "end": list(stretch.end), "journal": seal,
        "others": [[t.start, t.length] for t in stretch.told if not t.entry.what.startswith("alert ")],
        "shelves": [shelf.register for shelf in stretch.shelves], "files": _sealed(folder),
    }  # fmt: skip
    (folder / "about.json").write_text(canonical_json({**about, "seal": _seal(about)}) + "\n", encoding="utf-8")


def _seal(about: dict[str, Any]) -> str:
    return digest(canonical_json(about).encode())


def _fitting(folder: Path, place: Place, lines: memoryview) -> dict[str, Any] | None:
    """Return what a checkpoint says of itself if it stands at a place and its digests fit."""
    try:
        about: dict[str, Any] = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        seal = about.pop("seal")
        begin, end = Place(*about["begin"]), Place(*about["end"])
        if about["version"] != VERSION or seal != _seal(about) or begin != place or end.byte > len(lines):
            return None
        fits = sha256(lines[begin.byte : end.byte]).hexdigest() == about["journal"]
        return about if fits and _sealed(folder) == about["files"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None  # half a folder, or another's: the journal tells


def _sealed(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file that a checkpoint is read from."""
    files = [folder / "facts.npy", *sorted(folder.glob("*/*"))]
    return {
        str(path.relative_to(folder)): digest(path.read_bytes())
        for path in files
        if path.stem != "chance"  # comes later, and carries its own
    }


def _write_if_possible(path: Path, row: object) -> None:
    aside = path.with_suffix(".tmp")
    try:
        aside.write_text(canonical_json(row) + "\n", encoding="utf-8")
        aside.replace(path)
    except OSError:
        return  # a full or read-only disk: it is measured again


def _span(folder: Path) -> tuple[int, int]:
    """Return the lines that a checkpoint is named after."""
    begin, _, rest = folder.name.partition("-")
    end = rest.partition("-")[0]
    return (int(begin), int(end)) if begin.isdigit() and end.isdigit() else (-1, -1)


def _about(entry: Entry) -> str:
    return str(entry.about["alert"]["id"] if entry.what == "alert entered" else entry.about["id"])


def _id(name: str) -> int:
    try:
        return int(name.removeprefix("alr:"), 16) & 0xFFFF_FFFF_FFFF_FFFF
    except ValueError:
        return 0


def _name(id_: Any) -> str:
    return f"alr:{int(id_):016x}"
