"""`muster chain CASE`"""

from __future__ import annotations

from pathlib import Path

import click

from muster.articles import chain_rows, read_articles
from muster.case import open_case
from muster.cli.output import emit_json, inert
from muster.derived import write_whole
from muster.report.chain import picture, svg


@click.command("chain")
@click.argument("case", type=click.Path(path_type=Path), default=Path())
@click.option("--svg", "file", type=click.Path(path_type=Path, dir_okay=False), help="Write the picture here.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print {says, sources, telling, copy, change, source_use, loops}."
)
def command(case: Path, file: Path | None, as_json: bool) -> None:
    """Who copied whom: the articles of a case as sources, what changed on the way, and the use made of sources.

    Articles alone decide it; nothing needs to be run before, and no market captured.

    Example:  muster chain examples/rumour
    """
    articles = read_articles(open_case(case))
    found = articles.chain
    rows = {**chain_rows(found), "source_use": articles.tables()["source_use"]}
    if file is not None:
        drawn = picture(rows["telling"], rows["copy"], rows["change"])
        write_whole(file, svg(drawn).encode())
    if as_json:
        sources = len(set(found.sources.values()))
        emit_json({"says": found.says, "sources": sources, "loops": found.loops, **rows})
        return
    click.echo(found.says)
    for telling in found.tellings:
        when = telling.published or "date unknown"
        name = inert(telling.outlet or telling.path)
        click.echo(f"\nsource {found.sources[telling.id]}  {when}  {telling.story.article.language}  {name}")
        for copy in found.copies:
            apart = found.sources[copy.earlier.id] != found.sources[copy.later.id]
            if copy.later.id != telling.id or not (copy.main or apart):
                continue
            other = inert(copy.earlier.outlet or copy.earlier.path)
            how = {"cited": "names", "dated": "later than", "unknown": "beside, direction unknown:"}[copy.direction]
            click.echo(f"    {how} {other}: {inert(copy.why)}")
            for change in copy.changes:
                click.echo(f"      ≠ {inert(change.says)}")
        for claim in articles.claims[telling.path]:
            use = articles.use_of_source(claim)
            if use.use in ("altered", "wrong context"):
                click.echo(f"    {use.use}: “{inert(claim.quote)}”")
                click.echo(f"      {inert(use.says)}")
    if found.loops:
        click.echo()
    for loop in found.loops:
        click.echo(inert(loop))
