"""The report as canonical JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from muster.model import canonical_json
from muster.report.data import ReportData
from muster.report.opening import languages, summary


def record(data: ReportData) -> bytes:
    """Return all that the report was made from, and its opening paragraphs, as one line of canonical JSON.

    Decimals and days are texts; a number that is none (NaN, infinity) is null.

    >>> record(ReportData.empty("Nothing yet")).startswith(b'{"articles":[],"by_kind":[],"changes":[],"claims":[]')
    True
    """
    shown = {field.name: _plain(getattr(data, field.name)) for field in fields(data)}
    shown["summary"] = {language: summary(data, language) for language in languages(data)}
    # a half surrogate has no UTF-8; its backslash spelling is also JSON's own
    return (canonical_json(shown) + "\n").encode("utf-8", "backslashreplace")


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(found) for key, found in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [_plain(found) for found in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
