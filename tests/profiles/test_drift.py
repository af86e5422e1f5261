"""Drift: an archive whose layout changes says from which capture on, which field, and what is there now."""

from __future__ import annotations

from pathlib import Path

from muster import derived
from muster.case import open_case
from muster.pipeline import run_case
from muster.store import connect


def _archive(bazaar: Path, root: Path, new: tuple[str, str], days: int = 8, turn: int = 5) -> dict[str, dict[str, str]]:
    """Return the issues of a case of two listings captured day by day, their page rewritten from one day on."""
    page = (bazaar / "captures/2014-03-01/item-12.html").read_text().replace("Server time: ", "No time: ")
    assert new[0] in page
    for day in range(1, days + 1):
        folder = root / f"captures/2014-03-{day:02}"
        folder.mkdir(parents=True)
        for item in (12, 13):
            text = page.replace('data-item="12"', f'data-item="{item}"')
            (folder / f"item-{item}.html").write_text(text.replace(*new) if day >= turn else text)
    (root / "case.toml").write_text('[case]\ntitle = "Drift"\n[[source]]\npath = "captures"\nprofile = "bazaar"\n')
    run_case(open_case(root), workers=1)
    case = open_case(root)
    with connect(derived.table_files(case, derived.present(case))) as db:
        sql = "SELECT i.*, c.captured_at FROM issue i LEFT JOIN capture c ON c.id = i.capture WHERE what = 'drift'"
        return {row["where"]: row for row in db.rows(sql)}


def test_a_field_that_moves_is_told_with_the_capture_and_the_new_place(bazaar: Path, tmp_path: Path) -> None:
    issues = _archive(bazaar, tmp_path / "case", ('class="price"', 'class="asked"'))
    issue = issues["bazaar: listing.price: td.price, td.cost"]
    assert issue["found"].startswith(f"from 2014-03-05 00:00 UTC ({issue['capture']}) on, all 8 rows have no value")
    assert "td.asked has 1" in issue["found"]
    assert "before, 8 of 8 were sound" in issue["found"]
    assert str(issue["captured_at"])[:10] == "2014-03-05"
    assert "variant" in issue["do"]


def test_an_optional_field_that_stops_is_told_though_no_page_misses_it(bazaar: Path, tmp_path: Path) -> None:
    issues = _archive(bazaar, tmp_path / "case", ('class="from"', 'class="origin"'))
    assert "bazaar: listing.ships_from: td.from" in issues


def test_rows_that_are_found_no_more_are_told(bazaar: Path, tmp_path: Path) -> None:
    page = 'article class="goods"'
    issues = _archive(bazaar, tmp_path / "case", (page, 'article class="wares"'))
    assert "bazaar: no page is known any more" in issues


def test_an_archive_that_stays_as_it_is_drifts_nowhere(bazaar: Path, tmp_path: Path) -> None:
    assert _archive(bazaar, tmp_path / "case", ("</html>", "</html>")) == {}


def test_two_pages_without_a_field_may_be_chance(bazaar: Path, tmp_path: Path) -> None:
    assert _archive(bazaar, tmp_path / "case", ('class="from"', 'class="origin"'), days=8, turn=8) == {}
