"""The same statement in the words of another engine.

Statements are written once, in DuckDB's SQL, and kept to what both engines mean alike: no order inside an aggregate
(sort the list instead), no comparison of tuples that hold nulls, sums of decimals and whole numbers but not of floats.
"""

from __future__ import annotations

from functools import cache

import sqlglot


@cache
def spark_sql(statement: str) -> str:
    """Return a statement of DuckDB's SQL in Spark's.

    >>> spark_sql("SELECT arg_max(id, (n, id)) AS top FROM t WHERE market = $market")
    'SELECT MAX_BY(id, (n, id)) AS top FROM t WHERE market = :market'
    >>> spark_sql("SELECT list_sort(list(DISTINCT market)) AS m, captured_at::DATE AS day FROM t")
    'SELECT ARRAY_SORT(COLLECT_LIST(DISTINCT market)) AS m, CAST(captured_at AS DATE) AS day FROM t'
    """
    (found,) = sqlglot.transpile(statement, read="duckdb", write="spark")
    return found
