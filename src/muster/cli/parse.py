"""`muster parse PATH…`"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from muster.cli.output import emit_lines
from muster.model import Issue, Page
from muster.profiles import Tokens
from muster.sources import Limits, find_files, read, shards
from muster.tasks import observations


@click.command("parse")
@click.argument("paths", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--profile", default="", help="Name of a profile, or path of a .yml; found by its marks if left out.")
@click.option("--captured", type=click.DateTime(["%Y-%m-%d"]), help="Time of capture where nothing else says it.")
@click.option("--json", "as_json", is_flag=True, help="The output is JSON lines anyway.")
def command(paths: tuple[Path, ...], profile: str, captured: datetime | None, as_json: bool) -> None:
    """Print what profiles read from pages or tables, as JSON lines: the way to write and debug a profile.

    Outside a case there is no key, so identifiers are bare marks such as ‹vendor›.

    Example:  muster parse examples/bazaar/captures/2014-03-01
    """
    limits = Limits()

    def pages() -> Iterator[Page | Issue]:
        for path in paths:
            found, issues = find_files(path.name, path, limits)
            yield from issues
            for shard in shards(found, limits):
                yield from read(shard, captured.date() if captured else None, limits)

    emit_lines(observations(pages(), profile, Tokens(None)))
