"""The law of damage: what lies outside it is recovered to the byte, and every byte of a file is told of."""

from __future__ import annotations

import gzip
import io
import random

import lz4.frame
import pytest
import zstandard
from hypothesis import example, given, settings
from hypothesis import strategies as st

from muster.sources.placed import Loss, Placed
from muster.sources.records import Records
from sources.sourcing import HTTP, Counted, record

LIMIT = 1 << 20


def pack(data: bytes, packing: str) -> bytes:
    """Return bytes packed as one unit."""
    if packing == "gzip":
        return gzip.compress(data, mtime=0)
    if packing == "zstd":
        return zstandard.ZstdCompressor(write_checksum=True).compress(data)
    if packing == "lz4":
        return bytes(lz4.frame.compress(data, content_checksum=True))
    return data


def records(count: int, seed: int) -> list[bytes]:
    """Return some records of many sizes, none like another."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        words = " ".join(chance.choices(["lamp", "brass", "tin", "<p>", "\r\n\r\n", "\n"], k=chance.randrange(1, 900)))
        body = f"<html>{number} {words}".encode() + chance.randbytes(chance.choice([0, 0, 50, 5000]))
        kind = chance.choice(["response", "response", "resource", "request"])
        made.append(record(HTTP + b"\r\n" + body if kind != "resource" else body, kind, WARC_Record_ID=f"<{number}>"))
    return made


def read(data: bytes) -> list[Placed | Loss]:
    return list(Records(io.BytesIO(data), len(data), LIMIT))


def told(found: list[Placed | Loss], size: int) -> bool:
    """Say whether ranges cover a file."""
    at = 0
    for start, end in sorted((item.start, item.end) for item in found):
        if start > at:
            return False
        at = max(at, end)
    return at == size


DAMAGES = given(
    packing=st.sampled_from(["", "gzip", "zstd", "lz4"]),
    seed=st.integers(0, 10_000),
    count=st.integers(1, 8),
    where=st.floats(0, 1),
    length=st.integers(1, 400),
    how=st.sampled_from(["random", "zero", "cut", "gone", "flip", "again"]),
)


@DAMAGES
@settings(max_examples=150, deadline=None)
@example(packing="zstd", seed=1, count=2, where=0.0, length=1, how="random")  # scraps of a head in packed bytes
def test_what_lies_outside_the_damage_is_recovered_and_every_byte_is_told(
    packing: str, seed: int, count: int, where: float, length: int, how: str
) -> None:
    damaged(packing, seed, count, where, length, how)


@pytest.mark.slow
@DAMAGES
@settings(max_examples=5000, deadline=None)
@example(packing="", seed=0, count=3, where=0.5, length=206, how="gone")  # a length that ends at the next one's head
def test_the_law_holds_on_thousands_of_files(
    packing: str, seed: int, count: int, where: float, length: int, how: str
) -> None:
    damaged(packing, seed, count, where, length, how)


def damaged(packing: str, seed: int, count: int, where: float, length: int, how: str) -> None:
    """Damage one file, and check what is recovered of it."""
    made = records(count, seed)
    units = [pack(one, packing) for one in made]
    whole = b"".join(units)
    first = int(where * (len(whole) - 1))
    last = min(first + length, len(whole))
    if how == "cut":
        last = len(whole)
    chance = random.Random(seed)
    instead = {
        "random": chance.randbytes(last - first), "zero": bytes(last - first), "cut": b"", "gone": b"",
        "flip": bytes(byte ^ 1 << chance.randrange(8) for byte in whole[first:last]), "again": whole[first:last] * 2,
    }[how]  # fmt: skip
    data = whole[:first] + instead + whole[last:]
    found = read(data)
    assert told(found, len(data))
    got = {(item.record.headers.get("warc-record-id"), item.record.block) for item in found if isinstance(item, Placed)}
    at = 0
    for number, unit in enumerate(units):
        if at + len(unit) <= first or at >= last:
            (clean,) = (item for item in read(made[number]) if isinstance(item, Placed))
            assert (f"<{number}>", clean.record.block) in got, (number, first, last)
        at += len(unit)


@pytest.mark.parametrize("packing", ["", "gzip", "zstd", "lz4"])
def test_a_whole_file_is_read_without_a_loss(packing: str) -> None:
    made = records(20, 7)
    found = read(b"".join(pack(one, packing) for one in made))
    assert [type(item) for item in found] == [Placed] * 20
    assert not any(item.record.note for item in found if isinstance(item, Placed))


def test_junk_between_all_records_costs_no_more_than_reading_the_file_a_few_times() -> None:
    one = record(HTTP + b"\r\n<html>lamp</html>")
    data = (one + b"junk that is no record " * 3) * 5000
    handle = Counted(data)
    found = list(Records(handle, len(data), LIMIT))
    assert sum(isinstance(item, Placed) for item in found) == sum(isinstance(item, Loss) for item in found) == 5000
    assert told(found, len(data))
    assert handle.read_bytes < 4 * len(data)
