"""SQL sees the derived tables and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from muster.errors import QueryError
from muster.schema import TABLES
from muster.store import connect, write_tables


def test_every_declared_table_is_there_even_when_empty() -> None:
    with connect({}) as db:
        for name, table in TABLES.items():
            assert tuple(db.table(f'SELECT * FROM "{name}"').column_names) == table.names


def test_bodies_of_several_shards_are_one_row_each(tmp_path: Path) -> None:
    for shard, captures in (("a", 1), ("b", 2)):
        write_tables(tmp_path / shard, {"body": [{"digest": "d", "length": 5, "captures": captures}]})
    with connect({"body": [tmp_path / "a/body.parquet", tmp_path / "b/body.parquet"]}) as db:
        assert db.rows("SELECT * FROM body") == [{"digest": "d", "length": 5, "captures": 3}]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM '{file}'",
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM read_csv('{file}')",
        "SELECT * FROM glob('{folder}/*')",
        "COPY offer TO '{folder}/out.csv'",
        "EXPORT DATABASE '{folder}/out'",
        "ATTACH '{folder}/other.db'",
        "INSTALL httpfs",
        "LOAD '{folder}/evil.duckdb_extension'",
        "SELECT * FROM 'http://bazaar-market.example/x.csv'",
        "SET enable_external_access=true",
        "SET lock_configuration=false",
        "RESET enable_external_access",
        "PRAGMA enable_external_access=true",
        "SELECT * FROM secret",
        "CREATE SECRET s (TYPE S3)",
    ],
)
def test_a_statement_reaches_no_file_network_or_extension(tmp_path: Path, statement: str) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    before = sorted(tmp_path.iterdir())
    with connect({}) as db, pytest.raises(QueryError):
        db.rows(statement.format(file=secret, folder=tmp_path))
    assert sorted(tmp_path.iterdir()) == before


def test_names_of_python_are_no_tables() -> None:
    hidden = TABLES  # noqa: F841 - the statement must not see it
    with connect({}) as db, pytest.raises(QueryError):
        db.rows("SELECT * FROM hidden")
