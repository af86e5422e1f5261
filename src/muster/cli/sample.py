"""`muster sample CASE`"""

from __future__ import annotations

from pathlib import Path

import click

from muster import derived
from muster.case import Case, open_case
from muster.cli.output import emit_json
from muster.errors import CaseError
from muster.estimate.sample import coded
from muster.journal import Journal
from muster.pipeline import now
from muster.samples import CODED, DRAWN, about_drawn, draw_sample, read_sheet, sheet
from muster.store import connect


@click.command("sample")
@click.argument("case", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Where to write the sheet; stdout if left out.")
@click.option("--n", "many", default=200, show_default=True, help="About how many listings; ten of each kind at least.")
@click.option("--seed", default=1, show_default=True, help="Equal seeds draw equal samples.")
@click.option("--market", default="", help="Of one market only.")
@click.option("--take", type=click.Path(path_type=Path), multiple=True, help="A filled-in sheet; once for each coder.")
@click.option("--who", default="", help="Who takes them in; the journal keeps the name.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(
    case: Path, out: Path | None, many: int, seed: int, market: str, take: tuple[Path, ...], who: str, as_json: bool
) -> None:
    """Draw listings at random for people to read; their codes then replace the error rates measured elsewhere.

    Give the same sheet to two people, who fill in `kind` (docs/kinds.md) without seeing each other's. With --take both
    are taken in, their agreement is told, and the next run's intervals rest on them.

    Example:  muster sample examples/bazaar --n 60 --out sheet.csv
    """
    opened = open_case(case)
    if take:
        _take(opened, take, who, as_json=as_json)
        return
    with connect(derived.table_files(opened, derived.present(opened))) as db:
        drawn = draw_sample(db, market, many, seed)
        text, about = sheet(db, drawn), about_drawn(drawn, db, market, many, seed)
    Journal(opened.journal, now).append(who or "muster", DRAWN, about)
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8", newline="")
    click.echo(
        f"{len(drawn)} listings drawn; when filled in:  muster sample {case} --take A.csv --take B.csv", err=True
    )


def _take(case: Case, sheets: tuple[Path, ...], who: str, *, as_json: bool) -> None:
    """Take filled-in sheets into the journal, and tell agreement and error."""
    journal = Journal(case.journal, now)
    drawn = next((e for e in reversed(list(journal.entries())) if e.what == DRAWN), None)
    if drawn is None:
        raise CaseError("no sample was drawn in this case", where=str(case.journal), found="no such line",
                        do=f"draw one first:  muster sample {case.root} --out sheet.csv")  # fmt: skip
    codes = {f"coder {n}": read_sheet(path) for n, path in enumerate(sheets, 1)}
    strange = sorted({name for code in codes.values() for name in code} - set(drawn.about["called"]))
    if strange:
        raise CaseError("a sheet holds listings that were not drawn", where=str(case.journal), found=strange[0],
                        do="take in the sheets of the sample drawn last")  # fmt: skip
    try:
        sample = coded(drawn.about["called"], list(codes.values()))
    except ValueError as error:
        raise CaseError(str(error), where=", ".join(map(str, sheets)), found="empty cells in `kind`",
                        do="fill in `kind` with a word of docs/kinds.md") from error  # fmt: skip
    journal.append(who or "muster", CODED, {"sample": drawn.n, "codes": codes})
    right = float(sample.counts.trace()) / sample.listings
    if as_json:
        emit_json({"listings": sample.listings, "coders": sample.coders, "kappa": sample.agreement, "right": right})
        return
    click.echo(f"{sample.told}; the recogniser called {right:.0%} of them as they were read")
    click.echo(f"intervals rest on it from the next  muster run {case.root}")
