"""Revisits across files: wherever in its source an original lies, the page is seen again; or it is told."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster import derived
from muster.case import Case, open_case
from muster.engines import Engine, Here, Local
from muster.pipeline import _Run, run_case
from muster.progress import Progress
from muster.run import Run
from muster.store import connect
from sources.sourcing import HTTP, packed, record, response

CASE = """[case]
title = "Revisits"
[[source]]
path = "crawl"
profile = "bazaar"
"""


def page(bazaar: Path, n: int = 0) -> bytes:
    """Return a listing's page of the invented market."""
    return sorted((bazaar / "captures").glob("2014-03-01/item-*.html"))[n].read_bytes()


def sha1(body: bytes) -> str:
    """Return a digest as crawlers write it."""
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


def visit(n: int, day: int = 1) -> dict[str, str]:
    """Return the headers of the n-th record."""
    return {
        "WARC_Record_ID": f"<urn:uuid:00000000-0000-0000-0000-{n:012}>",
        "WARC_Target_URI": f"http://bazaar.example/item/{n}",
        "WARC_Date": f"2014-03-{day:02}T12:00:00Z",
    }


def original(body: bytes, n: int, day: int = 1, **fields: str) -> bytes:
    """Return the record of a page that was fetched."""
    return response(body, **{"WARC_Payload_Digest": sha1(body), **visit(n, day), **fields})


def revisit(n: int, day: int, body: bytes | None = None, **fields: str) -> bytes:
    """Return a record that says "these bytes again"; body: stated by its digest."""
    stated = {} if body is None else {"WARC_Payload_Digest": sha1(body)}
    profile = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    return record(HTTP + b"\r\n", "revisit", **{"WARC_Profile": profile, **visit(n, day), **stated, **fields})


def case_of(root: Path, files: Mapping[str, bytes]) -> Case:
    """Return a case with one source that holds these files."""
    (root / "crawl").mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (root / "crawl" / name).write_bytes(data)
    (root / "case.toml").write_text(CASE)
    return open_case(root)


def parse_case(case: Case, engine: Engine | None = None) -> Run:
    """Read and parse the sources of a case, and make that its present state."""
    run = _Run(case, engine or Here(), Progress())
    run.parse(run.read())
    derived.set_present(case, run.present)
    return run


def rows(case: Case, sql: str) -> list[dict[str, Any]]:
    """Return the rows of a statement over what stands for the case."""
    with connect(derived.table_files(case, derived.present(case))) as db:
        return db.rows(sql)


def whats(case: Case) -> list[str]:
    """Return the words of the issues about revisits."""
    return [row["what"] for row in rows(case, "SELECT what FROM issue WHERE what LIKE 'revisit%' ORDER BY what")]


SEEN = "SELECT captured_at::DATE::TEXT AS day, title FROM listing_seen ORDER BY ALL"
DAYS = "SELECT captured_at::DATE::TEXT AS day FROM capture ORDER BY ALL"


def test_a_revisit_finds_its_original_in_another_file(bazaar: Path, tmp_path: Path) -> None:
    body = page(bazaar)
    case = case_of(tmp_path, {"a.warc.gz": packed(original(body, 1)), "b.warc.gz": packed(revisit(2, 9, body))})
    parse_case(case)
    first, again = rows(case, SEEN)
    assert (first["day"], again["day"]) == ("2014-03-01", "2014-03-09")
    assert first["title"] == again["title"]
    assert whats(case) == []
    (one, two) = rows(case, "SELECT * FROM capture ORDER BY captured_at")
    place = ("file_digest", "start", "record_length", "digest")
    assert [one[name] for name in place] == [two[name] for name in place]  # where these bytes lie
    assert one["address"] != two["address"] or one["id"] != two["id"]
    (tried,) = rows(case, "SELECT * FROM revisit_original")
    assert (tried["original"], tried["capture"], tried["fits"]) == (one["id"], two["id"], True)


