"""`muster web CASE`"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from muster.case import open_case
from muster.cli.output import emit_json


@click.command("web")
@click.argument("case", type=click.Path(path_type=Path), default=Path())
@click.option("--port", default=8411, show_default=True, type=click.IntRange(0, 65535), help="0: a free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; any other lets others read.")
@click.option("--name", "names", multiple=True, help="A host name by which others may ask, with --host.")
@click.option("--json", "as_json", is_flag=True, help="Print the address as JSON: {address}.")
def command(case: Path, port: int, host: str, names: tuple[str, ...], as_json: bool) -> None:
    """Show a case as pages in your browser, on this machine only, until stopped with Ctrl-C.

    What it holds, its claims, the walk of every id, its issues, its report, and what `muster transfers` answers, each
    under an address of its own. It reads what the last run left and changes nothing. Pages: docs/web.md.

    Example:  muster web examples/ledger
    """
    from muster.web.server import serve

    opened = open_case(case)

    def ready(address: str) -> None:
        if as_json:
            emit_json({"address": address})
            return
        click.echo(address)
        click.echo(f"the pages of {opened.root}, read from its last run; stop with Ctrl-C", err=True)

    with suppress(KeyboardInterrupt):  # an interrupt that comes as the server ends is none any more
        serve(opened.root, host=host, port=port, names=names, ready=ready, warn=lambda text: click.echo(text, err=True))
    click.echo("stopped; nothing was changed", err=True)
