"""A ledger made of a few rows of text."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest

from muster.store import over
from muster.transfers import Built, Entry, Ledger, derive

HEADER = (
    "id,state,supplier,recipient,item,class,quantity,happened,recorded,ordered,money,currency,price_year,"
    "source,replaces"
)
Make = Callable[..., Built]


@pytest.fixture
def lines(tmp_path: Path) -> Make:
    """Return the tables of a typed ledger; each row is what comes first in `HEADER`, the rest is empty."""

    def make(*rows: str, name: str = "documents.csv", published: date | None = None) -> Built:
        width = HEADER.count(",") + 1
        text = "\n".join([HEADER, *(row + "," * (width - len(next(csv.reader([row])))) for row in rows)]) + "\n"
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return derive([Entry(name, path, published=published)])

    return make


@pytest.fixture
def opened() -> Iterator[Callable[[Built], Ledger]]:
    """Open the ledger of some tables."""
    with ExitStack() as stack:
        yield lambda built: Ledger(stack.enter_context(over(built.tables)))
