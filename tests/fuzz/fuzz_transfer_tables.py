"""Tables of transfers: whatever the bytes are, every row is a line, a total or an issue, and bounds are in order."""

from __future__ import annotations

import tempfile
from pathlib import Path

from muster.transfers import Entry, build

ROOMS = ("muster.transfers",)
HEAD = b"id,state,supplier,recipient,item,quantity,happened,recorded,replaces\n"
KIEL = b"donor,category,number_of_weapons,monetary_value_eur,weapons_list\n"
LOSS = b"country,origin,system,status,url,date_recorded,sysID,imageID,statusID,matID\n"
TOTAL = b"country,system,destroyed,captured,abandoned,damaged,total\n"
SEEDS = (
    HEAD + b'a,delivered,Sweden,Norway,missile for Javelin,"1,200",2014,2014-02-03,\nb,lost,,Norway,T-72,-3,2022,,a\n',
    HEAD
    + b"c,pledged,Atlantis,Norway,Javelin CLU,a battalion,2022\xe2\x80\x9323,soon,\nd,sent,SE,NO,x,1.5,2014-02,,\n",
    b"a line above\nanother\n" + HEAD + b"e,delivered,Sweden\nf,delivered,Sweden,Norway,y,ca. 30,2014,2014,,extra\n",
    KIEL + b'Norway,Tanks,73,100,"T-72 (T-72A/T-72M1) (62); M270 (Norway) (11)"\nSweden,Tanks,9,70,Leopard (8);;(\n',
    LOSS + b"Norway,Sweden,3 Leopard 2A4,damaged,https://p.example/1,2014-03-01,1,7,3,1-173\n",
    TOTAL + b"Norway,Leopard 2A4,1,2,0,0,3\nNorway,T-72,x,2,0,-1,3\n",
)


def one(data: bytes) -> None:
    """Read the bytes as a table of transfers."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(data)
        built = build([Entry("table.csv", path)])
    for release in built.tables["release"].to_pylist():
        told = release["lines"] if release["holds"] != "total" else 0
        assert release["issues"] <= release["rows"]
        assert told + release["issues"] >= release["rows"] or release["holds"] == "total"
    for row in built.tables["transfer"].to_pylist():
        low, high = row["quantity_low"], row["quantity_high"]
        assert low is None or low >= 0
        assert high is None or low is None or high >= low
        first, last = row["happened_first"], row["happened_last"]
        assert first is None or last is None or first <= last
    assert all(row["value"] >= 0 for row in built.tables["stated_total"].to_pylist())
