"""Expectations: an archive that does not meet them says so, and a profile that expects nonsense is refused."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from muster.errors import ProfileError
from muster.profiles import Filled, Fills, Profile, load, unmet
from muster.profiles.profile import Expects
from muster.store import connect, write_tables


@dataclass(frozen=True)
class Archive:
    files: dict[str, list[Path]]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    captures = [{"id": f"cap:{n}", "profile": "bazaar", "page_kind": "category"} for n in range(4)]
    listings = [{"id": f"obs:{n}", "capture": f"cap:{n % 2}", "title": "x" if n else None} for n in range(4)]
    fills = Fills()
    for capture in captures:
        held = [("listing_seen", row) for row in listings if row["capture"] == capture["id"]]
        fills.add({"source": "a", "profile": None, "page_kind": None, **capture}, "", held)
    tables = {"capture": captures, "listing_seen": listings, "filled": fills.rows()}
    write_tables(tmp_path / "t", tables)
    return Archive({name: [tmp_path / f"t/{name}.parquet"] for name in tables})


def _profile(**expects: dict[str, float]) -> Profile:
    return msgspec.structs.replace(load("bazaar"), expects=Expects(**expects))


@pytest.mark.parametrize(
    ("expects", "found"),
    [
        ({"filled": {"listing_seen.title": 0.9}}, "3 of 4 rows have a value, where 90% should"),
        ({"filled": {"listing_seen.title": 0.7}}, ""),
        ({"min": {"category": 2}}, "4 rows on 4 pages, where 2 a page should be"),
        ({"min": {"category": 1}}, ""),
        ({"filled": {"review_seen.text": 1.0}}, ""),
    ],
)
def test_what_is_not_met_is_an_issue(archive: Archive, expects: dict[str, dict[str, float]], found: str) -> None:
    with connect(archive.files) as db:
        profile = _profile(**expects)
        issues = list(unmet(Filled(db, profile), profile))
    assert [issue.found for issue in issues] == ([found] if found else [])
    assert all(issue.do for issue in issues)


def test_an_expectation_of_no_column_is_refused(archive: Archive) -> None:
    profile = _profile(filled={"listing_seen.colour": 1.0})
    with connect(archive.files) as db, pytest.raises(ProfileError, match="no column"):
        list(unmet(Filled(db, profile), profile))
