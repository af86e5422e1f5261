"""`muster check`: fixtures are read as they say; what no field of a profile covers is told by place, never by text."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from muster.model import Capture, Locator, Page, digest
from muster.profiles import find, known, load

Cli = Callable[..., subprocess.CompletedProcess[str]]
FIXTURES = Path(str(files("muster.profiles").joinpath("fixtures")))


@pytest.mark.parametrize("name", sorted(path.name for path in FIXTURES.iterdir() if path.is_dir()))
def test_a_profile_reads_its_fixtures_as_they_say(muster_cli: Cli, name: str) -> None:
    told = json.loads(muster_cli("check", name, "--json").stdout)
    assert told["fixtures"]["wrong"] == []
    pages, tables = list((FIXTURES / name).glob("*.html")), list((FIXTURES / name).glob("*.csv"))
    rows = sum(len(list(csv.reader(path.read_text().splitlines(keepends=True)))) - 1 for path in tables)
    assert told["fixtures"]["read"] == len(pages) + rows > 0
    assert "no known kind" not in told["pages"]


def test_a_wrong_value_is_told_and_fails_when_strict(muster_cli: Cli, tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "yellow-brick", tmp_path / "mine")
    profile = Path(str(files("muster.profiles").joinpath("markets/yellow-brick.yml")))
    (tmp_path / "mine.yml").write_text(profile.read_text().replace("[id='ah_ships']", ".gone"))
    done = muster_cli("check", tmp_path / "mine.yml", "--strict")
    assert done.returncode == 1
    assert "ships_from: None instead of 'Northgate'" in done.stdout


def test_left_over_texts_are_told_by_their_place(muster_cli: Cli, bazaar: Path, tmp_path: Path) -> None:
    page = (bazaar / "captures/2014-03-01/item-12.html").read_text()
    (tmp_path / "item.html").write_text(page.replace("</article>", "<div class='extra'>tin.whistle77</div></article>"))
    done = muster_cli("check", "bazaar", tmp_path)
    assert "article.goods > div.extra  on 1 pages" in done.stdout
    assert "tin.whistle77" not in done.stdout
    assert "listing_seen   1 row" in done.stdout


def test_expectations_are_held_against_what_was_read(muster_cli: Cli, bazaar: Path, tmp_path: Path) -> None:
    page = (bazaar / "captures/2014-03-01/item-12.html").read_text()
    (tmp_path / "item.html").write_text(page.replace('class="keeper"', 'class="seller"'))
    told = json.loads(muster_cli("check", "bazaar", tmp_path, "--json").stdout)
    assert told["unmet"] == ["listing_seen.vendor: 0 of 1 rows have a value, where 100% should"]
    assert any(issue["what"] == "no_value" for issue in told["issues"])


def test_another_market_on_the_same_software_is_not_cypher() -> None:
    body = (FIXTURES / "cypher" / "category.html").read_bytes()
    profiles = [load(name) for name in known()]
    for title, name in ((b"Cypher - ", "cypher"), (b"Lantern - ", None)):
        other = body.replace(b"Cypher - ", title)
        capture = Capture("", "", Locator("", 0, 0), digest(other), len(other), "text/html", "", None, "unknown")
        found = find(Page(capture, other), profiles)
        assert (found.name if found else None) == name
