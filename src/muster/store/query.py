"""SQL over the derived tables with DuckDB: for anybody's statements with every door shut, for Muster's own fast."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from muster.errors import QueryError
from muster.schema import TABLES
from muster.store.tables import FileSet

_SHUT = (
    "SET python_enable_replacements=false",
    "SET autoinstall_known_extensions=false",
    "SET autoload_known_extensions=false",
    "SET allow_community_extensions=false",
    "SET enable_external_access=false",
    "SET lock_configuration=true",
)
"""What shuts every door of DuckDB but the files that it is allowed."""

MEMORY = "256MB"
"""What DuckDB may hold for Muster's own statements; beyond it, it goes on in temporary files."""

AT_ONCE = 2**17
"""Rows that are handed on at a time."""

BODY_SQL = (
    "SELECT digest, any_value(length) AS length, sum(captures)::BIGINT AS captures FROM body_part GROUP BY digest"
)


Values = Sequence[object] | dict[str, object]


class Database:
    """The tables of one case, read-only.

    >>> with connect({}) as db:
    ...     db.rows("SELECT count(*) AS n FROM offer")
    [{'n': 0}]
    """

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back what is held."""
        raise NotImplementedError

    def table(self, sql: str, values: Values = ()) -> pa.Table:
        """Run one statement and return an Arrow table; raises `QueryError` with the statement on failure."""
        raise NotImplementedError

    def batches(self, sql: str) -> Iterator[pa.Table]:
        """Run one statement and yield its rows, at least one table, some rows at a time where the engine can.

        Raises what `table` raises.
        """
        yield self.table(sql)

    def rows(self, sql: str, values: Values = ()) -> list[dict[str, Any]]:
        """Run one statement and return its rows as dictionaries."""
        found: list[dict[str, Any]] = self.table(sql, values).to_pylist()
        return found

    def one(self, sql: str, values: Values = ()) -> dict[str, Any] | None:
        """Run one statement and return its first row, or None."""
        found = self.rows(sql, values)
        return found[0] if found else None


class DuckDB(Database):
    """The tables in DuckDB."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def table(self, sql: str, values: Values = ()) -> pa.Table:
        """Run one statement and return an Arrow table; raises `QueryError` with the statement on failure."""
        try:
            found = self.connection.sql(sql, params=values or None)
            return pa.table({}) if found is None else found.to_arrow_table()
        except duckdb.Error as error:
            raise refused(sql, error) from error

    def batches(self, sql: str) -> Iterator[pa.Table]:
        """Run one statement and yield its rows some at a time, first none; raises as `table`."""
        try:
            reader = self.connection.sql(sql).to_arrow_reader(AT_ONCE)
            yield reader.schema.empty_table()
            for batch in reader:
                yield pa.Table.from_batches([batch])
        except duckdb.Error as error:
            raise refused(sql, error) from error


def refused(sql: str, error: Exception) -> QueryError:
    """Return the error of a statement that an engine refused."""
    return QueryError(
        "the query cannot be answered", where=" ".join(sql.split())[:200],
        found=(str(error).splitlines() or [type(error).__name__])[0], do="tables and columns: docs/tables.md",
    )  # fmt: skip


def connect(files: FileSet) -> Database:
    """Open the tables for anybody's statements; a table without files is there and empty.

    files: table name → Parquet files. Statements can read these tables and nothing else: no file but theirs, no
        network, no extension, and no setting can be changed back. They can only read: whatever is no query is refused
        with `QueryError`.

    >>> with connect({}) as db:
    ...     db.rows("DESCRIBE body")[0]["column_name"]
    'digest'
    """
    connection = duckdb.connect(":memory:", config={"threads": 2})
    _lay_out(connection, files)
    held = ", ".join(_quoted(path) for paths in files.values() for path in paths)
    for statement in (f"SET allowed_paths=[{held}]", *_SHUT):
        connection.execute(statement)
    return _OnlyRead(connection)


class _OnlyRead(DuckDB):
    """Anybody's statements: the files that they may read they could write, so only queries are let through."""

    def table(self, sql: str, values: Values = ()) -> pa.Table:
        """Run one query and return an Arrow table; raises `QueryError` for any other statement and on failure."""
        try:
            asked = duckdb.extract_statements(sql)
        except duckdb.Error as error:
            raise refused(sql, error) from error
        other = [statement.type.name for statement in asked if statement.type != duckdb.StatementType.SELECT]
        if other:
            raise QueryError(
                "only queries are answered", where=" ".join(sql.split())[:200], found=other[0],
                do="ask with SELECT; PIVOT inside one, with its values behind IN",
            )  # fmt: skip
        return super().table(sql, values)

    def batches(self, sql: str) -> Iterator[pa.Table]:
        """Run one query and yield its rows; raises as `table`."""
        yield self.table(sql)


@contextmanager
def over(tables: Mapping[str, pa.Table]) -> Iterator[Database]:
    """Open tables that are in memory for statements of Muster itself; one that is not given is there and empty.

    >>> with over({}) as db:
    ...     db.one("SELECT count(*) AS n FROM transfer")
    {'n': 0}
    """
    with closing(duckdb.connect(":memory:", config={"threads": 2})) as connection:
        for statement in (*_SHUT[:4], "SET TimeZone='UTC'"):
            connection.execute(statement)
        for name, table in TABLES.items():
            connection.register(_stored(name), tables.get(name, table.arrow.empty_table()))
        yield DuckDB(connection)


@contextmanager
def open_tables(files: FileSet) -> Iterator[Database]:
    """Open the tables for statements of Muster itself: DuckDB reads the files, in bounded memory.

    files: table name → Parquet files; a table without files is there and empty.

    >>> with open_tables({}) as db:
    ...     db.one("SELECT count(*) AS n FROM body")
    {'n': 0}
    """
    with tempfile.TemporaryDirectory(prefix="muster-spill-") as spill:
        config: dict[str, str | bool | int | float | list[str]] = {
            "threads": 2,
            "memory_limit": MEMORY,
            "temp_directory": spill,
        }
        with closing(duckdb.connect(":memory:", config=config)) as connection:
            for statement in (*_SHUT[:4], "SET preserve_insertion_order=false"):
                connection.execute(statement)
            _lay_out(connection, files)
            yield DuckDB(connection)


def _lay_out(connection: duckdb.DuckDBPyConnection, files: FileSet) -> None:
    """Name every table; DuckDB reads the files itself, and only the parts of them that a statement asks for."""
    connection.execute("SET TimeZone='UTC'")  # a day is a day of UTC, wherever the machine stands
    for name, table in TABLES.items():
        paths = ", ".join(map(_quoted, files.get(name, ())))
        if paths:
            connection.execute(f'CREATE VIEW "{_stored(name)}" AS SELECT * FROM read_parquet([{paths}])')
        else:
            connection.register(_stored(name), table.arrow.empty_table())
    connection.execute(f"CREATE VIEW body AS {BODY_SQL}")


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _stored(name: str) -> str:
    """Return the name under which a table's rows are stored: `body` is counted over all shards."""
    return "body_part" if name == "body" else name