def _packed_in(kind: str, one: bytes, two: bytes) -> Mapping[str, bytes]:
    """Return two WARC files in a source, lying as a sort of archive lays them."""
    if kind == "records":
        return {"a.warc.gz": packed(one), "b.warc.gz": packed(two)}
    if kind == "plain":
        return {"a.warc": one, "b.warc": two}
    if kind == "whole":
        first = gzip.compress(original(b"<p>another</p>", 8) + one, mtime=0)
        return {"a.warc.gz": first, "b.warc.gz": gzip.compress(record(b"", "warcinfo") + two, mtime=0)}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if kind == "zip" else zipfile.ZIP_STORED) as made:
        made.writestr("archive/a.warc.gz", packed(one))
        made.writestr("archive/b.warc", two)
        made.writestr("datapackage.json", '{"profile": "data-package", "wacz_version": "1.1.1", "resources": []}')
    return {"crawl.zip" if kind == "zip" else "crawl.wacz": out.getvalue()}


@pytest.mark.parametrize("kind", ["records", "plain", "whole", "zip", "wacz"])
def test_it_is_found_however_the_files_are_packed(kind: str, bazaar: Path, tmp_path: Path) -> None:
    body = page(bazaar)
    case = case_of(tmp_path, _packed_in(kind, original(body, 1), revisit(2, 9, body)))
    parse_case(case)
    assert [row["day"] for row in rows(case, SEEN)] == ["2014-03-01", "2014-03-09"]
    assert whats(case) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"WARC_Refers_To": visit(1)["WARC_Record_ID"]},
        {"WARC_Refers_To_Target_URI": visit(1)["WARC_Target_URI"], "WARC_Refers_To_Date": visit(1)["WARC_Date"]},
        {"WARC_Payload_Digest": "SHA-1:{hex}"},
        # what a server that sent nothing sent is not what was seen
        {
            "WARC_Profile": "http://netpreserve.org/warc/1.1/revisit/server-not-modified",
            "WARC_Payload_Digest": sha1(b""),
            "WARC_Refers_To": visit(1)["WARC_Record_ID"],
        },
    ],
)
def test_it_is_found_by_whatever_the_revisit_says(fields: dict[str, str], bazaar: Path, tmp_path: Path) -> None:
    body = page(bazaar)
    said = {name: value.format(hex=hashlib.sha1(body).hexdigest()) for name, value in fields.items()}
    case = case_of(tmp_path, {"a.warc": original(body, 1), "b.warc": revisit(2, 9, **said)})
    parse_case(case)
    assert [row["day"] for row in rows(case, SEEN)] == ["2014-03-01", "2014-03-09"]


def test_an_original_that_is_nowhere_is_told_and_counted(bazaar: Path, tmp_path: Path, muster_cli: Any) -> None:
    body = page(bazaar)
    lost = revisit(3, 9, b"nobody has this")
    case = case_of(tmp_path, {"a.warc": original(body, 1), "b.warc": revisit(2, 9, body) + lost})
    parse_case(case)
    (issue,) = rows(case, "SELECT * FROM issue WHERE what LIKE 'revisit%'")
    assert issue["what"] == "revisit_elsewhere"
    assert issue["end"] - issue["start"] == len(lost)
    assert "no file of this source has it" in issue["do"]
    told = muster_cli("status", tmp_path).stdout
    assert "revisits: 1 found elsewhere in their source · 1 nowhere" in told
    assert f"revisit_elsewhere: {len(lost):,} bytes" in told


def test_a_source_is_no_place_for_the_originals_of_another(bazaar: Path, tmp_path: Path) -> None:
    body = page(bazaar)
    case = case_of(tmp_path, {"b.warc": revisit(2, 9, body)})
    (tmp_path / "a.warc").write_bytes(original(body, 1))
    (tmp_path / "case.toml").write_text(CASE + '[[source]]\npath = "a.warc"\n')
    parse_case(open_case(tmp_path))
    assert whats(case) == ["revisit_elsewhere"]


