"""`muster transfers CASE`"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from muster import derived
from muster.case import open_case
from muster.cli.output import emit_json, inert
from muster.derived import write_whole
from muster.store import open_tables
from muster.transfers import Ask, Ledger
from muster.transfers.answers import Answer
from muster.transfers.picture import svg
from muster.transfers.shown import title
from muster.transfers.views import Name, no_ledger, view

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("transfers")
@click.argument("case", type=click.Path(path_type=Path), default=Path())
@click.option("--item", default="", help="As a table might write it (Javelin), or class:manpads.")
@click.option("--donor", default="", help="Who gave it: a name or ISO code.")
@click.option("--recipient", default="", help="Who got or lost it: a name or ISO code.")
@click.option("--from", "first", type=_DAY, help="First day on which it happened.")
@click.option("--until", "last", type=_DAY, help="Last day on which it happened.")
@click.option("--known-on", type=_DAY, help="As known on that day; what appeared later is told apart.")
@click.option("--arrived-by", type=_DAY, help="What share of a total can have arrived by that day.")
@click.option("--within", type=click.FloatRange(0, 1), help="Margin of estimates, e.g. 0.25; your assumption, printed.")
@click.option("--reconcile", is_flag=True, help="Where sources differ, and what explains it.")
@click.option("--timeline", "as_timeline", is_flag=True, help="The life of an item, from promise to end.")
@click.option("--risk", is_flag=True, help="The sheet of diversion risks: factors and sources, no score.")
@click.option("--watch", is_flag=True, help="Classes with more offers, seizures or losses than their own baseline.")
@click.option("--svg", "file", type=click.Path(path_type=Path, dir_okay=False), help="Write the picture here.")
@click.option("--json", "as_json", is_flag=True, help="Print one value as JSON.")
def command(
    case: Path, item: str, donor: str, recipient: str, first: datetime | None, last: datetime | None,
    known_on: datetime | None, arrived_by: datetime | None, within: float | None, reconcile: bool, as_timeline: bool,
    risk: bool, watch: bool, file: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """What was promised, delivered, accounted for and not: by the tables of a case, each number with its sources.

    Without an item, donor or recipient it lists the sources and what they cover.

    Example:  muster transfers examples/ledger --item Javelin --recipient Ruritania
    """
    opened = open_case(case)
    stages = derived.present(opened)
    if not stages.get("transfers"):
        raise no_ledger(opened.root)
    ask = Ask(item, donor, recipient, _day(first), _day(last), _day(known_on), within)
    wanted: Name = "answer" if item or donor or recipient else "sources"
    wanted = "risk" if risk else wanted
    wanted = "timeline" if as_timeline else wanted
    wanted = "watch" if watch else wanted
    wanted = "reconcile" if reconcile else wanted
    with open_tables(derived.table_files(opened, stages)) as db:
        found = view(wanted, Ledger(db), ask, _day(arrived_by), opened.file.risk)
        words = "" if as_json else found.words()
    if file is not None and isinstance(found.found, Answer):
        write_whole(file, (svg(found.found, title(ask)) + "\n").encode())
    if as_json:
        emit_json(found.value)
        return
    click.echo(inert(words))


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None
