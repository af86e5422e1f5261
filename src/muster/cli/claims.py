"""`muster claims ARTICLE`"""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO

import click

from muster.claims import article, as_contract, read
from muster.cli.output import emit_json


@click.command("claims")
@click.argument("file", metavar="ARTICLE", type=click.File("rb"), default="-")
@click.option("--published", type=click.DateTime(["%Y-%m-%d"]), help="Date of publication, if the text has none.")
@click.option("--language", default="", help="Two letters; found by itself if left out.")
@click.option("--json", "as_json", is_flag=True, help="The output is JSON lines anyway.")
def command(file: BinaryIO, published: datetime | None, language: str, as_json: bool) -> None:
    """A filter: an article in (text or HTML), its claims out (JSON lines, in text order).

    Example:  muster claims examples/bazaar/articles/en.txt
    """
    text = article(file.read(), name=file.name, published=published.date() if published else None, language=language)
    for claim in read(text):
        emit_json(as_contract(claim))
