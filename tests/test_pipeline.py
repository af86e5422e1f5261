"""A run: from sources to a report, in one go, again without redoing anything, and the same after a kill."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from muster import derived
from muster.case import Case, open_case
from muster.errors import CaseError, MusterError
from muster.journal import Journal
from muster.pipeline import run_case, stale
from muster.progress import Progress
from muster.store import connect


def _digests(case: Case) -> dict[str, str]:
    """Return the digest of every derived table and report file, by its place."""
    places = [p for p in [*case.derived.rglob("*"), *case.report.rglob("*")] if p.is_file()]
    return {str(p.relative_to(case.root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(places)}


def test_a_run_leaves_a_report_and_a_whole_journal(bazaar_run: Path) -> None:
    case = open_case(bazaar_run)
    assert {p.name for p in case.report.iterdir()} == {"index.html", "report.json", "report.md"}
    entries = list(Journal(case.journal, lambda: datetime.now(UTC)).entries())
    assert [entry.what for entry in entries] == ["run started", "run finished"]


def test_a_second_run_does_nothing_twice(bazaar_copy: Path) -> None:
    case = open_case(bazaar_copy)
    first = run_case(case, workers=1)
    before = _digests(case)
    second = run_case(case, workers=1)
    assert (first.done > 0, second.done, second.kept) == (True, 0, first.done)
    assert _digests(case) == before
    assert second.counts == first.counts
    assert second.verdicts == first.verdicts


def test_a_report_that_was_taken_away_is_laid_again_not_made_again(bazaar_ran: Path) -> None:
    case = open_case(bazaar_ran)
    before = _digests(case)
    shutil.rmtree(case.report)
    assert run_case(case, workers=1).done == 0
    assert _digests(case) == before


def test_a_new_title_makes_a_new_report_and_nothing_else(bazaar_ran: Path) -> None:
    file = bazaar_ran / "case.toml"
    title = open_case(bazaar_ran).file.case.title
    file.write_text(file.read_text().replace(title, "Another title"))
    case = open_case(bazaar_ran)
    assert run_case(case, workers=1).done == 1
    assert "Another title" in (case.report / "index.html").read_text()


def test_the_number_of_workers_changes_no_byte(bazaar_run: Path, tmp_path: Path) -> None:
    root = tmp_path / "case"
    shutil.copytree(bazaar_run, root, ignore=shutil.ignore_patterns("derived", "report", "journal"))
    run_case(open_case(root), workers=2)
    assert _digests(open_case(root)) == _digests(open_case(bazaar_run))


def test_derived_tables_may_be_deleted_and_rebuilt(bazaar_ran: Path) -> None:
    case = open_case(bazaar_ran)
    before = _digests(case)
    shutil.rmtree(case.derived)
    run_case(case, workers=1)
    assert _digests(case) == before


def test_a_new_page_costs_only_itself_and_its_shard(bazaar_ran: Path) -> None:
    case = open_case(bazaar_ran)
    assert sum(stale(case).values()) == 0
    page = next((bazaar_ran / "captures/2014-04-01").glob("item-*.html"))
    (page.parent / "item-99.html").write_bytes(page.read_bytes().replace(b"Bazaar", b"Bazaar "))
    assert stale(case)["parse"] >= 1


def test_what_no_longer_stands_is_swept(bazaar_ran: Path) -> None:
    case = open_case(bazaar_ran)
    (bazaar_ran / "captures/2014-03-01/login.html").unlink()
    run_case(case, workers=1)
    present = derived.present(case)
    held = {p.name for p in case.derived.glob("*/*")}
    assert held == {name for names in present.values() for name in names}


def test_a_missing_source_stops_the_run_and_keeps_what_was_derived(bazaar_ran: Path) -> None:
    case = open_case(bazaar_ran)
    before = _digests(case)
    (bazaar_ran / "captures").rename(bazaar_ran / "moved")
    with pytest.raises(MusterError) as caught:
        run_case(case, workers=1)
    assert "captures" in str(caught.value)
    assert _digests(case) == before


def test_two_runs_do_not_share_a_case(bazaar_copy: Path) -> None:
    case = open_case(bazaar_copy)
    refused: list[str] = []

    def again(stage: str, text: str) -> None:
        if stage == "read" and not refused:
            with pytest.raises(CaseError, match="another run holds this case") as caught:
                run_case(case, workers=1)
            refused.append(str(caught.value))

    run_case(case, workers=1, progress=Progress(line=again))
    assert refused


def test_a_case_without_sources_cannot_tell_but_reports(bazaar_copy: Path) -> None:
    text = (bazaar_copy / "case.toml").read_text()
    start, end = text.index("[[source]]"), text.index("[[article]]")
    (bazaar_copy / "case.toml").write_text(text[:start] + text[end:])
    result = run_case(open_case(bazaar_copy), workers=1)
    assert result.verdicts["contradicted"] == 0
    assert result.report.is_file()


def test_every_row_of_a_table_leads_back_to_a_capture(bazaar_run: Path) -> None:
    case = open_case(bazaar_run)
    with connect(derived.table_files(case, derived.present(case))) as db:
        for table in ("listing_seen", "vendor_seen", "review_seen", "rate_seen"):
            lost = f"SELECT count(*) AS n FROM {table} WHERE capture NOT IN (SELECT id FROM capture)"
            assert db.rows(lost) == [{"n": 0}]
        assert db.rows("SELECT count(*) AS n FROM offer WHERE observation NOT IN (SELECT id FROM listing_seen)") == [
            {"n": 0}
        ]


def _killed_run(root: Path, after: float) -> int:
    run = subprocess.Popen(
        [sys.executable, "-m", "muster", "run", str(root), "--workers", "2"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    time.sleep(after)
    if run.poll() is None:
        os.killpg(run.pid, signal.SIGKILL)
    return run.wait()


def _kills(bazaar_run: Path, tmp_path: Path, kills: int, seed: int) -> None:
    root = tmp_path / "case"
    shutil.copytree(bazaar_run, root, ignore=shutil.ignore_patterns("derived", "report", "journal"))
    chance = random.Random(seed)
    for kill in range(kills):
        if kill % 7 == 0:
            shutil.rmtree(root / "derived", ignore_errors=True)
        _killed_run(root, chance.uniform(0.3, 5.0))
    run_case(open_case(root), workers=1)
    assert _digests(open_case(root)) == _digests(open_case(bazaar_run))
    assert list(Journal(open_case(root).journal, lambda: datetime.now(UTC)).entries())


@pytest.mark.slow
def test_a_run_killed_at_any_moment_ends_the_same(bazaar_run: Path, tmp_path: Path) -> None:
    _kills(bazaar_run, tmp_path, kills=8, seed=1)


@pytest.mark.soak
def test_hundreds_of_kills_change_no_byte(bazaar_run: Path, tmp_path: Path) -> None:
    _kills(bazaar_run, tmp_path, kills=300, seed=2)
