"""`muster claims ARTICLE`"""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO

import click

from muster.claims import article, as_contract, read
from muster.claims.compile import as_row, compile_claim
from muster.claims.propose import Endpoint, propose
from muster.claims.silence import silences
from muster.cli.output import emit_json

NO_CASE = ("claim", "outside", "market", "by")
"""What a compiled claim says of a case; a filter has none."""


@click.command("claims")
@click.argument("file", metavar="ARTICLE", type=click.File("rb"), default="-")
@click.option("--published", type=click.DateTime(["%Y-%m-%d"]), help="Date of publication, if the text has none.")
@click.option("--language", default="", help="Two letters; found by itself if left out.")
@click.option(
    "--propose", "url", metavar="URL", default="", help="Also ask a model on this machine; its claims are marked."
)
@click.option("--model", default="default", help="The model's name at that server.")
@click.option("--rest", is_flag=True, help="Also the sentences that hold no claim, each with the reason.")
@click.option("--json", "as_json", is_flag=True, help="The output is JSON lines anyway.")
def command(
    file: BinaryIO, published: datetime | None, language: str, rest: bool, url: str, model: str, as_json: bool
) -> None:
    """A filter: an article in (text, HTML or PDF), its claims out (JSON lines, in text order), each with
    the measure that could settle it (`compiled`).

    Nothing is connected to. --propose http://127.0.0.1:PORT/v1 asks an OpenAI-compatible server on this machine for
    more; its claims follow those that the rules read, `read_by` names the model, and no case uses them.

    Example:  muster claims examples/bazaar/articles/en.txt
    """
    text = article(file.read(), name=file.name, published=published.date() if published else None, language=language)
    endpoint = Endpoint(url, model) if url else None
    found = read(text)
    for claim in [*found, *(propose(text, endpoint, found) if endpoint else ())]:
        compiled = as_row(claim.id, compile_claim(claim, text.published, {}, text.language))
        form = {name: value for name, value in compiled.items() if name not in NO_CASE}
        emit_json({**as_contract(claim), "compiled": form})
    for passed in silences(text, found) if rest else ():
        emit_json({"type": "none", "quote": passed.quote, "start": passed.start, "end": passed.end, "why": passed.why})
