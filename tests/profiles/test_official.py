"""An official table: an object a row, its number as written, no persons."""

from __future__ import annotations

import json
from pathlib import Path

from muster.model import Issue, Page
from muster.profiles import Tokens, find, known, load, parse
from muster.sources import Limits, find_files, read, shards

RECORDS = [
    {"id": 7, "brandmodel": "АКС-74", "weapontype": "АВТОМАТ", "weaponkind": "НАРІЗНА", "weaponseries": "АБ",
     "weaponnumber": "001234", "weaponcaliber": "5,45", "graduationyear": "1979", "ovd": "відділ № 1",
     "reasonsearch": "ВТРАТА", "insertdate": "2014-03-01T00:00:00", "theftdate": "2014-02-20T00:00:00"},
    {"id": 8, "brandmodel": "ПМ", "weapontype": "ПІСТОЛЕТ", "weaponkind": "", "weaponseries": "-", "weaponnumber": "77",
     "weaponcaliber": "9", "graduationyear": "", "ovd": "", "reasonsearch": "КРАДІЖКА"},
    {"id": 9, "brandmodel": "ПМ", "weapontype": "ПІСТОЛЕТ", "weaponkind": "", "weaponseries": "", "weaponnumber": "",
     "weaponcaliber": "9", "graduationyear": "", "ovd": "", "reasonsearch": "ВТРАТА"},
]  # fmt: skip


def test_a_record_is_an_object_with_its_number_as_written(tmp_path: Path) -> None:
    file = tmp_path / "weaponswanted.jsonl"
    file.write_text("".join(f"{json.dumps(r, ensure_ascii=False)}\n" for r in RECORDS), encoding="utf-8")
    limits, profiles = Limits(), [load(name) for name in known()]
    pages = [page for shard in shards(find_files("x", file, limits)[0], limits) for page in read(shard, None, limits)]
    rows, issues = [], []
    for page in pages:
        assert isinstance(page, Page), page if isinstance(page, Issue) else ""
        profile = find(page, profiles)
        assert profile is not None
        assert profile.name == "ua-wanted-weapons"
        found = parse(page, profile, Tokens(b"k" * 32))
        rows += [seen.row for seen in found.observations]
        issues += [issue.what for issue in found.issues]
    assert [(r["number"], r["series"], r["reason"], r["year"]) for r in rows] == [
        ("001234", "АБ", "lost", 1979), ("77", None, "stolen", None),
    ]  # fmt: skip
    assert (str(rows[0]["entered"]), str(rows[0]["event"]), rows[0]["calibre"]) == ("2014-03-01", "2014-02-20", "5,45")
    assert "no_row" in issues
