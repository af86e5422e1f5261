"""The law of the short way: a record that is ordinary comes out as the whole way would have it, to the byte."""

from __future__ import annotations

import gzip
import io
import runpy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from muster.model import Issue, Page
from muster.sources import Limits, find_files, read, shards
from muster.sources.placed import Placed
from muster.sources.records import Records
from sources.museum import make
from sources.sourcing import LIMITS, WholeWay, found, record, response
from sources.test_damage_law import pack, records

LIMIT = 1 << 15
SMALL = Limits(max_body=2000)
"""Bounds that many records of the tests do not keep."""

FUZZED = Path(__file__).parents[1] / "fuzz/found/record_reader"
MUSEUM = sorted(path for path in make.FILES.iterdir() if path.suffix != ".json")


class Counting(Records):
    """The reader of records, counting what goes the short way."""

    short = 0

    def _ordinary(self) -> Placed | None:
        found = super()._ordinary()
        self.short += found is not None
        return found


def told(path: Path, limits: Limits) -> list[Page | Issue]:
    """Return the captures and issues of everything under a path."""
    files, issues = find_files("captures", path, limits)
    return [*issues, *(item for shard in shards(files, limits) for item in read(shard, None, limits))]


def both(path: Path, limits: Limits) -> tuple[list[Page | Issue], list[Page | Issue]]:
    """Return what comes of a path the short way and the whole way."""
    short = told(path, limits)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("muster.sources.warc.Records", WholeWay)
        return short, told(path, limits)


@pytest.mark.parametrize("path", [*MUSEUM, *sorted(FUZZED.glob("*"))], ids=lambda path: path.name)
def test_both_ways_tell_the_same_of_every_broken_file(path: Path, tmp_path: Path) -> None:
    (tmp_path / (path.name if "." in path.name else f"{path.name}.warc")).write_bytes(path.read_bytes())
    for limits in (LIMITS, SMALL, Limits(max_body=1 << 20, max_unpacked=3000)):
        short, whole = both(tmp_path, limits)
        assert short == whole


def test_both_ways_tell_the_same_of_real_files(shared: Path) -> None:
    for limits in (LIMITS, SMALL):
        short, whole = both(shared / "data/warc", limits)
        assert len(short) > 300
        assert short == whole


def test_both_ways_tell_the_same_of_a_made_crawl_and_all_of_it_goes_the_short_way(shared: Path, tmp_path: Path) -> None:
    made = runpy.run_path(str(Path(__file__).parents[2] / "bench/archive.py"))
    pages = made["_pages"](shared)
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(b"".join(made["_gzip"](made["_record"](n, pages)) for n in range(60)))
    short, whole = both(tmp_path, LIMITS)
    assert short == whole
    assert len(short) == 60
    with path.open("rb") as handle:
        reader = Counting(handle, path.stat().st_size, LIMITS.max_body)
        assert len(list(reader)) == reader.short == 60


@pytest.mark.parametrize("packing", ["", "gzip", "zstd", "lz4"])
def test_whole_records_go_the_short_way(packing: str) -> None:
    data = b"".join(pack(one, packing) for one in records(20, 7))
    reader = Counting(io.BytesIO(data), len(data), 1 << 20)
    assert len(list(reader)) == 20
    # a plain file ends only where nothing more can be read, which its last record does not know
    assert reader.short == (20 if packing else 19)


WHOLE = record(b"<html>lamp</html>", "resource")


