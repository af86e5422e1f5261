"""`muster review CASE`"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from muster import derived
from muster.case import Case, open_case
from muster.claims.compile import correction, in_words
from muster.cli.output import emit_json, inert
from muster.corrections import DECIDED, UNDONE, about
from muster.errors import UnknownId
from muster.journal import Journal
from muster.pipeline import now
from muster.store import open_tables

CLAIMS_SQL = """
SELECT c.id, c.quote, c.article_path, c.start, v.verdict, m.*
FROM claim c JOIN compiled m ON m.claim = c.id LEFT JOIN verdict v ON v.claim = c.id
WHERE c.checkable ORDER BY c.article_path, c.start, c.id
"""


SHOWN = ("id", "quote", "verdict", "measure", "kind", "of", "model", "market", "period", "before", "also", "by")


@click.command("review")
@click.argument("case", type=click.Path(path_type=Path))
@click.argument("claim", required=False)
@click.argument("fields", nargs=-1, metavar="[FIELD=VALUE]…")
@click.option("--who", default="", help="Whose decision it is; the journal keeps the name.")
@click.option("--because", default="", help="Why, in words; the journal keeps them.")
@click.option("--undo", is_flag=True, help="Let the rules measure this claim again.")
@click.option("--all", "every", is_flag=True, help="All checkable claims, not only those that wait.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON lines.")
def command(
    case: Path, claim: str | None, fields: tuple[str, ...], who: str, because: str, undo: bool, every: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """What waits for a person: claims that no measure fits or that may mean two things; any of them can be corrected.

    Fields: measure (or none), kind, of, model, market, period, before; what is not named stays. The decision goes into
    the journal, is kept over runs, and counts from the next run on.

    Example:  muster review examples/bazaar
    """
    opened = open_case(case)
    with open_tables(derived.table_files(opened, derived.present(opened))) as db:
        rows = db.rows(CLAIMS_SQL)
    if claim is None:
        waiting = [row for row in rows if every or _waits(row)]
        _print(waiting, as_json=as_json)
        if not as_json:
            click.echo(f"{len(waiting)} of {len(rows)} claims; decide:  muster review CASE CLAIM measure=… --who NAME")
        return
    person = _name(who)
    row = next((row for row in rows if row["id"] == claim), None)
    if undo:
        entry = Journal(opened.journal, now).append(person, UNDONE, {"claim": claim}, because)
    elif row is None:
        raise UnknownId("no checkable claim of this case has this id", where=str(opened.root), found=claim,
                        do="see them:  muster review CASE --all; after a first  muster run CASE")  # fmt: skip
    else:
        entry = _decide(opened, row, fields, person, because)
    if as_json:
        emit_json({"n": entry.n, "what": entry.what, "about": entry.about})
    else:
        click.echo(f"journal line {entry.n}: {entry.what}; it counts from the next  muster run {case}")


def _decide(case: Case, row: Mapping[str, Any], fields: tuple[str, ...], who: str, because: str) -> Any:
    pairs = dict(field.partition("=")[::2] for field in fields)
    if not pairs or not all("=" in field for field in fields):
        raise click.UsageError("say what to measure:  measure=listings kind=handgun market=bazaar period=2014-03")
    made = correction(str(row["id"]), pairs, row, who)
    return Journal(case.journal, now).append(who, DECIDED, about(made), because)


def _name(who: str) -> str:
    if not who.strip():
        raise click.UsageError("a decision has a name:  --who NAME")
    return who.strip()


def _waits(row: Mapping[str, Any]) -> bool:
    return row["by"] == "rules" and (not row["measure"] or bool(row["also"]))


def _print(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    for row in rows:
        if as_json:
            emit_json({name: row[name] for name in SHOWN})
            continue
        click.echo(f"{row['id']}  {row['verdict']}")
        click.echo(f"    “{inert(row['quote'])[:160]}”")
        click.echo(f"    {in_words(row)}; by {row['by']}")
