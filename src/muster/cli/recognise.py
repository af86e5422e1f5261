"""`muster recognise [FILE]`"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import TextIO

import click

from muster.cli.output import emit_json
from muster.model import canonical_json
from muster.recognise import Listing, Recogniser, as_contract, read_jsonl


@click.command("recognise")
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"), default="-")
@click.option("--json", "as_json", is_flag=True, help="The output is JSON lines anyway.")
def command(file: TextIO, as_json: bool) -> None:
    """A filter: listings in (JSON lines or CSV), offers out (JSON lines, one per item).

    Columns in: id, title [, description, category, price, currency, captured].

    Example:  echo '{"id": "1", "title": "Glock 19 gen 4"}' | muster recognise
    """
    recogniser = Recogniser.load()
    listings = _listings(file)
    while batch := list(islice(listings, 512)):
        for offer in recogniser.recognise(batch):
            emit_json(as_contract(offer))


def _listings(file: TextIO) -> Iterator[Listing]:
    first = file.readline()
    if not first.strip() or first.lstrip().startswith("{"):
        number = 1
        if first.strip():
            yield read_jsonl(first, number)
        for number, line in enumerate(file, 2):
            if line.strip():
                yield read_jsonl(line, number)
        return
    header = next(csv.reader(io.StringIO(first)))
    for number, row in enumerate(csv.DictReader(file, fieldnames=header), 2):
        cells = {name: value for name, value in row.items() if name is not None and value is not None}
        yield read_jsonl(canonical_json(cells), number)
