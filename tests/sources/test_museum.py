"""The museum: of every broken file comes what its maker knows to be in it, and every loss is told to the byte."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from muster.model import digest
from muster.sources import fetch_body
from muster.sources.placed import Loss, Placed
from muster.sources.records import Records
from sources.museum import make
from sources.oracle import heads
from sources.sourcing import read_all

LIST: list[dict[str, Any]] = json.loads((make.FILES / "museum.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("said", LIST, ids=[said["name"] for said in LIST])
def test_what_is_in_a_broken_file_comes_out_and_what_is_lost_is_told(tmp_path: Path, said: dict[str, Any]) -> None:
    path = tmp_path / said["name"]
    shutil.copy(make.FILES / said["name"], path)
    pages, issues = read_all(tmp_path)
    assert [digest(page.body) for page in pages] == said["bodies"], said["story"]
    told = sorted((issue.what, issue.start or 0, issue.end or 0) for issue in issues)
    assert told == sorted((what, start or 0, end or 0) for what, start, end in said["issues"]), said["story"]
    for page in pages:
        assert digest(fetch_body(page.capture.locator, path, page.capture.media_type)) == page.capture.digest


def test_the_museum_holds_what_its_maker_makes() -> None:
    made = make.exhibits()
    assert len(made) == len(LIST) >= 25
    assert [(one.name, one.story) for one in made] == [(said["name"], said["story"]) for said in LIST]
    plain = [one for one in made if one.name.endswith((".warc", ".arc", ".tar", ".zip"))]  # packing differs by version
    assert all((make.FILES / one.name).read_bytes() == one.data for one in plain)


def read(path: Path) -> tuple[Counter[str], bool]:
    """Return the records that Muster finds by their names, and whether ranges cover the file."""
    names: Counter[str] = Counter()
    covered, size = 0, path.stat().st_size
    spans: list[tuple[int, int]] = []
    with path.open("rb") as handle:
        for found in Records(handle, size, 1 << 26):
            spans.append((found.start, found.end))
            if isinstance(found, Loss):
                continue
            assert isinstance(found, Placed)
            headers = found.record.headers
            if found.record.arc:
                names[f"{headers['warc-target-uri']} {headers['warc-date'].translate(_DIGITS)}"] += 1
            elif "warc-record-id" in headers:
                names[headers["warc-record-id"]] += 1
    for start, end in sorted(spans):
        if start > covered:
            return names, False
        covered = max(covered, end)
    return names, covered == size


_DIGITS = {ord(sign): None for sign in "-:TZ"}


@pytest.mark.slow
def test_nothing_that_brute_force_finds_in_real_and_broken_files_is_missed(shared: Path) -> None:
    real = [path for path in (shared / "data" / "warc").rglob("*") if path.is_file() and path.suffix != ".wacz"]
    broken = [make.FILES / said["name"] for said in LIST if ".warc" in said["name"]]
    assert len(real) >= 40
    for path in [*real, *broken]:
        names, covered = read(path)
        missed = heads(path) - names
        if path.name == "a-record-in-a-page.warc":  # brute force cannot know that it is text
            assert sum(missed.values()) == 1
            continue
        assert not missed, (path.name, missed)
        assert covered, path.name
