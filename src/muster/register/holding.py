"""What holds alerts and finds them: the snapshot of a table on disk, and the alerts entered here, in memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from muster.model import canonical_json
from muster.register.alert import Alert, Number, alert_id
from muster.register.building import build
from muster.register.chance import Chance, measure
from muster.register.deletions import Keys
from muster.register.index import NumberIndex
from muster.register.narrow import Group, Groups, group_of, sort_key
from muster.register.number import LONGEST, codes, squeeze
from muster.register.troubles import Troubles

BATCH = 10_000
"""Records written at a time."""

TEXTS = ("object_class", "reason", "authority", "kind", "make", "model", "calibre", "country", "action")
"""Columns that are held as numbers of words."""

SCHEMA = pa.schema(
    [
        *(pa.field(name, pa.int32()) for name in TEXTS),
        pa.field("reference", pa.string()),
        pa.field("numbers", pa.list_(pa.struct([pa.field(n, pa.string()) for n in ("number", "series", "part")]))),
        pa.field("year", pa.int16()),
        *(pa.field(name, pa.date32()) for name in ("entered", "event", "review")),
        pa.field("note", pa.string()),
        pa.field("links", pa.list_(pa.string())),
    ]
)


class Holding(Protocol):
    """Alerts of one register with an index over their numbers; a row is one number of one alert."""

    index: NumberIndex
    groups: Groups
    group: NDArray[np.uint32]  # of each row
    register: str
    snapshot: date | None

    @property
    def chance(self) -> Chance:
        """How often a match among its alerts is chance."""

    def __len__(self) -> int: ...

    def at(self, row: int) -> tuple[Alert, Number]:
        """Return the alert of a row, and the number that the row is."""

    def get(self, name: str) -> Alert | None:
        """Return the alert with an id, or None."""


class Entered:
    """Alerts that were entered here, in memory; one that was corrected may come twice, with its old and new numbers."""

    def __init__(self, alerts: Sequence[Alert], register: str) -> None:
        self.given = tuple(alerts)
        self.alerts = {alert.id: alert for alert in alerts}
        self.register = register
        self.snapshot: date | None = None
        held = sorted(((group_of(a), a, n) for a in self.given for n in a.numbers),
                      key=lambda one: (sort_key(one[0]), one[1].id))  # fmt: skip
        self._rows = [(alert, number) for _, alert, number in held]
        place = {group: at for at, group in enumerate(dict.fromkeys(group for group, _, _ in held))}
        self.groups = Groups(list(place))
        self.group = np.array([place[group] for group, _, _ in held], dtype=np.uint32)
        self.index = build([keys_of([number for _, number in self._rows])] if self._rows else [])

    @cached_property
    def chance(self) -> Chance:
        """How often a match among these alerts is chance."""
        return measure(self.index, self.groups, self.group)

    def __len__(self) -> int:
        return len(self.alerts)

    def at(self, row: int) -> tuple[Alert, Number]:
        """Return the alert of a row, and the number that the row is."""
        return self._rows[row]

    def get(self, name: str) -> Alert | None:
        """Return the alert with an id, or None."""
        return self.alerts.get(name)


def keys_of(numbers: Sequence[Number]) -> Keys:
    """Return the keys of numbers, as an index takes them."""
    return Keys.of([codes(number.key) for number in numbers], [len(squeeze(number.series)) for number in numbers])


class Snapshot:
    """A table as it stood on one day, in a folder; mapped, not read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.about: dict[str, Any] = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        self.register: str = self.about["register"]
        self.snapshot = date.fromisoformat(self.about["snapshot"]) if self.about["snapshot"] else None
        self.index = NumberIndex.open(folder)
        self.group = np.asarray(np.load(folder / "group.npy", mmap_mode="r"))
        self._record = np.load(folder / "record.npy", mmap_mode="r")
        self._which = np.load(folder / "which.npy", mmap_mode="r")
        self._ids = np.load(folder / "ids.npy", mmap_mode="r")
        self._file = pa.ipc.open_file(pa.memory_map(str(folder / "records.arrow")))
        self._columns: dict[int, dict[str, Any]] = {}
        words = json.loads((folder / "words.json").read_text(encoding="utf-8"))
        self._words: dict[str, list[str]] = words["texts"]
        self.groups = Groups([Group(*group) for group in words["groups"]])

    @cached_property
    def chance(self) -> Chance:
        """How often a match among these alerts is chance, as it was measured when the table was imported."""
        data = json.loads((self.folder / "chance.json").read_text(encoding="utf-8"))
        return Chance.from_json(data, self.groups, self.group)

    def __len__(self) -> int:
        return int(self.about["alerts"])

    def at(self, row: int) -> tuple[Alert, Number]:
        """Return the alert of a row, and the number that the row is."""
        alert = self.record(int(self._record[row]))
        return alert, alert.numbers[int(self._which[row])]

    def get(self, name: str) -> Alert | None:
        """Return the alert with an id, or None: a pass over all ids, some milliseconds for ten million."""
        try:
            wanted = np.uint64(int(name.removeprefix("alr:"), 16))
        except (ValueError, OverflowError):
            return None
        found = np.flatnonzero(self._ids == wanted)
        return self.record(int(found[0])) if len(found) else None

    def holds(self, names: Set[str]) -> set[str]:
        """Return those of some ids that the table has."""
        asked = np.array(sorted(int(name.removeprefix("alr:"), 16) for name in names), dtype=np.uint64)
        low = np.uint64((1 << 20) - 1)
        seen = np.zeros(1 << 20, dtype=bool)  # ids are hashes: their low bits rule out nearly all, thirty times faster
        seen[asked & low] = True
        pieces = (self._ids[begin : begin + 1_000_000] for begin in range(0, len(self._ids), 1_000_000))
        near = [piece[seen[piece & low]] for piece in pieces]
        both = np.intersect1d(asked, np.concatenate(near)) if near else asked[:0]
        return {f"alr:{id_:016x}" for id_ in both.tolist()}

    def record(self, place: int) -> Alert:
        """Return the alert that came `place`-th in the table."""
        columns = self._columns.get(place // BATCH)
        if columns is None:  # maps only; kept, since making them costs more than the row
            batch = self._file.get_batch(place // BATCH)
            columns = self._columns[place // BATCH] = dict(zip(batch.schema.names, batch.columns, strict=True))
        row = {name: column[place % BATCH].as_py() for name, column in columns.items()}
        texts = {name: self._words[name][row.pop(name)] for name in TEXTS}
        numbers = tuple(Number(**number) for number in row.pop("numbers"))
        links = tuple(row.pop("links"))
        return Alert(
            id=f"alr:{int(self._ids[place]):016x}", register=self.register, official=bool(self.about["official"]),
            snapshot=self.snapshot, numbers=numbers, links=links, **texts, **row,
        )  # fmt: skip

    def alerts(self) -> Iterator[Alert]:
        """Yield every alert, in the order of the table."""
        for place in range(len(self)):
            yield self.record(place)


class _Words:
    """Numbers for words, in the order in which they are met."""

    def __init__(self) -> None:
        self._place: dict[Any, int] = {}

    def __call__(self, word: Any) -> int:
        return self._place.setdefault(word, len(self._place))

    @property
    def all(self) -> list[Any]:
        return list(self._place)


def write_snapshot(folder: Path, alerts: Iterable[Alert], about: dict[str, Any], troubles: Troubles) -> int:
    """Write alerts, as they come, and the index over their numbers into a folder that is there; return how many.

    about: register, snapshot (ISO day or ""), official, and whatever else is to be kept of the table. Memory stays
    bounded but for about 60 bytes a number. The alerts' own `register`, `official`, `snapshot` and `state` are not
    kept: they are the table's. troubles: takes references that come twice; a row that says the same again is no second
    alert, one that says something else is told apart by its place.
    """
    words = {name: _Words() for name in TEXTS}
    groups = _Words()
    group: list[NDArray[np.uint32]] = []
    record: list[NDArray[np.uint32]] = []
    which: list[NDArray[np.uint8]] = []
    ids: list[NDArray[np.uint64]] = []
    total = 0
    keys_file = folder / "keys.tmp"
    with (
        pa.OSFile(str(folder / "records.arrow"), "wb") as out,
        pa.ipc.new_file(out, SCHEMA) as writer,
        keys_file.open("wb") as keys_out,
    ):
        for batch in _batches(alerts):
            writer.write_batch(_record_batch(batch, words))
            held = [(place, at, number, alert) for place, alert in enumerate(batch, total)
                        for at, number in enumerate(alert.numbers)]  # fmt: skip
            group.append(np.array([groups(group_of(alert)) for *_, alert in held], dtype=np.uint32))
            record.append(np.array([place for place, *_ in held], dtype=np.uint32))
            which.append(np.array([at for _, at, *_ in held], dtype=np.uint8))
            ids.append(np.array([int(alert.id[4:], 16) for alert in batch], dtype=np.uint64))
            keys = keys_of([number for _, _, number, _ in held])
            packed = np.concatenate([keys.codes, keys.lengths[:, None], keys.series[:, None]], axis=1)
            keys_out.write(packed.tobytes())
            total += len(batch)
    of_record, every = _joined(record, np.uint32), _joined(ids, np.uint64)
    again = _told_apart(folder, every, {name: found.all for name, found in words.items()}, about["register"], troubles)
    order, sorted_groups, ranked = _in_order(_joined(group, np.uint32), groups.all, ~np.isin(of_record, again))
    index = build(_keys_in(keys_file, order), folder=folder, expected=len(order))
    chance = measure(index, Groups(sorted_groups), ranked).as_json()
    (folder / "chance.json").write_text(canonical_json(chance) + "\n", encoding="utf-8")
    keys_file.unlink()
    np.save(folder / "group.npy", ranked)
    np.save(folder / "record.npy", of_record[order])
    np.save(folder / "which.npy", _joined(which, np.uint8)[order])
    np.save(folder / "ids.npy", every)
    texts = {name: found.all for name, found in words.items()}
    (folder / "words.json").write_text(canonical_json({"texts": texts, "groups": sorted_groups}), encoding="utf-8")
    (folder / "about.json").write_text(
        canonical_json(
            {
                **about,
                "alerts": total - len(again),
                "records": total,
                "numbers": len(order),
                "issues": troubles.as_json(),
            }
        )
        + "\n"
    )
    return total - len(again)


def _keys_in(file: Path, order: NDArray[np.int64]) -> Iterator[Keys]:
    """Yield the keys that were laid aside in a file, in an order."""
    if not len(order):
        return
    aside: NDArray[np.uint8] = np.memmap(file, dtype=np.uint8, mode="r").reshape(-1, LONGEST + 2)
    for begin in range(0, len(order), BATCH):
        rows = aside[order[begin : begin + BATCH]]
        yield Keys(rows[:, :LONGEST], rows[:, LONGEST], rows[:, LONGEST + 1])


def _told_apart(
    folder: Path, ids: NDArray[np.uint64], words: dict[str, list[Any]], register: str, troubles: Troubles
) -> NDArray[np.int64]:
    """Return the records that say what an earlier one with their reference says; others get ids of their own."""
    order = np.argsort(ids, kind="stable")
    twice = np.flatnonzero(ids[order][1:] == ids[order][:-1])
    with pa.memory_map(str(folder / "records.arrow")) as mapped:
        file = pa.ipc.open_file(mapped)
        same: list[int] = []
        for at in twice.tolist():
            first, second = int(order[at]), int(order[at + 1])
            one, other = (file.get_batch(n // BATCH).slice(n % BATCH, 1).to_pylist()[0] for n in (first, second))
            troubles.add("duplicate_row" if one == other else "duplicate_reference", f"row {second}", one["reference"])
            if one == other:
                same.append(second)
            else:
                ids[second] = int(alert_id(register, f"{one['reference']}, row {second}")[4:], 16)
    return np.array(sorted(same), dtype=np.int64)


def _in_order(
    group: NDArray[np.uint32], groups: list[Group], kept: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], list[Group], NDArray[np.uint32]]:
    """Return the order of rows by group, the groups in order, and the place of each row's group among them."""
    by_name = sorted(range(len(groups)), key=lambda at: sort_key(groups[at]))
    rank = np.empty(len(groups), dtype=np.uint32)
    rank[by_name] = np.arange(len(groups), dtype=np.uint32)
    ranked = rank[group]
    order = np.argsort(ranked, kind="stable")
    order = order[kept[order]]
    return order, [groups[at] for at in by_name], ranked[order]


def _joined(pieces: list[NDArray[Any]], type_: type) -> NDArray[Any]:
    return np.concatenate(pieces) if pieces else np.zeros(0, dtype=type_)


def _batches(alerts: Iterable[Alert]) -> Iterator[list[Alert]]:
    batch: list[Alert] = []
    for alert in alerts:
        batch.append(alert)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _record_batch(batch: list[Alert], words: dict[str, _Words]) -> pa.RecordBatch:
    columns: list[list[Any]] = [[words[name](getattr(alert, name)) for alert in batch] for name in TEXTS]
    numbers = [[{"number": n.number, "series": n.series, "part": n.part} for n in alert.numbers] for alert in batch]
    columns += [[alert.reference for alert in batch], numbers]
    columns += [[getattr(alert, name) for alert in batch] for name in ("year", "entered", "event", "review", "note")]
    columns.append([list(alert.links) for alert in batch])
    return pa.record_batch([pa.array(c, type=f.type) for c, f in zip(columns, SCHEMA, strict=True)], schema=SCHEMA)
