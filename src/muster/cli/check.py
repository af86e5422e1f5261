"""`muster check PROFILE [PATH…]`"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import click

from muster.cli.output import emit_json, inert
from muster.model import Issue, Page
from muster.profiles import Checked, Profile, check, fixtures, load
from muster.sources import Limits, find_files, read, shards


@click.command("check")
@click.argument("profile", metavar="PROFILE")
@click.argument("paths", type=click.Path(path_type=Path, exists=True), nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print as one JSON object.")
@click.option("--strict", is_flag=True, help="Exit 1 where a fixture is read wrongly or an expectation is not met.")
def command(profile: str, paths: tuple[Path, ...], as_json: bool, strict: bool) -> int:
    """Put a profile to the test: on its own fixtures, and on any files and folders.

    It tells the pages of each kind, how often each field has a value, the issues, whether the profile's expectations
    are met, and the places of texts that no field covers. PROFILE is a name, or the path of a .yml file, whose fixtures
    then lie beside it in a folder of the same name.

    Example:  muster check bazaar examples/bazaar/captures
    """
    chosen, found = load(profile), Checked()
    place = _fixtures(profile, chosen)
    if (place / "expected.jsonl").is_file():
        found = fixtures(chosen, place, _pages([place], fixtures_only=True))
    for path in paths:
        check(chosen, _pages([path]), found)
    if as_json:
        emit_json(found.as_json())
    else:
        _tell(found, chosen)
    return int(strict and bool(found.wrong or found.unmet))


def _fixtures(named: str, profile: Profile) -> Path:
    if named.endswith((".yml", ".yaml")):
        return Path(named).with_suffix("")
    return Path(str(files("muster.profiles").joinpath("fixtures", profile.name)))


def _pages(paths: list[Path], *, fixtures_only: bool = False) -> Iterator[Page | Issue]:
    limits = Limits()
    for path in paths:
        found, issues = find_files(path.name, path, limits)
        yield from issues
        kept = [file for file in found if not fixtures_only or file.path.name != "expected.jsonl"]
        for shard in shards(kept, limits):
            yield from read(shard, None, limits)


def _tell(found: Checked, profile: Profile) -> None:
    told = found.as_json()
    if found.fixtures:
        wrong = f"{len(found.wrong)} values wrong" if found.wrong else "all as expected"
        click.echo(f"fixtures   {found.fixtures} pages, {wrong}")
        for line in found.wrong:
            click.echo(f"  {inert(line)}")
    for kind, n in told["pages"].items():
        click.echo(f"{kind:<16} {n} page" + ("s" if n != 1 else ""))
        for name, rows in told["rows"].items():
            if name.partition(".")[0] != kind:
                continue
            shares = told["filled"].get(name, {})
            click.echo(f"  {name.partition('.')[2]:<14} {rows} row" + ("s" if rows != 1 else ""))
            click.echo("".join(f"    {column:<18} {share:7.1%}\n" for column, share in shares.items()), nl=False)
    for issue in told["issues"]:
        click.echo(f"issue      {issue['n']} × {issue['what']}: {inert(issue['where'])}")
    texts = told["texts"]
    click.echo(f"texts      {texts['covered']} read, {texts['ignored']} ignored, {texts['left_over']} left over")
    for left in told["leftovers"]:
        click.echo(f"  {left['kind']:<14} {inert(left['place'])}  on {left['pages']} pages")
    for line in found.unmet or (["all expectations are met"] if profile.expects.filled else []):
        click.echo(f"expects    {line}")
