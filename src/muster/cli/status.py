"""`muster status CASE`"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from muster import derived
from muster.case import open_case
from muster.cli.output import emit_json, inert
from muster.contents import COVERAGE_SQL, ISSUES_SQL
from muster.journal import Journal
from muster.losses import BODIES_SQL, RANGES_SQL, losses
from muster.pipeline import STAGES, now, stale
from muster.revisits import COUNTS_SQL, told
from muster.store import open_tables

SHOWN = 8
"""Ranges of bytes that are printed of one sort of loss in one file; `--json` has all."""


@click.command("status")
@click.argument("case", type=click.Path(path_type=Path), default=Path())
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(case: Path, as_json: bool) -> None:
    """What is done, stale or missing, and the issues, by sort.

    Example:  muster status examples/bazaar
    """
    opened = open_case(case)
    present = derived.present(opened)
    with open_tables(derived.table_files(opened, present)) as db:
        issues, coverage = db.rows(ISSUES_SQL), db.rows(COVERAGE_SQL)
        ranges = losses(db.rows(RANGES_SQL))
        (bodies,) = db.rows(BODIES_SQL)
        (revisits,) = db.rows(COUNTS_SQL)
    changed = stale(opened) if present else {}
    entries = list(Journal(opened.journal, now).entries())
    states = {stage: _state(stage, present, changed) for stage in STAGES if stage != "report"}
    states["report"] = "done" if (opened.report / "index.html").is_file() else "missing"
    for stage, declared in (("transfers", opened.file.transfers), ("registers", opened.file.register)):
        if not declared:
            del states[stage]  # a case without a ledger or a register lacks nothing
    if as_json:
        emit_json({"stages": states, "coverage": coverage, "issues": issues, "journal": len(entries), "bodies": bodies,
                   "revisits": revisits, "losses": [asdict(loss) for loss in ranges]})  # fmt: skip
        return
    for stage, state in states.items():
        click.echo(f"{stage:<10} {state}")
    for row in coverage:
        span = f"{row['first']} to {row['last']}" if row["first"] else "time unknown"
        click.echo(f"{row['market']}: {row['captures']:,} captures, {span}, {row['listings']:,} listings")
    if bodies["captures"]:
        click.echo(f"bodies: {bodies['bodies']:,} different ones in {bodies['captures']:,} captures, each kept once")
    if revisits["sought"]:
        click.echo(f"revisits: {told(revisits['found'], revisits['sought'] - revisits['found'])}")
    for loss in ranges:
        places = ", ".join(f"{start:,}–{end:,}" for start, end in loss.ranges[:SHOWN])
        more = f" and {len(loss.ranges) - SHOWN:,} more" if len(loss.ranges) > SHOWN else ""
        click.echo(f"{loss.what}: {loss.bytes:,} bytes of file {loss.file[:12]}: {places}{more}")
    for row in issues:
        click.echo(f"{row['n']:>7,} {row['stage']}/{row['what']}: {inert(row['example_where'] or '')}")
        click.echo(f"        e.g. muster why {row['example']} --case {case}    {inert(row['do'] or '')}")
    click.echo(f"journal: {len(entries)} lines, chain whole")


def _state(stage: str, present: derived.Present, changed: dict[str, int]) -> str:
    if stage == "read":
        stage = "parse"
    if stage not in present:
        return "missing: muster run"
    n = changed.get(stage, 0)
    return f"stale, {n} to do: muster run" if n else "done"
