"""The museum of broken files: each with what happened to it, and what must still come out, known from how it was made.

    python tests/sources/museum/make.py

writes the files into `files`, and `museum.json` beside them, which says of each its story, the bodies that are to be
read (SHA-256, in order) and the issues that are to be told, with their bytes. Nothing here asks Muster's readers.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import lz4.frame
import zstandard

HERE = Path(__file__).resolve().parent
FILES = HERE / "files"
sys.path.insert(0, str(HERE.parent.parent))

from sources.sourcing import HTTP, record, response  # noqa: E402

Issues = list[tuple[str, int | None, int | None]]


@dataclass(frozen=True)
class Exhibit:
    """One broken file: its name, its story, its bytes, the bodies that are in it, and what is to be told of it."""

    name: str
    story: str
    data: bytes
    bodies: list[bytes]
    issues: Issues


def page(number: int) -> bytes:
    """Return a page that no other is like."""
    text = "".join(f"<li>brass lamp {number}.{row}: {row * 7919 * (number + 3) % 10007}</li>" for row in range(12))
    return f"<html><title>Lamp {number}</title><ul>{text}</ul></html>".encode()


def rec(number: int, length: object = None, **fields: str) -> bytes:
    """Return the record of a page."""
    return response(page(number), length=length, WARC_Record_ID=f"<urn:lamp:{number}>", **fields)


def gz(data: bytes) -> bytes:
    """Return one gzip member."""
    return gzip.compress(data, mtime=0)


def zst(data: bytes) -> bytes:
    """Return one zstandard frame with a checksum."""
    return zstandard.ZstdCompressor(write_checksum=True).compress(data)


def l4(data: bytes) -> bytes:
    """Return one lz4 frame with a checksum."""
    return bytes(lz4.frame.compress(data, content_checksum=True))


def spans(parts: list[bytes]) -> list[tuple[int, int]]:
    """Return where parts lie that stand behind one another."""
    at, found = 0, []
    for part in parts:
        found.append((at, at + len(part)))
        at += len(part)
    return found


JUNK = b"<!-- what a proxy wrote into the stream -->\n" * 4
R = [rec(number) for number in range(4)]
P = [page(number) for number in range(4)]


def exhibits() -> list[Exhibit]:
    """Return all of them."""
    return [*_plain(), *_lengths(), *_packed(), *_lies(), *_arc(), *_archives()]


def _plain() -> list[Exhibit]:
    one, two = len(R[0]), len(R[0]) + len(R[1])
    body_at = R[1].index(b"<html>")
    quoting = response(b"<pre>" + R[3] + b"</pre>", WARC_Record_ID="<urn:lamp:9>")
    mention = b"In WARC/1.0\r\nthere are heads, this is none.\r\n\r\n"
    bare = R[0].replace(b"\r\n", b"\n")
    bare = bare.replace(b"Content-Length: %d" % len(HTTP + b"\r\n" + P[0]),
                        b"Content-Length: %d" % len((HTTP + b"\r\n" + P[0]).replace(b"\r\n", b"\n")))  # fmt: skip
    folded = R[0].replace(b"WARC-Date: ", b"warc-date :\r\n  ")
    return [
        Exhibit("cut-in-body.warc", "the disk was full while a page was written", (R[0] + R[1])[: one + body_at + 100],
                [P[0], P[1][:100]], [("truncated_record", one, one + body_at + 100)]),
        Exhibit("cut-in-head.warc", "the crawler was killed while it wrote a head", (R[0] + R[1])[: one + 60],
                [P[0]], [("broken_record", one, one + 60)]),
        Exhibit("junk-between.warc", "a proxy wrote into the stream", R[0] + JUNK + R[1],
                P[:2], [("broken_record", one, one + len(JUNK))]),
        Exhibit("junk-before.warc", "a mail program put its own lines before the file", JUNK + R[0] + R[1],
                P[:2], [("broken_record", 0, len(JUNK))]),
        Exhibit("junk-behind.warc", "a shell's message was appended", R[0] + R[1] + JUNK,
                P[:2], [("broken_record", two, two + len(JUNK))]),
        Exhibit("zeros-between.warc", "a disk gave zeros where a block was lost", R[0] + bytes(4096) + R[1],
                P[:2], [("broken_record", one, one + 4096)]),
        Exhibit("zeros-over-a-head.warc", "a lost block took the end of one record and the head of the next",
                R[0][:-40] + bytes(240) + R[1][200:] + R[2],
                [P[0][:-36] + bytes(36), P[2]],
                [("broken_record", one - 4, two)]),
        Exhibit("a-mention-is-no-record.warc", "text between two records speaks of the format", R[0] + mention + R[1],
                P[:2], [("broken_record", one, one + len(mention))]),
        Exhibit("a-record-in-a-page.warc", "a page shows a WARC record: it is text, not a record", quoting + R[1],
                [b"<pre>" + R[3] + b"</pre>", P[1]], []),
        Exhibit("bare-line-feeds.warc", "an editor took the carriage returns away", bare + R[1], P[:2], []),
        Exhibit("folded-head.warc", "a head folds a line and puts a space before a colon", folded + R[1], P[:2], []),
        Exhibit("nothing-between.warc", "a crawler leaves out the empty lines between records",
                R[0].removesuffix(b"\r\n\r\n") + R[1], P[:2], []),
        Exhibit("many-lines-between.warc", "another one puts five", R[0] + b"\r\n" * 3 + R[1], P[:2], []),
    ]  # fmt: skip


def _lengths() -> list[Exhibit]:
    block = len(HTTP + b"\r\n" + P[0])
    long, short = rec(0, length=block + 50), rec(0, length=block - 30)
    none, words = rec(0, length=" "), rec(0, length="many")
    twice = R[0].replace(b"Content-Length: ", b"Content-Length: 7\r\nContent-Length: ")
    huge = rec(0, length=10**15)
    return [
        Exhibit("length-too-long.warc", "a length counts characters that were taken away later", long + R[1],
                P[:2], [("wrong_length", 0, len(long))]),
        Exhibit("length-too-short.warc", "a length counts characters, the page has longer bytes", short + R[1],
                P[:2], [("wrong_length", 0, len(short))]),
        Exhibit("length-missing.warc", "a head without a length", none + R[1], P[:2], [("wrong_length", 0, len(none))]),
        Exhibit("length-in-words.warc", "a length that is no number", words + R[1],
                P[:2], [("wrong_length", 0, len(words))]),
        Exhibit("length-twice.warc", "two lengths, the second one right", twice + R[1], P[:2], []),
        Exhibit("length-of-a-petabyte.warc", "a length beyond any disk", huge + R[1],
                P[:2], [("wrong_length", 0, len(huge))]),
    ]  # fmt: skip


def _packed() -> list[Exhibit]:
    units = [gz(one) for one in R]
    (_, a1), (b0, b1), _, _ = spans(units)
    whole = b"".join(units)
    flipped = bytearray(whole)
    flipped[b0 + 2] ^= 0xFF  # the method of packing
    summed = bytearray(whole)
    summed[b1 - 8] ^= 0xFF  # its sum
    headless = units[0] + units[1][10:] + units[2]
    frames, blocks = [zst(one) for one in R[:3]], [l4(one) for one in R[:3]]
    zs, ls = spans(frames), spans(blocks)
    broken_frame = bytearray(b"".join(frames))
    broken_frame[zs[1][0] + 4] = 0xFF  # its flags
    return [
        Exhibit("member-without-method.warc.gz", "one bit flipped in the head of a member", bytes(flipped),
                [P[0], P[2], P[3]], [("broken_record", b0, b1)]),
        Exhibit("sum-is-wrong.warc.gz", "one bit flipped in the sum behind a member: the page is whole", bytes(summed),
                P, [("broken_member", b0, b1)]),
        Exhibit("member-without-head.warc.gz", "ten bytes were lost where two files were joined", headless,
                [P[0], P[2]], [("broken_record", a1, a1 + len(units[1]) - 10)]),
        Exhibit("trailing-junk.warc.gz", "a signature was appended to a packed file", units[0] + units[1] + JUNK,
                P[:2], [("broken_record", b1, b1 + len(JUNK))]),
        Exhibit("plain-behind-packed.warc.gz", "a crawler went on without packing", units[0] + R[1] + R[2], P[:3], []),
        Exhibit("packed-behind-plain.warc", "another one began to pack", R[0] + units[1] + units[2], P[:3], []),
        Exhibit("zeros-behind.warc.gz", "a tape drive padded its last block", units[0] + units[1] + bytes(512),
                P[:2], [("zero_bytes", b1, b1 + 512)]),
        Exhibit("frame-without-flags.warc.zst", "a byte is wrong in the head of a zstandard frame", bytes(broken_frame),
                [P[0], P[2]], [("broken_member", *zs[1])]),
        Exhibit("cut-frame.warc.zst", "a download broke off inside the head of the last frame",
                b"".join(frames)[: zs[2][0] + 7], P[:2], [("broken_member", zs[2][0], zs[2][0] + 7)]),
        Exhibit("cut-frame.warc.lz4", "a download broke off inside the last frame", b"".join(blocks)[: ls[2][0] + 9],
                P[:2], [("broken_member", ls[2][0], ls[2][0] + 9)]),
        Exhibit("cut-member.warc.gz", "a download broke off inside the last member", units[0] + units[1][:-40],
                [P[0], P[1][: len(P[1]) - (len(R[1]) - len(unpacked_of(units[1][:-40])) - 4)]],
                [("truncated_record", a1, a1 + len(units[1]) - 40),
                 ("broken_member", a1, a1 + len(units[1]) - 40)]),
        Exhibit("all-in-one-member.warc.gz", "a WARC that was packed as a whole: no damage", gz(b"".join(R)), P, []),
    ]  # fmt: skip


def unpacked_of(cut: bytes) -> bytes:
    """Return what comes out of a gzip member that is cut."""
    return zlib.decompressobj(31).decompress(cut)


def _lies() -> list[Exhibit]:
    wrong = rec(0, WARC_Block_Digest="sha1:" + "A" * 32)
    undated = rec(0, WARC_Date="2014-13-45T00:00:00Z")
    cut = rec(0, WARC_Truncated="length")
    revisit = record(b"HTTP/1.1 200 OK\r\n\r\n", "revisit", WARC_Payload_Digest="sha1:" + "B" * 32)
    chunked = response(b"5\r\n<html\r\nzz\r\n>lamp", b"Transfer-Encoding: chunked\r\n")
    packed = response(gz(P[0])[:-30], b"Content-Encoding: gzip\r\n")
    segment = record(b"the rest of a page", "continuation")
    return [
        Exhibit("digest-of-other-bytes.warc", "the page was changed after the crawl", wrong + R[1],
                P[:2], [("wrong_digest", 0, len(wrong))]),
        Exhibit("no-such-day.warc", "the month is thirteen", undated + R[1], P[:2], [("bad_time", 0, len(undated))]),
        Exhibit("cut-by-the-crawler.warc", "the crawler kept the beginning of a long page and says so", cut + R[1],
                P[:2], [("cut_at_capture", 0, len(cut))]),
        Exhibit("revisit-of-nothing.warc", "the file with the original is gone", revisit + R[1],
                [P[1]], [("revisit_elsewhere", 0, len(revisit))]),
        Exhibit("bad-chunk.warc", "a server lost count of its own chunks", chunked + R[1],
                [b"<html" + b"zz\r\n>lamp", P[1]], [("broken_payload", 0, len(chunked))]),
        Exhibit("a-segment.warc", "the first part of a record in two segments is gone", segment + R[1],
                [P[1]], [("segment_lost", 0, len(segment))]),
        Exhibit("payload-cut.warc", "a server closed the line while it sent a packed page", packed + R[1],
                [zlib.decompressobj(31).decompress(gz(P[0])[:-30]), P[1]], [("broken_payload", 0, len(packed))]),
    ]  # fmt: skip


def _arc() -> list[Exhibit]:
    first = b"1 0 maker\nURL IP-address Archive-date Content-type Archive-length\n"
    head = b"filedesc://lamps.arc 0.0.0.0 20140301120000 text/plain %d\n" % len(first) + first + b"\n"

    def arc(number: int, more: int = 0) -> bytes:
        block = HTTP + b"\r\n" + page(number)
        line = b"http://bazaar.example/item/%d 192.0.2.1 20140301120000 text/html %d\n"
        return line % (number, len(block) + more) + block + b"\n"

    one = len(head) + len(arc(0))
    return [
        Exhibit("cut.arc", "an ARC file of which the end is missing", (head + arc(0) + arc(1))[: one + 300],
                [P[0], P[1][: 300 - len(arc(1)) + 1 + len(P[1])]], [("truncated_record", one, one + 300)]),
        Exhibit("length-too-long.arc", "an ARC line with a length that runs into the next record",
                head + arc(0, 40) + arc(1), P[:2], [("wrong_length", len(head), one)]),
        Exhibit("junk-between.arc", "junk in an ARC file", head + arc(0) + JUNK + arc(1),
                P[:2], [("broken_record", one, one + len(JUNK))]),
    ]  # fmt: skip


def _zip(names: list[str]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        for number, name in enumerate(names):
            archive.writestr(zipfile.ZipInfo(name, (2014, 3, 1, 12, 0, 0)), P[number])
    return held.getvalue()


def _tar() -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for number in range(3):
            info = tarfile.TarInfo(f"2014-03-01/{number}.html")
            info.size = len(P[number])
            archive.addfile(info, io.BytesIO(P[number]))
    return held.getvalue()


def _archives() -> list[Exhibit]:
    whole = _zip(["0.html", "1.html", "2.html"])
    heads = [at for at in range(len(whole)) if whole[at : at + 4] == b"PK\x03\x04"]
    end = whole.index(b"PK\x01\x02")
    hole = bytearray(whole[:end])
    hole[heads[1] : heads[1] + 30] = bytes(30)
    locked = bytearray(whole)
    locked[heads[1] + 6] |= 1
    entry = whole.index(b"PK\x01\x02", end + 4)
    locked[entry + 8] |= 1
    tape = bytearray(_tar())
    unit = -(-len(P[0]) // 512) * 512 + 512
    tape[unit : unit + 300] = b"?" * 300
    data_at = heads[1] + 36
    return [
        Exhibit("no-directory.zip", "a download broke off before the directory at the end", whole[:end],
                P[:3], [("broken_directory", None, None)]),
        Exhibit("hole-in-a-head.zip", "no directory, and zeros over the head of a member", bytes(hole),
                [P[0], P[2]], [("broken_directory", None, None), ("broken_archive", heads[1], heads[2])]),
        Exhibit("one-locked.zip", "one of three members is encrypted", bytes(locked),
                [P[0], P[2]], [("encrypted_member", data_at, data_at + len(P[1]))]),
        Exhibit("head-gone.tar", "a scratch took the head of the second member", bytes(tape),
                [P[0], P[2]], [("broken_archive", unit, 2 * unit)]),
        Exhibit("cut.tar", "a copy that was not finished", bytes(_tar())[: 2 * unit + 600],
                [P[0], P[1], P[2][:88]], [("truncated_archive", 2 * unit, 2 * unit + 600)]),
    ]  # fmt: skip


def write(folder: Path) -> None:
    """Write every file, and the list."""
    said = []
    for one in exhibits():
        (folder / one.name).write_bytes(one.data)
        said.append({
            "name": one.name, "story": one.story, "bodies": [hashlib.sha256(body).hexdigest() for body in one.bodies],
            "issues": [list(issue) for issue in one.issues],
        })  # fmt: skip
    (folder / "museum.json").write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


Make = Callable[[], list[Exhibit]]

if __name__ == "__main__":
    FILES.mkdir(exist_ok=True)
    write(FILES)
    print(f"{len(exhibits())} files, {sum(len(one.data) for one in exhibits())} bytes")
