"""docs/web.md says what is there: every address of it is answered, every page stands on it."""

from __future__ import annotations

import re

import pytest

from conftest import ROOT
from muster.web import transfers
from web.within import Bench

PAGE = (ROOT / "docs" / "web.md").read_text(encoding="utf-8")
ADDRESSES = re.findall(r"^\| `(/[^`]*)` \|", PAGE, re.MULTILINE)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_of_the_page_is_answered(bench: Bench, address: str) -> None:
    assert bench.get(address).status == 200


def test_every_view_stands_on_the_page() -> None:
    assert {*transfers.PAGES, transfers.PICTURE, "/", "/claims", "/issues", "/report"} <= {
        address.partition("?")[0] for address in ADDRESSES
    }
