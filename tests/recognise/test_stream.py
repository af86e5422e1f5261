"""Listings from a stream: each answered as soon as it is there, wrong lines named and passed over, memory bounded."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.errors import RecogniseError
from muster.recognise import Listing, read_stream
from muster.recognise.stream import BATCH, LINE_LIMIT

COMMAND = [sys.executable, "-m", "muster", "recognise", "-"]


def read(data: bytes) -> list[tuple[str, str]]:
    """Return id and title of each listing, and ("refused", place) of what is none."""
    return [
        (one.id, one.title) if isinstance(one, Listing) else ("refused", one.error.where)
        for batch in read_stream(io.BytesIO(data))
        for one in batch
    ]


class Slow(io.RawIOBase):
    """Hands out one piece at each read, as a pipe does."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = iter(pieces)

    def read1(self, _: int) -> bytes:
        return next(self._pieces, b"")


def test_the_first_answer_comes_before_the_input_ends() -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        kill = threading.Timer(60, child.kill)
        kill.start()
        for n in range(2):
            child.stdin.write(b'{"id": "%d", "title": "Glock 19"}\n' % n)
            child.stdin.flush()
            assert json.loads(child.stdout.readline())["id"] == str(n)
        child.stdin.close()
        assert child.wait(60) == 0
        kill.cancel()


def test_a_batch_ends_where_the_sender_pauses() -> None:
    pieces = (b'{"id": "1", "title": "a"}\n{"id": "2", "tit', b'le": "b"}\n', b'{"id": "3", "title": "c"}')
    assert [len(batch) for batch in read_stream(Slow(*pieces))] == [1, 1, 1]
    rows = (b"id,title\n1,a\n", b'2,"b\nb"\n3,', b"c\n")
    assert [len(batch) for batch in read_stream(Slow(*rows))] == [1, 1, 1]


def test_a_batch_is_no_longer_than_it_may_be() -> None:
    data = b"".join(b'{"id": "%d", "title": "a"}\n' % n for n in range(2 * BATCH + 1))
    sizes = [len(batch) for batch in read_stream(io.BytesIO(data))]
    assert sum(sizes) == 2 * BATCH + 1
    assert max(sizes) <= BATCH


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"\n \n", []),
        (b'\xef\xbb\xbf{"id": "1", "title": "a"}\n', [("1", "a")]),
        (b'\n\n{"id": "1", "title": "a"}\r\n\r\n{"id": "2", "title": "b"}', [("1", "a"), ("2", "b")]),
        (b'{"id": "1", "title": "a"}\n{oops\n{"id": "3", "title": "c"}\n',
         [("1", "a"), ("refused", "line 2"), ("3", "c")]),
        (b'{"id": "1", "title": "a", "price": ' + b"9" * 5000 + b'}\n{"id": "2", "title": ""}\n',
         [("refused", "line 1"), ("2", "")]),
        (b'{"id": "1", "title": "gl\xffck"}', [("1", "gl\ufffdck")]),
        (b"id,title\r\n1,a\r\n2,b\r\n", [("1", "a"), ("2", "b")]),
        (b"\xef\xbb\xbfid;title\n1;a, b\n", [("1", "a, b")]),
        (b"id\ttitle\n1\ta\n", [("1", "a")]),
        (b"id,title\n1,a\n\n2\n3,c,d\n4,d\n", [("1", "a"), ("refused", "line 4"), ("refused", "line 5"), ("4", "d")]),
        (b'id,title\n1,"a\nb"\n2,a\rb\n3,c\n', [("1", "a\nb"), ("refused", "line 4"), ("3", "c")]),
    ],
)  # fmt: skip
def test_what_is_no_listing_is_refused_by_its_line_and_the_rest_is_read(
    data: bytes, expected: list[tuple[str, str]]
) -> None:
    assert read(data) == expected


@pytest.mark.parametrize(
    ("data", "said"),
    [("id,title\n1,a".encode("utf-16"), "UTF-16"), (b"id,titel\n1,a", "titel"), (b"id,price\n1,2", "no column")],
)
def test_a_whole_that_cannot_be_read_is_refused_at_once(data: bytes, said: str) -> None:
    with pytest.raises(RecogniseError) as caught:
        read(data)
    assert said in str(caught.value)