def test_bytes_that_are_not_those_stated_are_not_used_and_the_next_are_tried(bazaar: Path, tmp_path: Path) -> None:
    body, other = page(bazaar), page(bazaar, 1)
    lying = response(other, **{**visit(1), "WARC_Payload_Digest": sha1(body)})
    files = {"a.warc": lying, "c.warc": revisit(3, 9, body)}
    case = case_of(tmp_path, files)
    parse_case(case)
    assert whats(case) == ["revisit_differs", "revisit_elsewhere"]
    assert [row["day"] for row in rows(case, SEEN)] == ["2014-03-01"]
    case_of(tmp_path, {"b.warc": original(body, 2, day=2)})
    parse_case(case)
    assert whats(case) == ["revisit_differs"]
    assert [row["day"] for row in rows(case, SEEN)] == ["2014-03-01", "2014-03-02", "2014-03-09"]


def test_in_one_file_too_they_are_not_used(bazaar: Path, tmp_path: Path) -> None:
    body, other = page(bazaar), page(bazaar, 1)
    lying = original(other, 1)
    refers = revisit(3, 9, body, WARC_Refers_To=visit(1)["WARC_Record_ID"])
    case = case_of(tmp_path, {"a.warc": lying + refers})
    parse_case(case)
    assert whats(case) == ["revisit_differs", "revisit_differs", "revisit_elsewhere"]
    assert [row["day"] for row in rows(case, SEEN)] == ["2014-03-01"]


def test_a_file_that_is_added_resolves_older_revisits_and_costs_nothing_else(bazaar: Path, tmp_path: Path) -> None:
    one, two = page(bazaar), page(bazaar, 1)
    crawled = (original(one, 1), revisit(2, 9, one), revisit(3, 10, two), original(two, 4, 11))
    case = case_of(tmp_path, dict(zip(("a.warc", "b.warc", "c.warc", "d.warc"), crawled, strict=True)))
    (case.root / "crawl/d.warc").rename(case.root / "d.warc")
    pad = b"\r\n" * 2**19  # each file has a shard to itself
    for file in (case.root / "crawl").iterdir():
        file.write_bytes(file.read_bytes() + pad)
    parse_case(case)
    assert whats(case) == ["revisit_elsewhere"]
    before = {place.name: place.stat().st_mtime_ns for place in (case.derived / "parse").iterdir()}
    (case.root / "d.warc").rename(case.root / "crawl/d.warc")
    result = parse_case(case).result
    after = {place.name: place.stat().st_mtime_ns for place in (case.derived / "parse").iterdir()}
    assert before.items() <= after.items()
    assert len(after) == len(before) + 2  # the file that was added, and the revisit that it resolves
    assert whats(case) == []
    assert (result.kept, result.done) == (len(before), 2 + 0)
    assert parse_case(case).result.done == 0


def mixed(bazaar: Path) -> dict[str, bytes]:
    """Return a crawl of several files whose revisits point forth and back, one of them to nothing."""
    pages = [page(bazaar, n) for n in range(3)]
    fetched = [original(body, n, 2 + n) for n, body in enumerate(pages)]
    return {
        "a.warc.gz": packed(fetched[0], revisit(10, 9, pages[2]), revisit(11, 9, pages[0])),
        "b.warc.gz": packed(revisit(12, 10, pages[0]), fetched[1], revisit(13, 10, b"nobody has this")),
        "c.warc.gz": packed(fetched[2], revisit(14, 11, pages[1])),
    }


def digests(case: Case) -> dict[str, str]:
    """Return the digest of every derived file, by its place."""
    return {str(at.relative_to(case.root)): hashlib.sha256(at.read_bytes()).hexdigest()
            for at in sorted(case.derived.rglob("*")) if at.is_file()}  # fmt: skip


def keyed(root: Path) -> None:
    """Give a case a key, so that another has the same."""
    (root / "private").mkdir(parents=True)
    (root / "private/token.key").write_text("ab" * 32 + "\n")


def test_the_number_of_workers_changes_no_byte(bazaar: Path, tmp_path: Path) -> None:
    found = []
    for name, engine in (("here", Here()), ("two", Local(2))):
        keyed(tmp_path / name)
        case = case_of(tmp_path / name, mixed(bazaar))
        parse_case(case, engine)
        engine.close()
        found.append(digests(case))
        assert whats(case) == ["revisit_elsewhere"]
        assert len(rows(case, SEEN)) == 7
    assert found[0] == found[1]


