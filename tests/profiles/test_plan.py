"""What is kept between pages, plans, tokens, prices and counts, changes no row: pages in any order say the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

import muster.profiles
from muster.model import Page
from muster.profiles import Tokens, find, known, load, parse, plan, tokens, values
from muster.sources import Limits, find_files, read, shards

FIXTURES = Path(muster.profiles.__file__).parent / "fixtures"
KEY = b"k" * 32


@pytest.fixture(scope="module")
def pages() -> list[Page]:
    limits, found = Limits(), list[Page]()
    for folder in sorted(FIXTURES.iterdir()):
        for shard in shards(find_files(folder.name, folder, limits)[0], limits):
            found += [page for page in read(shard, None, limits) if isinstance(page, Page)]
    return found


def _rows(pages: Sequence[Page], kept: Tokens | None = None) -> dict[str, str]:
    profiles = [load(name) for name in known()]
    return {page.capture.id: repr(parse(page, find(page, profiles), kept or Tokens(KEY))) for page in pages}


def test_pages_in_another_order_give_the_same_rows(pages: list[Page]) -> None:
    plan.forget()
    first, kept = _rows(pages), Tokens(KEY)
    assert len(first) > 50
    assert _rows(pages[::-1], kept) == first
    assert _rows(pages, kept) == first


def test_what_is_forgotten_all_the_time_changes_no_row(pages: list[Page], monkeypatch: pytest.MonkeyPatch) -> None:
    first = _rows(pages)
    monkeypatch.setattr(tokens, "MOST_KEPT", 1)
    monkeypatch.setattr(values, "MOST_KEPT", 1)
    monkeypatch.setattr(plan, "MOST_KEPT", 1)
    monkeypatch.setattr(plan, "_plans", {})
    assert _rows(pages, Tokens(KEY)) == first


def test_a_plan_is_of_its_profile_even_where_another_has_its_name() -> None:
    one, other = load("hansa"), load("cypher")
    assert plan.plan_of(one) is plan.plan_of(one)
    assert plan.plan_of(other).profile is other
