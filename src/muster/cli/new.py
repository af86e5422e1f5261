"""`muster new CASE`"""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path

import click

from muster.case import open_case
from muster.cli.output import emit_json
from muster.journal import Journal
from muster.making import make_case
from muster.pipeline import now

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("new")
@click.argument("case", type=click.Path(path_type=Path))
@click.argument("sources", type=click.Path(path_type=Path), nargs=-1)
@click.option("--title", help="What the case is about.")
@click.option("--article", "articles", type=click.Path(path_type=Path), multiple=True, help="What is to be tested.")
@click.option("--published", type=_DAY, help="The articles' date of publication, if they do not say it.")
@click.option("--captured", type=_DAY, help="When the files were captured, where nothing in them says it.")
@click.option("--who", default="muster", help="Whom the journal names.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(
    case: Path,
    sources: tuple[Path, ...],
    title: str | None,
    articles: tuple[Path, ...],
    published: datetime | None,
    captured: datetime | None,
    who: str,
    as_json: bool,
) -> None:
    """Start a case from an article and files; asks for what is not given. Profiles are found by their marks.

    Example:  muster new mycase captures/ --article story.txt --title "Pistols on Bazaar"
    """
    asking = sys.stdin.isatty()
    if not articles and asking:
        articles = _paths("Article to test (path, empty for none)")
    if not sources and asking:
        sources = _paths("Archived pages or tables (path, empty to go on)")
    if not articles and not sources:
        raise click.UsageError("name files and an article:  muster new CASE FILES… --article FILE")
    if title is None:
        title = click.prompt("Title", default=case.name) if asking else case.name
    made = make_case(
        case, title=title, articles=[(path, _day(published)) for path in articles], sources=sources,
        captured=_day(captured),
    )  # fmt: skip
    opened = open_case(case)
    Journal(opened.journal, now).append(who, "case made", {"sources": len(sources), "articles": len(articles)})
    if as_json:
        emit_json({"case": str(made.root / "case.toml"), "found": list(made.told)})
        return
    for line in made.told:
        click.echo(line)
    click.echo(f"wrote {made.root / 'case.toml'}; next:  muster run {made.root}")


def _paths(question: str) -> tuple[Path, ...]:
    found: list[Path] = []
    while answer := click.prompt(question, default="", show_default=False):
        found.append(Path(answer))
    return tuple(found)


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None
