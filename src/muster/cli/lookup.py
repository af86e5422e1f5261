"""`muster lookup NUMBER…`"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import click
from tqdm import tqdm

from muster.case import nearest_case, open_case
from muster.cells import cell
from muster.cli.output import emit_json, inert
from muster.errors import RegisterError, nearest
from muster.register import CAVEAT, Answer, Lookup, Register, as_contract, expected_in_list, import_table, lookup_from
from muster.register.contract import COLUMNS, as_columns, column_of
from muster.register.declared import load

BATCH = 1000
"""Numbers that are looked up together."""


@click.command("lookup")
@click.argument("numbers", nargs=-1, metavar="NUMBER…")
@click.option("--make", default="", help="Maker, if known.")
@click.option("--model", default="", help="Model, if known.")
@click.option("--calibre", default="", help="Calibre, if known.")
@click.option("--country", default="", help="Country of the maker, if known.")
@click.option("--year", type=int, help="Year of manufacture, if known.")
@click.option("--part", default="", help="The part that bears the number: frame, slide, barrel …")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Ask the registers as they stood on a day.")
@click.option("--everything", is_flag=True, help="Alerts that are no longer sought, too.")
@click.option("--list", "table", type=click.File("r", encoding="utf-8-sig", errors="replace"),
              help="A list: CSV with a column `number`, answered as CSV; or a number a line. - is stdin.")  # fmt: skip
@click.option("--register", "where", type=click.Path(path_type=Path), help="A register's folder, or a table to read.")
@click.option("--profile", help="How to read that table; the one that ships, or a .yml file.")
@click.option("--snapshot", type=click.DateTime(["%Y-%m-%d"]), help="The day for which that table speaks.")
@click.option("--case", "case", type=click.Path(path_type=Path), help="The case whose registers are asked.")
@click.option("--limit", default=5, show_default=True, help="Candidates shown of each number.")
@click.option("--json", "as_json", is_flag=True, help="Print an answer a line as JSON.")
def command(
    numbers: tuple[str, ...], table: TextIO | None, where: Path | None, profile: str | None,
    snapshot: datetime | None, case: Path | None, as_of: datetime | None, limit: int, as_json: bool,
    **known: Any,
) -> None:  # fmt: skip
    """Is this object sought? Match, no match or cannot tell, what differs, and how often that is chance.

    `?` stands for one sign that cannot be read, `*` for any number of them. A number without make and model is at most
    cannot tell. Without NUMBER and --list, numbers are read from stdin, one a line.

    Example:  muster lookup "AB 12?4" --make Example --model M1 --register harbour/
    """
    day = as_of.date() if as_of is not None else None
    asked = replace(lookup_from({"number": "0", **known}), as_of=day)
    register = _register(where, profile, snapshot.date() if snapshot else None, case)
    if numbers:
        lookups: Iterator[_Line] = (_Line([], replace(asked, number=n)) for n in numbers)
        _print(register, lookups, len(numbers), limit, as_json)
        return
    given: TextIO = table if table is not None else sys.stdin
    text = given.read()
    head, lines = _lines(text, asked)
    if head and not as_json:
        _as_csv(register, head, lines, limit)
    else:
        _print(register, iter(lines), len(lines), limit, as_json)


@dataclass(frozen=True)
class _Line:
    """A question, and the cells of the row that asks it."""

    cells: list[str]
    lookup: Lookup


def _register(where: Path | None, profile: str | None, snapshot: date | None, case: Path | None) -> Register:
    if where is None:
        opened = open_case(case) if case else nearest_case(Path())
        from muster.registers import case_losses, case_register

        return case_register(opened, lost=case_losses(opened))
    if where.is_dir():
        return Register(where)
    if not where.is_file():
        raise RegisterError("no such register", where=str(where), found="neither folder nor file", do="mend the path")
    if snapshot is None:
        snapshot = datetime.fromtimestamp(where.stat().st_mtime, UTC).date()
    folder = where.with_name(f"{where.name}.register")
    register = Register(folder)
    with tqdm(desc="import", unit=" rows", leave=False, disable=None) as bar:

        def step(n: int) -> None:
            bar.update(n - bar.n)

        told = {"who": "muster lookup", "reason": "asked for a look-up"}
        held = import_table(register, where, load(profile or "ua-wanted-weapons"), snapshot, step=step, **told)
    click.echo(f"{len(held):,} alerts of {held.about['title']}, read as of {snapshot} into {folder}", err=True)
    if held.about["status"] == "unconfirmed":
        click.echo("this profile is unconfirmed: nobody has run it on a real download yet", err=True)
    for what, told in held.about["issues"].items():
        click.echo(
            f"{told['n']:,} × {what}" + (f", the first: {told['places'][0]}" if told["places"] else ""), err=True
        )
    return register


def _lines(text: str, asked: Lookup) -> tuple[list[str], list[_Line]]:
    """Return the heading of a CSV (none for plain lines) and the questions."""
    rows = [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)]
    if not rows:
        raise RegisterError("the list is empty", do="give one number a line, or a CSV with a column `number`")
    head = [column_of(name) for name in rows[0]]
    if "number" not in head:
        if len(rows[0]) > 1:
            raise RegisterError("no column `number`", where="the list's first line", found=", ".join(rows[0]),
                                do=nearest("number", head))  # fmt: skip
        return [], [_Line(row, replace(asked, number=row[0].strip())) for row in rows]
    lines = []
    for number, row in enumerate(rows[1:], 2):
        said = {name: cell for name, cell in zip(head, row, strict=False) if name in _ASKED and cell.strip()}
        known = {name: getattr(asked, name) for name in ("make", "model", "calibre", "country", "year", "part")}
        line = {**known, "as_of": asked.as_of, "everything": asked.everything, **said}
        if not said.get("number"):
            line["number"] = "-"  # answered like any number of which nothing can be read
        lines.append(_Line(row, lookup_from(line, where=f"line {number}")))
    return rows[0], lines


_ASKED = ("number", "make", "model", "calibre", "country", "year", "part")


def _answered(register: Register, lines: Iterator[_Line], n: int, limit: int) -> Iterator[tuple[_Line, Answer]]:
    with tqdm(total=n, unit=" numbers", leave=False, disable=None if n > BATCH else True) as bar:
        while batch := list(islice(lines, BATCH)):
            yield from zip(batch, register.look_up([line.lookup for line in batch], limit=limit), strict=True)
            bar.update(len(batch))


def _print(register: Register, lines: Iterator[_Line], n: int, limit: int, as_json: bool) -> None:
    given: list[Answer] = []
    for _, answer in _answered(register, lines, n, limit):
        given.append(answer)
        if as_json:
            emit_json(as_contract(answer))
        else:
            _tell(answer)
    if not as_json:
        _searched(given)
        click.echo("\n".join(CAVEAT))
    _expect(given)


def _tell(answer: Answer) -> None:
    word = answer.answer.replace("_", " ")
    click.echo(f"{inert(answer.query.number)}  {word}: {answer.why}")
    for one in answer.candidates:
        alert = one.alert
        what = " ".join(part for part in (alert.make, alert.model, alert.calibre, str(alert.year or "")) if part)
        click.echo(f"  {inert(one.number.text)} on {one.number.part}, {inert(what)} ({one.spelling}{_differs(one)})")
        days = f", event {alert.event}" if alert.event else ""
        day = f", snapshot {alert.snapshot}" if alert.snapshot else ""
        click.echo(f"      {alert.reason}, {alert.state}; {alert.register} {inert(alert.reference)}{days}{day}")
        said = [f"{f['field']}: asked {f['asked']!s}, held {f['held'] or 'not said'!s}" for f in one.fields]
        if alert.parts_differ:
            said.append("numbers of the parts differ: " + ", ".join(alert.parts_differ))
        if alert.action:
            said.append(f"action to take: {alert.action}")
        for line in said:
            click.echo(f"      {inert(line)}")
        click.echo(f"      chance: a foreign number like it would meet {one.expected_by_chance:.2g} such alerts")
    if answer.total > len(answer.candidates):
        click.echo(f"  … and {answer.total - len(answer.candidates):,} more: --limit")
    if answer.elsewhere:
        click.echo(f"  the same number on {answer.elsewhere:,} alerts that contradict what else was asked")


def _differs(one: object) -> str:
    told = getattr(one, "differences", ())
    return "".join(f": {d['asked'] or 'nothing'} read, {d['held'] or 'nothing'} held" for d in told)


def _searched(given: Sequence[Answer]) -> None:
    for one in given[0].searched if given else ():
        day = f", snapshot {one['snapshot']}" if one["snapshot"] else ""
        click.echo(f"searched {one['register']}: {one['alerts']:,} alerts{day}")
    if given and not given[0].searched:
        click.echo("searched nothing: the register is empty")


def _expect(given: Sequence[Answer]) -> None:
    """Say how many of a list would meet an alert by chance."""
    if len(given) > 1:
        met = sum(bool(answer.total) for answer in given)
        words = ", ".join(f"{sum(a.answer == w for a in given):,} {w.replace('_', ' ')}"
                          for w in ("match", "cannot_tell", "no_match"))  # fmt: skip
        click.echo(f"{len(given):,} numbers: {words}; {met:,} have candidates, and if none of the objects were "
                   f"registered, {expected_in_list(given):.1f} would have some by chance", err=True)  # fmt: skip


def _as_csv(register: Register, head: list[str], lines: list[_Line], limit: int) -> None:
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow([_cell(name) for name in head] + [_cell(name) for name in COLUMNS])
    given: list[Answer] = []
    for line, answer in _answered(register, iter(lines), len(lines), limit):
        given.append(answer)
        cells = [*line.cells, *[""] * (len(head) - len(line.cells))]
        out.writerow([_cell(cell) for cell in (*cells, *as_columns(as_contract(answer)))])
    click.echo("\n".join(CAVEAT), err=True)
    _expect(given)


def _cell(value: object) -> str:
    return cell(value if isinstance(value, (int, float)) else inert(str(value)))
