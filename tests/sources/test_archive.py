"""Archives: every member is read as it lies, is found again by its steps, and what is lost is told with its bytes."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import random
import struct
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import lz4.frame
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from muster.model import Issue, Page, digest
from muster.sources import Limits, fetch_body, find_files, read, row_again, shards
from muster.sources.inner import Disk
from muster.sources.zip import ZipMember, zip_recovered
from sources.sourcing import Counted, packed, read_all, response, whats

HTML = b"<html><title>Brass lamp</title>" + b"<p>a page of the bazaar</p>" * 30 + b"</html>"
NOON = datetime(2014, 6, 1, 12, tzinfo=UTC)
PACKINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "": lambda data: data, ".gz": lambda data: gzip.compress(data, mtime=0), 
    ".xz": lambda data: lzma.compress(data, preset=0),
    ".bz2": bz2.compress, ".zst": zstandard.ZstdCompressor().compress, ".lz4": lz4.frame.compress,
}  # fmt: skip


def page(number: int) -> bytes:
    return HTML.replace(b"lamp", b"lamp %d" % number)


def tarred(members: Mapping[str, bytes], form: int = tarfile.PAX_FORMAT, when: datetime = NOON) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w", format=form) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), int(when.timestamp())
            archive.addfile(info, io.BytesIO(data))
    return held.getvalue()


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2014, 6, 1, 12, 0, 0)), data, method)
    return held.getvalue()


def write(folder: Path, data: bytes, name: str) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def again(found: Page, path: Path) -> bytes:
    return fetch_body(found.capture.locator, path, found.capture.media_type)


CRAWLS = {f"market/{day}/item/{n}.html": page(n) for day in ("2014-12-31", "2015-01-07") for n in range(3)}


@pytest.mark.parametrize("packing", PACKINGS)
def test_dated_crawls_in_a_tar_are_captures_of_their_days(tmp_path: Path, packing: str) -> None:
    path = write(tmp_path, PACKINGS[packing](tarred(CRAWLS)), "market.tar" + packing)
    pages, issues = read_all(tmp_path)
    assert issues == []
    assert [one.body for one in pages] == list(CRAWLS.values()) == [again(one, path) for one in pages]
    days = [one.capture.captured_at.date() for one in pages if one.capture.captured_at]
    assert days == [date(2014, 12, 31)] * 3 + [date(2015, 1, 7)] * 3
    assert {one.capture.captured_from for one in pages} == {"file name"}
    assert len({one.capture.id for one in pages}) == 6


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_dated_crawls_in_a_zip_are_captures_of_their_days(tmp_path: Path, method: int) -> None:
    path = write(tmp_path, zipped(CRAWLS, method), "market.zip")
    pages, issues = read_all(tmp_path)
    assert issues == []
    assert [one.body for one in pages] == list(CRAWLS.values()) == [again(one, path) for one in pages]
    assert [one.capture.captured_from for one in pages] == ["file name"] * 6


@pytest.mark.parametrize("archive", [tarred, zipped])
def test_a_members_own_time_is_the_last_resort(tmp_path: Path, archive: Callable[..., bytes]) -> None:
    write(tmp_path, archive({"item/1.html": HTML}), "market.archive.tar" if archive is tarred else "market.zip")
    (one,), issues = read_all(tmp_path)
    assert (one.capture.captured_at, one.capture.captured_from, issues) == (NOON, "archive", [])
    (one,), _ = read_all(tmp_path, captured=date(2014, 3, 1))
    assert one.capture.captured_from == "case"


def test_the_archives_own_name_dates_members_whose_paths_do_not(tmp_path: Path) -> None:
    write(tmp_path, tarred({"item/1.html": HTML}), "market-2014-07-30.tar")
    (one,), _ = read_all(tmp_path)
    assert one.capture.captured_at == datetime(2014, 7, 30, tzinfo=UTC)


def test_a_mirrored_tree_in_an_archive_spells_addresses_and_the_archives_name_does_not(tmp_path: Path) -> None:
    write(tmp_path, zipped({"item/1.html": HTML, "bazaar.example/item/2.html": HTML}), "captures.zip")
    pages, _ = read_all(tmp_path)
    assert [one.capture.address for one in pages] == ["", "http://bazaar.example/item/2.html"]


def test_every_kind_of_file_is_read_inside(tmp_path: Path) -> None:
    table = io.BytesIO()
    pq.write_table(pa.table({"title": ["tin lamp"]}), table)
    members = {
        "a.html": HTML, "crawl.warc": response(b"<p>1</p>") + response(b"<p>2</p>"),
        "crawl.warc.gz": packed(response(b"<p>3</p>"), response(b"<p>4</p>")), 
        "goods.csv": b"title,price\npen,1\ncup,2\n",
        "goods.jsonl": b'{"title": "jar"}\n{"title": "jug"}\n', "goods.json": b'[{"title": "urn"}]',
        "goods.parquet": table.getvalue(), "shot.png": b"\x89PNG\r\n\x1a\n" + bytes(20),
    }  # fmt: skip
    for name, data in (("all.zip", zipped(members)), ("all.tar.gz", gzip.compress(tarred(members), mtime=0))):
        folder = tmp_path / name.partition(".")[2]
        folder.mkdir()
        path = write(folder, data, name)
        pages, issues = read_all(folder)
        assert issues == []
        assert [one.body for one in pages if "row" not in one.capture.media_type] == [
            HTML, *(b"<p>%d</p>" % n for n in range(1, 5)), members["shot.png"],
        ]  # fmt: skip
        assert [again(one, path) for one in pages] == [one.body for one in pages]
        rows = [one for one in pages if "; row" in one.capture.media_type]
        assert [(one.cells or {}).get("title") for one in rows] == ["pen", "cup", "jar", "jug", "urn", "tin lamp"]
        for one in rows:
            found = row_again(one.capture.locator, path, one.capture.media_type, "captures", Limits())
            assert found is not None
            assert (found.body, found.cells) == (one.body, one.cells)


def test_a_file_that_is_packed_alone_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, gzip.compress(b"title,price\npen,1\n", mtime=0), "goods-2014-03-01.csv.gz")
    (row,), issues = read_all(tmp_path)
    assert (row.cells, issues) == ({"title": "pen", "price": "1"}, [])
    assert again(row, path) == row.body
    assert row.capture.captured_from == "file name"


def test_archives_lie_in_archives_as_deep_as_the_case_allows(tmp_path: Path) -> None:
    inner = zipped({"2014-03-01/a.html": HTML})
    path = write(tmp_path, zipped({"one.tar.gz": gzip.compress(tarred({"two.zip": inner}))}), "all.zip")
    (one,), issues = read_all(tmp_path)
    assert (one.body, issues) == (HTML, [])
    assert again(one, path) == HTML
    assert one.capture.captured_from == "file name"
    pages, (issue,) = read_all(tmp_path, Limits(max_depth=2))
    assert (pages, issue.what) == ([], "nested_too_deep")
    assert "max_depth" in issue.do


def test_the_same_bytes_twice_are_two_captures_of_one_body(tmp_path: Path) -> None:
    write(tmp_path, zipped({"2014-03-01/a.html": HTML, "2014-04-01/a.html": HTML}), "a.zip")
    pages, _ = read_all(tmp_path)
    assert len({one.capture.digest for one in pages}) == 1
    assert len({one.capture.id for one in pages}) == 2


def test_a_large_zip_is_cut_into_runs_of_members_that_change_no_capture(tmp_path: Path) -> None:
    members = {f"2014-03-01/{n}.html": page(n) for n in range(40)}
    write(tmp_path, zipped(members, zipfile.ZIP_STORED), "all.zip")
    small = Limits(shard_bytes=20_000)
    files, _ = find_files("captures", tmp_path, small)
    cut = shards(files, small)
    assert len(cut) > 3
    ids = [item.capture.id for shard in cut for item in read(shard, None, small) if isinstance(item, Page)]
    assert ids == [one.capture.id for one in read_all(tmp_path)[0]]


def wacz(members: Mapping[str, bytes], *, lie: str = "", missing: str = "") -> bytes:
    """Return a WACZ; it states a wrong digest of one member, or names one that is not there."""
    resources = [
        {"path": name, "hash": f"sha256:{digest(b'' if name == lie else data)}", "bytes": len(data)}
        for name, data in members.items()
    ]
    if missing:
        resources.append({"path": missing, "hash": f"sha256:{digest(b'')}", "bytes": 0})
    package = json.dumps({"profile": "data-package", "wacz_version": "1.1.1", "resources": resources}).encode()
    own = json.dumps({"path": "datapackage.json", "hash": f"sha256:{digest(package)}"}).encode()
    rest = {"datapackage.json": package, "datapackage-digest.json": own}
    return zipped({**members, **rest}, zipfile.ZIP_STORED)


WACZ = {
    "archive/data.warc.gz": packed(response(b"<p>1</p>"), response(b"<p>2</p>")),
    "indexes/index.cdx": b"example,bazaar)/ 20140301120000 {}\n",
    "pages/pages.jsonl": b'{"format": "json-pages-1.0"}\n{"url": "http://bazaar.example/"}\n',
}


def test_a_wacz_gives_its_records_and_says_what_it_leaves_aside(tmp_path: Path) -> None:
    path = write(tmp_path, wacz(WACZ), "crawl.wacz")
    pages, (issue,) = read_all(tmp_path)
    assert [one.body for one in pages] == [b"<p>1</p>", b"<p>2</p>"] == [again(one, path) for one in pages]
    assert (issue.what, "4 members" in issue.where) == ("left_aside", True)
    assert pages[0].capture.captured_from == "record"


def test_a_wacz_is_held_to_the_digests_that_it_states(tmp_path: Path) -> None:
    write(tmp_path, wacz(WACZ, lie="archive/data.warc.gz", missing="archive/more.warc.gz"), "crawl.wacz")
    pages, issues = read_all(tmp_path)
    assert len(pages) == 2
    assert sorted(whats(issues)) == ["left_aside", "missing_member", "wrong_digest"]
    (wrong,) = (issue for issue in issues if issue.what == "wrong_digest")
    assert "datapackage.json" in wrong.found
    assert wrong.start is not None


@pytest.mark.parametrize(
    "broken",
    [
        {"indexes/index.cdx": b"\xff\x00 no line of an index"},
        {"indexes/index.cdx": b""},
        {"indexes/index.cdx.gz": gzip.compress(b"example,bazaar)/ 20140301120000 {}", mtime=0)[:-9]},
        {"datapackage.json": b'{"resources": [{"path": "archive/data.warc.gz", "ha'},
        {"datapackage.json": b"[1, 2]"},
        {"datapackage.json": b'{"resources": 7, "wacz_version": null}'},
        {"datapackage.json": b"\xff\xfe"},
        {"datapackage.json": b"[" * 100_000},
        {"pages/pages.jsonl": b'{"format"'},
    ],
)
def test_a_wacz_with_a_broken_index_gives_all_its_records(tmp_path: Path, broken: dict[str, bytes]) -> None:
    members = {**WACZ, "datapackage.json": b'{"profile": "data-package", "resources": []}', **broken}
    path = write(tmp_path, zipped(members), "crawl.wacz")
    pages, issues = read_all(tmp_path)
    assert [again(one, path) for one in pages] == [b"<p>1</p>", b"<p>2</p>"]
    assert set(whats(issues)) == {"left_aside"}


def test_real_wacz_files_are_read(shared: Path) -> None:
    folder = shared / "data" / "warc" / "pywb"
    pages, issues = read_all(folder / "valid_example_1.wacz")
    assert pages
    assert "wrong_digest" not in whats(issues)
    pages, issues = read_all(folder / "invalid_example_1.wacz")  # its data lie where no WACZ has them
    assert (pages, whats(issues)) == ([], ["left_aside"])


# -- damage ------------------------------------------------------------------------------------------------------------


def only(path: Path, limits: Limits = Limits()) -> tuple[list[bytes], list[Issue]]:  # noqa: B008
    pages, issues = read_all(path.parent, limits)
    assert [again(one, path) for one in pages] == [one.body for one in pages]
    return [one.body for one in pages], issues


def test_a_tar_that_is_cut_keeps_every_whole_member(tmp_path: Path) -> None:
    data = tarred(CRAWLS)
    bodies, issues = only(write(tmp_path, data[:5300], "a.tar"))
    assert bodies[:3] == list(CRAWLS.values())[:3]
    assert bodies[3:] == [list(CRAWLS.values())[3][: len(bodies[3])]]
    assert whats(issues) == ["truncated_archive"]
    assert (issues[0].start, issues[0].end) == (4608, 5300)


def test_a_tar_without_its_end_mark_says_so(tmp_path: Path) -> None:
    data = tarred({"a.html": HTML})
    bodies, issues = only(write(tmp_path, data[:1536], "a.tar"))
    assert (bodies, whats(issues)) == ([HTML], ["truncated_archive"])
    assert "no end mark" in issues[0].found


@pytest.mark.parametrize("packing", [".gz", ".xz", ".bz2", ".zst"])
def test_a_packed_tar_that_is_cut_keeps_what_could_be_unpacked(tmp_path: Path, packing: str) -> None:
    chance = random.Random(3)
    noise = {f"{n}.html": HTML + chance.randbytes(10_000).hex().encode() for n in range(120)}
    data = PACKINGS[packing](tarred(noise))
    path = write(tmp_path, data[: len(data) * 3 // 4], "a.tar" + packing)
    pages, issues = read_all(tmp_path)
    bodies = [one.body for one in pages]
    assert (again(pages[0], path), again(pages[-1], path)) == (bodies[0], bodies[-1])
    assert set(whats(issues)) <= {"truncated_archive", "broken_member"}
    assert "broken_member" in whats(issues)
    assert all(issue.end == len(data) * 3 // 4 for issue in issues)
    assert len(bodies) > 30
    assert bodies[:-1] == list(noise.values())[: len(bodies) - 1]


UNITS: dict[str, Callable[[bytes], bytes]] = {
    "gz": lambda data: gzip.compress(data, mtime=0), "xz": lzma.compress, "bz2": bz2.compress,
    "zst": zstandard.ZstdCompressor(write_checksum=True).compress,
    "lz4": lambda data: bytes(lz4.frame.compress(data, block_checksum=True)),
}  # fmt: skip


@pytest.mark.parametrize("packing", UNITS)
def test_a_tar_in_several_units_is_read_behind_a_damaged_one(tmp_path: Path, packing: str) -> None:
    """As pigz, pbzip2 and others write them: a unit of its own for every stretch of the tar."""
    noise = random.Random(5)
    members = {f"market/2014-03-0{n}/item.html": page(n) + noise.randbytes(40_000).hex().encode() for n in range(1, 9)}
    data = tarred(members)
    units = [UNITS[packing](data[at : at + 100_000]) for at in range(0, len(data), 100_000)]
    assert len(units) > 5
    hurt = bytearray(units[2])
    hurt[len(hurt) // 3 : len(hurt) // 3 + 40] = bytes(40)
    starts = [sum(map(len, units[:n])) for n in range(len(units))]
    path = write(tmp_path, b"".join([*units[:2], bytes(hurt), *units[3:]]), f"crawl.tar.{packing}")
    pages, issues = read_all(tmp_path)
    whole = [one for one in pages if one.body in members.values()]
    assert len(whole) >= len(members) - 3  # at most those that lie in the damaged unit, in part or whole
    assert members[f"market/2014-03-0{len(members)}/item.html"] in [one.body for one in whole]
    assert all(again(one, path) == one.body for one in whole)
    (lost,) = [one for one in issues if one.what == "broken_member"]
    assert lost.end == starts[3]
    assert starts[2] <= (lost.start or 0) < starts[3]


def test_a_tar_with_a_broken_head_loses_that_member_alone(tmp_path: Path) -> None:
    data = bytearray(tarred(CRAWLS, tarfile.USTAR_FORMAT))
    heads = [at for at in range(0, len(data), 512) if data[at : at + 7] == b"market/"]
    data[heads[2] : heads[2] + 300] = b"?" * 300
    bodies, issues = only(write(tmp_path, bytes(data), "a.tar"))
    values = list(CRAWLS.values())
    assert bodies == values[:2] + values[3:]
    assert whats(issues) == ["broken_archive"]
    assert (issues[0].start, issues[0].end) == (heads[2], heads[3])


def cut_directory(data: bytes) -> bytes:
    return data[: data.index(b"PK\x01\x02")]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_without_its_directory_gives_all_its_members(tmp_path: Path, method: int) -> None:
    bodies, issues = only(write(tmp_path, cut_directory(zipped(CRAWLS, method)), "a.zip"))
    assert bodies == list(CRAWLS.values())
    assert whats(issues) == ["broken_directory"]


def streamed(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip that was written without going back: sizes stand behind the members."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = b""

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            self.data += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2014, 6, 1, 12, 0, 0)), data, method)
    return pipe.data


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_a_streamed_zip_without_its_directory_gives_all_its_members(tmp_path: Path, method: int) -> None:
    bodies, issues = only(write(tmp_path, cut_directory(streamed(CRAWLS, method)), "a.zip"))
    assert bodies == list(CRAWLS.values())
    assert whats(issues) == ["broken_directory"]


def test_a_zip_with_a_hole_tells_of_it_to_the_byte(tmp_path: Path) -> None:
    data = bytearray(cut_directory(zipped(CRAWLS)))
    heads = [at for at in range(len(data)) if data[at : at + 4] == b"PK\x03\x04"]
    data[heads[1] : heads[1] + 20] = b"?" * 20
    bodies, issues = only(write(tmp_path, bytes(data), "a.zip"))
    values = list(CRAWLS.values())
    assert bodies == [values[0], *values[2:]]
    assert whats(issues) == ["broken_directory", "broken_archive"]
    assert (issues[1].start, issues[1].end) == (heads[1], heads[2])


def test_a_member_whose_sum_is_wrong_is_kept_and_told(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.html": HTML, "b.html": HTML}, zipfile.ZIP_STORED))
    data[data.index(b"Brass")] = ord("C")
    bodies, (issue,) = only(write(tmp_path, bytes(data), "a.zip"))
    assert bodies == [HTML.replace(b"Brass", b"Crass"), HTML]
    assert (issue.what, issue.found) == ("wrong_digest", "CRC-32")
    assert issue.start is not None


def test_a_damaged_member_is_kept_as_far_as_it_goes(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.html": HTML * 50, "b.html": HTML}))
    at = data.index(b"a.html") + 60
    data[at : at + 30] = b"\xff" * 30
    bodies, issues = only(write(tmp_path, bytes(data), "a.zip"))
    assert bodies[-1] == HTML
    assert "broken_member" in whats(issues)


def test_a_zip_behind_other_bytes_is_read(tmp_path: Path) -> None:
    bodies, issues = only(write(tmp_path, b"#!/bin/sh\n" * 20 + zipped(CRAWLS), "a.zip"))
    assert (bodies, issues) == (list(CRAWLS.values()), [])


def test_a_zip64_is_read(tmp_path: Path) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive, archive.open("a.html", "w", force_zip64=True) as out:
        out.write(HTML)
    data = held.getvalue()
    at = data.index(b"PK\x05\x06")
    count, length, offset = 1, at - data.index(b"PK\x01\x02"), data.index(b"PK\x01\x02")
    wide = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, length, offset)
    find = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    bodies, issues = only(write(tmp_path, data[:at] + wide + find + end, "a.zip"))
    assert (bodies, issues) == ([HTML], [])


def test_old_and_long_named_tars_are_read(tmp_path: Path) -> None:
    long = "market/" + "a" * 180 + "/2014-12-31/1.html"
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        write(tmp_path, tarred({long: HTML}, form), "a.tar")
        (one,), issues = read_all(tmp_path)
        assert (one.body, one.capture.captured_from, issues) == (HTML, "file name", [])
    old = bytearray(tarred({"a.html": HTML}, tarfile.USTAR_FORMAT))
    old[257:265] = bytes(8)  # as the seventh edition wrote it: nothing says that it is a tar but the sum
    old[148:156] = b"%06o\0 " % (sum(old[:148]) + 8 * 32 + sum(old[156:512]))
    write(tmp_path, bytes(old), "a.tar")
    (one,), issues = read_all(tmp_path)
    assert (one.body, issues) == (HTML, [])


# -- hostile -----------------------------------------------------------------------------------------------------------


def test_paths_that_climb_and_signs_that_turn_write_nothing_and_are_told(tmp_path: Path) -> None:
    names = ["../../up.html", "/abs.html", "C:\\drive.html", "a\x1b[2J.html", "b\u202egpj.html", "ok.html"]
    inside = tmp_path / "in"
    inside.mkdir()
    for data, name in ((zipped(dict.fromkeys(names, HTML)), "a.zip"), (tarred(dict.fromkeys(names, HTML)), "a.tar")):
        before = sorted(tmp_path.rglob("*"))
        bodies, issues = only(write(inside, data, name))
        assert bodies == [HTML] * 6
        assert whats(issues) == ["odd_name"] * 3
        assert not any(sign in issue.where + issue.found for issue in issues for sign in ("\x1b", "\u202e", "up.html"))
        (inside / name).unlink()
        assert sorted(tmp_path.rglob("*")) == before


def test_links_and_devices_in_a_tar_are_told_and_not_followed(tmp_path: Path) -> None:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for name, kind in (("s.html", tarfile.SYMTYPE), ("h.html", tarfile.LNKTYPE), ("d.html", tarfile.CHRTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        info = tarfile.TarInfo("a.html")
        info.size = len(HTML)
        archive.addfile(info, io.BytesIO(HTML))
    bodies, issues = only(write(tmp_path, held.getvalue(), "a.tar"))
    assert bodies == [HTML]
    assert sorted(whats(issues)) == ["link_refused", "unknown_kind"]
    assert "2 members" in issues[0].where


def test_an_encrypted_member_is_an_issue_and_the_rest_is_read(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.html": HTML, "b.html": HTML}))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + flags] |= 1
    bodies, (issue,) = only(write(tmp_path, bytes(data), "a.zip"))
    assert (bodies, issue.what) == ([HTML], "encrypted_member")
    assert issue.start is not None
    assert "password" in issue.do


SMALL = Limits(max_body=100_000, max_unpacked=2_000_000)


@pytest.mark.parametrize("packing", [".gz", ".xz", ".zst", ".bz2", ".lz4"])
def test_a_packed_bomb_is_unpacked_no_further_than_the_case_allows(tmp_path: Path, packing: str) -> None:
    bomb = PACKINGS[packing](tarred({"a.html": HTML, "bomb.csv": b"a,b\n" + (b"1," + b"x" * 9_997 + b"\n") * 800}))
    write(tmp_path, bomb, "a.tar" + packing)
    pages, issues = read_all(tmp_path, SMALL)
    assert pages[0].body == HTML
    assert len(pages) < 450
    assert "too_much_unpacked" in whats(issues)
    assert all("max_unpacked" in issue.do for issue in issues if issue.what == "too_much_unpacked")


def test_a_zip_bomb_is_unpacked_no_further_than_the_case_allows(tmp_path: Path) -> None:
    write(
        tmp_path,
        zipped({"a.html": HTML, "bomb.csv": b"a,b\n" + (b"1," + b"x" * 9_997 + b"\n") * 800, "b.html": HTML}),
        "a.zip",
    )
    pages, issues = read_all(tmp_path, SMALL)
    assert pages[0].body == HTML
    assert len(pages) < 450
    assert "too_much_unpacked" in whats(issues)


def test_a_page_that_is_a_bomb_costs_itself(tmp_path: Path) -> None:
    write(tmp_path, zipped({"bomb.html": b"<html>" + bytes(50_000_000), "b.html": HTML}), "a.zip")
    pages, issues = read_all(tmp_path, Limits(max_body=100_000))
    assert ([one.body for one in pages], whats(issues)) == ([HTML], ["too_large"])


def test_a_bomb_in_a_bomb_is_bounded_by_the_file_on_disk(tmp_path: Path) -> None:
    layer = gzip.compress(b"a,b\n" + (b"1," + b"x" * 9_997 + b"\n") * 800)
    for name in ("3.csv.gz", "2.gz", "1.gz"):
        layer = zipped({name: layer}) if name.startswith("2") else gzip.compress(tarred({name: layer}))
    write(tmp_path, layer, "a.tar.gz")
    _, issues = read_all(tmp_path, SMALL)
    assert {"too_much_unpacked", "nested_too_deep"} & set(whats(issues))


def overlapped(count: int) -> bytes:
    """Return a zip whose directory names the same bytes many times."""
    whole = zipped({"a.html": HTML})
    at, end = whole.index(b"PK\x01\x02"), whole.index(b"PK\x05\x06")
    entries = whole[at:end] * count
    return whole[:at] + entries + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(entries), at, 0)


def test_members_that_share_their_bytes_are_read_once(tmp_path: Path) -> None:
    bodies, issues = only(write(tmp_path, overlapped(30), "a.zip"))
    assert bodies == [HTML]
    assert whats(issues) == ["overlapping_member"] * 29


def quoted(count: int) -> bytes:
    """Return a zip whose members quote the heads of the next ones, so that all unpack the bytes of the last one."""

    def head(number: int, data: bytes, content: bytes) -> bytes:
        name = f"{number}.html".encode()
        sizes = zlib.crc32(content), len(data), len(content)
        return struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0x4461, *sizes, len(name), 0) + name

    pack = zlib.compressobj(wbits=-15)
    content = HTML * 100
    data = pack.compress(content) + pack.flush()
    heads: list[tuple[bytes, int]] = []
    for number in reversed(range(count)):
        own = head(number, data, content)
        heads.append((own, len(own) + len(data)))
        if number:
            block = b"\0" + struct.pack("<2H", len(own), len(own) ^ 0xFFFF) + own
            data, content = block + data, own + content
    whole = heads[-1][0] + data
    directory = b""
    for own, length in heads:
        name = own[30:]
        entry = struct.pack("<4sH", b"PK\x01\x02", 20) + own[4:26] + struct.pack("<5H2L", len(name), 0, 0, 0, 0, 0, 0)
        directory += entry[:-4] + struct.pack("<L", len(whole) - length) + name
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(whole), 0)
    return whole + directory + end


def test_members_that_quote_one_another_are_not_multiplied(tmp_path: Path) -> None:
    data = quoted(20)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:  # it is what it is meant to be
        assert archive.read("19.html") == HTML * 100
        assert archive.read("0.html").endswith(HTML * 100)
    _, issues = only(write(tmp_path, data, "a.zip"))
    assert whats(issues).count("overlapping_member") == 19
    assert len(issues) < 25  # the first begins with a quoted head, and is read as the broken zip that it looks like


def test_a_case_can_raise_what_an_archive_unpacks_to(tmp_path: Path) -> None:
    write(tmp_path, zipped({"large.csv": b"a,b\n" + (b"1," + b"x" * 9_997 + b"\n") * 400}), "a.zip")
    pages, issues = read_all(tmp_path, Limits(max_body=100_000, max_unpacked=2_000_000))
    assert (len(pages) < 400, "too_much_unpacked" in whats(issues)) == (True, True)
    pages, issues = read_all(tmp_path, Limits(max_body=100_000, max_unpacked=20_000_000))
    assert (len(pages), issues) == (400, [])


def test_more_members_than_the_case_allows_are_told(tmp_path: Path) -> None:
    members = {f"{n}.html": page(n) for n in range(20)}
    for data, name in ((zipped(members), "a.zip"), (tarred(members), "a.tar")):
        path = write(tmp_path, data, name)
        pages, (issue,) = read_all(tmp_path, Limits(max_files=5))
        assert (len(pages), issue.what) == (5, "too_many_files")
        path.unlink()


@pytest.mark.slow
def test_fifty_thousand_tiny_files_are_read(tmp_path: Path) -> None:
    one = tarred({"2014-03-01/a.css": b"x"}, tarfile.USTAR_FORMAT)[:1024]
    write(tmp_path, gzip.compress(one * 50_000 + bytes(1024), 1), "a.tar.gz")
    pages, (issue,) = read_all(tmp_path)
    assert (pages, issue.what) == ([], "unknown_kind")
    assert "50000 members" in issue.where


@pytest.mark.soak
def test_a_million_tiny_files_and_one_are_a_million_and_an_issue(tmp_path: Path) -> None:
    path, body = tmp_path / "a.zip", b"<p>.</p>"
    directory = bytearray()
    with path.open("wb") as out:
        for number in range(1_000_001):
            name, at = b"%07d.html" % number, out.tell()
            facts = struct.pack("<3HLLL2H", 0, 0, 33, zlib.crc32(body), len(body), len(body), len(name), 0)
            out.write(b"PK\x03\x04" + struct.pack("<2H", 20, 0) + facts + name + body)
            directory += (
                b"PK\x01\x02" + struct.pack("<3H", 20, 20, 0) + facts + struct.pack("<3H2L", 0, 0, 0, 0, at) + name
            )
        start, count = out.tell(), 1_000_001
        out.write(directory)
        wide = struct.pack("<Q2H2L4Q", 44, 45, 45, 0, 0, count, count, len(directory), start)
        end = out.tell()
        out.write(b"PK\x06\x06" + wide + b"PK\x06\x07" + struct.pack("<LQL", 0, end, 1))
        out.write(b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0))
    limits = Limits(shard_bytes=1 << 40)
    files, _ = find_files("captures", path, limits)
    found: Counter[str] = Counter()
    for shard in shards(files, limits):
        for item in read(shard, None, limits):
            found[item.what if isinstance(item, Issue) else "page"] += 1
    assert found == {"page": 1_000_000, "too_many_files": 1}


def test_a_member_that_claims_to_be_endless_is_cut_at_the_file(tmp_path: Path) -> None:
    head = bytearray(tarred({"a.html": HTML}, tarfile.GNU_FORMAT)[:512])
    head[124:136] = b"\x80" + bytes(3) + b"\x7f" + b"\xff" * 7
    head[148:156] = b"%06o\0 " % (sum(head[:148]) + 8 * 32 + sum(head[156:512]))
    bodies, issues = only(write(tmp_path, bytes(head) + HTML, "a.tar"))
    assert bodies == [HTML]
    assert whats(issues) == ["truncated_archive"]


@pytest.mark.parametrize("seed", range(60))
def test_no_damage_stops_a_reading_or_loses_what_lies_outside_it(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    members = {f"2014-03-01/{n}.html": page(n) + chance.randbytes(400).hex().encode() for n in range(8)}
    form = chance.choice(["zip", "stored", "streamed", "tar"])
    data = bytearray({
        "zip": lambda: zipped(members), "stored": lambda: zipped(members, zipfile.ZIP_STORED),
        "streamed": lambda: streamed(members), "tar": lambda: tarred(members, tarfile.USTAR_FORMAT),
    }[form]())  # fmt: skip
    first = chance.randrange(len(data))
    last = min(len(data), first + chance.randrange(1, 200))
    data[first:last] = chance.choice([bytes(last - first), chance.randbytes(last - first), b""])
    write(tmp_path, bytes(data), "a.tar" if form == "tar" else "a.zip")
    pages, issues = read_all(tmp_path)
    got = {one.body for one in pages}
    whole = sum(body in got for body in members.values())
    assert whole >= 6
    assert issues or whole == 8 or form == "tar"  # nothing in a tar tells that bytes of a member changed


@pytest.mark.slow
def test_archives_damaged_at_random_are_read_without_a_stop_and_every_capture_is_found_again(tmp_path: Path) -> None:
    members = {**CRAWLS, "c.warc.gz": packed(response(b"<p>1</p>"), response(b"<p>2</p>")), "g.csv": b"a,b\n1,2\n"}
    inner = zipped(members)
    seeds = {
        "a.zip": inner, "s.zip": zipped(members, 0), "l.zip": zipped(members, 14), "st.zip": streamed(members),
        "a.tar": tarred(members), "g.tar": tarred(members, tarfile.GNU_FORMAT), "w.wacz": wacz(WACZ),
        "n.zip": zipped({"i.zip": inner, "t.tar.gz": gzip.compress(tarred({"x.zip": inner}))}, 0),
        **{f"a.tar{name}": pack(tarred(members)) for name, pack in PACKINGS.items() if name},
    }  # fmt: skip
    chance, limits = random.Random(11), Limits(max_body=2**20, max_unpacked=2**26)
    for _ in range(1500):
        name = chance.choice(list(seeds))
        data = bytearray(seeds[name])
        for _ in range(chance.randrange(1, 6)):
            at, length = chance.randrange(len(data)), chance.randrange(1, 30)
            instead = [
                chance.randbytes(length),
                bytes(length),
                b"\xff" * length,
                b"",
                bytes(data[at : at + length] * 2),
            ]
            data[at : at + length] = chance.choice(instead)
        path = write(tmp_path, bytes(data), name)
        for one in read_all(path, limits)[0][:3]:
            assert digest(fetch_body(one.capture.locator, path, one.capture.media_type, limits)) == one.capture.digest
        path.unlink()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_finding_members_by_their_heads_costs_the_same_for_each(method: int) -> None:
    members = {f"{number}.css": b"x" * 20 for number in range(2000)}
    for data in (cut_directory(streamed(members, method)), cut_directory(zipped(members, method))):
        handle = Counted(data)
        found = list(zip_recovered(Disk(handle, len(data)), len(data)))
        assert [member.name for member in found if isinstance(member, ZipMember)] == list(members)
        assert handle.read_bytes < 10_000 * len(members)
