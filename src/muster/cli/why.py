"""`muster why ID`"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from muster import derived
from muster.case import nearest_case, open_case
from muster.cli.output import emit_json, inert
from muster.model import Walk
from muster.store import open_tables
from muster.walk import Walker


@click.command("why")
@click.argument("name", metavar="ID")
@click.option("--case", "case", type=click.Path(path_type=Path), help="The case; the nearest case.toml if left out.")
@click.option("--all", "every", is_flag=True, help="All that it rests on, not the first twenty.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON: {id, kind, value, text, from, total, locator}.")
def command(name: str, case: Path | None, every: bool, as_json: bool) -> None:
    """Walk an id back: verdict, estimate, offer, observation, capture, down to digest and byte range.

    Example:  muster why est:0123456789abcdef --case examples/bazaar
    """
    opened = open_case(case) if case else nearest_case(Path())
    with open_tables(derived.table_files(opened, derived.present(opened))) as db:
        walker = Walker(db)
        walk = walker.why(name, every=every)
        if as_json:
            row = asdict(walk)
            row["from"] = row.pop("children")
            emit_json(row)
            return
        click.echo(f"{walk.id}  {walk.kind}  {inert(walk.value)}")
        click.echo(f"    {inert(walk.text)}")
        _print_below(walker, walk, depth=1)


def _print_below(walker: Walker, walk: Walk, depth: int) -> None:
    """Print the first child of each step down to the bytes, and name the others."""
    pad = "  " * depth
    if walk.locator:
        locator = walk.locator
        row = f", row {locator['row']}" if "row" in locator else ""
        body = f"; body {locator['body_digest']}" if "body_digest" in locator else ""
        row += f", inside {locator['inside']}" if "inside" in locator else ""
        click.echo(f"{pad}= file {locator['file_digest']}")
        click.echo(f"{pad}  bytes {locator['start']} for {locator['length']}{row}{body}")
    for name in walk.children:
        child = walker.why(name)
        click.echo(f"{pad}← {child.id}  {child.kind}  {inert(child.value)[:160]}")
        if name == walk.children[0] or child.kind == "estimate":
            click.echo(f"{pad}    {inert(child.text)[:400]}")
        if name == walk.children[0]:
            _print_below(walker, child, depth + 1)
    if walk.total > len(walk.children):
        click.echo(f"{pad}… and {walk.total - len(walk.children):,} more: muster why {walk.id} --all")
