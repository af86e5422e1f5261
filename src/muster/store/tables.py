"""Parquet files: rows in, equal bytes out."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from muster.model import canonical_json
from muster.schema import TABLES, Table

FileSet = Mapping[str, Sequence[Path]]
"""Table name → the Parquet files that hold it."""


LABEL = "label.json"
"""In every folder of tables: each table's rows and the SHA-256 of its file, so that nobody need open it to know."""


class Writer:
    """Rows of several tables on their way to disk, a bounded number of them in memory.

    Each `flush` becomes a row group of its table, sorted by the table's key.
    """

    def __init__(self, folder: Path, names: Iterable[str]) -> None:
        self.pending = 0
        self.rows = dict.fromkeys(names, 0)
        self._folder = folder
        self._kept: dict[str, dict[tuple[Any, ...], Mapping[str, Any]]] = {name: {} for name in self.rows}
        self._files = {name: pq.ParquetWriter(self._path(name), TABLES[name].arrow, compression="zstd",
                                              store_schema=False) for name in self.rows}  # fmt: skip

    def add(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Add rows with the columns that `schema.TABLES` names; a missing column is null, equal rows are kept once.

        Raises `ValueError` for an unknown column, or for two different rows with one key in the same row group.
        """
        table, kept = TABLES[name], self._kept[name]
        known = set(table.names)
        for row in rows:
            unknown = row.keys() - known
            if unknown:
                raise ValueError(f"{table.name} has no column {sorted(unknown)}")
            key = tuple(row[column] for column in table.key)
            if key in kept and kept[key] != row:
                raise ValueError(f"{table.name}: two different rows with key {key}")
            self.pending += key not in kept
            kept[key] = row

    def add_table(self, name: str, table: pa.Table) -> None:
        """Write rows that are columns already; they are sorted by the table's key, and each key is there once.

        Raises `ValueError` where the columns are not those that `schema.TABLES` names.
        """
        if table.schema != TABLES[name].arrow:
            raise ValueError(f"{name} has other columns than the schema says")
        if len(table):
            self._files[name].write_table(table.combine_chunks())
            self.rows[name] += len(table)

    def flush(self) -> None:
        """Write what was added since the last flush."""
        for name, kept in self._kept.items():
            if kept:
                self._files[name].write_table(_arrow(TABLES[name], [kept[key] for key in sorted(kept)]))
                self.rows[name] += len(kept)
                kept.clear()
        self.pending = 0

    def close(self) -> None:
        """Write what is left, and the label."""
        self.flush()
        self.abandon()
        label = {name: {"rows": rows, "digest": _digest(self._path(name))} for name, rows in self.rows.items()}
        (self._folder / LABEL).write_text(canonical_json(label) + "\n")

    def abandon(self) -> None:
        """Close the files as they are."""
        for file in self._files.values():
            file.close()

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.parquet"


@contextmanager
def writing(folder: Path, names: Iterable[str]) -> Iterator[Writer]:
    """Give a writer of tables into a folder that is there; its files are whole when the block ends.

    names: the tables; each gets its file `<name>.parquet`, even without rows.
    """
    writer = Writer(folder, names)
    try:
        yield writer
        writer.close()
    finally:
        writer.abandon()


def write_tables(folder: Path, tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
    """Write each table into `folder` as `<name>.parquet`, sorted by its key; the folder appears whole or not at all.

    tables: table name → rows, as `Writer.add` takes them. Raises what it raises.
    """
    with whole_folder(folder) as aside:
        fill(aside, tables)


def fill(folder: Path, tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
    """Write each table into a folder that is there; tables, errors: as `write_tables`."""
    with writing(folder, tables) as writer:
        for name, rows in tables.items():
            writer.add(name, rows)


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give an empty folder to fill; it takes the name of `folder` at the end, so that appears whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = folder.with_name(f"{folder.name}.{secrets.token_hex(8)}.tmp")  # two machines may share a process number
    aside.mkdir()
    try:
        yield aside
        _take_name(aside, folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def read_rows(path: Path, size: int = 512, columns: Sequence[str] | None = None) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of one Parquet file, at most `size` at a time. columns: those that are wanted; None for all."""
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=size, columns=columns):
            yield batch.to_pylist()


def labels(folder: Path) -> dict[str, dict[str, Any]]:
    """Return what the label of a folder of tables says: table name → `{rows, digest}`."""
    found: dict[str, dict[str, Any]] = json.loads((folder / LABEL).read_text(encoding="utf-8"))
    return found


def file_digests(folders: Iterable[Path]) -> dict[str, list[str]]:
    """Return the SHA-256 of every file of folders of tables, by table, sorted: what an inputs digest is made of."""
    found: dict[str, list[str]] = {}
    for folder in folders:
        for name, label in labels(folder).items():
            found.setdefault(name, []).append(label["digest"])
    return {name: sorted(digests) for name, digests in sorted(found.items())}


def _take_name(aside: Path, folder: Path) -> None:
    try:
        aside.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
        # somebody else finished the same pure work; what lies aside is swept by the caller


def _arrow(table: Table, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    columns = [pa.array([row.get(c.name) for row in rows], type=c.type) for c in table.columns]
    return pa.Table.from_arrays(columns, schema=table.arrow)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