def test_the_names_of_records_are_in_no_table(bazaar: Path, tmp_path: Path) -> None:
    case = case_of(tmp_path, mixed(bazaar))
    parse_case(case)
    said = repr([rows(case, f"SELECT * FROM {name}") for name in ("original", "revisit", "revisit_original", "issue")])
    for word in ("bazaar.example", "urn:uuid", sha1(page(bazaar)).partition(":")[2], "sha1:"):
        assert word not in said


def test_a_source_without_warc_files_has_no_such_tables(bazaar_run: Path) -> None:
    names = {path.stem for path in open_case(bazaar_run).derived.glob("parse/*/*.parquet")}
    assert "capture" in names
    assert not names & {"original", "revisit", "revisit_original"}


def stated(body: bytes) -> st.SearchStrategy[str]:
    """Return the digest of a body, or none."""
    return st.sampled_from(("", sha1(body)))


@st.composite
def crawls(draw: st.DrawFn) -> tuple[list[bytes], int]:
    """Return the records of a crawl, of which some say "these bytes again" of others, and where it is cut in two."""
    n = draw(st.integers(2, 6))
    fetched = sorted(draw(st.sets(st.integers(0, n - 1), min_size=1)))
    records = []
    for number in range(n):
        body = f"<p>page {number % 3}</p>".encode()
        if number in fetched:
            records.append(original(body, number, number + 1, WARC_Payload_Digest=draw(stated(body))))
            continue
        of = draw(st.sampled_from((*fetched, 99)))
        body = f"<p>page {of % 3}</p>".encode()
        said = draw(st.sampled_from((
            {"WARC_Refers_To": visit(of)["WARC_Record_ID"]},
            {"WARC_Refers_To_Target_URI": visit(of)["WARC_Target_URI"],
             "WARC_Refers_To_Date": visit(of, of % 30 + 1)["WARC_Date"]},
            {},
        )))  # fmt: skip
        records.append(revisit(number, number + 1, body if not said or draw(st.booleans()) else None, **said))
    return draw(st.permutations(records)), draw(st.integers(1, n - 1))


def seen(root: Path, files: Sequence[bytes]) -> object:
    """Return what reading and parsing files of one source gives, wherever it lies."""
    keyed(root)
    case = case_of(root, {f"{n}.warc": data for n, data in enumerate(files)})
    with connect(derived.table_files(case, parse_case(case).present)) as db:
        captures = db.rows("SELECT captured_at, address, status, digest, media_type FROM capture ORDER BY ALL")
        return captures, db.rows("SELECT what, count(*) AS n FROM issue GROUP BY what ORDER BY what")


def _split(root: Path, crawl: tuple[list[bytes], int]) -> None:
    records, cut = crawl
    whole = seen(root / "whole", [b"".join(records)])
    assert seen(root / "parts", [b"".join(records[:cut]), b"".join(records[cut:])]) == whole
    shutil.rmtree(root)


@settings(max_examples=6)
@given(crawls())
def test_splitting_a_file_between_two_records_gives_the_same(
    tmp_path_factory: pytest.TempPathFactory, crawl: tuple[list[bytes], int]
) -> None:
    _split(tmp_path_factory.mktemp("split"), crawl)


@pytest.mark.slow
@settings(max_examples=40)
@given(crawls())
def test_splitting_any_file_anywhere_gives_the_same(
    tmp_path_factory: pytest.TempPathFactory, crawl: tuple[list[bytes], int]
) -> None:
    _split(tmp_path_factory.mktemp("split"), crawl)


@pytest.mark.slow
def test_a_run_killed_at_any_moment_finds_the_same(bazaar: Path, tmp_path: Path) -> None:
    cases = []
    for name in ("whole", "killed"):
        keyed(tmp_path / name)
        cases.append(case_of(tmp_path / name, mixed(bazaar)))
    whole, killed = cases
    run_case(whole, workers=1)
    chance = random.Random(5)
    for _ in range(6):
        run = subprocess.Popen(
            [sys.executable, "-m", "muster", "run", str(killed.root), "--workers", "2"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        time.sleep(chance.uniform(0.5, 6.0))
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
        run.wait()
    run_case(killed, workers=1)
    assert digests(killed) == digests(whole)
