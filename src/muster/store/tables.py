"""Parquet files: rows in, equal bytes out."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from muster.model import digest
from muster.schema import TABLES, Table

FileSet = Mapping[str, Sequence[Path]]
"""Table name → the Parquet files that hold it."""


def write_tables(folder: Path, tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
    """Write each table into `folder` as `<name>.parquet`, sorted by its key; the folder appears whole or not at all.

    tables: table name → rows with the columns that `schema.TABLES` names; a missing column is null, an unknown one is
        refused. Rows with equal keys are kept once if they are equal.
    Raises `ValueError` for an unknown table or column, or for two different rows with one key.
    """
    with whole_folder(folder) as aside:
        fill(aside, tables)


def fill(folder: Path, tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
    """Write each table into a folder that is there; tables, errors: as `write_tables`."""
    for name, rows in tables.items():
        table, path = _arrow(TABLES[name], rows), folder / f"{name}.parquet"
        pq.write_table(table, path, compression="zstd", store_schema=False, row_group_size=65536)


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give an empty folder to fill; it takes the name of `folder` at the end, so that appears whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = folder.with_name(f"{folder.name}.{os.getpid()}.tmp")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    yield aside
    if folder.exists():
        shutil.rmtree(aside)  # somebody else finished the same pure work
        return
    aside.rename(folder)


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of one Parquet file."""
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows


def file_digests(files: FileSet) -> dict[str, list[str]]:
    """Return the SHA-256 of every file, by table, in sorted order: what an `inputs_digest` is made of."""
    return {name: sorted(digest(path.read_bytes()) for path in paths) for name, paths in sorted(files.items())}


def _arrow(table: Table, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    known = set(table.names)
    kept: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for row in rows:
        unknown = row.keys() - known
        if unknown:
            raise ValueError(f"{table.name} has no column {sorted(unknown)}")
        key = tuple(row[column] for column in table.key)
        if key in kept and kept[key] != row:
            raise ValueError(f"{table.name}: two different rows with key {key}")
        kept[key] = row
    ordered = [kept[key] for key in sorted(kept)]
    columns = [pa.array([row.get(c.name) for row in ordered], type=c.type) for c in table.columns]
    return pa.Table.from_arrays(columns, schema=table.arrow)
