"""`muster recognise [FILE]`"""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

import click

from muster.cli.output import json_line
from muster.errors import RecogniseError
from muster.recognise import Listing, Recogniser, as_contract, read_stream

NAMED = 20
"""Refused lines that are named one by one; of more only the number is said."""


@click.command("recognise")
@click.argument("file", type=click.File("rb"), default="-")
@click.option(
    "--json", "as_json", is_flag=True, help="The output is JSON lines anyway; refused lines are put there too."
)
def command(file: IO[bytes], as_json: bool) -> int:
    """A filter: listings in (JSON lines or CSV), offers out (JSON lines, one per item), each as soon as it is read.

    Columns in: id, title [, description, category, price, currency, captured].

    A line that is no listing is named on stderr, the others are answered, and the exit code is 2.

    Example:  echo '{"id": "1", "title": "Glock 19 gen 4"}' | muster recognise
    """
    recogniser = Recogniser.load()
    count = 0
    for batch in read_stream(file):
        errors = [one.error for one in batch if not isinstance(one, Listing)]
        offers = recogniser.recognise([one for one in batch if isinstance(one, Listing)])
        lines = [json_line(as_contract(offer)) for offer in offers]
        lines += [json_line(error.as_json()) for error in errors if as_json]
        if lines:
            click.echo("\n".join(lines))
        _name(errors, count)
        count += len(errors)
    if count > NAMED:
        click.echo(f"muster: {count:,} lines were refused, of which the first {NAMED} are named", err=True)
    return RecogniseError.exit_code if count else 0


def _name(errors: Sequence[RecogniseError], before: int) -> None:
    for error in errors[: max(0, NAMED - before)]:
        click.echo(f"muster: {error}", err=True)
