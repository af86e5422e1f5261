from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.sources import json_objects as cutting
from muster.sources.json_objects import BrokenJson, json_objects

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.lists(st.dictionaries(st.text(max_size=5), VALUES, max_size=4), max_size=5)


@given(OBJECTS, VALUES, st.sampled_from([1, 2, 7, 64, 1 << 18]), st.booleans(), st.sampled_from([None, 2]))
def test_every_object_of_the_list_comes_back_as_it_stands(
    objects: list[Any], before: Any, block: int, ascii_only: bool, indent: int | None
) -> None:
    document = {"name": "x", "held": {"before": before}, "posts": objects, "after": {"posts": 1}}
    raw = json.dumps(document, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "surrogatepass")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutting, "_BLOCK", block)
        found = list(json_objects(io.BytesIO(raw), "posts", 1 << 20))
    assert [json.loads(one.data or b"null") for one in found] == objects
    assert [raw[one.start : one.start + one.length] for one in found] == [one.data for one in found]
    assert all(one.about["name"] == b'"x"' for one in found)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (b'{"posts": [{"a": 1}, {"a": 2', "ends early"),
        (b'{"posts": [{"a": 1}, {"a": "2', "ends early"),
        (b'{"posts": [{"a": 1}}]', "never opened"),
        (b'{"posts": [{"a": 1}, ' + b"[" * 500, "too deeply"),
    ],
)
def test_what_stands_before_a_break_is_read(text: bytes, what: str) -> None:
    objects = json_objects(io.BytesIO(text), "posts", 1000)
    assert next(objects).data == b'{"a": 1}'
    with pytest.raises(BrokenJson, match=what):
        next(objects)


def test_an_object_beyond_the_bound_is_stepped_over() -> None:
    text = b'{"posts": [{"a": "' + b"x" * 3000 + b'"}, {"a": 2}]}'
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutting, "_BLOCK", 4096)
        found = list(json_objects(io.BytesIO(text), "posts", 1000))
    assert [(one.length, one.data) for one in found] == [(3009, None), (8, b'{"a": 2}')]
