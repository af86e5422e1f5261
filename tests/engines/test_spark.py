"""What is particular to Spark; what all engines keep is in test_conformance.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.working import KillWorkerOnce, Square, need_spark
from muster.engines import engine
from muster.engines.dialect import spark_sql
from muster.errors import EngineError


@pytest.mark.parametrize(
    ("duckdb", "spark"),
    [
        ("SELECT id FROM t WHERE market = $market", "SELECT id FROM t WHERE market = :market"),
        ("SELECT arg_max(id, (n, id)) FROM t", "SELECT MAX_BY(id, (n, id)) FROM t"),
        ("SELECT captured_at::DATE FROM t", "SELECT CAST(captured_at AS DATE) FROM t"),
        ('SELECT "where" FROM t', "SELECT `where` FROM t"),
    ],
)
def test_a_statement_is_said_in_sparks_words(duckdb: str, spark: str) -> None:
    assert spark_sql(duckdb) == spark


@pytest.mark.slow
def test_a_worker_of_sparks_that_is_killed_is_replaced(tmp_path: Path) -> None:
    need_spark()
    with engine("spark", master="local-cluster[2,1,1024]") as made:
        results = dict(made.run([*(Square(n) for n in range(4)), KillWorkerOnce(tmp_path / "flag")]))
    assert results == {**{Square(n): n**2 for n in range(4)}, KillWorkerOnce(tmp_path / "flag"): "done"}
    assert (tmp_path / "flag").exists()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Spark leaves a pipe of its Java open
def test_a_cluster_that_is_not_there_is_told_in_words() -> None:
    need_spark()
    with engine("spark", master="nonsense://nowhere") as made, pytest.raises(EngineError, match="does not start"):
        list(made.run([Square(1)]))
