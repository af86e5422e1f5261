"""Lines: the same as bytes.splitlines gives, in order, whatever the bound."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st

from muster.sources import lines as module
from muster.sources.lines import lines


@given(st.binary(max_size=300).map(lambda data: bytes(b"a\n\r"[byte % 3] for byte in data)), st.integers(0, 50))
def test_lines_are_those_of_splitlines(data: bytes, start: int) -> None:
    found = list(lines(io.BytesIO(data), start, 1000))
    assert [line.data for line in found] == data[start:].splitlines(keepends=True)
    assert [data[line.start : line.start + line.length] for line in found] == [line.data for line in found]


def test_lines_across_blocks_are_whole_and_long_ones_are_only_measured() -> None:
    block = module._BLOCK
    for size in (block - 2, block - 1, block, block + 1, 3 * block):
        for end in (b"\n", b"\r\n"):
            data = b"a" * size + end + b"last" + end
            assert [line.length for line in lines(io.BytesIO(data), 0, 10 * block)] == [size + len(end), 4 + len(end)]
            short = [line for line in lines(io.BytesIO(data), 0, 100) if line.data != b"\n"]
            assert (short[0].data, short[-1].data) == (None, b"last" + end)
            assert short[-1].start == size + len(end)
