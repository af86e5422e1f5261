"""`muster show CAPTURE`"""

from __future__ import annotations

from pathlib import Path

import click

from muster import derived
from muster.bounds import case_limits
from muster.case import nearest_case, open_case
from muster.cli.output import emit_json, inert
from muster.filelist import FileList
from muster.profiles import Tokens, render_inert
from muster.refetch import page_again
from muster.store import open_tables
from muster.tasks import transcribed
from muster.walk import Walker


@click.command("show")
@click.argument("name", metavar="CAPTURE")
@click.option("--case", "case", type=click.Path(path_type=Path), help="The case; the nearest case.toml if left out.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON: {id, facts, text}.")
def command(name: str, case: Path | None, as_json: bool) -> None:
    """Print a capture inert: its text, one line a piece, with every handle, address and contact as a token.

    Example:  muster show cap:0123456789abcdef --case examples/bazaar
    """
    opened = open_case(case) if case else nearest_case(Path())
    with open_tables(derived.table_files(opened, derived.present(opened))) as db:
        walk = Walker(db).why(name)
        row = db.one("SELECT * FROM capture WHERE id = $id", {"id": name})
    if row is None:
        raise click.UsageError(f"{name} is a {walk.kind}; show takes a capture:  muster why {name} names its captures")
    path = FileList(opened.private / "files.json").path(row["file_digest"])
    page = page_again(row, path, case_limits(opened))
    if row["media_type"].startswith("image/"):
        page, _ = transcribed(page, opened.transcripts)
    text = render_inert(page, Tokens(opened.token_key()), profile=row["profile"])
    if as_json:
        emit_json({"id": name, "facts": {k: v for k, v in row.items() if v is not None}, "text": text})
        return
    click.echo(f"{walk.id}  {walk.value}\n{walk.text}\nfile {row['file_digest']}", err=True)
    for line in text.splitlines():
        click.echo(inert(line))
