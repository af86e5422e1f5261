"""The walk back is the same whether an id is looked up alone or with many others."""

from __future__ import annotations

from pathlib import Path

import pytest

from muster import derived
from muster.case import open_case
from muster.errors import UnknownId
from muster.store import connect
from muster.walk import Walker


def test_ids_that_were_held_walk_like_ids_looked_up_alone(bazaar_run: Path) -> None:
    case = open_case(bazaar_run)
    with connect(derived.table_files(case, derived.present(case))) as db:
        names = [row["id"] for table in ("verdict", "estimate", "offer", "listing_seen", "review_seen", "capture")
                 for row in db.rows(f"SELECT id FROM {table} ORDER BY id LIMIT 3")]  # fmt: skip
        alone, together = Walker(db), Walker(db)
        together.hold(names)
        assert [together.why(name) for name in names] == [alone.why(name) for name in names]
        with pytest.raises(UnknownId):
            together.why("off:0000000000000000")
