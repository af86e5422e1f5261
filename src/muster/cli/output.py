"""How results are printed: canonical JSON lines, or lines for a person; terminal control characters never pass."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import click

from muster.model import canonical_json

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_UNFIT = re.compile(_CONTROL.pattern[:-1] + "\ud800-\udfff]")


def inert(text: str) -> str:
    """Return text with control and direction characters spelled out, so that no capture can drive a terminal.

    >>> inert("a\\x1b[31mb\\u202e")
    'a\\\\x1b[31mb\\\\u202e'
    """
    return _CONTROL.sub(lambda m: f"\\x{ord(m[0]):02x}" if ord(m[0]) < 256 else f"\\u{ord(m[0]):04x}", text)


def json_line(value: object) -> str:
    """Return a value of JSON's own types as one line; what could drive a terminal, or is no character, is escaped.

    >>> json_line({"a": "\\x85\\u202e"})
    '{"a":"\\\\u0085\\\\u202e"}'
    """
    return _UNFIT.sub(lambda m: f"\\u{ord(m[0]):04x}", canonical_json(value))


def emit_json(value: object) -> None:
    """Print one value as a line of JSON."""
    click.echo(json_line(plain(value)))


def emit_lines(rows: Iterable[Mapping[str, Any]]) -> None:
    """Print rows as JSON lines."""
    for row in rows:
        emit_json(row)


def plain(value: Any) -> Any:
    """Return a value in JSON's own types; decimals keep their digits as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value
