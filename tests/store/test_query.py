"""SQL sees the derived tables and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from muster.errors import QueryError
from muster.schema import TABLES
from muster.store import Database, FileSet, connect, open_tables, write_tables


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


@pytest.mark.parametrize(
    "statement",
    [
        "COPY (SELECT 1 AS digest) TO '{file}' (FORMAT parquet)",
        "EXPLAIN ANALYZE COPY (SELECT 1 AS digest) TO '{file}' (FORMAT parquet)",
        "SELECT 1; COPY (SELECT 1 AS digest) TO '{file}' (FORMAT parquet)",
        "SELECT * FROM query('COPY (SELECT 1) TO ''{file}''')",
        "SELECT * FROM enable_profiling(format='json', save_location='{file}')",
        "SELECT * FROM enable_logging(storage='file', storage_path='{file}')",
        "INSERT INTO body_part SELECT 'e', 1, 1",
        "CREATE TABLE body AS SELECT 1",
        "ATTACH '{file}'",
    ],
)
def test_the_tables_own_files_can_be_read_and_not_written(tmp_path: Path, statement: str) -> None:
    write_tables(tmp_path / "a", {"body": [{"digest": "d", "length": 5, "captures": 1}]})
    path = tmp_path / "a/body.parquet"
    before = path.read_bytes()
    with connect({"body": [path]}) as db:
        with pytest.raises(QueryError):
            db.rows(statement.format(file=path))
        assert db.rows("SELECT captures FROM body") == [{"captures": 1}]
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("name", ["it's", "a [1] b", "any*", "what?", "{b}", "Ünïcode", "per%20cent"])
@pytest.mark.parametrize("opened", [connect, open_tables])
def test_a_case_lies_in_a_folder_of_any_name(
    tmp_path: Path, name: str, opened: Callable[[FileSet], AbstractContextManager[Database]]
) -> None:
    write_tables(tmp_path / name / "a", {"body": [{"digest": "d", "length": 5, "captures": 1}]})
    with opened({"body": [tmp_path / name / "a/body.parquet"]}) as db:
        assert db.rows("SELECT digest FROM body") == [{"digest": "d"}]


def test_a_folder_may_be_named_from_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tables(tmp_path / "a", {"body": [{"digest": "d", "length": 5, "captures": 1}]})
    monkeypatch.chdir(tmp_path)
    with connect({"body": [Path("a/body.parquet")]}) as db:
        assert db.rows("SELECT digest FROM body") == [{"digest": "d"}]


def test_names_of_python_are_no_tables() -> None:
    hidden = TABLES  # noqa: F841 - the statement must not see it
    with connect({}) as db, pytest.raises(QueryError):
        db.rows("SELECT * FROM hidden")
