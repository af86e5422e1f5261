"""A page is made of one run: the one that stands, whole, though another ends meanwhile."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from muster import derived
from muster.case import open_case
from muster.errors import QueryError, ServiceError
from muster.pipeline import run_case
from muster.web.reading import Held, Reading
from web.within import Bench


@pytest.fixture
def case(ledger: Path, tmp_path: Path) -> Path:
    """A copy of the case with what its run left; a test may change it."""
    return Path(shutil.copytree(ledger, tmp_path / "case"))


def _run_again(case: Path) -> None:
    table = case / "tables" / "documents.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",120,", ",121,"), encoding="utf-8")
    run_case(open_case(case), workers=1)


def _pledged(bench: Bench) -> list[int]:
    found = bench.get("/transfers?item=Javelin&recipient=Ruritania&format=json").json
    return [one["stated"][0] for one in found["measures"] if (one["name"], one["part"]) == ("promised", "missile")]


def test_a_run_in_between_is_shown_by_the_next_page_and_by_one_that_is_being_made(case: Path) -> None:
    with Bench(case) as bench:
        assert _pledged(bench) == [120]
        made: list[str] = []

        def make(held: Held) -> tuple[int, int]:
            sql = "SELECT max(quantity_low) AS n FROM transfer WHERE state = 'pledged'"
            first = (held.db.one(sql) or {})["n"]
            if not made:
                _run_again(case)  # its sweep takes the tables away under this page
            made.append("")
            return first, (held.db.one(sql) or {})["n"]

        assert bench.reading.made(make) == (121, 121)
        assert len(made) == 2
        assert _pledged(bench) == [121]


def test_tables_that_are_gone_are_told_and_come_back(case: Path) -> None:
    held = derived.present(open_case(case))["transfers"][0]
    place = case / "derived" / "transfers" / held
    place.rename(case / "aside")
    with Bench(case) as bench:
        page = bench.get("/transfers?item=Javelin")
        assert page.status == 404
        assert "a folder of derived tables is gone" in page.words
        assert f"run again: muster run {case}" in page.words
        (case / "aside").rename(place)
        assert bench.get("/transfers?item=Javelin").status == 200


def test_what_fails_without_another_run_fails_once(case: Path) -> None:
    reading, tried = Reading(case), []

    def make(held: Held) -> None:
        tried.append(held)
        held.db.rows("SELECT nothing FROM transfer")

    with pytest.raises(QueryError):
        reading.made(make)
    assert len(tried) == 1
    reading.close()
    (case / "case.toml").unlink()
    with pytest.raises(ServiceError, match="no case here"):
        reading.made(make)