@pytest.mark.parametrize(
    ("odd", "why"),
    [
        (WHOLE.replace(b"Content-Length: 17", b"Content-Length: 16"), "one byte too few"),
        (WHOLE.replace(b"Content-Length: 17", b"Content-Length: 18"), "one byte too many"),
        (WHOLE.replace(b"Content-Length: 17", b"Content-Length: 17\r\nContent-Length: 17"), "a length given twice"),
        (WHOLE.replace(b"Content-Length: 17\r\n", b""), "no length"),
        (WHOLE.replace(b"\r\n", b"\n"), "bare line feeds"),
        (b"\r\n" + WHOLE, "an empty line before it"),
        (WHOLE + b"\r\n", "an empty line more behind it"),
        (WHOLE[:-2], "an empty line less behind it"),
        (WHOLE.replace(b"WARC/1.0", b"WARC/0.9"), "an old version"),
        (WHOLE.replace(b"WARC-Date:", b" WARC-Date:"), "a folded line"),
        (WHOLE.replace(b"WARC-Type: resource\r\n", b""), "no type"),
        (record(b"x" * (LIMIT + 1), "resource"), "more than is held"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_whatever_is_odd_goes_the_whole_way(odd: bytes, why: str) -> None:
    for packing in ("", "gzip"):
        data = pack(odd, packing) + pack(WHOLE, packing)
        reader = Counting(io.BytesIO(data), len(data), LIMIT)
        assert list(reader) == found(WholeWay, data, LIMIT), why
        assert reader.short <= 1, why


BIT = st.tuples(st.just("flip"), st.floats(0, 1), st.integers(0, 7))
CUT = st.tuples(st.just("cut"), st.floats(0, 1), st.integers(1, 300))
PUT = st.tuples(st.just("put"), st.floats(0, 1), st.binary(min_size=1, max_size=40) | st.sampled_from(
    [b"\r\n", b"\n", b"WARC/1.0\r\n", b"\r\n\r\nWARC/1.1\r\n", b"\0" * 20, b"\x1f\x8b\x08\0", WHOLE, WHOLE[:90]]
))  # fmt: skip
CHANGES = given(
    packing=st.sampled_from(["", "gzip", "zstd", "lz4", "one gzip"]),
    seed=st.integers(0, 10_000),
    count=st.integers(1, 6),
    inside=st.booleans(),
    changes=st.lists(BIT | CUT | PUT, max_size=3),
    limit=st.sampled_from([500, LIMIT, 1 << 20]),
    most=st.sampled_from([4000, 1 << 62]),
)


@CHANGES
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(packing="gzip", seed=1, count=3, inside=True, changes=[("put", 0.4, WHOLE)], limit=LIMIT, most=1 << 62)
@example(packing="", seed=1, count=3, inside=False, changes=[("cut", 0.4, 2)], limit=LIMIT, most=1 << 62)
def test_both_ways_find_the_same_in_changed_archives(
    packing: str, seed: int, count: int, inside: bool, changes: list[tuple[str, float, object]], limit: int, most: int
) -> None:
    changed(packing, seed, count, inside, changes, limit, most)


@pytest.mark.slow
@CHANGES
@settings(max_examples=5000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_both_ways_find_the_same_in_thousands_of_changed_archives(
    packing: str, seed: int, count: int, inside: bool, changes: list[tuple[str, float, object]], limit: int, most: int
) -> None:
    changed(packing, seed, count, inside, changes, limit, most)


def changed(
    packing: str, seed: int, count: int, inside: bool, changes: list[tuple[str, float, object]], limit: int, most: int
) -> None:
    """Change an archive, before it is packed (inside) or after, and read it both ways."""
    made = records(count, seed)
    if inside:
        where = seed % count
        made[where] = change(made[where], changes)
    data = (
        gzip.compress(b"".join(made), mtime=0)
        if packing == "one gzip"
        else b"".join(pack(one, packing) for one in made)
    )
    if not inside:
        data = change(data, changes)
    assert found(Records, data, limit, most) == found(WholeWay, data, limit, most)


def change(data: bytes, changes: list[tuple[str, float, object]]) -> bytes:
    """Flip bits of bytes, cut some out, put some in."""
    for how, where, what in changes:
        at = int(where * max(0, len(data) - 1))
        if isinstance(what, bytes):
            data = data[:at] + what + data[at:]
        elif how == "cut" and isinstance(what, int):
            data = data[:at] + data[at + what :]
        elif isinstance(what, int) and data:
            data = data[:at] + bytes([data[at] ^ 1 << what]) + data[at + 1 :]
    return data


def test_a_record_in_a_page_stays_in_it_on_both_ways() -> None:
    page = response(b"<pre>" + WHOLE + b"</pre>")
    for packing in ("", "gzip"):
        data = pack(page, packing) + pack(WHOLE, packing)
        assert len(found(Records, data, LIMIT)) == 2
        assert found(Records, data, LIMIT) == found(WholeWay, data, LIMIT)