def test_a_line_without_end_is_refused_and_not_kept() -> None:
    long = b'{"id": "1", "title": "' + b"a" * LINE_LIMIT
    assert read(long + b'"}\n{"id": "2", "title": "b"}\n') == [("refused", "line 1"), ("2", "b")]
    rows = b'id,title\n1,"' + b"a" * (LINE_LIMIT // 2) + b"\n" + b"a" * (LINE_LIMIT // 2) + b'"\n2,b\n'
    assert read(rows) == [("refused", "line 3"), ("2", "b")]


def test_a_title_of_a_megabyte_is_a_listing_in_either_form() -> None:
    title = "Glock 19 " * 120_000
    data = json.dumps({"id": "1", "title": title}).encode()
    assert read(data) == [("1", title)]
    assert read(b"id,title\n1," + title.encode()) == [("1", title)]


@given(st.lists(st.tuples(st.text(min_size=1, max_size=5), st.text(max_size=20)), max_size=5), st.integers(1, 9))
def test_what_was_written_is_read_whatever_the_pieces_it_comes_in(rows: list[tuple[str, str]], size: int) -> None:
    def pieces(data: bytes) -> Iterator[bytes]:
        return (data[n : n + size] for n in range(0, len(data), size))

    lines = "".join(json.dumps({"id": name, "title": title}) + "\n" for name, title in rows).encode()
    found = [one for batch in read_stream(Slow(*pieces(lines))) for one in batch]
    assert [(one.id, one.title) for one in found if isinstance(one, Listing)] == rows


@given(st.binary(max_size=300))
def test_any_bytes_are_listings_or_refused(data: bytes) -> None:
    for start in (b"", b'{"id": "1", "title": "a"}\n', b"id,title\n"):
        with suppress(RecogniseError):  # where there is no header that could be one
            assert all(list(read_stream(io.BytesIO(start + data))))


def test_the_command_answers_what_it_can_and_says_what_it_could_not() -> None:
    data = b'{"id": "1", "title": "Glock 19"}\n' + b"{oops\n" * 30 + b'{"id": "2", "title": "b"}\n'
    done = subprocess.run(COMMAND, input=data, capture_output=True, check=False, timeout=60)
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["1", "2"]
    assert done.returncode == 2
    assert b"line 2\n" in done.stderr
    assert b"30 lines were refused" in done.stderr
    assert b"line 31" not in done.stderr


def test_what_is_put_out_is_json_whatever_signs_were_read() -> None:
    title = "pis\x85tol \u202e gl\ud800ock 9mm \x1b[31m"
    done = subprocess.run(
        COMMAND, input=json.dumps({"id": "\ud800\x7f", "title": title}).encode(), capture_output=True, check=True,
        timeout=60,
    )  # fmt: skip
    row = json.loads(done.stdout)
    assert row["id"] == "\ud800\x7f"
    assert any(span["value"] == "pis\x85tol" for span in row["spans"] if span["what"].startswith("word:"))


@pytest.mark.slow
def test_memory_is_bounded_however_long_the_input_or_its_lines() -> None:
    script = "import resource, sys; from muster.cli import main\n" + (
        "try:\n main(['recognise'])\nexcept SystemExit:\n pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, file=sys.stderr)"
    )

    def peak(data: Iterator[bytes]) -> int:
        with subprocess.Popen(
            [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as child:
            assert child.stdin is not None
            assert child.stderr is not None
            for piece in data:
                child.stdin.write(piece)
            child.stdin.close()
            return int(child.stderr.read().split()[-1])

    short = peak(b'{"id": "%d", "title": "Glock %d 9mm"}\n' % (n, n) for n in range(2_000))
    many = peak(b'{"id": "%d", "title": "Glock %d 9mm new %d"}\n' % (n, n, n * n) for n in range(20_000))
    endless = peak(b"a" * 1_000_000 for _ in range(200))
    assert many < short + 60  # megabytes: what is kept between lines is bounded
    assert endless < short + 100


def test_a_reader_that_had_enough_is_no_cause_for_a_message() -> None:
    reader, writer = os.pipe()
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=writer, stderr=subprocess.PIPE) as child:
        os.close(writer)
        os.close(reader)
        _, said = child.communicate(b'{"id": "1", "title": "a"}\n' * 2000, timeout=60)
        assert said == b""
