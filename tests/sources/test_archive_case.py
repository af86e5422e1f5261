"""A case whose captures lie in an archive: the same observations as from a folder, each capture found again."""

from __future__ import annotations

import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

from muster import derived
from muster.bounds import case_limits
from muster.case import open_case
from muster.filelist import FileList
from muster.model import digest
from muster.pipeline import run_case
from muster.refetch import page_again
from muster.store import connect

SEEN = "SELECT title, vendor, captured_at, amount_text FROM listing_seen ORDER BY ALL"


def packed_case(source: Path, target: Path) -> Path:
    """Copy a case, its captures as a folder `market` in one tar.xz."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("derived", "report", "journal", "private"))
    with tarfile.open(target / "captures.tar.xz", "w:xz", preset=0) as archive:
        archive.add(target / "captures", "market")
    shutil.rmtree(target / "captures")
    text = (target / "case.toml").read_text()
    (target / "case.toml").write_text(text.replace('path = "captures"', 'path = "captures.tar.xz"', 1))
    return target


def plain(row: dict[str, object]) -> dict[str, object]:
    """Return a row without tokens: another case has others."""
    return {name: re.sub("‹.*?›", "‹›", str(value)) for name, value in row.items()}


def test_an_archive_gives_what_the_folder_gives_and_every_capture_is_found_again(
    bazaar: Path, bazaar_run: Path, tmp_path: Path, muster_cli: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    case = open_case(packed_case(bazaar, tmp_path / "case"))
    run_case(case, workers=1)
    with connect(derived.table_files(case, derived.present(case))) as db:
        seen, captures = db.rows(SEEN), db.rows("SELECT * FROM capture ORDER BY id")
    before = open_case(bazaar_run)
    with connect(derived.table_files(before, derived.present(before))) as db:
        wanted = db.rows(SEEN)
    assert [plain(row) for row in seen] == [plain(row) for row in wanted]
    files = FileList(case.private / "files.json")
    for row in captures:
        assert row["inside"].startswith("xz/")
        page = page_again(row, files.path(row["file_digest"]), case_limits(case))
        assert digest(page.body) == row["digest"]
    shown = muster_cli("show", captures[0]["id"], "--case", case.root)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout
    why = muster_cli("why", captures[0]["id"], "--case", case.root)
    assert captures[0]["inside"] in why.stdout
