"""`muster query CASE SQL`"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import click

from muster import derived
from muster.case import open_case
from muster.cells import cell
from muster.cli.output import emit_lines, inert, plain
from muster.store import connect


@click.command("query")
@click.argument("case", type=click.Path(path_type=Path))
@click.argument("sql")
@click.option("--csv", "as_csv", is_flag=True, help="Print as CSV; formulas are made harmless with a leading quote.")
@click.option("--json", "as_json", is_flag=True, help="The output is JSON lines unless --csv is given.")
def command(case: Path, sql: str, as_csv: bool, as_json: bool) -> None:
    """Ask the derived tables in DuckDB's SQL, read-only. Tables and columns: docs/tables.md.

    The statement sees these tables and nothing else: no file, no network, no extension.

    Example:  muster query examples/bazaar "SELECT kind, count(*) FROM offer GROUP BY kind ORDER BY kind"
    """
    opened = open_case(case)
    if sql == "-":
        sql = sys.stdin.read()
    with connect(derived.table_files(opened, derived.present(opened))) as db:
        rows = db.rows(sql)
    if not as_csv:
        emit_lines(rows)
        return
    out = csv.writer(sys.stdout)
    if rows:
        out.writerow([_cell(name) for name in rows[0]])
    out.writerows([_cell(value) for value in row.values()] for row in rows)


def _cell(value: object) -> str:
    return cell(value if value is None or isinstance(value, (int, float)) else inert(str(plain(value))))
