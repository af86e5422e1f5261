"""`muster transfers CASE`"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

import click

from muster import derived
from muster.case import open_case
from muster.cli.output import emit_json, inert
from muster.derived import write_whole
from muster.errors import CaseError
from muster.store import Database, open_tables
from muster.transfers import Ask, Ledger
from muster.transfers.answers import Answer, answer
from muster.transfers.lifecycle import timeline
from muster.transfers.picture import svg
from muster.transfers.risk import sheet
from muster.transfers.told import told_answer, told_differences, told_overview, told_sheet, told_timeline, told_watch
from muster.transfers.watch import watches

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
        raise CaseError(
            "this case holds no ledger", where=str(opened.root), found="no tables of transfers",
            do="name them as [[transfers]] in case.toml, then:  muster run " + str(opened.root),
        )  # fmt: skip
    ask = Ask(item, donor, recipient, _day(first), _day(last), _day(known_on), within)
    with open_tables(derived.table_files(opened, stages)) as db:
        ledger = Ledger(db)
        if reconcile:
            _out([told_differences(db)], db.rows("SELECT * FROM difference ORDER BY id"), as_json)
        elif watch:
            found = watches(db)
            _out([told_watch(found)], [asdict(one) for one in found], as_json)
        elif as_timeline:
            life = timeline(ledger, ask)
            _out([told_timeline(life)], asdict(life), as_json)
        elif risk:
            factors = sheet(ledger, ask, opened.file.risk)
            _out([told_sheet(factors)], asdict(factors), as_json)
        elif item or donor or recipient:
            _answer(ledger, ask, _day(arrived_by), file, as_json)
        else:
            _overview(db, ledger, as_json)


def _answer(ledger: Ledger, ask: Ask, by: date | None, file: Path | None, as_json: bool) -> None:
    found = answer(ledger, ask, by)
    if file is not None:
        write_whole(file, (svg(found, title(found)) + "\n").encode())
    _out([told_answer(found)], asdict(found), as_json)


def title(found: Answer) -> str:
    """Return what an answer is about, in a line."""
    ask = found.ask
    said = [ask.name or ask.class_ or "all items"]
    said += [f"from {ask.supplier}"] if ask.supplier else []
    said += [f"to {ask.recipient}"] if ask.recipient else []
    return " ".join(said)


def _overview(db: Database, ledger: Ledger, as_json: bool) -> None:
    _out([told_overview(db, ledger)], ledger.releases, as_json)


def _out(lines: list[str], value: object, as_json: bool) -> None:
    if as_json:
        emit_json(value)
        return
    for line in lines:
        click.echo(inert(line))


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None
